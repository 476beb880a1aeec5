"""Reading replacement sites back: which variant stands between what surrounds it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import edlib
import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.replace import ordered_places
from dyeline.model.alignment import Alignment
from dyeline.model.sites import Place, Site
from dyeline.text.fold import fold, folded_span

_RUN = 3  # exactly matching characters in a row that make an anchor
_RUN_BESIDE = 6  # the same where one anchor has to do
_REACH = 60  # folded characters from a place within which its anchors must lie
_FARTHEST = 0.35  # share of the segment that the best variant may differ by
_LEAST_ERROR = 0.005  # even a clean path is not believed to be free of errors
_MARGIN_NATS = 3.0  # the best variant must lead by this much, or the site is not read
_PLACE_NATS = 12.0  # a place of a site does not outvote another by having longer variants
_LETTERS = 30  # characters that a wrong one is drawn from


def read_variants(
    seen: Alignment, sites: Sequence[Site], flip: Callable[[Site], float]
) -> NDArray[np.float64]:
    """Return ln-likelihoods (nats) of every site's variants, shape (len(sites), most variants).

    The exhibit's text between the nearest exact anchors around a place is compared with the
    document's text there under each variant: every edit costs ln(30 (1 - e) / e), e the path's error
    rate. Where one neighbour is missing, words are compared from the other one on. ``flip(site)`` is
    the probability that an editor changed this site to another variant; it bounds what one site can
    say to ln((1 - f) / f). A site without anchors, one whose text is none of its variants, and one
    that two variants explain about equally gets a row of zeros.
    Places of one site are one decision: their evidence adds up before the bound is applied.
    """
    width = max((site.variants for site in sites), default=2)
    loglik = np.zeros((len(sites), width), dtype=np.float64)
    if not sites or not seen.passages:
        return loglik
    error = min(max(seen.error_rate, _LEAST_ERROR), 0.5)
    edit_nats = math.log((1.0 - error) * _LETTERS / error)
    places = _with_bounds(seen, sites)
    lost = _punctuation_lost(seen, [(low, high) for _, _, low, high in places])
    anchors = _Anchors.of(seen)
    evidence = [np.zeros(site.variants) for site in sites]
    for k, (index, place, low, high) in enumerate(places):
        floor = places[k - 1][3] if k else 0
        ceiling = places[k + 1][2] if k + 1 < len(places) else len(seen.document.text)
        distances = _between(seen, anchors, place, low, high, floor, ceiling, error)
        if distances is None:
            distances = _beside(seen, place, low, high, floor, ceiling, error)
        if distances is not None:
            worse = (distances - distances.min()) * edit_nats
            evidence[index] -= np.minimum(worse, _PLACE_NATS)
    for index, site in enumerate(sites):
        best, second = np.sort(evidence[index])[::-1][:2]
        if best - second < _MARGIN_NATS:
            continue
        chance = flip(site)
        if _differs_by_punctuation(site):
            chance = max(chance, lost)
        if chance < 0.5:
            loglik[index, : site.variants] = _bounded(evidence[index] - best, chance)
            loglik[index, site.variants :] = loglik[index, 0]
    return loglik


def _bounded(relative: NDArray[np.float64], chance: float) -> NDArray[np.float64]:
    """Return ln P(seen | written) when an editor turns a variant into another one by ``chance``."""
    shown = np.exp(relative)
    others = (shown.sum() - shown) / (shown.size - 1)
    return np.asarray(np.log((1.0 - chance) * shown + chance * others))


def _with_bounds(seen: Alignment, sites: Sequence[Site]) -> list[tuple[int, Place, int, int]]:
    """Return (site index, place, folded start, folded end) of all places in text order."""
    return [
        (index, place, *folded_span(seen.document, place.start, place.end))
        for index, place in ordered_places(sites)
    ]


@dataclass(frozen=True, slots=True)
class _Anchors:
    """For every folded document offset, the nearest run of exact matches on either side.

    ``ending[k]`` is the last offset <= k at which a run ends, ``beginning[k]`` the first >= k at
    which one begins; -1 where there is none.
    """

    ending: NDArray[np.int64]
    beginning: NDArray[np.int64]

    @classmethod
    def of(cls, seen: Alignment) -> _Anchors:
        size = len(seen.document.text)
        good = seen.exact & (seen.seat >= 0)
        offsets = np.arange(size, dtype=np.int64)
        begins = np.zeros(size, dtype=np.bool_)
        if size >= _RUN:
            step = good[1:] & good[:-1] & (np.diff(seen.seat) == 1)
            begins[: size - 2] = step[1:] & step[:-1]
        ends = np.roll(begins, _RUN - 1)  # the last two offsets begin no run: nothing wraps round
        ending = np.maximum.accumulate(np.where(ends, offsets, -1))
        beginning = np.minimum.accumulate(np.where(begins, offsets, size)[::-1])[::-1]
        return cls(ending, np.where(beginning == size, -1, beginning))


def _between(
    seen: Alignment,
    anchors: _Anchors,
    place: Place,
    low: int,
    high: int,
    floor: int,
    ceiling: int,
    error: float,
) -> NDArray[np.float64] | None:
    """Return the edit distance of every variant to what stands between two anchors, or None if unreadable."""
    document, exhibit = seen.document, seen.exhibit
    if low == 0 or high >= len(document.text):
        return None
    left = int(anchors.ending[low - 1])
    right = int(anchors.beginning[high])
    if left - (_RUN - 1) < max(floor, low - _REACH) or right < 0:
        return None
    if right + _RUN > min(ceiling, high + _REACH):
        return None
    first, last = int(seen.seat[left]) + 1, int(seen.seat[right])
    longest = max(len(text) for text in place.texts) + 2 * _REACH
    if not first <= last <= first + longest:
        return None
    segment = exhibit.text[first:last]
    # the anchors' own characters are replaced by letters, which folding cannot strip off the ends
    before = "x" + document.source[int(document.ends[left]) : place.start]
    after = document.source[place.end : int(document.starts[right])] + "x"
    shown = [fold(before + text + after).text[1:-1] for text in place.texts]
    distances = np.array([_distance(segment, text) for text in shown], dtype=np.float64)
    return distances if _explained(distances, shown, error) else None


def _beside(
    seen: Alignment, place: Place, low: int, high: int, floor: int, ceiling: int, error: float
) -> NDArray[np.float64] | None:
    """Return the same where only one neighbour is still there (the other one was edited or cut off).

    The variants are compared with the words that follow, or precede, the adjoining anchor. Only
    for variants of at least two letters: a comma or an omission shows from both sides alone.
    """
    shown = [fold(f"x{text}x").text[1:-1] for text in place.texts]
    if min(sum(c.isalnum() for c in text) for text in shown) < 2 or any(
        text != text.strip() for text in shown
    ):
        return None
    length = max(len(text) for text in shown) + 2
    exhibit = seen.exhibit.text
    if low - _RUN_BESIDE >= floor and _runs_on(seen, low - _RUN_BESIDE, low):
        first = int(seen.seat[low - 1]) + 1
        segment = exhibit[first : first + length]
    elif high + _RUN_BESIDE <= ceiling and _runs_on(seen, high, high + _RUN_BESIDE):
        last = int(seen.seat[high])
        segment = exhibit[max(0, last - length) : last][::-1]
        shown = [text[::-1] for text in shown]
    else:
        return None
    distances = np.array([_prefix_distance(segment, text) for text in shown], dtype=np.float64)
    return distances if _explained(distances, shown, error) else None


def _runs_on(seen: Alignment, start: int, end: int) -> bool:
    """Tell whether the document's characters stand in the exhibit one after the other, all exact."""
    return bool(seen.exact[start:end].all() and (np.diff(seen.seat[start:end]) == 1).all())


