"""What the log says beside a case: every examination of its exhibits, wherever it was made, and every decision."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dyeline.app.report_log import EXAMINATIONS, LogPart


def examinations_of(log: LogPart, exhibits: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every examination of these exhibits (label by hash), failed ones too, in the order of the log.

    One of several files at once counts for each that is an exhibit here. The entries go into the report's part of
    the log.
    """
    together = _several(log, exhibits)
    found = []
    for number, entry in _entries(log, b'"kind":"examination'):
        facts = entry["facts"]
        digest = facts.get("exhibit")
        labels = [exhibits[digest]] if digest in exhibits else together.get(digest, [])
        if entry["kind"] not in EXAMINATIONS or not labels:
            continue
        log.entry(number, "an examination")
        found.append(
            {
                "entry": number,
                "at": entry["at"],
                "by": entry["by"]["actor"],
                "exhibits": labels,
                "case": facts.get("case"),
                "bound": facts.get("parameters", {}).get("bound"),
                "outcome": facts.get("outcome"),
                "code": facts.get("code"),
            }
        )
    return found


def first_received(log: LogPart, hashes: Collection[str]) -> int | None:
    """Return the first entry by which one of these files came in, to whatever case; None where the log has none."""
    for number, entry in _entries(log, b'"kind":"exhibit.received"'):
        facts = entry["facts"]
        if facts.get("sha256") in hashes or not set(facts.get("files", ())).isdisjoint(hashes):
            log.entry(number, "an exhibit")
            return number
    return None


def decisions_of(log: LogPart, case: str) -> list[dict[str, Any]]:
    """Return every decision whether a case could be a protected disclosure, in the order of the log."""
    found = []
    for number, entry in _entries(log, b'"kind":"case.decision"'):
        if entry["facts"].get("case") == case:
            log.entry(number, "a decision")
            found.append(
                {
                    "entry": number,
                    "at": entry["at"],
                    "by": entry["by"]["actor"],
                    "by_role": entry["facts"].get("by_role"),
                    "decision": entry["facts"].get("decision"),
                }
            )
    return found


def _several(log: LogPart, exhibits: Mapping[str, str]) -> dict[str, list[str]]:
    """Return, by the hash of several files together, which of these exhibits are among them."""
    received = (entry["facts"] for _, entry in _entries(log, b'"kind":"exhibit.received"'))
    return {
        facts["sha256"]: [exhibits[one] for one in facts["files"] if one in exhibits]
        for facts in received
        if facts.get("files")
    }


def _entries(log: LogPart, piece: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, data in log.workspace.log.holding((piece,)):
        if number < log.size:
            yield number, json.loads(data)
