"""Reading the marks of a picture: a matched filter on what the exhibit adds to the unmarked picture.

Nothing here knows a codeword. The noise is measured in the exhibit with patterns that no copy carries
(the true one displaced), the strength that is left of the marks from the size of the
correlations, whatever their signs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.image.judge import judge
from dyeline.carriers.image.likeness import LEAST_PIXELS, fine_likeness
from dyeline.carriers.image.refine import blur_kernel, continued, local_shifts, shaded_alike
from dyeline.carriers.image.spread import Correlations, Evidence, correlations, unseen
from dyeline.carriers.image.view import seen_through
from dyeline.formats.picturemarks.embed import MarkablePicture, markable
from dyeline.formats.picturemarks.filters import (
    Grey,
    as_grey,
    convolved,
    covered,
    grey_of,
    moved,
    shrunk,
)
from dyeline.formats.picturemarks.grid import UNIT_PX, Grid
from dyeline.formats.picturemarks.pattern import pattern, wavelength_px

_WORK_WAVE_PX = 7.0  # reading works on pictures in which the pattern has about this wavelength
_LEAST_LIKENESS = (
    0.1  # correlation of their fine structure; below, it is another picture (or nothing is left of it)
)
_FOLLOWED = 2  # times that the pattern is followed further into margins where nothing else is to be seen
_LEAST_SURE = 12  # blocks in which the pattern stands out, for it to be followed


def read_picture(
    exhibit: NDArray[np.uint8],
    homography: NDArray[np.float64],
    original: NDArray[np.uint8],
    key: str,
    shown: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Return ln-likelihoods (blocks, 2) of minus and plus in each block of picture ``key``, capped at 8 nats.

    ``homography`` maps pixels of the exhibit's picture to the original's, good to a few pixels; both
    pictures are grey or RGB; ``shown`` tells which of the exhibit's pixels count, all if not given. All rows
    are erasures when the exhibit does not show this picture, or shows no marks in it. No rows when the picture
    cannot carry marks.
    """
    reader = MarkReader.of(original, key)
    return np.zeros((0, 2)) if reader is None else judge(reader.correlate(exhibit, homography, shown))


@dataclass(frozen=True, slots=True)
class MarkReader:
    """Reads the marks of one picture in any number of exhibits; all fields at work resolution.

    ``base`` is half-way between the variants, ``sign`` half the difference of the variants, ``raw`` the bare pattern;
    ``unit`` is how many work pixels a JPEG unit has. ``bare`` is what the picture without marks adds to ``base``: white
    and black ground cannot become whiter and blacker. ``edges_only`` tells that nothing is marked on flat ground.
    """

    grid: Grid
    unit: int
    wave_px: float
    base: Grey
    sign: Grey
    raw: Grey
    bare: Grey
    edges_only: bool

    @classmethod
    def of(cls, original: NDArray[np.uint8], key: str) -> MarkReader | None:
        """Return the reader of picture ``key``, grey or RGB; None for one that carries no marks."""
        ready = markable(original, key)
        return None if ready is None else cls.of_marked(ready, original, key)

    @classmethod
    def of_marked(cls, ready: MarkablePicture, original: NDArray[np.uint8], key: str) -> MarkReader:
        """Return the reader of picture ``key``, given how it is marked."""
        grid = ready.grid
        unit = int(np.clip(round(UNIT_PX * _WORK_WAVE_PX / wavelength_px(grid.block_px)), 2, UNIT_PX))
        down, across = (unit * side for side in grid.unit_owner().shape)
        plus, minus = (_worked(as_grey(grey_of(side)), across, down) for side in (ready.plus, ready.minus))
        raw = _worked(pattern(key, grid.width_px, grid.height_px, ready.wave_px), across, down)
        base, sign = as_grey((plus + minus) / 2), as_grey((plus - minus) / 2)
        bare = as_grey(_worked(as_grey(grey_of(original)), across, down) - base)
        return cls(grid, unit, ready.wave_px * unit / UNIT_PX, base, sign, raw, bare, ready.bilevel)

    def correlate(
        self,
        exhibit: NDArray[np.uint8],
        homography: NDArray[np.float64],
        shown: NDArray[np.bool_] | None = None,
    ) -> Correlations:
        """Return the correlations of all blocks with an exhibit; ``shown`` tells which of its pixels are one."""
        height, width = self.base.shape
        seen, weight = seen_through(grey_of(exhibit), homography, self.unit / UNIT_PX, (width, height), shown)
        if weight.sum() < LEAST_PIXELS:
            return unseen(self.grid)
        map_x, map_y = local_shifts(seen, self.base, weight)
        found = self._compared(seen, weight, map_x, map_y)
        for _ in range(_FOLLOWED):
            if found.sure.sum() < _LEAST_SURE or not found.away[found.sure].any():
                break
            right, down = continued(found.away, found.sure, (found.rows, found.columns), self.base.shape)
            map_x, map_y = map_x + right, map_y + down
            further = self._compared(seen, weight, map_x, map_y)
            if further.sure.sum() <= found.sure.sum():
                break
            found = further
        return found

    def _compared(self, seen: Grey, weight: Grey, map_x: Grey, map_y: Grey) -> Correlations:
        """Return the correlations of an exhibit that the maps bring into place."""
        seen = moved(seen, map_x, map_y, cubic=True)
        weight = as_grey(covered(weight, map_x, map_y) > 0.99)
        seen = shaded_alike(seen, self.base, weight)
        kernel = blur_kernel(seen, self.base, weight)
        wanted = convolved(self.base, kernel)
        likeness = fine_likeness(seen, wanted, weight)
        if likeness < _LEAST_LIKENESS:
            return unseen(self.grid)
        evidence = Evidence(
            grid=self.grid,
            unit=self.unit,
            wave_px=self.wave_px,
            likeness=likeness,
            base=self.base,
            residual=as_grey((seen - wanted) * weight),
            sign=convolved(self.sign, kernel),
            raw=convolved(self.raw, kernel),
            weight=weight,
            edges_only=self.edges_only,
            bare=convolved(self.bare, kernel),
        )
        return correlations(evidence)


def _worked(field: Grey, across: int, down: int) -> Grey:
    """Return a field, filled up to whole units (borders repeated), at work resolution."""
    bottom, right = -field.shape[0] % UNIT_PX, -field.shape[1] % UNIT_PX
    return shrunk(as_grey(np.pad(field, ((0, bottom), (0, right)), mode="edge")), across, down)
