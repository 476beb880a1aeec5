"""Hostile PDF files: what they show is read, or an error says what to do; time and memory stay bounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pikepdf
import pytest

from dyeline.errors import DyelineError, TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.limited import within_limits
from dyeline.formats.registry import by_kind, read_file
from dyeline.model.document import INSERTED_MARKS
from tests import hostile
from tests.hostile import SHOWN
from tests.pdfs import by_reportlab, changed

MAKERS: dict[str, Callable[[], bytes]] = {
    name: make
    for name, make in vars(hostile).items()
    if callable(make) and not name.startswith("_") and name not in hostile.TOOLS
}

EMPTY = ("page_without_text", "page_without_anything", "page_tree_that_is_its_own_kid", "deep_page_tree",
         "nested_arrays", "filters_by_the_hundred")  # fmt: skip
"""Files that show no text, or none that can be found: as with a scan, their pages are looked at instead."""

REFUSED: dict[str, tuple[type[DyelineError], str]] = {
    "over_ten_thousand_pages": (TooLarge, "10,001 pages"),
    **dict.fromkeys(
        ("content_bomb", "content_bomb_in_a_bomb", "object_stream_bomb", "forms_that_double",
         "forms_that_show_each_other"),
        (TooLarge, "more than 400 MB of memory"),
    ),
}  # fmt: skip
"""What cannot be read, and why. Of every other file the text is read."""

OTHERWISE = {"letters_on_one_spot": "a, b"}
"""Text of files that do not show what the others do."""

DOCUMENTS = (
    "a_billion_pages_claimed", "a_stack_of_30_000", "cmap_that_uses_itself", "cross_references_in_a_circle",
    "cyclic_page_tree", "deep_page_tree", "font_that_descends_from_itself", "form_that_shows_itself",
    "glyph_that_shows_its_own_font", "huge_page", "information_that_is_a_stream", "length_that_refers_to_itself",
    "letters_on_one_spot", "odd_rotation", "page_of_not_a_number", "page_turned_inside_out", "page_without_anything",
    "page_without_area", "page_without_end", "parents_in_a_circle", "resources_that_are_their_own_fonts",
    "rotation_that_is_a_name", "structure_tree_in_a_circle", "vertical_text", "widths_of_two_billion_glyphs",
    "widths_that_overlap",
)  # fmt: skip
"""Files that are tried as documents as well: with a mark at every place."""


def text_of(data: bytes) -> str:
    # of processor time: the machine may be busy
    return within_limits(partial(read_file, data, declarations=False), seconds=20, megabytes=400).text


def copy_of(data: bytes) -> str:
    """Return the text of a copy with a mark at every place; "" when the file cannot carry marks."""
    content = read_file(data, declarations=True)
    places = [(at, at) for at in content.insertions]
    if not places:
        return ""
    template = by_kind("pdf").template(data, content, places)
    copy = template.render([INSERTED_MARKS[3]] * len(places), notice="A notice.", stamp="s")
    return read_file(copy, declarations=False).text


def drawn(data: bytes) -> int:
    from dyeline.formats.pictures.pdf import pdf_pictures

    return len(list(pdf_pictures(data)))


@pytest.mark.parametrize("name", [name for name in MAKERS if name not in (*REFUSED, *EMPTY)])
def test_what_a_hostile_file_shows_is_read(name: str) -> None:
    text = " ".join(text_of(MAKERS[name]()).split()).replace(".Every", ". Every")
    assert text.startswith(OTHERWISE.get(name, SHOWN))


@pytest.mark.parametrize("name", EMPTY)
def test_a_file_without_text_is_empty(name: str) -> None:
    assert text_of(MAKERS[name]()) == ""


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused(name: str) -> None:
    error, words = REFUSED[name]
    with pytest.raises(error, match=words) as caught:
        text_of(MAKERS[name]())
    assert caught.value.fix


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_carries_marks_or_none(name: str) -> None:
    data = MAKERS[name]()
    text = within_limits(partial(copy_of, data), seconds=20, megabytes=600)
    stripped = text.replace(INSERTED_MARKS[3], "")
    assert not text or text != stripped
    assert not text or stripped.endswith("A notice.") or name == "page_without_area"


def test_drawing_without_end_is_stopped() -> None:
    data = hostile.pattern_that_paints_itself()
    with pytest.raises(TooLarge, match="more than 1 s"):
        within_limits(partial(drawn, data), seconds=1, megabytes=600)


def test_lines_on_top_of_each_other() -> None:
    whole = within_limits(partial(copy_of, hostile.page_of(hostile.TEXT * 10)), seconds=20, megabytes=400)
    assert whole.endswith("A notice.")


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.99, 0.999])
def test_truncated_files(share: float) -> None:
    whole = by_reportlab()
    try:
        said = text_of(whole[: int(share * len(whole))])
    except (UnreadableFile, UnsupportedFormat) as refusal:
        said = refusal.fix
    assert said


ENCRYPTIONS = {
    "40 bit": pikepdf.Encryption(owner="o", user="", R=2, aes=False, metadata=False),
    "128 bit": pikepdf.Encryption(owner="o", user="", R=3, aes=False, metadata=False),
    "128 bit AES": pikepdf.Encryption(owner="o", user="", R=4),
    "256 bit AES": pikepdf.Encryption(owner="o", user="", R=6),
}


@pytest.mark.parametrize("kind", ENCRYPTIONS)
def test_an_empty_password_opens_a_file_and_its_copies_need_none(kind: str) -> None:
    data = changed(hostile.page_of(), lambda pdf: None, encryption=ENCRYPTIONS[kind])
    assert text_of(data).split() == SHOWN.split()
    assert copy_of(data).count(INSERTED_MARKS[3]) == 4


def test_a_file_with_a_password_is_refused() -> None:
    locked = pikepdf.Encryption(owner="o", user="u")
    with pytest.raises(UnreadableFile, match="password"):
        text_of(changed(hostile.page_of(), lambda pdf: None, encryption=locked))
