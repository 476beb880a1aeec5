"""What log and witness say to each other (C2SP tlog-witness v1, ``add-checkpoint``), and the policy over both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dyeline.evidence.merkle import HASH_BYTES
from dyeline.evidence.note import BadNote, Verifier, from_base64, to_base64

MOST_HASHES: Final = 63
SIZE_TYPE: Final = "text/x.tlog.size"
"""Content type of the answer that states which size the witness knows."""

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size that the witness signed last, the proof from there, and the log's checkpoint as a note."""

    old: int
    hashes: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        return f"old {self.old}\n" + "".join(f"{to_base64(one)}\n" for one in self.hashes) + "\n" + self.note


def parse_add_checkpoint(text: str) -> AddCheckpoint:
    """Return the request that a body states. Raises BadNote."""
    head, gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not gap or old is None or len(lines) > MOST_HASHES:
        raise BadNote("this is not a request to add a checkpoint")
    hashes = tuple(from_base64(line) for line in lines)
    if any(len(one) != HASH_BYTES for one in hashes):
        raise BadNote("a hash of the proof is not 32 bytes long")
    return AddCheckpoint(int(old[1]), hashes, note)


def parse_known_size(body: str) -> int:
    """Return the size that a witness states to have signed last. Raises BadNote."""
    size = _SIZE.fullmatch(body)
    if size is None:
        raise BadNote("the witness does not say which size it knows")
    return int(size[1])


def policy_text(
    log: Verifier, witnesses: Sequence[tuple[str, Verifier]], *, needed: int | None = None
) -> str:
    """Return the policy that says whose signatures a checkpoint needs (C2SP tlog-policy).

    Args:
        log: the log's key.
        witnesses: names, without blanks, and keys.
        needed: how many of the witnesses have to sign; all by default.
    """
    lines = [f"log {log}"]
    lines += [f"witness {name} {key}" for name, key in witnesses]
    if witnesses:
        names = " ".join(name for name, _ in witnesses)
        lines.append(f"group witnesses {'all' if needed is None else needed} {names}")
    lines.append(f"quorum {'witnesses' if witnesses else 'none'}")
    return "\n".join(lines) + "\n"
