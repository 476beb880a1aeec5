"""The journey of an exhibit, top to bottom. Values in, values out; names are not known here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dyeline.carriers.contract import Carrier
from dyeline.match.sources import align_sources
from dyeline.model.alignment import Alignment
from dyeline.model.finding import (
    ExhibitFacts,
    Finding,
    NoneOfThese,
    ReadSummary,
    Region,
    SourceDocument,
)
from dyeline.model.readings import Readings
from dyeline.stats.posterior import PRIOR_NONE
from dyeline.text.fold import fold
from dyeline.text.words import word_spans
from dyeline.trace.advise import Situation, advise
from dyeline.trace.judge import Verdict, judge
from dyeline.trace.methods import method_versions
from dyeline.trace.read import count_by_carrier, read_sites
from dyeline.trace.score import Scores, score_copies
from dyeline.trace.shelf import Shelf, ShelvedCirculation, ShelvedVersion

MOST_VERSIONS = 50
"""Versions compared with one exhibit at most, those with the largest common passages."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One circulation compared with the exhibit."""

    version: ShelvedVersion
    circulation: ShelvedCirculation
    seen: Alignment
    readings: Readings
    scores: Scores


def trace(
    text: str,
    exhibit: ExhibitFacts,
    shelf: Shelf,
    carriers: Mapping[str, Carrier],
    *,
    bound: float,
    only: set[int] | None = None,
    leads: Sequence[str] = (),
    restricted: str | None = None,
) -> Finding:
    """Return what the exhibit's text shows about the registered copies.

    Args:
        text: all text of the exhibit, invisible characters included.
        exhibit: hash, kind and size, carried into the finding.
        shelf: the registered versions.
        carriers: the readers by name, as ``carriers.registry.reading_carriers`` gives them.
        bound: highest accepted chance of naming any recipient whose copy is not the source.
        only: index numbers of the versions to compare with (None: all).
        leads: copy labels from stamps and notice lines, for the advice only.
        restricted: what ``only`` stands for, for the advice.
    """
    most = MOST_VERSIONS if only is None else len(shelf)  # the wanted ones may be far down the list
    found = align_sources(fold(text), shelf.index, lambda number: fold(shelf.version(number).text), most=most)
    aligned = [
        (shelf.version(source.hit.version_number), source.alignment)
        for source in found
        if only is None or source.hit.version_number in only
    ]
    if not aligned:
        return _not_ours(exhibit, bound, shelf, carriers, leads, restricted)
    compared = [
        _compare(version, circulation, seen, carriers)
        for version, seen in aligned
        for circulation in version.circulations
    ]
    verdict = _judged(compared, bound)
    return _finding(exhibit, bound, shelf, carriers, leads, restricted, aligned, compared, verdict)


def _compare(
    version: ShelvedVersion,
    circulation: ShelvedCirculation,
    seen: Alignment,
    carriers: Mapping[str, Carrier],
) -> Compared:
    readings = read_sites(seen, circulation.sites, carriers)
    indices = [copy.index for copy in circulation.copies]
    scores = score_copies(readings, circulation.sites, version.block_starts, circulation.secret, indices)
    return Compared(version, circulation, seen, readings, scores)


def _judged(compared: Sequence[Compared], bound: float) -> Verdict:
    return judge(
        [copy for one in compared for copy in one.circulation.copies],
        np.concatenate([np.zeros(0), *(one.scores.p_value for one in compared)]),
        np.concatenate([np.zeros(0), *(one.scores.mixture_nats for one in compared)]),
        anything_read=any(bool(one.readings.read.any()) for one in compared),
        bound=bound,
    )


def _finding(
    exhibit: ExhibitFacts,
    bound: float,
    shelf: Shelf,
    carriers: Mapping[str, Carrier],
    leads: Sequence[str],
    restricted: str | None,
    aligned: Sequence[tuple[ShelvedVersion, Alignment]],
    compared: Sequence[Compared],
    verdict: Verdict,
) -> Finding:
    main = _main_comparison(compared, verdict)
    version, seen = (main.version, main.seen) if main else max(aligned, key=lambda pair: _covered(pair[1]))
    counts = count_by_carrier(main.readings, main.circulation.sites) if main else {}
    situation = Situation(
        outcome=verdict.outcome,
        documents=tuple(dict.fromkeys(v.document for v, _ in aligned)),
        version=version,
        circulation=main.circulation if main else None,
        readings=main.readings if main else None,
        copies_scored=sum(len(one.circulation.copies) for one in compared),
        named=tuple(candidate.copy for candidate in verdict.candidates),
        bound=bound,
        leads=tuple(leads),
        restricted=restricted,
        registered=len(shelf),
    )
    return Finding(
        exhibit=exhibit,
        outcome=verdict.outcome,
        document=SourceDocument(
            version.document, version.number, version.title, main.circulation.label if main else None
        ),
        region=_region(version, seen),
        readings=ReadSummary(
            sum(count.sites for count in counts.values()),
            sum(count.read for count in counts.values()),
            counts,
        ),
        bound=bound,
        candidates=verdict.candidates,
        none_of_these=verdict.none_of_these,
        advice=advise(situation),
        methods=method_versions(carriers),
    )


def _main_comparison(compared: Sequence[Compared], verdict: Verdict) -> Compared | None:
    """Return the comparison that the finding shows: that of the best candidate, else with most read."""
    if verdict.candidates:
        best = verdict.candidates[0].copy
        return next(one for one in compared if any(c.label == best for c in one.circulation.copies))
    return max(compared, key=lambda one: float(one.readings.information.sum()), default=None)


def _covered(seen: Alignment) -> int:
    return sum(passage.document_end - passage.document_start for passage in seen.passages)


def _region(version: ShelvedVersion, seen: Alignment) -> Region:
    """Return the document's words from the first to the last that the exhibit holds."""
    starts = np.array([start for start, _ in word_spans(version.text)])
    low = min(passage.document_start for passage in seen.passages)
    high = max(passage.document_end for passage in seen.passages)
    first = int(seen.document.starts[low])
    last = int(seen.document.ends[high - 1])
    begin = max(0, int(np.searchsorted(starts, first, side="right")) - 1)
    return Region(begin, int(np.searchsorted(starts, last, side="left")))


def _not_ours(
    exhibit: ExhibitFacts,
    bound: float,
    shelf: Shelf,
    carriers: Mapping[str, Carrier],
    leads: Sequence[str],
    restricted: str | None,
) -> Finding:
    situation = Situation(
        outcome="not_ours",
        bound=bound,
        leads=tuple(leads),
        restricted=restricted,
        registered=len(shelf),
        exhibit_words=exhibit.words,
    )
    return Finding(
        exhibit=exhibit,
        outcome="not_ours",
        document=None,
        region=None,
        readings=ReadSummary(0, 0, {}),
        bound=bound,
        candidates=(),
        none_of_these=NoneOfThese(PRIOR_NONE, PRIOR_NONE),
        advice=advise(situation),
        methods=method_versions(carriers),
    )
