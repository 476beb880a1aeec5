"""JPEG pictures of many copies: each stretch of units is encoded twice, a copy's file is joined from them.

Restart markers end the stretches (ISO/IEC 10918-1, B.1.1.2 and F.1.1.5.2): what follows one depends on nothing
before it, and its number only on the place, so that joined stretches are, to the byte, what
encoding the copy's pixels would have given. Joining costs a thousandth of encoding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.formats.picturemarks.embed import MarkablePicture

_START_OF_SCAN = b"\xff\xda"
_END_OF_IMAGE = b"\xff\xd9"
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


@dataclass(frozen=True, slots=True)
class JpegCopies:
    """The JPEG file of every copy. ``stretches[v][k]`` is stretch k under variant v, with what ends it.

    ``owner[k]`` is the block that stretch k belongs to, -1 for none.
    """

    head: bytes
    stretches: tuple[tuple[bytes, ...], tuple[bytes, ...]]
    owner: tuple[int, ...]

    def filled(self, variants: Sequence[int]) -> bytes:
        """Return the file with ``variants[b]`` (0 or 1) in block b."""
        minus, plus = self.stretches
        chosen = [*variants, 0]  # -1 is the last one
        parts = [plus[k] if chosen[block] else minus[k] for k, block in enumerate(self.owner)]
        return b"".join([self.head, *parts])


def jpeg_copies(ready: MarkablePicture, quality: int) -> JpegCopies:
    """Return a picture's copies as baseline JPEG, colours not subsampled (units of 8 x 8 pixels)."""
    head, minus = _stretches(ready.minus, quality, ready.grid.stretch)
    other, plus = _stretches(ready.plus, quality, ready.grid.stretch)
    owner = tuple(ready.grid.owner.tolist())
    if other != head or not len(minus) == len(plus) == len(owner):
        raise ValueError("the JPEG encoder did not end the stretches where it was told to")
    return JpegCopies(head, (minus, plus), owner)


def decoded(data: bytes) -> NDArray[np.uint8]:
    """Return the pixels of a JPEG file that ``JpegCopies`` made, grey or RGB."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("not a JPEG file")
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return np.asarray(pixels, dtype=np.uint8)


def _stretches(pixels: NDArray[np.uint8], quality: int, stretch: int) -> tuple[bytes, tuple[bytes, ...]]:
    """Return everything up to the scan's data, and the data of each stretch with the marker that ends it."""
    told = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_RST_INTERVAL,
        stretch,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    drawn = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    done, packed = cv2.imencode(".jpg", drawn, told)
    if not done:
        raise ValueError("the picture cannot be encoded as JPEG")
    data = packed.tobytes()
    scan = data.index(_START_OF_SCAN)
    begin = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    ends = [found.end() for found in _RESTART.finditer(data, begin)] + [len(data)]
    starts = [begin, *ends[:-1]]
    return data[:begin], tuple(data[low:high] for low, high in zip(starts, ends, strict=True))
