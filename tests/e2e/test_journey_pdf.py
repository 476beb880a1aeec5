"""A PDF goes out as marked PDF files; the file, its text or a page of it leads back to its copy."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pytest

from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.formats.registry import read_file
from dyeline.model.finding import Finding
from tests.e2e.journey import people
from tests.pdfs import LONG, PRODUCERS, by_reportlab


def finding(workspace: Workspace, data: bytes) -> Finding:
    return examine(workspace, data).finding


def named(found: Finding) -> list[str]:
    assert found.outcome == "attributed", found.outcome
    return [candidate.copy for candidate in found.candidates]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_file_and_its_pasted_text_lead_to_the_copy(
    producer: str, workspace: Workspace, tmp_path: Path
) -> None:
    added = add_document(workspace, PRODUCERS[producer](), file_name="plan.pdf")
    assert set(added.sites) == {"layout", "textlayer"} and added.sites["textlayer"] >= 40
    import_recipients(workspace, people(20))
    report = issue(workspace, "D-001", "all", tmp_path / "out", kind="pdf")
    assert (report.kind, report.written, report.sites) == ("pdf", 20, added.sites)
    copy = (tmp_path / "out" / "C-0007.pdf").read_bytes()
    found = finding(workspace, copy)
    assert named(found) == ["C-0007"]
    assert found.readings.by_carrier["textlayer"].read == added.sites["textlayer"]
    assert found.readings.by_carrier["layout"].read >= 0.9 * added.sites["layout"]
    pasted = read_file(copy, declarations=False).text
    assert named(finding(workspace, pasted.encode())) == ["C-0007"]
    cleaned = pasted.replace("\u200c", "").replace("\u200d", "")
    assert finding(workspace, cleaned.encode()).outcome == "no_readable_mark"


def test_the_unmarked_document_names_nobody(workspace: Workspace, tmp_path: Path) -> None:
    data = PRODUCERS["typst"]()
    add_document(workspace, data, file_name="plan.pdf")
    import_recipients(workspace, people(20))
    issue(workspace, "D-001", "all", tmp_path / "out")
    assert finding(workspace, data).outcome == "no_readable_mark"


@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("options", [(), ("-raw",), ("-layout",)])
def test_what_poppler_copies_from_one_page_leads_to_the_copy(
    options: tuple[str, ...], workspace: Workspace, tmp_path: Path
) -> None:
    add_document(workspace, by_reportlab(LONG), file_name="plan.pdf")
    import_recipients(workspace, people(20))
    issue(workspace, "D-001", "all", tmp_path / "out")
    path = tmp_path / "out" / "C-0012.pdf"
    page = ["pdftotext", "-enc", "UTF-8", "-f", "2", "-l", "2", *options, str(path), "-"]
    assert named(finding(workspace, subprocess.run(page, capture_output=True, check=True).stdout)) == [
        "C-0012"
    ]


def test_notice_and_stamp_are_leads(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, PRODUCERS["libreoffice"](), file_name="plan.pdf")
    import_recipients(workspace, "name\nZoë Łęcka\nΜαρία Example\n".encode())
    issue(workspace, "D-001", "all", tmp_path / "out")
    texts = [
        read_file((tmp_path / "out" / f"C-000{n}.pdf").read_bytes(), declarations=False).text for n in (1, 2)
    ]
    assert texts[0].endswith("\nCopy C-0001 was issued to Zoë Lecka and is individually marked.")
    assert texts[1].endswith("\nCopy C-0002 was issued to its recipient and is individually marked.")
    advice = " ".join(finding(workspace, (tmp_path / "out" / "C-0002.pdf").read_bytes()).advice)
    assert "names C-0002" in advice
