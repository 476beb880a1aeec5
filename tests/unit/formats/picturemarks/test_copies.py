from __future__ import annotations

import io
import pickle

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from dyeline.formats.picturemarks.copies import LEAST_PSNR_DB, LEAST_SSIM, small_jpeg
from dyeline.formats.picturemarks.embed import Pixels, grey_of, markable
from dyeline.formats.picturemarks.files import file_copies, file_key, open_file
from dyeline.formats.picturemarks.jpeg import decoded, jpeg_copies
from dyeline.formats.picturemarks.strength import psnr_db, ssim
from tests.pictures import photograph, scanned_page

PICTURES = {"scan": scanned_page(403, 500), "photograph": photograph(480, 360)}


def packed(pixels: Pixels, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("name", PICTURES)
def test_a_joined_jpeg_is_what_encoding_the_copy_gives(name: str) -> None:
    ready = markable(PICTURES[name], "k")
    assert ready is not None
    variants = np.random.default_rng(3).integers(0, 2, ready.grid.count).tolist()
    joined = pickle.loads(pickle.dumps(jpeg_copies(ready, 90))).filled(variants)
    marked = ready.marked(variants)
    drawn = marked if marked.ndim == 2 else cv2.cvtColor(marked, cv2.COLOR_RGB2BGR)
    whole = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    encoded = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 90, *whole])[1].tobytes()
    assert (decoded(joined) == decoded(encoded)).all()
    with Image.open(io.BytesIO(joined)) as other_decoder:
        assert np.abs(np.array(other_decoder).astype(int) - decoded(joined)).max() <= 1


@pytest.mark.parametrize("name", PICTURES)
def test_the_quality_that_is_promised_is_kept(name: str) -> None:
    original = PICTURES[name]
    ready = markable(original, "k")
    assert ready is not None
    copies = small_jpeg(ready, original)
    assert copies is not None
    pixels = decoded(copies.filled(np.random.default_rng(3).integers(0, 2, ready.grid.count).tolist()))
    assert psnr_db(pixels, original) >= LEAST_PSNR_DB - 0.2
    assert ssim(grey_of(pixels), grey_of(original)) >= LEAST_SSIM - 0.001


def test_a_png_keeps_its_transparency_profile_and_resolution() -> None:
    pixels = photograph(300, 220)
    alpha = np.linspace(0, 255, 300, dtype=np.uint8)[None].repeat(220, axis=0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = packed(np.dstack([pixels, alpha]), "PNG", icc_profile=profile, dpi=(96, 96))
    picture = open_file(data)
    assert picture is not None
    copies = file_copies(picture, data, file_key(data))
    assert copies is not None
    with Image.open(io.BytesIO(copies.filled([0, 1] * 40))) as marked:
        assert marked.mode == "RGBA"
        assert (np.array(marked)[..., 3] == alpha).all()
        assert marked.info["icc_profile"] == profile
        assert marked.info["dpi"] == pytest.approx((96, 96), abs=0.1)
        assert psnr_db(np.array(marked.convert("RGB")), pixels) > 36


def test_a_jpeg_keeps_its_colour_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = packed(photograph(300, 220), "JPEG", quality=90, icc_profile=profile)
    picture = open_file(data)
    assert picture is not None
    copies = file_copies(picture, data, "k")
    assert copies is not None
    with Image.open(io.BytesIO(copies.filled([0, 1] * 40))) as marked:
        assert marked.info["icc_profile"] == profile and marked.size == (300, 220)


def test_a_palette_is_looked_up() -> None:
    pixels = photograph(300, 220)
    with Image.fromarray(pixels) as image:
        file = io.BytesIO()
        image.quantize(64).save(file, "PNG")
    picture = open_file(file.getvalue())
    assert picture is not None and picture.pixels.shape == (220, 300, 3)


def test_what_cannot_be_marked_is_told_from_the_file() -> None:
    pixels = photograph(300, 220)
    exif = Image.Exif()
    exif[0x112] = 6
    turned = packed(pixels, "JPEG", exif=exif)
    with Image.fromarray(pixels) as image:
        file = io.BytesIO()
        image.convert("CMYK").save(file, "JPEG")
    deep = packed(np.full((300, 300), 40_000, np.uint16), "PNG")
    broken = packed(pixels, "PNG")[:2000]
    for data in (
        turned,
        file.getvalue(),
        deep,
        broken,
        b"",
        b"\x89PNG",
        b"\xff\xd8\xff",
        packed(pixels[:90], "PNG"),
    ):
        assert open_file(data) is None
    blank: Pixels = np.full((400, 400), 255, np.uint8)
    data = packed(blank, "PNG")
    picture = open_file(data)
    assert picture is not None and file_copies(picture, data, "k") is None
