"""The formats of others in a bundle: a signature in the PDF, the graph for forensic tools, the container."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from dyeline.app.report import ReportOptions, make_report
from dyeline.app.signing import pdf_signer
from dyeline.app.workspace import Workspace
from dyeline.cli.main import run
from dyeline.errors import SigningFailed
from tests.e2e.bundles import CASE, case_of_two, checked, files_of

PASSWORD = b"correct horse"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = case_of_two(tmp_path_factory.mktemp("formats") / "workspace")
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, bytes]:
    """A self-made certificate in a .p12 file, the file of its password, and the certificate as DER."""
    folder = tmp_path_factory.mktemp("certificate")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Examiner")])
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    how = serialization.BestAvailableEncryption(PASSWORD)
    (folder / "examiner.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"e", key, made, None, how))
    (folder / "password").write_bytes(PASSWORD + b"\n")
    der = made.public_bytes(serialization.Encoding.DER)
    return folder / "examiner.p12", folder / "password", der


def test_the_signature_in_the_report_holds(
    office: Workspace, certificate: tuple[Path, Path, bytes], tmp_path: Path
) -> None:
    pytest.importorskip("pyhanko", reason="the extra 'sign' is not installed")
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    sign = pdf_signer(certificate[0], certificate[1])
    make_report(office, CASE, tmp_path / "bundle", ReportOptions(sign=sign))
    files = files_of(tmp_path / "bundle")
    assert checked(files)[0] == 0
    trust = ValidationContext(trust_roots=[Certificate.load(certificate[2])], allow_fetching=False)
    (signature,) = PdfFileReader(BytesIO(files["data/report.pdf"])).embedded_signatures
    status = validate_pdf_signature(signature, trust)
    assert status.bottom_line and status.intact and status.trusted
    with pytest.raises(SigningFailed):
        pdf_signer(certificate[0], certificate[0])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl on this machine")
def test_an_authority_states_when_the_report_was_signed_and_sealed(
    office: Workspace,
    certificate: tuple[Path, Path, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("pyhanko", reason="the extra 'sign' is not installed")
    pytest.importorskip("rfc3161_client", reason="the extra 'timestamp' is not installed")
    from asn1crypto import pem
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from tests.unit.app.test_timestamps import Authority, answering, make_authority

    make_authority(tmp_path / "authority")
    root = tmp_path / "authority" / "root.pem"
    with answering(Authority(tmp_path / "authority")) as authority, pytest.raises(SystemExit) as caught:
        run([
            "--workspace", str(office.root), "report", CASE, "--out", str(tmp_path / "bundle"),
            "--sign", str(certificate[0]), "--sign-password-file", str(certificate[1]),
            "--timestamp", authority.url, "--authority", str(root), "--json",
        ])  # fmt: skip
    assert caught.value.code == 0, capsys.readouterr().err
    files = files_of(tmp_path / "bundle")
    status, result = checked(files)
    facts = [fact for step in result["steps"] for fact in step["facts"]]
    assert status == 0
    assert any("time-stamp authority CN=Stamps" in fact for fact in facts)
    trust = ValidationContext(trust_roots=[Certificate.load(certificate[2])], allow_fetching=False)
    stamps = ValidationContext(
        trust_roots=[Certificate.load(pem.unarmor(root.read_bytes())[2])], allow_fetching=False
    )
    (signature,) = PdfFileReader(BytesIO(files["data/report.pdf"])).embedded_signatures
    found = validate_pdf_signature(signature, trust, ts_validation_context=stamps)
    assert found.bottom_line and found.timestamp_validity is not None
    assert found.timestamp_validity.valid and found.timestamp_validity.trusted
    seal = files["seal/1.tsr"]
    assert checked({**files, "seal/1.tsr": seal[:-9] + bytes([seal[-9] ^ 1]) + seal[-8:]})[0] == 1


def test_tools_of_digital_forensics_accept_the_graph(office: Workspace, tmp_path: Path) -> None:
    """``case_validate`` checks it against CASE 1.5 and UCO, whose shapes it brings along, without a network."""
    pytest.importorskip("case_utils", reason="the test extra is not installed")
    make_report(office, CASE, tmp_path / "bundle", ReportOptions())
    graph = tmp_path / "bundle" / "data" / "case.jsonld"
    done = subprocess.run(
        [sys.executable, "-c", "from case_utils.case_validate import main; main()", str(graph)],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "Conforms: True" in done.stdout, done.stdout + done.stderr
    nodes = json.loads(graph.read_text("utf-8"))["@graph"]
    kinds = [node["@type"] for node in nodes]
    assert kinds.count("case-investigation:ProvenanceRecord") == 2
    assert kinds.count("case-investigation:InvestigativeAction") == 4
    assert "Reader" not in graph.read_text("utf-8")


def test_the_payload_count_is_what_other_tools_expect(office: Workspace, tmp_path: Path) -> None:
    make_report(office, CASE, tmp_path / "bundle", ReportOptions())
    files = files_of(tmp_path / "bundle")
    payload = [data for name, data in files.items() if name.startswith("data/")]
    about = dict(line.split(": ", 1) for line in files["bag-info.txt"].decode().splitlines())
    assert about["Payload-Oxum"] == f"{sum(map(len, payload))}.{len(payload)}"


@pytest.mark.parametrize("subject", ["report", "exculpation"])
def test_the_report_is_what_its_schema_says(office: Workspace, tmp_path: Path, subject: str) -> None:
    options = ReportOptions(exculpate=("C-0003",), subject=subject)
    make_report(office, CASE, tmp_path / "bundle", options)
    files = files_of(tmp_path / "bundle")
    schema = json.loads(files["data/report.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    report = json.loads(files["data/report.json"])
    jsonschema.validate(report, schema)
    assert report.keys() == schema["properties"].keys()
