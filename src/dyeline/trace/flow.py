"""The journey of an exhibit, top to bottom. Values in, values out; names are not known here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dyeline.carriers.contract import Carrier
from dyeline.formats.ocr.contract import Recogniser
from dyeline.match.sources import align_sources
from dyeline.model.alignment import Alignment
from dyeline.model.finding import Candidate, Finding, NoneOfThese, ReadSummary, SourceDocument
from dyeline.model.pages import SeenPage
from dyeline.model.readings import Readings
from dyeline.stats.posterior import PRIOR_NONE
from dyeline.text.fold import fold
from dyeline.trace.advise import Situation, advise
from dyeline.trace.exhibit import Exhibit, recognise
from dyeline.trace.judge import Verdict, judge, pair_evidence
from dyeline.trace.looks import follow_looks
from dyeline.trace.methods import method_versions
from dyeline.trace.read import Looked, count_by_carrier, read_sites
from dyeline.trace.region import region_of, words_of
from dyeline.trace.reworded import states_facts, unaligned
from dyeline.trace.score import Scores, score_copies
from dyeline.trace.shelf import Chained, LooksShelf, Shelf, ShelvedCirculation, ShelvedVersion
from dyeline.trace.sight import Sight
from dyeline.trace.watch import Watch, unwatched

if TYPE_CHECKING:
    from dyeline.carriers.layout.reading import PageReading

MOST_VERSIONS = 50
"""Versions compared with one exhibit at most, those with the largest common passages."""

Aligned = tuple[ShelvedVersion, Alignment]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an exhibit.

    ``bound`` is the highest accepted chance of naming any recipient whose copy is not the source;
    ``only`` are the index numbers of the versions to compare with (None: all), for which
    ``restricted`` stands in the advice; ``leads`` are copy labels from stamps and notice lines;
    ``notices`` say what of the exhibit could not be examined.
    """

    bound: float
    only: frozenset[int] | None = None
    restricted: str | None = None
    leads: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One circulation compared with the exhibit."""

    version: ShelvedVersion
    circulation: ShelvedCirculation
    seen: Alignment
    pages: tuple[SeenPage, ...]
    page_readings: tuple[PageReading, ...]
    readings: Readings
    scores: Scores


@dataclass(frozen=True, slots=True)
class Traced:
    """A finding, the comparison that it shows (None when nothing was compared), and all comparisons."""

    finding: Finding
    main: Compared | None
    compared: tuple[Compared, ...] = ()


def trace(
    exhibit: Exhibit,
    shelf: Shelf,
    carriers: Mapping[str, Carrier],
    question: Question,
    recogniser: Callable[[], Recogniser] | None = None,
    looks: LooksShelf | None = None,
    watch: Watch = unwatched,
) -> Traced:
    """Return what the exhibit shows about the registered copies.

    Args:
        exhibit: its text, invisible characters included, and its pictures.
        shelf: the registered versions.
        carriers: the readers by name, as ``carriers.registry.reading_carriers`` gives them.
        question: what is asked.
        recogniser: gives the OCR engine; called only for an exhibit with pictures that need it.
        looks: what registered pages look like; asked only about pictures from which no text leads to a page.
        watch: is told which picture or page is being read.
    """
    exhibit, aligned = _identified(exhibit, shelf, question, recogniser, watch)
    sight = Sight(exhibit, watch)
    if looks is not None and exhibit.pictures:
        aligned = follow_looks(aligned, sight, shelf, looks, question.only)
        question = replace(question, notices=(*question.notices, *looks.notices))
    if not aligned:
        return Traced(_not_ours(exhibit, shelf, carriers, question), None)
    compared = [
        _compare(version, circulation, seen, carriers, sight)
        for version, seen in aligned
        for circulation in version.circulations
    ]
    verdict = _judged(compared, question.bound)
    return _traced(exhibit, shelf, carriers, question, aligned, compared, verdict, sight)


def _identified(
    exhibit: Exhibit,
    shelf: Shelf,
    question: Question,
    recogniser: Callable[[], Recogniser] | None,
    watch: Watch,
) -> tuple[Exhibit, list[Aligned]]:
    """Return the exhibit with as much of its text recognised as is of use, and the versions it comes from."""
    unread = [p.number for p in exhibit.pictures if p.number not in exhibit.complete]
    if not unread or recogniser is None or not len(shelf):
        return exhibit, _aligned(exhibit, shelf, question)
    engine = recogniser()
    exhibit = recognise(exhibit, engine, unread, quick=True, watch=watch)
    aligned = _aligned(exhibit, shelf, question)
    if aligned and not _text_tells(aligned):
        return exhibit, aligned
    exhibit = recognise(exhibit, engine, unread, quick=False, watch=watch)
    return exhibit, _aligned(exhibit, shelf, question)


def _text_tells(aligned: Sequence[Aligned]) -> bool:
    """Tell whether recognised text can carry marks of any circulation that the exhibit may come from."""
    sites = (site for version, _ in aligned for one in version.circulations for site in one.sites)
    return any(site.carrier.split("/")[0] in ("wording", "declared") for site in sites)


def _aligned(exhibit: Exhibit, shelf: Shelf, question: Question) -> list[Aligned]:
    only = question.only
    most = MOST_VERSIONS if only is None else len(shelf)  # the wanted ones may be far down the list
    found = align_sources(
        fold(exhibit.text), shelf.index, lambda number: fold(shelf.version(number).text), most=most
    )
    aligned = [
        (shelf.version(source.hit.version_number), source.alignment)
        for source in found
        if only is None or source.hit.version_number in only
    ]
    return aligned or [
        (version, unaligned(exhibit.text, version.text))
        for version in map(shelf.version, sorted(only or ()))
        if any(states_facts(exhibit.text, version.text, one.sites) for one in version.circulations)
    ]


def _compare(
    version: ShelvedVersion,
    circulation: ShelvedCirculation,
    seen: Alignment,
    carriers: Mapping[str, Carrier],
    sight: Sight,
) -> Compared:
    pages = sight.pages(version, circulation.pages, seen)
    originals, likely = circulation.pictures, sight.likely(version)
    looked = Looked(sight.exhibit.pictures, pages, originals, sight.finder, likely)
    readings, page_readings = read_sites(seen, looked, circulation.sites, carriers, sight.watch)
    indices = circulation.indices.tolist()
    scores = score_copies(
        readings, circulation.sites, version.block_starts, circulation.secret, circulation.scheme, indices
    )
    return Compared(version, circulation, seen, pages, page_readings, readings, scores)


def _judged(compared: Sequence[Compared], bound: float) -> Verdict:
    return judge(
        Chained([one.circulation.copies for one in compared]),
        np.concatenate([np.zeros(0), *(one.scores.p_value for one in compared)]),
        np.concatenate([np.zeros(0), *(one.scores.mixture_nats for one in compared)]),
        anything_read=any(bool(one.readings.read.any()) for one in compared),
        bound=bound,
        pairs=pair_evidence([one.scores for one in compared]),
        rest_nats=float(np.logaddexp.reduce([one.scores.rest_nats for one in compared], initial=-np.inf)),
    )


def _traced(
    exhibit: Exhibit,
    shelf: Shelf,
    carriers: Mapping[str, Carrier],
    question: Question,
    aligned: Sequence[Aligned],
    compared: Sequence[Compared],
    verdict: Verdict,
    sight: Sight,
) -> Traced:
    main = _main_comparison(compared, verdict)
    if main is not None:
        version, seen, pages = main.version, main.seen, main.pages
    else:
        version, seen = max(aligned, key=lambda pair: _covered(pair[1]))
        pages = sight.pages(version, version.pages, seen)
    alone = None if pages or seen.passages else sight.alone(version)
    counts = count_by_carrier(main.readings, main.circulation.sites) if main else {}
    situation = Situation(
        outcome=verdict.outcome,
        documents=tuple(dict.fromkeys(v.document for v, _ in aligned)),
        version=version,
        circulation=main.circulation if main else None,
        readings=main.readings if main else None,
        copies_scored=sum(len(one.circulation.copies) for one in compared),
        named=tuple(candidate.copy for candidate in verdict.candidates),
        named_documents=len(
            {_comparison_with(c.copy, compared).version.document for c in verdict.candidates}
        ),
        bound=question.bound,
        leads=question.leads,
        restricted=question.restricted,
        registered=len(shelf),
        pictures=len(exhibit.pictures),
        notices=question.notices,
        pages_seen=len(pages),
        bare_pages=_bare_pages(main),
        by_looks=bool(sight.likely(version)) and not seen.passages,
    )
    finding = Finding(
        exhibit=exhibit.facts,
        outcome=verdict.outcome,
        document=SourceDocument(
            version.document, version.number, version.title, main.circulation.label if main else None
        ),
        region=region_of(version, seen, pages, alone),
        readings=ReadSummary(
            sum(count.sites for count in counts.values()),
            sum(count.read for count in counts.values()),
            counts,
        ),
        bound=question.bound,
        candidates=tuple(_placed(candidate, compared) for candidate in verdict.candidates),
        none_of_these=verdict.none_of_these,
        together=verdict.together,
        advice=advise(situation),
        methods=method_versions(carriers, [one.circulation.scheme for one in compared]),
    )
    return Traced(finding, main, tuple(compared))


def _placed(candidate: Candidate, compared: Sequence[Compared]) -> Candidate:
    """Return a candidate with the document and circulation that it is a copy of."""
    one = _comparison_with(candidate.copy, compared)
    return replace(candidate, document=one.version.document, circulation=one.circulation.label)


def _comparison_with(copy: str, compared: Sequence[Compared]) -> Compared:
    return next(one for one in compared if one.circulation.holds(copy))


def _main_comparison(compared: Sequence[Compared], verdict: Verdict) -> Compared | None:
    """Return the comparison that the finding shows: that of the best candidate, else with most read.

    Where nothing was read, it is that whose page lies over the picture best, then that with most text.
    """
    if verdict.candidates:
        return _comparison_with(verdict.candidates[0].copy, compared)

    def weight(one: Compared) -> tuple[float, int, int]:
        inliers = max((page.registration.inliers for page in one.pages), default=0)
        return float(one.readings.information.sum()), inliers, _covered(one.seen)

    return max(compared, key=weight, default=None)


def _bare_pages(main: Compared | None) -> tuple[int, ...]:
    """Return the numbers, from 1, of pages that were seen and that no mark of the copies can be seen on."""
    if main is None:
        return ()
    marked = [site.places[0].start for site in main.circulation.sites if not site.invisible]
    return tuple(
        page.registration.page + 1
        for page in main.pages
        if not any(
            first <= start <= last for first, last in [words_of([page.reference.words])] for start in marked
        )
    )


def _covered(seen: Alignment) -> int:
    return sum(passage.document_end - passage.document_start for passage in seen.passages)


def _not_ours(exhibit: Exhibit, shelf: Shelf, carriers: Mapping[str, Carrier], question: Question) -> Finding:
    situation = Situation(
        outcome="not_ours",
        bound=question.bound,
        leads=question.leads,
        restricted=question.restricted,
        registered=len(shelf),
        exhibit_words=exhibit.facts.words,
        pictures=len(exhibit.pictures),
        notices=question.notices,
    )
    return Finding(
        exhibit=exhibit.facts,
        outcome="not_ours",
        document=None,
        region=None,
        readings=ReadSummary(0, 0, {}),
        bound=question.bound,
        candidates=(),
        none_of_these=NoneOfThese(PRIOR_NONE, PRIOR_NONE),
        advice=advise(situation),
        methods=method_versions(carriers),
    )
