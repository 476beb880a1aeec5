"""Shared runs: stretches of the same words in two texts that two writers would not choose independently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.facts.prose import Prose, Word

LEAST_WORDS = 5
"""Words that are neither name nor number, in a row but for these, that mark one origin."""

_LEAST_TELLING = 2
_FREQUENT = frozenset(
    "the a an of to in and or but that this it he she they we you i is was were are be been has have had do did does"
    " for on at by with from as not no so if than then there here what who which will would can could may his her"
    " their our your its more most all any one two first last year years time day days week also only after before"
    " when while about over up out into said says say new".split()
)
_STOCK = tuple(
    phrase.split()
    for phrase in (
        "did not immediately respond to a request for comment",
        "did not respond to requests for comment",
        "could not be reached for comment",
        "declined to comment on the matter",
        "a person familiar with the matter said",
        "people with knowledge of the matter",
        "on condition of anonymity because they were not authorised to speak",
        "who spoke on condition of anonymity",
        "at the end of the day",
        "in the early hours of the morning",
        "for the first time in",
        "at the same time as the",
        "a spokesman for the company said",
        "all rights reserved",
        "is one of the most",
        "the rest of the world",
        "as soon as possible",
    )
)


@dataclass(frozen=True, slots=True)
class SharedRun:
    """A run of equal words: where it stands in both texts (offsets of the prose) and how many words count."""

    first: tuple[int, int]
    second: tuple[int, int]
    words: int


def shared_runs(first: Prose, second: Prose, *, least: int = LEAST_WORDS) -> list[SharedRun]:
    """Return the longest runs of equal words in two texts, in order of the first.

    Names, numbers and stock phrases of the trade do not count towards ``least``; a run of frequent
    words alone marks nothing. Each word of the first text is in one run at most. Cost: linear but
    for repeated phrases.
    """
    mine, theirs = first.words, second.words
    own, other = [word.key for word in mine], [word.key for word in theirs]
    counts = _counting(first)
    places: dict[tuple[str, ...], list[int]] = {}
    for k in range(len(other) - least + 1):
        places.setdefault(tuple(other[k : k + least]), []).append(k)
    found: list[SharedRun] = []
    at = 0
    while at <= len(own) - least:
        longest, start = 0, 0
        for k in places.get(tuple(own[at : at + least]), ())[:64]:
            size = least
            while at + size < len(own) and k + size < len(other) and own[at + size] == other[k + size]:
                size += 1
            if size > longest:
                longest, start = size, k
        if not longest:
            at += 1
            continue
        counted = [k for k in range(at, at + longest) if counts[k]]
        telling = sum(own[k] not in _FREQUENT for k in counted)
        if len(counted) >= least and telling >= _LEAST_TELLING:
            found.append(
                SharedRun(
                    (mine[at].start, mine[at + longest - 1].end),
                    (theirs[start].start, theirs[start + longest - 1].end),
                    len(counted),
                )
            )
        at += longest
    return found


def _counting(prose: Prose) -> list[bool]:
    """Return, per word, whether it counts: no number, no name, no part of a stock phrase."""
    words = prose.words
    opens = {own[0].start for span in prose.sentences if (own := prose.words_in(span))}
    counts = [
        not word.text[0].isdigit() and not (word.text[0].isupper() and word.start not in opens)
        for word in words
    ]
    keys = [word.key for word in words]
    for phrase in _STOCK:
        for at in _found(keys, phrase):
            counts[at : at + len(phrase)] = [False] * len(phrase)
    return _without_name_heads(words, counts, opens)


def _without_name_heads(words: Sequence[Word], counts: list[bool], opens: set[int]) -> list[bool]:
    """Leave out a sentence's first word, too, when a name goes on behind it."""
    return [
        count and not (word.start in opens and k + 1 < len(words) and words[k + 1].text[0].isupper())
        for k, (word, count) in enumerate(zip(words, counts, strict=True))
    ]


def _found(keys: Sequence[str], phrase: Sequence[str]) -> list[int]:
    size = len(phrase)
    return [
        at
        for at in range(len(keys) - size + 1)
        if keys[at] == phrase[0] and list(keys[at : at + size]) == phrase
    ]
