"""The finding on a case: several exhibits, recipients with several copies, two assumptions side by side.

*Same source*: all exhibits descend from copies of one recipient. His evidence is multiplied up over
exhibits; a site counts once (``trace.case_merge``).

*Independent*: nothing is assumed; every exhibit is judged alone, at its share of the bound.

The outcomes are those of a single exhibit (``trace.judge``), the unit is the recipient:

1. No exhibit holds a passage of ours: ``not_ours``; none has a mark that can be read: ``no_readable_mark``.
2. A recipient whose family-wise p is at or below the bound: ``attributed``, listing exactly these.
3. The mean running likelihood ratio of the list reaches 1/bound, and 2 to ``NARROW_MOST`` recipients
   hold ``NARROW_SHARE`` of it: ``narrowed``.
4. Otherwise ``insufficient``, listing nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dyeline.model.case import (
    CaseCandidate,
    CaseFinding,
    ExhibitUse,
    SameSource,
    SingleCandidate,
    SingleFinding,
    TogetherRecipients,
)
from dyeline.model.finding import NoneOfThese, Outcome
from dyeline.stats.combine import share
from dyeline.stats.posterior import PRIOR_NONE, posterior
from dyeline.trace.case_merge import (
    CaseCirculation,
    CaseExhibit,
    Part,
    counted_alone,
    deciding_parts,
    duplicates,
    in_order,
)
from dyeline.trace.case_parts import Memory
from dyeline.trace.case_score import CaseScores, deciding, fixed_set_p, score_case
from dyeline.trace.judge import NARROW_MOST, SMALLEST_P, holding, judge, pair_evidence
from dyeline.trace.shelf import Chained

CASE_RULES_VERSION = "case-rules/3"
MOST_SHOWN_COPIES = 50
"""Copies of one recipient that a candidate lists at most."""


def combine(
    exhibits: Sequence[CaseExhibit],
    listed: Mapping[str, CaseCirculation],
    *,
    bound: float,
    memory: Memory | None = None,
) -> CaseFinding:
    """Return what the exhibits of a case show together and one by one.

    Their order does not matter, and one that is given twice counts once. ``listed`` has every
    circulation that any of them was compared with, by label. ``memory`` keeps scores for the next time.
    """
    ordered = in_order(exhibits)
    parts = deciding_parts(ordered)
    repeated = duplicates(ordered)
    decided = deciding(ordered, parts)
    remembered: Memory = {} if memory is None else memory
    scores = score_case(ordered, decided, listed, remembered)
    return CaseFinding(
        bound,
        len(scores.people),
        scores.looks,
        _uses(ordered, parts, repeated),
        _same_source(
            ordered, scores, bound, lambda rows: fixed_set_p(decided, scores.people, rows, remembered)
        ),
        _independent(ordered, repeated, listed, bound),
        scores.people.groups,
    )


def _uses(
    ordered: Sequence[CaseExhibit], parts: Sequence[Part], repeated: Mapping[str, str]
) -> tuple[ExhibitUse, ...]:
    new = [sum(part.rows.size for part in parts if part.position == k) for k in range(1, len(ordered) + 1)]
    return tuple(
        ExhibitUse(
            exhibit.label,
            sum(int(reading.readings.read.sum()) for reading in exhibit.compared),
            count,
            repeated.get(exhibit.label),
        )
        for exhibit, count in zip(ordered, new, strict=True)
    )


def _same_source(
    ordered: Sequence[CaseExhibit],
    scores: CaseScores,
    bound: float,
    fixed: Callable[[NDArray[np.int64]], NDArray[np.float64]],
) -> SameSource:
    kept = [exhibit for exhibit in ordered if not exhibit.removed]
    unknown = NoneOfThese(PRIOR_NONE, PRIOR_NONE)
    if not kept:
        return SameSource("insufficient", (), unknown)
    if all(exhibit.outcome == "not_ours" for exhibit in kept):
        return SameSource("not_ours", (), unknown)
    if not any(
        reading.indices.size and reading.readings.read.any() for one in kept for reading in one.compared
    ):
        return SameSource("no_readable_mark", (), unknown)
    chance, none = posterior(scores.e_nats)

    def listing(rows: NDArray[np.int64], outcome: Outcome) -> SameSource:
        candidates = tuple(
            CaseCandidate(
                scores.people.name(row),
                scores.people.copies_of(row)[:MOST_SHOWN_COPIES],
                max(float(scores.family_wise_p[row]), SMALLEST_P),
                float(scores.e_nats[row] / np.log(10)),
                max(fixed_p, SMALLEST_P),
                float(chance[row]),
            )
            for row, fixed_p in zip(rows.tolist(), fixed(rows).tolist(), strict=True)
        )
        together = _together(candidates) if outcome == "attributed" else ()
        return SameSource(outcome, candidates, NoneOfThese(none, PRIOR_NONE), together)

    order = np.lexsort((-scores.e_nats, scores.family_wise_p))
    named = order[scores.family_wise_p[order] <= bound]
    if named.size:
        return listing(named, "attributed")
    group = _holding_group(scores, bound)
    if group is not None:
        return listing(group, "narrowed")
    return SameSource("insufficient", (), NoneOfThese(none, PRIOR_NONE))


def _together(candidates: Sequence[CaseCandidate]) -> tuple[TogetherRecipients, ...]:
    """Return the statement that every attributed recipient is a source of some exhibit.

    It is false only if somebody who is no source is at or below the largest of their family-wise p, which has at
    most that chance; it needs no pair to be chosen and does not assume one source.
    """
    if len(candidates) < 2:
        return ()
    p = max(candidate.family_wise_p for candidate in candidates)
    return (TogetherRecipients(tuple(candidate.recipient for candidate in candidates), "each", p),)


def _holding_group(scores: CaseScores, bound: float) -> NDArray[np.int64] | None:
    """Return the fewest recipients who hold ``NARROW_SHARE`` of the evidence, if rule 3 applies."""
    weighted = scores.e_nats - np.log(scores.people.family)
    ln_mean = float(np.logaddexp.reduce(weighted))
    if ln_mean + np.log(scores.composition) < -np.log(bound):
        return None
    best = holding(weighted)
    if not 2 <= best.size <= min(NARROW_MOST, weighted.size - 1):
        return None
    return best


def _independent(
    ordered: Sequence[CaseExhibit],
    repeated: Mapping[str, str],
    listed: Mapping[str, CaseCirculation],
    bound: float,
) -> tuple[SingleFinding, ...]:
    """Return a finding an exhibit, but for repetitions and what was taken out.

    What was compared and taken out keeps its share of the bound; what is not ours never had one. A repetition
    gets one when what it repeats is taken out.
    """
    part = {label: share(number) for number, label in enumerate(counted_alone(ordered), start=1)}
    return tuple(
        _single(exhibit, listed, bound * part.get(exhibit.label, 1.0))
        for exhibit in ordered
        if not exhibit.removed and exhibit.label not in repeated
    )


def _single(exhibit: CaseExhibit, listed: Mapping[str, CaseCirculation], bound: float) -> SingleFinding:
    if exhibit.outcome == "not_ours":
        return SingleFinding(exhibit.label, "not_ours", bound, ())
    compared = exhibit.compared
    verdict = judge(
        Chained([listed[one.circulation].circulation.with_indices(one.indices) for one in compared]),
        np.concatenate([np.zeros(0), *(reading.scores.p_value for reading in compared)]),
        np.concatenate([np.zeros(0), *(reading.scores.mixture_nats for reading in compared)]),
        anything_read=any(bool(reading.readings.read.any()) for reading in compared),
        bound=bound,
        pairs=pair_evidence([reading.scores for reading in compared]),
        rest_nats=float(
            np.logaddexp.reduce([reading.scores.rest_nats for reading in compared], initial=-np.inf)
        ),
    )
    candidates = tuple(
        SingleCandidate(c.copy, c.recipient, c.p_value, c.family_wise_p, c.log10_lr, c.posterior)
        for c in verdict.candidates
    )
    return SingleFinding(exhibit.label, verdict.outcome, bound, candidates, verdict.together)
