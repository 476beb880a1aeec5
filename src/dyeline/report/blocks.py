"""The report as a row of blocks, the same for paper and for the screen, in the order in which people ask.

What was found; how sure; what else could explain it; what was not done; how often was looked; what the recipients
were told; who had the exhibits; then what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from dyeline.report.history import moment, outcome_text, where_text
from dyeline.report.null_chart import caption
from dyeline.report.scale import rung

Block = dict[str, Any]
"""``kind`` and what that kind has: title, lead, heading, text, lead_in, list, table, facts, picture.

A ``lead_in`` is a text that stays on one page with the beginning of the block after it.
"""


def blocks(report: Mapping[str, Any]) -> list[Block]:
    """Return the blocks of a report (``contents.completed``)."""
    return [
        *_head(report),
        *_found(report),
        *_sure(report),
        *_against(report),
        *_explanations(report),
        *_examinations(report),
        *_outside(report),
        *_notice(report),
        *_disclosure(report),
        *_custody(report),
        *_rests_on(report),
        *_limits(report),
        *_check(report),
    ]


def _head(report: Mapping[str, Any]) -> Iterator[Block]:
    case = report["case"]
    what = (
        "Statement that exhibits speak against a copy" if report["finding"] is None else "Report on exhibits"
    )
    yield {
        "kind": "title",
        "text": what,
        "sub": f"Case {case['label']}: {case['name']}. {_day(report['made'])}.",
    }


def _found(report: Mapping[str, Any]) -> Iterator[Block]:
    if report["finding"] is not None:
        yield _heading("What was found")
        for sentence in report["found"]:
            yield {"kind": "lead", "text": sentence}
        yield _text("This speaks of copies of a document, not of what any person did.")
    if report["earlier"]:
        yield _list(report["earlier"])
    if report["taken_out"]:
        yield _heading("What was taken out of the case")
        for one in report["taken_out"]:
            yield _text(" ".join(one["sentences"]))


def _against(report: Mapping[str, Any]) -> Iterator[Block]:
    if report["exculpations"]:
        yield _heading("What speaks against a copy")
        kind = "lead" if report["finding"] is None else "text"
        for one in report["exculpations"]:
            yield {"kind": kind, "text": one["sentence"]}
        yield _list(report["exculpations"][0]["limits"])


def _sure(report: Mapping[str, Any]) -> Iterator[Block]:
    if not report["statements"]:
        return
    yield _heading("How sure this is")
    for one in report["statements"]:
        yield _text(one["sentence"])
    scale = report["scale"]
    held = {rung(one["log10_ratio"])["word"] for one in report["statements"]}
    yield {
        "kind": "table",
        "head": ["likelihood ratio", f"support for the copy ({scale['name']})"],
        "rows": [[one["bounds"], one["word"]] for one in scale["rungs"]],
        "widths": [1, 2],
        "marked": [k for k, one in enumerate(scale["rungs"]) if one["word"] in held],
    }
    yield _text(f"Highlighted: where this finding stands. {scale['cap_reason']}")
    yield _text(" ".join(report["rule"]))


def _explanations(report: Mapping[str, Any]) -> Iterator[Block]:
    if report["alternatives"]:
        yield _heading("What else could explain it")
        yield _list(report["alternatives"])
    yield _heading("What was not done")
    yield _list(report["not_done"])


_DISCLOSURE: Final = {
    "not-protected": "that it is not one",
    "undecided": "that this is undecided, so that nobody may be named",
    "protected": "that it is one, so that nothing more may be examined",
}


def _disclosure(report: Mapping[str, Any]) -> Iterator[Block]:
    decided = report["case"]["disclosure"]
    yield _heading("Whether it could be a protected disclosure")
    if decided["decision"] is None and any(one["examined_at"] for one in report["exhibits"]):
        yield _text("Nobody had to decide this when the exhibits were examined.")
        return
    yield _text(
        "Before an exhibit is examined somebody has to decide whether the leak could be a protected disclosure."
    )
    if decided["decision"] is None:
        yield _text("Nobody has decided it yet.")
        return
    rows = decided["decisions"] or [decided]
    yield _lead_in("Decided once:" if len(rows) == 1 else f"Decided {len(rows)} times, the last one counts:")
    yield _list(
        [
            f"{moment(one['at'])} UTC, in the role of {one['by_role']}: {_DISCLOSURE[one['decision']]}"
            + (f" (log entry {one['entry']})." if "entry" in one else ".")
            for one in rows
        ]
    )


def _examinations(report: Mapping[str, Any]) -> Iterator[Block]:
    counts = report["examinations"]
    yield _heading("How many examinations there were")
    source = (
        "The whole log is enclosed, so that this can be counted."
        if report["log"]["whole"]
        else "The log is not enclosed as a whole; this number is the issuer's."
    )
    said = _lead_in if report["examination_list"] else _text
    yield said(
        f"The log of this workspace holds {_times(counts['all'])}, {counts['failed']} of which failed. "
        f"{_times(counts['of_these_exhibits'])} {'was' if counts['of_these_exhibits'] == 1 else 'were'} of the "
        f"exhibits of this report, in this case or elsewhere. {source}"
    )
    if report["examination_list"]:
        own = report["case"]["label"]
        yield {
            "kind": "table",
            "head": ["log entry", "when (UTC)", "exhibit", "where", "bound", "outcome"],
            "rows": [
                [
                    str(one["entry"]),
                    moment(one["at"]),
                    ", ".join(one["exhibits"]),
                    where_text(one, own),
                    "" if one["bound"] is None else f"{one['bound']:g}",
                    outcome_text(one),
                ]
                for one in report["examination_list"]
            ],
            "widths": [1, 2, 1, 2, 1, 2],
            "marked": [n for n, one in enumerate(report["examination_list"]) if one["case"] != own],
        }
        if any(one["case"] != own for one in report["examination_list"]):
            yield _text("Highlighted: examinations of these exhibits that do not belong to this case.")
    if report["advice"]:
        yield _lead_in("What a reader has to know of how this was looked at:")
        yield _list(report["advice"])


def _outside(report: Mapping[str, Any]) -> Iterator[Block]:
    if not report["external_evidence"]:
        return
    yield _heading("Evidence from outside of the marks")
    yield _lead_in("It was entered by hand, and changes nothing of what is said of the marks.")
    yield _list([_evidence(one) for one in report["external_evidence"]])


def _evidence(one: Mapping[str, Any]) -> str:
    said = (
        f"{one['label']}, on {one['for']}: likelihood ratio {one['likelihood_ratio']:g}. "
        f"{one['kind'] or 'Kind not stated'}; source: {one['source']}; reason: {one['reason']}"
    )
    if one["removed"]:
        said += f" — taken out at {moment(one['removed']['at'])} UTC: {one['removed']['reason']}"
    return said


def _notice(report: Mapping[str, Any]) -> Iterator[Block]:
    yield _heading("What the recipients had been told")
    shown = [one for one in report["copies"] if one["notice"]]
    for one in shown:
        yield _text(
            f"Copy {one['copy']} carried this line, with the name of its recipient: “{one['notice']}” "
            "An exhibit that shows the line shows that name."
        )
    for one in report["copies"]:
        if one["named_by"] == "combined":
            yield _text(
                f"No exhibit alone points to copy {one['copy']}. The combined finding is about all copies of "
                f"{one['recipient']} that were compared, so the codeword of this one is shown as well."
            )
    silent = [one["copy"] for one in report["copies"] if not one["notice"]]
    if silent:
        yield _text(f"No notice stood in {', '.join(silent)}: the issuer had switched it off.")
    if not report["copies"]:
        yield _text("No copy is named; see the record of the circulation for the notice in use.")


def _custody(report: Mapping[str, Any]) -> Iterator[Block]:
    yield _heading("Chain of custody")
    for record in report["custody"]:
        yield {
            "kind": "facts",
            "rows": [
                ["Exhibit", f"{record['item']}, {record['original_name']} ({record['bytes']:,} bytes)"],
                ["SHA-256", record["sha256"]],
                ["Source, as stated", record["source"]],
                ["Kept", f"{record['storage']}; in this bundle: {record['file'] or 'no'}"],
            ],
        }
        yield {
            "kind": "table",
            "head": ["when (UTC)", "what", "by", "log entry"],
            "rows": [
                [
                    moment(act["at"]),
                    act["act"],
                    act["by"] or "",
                    "" if act["entry"] is None else str(act["entry"]),
                ]
                for act in record["acts"]
            ],
            "widths": [3, 5, 1, 1],
            "marked": [],
        }
    yield _text(f"Times: {report['custody'][0]['clock']}." if report["custody"] else "There is no exhibit.")


def _rests_on(report: Mapping[str, Any]) -> Iterator[Block]:
    rows = [
        [exhibit, one["copy"], carrier, str(count["sites"]), str(count["read"]), str(count["agree"])]
        for exhibit, copies in report["agreement"].items()
        for one in copies
        for carrier, count in one["by_carrier"].items()
        if count["read"]
    ]
    yield _heading("What it rests on")
    if rows:
        yield {
            "kind": "table",
            "head": ["exhibit", "copy", "kind of mark", "places in the document", "read", "as in the copy"],
            "rows": rows,
            "widths": [1, 1, 1, 1, 1, 1],
            "marked": [],
        }
        yield _text(
            "Every place that was read, with its words and what the named copies have there, is listed in "
            "readings/ of this bundle."
        )
    for one in report["places"]:
        yield _lead_in(f"Some of the places in {one['exhibit']}; in brackets what could stand there:")
        yield {
            "kind": "table",
            "head": ["in the document", "in the exhibit", *one["copies"]],
            "rows": [
                [
                    f"…{row['before']} [{' / '.join(row['choices'])}] {row['after']}…",
                    row["seen"],
                    *row["copies"],
                ]
                for row in one["rows"]
            ],
            "widths": [5, 2, *(2 for _ in one["copies"])],
            "marked": [],
        }
    for chart in report["charts"]:
        words = caption(chart)
        yield {"kind": "picture", "file": chart["file"], "alt": words, "caption": words}
    for one in report["exhibits"]:
        if one["picture"]:
            yield {
                "kind": "picture",
                "file": one["picture"],
                "alt": f"{one['label']} beside the document, with the marks that were read",
                "caption": f"{one['label']} as it came in, with what was recognised, beside the page of the document.",
            }
    yield {
        "kind": "facts",
        "rows": [
            [f"Circulation {label}", f"{one['title']} (document {one['document']}, version {one['version']}), "
             f"issued as {one['format']}; {one['sites_count']:,} places; fixed in log entry {one['entry']}"]
            for label, one in report["circulations"].items()
        ]
        + [
            [f"Copy {one['copy']}", f"issued to {one['recipient']}; its marks fixed in log entry {one['entry']}, "
             f"{moment(one['issued'])}"]
            for one in report["copies"]
        ],
    }  # fmt: skip


def _limits(report: Mapping[str, Any]) -> Iterator[Block]:
    yield _heading("What remains possible")
    yield _list(report["limits"])


def _check(report: Mapping[str, Any]) -> Iterator[Block]:
    yield _heading("How to check this")
    yield _text(
        "This page belongs to a bundle of files. The program dyeline-verify checks all of it without a network and "
        "without the software that made it; the steps can also be done by hand. Everything printed here stands in "
        "report.json of the bundle, whose hash is in the log."
    )
    yield {
        "kind": "facts",
        "rows": [["Log", f"{report['log']['origin']}, {report['log']['size']:,} entries"], *_methods(report)],
    }


def _methods(report: Mapping[str, Any]) -> list[list[str]]:
    findings = [one["finding"] for one in report["exhibits"] if one["finding"]]
    versions = findings[0]["methods"] if findings else {}
    return [["Software", f"dyeline {report['software']}"]] + (
        [["Methods", ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))]]
        if versions
        else []
    )


def _heading(words: str) -> Block:
    return {"kind": "heading", "text": words}


def _text(words: str) -> Block:
    return {"kind": "text", "text": words}


def _lead_in(words: str) -> Block:
    return {"kind": "lead_in", "text": words}


def _list(items: Sequence[str]) -> Block:
    return {"kind": "list", "items": list(items)}


def _times(count: int) -> str:
    return "1 examination" if count == 1 else f"{count:,} examinations"


def _day(moment: str) -> str:
    return moment[:10]
