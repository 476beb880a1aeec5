"""One file that proves, without a network, that an entry stands in the log (C2SP tlog-proof v1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dyeline.evidence.merkle import HASH_BYTES, includes, leaf_hash
from dyeline.evidence.note import (
    BadNote,
    Checkpoint,
    Signature,
    Verifier,
    from_base64,
    open_note,
    parse_checkpoint,
    to_base64,
    unchecked_text,
)

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 64
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class ProofFile:
    """The number of an entry, the hashes beside its way to the root, and the signed checkpoint as a note."""

    index: int
    hashes: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        hashes = "".join(f"{to_base64(hashed)}\n" for hashed in self.hashes)
        return f"{FIRST_LINE}\nindex {self.index}\n{hashes}\n{self.note}"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof file showed: the entry stood in the log of this checkpoint, signed by these."""

    index: int
    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]


def parse_proof(text: str) -> ProofFile:
    """Return the proof that a text states. Raises BadNote where it is not written as it has to be."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    index = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
    if not gap or lines[0] != FIRST_LINE or index is None or len(lines) > 2 + MOST_HASHES:
        raise BadNote("this is not a proof that an entry stands in a log")
    hashes = tuple(from_base64(line) for line in lines[2:])
    if any(len(hashed) != HASH_BYTES for hashed in hashes):
        raise BadNote("a hash of the proof is not 32 bytes long")
    unchecked_text(note)
    return ProofFile(int(index[1]), hashes, note)


def check_proof(text: str, entry: bytes, origin: str, verifiers: Sequence[Verifier]) -> Proven:
    """Return what a proof file shows about an entry. Raises BadNote where it does not hold.

    ``origin`` is the log that the entry has to stand in, ``verifiers`` its key and those of its witnesses.
    """
    proof = parse_proof(text)
    signed_text, signatures = open_note(proof.note, verifiers)
    checkpoint = parse_checkpoint(signed_text)
    if checkpoint.origin != origin or not any(s.verifier.name == origin for s in signatures):
        raise BadNote("the checkpoint is not that of this log, or the log has not signed it")
    if not includes(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise BadNote(f"the entry is not number {proof.index} of the log")
    return Proven(proof.index, checkpoint, signatures)
