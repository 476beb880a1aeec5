"""A secret that any two of several custodians open together, and none alone: nested age files.

For every ordered pair (A, B) there is one envelope: the secret encrypted to B, and that again to A. Whoever of
the two comes first takes off the outer layer of an envelope; what is left is for the other one alone. There is
no sharing scheme of our own, and each step can be done with the ``age`` tool. Taking a custodian out means
deleting the envelopes that name them; bringing one in needs the secret, hence two custodians.

Cost for n custodians: n + n(n - 1) encryptions and n(n - 1) envelopes of about 560 bytes for 32 bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dyeline.custody.agekeys import Identity, Recipient

MOST_CUSTODIANS = 9
"""Envelopes grow with the square of the custodians: nine are 72 envelopes, 40 kB a recipient."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A nested age file: ``outer`` and ``inner`` are the labels of the custodians who take the layers off."""

    outer: str
    inner: str
    data: bytes


def seal_for_pairs(
    secret: bytes, custodians: Mapping[str, Recipient], *, beside: Collection[tuple[str, str]] = ()
) -> list[Envelope]:
    """Return an envelope for every ordered pair of custodians (label -> key), in order of labels.

    Pairs in ``beside`` have theirs already and get none.
    """
    inner = {label: key.encrypt(secret) for label, key in sorted(custodians.items())}
    return [
        Envelope(first, second, custodians[first].encrypt(half))
        for first in sorted(custodians)
        for second, half in inner.items()
        if second != first and (first, second) not in beside
    ]


def open_outer(envelope: bytes, identity: Identity) -> bytes:
    """Return what is inside the outer layer: an age file for the other custodian. Raises BadKey."""
    return identity.decrypt(envelope)


def open_inner(half: bytes, identity: Identity) -> bytes:
    """Return the secret. Raises BadKey."""
    return identity.decrypt(half)
