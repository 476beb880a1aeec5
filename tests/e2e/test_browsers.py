"""A copy opened in a real browser, everything selected and copied: the text leads to the copy, and is whole.

Skipped where the browser, Xvfb, xdotool or xclip is missing. Slow for a test (some 5 s a browser), as nothing
less would show what a browser does to the text. ``bench.clipboard`` does the same with files of more producers.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.clipboard import browsers
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.formats.registry import read_file
from dyeline.text.fold import fold
from tests.e2e.journey import people
from tests.pdfs import by_reportlab


@pytest.mark.parametrize("browser", browsers.PROGRAMS)
def test_text_copied_in_a_browser_leads_to_the_copy(
    browser: str, workspace: Workspace, tmp_path: Path
) -> None:
    if reason := browsers.missing(browser):
        pytest.skip(reason)
    added = add_document(workspace, by_reportlab(), file_name="plan.pdf")
    import_recipients(workspace, people(20))
    issue(workspace, "D-001", "all", tmp_path / "out", carriers=["textlayer"], notice=False)
    copy = tmp_path / "out" / "C-0007.pdf"
    copied = browsers.copied(copy, browser)
    assert fold(copied).text == fold(read_file(copy.read_bytes(), declarations=False).text).text
    finding = examine(workspace, copied.encode()).finding
    assert finding.outcome == "attributed"
    assert [candidate.copy for candidate in finding.candidates] == ["C-0007"]
    assert finding.readings.by_carrier["textlayer"].read == added.sites["textlayer"]
