"""The visible line that says whose copy this is. It deters and it leads; it is never evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Site
from dyeline.text.fold import fold

LONGEST_NAME = 80  # characters of a name that a notice shows

# Folded text of the exhibit; the digits as OCR may have read them. 7 digits hold any circulation.
_LABEL = re.compile(r"\bcopy\s+c\s?-\s?([0-9olis]{4,7})\s+was\s+issued\s+to\b")
_LETTERS = {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N"}
_AS_DIGITS = str.maketrans("olis", "0115")


def notice_line(recipient_name: str, copy: str, *, latin: bool = False) -> str:
    """Return one visible sentence with the copy label, whom it was issued to, and that it is marked.

    Control and format characters and line breaks of the name are dropped, so that it can neither
    break nor reorder the line; over 80 characters it is cut. A name with nothing left is "its
    recipient". ``latin`` keeps to the letters that the standard fonts of a PDF have (Windows 1252):
    accents that they lack are dropped, and a name in another script is "its recipient".
    """
    name = _shown_name(recipient_name)
    if latin:
        name = _latin_name(name)
    return f"Copy {copy} was issued to {name} and is individually marked."


def notice_labels(text: str) -> list[str]:
    """Return the copy labels (``C-0007``) in notice lines of an exhibit's text, once each, in order."""
    digits = (match[1].translate(_AS_DIGITS) for match in _LABEL.finditer(fold(text).text))
    return list(dict.fromkeys(f"C-{number}" for number in digits))


def _shown_name(name: str) -> str:
    spaced = (" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in name)
    visible = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    words = " ".join(visible.split())
    if len(words) > LONGEST_NAME:
        words = f"{words[: LONGEST_NAME - 1].rstrip()}…"
    return words or "its recipient"


def _latin_name(name: str) -> str:
    letters = []
    for character in unicodedata.normalize("NFC", name):
        kept = character if _in_latin(character) else _LETTERS.get(character, "")
        if not kept:
            bare = unicodedata.normalize("NFKD", character)
            kept = "".join(c for c in bare if not unicodedata.combining(c))
        if not all(map(_in_latin, kept)):
            return "its recipient"
        letters.append(kept)
    return "".join(letters)


def _in_latin(character: str) -> bool:
    return bool(character.encode("cp1252", "ignore"))


@dataclass(frozen=True, slots=True)
class Notice:
    """The carrier behind notices: it has no mark site and reads nothing that could move a score."""

    name: str = "notice/1"

    def find_sites(self, document: Document) -> list[Site]:
        """Return no site."""
        return []

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the text unchanged; the notice is added outside of it when the file is rendered."""
        return document.text

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return erasures."""
        return np.zeros((len(sites), 2))
