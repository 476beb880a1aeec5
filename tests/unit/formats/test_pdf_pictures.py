from __future__ import annotations

import io
import zlib

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.carriers.image.reading import read_picture
from dyeline.carriers.image.register import through_page
from dyeline.formats.pdf.pictures import find_pictures, picture_pixels, picture_streams, why_unmarked
from dyeline.formats.pdf.pixels import Unmarkable, coded, decoded, pixels_of, prepared
from dyeline.formats.picturemarks import fax
from dyeline.formats.picturemarks.embed import Pixels, markable
from dyeline.model.document import PictureArea
from dyeline.model.pages import REFERENCE_PX_PER_PT
from tests.pdfs import by_hand
from tests.pictures import photograph, scanned_page

SCAN, PHOTOGRAPH = scanned_page(496, 702), photograph(480, 360)
FILTERS = {b"DCT": pikepdf.Name.DCTDecode, b"Flate": pikepdf.Name.FlateDecode}


def reader(pixels: Pixels, kind: str) -> ImageReader:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, quality=80)
    file.seek(0)
    return ImageReader(file)


@pytest.fixture(scope="module")
def data() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.drawImage(reader(SCAN, "JPEG"), 0, 0, 595, 842)
    canvas.showPage()
    canvas.drawString(72, 800, "Two pictures")
    canvas.drawImage(reader(PHOTOGRAPH, "JPEG"), 72, 400, 320, 240)
    canvas.drawImage(reader(photograph(300, 260, seed=4), "PNG"), 72, 100, 150, 130)
    canvas.drawImage(reader(photograph(90, 90), "PNG"), 300, 100, 150, 130)
    canvas.showPage()
    canvas.rotate(30)
    canvas.drawImage(reader(PHOTOGRAPH, "JPEG"), 372, 100, 320, 240)
    canvas.save()
    return file.getvalue()


