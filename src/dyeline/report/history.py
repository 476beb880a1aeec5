"""What speaks against a finding or limits it, in sentences: what was taken out, looked at before, decided otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dyeline.report.sentences import found_sentence, statement

_OUTCOMES: Final = {"not_ours": "not ours", "no_readable_mark": "no readable mark"}


def nothing_found(report: Mapping[str, Any]) -> str:
    """Return why no sentence says what was found."""
    exhibits = report["exhibits"]
    if not exhibits:
        return "This case has no exhibit."
    if any(one["finding"] and one["removed"] for one in exhibits):
        return "Every exhibit that was examined was taken out of the case; what each showed is said below."
    return "No exhibit of this case could be examined; the chain of custody says why."


def taken_out(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return, for each exhibit that was taken out, when and why, and what it showed alone.

    A report without a finding does not say what exhibits showed: that names copies.
    """
    return [
        {"exhibit": one["label"], "sentences": list(_taken_out(one, named=report["finding"] is not None))}
        for one in report["exhibits"]
        if one["removed"]
    ]


def _taken_out(exhibit: Mapping[str, Any], *, named: bool) -> list[str]:
    removed, finding, label = exhibit["removed"], exhibit["finding"], exhibit["label"]
    entry = "" if removed["entry"] is None else f" (log entry {removed['entry']})"
    said = [
        f"Exhibit {label} was taken out of the case at {moment(removed['at'])} UTC{entry}. "
        f"Reason given: “{removed['reason']}”."
    ]
    if finding:
        said.append(f"It had been examined. Taken alone: {found_sentence(label, finding)}")
        said += [
            statement(
                exhibit=label,
                copy=one["copy"],
                recipient=one["recipient"],
                log10_ratio=one["log10_lr"],
                chance=one["family_wise_p"] if finding["outcome"] == "attributed" else None,
                compared=exhibit["copies_compared"],
            )["sentence"]
            for one in finding["candidates"]
        ]
    elif exhibit["fault"]:
        said.append(f"It could not be examined ({exhibit['fault']}).")
    elif named or exhibit["examined_at"] is None:
        said.append("It had not been examined.")
    return said


def rule(report: Mapping[str, Any]) -> list[str]:
    """Return what the bound is worth: whether the log has it before the exhibits, and what was set before."""
    case = report["case"]
    bound, entry, first = case["bound"], case["entry"], case["first_received"]
    said = [
        f"The case was opened with the rule that a copy is named only if the chance of naming any copy that is not a "
        f"source is at most {bound:g}."
    ]
    if first is not None and entry < first:
        said.append(
            f"The log has that rule (entry {entry}) before any of these exhibits came in (first: entry {first})."
        )
    elif first is not None:
        said.append(
            f"The log has that rule (entry {entry}) after an exhibit had come in (entry {first}): it was not fixed "
            "beforehand."
        )
    if earlier(report):
        said.append(
            "Exhibits of this case had been examined before the case was opened. The stated chance holds for one "
            "examination under a rule fixed before it; if the rule or the case was chosen for what had been found, it "
            "does not hold."
        )
    for label, one in report["circulations"].items():
        if one["bound"] is not None and one["bound"] < bound:
            said.append(
                f"When circulation {label} was opened, a bound of {one['bound']:g} was put on record (log entry "
                f"{one['entry']}). The bound of this case is laxer."
            )
    return said


def earlier(report: Mapping[str, Any]) -> list[str]:
    """Return a sentence on every examination of the exhibits that the log has from before the case was opened."""
    return [
        f"{' and '.join(one['exhibits'])} examined before this case was opened: {outcome_text(one)}"
        f"{_at_bound(one)} (log entry {one['entry']}, {where_text(one, '')})."
        for one in report["examination_list"]
        if one["entry"] < report["case"]["entry"]
    ]


def outcome_text(examination: Mapping[str, Any]) -> str:
    """Return what came of an examination, in a word or two."""
    if examination["outcome"] is None:
        return f"failed ({examination['code']})"
    found: str = _OUTCOMES.get(examination["outcome"], examination["outcome"])
    return found


def where_text(examination: Mapping[str, Any], own: str) -> str:
    """Return in which case an exhibit was examined; ``own`` is the case of the report."""
    if not examination["case"]:
        return "outside of any case"
    return "this case" if examination["case"] == own else f"case {examination['case']}"


def moment(at: str) -> str:
    """Return a moment as it is printed, to the second."""
    return at[:19].replace("T", " ")


def _at_bound(examination: Mapping[str, Any]) -> str:
    return "" if examination["bound"] is None else f" at {examination['bound']:g}"
