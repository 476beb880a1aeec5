"""What a survey found is kept with the workspace: issuing does not look for it again."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from dyeline.app import copymaking
from dyeline.app.documents import find_version, source_content
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.errors import GateFailed, NoticeWithoutRoom
from dyeline.formats.pdf import survey
from dyeline.issue.recipe import MarkedCopy, Recipe
from tests.pdfs import by_typst
from tests.unconfined import in_this_process

PEOPLE = b"name,email\nAda Ash,ada@example.org\nBen Birch,ben@example.org\n"


@pytest.fixture
def added(workspace: Workspace) -> Workspace:
    add_document(workspace, by_typst(), file_name="note.pdf")
    import_recipients(workspace, PEOPLE)
    return workspace


def test_issuing_does_not_look_for_marks_again(added: Workspace, tmp_path: Path) -> None:
    again = AssertionError("looked for again")
    with (
        in_this_process(),
        mock.patch.object(survey, "find_marks", side_effect=again),
        mock.patch.object(survey, "candidates", side_effect=again),
    ):
        report = issue(added, "D-001", "all", tmp_path / "copies")
    assert report.written == 2
    assert report.gate_s > 0


@pytest.mark.parametrize("kept", [None, b"damaged"])
def test_what_is_gone_or_damaged_is_looked_for_again_and_kept(added: Workspace, kept: bytes | None) -> None:
    (path,) = (added.root / "surveys").iterdir()
    before = path.read_bytes()
    path.unlink() if kept is None else path.write_bytes(kept)
    _, content = source_content(added, find_version(added, "D-001"))
    assert content.shifts
    assert path.read_bytes() == before == content.survey


def test_a_notice_that_changes_the_text_is_told_apart_from_other_faults(
    added: Workspace, tmp_path: Path
) -> None:
    def refuse_notices(recipe: Recipe, copy: MarkedCopy) -> None:
        if recipe.notice:
            raise GateFailed("not as written")

    for gate, wanted in ((refuse_notices, NoticeWithoutRoom), (GateFailed("never as written"), GateFailed)):
        with (
            in_this_process(),
            mock.patch.object(copymaking, "check_copy", side_effect=gate),
            pytest.raises(GateFailed) as caught,
        ):
            issue(added, "D-001", "all", tmp_path / "copies", processes=1)
        assert type(caught.value) is wanted
    assert not list((tmp_path / "copies").glob("*.pdf"))


def test_a_circulation_that_no_copy_left_of_does_not_stop_a_trace(added: Workspace, tmp_path: Path) -> None:
    issue(added, "D-001", "all", tmp_path / "copies", notice=False, processes=1)
    with (
        in_this_process(),
        mock.patch.object(copymaking, "check_copy", side_effect=GateFailed("never")),
        pytest.raises(GateFailed),
    ):
        issue(added, "D-001", "all", tmp_path / "others", notice=True, processes=1)
    copy = tmp_path / "copies" / "C-0001.pdf"
    assert examine(added, copy.read_bytes()).finding.outcome == "attributed"
