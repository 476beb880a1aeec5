"""Signed notes and checkpoints of the log (C2SP signed-note v1, tlog-checkpoint v1, tlog-cosignature v1).

What can be written in two ways can be changed without breaking a signature; so everything is read back strictly:
canonical base64, line feeds only, no control characters, exactly the lines that belong there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dyeline.evidence.merkle import HASH_BYTES

ED25519: Final = 1
COSIGNATURE: Final = 4

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_MOST_SIGNATURES = 100


class BadNote(ValueError):
    """A note that is not as it has to be, or not signed by whom it has to be. Says which."""


@dataclass(frozen=True)
class Verifier:
    """A public key by its name; ``kind`` is ED25519 for the log itself, COSIGNATURE for a witness."""

    name: str
    kind: int
    key: bytes

    @cached_property
    def hint(self) -> bytes:
        """Return the four bytes that a signature line begins with."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.hint.hex()}+{to_base64(bytes([self.kind]) + self.key)}"


@dataclass(frozen=True)
class Signer:
    """A private key by its name."""

    name: str
    kind: int
    key: Ed25519PrivateKey

    @cached_property
    def verifier(self) -> Verifier:
        """Return what checks its signatures."""
        return Verifier(self.name, self.kind, self.key.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that was checked; ``time`` in seconds since 1970 (UTC) of a cosignature, else None."""

    verifier: Verifier
    time: int | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log at one moment: whose it is, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return what is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def parse_verifier(line: str) -> Verifier:
    """Return the verifier that a line names, ``name+hint+base64``. Raises BadNote."""
    name, _, rest = line.partition("+")
    hint, _, key = rest.partition("+")
    raw = from_base64(key)
    if not _NAME.fullmatch(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise BadNote("this is not a verifier key")
    verifier = Verifier(name, raw[0], raw[1:])
    if verifier.hint.hex() != hint:
        raise BadNote("the verifier key does not fit its hint")
    return verifier


def sign(text: str, signer: Signer, *, time_s: int | None = None) -> str:
    """Return a signature line for a note's text; a cosignature needs its time (seconds since 1970, UTC)."""
    if signer.kind == COSIGNATURE:
        if time_s is None:
            raise ValueError("a cosignature states its time")
        body = struct.pack(">Q", time_s) + signer.key.sign(_cosigned(text, time_s))
    else:
        body = signer.key.sign(text.encode())
    return f"— {signer.name} {to_base64(signer.verifier.hint + body)}\n"


def signed(text: str, lines: Sequence[str]) -> str:
    """Return the note: text, an empty line, signature lines."""
    return text + "\n" + "".join(lines)


def open_note(note: str, verifiers: Sequence[Verifier]) -> tuple[str, tuple[Signature, ...]]:
    """Return a note's text and its signatures by these verifiers. Raises BadNote if there is none, or a bad one.

    Lines of unknown signers are passed over, as the format demands.
    """
    text, signatures = _parts(note)
    known = {(v.name, v.hint): v for v in verifiers}
    found: dict[Verifier, Signature] = {}
    for name, raw in signatures:
        verifier = known.get((name, raw[:4]))
        if verifier is None:
            continue
        if verifier in found:
            raise BadNote(f"there are two signatures of {name}")
        found[verifier] = _checked(text, verifier, raw[4:])
    if not found:
        raise BadNote("nobody of those known has signed this")
    return text, tuple(found.values())


def unchecked_text(note: str) -> str:
    """Return the text of a note without looking at its signatures. Raises BadNote if it is none."""
    return _parts(note)[0]


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text states. Raises BadNote; extension lines are not accepted."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise BadNote("the text is not that of a checkpoint")
    root = from_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise BadNote("the root of the checkpoint is not 32 bytes long")
    return Checkpoint(lines[0], int(lines[1]), root)


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if any(ord(character) < 32 and character != "\n" for character in note):
        raise BadNote("the note holds control characters")
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("the note has no signatures")
    rows = lines[:-1].split("\n")
    if len(rows) > _MOST_SIGNATURES:
        raise BadNote(f"the note has more than {_MOST_SIGNATURES} signatures")
    signatures = []
    for row in rows:
        parts = row.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
            raise BadNote("a signature line is not as it has to be")
        raw = from_base64(parts[2])
        if len(raw) < 5:
            raise BadNote("a signature is too short")
        signatures.append((parts[1], raw))
    return text + "\n", signatures


def _checked(text: str, verifier: Verifier, body: bytes) -> Signature:
    time_s = None
    message = text.encode()
    if verifier.kind == COSIGNATURE:
        if len(body) != 72:
            raise BadNote(f"the cosignature of {verifier.name} has the wrong length")
        (time_s,) = struct.unpack(">Q", body[:8])
        message, body = _cosigned(text, time_s), body[8:]
    try:
        Ed25519PublicKey.from_public_bytes(verifier.key).verify(body, message)
    except InvalidSignature:
        raise BadNote(f"the signature of {verifier.name} does not fit the text") from None
    return Signature(verifier, time_s)


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n".encode() + text.encode()


def to_base64(data: bytes) -> str:
    """Return bytes as base64, as notes and proofs write them."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Return the bytes that base64 stands for. Raises BadNote for any but the one way to write them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("this is not base64") from None
    if to_base64(data) != text:
        raise BadNote("this is not canonical base64")
    return data
