"""Pictures of every kind become upright RGB with square pixels; none may cost more than is stated."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from dyeline.errors import TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.limits import MAX_PICTURE_PAGES, WORK_PIXELS
from dyeline.formats.pictures.intake import pictures_of
from dyeline.model.pages import Picture

RED, WHITE = (200, 30, 30), (255, 255, 255)


def card() -> Image.Image:
    """White, 200 x 300, with a red bar across the top."""
    pixels = np.full((300, 200, 3), 255, dtype=np.uint8)
    pixels[20:40, 20:180] = RED
    return Image.fromarray(pixels)


def noise(seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(1, 255, (600, 400, 3), dtype=np.uint8))


def encoded(image: Image.Image, name: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def taken(data: bytes) -> tuple[list[Picture], list[str]]:
    notices: list[str] = []
    return list(pictures_of(data, notice=notices.append)), notices


def only(data: bytes) -> NDArray[np.uint8]:
    pictures, notices = taken(data)
    assert len(pictures) == 1
    assert notices == []
    pixels = pictures[0].pixels
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3 and pixels.shape[2] == 3
    assert pixels.flags.c_contiguous
    return pixels


def close(pixel: NDArray[np.uint8], colour: tuple[int, int, int], within: int = 12) -> bool:
    return bool((np.abs(pixel.astype(int) - colour) <= within).all())


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"])
def test_every_kind_of_file(name: str) -> None:
    pixels = only(encoded(card(), name))
    assert pixels.shape == (300, 200, 3)
    assert close(pixels[30, 100], RED)
    assert close(pixels[200, 100], WHITE, 4)


def test_heic_with_its_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    heif = pytest.importorskip("pi_heif")
    assert heif
    golden = bytes.fromhex("0000001c66747970") + b"heic\0\0\0\0mif1heic"
    with pytest.raises(UnreadableFile, match="HEIC picture is damaged"):
        taken(golden + bytes(200))


def test_heic_without_its_decoder_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pi_heif", None)
    data = bytes.fromhex("0000001c66747970") + b"heic\0\0\0\0mif1heic" + bytes(200)
    with pytest.raises(UnsupportedFormat, match=r"pip install 'dyeline\[heic\]'"):
        taken(data)


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_cmyk_without_profile(name: str) -> None:
    pixels = only(encoded(card().convert("CMYK"), name))
    assert close(pixels[30, 100], RED)
    assert close(pixels[200, 100], WHITE, 4)


def test_cmyk_with_a_profile_of_another_colour_model() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert close(only(encoded(card().convert("CMYK"), "JPEG", icc_profile=profile))[30, 100], RED)
    assert close(only(encoded(card().convert("CMYK"), "JPEG", icc_profile=b"rubbish"))[30, 100], RED)


def test_palette_transparency_and_grey() -> None:
    assert close(only(encoded(card().quantize(8), "PNG"))[30, 100], RED)
    layered = card().convert("RGBA")
    layered.putalpha(Image.fromarray((np.asarray(card())[:, :, 1] < 200).astype(np.uint8) * 255))
    for name in ("PNG", "WEBP", "TIFF"):
        pixels = only(encoded(layered, name))
        assert close(pixels[30, 100], RED)
        assert close(pixels[200, 100], WHITE, 4)
    clear = Image.new("LA", (50, 50), (0, 0))
    assert (only(encoded(clear, "PNG")) == 255).all()
    assert close(only(encoded(card().convert("1"), "PNG"))[200, 100], WHITE, 0)


def test_deep_grey() -> None:
    grey = np.asarray(card())[:, :, 1]
    deep = Image.fromarray(grey.astype(np.uint16) * 257)
    assert np.array_equal(only(encoded(deep, "PNG"))[:, :, 0], grey)
    assert np.array_equal(only(encoded(deep, "TIFF"))[:, :, 0], grey)
    unit = Image.fromarray((grey / 255).astype(np.float32))
    assert np.array_equal(only(encoded(unit, "TIFF"))[:, :, 0], grey)
    odd = grey.astype(np.float32) * 10 - 500
    odd[0, 0] = np.nan
    stretched = only(encoded(Image.fromarray(odd), "TIFF"))
    assert stretched[200, 100, 0] == 255 and stretched[30, 100, 0] < 30


def test_exif_orientation() -> None:
    exif = Image.Exif()
    exif[274] = 6  # to be turned right by 90 degrees
    for name in ("JPEG", "PNG", "TIFF", "WEBP"):
        pixels = only(encoded(card(), name, exif=exif))
        assert pixels.shape == (200, 300, 3)
        assert close(pixels[100, 300 - 30], RED)


def test_exif_that_is_rubbish_is_ignored() -> None:
    assert only(encoded(card(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")).shape == (300, 200, 3)


def test_fax_gets_square_pixels() -> None:
    fax = card().convert("1")
    assert only(encoded(fax, "TIFF", compression="group3", dpi=(204, 98))).shape == (624, 200, 3)
    assert only(encoded(fax, "TIFF", compression="group4", dpi=(204, 391))).shape == (300, 383, 3)
    assert only(encoded(fax, "TIFF", compression="group4", dpi=(300, 300))).shape == (300, 200, 3)
    assert only(encoded(fax, "TIFF", compression="group4", dpi=(1, 300))).shape == (300, 200, 3)
    turned = Image.Exif()
    turned[274] = 6
    assert only(encoded(fax, "TIFF", dpi=(204, 98), exif=turned)).shape == (200, 624, 3)


def test_pages_of_a_tiff_are_numbered_and_lazy() -> None:
    data = encoded(card(), "TIFF", save_all=True, append_images=[noise(), card().convert("1")])
    pictures = pictures_of(data, first_number=5)
    first = next(pictures)
    assert (first.number, first.source) == (5, "page 1")
    rest = list(pictures)
    assert [(picture.number, picture.source) for picture in rest] == [(6, "page 2"), (7, "page 3")]
    assert rest[0].pixels.shape == (600, 400, 3)


def test_a_tiff_with_too_many_pages_says_what_was_left_out() -> None:
    dot = Image.new("1", (16, 16))
    data = encoded(dot, "TIFF", save_all=True, append_images=[dot] * MAX_PICTURE_PAGES)
    pictures, notices = taken(data)
    assert len(pictures) == MAX_PICTURE_PAGES
    assert notices == [f"Only the first {MAX_PICTURE_PAGES} pages of the TIFF file were examined."]


def test_a_damaged_later_page_spoils_no_earlier_one() -> None:
    data = encoded(card(), "TIFF", save_all=True, append_images=[noise()])
    pictures, notices = taken(data[:-300_000])
    assert len(pictures) == 1
    assert len(notices) == 1 and "page 2" in notices[0]


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_frames_that_differ(name: str) -> None:
    other = Image.fromarray(255 - np.asarray(card()))
    frames = [card(), card(), other, other, card()]
    data = encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=50, loop=0)
    pictures, notices = taken(data)
    assert len(pictures) == 2
    assert pictures[0].source == "frame 1"
    assert close(pictures[0].pixels[200, 100], WHITE, 4)
    assert close(pictures[1].pixels[200, 100], (0, 0, 0), 4)
    assert notices == []


def test_only_a_few_frames_of_a_film() -> None:
    frames = [Image.new("L", (64, 64), 40 * k) for k in range(6)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    pictures, notices = taken(data)
    assert len(pictures) == 4
    assert notices == ["Of the animation, 4 distinct frames were examined, none after frame 4."]


@pytest.mark.parametrize("name", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "AVIF"])
def test_flipped_bytes_end_in_a_picture_or_a_refusal(name: str) -> None:
    rng = np.random.default_rng(5)
    frames = {"save_all": True, "append_images": [noise(1).resize((40, 60))]} if name == "GIF" else {}
    whole = np.frombuffer(encoded(noise().resize((40, 60)), name, **frames), dtype=np.uint8)
    for _ in range(60):
        broken = whole.copy()
        at = rng.integers(0, min(len(broken), int(rng.choice([64, 10_000]))), 5)
        broken[at] = rng.integers(0, 256, 5)
        with suppress(UnreadableFile, UnsupportedFormat, TooLarge):
            for picture in pictures_of(broken.tobytes()):
                assert picture.pixels.shape[2] == 3


@pytest.mark.parametrize("name", ["PNG", "JPEG", "TIFF"])
def test_of_a_truncated_picture_what_is_there(name: str) -> None:
    whole = encoded(noise(), name)
    pictures, notices = taken(whole[: int(len(whole) * 0.7)])
    height = pictures[0].pixels.shape[0]
    assert 360 <= height <= 450
    assert "truncated" in notices[0]
    if name == "PNG":
        assert np.array_equal(pictures[0].pixels[:-1], np.asarray(noise())[: height - 1])
    with pytest.raises(UnreadableFile, match=r"truncated or damaged: \d+ of 600 rows"):
        taken(whole[: int(len(whole) * 0.3)])


@pytest.mark.parametrize("name", ["BMP", "WEBP", "AVIF"])
def test_truncated_files_of_which_nothing_can_be_had(name: str) -> None:
    whole = encoded(noise(), name)
    with pytest.raises(UnreadableFile, match="damaged"):
        taken(whole[: len(whole) // 2])


def test_a_broken_chunk_beside_the_pixels() -> None:
    data = encoded(card(), "PNG", dpi=(300, 300))
    at = data.index(b"pHYs") + 4
    broken = data[:at] + b"\xff" + data[at + 1 :]
    assert taken(broken)[0][0].pixels.shape == (300, 200, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"\xff\xd8\xff\xe0" + bytes(50),
        b"GIF89a" + bytes(50),
        b"II*\x00" + b"\xff" * 50,
        b"MM\x00*\x00\x00\x00\x08" + bytes(50),
        b"RIFF\x10\0\0\0WEBPVP8 " + bytes(50),
        b"BM" + bytes(12) + b"\x28\0\0\0" + bytes(60),
    ],
)
def test_a_signature_and_nothing_behind_it(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        taken(data)


@pytest.mark.parametrize("size", [(30_000, 30_000), (9_000, 9_000), (10_000_000, 16)])
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    with pytest.raises(TooLarge, match="at most 50 million"):
        taken(png(*size, rows=bytes(1_000)))


def test_a_single_pixel() -> None:
    with pytest.raises(UnreadableFile, match="1 x 1 pixels"):
        taken(png(1, 1, rows=bytes(2)))


def test_a_large_jpeg_is_decoded_reduced() -> None:
    big = Image.new("L", (10_000, 8_100), 255)
    big.paste(0, (0, 0, 10_000, 4_050))
    data = encoded(big, "JPEG")
    pixels = only(data)
    assert pixels.shape[0] * pixels.shape[1] <= WORK_PIXELS * 1.3
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(10_000 / 8_100, rel=0.01)
    assert pixels[100, 100, 0] < 5 and pixels[-100, 100, 0] > 250
    with pytest.raises(TooLarge):  # its coefficients would all have to be in memory
        taken(encoded(big, "JPEG", progressive=True))


def test_a_large_picture_is_shrunk() -> None:
    pixels = only(encoded(Image.new("L", (6_000, 4_000), 128), "PNG"))
    assert pixels.shape[0] * pixels.shape[1] == pytest.approx(WORK_PIXELS, rel=0.01)


def test_something_else_is_no_picture() -> None:
    with pytest.raises(UnsupportedFormat, match="no picture"):
        taken(b"some words")
