"""The visible line at the foot of the last page, and where it goes on a page of any rotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.formats.pdf.reading import NOTICE_TAG

SIZE_PT = 7.0
_SIDE_PT, _FOOT_PT = 36.0, 14.0
_OTHER_FEET_PT = (22.0, 7.0, 30.0, 38.0)  # tried in order where text stands at the foot already
_CLEAR_PT = 8.0  # what a line needs
_GREY = 0.3


@dataclass(frozen=True, slots=True)
class Foot:
    """Where the notice stands: text matrix, room (pt), font resource, advances of the cp1252 codes (em)."""

    matrix: tuple[float, ...]
    room: float
    font: bytes
    advances: tuple[float, ...]

    def operators(self, notice: str) -> bytes:
        """Return the operators that show a notice; letters that the font lacks become question marks."""
        shown = notice.encode("cp1252", "replace")
        width = sum(self.advances[code] for code in shown)
        size = min(SIZE_PT, self.room / width) if width else SIZE_PT
        matrix = " ".join(f"{value:.4g}" if abs(value) <= 1 else f"{value:.2f}" for value in self.matrix)
        return (
            f"/Artifact BMC\n/{NOTICE_TAG} BMC\nBT\n{_GREY} g\n".encode()
            + b"/%b %.2f Tf\n" % (self.font, size)
            + f"{matrix} Tm\n<{shown.hex()}> Tj\nET\nEMC\nEMC\n".encode()
        )


def foot_matrix(
    box: Sequence[float], rotation: int, letters: Sequence[tuple[float, float]]
) -> tuple[tuple[float, ...], float]:
    """Return the text matrix of the notice and its room in pt.

    Args:
        box: what a viewer shows, in user space (left, bottom, right, top).
        rotation: clockwise, in degrees, when the page is shown.
        letters: origins of the page's letters, which the notice keeps clear of where it can.
    """
    left, bottom, right, top = box
    along, up, corner, room = {
        90: ((0.0, 1.0), (-1.0, 0.0), (right, bottom), top - bottom),
        180: ((-1.0, 0.0), (0.0, -1.0), (right, top), right - left),
        270: ((0.0, -1.0), (1.0, 0.0), (left, top), top - bottom),
    }.get(rotation % 360, ((1.0, 0.0), (0.0, 1.0), (left, bottom), right - left))
    heights = [(x - corner[0]) * up[0] + (y - corner[1]) * up[1] for x, y in letters]

    def clear(foot: float) -> bool:
        return all(abs(height - foot) >= _CLEAR_PT for height in heights)

    foot = next((foot for foot in (_FOOT_PT, *_OTHER_FEET_PT) if clear(foot)), _FOOT_PT)
    side = min(_SIDE_PT, room / 10)
    at = [corner[k] + side * along[k] + foot * up[k] for k in (0, 1)]
    return (*along, *up, *at), room - 2 * side
