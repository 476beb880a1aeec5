"""What an examination found, in the shape of the public JSON contract (docs/reference/finding.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["attributed", "narrowed", "insufficient", "no_readable_mark", "not_ours"]


@dataclass(frozen=True, slots=True)
class ExhibitFacts:
    """What was examined: the hash of its bytes, its kind by content, its number of words."""

    sha256: str
    kind: str
    words: int


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """The registered version that the exhibit holds text of, and the circulation that was scored."""

    id: str
    version: int
    title: str
    circulation: str | None


@dataclass(frozen=True, slots=True)
class Region:
    """The words of the document that the exhibit covers, counted from 0, half-open.

    ``page`` is counted from 1, None where the document has no pages. ``quad`` is the outline of
    that page in the exhibit's picture number ``picture`` (from 0), in pixels: its own top left
    corner, then clockwise; None where the exhibit is text.
    """

    start_word: int
    end_word: int
    page: int | None = None
    quad: tuple[tuple[float, float], ...] | None = None
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class ReadCount:
    """How many sites lay in the circulation, and how many of them were read."""

    sites: int
    read: int


@dataclass(frozen=True, slots=True)
class ReadSummary:
    """Sites and readings in all, and by carrier."""

    sites: int
    read: int
    by_carrier: dict[str, ReadCount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One scored copy. ``recipient`` is its sealed label (R-017), never a name.

    ``document`` and ``circulation`` are what it is a copy of: an exhibit can hold pages of several.
    """

    copy: str
    recipient: str
    p_value: float
    family_wise_p: float
    log10_lr: float
    posterior: float
    document: str | None = None
    circulation: str | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """A statement about several copies at once.

    ``statement`` is "each" (every one of them took part) or "any" (at least one of them did);
    ``family_wise_p`` bounds the chance of such a statement about copies of which it is not true, over all that were
    scored. ``log10_lr`` weighs "these copies were mixed" against codewords independent of them; None
    where more than two copies are meant.
    """

    copies: tuple[str, ...]
    statement: Literal["each", "any"]
    family_wise_p: float
    log10_lr: float | None


@dataclass(frozen=True, slots=True)
class NoneOfThese:
    """The proposition that no listed copy is the source, with the prior that was assumed for it."""

    posterior: float
    prior: float


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one examination. Speaks of copies, never of a person's guilt."""

    exhibit: ExhibitFacts
    outcome: Outcome
    document: SourceDocument | None
    region: Region | None
    readings: ReadSummary
    bound: float
    candidates: tuple[Candidate, ...]
    none_of_these: NoneOfThese
    advice: tuple[str, ...]
    methods: dict[str, str]
    together: tuple[Together, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain JSON values."""
        plain = asdict(self)
        plain["candidates"] = list(plain["candidates"])
        plain["advice"] = list(plain["advice"])
        plain["together"] = [{**one, "copies": list(one["copies"])} for one in plain["together"]]
        if self.region is not None and self.region.quad is not None:
            plain["region"]["quad"] = [list(corner) for corner in self.region.quad]
        return plain
