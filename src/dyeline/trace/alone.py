"""Pictures of a document recognised by themselves, without the page that they stand on."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dyeline.model.document import PictureArea
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageWords, Picture
from dyeline.trace.shelf import Original

if TYPE_CHECKING:
    from dyeline.carriers.image.register import Features

ORIGINALS_KEPT: Final = 4
"""Whose features are kept: 2 MB each."""


@dataclass(frozen=True, slots=True)
class AloneSeen:
    """A picture of a document seen in one of an exhibit. ``homography`` maps the exhibit's pixels to its own."""

    picture: int
    original: str  # key
    areas: tuple[PictureArea, ...]
    homography: NDArray[np.float64]

    def quad_on(self, page: PageWords) -> tuple[tuple[float, float], ...] | None:
        """Return the outline of a page in the exhibit's picture; None where it is not known to show the picture."""
        from dyeline.carriers.image.register import through_page

        area = next((area for area in self.areas if area.page == page.number), None)
        if area is None:
            return None
        to_picture = np.linalg.inv(self.homography) @ through_page(np.eye(3), area)
        across, down = page.width_pt, page.height_pt
        corners = np.array([(0, 0), (across, 0), (across, down), (0, down)]) * REFERENCE_PX_PER_PT - 0.5
        placed = np.concatenate([corners, np.ones((4, 1))], axis=1) @ to_picture.T
        return tuple((round(float(x / w), 1), round(float(y / w), 1)) for x, y, w in placed)


@dataclass(slots=True)
class AloneFinder:
    """Looks for originals in pictures, for each pair only once."""

    _pictures: dict[int, Features] = field(default_factory=dict)
    _originals: dict[str, Features] = field(default_factory=dict)
    _found: dict[tuple[int, str], AloneSeen | None] = field(default_factory=dict)

    def find(self, picture: Picture, original: Original) -> AloneSeen | None:
        """Return where a picture shows an original; None where it does not. Some 0.5 to 1 s."""
        key = (picture.number, original.key)
        if key not in self._found:
            self._found[key] = self._looked(picture, original)
        return self._found[key]

    def _looked(self, picture: Picture, original: Original) -> AloneSeen | None:
        from dyeline.carriers.image.likeness import ALONE, likeness_through
        from dyeline.carriers.image.register import features_of, register_features
        from dyeline.formats.picturemarks.filters import grey_of

        if picture.number not in self._pictures:
            self._pictures[picture.number] = features_of(grey_of(picture.pixels))
        if original.key not in self._originals:
            while len(self._originals) >= ORIGINALS_KEPT:
                del self._originals[next(iter(self._originals))]
            self._originals[original.key] = features_of(grey_of(original.pixels))
        found = register_features(self._pictures[picture.number], self._originals[original.key])
        if (
            found is None
            or likeness_through(grey_of(picture.pixels), found, grey_of(original.pixels)) < ALONE
        ):
            return None  # much printed text agrees with other text in many places
        return AloneSeen(picture.number, original.key, original.areas, found)


def on_pages(areas: Iterable[PictureArea], pages: Container[int]) -> bool:
    """Tell whether a picture is shown on one of these pages; -1 stands for places that are not told."""
    return any(area.page in pages for area in areas)
