"""Logs to be maltreated: how they are opened, written to in a loop, and judged afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.errors import BadWorkspace, LogForked
from dyeline.evidence.merkle import continues, leaf_hash, tree_hash
from dyeline.evidence.note import ED25519, Signer, open_note, parse_checkpoint
from dyeline.store.log import EvidenceLog

SIGNER = Signer("example.org/log", ED25519, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ENTRY_BYTES = 216


def entry(number: int) -> bytes:
    """Return an entry of the usual length that says its own number."""
    return b'{"entry":%012d,"' % number + b"x" * (ENTRY_BYTES - 27) + b'"}'


def opened(folder: Path, vfs: str | None = None) -> EvidenceLog:
    """Return the log in a folder."""
    return EvidenceLog(folder, lambda: SIGNER, vfs=vfs)


def append(log: EvidenceLog, count: int) -> tuple[int, bytes]:
    """Append entries and return the size and root that the checkpoint, then given out, states."""
    first = log.size
    note = log.append([entry(first + k) for k in range(count)]).note
    checkpoint = parse_checkpoint(open_note(note, [SIGNER.verifier])[0])
    return checkpoint.size, checkpoint.root


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a log: entries there, acknowledged entries that are gone, and whether it is damaged or forked."""

    size: int
    lost: int
    corrupt: str = ""
    forked: str = ""

    @property
    def sound(self) -> bool:
        """Tell whether nothing was lost, damaged or forked."""
        return not (self.lost or self.corrupt or self.forked)


def judged(folder: Path, acknowledged: Sequence[tuple[int, bytes]]) -> Judgement:
    """Return what is left of a log of which these sizes and roots were acknowledged."""
    most = max((size for size, _ in acknowledged), default=0)
    try:
        log = opened(folder)
    except BadWorkspace as fault:
        return Judgement(0, most, corrupt=str(fault))
    try:
        size = log.size
        there = list(log.entries())
        if there != [entry(number) for number in range(size)]:
            return Judgement(size, max(0, most - size), corrupt="entries are not those that were written")
        lost = max(0, most - size)
        try:
            root = log.audit().root
        except LogForked as fault:
            return Judgement(size, lost, forked="" if lost else str(fault))
        if root != tree_hash(leaf_hash(one) for one in there):
            return Judgement(size, lost, corrupt="the root is another")
        for known, known_root in acknowledged[-3:]:
            if known <= size and not continues(
                known, known_root, size, root, log.continues_from(known, size)
            ):
                return Judgement(size, lost, forked=f"it does not continue the checkpoint over {known}")
        log.checkpoint()
        return Judgement(size, lost)
    except BadWorkspace as fault:
        return Judgement(0, most, corrupt=str(fault))
    finally:
        log.close()
