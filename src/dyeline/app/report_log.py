"""What of the log goes into a bundle: entries, proofs, the checkpoint, whose keys count, how often was examined."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dyeline.app.journal import log_verifier
from dyeline.app.witnesses import list_witnesses, witness_verifiers
from dyeline.app.workspace import Workspace
from dyeline.errors import BadWorkspace
from dyeline.evidence.note import BadNote, Verifier, open_note, parse_checkpoint, unchecked_text
from dyeline.evidence.tiles import entry_bundle
from dyeline.store.checkpoints import Checkpoints, KeptCheckpoint

MOST_WHOLE: Final = 50_000
"""A log of more entries is not enclosed as a whole unless that is asked for: some 15 MB."""

MOST_ANCHORS: Final = 5
"""Earlier checkpoints that are enclosed at most."""

EXAMINATIONS: Final = ("examination", "examination.failed")


@dataclass(slots=True)
class LogPart:
    """The log up to one checkpoint, and which of its entries a report rests on."""

    workspace: Workspace
    note: str
    size: int
    entries: dict[int, bytes] = field(default_factory=dict)
    fixed: set[int] = field(default_factory=set)  # entries that had to be there before an exhibit came

    @classmethod
    def now(cls, workspace: Workspace) -> LogPart:
        """Return the log as it stands."""
        note = workspace.log.checkpoint()
        return cls(workspace, note, parse_checkpoint(unchecked_text(note)).size)

    def entry(self, number: int | None, what: str, *, fixed: bool = False) -> dict[str, Any]:
        """Return an entry and remember that the report rests on it. Raises BadWorkspace where there is none.

        ``fixed`` marks one that has to have been there before an exhibit came in.
        """
        if number is None or number >= self.size:
            raise BadWorkspace(
                f"The log has no entry for {what}: it was recorded before there was a log.",
                fix="issue the document anew, or open a new case and add the exhibits to it.",
            )
        self.entries[number] = self.workspace.log.entry(number)
        self.fixed |= {number} if fixed else set()
        found: dict[str, Any] = json.loads(self.entries[number])
        return found

    def count_examinations(self, hashes: Iterable[str]) -> dict[str, int]:
        """Return how many examinations the log holds: all, failed ones among them, and those of these exhibits."""
        wanted = set(hashes)
        every = failed = own = 0
        for entry in self._examinations():
            every += 1
            failed += entry["kind"] == "examination.failed"
            own += entry["facts"].get("exhibit") in wanted
        return {"all": every, "failed": failed, "of_these_exhibits": own}

    def anchors(self, received: Iterable[int]) -> list[KeptCheckpoint]:
        """Return checkpoints that others attested to after the codewords were fixed and before an exhibit came in.

        ``received`` are the entries of the exhibits. At most ``MOST_ANCHORS``, the earliest.
        """
        last = max(received, default=0)
        first = max(self.fixed, default=self.size)
        known = [log_verifier(self.workspace), *witness_verifiers(self.workspace)]
        return [
            kept
            for kept in Checkpoints(self.workspace.checkpoint_folder).all()
            if first < kept.checkpoint.size <= last and _attested(kept, known)
        ][:MOST_ANCHORS]

    def files(self, anchors: Sequence[KeptCheckpoint], *, whole: bool) -> dict[str, bytes]:
        """Return the files of the log by their path below the payload."""
        log = self.workspace.log
        files = {
            "log/checkpoint": self.note.encode(),
            "log/policy": _policy(self.workspace).encode(),
        }
        for number, data in self.entries.items():
            files[f"log/entries/{number}.json"] = data
            files[f"log/proofs/{number}.tlog-proof"] = str(log.prove(number, self.note, self.size)).encode()
        for kept in anchors:
            folder = f"log/anchors/{kept.name}"
            files[f"{folder}/checkpoint"] = kept.note.encode()
            for number in self.fixed:
                proof = log.prove(number, kept.note, kept.checkpoint.size)
                files[f"{folder}/{number}.tlog-proof"] = str(proof).encode()
            for count, stamp in enumerate((one for one in kept.stamps if one.authority), start=1):
                files[f"{folder}/{count}.tsr"] = stamp.answer
                files[f"{folder}/{count}.pem"] = stamp.authority
        if whole:
            files["log/all.entries"] = entry_bundle(list(log.entries(0, self.size)))
        return files

    def _examinations(self) -> Iterator[Mapping[str, Any]]:
        for data in self.workspace.log.entries(0, self.size):
            if b'"kind":"examination' in data:
                entry = json.loads(data)
                if entry["kind"] in EXAMINATIONS:
                    yield entry


def _attested(kept: KeptCheckpoint, known: Sequence[Verifier]) -> bool:
    """Tell whether somebody outside attested to a checkpoint, and nobody whose key is not known any more."""
    try:
        _, signatures = open_note(kept.note, known)
    except BadNote:
        return False
    lines = kept.note.rpartition("\n\n")[2].count("\n")
    return lines == len(signatures) and (lines > 1 or any(stamp.authority for stamp in kept.stamps))


def _policy(workspace: Workspace) -> str:
    """Return whose signatures count (C2SP tlog-policy). None is needed: a bundle says itself what is attested."""
    lines = [f"witness {one.name} {one.key}\n" for one in list_witnesses(workspace)]
    return f"log {log_verifier(workspace)}\n{''.join(lines)}quorum none\n"
