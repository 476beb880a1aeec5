"""What an engine for text recognition offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dyeline.model.pages import Picture, TextLine

Quad = NDArray[np.float32]
"""(4, 2) picture pixels: top left, top right, bottom right, bottom left as the text itself sees them.

In a mirrored picture the corners therefore run counter-clockwise.
"""


class Recogniser(Protocol):
    """Finds lines of text and reads them. Stateless but for loaded models; deterministic."""

    @property
    def name(self) -> str:
        """Return engine, version and models, as they go on record."""
        ...

    def find_lines(self, picture: Picture) -> list[Quad]:
        """Return the lines of text in reading order.

        The corners say along which axis a line runs; of the two directions along it, rightwards or
        downwards is assumed, and that the picture is not mirrored: telling is ``read_text``'s.
        """
        ...

    def read_lines(self, picture: Picture, quads: Sequence[Quad]) -> list[TextLine]:
        """Return what stands in each quad, read from its first corner to its second. "" where nothing does."""
        ...
