"""How exhibits come about from a circulation: one function a kind, all of the same shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench import ocr
from bench.documents import demo_text
from bench.staging import RECIPIENTS, Circulation, file_text
from dyeline.testing import paths


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The text that a trace is given, and the indices of the copies that it descends from."""

    text: str
    sources: frozenset[int]


Make = Callable[[Circulation, np.random.Generator], Exhibit]


def one_copy(path: Callable[[str, np.random.Generator], str]) -> Make:
    """Return a maker that leaks one copy chosen by chance along a path from text to text."""

    def make(circulation: Circulation, rng: np.random.Generator) -> Exhibit:
        index = int(rng.integers(RECIPIENTS))
        return Exhibit(path(circulation.text(index), rng), frozenset({index}))

    return make


def coalition(size: int, merge: Callable[[list[str], np.random.Generator], str]) -> Make:
    """Return a maker that merges the texts of several copies chosen by chance."""

    def make(circulation: Circulation, rng: np.random.Generator) -> Exhibit:
        members = rng.choice(RECIPIENTS, size, replace=False).tolist()
        return Exhibit(merge([circulation.text(index) for index in members], rng), frozenset(members))

    return make


def as_file(kind: str) -> Make:
    """Return a maker that forwards the issued file itself."""

    def make(circulation: Circulation, rng: np.random.Generator) -> Exhibit:
        index = int(rng.integers(RECIPIENTS))
        return Exhibit(file_text(circulation.file(index, kind), f".{kind}"), frozenset({index}))

    return make


def html_mail(text: str, rng: np.random.Generator) -> str:
    """Forward the text as an HTML e-mail."""
    return file_text(paths.html_mail(text), ".eml")


def text_mail(text: str, rng: np.random.Generator) -> str:
    """Forward the text as a plain e-mail."""
    return file_text(paths.text_mail(text), ".eml")


def cleaned(text: str, rng: np.random.Generator) -> str:
    """Strip invisible characters, normalise, straighten quotes, collapse white space."""
    return paths.cleaned(text)


def lower_case(text: str, rng: np.random.Generator) -> str:
    """Clean the text and turn it into small letters."""
    return paths.cleaned(text).lower()


def no_punctuation(text: str, rng: np.random.Generator) -> str:
    """Clean the text and drop every punctuation character."""
    kept = (c for c in paths.cleaned(text) if not unicodedata.category(c).startswith("P"))
    return " ".join("".join(kept).split())


def sixty_words(text: str, rng: np.random.Generator) -> str:
    """Paste 60 consecutive words."""
    return paths.excerpt(text, rng, 60)


def three_sentences(text: str, rng: np.random.Generator) -> str:
    """Paste three consecutive sentences of one paragraph, all such triples equally likely."""
    triples = []
    for paragraph in text.split("\n"):
        starts = [
            0,
            *(m.end() for m in re.finditer(r"(?<=[.!?])\W*?\s\W*?(?=\w)", paragraph)),
            len(paragraph),
        ]
        triples += [paragraph[a:b].strip() for a, b in zip(starts, starts[3:], strict=False)]
    return triples[int(rng.integers(len(triples)))]


def quoted(text: str, rng: np.random.Generator) -> str:
    """Quote 80 words inside an article of other words."""
    return paths.quoted_inside(paths.excerpt(text, rng, 80), demo_text("article.txt"))


def photographed(text: str, rng: np.random.Generator) -> str:
    """Show the text on a screen and recognise the picture."""
    return ocr.recognised(text, rng)


def house_style(circulation: Circulation, rng: np.random.Generator) -> Exhibit:
    """Clean a copy and turn every class that style sheets rule to one style, drawn by chance for each class."""
    index = int(rng.integers(RECIPIENTS))
    return Exhibit(normalised(circulation, index, rng), frozenset({index}))


def original_style(circulation: Circulation, rng: np.random.Generator) -> Exhibit:
    """Clean a copy and set every site of a ruled class back to the original's wording."""
    index = int(rng.integers(RECIPIENTS))
    symbols = circulation.symbols[index].copy()
    symbols[[bool(site.styles) for site in circulation.document.sites]] = 0
    return Exhibit(paths.cleaned(circulation.rendered(symbols)), frozenset({index}))


def normalised(circulation: Circulation, index: int, rng: np.random.Generator) -> str:
    """Return the cleaned text of a copy with every ruled class in one style."""
    symbols = circulation.symbols[index].copy()
    chosen: dict[str, int] = {}
    for row, site in enumerate(circulation.document.sites):
        if site.styles:
            style = chosen.setdefault(site.cls, int(rng.integers(2)))
            symbols[row] = site.styles.index(style) if style in site.styles else symbols[row]
    return paths.cleaned(circulation.rendered(symbols))


def original(circulation: Circulation, rng: np.random.Generator) -> Exhibit:
    """Leak the original that was never marked, as it is or cleaned."""
    text = circulation.document.text
    return Exhibit(paths.cleaned(text) if rng.random() < 0.5 else text, frozenset())


def unrelated(circulation: Circulation, rng: np.random.Generator) -> Exhibit:
    """Leak some other text."""
    text = demo_text("unrelated.txt" if rng.random() < 0.5 else "article.txt")
    return Exhibit(paths.excerpt(text, rng, int(rng.integers(20, 400))), frozenset())
