"""The laws of formats as one call: ``check_format``, for the built-in ones and for plug-ins."""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

from dyeline.errors import TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.content import Content, Format
from dyeline.model.document import INSERTED_MARKS, Span

NOTICE = "Copy for recipient R-017 & marked <individually>."
STAMP = "C-0017"
FORMAT_ERRORS = (UnreadableFile, UnsupportedFormat, TooLarge)
_WORD = re.compile(r"\w+")
_INVISIBLE = "\u200c"


def check_format(format_: Format, data: bytes, *, seed: int = 0, damaged: int = 40) -> None:
    """Run every law on ``format_`` with a file of its kind. Raises AssertionError naming the law broken.

    ``damaged`` is the number of truncated and flipped files that must be read or refused in order.
    """
    rng = random.Random(seed)  # noqa: S311 - chooses test places
    assert format_.matches(data), "a file of the kind must be recognised by its content"
    content = format_.read(data, declarations=True)
    check_content(content)
    places = writable_places(content, rng)
    if format_.writes:
        _check_template(format_, data, content, places, rng)
        _check_typeset(format_, content, places, rng)
    else:
        with suppress(UnsupportedFormat):
            format_.template(data, content, places)
            raise AssertionError("a format that does not write must say so by UnsupportedFormat")
    if format_.writes and content.shifts:
        _check_shifts(format_, data, content, rng)
    for spoilt in damaged_files(data, rng, damaged):
        format_.matches(spoilt)
        with suppress(*FORMAT_ERRORS):
            check_content(format_.read(spoilt, declarations=True))


def check_content(content: Content) -> None:
    """Raise AssertionError unless blocks, frozen ranges, seams and declarations fit the text."""
    text = content.text
    assert content.blocks or (content.kind == "pdf" and not text), (
        "content without blocks must be refused as empty"
    )
    for block in content.blocks:
        shown = text[block.start : block.end]
        assert shown, "a block must not be empty"
        assert shown == shown.strip("\n"), "a block must have no newline at its ends"
    for before, after in pairwise(content.blocks):
        assert before.end < after.start, "blocks must be in order, with a newline between them"
    spans = [(block.start, block.end) for block in content.blocks] + list(content.frozen)
    spans += [(place.start, place.end) for place in content.declared]
    assert all(0 <= start <= end <= len(text) for start, end in spans), "offsets must lie inside the text"
    assert list(content.frozen) == sorted(content.frozen), "frozen ranges must be sorted"
    assert list(content.insertions) == sorted(set(content.insertions)), "insertions must be sorted"
    assert all(0 <= offset < len(text) for offset in content.insertions), "offsets must lie inside the text"
    assert list(content.shifts) == sorted(set(content.shifts)), "shifts must be sorted"
    assert all(0 <= offset < len(text) for offset in content.shifts), "offsets must lie inside the text"
    assert list(content.seams) == sorted(set(content.seams)), "seams must be sorted"


def writable_places(content: Content, rng: random.Random, share: float = 0.5) -> list[Span]:
    """Return disjoint places a carrier could choose: words and insertions behind words, or what the format allows."""
    if content.insertions:
        return [(offset, offset) for offset in content.insertions if rng.random() < share]
    blocked = set(content.seams)
    closed = list(content.frozen) + [(d.start, d.end) for d in content.declared]
    places: list[Span] = []
    for block in content.blocks:
        if block.kind in ("code", "header"):
            continue
        for match in _WORD.finditer(content.text, block.start, block.end):
            start, end = match.span()
            if any(low < end and start < high for low, high in closed):
                continue
            if any(start < seam < end for seam in blocked) or rng.random() > share:
                continue
            places.append((end, end) if rng.random() < 0.5 else (start, end))
    return places


def replaced(text: str, places: Sequence[Span], texts: Sequence[str]) -> str:
    """Return ``text`` with ``texts[k]`` in place of the k-th place."""
    pieces: list[str] = []
    done = 0
    for (start, end), into in zip(places, texts, strict=True):
        pieces += (text[done:start], into)
        done = end
    return "".join([*pieces, text[done:]])


def damaged_files(data: bytes, rng: random.Random, count: int) -> list[bytes]:
    """Return truncated files and files with flipped bytes."""
    spoilt: list[bytes] = []
    for number in range(count):
        if number % 2:
            spoilt.append(data[: rng.randrange(len(data))])
            continue
        flipped = bytearray(data)
        for _ in range(rng.choice((1, 3, 30))):
            flipped[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        spoilt.append(bytes(flipped))
    return spoilt


def _check_template(
    format_: Format, data: bytes, content: Content, places: list[Span], rng: random.Random
) -> None:
    template = format_.template(data, content, places)
    same = [content.text[start:end] for start, end in places]
    plain = template.render(same, notice=None, stamp=None)
    assert plain == template.render(same, notice=None, stamp=None), "the same texts must give the same bytes"
    reread = format_.read(plain, declarations=False)
    assert reread.text == content.text, "a copy with the own texts must read as the original"
    texts = _texts(content, places, rng)
    packed = pickle.dumps(template)
    marked = pickle.loads(packed).render(texts, notice=NOTICE, stamp=STAMP)  # noqa: S301 - made here
    seen = format_.read(marked, declarations=True)
    assert not seen.declared, "an issued copy must hold no declarations"
    expected = replaced(content.text, places, texts)
    assert seen.text.startswith(expected), "a marked copy must read as the text with its places replaced"
    assert seen.text[len(expected) :].strip() == NOTICE, "the notice must be the last block, as it was given"


def _check_shifts(format_: Format, data: bytes, content: Content, rng: random.Random) -> None:
    """Words that move, among insertions at the same offsets, must leave the text as it was."""
    places = sorted([(at, "") for at in content.insertions] + [(at, "shift:0.2") for at in content.shifts])
    template = format_.template(data, content, [(at, at) for at, _ in places], marks=[m for _, m in places])
    texts = ["" if mark else rng.choice(INSERTED_MARKS) for _, mark in places]
    variants = [rng.randrange(2) if mark else 0 for _, mark in places]
    copy = template.render(texts, variants=variants, notice=None, stamp=None)
    expected = replaced(content.text, [(at, at) for at, _ in places], texts)
    seen = format_.read(copy, declarations=False)
    assert seen.text == expected, "words that move must leave the text as it was"
    others = [1 - variant for variant in variants]
    assert copy != template.render(texts, variants=others, notice=None, stamp=None), "variants must show"


def _check_typeset(format_: Format, content: Content, places: list[Span], rng: random.Random) -> None:
    texts = _texts(content, places, rng)
    try:
        template = format_.typeset(content, places)
    except UnsupportedFormat:
        return  # the format says so: it carries over files of its own kind only
    made = template.render(texts, notice=NOTICE, stamp=STAMP)
    seen = format_.read(made, declarations=False).text.split()
    wanted = [*replaced(content.text, places, texts).split(), *NOTICE.split()]
    assert seen == wanted, "a typeset copy must hold the text with its places replaced"


def _texts(content: Content, places: list[Span], rng: random.Random) -> list[str]:
    choices = (_INVISIBLE, "", "A<b>&amp;", "*_plan_", "שלום", "文件", "1.")
    if content.insertions:
        return [rng.choice(("", *INSERTED_MARKS)) for _ in places]
    return [
        content.text[start:end] + rng.choice(choices[:2] if start == end else choices)
        for start, end in places
    ]
