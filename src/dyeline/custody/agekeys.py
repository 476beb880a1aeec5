"""age keys of people: making one, reading the file it is kept in, naming it by its public half.

The files are those of the ``age`` tool (age-encryption.org/v1, X25519), so that what is sealed here can be
opened without this program.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pyrage import (
    DecryptError,
    EncryptError,
    IdentityError,
    RecipientError,
    decrypt,
    encrypt,
    passphrase,
    x25519,
)

from dyeline.errors import BadInput, BadKey

MAX_KEY_FILE_BYTES = 64 * 1024
_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 - how such a line begins
_AGE = b"age-encryption.org/v1\n"


@dataclass(frozen=True, slots=True)
class Recipient:
    """The public half of somebody's age key: what is encrypted to it only that person can read."""

    text: str

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the written key, in hex: names the key where the key itself need not stand."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def encrypt(self, data: bytes) -> bytes:
        """Return an age file that holds ``data``, for this key alone."""
        try:
            sealed: bytes = encrypt(data, [x25519.Recipient.from_str(self.text)])
        except (EncryptError, RecipientError) as fault:
            raise _no_recipient() from fault
        return sealed


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """The secret half of somebody's age key. Never stored, shown or logged by this program."""

    secret: str

    @property
    def recipient(self) -> Recipient:
        """Return the public half."""
        return Recipient(str(_identity(self.secret).to_public()))

    def decrypt(self, data: bytes) -> bytes:
        """Return what an age file holds. Raises BadKey where it is for another key, or was changed."""
        try:
            opened: bytes = decrypt(data, [_identity(self.secret)])
        except DecryptError as fault:
            raise BadKey(
                "This key does not open what was sealed, or what was sealed has been changed.",
                fix="use the key of a custodian of this workspace; dyeline custodian list shows them.",
            ) from fault
        return opened


def new_identity() -> Identity:
    """Draw a new key from the system's source of randomness."""
    return Identity(str(x25519.Identity.generate()))


def read_recipient(text: str) -> Recipient:
    """Return the public key that is written as ``age1…``. Raises BadInput for anything else."""
    try:
        return Recipient(str(x25519.Recipient.from_str(text.strip())))
    except (RecipientError, UnicodeEncodeError) as fault:
        raise _no_recipient() from fault


def key_file(identity: Identity, *, made: str, phrase: str = "") -> bytes:
    """Return the file of a key as ``age-keygen`` writes it, itself an age file if there is a passphrase."""
    text = f"# created: {made}\n# public key: {identity.recipient.text}\n{identity.secret}\n".encode()
    return passphrase.encrypt(text, phrase) if phrase else text


def read_key_file(data: bytes, *, phrase: str = "") -> Identity:
    """Return the key in a file of ``age-keygen`` or ``key_file``. Raises BadKey."""
    if data.startswith(_AGE):
        try:
            data = passphrase.decrypt(data, phrase)
        except DecryptError as fault:
            raise BadKey(
                "The key file is locked, and the passphrase does not open it.",
                fix="give the right passphrase: --passphrase asks for it.",
            ) from fault
    lines = [line.strip() for line in data.decode("ascii", "replace").splitlines()]
    secrets = [line for line in lines if line.upper().startswith(_SECRET)]
    if len(secrets) != 1:
        raise BadKey(
            f"The key file holds {len(secrets)} secret age keys; it should hold one.",
            fix="name the file that dyeline custodian new-key or age-keygen has written.",
        )
    _identity(secrets[0])
    return Identity(secrets[0])


def _identity(secret: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(secret)
    except IdentityError as fault:
        raise BadKey(
            "The key file holds a secret key that is damaged.",
            fix="use a backup of the key file.",
        ) from fault


def _no_recipient() -> BadInput:
    return BadInput(
        "This is no public age key.",
        fix="give the one that dyeline custodian new-key or age-keygen printed: age1 and 58 letters and digits.",
    )
