"""Which kind of picture a file is, by its first bytes. Loads no decoder."""

from __future__ import annotations

from typing import Final

PICTURE_NAMES: Final = {
    "png": "PNG",
    "jpg": "JPEG",
    "gif": "GIF",
    "webp": "WebP",
    "tiff": "TIFF",
    "bmp": "BMP",
    "avif": "AVIF",
    "heic": "HEIC",
}
"""Name of each kind for people."""

_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),  # BigTIFF
    (b"MM\x00+", "tiff"),
)
_HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS: Final = {b"avif", b"avis"}
_BMP_HEADERS: Final = {12, 40, 52, 56, 64, 108, 124}  # sizes of the information header, all versions


def picture_kind(data: bytes) -> str:
    """Return the kind of a picture ("png", one of ``PICTURE_NAMES``); "" for anything else."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:6] in (b"GIF87a", b"GIF89a") and b"\x00" in data[6:14]:
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if data[4:8] == b"ftyp":
        return _by_brands(data)
    return ""


def is_picture(data: bytes) -> bool:
    """Tell whether the bytes are a picture of a kind that is read."""
    return bool(picture_kind(data))


def _by_brands(data: bytes) -> str:
    """Tell AVIF from HEIC by the brands of an ISO base media file: major brand first, then the others."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))]
    if _AVIF_BRANDS.intersection(brands):
        return "avif"
    return "heic" if _HEIC_BRANDS.intersection(brands) else ""
