"""Stamps: identifiers in a file's metadata. A lead only, because anyone can read and transplant them."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.model.alignment import Alignment
from dyeline.model.document import Document
from dyeline.model.sites import Site

_STAMP = re.compile(r"(?<![0-9A-Za-z])dy1-[0-9a-f]{32}(?![0-9A-Za-z])", re.IGNORECASE)


def stamp_for(secret: bytes, copy_index: int) -> str:
    """Return the stamp of one copy: ``dy1-`` and 32 hex digits that only the secret can foretell.

    HMAC-SHA256 of the copy's index under the circulation's secret, first 128 bits.
    """
    digest = hmac.digest(secret, b"dyeline stamp/1 %d" % copy_index, "sha256")
    return f"dy1-{digest[:16].hex()}"


def stamps_in(text: str) -> list[str]:
    """Return whatever looks like a stamp in ``text``, in lower case, once each, in order."""
    return list(dict.fromkeys(match[0].lower() for match in _STAMP.finditer(text)))


def find_stamps(stamps: Iterable[str], secret: bytes, copies: Iterable[int]) -> list[int]:
    """Return which of ``copies`` (indices) have a stamp among ``stamps`` (any strings).

    Cost: one HMAC a copy, and none where nothing looks like a stamp.
    """
    seen = {stamp for text in stamps for stamp in stamps_in(text)}
    return [index for index in copies if stamp_for(secret, index) in seen] if seen else []


@dataclass(frozen=True, slots=True)
class Stamp:
    """The carrier behind stamps: it has no mark site and reads nothing that could move a score."""

    name: str = "stamp/1"

    def find_sites(self, document: Document) -> list[Site]:
        """Return no site."""
        return []

    def write(self, document: Document, sites: Sequence[Site], symbols: Sequence[int]) -> str:
        """Return the text unchanged; the stamp goes into the file's metadata when it is rendered."""
        return document.text

    def read(self, seen: Alignment, sites: Sequence[Site]) -> NDArray[np.float64]:
        """Return erasures."""
        return np.zeros((len(sites), 2))
