"""How many sites it takes: leakers alone and in coalitions, beside an informed decoder, a usual score, and the books.

``python -m bench.codes``: exhibits are drawn site by site (no text), scored by ``trace.score`` exactly as in a trace
against 10,000 codewords, and count as caught when at least one copy that took part is named within the
family bound. ``--part innocents`` runs coalition exhibits against short lists and counts innocents that are named.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from bench.counting import interval
from bench.partial import run_kept
from bench.report import circumstances, save, table
from bench.running import processors
from dyeline.codes.design import probabilities, site_weights
from dyeline.codes.planes import plane_codewords
from dyeline.stats.coalition import Coalition, Strategy, seen_given, site_kinds, written
from dyeline.stats.evidence import Evidence, quantised_likelihood
from dyeline.stats.exacttail import exact_tail
from dyeline.stats.saddlepoint import tail_curve
from dyeline.trace.score import score_evidence

SEED = 20261124
LIST = 10_000
BLOCK_SITES = 16
LEAST_ERROR = 1e-3
EXHIBITS = 300
CHUNK = 10
POWER = 0.99

Rng = np.random.Generator
Words = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Leak:
    """Who leaked how: so many copies mixed with a strategy ("by paragraph" pastes blocks), and the read error."""

    copies: int
    strategy: str
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: sites to try, family bound, and whether it has to hold."""

    leak: Leak
    sites: int
    family: float
    must: bool = True
    even: bool = False


