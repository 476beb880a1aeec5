"""What a case shows: one matter, several exhibits, in the shape of the public JSON (docs/howto/cases.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dyeline.model.finding import NoneOfThese, Outcome, Together


@dataclass(frozen=True, slots=True)
class CaseCandidate:
    """One recipient whom the marks point to, by sealed label, and the copies that were compared.

    ``family_wise_p`` decides. ``log10_e`` is the running likelihood ratio, safe at any moment.
    ``p_value_fixed_set`` is right only if the exhibits were chosen before any was looked at.
    """

    recipient: str
    copies: tuple[str, ...]
    family_wise_p: float
    log10_e: float
    p_value_fixed_set: float
    posterior: float


@dataclass(frozen=True, slots=True)
class TogetherRecipients:
    """A statement about two or more recipients at once: a copy of each went into at least one exhibit of the case.

    ``family_wise_p`` bounds the chance of such a statement about recipients of whom it is not true.
    """

    recipients: tuple[str, ...]
    statement: Literal["each"]
    family_wise_p: float


@dataclass(frozen=True, slots=True)
class SameSource:
    """What all exhibits say together if they come from one source, and (``together``) without assuming it."""

    outcome: Outcome
    candidates: tuple[CaseCandidate, ...]
    none_of_these: NoneOfThese
    together: tuple[TogetherRecipients, ...] = ()


@dataclass(frozen=True, slots=True)
class SingleCandidate:
    """One copy that a single exhibit points to."""

    copy: str
    recipient: str
    p_value: float
    family_wise_p: float
    log10_lr: float
    posterior: float


@dataclass(frozen=True, slots=True)
class SingleFinding:
    """What one exhibit says alone, at its share of the bound; ``together`` is about copies merged in it."""

    exhibit: str
    outcome: Outcome
    bound: float
    candidates: tuple[SingleCandidate, ...]
    together: tuple[Together, ...] = ()


@dataclass(frozen=True, slots=True)
class ExhibitUse:
    """What an exhibit brought to the case: sites that it decided, and the one that it repeats."""

    exhibit: str
    sites_read: int
    sites_new: int
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """The combined finding, under both assumptions.

    ``family`` counts recipients ever compared, ``groups`` those first compared in each batch of exhibits.
    """

    bound: float
    family: int
    looks: int
    uses: tuple[ExhibitUse, ...]
    same_source: SameSource
    independent: tuple[SingleFinding, ...]
    groups: tuple[int, ...] = ()
