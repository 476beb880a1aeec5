"""A report on a case as a bundle that somebody else can check: gathered, written down, sealed in the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dyeline import __version__
from dyeline.app.case_view import CaseView, show_case
from dyeline.app.cases import find_case
from dyeline.app.exculpation import exculpations, refuse_named
from dyeline.app.journal import record
from dyeline.app.log_ledger import require_case_borne_out
from dyeline.app.report_charts import agreement_charts
from dyeline.app.report_copies import open_copies
from dyeline.app.report_exhibits import Exhibits, enclose_exhibits
from dyeline.app.report_history import decisions_of, examinations_of, first_received
from dyeline.app.report_log import MOST_WHOLE, LogPart
from dyeline.app.report_sites import read_sites_tables
from dyeline.app.sealing import is_sealed
from dyeline.app.timestamps import stamp_checkpoint
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput
from dyeline.model.case import CaseFinding
from dyeline.report.bag import Bag
from dyeline.report.case_jsonld import case_jsonld
from dyeline.report.contents import REPORT_FORMAT, completed, schema_bytes
from dyeline.report.pages import charts_of, rendered
from dyeline.report.plain_zip import plain_zip
from dyeline.store.checkpoints import Checkpoints
from dyeline.store.files import make_folder, storage_faults, write_durably
from dyeline.store.tables import Case

Sign = Callable[[bytes], bytes]
"""Signs a PDF."""


@dataclass(frozen=True, slots=True)
class ReportMade:
    """Where a report stands, the hash of its manifest, and the log's entry that holds that.

    ``notices`` are what whoever made it has to see to before passing it on.
    """

    path: Path
    manifest_sha256: str
    entry: int
    files: int
    bytes: int
    report: Mapping[str, Any]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What a report is about and holds beside the case itself.

    ``exculpate`` are copies; ``subject`` is "report" or "exculpation", which names nobody. ``exhibits`` are files
    that the workspace holds by hash alone; ``whole_log`` None encloses a log that is not too large. An authority at
    ``timestamp_url``, named by its certificates (PEM), states when the seal was made.
    """

    exculpate: tuple[str, ...] = ()
    subject: str = "report"
    exhibits: tuple[Path, ...] = ()
    whole_log: bool | None = None
    sign: Sign | None = None
    timestamp_url: str | None = None
    authority: bytes = b""


def make_report(workspace: Workspace, name: str, out: Path, options: ReportOptions) -> ReportMade:
    """Write the report on a case to a folder, or to a file whose name ends in .zip, and put its hash into the log.

    Raises NotFound, BadInput for a place that holds something already, BadWorkspace where the log lacks an entry.
    """
    _refuse_taken(out)
    now = datetime.now(UTC)
    with workspace.reading():
        case = find_case(name)
        require_case_borne_out(workspace, case)
    report, payload = _gathered(workspace, case, options, now)
    payload |= rendered(report, payload)
    if options.sign is not None:
        payload["report.pdf"] = options.sign(payload["report.pdf"])
    payload["report.schema.json"] = schema_bytes()
    payload["case.jsonld"] = case_jsonld(report)
    payload["report.json"] = json.dumps(report, indent=1, ensure_ascii=False).encode()
    bag = Bag(payload, report["case"]["label"], f"dyeline {__version__}", now)
    facts = {"case": report["case"]["label"], "manifest": bag.manifest_sha256}
    entry = record(workspace, "report.made", facts, role="investigator")
    files = bag.files(_seal(workspace, entry, options))
    _write(out, files)
    size = sum(map(len, files.values()))
    return ReportMade(out, bag.manifest_sha256, entry, len(files), size, report, _notices(workspace, report))


def _notices(workspace: Workspace, report: Mapping[str, Any]) -> tuple[str, ...]:
    """Return that exhibits may show names, where names are sealed and the bundle has exhibits."""
    shown = [one["label"] for one in report["exhibits"] if one["file"] or one["picture"]]
    if not shown or not is_sealed(workspace):
        return ()
    return (
        "The names of recipients are sealed, but an exhibit may show names, in a line “issued to …” above all, and "
        f"the bundle shows its exhibits as they are ({', '.join(shown)}). Look at them before you pass it on.",
    )


