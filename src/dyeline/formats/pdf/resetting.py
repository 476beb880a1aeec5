"""A line with other words in it: where each word then stands, and what its show operators hold.

The line begins where it began. A line whose spaces were stretched ends where it ended, the difference
in width spread over its spaces; another one may end elsewhere, as such lines do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Final

import pikepdf

from dyeline.formats.pdf.cutting import Swap
from dyeline.formats.pdf.lettering import Lettering
from dyeline.formats.pdf.lines import SetLine, SetWord
from dyeline.formats.pdf.moves import Fragment

SPACES_EM: Final = (0.19, 0.46)
"""Mean space of a stretched line, in em: narrower, words run together; wider, the line shows a gap."""

NARROWER: Final = 0.85  # share of the spaces that a line without stretched spaces keeps
MAX_COMBINATIONS: Final = 64  # of the variants in one line


@dataclass(frozen=True, slots=True)
class Group:
    """Words ``first`` to ``last`` of a line (counted in the line) and what stands there under each variant."""

    first: int
    last: int
    variants: tuple[tuple[str, ...], ...]  # words


def reset_line(line: SetLine, groups: Sequence[Group], place: int) -> list[Swap] | None:
    """Return the swaps that show a line with each combination of variants; None where one does not fit.

    ``groups`` are in order and share no word. Symbol k of ``place`` is the k-th combination, the last
    group's variant changing fastest.
    """
    lengths = [len(group.variants) for group in groups]
    combinations = list(product(*map(range, lengths)))
    if len(combinations) > MAX_COMBINATIONS or any(not _is_one_run(line, group) for group in groups):
        return None
    settings = [_set(line, groups, chosen) for chosen in combinations]
    fitting = [setting for setting in settings if setting is not None]
    if len(fitting) < len(settings):
        return None
    return list(_swaps(line, groups, fitting, place))


def _is_one_run(line: SetLine, group: Group) -> bool:
    """Tell whether one font and one operator show all words of a group."""
    words = line.words[group.first : group.last + 1]
    fragments = [word.fragments[0] for word in words]
    return (
        all(word.lettering is not None and word.font == words[0].font for word in words)
        and len({(fragment.layer, fragment.instruction) for fragment in fragments}) == 1
        and all(one.end <= other.begin for one, other in pairwise(fragments))
    )


@dataclass(frozen=True, slots=True)
class _Setting:
    """Displacements (pt) of the line's words that stay, by number in the line, and what groups hold.

    ``groups[g]`` is (displacement where it begins, array elements, displacement behind it).
    """

    moved: Mapping[int, float]
    groups: tuple[tuple[float, bytes, float], ...]


def _set(line: SetLine, groups: Sequence[Group], chosen: Sequence[int]) -> _Setting | None:
    """Return a line under one combination of variants; None where it does not fit."""
    set_words = []
    for group, variant in zip(groups, chosen, strict=True):
        lettering = line.words[group.first].lettering
        assert lettering is not None
        codes = [lettering.set_word(word) for word in group.variants[variant]]
        known = [word for word in codes if word]
        if len(known) < len(codes) or not known or (len(known) > 1 and " " not in lettering.codes):
            return None
        set_words.append(known)
    owner = {k: g for g, group in enumerate(groups) for k in range(group.first, group.last + 1)}
    own_gaps = [b.start - a.end for a, b in pairwise(line.words)]
    mean = sum(own_gaps) / len(own_gaps) if own_gaps else _space_em(line, groups) * line.em
    widths = [_widths(line, group, words) for group, words in zip(groups, set_words, strict=True)]
    width = sum(word.end - word.start for k, word in enumerate(line.words) if k not in owner)
    width += sum(map(sum, widths))
    kept = [gap for k, gap in enumerate(own_gaps) if owner.get(k, -1) != owner.get(k + 1, -2)]
    spaces = sum(kept) + mean * sum(len(words) - 1 for words in set_words)
    stretch = _stretch(
        line, width, spaces, count=len(kept) + sum(len(words) - 1 for words in set_words), mean=mean
    )
    if stretch is None:
        return None
    moved: dict[int, float] = {}
    made: list[tuple[float, bytes, float]] = []
    at = line.words[0].start
    for k, word in enumerate(line.words):
        g = owner.get(k, -1)
        if g < 0:
            moved[k] = at - word.start
            at += word.end - word.start
        elif k == groups[g].first:
            fragment = word.fragments[0]
            elements, end = _elements(word, fragment, set_words[g], widths[g], at, mean * stretch)
            made.append((at - word.start, elements, end - line.words[groups[g].last].end))
            at = end
        if k < len(own_gaps) and owner.get(k, -1) != owner.get(k + 1, -2):
            at += own_gaps[k] * stretch
    return _Setting(moved, tuple(made))


def _space_em(line: SetLine, groups: Sequence[Group]) -> float:
    lettering = line.words[groups[0].first].lettering
    code = lettering.codes.get(" ") if lettering else None
    return 0.25 if code is None or lettering is None else lettering.font.advance(code)


def _widths(line: SetLine, group: Group, words: Sequence[list[tuple[int, float]]]) -> list[float]:
    word = line.words[group.first]
    assert word.lettering is not None
    return [word.lettering.width(codes) * 1000 / word.fragments[0].units for codes in words]


def _stretch(line: SetLine, width: float, spaces: float, *, count: int, mean: float) -> float | None:
    """Return by what all spaces are multiplied; None where the line would look odd."""
    end = line.words[-1].end - line.words[0].start
    if line.room >= 0:
        over = width + spaces - end - line.room
        if over <= 0:
            return 1.0
        return (spaces - over) / spaces if spaces and over <= (1 - NARROWER) * spaces else None
    if not spaces:
        return None
    stretch = (end - width) / spaces
    low, high = min(SPACES_EM[0], mean / line.em), max(SPACES_EM[1], mean / line.em)
    return stretch if low <= (end - width) / count / line.em <= high else None


def _elements(
    word: SetWord,
    fragment: Fragment,
    words: Sequence[list[tuple[int, float]]],
    widths: Sequence[float],
    at: float,
    space: float,
) -> tuple[bytes, float]:
    """Return the array elements that show words from ``at`` on, and where they end (pt)."""
    lettering = word.lettering
    assert lettering is not None
    parts: list[bytes] = []
    for number, (codes, width) in enumerate(zip(words, widths, strict=True)):
        if number:
            code = lettering.codes[" "]
            parts += [
                _string(lettering, code),
                _number(lettering.font.advance(code) * 1000 - space * fragment.units),
            ]
            at += space
        for code, behind in codes:
            parts.append(_string(lettering, code))
            if behind:
                parts.append(_number(-1000 * behind))
        at += width
    return b"".join(parts), at


def _swaps(
    line: SetLine, groups: Sequence[Group], settings: Sequence[_Setting], place: int
) -> Iterator[Swap]:
    """Yield the swaps of every operator: what it displaces is undone at its end."""
    starts = {group.first: g for g, group in enumerate(groups)}
    inside = {k for group in groups for k in range(group.first + 1, group.last + 1)}
    open_: tuple[int, int] | None = None  # operator at hand
    current = [0.0] * len(settings)  # displacement in it so far
    last: Fragment | None = None
    for k, word in enumerate(line.words):
        if k in inside:
            continue
        for fragment in word.fragments:
            if open_ != (fragment.layer, fragment.instruction):
                if last is not None:
                    yield _moved(place, last, last.end, [-shift for shift in current])
                open_, current = (fragment.layer, fragment.instruction), [0.0] * len(settings)
            if k in starts:
                group = groups[starts[k]]
                held = [setting.groups[starts[k]] for setting in settings]
                end = line.words[group.last].fragments[0].end
                choices = tuple(
                    _number(-(begin - shift) * fragment.units) + elements
                    for (begin, elements, _), shift in zip(held, current, strict=True)
                )
                yield Swap(place, fragment.layer, fragment.instruction, fragment.begin, end, choices)
                current = [behind for _, _, behind in held]
                last = line.words[group.last].fragments[0]
                continue
            steps = [setting.moved[k] - shift for setting, shift in zip(settings, current, strict=True)]
            yield _moved(place, fragment, fragment.begin, steps)
            current = [setting.moved[k] for setting in settings]
            last = fragment
    if last is not None:
        yield _moved(place, last, last.end, [-shift for shift in current])


def _moved(place: int, fragment: Fragment, at: tuple[int, int], steps: Sequence[float]) -> Swap:
    choices = tuple(_number(-step * fragment.units) for step in steps)
    return Swap(place, fragment.layer, fragment.instruction, at, at, choices)


def _string(lettering: Lettering, code: int) -> bytes:
    return bytes(pikepdf.String(code.to_bytes(lettering.font.code_bytes, "big")).unparse())


def _number(value: float) -> bytes:
    return b" %.3f " % value
