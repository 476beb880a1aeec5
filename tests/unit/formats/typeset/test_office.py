"""DOCX through LibreOffice, and what to do where there is none."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from dyeline.errors import RendererMissing, RenderingFailed
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.registry import by_kind
from dyeline.formats.typeset import office
from dyeline.formats.typeset.mapping import NOWHERE, map_text
from dyeline.formats.typeset.office_input import as_printed
from dyeline.formats.typeset.rendition import render_pdf
from tests.unit.formats.typeset.renditions import DEMO

DOCX = (DEMO / "policy.docx").read_bytes()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_docx_keeps_every_word_and_gives_the_same_bytes() -> None:
    content = by_kind("docx").read(DOCX, declarations=True)
    made = render_pdf("docx", DOCX, content)
    seen = Pdf().read(made, declarations=False)
    mapping = map_text(content.text, seen.text)
    letters = [k for k, letter in enumerate(content.text) if not letter.isspace()]
    assert sum(mapping.to_pdf[k] == NOWHERE for k in letters) < 0.01 * len(letters)
    assert b"/CreationDate" not in made and b"Dyeline" not in made
    assert render_pdf("docx", DOCX, content) == made


def test_a_missing_program_names_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_APPLICATION", tmp_path / "none")
    with pytest.raises(RendererMissing) as caught:
        office.convert_docx(DOCX)
    assert "install" in caught.value.fix and caught.value.exit_status == 69


@pytest.mark.parametrize(
    ("script", "limit", "says"),
    [
        ("exit 0", 30.0, "made no PDF"),
        ("sleep 60", 0.2, "did not finish"),
        ("echo x > document.pdf", 30.0, "cannot be read"),
    ],
)
def test_a_program_that_fails_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, limit: float, says: str
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(office, "TIME_LIMIT_S", limit)
    with pytest.raises(RenderingFailed, match=says):
        office.convert_docx(DOCX)


def test_tracked_changes_are_accepted_and_nothing_leads_out_of_the_file() -> None:
    body = (
        f"<w:document {W}><w:body><w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p></w:body></w:document>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}/image" Target="http://a.example/x.png" TargetMode="External"/>'
        f'<Relationship Id="r2" Type="{kind}/attachedTemplate" Target="file:///x.dotx" TargetMode="External"/>'
        f'<Relationship Id="r3" Type="{kind}/hyperlink" Target="https://a.example" TargetMode="External"/>'
        f'<Relationship Id="r4" Type="{kind}/styles" Target="styles.xml"/></Relationships>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", body)
        archive.writestr("word/_rels/document.xml.rels", links)
    with zipfile.ZipFile(io.BytesIO(as_printed(made.getvalue()))) as archive:
        document = archive.read("word/document.xml").decode()
        left = archive.read("word/_rels/document.xml.rels").decode()
    assert "gone" not in document and "w:ins" not in document
    assert document.index("kept") < document.index("new")
    assert [name in left for name in ("r1", "r2", "r3", "r4")] == [False, False, True, True]
