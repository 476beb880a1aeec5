"""The gate: whether a picture shows this very page. Nothing is read from a page that did not pass.

Measured (synthetic exhibits of seven documents, five producers): right pages had 39 to 652 recognised words
at 0.005 to 0.21 pt, strongly curled ones 83 % of those in the picture, half hidden ones 39 to 67 %. Of 239
wrong pages tried at the right page's place none had four words that agree. What does pass for a wrong page
is what it truly shares with the right one: a header line (13 words), a passage that stands on both (174 words,
42 %).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEAST_WORDS: Final = 12
LEAST_WORDS_UNREAD: Final = 30
"""Where no recognised text led to the page: more than a header line."""
LEAST_SHARE: Final = 0.5
LEAST_SHARE_BARE: Final = 0.25
"""Where what else should be seen is hidden by something without letters."""
LARGEST_RESIDUAL_PT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well the words of a page were found in a picture.

    ``words`` of ``visible`` words within the picture were recognised where their neighbours say
    they stand; where ``bare`` others should be there is next to nothing: a finger, a toolbar, the
    desk. ``residual_pt`` is the recognised ones' median distance from where the neighbours say.
    """

    words: int
    visible: int
    bare: int
    residual_pt: float

    @property
    def share(self) -> float:
        """Return the share of the words within the picture that were recognised."""
        return self.words / max(1, self.visible)

    @property
    def share_of_text(self) -> float:
        """Return the share recognised of the words where the picture shows anything like text."""
        return self.words / max(1, self.visible - self.bare)


def passes(likeness: Likeness, *, read: bool) -> bool:
    """Tell whether the picture shows this page and not another, or none.

    ``read`` tells that recognised text led to the page.
    """
    return (
        likeness.words >= (LEAST_WORDS if read else LEAST_WORDS_UNREAD)
        and likeness.share >= LEAST_SHARE_BARE
        and likeness.share_of_text >= LEAST_SHARE
        and likeness.residual_pt <= LARGEST_RESIDUAL_PT
    )
