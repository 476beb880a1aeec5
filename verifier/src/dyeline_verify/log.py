"""The part of the log that the bundle shows: entries, proofs that they stand there, the whole log if it is enclosed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dyeline_verify.bag import Bag
from dyeline_verify.notes import Checkpoint, check_proof, open_checkpoint, root_over
from dyeline_verify.policy import Policy
from dyeline_verify.refusal import Refused
from dyeline_verify.stamps import check_stamp
from dyeline_verify.strict import field, parse_canonical, text_of

_ENTRY = re.compile(r"log/entries/(0|[1-9][0-9]{0,18})\.json")
_ANCHOR = re.compile(r"log/anchors/([0-9a-f-]{1,64})/checkpoint")
_STAMP = re.compile(r"([0-9]{1,4})\.tsr")
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
    """An earlier checkpoint that somebody outside attested to, and the entries proven to stand in it already.

    ``seen`` says who attested to it and when (UTC).
    """

    checkpoint: Checkpoint
    entries: frozenset[int]
    seen: tuple[tuple[str, datetime], ...]


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
    found = []
    for name in sorted(bag.payload):
        match = _ANCHOR.fullmatch(name)
        if match is None:
            continue
        note = bag.payload[name]
        checkpoint = open_checkpoint(text_of(note, "a checkpoint"), policy.log, policy.witnesses)
        if checkpoint.size > last.size:
            raise Refused("an earlier checkpoint is larger than the last one")
        folder = name.removesuffix("checkpoint")
        beside = {
            path.removeprefix(folder): data for path, data in bag.payload.items() if path.startswith(folder)
        }
        seen = [(f"witness {who}", datetime.fromtimestamp(time_s, UTC)) for who, time_s in checkpoint.seen]
        for file, data in beside.items():
            if stamp := _STAMP.fullmatch(file):
                made = check_stamp(data, note, beside.get(f"{stamp[1]}.pem", b""))
                seen.append((f"time-stamp authority {made.authority}", made.at))
        held = [number for number in entries if f"{number}.tlog-proof" in beside]
        for number in held:
            proof = text_of(beside[f"{number}.tlog-proof"], "a proof")
            proven = check_proof(proof, entries[number], policy.log, policy.witnesses)
            if proven.index != number or proven.checkpoint != checkpoint:
                raise Refused("an earlier checkpoint does not fit its proofs")
        found.append(Anchor(checkpoint, frozenset(held), tuple(seen)))
    return tuple(found)


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
