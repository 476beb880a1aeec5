"""The folder that copies are released into: what may stand there, what is put there, the manifest."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from dyeline.app.circulations import PlannedCopy
from dyeline.app.copymaking import MadeCopy
from dyeline.errors import BadInput
from dyeline.store.files import storage_faults, write_durably

MANIFEST_COLUMNS = ("copy", "recipient", "name", "email", "organisation", "file", "sha256")
_PART = ".dyeline-part-"


def aside(folder: Path) -> Path:
    """Return where this process makes copies before they are released."""
    return folder / f"{_PART}{os.getpid()}"


def make_folder(folder: Path) -> None:
    """Make the folder and its parents where they are missing."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(
            f"{folder} is a file.", fix="name a folder that exists or can be made.", path=str(folder)
        )
    with storage_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)


def refuse_foreign(folder: Path, copies: Sequence[PlannedCopy], suffix: str) -> None:
    """Raise BadInput when the folder holds copies that this circulation did not put there, or changed ones.

    Of an interrupted run only the folder aside is left; it is removed here, under the lock.
    """
    own = {f"{copy.label}.{suffix}": copy.sha256 for copy in copies}
    manifest = folder / "manifest.csv"
    with storage_faults(folder):
        listed = _listed(manifest.read_bytes()) if manifest.is_file() else {}
        strange = [name for name, sha256 in listed.items() if own.get(name) != sha256]
        changed = [
            name
            for name, sha256 in own.items()
            if (folder / name).is_file()
            and hashlib.sha256((folder / name).read_bytes()).hexdigest() != sha256
        ]
    if strange or changed:
        what = (
            f"{len(strange)} copies of another circulation"
            if strange
            else f"{changed[0]}, which was changed since"
        )
        raise BadInput(
            f"The folder {folder} holds {what}.",
            fix="choose another folder for --out, or move what is there away.",
            files=[*strange, *changed][:20],
        )
    for left in folder.glob(f"{_PART}*"):
        shutil.rmtree(left, ignore_errors=True)


def _listed(manifest: bytes) -> dict[str, str]:
    """Return file name -> hash of a manifest; of a table that is none, nothing."""
    rows = csv.DictReader(io.StringIO(manifest.decode("utf-8", "replace"), newline=""))
    return {row["file"]: row["sha256"] for row in rows if row.get("file") and row.get("sha256")}


def is_there(folder: Path, copy: PlannedCopy, suffix: str) -> bool:
    """Tell whether the released file of a copy lies in the folder, unchanged."""
    path = folder / f"{copy.label}.{suffix}"
    if not copy.sha256 or not path.is_file():
        return False
    with storage_faults(path):
        return hashlib.sha256(path.read_bytes()).hexdigest() == copy.sha256


def move_released(made: Sequence[MadeCopy], folder: Path, suffix: str) -> None:
    """Release copies that were made aside."""
    with storage_faults(folder):
        for copy in made:
            name = f"{copy.label}.{suffix}"
            (aside(folder) / name).replace(folder / name)


def write_manifest(folder: Path, copies: Sequence[PlannedCopy], suffix: str) -> Path:
    """Write the table of the circulation's copies that lie in the folder, earlier runs included.

    A copy whose recipient's name is sealed, and not known in this run, keeps what the table said before.
    """
    path = folder / "manifest.csv"
    before = _people(path)
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(MANIFEST_COLUMNS)
    for copy in copies:
        file = f"{copy.label}.{suffix}"
        if copy.sha256 and (folder / file).is_file():
            person = [_cell(value) for value in (copy.name, copy.email, copy.organisation)]
            person = person if copy.name else before.get(copy.label, person)
            writer.writerow((copy.label, copy.recipient, *person, file, copy.sha256))
    write_durably(path, table.getvalue().encode())
    return path


def _people(manifest: Path) -> dict[str, list[str]]:
    """Return name, e-mail and organisation by copy, as a manifest has them."""
    with storage_faults(manifest):
        data = manifest.read_bytes() if manifest.is_file() else b""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8", "replace"), newline=""))
    return {
        row["copy"]: [row.get(column) or "" for column in MANIFEST_COLUMNS[2:5]]
        for row in rows
        if row.get("copy")
    }


def _cell(value: str) -> str:
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t")) else value
