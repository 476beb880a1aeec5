"""What the whole log says of a case beside what the report says of it: nothing left out, no earlier look hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dyeline_verify.log import Entry
from dyeline_verify.refusal import Refused
from dyeline_verify.strict import field

EXAMINATIONS: Final = ("examination", "examination.failed")
NAMING: Final = ("attributed", "narrowed")

Objects = Sequence[Mapping[str, Any]]


def check_record(whole: Sequence[Entry], case: Mapping[str, Any], exhibits: Objects) -> list[str]:
    """Refuse a report that leaves out what the log has of its case; return what was compared.

    Every exhibit that came in, every examination and everything taken out has to stand in the report.
    """
    label = case.get("label")
    own = [entry for entry in whole if entry.facts.get("case") == label]
    if sum(entry.kind == "case.opened" for entry in own) != 1:
        raise Refused(f"the log opens case {label} more than once")
    stated = {(one.get("label"), one.get("sha256")): one for one in exhibits}
    if len(stated) != len(exhibits):
        raise Refused("the report states an exhibit twice")
    for entry in own:
        if (
            entry.kind == "exhibit.received"
            and (entry.facts.get("exhibit"), entry.facts.get("sha256")) not in stated
        ):
            raise Refused(
                f"log entry {entry.number} has {entry.facts.get('exhibit')} of this case, which the report leaves out"
            )
    made = [entry for entry in own if entry.kind == "examination"]
    last = {entry.facts.get("exhibit"): entry.number for entry in made}
    for one in exhibits:
        if one.get("examination_entry") != last.pop(one.get("sha256"), None):
            raise Refused(
                f"the report does not state the last examination of {one.get('label')} that the log has"
            )
    if last:
        raise Refused(
            f"log entry {min(last.values())} is an examination in this case, which the report leaves out"
        )
    _check_removed(own, exhibits)
    _check_state(own, case)
    return [
        f"the report states all {len(exhibits)} exhibits that the log has of this case, and what was taken out"
    ]


def _check_removed(own: Sequence[Entry], exhibits: Objects) -> None:
    taken = {entry.facts.get("removed") for entry in own if entry.kind == "case.removed"}
    for one in exhibits:
        if (one.get("removed") is not None) != (one.get("label") in taken):
            said = "was taken out of the case" if one.get("label") in taken else "was never taken out"
            raise Refused(f"{one.get('label')} {said}, as the log has it; the report says otherwise")


def _check_state(own: Sequence[Entry], case: Mapping[str, Any]) -> None:
    """Compare the last decision on protected disclosure, and whether the case was closed."""
    decided = [entry.facts.get("decision") for entry in own if entry.kind == "case.decision"]
    stated = field(case, "disclosure", dict, "the case").get("decision")
    if stated != (decided[-1] if decided else None):
        raise Refused("the log has another last decision on protected disclosure than the report")
    if any(entry.kind == "case.closed" for entry in own) != (case.get("closed") is not None):
        raise Refused("the log and the report differ on whether the case was closed")


def check_evidence(whole: Sequence[Entry], case: Mapping[str, Any], evidence: Objects) -> None:
    """Refuse a report that leaves out or changes evidence from outside that the log has of its case."""
    own = [entry for entry in whole if entry.facts.get("case") == case.get("label")]
    taken = {entry.facts.get("removed") for entry in own if entry.kind == "case.removed"}
    logged = {
        entry.facts.get("evidence"): (
            entry.facts.get("for"),
            entry.facts.get("likelihood_ratio"),
            entry.facts.get("evidence") in taken,
        )
        for entry in own
        if entry.kind == "case.evidence"
    }
    stated = {
        one.get("label"): (one.get("for"), one.get("likelihood_ratio"), one.get("removed") is not None)
        for one in evidence
    }
    if stated != logged:
        raise Refused("the log has other evidence from outside in this case than the report")


def other_looks(
    entries: Sequence[Entry], opened: Entry, exhibits: Objects, *, combined: bool
) -> tuple[list[str], list[str], list[str]]:
    """Return what the log has of other examinations of the same files: facts, limits, reasons not to confirm.

    ``entries`` are those of the whole log, or those that are proven; an examination of several files at once counts.
    A stated chance holds for one examination at a bound that was set before. Where a copy is named although an
    earlier examination of the same file came out otherwise, the finding may be the luckiest of several, and is
    not confirmed; nor where the exhibits are named only together (``combined``), and an earlier examination at a
    stricter bound named nobody. An earlier ``not_ours`` compared no copy, and an equal outcome decided nothing.
    """
    facts: list[str] = []
    limits: list[str] = []
    doubts: list[str] = []
    outcomes = {entry.number: entry.facts.get("outcome") for entry in entries}
    for one in exhibits:
        label, number = one.get("label"), one.get("examination_entry")
        digest = one.get("sha256")
        alike = {digest} | {
            entry.facts.get("sha256")
            for entry in entries
            if entry.kind == "exhibit.received" and digest in entry.facts.get("files", ())
        }
        looks = [
            entry
            for entry in entries
            if entry.kind in EXAMINATIONS and entry.facts.get("exhibit") in alike and entry.number != number
        ]
        if looks:
            facts.append(f"other examinations of {label}: {_told(looks, opened)}")
        early = [entry for entry in looks if entry.number < opened.number and entry.kind == "examination"]
        if early:
            limits.append(
                f"{label}: the bound of this case was set after the exhibit had been examined "
                f"({_told(early, opened)}); the stated chance holds for one examination"
            )
        if not isinstance(number, int):
            continue
        outcome = outcomes.get(number)
        doubted = [
            entry
            for entry in looks
            if entry.kind == "examination"
            and entry.number < number
            and _casts_doubt(entry, outcome, opened, combined=combined and one.get("removed") is None)
        ]
        if doubted:
            doubts.append(
                f"{label} had been examined before with another result ({_told(doubted, opened)}): "
                "the stated chance holds for one examination"
            )
    return facts, limits, doubts


def _casts_doubt(entry: Entry, outcome: object, opened: Entry, *, combined: bool) -> bool:
    """Tell whether an earlier examination leaves open that its exhibit was examined until a copy was named."""
    earlier = entry.facts.get("outcome")
    if earlier == "not_ours":
        return False
    if outcome in NAMING:
        return earlier != outcome
    return (
        combined and earlier not in NAMING and _bound(entry) < field(opened.facts, "bound", float, "the case")
    )


def _told(looks: Sequence[Entry], opened: Entry) -> str:
    """Return outcome, bound and place of examinations, those that came to the same told as one."""
    places: dict[tuple[str, str], list[str]] = {}
    for entry in looks:
        when = "before this case was opened" if entry.number < opened.number else "after this case was opened"
        places.setdefault((_outcome(entry), when), []).append(str(entry.facts.get("case", "no case")))
    return "; ".join(
        f"{what}, {when}, {len(where)}x (in {', '.join(dict.fromkeys(where))})"
        for (what, when), where in places.items()
    )


def _outcome(entry: Entry) -> str:
    if entry.kind == "examination.failed":
        return "failed"
    return f"{entry.facts.get('outcome')} at bound {_bound(entry):g}"


def _bound(entry: Entry) -> float:
    bound: float = field(
        field(entry.facts, "parameters", dict, "an examination"), "bound", float, "an examination"
    )
    return bound
