from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from dyeline.app import documents, registration
from dyeline.app.documents import (
    decided_sites,
    find_document_versions,
    find_version,
    list_documents,
    load_match_index,
    show_document,
    source_content,
    version_text,
)
from dyeline.app.registration import AddedDocument, add_document, read_document_file
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, BadWorkspace, DyelineError, NotFound, TooLarge, UnreadableFile
from dyeline.match.grams import sample_grams
from dyeline.store.blocks_json import load_blocks
from dyeline.text.fold import fold

LETTER = """# Moving house

We're moving to the new office in May, and we don't expect any trouble with it at all. It's close to
the river, so you can't miss it.

There isn't much left to do. The keys will be handed out on the first day, because the doors are not
going to be open before that.
"""


def add(workspace: Workspace, text: str = LETTER, **options: str) -> AddedDocument:
    return add_document(workspace, text.encode(), file_name="letter.md", **options)


def test_adding_puts_everything_on_record(workspace: Workspace) -> None:
    added = add(workspace)
    version = added.version
    assert (added.created, version.document, version.number, version.title) == (
        True,
        "D-001",
        1,
        "Moving house",
    )
    assert (version.kind, version.style, version.english) == ("md", "informal", True)
    text = version_text(workspace, version)
    assert text.startswith("Moving house\nWe're moving")
    assert version.words == len(text.split())
    assert source_content(workspace, version)[0] == LETTER.encode()
    blocks = load_blocks(workspace.blobs.get(version.row.blocks_sha256))
    assert [block.kind for block in blocks] == ["heading", "paragraph", "paragraph"]
    sites, decisions = decided_sites(workspace, version)
    assert sum(added.sites.values()) == len(sites) > 10
    assert decisions == {}
    assert load_match_index(workspace).versions == {version.row.index_number}


def test_the_same_file_again_is_the_same_version(workspace: Workspace) -> None:
    first, second = add(workspace), add(workspace)
    assert not second.created
    assert second.version.row.pk == first.version.row.pk
    assert (second.sites, second.pending) == (first.sites, first.pending)
    assert len(list_documents(workspace)) == 1


def test_the_same_file_with_another_title_and_style_is_corrected(workspace: Workspace) -> None:
    add(workspace)
    changed = add(workspace, title=" The \x1b[31m move ", style="formal")
    assert (changed.created, changed.version.title, changed.version.style) == (
        False,
        "The [31m move",
        "formal",
    )
    kept = add(workspace)
    assert (kept.version.title, kept.version.style) == ("The [31m move", "formal")


def test_a_new_version_of_a_document(workspace: Workspace) -> None:
    add(workspace)
    added = add(workspace, LETTER.replace("May", "June"), document="moving HOUSE")
    assert (added.version.document, added.version.number) == ("D-001", 2)
    assert find_version(workspace, "D-001").number == 2
    assert find_version(workspace, "d-001/1").number == 1
    assert len(find_document_versions(workspace, "D-001")) == 2
    assert find_document_versions(workspace, "D-001/2") == {added.version.row.index_number}
    with pytest.raises(NotFound, match="no version 3; it has 1 to 2"):
        find_version(workspace, "D-001/3")


def test_a_file_of_another_document_is_refused(workspace: Workspace) -> None:
    add(workspace)
    add(workspace, "Quite another text, about boats and the sea.")
    with pytest.raises(BadInput, match="D-001 version 1 already"):
        add(workspace, document="D-002")
    with pytest.raises(NotFound):
        add(workspace, "A third text, about hills.", document="D-009")
    assert len(list_documents(workspace)) == 2


def test_documents_are_found_by_label_or_title(workspace: Workspace) -> None:
    add(workspace, title="Plan A/B 2")
    assert show_document(workspace, " plan a/b  2").id == "D-001"
    assert find_version(workspace, "Plan A/B 2").document == "D-001"
    with pytest.raises(NotFound):
        show_document(workspace, "D-002")
    add(workspace, "Another text, about boats.", title="Plan A/B 2")
    with pytest.raises(BadInput, match="D-001, D-002"):
        show_document(workspace, "Plan A/B 2")


