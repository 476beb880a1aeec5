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
    "the a an in at from of by for to with and but when while as if on over near then later now so yet because since"
    " after before once though although where what who how why that even only also still here there today yesterday"
    " tomorrow meanwhile".split()
)
_PARTICLES = frozenset("de van von der den la le di du da del ter ten bin al el".split())
_BESIDE = re.compile(r"^ ([^\W\d_][^\W_]*(?:['’-][^\W_]+)*)")
_BEFORE = re.compile(r"(?:^|[^\w'’-])([^\W\d_][^\W_]*(?:-[^\W_]+)*)((?:['’]s)?\.?) $")
_ASIDE = re.compile(rf"(?:(?<!\w)(?:{'|'.join(sorted(_PARTICLES))})|[\"“‘(][\w-]{{1,20}}[\"”’)]) $")
"""What may stand between a first name and a surname: "von", or a nickname."""

_GIVEN = re.compile(r"(?:(?<![\w'’-])[A-ZÀ-Þ](?:\.|[\w'’-]*) )+$")
_WINDOW = 120  # characters before a name in which its titles, first names and asides stand


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
    surnames = {spelling.split()[-1] for spelling in spellings if " " in spelling} if person else set()
    found: list[Span] = []
    bare: list[Span] = []
    taken = bytearray(len(prose.text))
    for spelling in sorted(set(spellings) - surnames, key=len, reverse=True):
        for match in _pattern(spelling).finditer(prose.text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            full = person and " " in spelling
            if _stands_alone(prose, match.start(), match.end(), free_before=full):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end))
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
    before = _capital_before(prose.text[max(0, start - _WINDOW) : start])
    return free_before or before is None or before in _TITLES or before in _MAY_PRECEDE


def _capital_before(text: str) -> str | None:
    """Return the capitalised last word of a text, case-folded; None for any other, or at a sentence's beginning."""
    before = _BEFORE.search(text[-40:])
    if before is None or not before[1][0].isupper() or before[2].startswith(("'", "’")):
        return None
    if before[2] and len(before[1]) > 1 and before[1].casefold() not in _SHORTENED:
        return None  # the full stop ends a sentence
    last = before[1].split("-")[-1]
    return last.casefold() if last[0].isupper() else None  # "Editor-in-chief" is a role


def full_names(prose: Prose, surname: str) -> list[str]:
    """Return the names in full that bear a surname in a text, in order, without titles."""
    found = []
    for match in _pattern(surname).finditer(prose.text):
        given = _given_names(_named_before(prose, match.start()))
        if given and _stands_alone(prose, *match.span(), free_before=True):
            found.append(f"{given} {surname}")
    return list(dict.fromkeys(found))


def is_bare_surname(name: str) -> bool:
    """Tell whether a name is a surname alone, with no more than titles before it."""
    *before, last = name.split()
    return last[0].isupper() and all(
        word in _PARTICLES or (word[0].isupper() and _is_title(word)) for word in before
    )


def _is_title(word: str) -> bool:
    """Tell whether a word is a title or a role: "Dr.", "Director", "Editor-in-chief"."""
    last = word.rstrip(".").split("-")[-1]
    return last.casefold() in _TITLES or last[:1].islower()


def _named_before(prose: Prose, start: int) -> str:
    """Return the text before a surname, without "von" or a nickname right before it."""
    text = prose.text[max(0, start - _WINDOW) : start]
    while (aside := _ASIDE.search(text)) is not None:
        text = text[: aside.start()]
    return text


def _given_names(text: str) -> str:
    """Return the capitalised words that end a text, without titles and words that begin a sentence."""
    found = _GIVEN.search(text)
    words = found[0].split() if found else []
    ends = [k for k, word in enumerate(words) if _is_title(word) or word.casefold() in _MAY_PRECEDE]
    return " ".join(words[ends[-1] + 1 :] if ends else words)


def _by_surname(prose: Prose, surname: str, full: Sequence[Span], taken: bytearray) -> list[Span]:
    mentions = [_Mention(low, high, True) for low, high in full]
    bare: list[Span] = []
    for match in _pattern(surname).finditer(prose.text):
        if any(taken[match.start() : match.end()]):
            continue
        before = _capital_before(_named_before(prose, match.start()))
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
