"""The finding on one exhibit, recomputed for every copy that it names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dyeline_verify.circulation import Circulation, Opened
from dyeline_verify.coalition import JOINT_VERSION
from dyeline_verify.evidence import Read, gather
from dyeline_verify.lattice import log_sum
from dyeline_verify.models import MODELS_VERSION, TAIL_VERSION
from dyeline_verify.readings import Reading
from dyeline_verify.refusal import Refused
from dyeline_verify.score import Prepared, Recomputed, recompute
from dyeline_verify.strict import field

RULES_VERSION: Final = "outcome-rules/4"
SMALLEST: Final = 1e-300
RATIO_NATS: Final = 1e-6
"""Two computations of one logarithm of a likelihood ratio differ by no more than this."""
P_SHARE: Final = 0.01
"""… and of one p-value by no more than this share of it (long sums go through a Fourier transform)."""

PRIOR_NONE: Final = 0.5
SYSTEM_ERROR: Final = 1e-6
NARROW_SHARE: Final = 0.95
PAIR_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One examined exhibit: its finding as the log has it, its readings, and its place in the order of looks.

    ``received`` is the entry of its coming in.
    """

    label: str
    sha256: str
    received: int
    batch: str
    removed: bool
    finding: Mapping[str, Any]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """One named copy after recomputing: what was stated, what came out, and whether that carries the finding.

    ``rests_on`` is "single" where the stated p-value came out, "joint" where it is smaller because of what
    the copy explains beside others; then ``family_wise`` is what the other named copies alone give.
    """

    exhibit: str
    copy: str
    stated_p: float
    found: Recomputed
    family: int
    rests_on: str
    family_wise: float
    carries: bool


def check_exhibit(
    exhibit: Exhibit,
    single: Mapping[str, Any],
    circulations: Mapping[str, Circulation],
    opened: Mapping[str, Opened],
) -> list[Checked]:
    """Return every copy that a finding names, recomputed. ``single`` has the bound and candidates to check."""
    what = f"the finding on {exhibit.label}"
    _known_methods(field(exhibit.finding, "methods", dict, what), what)
    bound = field(single, "bound", float, what)
    outcome = field(single, "outcome", str, what)
    candidates = field(single, "candidates", list, what)
    family = sum(len(reading.indices) for reading in exhibit.readings)
    named = [opened_copy(candidate, opened, what) for candidate in candidates]
    checked = []
    for candidate, copy in zip(candidates, named, strict=True):
        reading = next((one for one in exhibit.readings if one.circulation == copy.circulation), None)
        if reading is None or copy.index not in reading.p_value:
            raise Refused(f"{what} names {copy.copy}, which was not among the copies compared")
        others = [one.codeword for one in named if one.circulation == copy.circulation and one is not copy]
        found = recompute(prepared(reading, circulations), copy.codeword, others)
        checked.append(_candidate(exhibit, candidate, copy, reading, found, family, bound, outcome))
    _check_outcome(exhibit, outcome, bound, named, family, what)
    _check_posterior(exhibit, candidates, named, single, what)
    return checked


def opened_copy(candidate: object, opened: Mapping[str, Opened], what: str) -> Opened:
    """Return the opening of the copy that a candidate is about."""
    if not isinstance(candidate, dict) or candidate.get("copy") not in opened:
        raise Refused(f"{what} names a copy whose codeword is not shown")
    copy = opened[candidate["copy"]]
    if candidate.get("recipient") != copy.recipient:
        raise Refused(f"{what} gives {copy.copy} to another recipient than the commitment does")
    return copy


def reads_of(
    reading: Reading, circulation: Circulation, *, rows: set[int] | None = None, part: int = 0
) -> list[Read]:
    """Return what was read of a circulation, or of some of its sites."""
    if reading.sites != len(circulation.sites):
        raise Refused(f"the readings of {circulation.label} are about another number of sites")
    kept = [(row, values) for row, values in reading.loglik if rows is None or row in rows]
    return gather(kept, circulation.sites, circulation.weights, circulation.blocks, part=part)


def prepared(reading: Reading, circulations: Mapping[str, Circulation]) -> Prepared:
    """Return what an exhibit shows of a circulation, ready for scoring."""
    if reading.circulation not in circulations:
        raise Refused(f"the sites of {reading.circulation}, which names a copy, are not enclosed")
    return Prepared.of(reads_of(reading, circulations[reading.circulation]))


def same_ratio(stated_log10: float, nats: float) -> bool:
    """Tell whether a stated log10 of a ratio is the recomputed one."""
    return abs(stated_log10 * math.log(10) - nats) <= RATIO_NATS * max(1.0, abs(nats))


def same_p(stated: float, found: float) -> bool:
    """Tell whether a stated chance is the recomputed one."""
    found = max(found, SMALLEST)
    return abs(stated - found) <= P_SHARE * max(stated, found)


