"""The secret of a circulation: sealed at issue, erased, put back by two custodians, and what is said meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.case_view import show_case
from dyeline.app.circulation_keys import (
    list_circulation_keys,
    open_circulation_key,
    seal_circulation,
    set_owner,
)
from dyeline.app.custodians import add_custodian, reseal_all
from dyeline.app.issue import issue
from dyeline.app.log_audit import verify_log
from dyeline.app.quorum import set_quorum
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.custody.agekeys import new_identity
from dyeline.errors import BadInput, BadKey, BadWorkspace, KeySealed, NotFound
from dyeline.store.keys import Keys
from tests.e2e.journey import NOTE, opened_case, people

KEYS = [new_identity() for _ in range(3)]


@pytest.fixture(scope="module")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six people who are sealed, and the note issued to them."""
    root = tmp_path_factory.mktemp("office") / "workspace"
    init(root)
    workspace = open_workspace(root)
    for key in KEYS[:2]:
        add_custodian(workspace, "c", key.recipient.text)
    set_quorum(workspace, 2)
    (root.parent / "people.csv").write_bytes(people(6))
    add_document(workspace, NOTE.encode(), file_name="note.md")
    issue(workspace, "D-001", str(root.parent / "people.csv"), workspace.root / "copies")
    workspace.close()
    return root


@pytest.fixture
def office(made_office: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(made_office.parent, tmp_path / "made")
    opened = open_workspace(tmp_path / "made" / "workspace")
    yield opened
    opened.close()


def exhibit(office: Workspace) -> bytes:
    return (office.root / "copies" / "C-0003.md").read_bytes()


def test_an_erased_secret_comes_back_with_two_keys(office: Workspace) -> None:
    (name,) = [path.name for path in (office.root / "keys").iterdir() if len(path.name) == 20]
    secret = office.keys.load_secret(name)
    assert seal_circulation(office, "x-001", dry_run=True).at_hand
    assert office.keys.load_secret(name) == secret
    assert not seal_circulation(office, "X-001").at_hand
    assert all(secret not in path.read_bytes() for path in office.root.rglob("*") if path.is_file())
    with pytest.raises(BadInput, match="erased already"):
        seal_circulation(office, "X-001")
    for keys in ([KEYS[0]], [KEYS[0], KEYS[0]], [KEYS[0], KEYS[2]], []):
        with pytest.raises(BadKey):
            open_circulation_key(office, "X-001", keys)
    assert open_circulation_key(office, "X-001", [KEYS[1], KEYS[0]]).at_hand
    assert office.keys.load_secret(name) == secret
    with pytest.raises(BadInput, match="at hand"):
        open_circulation_key(office, "X-001", KEYS[:2])
    assert [one.pairs for one in list_circulation_keys(office)] == [2]
    assert verify_log(office).sound


def test_a_trace_says_what_it_could_not_compare(office: Workspace) -> None:
    assert examine(office, exhibit(office)).finding.outcome == "attributed"
    seal_circulation(office, "X-001")
    advice = " ".join(examine(office, exhibit(office)).finding.advice)
    assert "Circulations whose secrets two custodians have were not compared: X-001" in advice
    assert "none of its copies was compared" in advice and "no copy was issued here" not in advice
    with pytest.raises(KeySealed):
        issue(office, "D-001", str(office.root.parent / "people.csv"), office.root / "copies")
    open_circulation_key(office, "X-001", KEYS[:2])
    assert examine(office, exhibit(office)).finding.outcome == "attributed"


def test_a_case_says_whose_secret_it_needs(office: Workspace) -> None:
    opened_case(office, "Move")
    path = office.root / "forum.md"
    path.write_bytes(exhibit(office))
    add_exhibits(office, "Move", [path])
    seal_circulation(office, "X-001")
    with pytest.raises(KeySealed, match="X-001"):
        show_case(office, "Move")
    open_circulation_key(office, "X-001", KEYS[:2])
    assert show_case(office, "Move").finding.same_source.outcome == "attributed"


def test_nothing_is_erased_that_nobody_could_put_back(workspace: Workspace) -> None:
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(3))
    issue(workspace, "D-001", "all", workspace.root / "copies")
    with pytest.raises(BadInput, match="would be lost"):
        seal_circulation(workspace, "X-001")
    with pytest.raises(NotFound):
        seal_circulation(workspace, "X-009")
    for key in KEYS[:2]:
        add_custodian(workspace, "c", key.recipient.text)
    set_quorum(workspace, 2)
    seal_circulation(workspace, "X-001")
    assert add_custodian(workspace, "late", KEYS[2].recipient.text).resealed == 0
    assert reseal_all(workspace, KEYS[:2]) == 4
    open_circulation_key(workspace, "X-001", KEYS[1:])


def test_the_owner_puts_back_what_was_lost_and_not_what_was_erased(office: Workspace) -> None:
    assert set_owner(office, KEYS[2].recipient.text) == 1
    (path,) = [path for path in (office.root / "keys").iterdir() if len(path.name) == 20]
    secret = path.read_bytes()
    path.unlink()
    with pytest.raises(BadWorkspace, match="missing"):
        examine(office, exhibit(office))
    with pytest.raises(BadKey):
        open_circulation_key(office, "X-001", [new_identity()])
    open_circulation_key(office, "X-001", [KEYS[2]])
    assert path.read_bytes() == secret
    seal_circulation(office, "X-001")
    with pytest.raises(BadKey):
        open_circulation_key(office, "X-001", [KEYS[2]])
    open_circulation_key(office, "X-001", KEYS[:2])
    assert list_circulation_keys(office)[0].pairs == 2
    path.unlink()
    open_circulation_key(office, "X-001", [KEYS[2]])  # at hand again, so sealed to the owner again
    assert verify_log(office).sound


def test_an_erasure_that_is_broken_off_is_finished_or_undone_by_custodians(
    office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(keys: Keys, name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Keys, "erase", stopped)
        with pytest.raises(KeyboardInterrupt):
            seal_circulation(office, "X-001")
    advice = " ".join(examine(office, exhibit(office)).finding.advice)
    assert "were not compared: X-001" in advice  # on record it is erased
    with pytest.raises(BadKey):
        open_circulation_key(office, "X-001", [])
    assert not seal_circulation(office, "X-001").at_hand
    open_circulation_key(office, "X-001", KEYS[:2])
    assert examine(office, exhibit(office)).finding.outcome == "attributed"
