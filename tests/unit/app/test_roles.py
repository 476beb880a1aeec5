"""Roles: nobody's are everybody's, and from the first grant on only whoever has one acts in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dyeline.app.cases import close_case, new_case
from dyeline.app.custodians import add_custodian
from dyeline.app.disclosure import decide
from dyeline.app.purge import purge
from dyeline.app.quorum import set_quorum
from dyeline.app.recipients import add_recipient, import_recipients
from dyeline.app.roles import grant_role, list_actors, revoke_role
from dyeline.app.trace import examine
from dyeline.app.unsealing import grant_unsealing
from dyeline.app.workspace import Workspace
from dyeline.custody.agekeys import new_identity
from dyeline.errors import BadInput, NotFound, NotPermitted
from dyeline.evidence.entries import ROLES, parse_entry
from tests.e2e.journey import people


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda name: monkeypatch.setenv("DYELINE_ACTOR", name)


ACTS: dict[str, list[Callable[[Workspace], object]]] = {
    "issuer": [
        lambda w: import_recipients(w, people(2)),
        lambda w: add_recipient(w, "Ada"),
        lambda w: add_custodian(w, "c", new_identity().recipient.text),
        lambda w: set_quorum(w, 2),
        lambda w: purge(w, "briefings"),
        lambda w: grant_role(w, "somebody", "auditor"),
    ],
    "investigator": [
        lambda w: new_case(w, "another"),
        lambda w: close_case(w, "one", reason="r"),
        lambda w: examine(w, b"It rained for a week."),
    ],
    "custodian": [lambda w: grant_unsealing(w, "Q-1", new_identity())],
    "reviewer": [lambda w: decide(w, "one", "undecided", by="reviewer", reason="r")],
}


@pytest.mark.parametrize("role", sorted(ACTS))
def test_only_who_has_a_role_acts_in_it_once_it_was_given(
    workspace: Workspace, acting: Callable[[str], None], role: str
) -> None:
    acting("first")
    new_case(workspace, "one")
    grant_role(workspace, "second", role)
    for act in ACTS[role]:
        with pytest.raises(NotPermitted) as caught:
            act(workspace)
        assert caught.value.code == "custody.refused" and caught.value.facts["role"] == role
    acting("second")
    if role == "reviewer":
        ACTS[role][0](workspace)


def test_a_role_that_was_given_and_taken_is_everybodys_again(
    workspace: Workspace, acting: Callable[[str], None]
) -> None:
    acting("first")
    given = grant_role(workspace, "Second", "investigator")
    assert given.roles == ("investigator",) and not given.current
    assert grant_role(workspace, given.label.lower(), " Investigator ").roles == ("investigator",)
    revoke_role(workspace, "SECOND", "investigator")
    new_case(workspace, "one")
    with pytest.raises(NotFound):
        revoke_role(workspace, "second", "investigator")
    kinds = [parse_entry(data).kind for data in workspace.log.entries()]
    assert kinds.count("role.granted") == kinds.count("role.revoked") == 1
    assert [(one.account, one.current) for one in list_actors(workspace)][-2:] != []


def test_the_log_knows_labels_and_no_accounts(workspace: Workspace, acting: Callable[[str], None]) -> None:
    acting("zephyrine")
    grant_role(workspace, "wilhelmina", "auditor")
    whole = b"".join(workspace.log.entries())
    assert b"zephyrine" not in whole and b"wilhelmina" not in whole and b'"auditor"' in whole


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "bell\x07"])
def test_what_is_no_account_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(BadInput):
        grant_role(workspace, name, "auditor")


def test_unknown_roles_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    for role in ("", "king", "issuer;"):
        with pytest.raises(BadInput, match="no such role"):
            grant_role(workspace, "somebody", role)
    assert all(grant_role(workspace, f"a {role}", role) for role in ROLES if role != "issuer")
