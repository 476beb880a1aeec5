"""The log from the command line: begun with the workspace, verified, proved, witnessed and published."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.workspace import Workspace
from dyeline.cli.main import run
from dyeline.evidence.entries import canonical_json
from dyeline.evidence.note import open_note, parse_checkpoint, parse_verifier
from dyeline.evidence.proof_file import check_proof
from dyeline.testing.witness import Witness, new_signer, serving
from tests.e2e.journey import people

TEXT = "\n".join(
    f"The {thing} committee met {{=s{n}: early | late | often | rarely}} at the house of the {thing}."
    for n, thing in enumerate("river garden window castle market bridge forest letter".split())
)

Say = Callable[..., str]


@pytest.fixture
def say(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command in the workspace and return what it printed."""

    def said(*arguments: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(workspace.root), *arguments])
        printed = capsys.readouterr()
        assert caught.value.code == status, printed.err
        return printed.out if status == 0 or "--json" in arguments else printed.err

    return said


def told(text: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(text)
    return result


def test_from_issue_to_a_proof_for_somebody_else(workspace: Workspace, say: Say, tmp_path: Path) -> None:
    import_recipients(workspace, people(4))
    add_document(workspace, TEXT.encode(), file_name="minutes.txt", title="Confidential minutes")
    at = workspace.log.size
    issued = told(say("issue", "D-001", "--to", "all", "--out", str(tmp_path / "copies"), "--json"))
    assert issued["log"] == {"opened": at, "copies": [at + 1, at + 4], "issued": at + 5}
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(b"signed by the recipient")
    assert f"in entries {at + 6} to {at + 9}" in say("delivery", "record", "X-001", "--method", "email")
    delivered = told(
        say(
            "delivery", "record", "C-0002", "--method", "hand", "--at", "2026-03-01T09:30+01:00",
            "--receipt", str(receipt), "--json",
        )
    )  # fmt: skip
    assert delivered["deliveries"][0]["at"] == "2026-03-01T08:30:00.000+00:00"
    assert say("delivery", "list").count("email") == 4
    traced = told(say("trace", str(tmp_path / "copies" / "C-0003.txt"), "--json"))
    assert traced["log"] == {"received": at + 11, "examination": at + 12}
    stated = json.loads(workspace.log.entry(at + 12))["facts"]["result"]
    del traced["log"]
    assert stated == hashlib.sha256(canonical_json(traced)).hexdigest()
    assert f"Log: received as entry {at + 13}" in say("trace", str(tmp_path / "copies" / "C-0003.txt"))
    say("case", "new", "Spring plan")
    say(
        "case", "disclose", "Spring plan", "--decision", "not-protected", "--by", "reviewer", "--reason", "sold"
    )  # fmt: skip
    say("case", "add", "Spring plan", str(tmp_path / "copies" / "C-0001.txt"))
    case = told(say("case", "show", "Spring plan", "--json"))
    assert (case["label"], case["log"]) == ("K-1", {"opened": at + 15})
    assert case["exhibits"][0]["log"] == {"received": at + 17, "examination": at + 18}

    verified = told(say("log", "verify", "--json"))
    assert (verified["size"], verified["misfits"], verified["without_row"]) == (at + 19, [], {})
    assert "as good as the word" in say("log", "verify")
    key = parse_verifier(say("log", "key").strip())
    say("log", "prove", str(at + 2), "--out", str(tmp_path / "six.proof"))
    entry = (tmp_path / "six.proof.entry").read_bytes()
    assert json.loads(entry)["facts"]["copy"] == "C-0002"
    assert (
        check_proof((tmp_path / "six.proof").read_text(), entry, key.name, [key]).checkpoint.size == at + 19
    )
    say("log", "checkpoint", "--out", str(tmp_path / "note"))
    assert parse_checkpoint(open_note((tmp_path / "note").read_text(), [key])[0]).size == at + 19
    exported = told(say("log", "export", str(tmp_path / "public"), "--json"))
    assert (exported["size"], exported["new"], exported["log"]) == (at + 20, at + 20, at + 19)

    shown = say("log", "show", "--kind", "copy.issued")
    assert shown.count("copy.issued") == 4 and "issuer" in shown
    last = told(say("log", "show", "--last", "1", "--json"))["entries"][0]
    assert (last["number"], last["kind"], last["role"]) == (at + 19, "log.exported", "auditor")
    whole = b"".join(workspace.log.entries()) + b"".join(
        path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()
    )
    for word in (b"onfidential", b"committee", b"Spring", b"example.org", b"receipt.pdf"):
        assert word not in whole


def test_a_witness_is_named_and_asked(workspace: Workspace, say: Say, tmp_path: Path) -> None:
    key = parse_verifier(say("log", "key").strip())
    signer = new_signer("witness.example/archive")
    witness = Witness(tmp_path / "state.sqlite3", signer, {key.name: key})
    assert "No witness" in say("log", "witness", "list")
    with serving(witness) as url:
        say("log", "witness", "add", "archive", url, str(signer.verifier))
        text = say("log", "checkpoint", "--cosign")
        assert "Signed by archive" in text and "witness.example/archive" in text
    witness.close()
    assert "signed by witnesses witness.example/archive" in say("log", "verify")
    assert told(say("log", "witness", "list", "--json"))["witnesses"][0]["size"] == workspace.log.size
    failed = told(say("log", "checkpoint", "--cosign", "--json", status=69))
    assert failed["error"]["code"] == "log.witness_failed"
    say("log", "witness", "remove", "archive")
    assert "no witness" in say("log", "checkpoint", "--cosign", status=64).lower()


def test_a_row_that_was_changed_is_named(workspace: Workspace, say: Say) -> None:
    at = workspace.log.size
    say("case", "new", "Spring plan")
    workspace.close()
    with sqlite3.connect(workspace.root / "dyeline.sqlite3") as database:
        database.execute("UPDATE dyeline_case SET bound = 0.4")
    database.close()
    error = told(say("log", "verify", "--json", status=5))["error"]
    assert error["code"] == "log.disagrees"
    assert error["facts"]["misfits"] == [{"row": "K-1", "entry": at, "why": "the bound differs"}]
    assert "K-1: the bound differs" in say("log", "verify", status=5)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("log", "prove", "99", "--out", "x"), 66),
        (("log", "show", "--kind", "copy.burnt"), 64),
        (("log", "witness", "add", "one", "ftp://x", "y"), 64),
        (("log", "checkpoint", "--timestamp", "nowhere"), 64),
        (("delivery", "record", "C-0009", "--method", "hand"), 66),
        (("delivery", "record", "C-0009", "--method", "pigeon"), 64),
        (("delivery", "record", "C-0009", "--method", "hand", "--at", "soon"), 64),
        (("delivery", "record", "C-0009", "--method", "hand", "--at", "2999-01-01"), 64),
    ],
)
def test_what_cannot_be_is_said(say: Say, arguments: tuple[str, ...], status: int) -> None:
    assert "Fix:" in say(*arguments, status=status)


def test_issuing_says_where_it_stands_in_the_log(workspace: Workspace, say: Say, tmp_path: Path) -> None:
    import_recipients(workspace, people(4))
    add_document(workspace, TEXT.encode(), file_name="minutes.txt")
    opened = issue(workspace, "D-001", "all", tmp_path / "copies").log.opened
    again = say("issue", "D-001", "--to", "all", "--out", str(tmp_path / "copies"))
    assert f"circulation opened in entry {opened}; no copy had to be made." in again
