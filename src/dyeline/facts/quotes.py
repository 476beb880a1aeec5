"""Quotations: whole, in part, with words left out, or interrupted by "he said". Other words are another quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from dyeline.facts.prose import Prose, Word, word_key
from dyeline.facts.relation import stem
from dyeline.model.document import Span
from dyeline.text.declared.numbers import value_of

LEAST_FRAGMENT = 5
"""Words of a quotation that are enough, if they stand between quotation marks and say something."""
LEAST_OUTSIDE = 8
"""Words that are enough without quotation marks."""
_OWN_SHARE = 0.75  # of the words where it stands without marks that are the quotation's
_WHOLE_SHARE = 0.8  # of the quotation's words that are there where it stands without marks
_LEAST_TELLING = 2  # words that are not among the most frequent
_INSERTED = 1  # telling words more than were said
_FREQUENT = frozenset(
    stem(word)
    for word in "the a an of to in and or but that this it he she they we you i is was were are be been has have had"
    " do did for on at by with from as not no so if than then there here what who which will would can could his her"
    " their our your my me him them us its s ll ve re d m".split()
)
_DENIALS = frozenset(map(stem, "not no never nobody nothing none neither nor without hardly".split()))
_SHORT_DENIAL = {"can't": "can not", "won't": "will not", "shan't": "shall not"}


@dataclass(frozen=True, slots=True)
class QuoteHit:
    """A quotation, or part of it, at ``start:end``; ``score`` counts its words that are there less foreign ones."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word in the form in which quotations are compared: no ending, no contraction. ``word`` is where it stands.

    ``closes`` tells that a sentence ends behind it; ``added`` that it stands in square brackets.
    """

    key: str
    word: Word | None
    closes: bool
    added: bool = False


def find_quote(prose: Prose, quotation: str) -> list[QuoteHit]:
    """Return where a quotation stands, best first; between quotation marks, or word for word without.

    Words may be left out, and a contraction may be written out. A telling word that is exchanged, or a
    "not" that is put in or left out, makes it another quotation.
    """
    wanted = list(_pieces([(word, False) for word in _words_of(quotation)], quotation))
    found = []
    for spans in _joined(prose):
        hit = _aligned(_seen(prose, spans), wanted, quoted=True)
        if hit is not None:
            found.append(hit)
    if not found:
        for span in prose.sentences:
            hit = _aligned(_seen(prose, [span]), wanted, quoted=False)
            if hit is not None:
                found.append(hit)
    return sorted(found, key=lambda hit: (-hit.score, hit.start))


def _joined(prose: Prose) -> list[list[Span]]:
    """Return the quoted spans, and those of one sentence together: a quotation goes on after "she said"."""
    spans = list(prose.quoted)
    joined = [[span] for span in spans]
    for first, second in pairwise(spans):
        between = prose.text[first[1] : second[0]]
        if "\n" not in between and len(between) < 160:
            joined.append([first, second])
    return joined


def _seen(prose: Prose, spans: Sequence[Span]) -> list[_Piece]:
    words = [(word, _is_added(prose.text, word)) for span in spans for word in prose.words_in(span)]
    return list(_pieces(words, prose.text))


def _is_added(text: str, word: Word) -> bool:
    opened = text.rfind("[", max(0, word.start - 60), word.start)
    return opened >= 0 and "]" not in text[opened : word.start] and "]" in text[word.end : word.end + 60]


def _words_of(text: str) -> Sequence[Word]:
    return Prose(text).words


def _pieces(words: Sequence[tuple[Word, bool]], text: str) -> Iterator[_Piece]:
    for word, added in words:
        plain = word.text.casefold().replace("’", "'")
        spoken = _SHORT_DENIAL.get(plain) or re.sub(r"n't$", " not", plain)
        parts = [part for part in re.split(r"[ ']", spoken) if part]
        closes = bool(re.match(r"[\"”’']?[.!?…]", text[word.end : word.end + 2]))
        for number, part in enumerate(parts):
            value = value_of(part)
            key = str(value) if value is not None else stem(word_key(part))
            yield _Piece(key, word, closes and number == len(parts) - 1, added)


def _aligned(seen: Sequence[_Piece], wanted: Sequence[_Piece], *, quoted: bool) -> QuoteHit | None:
    keys, meant = [piece.key for piece in seen], [piece.key for piece in wanted]
    matcher = SequenceMatcher(None, keys, meant, autojunk=False)
    blocks = [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]
    matched = [k for a, _, size in blocks for k in range(a, a + size)]
    size = len(matched)
    if sum(_tells(keys[k]) for k in matched) < _LEAST_TELLING:
        return None
    inside = matched[-1] - matched[0] + 1
    if quoted:
        enough = size >= min(LEAST_FRAGMENT, len(meant)) and not _is_altered(seen, wanted, blocks)
    else:
        enough = size >= max(min(LEAST_OUTSIDE, len(meant)), _WHOLE_SHARE * len(meant)) and not _is_altered(
            seen, wanted, blocks
        )
        enough = enough and size >= _OWN_SHARE * inside
    first, last = seen[matched[0]].word, seen[matched[-1]].word
    if not enough or first is None or last is None:
        return None
    return QuoteHit(first.start, last.end, size - 0.5 * min(inside - size, 4))


def _is_altered(
    seen: Sequence[_Piece], wanted: Sequence[_Piece], blocks: Sequence[tuple[int, int, int]]
) -> bool:
    """Tell whether words of a quotation were exchanged, or it was turned into its contrary.

    What stands around the quotation in other sentences, or where none of it is missing, is not asked for.
    """
    inserted = 0
    for (a, b, size), (next_a, next_b, _) in pairwise(blocks):
        foreign = [piece.key for piece in seen[a + size : next_a] if not piece.added]
        missing = [piece.key for piece in wanted[b + size : next_b]]
        if any(key in _DENIALS for key in foreign) != any(key in _DENIALS for key in missing):
            return True
        telling = sum(map(_tells, foreign))
        if foreign and missing and (telling or any(map(_tells, missing))):
            return True
        inserted += telling
    first, last = blocks[0], blocks[-1]
    ahead = _until_closed(seen[: first[0]][::-1], before=True)
    behind = seen[last[0] + last[2] - 1 :]
    after = [] if behind[0].closes else _until_closed(behind[1:], before=False)
    lacking = (wanted[: first[1]], wanted[last[1] + last[2] :])
    for around, lost in zip((ahead, after), lacking, strict=True):
        denied = any(key in _DENIALS for key in around)
        told = any(map(_tells, around)) and any(_tells(piece.key) for piece in lost)
        if lost and (denied or told):
            return True
    return inserted > _INSERTED


def _until_closed(pieces: Sequence[_Piece], *, before: bool) -> list[str]:
    """Return the words up to the end of a sentence, or back to its beginning."""
    kept: list[str] = []
    for piece in pieces:
        if before and piece.closes:
            break
        if not piece.added:
            kept.append(piece.key)
        if piece.closes:
            break
    return kept


def _tells(key: str) -> bool:
    return key not in _FREQUENT