def _gathered(
    workspace: Workspace, case: Case, options: ReportOptions, now: datetime
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the report as data, and the files that it speaks of."""
    log = LogPart.now(workspace)
    view = show_case(workspace, case.name)
    finding = view.combined()
    exhibits = enclose_exhibits(workspace, case, log, options.exhibits, named=options.subject == "report")
    alone, together = _named(finding, exhibits)
    refuse_named(options.exculpate, alone, together)
    if options.subject == "exculpation":
        alone, together = set(), set()
    named = alone | together
    # the order of every table: copies that an exhibit points to come first
    in_order = (*sorted(alone), *sorted(together), *sorted(options.exculpate))
    copies = open_copies(workspace, in_order, log)
    for one in copies.copies:
        one["named_by"] = _named_by(one["copy"], alone, together)
    read = read_sites_tables(exhibits.readings, copies, named)
    anchors = log.anchors(one["received_entry"] for one in exhibits.rows)
    whole = log.size <= MOST_WHOLE if options.whole_log is None else options.whole_log
    report = {
        "format": REPORT_FORMAT,
        "subject": options.subject,
        "software": __version__,
        "made": now.isoformat(timespec="seconds"),
        "case": _case(case, log, exhibits),
        "exhibits": exhibits.rows,
        "circulations": copies.circulations,
        "copies": copies.copies,
        **_findings(view, finding, options.subject),
        "agreement": read.agreement,
        "places": read.places,
        "charts": agreement_charts(exhibits, copies),
        "exculpations": exculpations(exhibits.readings, copies, options.exculpate),
        "examinations": log.count_examinations(one["sha256"] for one in exhibits.rows),
        "examination_list": examinations_of(log, {one["sha256"]: one["label"] for one in exhibits.rows}),
        "log": {
            "origin": workspace.log_signer().name,
            "size": log.size,
            "whole": whole,
            "attested": [
                {"size": one.checkpoint.size, "folder": f"log/anchors/{one.name}"} for one in anchors
            ],
        },
    }
    made = completed(report)
    return made, exhibits.files | copies.files | log.files(anchors, whole=whole) | read.files | charts_of(
        made
    )


def _case(case: Case, log: LogPart, exhibits: Exhibits) -> dict[str, Any]:
    begun = log.entry(case.log_entry, "the case")
    return {
        "label": case.label,
        "name": case.name,
        "bound": case.bound,
        "opened": begun["at"],
        "opened_by": begun["by"]["actor"],
        "entry": case.log_entry,
        "first_received": first_received(log, {one["sha256"] for one in exhibits.rows}),
        "closed": case.closed.isoformat() if case.closed else None,
        "disclosure": {
            "decision": case.decision or None,
            "by_role": case.decided_by or None,
            "at": case.decided.isoformat() if case.decided else None,
            "decisions": decisions_of(log, case.label),
        },
    }


def _findings(view: CaseView, finding: CaseFinding, subject: str) -> dict[str, Any]:
    """Return what the exhibits show together; an exculpation says nothing about other copies."""
    if subject == "exculpation":
        return {
            "finding": None,
            "recipients_compared": [],
            "external_evidence": [],
            "events": [],
            "advice": [],
        }
    plain = view.to_dict()
    return {
        "finding": {key: plain[key] for key in ("bound", "family", "same_source", "independent", "methods")},
        "recipients_compared": list(finding.groups),
        "external_evidence": plain["external_evidence"],
        "events": plain["history"]["events"],
        "advice": plain["advice"],
    }


def _named(finding: CaseFinding, exhibits: Exhibits) -> tuple[set[str], set[str]]:
    """Return the copies that findings on single exhibits name, and those that the combined finding rests on.

    The latter is about recipients: it takes every copy of theirs that was compared.
    """
    together = {label for one in finding.same_source.candidates for label in one.copies}
    alone = {one.copy for single in finding.independent for one in single.candidates}
    findings = [one["finding"] for one in exhibits.rows if one["finding"]]
    return alone | {candidate["copy"] for found in findings for candidate in found["candidates"]}, together


def _named_by(copy: str, alone: set[str], together: set[str]) -> str:
    if copy in alone:
        return "exhibit"
    return "combined" if copy in together else "exculpation"


def _refuse_taken(out: Path) -> None:
    if out.suffix == ".zip":
        taken = out.exists()
    else:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if taken:
        raise BadInput(f"{out} holds something already.", fix="name a new folder or zip file.", path=str(out))


def _seal(workspace: Workspace, entry: int, options: ReportOptions) -> dict[str, bytes]:
    """Return the proof that the manifest's hash stands in the log, and the time-stamp over that log if asked for."""
    log = LogPart.now(workspace)
    log.entry(entry, "the report")
    proof = workspace.log.prove(entry, log.note, log.size)
    seal = {
        "seal/report-made.json": log.entries[entry],
        "seal/report-made.tlog-proof": str(proof).encode(),
    }
    if options.timestamp_url is None:
        return seal
    url, authority = options.timestamp_url, options.authority
    made = stamp_checkpoint(workspace, url, authority=authority, note=log.note)
    kept = next(one for one in Checkpoints(workspace.checkpoint_folder).all() if one.name == made.name)
    answer = next(one.answer for one in kept.stamps if one.name == made.stamp.name)
    return {**seal, "seal/checkpoint": log.note.encode(), "seal/1.tsr": answer, "seal/1.pem": authority}


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    if out.suffix == ".zip":
        try:
            packed = plain_zip(files)
        except ValueError:
            raise BadInput("The bundle is too large for a zip file.", fix="name a folder instead.") from None
        make_folder(out.parent, private=False)
        write_durably(out, packed, mode=0o600)
        return
    make_folder(out, private=True)
    for name, data in files.items():
        path = out / name
        with storage_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, data, mode=0o600)
