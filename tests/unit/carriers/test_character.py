"""Invisible marks: what they survive, what they leave alone, and that only they are added."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import dyeline
from dyeline.carriers.character import FORMAT_FAMILY, MARK_FAMILY, Character
from dyeline.match.align import align
from dyeline.model.alignment import Alignment
from dyeline.model.document import Block, Document
from dyeline.testing.carriers import check_carrier
from dyeline.text.fold import fold
from tests.contract.documents import document_from

CARRIER = Character()
MARKS = FORMAT_FAMILY + MARK_FAMILY
ANNOUNCEMENT = (Path(dyeline.__file__).parent / "demo" / "announcement.md").read_text(encoding="utf-8")
PROSE = document_from("\n".join(re.findall(r"^[A-Z].{200,}$", ANNOUNCEMENT, re.MULTILINE)))
ARABIC = "هذه الوثيقة سرية ولا يجوز نشرها خارج الوزارة قبل يوم الخميس المقبل. " * 6
HEBREW = "המסמך הזה סודי ואין להעביר אותו לאיש מחוץ למשרד לפני יום חמישי הבא. " * 6
DEVANAGARI = "यह दस्तावेज़ गोपनीय है और इसे मंत्रालय के बाहर साझा नहीं किया जाए। " * 6


def aligned(exhibit: str, document: str) -> Alignment:
    return align(fold(exhibit), fold(document))


def marked(document: Document, seed: int = 0) -> tuple[str, NDArray[np.int64]]:
    sites = CARRIER.find_sites(document)
    symbols = np.random.default_rng(seed).integers(0, 4, len(sites))
    return CARRIER.write(document, sites, symbols.tolist()), symbols


def read(exhibit: str, document: Document) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    loglik = CARRIER.read(aligned(exhibit, document.text), CARRIER.find_sites(document))
    return np.ptp(loglik, axis=1) > 0, loglik.argmax(axis=1)


@pytest.mark.parametrize("text", [PROSE.text, ARABIC, HEBREW, DEVANAGARI, "Two words.", ""])
def test_it_keeps_the_laws_of_carriers(text: str) -> None:
    check_carrier(CARRIER, document_from(text), align=aligned, invisible=True)


def test_at_most_one_code_point_a_word_and_nothing_else() -> None:
    copy, _ = marked(PROSE)
    added = [c for c in copy if c in MARKS]
    assert len(PROSE.text.split()) * 0.8 < len(added) <= len(PROSE.text.split())
    assert "".join(c for c in copy if c not in MARKS) == PROSE.text
    assert fold(copy).text == fold(PROSE.text).text


def test_no_space_is_exchanged_or_doubled_and_no_letter_looks_alike() -> None:
    copy, _ = marked(PROSE)
    assert set(copy) - set(PROSE.text) == set(MARKS)
    assert not re.search(r"\s[\u200c\u200d\u034f\ufe00]*\s", copy.replace("\n", ""))
    assert not re.search(r"[ \u200c\u200d\u034f\ufe00]$", copy, re.MULTILINE)


@pytest.mark.parametrize(
    "path",
    [
        lambda text: text,
        lambda text: unicodedata.normalize("NFKC", text),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: " ".join(text.split()),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.upper(),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "> " + text.replace("\n", "\n> "),
    ],
    ids="paste nfkc nfd collapse nbsp upper paragraphs quoted".split(),
)
def test_four_symbols_read_back(path: Callable[[str], str]) -> None:
    copy, symbols = marked(PROSE)
    seen, best = read(path(copy), PROSE)
    assert seen.mean() > 0.97
    assert (best[seen] == symbols[seen]).all()
    assert set(best[seen].tolist()) == {0, 1, 2, 3}


def test_rewrapped_lines_read_back_where_the_line_was_not_broken() -> None:
    """Breaking a line at a space may take the mark beside it along: an erasure, never an error."""
    copy, symbols = marked(PROSE)
    wrapped = "\n".join(textwrap.fill(line, 72, break_long_words=False) for line in copy.split("\n"))
    seen, best = read(wrapped, PROSE)
    assert seen.mean() > 0.85
    assert (best[seen] == symbols[seen]).all()


@pytest.mark.parametrize(("category", "lost"), [("Cf", "format"), ("Mn", "mark")])
def test_a_path_that_strips_one_family_leaves_the_other(category: str, lost: str) -> None:
    copy, symbols = marked(PROSE)
    stripped = "".join(c for c in copy if unicodedata.category(c) != category)
    seen, best = read(stripped, PROSE)
    families = np.array([site.cls for site in CARRIER.find_sites(PROSE)])
    assert not seen[families == lost].any()
    assert seen[families != lost].mean() > 0.97
    assert (best[seen] == symbols[seen]).all()


def test_the_unmarked_original_reads_as_erasures() -> None:
    seen, _ = read(PROSE.text, PROSE)
    assert not seen.any()


def test_a_space_with_two_marks_or_marks_on_both_sides_is_an_erasure() -> None:
    document = document_from("Alex and Robin keep the keys of the archive in the tower.")
    copy, _ = marked(document)
    for mark in MARKS:
        spoiled = copy.replace(" ", f"{mark} {mark}")
        assert not read(spoiled, document)[0].any()


@pytest.mark.parametrize(
    "piece",
    [
        "call 555 0199 now",
        "see https://example.org/a b",
        "see www.example.org now",
        "mail alex@example.org now",
        "open C:\\folder now",
        "run snake_case now",
        "at 9 o'clock",
        "on 2 May 2031",
    ],
)
def test_digits_and_addresses_stay_untouched(piece: str) -> None:
    text = f"Words stand {piece} words follow."
    copy, _ = marked(document_from(text))
    assert any(c in MARKS for c in copy)
    for word in piece.split():
        if any(c.isdigit() or c in "@/\\_" for c in word) or "www." in word:
            assert re.search(rf"(?<![{''.join(MARKS)}]){re.escape(word)}(?![{''.join(MARKS)}])", copy), copy
            assert f" {word} " in copy


def test_seams_frozen_ranges_and_code_stay_untouched() -> None:
    text = "Alpha beta gamma delta epsilon zeta"
    block = (Block(0, len(text), "paragraph"),)
    seam = text.index("gamma")
    for document in (
        Document(text, block, seams=(seam,)),
        Document(text, block, frozen=((seam - 1, seam),)),
    ):
        places = [site.places[0].start for site in CARRIER.find_sites(document)]
        assert seam - 1 not in places
        assert len(places) == 4
    assert CARRIER.find_sites(Document(text, (Block(0, len(text), "code"),))) == []


@pytest.mark.parametrize("text", [ARABIC, HEBREW, DEVANAGARI], ids="arabic hebrew devanagari".split())
def test_joining_and_right_to_left_scripts_get_only_marks_that_change_no_letter(text: str) -> None:
    document = document_from(text.strip())
    copy, symbols = marked(document)
    assert len(symbols) > 20
    assert not any(c in FORMAT_FAMILY for c in set(copy) - set(text))
    assert copy.count(FORMAT_FAMILY[0]) == text.count(FORMAT_FAMILY[0])
    seen, best = read(copy, document)
    assert seen.mean() > 0.95
    assert (best[seen] == symbols[seen]).all()


def test_a_word_of_another_script_inside_punctuation_counts_too() -> None:
    document = document_from("They call it (كتاب) and „שלום“ in the old letters of the town.")
    at = [document.text.index(" (كتاب"), document.text.index(" and"), document.text.index(" in the")]
    families = {site.places[0].start: site.cls for site in CARRIER.find_sites(document)}
    assert [families.get(k, "mark") for k in at] == ["mark"] * 3


@pytest.mark.parametrize("text", ["本文件 仅供 内部使用", "ဤစာ က လျှို့ဝှက် က စာ"], ids=["chinese", "burmese"])
def test_scripts_whose_letters_a_selector_would_change_get_no_mark(text: str) -> None:
    assert CARRIER.find_sites(document_from(text)) == []
