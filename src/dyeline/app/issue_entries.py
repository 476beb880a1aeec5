"""What the log says of an issue run: what the copies will be, before one is made; each copy, before one leaves."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dyeline.app.circulations import commitment_to_all, frozen_sites
from dyeline.app.journal import record, record_many
from dyeline.carriers.registry import reading_carriers
from dyeline.codes.design import site_weights, weights_sha256
from dyeline.errors import BadWorkspace, LogDisagrees
from dyeline.evidence.entries import parse_entry
from dyeline.store.bulk import record_entries, record_files
from dyeline.store.tables import Circulation, IssuedCopy
from dyeline.trace.methods import method_versions

if TYPE_CHECKING:
    from dyeline.app.copymaking import MadeCopy
    from dyeline.app.workspace import Workspace

LATE = {"recorded_late": True}
"""States that something was issued before the workspace had a log: the entry does not show when."""


@dataclass(frozen=True, slots=True)
class IssueEntries:
    """Numbers of the entries of an issue run; ``copies`` are first and last, None where no copy was made."""

    opened: int
    copies: tuple[int, int] | None = None
    issued: int | None = None


def record_opened(workspace: Workspace, circulation: Circulation, bias: str) -> int:
    """Put on record what the copies of a circulation will be, unless that was done; return the entry's number.

    ``bias`` is the hash of the weights of its sites. An entry that an interrupted run left is used again.
    Raises LogDisagrees where the log knows another circulation of this label.
    """
    if circulation.log_entry is not None:
        return circulation.log_entry
    own = _opened_facts(circulation, bias)
    facts = own | {
        "bound": workspace.settings.trace_bound,
        "methods": method_versions(reading_carriers(), [circulation.code_scheme]),
    }
    with workspace.writing():
        left = _left(workspace, "circulation.opened", circulation.label, 0)
        if any(stated.get(name) != value for _, stated in left for name, value in own.items()):
            raise _older_database(circulation.label)
        same = [number for number, stated in left if stated == facts]
        circulation.log_entry = (
            same[0] if same else record(workspace, "circulation.opened", facts, role="issuer")
        )
        circulation.save(update_fields=["log_entry"])
    return circulation.log_entry


def record_released(workspace: Workspace, circulation: Circulation, made: Sequence[MadeCopy]) -> IssueEntries:
    """Put hashes and commitments of checked copies on record, in the log and in the database, all or none.

    A copy that was made again as it was keeps its entry; so does one whose entry an interrupted run left.
    Raises LogDisagrees where the log has another codeword for one of them.
    """
    assert circulation.log_entry is not None  # before any copy was made
    if not made:
        return IssueEntries(circulation.log_entry)
    facts = {copy.label: _copy_facts(circulation, copy.label, copy.commitment, copy.sha256) for copy in made}
    with workspace.writing():
        entries = _standing(circulation, facts)
        fresh = len(entries) < len(facts)
        if fresh:
            for number, stated in _left(workspace, "copy.issued", circulation.label, circulation.log_entry):
                label = stated["copy"]
                if label in facts and stated["commitment"] != facts[label]["commitment"]:
                    raise _older_database(label)
                if label not in entries and stated == facts.get(label):
                    entries[label] = number
        new = [label for label in facts if label not in entries]
        given = record_many(workspace, "copy.issued", [facts[label] for label in new], role="issuer")
        entries |= dict(zip(new, given, strict=True))
        record_files((copy.label, copy.sha256, copy.commitment) for copy in made)
        record_entries(entries.items())
        issued = None
        if fresh:
            whole = _issued_facts(workspace, circulation)
            issued = record(workspace, "circulation.issued", whole, role="issuer")
        circulation.completed = datetime.now(UTC)
        circulation.save(update_fields=["completed"])
    numbers = entries.values()
    return IssueEntries(circulation.log_entry, (min(numbers), max(numbers)), issued)


def enter_issued(workspace: Workspace) -> None:
    """Enter circulations that were issued before there was a log, marked as entered late. Call within ``writing``."""
    for circulation in Circulation.objects.filter(log_entry=None).order_by("pk"):
        copies = list(circulation.copies.exclude(sha256="").order_by("index"))
        if not copies:
            continue  # nothing of it left; a repeated run will open it
        facts = _opened_facts(circulation, _bias(workspace, circulation)) | LATE
        opened = record(
            workspace, "circulation.opened", facts | {"bound": None, "methods": {}}, role="issuer"
        )
        issued = [
            _copy_facts(circulation, copy.label, copy.commitment, copy.sha256) | LATE for copy in copies
        ]
        given = record_many(workspace, "copy.issued", issued, role="issuer")
        record_entries((copy.label, entry) for copy, entry in zip(copies, given, strict=True))
        record(workspace, "circulation.issued", _issued_facts(workspace, circulation) | LATE, role="issuer")
        circulation.log_entry = opened
        circulation.save(update_fields=["log_entry"])


def _standing(circulation: Circulation, facts: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Return the entries of copies that are on record just as they were made now."""
    rows = circulation.copies.exclude(log_entry=None)
    known = rows.values_list("label", "commitment", "sha256", "log_entry")
    return {
        label: entry
        for label, commitment, sha256, entry in known
        if facts.get(label) == _copy_facts(circulation, label, commitment, sha256)
    }


def _left(workspace: Workspace, kind: str, circulation: str, first: int) -> list[tuple[int, dict[str, Any]]]:
    """Return number and facts of the entries of a kind about a circulation."""
    pieces = (f'"kind":"{kind}"'.encode(), f'"circulation":"{circulation}"'.encode())
    return [(number, parse_entry(data).facts) for number, data in workspace.log.holding(pieces, first)]


def _opened_facts(circulation: Circulation, bias: str) -> dict[str, Any]:
    version = circulation.version
    return {
        "circulation": circulation.label,
        "document": version.document.label,
        "version": version.number,
        "format": circulation.format,
        "notice": circulation.notice,
        "carriers": list(circulation.carriers),
        "scheme": circulation.code_scheme,
        "sites": circulation.layout_sha256,
        "bias": bias,
    }


def _copy_facts(circulation: Circulation, copy: str, commitment: str, sha256: str) -> dict[str, Any]:
    return {
        "circulation": circulation.label,
        "copy": copy,
        "commitment": commitment,
        "file_sha256": sha256,
    }


def _issued_facts(workspace: Workspace, circulation: Circulation) -> dict[str, Any]:
    released = IssuedCopy.objects.filter(circulation=circulation).exclude(commitment="")
    return {
        "circulation": circulation.label,
        "copies": released.count(),
        "commitment": commitment_to_all(workspace, circulation),
    }


def _older_database(label: str) -> LogDisagrees:
    return LogDisagrees(
        f"The log has another {label} already: the database is from before it was issued.",
        fix="restore the newest backup of the database; if it is lost, begin a new workspace and keep this one.",
        label=label,
    )


def _bias(workspace: Workspace, circulation: Circulation) -> str:
    """Return the hash of the weights of a circulation's sites, "" where its key is lost."""
    with suppress(BadWorkspace):
        sites = frozen_sites(workspace, circulation)
        secret = workspace.keys.load_secret(circulation.key_name)
        even = [site.on_page for site in sites]
        return weights_sha256(site_weights([site.variants for site in sites], secret, even=even))
    return ""
