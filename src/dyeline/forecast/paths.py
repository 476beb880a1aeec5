"""Paths that a forecast covers, and which share of the sites each leaves readable.

The rates of wording and of invisible characters are those that ``bench.forecast_check`` measured on the
two demo documents; those of declared variants, of which these have none, are judged by the wording's. Those
of pictures are the means over all kinds of pictures of ``bench.pages.quality``, for pictures as large as a page.
"""

from __future__ import annotations

from dataclasses import dataclass

PATHS_VERSION = "forecast-paths/4"


@dataclass(frozen=True, slots=True)
class Path:
    """One path: per carrier the chance that a site is read, and that a read site reads wrong."""

    name: str
    title: str
    read: dict[str, float]
    wrong: dict[str, float]

    def rates(self, carrier: str) -> tuple[float, float]:
        """Return (chance read, chance wrong if read) for the sites of a carrier named without version."""
        return self.read.get(carrier, 0.0), self.wrong.get(carrier, 0.0)


PATHS = (
    Path(
        "paste",
        "copied and pasted",
        {"character": 0.999, "textlayer": 0.99, "wording": 0.998, "declared": 0.99},
        {},
    ),
    Path(
        "cleaned_paste",
        "pasted, invisible characters and typography cleaned",
        {"wording": 0.998, "declared": 0.99},
        {"wording": 0.0005},
    ),
    Path(
        "retype",
        "retyped, 2 % slips",
        {"wording": 0.97, "declared": 0.97},
        {"wording": 0.001},
    ),
    Path(
        "picture",
        "screenshot, scan or photo of the page",
        {"layout": 0.92, "image": 0.8, "wording": 0.97, "declared": 0.97},
        {"layout": 0.004, "image": 0.004, "wording": 0.001},
    ),
    Path(
        "light_edit",
        "lightly edited: 3 % of words replaced, 2 % dropped",
        {"wording": 0.91, "declared": 0.92},
        {"wording": 0.001},
    ),
)
"""In the order of the table."""

SIZES = (("sentence", 20), ("60_words", 60), ("paragraph", 120), ("page", 500), ("all", None))
"""Leak sizes: name and words (None: the whole document)."""
