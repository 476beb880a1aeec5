"""What witnesses and time-stamp authorities attest to is in the bundle, and is checked without their libraries."""

from __future__ import annotations

import shutil

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.issue import issue
from dyeline.app.journal import log_verifier
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.report import ReportOptions, make_report
from dyeline.app.timestamps import stamp_checkpoint
from dyeline.app.witnesses import add_witness, cosign
from dyeline.app.workspace import init, open_workspace
from dyeline.testing.witness import Witness, new_signer, serving
from dyeline_verify.cli import check
from dyeline_verify.refusal import Refused
from dyeline_verify.stamps import check_stamp
from tests.e2e.bundles import CASE, checked, files_of
from tests.e2e.journey import NOTE, opened_case, pasted, people
from tests.unit.app.test_timestamps import Authority, answering, make_authority

pytest.importorskip("rfc3161_client", reason="the extra 'timestamp' is not installed")
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl on this machine")


@pytest.fixture(scope="module")
def attested(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], str, str]:
    """A bundle whose circulation was cosigned and stamped before the exhibit came; keys of the log and the witness."""
    root = tmp_path_factory.mktemp("attested")
    init(root / "workspace")
    workspace = open_workspace(root / "workspace")
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(5))
    issue(workspace, "D-001", "all", root / "copies")
    key, signer = log_verifier(workspace), new_signer("witness.example/one")
    witness = Witness(root / "witness.sqlite3", signer, {key.name: key})
    make_authority(root / "authority")
    with serving(witness) as url:
        add_witness(workspace, "one", url, str(signer.verifier))
        note = cosign(workspace).note
    witness.close()
    with answering(Authority(root / "authority")) as authority:
        stamp_checkpoint(workspace, authority.url, authority=authority.root, note=note)
    opened_case(workspace, CASE)
    (root / "1.txt").write_text(pasted(root / "copies" / "C-0002.md"), encoding="utf-8")
    add_exhibits(workspace, CASE, [root / "1.txt"])
    make_report(workspace, CASE, root / "bundle", ReportOptions())
    workspace.close()
    return files_of(root / "bundle"), str(key), str(signer.verifier)


def test_who_saw_the_commitments_and_when_is_told(attested: tuple[dict[str, bytes], str, str]) -> None:
    files, key, witness = attested
    assert check(files, key, [witness], as_json=True) == 0
    status, result = checked(files, key=key)
    facts = [fact for step in result["steps"] for fact in step["facts"]]
    limits = [limit for step in result["steps"] for limit in step["not_shown"]]
    assert status == 0
    assert any(fact.startswith("witness witness.example/one saw those commitments at 20") for fact in facts)
    assert any("time-stamp authority CN=Stamps saw those commitments at 20" in fact for fact in facts)
    assert not any("nobody outside" in limit for limit in limits)
    assert any("--witness-key" in limit for limit in limits)


def test_no_byte_of_a_stamp_is_free(attested: tuple[dict[str, bytes], str, str]) -> None:
    """Each of some 1,000 bytes is changed: the stamp is refused, or says what it said, as its status may."""
    files = attested[0]
    name = next(name for name in files if name.endswith(".tsr"))
    answer, note = files[name], files[name.replace("1.tsr", "checkpoint")]
    authority = files[name.replace(".tsr", ".pem")]
    known = check_stamp(answer, note, authority)
    for place in range(len(answer)):
        changed = answer[:place] + bytes([answer[place] ^ 0x11]) + answer[place + 1 :]
        try:
            found = check_stamp(changed, note, authority)
        except Refused:
            continue
        assert found == known, place
    with pytest.raises(Refused, match="other bytes"):
        check_stamp(answer, note + b" ", authority)
    with pytest.raises(Refused):
        check_stamp(answer, note, b"")
