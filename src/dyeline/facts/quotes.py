"""Quotations: whole, in part, with words left out, changed a little, or interrupted by "he said"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from dyeline.facts.prose import Prose, Word, word_key
from dyeline.model.document import Span

LEAST_FRAGMENT = 5
"""Words of a quotation that are enough, if they stand between quotation marks and say something."""
LEAST_OUTSIDE = 8
"""Words that are enough without quotation marks."""
_OWN_SHARE = 0.75  # of the words between the marks that are the quotation's
_WHOLE_SHARE = 0.8  # of the quotation's words that are there where it stands without marks
_LEAST_TELLING = 2  # words that are not among the most frequent
_FREQUENT = frozenset(
    "the a an of to in and or but that this it he she they we you i is was were are be been has have had do did"
    " for on at by with from as not no so if than then there here what who which will would can could his her"
    " their our your my me him them us its".split()
)


@dataclass(frozen=True, slots=True)
class QuoteHit:
    """A quotation, or part of it, at ``start:end``; ``score`` counts its words that are there less foreign ones."""

    start: int
    end: int
    score: float


def find_quote(prose: Prose, quotation: str) -> list[QuoteHit]:
    """Return where a quotation stands, best first; between quotation marks, or word for word without."""
    wanted = [word_key(part.strip('"“”‘’.,;:!?…()[]')) for part in quotation.split()]
    wanted = [key for key in wanted if key]
    found = []
    for span in _joined(prose):
        hit = _aligned(prose.words_in(span), wanted, quoted=True)
        if hit is not None:
            found.append(hit)
    if not found:
        for span in prose.sentences:
            hit = _aligned(prose.words_in(span), wanted, quoted=False)
            if hit is not None:
                found.append(hit)
    return sorted(found, key=lambda hit: (-hit.score, hit.start))


def _joined(prose: Prose) -> list[Span]:
    """Return the quoted spans, and those of one sentence joined: a quotation goes on after "she said"."""
    spans = list(prose.quoted)
    joined = list(spans)
    for first, second in pairwise(spans):
        between = prose.text[first[1] : second[0]]
        if "\n" not in between and len(between) < 160:
            joined.append((first[0], second[1]))
    return joined


def _aligned(words: Sequence[Word], wanted: Sequence[str], *, quoted: bool) -> QuoteHit | None:
    if not words:
        return None
    keys = [word.key for word in words]
    blocks = [
        block
        for block in SequenceMatcher(None, keys, wanted, autojunk=False).get_matching_blocks()
        if block.size
    ]
    if not blocks:
        return None
    matched = [k for block in blocks for k in range(block.a, block.a + block.size)]
    telling = sum(keys[k] not in _FREQUENT for k in matched)
    size = len(matched)
    if telling < _LEAST_TELLING:
        return None
    if quoted:
        enough = size >= min(LEAST_FRAGMENT, len(wanted)) and (
            size >= _OWN_SHARE * len(keys) or size >= _WHOLE_SHARE * len(wanted)
        )
    else:
        inside = matched[-1] - matched[0] + 1
        enough = (
            size >= max(min(LEAST_OUTSIDE, len(wanted)), _WHOLE_SHARE * len(wanted))
            and size >= _OWN_SHARE * inside
        )
    if not enough:
        return None
    foreign = matched[-1] - matched[0] + 1 - size
    return QuoteHit(words[matched[0]].start, words[matched[-1]].end, size - 0.5 * min(foreign, 4))
