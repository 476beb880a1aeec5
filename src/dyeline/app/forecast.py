"""Forecast for a registered document."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from dyeline.app.documents import VersionRecord, decided_sites, find_version, version_text
from dyeline.app.forecast_pictures import PictureForecast, picture_forecast, sites_beside_words
from dyeline.app.unmarked_pictures import unmarked_pictures
from dyeline.app.workspace import Workspace
from dyeline.carriers.strength import chance_of_change
from dyeline.carriers.wording.syntax import load_parser
from dyeline.errors import BadInput
from dyeline.forecast.closed import WhatIf, drawn_smallest, shown_words, smallest_by_path
from dyeline.forecast.paths import PATHS
from dyeline.forecast.plot_svg import Axis, Chart, Line, line_chart
from dyeline.forecast.simulate import COALITION_TRIALS, TRIALS, Cell, forecast_table
from dyeline.formats.picturemarks.marks import image_block
from dyeline.issue.plan import usable_sites
from dyeline.model.sites import Place, Site
from dyeline.store.blocks_json import load_blocks
from dyeline.store.pages_npz import load_pages
from dyeline.text.words import word_spans

SEED = 20261122
"""Forecasts draw leaks with this seed, so that the same document always gets the same table."""

GOOD_CHANCE = 0.9
"""From here on nothing needs to be raised."""

MOST_LISTED = 20
"""Page numbers named in one sentence."""

MOST_COPIES = 5
"""Larger coalitions need more sites than any document has."""

PAGE_MARKS = 120
"""Marks in the layout per 500 words of a PDF issued with ``--dense`` (about every fourth word)."""

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
    copies: int = 1
    smallest: dict[str, int | None] = field(default_factory=dict)
    what_if: tuple[WhatIf, ...] = ()
    trials: int = TRIALS  # leaks drawn for each cell

    def to_dict(self) -> dict[str, Any]:
        """Return the forecast as plain JSON values."""
        plain = asdict(self)
        lists = {name: [dict(row) for row in plain[name]] for name in ("cells", "what_if")}
        return {**plain, **lists, "advice": list(self.advice)}


def forecast_document(
    workspace: Workspace, document: str, *, recipients: int = 100, bound: float = 1e-3, copies: int = 1
) -> Forecast:
    """Return the forecast for a document as its sites stand now, and what would raise it.

    ``copies`` is how many recipients mix theirs before they leak.
    """
    if not 1 <= copies <= min(MOST_COPIES, recipients):
        raise BadInput(
            f"A forecast for {copies} merged copies of {recipients} cannot be made.",
            fix=f"use 1 to {MOST_COPIES} copies, and no more than recipients.",
        )
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
    pictures = picture_forecast(workspace, version, sites)
    trials = TRIALS if copies == 1 else COALITION_TRIALS
    cells = forecast_table(
        words,
        [block.start for block in blocks],
        sites_beside_words(workspace, version, sites),
        chance_of_change,
        recipients=recipients,
        bound=bound,
        rng=np.random.default_rng(SEED),
        trials=trials,
        copies=copies,
        lasting=pictures.lasting,
    )
    plan = _Plan(len(words), recipients, bound, copies, version.kind == "pdf", pictures)
    drawn = {
        path.name: drawn_smallest([(cell.words, cell.chance) for cell in cells if cell.path == path.name])
        for path in PATHS
    }
    return Forecast(
        version.document,
        version.number,
        recipients,
        bound,
        {name: round(bits, 1) for name, bits in _bits(sites).items()},
        tuple(cells),
        (
            *_bare_pages(workspace, version, sites),
            *unmarked_pictures(workspace, version, sites),
            *pictures.advice(),
            *(_advice(version, sites, pending, cells, recipients, bound) if copies == 1 else ()),
        ),
        copies,
        {path: shown_words(found, len(words)) for path, found in drawn.items()},
        tuple(_what_if(plan, sites, pending, drawn)),
        trials,
    )


def _what_if(
    plan: _Plan, sites: Sequence[Site], pending: Sequence[Site], drawn: dict[str, float]
) -> list[WhatIf]:
    """Return the smallest leaks if the plan were changed, each change alone.

    A change moves the leak that was ``drawn`` by the factor that the closed form gives; where nothing was
    drawn that names a copy, the closed form stands for itself.
    """
    before = plan.smallest(sites)

    def changed(change: str, other: Sequence[Site], people: int = plan.recipients) -> WhatIf:
        found = {}
        for path, words in plan.smallest(other, people).items():
            as_it_is = drawn[path]
            known = math.isfinite(as_it_is) and math.isfinite(before[path])
            found[path] = shown_words(as_it_is * words / before[path] if known else words, plan.words)
        return WhatIf(change, found)

    listed = []
    if pending:
        listed.append(changed(f"accepting the {len(pending)} pending sites", [*sites, *pending]))
    declared = [_imagined("declared/1", "declared")] * 10
    listed.append(changed("10 more declared variants of two options", [*sites, *declared]))
    if not plan.paged and not any(site.on_page for site in sites):
        marks = [_imagined("layout/1", "shift")] * (plan.words * PAGE_MARKS // 500)
        listed.append(changed("issuing as PDF with marks in the layout", [*sites, *marks]))
    if plan.recipients >= 10:
        listed.append(changed("one copy for each organisation of five persons", sites, plan.recipients // 5))
        listed.append(changed("half as many recipients", sites, plan.recipients // 2))
    return listed


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a forecast is asked for."""

    words: int
    recipients: int
    bound: float
    copies: int
    paged: bool  # the document is a PDF itself
    pictures: PictureForecast

    def smallest(self, sites: Sequence[Site], recipients: int | None = None) -> dict[str, float]:
        return smallest_by_path(
            sites,
            [chance_of_change(site) for site in sites],
            self.words,
            recipients=max(self.recipients if recipients is None else recipients, self.copies),
            bound=self.bound,
            copies=self.copies,
            lasting=self.pictures.lasting,
        )


