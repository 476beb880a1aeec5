"""What an exhibit showed at every site, and what the record says of all copies that were compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dyeline_verify.npz import Column, read_npz
from dyeline_verify.refusal import Refused

_FORMATS = ("case-readings/1", "case-readings/2")


@dataclass(frozen=True, slots=True)
class Reading:
    """One circulation: (site, ln-likelihoods) of the sites read; p-value and ln LR by copy index as on record."""

    circulation: str
    sites: int
    loglik: tuple[tuple[int, tuple[float, ...]], ...]
    indices: tuple[int, ...]
    p_value: Mapping[int, float]
    mixture_nats: Mapping[int, float]
    rest_nats: float


def read_readings(data: bytes, what: str) -> tuple[Reading, ...]:
    """Return the readings in a file of them."""
    columns = read_npz(data, what)
    try:
        if columns["format"].values[0] not in _FORMATS:
            raise Refused(f"{what} are of a version that this program does not know")
        names = columns["circulation"].values
        found = tuple(_reading(columns, k, str(name), what) for k, name in enumerate(names))
    except (KeyError, IndexError, ValueError, TypeError):
        raise Refused(f"{what} do not have the columns they should") from None
    if len({one.circulation for one in found}) != len(found):
        raise Refused(f"{what} have a circulation twice")
    return found


def _reading(columns: Mapping[str, Column], k: int, name: str, what: str) -> Reading:
    sites, width = (int(value) for value in columns[f"shape.{k}"].values)
    rows = [int(value) for value in columns[f"rows.{k}"].values]
    loglik = columns[f"loglik.{k}"]
    indices = tuple(int(value) for value in columns[f"indices.{k}"].values)
    if loglik.shape != (len(rows), width) or len(set(indices)) != len(indices):
        raise Refused(f"{what} do not fit together")
    if rows != sorted(set(rows)) or any(not 0 <= row < sites for row in rows):
        raise Refused(f"{what} speak of a site that there is not")
    flat = tuple(float(value) for value in loglik.values)
    values = [flat[k * width : (k + 1) * width] for k in range(len(rows))]
    p_value = [float(value) for value in columns[f"p_value.{k}"].values]
    mixture = [float(value) for value in columns[f"mixture_nats.{k}"].values]
    rest = columns.get(f"rest_nats.{k}")
    return Reading(
        name,
        sites,
        tuple(zip(rows, values, strict=True)),
        indices,
        dict(zip(indices, p_value, strict=True)),
        dict(zip(indices, mixture, strict=True)),
        float("-inf") if rest is None else float(rest.values[0]),
    )