def marked(data: bytes, keys: list[str], variants: dict[str, list[int]]) -> bytes:
    """Return the file as a template would fill it."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for picture in picture_streams(pdf, keys):
            packed = picture.content.filled(tuple(variants[picture.key]))
            entries = pikepdf.Object.parse(b"<<" + picture.content.entries + b">>")
            for stream in picture.objects:
                stream.write(packed, filter=entries.Filter, decode_parms=entries.get("/DecodeParms"))
        file = io.BytesIO()
        pdf.save(file)
    return file.getvalue()


def corners(area: PictureArea) -> list[tuple[float, ...]]:
    """Return where on its page the top left and the bottom right corner of a picture stand, in pt."""
    ends = np.array([(0, 0, 1), (area.width_px, area.height_px, 1)]) @ np.array(area.to_page).T
    return [tuple(point[:2]) for point in ends.tolist()]


def test_pictures_are_found_with_their_places(data: bytes) -> None:
    areas = find_pictures(data, [0, 0, 12])
    assert [(area.anchor, area.width_px, area.page) for area in areas] == [
        (0, 496, 0),
        (0, 480, 1),
        (0, 300, 1),
        (12, 480, 2),
    ]
    assert corners(areas[1]) == [pytest.approx((72, 202)), pytest.approx((392, 442))]
    turned, (c, s) = corners(areas[3]), (3**0.5 / 2, 0.5)
    assert turned[0] == pytest.approx((372 * c - 340 * s, 842 - 372 * s - 340 * c))
    assert turned[1] == pytest.approx((692 * c - 100 * s, 842 - 692 * s - 100 * c))
    assert areas[1].key == areas[3].key


def test_marks_are_read_from_a_picture_of_the_page(data: bytes) -> None:
    areas = find_pictures(data, [0, 0, 12])
    keys = list(dict.fromkeys(area.key for area in areas))
    rng = np.random.default_rng(5)
    variants = {key: rng.integers(0, 2, 1000).tolist() for key in keys}
    copy = marked(data, keys, variants)
    originals = picture_pixels(data, keys)
    with pypdfium2.PdfDocument(copy) as document:
        for area in areas:
            shown = document[area.page].render(scale=REFERENCE_PX_PER_PT).to_numpy()
            page = np.ascontiguousarray(shown[..., 2::-1] if shown.ndim == 3 else shown)
            homography = through_page(np.eye(3), area)
            loglik = read_picture(page, homography, originals[area.key], area.key)
            seen = np.ptp(loglik, axis=1) > 0
            written = np.array(variants[area.key][: len(loglik)])
            assert seen.mean() > 0.9
            assert (loglik.argmax(axis=1)[seen] == written[seen]).all()


def test_the_unmarked_picture_is_not_left_in_the_file(data: bytes) -> None:
    areas = find_pictures(data, [0, 0, 12])
    keys = list(dict.fromkeys(area.key for area in areas))
    copy = marked(data, keys, {key: [1] * 1000 for key in keys})
    assert not picture_pixels(copy, keys)
    assert {area.width_px for area in find_pictures(copy, [0, 0, 12])} == {496, 480, 300}


FILE = pikepdf.new()  # a stream dies with its file


def picture(entries: str, data: bytes) -> pikepdf.Stream:
    stream = pikepdf.Stream(FILE, data)
    for key, value in pikepdf.Object.parse(f"<< /Subtype /Image {entries} >>".encode()).items():
        stream[key] = value
    return stream


GREY = SCAN[:200, :200].tobytes()
SIZE = "/Width 200 /Height 200 /BitsPerComponent 8"


def test_pixels_of_bare_deflated_and_indexed_pictures() -> None:
    plain = pixels_of(picture(f"{SIZE} /ColorSpace /DeviceGray", GREY))
    assert plain is not None and plain.tobytes() == GREY
    deflated = pixels_of(picture(f"{SIZE} /ColorSpace /DeviceGray /Filter /FlateDecode", zlib.compress(GREY)))
    assert deflated is not None and deflated.tobytes() == GREY
    palette = bytes(range(256)).hex()
    indexed = pixels_of(picture(f"{SIZE} /ColorSpace [/Indexed /DeviceGray 255 <{palette}>]", GREY))
    assert indexed is not None and indexed.tobytes() == GREY


def test_inverted_pictures_and_those_with_alternates_are_marked_as_they_are_shown() -> None:
    stream = picture(f"{SIZE} /ColorSpace /DeviceGray /Decode [1 0] /Alternates []", GREY)
    pixels = pixels_of(stream)
    assert pixels is not None and (255 - pixels).tobytes() == GREY
    prepared(stream, bilevel=False)
    assert "/Decode" not in stream and "/Alternates" not in stream


BITS = "/Width 400 /Height 300"
ONE = "/BitsPerComponent 1"
LETTERS = np.where(scanned_page(400, 300) < 140, 0, 255).astype(np.uint8)
PACKED = np.packbits(LETTERS > 0, axis=1).tobytes()
INVERTED = np.packbits(LETTERS == 0, axis=1).tobytes()
BLACK_AND_WHITE = {
    "bare": (f"{ONE} /ColorSpace /DeviceGray", PACKED),
    "deflated": (f"{ONE} /ColorSpace /DeviceGray /Filter /FlateDecode", zlib.compress(PACKED)),
    "fax": (
        f"{ONE} /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 400 /Rows 300 >>",
        fax.packed(LETTERS),
    ),
    "inverted": (f"{ONE} /ColorSpace /DeviceGray /Decode [1 0]", INVERTED),
    "palette": (f"{ONE} /ColorSpace [/Indexed /DeviceRGB 1 <ffffff000000>]", INVERTED),
    "stencil": (f"{ONE} /ImageMask true", PACKED),
    "inverted stencil": (f"{ONE} /ImageMask true /Decode [1 0]", INVERTED),
    "eight bits": ("/BitsPerComponent 8 /ColorSpace /DeviceGray", LETTERS.tobytes()),
    "eight bits, palette": (
        "/BitsPerComponent 8 /ColorSpace [/Indexed /DeviceGray 1 <00ff>]",
        (LETTERS // 255).tobytes(),
    ),
    "eight bits, deflated": (
        "/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode",
        zlib.compress(LETTERS.tobytes()),
    ),
}


@pytest.mark.parametrize("name", BLACK_AND_WHITE)
def test_black_and_white_stays_so_however_it_is_packed(name: str) -> None:
    entries, content = BLACK_AND_WHITE[name]
    stream = picture(f"{BITS} {entries}", content)
    pixels = pixels_of(stream)
    assert pixels is not None and (pixels == LETTERS).all()
    ready = markable(pixels, "k")
    assert ready is not None and ready.bilevel
    variants = tuple(np.random.default_rng(2).integers(0, 2, ready.grid.count).tolist())
    copies = coded(ready, pixels, stream)
    prepared(stream, bilevel=ready.bilevel)
    said = pikepdf.Object.parse(b"<<" + copies.entries + b">>")
    stream.write(copies.filled(variants), filter=said.Filter, decode_parms=said.DecodeParms)
    shown = pixels_of(stream)
    assert shown is not None and (shown == ready.marked(variants)).all()
    assert (shown != LETTERS).any()
    assert bool(stream.get("/ImageMask", False)) == ("stencil" in name)


@pytest.mark.parametrize(
    ("entries", "content", "why"),
    [
        (f"{SIZE} /ColorSpace /DeviceGray", GREY[:-1], "damaged"),
        (f"{SIZE} /ColorSpace /DeviceGray /Filter /FlateDecode", zlib.compress(GREY)[:300], "damaged"),
        (f"{SIZE} /ColorSpace /DeviceGray /Filter /FlateDecode", zlib.compress(bytes(2**24)), "damaged"),
        (f"{SIZE} /ColorSpace /DeviceGray /Filter /DCTDecode", b"\xff\xd8\xff\xe0 nothing", "damaged"),
        (f"{SIZE} /ColorSpace /DeviceGray /Filter /CCITTFaxDecode", GREY, "packing"),
        (f"{SIZE} /ColorSpace /DeviceGray /Decode [0 0.5]", GREY, "packing"),
        (f"{SIZE} /ColorSpace [/Indexed /DeviceGray 1 <00ff>] /Decode [1 0]", GREY, "packing"),
        (f"{SIZE} /ColorSpace /DeviceGray /Mask [0 1]", GREY, "transparent"),
        (f"{SIZE} /ColorSpace /DeviceCMYK", GREY * 4, "colours"),
        (f"{SIZE} /ColorSpace [/Indexed /DeviceGray 9 <0011>]", GREY, "damaged"),
        (f"{SIZE} /ColorSpace [/ICCBased 7]", GREY, "damaged"),
        (f"{BITS} /BitsPerComponent 1 /ColorSpace [/Indexed /DeviceRGB 1 <ff0000ffffff>]", PACKED, "colours"),
        ("/Width 90000 /Height 90000 /BitsPerComponent 8 /ColorSpace /DeviceGray", GREY, "large"),
        ("/Width -200 /Height 200 /BitsPerComponent 8 /ColorSpace /DeviceGray", GREY, "damaged"),
        ("/Width 200 /BitsPerComponent 8 /ColorSpace /DeviceGray", GREY, "damaged"),
    ],
)
def test_a_picture_that_cannot_be_marked_has_no_pixels(entries: str, content: bytes, why: str) -> None:
    assert pixels_of(picture(entries, content)) is None
    with pytest.raises(Unmarkable) as caught:
        decoded(picture(entries, content))
    assert caught.value.why == why


def test_why_pictures_carry_no_marks_is_told_of_each_once() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    four = io.BytesIO()
    Image.fromarray(photograph(300, 260)).convert("CMYK").save(four, "JPEG")
    cmyk = ImageReader(four)
    for _ in range(2):
        canvas.drawImage(cmyk, 0, 0, 400, 300)
        canvas.drawImage(reader(photograph(300, 260, seed=3), "PNG"), 0, 400, 400, 300)
        canvas.drawImage(reader(np.full((300, 300, 3), 240, np.uint8), "PNG"), 450, 400, 100, 100)
        canvas.drawImage(reader(photograph(60, 60), "PNG"), 450, 100, 30, 30)
        canvas.showPage()
    canvas.save()
    marked = [area.key for area in find_pictures(file.getvalue(), [0, 0])]
    assert why_unmarked(file.getvalue(), marked, 0.0) == {"colours": 1, "plain": 1, "small": 1}
    assert why_unmarked(file.getvalue(), marked, 0.2) == {"colours": 1}
    assert why_unmarked(by_hand("q 100 0 0 100 0 0 cm /Im1 Do Q"), (), 0.0) == {}


def test_files_without_pictures_and_damaged_ones_have_none() -> None:
    assert find_pictures(by_hand("BT /F1 12 Tf (Words) Tj ET"), [0]) == ()
    assert find_pictures(by_hand("q 100 0 0 100 0 0 cm /Im1 Do Q Q Q"), [0]) == ()
    with pikepdf.open(io.BytesIO(by_hand("BT ET"))) as pdf, pytest.raises(ValueError, match="does not hold"):
        picture_streams(pdf, ["0123456789abcdef"])
