from __future__ import annotations

import io
import pickle

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from dyeline.formats.picturemarks.copies import small_jpeg
from dyeline.formats.picturemarks.embed import Pixels, markable
from dyeline.formats.picturemarks.files import file_copies, file_key, open_file
from dyeline.formats.picturemarks.filters import grey_of
from dyeline.formats.picturemarks.jpeg import decoded, jpeg_copies
from dyeline.formats.picturemarks.likeness import least_ssim, psnr_db
from dyeline.formats.picturemarks.png import PngCopies
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
    jpeg = small_jpeg(ready, original)
    assert jpeg is not None
    for copies in (jpeg, PngCopies(ready)):
        variants = np.random.default_rng(3).integers(0, 2, ready.grid.count).tolist()
        with Image.open(io.BytesIO(copies.filled(variants))) as copy:
            pixels = np.array(copy)
        assert psnr_db(pixels, original) >= 36
        assert min(similarities(pixels, original)) >= 0.97
        assert least_ssim(pixels, original) == pytest.approx(min(similarities(pixels, original)), abs=1e-4)


def test_bands_of_a_large_picture_stand_for_all_of_it() -> None:
    original = photograph(2400, 1200)
    noisy = np.random.default_rng(1).normal(0, 5, original.shape) * np.linspace(0, 2, 1200)[:, None, None]
    other = np.clip(original + noisy, 0, 255).astype(np.uint8)
    assert least_ssim(other, original) == pytest.approx(min(similarities(other, original)), abs=0.005)


def similarities(one: Pixels, two: Pixels) -> list[float]:
    """Return the similarities that scikit-image computes: of the luma and of the colours, with either window."""
    from skimage.metrics import structural_similarity

    papers = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    ways: list[dict[str, object]] = [{}, papers]
    found = [structural_similarity(grey_of(one), grey_of(two), data_range=255, **way) for way in ways]
    if one.ndim == 3:
        found += [structural_similarity(one, two, data_range=255, channel_axis=2, **way) for way in ways]
    return found


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
