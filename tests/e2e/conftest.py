"""A fresh workspace for each test, copied from one that is made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dyeline.app.workspace import Workspace, init, open_workspace


@pytest.fixture(scope="session")
def made_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "workspace"
    init(root)
    open_workspace(root).close()
    return root


@pytest.fixture
def workspace(made_workspace: Path, tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(shutil.copytree(made_workspace, tmp_path / "workspace"))
    yield opened
    opened.close()