def written_by(words: Words, leak: Leak, variants: NDArray[np.int64], rng: Rng) -> NDArray[np.int64]:
    """Return the symbols that the copies with these words (copies, sites) write together, then misread."""
    sites = words.shape[1]
    if leak.strategy == "by paragraph":
        member = rng.integers(0, leak.copies, -(-sites // BLOCK_SITES))[np.arange(sites) // BLOCK_SITES]
        shown = words[member, np.arange(sites)].astype(np.int64)
    else:
        counts = (words[:, :, None] == np.arange(int(variants.max()))).sum(axis=0)
        strategy: Strategy = leak.strategy  # type: ignore[assignment]
        edges = np.cumsum(written(counts, strategy), axis=1)
        shown = (rng.random((sites, 1)) >= edges[:, :-1] - 1e-12).sum(axis=1)
    wrong = rng.random(sites) < leak.error
    other = (shown + 1 + (rng.random(sites) * (variants - 1)).astype(np.int64)) % variants
    return np.where(wrong, other, shown)


def evidence_of(seen: NDArray[np.int64], prior: NDArray[np.float64], error: float) -> Evidence:
    """Return the evidence of hard readings with a known error."""
    variants = (prior > 0).sum(axis=1)
    e = max(error, LEAST_ERROR)
    loglik = np.full(prior.shape, 1.0) * np.log(e / (variants - 1))[:, None]
    loglik[np.arange(seen.size), seen] = math.log1p(-e)
    return Evidence(
        np.where(prior > 0, quantised_likelihood(loglik), 1.0),
        prior,
        np.full(seen.size, -1),
        np.full(prior.shape, -1),
        np.arange(seen.size) // BLOCK_SITES,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """Exhibits of one row."""

    row: int
    first: int
    exhibits: int


def caught(part: Part) -> Counter[str]:
    """Score exhibits against the whole list; count those with a source named, and with an innocent named."""
    row = ROWS[part.row]
    leak, counts = row.leak, Counter[str]()
    for number in range(part.first, part.first + part.exhibits):
        rng = np.random.default_rng([SEED, part.row, number])
        secret = rng.bytes(32)
        variants = np.full(row.sites, 2)
        weights = site_weights(variants.tolist(), secret, even=[row.even] * row.sites)
        words = plane_codewords(secret, range(LIST), weights)
        members = rng.choice(LIST, leak.copies, replace=False)
        seen = written_by(words[members], leak, variants, rng)
        evidence = evidence_of(seen, probabilities(weights), leak.error)
        scores = score_evidence(evidence, range(LIST), lambda rows, of=words: of[list(rows)])  # type: ignore[misc]
        named = np.flatnonzero(scores.p_value * LIST <= row.family)
        sources = np.isin(named, members)
        counts.update({
            "exhibits": 1, "caught": int(sources.any()), "sources": int(sources.sum()),
            "innocents": int((~sources).any()),
        })  # fmt: skip
    return counts


def informed_sites(leak: Leak, family: float, rng: Rng, *, usual: bool = False) -> float:
    """Return the sites at which ≥ 99 % of exhibits have a member beyond the threshold, by interpolation.

    The informed decoder knows the size of the coalition and its strategy and takes the exact tail of the
    likelihood ratio; the usual one is the symmetric score of Skoric with arcsine biases and a Gaussian threshold.
    """
    need = -math.log10(family / LIST)
    sizes = np.unique(np.geomspace(20 * leak.copies, 1200 * leak.copies**2, 13).astype(int))
    quantiles = []
    for sites in sizes.tolist():
        best = [_strength(leak, sites, rng, usual=usual) for _ in range(100)]
        quantiles.append(float(np.mean(best) - 2.326 * np.std(best)))
        if quantiles[-1] > 1.3 * need:
            break
    reached = np.maximum.accumulate(quantiles)
    if reached[-1] < need:
        return math.inf
    return float(np.exp(np.interp(need, reached, np.log(sizes[: reached.size]))))


def _strength(leak: Leak, sites: int, rng: Rng, *, usual: bool) -> float:
    """Return the greatest -log10 of the chance that the decoder states for a member of one coalition."""
    if usual:
        one = _arcsine(sites, leak.copies, rng)
        words = (rng.random((leak.copies, sites)) < one).astype(np.uint8)
        seen = written_by(words, leak, np.full(sites, 2), rng)
        return float(-norm.logsf(_symmetric(words, seen, one).max() / math.sqrt(sites)) / math.log(10))
    secret = rng.bytes(32)
    weights = site_weights([2] * sites, secret)
    prior = probabilities(weights)
    words = plane_codewords(secret, range(leak.copies), weights)
    evidence = evidence_of(written_by(words, leak, np.full(sites, 2), rng), prior, leak.error)
    strategy: Strategy = leak.strategy  # type: ignore[assignment]
    model, kinds = Coalition(leak.copies, strategy, 1.0), site_kinds(evidence)
    nats = seen_given(evidence, kinds, model, 1) - seen_given(evidence, kinds, model, 0)[:, None]
    score = nats[np.arange(sites), words.astype(np.int64)].sum(axis=1)
    curve = tail_curve(nats, prior)  # within some per cent: enough to say how many sites it takes
    if not curve.score.size:  # no score is beyond the mean: these sites show nothing
        return 0.0
    ln = np.interp(score.max(), curve.score, curve.approximate, left=0.0)
    return float(-ln / math.log(10))


def _arcsine(sites: int, copies: int, rng: Rng) -> NDArray[np.float64]:
    low = math.asin(math.sqrt(1 / (300 * max(copies, 2))))
    return np.asarray(np.sin(rng.uniform(low, math.pi / 2 - low, sites)) ** 2)


def _symmetric(words: Words, seen: NDArray[np.int64], one: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Skoric's symmetric score of codewords: mean 0 and variance 1 a site for an innocent."""
    of_one, of_zero = np.sqrt((1 - one) / one), np.sqrt(one / (1 - one))
    same = np.where(seen == 1, of_one, of_zero)
    other = np.where(seen == 1, -of_zero, -of_one)
    return np.asarray(np.where(words == seen, same, other).sum(axis=1))


def usual_errors(rng: Rng, level: float = 1e-8) -> list[list[str]]:
    """Return how wrong the Gaussian threshold of the usual score is: true chance over stated ``level``."""
    rows = []
    for what in (
        "one leaker, clean",
        "one leaker, 15 % misread",
        "three, interleaving",
        "not ours: random symbols",
    ):
        for sites in (100, 300, 1000):
            ratios = []
            for _ in range(40):
                one = np.clip(_arcsine(sites, 2, rng), 1 / 600, 1 - 1 / 600)
                leak = Leak(3 if "three" in what else 1, "interleaving", 0.15 if "15" in what else 0.0)
                words = (rng.random((leak.copies, sites)) < one).astype(np.uint8)
                seen = written_by(words, leak, np.full(sites, 2), rng)
                if "not ours" in what:
                    seen = rng.integers(0, 2, sites)
                of_one, of_zero = np.sqrt((1 - one) / one), np.sqrt(one / (1 - one))
                values = np.stack(
                    [np.where(seen == 0, of_zero, -of_zero), np.where(seen == 1, of_one, -of_one)], axis=1
                )
                steps, scale = np.rint(values * 200), 200.0
                tail = exact_tail(steps, np.stack([1 - one, one], axis=1), 1.0)
                threshold = np.array([norm.isf(level) * math.sqrt(sites) * scale])
                ratios.append(float(tail.at_least(threshold)[0]) / level)
            rows.append([
                what, str(sites), f"{np.median(ratios):.3g}", f"{np.quantile(ratios, 0.9):.3g}", f"{max(ratios):.3g}",
            ])  # fmt: skip
    return rows


ATTACKS = ("interleaving", "majority", "minority", "minority at random", "coin flip", "highest")
INFORMED_FIVE = {
    "interleaving": 1262, "majority": 510, "minority": 470, "minority at random": 1370, "coin flip": 1740,
    "highest": 630,
}  # fmt: skip
"""Sites at which the rows of five copies are tried are 1.3 times these; the table shows this run's own figures."""

ROWS = (
    Row(Leak(1, "interleaving", 0.05), 66, 1e-6),
    Row(Leak(1, "interleaving", 0.15), 180, 1e-6),
    Row(Leak(2, "interleaving"), 130, 1e-6),
    Row(Leak(2, "highest"), 130, 1e-6, must=False),
    Row(Leak(2, "by paragraph"), 130, 1e-6, must=False),
    *(
        Row(Leak(3, attack), 340, 1e-3, must=attack == "interleaving")
        for attack in (*ATTACKS, "by paragraph")
    ),
    *(Row(Leak(5, attack), int(1.3 * INFORMED_FIVE[attack]), 1e-6) for attack in ATTACKS),
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Coalition exhibits against a short list of innocents."""

    number: int
    exhibits: int


BOUNDS = (0.05, 0.01, 0.001)
INNOCENTS = 40


def framed(part: Crowd) -> Counter[str]:
    """Score coalition exhibits against members and innocents; count exhibits that name an innocent."""
    rng = np.random.default_rng([SEED, 10**6, part.number])
    counts: Counter[str] = Counter()
    for _ in range(part.exhibits):
        binary = int(rng.choice([24, 60, 100, 160, 240]))
        quad = int(rng.choice([0, 0, 12, 40]))
        variants = np.array([2] * binary + [4] * quad)
        rng.shuffle(variants)
        copies = int(rng.integers(2, 6))
        attack = str(rng.choice([*ATTACKS, "lowest", "by paragraph"]))
        leak = Leak(copies, attack, float(rng.choice([0.0, 0.0, 0.05, 0.2])))
        secret = rng.bytes(32)
        weights = site_weights(variants.tolist(), secret)
        words = plane_codewords(secret, range(copies + INNOCENTS), weights)
        seen = written_by(words[:copies], leak, variants, rng)
        believed = leak.error * float(rng.choice([0.3, 1.0, 2.0]))
        evidence = evidence_of(seen, probabilities(weights), believed)
        scores = score_evidence(
            evidence,
            range(words.shape[0]),
            lambda rows, of=words: of[list(rows)],  # type: ignore[misc]
        )
        family = scores.p_value * words.shape[0]
        counts["exhibits"] += 1
        for bound in BOUNDS:
            counts[f"innocent {bound:g}"] += bool((family[copies:] <= bound).any())
            counts[f"caught {bound:g}"] += bool((family[:copies] <= bound).any())
        counts[f"{attack} exhibits"] += 1
        counts[f"{attack} innocent"] += bool((family[copies:] <= BOUNDS[0]).any())
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the tables; return how many statements do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.codes", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thirtieth; nothing is stored")
    parser.add_argument("--part", choices=("power", "innocents"), default="power")
    parser.add_argument("--exhibits", type=int, default=0, help="a row (300) or of innocents (100,000)")
    parser.add_argument(
        "--rows", default="", help="numbers of rows to run, for example 0,1,2; nothing is stored"
    )
    parser.add_argument("--jobs", type=int, default=processors())
    options = parser.parse_args(arguments)
    started = time.monotonic()
    if options.part == "innocents":
        lines, figures, failed = _innocents(options)
        name, heading = "codes_innocents", "# Codes: innocents beside coalitions"
    else:
        lines, figures, failed = _power(options)
        name, heading = "codes", "# Codes: sites needed"
    where = circumstances("codes", seed=SEED, duration_s=time.monotonic() - started)
    closing = ["", f"{failed} statements do not hold." if failed else "Every statement holds."]
    save(
        name, [heading, "", *where.lines(), "", *lines, *closing],
        {"circumstances": asdict(where), **figures}, quick=options.quick or bool(options.rows),
    )  # fmt: skip
    return failed


def _power(options: argparse.Namespace) -> tuple[list[str], dict[str, Any], int]:
    exhibits = (options.exhibits or EXHIBITS) // (30 if options.quick else 1)
    chosen = [int(k) for k in options.rows.split(",") if k] or list(range(len(ROWS)))
    parts = [Part(k, i, min(CHUNK, exhibits - i)) for k in chosen for i in range(0, exhibits, CHUNK)]
    by_row: dict[int, Counter[str]] = {k: Counter() for k in chosen}
    for part, counts in run_kept(caught, parts, processes=options.jobs, title="codes"):
        by_row[part.row].update(counts)
    rng = np.random.default_rng(SEED)
    rows, figures, failed = [], [], 0
    for k in chosen:
        row, counts = ROWS[k], by_row[k]
        leak, whole = row.leak, by_row[k]["exhibits"]
        pasted = leak.strategy == "by paragraph"
        simple = Leak(leak.copies, "interleaving", leak.error) if pasted else leak
        informed = math.nan if pasted else informed_sites(simple, row.family, rng)
        usual = informed_sites(leak, row.family, rng, usual=True)
        held = counts["caught"] >= POWER * whole and counts["innocents"] <= row.family * whole + 1
        held = held and (leak.copies < 5 or row.sites <= 1.3 * informed + 1) and usual > row.sites
        failed += row.must and not held
        logs = math.log(LIST / row.family)
        c = leak.copies
        rows.append([
            str(c), leak.strategy, f"{100 * leak.error:.0f} %", f"{row.family:g}", str(row.sites),
            f"{100 * counts['caught'] / whole:.1f} %", f"{counts['sources'] / whole:.2f}", str(counts["innocents"]),
            f"{informed:.0f}", f"{usual:.0f}",
            *(f"{f * c * c * logs:.0f}" for f in (100, math.pi**2, math.pi**2 / 2, 2)),
            "PASS" if held else ("FAIL" if row.must else "short"),
        ])  # fmt: skip
        figures.append(
            {
                **asdict(leak),
                "sites": row.sites,
                "family": row.family,
                **counts,
                "informed": informed,
                "usual": usual,
            }
        )
    wrong = usual_errors(rng)
    lines = [
        f"{LIST:,} recipients, hard readings with known error, {exhibits} exhibits a row. `caught`: at least one copy",
        "that took part is named within the family bound; `named`: of those that took part, on average; `innocents`:",
        "exhibits that name one. `informed`: sites that a single-copy decoder needs which knows size and strategy",
        "(same code).",
        "`usual`: Skoric's symmetric score, arcsine biases, Gaussian threshold. All for 99 % of exhibits. Published",
        "lengths, no read error: Tardos 100, Skoric pi^2, Laarhoven and de Weger pi^2/2 (asymptotic), capacity 2,",
        "times c^2 ln(n/family).",
        "",
        *table(
            ("copies", "strategy", "misread", "family", "sites", "caught", "named", "innocents", "informed", "usual",
             "Tardos", "Skoric", "L-dW", "capacity", ""),
            rows,
        ),
        "",
        "What the usual threshold states and what is true: chance that an innocent passes the Gaussian threshold for",
        "1e-8, divided by 1e-8 (exact convolution, 40 exhibits each). Above 1 innocents are accused too often.",
        "",
        *table(("exhibit", "sites", "median", "90 %", "greatest"), wrong),
    ]  # fmt: skip
    return lines, {"rows": figures, "usual": wrong}, failed


def _innocents(options: argparse.Namespace) -> tuple[list[str], dict[str, Any], int]:
    exhibits = (options.exhibits or 100_000) // (30 if options.quick else 1)
    parts = [Crowd(k, min(100, exhibits - k)) for k in range(0, exhibits, 100)]
    total: Counter[str] = Counter()
    for _, counts in run_kept(framed, parts, processes=options.jobs, title="innocents"):
        total.update(counts)
    whole, failed, rows = total["exhibits"], 0, []
    for bound in BOUNDS:
        hits = total[f"innocent {bound:g}"]
        low, high = interval(hits, whole)
        held = hits <= bound * whole
        failed += not held
        rows.append([
            f"{bound:g}", f"{hits:,}", f"{hits / whole:.2g}", f"{low:.2g}-{high:.2g}",
            f"{100 * total[f'caught {bound:g}'] / whole:.0f} %", "PASS" if held else "FAIL",
        ])  # fmt: skip
    kinds = sorted(name.removesuffix(" exhibits") for name in total if name.endswith(" exhibits"))
    by_kind = [
        [kind, f"{total[f'{kind} exhibits']:,}", f"{total[f'{kind} innocent']:,}",
         f"{total[f'{kind} innocent'] / max(1, total[f'{kind} exhibits']):.2g}"]
        for kind in kinds
    ]  # fmt: skip
    lines = [
        f"{whole:,} exhibits of coalitions of two to five, each against {INNOCENTS} innocents and the members; 24 to",
        "240 binary and 0 to 40 sites of four symbols; read error 0 to 20 %, believed right or wrong by 0.3 or 2.",
        "",
        *table(("bound", "innocent named", "share", "99 % interval", "member named", ""), rows),
        "",
        *table(("strategy", "exhibits", f"innocent named at {BOUNDS[0]:g}", "share"), by_kind),
    ]
    return lines, {"counts": dict(total)}, failed


if __name__ == "__main__":
    raise SystemExit(main())
