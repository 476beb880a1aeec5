from __future__ import annotations

from pathlib import Path

import pytest

from dyeline.app.settings import Settings, read_settings
from dyeline.app.workspace import Workspace, find_workspace, init, open_workspace
from dyeline.errors import BadInput, BadWorkspace, NoWorkspace
from dyeline.store.tables import Setting


def test_init_makes_every_part_and_closes_what_is_private(tmp_path: Path) -> None:
    report = init(tmp_path / "new")
    assert report.created
    parts = {path.name: path.stat().st_mode & 0o777 for path in report.root.iterdir()}
    assert {parts[name] for name in ("keys", "blobs", "index", "log")} == {0o700}
    assert parts["dyeline.sqlite3"] == 0o600
    workspace = open_workspace(report.root)
    with workspace.reading():
        facts = dict(Setting.objects.values_list("name", "value"))
    assert (facts["quorum"], facts["id"]) == (1, report.id)
    assert read_settings(report.root) == Settings() == workspace.settings
    workspace.close()


def test_init_again_changes_nothing_and_repairs_what_is_missing(workspace: Workspace) -> None:
    settings = workspace.root / "dyeline.toml"
    settings.write_text(settings.read_text().replace("0.001", "0.01"))
    (workspace.root / "index").rmdir()
    first = init(workspace.root)
    assert not first.created
    assert first.id == init(workspace.root).id
    assert open_workspace(workspace.root).settings.trace_bound == 0.01
    assert (workspace.root / "index").is_dir()


def test_an_interrupted_init_is_no_workspace_and_can_be_repeated(workspace: Workspace) -> None:
    (workspace.root / "dyeline.toml").unlink()
    with pytest.raises(NoWorkspace):
        open_workspace(workspace.root)
    assert init(workspace.root).created
    open_workspace(workspace.root)


def test_init_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="is a file"):
        init(tmp_path / "file")


def test_the_nearest_workspace_upwards_is_found(workspace: Workspace, tmp_path: Path) -> None:
    deep = workspace.root / "a" / "b"
    deep.mkdir(parents=True)
    assert find_workspace(deep, explicit=None, environment={}) == workspace.root
    with pytest.raises(NoWorkspace) as caught:
        find_workspace(tmp_path, explicit=None, environment={})
    assert "dyeline init" in caught.value.fix


def test_the_option_wins_over_the_environment_and_both_over_the_folder(
    workspace: Workspace, tmp_path: Path
) -> None:
    init(tmp_path / "other")
    named = {"DYELINE_WORKSPACE": str(tmp_path / "other")}
    assert find_workspace(workspace.root, explicit=None, environment=named) == tmp_path / "other"
    assert find_workspace(tmp_path, explicit=workspace.root, environment=named) == workspace.root
    assert (
        find_workspace(workspace.root, explicit=None, environment={"DYELINE_WORKSPACE": ""}) == workspace.root
    )
    with pytest.raises(NoWorkspace, match="DYELINE_WORKSPACE names it"):
        find_workspace(workspace.root, explicit=None, environment={"DYELINE_WORKSPACE": str(tmp_path)})


def test_a_lost_database_is_not_replaced_by_an_empty_one(workspace: Workspace) -> None:
    workspace.close()
    workspace.database_path.unlink()
    with pytest.raises(BadWorkspace, match="missing"):
        open_workspace(workspace.root)
    assert not workspace.database_path.exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("", "no format number"),
        ("format = 'one'", "no format number"),
        ("format = 99", "layout 99"),
        ("format = 1\n[trace]\nbound = 0", "at most 0.5"),
        ("format = 1\n[trace]\nbound = true", "at most 0.5"),
        ("format = 1\n[trace]\nbound = nan", "at most 0.5"),
        ("format = 1\n[issue]\nnotice = 'yes'", "neither true nor false"),
        ("format = 1\n[issue]\nnotize = true", "does not exist: issue.notize"),
        ("format = 1\nissue = 3", "does not exist: issue"),
        ("format = 1\n[colours]\nred = 1", "does not exist: colours.red"),
        ("format = ", "not valid TOML"),
    ],
)
def test_wrong_settings_are_named(workspace: Workspace, settings: str, said: str) -> None:
    (workspace.root / "dyeline.toml").write_text(settings)
    with pytest.raises(BadWorkspace, match=said):
        open_workspace(workspace.root)
