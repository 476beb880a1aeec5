"""The workspace: one folder with settings, database, blobs, keys, log and match index."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.app.journal import begin
from dyeline.app.settings import FILE_NAME, TEMPLATE, Settings, read_settings
from dyeline.errors import BadInput, BadWorkspace, NoWorkspace
from dyeline.evidence.note import ED25519, Signer
from dyeline.sandbox.limits import use
from dyeline.store import database
from dyeline.store.blobs import Blobs
from dyeline.store.files import make_folder, storage_faults, write_durably
from dyeline.store.keys import Keys
from dyeline.store.locks import issue_lock, short_lock
from dyeline.store.log import EvidenceLog
from dyeline.store.open_logs import close_log, log_in
from dyeline.store.tables import Setting

ENVIRONMENT_NAME = "DYELINE_WORKSPACE"
QUORUM = 1  # persons who must agree to unseal a name; sealing raises it


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace. Its parts do their own checking; this names where they are."""

    root: Path
    settings: Settings

    @property
    def blobs(self) -> Blobs:
        """Return the blobs."""
        return Blobs(self.root / "blobs")

    @property
    def keys(self) -> Keys:
        """Return the key files."""
        return Keys(self.root / "keys")

    @property
    def index_folder(self) -> Path:
        """Return the folder of the match index; it can be removed and is then built again."""
        return self.root / "index"

    @property
    def database_path(self) -> Path:
        """Return the SQLite file."""
        return self.root / "dyeline.sqlite3"

    @property
    def log_folder(self) -> Path:
        """Return the folder of the log and its checkpoints."""
        return self.root / "log"

    @property
    def checkpoint_folder(self) -> Path:
        """Return the folder of the checkpoints that others confirmed."""
        return self.log_folder / "checkpoints"

    @property
    def log(self) -> EvidenceLog:
        """Return the log, opened once."""
        return log_in(self.log_folder, self.log_signer)

    def log_signer(self) -> Signer:
        """Return the log's key under its name, which holds the workspace's id. Raises BadWorkspace."""
        with self.reading():
            name = f"dyeline/{Setting.objects.get(name='id').value}"
        return Signer(name, ED25519, Ed25519PrivateKey.from_private_bytes(self.keys.load_log_key()))

    def reading(self) -> AbstractContextManager[None]:
        """Return the context that every query of this workspace runs in."""
        return database.reading(self.database_path)

    def writing(self) -> AbstractContextManager[None]:
        """Return a transaction: all that is written in it is stored, or nothing."""
        return database.writing(self.database_path)

    def issuing(self) -> AbstractContextManager[None]:
        """Return the lock that one ``issue`` at a time holds; raises IssueBusy when it is taken."""
        return issue_lock(self.root / ".issue.lock")

    def indexing(self) -> AbstractContextManager[None]:
        """Return the lock of whoever writes the match index; waits for its turn."""
        return short_lock(self.root / ".index.lock")

    def upgrading(self) -> AbstractContextManager[None]:
        """Return the lock of whoever brings the workspace up to date; waits for its turn."""
        return short_lock(self.root / ".upgrade.lock")

    def close(self) -> None:
        """Close database and log; the workspace can be used again afterwards."""
        database.disconnect()
        close_log(self.log_folder)


@dataclass(frozen=True, slots=True)
class InitReport:
    """What ``init`` did. ``created`` is false where a workspace had been there."""

    root: Path
    id: str
    created: bool


def init(folder: Path) -> InitReport:
    """Make ``folder`` a workspace. In an existing one, add what is missing and change nothing else.

    The settings file is written last: a folder without it is not a workspace yet, so an
    interrupted ``init`` can be repeated.
    """
    root = folder.absolute()
    if root.exists() and not root.is_dir():
        raise BadInput(f"{root} is a file.", fix="name a folder that exists or can be made.", path=str(root))
    created = not (root / FILE_NAME).exists()
    workspace = Workspace(root, Settings() if created else read_settings(root))
    make_folder(root, private=False)
    for part in ("keys", "blobs", "index"):
        make_folder(root / part, private=True)
    with storage_faults(workspace.database_path):
        # recipients' names are inside: SQLite gives its side files the same mode
        workspace.database_path.touch(mode=0o600)
    _upgrade(workspace)
    with workspace.writing():
        Setting.objects.get_or_create(name="quorum", defaults={"value": QUORUM})
        identity, _ = Setting.objects.get_or_create(name="id", defaults={"value": str(uuid.uuid4())})
    begin(workspace)
    if created:
        write_durably(root / FILE_NAME, TEMPLATE.encode(), mode=0o644)
    return InitReport(root, str(identity.value), created)


def open_workspace(root: Path) -> Workspace:
    """Return the workspace at ``root``, its database brought up to date.

    Raises NoWorkspace, BadWorkspace (damaged, newer, not permitted) or StorageFailed.
    """
    workspace = Workspace(root.absolute(), read_settings(root))
    use(workspace.settings.limits)
    if not workspace.database_path.is_file():
        raise BadWorkspace(
            f"{workspace.database_path} is missing.",
            fix="restore it from a backup of the workspace.",
            path=str(workspace.database_path),
        )
    _upgrade(workspace)
    begin(workspace)
    return workspace


def find_workspace(start: Path, *, explicit: Path | None, environment: Mapping[str, str]) -> Path:
    """Return the folder of the workspace to use.

    ``explicit`` wins, then ``DYELINE_WORKSPACE``, then the nearest folder from ``start`` upwards
    that holds a settings file. Raises NoWorkspace.
    """
    named = explicit or (Path(environment[ENVIRONMENT_NAME]) if environment.get(ENVIRONMENT_NAME) else None)
    if named is not None:
        if (named / FILE_NAME).is_file():
            return named.absolute()
        source = "" if explicit else f" ({ENVIRONMENT_NAME} names it)"
        raise NoWorkspace(
            f"{named} is not a workspace: it holds no {FILE_NAME}{source}.",
            fix=f"run: dyeline init '{named}', or name another folder.",
            path=str(named),
        )
    here = start.absolute()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise NoWorkspace(
        f"No workspace in {here} or any folder above it.",
        fix="run: dyeline init, go to a folder inside of a workspace, or give --workspace DIR.",
        path=str(here),
    )


def _upgrade(workspace: Workspace) -> None:
    if database.schema_of(workspace.database_path) == database.SCHEMA:
        return
    with workspace.upgrading():
        database.upgrade(workspace.database_path)
