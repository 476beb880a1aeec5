"""Mark sites: places that can carry a choice, and the choices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One stretch of canonical text, and what stands there under each variant.

    ``start:end`` is half-open and may be empty (an insertion). ``texts`` has one entry a variant.
    A place on a page has a ``mark``, is empty and has empty texts: "shift:0.2" moves the word that
    begins there by 0.2 pt to the left (variant 0) or right (variant 1); "image:KEY:BLOCK" adds the
    negative or positive pattern of a block of picture KEY, anchored there.
    """

    start: int
    end: int
    texts: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One choice among ``variants`` symbols, shown at one place or, as a link group, at several.

    ``styles[s]`` is the house style that variant ``s`` follows within the site's class (0 or 1 …):
    an editor who normalises the class turns every site of it to one style. Empty: the class is
    not one that style sheets rule.
    """

    id: str  # stable for the version: hash of carrier, class, ordinal and context
    carrier: str  # "name/version", as it goes on record
    cls: str  # reliability class, for example "phrase" or "intro-comma"
    places: tuple[Place, ...]  # in text order, never overlapping
    styles: tuple[int, ...] = ()
    review: bool = False  # an author has to accept this site before it is used

    @property
    def variants(self) -> int:
        """Return the number of variants (symbols are 0 … variants - 1)."""
        return len(self.places[0].texts)

    @property
    def on_page(self) -> bool:
        """Tell whether the choice shows on a page and not in the text (``Place.mark``)."""
        return bool(self.places[0].mark)

    @property
    def invisible(self) -> bool:
        """Tell whether the choice shows in the characters of a file alone, and in no picture of it."""
        return self.carrier.startswith(("character/", "textlayer/"))
