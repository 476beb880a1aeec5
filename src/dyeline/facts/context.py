"""Values in a text that is about the event: what leaves little doubt there needs fewer relation words.

A report that states ``ESTABLISHED`` facts of a sheet beside their relation words is about the sheet's event. In it
"540 people" or "2 November" hardly stands for something else, whatever words are beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dyeline.facts import dates, numerals
from dyeline.facts.names import find_names
from dyeline.facts.negation import is_negated, is_unnamed
from dyeline.facts.numerals import Numeral
from dyeline.facts.prose import Prose, Word
from dyeline.facts.relation import Relation, all_met, hits
from dyeline.facts.sheet import Fact
from dyeline.facts.values import TELLING_DIGITS, Hit, counts_anything, counts_something, is_said_not_to_be

ESTABLISHED = 4
"""Typed facts that stand in a text beside their relation words before it is taken to be about the event."""

_RARE_FROM = 100
"""A plain number from here on that is not round hardly stands in a report for two things."""

_FAR_YEARS = 3
_LASTING = frozenset("second minute hour day week month year".split())


@dataclass(frozen=True, slots=True)
class _Others:
    """What the other facts of a sheet may be: a value that two facts share needs its relation words."""

    numbers: tuple[Numeral, ...]
    days: tuple[dates.Seen, ...]


def values_in_context(prose: Prose, fact: Fact, sheet: Sequence[Fact], published: date | None) -> list[Hit]:
    """Return where a value of a typed fact stands in a text about the event, in order of the text.

    A quotation is not looked for: it needs no relation words at all.
    """
    rest = _others(one for one in sheet if one.id != fact.id)
    if fact.type == "number":
        return _numbers(prose, fact, rest)
    if fact.type == "date":
        return _days(prose, fact, rest, published)
    return _names(prose, fact) if fact.type in ("organisation", "place", "person") else []


def _others(facts: Iterable[Fact]) -> _Others:
    spelled = [
        (fact.type, spelling) for fact in facts for spellings in fact.options for spelling in spellings
    ]
    numbers = (numerals.numeral_of(text) for kind, text in spelled if kind == "number")
    days = (dates.date_of(text) for kind, text in spelled if kind == "date")
    return _Others(tuple(n for n in numbers if n is not None), tuple(d for d in days if d is not None))


def _numbers(prose: Prose, fact: Fact, rest: _Others) -> list[Hit]:
    meant = [
        [n for spelling in spellings if (n := numerals.numeral_of(spelling)) is not None]
        for spellings in fact.options
    ]
    found = []
    for seen in prose.numbers:
        fitting = frozenset(
            k for k, ways in enumerate(meant) if any(numerals.agrees(seen, one) for one in ways)
        )
        if not fitting or any(numerals.agrees(seen, one) for one in rest.numbers):
            continue
        if _number_means(prose, seen, fact.stems) and not is_said_not_to_be(prose, seen, fact.stems):
            also = {k for k, ways in enumerate(meant) if any(numerals.leaves_open(seen, one) for one in ways)}
            found.append(Hit(seen.start, seen.end, fitting | also))
    return found


def _number_means(prose: Prose, seen: Numeral, relation: Relation) -> bool:
    number = prose.sentence_at(seen.start)
    beside = _without(prose, number, seen.start, seen.end)
    around = _around(prose, number, seen.start, seen.end)
    if seen.unit in _LASTING:
        return bool(hits(beside, relation)) and all_met(around, relation)
    if seen.unit:
        return numerals.significant(seen) >= 2
    rare = seen.low >= _RARE_FROM and numerals.significant(seen) >= 2 and not 1900 <= seen.low < 2100
    if counts_something(prose, seen, relation):
        return rare and all_met(beside, relation)
    if rare:
        return _is_large_sum(seen) or bool(hits(around, relation))
    return counts_anything(prose, seen) and bool(hits(beside, relation)) and all_met(around, relation)


def _is_large_sum(seen: Numeral) -> bool:
    """Tell whether a number is millions to three digits: "told to pay 84.5 million" is hardly another sum."""
    return seen.scaled and numerals.significant(seen) >= TELLING_DIGITS


def _days(prose: Prose, fact: Fact, rest: _Others, published: date | None) -> list[Hit]:
    meant = [
        [d for spelling in spellings if (d := dates.date_of(spelling)) is not None]
        for spellings in fact.options
    ]
    found = []
    for seen in dates.dates(prose.text, published):
        fitting = frozenset(k for k, ways in enumerate(meant) if any(dates.agrees(seen, one) for one in ways))
        if not fitting or any(dates.agrees(seen, one) for one in rest.days) or _is_dateline(seen, published):
            continue
        around = _around(prose, prose.sentence_at(seen.start), seen.start, seen.end)
        told = (seen.day is not None and not seen.relative) or _is_far_off(seen, published)
        if (told or hits(around, fact.stems)) and not is_negated(prose, seen.start, seen.end):
            found.append(Hit(seen.start, seen.end, fitting))
    return found


def _is_far_off(seen: dates.Seen, published: date | None) -> bool:
    """Tell whether a year, or a month of it, is far from the time of the report: little else is of that time."""
    if seen.year is None or seen.day is not None or published is None:
        return False
    return abs(published.year - seen.year) >= _FAR_YEARS


def _is_dateline(seen: dates.Seen, published: date | None) -> bool:
    own = published is not None and (seen.year, seen.month, seen.day) == (
        published.year,
        published.month,
        published.day,
    )
    return own and not seen.relative and seen.start < dates.DATELINE_REACH


def _names(prose: Prose, fact: Fact) -> list[Hit]:
    return [
        Hit(start, end, frozenset([option]))
        for option, spellings in enumerate(fact.options)
        for start, end in find_names(prose, spellings, person=fact.type == "person")
        if " " in prose.text[start:end] or _single_means(prose, start, end, fact)
        if not is_negated(prose, start, end) and not is_unnamed(prose, start, end)
    ]


def _single_means(prose: Prose, start: int, end: int, fact: Fact) -> bool:
    """Tell whether a name of one word stands in its role: other things may be called so."""
    around = _around(prose, prose.sentence_at(start), start, end)
    return fact.type == "place" and all_met(around, fact.stems)


def _without(prose: Prose, sentence: int, start: int, end: int) -> list[Word]:
    words = prose.words_in(prose.sentences[sentence])
    return [word for word in words if not start <= word.start < end]


def _around(prose: Prose, sentence: int, start: int, end: int) -> list[Word]:
    """Return the words of a sentence and its neighbours."""
    last = len(prose.sentences) - 1
    return [
        word
        for number in range(max(0, sentence - 1), min(last, sentence + 1) + 1)
        for word in _without(prose, number, start, end)
    ]
