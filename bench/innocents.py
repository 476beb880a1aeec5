"""Exhibits for the guarantee: whatever they come from, every copy that is no source is an innocent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench import exhibits as kinds
from bench.documents import demo_text
from bench.staging import RECIPIENTS, Circulation, label
from dyeline.carriers.character import FORMAT_FAMILY, MARK_FAMILY
from dyeline.carriers.replace import ordered_places
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.testing import paths

_MARKS = FORMAT_FAMILY + MARK_FAMILY


@dataclass(frozen=True, slots=True)
class Leak:
    """An exhibit's text and the labels of all copies that any of it descends from."""

    text: str
    sources: frozenset[str]


Rng = np.random.Generator
Make = Callable[[Sequence[Circulation], Rng], Leak]


def _single(make: kinds.Make) -> Make:
    def made(circulations: Sequence[Circulation], rng: Rng) -> Leak:
        exhibit = make(circulations[0], rng)
        names = frozenset(label(circulations[0].document, index) for index in exhibit.sources)
        return Leak(exhibit.text, names)

    return made


def _piece(text: str, rng: Rng) -> str:
    """Return the text, or mostly a stretch of 20 to 500 words of it: short pieces are where chance is largest."""
    return text if rng.random() < 0.2 else paths.excerpt(text, rng, int(rng.integers(20, 500)))


def _travelled(text: str, rng: Rng) -> str:
    """Send a text along a path drawn by chance: as it is, cleaned, retyped or edited."""
    way = int(rng.integers(4))
    if way == 1:
        return paths.cleaned(text)
    if way == 2:
        return paths.retyped(text, rng)
    return paths.lightly_edited(text, rng) if way == 3 else text


def _pasted_piece(text: str, rng: Rng) -> str:
    return _travelled(_piece(text, rng), rng)


def unlisted(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Leak a copy whose codeword was never issued: an index behind the list."""
    circulation = circulations[0]
    index = int(rng.integers(RECIPIENTS, 10**9))
    symbols = codewords_of(NEW_SCHEME, circulation.secret, [index], circulation.weights)[0]
    return Leak(_pasted_piece(circulation.rendered(symbols), rng), frozenset())


def random_marks(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Write symbols drawn evenly, then scatter further marks of both families over the text."""
    circulation = circulations[0]
    symbols = [int(rng.integers(site.variants)) for site in circulation.document.sites]
    text = _piece(circulation.rendered(symbols), rng)
    if rng.random() < 0.5:
        text = "".join(
            c + (_MARKS[int(rng.integers(4))] if c == " " and rng.random() < 0.2 else "") for c in text
        )
    return Leak(text, frozenset())


def one_style(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Turn every ruled class of the original to one style, the rest as in the original or drawn by chance."""
    circulation = circulations[0]
    styles: dict[str, int] = {}
    free = rng.random() < 0.5
    symbols = []
    for site in circulation.document.sites:
        style = styles.setdefault(site.cls, int(rng.integers(2)))
        if site.styles and style in site.styles:
            symbols.append(site.styles.index(style))
        else:
            symbols.append(int(rng.integers(site.variants)) if free else 0)
    return Leak(_travelled(_piece(paths.cleaned(circulation.rendered(symbols)), rng), rng), frozenset())


def house_style(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Turn the ruled classes of a copy to one style each."""
    index = int(rng.integers(RECIPIENTS))
    text = _piece(kinds.normalised(circulations[0], index, rng), rng)
    return Leak(text, frozenset({label(circulations[0].document, index)}))


Strategy = Callable[[NDArray[np.uint8], Sequence[int], Rng], NDArray[np.uint8]]
"""From the symbols of the members at every place, (members, places), and the places' blocks, to one symbol a place."""


def _interleave(seen: NDArray[np.uint8], blocks: Sequence[int], rng: Rng) -> NDArray[np.uint8]:
    return np.asarray(seen[rng.integers(0, seen.shape[0], seen.shape[1]), np.arange(seen.shape[1])])


def _paste(seen: NDArray[np.uint8], blocks: Sequence[int], rng: Rng) -> NDArray[np.uint8]:
    member = rng.integers(0, seen.shape[0], max(blocks) + 1)
    return np.asarray(seen[member[np.asarray(blocks)], np.arange(seen.shape[1])])


def _by_count(seen: NDArray[np.uint8], *, rare: bool) -> NDArray[np.uint8]:
    counts = np.stack([(seen == symbol).sum(axis=0) for symbol in range(int(seen.max()) + 1)])
    if rare:
        return np.asarray(np.where(counts > 0, counts, 99).argmin(axis=0), dtype=np.uint8)
    return np.asarray(counts.argmax(axis=0), dtype=np.uint8)


STRATEGIES: dict[str, Strategy] = {
    "interleaved": _interleave,
    "by paragraph": _paste,
    "majority": lambda seen, blocks, rng: _by_count(seen, rare=False),
    "minority": lambda seen, blocks, rng: _by_count(seen, rare=True),
    "lowest symbol": lambda seen, blocks, rng: seen.min(axis=0),
}


def coalition(strategy: Strategy) -> Make:
    """Return a maker that merges 2 to 5 copies, place by place, by a strategy; only the members are sources."""

    def made(circulations: Sequence[Circulation], rng: Rng) -> Leak:
        circulation = circulations[0]
        members = rng.choice(RECIPIENTS, int(rng.integers(2, 6)), replace=False).tolist()
        places = ordered_places(circulation.document.sites)
        rows = [index for index, _ in places]
        starts = [place.start for _, place in places]
        blocks = np.searchsorted(circulation.document.block_starts, starts, side="right").tolist()
        choice = strategy(circulation.symbols[members][:, rows], blocks, rng)
        text = _pasted_piece(circulation.by_place(choice.tolist()), rng)
        return Leak(text, frozenset(label(circulation.document, index) for index in members))

    return made


def several_documents(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Join passages of copies of several documents, some of them of copies that nobody got."""
    pieces, sources = [], set()
    for circulation in circulations:
        index = int(rng.integers(2 * RECIPIENTS))
        symbols = codewords_of(NEW_SCHEME, circulation.secret, [index], circulation.weights)[0]
        pieces.append(
            _travelled(paths.excerpt(circulation.rendered(symbols), rng, int(rng.integers(30, 200))), rng)
        )
        if index < RECIPIENTS:
            sources.add(label(circulation.document, index))
    return Leak("\n".join(pieces), frozenset(sources))


def foreign(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Leak an unrelated text, half of the time with marks scattered over it."""
    text = _piece(demo_text("unrelated.txt" if rng.random() < 0.5 else "article.txt"), rng)
    if rng.random() < 0.5:
        text = "".join(c + (_MARKS[int(rng.integers(4))] if c == " " else "") for c in text)
    return Leak(text, frozenset())


def original(circulations: Sequence[Circulation], rng: Rng) -> Leak:
    """Leak the original that was never marked, or a piece of it, along any path."""
    return Leak(_pasted_piece(circulations[0].document.text, rng), frozenset())


KINDS: dict[str, Make] = {
    "unmarked original": original,
    "unrelated text": foreign,
    "original in one style": one_style,
    "copy in one style": house_style,
    "random marks": random_marks,
    "copy not on the list": unlisted,
    "piece of a copy": _single(kinds.one_copy(_pasted_piece)),
    "60 words quoted": _single(kinds.one_copy(kinds.quoted)),
    "several documents": several_documents,
    **{f"2 to 5 copies, {name}": coalition(strategy) for name, strategy in STRATEGIES.items()},
}
