"""Renditions for tests, each made once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import dyeline
from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.registry import by_kind
from dyeline.formats.typeset.rendition import render_pdf

DEMO = Path(dyeline.__file__).parent / "demo"


def read(kind: str, source: str | bytes) -> tuple[bytes, Content]:
    """Return a document's bytes and content."""
    data = source.encode() if isinstance(source, str) else source
    return data, by_kind(kind).read(data, declarations=True)


@lru_cache(maxsize=8)
def rendition(kind: str, source: str | bytes, language: str = "en") -> tuple[Content, bytes]:
    """Return a document's content and its rendition."""
    data, content = read(kind, source)
    return content, render_pdf(kind, data, content, language=language)


def shown(kind: str, source: str | bytes, language: str = "en") -> str:
    """Return the words of a rendition, without its last line (the page's number)."""
    text = Pdf().read(rendition(kind, source, language)[1], declarations=False).text
    return " ".join(text.split()[:-1])
