"""A PDF with marks at every word: one sentence names its copy, and whoever adds it is told the price."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput
from dyeline.formats.registry import read_file
from tests.e2e.journey import NOTE, people
from tests.pdfs import by_reportlab


def test_thirty_words_lead_to_the_copy(workspace: Workspace, tmp_path: Path) -> None:
    data = by_reportlab()
    usual = add_document(workspace, data, file_name="plan.pdf")
    dense = add_document(workspace, data, file_name="plan.pdf", dense=True)
    assert not dense.created and dense.sites["textlayer"] > 5 * usual.sites["textlayer"]
    assert any("searching" in caution for caution in dense.cautions)
    assert not any("searching" in caution for caution in usual.cautions)
    import_recipients(workspace, people(20))
    issue(workspace, "D-001", "all", tmp_path / "out", carriers=["textlayer"])
    text = read_file((tmp_path / "out" / "C-0007.pdf").read_bytes(), declarations=False).text
    quoted = " ".join(text.split()[100:130])
    found = examine(workspace, quoted.encode()).finding
    assert (found.outcome, [candidate.copy for candidate in found.candidates]) == ("attributed", ["C-0007"])


def test_other_files_have_no_text_layer(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="Only a PDF"):
        add_document(workspace, NOTE.encode(), file_name="note.md", dense=True)
