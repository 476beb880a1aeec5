"""Who may do what when a name is to be unsealed: decisions over facts, each with a code that goes on record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Decision = Literal["protected", "not-protected", "undecided"]
DECISIONS: tuple[Decision, ...] = ("protected", "not-protected", "undecided")

Refusal = Literal[
    "case.undecided",
    "case.protected",
    "copy.not_named",
    "request.settled",
    "request.lapsed",
    "custodian.unknown",
    "custodian.investigates",
    "custodian.twice",
    "person.twice",
    "custodian.other_person",
]

LAPSES_AFTER_DAYS = 14
"""A request that has not found two custodians in this time is over; what the first one opened is deleted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it would be made: what the case was decided to be, and whether a finding names the copy."""

    decision: Decision
    named: bool
    overridden: bool


@dataclass(frozen=True, slots=True)
class Granting:
    """A grant as it would be made. People are labels of actors, custodians labels of custodians.

    ``bound_to`` is the person who has used this custodian's key before, "" for nobody.
    """

    decision: Decision
    settled: bool
    lapsed: bool
    custodian: str
    person: str
    bound_to: str
    investigators: Collection[str]
    granted_by: Collection[str]
    granted_persons: Collection[str]


def refuse_request(asked: Asked) -> Refusal | None:
    """Return why a name may not be asked for, or None where it may."""
    if asked.decision == "protected":
        return "case.protected"
    if asked.decision == "undecided":
        return "case.undecided"
    if not (asked.named or asked.overridden):
        return "copy.not_named"
    return None


def refuse_grant(granting: Granting) -> Refusal | None:
    """Return why this person may not grant with this custodian's key, or None where they may.

    ``custodian`` is "" for a key that is no custodian's.
    """
    if granting.settled:
        return "request.settled"
    if granting.lapsed:
        return "request.lapsed"
    if granting.decision == "protected":
        return "case.protected"
    if granting.decision == "undecided":
        return "case.undecided"
    if not granting.custodian:
        return "custodian.unknown"
    if granting.person in granting.investigators or granting.bound_to in granting.investigators:
        return "custodian.investigates"
    if granting.bound_to and granting.bound_to != granting.person:
        return "custodian.other_person"
    if granting.custodian in granting.granted_by:
        return "custodian.twice"
    if granting.person in granting.granted_persons:
        return "person.twice"
    return None
