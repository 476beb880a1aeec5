"""Names of people, organisations and places in running text, and whom a bare surname means."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.facts.prose import Prose
from dyeline.model.document import Span

_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady judge justice president minister director chief"
    " chairman chairwoman chair secretary senator governor mayor general captain inspector officer executive"
    " spokesman spokeswoman spokesperson commissioner ambassador king queen prince princess".split()
)
_SHORTENED = frozenset("mr mrs ms dr prof st gen sen rep gov lt col sgt hon rev capt".split())
_MAY_FOLLOW = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july"
    " august september october november december ceo chief director president i".split()
)
_MAY_PRECEDE = frozenset(
    "the a an in at from of by for to with and but when while as if on over near".split()
)
_BESIDE = re.compile(r"^ ([^\W\d_][^\W_]*(?:['’-][^\W_]+)*)")
_BEFORE = re.compile(r"(?:^|[^\w'’-])([^\W\d_][^\W_]*(?:-[^\W_]+)*)((?:['’]s)?\.?) $")


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    ours: bool


def find_names(prose: Prose, spellings: Sequence[str], *, person: bool) -> list[Span]:
    """Return where one of the spellings stands as a whole name.

    Inside a longer capitalised name ("Harrowmere United" for "Harrowmere") it is another name. A
    person is also found by the surname, unless the nearest full name before it with that surname
    is somebody else's, or only somebody else is named in full. Full names come first.
    """
    found: list[Span] = []
    bare: list[Span] = []
    taken = bytearray(len(prose.text))
    for spelling in sorted(set(spellings), key=len, reverse=True):
        for match in _pattern(spelling).finditer(prose.text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            full = person and " " in spelling
            if _stands_alone(prose, match.start(), match.end(), free_before=full):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end))
    if person:
        surnames = {spelling.split()[-1] for spelling in spellings if " " in spelling}
        for surname in sorted(surnames):
            bare += _by_surname(prose, surname, found, taken)
    return [*sorted(found), *sorted(bare)]


def _pattern(spelling: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in spelling.split()]
    upper = [re.escape(part) for part in spelling.upper().split()]
    if parts[0] in ("the", "The"):
        parts[0] = "[Tt]he"
    own, loud = r"\s+".join(parts), r"\s+".join(upper)
    return re.compile(rf"(?<![\w-])(?:{own}|{loud})(?![^\W]|-(?=[A-Z]))")


def _stands_alone(prose: Prose, start: int, end: int, *, free_before: bool) -> bool:
    after = _BESIDE.match(prose.text[end : end + 40])
    if after and after[1][0].isupper() and after[1].casefold() not in _MAY_FOLLOW:
        return prose.text[start:end].isupper()  # in a line of capitals every word has one
    before = _capital_before(prose, start)
    return free_before or before is None or before in _TITLES or before in _MAY_PRECEDE


def _capital_before(prose: Prose, start: int) -> str | None:
    """Return the capitalised word right before, case-folded; None for any other, or at a sentence's beginning."""
    before = _BEFORE.search(prose.text[max(0, start - 40) : start])
    if before is None or not before[1][0].isupper() or before[2].startswith(("'", "’")):
        return None
    if before[2] and len(before[1]) > 1 and before[1].casefold() not in _SHORTENED:
        return None  # the full stop ends a sentence
    last = before[1].split("-")[-1]
    return last.casefold() if last[0].isupper() else None  # "Editor-in-chief" is a role


def _by_surname(prose: Prose, surname: str, full: Sequence[Span], taken: bytearray) -> list[Span]:
    mentions = [_Mention(low, high, True) for low, high in full]
    bare: list[Span] = []
    for match in _pattern(surname).finditer(prose.text):
        if any(taken[match.start() : match.end()]):
            continue
        before = _capital_before(prose, match.start())
        if before is None or before in _TITLES or before in _MAY_PRECEDE:
            if _stands_alone(prose, match.start(), match.end(), free_before=True):
                bare.append(match.span())
        else:
            mentions.append(_Mention(match.start(), match.end(), False))
    mentions.sort(key=lambda mention: mention.start)
    starts = [mention.start for mention in mentions]
    nobody_else = all(mention.ours for mention in mentions)
    found = []
    for low, high in bare:
        earlier = bisect_left(starts, low)
        if mentions[earlier - 1].ours if earlier else nobody_else:
            found.append((low, high))
    return found
