"""What is done while the disk fails: an append, an issue run, an exhibit's coming in, an unsealing; what must hold."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.reliability.logs import append, entry, judged, opened
from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import new_case
from dyeline.app.custodians import add_custodian
from dyeline.app.disclosure import decide
from dyeline.app.issue import issue
from dyeline.app.journal import ACTOR_ENVIRONMENT
from dyeline.app.key_files import make_key_file, read_identity
from dyeline.app.log_audit import verify_log
from dyeline.app.log_ledger import AGAIN
from dyeline.app.quorum import set_quorum
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.unsealing import grant_unsealing, list_requests, request_unsealing
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.evidence.merkle import leaf_hash, tree_hash
from dyeline.store.tables import CaseExhibit, Examination, IssuedCopy

COPIES = 5
_BEFORE, _ADDED = 250, 40
_CASE = "Spring plan"
_TEXT = "\n".join(
    f"The {thing} committee met {{=s{n}: early | late | often | rarely}} at the house of the {thing}."
    for n, thing in enumerate("river garden window castle market bridge forest letter".split())
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be broken off at any write.

    ``prepare`` makes the folder that it begins from; ``perform`` does it; ``problems`` says what is wrong afterwards,
    given whether it had returned, and repeats it: what was broken off has to be made good by that.
    """

    name: str
    prepare: Callable[[Path], None]
    perform: Callable[[Path], None]
    problems: Callable[[Path, bool], list[str]]


def _prepare_append(place: Path) -> None:
    log = opened(place / "log")
    append(log, _BEFORE)
    log.close()


def _append(place: Path) -> None:
    append(opened(place / "log"), _ADDED)


def _append_problems(place: Path, returned: bool) -> list[str]:
    known = [
        (size, tree_hash(leaf_hash(entry(number)) for number in range(size)))
        for size in ((_BEFORE, _BEFORE + _ADDED) if returned else (_BEFORE,))
    ]
    before = judged(place / "log", known)
    if not before.sound:
        return [str(before)]
    if before.size not in (_BEFORE, _BEFORE + _ADDED):
        return [f"half a batch is there: {before.size} entries"]
    log = opened(place / "log")
    append(log, _ADDED)
    log.close()
    after = judged(place / "log", known)
    return [] if after.sound and after.size == before.size + _ADDED else [str(after)]


def _prepare_issue(place: Path) -> None:
    init(place / "workspace")
    workspace = open_workspace(place / "workspace")
    people = "\n".join(f"Reader {n},reader{n}@example.org" for n in range(COPIES))
    import_recipients(workspace, f"name,email\n{people}\n".encode())
    add_document(workspace, _TEXT.encode(), file_name="minutes.txt")
    workspace.close()


def _issue(place: Path) -> None:
    issue(open_workspace(place / "workspace"), "D-001", "all", place / "out", processes=1)


def _issue_problems(place: Path, returned: bool) -> list[str]:
    workspace = open_workspace(place / "workspace")
    problems = _copy_problems(workspace, place / "out", interrupted=True)
    if returned and len(list((place / "out").glob("C-*"))) != COPIES:
        problems.append("it returned, and copies are missing")
    if problems:
        return problems
    _issue(place)
    problems += _copy_problems(workspace, place / "out")
    if len(list((place / "out").glob("C-*"))) != COPIES:
        problems.append("after repeating it copies are missing")
    stated: dict[str, set[str]] = {}
    for data in workspace.log.entries():
        facts = json.loads(data)["facts"]
        if "file_sha256" in facts:
            stated.setdefault(facts["copy"], set()).add(facts["commitment"])
    if any(len(commitments) > 1 for commitments in stated.values()):
        problems.append("a copy was committed to twice, differently")
    return problems


def _copy_problems(workspace: Workspace, out: Path, *, interrupted: bool = False) -> list[str]:
    """Return what is wrong with the copies that can be seen, and with log and database."""
    with workspace.reading():
        recorded = dict(IssuedCopy.objects.exclude(log_entry=None).values_list("label", "sha256"))
    problems = [
        f"{path.name} can be seen and is not on record"
        for path in out.glob("C-*")
        if recorded.get(path.stem) != hashlib.sha256(path.read_bytes()).hexdigest()
    ]
    return problems + _misfits(workspace, interrupted=interrupted)


