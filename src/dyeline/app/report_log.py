"""What of the log goes into a bundle: entries, proofs, the checkpoint, whose keys count, how often was examined."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dyeline.app.journal import log_verifier
from dyeline.app.workspace import Workspace
from dyeline.errors import BadWorkspace
from dyeline.evidence.note import parse_checkpoint, unchecked_text
from dyeline.evidence.tiles import entry_bundle

MOST_WHOLE: Final = 50_000
"""A log of more entries is not enclosed as a whole unless that is asked for: some 15 MB."""

EXAMINATIONS: Final = ("examination", "examination.failed")


@dataclass(slots=True)
class LogPart:
    """The log up to one checkpoint, and which of its entries a report rests on."""

    workspace: Workspace
    note: str
    size: int
    entries: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def now(cls, workspace: Workspace) -> LogPart:
        """Return the log as it stands."""
        note = workspace.log.checkpoint()
        return cls(workspace, note, parse_checkpoint(unchecked_text(note)).size)

    def entry(self, number: int | None, what: str) -> dict[str, Any]:
        """Return an entry and remember that the report rests on it. Raises BadWorkspace where there is none."""
        if number is None or number >= self.size:
            raise BadWorkspace(
                f"The log has no entry for {what}: it was recorded before there was a log.",
                fix="issue the document anew, or open a new case and add the exhibits to it.",
            )
        self.entries[number] = self.workspace.log.entry(number)
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

    def files(self, *, whole: bool) -> dict[str, bytes]:
        """Return the files of the log by their path below the payload."""
        log = self.workspace.log
        files = {
            "log/checkpoint": self.note.encode(),
            "log/policy": _policy(self.workspace).encode(),
        }
        for number, data in self.entries.items():
            files[f"log/entries/{number}.json"] = data
            files[f"log/proofs/{number}.tlog-proof"] = str(log.prove(number, self.note, self.size)).encode()
        if whole:
            files["log/all.entries"] = entry_bundle(list(log.entries(0, self.size)))
        return files

    def _examinations(self) -> Iterator[Mapping[str, Any]]:
        for data in self.workspace.log.entries(0, self.size):
            if b'"kind":"examination' in data:
                entry = json.loads(data)
                if entry["kind"] in EXAMINATIONS:
                    yield entry


def _policy(workspace: Workspace) -> str:
    """Return whose signatures count (C2SP tlog-policy): the log's own."""
    return f"log {log_verifier(workspace)}\nquorum none\n"
