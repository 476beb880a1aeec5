"""Any colour model a picture file may have -> RGB, 8 bits, on white where it is transparent."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

_DEEP_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
_MAX_PROFILE_BYTES = 8 * 2**20


def rgb_image(image: Image.Image) -> Image.Image:
    """Return a loaded picture in mode RGB. Raises whatever the decoder or the colour profile raises."""
    from PIL import Image

    if image.mode in _DEEP_MODES:
        return Image.fromarray(_eight_bits(np.asarray(image)), "L").convert("RGB")
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.mode == "LAB":
        return image.getchannel("L").convert("RGB")  # text is told by lightness
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")
    return image.convert("RGB")


def _from_cmyk(image: Image.Image) -> Image.Image:
    """Return CMYK as RGB by its embedded profile; by the plain formula without a usable one."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and len(profile) <= _MAX_PROFILE_BYTES:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # a damaged profile or one of another colour model: the formula is good enough for text
    return image.convert("RGB")


def _eight_bits(deep: NDArray[Any]) -> NDArray[np.uint8]:
    """Return 16-bit, 32-bit or floating grey as 8-bit grey.

    Which of the ranges in use (1, 255, 4095, 65535) holds black to white is told by the highest value;
    anything else is stretched from its lowest to its highest.
    """
    values = np.nan_to_num(deep.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    whole = deep.dtype.kind in "iu"
    tops = (255.0, 4095.0, 65535.0) if whole else (1.0, 255.0, 65535.0)
    top = next((top for top in tops if high <= top), 0.0)
    if low < 0 or not top:
        values -= low
        top = max(high - low, 1e-6)
    return np.asarray(np.clip(np.rint(values * (255.0 / top)), 0, 255), dtype=np.uint8)
