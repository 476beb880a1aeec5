"""Broken and hostile pictures: taken in as what they show, or refused with a way out, in bounded memory."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dyeline.errors import DyelineError, TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.limited import within_limits
from dyeline.formats.limits import WORK_PIXELS
from dyeline.formats.pictures.intake import pictures_of
from dyeline.formats.registry import read_file
from dyeline.model.pages import Picture
from tests.hostile import zeros


def taken(data: bytes) -> list[Picture]:
    return list(pictures_of(data))


def limited(data: bytes) -> list[Picture]:
    return within_limits(partial(taken, data), seconds=20, megabytes=700)


def only(data: bytes) -> np.ndarray:
    (picture,) = taken(data)
    return picture.pixels


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def page(mode: str = "RGB") -> Image.Image:
    """Return a white page, wider than high, with a dark corner at the top left."""
    image = Image.new("RGB", (90, 60), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 29, 19), fill="black")
    return image.convert(mode)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, packed: bytes = b"", *, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<3I", 54, 0, 54) + struct.pack("<I2i2H6I", 40, width, height, 1, 24, *[0] * 6)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<2H3B", width, height, 0, 0, 0) + b",\0\0\0\0" + struct.pack(
        "<2HB", width, height, 0
    ) + b"\x08\x01\x00\x00;"  # fmt: skip


def tiff(width: int, height: int, following: int = 0) -> bytes:
    """Return a TIFF whose only directory says that another one stands at ``following``."""
    rows = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1),
            (278, 4, height), (279, 4, width * height)]  # fmt: skip
    directory = struct.pack("<H", len(rows)) + b"".join(struct.pack("<2HII", t, k, 1, v) for t, k, v in rows)
    return b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", following)


HUGE: dict[str, Callable[[], bytes]] = {
    "png of 30,000 x 30,000": lambda: png(30_000, 30_000),
    "png of 30,000 x 30,000, all there": lambda: png(30_000, 30_000, zeros(2_600)),
    "png of 2 billion x 2 billion": lambda: png(2**31 - 1, 2**31 - 1),
    "png of 16 bits": lambda: png(12_000, 12_000, zeros(100), depth=16, colour=6),
    "bmp": lambda: bmp(30_000, 30_000),
    "gif": lambda: gif(65_535, 65_535),
    "tiff": lambda: tiff(30_000, 30_000),
    "jpeg": lambda: huge_jpeg(saved(page(), "JPEG")),
    "jpeg, progressive": lambda: huge_jpeg(saved(page(), "JPEG", progressive=True)),
}


def huge_jpeg(small: bytes) -> bytes:
    """Return a JPEG file whose header says 65,000 x 65,000."""
    at = max(small.find(b"\xff\xc0"), small.find(b"\xff\xc2"))
    return small[: at + 5] + struct.pack(">2H", 65_000, 65_000) + small[at + 9 :]


@pytest.mark.parametrize("name", HUGE)
def test_a_picture_far_too_large_is_refused(name: str) -> None:
    with pytest.raises((TooLarge, UnreadableFile)) as caught:
        limited(HUGE[name]())
    assert caught.value.fix


def test_the_size_of_a_refused_picture_is_said() -> None:
    with pytest.raises(TooLarge, match="10,000 x 12,000 = 120 million pixels"):
        taken(png(10_000, 12_000))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_one_pixel_is_no_page(kind: str) -> None:
    with pytest.raises(UnreadableFile, match="1 x 1 pixels"):
        taken(saved(Image.new("RGB", (1, 1)), kind))


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("L", "JPEG"), ("LA", "PNG"), ("P", "PNG"), ("P", "GIF"), ("1", "TIFF"),
     ("1", "PNG"), ("RGBA", "PNG"), ("RGBA", "WEBP"), ("LAB", "TIFF"), ("YCbCr", "JPEG"), ("I", "TIFF"),
     ("F", "TIFF")],
)  # fmt: skip
def test_every_colour_model_shows_the_same_page(mode: str, kind: str) -> None:
    image = page("L").convert("F") if mode == "F" else page(mode)
    pixels = only(saved(image, kind))
    assert pixels.shape == (60, 90, 3) and pixels.dtype == np.uint8
    assert pixels[:17, :27].mean() < 30 and pixels[24:, 34:].mean() > 225


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits_a_pixel(kind: str) -> None:
    grey = np.full((60, 90), 65_535, dtype=np.uint16)
    grey[:20, :30] = 700
    pixels = only(saved(Image.fromarray(grey), kind))
    assert pixels[:20, :30].mean() < 30 and pixels[24:, 34:].mean() > 225


def test_transparent_paper_is_white() -> None:
    image = Image.new("RGBA", (90, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 29, 19), fill="black")
    pixels = only(saved(image, "PNG"))
    assert pixels[:20, :30].mean() < 30 and pixels[24:, 34:].mean() > 225


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_orientation_of_the_file_is_applied(kind: str, orientation: int) -> None:
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(page(), kind, exif=exif)
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L"), dtype=float)
    assert np.abs(only(data).mean(axis=2) - wanted).mean() < 6


def test_an_animation_gives_its_distinct_frames() -> None:
    frames = [page(), page(), page().rotate(180), page().rotate(180), page()]
    for kind in ("GIF", "WEBP", "PNG"):
        pictures = taken(saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50))
        assert len(pictures) == 2
        assert pictures[0].pixels[:15, :25].mean() < 40 < 200 < pictures[1].pixels[:15, :25].mean()


def test_pages_of_a_tiff_in_a_circle_end() -> None:
    pages = limited(tiff(40, 30, following=8)[:-4] + struct.pack("<I", 8) + bytes(40 * 30))
    assert 1 <= len(pages) <= 200


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.7, 0.97])
def test_truncated_pictures(kind: str, share: float) -> None:
    rng = np.random.default_rng(5)
    noise = Image.fromarray(rng.integers(0, 255, (60, 90, 3), dtype=np.uint8))
    whole = saved(noise, kind)
    try:
        height = only(whole[: int(share * len(whole))]).shape[0]
    except (UnreadableFile, UnsupportedFormat) as refusal:
        height = 60 if refusal.fix else 0
    assert 30 <= height <= 60


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_changed_bytes(kind: str) -> None:
    """Whatever a few wrong bytes do to a file: a picture of sane size or an error with a way out."""
    whole = saved(page(), kind)
    rng = np.random.default_rng(11)
    ways: list[bytes] = []
    for _ in range(60):
        data = bytearray(whole)
        for at in rng.integers(2, min(len(whole), 400), 3):
            data[at] = rng.integers(256)
        ways.append(bytes(data))
    assert all(within_limits(partial(outcomes, ways), seconds=40, megabytes=900))


def outcomes(ways: Sequence[bytes]) -> list[str]:
    said = []
    for data in ways:
        try:
            said.append("picture" if all(_sane(one) for one in pictures_of(data)) else "")
        except DyelineError as refusal:
            said.append(refusal.fix)
    return said


def _sane(picture: Picture) -> bool:
    height, width, colours = picture.pixels.shape
    return colours == 3 and height * width <= 1.01 * WORK_PIXELS and picture.pixels.dtype == np.uint8


def test_a_picture_is_no_document() -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        read_file(saved(page(), "PNG"), declarations=True)
    assert caught.value.fix