def _imagined(carrier: str, name: str) -> Site:
    mark = "shift:0.2" if carrier.startswith("layout") else ""
    return Site(name, carrier, name, (Place(0, 0, ("a", "b"), mark),))


def plot_forecast(result: Forecast) -> str:
    """Return the table of a forecast as a chart, one SVG document."""
    paths = list(dict.fromkeys(cell.path for cell in result.cells))
    titles = {path.name: path.title for path in PATHS}
    most = max((cell.words for cell in result.cells), default=1)
    ticks = [tick for tick in (10, 20, 50, 100, 200, 500, 1000, 2000, 5000) if tick < most]
    merged = "" if result.copies == 1 else f", {result.copies} copies mixed"
    lines = tuple(
        Line(titles[path], tuple((cell.words, cell.chance) for cell in result.cells if cell.path == path))
        for path in paths
    )
    return line_chart(
        Chart(
            f"Chance that a leak of {result.document} names its copy",
            Axis("words that leaked", (*ticks, max(most, 11)), log=True),
            Axis("chance", (0, 0.25, 0.5, 0.75, 1), style="percent"),
            lines,
            f"{result.recipients:,} recipients, bound {result.bound:g}{merged}. Leaks drawn by chance.",
        )
    )


def _bits(sites: Sequence[Site]) -> dict[str, float]:
    bits: dict[str, float] = {}
    for site in sites:
        name = site.carrier.split("/")[0]
        bits[name] = bits.get(name, 0.0) + math.log2(site.variants)
    return bits


def _bare_pages(workspace: Workspace, version: VersionRecord, sites: Sequence[Site]) -> list[str]:
    """Return which pages of a PDF carry no mark, or none that a picture shows."""
    if version.kind != "pdf" or not version.row.pages_sha256:
        return []
    pages = [stored.words for stored in load_pages(workspace.blobs.get(version.row.pages_sha256))]
    starts = np.array(sorted(site.places[0].start for site in sites if not _is_picture(site)), dtype=np.int64)
    pictures = {site.places[0].start for site in sites if _is_picture(site)}
    bare = [
        page.number + 1
        for page in pages
        if not np.isin(page.starts, starts).any() and not pictures & set(page.starts.tolist())
    ]
    if pictures and not starts.size:  # a scanned document: its marks are in the pictures of its pages
        return []
    if len(bare) == len(pages):
        return ["No page of this PDF can be marked: a leak of it shows nothing, and it cannot be issued."]
    shown = np.array([start for site in sites if not site.invisible for start in [site.places[0].start]])
    unseen = [
        page.number + 1
        for page in pages
        if page.number + 1 not in bare and len(page.starts) and not np.isin(page.starts, shown).any()
    ]
    lines = []
    if bare:
        lines.append(
            f"{len(bare)} of {len(pages)} pages carry no marks{' but in pictures, if any,' if pictures else ''} "
            f"(page {_listed(bare)}): they hold no text that can be moved or marked safely, for it stands sideways or "
            "vertical, is a drawing or a scan, or there is hardly any."
        )
    if unseen:
        lines.append(
            f"{len(unseen)} of {len(pages)} pages carry marks in the copied text only (page {_listed(unseen)}): no "
            "word there can be moved unseen. No picture of them can be traced."
        )
    return lines


def _listed(pages: Sequence[int]) -> str:
    return ", ".join(map(str, pages[:MOST_LISTED])) + (" …" if len(pages) > MOST_LISTED else "")


def _is_picture(site: Site) -> bool:
    return image_block(site.places[0].mark) is not None


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
