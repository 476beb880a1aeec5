"""Synthetic paths from an issued copy's text to an exhibit: for tests, benchmarks and the demo.

Every function takes text and, where chance plays a part, a numpy generator.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_COMMON = ("also", "new", "good", "recent", "main", "simple", "useful", "other", "early", "further", "usual")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\u200c\u200d\u034f\ufe00]?\s[\u200c\u200d\u034f\ufe00]?")


def cleaned(text: str) -> str:
    """Strip every invisible character, normalise (NFKC), straighten quotes, collapse white space."""
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Me"))
    return " ".join(unicodedata.normalize("NFKC", kept).translate(_QUOTES).split())


def retyped(text: str, rng: np.random.Generator, rate: float = 0.02) -> str:
    """Type the cleaned text anew with this chance of a slip at each letter.

    Slips: another letter (40 %), a letter left out (20 %), doubled by a neighbour (20 %), two swapped (20 %).
    """
    source = cleaned(text)
    out: list[str] = []
    at = 0
    while at < len(source):
        letter = source[at]
        if letter.isspace() or rng.random() >= rate:
            out.append(letter)
        else:
            kind = rng.random()
            other = _LETTERS[int(rng.integers(26))]
            if kind < 0.4:
                out.append(other)
            elif kind < 0.6:
                pass
            elif kind < 0.8:
                out += (other, letter)
            elif at + 1 < len(source):
                out += (source[at + 1], letter)
                at += 1
        at += 1
    return "".join(out)


def lightly_edited(
    text: str, rng: np.random.Generator, *, replaced: float = 0.03, dropped: float = 0.02
) -> str:
    """Clean the text, replace some words by others and drop some, as a copy-editor in a hurry does."""
    out = []
    for word in cleaned(text).split():
        chance = rng.random()
        if chance < dropped:
            continue
        if chance < dropped + replaced:
            out.append(_COMMON[int(rng.integers(len(_COMMON)))])
        else:
            out.append(word)
    return " ".join(out)


def merged_by_paragraph(texts: Sequence[str], rng: np.random.Generator) -> str:
    """Take every paragraph from one of the copies, which one by chance; all copies get at least one."""
    columns = [text.split("\n") for text in texts]
    rows = min(len(column) for column in columns)
    used = [row for row in range(rows) if columns[0][row].strip()]
    choice = rng.integers(0, len(texts), rows)
    for number, row in enumerate(rng.permutation(used)[: len(texts)].tolist()):
        choice[row] = number
    return "\n".join(columns[int(choice[row])][row] for row in range(rows))


def interleaved(texts: Sequence[str], rng: np.random.Generator) -> str:
    """Take every word from one of the copies by chance; where copies differ in words, the differing stretch."""
    merged = re.split(r"(?<=\s)", texts[0])
    for count, text in enumerate(texts[1:], start=2):
        merged = _interleaved_pair(merged, re.split(r"(?<=\s)", text), rng, 1 / count)
    return "".join(merged)


def _interleaved_pair(one: list[str], other: list[str], rng: np.random.Generator, share: float) -> list[str]:
    """Return the words of two texts, those of ``other`` with chance ``share`` at each word."""
    matcher = SequenceMatcher(None, [cleaned(w) for w in one], [cleaned(w) for w in other], autojunk=False)
    words: list[str] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            taken = rng.random(b - a) < share
            words += [y if t else x for x, y, t in zip(one[a:b], other[c:d], taken.tolist(), strict=True)]
        else:
            words += other[c:d] if rng.random() < share else one[a:b]
    return words


def sentences(text: str) -> list[str]:
    """Return the sentences of all paragraphs, invisible characters kept."""
    return [
        sentence
        for paragraph in text.split("\n")
        for sentence in _SENTENCE_END.split(paragraph)
        if sentence.strip()
    ]


def consecutive_sentences(text: str, rng: np.random.Generator, count: int = 3) -> str:
    """Return ``count`` consecutive sentences of one paragraph where there are so many, else across paragraphs."""
    paragraphs = [p for p in text.split("\n") if len(_SENTENCE_END.split(p)) >= count]
    if paragraphs:
        paragraph = paragraphs[int(rng.integers(len(paragraphs)))]
        starts = [0, *(m.end() for m in _SENTENCE_END.finditer(paragraph))]
        first = int(rng.integers(len(starts) - count + 1))
        end = starts[first + count] if first + count < len(starts) else len(paragraph)
        return paragraph[starts[first] : end].strip()
    pieces = sentences(text)
    first = int(rng.integers(max(1, len(pieces) - count + 1)))
    return " ".join(pieces[first : first + count])


def excerpt(text: str, rng: np.random.Generator, words: int) -> str:
    """Return so many consecutive words from a place chosen by chance."""
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    first = int(rng.integers(max(1, len(spans) - words + 1)))
    chosen = spans[first : first + words]
    return text[chosen[0][0] : chosen[-1][1]] if chosen else ""


def quoted_inside(excerpt_text: str, article: str) -> str:
    """Put an excerpt between two halves of an article of other words."""
    paragraphs = [p for p in article.split("\n") if p.strip()]
    middle = len(paragraphs) // 2
    return "\n".join([*paragraphs[:middle], f"“{excerpt_text}”", *paragraphs[middle:]])


def html_mail(text: str) -> bytes:
    """Return an HTML e-mail (quoted-printable) that forwards the text."""
    from email.message import EmailMessage
    from html import escape

    body = "".join(f"<p>{escape(p)}</p>" for p in text.split("\n") if p.strip())
    message = EmailMessage()
    message["From"], message["To"] = "someone@example.org", "newsroom@example.com"
    message["Subject"] = "Fwd: for you"
    message.set_content("See the HTML part.")
    message.add_alternative(f"<html><body>{body}</body></html>", subtype="html", cte="quoted-printable")
    return message.as_bytes()


def text_mail(text: str) -> bytes:
    """Return a plain e-mail (quoted-printable) that forwards the text."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"] = "someone@example.org", "newsroom@example.com"
    message["Subject"] = "Fwd: for you"
    message.set_content(text, cte="quoted-printable")
    return message.as_bytes()
