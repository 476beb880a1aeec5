from __future__ import annotations

import pytest

from dyeline.match.index import GramIndex
from dyeline.match.search import HITS_CAP, find_sources, identify
from dyeline.match.sources import align_sources
from dyeline.text.fold import fold
from tests.unit.match.texts import make_text, make_words, with_typos

WORDS = {k: make_words(300, seed=k) for k in range(100)}
FOLDED = {k: fold(" ".join(words)) for k, words in WORDS.items()}
INDEX = GramIndex().extended({k: folded.text for k, folded in FOLDED.items()})


@pytest.mark.parametrize(
    ("words", "rate", "least"), [(12, 0.0, 20), (20, 0.02, 19), (50, 0.05, 20), (100, 0.1, 20)]
)
def test_excerpts_find_their_document(words: int, rate: float, least: int) -> None:
    right = 0
    for k in range(20):
        start = 7 * k
        text = with_typos(" ".join(WORDS[k][start : start + words]), rate, seed=k)
        hits = find_sources(fold(text), INDEX)
        right += bool(hits) and hits[0].version_number == k
    assert right >= least


def test_the_window_is_where_the_excerpt_stands() -> None:
    excerpt = fold(" ".join(WORDS[5][100:150]))
    hit = find_sources(excerpt, INDEX)[0]
    place = FOLDED[5].text.index(excerpt.text)
    (window,) = hit.windows
    assert place <= window.document_start <= place + 30
    assert place + len(excerpt.text) - 30 <= window.document_end <= place + len(excerpt.text)
    assert window.exhibit_end - window.exhibit_start >= hit.coverage_chars > 0.7 * len(excerpt.text)


def test_texts_of_others_are_not_ours() -> None:
    for seed in range(1000, 1060):
        assert find_sources(fold(make_text(300, seed=seed)), INDEX) == []
        assert align_sources(fold(make_text(20, seed=seed)), INDEX, FOLDED.__getitem__) == []


def test_an_excerpt_inside_foreign_text_is_found() -> None:
    article = make_text(200, seed=500) + " " + " ".join(WORDS[8][50:110]) + " " + make_text(200, seed=501)
    hits = find_sources(fold(article), INDEX)
    assert [hit.version_number for hit in hits] == [8]


def test_passages_of_two_documents_are_both_found() -> None:
    exhibit = fold(" ".join(WORDS[3][:80] + WORDS[4][100:160]))
    assert {hit.version_number for hit in find_sources(exhibit, INDEX)} == {3, 4}


def test_near_identical_versions_all_come_back() -> None:
    drafts = {}
    for k in range(30):
        words = list(WORDS[1])
        words[10 * k % 300] = "changed"
        drafts[200 + k] = fold(" ".join(words)).text
    index = INDEX.extended(drafts)
    hits = find_sources(fold(" ".join(WORDS[1][40:200])), index)
    assert {hit.version_number for hit in hits} == {1, *drafts}
    assert hits[0].coverage_chars >= hits[-1].coverage_chars > 0


def test_a_text_that_everybody_has_is_reported_as_common() -> None:
    text = make_text(40, seed=9000)
    index = GramIndex().extended(dict.fromkeys(range(HITS_CAP + 1), fold(text).text))
    found = identify(fold(text), index)
    assert found.hits == ()
    assert found.common_chars > 0.8 * len(text)


def test_doubtful_versions_count_when_the_alignment_confirms_them() -> None:
    confirmed = convincing = 0
    for k in range(40):
        exhibit = fold(with_typos(" ".join(WORDS[k][30:46]), 0.08, seed=k))
        convincing += bool(find_sources(exhibit, INDEX))
        sources = align_sources(exhibit, INDEX, FOLDED.__getitem__)
        confirmed += bool(sources) and sources[0].hit.version_number == k
    assert confirmed > convincing
    assert confirmed >= 35


def test_a_doubtful_version_of_the_same_text_is_compared_beside_a_convincing_one() -> None:
    """Two scans of one document, each recognised with slips of its own, and a poor exhibit: fixed seeds."""
    scans = {
        300: fold(with_typos(" ".join(WORDS[2]), 0.01, seed=1)),
        301: fold(with_typos(" ".join(WORDS[2]), 0.05, seed=2)),
    }
    index = GramIndex().extended({number: text.text for number, text in scans.items()})
    doubtful = 0
    for seed in range(400):
        exhibit = fold(with_typos(" ".join(WORDS[2][100:130]), 0.08, seed=100 + seed))
        found = identify(exhibit, index)
        if [hit.version_number for hit in found.hits] == [300] and found.doubtful:
            doubtful += 1
            sources = align_sources(exhibit, index, scans.__getitem__)
            assert {source.hit.version_number for source in sources} == {300, 301}
    assert doubtful >= 3


def test_empty_and_tiny_exhibits_have_no_source() -> None:
    for text in ("", " ", "a", "the of and"):
        assert find_sources(fold(text), INDEX) == []
    assert find_sources(FOLDED[1], GramIndex()) == []