def test_a_style_that_does_not_exist(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="style"):
        add(workspace, style="chatty")
    assert list_documents(workspace) == []


def test_titles_come_from_the_heading_or_the_file_name(workspace: Workspace) -> None:
    assert add(workspace, "Only a paragraph about boats.").version.title == "letter"


@pytest.mark.parametrize(
    "data", [b"", b" \n\n ", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04broken", b"\xff\xfe\x00\xd8"]
)
def test_what_holds_no_text_is_refused_and_nothing_is_stored(workspace: Workspace, data: bytes) -> None:
    with pytest.raises(DyelineError) as caught:
        add_document(workspace, data, file_name="letter.md")
    assert caught.value.fix
    assert list_documents(workspace) == []


@pytest.mark.parametrize(
    "text", ["会议将于春季举行，请准时参加。" * 20, "سيعقد الاجتماع في الربيع ولن يتأخر أحد. " * 10, "word"]
)
def test_other_scripts_and_tiny_texts_are_documents_too(workspace: Workspace, text: str) -> None:
    added = add(workspace, text)
    assert not added.version.english or text == "word"
    assert "wording" not in added.sites
    assert source_content(workspace, added.version)[1].text == text.strip()


def test_index_that_was_removed_or_damaged_is_made_again(workspace: Workspace) -> None:
    for number in range(3):
        add(workspace, LETTER.replace("river", f"river number {number}"))
    keys = sample_grams(fold(version_text(workspace, find_version(workspace, "D-002"))).text).keys
    before = {int(value) for value in load_match_index(workspace).find(keys)[1]}
    shutil.rmtree(workspace.index_folder)
    assert {int(value) for value in load_match_index(workspace).find(keys)[1]} == before
    (workspace.index_folder / "segments.json").write_bytes(b"{")
    assert {int(value) for value in load_match_index(workspace).find(keys)[1]} == before
    assert load_match_index(workspace).versions == {1, 2, 3}


def test_an_add_that_died_before_indexing_is_finished_by_the_next_command(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: Workspace) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(registration, "load_match_index", die)
        with pytest.raises(KeyboardInterrupt):
            add(workspace)
    assert [document.id for document in list_documents(workspace)] == ["D-001"]
    assert load_match_index(workspace).versions == {1}


def test_an_index_ahead_of_a_restored_database_is_made_anew(workspace: Workspace) -> None:
    stale = load_match_index(workspace).extended({7: fold(LETTER).text})
    stale.save(workspace.index_folder)
    add(workspace)
    assert load_match_index(workspace).versions == {1}


def test_a_text_that_reads_differently_now_is_not_issued_from(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = add(workspace).version
    monkeypatch.setattr(documents, "version_text", lambda *_: "another text")
    with pytest.raises(BadWorkspace, match="reads differently") as caught:
        source_content(workspace, version)
    assert "add the file again" in caught.value.fix


def test_files_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound):
        read_document_file(tmp_path / "missing.md")
    with pytest.raises(UnreadableFile, match="directory"):
        read_document_file(tmp_path)
    monkeypatch.setattr(registration, "MAX_FILE_BYTES", 3)
    (tmp_path / "large.md").write_text("text")
    with pytest.raises(TooLarge):
        read_document_file(tmp_path / "large.md")


def test_sites_are_disjoint_and_lie_in_the_text(workspace: Workspace) -> None:
    version = add(workspace).version
    sites, _ = decided_sites(workspace, version)
    spans = np.array(sorted((place.start, place.end) for site in sites for place in site.places))
    assert (spans[1:, 0] >= spans[:-1, 1]).all()
    assert spans[-1, 1] <= len(version_text(workspace, version))
