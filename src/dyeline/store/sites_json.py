"""Mark sites as bytes: JSON in columns, with every repeated string written once.

A column is a list with one entry a site (or a place); names and variant texts are numbers into a
table. 10,000 sites load in some tens of milliseconds, and the file can be read by anything.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import Any

from dyeline.errors import BadWorkspace
from dyeline.model.sites import Place, Site

SITES_VERSION = "sites/2"
_WITHOUT_MARKS = "sites/1"  # had no marks on pages


class _Table:
    """Distinct values in order of first use, and the number of each."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        return self.numbers.setdefault(value, len(self.numbers))

    def values(self) -> list[Hashable]:
        return list(self.numbers)


def dump_sites(sites: Sequence[Site]) -> bytes:
    """Return the sites as UTF-8 JSON; the same sites always give the same bytes."""
    carriers, classes, texts, styles, marks = _Table(), _Table(), _Table(), _Table(), _Table()
    places = [place for site in sites for place in site.places]
    columns = {
        "version": SITES_VERSION,
        "id": [site.id for site in sites],
        "carrier": [carriers.number(site.carrier) for site in sites],
        "class": [classes.number(site.cls) for site in sites],
        "style": [styles.number(site.styles) for site in sites],
        "review": [int(site.review) for site in sites],
        "places": [len(site.places) for site in sites],
        "start": [place.start for place in places],
        "end": [place.end for place in places],
        "text": [texts.number(place.texts) for place in places],
        "mark": [marks.number(place.mark) for place in places],
        "carriers": carriers.values(),
        "classes": classes.values(),
        "styles": styles.values(),
        "texts": texts.values(),
        "marks": marks.values(),
    }
    # ASCII escapes: invisible characters and lone surrogates in variants survive every editor
    return json.dumps(columns, separators=(",", ":")).encode("ascii")


def load_sites(data: bytes) -> list[Site]:
    """Return the sites that ``dump_sites`` wrote. Raises BadWorkspace when the bytes are not such."""
    try:
        columns = json.loads(data)
        if columns["version"] not in (SITES_VERSION, _WITHOUT_MARKS):
            raise BadWorkspace(
                f"Stored sites are of version {columns['version']!r}, this Dyeline reads {SITES_VERSION}.",
                fix="upgrade Dyeline, then repeat the command.",
            )
        return _sites(columns)
    except (ValueError, KeyError, TypeError, IndexError) as fault:
        raise BadWorkspace(
            "Stored mark sites cannot be read: the blob does not hold the columns it should.",
            fix="restore the workspace from a backup.",
        ) from fault


def _sites(columns: dict[str, Any]) -> list[Site]:
    texts = [tuple(variants) for variants in columns["texts"]]
    styles = [tuple(numbers) for numbers in columns["styles"]]
    carriers, classes = columns["carriers"], columns["classes"]
    count = len(columns["start"])
    marks = [columns["marks"][mark] for mark in columns["mark"]] if "mark" in columns else [""] * count
    places = [
        Place(start, end, texts[text], mark)
        for start, end, text, mark in zip(
            columns["start"], columns["end"], columns["text"], marks, strict=True
        )
    ]
    sites = []
    done = 0
    rows = zip(
        columns["id"],
        columns["carrier"],
        columns["class"],
        columns["style"],
        columns["review"],
        columns["places"],
        strict=True,
    )
    for name, carrier, cls, style, review, count in rows:
        own = tuple(places[done : done + count])
        done += count
        sites.append(Site(name, carriers[carrier], classes[cls], own, styles[style], bool(review)))
    if done != len(places):
        raise ValueError("places without a site")
    return sites
