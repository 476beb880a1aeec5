"""Free claims: the sentence that shares the telling words. A suggestion for a person to judge, nothing more."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dyeline.facts.prose import Prose, read_prose
from dyeline.facts.relation import concept
from dyeline.text.declared.numbers import value_of

SUGGESTED_FROM = 0.55
"""Share of a claim's idf weight that a sentence and its neighbour must hold; set on the tuning articles."""

SUGGESTED_IN_TWO = 0.65
"""Share that two sentences of a paragraph must hold between them."""

_EMPTY = frozenset(
    "the a an of to in and or but that this it he she they we is was were are be been has have had do did for on at"
    " by with from as not no so if than then there who which will would can could his her their our its because"
    " after before into out up down about over under more most all any each other some such only own same too very"
    " every".split()
)


@dataclass(frozen=True, slots=True)
class ClaimHit:
    """The sentence that is nearest to a claim, and the share of the claim's weight that it holds."""

    sentence: int
    share: float


def find_claim(prose: Prose, claim: str, background: Sequence[str] = ()) -> ClaimHit | None:
    """Return the sentence that may state a claim, or the first of two that may, or None.

    Words are weighed by how few sentences hold them: of the text itself and of ``background``
    (the other claims and relations of the sheet).
    """
    own = [frozenset(_stems(prose, k)) for k in range(len(prose.sentences))]
    others = [frozenset(_stem_words(text)) for text in background]
    counted = Counter(word for sentence in (*own, *others) for word in sentence)
    total = len(own) + len(others)
    wanted = _stem_words(claim)
    if len(wanted) < 3 or not own:
        return None
    weight = {word: math.log((1 + total) / (1 + counted[word])) + 0.5 for word in wanted}
    whole = sum(weight.values())
    shares = [sum(weight[word] for word in wanted & sentence) / whole for sentence in own]
    best = max(range(len(shares)), key=lambda k: shares[k])
    if shares[best] >= SUGGESTED_FROM:
        return ClaimHit(best, shares[best])
    return _told_in_two(prose, [sum(weight[w] for w in wanted & (a | b)) / whole for a, b in pairwise(own)])


def _told_in_two(prose: Prose, shares: Sequence[float]) -> ClaimHit | None:
    """Return the first of two sentences of a paragraph that hold more of a claim between them."""
    inside = [
        share if share >= SUGGESTED_IN_TWO and "\n" not in prose.text[first[1] : second[0]] else 0.0
        for share, (first, second) in zip(shares, pairwise(prose.sentences), strict=True)
    ]
    best = max(range(len(inside)), key=lambda k: inside[k], default=0)
    return ClaimHit(best, inside[best]) if inside and inside[best] else None


def _stems(prose: Prose, sentence: int) -> set[str]:
    return {concept(word.key) for word in prose.words_in(prose.sentences[sentence]) if word.key not in _EMPTY}


def _stem_words(text: str) -> set[str]:
    words = (word.key for word in read_prose(text).words if word.key not in _EMPTY)
    return {str(number) if (number := value_of(word)) is not None else concept(word) for word in words}
