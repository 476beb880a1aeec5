"""Verifying the log: all hashes anew, every checkpoint that was given out or confirmed, every row of the database."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dyeline.app.journal import log_verifier, require_whole
from dyeline.app.log_copies import copy_misfits
from dyeline.app.log_custody import custody_demands, custody_without_entry
from dyeline.app.log_ledger import Ledger
from dyeline.app.log_rows import Misfit, demands, false_openings, rows_without_entry, stored_opening
from dyeline.app.timestamps import CheckedStamp, check_stamp
from dyeline.app.witnesses import witness_verifiers
from dyeline.errors import LogForked, WorkspaceBusy
from dyeline.evidence.entries import BadEntry, Entry, parse_entry
from dyeline.evidence.note import COSIGNATURE, BadNote, Verifier, open_note, parse_checkpoint
from dyeline.store.checkpoints import Checkpoints, KeptCheckpoint

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

SHOWN_MISFITS = 1_000
"""Rows that do not fit and are named; further ones are counted."""

MOST_TRIES = 3
"""Times that the log is verified while other commands write to it."""

_OF_A_ROW = (
    "document.added",
    "circulation.opened",
    "copy.issued",
    "case.opened",
    "copy.delivered",
    "unseal.requested",
    "unseal.granted",
    "unseal.opened",
)


@dataclass(frozen=True, slots=True)
class CheckedCheckpoint:
    """A kept checkpoint that the log continues: its size, who cosigned it, the stamps over it."""

    name: str
    size: int
    witnesses: tuple[str, ...]
    stamps: tuple[CheckedStamp, ...]


@dataclass(frozen=True, slots=True)
class LogReport:
    """What verifying the log gave.

    ``misfits`` are rows and stamps that the log does not bear out (``misfit_count`` in all); ``without_row`` counts
    entries of acts that no row speaks of, because a command was interrupted or a row was deleted, by kind;
    ``backwards`` counts entries whose clock stood before that of the entry in front. Of the circulations in ``sealed``
    only custodians have the secret: whose copies they are was not compared with what was committed to.
    """

    size: int
    root: str
    kinds: dict[str, int]
    checkpoints: tuple[CheckedCheckpoint, ...]
    rows: int
    misfits: tuple[Misfit, ...]
    misfit_count: int
    without_row: dict[str, int]
    backwards: int
    sealed: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Tell whether everything fits."""
        return not self.misfit_count


class _Rows:
    """Goes through entries and demands side by side, both by number."""

    def __init__(self) -> None:
        self._demands = heapq.merge(demands(), custody_demands(), key=lambda demand: demand.number)
        self._next = next(self._demands, None)
        self.checked, self.backwards, self._last = 0, 0, ""
        self.misfits: list[Misfit] = []
        self.count = 0
        self.kinds: Counter[str] = Counter()
        self.without_row: Counter[str] = Counter()
        self._committed: dict[str, str] = {}
        self._ledger = Ledger()

    def visit(self, number: int, data: bytes) -> None:
        try:
            entry = parse_entry(data)
        except BadEntry as fault:
            self.add(Misfit(f"entry {number}", number, str(fault)))
            return
        self.kinds[entry.kind] += 1
        self.backwards += entry.at < self._last
        self._last = entry.at
        self._ledger.visit(number, entry)
        if entry.kind == "copy.issued":
            self._one_codeword(number, entry)
        mine = 0
        while self._next is not None and self._next.number <= number:
            demand = self._next
            self._next = next(self._demands, None)
            self.checked += 1
            mine += demand.kind == entry.kind
            if why := demand.unmet(entry, stored_opening):
                self.add(Misfit(demand.row, number, why))
        if not mine and entry.kind in _OF_A_ROW:
            self.without_row[entry.kind] += 1

    def _one_codeword(self, number: int, entry: Entry) -> None:
        """Note it where a copy is committed to anew: a codeword given later proves nothing."""
        copy, commitment = str(entry.facts.get("copy")), str(entry.facts.get("commitment"))
        if self._committed.setdefault(copy, commitment) != commitment:
            self.add(Misfit(copy, number, "an earlier entry gives it another codeword"))

    def end(self, size: int) -> None:
        while self._next is not None:
            self.add(Misfit(self._next.row, self._next.number, f"the log ends before it, at {size} entries"))
            self._next = next(self._demands, None)
            self.checked += 1
        ledger = self._ledger
        for found in (rows_without_entry(), custody_without_entry(), ledger.misfits(), false_openings()):
            for misfit in found:
                self.add(misfit)
        self.without_row += ledger.without_row

    def add(self, misfit: Misfit) -> None:
        self.count += 1
        if self.count <= SHOWN_MISFITS:
            self.misfits.append(misfit)


