"""What the pages of one file look like, as bytes: packed image features, all pages in one table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from dyeline.errors import BadWorkspace
from dyeline.match.pages.feature_index import FEATURES_VERSION, DescribedPage


def dump_features(pages: Sequence[DescribedPage]) -> bytes:
    """Return the described pages as a numpy archive, 24 bytes a feature."""
    file = io.BytesIO()
    np.savez(
        file,
        allow_pickle=False,
        format=np.array(FEATURES_VERSION),
        numbers=np.array([page.number for page in pages], dtype=np.int64),
        counts=np.array([len(page.features) for page in pages], dtype=np.int64),
        features=np.concatenate([np.zeros((0, 6), np.uint32), *(page.features for page in pages)]),
    )
    return file.getvalue()


def load_features(data: bytes) -> tuple[DescribedPage, ...] | None:
    """Return the pages that ``dump_features`` wrote; None when they were described in another way than now.

    Raises BadWorkspace when the bytes are not such.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if str(archive["format"]) != FEATURES_VERSION:
                return None
            parts = np.split(archive["features"], np.cumsum(archive["counts"])[:-1])
            numbers = archive["numbers"].tolist()
            return tuple(
                DescribedPage(number, part) for number, part in zip(numbers, parts, strict=bool(numbers))
            )
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as fault:
        raise BadWorkspace(
            "Stored image features cannot be read: the blob does not hold the columns it should.",
            fix="upgrade Dyeline, or restore the workspace from a backup.",
        ) from fault
