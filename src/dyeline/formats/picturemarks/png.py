"""PNG pictures of many copies: every copy's pixels are put together and deflated anew."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.embed import MarkablePicture

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LEVEL = 4  # of zlib: noise does not get smaller by more effort
_KEPT = frozenset((b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"pHYs"))
"""Chunks of the original that say how its pixels are to be shown."""


@dataclass(frozen=True, slots=True)
class PngCopies:
    """The PNG file of every copy. ``chunks`` are those of the original that are carried over, whole."""

    ready: MarkablePicture
    alpha: NDArray[np.uint8] | None = None
    chunks: bytes = b""

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return the file with ``variants[b]`` (0 or 1) in block b."""
        pixels = self.ready.marked(variants)
        if pixels.ndim == 3:
            pixels = np.asarray(pixels[..., ::-1])
            if self.alpha is not None:
                pixels = np.dstack([pixels, self.alpha])
        told = [cv2.IMWRITE_PNG_COMPRESSION, _LEVEL]
        if self.ready.bilevel and self.alpha is None:
            told += [cv2.IMWRITE_PNG_BILEVEL, 1]
        done, packed = cv2.imencode(".png", pixels, told)
        if not done:
            raise ValueError("the picture cannot be encoded as PNG")
        data = packed.tobytes()
        if not self.chunks:
            return data
        behind = len(_SIGNATURE) + 25  # the header chunk
        return data[:behind] + self.chunks + data[behind:]


def shown_chunks(png: bytes) -> bytes:
    """Return the chunks of a PNG file that a marked copy of it keeps."""
    kept = (chunk for chunk in _chunks(png) if chunk[4:8] in _KEPT)
    return b"".join(kept)


def deflated_rows(png: bytes) -> bytes:
    """Return the deflated rows of a PNG file: a PDF picture with /FlateDecode and /Predictor 15."""
    return b"".join(chunk[8:-4] for chunk in _chunks(png) if chunk[4:8] == b"IDAT")


def _chunks(png: bytes) -> Iterator[bytes]:
    """Yield whole chunks up to the first that is broken or cut off."""
    at = len(_SIGNATURE)
    while at + 12 <= len(png):
        end = at + 12 + int(struct.unpack_from(">I", png, at)[0])
        chunk = png[at:end]
        if end > len(png) or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            return
        yield chunk
        at = end
