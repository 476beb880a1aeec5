"""Relation words: what has to stand beside a value for it to be the value of this fact, and not of another thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dyeline.facts.prose import Prose, Word
from dyeline.facts.synonyms import RINGS
from dyeline.model.document import Span

Relation = tuple[frozenset[str], ...]
"""Groups of stems; every group must be met by one of its stems."""

_NEGATORS = frozenset(
    "not no never none nothing nobody neither nor without deny denied denies untrue false instead".split()
)
_UNCONFIRMED = re.compile(
    r"\b(?:could|can)(?: ?not|n['’]t) be (?:independently )?(?:confirmed|verified)"
    r"|\b(?:un|dis)(?:confirmed|proved|proven)\b"
)
_LIMITS = frozenset("above over beyond below under".split())
_NEGATIVE_VERB = re.compile(r"n['’]t$")
_IRREGULAR = {
    form: forms.split()[0]
    for forms in (
        "begin began begun", "meet met", "sell sold", "pay paid", "rise rose risen", "fall fell fallen",
        "say said", "tell told", "hold held", "find found", "take took taken", "give gave given", "leave left",
        "write wrote written", "buy bought", "bring brought", "keep kept", "lead led", "lose lost", "make made",
        "send sent", "speak spoke spoken", "win won", "choose chose chosen", "grow grew grown", "know knew known",
        "build built", "break broke broken", "hide hid hidden", "steal stole stolen", "seek sought", "spend spent",
    )
    for form in forms.split()[1:]
}  # fmt: skip
_NO_VERB = frozenset("offic numb pap lett memb minist cent chapt mast matt pow cov ord nev riv corn".split())
"""Words in -er and -ure that are not said of who does it, or how much: without the ending they are other words."""

_NEAR_NEGATION = 3  # words before a relation word within which a "not" denies it


def parse_relation(cell: str) -> Relation:
    """Return the relation of a sheet's cell: ``search|raid site|premises`` needs one word of each group."""
    return tuple(
        frozenset(concept(word) for word in group.split("|") if word)
        for group in cell.split()
        if group != "|"
    )


def stem(word: str) -> str:
    """Return a word without the endings of plurals and verb forms, the same for ``raid``, ``raids``, ``raided``."""
    key = _IRREGULAR.get(word.casefold(), word.casefold())
    key = key.removesuffix("s") if key.endswith("ees") else key
    for ending, least in (("ings", 4), ("ing", 4), ("ied", 3), ("ies", 3), ("ed", 3), ("es", 4), ("s", 3)):
        if key.endswith(ending) and len(key) - len(ending) >= least and not key.endswith("ss"):
            key = key[: -len(ending)] + ("y" if ending in ("ied", "ies") else "")
            break
    if len(key) > 4 and key[-1] == key[-2] and key[-1] not in "slae":
        key = key[:-1]
    return key[:-1] if len(key) > 3 and key.endswith("e") else key


def concept(word: str) -> str:
    """Return what a word's forms and its usual synonyms have in common (see ``facts.synonyms``)."""
    own = stem(word)
    return _CONCEPT.get(own, own)


def meets(word: Word, group: frozenset[str]) -> bool:
    """Tell whether a word is one of a group, in any of its forms (``inspection`` and ``inspector`` are ``inspect``)."""
    return not group.isdisjoint(_concepts(word.key))


@lru_cache(maxsize=16_384)
def _concepts(key: str) -> frozenset[str]:
    own = stem(key)
    bases = [own.removesuffix(ending) for ending in ("ion", "or", "ment", "ant") if own.endswith(ending)]
    near = [own.removesuffix(ending) for ending in ("ur", "er") if own.endswith(ending)]
    if own.endswith("ier"):
        near.append(own.removesuffix("ier") + "y")
    return frozenset(
        [
            concept(key),
            *(concept(base) for base in bases if len(base) >= 5),
            *(_CONCEPT.get(base, base) for base in near if len(base) >= 4 and base not in _NO_VERB),
        ]
    )


def hits(words: Iterable[Word], relation: Relation) -> list[tuple[Word, int]]:
    """Return the words that meet a group of the relation, each with the number of its group."""
    return [(word, k) for word in words for k, group in enumerate(relation) if meets(word, group)]


def all_met(words: Sequence[Word], relation: Relation) -> bool:
    """Tell whether every group is met by one of the words."""
    return {k for _, k in hits(words, relation)} == set(range(len(relation)))


def is_negated(prose: Prose, start: int, end: int) -> bool:
    """Tell whether a "not" stands before ``start`` in its clause, or the sentence says that it is untrue."""
    low, _ = prose.clause_at(start, end)
    sentence = prose.sentences[prose.sentence_at(start)]
    before = prose.words_in((low, start))
    if any(_negates(before, k) and not _is_limit(before[k + 1 :]) for k in range(len(before))):
        return True
    if _UNCONFIRMED.search(prose.text, end, sentence[1]):
        return True
    head = prose.text[sentence[0] : start].casefold()
    return bool(re.search(r"\b(?:not true that|untrue that|false that|rather than|contrary to)\b", head))


def _is_limit(words: Sequence[Word]) -> bool:
    """Tell whether words after a "not" make it a limit: "none above 12 tonnes", "nothing heavier than"."""
    near = [word.key for word in words[-3:]]
    return bool(near) and (near[-1] in _LIMITS or (near[-1] == "than" and len(near) > 1))


def relation_negated(prose: Prose, word: Word) -> bool:
    """Tell whether a "not" stands right before a relation word."""
    sentence = prose.sentences[prose.sentence_at(word.start)]
    before = prose.words_in((sentence[0], word.start))[-_NEAR_NEGATION:]
    return any(_negates(before, k) for k in range(len(before)))


def _negates(words: Sequence[Word], at: int) -> bool:
    key = words[at].key
    following = [word.key for word in words[at + 1 : at + 3]]
    if key in ("not", "no") and following and following[0] in ("only", "later", "less", "fewer"):
        return False
    if key == "not" and not {"all", "every", "everybody", "everyone"}.isdisjoint(following):
        return False  # "not for all 430 nurses": there are 430
    return key in _NEGATORS or bool(_NEGATIVE_VERB.search(words[at].text))


_CONCEPT = {stem(word): stem(ring.split()[0]) for ring in RINGS for word in ring.split()}


def nearest(span: Span, words: Iterable[Word]) -> int:
    """Return the distance in characters from a span to the nearest of the words; a large number for none."""
    return min(
        (max(word.start - span[1], span[0] - word.end, 0) for word in words),
        default=1_000_000,
    )
