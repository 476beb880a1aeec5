from __future__ import annotations

import numpy as np

from dyeline.match.grams import sample_grams
from dyeline.text.fold import fold
from tests.unit.match.texts import make_text


def keys(text: str, sampling: int = 1) -> set[int]:
    return set(sample_grams(fold(text).text, sampling=sampling).keys.tolist())


def test_spacing_punctuation_and_confusable_letters_do_not_matter() -> None:
    assert keys("All the oils of 1019, is it so?") == keys("aIlth e 0ils\nof lOl9 i5-it 50")


def test_ranges_hold_the_twelve_letters() -> None:
    text = fold("The plan, of course, is to visit 30 sites.").text
    grams = sample_grams(text, sampling=1)
    assert text[grams.starts[0] : grams.ends[0]] == "the plan, of cou"
    for start, end in zip(grams.starts, grams.ends, strict=True):
        assert sum(c.isalnum() for c in text[start:end]) == 12


def test_sampling_is_context_free_and_keeps_about_a_quarter() -> None:
    text = make_text(3000, seed=1)
    everything, kept = keys(text), keys(text, sampling=4)
    assert 0.2 < len(kept) / len(everything) < 0.3
    part = keys(text[5000:7000], sampling=4)
    assert part <= kept


def test_short_texts_have_no_grams() -> None:
    assert sample_grams("", sampling=1).keys.size == 0
    assert sample_grams("eleven char", sampling=1).keys.size == 0


def test_other_scripts_have_grams() -> None:
    russian = "Проверка пройдёт в понедельник на тридцати площадках"
    arabic = "ستبدأ الزيارة يوم الاثنين في ثلاثين موقعا مختلفا"
    chinese = "检查将于星期一在三十个地点同时进行所有人员必须到场"
    for text in (russian, arabic, chinese):
        grams = sample_grams(fold(text).text, sampling=1)
        assert np.unique(grams.keys).size > 10
    # six ideographs are a gram: two texts that share eight have some in common
    assert keys(chinese) & keys("报告说三十个地点同时进行是不可能的")
    assert not keys(chinese) & keys("今天天气很好我们去公园散步然后回家吃饭休息一下")
