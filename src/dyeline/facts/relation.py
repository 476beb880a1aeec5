"""Relation words: what has to stand beside a value for it to be the value of this fact, and not of another thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from dyeline.facts.prose import Word
from dyeline.facts.synonyms import RINGS
from dyeline.model.document import Span

Relation = tuple[frozenset[str], ...]
"""Groups of stems; every group must be met by one of its stems."""

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


_CONCEPT = {stem(word): stem(ring.split()[0]) for ring in RINGS for word in ring.split()}


def nearest(span: Span, words: Iterable[Word]) -> int:
    """Return the distance in characters from a span to the nearest of the words; a large number for none."""
    return min(
        (max(word.start - span[1], span[0] - word.end, 0) for word in words),
        default=1_000_000,
    )
