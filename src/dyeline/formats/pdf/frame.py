"""The frame of a page as it is shown: pt from its top left corner, turned and cropped as viewers do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """Where user space stands on a page as shown: (x, y) there is ``linear @ (x, y) + offset``.

    A pt is a unit of user space: PDFium and Chromium do not scale by /UserUnit, and a viewer that
    does scales page and shifts alike.
    """

    width: float
    height: float
    linear: NDArray[np.float64]
    offset: NDArray[np.float64]

    def points(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of user space, (n, 2), as the page shows them."""
        return np.stack([x, y], axis=-1) @ self.linear.T + self.offset

    def boxes(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return boxes (left, bottom, right, top) of user space as (left, top, right, bottom) of the page."""
        one = self.points(boxes[:, 0], boxes[:, 1])
        two = self.points(boxes[:, 2], boxes[:, 3])
        return np.hstack([np.minimum(one, two), np.maximum(one, two)])


def page_frame(page: Any) -> Frame:
    """Return the frame of a PDFium page: its crop box within its media box, turned by its /Rotate."""
    from ctypes import byref

    from pypdfium2 import raw

    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, byref(box))
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    turns = int(raw.FPDFPage_GetRotation(page)) % 4
    linear, offset = {
        0: (((1, 0), (0, -1)), (-left, top)),
        1: (((0, 1), (1, 0)), (-bottom, -left)),
        2: (((-1, 0), (0, 1)), (right, -bottom)),
        3: (((0, -1), (-1, 0)), (top, right)),
    }[turns]
    width, height = right - left, top - bottom
    if turns % 2:
        width, height = height, width
    return Frame(width, height, np.array(linear, dtype=np.float64), np.array(offset, dtype=np.float64))
