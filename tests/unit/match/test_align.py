from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from dyeline.match.align import align
from dyeline.match.search import Window
from dyeline.model.alignment import Alignment
from dyeline.text.fold import fold
from tests.unit.match.texts import make_text, make_words, with_typos

WORDS = make_words(1500, seed=1)
DOCUMENT = fold(" ".join(WORDS))


def seated(alignment: Alignment, document_start: int, document_end: int) -> float:
    return float(np.mean(alignment.seat[document_start:document_end] >= 0))


def place_of(words: list[str]) -> tuple[int, int]:
    text = fold(" ".join(words)).text
    start = DOCUMENT.text.index(text)
    return start, start + len(text)


def test_clean_text_is_seated_on_itself() -> None:
    start, end = place_of(WORDS[300:700])
    result = align(fold(" ".join(WORDS[300:700])), DOCUMENT)
    assert (result.seat[start:end] == np.arange(end - start)).all()
    assert result.exact[start:end].all()
    assert (result.seat[:start] < 0).all()
    assert (result.seat[end:] < 0).all()
    assert result.error_rate == 0.0
    (passage,) = result.passages
    assert (passage.exhibit_start, passage.exhibit_end) == (0, end - start)
    assert (passage.document_start, passage.document_end, passage.distance) == (start, end, 0)


def test_whole_document_and_repeated_text_are_seated() -> None:
    for text in (DOCUMENT.source, "na " * 4000, "a"):
        folded = fold(text)
        assert (align(folded, folded).seat == np.arange(len(folded.text))).all()


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.10])
def test_typos_leave_the_rest_in_its_seat_and_are_counted(rate: float) -> None:
    rng = random.Random(5)
    truth, out, size = {}, [], 0
    start, end = place_of(WORDS[200:800])
    for k in range(start, end):
        kind = rng.random()
        if kind < rate * 0.4:  # dropped
            continue
        if kind < rate * 0.6:
            out.append("q")
            size += 1
        elif kind < rate:
            out.append("z")
            size += 1
            continue
        truth[k] = size
        out.append(DOCUMENT.text[k])
        size += 1
    exhibit = fold("".join(out))
    result = align(exhibit, DOCUMENT)
    if len(exhibit.text) == size:  # white space never doubled: offsets are as counted
        right = np.mean([result.seat[k] == e for k, e in truth.items()])
        assert right > 0.97
    assert seated(result, start, end) > 0.9
    assert result.error_rate == pytest.approx(rate, rel=0.35)


def test_replaced_words_are_no_typing_errors() -> None:
    words = [("otherwise" if k % 12 == 5 else word) for k, word in enumerate(WORDS[:600])]
    result = align(fold(" ".join(words)), DOCUMENT)
    assert result.error_rate < 0.004
    start, end = place_of(WORDS[:600])
    assert seated(result, start, end) > 0.9


def test_a_cut_leaves_only_the_cut_without_seats() -> None:
    result = align(fold(" ".join(WORDS[100:300] + WORDS[340:500])), DOCUMENT)
    cut_start, cut_end = place_of(WORDS[300:340])
    assert (result.seat[cut_start + 2 : cut_end - 2] < 0).all()
    for part in (WORDS[100:300], WORDS[340:500]):
        assert seated(result, *place_of(part)) > 0.99


def test_paragraphs_in_another_order_are_all_seated() -> None:
    parts = [WORDS[200:300], WORDS[100:200], WORDS[300:400]]
    exhibit = fold(" ".join(word for part in parts for word in part))
    result = align(exhibit, DOCUMENT)
    for part in parts:
        start, end = place_of(part)
        assert seated(result, start, end) > 0.98
        offset = exhibit.text.index(fold(" ".join(part)).text)
        middle = (start + end) // 2
        assert result.seat[middle] == offset + middle - start


def test_borders_of_reordered_paragraphs_go_to_their_own_side() -> None:
    right = total = 0
    for seed in range(25):
        base = 40 * seed
        parts = [WORDS[base + a : base + a + 60] for a in (60, 0, 120)]
        spoilt = [with_typos(" ".join(part), 0.04, seed=9 * seed + k) for k, part in enumerate(parts)]
        exhibit = fold(" ".join(spoilt))
        result = align(exhibit, DOCUMENT)
        border = 0
        for part, text in zip(parts, spoilt, strict=True):
            start, end = place_of(part)
            size = len(fold(text).text)
            inside = (result.seat >= border) & (result.seat < border + size)
            for edge in (slice(start, start + 15), slice(end - 15, end)):
                right += int(np.count_nonzero(inside[edge]))
                total += 15
            border += size + 1
    assert right / total > 0.93


