"""Pastes of PDF text that descend from no copy, or from others: how often an innocent copy is named.

``python -m bench.clipboard.innocents [--quick] [--exhibits N] [--jobs N]``. As ``bench.guarantee``, for marks in
the text layer alone: eight symbols a place, so that few places say much.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from unittest import mock

import numpy as np

from bench import exhibits, guarantee, innocents
from bench.counting import interval, shown_interval
from bench.documents import BenchDocument
from bench.guarantee import BOUNDS, CHUNK, LEVELS, Part
from bench.innocents import Leak, Rng
from bench.report import circumstances, save, table
from bench.running import processors, run_all
from bench.staging import RECIPIENTS, Circulation
from dyeline.carriers.registry import reading_carriers
from dyeline.carriers.replace import written
from dyeline.carriers.textlayer import TextLayer
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.formats.registry import read_file
from dyeline.match.index import GramIndex
from dyeline.model.document import INSERTED_MARKS, Document
from dyeline.model.finding import ExhibitFacts, Finding
from dyeline.text.fold import fold
from dyeline.text.words import count_words
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.flow import Question, trace
from dyeline.trace.judge import judge
from dyeline.trace.shelf import ShelvedVersion
from tests.pdfs import LONG, by_reportlab, by_typst

SEED = 20261124
EXHIBITS = 6_000


@cache
def document(name: str) -> BenchDocument:
    """Return a PDF document whose only sites are those of its text layer."""
    data = by_typst(LONG) if name == "Typst" else by_reportlab(LONG)
    content = read_file(data, declarations=True)
    view = Document(content.text, content.blocks, content.frozen, insertions=content.insertions)
    return BenchDocument(name, "formal", data, content, tuple(TextLayer().find_sites(view)))


DOCUMENTS = ("ReportLab", "Typst")


def drawn(name: str, rng: Rng) -> Circulation:
    """Return a circulation of a document under a secret drawn from ``rng``."""
    secret = rng.bytes(32)
    weights = site_weights([site.variants for site in document(name).sites], secret)
    return Circulation(
        document(name), secret, weights, codewords_of(NEW_SCHEME, secret, range(RECIPIENTS), weights)
    )


class Shelf:
    """The one document, with one circulation."""

    def __init__(self, circulation: Circulation) -> None:
        self._version = circulation.shelved()
        self.index = _index(circulation.document.name)

    def version(self, index_number: int) -> ShelvedVersion:
        """Return the version."""
        return self._version

    def __len__(self) -> int:
        """Return how many versions there are."""
        return 1


@cache
def _index(name: str) -> GramIndex:
    return GramIndex().extended({0: fold(document(name).text).text})


def traced(text: str, circulations: Sequence[Circulation], *, bound: float) -> Finding:
    """Return the finding on an exhibit's text."""
    facts = ExhibitFacts("", "txt", count_words(text))
    return trace(Exhibit(facts, text), Shelf(circulations[0]), reading_carriers(), Question(bound)).finding


