"""Why a name is not opened, and the way out, by the code that goes on record."""

from __future__ import annotations

from dyeline.custody.rules import LAPSES_AFTER_DAYS, Refusal
from dyeline.errors import NotPermitted

_WHY: dict[Refusal, tuple[str, str]] = {
    "case.undecided": (
        "it is not decided whether the case could be a protected disclosure",
        "decide that first: dyeline case disclose CASE --decision not-protected --by reviewer --reason …",
    ),
    "case.protected": (
        "the case was decided to be a protected disclosure",
        "leave it; only another decision, on record, could change that",
    ),
    "copy.not_named": (
        "no finding of the case attributes an exhibit to that copy or narrows it down to it",
        "ask for a copy that dyeline case show names; or say why with --override-reason, which goes on record",
    ),
    "request.settled": ("the request is settled already", "make another request if there is a reason"),
    "request.lapsed": (
        f"the request is older than {LAPSES_AFTER_DAYS} days and has lapsed",
        "make another request",
    ),
    "custodian.unknown": (
        "the key is not that of a custodian",
        "use the key of a custodian: dyeline custodian list",
    ),
    "custodian.investigates": (
        "whoever investigates a case may not grant its unsealing",
        "ask custodians who have not opened, examined or asked in this case",
    ),
    "custodian.twice": (
        "this custodian has granted it already",
        "the second grant has to come from another custodian",
    ),
    "person.twice": (
        "this person has granted it already",
        "the second grant has to come from another person, under an account of their own",
    ),
    "custodian.other_person": (
        "this key has been used by another person before",
        "every custodian uses their own key under their own account",
    ),
}


def refused(refusal: Refusal, request: str) -> NotPermitted:
    """Return the error of a refusal that is on record already."""
    problem, fix = _WHY[refusal]
    return NotPermitted(
        f"{request} is refused: {problem}. That is on record.",
        fix=f"{fix}.",
        refusal=refusal,
        request=request,
    )
