"""How much of a picture's marks a screenshot still shows: one is made of it, and read."""

from __future__ import annotations

from hashlib import shake_256

import cv2
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.image.judge import judge
from dyeline.carriers.image.reading import MarkReader
from dyeline.carriers.image.view import seen_from
from dyeline.formats.picturemarks.embed import markable, usable_blocks
from dyeline.formats.picturemarks.filters import grey_of

SCREEN_DPI = 110
"""What pages are shown at on screens, in the middle of 96 and 125 %."""

_JPEG_QUALITY = 60


def share_that_lasts(
    original: NDArray[np.uint8], key: str, px_per_pt: float, hidden: NDArray[np.bool_] | None = None
) -> float:
    """Return how many bits a screenshot says of each bit that its blocks carry, 0 to 1.

    That is 1 + log2 of the chance that a reading gives the sign that is there, averaged over the blocks.

    ``px_per_pt`` is how many of the picture's pixels a pt of its page has, ``hidden`` which of them its page hides.
    0 for a picture that carries no marks. Cost: as reading it, 1 to 7 s.
    """
    ready = markable(original, key)
    blocks = () if ready is None else usable_blocks(ready)
    if ready is None or not blocks:
        return 0.0
    drawn = np.frombuffer(shake_256(b"lasting\x00" + key.encode()).digest(ready.grid.count), np.uint8) & 1
    shown = grey_of(ready.marked(drawn.tolist()))
    scale = min(1.0, SCREEN_DPI / 72 / px_per_pt)
    height, width = shown.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.rint(cv2.resize(shown.astype(np.float32), size, interpolation=cv2.INTER_AREA)).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    seen = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    across, down = width / size[0], height / size[1]
    to_original = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1.0]])
    clear = None if hidden is None else ~seen_from(hidden, to_original, seen.shape)
    loglik = judge(MarkReader.of_marked(ready, original, key).correlate(seen, to_original, clear))[
        list(blocks)
    ]
    written = drawn[list(blocks)].astype(np.int64)
    rows = np.arange(len(blocks))
    against = loglik[rows, 1 - written] - loglik[rows, written]
    return float(np.clip(1 - np.logaddexp(0, against).mean() / np.log(2), 0.0, 1.0))
