"""Curated pairs of phrases that mean the same wherever their guards let them stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dyeline.carriers.wording.pair import Pair
from dyeline.carriers.wording.pairs_joints import LINK_PAIRS, TIME_PAIRS
from dyeline.carriers.wording.pairs_things import AMOUNT_PAIRS, PEOPLE_PAIRS
from dyeline.carriers.wording.pairs_verbs import VERB_PAIRS
from dyeline.carriers.wording.scan import Candidate, Scan, swap

PAIRS: tuple[Pair, ...] = TIME_PAIRS + LINK_PAIRS + AMOUNT_PAIRS + PEOPLE_PAIRS + VERB_PAIRS

_TOKEN = re.compile(r"(?<![\w’'/-])[A-Za-z]+")
_JOINED = re.compile(r"[\w’'/-]")
_ENDS = re.compile(r"[.,;:!?)]|$")
_VERB = re.compile(
    r"(?:^|\b(?:to|will|can|may|might|must|should|could|would|shall|we|they|you|I|who|not"
    r"|also|then|please|always|usually|often|cannot|never)"
    r"\s|n[’']t\s|[’']ll\s)$",
    re.I,
)
_DETERMINED = (
    r"(?:the|a|an|this|that|these|those|our|your|their|his|her|its|my|any|all|every|each"
    r"|some|no|both|two|other)"
)


@dataclass(frozen=True, slots=True)
class _Side:
    """One member of a pair as it is looked for in a text (lower case)."""

    words: str
    other: str
    pair: Pair


def _sides() -> dict[str, list[_Side]]:
    """Return the sides by their first word."""
    sides: dict[str, list[_Side]] = {}
    for pair in PAIRS:
        for words, other in ((pair.one, pair.other), (pair.other, pair.one))[: 1 if pair.one_way else 2]:
            first = re.match(r"[a-z]+", words, re.I)
            assert first is not None, f"{words!r} does not begin with a letter"
            sides.setdefault(first.group().casefold(), []).append(_Side(words.casefold(), other, pair))
    return sides


_SIDES = _sides()


def phrases(scan: Scan) -> Iterator[Candidate]:
    """Yield every curated phrase whose surroundings allow its partner."""
    text = scan.text
    for token in _TOKEN.finditer(text):
        for side in _SIDES.get(token.group().casefold(), ()):
            start, end = token.start(), token.start() + len(side.words)
            if text[start:end].casefold() != side.words:
                continue
            if side.words[-1].isalnum() and _JOINED.match(text, end):
                continue
            if allowed(scan, side.pair, start, end):
                yield swap(scan, side.pair.cls, start, end, side.other.replace("’", scan.apostrophe))


def allowed(scan: Scan, pair: Pair, start: int, end: int) -> bool:
    """Tell whether the guards of ``pair`` hold around ``start:end``."""
    before, after = scan.before(start), scan.after(end)
    if pair.informal and scan.style != "informal":
        return False
    if pair.initial and not scan.opens_sentence(start):
        return False
    if pair.inside and scan.opens_sentence(start):
        return False
    if pair.verb and not _VERB.search(before):
        return False
    if pair.ends and not _ENDS.match(after):
        return False
    if pair.before and not _preceding(pair.before).search(before):
        return False
    if pair.not_before and _preceding(pair.not_before).search(before):
        return False
    if pair.after and not _following(pair.after).match(after):
        return False
    return not (pair.not_after and _following(pair.not_after).match(after))


@lru_cache(maxsize=1024)
def _preceding(words: str) -> re.Pattern[str]:
    """Return a pattern that finds the alternatives right before a place; "^" stands for a sentence start."""
    return re.compile(
        rf"(?:(?<![\w’'-])(?:{words.replace('^', '(?!)')})\s{'|^' if '^' in words else ''})$", re.I
    )


@lru_cache(maxsize=1024)
def _following(words: str) -> re.Pattern[str]:
    """Return a pattern that matches the alternatives right after a place; DET stands for a determiner."""
    return re.compile(rf"\s(?:{words.replace('DET', _DETERMINED)})(?!\w)", re.I)
