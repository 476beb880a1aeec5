"""Which mark sites an exhibit shows and how, beside what the named copies have there: to compare with the eye."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dyeline.app.report_copies import Copies, OpenedCopy
from dyeline.model.sites import Site
from dyeline.store.case_readings import StoredReading

CONTEXT: Final = 30
"""Characters of the document shown before and after a mark."""

MOST_PLACES: Final = 10
"""Places of an exhibit that the pages show; the files have all."""

_NAMES: Final = {"\n": "¶", "\t": "⇥"}


@dataclass(frozen=True, slots=True)
class SitesRead:
    """Files of all places that were read; by exhibit how copies agree, by carrier; a few places for the pages."""

    files: dict[str, bytes]
    agreement: dict[str, list[dict[str, Any]]]
    places: list[dict[str, Any]]


def read_sites_tables(
    readings: Mapping[str, Sequence[StoredReading]], copies: Copies, named: Collection[str]
) -> SitesRead:
    """Return what was read of the circulations of opened copies, in their order; the pages show the named ones'."""
    in_order = list(copies.circulations)
    files: dict[str, bytes] = {}
    agreement: dict[str, list[dict[str, Any]]] = {}
    places: list[dict[str, Any]] = []
    for exhibit, compared in readings.items():
        agreement[exhibit] = []
        known = [one for one in compared if one.circulation in in_order]
        for reading in sorted(known, key=lambda one: in_order.index(one.circulation)):
            opened = [one for one in copies.opened.values() if one.circulation == reading.circulation]
            name = f"readings/{exhibit}.{reading.circulation}.csv"
            files[name] = _table(reading, opened, copies).encode("utf-8")
            agreement[exhibit] += [_agreement(reading, one, copies) for one in opened]
            shown = [one for one in opened if one.label in named]
            rows = _some(_rows(reading, shown, copies))
            if shown and rows:
                places.append({"exhibit": exhibit, "copies": [one.label for one in shown], "rows": rows})
    return SitesRead(files, agreement, places)


def _table(reading: StoredReading, opened: Sequence[OpenedCopy], copies: Copies) -> str:
    file = io.StringIO(newline="")
    rows = csv.writer(file, lineterminator="\n")
    head = ["site", "kind", "before", "choices", "after", "seen", "strength_nats"]
    rows.writerow([*head, *(one.label for one in opened)])
    for row in _rows(reading, opened, copies):
        rows.writerow([*(row[name] for name in head[:3]), " | ".join(row["choices"]), *row["rest"]])
    return file.getvalue()


def _rows(reading: StoredReading, opened: Sequence[OpenedCopy], copies: Copies) -> Iterator[dict[str, Any]]:
    """Yield what is told of each place that was read."""
    text, sites = copies.texts[reading.circulation], copies.sites[reading.circulation]
    for row in np.flatnonzero(np.ptp(reading.loglik, axis=1) > 0).tolist():
        site, values = sites[row], reading.loglik[row, : sites[row].variants]
        place = site.places[0]
        choices = [_shown(site, symbol) for symbol in range(site.variants)]
        after = _visible(text[place.end : place.end + CONTEXT])
        seen = choices[int(values.argmax())]
        have = [choices[int(one.symbols[row])] for one in opened]
        yield {
            "site": row,
            "kind": site.carrier.split("/")[0],
            "before": _visible(text[max(0, place.start - CONTEXT) : place.start]),
            "choices": choices,
            "after": after,
            "seen": seen,
            "copies": have,
            "rest": [after, seen, f"{float(np.ptp(values)):.2f}", *have],
        }


def _some(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a few places with words, spread over the exhibit: what a reader can compare with it at once."""
    words = [row for row in rows if row["kind"] in ("wording", "declared")]
    step = max(1, -(-len(words) // MOST_PLACES))
    kept = ("before", "choices", "after", "seen", "copies")
    return [{name: row[name] for name in kept} for row in words[::step]]


def _agreement(reading: StoredReading, copy: OpenedCopy, copies: Copies) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {}
    for row, site in enumerate(copies.sites[reading.circulation]):
        carrier = counts.setdefault(site.carrier.split("/")[0], {"sites": 0, "read": 0, "agree": 0})
        carrier["sites"] += 1
        values = reading.loglik[row, : site.variants]
        if np.ptp(reading.loglik[row]) > 0:
            carrier["read"] += 1
            carrier["agree"] += bool(values[int(copy.symbols[row])] >= values.max())
    return {"copy": copy.label, "circulation": reading.circulation, "by_carrier": counts}


def _shown(site: Site, symbol: int) -> str:
    """Return what stands at a site under a variant, so that it can be seen."""
    place = site.places[0]
    if place.mark.startswith("shift"):
        return ("moved left", "moved right")[symbol]
    if place.mark:
        return ("negative pattern", "positive pattern")[symbol]
    words = _visible(place.texts[symbol])
    if not words:
        return "nothing"
    return words if any(map(str.isalnum, words)) else f"“{words}”"  # a comma alone is easily overlooked


def _visible(text: str) -> str:
    return "".join(_NAMES.get(c, c if c.isprintable() else f"[U+{ord(c):04X}]") for c in text)
