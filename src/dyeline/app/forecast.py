"""Forecast for a registered document."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dyeline.app.documents import VersionRecord, decided_sites, find_version, version_text
from dyeline.app.workspace import Workspace
from dyeline.carriers.strength import chance_of_change
from dyeline.carriers.wording.syntax import load_parser
from dyeline.errors import BadInput
from dyeline.forecast.simulate import Cell, forecast_table
from dyeline.issue.plan import usable_sites
from dyeline.model.sites import Site
from dyeline.store.blocks_json import load_blocks
from dyeline.text.words import word_spans

SEED = 20261122
"""Forecasts draw leaks with this seed, so that the same document always gets the same table."""

GOOD_CHANCE = 0.9
"""From here on nothing needs to be raised."""

SYNTAX_BITS_PER_500_WORDS = 6.0
"""What the wording extra adds on ordinary prose: 13 sites in 1,344 words and 20 in 1,290 (the demo documents)."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What leaks of several sizes and paths would show."""

    document: str
    version: int
    recipients: int
    bound: float
    bits: dict[str, float]
    cells: tuple[Cell, ...]
    advice: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the forecast as plain JSON values."""
        plain = asdict(self)
        return {**plain, "cells": [dict(cell) for cell in plain["cells"]], "advice": list(self.advice)}


def forecast_document(
    workspace: Workspace, document: str, *, recipients: int = 100, bound: float = 1e-3
) -> Forecast:
    """Return the forecast for a document as its sites stand now, and what would raise it."""
    if not 0 < bound <= 0.5:
        raise BadInput(
            f"The bound {bound:g} is not a chance that a finding could rest on.",
            fix="use 0 < bound <= 0.5, for example 1e-3.",
        )
    version = find_version(workspace, document)
    planned, decisions = decided_sites(workspace, version)
    sites = usable_sites(planned, decisions=decisions)
    pending = [s for s in planned if s.review and s.id not in decisions]
    blocks = load_blocks(workspace.blobs.get(version.row.blocks_sha256))
    words = word_spans(version_text(workspace, version))
    cells = forecast_table(
        words,
        [block.start for block in blocks],
        sites,
        chance_of_change,
        recipients=recipients,
        bound=bound,
        rng=np.random.default_rng(SEED),
    )
    return Forecast(
        version.document,
        version.number,
        recipients,
        bound,
        {name: round(bits, 1) for name, bits in _bits(sites).items()},
        tuple(cells),
        tuple(_advice(version, sites, pending, cells, recipients, bound)),
    )


def _bits(sites: Sequence[Site]) -> dict[str, float]:
    bits: dict[str, float] = {}
    for site in sites:
        name = site.carrier.split("/")[0]
        bits[name] = bits.get(name, 0.0) + math.log2(site.variants)
    return bits


def _advice(
    version: VersionRecord,
    sites: Sequence[Site],
    pending: Sequence[Site],
    cells: Sequence[Cell],
    recipients: int,
    bound: float,
) -> list[str]:
    """Return what would raise the chances, with figures."""
    lines = []
    whole = {cell.path: cell.chance for cell in cells if cell.size == "all"}
    lasting = sum(bits for name, bits in _bits(sites).items() if name in ("wording", "declared"))
    needed = math.log2(recipients / bound) + 4
    if whole.get("retype", 0.0) < GOOD_CHANCE:
        lines.append(
            f"Retyping and cleaning leave only wording and declared variants: {lasting:.0f} bits; "
            f"about {needed:.0f} that are read would name one of {recipients:,}."
        )
        if version.kind == "pdf":
            return [
                *lines,
                "A PDF takes marks in its text layer, its layout and its pictures only. Adding the source "
                "(docx, html, md or txt) and issuing that, as PDF or not, brings wording and declared variants, which "
                "survive retyping.",
            ]
        if pending:
            gain = sum(math.log2(site.variants) for site in pending)
            lines.append(
                f"Accepting the {len(pending)} pending sites adds up to {gain:.0f} bits: "
                f"dyeline document sites {version.document} --pending"
            )
        missing = max(1, math.ceil(needed - lasting))
        variants = "one declared variant" if missing == 1 else f"{missing} declared variants"
        lines.append(
            f"Adding {variants} of two options, {{=id: a | b}}, would close the gap without any review."
        )
        groups = int(bound * 2 ** max(0.0, lasting - 4))
        if 2 <= groups < recipients:
            lines.append(
                f"With {groups:,} recipients instead of {recipients:,} (organisations instead of persons) a whole "
                "retyped text would do."
            )
    if version.english and version.style != "legal" and load_parser() is None:
        gain = SYNTAX_BITS_PER_500_WORDS * version.words / 500
        lines.append(
            f'Installing the wording extra (pip install "dyeline[wording]") adds about {gain:.0f} bits of wording '
            "to documents that are added afterwards."
        )
    return lines
