"""Signed notes, checkpoints and proof files of a log, as the C2SP formats of these names have them."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dyeline_verify.refusal import Refused
from dyeline_verify.strict import from_base64

LOG_KEY: Final = 1
WITNESS_KEY: Final = 4

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Key:
    """A public key by its name; ``kind`` is LOG_KEY or WITNESS_KEY."""

    name: str
    kind: int
    public: bytes

    @property
    def hint(self) -> bytes:
        """Return the four bytes that its signatures begin with."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log at one moment, and when which witness saw it (seconds since 1970, UTC)."""

    origin: str
    size: int
    root: bytes
    seen: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry stands, and the signed checkpoint that its place was proven against."""

    index: int
    checkpoint: Checkpoint


def parse_key(line: str) -> Key:
    """Return the key that a line states, ``name+hint+base64``."""
    name, _, rest = line.partition("+")
    hint, _, encoded = rest.partition("+")
    raw = from_base64(encoded)
    if not _NAME.fullmatch(name) or len(raw) != 33 or raw[0] not in (LOG_KEY, WITNESS_KEY):
        raise Refused("a key line is not of the form name+hint+base64 of an Ed25519 key")
    key = Key(name, raw[0], raw[1:])
    if key.hint.hex() != hint:
        raise Refused("a key does not fit its hint")
    return key


def open_checkpoint(note: str, log: Key, witnesses: Sequence[Key]) -> Checkpoint:
    """Return a checkpoint that the log has signed, and who of the witnesses has cosigned it when."""
    text, lines = _parts(note)
    checkpoint = _checkpoint(text)
    if checkpoint.origin != log.name:
        raise Refused("a checkpoint is of another log than the policy names")
    known = {(key.name, key.hint): key for key in (log, *witnesses)}
    by_log, seen, used = False, [], set()
    for name, raw in lines:
        key = known.get((name, raw[:4]))
        if key is None:
            raise Refused("a checkpoint has a signature by somebody whom the policy does not name")
        if key in used:
            raise Refused("a checkpoint has two signatures by one key")
        used.add(key)
        time_s = _checked(text, key, raw[4:])
        if time_s is None:
            by_log = True
        else:
            seen.append((name, time_s))
    if not by_log:
        raise Refused("a checkpoint is not signed by the log")
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, tuple(seen))


def check_proof(text: str, entry: bytes, log: Key, witnesses: Sequence[Key]) -> Proof:
    """Return where an entry stands in the log, as a proof file shows it."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) > 66:
        raise Refused("a proof file is not of the form tlog-proof@v1")
    word, _, number = lines[1].partition(" ")
    if word != "index" or not _NUMBER.fullmatch(number):
        raise Refused("a proof file does not say which entry it is about")
    hashes = [from_base64(line) for line in lines[2:]]
    if any(len(one) != 32 for one in hashes):
        raise Refused("a hash of a proof is not 32 bytes long")
    checkpoint = open_checkpoint(note, log, witnesses)
    index = int(number)
    if not _includes(leaf_hash(entry), index, checkpoint.size, hashes, checkpoint.root):
        raise Refused(f"the proof does not show that the entry is number {index} of the log")
    return Proof(index, checkpoint)


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf (RFC 6962)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_over(entries: Sequence[bytes]) -> bytes:
    """Return the root over entries, as RFC 6962 defines it."""
    stack: list[tuple[int, bytes]] = []
    for entry in entries:
        stack.append((0, leaf_hash(entry)))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            height, right = stack.pop()
            stack[-1] = (height + 1, node_hash(stack[-1][1], right))
    if not stack:
        return hashlib.sha256(b"").digest()
    result = stack[-1][1]
    for _, left in stack[-2::-1]:
        result = node_hash(left, result)
    return result


def _includes(leaf: bytes, index: int, size: int, hashes: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    position, last, result = index, size - 1, leaf
    for beside in hashes:
        if last == 0:
            return False
        if position & 1 or position == last:
            result = node_hash(beside, result)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, beside)
        position, last = position >> 1, last >> 1
    return last == 0 and result == root


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if any(ord(character) < 32 and character != "\n" for character in note):
        raise Refused("a checkpoint holds control characters")
    text, gap, rest = note.rpartition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise Refused("a checkpoint has no signatures")
    rows = rest[:-1].split("\n")
    if len(rows) > _MOST_LINES:
        raise Refused("a checkpoint has too many signatures")
    lines = []
    for row in rows:
        parts = row.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
            raise Refused("a signature line is not as it has to be")
        raw = from_base64(parts[2])
        if len(raw) < 5:
            raise Refused("a signature is too short")
        lines.append((parts[1], raw))
    return text + "\n", lines


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not _NUMBER.fullmatch(lines[1]):
        raise Refused("a checkpoint does not have the three lines it should")
    root = from_base64(lines[2])
    if len(root) != 32:
        raise Refused("the root of a checkpoint is not 32 bytes long")
    return Checkpoint(lines[0], int(lines[1]), root)


def _checked(text: str, key: Key, body: bytes) -> int | None:
    """Check a signature; return the time that a witness states, None for the log."""
    message, time_s = text.encode(), None
    if key.kind == WITNESS_KEY:
        if len(body) != 72:
            raise Refused("a cosignature has the wrong length")
        (time_s,) = struct.unpack(">Q", body[:8])
        message, body = f"cosignature/v1\ntime {time_s}\n".encode() + message, body[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(body, message)
    except (InvalidSignature, ValueError):
        raise Refused(f"the signature of {key.name} does not fit the checkpoint") from None
    return time_s
