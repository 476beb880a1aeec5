"""Bytes from outside are taken apart by the confined reader alone: in this process no parser is ever given any."""

from __future__ import annotations

import email.parser
import io
from pathlib import Path
from typing import Any

import pikepdf
import PIL.Image
import pypdfium2
import pytest
from lxml import etree

import dyeline
from dyeline.app.facts import compare_facts, import_facts
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.formats.docx.archive import Archive
from dyeline.formats.registry import FORMATS
from dyeline.testing.pictures import drawn_page
from tests.pdfs import by_typst

PEOPLE = b"name,email\nAda Ash,ada@example.org\nBen Birch,ben@example.org\n"
DEMO = Path(dyeline.__file__).parent / "demo"
MAIL = b"Subject: x\nFrom: a@example.org\nTo: b@example.org\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n\n"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the parsers that were called in this process."""
    called: list[str] = []

    def watch(owner: Any, name: str) -> None:
        whole = getattr(owner, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            called.append(f"{getattr(owner, '__name__', owner)}.{name}")
            return whole(*arguments, **options)

        monkeypatch.setattr(owner, name, watched)

    watch(pikepdf, "open")
    watch(pypdfium2.PdfDocument, "__init__")
    watch(PIL.Image, "open")
    watch(etree, "fromstring")
    watch(email.parser.BytesParser, "parsebytes")
    watch(Archive, "__init__")
    for kind in {type(one) for one in FORMATS.values()}:
        watch(kind, "read")
        watch(kind, "template")
    return called


def test_a_document_is_added_issued_and_traced(
    workspace: Workspace, tmp_path: Path, parsed: list[str]
) -> None:
    import_recipients(workspace, PEOPLE)
    add_document(workspace, (DEMO / "announcement.md").read_bytes(), file_name="note.md")
    add_document(workspace, by_typst(), file_name="page.pdf")
    add_document(workspace, (DEMO / "policy.docx").read_bytes(), file_name="policy.docx")
    for document, wanted in (
        ("D-001", "md"),
        ("D-001", "pdf"),
        ("D-001", "docx"),
        ("D-002", "pdf"),
        ("D-003", "docx"),
    ):
        out = tmp_path / f"{document}-{wanted}"
        issue(workspace, document, "all", out, kind=wanted)
    assert parsed == []
    for copy in sorted(tmp_path.glob("*/C-*.*")):
        examine(workspace, copy.read_bytes())
        examine(workspace, MAIL + b"see above\n")
    assert parsed == []


def test_pictures_are_decoded_there_too(workspace: Workspace, tmp_path: Path, parsed: list[str]) -> None:
    import_recipients(workspace, PEOPLE)
    add_document(workspace, by_typst(), file_name="page.pdf")
    issue(workspace, "D-001", "all", tmp_path / "out")
    file = io.BytesIO()
    page = drawn_page((tmp_path / "out" / "C-0001.pdf").read_bytes(), 0)
    PIL.Image.fromarray(page).save(file, "PNG")
    parsed.clear()
    examine(workspace, file.getvalue())
    sheet = b"id,type,relation,value,aliases,versions\nF-1,number,people came,17,,\n"
    import_facts(workspace, "D-001", sheet)
    from dyeline.app.exhibits import ExhibitFile

    compare_facts(workspace, "D-001", [ExhibitFile(file.getvalue(), ".png")])
    assert parsed == []
