"""A few exhibits of each benchmark: they run, count every exhibit, and depend on the seed alone."""

import pytest

from bench import guarantee, quality
from bench.counting import RIGHT
from bench.innocents import KINDS

pytest.importorskip("spacy")


def test_a_quality_part_counts_every_exhibit_and_repeats() -> None:
    part = quality.Part("policy", "3_sentences", 0, 3)
    counts = quality.measure(part)
    assert counts == {RIGHT: 3}
    assert quality.measure(part) == counts


def test_every_cell_belongs_to_one_part_list_exactly_once() -> None:
    parts = quality.parts_of(["policy"], list(quality.CELLS), 40)
    for cell in quality.CELLS:
        covered = sorted(n for p in parts if p.cell == cell for n in range(p.first, p.first + p.count))
        assert covered == list(range(40))


def test_an_exhibit_of_the_guarantee_is_judged_at_both_bounds() -> None:
    counts = guarantee.measure(guarantee.Part("2 to 5 copies, minority", 0, 2))
    assert counts["exhibits"] == 2
    assert counts["p 0.1"] <= counts["innocents"]
    assert set(KINDS) >= {"unmarked original", "copy in one style", "several documents"}
