"""What the confined reader does with a document's bytes: functions of their own, away from workspace and database.

The reader imports the module of a job's function; this one brings no Django along.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from dyeline.errors import BadInput
from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.sketches import page_sketches
from dyeline.formats.pdf.words import page_words
from dyeline.formats.registry import by_kind, read_file
from dyeline.match.pages.feature_index import DescribedPage
from dyeline.model.pages import PageWords

AT_ONCE: Final = 50
"""Pages described by one job."""

MOST_PICTURES: Final = 100
"""Of a DOCX."""


def new_document(data: bytes, suffix: str, *, dense: bool) -> tuple[Content, tuple[PageWords, ...]]:
    """Return what a file holds, and the words of its pages if it is a PDF."""
    content = read_file(data, declarations=True, hint_suffix=suffix)
    if dense:
        content = _at_every_word(data, content)
    return content, page_words(data, content) if content.kind == "pdf" else ()


def known_document(kind: str, data: bytes, survey: bytes) -> Content:
    """Return what a file of a known kind holds; ``survey`` is what a PDF's reading kept before, or b""."""
    known = Pdf().recalled(data, survey) if survey else None
    return known or by_kind(kind).read(data, declarations=True)


def described_pages(data: bytes, first: int) -> list[DescribedPage]:
    """Return what pages of a PDF look like, from page ``first`` (from 0) on, at most ``AT_ONCE``."""
    from dyeline.match.pages.features import packed
    from dyeline.match.pages.figures import page_features

    pages = []
    for page in page_sketches(data, first=first, most=AT_ONCE):
        with suppress(ValueError):
            features = page_features(page.draw, page.size_pt, page.text)
            pages.append(DescribedPage(page.number, packed(features)))
    return pages


def described_pictures(data: bytes) -> list[DescribedPage]:
    """Return what the pictures of a DOCX look like, at most ``MOST_PICTURES``."""
    from dyeline.formats.docx.pictures import embedded_pictures
    from dyeline.match.pages.features import packed
    from dyeline.match.pages.figures import picture_features

    return [
        DescribedPage(-1, packed(picture_features(pixels)))
        for _, pixels in embedded_pictures(data)[:MOST_PICTURES]
    ]


def _at_every_word(data: bytes, content: Content) -> Content:
    if content.kind != "pdf":
        raise BadInput(
            f"Only a PDF can have marks at the letters of every word; this file is {content.kind}.",
            fix="leave out --dense.",
            kind=content.kind,
        )
    return Pdf().at_every_word(data, content)
