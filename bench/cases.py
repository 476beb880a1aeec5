"""Cases: how often an innocent is ever named, how few exhibits suffice, how long combining takes.

``python -m bench.cases [--quick] [--cases N] [--jobs N]``. Exhibits are readings, made without the copies of
the innocents. Somebody who wants an innocent named chooses, at every look, which exhibits to add, in
which batches, when to stop, and what to take out afterwards.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.counting import percent, shown_interval
from bench.partial import run_kept
from bench.report import circumstances, save, table
from bench.running import processors
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.model.readings import Readings
from dyeline.model.sites import Place, Site
from dyeline.trace.case import combine
from dyeline.trace.case_merge import (
    CaseCirculation,
    CaseExhibit,
    CaseReading,
    deciding_parts,
    in_order,
)
from dyeline.trace.case_parts import Memory
from dyeline.trace.case_people import compared_people
from dyeline.trace.case_score import CaseScores, deciding, fixed_set_p, score_case
from dyeline.trace.score import Scores, score_copies
from dyeline.trace.shelf import ShelvedCirculation, ShelvedCopy

SEED = 20261124
CASES = 20_000
CHUNK = 50
BOUND = 1e-2
LEVELS = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3)
WANTS = ("more of what favours", "like what favoured", "two at a time", "at random", "least first")
SITES, POOL, LOOKS = 28, 7, 5
NAIVE_EVERY = 10


@dataclass(frozen=True, slots=True)
class Part:
    """Some simulated cases."""

    first: int
    count: int


def circulation(label: str, people: Sequence[int], sites: int, rng: np.random.Generator) -> CaseCirculation:
    """Return a circulation: binary and fourfold sites, some of them under style sheets, paragraphs of six."""
    made = []
    for k in range(sites):
        texts = ("a", "b", "c", "d") if k % 5 == 4 else ("a", "b")
        styles = (0, 1) if k % 5 < 2 else ()
        made.append(Site(str(k), "t/1", f"class{k % 3}", (Place(k * 10, k * 10 + 1, texts),), styles))
    copies = tuple(ShelvedCopy(n, f"{label}:{n}", f"R-{person:05}") for n, person in enumerate(people))
    shelved = ShelvedCirculation(label, tuple(made), rng.bytes(32), NEW_SCHEME, copies)
    return CaseCirculation(shelved, tuple(range(0, sites * 10, 60)))


def words(listed: CaseCirculation) -> NDArray[np.uint8]:
    """Return the codewords of all copies, (copies, sites)."""
    one = listed.circulation
    weights = site_weights([site.variants for site in one.sites], one.secret)
    return codewords_of(one.scheme, one.secret, [copy.index for copy in one.copies], weights)


def reading(
    listed: CaseCirculation,
    symbols: NDArray[np.int64],
    seen: NDArray[np.bool_],
    clarity: float,
    *,
    scored: bool = False,
) -> CaseReading:
    """Return what an exhibit says that shows these symbols at the sites seen. Scores of it alone are left out."""
    one = listed.circulation
    variants = np.array([site.variants for site in one.sites])
    loglik = np.full((variants.size, int(variants.max())), -clarity)
    loglik[np.arange(variants.size), symbols % variants] = 0.0
    beyond = np.arange(loglik.shape[1])[None, :] >= variants[:, None]
    loglik = np.where(beyond, loglik[:, :1], loglik)
    loglik[~seen] = 0.0
    indices = np.arange(len(one.copies))
    scores = (
        score_copies(
            Readings(loglik), one.sites, listed.block_starts, one.secret, one.scheme, indices.tolist()
        )
        if scored
        else Scores(np.ones(indices.size), np.zeros(indices.size))
    )
    return CaseReading(one.label, Readings(loglik), indices, scores)


def pool_of_exhibits(
    listed: dict[str, CaseCirculation], guilty: set[str], rng: np.random.Generator
) -> list[CaseExhibit]:
    """Return exhibits that no innocent contributed to: noise, one style, leaks, mixtures, reprints of these."""
    made: list[CaseExhibit] = []
    for number in range(POOL):
        if made and rng.random() < 0.2:
            known = made[int(rng.integers(len(made)))]
            made.append(replace(known, label=f"EX-{number}", sha256=rng.bytes(8).hex()))
            continue
        names = list(listed) if rng.random() < 0.2 else [str(rng.choice(list(listed)))]
        compared = tuple(_found(listed[name], guilty, rng) for name in names)
        made.append(CaseExhibit(f"EX-{number}", rng.bytes(8).hex(), "", "insufficient", compared))
    return made


def _found(listed: CaseCirculation, guilty: set[str], rng: np.random.Generator) -> CaseReading:
    book = words(listed).astype(np.int64)
    sites = book.shape[1]
    own = [n for n, copy in enumerate(listed.circulation.copies) if copy.recipient in guilty]
    symbols = rng.integers(0, 4, sites)
    kind = int(rng.integers(4))
    if kind == 0:
        symbols[:] = 0
    elif kind > 1 and own:
        source = rng.choice(own, sites) if kind == 2 else np.full(sites, rng.choice(own))
        symbols = np.where(rng.random(sites) < 0.1, symbols, book[source, np.arange(sites)])
    begin, length = int(rng.integers(0, sites - 4)), int(rng.integers(4, sites))
    seen = (np.arange(sites) >= begin) & (np.arange(sites) < begin + length)
    return reading(listed, symbols, seen, float(rng.uniform(0.5, 7.0)))


def measure(part: Part) -> Counter[str]:
    """Return counts over the cases: how many ever had an innocent at or below each level, and by naive rules."""
    counts: Counter[str] = Counter()
    for number in range(part.first, part.first + part.count):
        rng = np.random.default_rng([SEED, number])
        want = WANTS[number % len(WANTS)]
        listed = {
            "X-001": circulation("X-001", range(10), SITES, rng),
            "X-002": circulation("X-002", range(5, 16), SITES, rng),
        }
        guilty = {f"R-{int(n):05}" for n in rng.choice(16, int(rng.integers(0, 4)), replace=False)}
        lowest, narrowed, naive = _pressed(listed, guilty, want, rng, naive=number % NAIVE_EVERY == 0)
        counts["cases"] += 1
        counts[f"cases {want}"] += 1
        for level in LEVELS:
            counts[f"ever {level:g}"] += lowest <= level
        counts[f"named {want}"] += lowest <= BOUND
        counts["narrowed wrongly"] += narrowed
        if naive is not None:
            counts["naive cases"] += 1
            counts["naive p"] += naive[0] <= BOUND
            counts["naive sum"] += naive[1] <= BOUND
    return counts


def _pressed(
    listed: dict[str, CaseCirculation],
    guilty: set[str],
    want: str,
    rng: np.random.Generator,
    *,
    naive: bool,
) -> tuple[float, bool, tuple[float, float] | None]:
    """Return the lowest family-wise p that an innocent ever had, whether innocents alone were narrowed to,
    and the lowest by two naive rules."""
    memory: Memory = {}
    pool = pool_of_exhibits(listed, guilty, rng)
    case: list[CaseExhibit] = []
    lowest, naive_p, naive_sum, favoured = 1.0, 1.0, 1.0, ""
    for look in range(LOOKS):
        size = 2 if want == "two at a time" else 1
        for _ in range(min(size, len(pool))):
            chosen = _choice(pool, case, favoured, listed, want, rng)
            case.append(replace(pool.pop(chosen), batch=f"{look:03}"))
        scores, innocent = _looked(case, listed, guilty, memory)
        lowest = min(lowest, float(scores.family_wise_p[innocent].min(initial=1.0)))
        if innocent.any():
            favoured = scores.recipients[int(np.where(innocent, scores.e_nats, -np.inf).argmax())]
        if naive:
            naive_p = min(naive_p, _naive_p(case, listed, innocent, memory))
            naive_sum = min(naive_sum, _naive_sum(case, listed, guilty))
    finding = combine(case, listed, bound=BOUND, memory=memory).same_source
    narrowed = finding.outcome == "narrowed" and not {c.recipient for c in finding.candidates} & guilty
    for _ in range(2):  # whatever helps most is taken out, twice
        trials = [
            [replace(one, removed="~") if one is out else one for one in case]
            for out in case
            if not out.removed
        ]
        found = [_looked(trial, listed, guilty, memory) for trial in trials]
        least = [float(scores.family_wise_p[innocent].min(initial=1.0)) for scores, innocent in found]
        if least:
            lowest = min(lowest, *least)
            case = trials[int(np.argmin(least))]
    return lowest, narrowed, (naive_p, naive_sum) if naive else None


def _looked(
    case: Sequence[CaseExhibit], listed: dict[str, CaseCirculation], guilty: set[str], memory: Memory
) -> tuple[CaseScores, NDArray[np.bool_]]:
    ordered = in_order(case)
    scores = score_case(ordered, deciding(ordered, deciding_parts(ordered)), listed, memory)
    return scores, np.array([recipient not in guilty for recipient in scores.recipients], dtype=np.bool_)


def _choice(
    pool: Sequence[CaseExhibit],
    case: Sequence[CaseExhibit],
    favoured: str,
    listed: dict[str, CaseCirculation],
    want: str,
    rng: np.random.Generator,
) -> int:
    """Return the number of the exhibit to add, chosen from all that the looks so far have shown."""
    if want == "at random" or not favoured:
        return int(rng.integers(len(pool)))
    seen: dict[str, NDArray[np.bool_]] = {}
    for one in case:
        for part in one.compared:
            seen[part.circulation] = seen.get(part.circulation, False) | part.readings.read
    worth = []
    for one in pool:
        known = fresh = 0.0
        for part in one.compared:
            book = listed[part.circulation]
            held = [n for n, copy in enumerate(book.circulation.copies) if copy.recipient == favoured]
            old = seen.get(part.circulation, np.zeros(SITES, dtype=np.bool_))
            fresh += float(part.readings.information[~old].sum()) if held else 0.0
            for copy in held:
                own = words(book)[copy].astype(np.int64)
                known += float(part.readings.loglik[np.arange(SITES), own][old].sum())
        worth.append({"like what favoured": known, "least first": -fresh}.get(want, fresh))
    return int(np.argmax(worth))


def _naive_p(
    case: Sequence[CaseExhibit],
    listed: dict[str, CaseCirculation],
    innocent: NDArray[np.bool_],
    memory: Memory,
) -> float:
    """Return the lowest family-wise p of the merged readings, taken anew at every look as if it were the first."""
    ordered = in_order(case)
    people = compared_people(ordered, listed)
    decided = deciding(ordered, deciding_parts(ordered))
    p_value = fixed_set_p(decided, people, np.arange(len(people)), memory)
    return float(p_value[innocent].min(initial=1.0) * innocent.size)


def _naive_sum(case: Sequence[CaseExhibit], listed: dict[str, CaseCirculation], guilty: set[str]) -> float:
    """Return the lowest n / LR when the likelihood ratios of all exhibits are multiplied, repeated sites and all."""
    total: Counter[str] = Counter()
    people = {copy.recipient for one in listed.values() for copy in one.circulation.copies}
    for exhibit in case:
        for part in exhibit.compared:
            one = listed[part.circulation]
            indices = part.indices.tolist()
            scores = score_copies(
                part.readings,
                one.circulation.sites,
                one.block_starts,
                one.circulation.secret,
                one.circulation.scheme,
                indices,
            )
            for copy, value in zip(one.circulation.copies, scores.mixture_nats.tolist(), strict=True):
                total[copy.recipient] += value
    return float(np.exp(np.log(len(people)) - max([total[who] for who in people - guilty], default=0.0)))


def power(rng: np.random.Generator, trials: int) -> list[list[str]]:
    """Return rows: share of cases that name the source, together and alone, by exhibits and sites in each."""
    rows = []
    for sites in (8, 12, 20):
        for exhibits in (1, 2, 3, 5, 8):
            together = alone = others = 0
            for _ in range(trials):
                listed = {f"X-{k}": circulation(f"X-{k}", range(100), sites, rng) for k in range(exhibits)}
                case = []
                for k, one in enumerate(listed.values()):
                    symbols = words(one)[7].astype(np.int64)
                    symbols = np.where(rng.random(sites) < 0.05, rng.integers(0, 4, sites), symbols)
                    found = reading(one, symbols, np.ones(sites, dtype=np.bool_), 3.0, scored=True)
                    case.append(CaseExhibit(f"EX-{k}", f"{k}", f"{k:03}", "insufficient", (found,)))
                finding = combine(case, listed, bound=1e-3)
                named = {c.recipient for c in finding.same_source.candidates}
                single = {c.recipient for one in finding.independent for c in one.candidates
                          if one.outcome == "attributed"}  # fmt: skip
                attributed = finding.same_source.outcome == "attributed"
                together += attributed and "R-00007" in named
                others += attributed and bool(named - {"R-00007"})
                alone += "R-00007" in single
            rows.append(
                [
                    str(sites),
                    str(exhibits),
                    f"{percent(together / trials)} %",
                    f"{percent(alone / trials)} %",
                    str(others),
                ]
            )
    return rows


def speed(rng: np.random.Generator) -> list[list[str]]:
    """Return rows: CPU seconds to combine 10 exhibits with 10,000 recipients, from readings and from memory."""
    rows = []
    for circulations, sites in ((1, 1000), (10, 100), (10, 400)):
        listed = {f"X-{k}": circulation(f"X-{k}", range(10_000), sites, rng) for k in range(circulations)}
        case = []
        for k in range(10):
            one = listed[f"X-{k % circulations}"]
            seen = np.ones(sites, dtype=np.bool_)
            if circulations == 1:
                seen = (np.arange(sites) >= 90 * k) & (np.arange(sites) < 90 * k + 150)
            symbols = words(one)[7].astype(np.int64)
            case.append(
                CaseExhibit(f"EX-{k}", f"{k}", f"{k:03}", "insufficient", (reading(one, symbols, seen, 3.0),))
            )
        memory: Memory = {}
        spent = []
        for _ in range(2):
            started = time.process_time()
            combine(case, listed, bound=1e-3, memory=memory)
            spent.append(time.process_time() - started)
        rows.append([str(circulations), f"{sites:,}", f"{spent[0]:.2f}", f"{spent[1]:.2f}"])
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the tables; return how many statements do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.cases", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fiftieth; nothing is stored")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--jobs", type=int, default=processors())
    options = parser.parse_args(arguments)
    cases = options.cases // (50 if options.quick else 1)
    started = time.monotonic()
    rng = np.random.default_rng(SEED)
    fast = speed(rng)
    strong = power(rng, 5 if options.quick else 100)
    parts = [Part(k, min(CHUNK, cases - k)) for k in range(0, cases, CHUNK)]
    counts: Counter[str] = Counter()
    for _, found in run_kept(measure, parts, processes=options.jobs, title="cases"):
        counts.update(found)
    where = circumstances("cases", seed=SEED, duration_s=time.monotonic() - started)
    lines, failed = _lines(counts, strong, fast)
    figures = {
        "circumstances": asdict(where),
        "counts": dict(sorted(counts.items())),
        "power": strong,
        "speed": fast,
    }
    save("cases", ["# Cases", "", *where.lines(), "", *lines], figures, quick=options.quick or cases < CASES)
    return failed


def _lines(counts: Counter[str], strong: list[list[str]], fast: list[list[str]]) -> tuple[list[str], int]:
    whole, failed = counts["cases"], 0
    lines = [
        f"{whole:,} cases of up to {POOL} exhibits, 16 recipients on two lists, 0 to 3 of them sources. Somebody",
        "chooses, from all that the looks so far have shown, which exhibit to add next, looks after each, and at",
        "the end takes out the two whose absence helps most. Counted is the lowest family-wise p that any",
        "innocent had at any of these looks.",
        "",
    ]
    rows = []
    for level in LEVELS:
        hits = counts[f"ever {level:g}"]
        held = hits <= level * whole
        failed += not held
        rows.append(
            [
                f"{level:g}",
                f"{hits:,}",
                f"{percent(hits / whole)} %",
                f"{shown_interval(hits, whole)} %",
                "PASS" if held else "FAIL",
            ]
        )
    lines += table(("level", "cases with an innocent ever at or below", "share", "99 % interval", ""), rows)
    wrong = counts["narrowed wrongly"]
    failed += wrong > BOUND * whole
    lines += [
        "",
        f"Narrowed to innocents alone at bound {BOUND:g}, at the last look: {wrong:,} ({percent(wrong / whole)} %).",
        "",
    ]
    rows = [[want, f"{counts[f'cases {want}']:,}", f"{counts[f'named {want}']:,}"] for want in WANTS]
    lines += table(("what is added next", "cases", f"an innocent ever named at {BOUND:g}"), rows)
    naive = counts["naive cases"]
    lines += [
        "",
        f"The same pressure on two usual ways of combining, bound {BOUND:g}, {naive:,} of these cases:",
        "",
    ]
    rows = [
        [
            "exact p-value of the merged readings, read anew at every look",
            f"{counts['naive p']:,}",
            f"{percent(counts['naive p'] / max(1, naive))} %",
        ],
        [
            "likelihood ratios of all exhibits multiplied, repeated sites too",
            f"{counts['naive sum']:,}",
            f"{percent(counts['naive sum'] / max(1, naive))} %",
        ],
    ]
    lines += table(("rule", "an innocent ever named", "share"), rows)
    lines += [
        "",
        "Power: 100 recipients, bound 0.001, every exhibit from another document, 5 % of the sites misread.",
        "",
    ]
    lines += table(
        ("sites an exhibit", "exhibits", "source named together", "source named alone", "others named"),
        strong,
    )
    lines += ["", "Combining 10 exhibits with 10,000 recipients, CPU seconds:", ""]
    lines += table(("circulations", "sites each", "from readings", "from remembered scores"), fast)
    lines += ["", f"{failed} statements do not hold." if failed else "Every statement holds."]
    return lines, failed


if __name__ == "__main__":
    raise SystemExit(main())