def _prepare_intake(place: Path) -> None:
    _prepare_issue(place)
    _issue(place)
    workspace = open_workspace(place / "workspace")
    new_case(workspace, _CASE)
    _as("reviewer")
    decide(workspace, _CASE, "not-protected", by="reviewer", reason="a staged leak")
    _as("investigator")
    workspace.close()


def _intake(place: Path) -> None:
    add_exhibits(open_workspace(place / "workspace"), _CASE, [place / "out" / "C-0003.txt"])


def _intake_problems(place: Path, returned: bool) -> list[str]:
    workspace = open_workspace(place / "workspace")
    problems = _misfits(workspace, interrupted=True)
    with workspace.reading():
        examined = CaseExhibit.objects.exclude(examined=None).count()
        early = [row for row in Examination.objects.all() if not _after(row.received_entry, row.log_entry)]
    if returned and examined != 1:
        problems.append("it returned, and the exhibit was not examined")
    if early:
        problems.append("an exhibit was examined that had not come in")
    _intake(place)
    with workspace.reading():
        if CaseExhibit.objects.exclude(examined=None).count() != 1:
            problems.append("after repeating it the exhibit was not examined")
    return problems + _misfits(workspace)


def _after(received: int | None, examined: int | None) -> bool:
    return received is not None and examined is not None and received < examined


def _prepare_unseal(place: Path) -> None:
    _prepare_issue(place)
    workspace = open_workspace(place / "workspace")
    keys = [make_key_file(place / f"custodian{number}.txt") for number in range(3)]
    for number, key in enumerate(keys):
        add_custodian(workspace, f"Custodian {number}", key.text)
    set_quorum(workspace, 2)
    issue(workspace, "D-001", "all", place / "out", notice=False, processes=1)
    new_case(workspace, _CASE)
    _as("reviewer")
    decide(workspace, _CASE, "not-protected", by="reviewer", reason="a staged leak")
    _as("investigator")
    request_unsealing(
        workspace, _CASE, "C-0003", reason="a test", override_reason="no exhibit is needed here"
    )
    _as("first custodian")
    grant_unsealing(workspace, "Q-1", read_identity(place / "custodian0.txt"))
    workspace.close()


def _unseal(place: Path) -> None:
    """Grant as the second custodian, and show the name in a file that is no part of the workspace."""
    shown = place.with_name("shown")
    shown.unlink(missing_ok=True)
    _as("second custodian")
    workspace = open_workspace(place / "workspace")
    granted = grant_unsealing(workspace, "Q-1", read_identity(place / "custodian1.txt"))
    if granted.identity is not None:
        shown.write_text(granted.identity.name)


def _unseal_problems(place: Path, returned: bool) -> list[str]:
    shown = place.with_name("shown")
    workspace = open_workspace(place / "workspace")
    problems = _misfits(workspace, interrupted=True)
    opened_entries = list(workspace.log.holding([b'"kind":"unseal.opened"', b'"request":"Q-1"']))
    if shown.exists() and not opened_entries:
        problems.append("a name was shown and the log does not say so")
    if returned and not shown.exists():
        problems.append("it returned, and no name was shown")
    if list_requests(workspace)[0].outcome != "opened":
        _unseal(place)
        if not shown.exists():
            problems.append("after repeating it no name was shown")
    shown.unlink(missing_ok=True)
    return problems + _misfits(workspace)


def _as(person: str) -> None:
    os.environ[ACTOR_ENVIRONMENT] = person


def _misfits(workspace: Workspace, *, interrupted: bool = False) -> list[str]:
    """Return what does not fit; of an interrupted act only what repeating it does not mend."""
    found = [misfit for misfit in verify_log(workspace).misfits if not (interrupted and AGAIN in misfit.why)]
    return [f"{misfit.row}: {misfit.why}" for misfit in found]


def _careless(place: Path) -> None:
    """Show a copy before it is on record, as no version of this program may."""
    (place / "out").mkdir(exist_ok=True)
    (place / "out" / "C-0001.txt").write_bytes(b"a copy")
    (place / "out" / "C-0001.txt").unlink()
    _issue(place)


CONTROL = "careless"
"""An act in which faults have to be found: without it nobody knows whether the others were judged at all."""

ACTS = {
    act.name: act
    for act in (
        Act(CONTROL, _prepare_issue, _careless, _issue_problems),
        Act("append", _prepare_append, _append, _append_problems),
        Act("issue", _prepare_issue, _issue, _issue_problems),
        Act("intake", _prepare_intake, _intake, _intake_problems),
        Act("unseal", _prepare_unseal, _unseal, _unseal_problems),
    )
}
