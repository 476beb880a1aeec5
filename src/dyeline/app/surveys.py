"""Reading a document's file again; what the survey of a PDF found is kept, as it takes 0.2 s a page.

The folder it is kept in can be removed and is filled again; what another version of the program kept is not used.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from dyeline.app.jobs import known_document
from dyeline.app.workspace import Workspace
from dyeline.formats.content import Content
from dyeline.formats.limited import document_within_limits
from dyeline.store.files import make_folder, write_durably


def document_content(workspace: Workspace, data: bytes, kind: str) -> Content:
    """Return the content of a document; of a PDF that was surveyed before, without its pictures.

    Raises what ``Format.read`` raises.
    """
    survey = _kept(_path(workspace, data)) if kind == "pdf" else b""
    work = partial(known_document, kind, data, survey)
    content = document_within_limits(work, size=len(data), paged=kind == "pdf")
    if content.survey != survey:
        keep_survey(workspace, data, content)
    return content


def keep_survey(workspace: Workspace, data: bytes, content: Content) -> None:
    """Keep what was found in a file, if there was a survey. Raises StorageFailed."""
    if content.survey:
        path = _path(workspace, data)
        make_folder(path.parent, private=True)
        write_durably(path, content.survey)


def _kept(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _path(workspace: Workspace, data: bytes) -> Path:
    return workspace.root / "surveys" / f"{hashlib.sha256(data).hexdigest()}.npz"
