from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dyeline.match.align import align
from dyeline.match.index import GramIndex
from dyeline.match.search import find_sources
from dyeline.match.sources import align_sources
from dyeline.model.alignment import Alignment
from dyeline.text.fold import fold
from tests.unit.match.texts import make_text, make_words, with_typos

WORDS = make_words(400, seed=11)
DOCUMENT = fold(" ".join(WORDS))
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=120)
REPETITIVE = st.text(alphabet="ab ", max_size=200)


def check(result: Alignment) -> None:
    seat, exact = result.seat, result.exact
    assert seat.shape == exact.shape == (len(result.document.text),)
    used = seat[seat >= 0]
    assert used.size == np.unique(used).size, "one exhibit character has at most one place"
    assert not exact[seat < 0].any()
    for k in np.flatnonzero(seat >= 0).tolist():
        assert exact[k] == (result.document.text[k] == result.exhibit.text[seat[k]])
    covered = np.zeros(seat.size, dtype=np.bool_)
    for passage in result.passages:
        assert 0 <= passage.exhibit_start < passage.exhibit_end <= len(result.exhibit.text)
        assert 0 <= passage.document_start < passage.document_end <= seat.size
        assert not covered[passage.document_start : passage.document_end].any()
        covered[passage.document_start : passage.document_end] = True
        inside = seat[passage.document_start : passage.document_end]
        assert (np.diff(inside[inside >= 0]) > 0).all()
    assert (covered | (seat < 0)).all(), "seats lie in passages"
    assert 0.0 <= result.error_rate <= 0.3


@given(exhibit=st.one_of(ANY_TEXT, REPETITIVE), document=st.one_of(ANY_TEXT, REPETITIVE))
@settings(max_examples=150, deadline=None)
def test_any_two_texts_give_a_sound_alignment(exhibit: str, document: str) -> None:
    check(align(fold(exhibit), fold(document)))


@given(text=st.one_of(ANY_TEXT, REPETITIVE))
@settings(max_examples=80, deadline=None)
def test_a_text_is_seated_on_itself(text: str) -> None:
    folded = fold(text)
    result = align(folded, folded)
    assert (result.seat == np.arange(len(folded.text))).all()
    assert result.error_rate == 0.0


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_pieces_in_any_order_with_any_noise_are_sound(data: st.DataObject) -> None:
    pieces = []
    for seed in range(data.draw(st.integers(0, 6))):
        if data.draw(st.booleans()):
            pieces.append(make_text(data.draw(st.integers(1, 60)), seed=seed))
        start = data.draw(st.integers(0, 380))
        text = " ".join(WORDS[start : start + data.draw(st.integers(1, 120))])
        pieces.append(with_typos(text, data.draw(st.sampled_from([0.0, 0.03, 0.12, 0.3])), seed=seed))
    check(align(fold(" ".join(pieces)), DOCUMENT))


@given(start=st.integers(0, 300), size=st.integers(8, 100), seed=st.integers(0, 50))
@settings(max_examples=60, deadline=None)
def test_cropping_adds_no_seats_outside(start: int, size: int, seed: int) -> None:
    text = with_typos(" ".join(WORDS[start : start + size]), 0.03, seed=seed)
    low = len(fold(" ".join(WORDS[:start])).text)
    high = low + len(fold(" ".join(WORDS[start : start + size])).text) + 1
    result = align(fold(text), DOCUMENT)
    outside = np.concatenate([result.seat[: max(0, low - 4)], result.seat[high + 4 :]])
    assert (outside < 0).all()


@given(seed=st.integers(10_000, 20_000), count=st.integers(1, 150))
@settings(max_examples=60, deadline=None)
def test_unrelated_text_is_not_ours(seed: int, count: int) -> None:
    foreign = fold(make_text(count, seed=seed))
    index = GramIndex().extended({1: DOCUMENT.text})
    assert find_sources(foreign, index) == []
    assert align_sources(foreign, index, lambda _: DOCUMENT) == []
    assert (align(foreign, DOCUMENT).seat < 0).all()


@given(exhibit=st.one_of(ANY_TEXT, REPETITIVE))
@settings(max_examples=80, deadline=None)
def test_any_exhibit_can_be_searched(exhibit: str) -> None:
    index = GramIndex().extended({1: DOCUMENT.text, 2: fold("ab " * 60).text})
    for hit in find_sources(fold(exhibit), index):
        for window in hit.windows:
            assert window.exhibit_end <= len(fold(exhibit).text)
