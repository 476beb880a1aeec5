"""Documents that are no PDF go out as one: a page, its pasted text and its retyped text lead back."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from shutil import which

import numpy as np
import pypdfium2
import pytest
from PIL import Image

import dyeline
from dyeline.app.documents import find_version, source_content
from dyeline.app.exhibits import ExhibitFile
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine, examine_files
from dyeline.app.workspace import Workspace
from dyeline.formats.registry import read_file
from dyeline.model.finding import Finding
from dyeline.testing.paths import retyped
from dyeline.testing.pictures import as_jpeg, drawn_page, photo, scan
from tests.e2e.journey import people
from tests.pdfs import PARAGRAPHS, by_typst
from tests.pictures import photograph

DEMO = Path(dyeline.__file__).parent / "demo"
DECLARED = """

The agency {=plan: plans | intends} to visit the storage sites in the northern district in the morning.

Operators keep a record of every delivery, and {=train: train | instruct} their staff once a year.

The desk {=decide: decides | settles} whether a second visit is needed, and says so on the same day.
"""


def pages_of(data: bytes) -> int:
    with pypdfium2.PdfDocument(data) as pdf:
        return len(pdf)


def named(found: Finding) -> list[str]:
    return [candidate.copy for candidate in found.candidates]


def test_markdown_as_pdf_keeps_layout_wording_and_declared_variants(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = (DEMO / "announcement.md").read_text("utf-8") + DECLARED + "\n![A chart](chart.png)\n"
    add_document(workspace, source.encode(), file_name="note.md", style="informal")
    import_recipients(workspace, people(12))
    report = issue(workspace, "D-001", "all", tmp_path / "out", kind="pdf", processes=1)
    assert report.kind == "pdf" and report.sites["layout"] > 300 and report.sites["wording"] >= 20
    assert report.sites["declared"] == 3
    assert any("not used" in warning for warning in report.warnings)
    assert any("picture of the document is missing" in warning for warning in report.warnings)
    copy = (tmp_path / "out" / "C-0005.pdf").read_bytes()
    whole = examine(workspace, copy).finding
    assert named(whole) == ["C-0005"]
    counts = whole.readings.by_carrier
    assert all(count.read >= 0.95 * count.sites for count in counts.values()), counts
    page = scan(drawn_page(copy, 1, dpi=150), np.random.default_rng(5))
    seen = examine(workspace, as_jpeg(page, 60)).finding
    assert named(seen) == ["C-0005"]
    assert seen.region is not None and seen.region.page == 2
    assert seen.readings.by_carrier["layout"].read >= 60 and seen.readings.by_carrier["wording"].read >= 5
    text = read_file(copy, declarations=False).text
    typed = examine(workspace, retyped(text, np.random.default_rng(6)).encode()).finding
    assert named(typed) == ["C-0005"]
    assert typed.readings.by_carrier["layout"].read == 0


def test_a_second_run_continues_with_the_stored_rendition(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, (DEMO / "briefing.md").read_bytes(), file_name="briefing.md")
    import_recipients(workspace, people(3))
    first = issue(workspace, "D-001", "all", tmp_path / "out", kind="pdf", processes=1)
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.pdf")}
    (tmp_path / "out" / "C-0002.pdf").unlink()
    again = issue(workspace, "D-001", "all", tmp_path / "out", kind="pdf", processes=1)
    assert (again.circulation, again.new_circulation, again.written) == (first.circulation, False, 1)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.pdf")} == files


@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_docx_as_pdf(workspace: Workspace, tmp_path: Path) -> None:
    add_document(workspace, (DEMO / "policy.docx").read_bytes(), file_name="policy.docx")
    import_recipients(workspace, people(4))
    report = issue(workspace, "D-001", "all", tmp_path / "out", kind="pdf", processes=1)
    assert report.sites["layout"] > 200
    shot = as_jpeg(drawn_page((tmp_path / "out" / "C-0003.pdf").read_bytes(), 0, dpi=110), 80)
    assert named(examine(workspace, shot).finding) == ["C-0003"]


def test_a_scanned_pdf_is_added_by_its_recognised_text_and_issued_with_marks_in_its_pictures(
    workspace: Workspace, tmp_path: Path
) -> None:
    page = Image.fromarray(scan(drawn_page(by_typst(PARAGRAPHS), dpi=150), np.random.default_rng(8))).convert(
        "L"
    )
    file = io.BytesIO()
    page.save(file, "PDF", resolution=150, quality=85)
    added = add_document(workspace, file.getvalue(), file_name="scan.pdf")
    words = set(" ".join(PARAGRAPHS).split())
    _, content = source_content(workspace, find_version(workspace, "D-001"))
    recognised = content.text.split()
    assert added.version.words == len(recognised)
    assert sum(word in words for word in recognised) > 0.9 * len(recognised)
    import_recipients(workspace, people(4))
    report = issue(workspace, "D-001", "all", tmp_path / "out", processes=1)
    assert set(report.sites) == {"image"} and report.sites["image"] > 60
    copy = (tmp_path / "out" / "C-0003.pdf").read_bytes()
    found = examine(workspace, as_jpeg(photo(drawn_page(copy), np.random.default_rng(1)))).finding
    assert named(found) == ["C-0003"]
    assert found.readings.by_carrier["image"].read > 40
    unmarked = examine(workspace, as_jpeg(np.asarray(page.convert("RGB"), dtype=np.uint8), 60)).finding
    assert unmarked.candidates == () and unmarked.document is not None
    assert unmarked.region is not None and unmarked.region.page == 1


def test_a_picture_of_a_web_page_carries_marks_in_its_pdf(workspace: Workspace, tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(photograph(600, 420, seed=11)).save(file, "PNG")
    address = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    source = "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + f'<p><img src="{address}"></p>'
    add_document(workspace, source.encode(), file_name="site.html", style="formal")
    import_recipients(workspace, people(8))
    report = issue(workspace, "D-001", "all", tmp_path / "out", kind="pdf", processes=1)
    assert report.sites["image"] > 30 and not any("missing" in warning for warning in report.warnings)
    copy = (tmp_path / "out" / "C-0003.pdf").read_bytes()
    pages = [as_jpeg(drawn_page(copy, page, dpi=120), 80) for page in range(pages_of(copy))]
    found = examine_files(workspace, [ExhibitFile(page, ".jpg") for page in pages]).finding
    assert named(found) == ["C-0003"]
    count = found.readings.by_carrier["image"]
    assert count.read >= 0.8 * count.sites, count


def test_a_document_that_repeats_its_clauses_goes_out_as_pdf(workspace: Workspace, tmp_path: Path) -> None:
    clauses = (
        "The supplier shall deliver the goods on the agreed date, and shall inform the buyer without delay of any "
        "circumstance that may prevent this.",
        "The parties do not assign their rights, and they cannot transfer them to others, unless the other party "
        "agrees in writing; but they are allowed to pledge them.",
        "The buyer shall examine the goods within ten working days, and shall notify the supplier of any defect "
        "that he finds in them.",
    )
    lots = ("one", "two", "three", "four", "five", "six")
    source = "\n\n".join(["# Contract", *(text for lot in lots for text in (f"## Lot {lot}", *clauses))])
    add_document(workspace, source.encode(), file_name="contract.md", style="formal")
    import_recipients(workspace, people(12))
    report = issue(workspace, "D-001", "all", tmp_path / "out", kind="pdf", processes=1)
    assert min(report.sites["wording"], report.sites["textlayer"]) >= 8
    pasted = read_file((tmp_path / "out" / "C-0005.pdf").read_bytes(), declarations=False).text
    found = examine(workspace, pasted.encode()).finding
    assert found.outcome == "attributed"
    assert named(found) == ["C-0005"]
