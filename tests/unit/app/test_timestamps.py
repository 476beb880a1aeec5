"""Time-stamps over checkpoints, from an authority that OpenSSL makes on this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dyeline.app import timestamps
from dyeline.app.cases import new_case
from dyeline.app.log_audit import verify_log
from dyeline.app.timestamps import check_stamp, stamp_checkpoint
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, TimestampFailed
from dyeline.store.checkpoints import Checkpoints, Stamp

pytest.importorskip("rfc3161_client", reason="the extra 'timestamp' is not installed")
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl on this machine")

CONFIGURATION = """\
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[tsa_extensions]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[root_extensions]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[req]
distinguished_name = name
[name]
"""


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


def make_authority(folder: Path) -> None:
    folder.mkdir()
    (folder / "serial").write_text("01\n")
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder))
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "conf")
    openssl(
        folder, "req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "30",
        "-subj", "/CN=Root", "-extensions", "root_extensions",
    )  # fmt: skip
    openssl(folder, "req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Stamps")
    openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
        "-out", "tsa.pem", "-days", "29", "-extfile", "conf", "-extensions", "tsa_extensions",
    )  # fmt: skip


@dataclass
class Authority:
    folder: Path
    url: str = ""
    status: int = 200
    spoil: bool = False

    @property
    def root(self) -> bytes:
        return (self.folder / "root.pem").read_bytes()

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        openssl(
            self.folder, "ts", "-reply", "-config", "conf", "-queryfile", "request.tsq", "-out", "answer.tsr"
        )
        data = bytearray((self.folder / "answer.tsr").read_bytes())
        if self.spoil:
            data[-10] ^= 1
        return bytes(data)


@contextmanager
def answering(authority: Authority) -> Iterator[Authority]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(authority.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}"
    yield authority
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def made_authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority") / "one"
    make_authority(folder)
    return folder


@pytest.fixture
def authority(made_authority: Path) -> Iterator[Authority]:
    with answering(Authority(made_authority)) as one:
        yield one


def test_a_stamp_is_kept_and_verified_later(workspace: Workspace, authority: Authority) -> None:
    stamped = stamp_checkpoint(workspace, authority.url, authority=authority.root)
    assert stamped.stamp.state == "verified" and stamped.stamp.at.endswith("Z")
    new_case(workspace, "later")
    report = verify_log(workspace)
    assert report.sound
    ((one,),) = [kept.stamps for kept in report.checkpoints]
    assert one == stamped.stamp
    again = stamp_checkpoint(workspace, authority.url, authority=authority.root)
    assert again.name > stamped.name and len(verify_log(workspace).checkpoints) == 2


def test_without_a_certificate_a_stamp_is_kept_unchecked(workspace: Workspace, authority: Authority) -> None:
    stamped = stamp_checkpoint(workspace, authority.url)
    assert (stamped.stamp.state, stamped.stamp.why) == (
        "unchecked",
        "no certificate of the authority was given",
    )
    assert verify_log(workspace).sound


def test_a_stamp_over_something_else_is_found(workspace: Workspace, authority: Authority) -> None:
    for root in (authority.root, b""):
        stamped = stamp_checkpoint(workspace, authority.url, authority=root)
        (kept,) = [one for one in Checkpoints(workspace.checkpoint_folder).all() if one.name == stamped.name]
        wrong = Stamp("wrong", kept.stamps[-1].answer, root)
        assert check_stamp(wrong, kept.note.encode() + b"x").state == "refused"
    path = workspace.checkpoint_folder / f"{stamped.name}.1.tsr"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-30] + bytes(30))
    report = verify_log(workspace)
    assert not report.sound and report.misfits[0].row.startswith("stamp")


def test_the_root_of_somebody_else_does_not_verify(
    workspace: Workspace, authority: Authority, tmp_path: Path
) -> None:
    make_authority(tmp_path / "other")
    with pytest.raises(TimestampFailed, match="does not hold"):
        stamp_checkpoint(workspace, authority.url, authority=(tmp_path / "other" / "root.pem").read_bytes())
    assert Checkpoints(workspace.checkpoint_folder).all() == []


def test_a_faulty_authority_leaves_nothing(
    workspace: Workspace, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.spoil = True
    with pytest.raises(TimestampFailed, match="does not hold"):
        stamp_checkpoint(workspace, authority.url, authority=authority.root)
    authority.spoil = False
    old = authority.answer((authority.folder / "request.tsq").read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(authority, "answer", lambda request: old)
        with pytest.raises(TimestampFailed, match="does not hold"):
            stamp_checkpoint(workspace, authority.url, authority=authority.root)
    authority.status = 500
    with pytest.raises(TimestampFailed, match="500"):
        stamp_checkpoint(workspace, authority.url, authority=authority.root)
    with pytest.raises(TimestampFailed, match="did not answer"):
        stamp_checkpoint(workspace, "http://127.0.0.1:9")
    with pytest.raises(BadInput):
        stamp_checkpoint(workspace, authority.url, authority=b"no certificate")
    assert Checkpoints(workspace.checkpoint_folder).all() == []


@pytest.mark.parametrize("answer", [b"", b"\x30\x00", b"\x00" * 300, b"\x30\x82\xff\xff" + bytes(50)])
def test_an_answer_that_is_none_is_refused_and_not_a_crash(answer: bytes) -> None:
    assert check_stamp(Stamp("x", answer, b""), b"data").state == "refused"


def test_without_the_library_stamps_are_named_as_unchecked(
    workspace: Workspace, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp_checkpoint(workspace, authority.url, authority=authority.root)
    monkeypatch.setattr(timestamps, "_client", lambda: None)
    (kept,) = verify_log(workspace).checkpoints
    assert kept.stamps[0].state == "unchecked" and "dyeline[timestamp]" in kept.stamps[0].why
    with pytest.raises(TimestampFailed, match="not installed"):
        stamp_checkpoint(workspace, authority.url)
