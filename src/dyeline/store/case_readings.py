"""What an exhibit of a case says about every circulation it was compared with, as bytes: numpy columns."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import BadWorkspace

READINGS_FORMAT = "case-readings/2"
WITHOUT_PAIRS = "case-readings/1"
"""Written before pairs were kept; its readings have none."""


@dataclass(frozen=True, slots=True)
class StoredReading:
    """One circulation: ln-likelihoods (sites, symbols), and p-value and ln LR of the copies with these indices.

    ``pair_rows`` (pairs, 2) are rows of copies that were examined together, ``pair_nats`` their ln LR.
    ``rest_nats`` is ln of the sum of the LR of those copies among them whose own is not known (-inf: of none).
    """

    circulation: str
    loglik: NDArray[np.float64]
    indices: NDArray[np.int64]
    p_value: NDArray[np.float64]
    mixture_nats: NDArray[np.float64]
    pair_rows: NDArray[np.int64]
    pair_nats: NDArray[np.float64]
    rest_nats: float = -np.inf


def dump_readings(readings: Sequence[StoredReading]) -> bytes:
    """Return the readings as a compressed numpy archive; of sites, only those that were read."""
    columns: dict[str, NDArray[Any]] = {
        "format": np.array(READINGS_FORMAT),
        "circulation": np.array([reading.circulation for reading in readings], dtype=np.str_),
    }
    for number, reading in enumerate(readings):
        rows = np.flatnonzero(np.ptp(reading.loglik, axis=1) > 0)
        columns |= {
            f"shape.{number}": np.array(reading.loglik.shape, dtype=np.int64),
            f"rows.{number}": rows,
            f"loglik.{number}": reading.loglik[rows],
            f"indices.{number}": reading.indices,
            f"p_value.{number}": reading.p_value,
            f"mixture_nats.{number}": reading.mixture_nats,
            f"pair_rows.{number}": reading.pair_rows,
            f"pair_nats.{number}": reading.pair_nats,
            f"rest_nats.{number}": np.array(reading.rest_nats),
        }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **columns)
    return file.getvalue()


def load_readings(data: bytes) -> tuple[StoredReading, ...]:
    """Return the readings that ``dump_readings`` wrote. Raises BadWorkspace when the bytes are not such."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if str(archive["format"]) not in (READINGS_FORMAT, WITHOUT_PAIRS):
                raise ValueError("unknown format")
            columns: dict[str, NDArray[Any]] = {name: archive[name] for name in archive.files}
        names = columns["circulation"].tolist()
        return tuple(_reading(columns, number, name) for number, name in enumerate(names))
    except (ValueError, KeyError, IndexError, OSError, EOFError, zipfile.BadZipFile) as fault:
        raise BadWorkspace(
            "Stored readings of a case cannot be read: the blob does not hold the columns it should.",
            fix="upgrade Dyeline, or restore the workspace from a backup.",
        ) from fault


def _reading(columns: Mapping[str, NDArray[Any]], number: int, name: str) -> StoredReading:
    sites, symbols = columns[f"shape.{number}"].tolist()
    loglik = np.zeros((sites, symbols))
    loglik[columns[f"rows.{number}"]] = columns[f"loglik.{number}"]
    paired = str(columns["format"]) != WITHOUT_PAIRS
    return StoredReading(
        str(name),
        loglik,
        columns[f"indices.{number}"],
        columns[f"p_value.{number}"],
        columns[f"mixture_nats.{number}"],
        columns[f"pair_rows.{number}"] if paired else np.zeros((0, 2), dtype=np.int64),
        columns[f"pair_nats.{number}"] if paired else np.zeros(0),
        float(columns.get(f"rest_nats.{number}", -np.inf)),  # lists were not screened at first
    )
