"""What hides a picture on its page is told, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.errors import TooLarge, UnreadableFile
from dyeline.formats.pdf.in_view import hidden_part
from dyeline.formats.pdf.pictures import shown_pictures
from tests.pictures import photograph

PHOTOGRAPH = Image.fromarray(photograph(480, 360))
PX_PER_PT = 2.0


def shown(draw: Callable[[Canvas], None], picture: Image.Image = PHOTOGRAPH) -> bytes:
    """Return a page with the picture at (72, 400), 320 x 240 pt, and what is drawn after it."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.drawImage(ImageReader(picture), 72, 400, 320, 240, mask="auto")
    draw(canvas)
    canvas.save()
    return file.getvalue()


def hidden(data: bytes) -> NDArray[np.bool_]:
    areas = shown_pictures(data)
    return hidden_part(data, [area for area in areas if area.key == areas[0].key], PX_PER_PT)


def pixels(left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
    """Return the pixels of a rectangle given in pt from the top left corner of the page."""
    low, high, first, last = (round(side * PX_PER_PT) for side in (top, bottom, left, right))
    return slice(low, high), slice(first, last)


def test_a_picture_that_is_all_in_view_has_no_hidden_part() -> None:
    found = hidden(shown(lambda canvas: canvas.drawString(72, 700, "Above the picture")))
    assert found.shape == (1684, 1190) and not found.any()


def test_letters_and_boxes_over_a_picture_hide_it() -> None:
    def over(canvas: Canvas) -> None:
        canvas.setFillColorRGB(1, 1, 0)
        canvas.rect(100, 500, 50, 40, stroke=0, fill=1)
        canvas.rect(360, 420, 100, 10, stroke=0, fill=1)  # half of it beside the picture

    found = hidden(shown(over))
    assert found[pixels(101, 842 - 539, 149, 842 - 501)].all()
    assert found[pixels(361, 842 - 429, 390, 842 - 421)].all()
    assert not found[pixels(393, 842 - 429, 460, 842 - 421)].any()
    assert found.sum() == pytest.approx((50 * 40 + 32 * 10) * PX_PER_PT**2, rel=0.03)


def test_what_lies_beneath_hides_nothing() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.rect(60, 380, 400, 300, stroke=0, fill=1)
    canvas.drawImage(ImageReader(PHOTOGRAPH), 72, 400, 320, 240)
    canvas.save()
    assert not hidden(file.getvalue()).any()


def test_the_transparent_part_of_a_picture_shows_something_else() -> None:
    alpha = np.full((360, 480), 255, np.uint8)
    alpha[:, :240] = 100
    clear = PHOTOGRAPH.copy()
    clear.putalpha(Image.fromarray(alpha))
    found = hidden(shown(lambda canvas: None, clear))
    assert found[pixels(75, 842 - 637, 230, 842 - 403)].all()
    assert not found[pixels(234, 842 - 637, 390, 842 - 403)].any()


def test_another_picture_hides_the_one_below_it_and_not_itself() -> None:
    other = ImageReader(Image.fromarray(photograph(480, 360, seed=8)))
    data = shown(lambda canvas: canvas.drawImage(other, 72, 400, 160, 240))
    below, above = shown_pictures(data)
    assert hidden_part(data, [below], PX_PER_PT).sum() == pytest.approx(160 * 240 * PX_PER_PT**2, rel=0.03)
    assert not hidden_part(data, [above], PX_PER_PT).any()


def test_a_turned_use_is_followed() -> None:
    def turned(canvas: Canvas) -> None:
        canvas.showPage()
        canvas.setPageRotation(90)
        canvas.translate(300, 200)
        canvas.rotate(30)
        canvas.drawImage(ImageReader(PHOTOGRAPH), 0, 0, 240, 180)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(60, 60, 100, 50, stroke=0, fill=1)

    data = shown(turned)
    use = shown_pictures(data)[1]
    assert use.page == 1
    found = hidden_part(data, [use], PX_PER_PT)
    assert found.sum() == pytest.approx(100 * 50 * PX_PER_PT**2, rel=0.03)


def test_what_cannot_be_drawn_is_refused() -> None:
    data = shown(lambda canvas: None)
    areas = shown_pictures(data)
    with pytest.raises(UnreadableFile):
        hidden_part(b"%PDF-1.7 nothing", areas, PX_PER_PT)
    with pytest.raises(TooLarge):
        hidden_part(data, areas, 40.0)
