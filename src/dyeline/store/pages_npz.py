"""The words of a document's pages as bytes: compressed numpy columns, all pages in one table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import BadWorkspace
from dyeline.model.pages import PageWords

PAGES_FORMAT = "pages/1"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One page: its words, and which of them stand at the same place in every copy."""

    words: PageWords
    fixed: NDArray[np.bool_]


def dump_pages(pages: Sequence[StoredPage]) -> bytes:
    """Return the pages as a compressed numpy archive."""
    counts = [len(page.fixed) for page in pages]
    columns = {
        "format": np.array(PAGES_FORMAT),
        "count": np.array(counts, dtype=np.int64),
        "number": np.array([page.words.number for page in pages], dtype=np.int64),
        "size_pt": np.array(
            [(page.words.width_pt, page.words.height_pt) for page in pages], dtype=np.float64
        ).reshape(-1, 2),
        "boxes": _joined([page.words.boxes for page in pages], np.zeros((0, 4), dtype=np.float32)),
        "starts": _joined([page.words.starts for page in pages], np.zeros(0, dtype=np.int64)),
        "ends": _joined([page.words.ends for page in pages], np.zeros(0, dtype=np.int64)),
        "lines": _joined([page.words.lines for page in pages], np.zeros(0, dtype=np.int32)),
        "fixed": _joined([page.fixed for page in pages], np.zeros(0, dtype=np.bool_)),
    }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **columns)
    return file.getvalue()


def load_pages(data: bytes) -> tuple[StoredPage, ...]:
    """Return the pages that ``dump_pages`` wrote. Raises BadWorkspace when the bytes are not such."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if str(archive["format"]) != PAGES_FORMAT:
                raise ValueError("unknown format")
            columns: dict[str, NDArray[Any]] = {name: archive[name] for name in archive.files}
        return tuple(_pages(columns))
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as fault:
        raise BadWorkspace(
            "Stored pages cannot be read: the blob does not hold the columns it should.",
            fix="upgrade Dyeline, or restore the workspace from a backup.",
        ) from fault


def _pages(columns: dict[str, NDArray[Any]]) -> list[StoredPage]:
    pages = []
    begin = 0
    for row, count in enumerate(columns["count"].tolist()):
        own = slice(begin, begin + count)
        begin += count
        width, height = columns["size_pt"][row].tolist()
        words = PageWords(
            int(columns["number"][row]),
            width,
            height,
            columns["boxes"][own],
            columns["starts"][own],
            columns["ends"][own],
            columns["lines"][own],
        )
        pages.append(StoredPage(words, columns["fixed"][own]))
    return pages


def _joined(parts: Sequence[NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([empty, *parts])
