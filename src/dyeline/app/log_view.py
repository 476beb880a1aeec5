"""Looking at the log: its entries, and the proof that one of them stands in it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dyeline.app.journal import log_verifier, require_whole
from dyeline.errors import BadInput
from dyeline.evidence.entries import FACTS, BadEntry, Entry, parse_entry
from dyeline.evidence.note import open_note, parse_checkpoint
from dyeline.store.checkpoints import Checkpoints

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry with its number, counted from 0."""

    number: int
    entry: Entry

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        one = self.entry
        return {
            "number": self.number, "at": one.at, "kind": one.kind, "actor": one.actor, "role": one.role,
            "facts": one.facts,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryProof:
    """An entry's bytes, and the proof file that it stands in the log of the checkpoint over ``size`` entries."""

    number: int
    entry: bytes
    proof: str
    size: int
    witnesses: int


def show_entries(workspace: Workspace, *, last: int = 20, kind: str | None = None) -> list[NumberedEntry]:
    """Return the last entries, of one kind if that is given, the oldest first. Raises BadInput for no such kind."""
    if kind is not None and kind not in FACTS:
        raise BadInput("There are no entries of this kind.", fix=f"name one of {', '.join(sorted(FACTS))}.")
    log = workspace.log
    if kind is None:
        first = max(0, log.size - last)
        return [_parsed(number, data) for number, data in enumerate(log.entries(first), start=first)]
    found = log.holding([f'"kind":"{kind}"'.encode()])
    return [_parsed(number, data) for number, data in deque(found, maxlen=last)]


def prove_entry(workspace: Workspace, number: int) -> EntryProof:
    """Return the proof that an entry stands in the log, under the checkpoint that most witnesses signed.

    Of checkpoints that as many signed, the oldest one that holds the entry: it shows the earliest time.
    """
    require_whole(workspace)
    log = workspace.log
    entry = log.entry(number)
    note, size, witnesses = log.checkpoint(), 0, 0
    own = log_verifier(workspace)
    size = parse_checkpoint(open_note(note, [own])[0]).size
    for kept in Checkpoints(workspace.checkpoint_folder).all():
        signatures = kept.note.partition("\n\n")[2].count("\n") - 1
        if kept.checkpoint.size > number and signatures > witnesses:
            note, size, witnesses = kept.note, kept.checkpoint.size, signatures
    return EntryProof(number, entry, str(log.prove(number, note, size)), size, witnesses)


def _parsed(number: int, data: bytes) -> NumberedEntry:
    try:
        return NumberedEntry(number, parse_entry(data))
    except BadEntry:
        return NumberedEntry(number, Entry("unknown", "", "", "", {}))
