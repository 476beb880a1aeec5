"""Numbers and dates that stand with their relation words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dyeline.facts import dates, numerals
from dyeline.facts.negation import denies_verb, is_denied, is_negated, negators
from dyeline.facts.numerals import Numeral
from dyeline.facts.prose import Prose, Word
from dyeline.facts.relation import Relation, all_met, hits, nearest, stem

Options = Sequence[Sequence[str]]

TELLING_DIGITS = 3
"""Digits of an amount that hardly anything else in a report has."""

_NOUN_REACH = 5  # words after a number within which the counted thing is named
_VERB_REACH = 5  # words beyond it, or before the number, within which what happened to it is named
_SHORT_CLAUSE = 4  # words of a clause that has no verb of its own: the sentence speaks for it
_ENDS_NOUN = frozenset(
    "in on at by with from to for of and or but as than that which who was were is are be been has have had will"
    " would when while after before during took were the a an his her their its each per would could should did"
    " which them these those whom".split()
)
_PREPOSITIONS = frozenset(
    "in on at by with from to for as than that which who when while after before during".split()
)
_ANYTHING = frozenset(
    "people person persons men women individuals others more times altogether overall total each apiece or so".split()
)

_DOUBTS = frozenset(
    map(stem, "mention name confirm verify believe accept recognise trust exist include list".split())
)
"""Verbs that leave nothing of "the 17 cracks" behind a "not"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A value at ``start:end``; ``options`` are the numbers of the sheet's values that it may be."""

    start: int
    end: int
    options: frozenset[int]


def number_hits(prose: Prose, options: Options, relation: Relation) -> list[Hit]:
    """Return where a number agrees with a value and counts what the relation says.

    A plain number must be followed by a relation word in what it counts, or stand beside the verb;
    one with a unit needs a relation word in its clause. All groups of the relation must be in the
    sentence, or one of them where a unit and three digits leave little doubt. A number behind a "not" is no hit.
    """
    meant = [
        [n for spelling in spellings if (n := numerals.numeral_of(spelling)) is not None]
        for spellings in options
    ]
    found = []
    for seen in (*prose.numbers, *_halves(prose, options)):
        fitting = frozenset(
            k for k, ways in enumerate(meant) if any(numerals.agrees(seen, one) for one in ways)
        )
        if not fitting or not _counts(prose, seen, relation) or is_said_not_to_be(prose, seen, relation):
            continue
        also = {k for k, ways in enumerate(meant) if any(numerals.leaves_open(seen, one) for one in ways)}
        found.append(Hit(seen.start, seen.end, fitting | also))
    return found


def date_hits(prose: Prose, options: Options, relation: Relation, published: date | None) -> list[Hit]:
    """Return where a date agrees with a value and its relation words are nearer to it than to another date."""
    meant = [
        [d for spelling in spellings if (d := dates.date_of(spelling)) is not None] for spellings in options
    ]
    seen_dates = dates.dates(prose.text, published)
    together: dict[int, list[dates.Seen]] = {}
    for seen in seen_dates:
        together.setdefault(prose.sentence_at(seen.start), []).append(seen)
    found = []
    for seen in seen_dates:
        fitting = frozenset(k for k, ways in enumerate(meant) if any(dates.agrees(seen, one) for one in ways))
        if not fitting or is_negated(prose, seen.start, seen.end):
            continue
        number = prose.sentence_at(seen.start)
        words = prose.words_in(prose.sentences[number])
        if not all_met(words, relation):
            continue
        beside = [word for word, _ in hits(words, relation)]
        distance = nearest((seen.start, seen.end), beside)
        rivals = [one for one in together[number] if one is not seen and not one.start < seen.end < one.end]
        if beside and any(nearest((one.start, one.end), beside) < distance for one in rivals):
            continue
        found.append(Hit(seen.start, seen.end, fitting))
    return found


