"""Laws of the wording carrier on generated prose, and its error rates on the demo documents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dyeline
from dyeline.carriers.replace import ordered_places
from dyeline.carriers.wording.carrier import Wording
from dyeline.match.align import align
from dyeline.model.document import Document, Style
from dyeline.testing.paths import cleaned, retyped
from dyeline.text.fold import fold
from tests.contract.documents import align_within, document_from

DEMO = Path(dyeline.__file__).parent / "demo"
PARTS = (
    "prior to|in order to|for example|do not|don’t|it is|we think that|“prior to”|the colour|e-mail|12%|about 300"
    "|three days|, and|; the|In May|Last week,|However, it can|they|we|the hall|was shut|near the river|.|\n|often"
    "|https://example.org/a|Section 4(2)|the bags which are full|pens, cups and pots|5 May 2030|at 9 am|must|é|日本"
    "|(e.g. a hammer)|an additional|the start of|\u200b|a dog|sang loudly"
).split("|")
FILLERS = (
    "amber birch copper dusk ember flint garnet hazel indigo jasper kelp lichen maple nettle onyx poplar quartz russet"
    " sorrel thistle umber violet willow yarrow zinc anvil bellows candle drum easel fiddle goblet harp inkwell"
).split()


@st.composite
def texts(draw: st.DrawFn) -> Document:
    # a filler between two parts, each once: a text that repeats itself cannot be aligned by anybody
    parts = draw(st.lists(st.sampled_from(PARTS), max_size=len(FILLERS)))
    words = [word for pair in zip(parts, FILLERS, strict=False) for word in pair]
    style: Style = draw(st.sampled_from(("informal", "formal", "legal")))
    return document_from(" ".join(words).replace(" .", ".").replace(" ,", ","), style=style)


@settings(max_examples=150, deadline=None)
@given(document=texts(), seed=st.integers(0, 9))
def test_sites_are_well_formed_and_a_clean_copy_never_reads_wrong(document: Document, seed: int) -> None:
    carrier = Wording()
    sites = carrier.find_sites(document)
    assert sites == carrier.find_sites(document)
    end = -1
    for _, place in ordered_places(sites):
        assert place.start > end and place.texts[0] == document.text[place.start : place.end]
        end = place.end
    rng = np.random.default_rng(seed)
    symbols = [int(rng.integers(site.variants)) for site in sites]
    copy = carrier.write(document, sites, symbols)
    rows = carrier.read(align_within(copy, document.text), sites)
    assert np.isfinite(rows).all()
    for row, symbol, site in zip(rows, symbols, sites, strict=True):
        assert np.ptp(row) == 0 or row[: site.variants].argmax() == symbol


def demo(name: str, style: Style) -> Document:
    lines = (DEMO / f"{name}.md").read_text(encoding="utf-8").split("\n")
    return document_from(
        "\n".join(line.lstrip("#>*- ") for line in lines if line and line[0] != "|"), style=style
    )


DOCUMENTS = (demo("announcement", "informal"), demo("policy", "formal"))


def shares(path: str, copies: int) -> tuple[float, float]:
    """Return (wrong, erased) as shares of all sites."""
    wrong = erased = total = 0
    for number in range(copies):
        rng = np.random.default_rng(number)
        document = DOCUMENTS[number % len(DOCUMENTS)]
        sites = Wording().find_sites(document)
        symbols = [int(rng.integers(site.variants)) for site in sites]
        copy = Wording().write(document, sites, symbols)
        exhibit = {"paste": copy, "cleaned": cleaned(copy), "lower": copy.lower()}.get(path) or retyped(
            copy, rng, 0.02
        )
        rows = Wording().read(align(fold(exhibit), fold(document.text)), sites)
        read = np.ptp(rows, axis=1) > 0
        wrong += int((read & (rows.argmax(axis=1) != np.array(symbols))).sum())
        erased += int((~read).sum())
        total += len(sites)
    return wrong / total, erased / total


@pytest.mark.parametrize("path", ["paste", "cleaned", "lower"])
def test_paths_that_keep_the_letters_lose_next_to_nothing(path: str) -> None:
    wrong, erased = shares(path, 4)
    assert wrong == 0 and erased <= 0.02


def test_retyping_with_two_per_cent_typos_stays_readable() -> None:
    # measured 0.0 % wrong and 2.5 % erased of 1,319 sites; the draws are fixed by their seeds
    wrong, erased = shares("retyped", 8)
    assert wrong <= 0.005 and erased <= 0.06
