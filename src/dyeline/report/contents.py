"""What a report says, as data: every sentence and number of the pages comes from here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from dyeline.report.custody import custody_rows
from dyeline.report.history import earlier, nothing_found, rule, taken_out
from dyeline.report.scale import scale
from dyeline.report.sentences import (
    ALTERNATIVES,
    NOT_DONE,
    case_sentence,
    found_sentence,
    limits_of,
    statement,
)

REPORT_FORMAT: Final = "dyeline-report/1"


def schema_bytes() -> bytes:
    """Return the JSON schema of report.json."""
    return (files(__package__) / "report.schema.json").read_bytes()


def completed(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report with its sentences, the scale they are on, and the record of custody.

    Without a finding (an exculpation) it says nothing about any copy but those that it exculpates.
    """
    found: list[str] = []
    statements: list[dict[str, Any]] = []
    if report["finding"] is not None:
        found, statements = _said(report)
        found = found or [nothing_found(report)]
    return {
        **report,
        "found": found,
        "statements": statements,
        "taken_out": taken_out(report),
        "earlier": earlier(report),
        "rule": rule(report),
        "scale": scale(),
        "alternatives": list(ALTERNATIVES) if any(s["log10_ratio"] > 0 for s in statements) else [],
        "not_done": list(NOT_DONE),
        "limits": limits_of(report),
        "custody": custody_rows(report),
    }


def _said(report: Mapping[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    found, statements = [], []
    kept = [one for one in report["exhibits"] if one["finding"] and not one["removed"]]
    for one in kept:
        finding = one["finding"]
        found.append(found_sentence(one["label"], finding))
        statements += [
            statement(
                exhibit=one["label"],
                copy=candidate["copy"],
                recipient=candidate["recipient"],
                log10_ratio=candidate["log10_lr"],
                chance=candidate["family_wise_p"] if finding["outcome"] == "attributed" else None,
                compared=one["copies_compared"],
            )
            for candidate in finding["candidates"]
        ]
    same = report["finding"]["same_source"]
    ours = [one for one in kept if one["finding"]["outcome"] != "not_ours"]
    if len(ours) > 1 and same["candidates"]:
        found.append(case_sentence(same))
        statements += [
            statement(
                exhibit=None,
                copy=" and ".join(candidate["copies"]),
                recipient=candidate["recipient"],
                log10_ratio=candidate["log10_e"],
                chance=candidate["family_wise_p"] if same["outcome"] == "attributed" else None,
                compared=report["finding"]["family"],
            )
            for candidate in same["candidates"]
        ]
    return [one for one in found if one], statements
