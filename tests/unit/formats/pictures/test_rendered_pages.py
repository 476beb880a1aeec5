"""Pages of an exhibit PDF as pictures."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.errors import UnreadableFile
from dyeline.formats.pictures.pdf import LONG_SIDE_PX, pdf_pictures


def drawn(pages: int = 1, scan: tuple[int, int] | None = None) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    for number in range(pages):
        if scan:
            picture = Image.new("L", scan, 200)
            canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        else:
            canvas.setFillColorRGB(1, 0, 0)
            canvas.rect(100, 642, 200, 100, stroke=0, fill=1)
            canvas.drawString(100, 400, f"Page {number}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_pages_are_drawn_in_colour_on_white() -> None:
    pictures = list(pdf_pictures(drawn(2), first_number=3))
    assert [(picture.number, picture.source) for picture in pictures] == [(3, "page 1"), (4, "page 2")]
    pixels = pictures[0].pixels
    assert max(pixels.shape) == LONG_SIDE_PX
    assert pixels[int(150 / 842 * LONG_SIDE_PX), int(200 / 842 * LONG_SIDE_PX)].tolist() == [255, 0, 0]
    assert pixels[5, 5].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("scan", "long_side"), [((1240, 1754), 1754), ((310, 438), LONG_SIDE_PX), ((4960, 7016), LONG_SIDE_PX)]
)
def test_a_scanned_page_keeps_its_own_resolution_when_near(scan: tuple[int, int], long_side: int) -> None:
    (picture,) = pdf_pictures(drawn(scan=scan))
    assert abs(max(picture.pixels.shape) - long_side) <= 1


def test_pages_beyond_the_limit_are_named() -> None:
    notices: list[str] = []
    pictures = list(pdf_pictures(drawn(4), most_pages=2, notice=notices.append))
    assert len(pictures) == 2
    assert notices == ["Only the first 2 of the PDF's 4 pages were examined."]


def test_a_damaged_file() -> None:
    with pytest.raises(UnreadableFile):
        next(pdf_pictures(b"%PDF-1.7\n" + b"garbage " * 40))
