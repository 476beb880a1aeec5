"""The part of the log that the bundle shows: entries, proofs that they stand there, the whole log if it is enclosed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dyeline_verify.bag import Bag
from dyeline_verify.notes import Checkpoint, check_proof, open_checkpoint, root_over
from dyeline_verify.policy import Policy
from dyeline_verify.refusal import Refused
from dyeline_verify.strict import field, parse_canonical, text_of

_ENTRY = re.compile(r"log/entries/(0|[1-9][0-9]{0,18})\.json")
_ANCHORED = re.compile(r"log/anchors/([1-9][0-9]{0,18})/(0|[1-9][0-9]{0,18})\.tlog-proof")
WHOLE = "log/all.entries"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log."""

    number: int
    at: datetime
    kind: str
    role: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Anchor:
    """An earlier checkpoint that witnesses have cosigned, and the entries proven to stand in it already."""

    checkpoint: Checkpoint
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """What is proven of the log. ``whole`` has every entry, or is None where they are not enclosed."""

    checkpoint: Checkpoint
    entries: Mapping[int, Entry]
    anchors: tuple[Anchor, ...]
    whole: tuple[Entry, ...] | None

    def entry(self, number: object, kind: str) -> Entry:
        """Return a proven entry of a kind."""
        if not isinstance(number, int) or isinstance(number, bool) or number not in self.entries:
            raise Refused(f"the report speaks of entry {number!r} of the log, which is not proven")
        found = self.entries[number]
        if found.kind != kind:
            raise Refused(f"entry {number} of the log is {found.kind!r}, not {kind!r}")
        return found


def read_log(bag: Bag, policy: Policy) -> Log:
    """Return what the bundle shows of the log, after every proof was checked."""
    checkpoint = open_checkpoint(
        text_of(bag.file("log/checkpoint"), "the checkpoint"), policy.log, policy.witnesses
    )
    entries: dict[int, Entry] = {}
    raw: dict[int, bytes] = {}
    for name, data in bag.payload.items():
        if match := _ENTRY.fullmatch(name):
            number = int(match[1])
            proof = text_of(bag.file(f"log/proofs/{number}.tlog-proof"), "a proof")
            proven = check_proof(proof, data, policy.log, policy.witnesses)
            if proven.index != number or proven.checkpoint != checkpoint:
                raise Refused(f"the proof of entry {number} is about another entry or another checkpoint")
            entries[number], raw[number] = parse_entry(number, data), data
    return Log(checkpoint, entries, _anchors(bag, policy, checkpoint, raw), _whole(bag, checkpoint, raw))


def parse_entry(number: int, data: bytes) -> Entry:
    """Return an entry, which is canonical JSON with exactly the fields that entries have."""
    what = f"entry {number} of the log"
    value = parse_canonical(data, what)
    by = value.get("by")
    if set(value) != {"at", "by", "facts", "kind", "v"} or value["v"] != 1 or not isinstance(by, dict):
        raise Refused(f"{what} does not have the fields of an entry")
    try:
        at = datetime.fromisoformat(field(value, "at", str, what))
    except ValueError:
        raise Refused(f"{what} does not say when it was made") from None
    if at.tzinfo is None:
        raise Refused(f"{what} does not say in which time zone it was made")
    return Entry(
        number,
        at,
        field(value, "kind", str, what),
        field(by, "role", str, what),
        field(value, "facts", dict, what),
    )


def _anchors(bag: Bag, policy: Policy, last: Checkpoint, entries: Mapping[int, bytes]) -> tuple[Anchor, ...]:
    found: dict[int, tuple[Checkpoint, list[int]]] = {}
    for name, data in bag.payload.items():
        if match := _ANCHORED.fullmatch(name):
            size, number = int(match[1]), int(match[2])
            if number not in entries:
                raise Refused(f"an earlier checkpoint is shown for entry {number}, which is not enclosed")
            proven = check_proof(text_of(data, "a proof"), entries[number], policy.log, policy.witnesses)
            checkpoint = proven.checkpoint
            known = found.setdefault(size, (checkpoint, []))
            if (
                proven.index != number
                or checkpoint.size != size
                or checkpoint != known[0]
                or size > last.size
            ):
                raise Refused(f"the earlier checkpoint of size {size} does not fit its proofs")
            known[1].append(number)
    return tuple(Anchor(found[size][0], tuple(sorted(found[size][1]))) for size in sorted(found))


def _whole(bag: Bag, checkpoint: Checkpoint, entries: Mapping[int, bytes]) -> tuple[Entry, ...] | None:
    """Return every entry of the log after computing its root anew; None where the bundle does not enclose it."""
    data = bag.payload.get(WHOLE)
    if data is None:
        return None
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    if at != len(data) or len(found) != checkpoint.size or root_over(found) != checkpoint.root:
        raise Refused("the enclosed log does not have the root that its checkpoint states")
    if any(number >= len(found) or found[number] != entry for number, entry in entries.items()):
        raise Refused("an entry differs from the one in the enclosed log")
    return tuple(parse_entry(number, entry) for number, entry in enumerate(found))
