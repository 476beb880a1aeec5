"""What a case still shows once its readings were purged: the findings that were recorded when it was examined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dyeline.errors import NotFound
from dyeline.model.case import SingleCandidate, SingleFinding
from dyeline.model.finding import Together
from dyeline.trace.case_advise import SPEAKS_OF_COPIES

if TYPE_CHECKING:
    from dyeline.store.tables import CaseExhibit

_STATED = ("copy", "recipient", "p_value", "family_wise_p", "log10_lr", "posterior")


def recorded_findings(rows: Sequence[CaseExhibit]) -> tuple[SingleFinding, ...]:
    """Return what each exhibit said alone, at the bound of the case; those taken out or never read have none."""
    return tuple(
        _recorded(f"EX-{row.number}", row.finding)
        for row in rows
        if row.examined is not None and row.removed is None
    )


def purged_text(exhibits: Iterable[Mapping[str, Any]]) -> str:
    """Return in words what readings were purged and when, "EX-1 on 2026-03-01", from exhibits as a case shows them."""
    return ", ".join(f"{one['label']} on {one['purged'][:10]}" for one in exhibits if one["purged"])


def purged_readings(case: str, exhibits: Iterable[Mapping[str, Any]]) -> NotFound:
    """Return the error of what needs readings that were purged."""
    return NotFound(
        f"What was read in exhibits of case {case} was purged ({purged_text(exhibits)}), so nothing can be computed "
        "from it anew.",
        fix="see the findings on record: dyeline case show NAME.",
    )


def purged_advice(recorded: Sequence[SingleFinding]) -> tuple[str, ...]:
    """Return what a reader has to know of findings that stand on record alone."""
    rest = (
        "What was read in the exhibits was purged: every finding shown is the one recorded when the exhibit was "
        "examined, alone and at the bound of the case as a whole, not at a share of it. What the exhibits show "
        "together was not recorded and cannot be computed anew; a report made before the purge states it."
    )
    return (SPEAKS_OF_COPIES, rest) if any(one.candidates for one in recorded) else (rest,)


def _recorded(label: str, finding: Mapping[str, Any]) -> SingleFinding:
    return SingleFinding(
        label,
        finding["outcome"],
        float(finding["bound"]),
        tuple(SingleCandidate(**{name: one[name] for name in _STATED}) for one in finding["candidates"]),
        tuple(
            Together(tuple(one["copies"]), one["statement"], one["family_wise_p"], one["log10_lr"])
            for one in finding.get("together", ())
        ),
    )