def _known_methods(methods: Mapping[str, Any], what: str) -> None:
    known = {"models": MODELS_VERSION, "tail": TAIL_VERSION, "rules": RULES_VERSION}
    for name, version in known.items():
        if methods.get(name) != version:
            raise Refused(
                f"{what} was made with {name} {methods.get(name)!r}; this program knows {version!r} ({JOINT_VERSION})"
            )


def _candidate(
    exhibit: Exhibit,
    candidate: Mapping[str, Any],
    copy: Opened,
    reading: Reading,
    found: Recomputed,
    family: int,
    bound: float,
    outcome: str,
) -> Checked:
    what = f"the finding on {exhibit.label} about {copy.copy}"
    p, whole = field(candidate, "p_value", float, what), field(candidate, "family_wise_p", float, what)
    if not same_ratio(field(candidate, "log10_lr", float, what), found.mixture_nats):
        raise Refused(f"{what} states another likelihood ratio than its codeword gives")
    if abs(reading.mixture_nats[copy.index] - found.mixture_nats) > RATIO_NATS * max(
        1.0, abs(found.mixture_nats)
    ):
        raise Refused(f"{what}: the record has another likelihood ratio than its codeword gives")
    on_record = reading.p_value[
        copy.index
    ]  # 0 where no float holds it; what is stated is then the smallest shown
    if not same_p(p, on_record) or not same_p(whole, min(1.0, on_record * family)):
        raise Refused(
            f"{what} states a chance that does not follow from the record of {family} copies compared"
        )
    if outcome == "narrowed":  # rests on the mean over the list, not on a copy's own chance
        return Checked(exhibit.label, copy.copy, p, found, family, "list", whole, True)
    if same_p(p, found.p_value):
        return Checked(exhibit.label, copy.copy, p, found, family, "single", whole, whole <= bound)
    if p > found.p_value:
        raise Refused(f"{what} states a chance of {p:.3g}; its codeword gives {found.p_value:.3g}")
    shown = min(1.0, (found.p_value if found.joint_p_value is None else found.joint_p_value) * family)
    return Checked(exhibit.label, copy.copy, p, found, family, "joint", shown, shown <= bound)


def _check_outcome(
    exhibit: Exhibit, outcome: str, bound: float, named: Sequence[Opened], family: int, what: str
) -> None:
    """Check the outcome against the chances and ratios on record of all copies compared."""
    at_bound = {
        (reading.circulation, index)
        for reading in exhibit.readings
        for index, p in reading.p_value.items()
        if min(1.0, p * family) <= bound
    }
    listed = {(copy.circulation, copy.index) for copy in named}
    if at_bound != (listed if outcome == "attributed" else set()):
        raise Refused(f"{what} does not name exactly those copies that the record has at or below the bound")
    if outcome == "narrowed":
        ratios = [nats for reading in exhibit.readings for nats in reading.mixture_nats.values()]
        mean = log_sum(ratios) - math.log(len(ratios))
        if mean < -math.log((1 - PAIR_SHARE) * bound) and not exhibit.finding.get("together"):
            raise Refused(f"{what} is narrowed without the evidence on record that this needs")
    if outcome not in ("attributed", "narrowed") and listed:
        raise Refused(f"{what} names copies although it is {outcome!r}")


def _check_posterior(
    exhibit: Exhibit,
    candidates: Sequence[Mapping[str, Any]],
    named: Sequence[Opened],
    single: Mapping[str, Any],
    what: str,
) -> None:
    """Check the posteriors of the copies named, from the ratios on record of all that were compared."""
    ratios = [nats for reading in exhibit.readings for nats in reading.mixture_nats.values()]
    if not ratios:
        return
    rest = log_sum(reading.rest_nats for reading in exhibit.readings)

    def capped(nats: float) -> float:
        return -_log_add(-nats, math.log(SYSTEM_ERROR)) if nats > -math.inf else -math.inf

    each = math.log((1.0 - PRIOR_NONE) / len(ratios))
    whole = log_sum([*(each + capped(nats) for nats in ratios), each + rest, math.log(PRIOR_NONE)])
    for candidate, copy in zip(candidates, named, strict=True):
        reading = next(one for one in exhibit.readings if one.circulation == copy.circulation)
        chance = math.exp(each + capped(reading.mixture_nats[copy.index]) - whole)
        if abs(chance - field(candidate, "posterior", float, what)) > 1e-6:
            raise Refused(f"{what} states another posterior for {copy.copy} than the record gives")
    none = single.get("none_of_these")
    if isinstance(none, dict) and named:
        if abs(math.exp(math.log(PRIOR_NONE) - whole) - field(none, "posterior", float, what)) > 1e-6:
            raise Refused(f"{what} states another posterior for 'none of these' than the record gives")


def _log_add(a: float, b: float) -> float:
    return log_sum((a, b))