def test_foreign_text_around_an_excerpt_is_not_seated() -> None:
    before, after = make_text(300, seed=71), make_text(300, seed=72)
    inner = with_typos(" ".join(WORDS[500:560]), 0.02, seed=3)
    exhibit = fold(f"{before} {inner} {after}")
    result = align(exhibit, DOCUMENT)
    start, end = place_of(WORDS[500:560])
    assert seated(result, start, end) > 0.97
    foreign = np.delete(result.seat, np.arange(start, end))
    assert np.count_nonzero(foreign >= 0) <= 12
    first, last = len(fold(before).text) + 1, len(exhibit.text) - len(fold(after).text) - 1
    taken = result.seat[result.seat >= 0]
    assert np.count_nonzero((taken < first) | (taken >= last)) <= 12


def test_a_foreign_paragraph_instead_of_our_own_is_not_seated() -> None:
    exhibit = fold(" ".join(WORDS[100:250]) + " " + make_text(60, seed=80) + " " + " ".join(WORDS[310:450]))
    result = align(exhibit, DOCUMENT)
    start, end = place_of(WORDS[250:310])
    assert np.count_nonzero(result.exact[start:end]) < 0.1 * (end - start)
    assert seated(result, *place_of(WORDS[100:250])) > 0.99


@pytest.mark.parametrize("count", [8, 12, 20])
def test_short_exhibits_are_seated(count: int) -> None:
    for k in range(0, 300, 30):
        words = WORDS[k : k + count]
        assert seated(align(fold(" ".join(words)), DOCUMENT), *place_of(words)) == 1.0


def test_short_exhibits_with_typos_are_seated() -> None:
    good = 0
    for k in range(40):
        words = WORDS[20 * k : 20 * k + 10]
        result = align(fold(with_typos(" ".join(words), 0.08, seed=k)), DOCUMENT)
        good += seated(result, *place_of(words)) > 0.8
    assert good >= 35


def test_unrelated_text_has_no_passages() -> None:
    for seed in range(40):
        for count in (8, 60, 400):
            result = align(fold(make_text(count, seed=100 + seed)), DOCUMENT)
            assert result.passages == ()
            assert (result.seat < 0).all()
            assert result.error_rate == 0.0


def test_of_two_copies_of_a_passage_the_better_one_is_seated() -> None:
    start, end = place_of(WORDS[100:200])
    clean, spoilt = " ".join(WORDS[100:200]), with_typos(" ".join(WORDS[100:200]), 0.12, seed=1)
    for first, second in ((clean, spoilt), (spoilt, clean)):
        exhibit = fold(f"{first} {make_text(40, seed=9)} {second}")
        result = align(exhibit, DOCUMENT)
        where = exhibit.text.index(fold(clean).text)
        assert np.mean(result.seat[start:end] == np.arange(where, where + end - start)) > 0.95


def test_a_passage_that_stands_twice_in_the_document_is_listed_but_not_seated() -> None:
    twice = " ".join(WORDS[40:70])
    document = fold(" ".join([make_text(100, seed=31), twice, make_text(100, seed=32), twice]))
    alone = align(fold(twice), document)
    assert len(alone.passages) == 1
    assert (alone.seat < 0).all()
    # with its surroundings there is no doubt
    whole = align(fold(make_text(100, seed=31)[-200:] + " " + twice), document)
    start = document.text.index(fold(twice).text)
    assert seated(whole, start, start + len(twice)) == 1.0


def test_passages_rise_inside_and_do_not_overlap_in_the_document() -> None:
    parts = [WORDS[0:80], WORDS[200:260], WORDS[60:140], WORDS[30:50]]
    text = " ".join(with_typos(" ".join(part), 0.04, seed=k) for k, part in enumerate(parts))
    result = align(fold(text), DOCUMENT)
    spans = sorted((p.document_start, p.document_end) for p in result.passages)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for passage in result.passages:
        inside = result.seat[passage.document_start : passage.document_end]
        inside = inside[inside >= 0]
        assert (np.diff(inside) > 0).all()
        assert passage.exhibit_start <= inside.min()
        assert inside.max() < passage.exhibit_end


def test_ideographs_of_more_kinds_than_edlib_knows() -> None:
    rng = random.Random(4)
    letters = [chr(0x4E00 + rng.randrange(3000)) for _ in range(900)]
    document = fold("".join(letters))
    spoilt = "".join(chr(0x4E00 + rng.randrange(3000)) if k % 9 == 4 else c for k, c in enumerate(letters))
    result = align(fold(spoilt), document)
    assert np.mean(result.exact) > 0.85


def test_windows_spare_work_in_a_long_document_and_change_nothing() -> None:
    document = fold(" ".join(make_words(45_000, seed=77)))
    exhibit = fold(with_typos(document.text[120_000:121_500], 0.02, seed=2))
    window = Window(0, len(exhibit.text), 120_100, 121_300)
    with_window, without = align(exhibit, document, [window]), align(exhibit, document)
    assert (with_window.seat == without.seat).all()
    assert seated(with_window, 120_000, 121_500) > 0.97
