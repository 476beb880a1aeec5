"""Finding facts: no text makes it fail, evidence is in the text, and other people's words change nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.facts import TEXTS, sheet
from dyeline.facts.find import find_facts
from dyeline.facts.prose import read_prose
from dyeline.facts.runs import shared_runs
from dyeline.facts.sheet import COLUMNS, read_rows

SHEET = sheet()
ARTICLE = (TEXTS / "facts" / "1.txt").read_text(encoding="utf-8")
ODD = "“ ” \" ' ‘ ’ … . ? € % - – ( ) 30 40 1.2m 7/2 2026-02-30 Feb. last Monday ﬁ ½ ²".split()
PIECES = st.sampled_from([*ARTICLE.split(" ")[:150], *ODD, "\n", "\n\n", "\u200b", "\ud800", "\x00"])
TEXT = st.one_of(st.lists(PIECES, max_size=60).map(" ".join), st.text(max_size=200))


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_any_text_has_an_answer_whose_evidence_stands_in_it(text: str) -> None:
    prose = read_prose(text)
    one_line = " ".join(prose.text.split())
    for found in find_facts(prose, SHEET):
        assert (found.sentence is not None) == found.present
        assert found.present or (found.value, found.version, found.speaker) == (None, None, None)
        assert (found.sentence or "") in one_line


@settings(max_examples=50, deadline=None)
@given(TEXT)
def test_a_text_shares_no_run_with_itself_that_it_lacks(text: str) -> None:
    prose = read_prose(text)
    for run in shared_runs(prose, prose):
        assert prose.text[run.first[0] : run.first[1]].split()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=20), max_size=8), max_size=5),
    st.lists(st.text(max_size=8), max_size=7),
)
def test_any_table_is_a_sheet_or_has_faults(rows: list[list[str]], header: list[str]) -> None:
    numbered = list(enumerate(rows, start=2))
    for names in (header, list(COLUMNS)):
        facts, faults = read_rows(names, numbered)
        assert len(facts) <= len(rows)
        assert facts or faults or not rows


def test_the_order_of_the_sheet_changes_nothing() -> None:
    prose = read_prose(ARTICLE)
    forward = {found.id: found for found in find_facts(prose, SHEET)}
    backward = {found.id: found for found in find_facts(prose, SHEET[::-1])}
    assert forward == backward
