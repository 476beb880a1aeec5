"""Finding the facts of a sheet in a text: which stand there, with which value, in which sentence, said by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dyeline.facts.claims import find_claim
from dyeline.facts.context import ESTABLISHED, values_in_context
from dyeline.facts.dates import publication_day
from dyeline.facts.names import find_names
from dyeline.facts.negation import is_unnamed, is_untrue, relation_negated
from dyeline.facts.prose import Prose
from dyeline.facts.quotes import find_quote
from dyeline.facts.relation import all_met, hits
from dyeline.facts.sheet import Fact
from dyeline.facts.speakers import speaker_of_quote, speaker_of_statement
from dyeline.facts.values import Hit, date_hits, number_hits

FACTS_VERSION = "facts/3"
Confidence = Literal["typed", "suggestion"]


@dataclass(frozen=True, slots=True)
class FoundFact:
    """What a text says about one fact.

    ``value`` is the sheet's value that was read, None when several of them stand in the text or the
    fact is absent; ``version`` is the group that was given it, None unless it is one group alone.
    ``sentence`` is the evidence, ``speaker`` who is named as having said it. ``confidence`` is
    "suggestion" for free claims: a person has to judge them.
    """

    id: str
    present: bool
    value: str | None = None
    version: str | None = None
    sentence: str | None = None
    speaker: str | None = None
    confidence: Confidence = "typed"


def find_facts(prose: Prose, facts: Sequence[Fact], *, published: date | None = None) -> list[FoundFact]:
    """Return, in the order of the sheet, what a text says about every fact. Unsure means not present.

    Args:
        prose: the text.
        facts: the sheet.
        published: the day from which weekdays are counted; by default that of the text's dateline.
    """
    day = published or publication_day(prose.text)
    claims = tuple(fact.value for fact in facts if fact.type == "claim")
    people = tuple(fact.value for fact in facts if fact.type == "person")
    typed = {fact.id: value_hits(prose, fact, day) for fact in facts if fact.type != "claim"}
    if sum(map(bool, typed.values())) >= ESTABLISHED:
        missing = [fact for fact in facts if fact.id in typed and not typed[fact.id]]
        typed |= {fact.id: values_in_context(prose, fact, facts, day) for fact in missing}
    return [
        _claim(prose, fact, claims, people)
        if fact.type == "claim"
        else _found(prose, fact, typed[fact.id], people)
        for fact in facts
    ]


def _found(prose: Prose, fact: Fact, found: Sequence[Hit], people: Sequence[str]) -> FoundFact:
    if not found:
        return FoundFact(fact.id, False)
    chosen = _decided(found)
    value = fact.options[chosen][0] if chosen is not None else None
    groups = fact.groups_given(value) if value is not None else ()
    best = next(hit for hit in found if chosen is None or chosen in hit.options)
    number = prose.sentence_at(best.start)
    speaker = (
        speaker_of_quote(prose, (best.start, best.end), people)
        if fact.type == "quote"
        else speaker_of_statement(prose, number, people)
    )
    return FoundFact(
        fact.id,
        True,
        value,
        groups[0] if len(groups) == 1 else None,
        prose.sentence_text(number),
        speaker,
    )


def value_hits(prose: Prose, fact: Fact, published: date | None) -> list[Hit]:
    """Return where a value of a typed fact stands with its relation words, in order of the text."""
    if fact.type == "number":
        return number_hits(prose, fact.options, fact.stems)
    if fact.type == "date":
        return date_hits(prose, fact.options, fact.stems, published)
    if fact.type == "quote":
        return _quote_hits(prose, fact)
    return _name_hits(prose, fact)


def _decided(found: Sequence[Hit]) -> int | None:
    """Return the one option that all hits allow, some of them alone; None when they differ or leave it open."""
    sure = {next(iter(hit.options)) for hit in found if len(hit.options) == 1}
    if len(sure) != 1:
        return None
    (option,) = sure
    return option if all(option in hit.options for hit in found) else None


def _quote_hits(prose: Prose, fact: Fact) -> list[Hit]:
    scored = [
        (hit, option)
        for option, spellings in enumerate(fact.options)
        for spelling in spellings
        for hit in find_quote(prose, spelling)[:1]
    ]
    if not scored:
        return []
    most = max(hit.score for hit, _ in scored)
    best = [(hit, option) for hit, option in scored if hit.score == most]
    first = min((hit for hit, _ in best), key=lambda hit: hit.start)
    return [Hit(first.start, first.end, frozenset(option for _, option in best))]


def _name_hits(prose: Prose, fact: Fact) -> list[Hit]:
    found = []
    for option, spellings in enumerate(fact.options):
        for start, end in find_names(prose, spellings, person=fact.type == "person"):
            span = prose.sentences[prose.sentence_at(start)]
            words = [word for word in prose.words_in(span) if not start <= word.start < end]
            if not all_met(words, fact.stems) or is_unnamed(prose, start, end):
                continue
            beside = hits(words, fact.stems)
            if beside and is_untrue(prose, start, end):
                continue
            if beside and all(relation_negated(prose, word) for word, _ in beside):
                continue
            found.append(Hit(start, end, frozenset([option])))
    return found


def _claim(prose: Prose, fact: Fact, claims: Sequence[str], people: Sequence[str]) -> FoundFact:
    others = tuple(claim for claim in claims if claim != fact.value)
    scored = [
        (hit, spelling)
        for spelling in fact.options[0]
        if (hit := find_claim(prose, spelling, others)) is not None
    ]
    if not scored:
        return FoundFact(fact.id, False, confidence="suggestion")
    hit, _ = max(scored, key=lambda pair: pair[0].share)
    return FoundFact(
        fact.id,
        True,
        fact.value,
        None,
        prose.sentence_text(hit.sentence),
        speaker_of_statement(prose, hit.sentence, people),
        "suggestion",
    )