def _counts(prose: Prose, seen: Numeral, relation: Relation) -> bool:
    """Tell whether a number is said of what the relation names."""
    if not relation:
        return True
    sentence = prose.words_in(prose.sentences[prose.sentence_at(seen.start)])
    words = [word for word in sentence if not seen.start <= word.start < seen.end]
    if not (all_met(words, relation) or (_is_telling(seen) and hits(words, relation))):
        return False
    low, high = prose.clause_at(seen.start, seen.end)
    clause = [word for word in words if low <= word.start < high]
    if len(clause) < _SHORT_CLAUSE:
        clause = words
    if seen.unit:
        return bool(hits(clause, relation))
    after = [word for word in clause if word.start >= seen.end]
    before = [word for word in clause if word.end <= seen.start]
    noun = counted_noun(prose, seen, after)
    if hits(noun, relation):
        return True
    if all(word.key in _ANYTHING for word in noun):
        return bool(hits(clause, relation))
    return bool(
        hits(_until(after[len(noun) :], _VERB_REACH), relation)
        or hits(_until(before[::-1], _VERB_REACH), relation)
    )


def is_said_not_to_be(prose: Prose, seen: Numeral, relation: Relation) -> bool:
    """Tell whether a number is denied: "not 30 sites". Of "they did not count the 118 albums" there are 118."""
    if is_denied(prose, seen.start, seen.end):
        return True
    denying = negators(prose, seen.start, seen.end)
    return bool(denying) and not _is_presupposed(prose, seen, relation, denying[-1])


def _is_presupposed(prose: Prose, seen: Numeral, relation: Relation, denying: Word) -> bool:
    """Tell whether a "not" is about a verb, and the number is "the" number of what the relation names."""
    between = [word.key for word in prose.words_in((denying.end, seen.start))]
    if len(between) < 2 or between[-1] != "the" or not denies_verb(denying):
        return False
    noun = counted_noun(prose, seen, _after(prose, seen))
    return bool(hits(noun, relation)) and all_met(noun, relation) and _DOUBTS.isdisjoint(map(stem, between))


def counts_anything(prose: Prose, seen: Numeral) -> bool:
    """Tell whether a number says nothing of what it counts: "six of them", "540 people", "they were 12"."""
    return all(word.key in _ANYTHING for word in counted_noun(prose, seen, _after(prose, seen)))


def counts_something(prose: Prose, seen: Numeral, relation: Relation) -> bool:
    """Tell whether a number says that it counts other things than a relation names."""
    noun = counted_noun(prose, seen, _after(prose, seen))
    return not hits(noun, relation) and any(word.key not in _ANYTHING for word in noun)


def _after(prose: Prose, seen: Numeral) -> list[Word]:
    low, high = prose.clause_at(seen.start, seen.end)
    return [word for word in prose.words_in((low, high)) if word.start >= seen.end]


def _is_telling(seen: Numeral) -> bool:
    """Tell whether a number has a unit and three digits or more: hardly anything else is 84.5 million euros."""
    return bool(seen.unit) and numerals.significant(seen) >= TELLING_DIGITS


def counted_noun(prose: Prose, seen: Numeral, after: Sequence[Word]) -> list[Word]:
    """Return the words that name the counted thing: from the number to a preposition, a verb form or a stop."""
    noun: list[Word] = []
    at = seen.end
    for word in after[:_NOUN_REACH]:
        between = prose.text[at : word.start]
        if word.key in _ENDS_NOUN or not re.fullmatch(r"[\s-]*", between) or _is_number(word):
            if word.key == "of" and not noun:
                at = word.end
                continue
            if word.key == "the" and not noun:
                at = word.end
                continue
            break
        noun.append(word)
        at = word.end
    return noun


def _until(words: Sequence[Word], reach: int) -> list[Word]:
    """Return the first words up to a preposition or another number."""
    kept: list[Word] = []
    for word in words[:reach]:
        if word.key in _PREPOSITIONS or _is_number(word):
            break
        kept.append(word)
    return kept


def _is_number(word: Word) -> bool:
    return word.text[0].isdigit()


def _halves(prose: Prose, options: Options) -> list[Numeral]:
    """Return the words "half" of a text as 50 %, where a spelling of the sheet says "half"."""
    if not any(spelling.casefold() == "half" for spellings in options for spelling in spellings):
        return []
    return [
        Numeral(word.start, word.end, 50.0, 50.0, "%", 1.0, "", False)
        for word in prose.words
        if word.key == "half" and not any(one.start < word.start < one.end for one in prose.numbers)
    ]