def _explained(distances: NDArray[np.float64], shown: Sequence[str], error: float) -> bool:
    """Tell whether the path's errors account for the nearest variant's distance."""
    nearest = int(distances.argmin())
    length = max(len(shown[nearest]), 1)
    allowed = 1.0 + length * error + 3.0 * math.sqrt(length * error)
    return bool(distances[nearest] <= min(_FARTHEST * length, allowed))


def _distance(a: str, b: str) -> int:
    """Return the Levenshtein distance."""
    if a == b:
        return 0
    if not a or not b:
        return max(len(a), len(b))
    return int(edlib.align(a, b, mode="NW", task="distance")["editDistance"])


def _prefix_distance(segment: str, text: str) -> int:
    """Return the distance of ``text`` to the best beginning of ``segment`` that ends with a word."""
    if not segment:
        return len(text)
    found = edlib.align(text, segment, mode="SHW", task="locations")
    ends = [end for _, end in found["locations"] if end is not None]
    whole = any(not segment[end + 1 : end + 2].isalnum() for end in ends)
    return int(found["editDistance"]) + (0 if whole else 2)


def _punctuation_lost(seen: Alignment, bounds: Sequence[tuple[int, int]]) -> float:
    """Return the share of the document's commas and full stops that the exhibit lacks.

    Counted inside the passages and outside of the sites' places; 1 where there is none to count,
    because the absence of a comma then says nothing.
    """
    counted = np.zeros(len(seen.document.text), dtype=np.bool_)
    for passage in seen.passages:
        counted[passage.document_start : passage.document_end] = True
    for low, high in bounds:
        counted[low:high] = False
    codes = np.frombuffer(seen.document.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    counted &= (codes == ord(",")) | (codes == ord("."))
    total = int(counted.sum())
    return 1.0 - int((counted & seen.exact).sum()) / total if total else 1.0


def _differs_by_punctuation(site: Site) -> bool:
    """Tell whether the variants hold the same letters and digits."""
    kept = {"".join(c for c in fold(text).text if c.isalnum()) for text in site.places[0].texts}
    return len(kept) == 1
