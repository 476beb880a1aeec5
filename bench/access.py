"""Whether the statements from access hold: coverage of 90 % sets, groups named wrongly, in simulated leaks.

``python -m bench.access [--quick] [--cases N] [--jobs N]``. In every case 60 people in 6 groups are told
25 facts in briefings and singly; a source drawn from the prior publishes some of what it really had,
which is more than the log says where colleagues talked. The statement is made from the log alone.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.counting import interval, percent
from bench.partial import run_kept
from bench.report import circumstances, save, table
from bench.running import processors
from dyeline.access.channels import behind_channels, classes
from dyeline.access.judge import named_group
from dyeline.access.likelihood import TALKS_WITH
from dyeline.access.model import Assumptions, Circle, Leak
from dyeline.access.posterior import SLACK_UNDER_EACH, UNDER_EACH, believe, credible_set

SEED = 20261127
CASES = 3000
CHUNK = 50
PEOPLE, FACTS, GROUPS, BRIEFINGS, CHANNELS = 60, 25, 6, 8, 2
COVERAGE, WRONG = (0.87, 0.93), 0.02
ASSUMED = Assumptions()


@dataclass(frozen=True, slots=True)
class World:
    """How the simulated people behave; by default as assumed.

    ``kept`` is the part of its usual chance with which a careful source publishes what few know. Sets must
    cover 87 % to 93 % where ``required``.
    """

    words: str
    required: bool
    passing: tuple[float, ...] = (0.0,)
    wholesale: bool = True
    singly: int = 3
    leaks: int = 1
    careful: float = ASSUMED.careful
    kept: float = 0.1
    outside: float = ASSUMED.prior_outside
    unlogged: float = 0.0


MIXED = (0.0, 0.05, 0.15)
WORLDS = (
    World("nothing passed on", True),
    World("colleagues pass on all they have", True, MIXED),
    World("colleagues pass on single facts", True, MIXED, wholesale=False),
    World("always passing on, 15 %", True, passing=(0.15,)),
    World("one fact told singly instead of three", True, MIXED, singly=1),
    World("six facts told singly", True, MIXED, singly=6),
    World("three leaks, other lists", True, MIXED, leaks=3),
    World("no source is careful", True, passing=MIXED, careful=0.0),
    World("log lacks 1 entry in 20", False, passing=MIXED, unlogged=0.05),
    World("passing on 30 %", False, passing=(0.3,)),
    World("never outside", False, passing=MIXED, outside=0.0),
    World("half outside", False, passing=MIXED, outside=0.5),
    World("strategic omission: the rarest 40 % never published", False, passing=MIXED, careful=1.0, kept=0.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One simulated matter. ``source`` is its row in the order of ``sources``."""

    circle: Circle
    leaks: tuple[Leak, ...]
    source: int
    group_of: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """Some cases of one world."""

    world: int
    first: int
    count: int


def draw(world: World, rng: np.random.Generator) -> Case:
    """Return a case of a world."""
    group_of = rng.integers(0, GROUPS, PEOPLE)
    member = group_of[:, None] == np.arange(GROUPS)
    circle = Circle(
        tuple(f"R-{n + 1:03}" for n in range(PEOPLE)),
        tuple(f"group {n + 1}" for n in range(GROUPS)),
        member,
        tuple(f"channel {n + 1}" for n in range(CHANNELS)),
    )
    source = _source(world, rng)
    publishes = float(rng.choice(ASSUMED.publishes))
    passing = float(rng.choice(world.passing))
    careful, quantile = rng.random() < world.careful, float(rng.choice((0.2, 0.4, 0.6)))
    if world.kept == 0.0:
        quantile = 0.4
    leaks = []
    for _ in range(world.leaks):
        log, carried = _briefed(member, world, rng)
        truth = _talked(log, member, passing, world, rng)
        truth |= rng.random(truth.shape) < world.unlogged
        stray = world.leaks > 1 and rng.random() < ASSUMED.stray
        if stray or source == PEOPLE + GROUPS + CHANNELS:
            chance = np.full(FACTS, rng.choice(ASSUMED.outside))
        else:
            has = _had(source, truth, member, carried)
            few = truth.sum(axis=0) < np.quantile(truth.sum(axis=0), quantile)
            kept = np.where(few & careful, world.kept, 1.0)
            chance = np.where(has, publishes * kept, ASSUMED.without)
        names = tuple(f"f{n + 1}" for n in range(FACTS))
        leaks.append(Leak(names, rng.random(FACTS) < chance, log.astype(float), carried.astype(float)))
    return Case(circle, tuple(leaks), source, group_of)


