"""Mark sites: places that can carry a choice, and the choices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One stretch of canonical text, and what stands there under each variant.

    ``start:end`` is half-open and may be empty (an insertion). ``texts`` has one entry a variant.
    """

    start: int
    end: int
    texts: tuple[str, ...]


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
