"""Declared facts read from a text in other words feed the score, and name innocents no more often than stated."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dyeline.carriers.registry import reading_carriers
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.facts.sites import read_fact_sites
from dyeline.match.align import align
from dyeline.model.readings import Readings
from dyeline.model.sites import Place, Site
from dyeline.text.declared.numbers import in_words
from dyeline.text.fold import fold
from dyeline.trace.judge import judge
from dyeline.trace.read import Looked, read_sites
from dyeline.trace.reworded import states_facts, unaligned
from dyeline.trace.score import score_copies
from dyeline.trace.shelf import ShelvedCopy

THINGS = (
    "lamps bridges orchards ferries ovens libraries meadows pumps statues tunnels bakeries kennels".split()
)
PLACES = "north south east west".split()
DOCUMENT = "\n".join(
    f"The {PLACES[k % 4]} council inspected 30 {thing} near the harbour of district{k}."
    for k, thing in enumerate(THINGS)
)


def _sites() -> list[Site]:
    starts = [match.start() for match in re.finditer(r"\b30\b", DOCUMENT)]
    return [
        Site(f"s{k}", "declared/1", "fact", (Place(start, start + 2, ("30", "40")),))
        for k, start in enumerate(starts)
    ]


SITES = _sites()


def rewritten(symbols: np.ndarray) -> str:
    """Return the facts of a copy in another writer's words, with a background that states none."""
    told = [
        f"In district{k}, near the harbour, {in_words((30, 40)[symbol])} {thing} have been inspected."
        for k, (thing, symbol) in enumerate(zip(THINGS, symbols.tolist(), strict=True))
    ]
    return "It rained all week, and nobody minded.\n" + "\n".join(told[::-1])


def test_every_fact_is_read_from_another_writers_words() -> None:
    symbols = np.random.default_rng(3).integers(0, 2, len(SITES))
    loglik = read_fact_sites(rewritten(symbols), DOCUMENT, SITES)
    assert (np.ptp(loglik, axis=1) > 0).all()
    assert (loglik.argmax(axis=1) == symbols).all()


def test_innocents_are_named_no_more_often_than_the_bound() -> None:
    # 150 exhibits at bound 0.05, the source not among the copies: 7.5 expected at most. More than 24 happen by
    # chance below 1e-6; the seed is fixed.
    rng = np.random.default_rng(5)
    weights = [site.variants for site in SITES]
    named = 0
    for _ in range(150):
        secret = rng.bytes(32)
        source = codewords_of(NEW_SCHEME, secret, [999], site_weights(weights, secret))[0].astype(np.int64)
        readings = Readings(read_fact_sites(rewritten(source), DOCUMENT, SITES))
        scores = score_copies(readings, SITES, [0], secret, NEW_SCHEME, range(20))
        copies = [ShelvedCopy(k, str(k), str(k)) for k in range(20)]
        verdict = judge(copies, scores.p_value, scores.mixture_nats, anything_read=True, bound=0.05)
        named += verdict.outcome == "attributed"
    assert named <= 24


def test_a_copied_sentence_about_something_else_is_no_fact_in_other_words() -> None:
    past = "Of last year's report it is known that the council inspected 40 bridges near the old town."
    document = f"{DOCUMENT}\n{past}"
    told = "Nobody wrote to the paper about it."
    seen = align(fold(f"{told} {past}"), fold(document), [(0, len(fold(document).text))])
    assert seen.passages
    readings, _ = read_sites(seen, Looked(), SITES, reading_carriers())
    assert not readings.read.any()
    assert read_fact_sites(past, document, SITES).any()  # it would be, if it were not known to be copied


@pytest.mark.parametrize("text", ["", "Nothing of it.", "There are 30 ways to leave."])
def test_a_text_without_facts_is_not_ours(text: str) -> None:
    assert not states_facts(text, DOCUMENT, SITES)
    seen = unaligned(text, DOCUMENT)
    readings, _ = read_sites(seen, Looked(), SITES, reading_carriers())
    assert not readings.read.any()


def test_facts_of_a_rewritten_text_are_read_beside_an_empty_alignment() -> None:
    symbols = np.ones(len(SITES), dtype=np.int64)
    readings, _ = read_sites(unaligned(rewritten(symbols), DOCUMENT), Looked(), SITES, reading_carriers())
    assert readings.read.all()
