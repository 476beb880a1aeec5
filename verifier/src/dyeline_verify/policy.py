"""Whose signatures count: the log's key and those of its witnesses (C2SP tlog-policy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dyeline_verify.notes import LOG_KEY, WITNESS_KEY, Key, parse_key
from dyeline_verify.refusal import Refused


@dataclass(frozen=True, slots=True)
class Policy:
    """The keys. ``own_log`` and ``own_witnesses`` tell whether they came from outside of the bundle."""

    log: Key
    witnesses: tuple[Key, ...]
    own_log: bool = False
    own_witnesses: tuple[Key, ...] = ()


def parse_policy(text: str) -> Policy:
    """Return what a policy file states: one log, any number of witnesses, no groups."""
    log, witnesses = None, []
    if not text.endswith("\n"):
        raise Refused("the policy does not end with a line")
    for line in text[:-1].split("\n"):
        words = line.split(" ")
        if words[0] == "log" and len(words) == 2 and log is None:
            log = parse_key(words[1])
        elif words[0] == "witness" and len(words) == 3:
            witnesses.append(parse_key(words[2]))
        elif line != "quorum none":
            raise Refused("the policy has a line that does not belong there")
    if log is None or log.kind != LOG_KEY or any(key.kind != WITNESS_KEY for key in witnesses):
        raise Refused("the policy does not name one log and witnesses by keys of the right kind")
    if len({key.name for key in (log, *witnesses)}) != 1 + len(witnesses):
        raise Refused("the policy names two keys alike")
    return Policy(log, tuple(witnesses))


def with_own_keys(policy: Policy, log: str | None, witnesses: Sequence[str]) -> Policy:
    """Return the policy after comparing it with keys that the reader got from elsewhere."""
    own = None if log is None else parse_key(log)
    if own is not None and own != policy.log:
        raise Refused("the bundle's log has another key than the one you gave")
    theirs = tuple(parse_key(line) for line in witnesses)
    for key in theirs:
        if key not in policy.witnesses:
            raise Refused(f"the witness {key.name} that you gave is not among those of the bundle")
    return Policy(policy.log, policy.witnesses, own is not None, theirs)