def verify_log(workspace: Workspace, *, progress: Callable[[int], None] = lambda done: None) -> LogReport:
    """Return how log, checkpoints and database fit together.

    Raises LogForked where the log contradicts itself or a checkpoint, BadWorkspace for what cannot be read.
    What does not fit is looked at again where another command has written to the log meanwhile, for then log and
    database were not read at one moment; WorkspaceBusy where that is so ``MOST_TRIES`` times.
    Cost: about 30 s for a million entries, and 15 s to make the codewords of a million copies of 300 sites anew.
    """
    for _ in range(MOST_TRIES):
        begun = workspace.log.size
        try:
            report = _verified(workspace, progress)
        except LogForked:
            if workspace.log.size == begun:
                raise
        else:
            if report.sound or workspace.log.size == begun:
                return report
    raise WorkspaceBusy(
        f"The log was written to in each of {MOST_TRIES} tries to verify it, and what was read does not fit together.",
        fix="run: dyeline log verify again while nothing else works in this workspace.",
        path=str(workspace.root),
    )


def _verified(workspace: Workspace, progress: Callable[[int], None]) -> LogReport:
    require_whole(workspace)
    log = workspace.log
    with workspace.reading():
        rows = _Rows()
        audit = log.audit(rows.visit, progress=progress)
        rows.end(audit.size)
        sealed: list[str] = []
        for misfit in copy_misfits(workspace, sealed):
            rows.add(misfit)
    _check_given(workspace, audit.size)
    checkpoints = tuple(
        _checked(workspace, kept, audit.size) for kept in Checkpoints(workspace.checkpoint_folder).all()
    )
    for stamp in (stamp for one in checkpoints for stamp in one.stamps if stamp.state == "refused"):
        rows.add(Misfit(f"stamp {stamp.name}", None, stamp.why))
    return LogReport(
        audit.size, audit.root.hex(), dict(sorted(rows.kinds.items())), checkpoints, rows.checked,
        tuple(rows.misfits), rows.count, dict(sorted(rows.without_row.items())), rows.backwards,
        tuple(sealed),
    )  # fmt: skip


def _check_given(workspace: Workspace, size: int) -> None:
    """Raise LogForked unless the checkpoint that was given out last is signed by the log's key."""
    note = workspace.log.given()
    if note is not None:
        _opened(workspace, "last", note, [log_verifier(workspace)], size)


def _checked(workspace: Workspace, kept: KeptCheckpoint, size: int) -> CheckedCheckpoint:
    known = [log_verifier(workspace), *witness_verifiers(workspace)]
    signers = _opened(workspace, kept.name, kept.note, known, size)
    witnesses = tuple(signer.name for signer in signers if signer.kind == COSIGNATURE)
    stamps = tuple(check_stamp(stamp, kept.note.encode()) for stamp in kept.stamps)
    return CheckedCheckpoint(kept.name, kept.checkpoint.size, witnesses, stamps)


def _opened(workspace: Workspace, name: str, note: str, known: list[Verifier], size: int) -> list[Verifier]:
    """Return who signed a checkpoint of this log. Raises LogForked unless the log signed it and continues it."""
    try:
        text, signatures = open_note(note, known)
        checkpoint = parse_checkpoint(text)
    except BadNote as fault:
        raise _contradicted(name, str(fault)) from fault
    signers = [signature.verifier for signature in signatures]
    if known[0] not in signers or checkpoint.origin != known[0].name:
        raise _contradicted(name, "this log has not signed it")
    if checkpoint.size > size:
        raise _contradicted(name, f"it is over {checkpoint.size} entries, and there are {size}")
    if workspace.log.root_at(checkpoint.size) != checkpoint.root:
        raise _contradicted(name, f"the first {checkpoint.size} entries are not those that it is over")
    return signers


def _contradicted(name: str, how: str) -> LogForked:
    return LogForked(
        f"The log does not agree with the checkpoint {name}: {how}.",
        fix="keep log, checkpoint and database as evidence; restore the newest backup that agrees with the checkpoint.",
        checkpoint=name,
        reason=how,
    )
