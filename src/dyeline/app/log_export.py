"""Publishing the log as files that any web server can serve (C2SP tlog-tiles), with the policy over its checkpoints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dyeline.app.journal import log_verifier, record
from dyeline.app.witnesses import cosign, list_witnesses
from dyeline.errors import BadInput
from dyeline.evidence.merkle import HASH_BYTES
from dyeline.evidence.note import BadNote, open_note, parse_checkpoint
from dyeline.evidence.tiles import TILE_HASHES, TILE_HEIGHT, entry_bundle, tile_path
from dyeline.evidence.witness import policy_text
from dyeline.store.files import make_folder, storage_faults, write_durably

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

READABLE: Final = 0o644


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export did: entries that the folder holds now, how many of them are new, files written, own entry."""

    folder: Path
    size: int
    new: int
    files: int
    log_entry: int


def export_log(workspace: Workspace, folder: Path, *, cosigned: bool = False) -> ExportReport:
    """Write what is new of the log into a folder of static files; the checkpoint last, so that it is always whole.

    The export is an act of its own and stands in what it exports. With ``cosigned`` the witnesses sign its
    checkpoint first, as the policy in the folder demands where there are any. Raises BadInput for a folder that holds
    another log, or one that this log does not continue, and what ``witnesses.cosign`` raises.
    """
    log = workspace.log
    make_folder(folder, private=False)
    before = _exported(workspace, folder)
    entry = record(workspace, "log.exported", {"size": log.size + 1}, role="auditor")
    note = cosign(workspace).note if cosigned else log.checkpoint()
    size = parse_checkpoint(open_note(note, [log_verifier(workspace)])[0]).size
    files = 0
    for path, data in _files(workspace, before, size):
        with storage_faults(folder):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            part.write_bytes(data)
            part.chmod(READABLE)
            part.replace(target)
        files += 1
    with storage_faults(folder):
        os.sync()  # one flush for all files instead of one for each
    write_durably(folder / "policy", _policy(workspace).encode(), mode=READABLE)
    write_durably(folder / "checkpoint", note.encode(), mode=READABLE)
    return ExportReport(folder, size, size - before, files, entry)


def _exported(workspace: Workspace, folder: Path) -> int:
    """Return how many entries the folder holds, 0 for a new one."""
    path = folder / "checkpoint"
    try:
        with storage_faults(path):
            if not path.exists():
                if any(folder.iterdir()):
                    raise BadInput(
                        f"{folder} holds other files and no log.",
                        fix="name an empty folder.",
                        path=str(folder),
                    )
                return 0
            note = path.read_bytes().decode()
        checkpoint = parse_checkpoint(open_note(note, [log_verifier(workspace)])[0])
    except (BadNote, UnicodeDecodeError) as fault:
        raise _another(folder) from fault
    log = workspace.log
    if checkpoint.size > log.size or log.root_at(checkpoint.size) != checkpoint.root:
        raise _another(folder)
    return checkpoint.size


def _files(workspace: Workspace, before: int, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file that the first ``size`` entries have and the first ``before`` have not."""
    log = workspace.log
    for number, width in _tiles(before, size):
        bundle = entry_bundle(list(log.entries(number * TILE_HASHES, width)))
        yield tile_path("entries", number, width), bundle
    level = 0
    while size:
        for number, width in _tiles(before, size):
            yield tile_path(level, number, width), log.tile(level, number)[: width * HASH_BYTES]
        before, size, level = before >> TILE_HEIGHT, size >> TILE_HEIGHT, level + 1


def _tiles(before: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield number and width of the tiles of a level that differ between ``before`` and ``size`` hashes on it."""
    for number in range(before // TILE_HASHES, -(-size // TILE_HASHES)):
        width = min(TILE_HASHES, size - number * TILE_HASHES)
        if number * TILE_HASHES + width > before:
            yield number, width


def _policy(workspace: Workspace) -> str:
    witnesses = [(one.name, one.verifier) for one in list_witnesses(workspace)]
    return policy_text(log_verifier(workspace), witnesses)


def _another(folder: Path) -> BadInput:
    return BadInput(
        f"{folder} holds another log, or one that this log does not continue.",
        fix="keep it as evidence if it was exported from this workspace; export into another folder.",
        path=str(folder),
    )