def random_marks(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Write marks drawn evenly, then scatter further ones, whole or not, over the text."""
    circulation = circulations[0]
    symbols = rng.integers(0, len(INSERTED_MARKS), len(circulation.document.sites)).tolist()
    text = innocents._piece(circulation.rendered(symbols), rng)
    return Leak(_scattered(text, rng), frozenset())


def _scattered(text: str, rng: Rng) -> str:
    share = rng.choice([0.0, 0.02, 0.3])
    return "".join(
        c + (INSERTED_MARKS[int(rng.integers(8))][: int(rng.integers(1, 4))] if rng.random() < share else "")
        for c in text
    )


def exchanged_marks(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Take the marks of a copy, and put them to other places than their own."""
    circulation = circulations[0]
    symbols = rng.permutation(circulation.symbols[int(rng.integers(RECIPIENTS))])
    text = written(circulation.document.text, circulation.document.sites, symbols.tolist())
    return Leak(innocents._piece(text, rng), frozenset())


def damaged(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Paste a piece of a copy that nobody got, and lose or double single characters of its marks."""
    circulation = circulations[0]
    index = int(rng.integers(RECIPIENTS, 10**9))
    symbols = codewords_of(NEW_SCHEME, circulation.secret, [index], circulation.weights)[0]
    lost, doubled, other = rng.choice([0.02, 0.1, 0.4]), rng.choice([0.0, 0.1]), rng.choice([0.0, 0.1, 0.5])
    text = ""
    for c in innocents._piece(circulation.rendered(symbols), rng):
        if c in "\u200c\u200d":
            c = c if rng.random() >= other else "\u200c\u200d"[int(rng.integers(2))]
            c *= 0 if rng.random() < lost else 2 if rng.random() < doubled else 1
        text += c
    return Leak(text, frozenset())


KINDS: dict[str, innocents.Make] = {
    "unmarked original": innocents.original,
    "random marks": random_marks,
    "marks of a copy, exchanged": exchanged_marks,
    "damaged copy not on the list": damaged,
    "copy not on the list": innocents.unlisted,
    "piece of a copy": innocents._single(exhibits.one_copy(innocents._pasted_piece)),
    **{
        f"2 to 5 copies, {name}": innocents.coalition(strategy)
        for name, strategy in innocents.STRATEGIES.items()
    },
}


def measure(part: Part) -> Counter[str]:
    """Return counts: exhibits, by bound those that name an innocent, p-values of innocents by level."""
    counts: Counter[str] = Counter()
    for number in range(part.first, part.first + part.count):
        rng = np.random.default_rng([SEED, list(KINDS).index(part.kind), number])
        circulation = drawn(DOCUMENTS[number % len(DOCUMENTS)], rng)
        leak = KINDS[part.kind]([circulation], rng)
        with mock.patch.object(guarantee, "traced", traced):
            heard = guarantee.examined(leak.text, [circulation])
        counts["exhibits"] += 1
        innocent = np.array([copy.label not in leak.sources for copy in heard.copies], dtype=np.bool_)
        counts["innocents"] += int(innocent.sum())
        for level in LEVELS:
            counts[f"p {level:g}"] += int((heard.p_value[innocent] <= level).sum()) if heard.copies else 0
        for bound in BOUNDS if heard.copies else ():
            verdict = judge(
                heard.copies,
                heard.p_value,
                heard.mixture_nats,
                anything_read=heard.anything_read,
                bound=bound,
            )
            named = {candidate.copy for candidate in verdict.candidates}
            counts[f"{verdict.outcome} {bound:g}"] += 1
            counts[f"innocent {bound:g}"] += verdict.outcome == "attributed" and not named <= leak.sources
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many statements do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.clipboard.innocents", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth; nothing is stored")
    parser.add_argument("--exhibits", type=int, default=EXHIBITS)
    parser.add_argument("--jobs", type=int, default=processors())
    options = parser.parse_args(arguments)
    each = -(-options.exhibits // (50 if options.quick else 1) // len(KINDS))
    started = time.monotonic()
    for name in DOCUMENTS:
        _index(name)
    parts = [Part(kind, k, min(CHUNK, each - k)) for k in range(0, each, CHUNK) for kind in KINDS]
    by_kind: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    total: Counter[str] = Counter()
    for part, counts in run_all(measure, parts, processes=options.jobs, title="innocents"):
        by_kind[part.kind].update(counts)
        total.update(counts)
    where = circumstances("clipboard.innocents", seed=SEED, duration_s=time.monotonic() - started)
    failed = sum(total[f"innocent {bound:g}"] > bound * total["exhibits"] for bound in BOUNDS)
    failed += sum(interval(total[f"p {level:g}"], total["innocents"])[0] > level for level in LEVELS)
    lines = [
        "# Innocent copies and the text layer",
        "",
        *where.lines(),
        "",
        f"{total['exhibits']:,} pastes, {total['innocents']:,} p-values of innocents, against fresh circulations of",
        f"{RECIPIENTS} recipients. An innocent is every copy on the list that the paste does not descend from.",
        "",
        *table(
            ("bound", "pastes that name an innocent", "99 % interval, %"),
            [
                [
                    f"{bound:g}",
                    str(total[f"innocent {bound:g}"]),
                    shown_interval(total[f"innocent {bound:g}"], total["exhibits"]),
                ]
                for bound in BOUNDS
            ],
        ),
        "",
        *table(
            ("level", "p-values at or below", "observed / nominal"),
            [
                [
                    f"{level:g}",
                    f"{total[f'p {level:g}']:,}",
                    f"{total[f'p {level:g}'] / total['innocents'] / level:.3f}",
                ]
                for level in LEVELS
            ],
        ),
        "",
        *table(
            ("kind", "pastes", *(f"{word} at {b:g}" for b in BOUNDS for word in ("attributed", "innocent"))),
            [
                [
                    kind,
                    str(counts["exhibits"]),
                    *(str(counts[f"{word} {b:g}"]) for b in BOUNDS for word in ("attributed", "innocent")),
                ]
                for kind, counts in by_kind.items()
            ],
        ),
        "",
        f"{failed} statements do not hold." if failed else "Every statement holds.",
    ]
    figures = {"circumstances": asdict(where), "kinds": {kind: dict(c) for kind, c in by_kind.items()}}
    save("clipboard_innocents", lines, figures, quick=options.quick)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
