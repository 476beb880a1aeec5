"""Pictures for tests: a scanned page and a photograph, drawn from a seed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

WORDS = "minutes of the board meeting held at Harbour House on quarterly results and staffing".split()


def scanned_page(width: int = 620, height: int = 877, seed: int = 0) -> NDArray[np.uint8]:
    """Return a grey page of text on grainy paper."""
    rng = np.random.default_rng(seed)
    page = np.full((height, width), 246, np.uint8)
    for line in range(40, height - 40, 20):
        x = 40
        while x < width - 110:
            word = str(rng.choice(WORDS))
            cv2.putText(page, word, (x, line), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 30, 1, cv2.LINE_AA)
            x += 9 * len(word) + 8
    paper = cv2.GaussianBlur(page.astype(np.float32), (0, 0), 0.6) + rng.normal(0, 4, page.shape)
    return np.clip(paper, 0, 255).astype(np.uint8)


def photograph(width: int = 640, height: int = 480, seed: int = 0) -> NDArray[np.uint8]:
    """Return an RGB picture of shaded discs with texture and noise."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[0:height, 0:width]
    base = np.stack(
        [110 + 60 * np.sin(across / 80 + k) * np.cos(down / (60 + 9 * k)) for k in range(3)], axis=2
    )
    picture = np.clip(base, 0, 255).astype(np.uint8)
    for _ in range(120):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        colour = tuple(float(value) for value in rng.integers(30, 220, 3))
        cv2.circle(picture, centre, int(rng.integers(4, 40)), colour, -1, cv2.LINE_AA)
    grain = cv2.GaussianBlur(rng.normal(0, 14, (height, width)).astype(np.float32), (0, 0), 0.8)
    return np.clip(picture + grain[..., None], 0, 255).astype(np.uint8)


def jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Return the picture after JPEG."""
    packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED), dtype=np.uint8)


def turned(pixels: NDArray[np.uint8], degrees: float, scale: float = 1.0) -> NDArray[np.uint8]:
    """Return the picture turned about its middle on white."""
    height, width = pixels.shape[:2]
    how = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    return np.asarray(
        cv2.warpAffine(pixels, how, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)),
        dtype=np.uint8,
    )
