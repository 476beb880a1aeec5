"""Declared facts as marks: which option of a fact stands in a text that was written anew."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.facts.dates import date_of, publication_day
from dyeline.facts.names import find_names
from dyeline.facts.numerals import numeral_of, numerals
from dyeline.facts.prose import Prose, Word, read_prose
from dyeline.facts.relation import concept, hits
from dyeline.facts.values import Hit, counted_noun, date_hits, number_hits
from dyeline.model.sites import Place, Site

READ_ERROR = 0.05
"""P(another option is read than was written), fixed beforehand: an editor corrects, a reporter mistakes, the
finder takes a number for this fact. A site says ln(0.95 / 0.05) = 2.9 nats at most."""

_LEAST_SHARED = 2  # telling words of the document's sentence that must stand in the exhibit's sentence
_RARE_NUMBER = 100
_UNIT_REACH = 14
_SIGN_REACH = 4
_EMPTY = frozenset(
    "the a an of to in and or but that this it he she they we you i is was were are be been has have had do did for on"
    " at by with from as not no so if than then there who which will would can could may his her their our its all any"
    " each other some such only same too very more most one into out up over under after before during about".split()
)
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One way a site's choice shows in the document: a text for every variant, and the words around it.

    ``counted`` names what a plain number counts there; empty where nothing follows it.
    """

    texts: tuple[str, ...]
    stems: frozenset[str]
    counted: frozenset[str]


def read_fact_sites(text: str, document: str, sites: Sequence[Site]) -> NDArray[np.float64]:
    """Return ln-likelihoods (nats) of every site's variants, shape (len(sites), most variants); erasures are zero.

    A declared fact is read when exactly one of its options stands in ``text`` as a value of its kind
    (number, date, name), in a sentence that shares at least two telling words with the document's (one
    for an option that hardly stands there by chance); a plain number must count the same things.
    Anything else - no option, two options, "more than 30" - is an erasure. Several places of a choice
    are one decision. No codeword is looked at.
    """
    width = max((site.variants for site in sites), default=2)
    loglik = np.zeros((len(sites), width))
    rows = [row for row, site in enumerate(sites) if site.cls == "fact" and not site.on_page]
    if not rows or not text.strip():
        return loglik
    exhibit, original = read_prose(text), Prose(document)
    cap = math.log((1.0 - READ_ERROR) / READ_ERROR)
    for row in rows:
        site = sites[row]
        read = _read_site(exhibit, original, site)
        read = np.maximum(read, -cap) if read.any() else read
        loglik[row, : site.variants] = read
        loglik[row, site.variants :] = read[0]
    return loglik


def _read_site(exhibit: Prose, original: Prose, site: Site) -> NDArray[np.float64]:
    """Return the likelihoods of one site relative to its best variant; zeros where it cannot be read.

    Places with the same options are looked for together; a choice tied to others by constraints
    shows as several of them, whose evidence adds up.
    """
    total = np.zeros(site.variants)
    together: dict[frozenset[tuple[int, ...]], list[_Shown]] = {}
    for place in site.places:
        if len(set(place.texts)) > 1:
            together.setdefault(_partition(place), []).append(_shown(original, place))
    for shown in together.values():
        total += _read_choice(exhibit, shown, site.variants)
    return np.asarray(total - total.max())


def _partition(place: Place) -> frozenset[tuple[int, ...]]:
    """Return which variants show alike at a place: places with equal partitions show the same choice."""
    alike: dict[str, list[int]] = {}
    for variant, text in enumerate(place.texts):
        alike.setdefault(text, []).append(variant)
    return frozenset(tuple(own) for own in alike.values())


def _read_choice(exhibit: Prose, shown: Sequence[_Shown], variants: int) -> NDArray[np.float64]:
    seen: set[frozenset[int]] = set()
    for one in shown:
        options = list(dict.fromkeys(one.texts))
        for hit in _hits(exhibit, one, options):
            seen.add(frozenset(k for k, text in enumerate(one.texts) if options.index(text) in hit.options))
    if len(seen) != 1:
        return np.zeros(variants)
    (allowed,) = seen
    count = len(set(shown[0].texts))
    if len({shown[0].texts[k] for k in allowed}) != 1:
        return np.zeros(variants)
    wrong = math.log(READ_ERROR / (count - 1))
    return np.array([math.log(1.0 - READ_ERROR) if k in allowed else wrong for k in range(variants)])


def _hits(exhibit: Prose, shown: _Shown, options: Sequence[str]) -> list[Hit]:
    """Return where an option stands among words of the document's sentence."""
    if len(shown.stems) < _LEAST_SHARED:
        return []
    spelled = [[option] for option in options]
    relation = (shown.counted or shown.stems,)
    if all(numeral_of(option) is not None for option in options):
        found = number_hits(exhibit, spelled, relation)
    elif all(date_of(option) is not None for option in options):
        found = date_hits(exhibit, spelled, relation, publication_day(exhibit.text))
    elif all(option[:1].isupper() for option in options):
        found = [
            Hit(start, end, frozenset([k]))
            for k, option in enumerate(options)
            for start, end in find_names(exhibit, [option], person=False)
        ]
    else:
        return []
    least = 1 if all(map(_is_rare, options)) else _LEAST_SHARED
    return [hit for hit in found if _shares(exhibit, hit, shown.stems, least)]


def _is_rare(option: str) -> bool:
    """Tell whether an option hardly stands in a text by chance: a name of several words, a number from 100 on."""
    number = numeral_of(option)
    if number is not None:
        return number.low >= _RARE_NUMBER
    return date_of(option) is None and len(option.split()) > 1


def _shares(exhibit: Prose, hit: Hit, stems: frozenset[str], least: int) -> bool:
    span = exhibit.sentences[exhibit.sentence_at(hit.start)]
    words = [word for word in exhibit.words_in(span) if not hit.start <= word.start < hit.end]
    return len({concept(word.key) for word, _ in hits(words, (stems,))}) >= least


def _shown(original: Prose, place: Place) -> _Shown:
    """Return the texts of a place, with the unit or sign beside it, and the telling words of its sentence."""
    span = original.sentences[original.sentence_at(place.start)]
    words = [word for word in original.words_in(span) if not place.start <= word.start < place.end]
    return _Shown(
        tuple(_with_unit(original.text, place, text) for text in place.texts),
        _telling(words),
        _counted(original, place, words),
    )


def _telling(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(
        concept(word.key) for word in words if word.key not in _EMPTY and not word.text[0].isdigit()
    )


def _counted(original: Prose, place: Place, words: Sequence[Word]) -> frozenset[str]:
    """Return the telling words of what a plain number at a place counts."""
    for number in original.numbers:
        if number.start <= place.start < number.end and not number.unit:
            after = [word for word in words if word.start >= number.end]
            return _telling(counted_noun(original, number, after))
    return frozenset()


def _with_unit(document: str, place: Place, text: str) -> str:
    """Return an option with what belongs to its number: ``30`` in "€30 million" is the whole amount."""
    if _WEEKDAY.fullmatch(text):
        return text
    before = document[max(0, place.start - _SIGN_REACH) : place.start]
    after = document[place.end : place.end + _UNIT_REACH]
    low, high = len(before), len(before) + len(text)
    joined = before + text + after
    for number in numerals(joined):
        if number.start < high and number.end > low:
            return joined[min(number.start, low) : max(number.end, high)]
    return text
