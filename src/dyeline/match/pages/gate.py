"""The gate: whether a picture shows this very page. Nothing is read from a page that did not pass.

Measured on synthetic exhibits of seven documents by five producers. Right pages: 39 to 652 recognised words at
0.005 to 0.21 pt, 91 % or more of the words in the picture even when strongly curled; behind other windows 50 %
or more of what was not bare, with at most 0.05 foreign words around a recognised one; folded, with kinks and
shadows, 221 to 469 words, 61 % to 89 % of what was not bare, at 0.11 to 0.28 pt (augraphy). Of 598 wrong pages tried
at the right page's place none had four words that agree. What agrees on a wrong page is what it truly shares
with the right one: a header line (13 words), a passage that stands on both (174 words, 42 %), a letterhead
(24 % to 55 %, 0.08 to 0.22 foreign words around), the labels of a form (144 words, 61 %, 0.13 to 0.17). Of 108
wrong pages searched as creased ones are, none had more than 50 words; that was before words agreed along a plane
and creases were followed eight times. Of 400 pages of other documents examined since, none passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEAST_WORDS: Final = 12
LEAST_WORDS_UNREAD: Final = 30
"""Where no recognised text led to the page: more than a header line."""
SURE_SHARE: Final = 0.75
LEAST_SHARE: Final = 0.5
"""With less than the first the words recognised must lie together: then something covers the rest."""
MOST_FOREIGN: Final = 0.07
LEAST_SHARE_BARE: Final = 0.25
"""Where what else should be seen is hidden by something without letters."""
LARGEST_RESIDUAL_PT: Final = 0.5
MANY: Final = ((200, 0.5), (150, 0.65))
MANY_RESIDUAL_PT: Final = 0.3
"""So many words with such a share, so well placed, are more than two pages were seen to share: folds and
shadows hide the rest."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well the words of a page were found in a picture.

    ``words`` of ``visible`` words within the picture were recognised where their neighbours say
    they stand; where ``bare`` others should be there is next to nothing: a finger, a toolbar, the
    desk. ``foreign_around`` is the share of something else, with contrast, among the neighbours of
    a recognised word: what covers a page covers whole regions, another page differs in between.
    ``residual_pt`` is the recognised ones' median distance from where the neighbours say.
    """

    words: int
    visible: int
    bare: int
    foreign_around: float
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
    together = likeness.foreign_around <= MOST_FOREIGN
    many = any(likeness.words >= words and likeness.share_of_text >= share for words, share in MANY)
    if read and many and likeness.residual_pt <= MANY_RESIDUAL_PT:
        return True
    return (
        likeness.words >= (LEAST_WORDS if read else LEAST_WORDS_UNREAD)
        and likeness.share >= LEAST_SHARE_BARE
        and likeness.share_of_text >= (LEAST_SHARE if together else SURE_SHARE)
        and likeness.residual_pt <= LARGEST_RESIDUAL_PT
    )