def _source(world: World, rng: np.random.Generator) -> int:
    inside = 1 - ASSUMED.prior_channels - ASSUMED.prior_groups - ASSUMED.prior_outside
    shares = np.array([inside, ASSUMED.prior_groups, ASSUMED.prior_channels])
    shares = np.append(shares / shares.sum() * (1 - world.outside), world.outside)
    kind = int(rng.choice(4, p=shares))
    first = (0, PEOPLE, PEOPLE + GROUPS, PEOPLE + GROUPS + CHANNELS)[kind]
    return first + int(rng.integers((PEOPLE, GROUPS, CHANNELS, 1)[kind]))


def _briefed(
    member: NDArray[np.bool_], world: World, rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    log = np.zeros((PEOPLE, FACTS), dtype=bool)
    carried = np.zeros((CHANNELS, FACTS), dtype=bool)
    for _ in range(BRIEFINGS):
        facts, groups = rng.random(FACTS) < 0.35, rng.random(GROUPS) < 0.4
        log[np.ix_(member[:, groups].any(axis=1), facts)] = True
        carried[rng.integers(CHANNELS)] |= facts
    for row in log:
        row[rng.integers(0, FACTS, world.singly)] = True
    return log, carried


def _talked(
    log: NDArray[np.bool_],
    member: NDArray[np.bool_],
    passing: float,
    world: World,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Return who really had what: the log, and what colleagues told of what they had by the log."""
    colleagues = (member @ member.T) & ~np.eye(PEOPLE, dtype=bool)
    others = np.maximum(colleagues.sum(axis=1, keepdims=True), 1)
    chance = colleagues * passing * np.minimum(1.0, TALKS_WITH / others)
    if world.wholesale:
        told = rng.random(chance.shape) < chance
        return np.asarray(log | (told.astype(int) @ log.astype(int) > 0))
    missed = np.exp(np.log1p(-chance) @ log.astype(float))
    return np.asarray(log | (rng.random(log.shape) < 1 - missed))


def _had(
    source: int, truth: NDArray[np.bool_], member: NDArray[np.bool_], carried: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    if source < PEOPLE:
        return np.asarray(truth[source])
    if source < PEOPLE + GROUPS:
        return np.asarray(truth[member[:, source - PEOPLE]].any(axis=0))
    return np.asarray(carried[source - PEOPLE - GROUPS])


def measure(part: Part) -> Counter[str]:
    """Return counts of the cases of a part, and sums: mass and size of the sets."""
    counts: Counter[str] = Counter()
    for number in range(part.first, part.first + part.count):
        case = draw(WORLDS[part.world], np.random.default_rng([SEED, part.world, number]))
        belief = believe(case.circle, case.leaks, ASSUMED)
        mass = belief.mass
        behind = behind_channels(case.circle, case.leaks)
        chosen = credible_set(belief, classes(case.circle, case.leaks, ASSUMED, behind))
        named = named_group(case.circle, case.leaks, ASSUMED)
        counts["cases"] += 1
        counts["covered"] += int(case.source in chosen.rows)
        counts["mass, millionths"] += round(1e6 * chosen.mass)
        counts["people in set"] += int((chosen.rows < PEOPLE).sum())
        top = int(mass[:PEOPLE].argmax())
        counts["likeliest person is the source"] += int(case.source == top)
        sole = float(mass[top]) >= 0.9
        counts["a person above 0.9"] += int(sole)
        counts["a person above 0.9, wrong"] += int(sole and case.source != top)
        if named is not None:
            right = case.source == PEOPLE + named
            right |= case.source < PEOPLE and int(case.group_of[min(case.source, PEOPLE - 1)]) == named
            counts["group named"] += 1
            counts["group named, wrong"] += int(not right)
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and store the table; return how many required worlds do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.access", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 cases a world; nothing is stored")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--jobs", type=int, default=processors())
    options = parser.parse_args(arguments)
    cases = 100 if options.quick else options.cases
    started = time.monotonic()
    parts = [
        Part(world, first, min(CHUNK, cases - first))
        for world in range(len(WORLDS))
        for first in range(0, cases, CHUNK)
    ]
    found: dict[int, Counter[str]] = {world: Counter() for world in range(len(WORLDS))}
    for part, counts in run_kept(measure, parts, processes=options.jobs, title="access"):
        found[part.world] += counts
    about = circumstances("access", seed=SEED, duration_s=time.monotonic() - started)
    failed = [world for world in range(len(WORLDS)) if WORLDS[world].required and not _holds(found[world])]
    verdict = f"Not held: {', '.join(WORLDS[w].words for w in failed)}." if failed else "All hold."
    lines = [
        "# Who could have been the source, from access alone",
        "",
        *about.lines(),
        "",
        f"{cases:,} simulated leaks a row: {PEOPLE} people in {GROUPS} groups, {FACTS} facts, {BRIEFINGS} briefings of "
        "whole groups, some facts told singly. The statement sees the log only. Sources are drawn from the prior: "
        f"outside {ASSUMED.prior_outside:.0%}, a channel {ASSUMED.prior_channels:.0%}, several of a group together "
        f"{ASSUMED.prior_groups:.0%}, else a person.",
        "",
        *table(HEAD, [_row(WORLDS[world], counts) for world, counts in found.items()]),
        "",
        f"Required in the rows marked *: coverage of {COVERAGE[0]:.0%} to {COVERAGE[1]:.0%}, and of the groups named "
        f"at most {WRONG:.0%} wrong. {verdict} In brackets: 99 % interval of that share. A set is the prefix of the "
        f"likeliest sources that holds about {UNDER_EACH:.0%}, and not below {UNDER_EACH - SLACK_UNDER_EACH:.0%}, "
        "under each of the three rates of passing-on that the statement allows for (nothing, 5 %, 15 %); it holds "
        "more of their mixture. A person is never named from access; the last column shows how often one would have "
        "been, had 0.9 been thought enough, and how often wrongly.",
    ]
    figures = {
        "seed": SEED,
        "commit": about.commit,
        "worlds": [{"world": WORLDS[w].words, "required": WORLDS[w].required, **c} for w, c in found.items()],
    }
    save("access", lines, figures, quick=options.quick)
    return len(failed)


HEAD = (
    "world",
    "coverage of 90 % sets",
    "mass they state",
    "people in them",
    "group named",
    "of these wrong",
    "likeliest person right",
    "a person above 0.9: wrong",
)


def _row(world: World, counts: Counter[str]) -> list[str]:
    cases, named, wrong = counts["cases"], counts["group named"], counts["group named, wrong"]
    low, high = interval(wrong, named)
    least, most = interval(counts["covered"], cases)
    sole = counts["a person above 0.9"]
    return [
        world.words + (" *" if world.required else ""),
        f"{counts['covered'] / cases:.1%} ({100 * least:.1f}-{100 * most:.1f})",
        f"{counts['mass, millionths'] / cases / 1e6:.1%}",
        f"{counts['people in set'] / cases:.1f}",
        f"{percent(named / cases)} %",
        f"{wrong} of {named} ({percent(low)}-{percent(high)} %)" if named else "none named",
        f"{percent(counts['likeliest person is the source'] / cases)} %",
        f"{counts['a person above 0.9, wrong']} of {sole}",
    ]


def _holds(counts: Counter[str]) -> bool:
    covered = counts["covered"] / counts["cases"]
    return (
        COVERAGE[0] <= covered <= COVERAGE[1]
        and counts["group named, wrong"] <= WRONG * counts["group named"]
    )


if __name__ == "__main__":
    raise SystemExit(main())
