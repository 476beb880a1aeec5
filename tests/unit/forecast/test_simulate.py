"""Forecasts say what holds for any document: more text, fewer people, a softer path never hurt."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dyeline.forecast.paths import PATHS, SIZES
from dyeline.forecast.simulate import Cell, forecast_table
from dyeline.model.sites import Place, Site

SLACK = 0.1
"""Each chance is drawn from 80 leaks: two of them may differ by this much by chance (fixed seed)."""


def words(count: int) -> list[tuple[int, int]]:
    return [(6 * k, 6 * k + 5) for k in range(count)]


def site(number: int, carrier: str, word: int, variants: int) -> Site:
    texts = tuple(f"{k}" for k in range(variants))
    return Site(f"{carrier}{number}", f"{carrier}/1", "any", (Place(6 * word, 6 * word + 5, texts),))


def table(
    characters: int = 0, declared: int = 0, total: int = 700, recipients: int = 100, bound: float = 1e-3
) -> dict[tuple[str, str], Cell]:
    sites = [site(n, "character", n, 4) for n in range(characters)]
    sites += [site(n, "declared", n * total // max(1, declared), 2) for n in range(declared)]
    cells = forecast_table(
        words(total),
        [0],
        sites,
        lambda _: 0.002,
        recipients=recipients,
        bound=bound,
        rng=np.random.default_rng(0),
    )
    return {(cell.size, cell.path): cell for cell in cells}


def test_every_size_that_the_document_has_and_every_path_has_a_cell() -> None:
    assert len(table(declared=1)) == len(SIZES) * len(PATHS)
    short = table(declared=1, total=60)
    assert {size for size, _ in short} == {"sentence", "all"}
    assert short["all", "paste"].words == 60


def test_sites_that_do_not_last_are_not_read() -> None:
    sites = [site(n, "declared", 7 * n, 2) for n in range(100)]
    drawn = {
        share: forecast_table(
            words(700), [0], sites, lambda _: 0.002, recipients=100, bound=1e-3, rng=np.random.default_rng(0),
            lasting=lambda _, share=share: share,
        )
        for share in (1.0, 0.5, 0.0)
    }  # fmt: skip
    whole, half, none = (
        {cell.path: cell for cell in cells if cell.size == "all"} for cells in drawn.values()
    )
    assert whole["retype"].chance == 1.0 and none["retype"].sites_read == none["retype"].chance == 0.0
    assert half["retype"].sites_read == pytest.approx(whole["retype"].sites_read / 2, rel=0.05)


def test_a_document_without_sites_names_nobody() -> None:
    assert {cell.chance for cell in table().values()} == {0.0}
    assert {cell.sites_read for cell in table().values()} == {0.0}


def test_a_document_without_words_has_a_forecast_too() -> None:
    cells = forecast_table([], [], [], lambda _: 0.0, recipients=1, bound=0.5, rng=np.random.default_rng(0))
    assert [(cell.size, cell.words, cell.chance) for cell in cells] == [("all", 0, 0.0)] * len(PATHS)


def test_invisible_marks_do_for_pastes_and_for_nothing_else() -> None:
    cells = table(characters=700)
    assert cells["60_words", "paste"].chance > 0.95
    for path in ("cleaned_paste", "retype", "light_edit"):
        assert cells["all", path].chance == 0.0
        assert cells["all", path].sites_read == 0.0


def test_longer_leaks_softer_paths_and_more_sites_do_not_hurt() -> None:
    few, many = table(declared=24), table(declared=60)
    for path in PATHS:
        chances = [few[size, path.name].chance for size, _ in SIZES]
        assert all(later >= earlier - SLACK for earlier, later in itertools.pairwise(chances))
    for size, _ in SIZES:
        in_order = [few[size, path.name].chance for path in PATHS]
        assert all(harsher <= softer + SLACK for softer, harsher in itertools.pairwise(in_order))
    assert all(many[key].chance >= few[key].chance - SLACK for key in few)
    assert many["all", "retype"].chance > 0.95 > 0.05 > many["sentence", "retype"].chance


@pytest.mark.parametrize("change", [{"recipients": 100_000}, {"bound": 1e-9}])
def test_more_people_and_smaller_bounds_need_more(change: dict[str, float]) -> None:
    easy, hard = table(declared=20), table(declared=20, **change)  # type: ignore[arg-type]
    assert easy["all", "retype"].chance > hard["all", "retype"].chance + 0.3


def test_the_same_seed_gives_the_same_table() -> None:
    assert table(declared=20) == table(declared=20)
