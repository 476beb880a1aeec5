"""Pages on record: the words of every page, and the files that show what a page looks like."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property, lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from dyeline.app.jobs import known_document
from dyeline.app.workspace import Workspace
from dyeline.errors import TooLarge, UnreadableFile
from dyeline.formats.limited import document_within_limits
from dyeline.formats.pdf.rendering import TemplateRenderer, drawn_page, page_reference
from dyeline.model.document import PictureArea
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageReference, PageRenderer, PageWords
from dyeline.store.pages_npz import StoredPage, load_pages
from dyeline.trace.shelf import Original

REFERENCES_KEPT = 12
"""Unmarked pages of one rendition kept in memory: 4 MB each."""

PICTURES_KEPT = 8


class StoredPages:
    """The pages of one rendition, loaded when they are asked for.

    ``pages``, ``plain``, ``left`` and ``right`` name blobs: words, unmarked file, and the file with
    all words that may move moved left or right ("" where none ever is).
    """

    def __init__(self, workspace: Workspace, pages: str, plain: str, left: str = "", right: str = "") -> None:
        self._workspace = workspace
        self._pages, self._plain, self._left, self._right = pages, plain, left, right
        self.reference = lru_cache(maxsize=REFERENCES_KEPT)(self._reference)

    @property
    def name(self) -> str:
        """Return what tells these pages from others."""
        return self._pages + self._plain

    @cached_property
    def _stored(self) -> tuple[StoredPage, ...]:
        return load_pages(self._workspace.blobs.get(self._pages))

    @cached_property
    def _plain_file(self) -> bytes:
        return self._workspace.blobs.get(self._plain)

    @property
    def words(self) -> Sequence[PageWords]:
        """Return the words of all pages, in order."""
        return [page.words for page in self._stored]

    def fixed(self, page: int) -> NDArray[np.bool_]:
        """Return which words of a page stand at the same place in every copy."""
        return self._stored[page].fixed

    def _reference(self, page: int) -> PageReference:
        plain = self._plain_file
        return document_within_limits(
            partial(page_reference, plain, self._stored[page].words), size=len(plain)
        )

    def renderer(self, page: int) -> PageRenderer | None:
        """Return what draws a page with its words moved; None where no word is ever moved."""
        if not self._left:
            return None
        return TemplateRenderer(self._file, page, _drawn_confined)

    def _file(self, shift: int) -> bytes:
        return self._workspace.blobs.get({-1: self._left, 0: self._plain, 1: self._right}[shift])


class StoredPictures:
    """The unmarked pictures of a version's own file, decoded when they are asked for."""

    def __init__(self, workspace: Workspace, kind: str, source: str) -> None:
        self._workspace = workspace
        self._kind, self._source = kind, source
        self.original = lru_cache(maxsize=PICTURES_KEPT)(self._original)
        self.hidden = lru_cache(maxsize=PICTURES_KEPT)(self._hidden)

    @cached_property
    def areas(self) -> dict[str, tuple[PictureArea, ...]]:
        """Return where every picture is shown."""
        data = self._workspace.blobs.get(self._source)
        if self._kind == "pdf":
            from dyeline.formats.pdf.pictures import shown_pictures

            found = tuple(document_within_limits(partial(shown_pictures, data), size=len(data)))
        else:
            work = partial(known_document, self._kind, data, b"")
            found = document_within_limits(work, size=len(data)).pictures
        areas: dict[str, tuple[PictureArea, ...]] = {}
        for area in found:
            areas[area.key] = (*areas.get(area.key, ()), area)
        return areas

    def _original(self, key: str) -> Original | None:
        if key not in self.areas:
            return None
        if self._kind == "pdf":
            from dyeline.formats.pdf.pictures import picture_pixels
        else:
            from dyeline.formats.docx.pictures import picture_pixels
        data = self._workspace.blobs.get(self._source)
        pixels = document_within_limits(partial(picture_pixels, data, [key]), size=len(data))
        return Original(key, pixels[key], self.areas[key]) if key in pixels else None

    def _hidden(self, key: str, page: int) -> NDArray[np.bool_] | None:
        uses = [area for area in self.areas.get(key, ()) if area.page == page]
        if self._kind != "pdf" or not uses:
            return None
        from dyeline.formats.pdf.in_view import hidden_part

        data = self._workspace.blobs.get(self._source)
        with suppress(TooLarge, UnreadableFile):
            work = partial(hidden_part, data, uses, REFERENCE_PX_PER_PT)
            hidden: NDArray[np.bool_] = document_within_limits(work, size=len(data))
            return hidden if hidden.any() else None
        return None


def _drawn_confined(
    data: bytes, number: int, engine: str, sizes: Sequence[tuple[int, int]]
) -> list[NDArray[np.uint8]]:
    """Return what ``drawn_page`` does, drawn by the confined reader."""
    return document_within_limits(partial(drawn_page, data, number, engine, sizes), size=len(data))
