"""Which mark sites an exhibit shows and how, beside what the named copies have there: to compare with the eye."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from dyeline.app.report_copies import Copies, OpenedCopy
from dyeline.model.sites import Site
from dyeline.store.case_readings import StoredReading

CONTEXT: Final = 30
"""Characters of the document shown before and after a mark."""

_NAMES: Final = {"\n": "¶", "\t": "⇥"}


def read_sites_tables(
    readings: Mapping[str, Sequence[StoredReading]], copies: Copies
) -> tuple[dict[str, bytes], dict[str, list[dict[str, Any]]]]:
    """Return a CSV file for each exhibit and named circulation, and by exhibit how the copies agree with it.

    The agreement has, by copy and carrier, how many sites were read and at how many the copy has what was read.
    """
    files: dict[str, bytes] = {}
    agreement: dict[str, list[dict[str, Any]]] = {}
    for exhibit, compared in readings.items():
        agreement[exhibit] = []
        for reading in compared:
            opened = [one for one in copies.opened.values() if one.circulation == reading.circulation]
            if not opened:
                continue
            name = f"readings/{exhibit}.{reading.circulation}.csv"
            files[name] = _table(reading, opened, copies).encode("utf-8")
            agreement[exhibit] += [_agreement(reading, one, copies) for one in opened]
    return files, agreement


def _table(reading: StoredReading, opened: Sequence[OpenedCopy], copies: Copies) -> str:
    text, sites = copies.texts[reading.circulation], copies.sites[reading.circulation]
    file = io.StringIO(newline="")
    rows = csv.writer(file, lineterminator="\n")
    head = ["site", "kind", "before", "choices", "after", "seen", "strength_nats"]
    rows.writerow([*head, *(one.label for one in opened)])
    for row in np.flatnonzero(np.ptp(reading.loglik, axis=1) > 0).tolist():
        site, values = sites[row], reading.loglik[row, : sites[row].variants]
        place = site.places[0]
        choices = [_shown(site, symbol) for symbol in range(site.variants)]
        best = int(values.argmax())
        rows.writerow(
            [
                row,
                site.carrier.split("/")[0],
                _visible(text[max(0, place.start - CONTEXT) : place.start]),
                " | ".join(choices),
                _visible(text[place.end : place.end + CONTEXT]),
                choices[best],
                f"{float(np.ptp(values)):.2f}",
                *(choices[int(one.symbols[row])] for one in opened),
            ]
        )
    return file.getvalue()


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
    return _visible(place.texts[symbol]) or "nothing"


def _visible(text: str) -> str:
    return "".join(_NAMES.get(c, c if c.isprintable() else f"[U+{ord(c):04X}]") for c in text)
