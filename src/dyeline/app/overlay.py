"""The overlay: the exhibit with what was recognised in it, beside the page of the document that it shows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dyeline.app.trace import Examined
from dyeline.formats.picturemarks.grid import grid_of
from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.pages import REFERENCE_PX_PER_PT, SeenPage
from dyeline.trace.agreement import agreement
from dyeline.trace.flow import Compared
from dyeline.trace.unbend import where_seen

MOST_ROWS = 6
"""Pages shown in one overlay, those with most words seen first."""

HEIGHT_PX, WIDEST_PX = 1400, 2400
_GAP_PX = 24
_LEGEND_PX = 34
_LINE_PX = 2
_CLEAR_PX = 1.0
_OUTLINE = (30, 90, 220)
_REGION = (30, 90, 220, 38)
_UNREAD = (150, 150, 150)
_AGREES, _DIFFERS = (0, 150, 60), (215, 30, 30)
_LEFT, _RIGHT = (230, 130, 0), (120, 60, 190)
_OF_COPIES = ((230, 130, 0), (120, 60, 190), (0, 150, 190))
"""Colours of what reads as in one of several named copies alone."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What the colours of the sites mean, and the colour of each site of the circulation."""

    entries: tuple[tuple[tuple[int, int, int], str], ...]
    colours: tuple[tuple[int, int, int], ...]


def draw_overlay(examined: Examined) -> bytes:
    """Return a PNG: each seen page in the exhibit, and beside it the document's, of every document with a named copy.

    Without a recognised page it shows the exhibit's first picture as it is, and says so.
    Raises ValueError for an exhibit without pictures.
    """
    exhibit = examined.taken.exhibit
    if not exhibit.pictures:
        raise ValueError("the exhibit has no pictures")
    shown = [(page, one) for one in _shown(examined) for page in one.pages]
    if not shown:
        return _without_page(examined)
    shown = sorted(shown, key=lambda pair: -pair[0].registration.inliers)[:MOST_ROWS]
    keys = {id(one): _key(examined, one) for _, one in shown}
    rows = [
        [_exhibit_side(page, one, keys[id(one)]), _page_side(page, one, keys[id(one)])] for page, one in shown
    ]
    entries = dict.fromkeys(entry for key in keys.values() for entry in key.entries)
    return _png(rows, list(entries))


def _without_page(examined: Examined) -> bytes:
    """Return the exhibit's picture, where one of the document was recognised in it with the page that it stands on."""
    pictures, region = examined.taken.exhibit.pictures, examined.finding.region
    if region is None or region.quad is None:
        seen = Image.fromarray(pictures[0].pixels)
        return _png([[_fitted(seen)]], [((90, 90, 90), "no page of a registered document was recognised")])
    number = next((k for k, one in enumerate(pictures) if one.number == region.picture), 0)
    seen = Image.fromarray(pictures[number].pixels).convert("RGB")
    outline = [*region.quad, region.quad[0]]
    ImageDraw.Draw(seen).line(outline, fill=_OUTLINE, width=max(4, max(seen.size) // 250))
    what = (
        f"where page {region.page} of {examined.finding.document.id} would be"
        if examined.finding.document
        else ""
    )
    return _png([[_fitted(seen)]], [(_OUTLINE, f"a picture was recognised by itself: {what}")])


def _shown(examined: Examined) -> list[Compared]:
    """Return the comparisons that a named copy belongs to; the main one where nobody is named."""
    labels = {candidate.copy for candidate in examined.finding.candidates}
    named = [one for one in examined.traced.compared if any(one.circulation.holds(label) for label in labels)]
    main = examined.traced.main
    return named or ([main] if main is not None else [])


def _key(examined: Examined, one: Compared) -> _Key:
    named = [c.copy for c in examined.finding.candidates if one.circulation.holds(c.copy)]
    if examined.finding.outcome == "attributed" and 1 < len(named) <= len(_OF_COPIES):
        return _key_of_several(one, named)
    if named:
        shade = {1: _AGREES, -1: _DIFFERS, 0: _UNREAD}
        colours = tuple(shade[int(value)] for value in agreement(one, named[0]))
        entries = ((_AGREES, f"reads as in {named[0]}"), (_DIFFERS, "reads otherwise"), (_UNREAD, "not read"))
        return _Key(entries, colours)
    read, symbol = one.readings.read, one.readings.loglik[:, :2].argmax(axis=1)
    pairs = zip(read.tolist(), symbol.tolist(), strict=True)
    colours = tuple((_LEFT, _RIGHT)[which] if known else _UNREAD for known, which in pairs)
    return _Key(((_LEFT, "moved left"), (_RIGHT, "moved right"), (_UNREAD, "not read")), colours)


def _key_of_several(one: Compared, named: Sequence[str]) -> _Key:
    """Return the colours that show which of several named copies each site reads as."""
    agreements = np.stack([agreement(one, copy) for copy in named])
    colours = []
    for signs in agreements.T.tolist():
        agreeing = [number for number, sign in enumerate(signs) if sign > 0]
        if not any(signs):
            colours.append(_UNREAD)
        elif not agreeing:
            colours.append(_DIFFERS)
        else:
            colours.append(_OF_COPIES[agreeing[0]] if len(agreeing) == 1 else _AGREES)
    entries = (
        (_AGREES, "reads as in both" if len(named) == 2 else "reads as in several of them"),
        *((_OF_COPIES[number], f"as in {copy} alone") for number, copy in enumerate(named)),
        (_DIFFERS, "as in none"),
        (_UNREAD, "not read"),
    )
    return _Key(entries, tuple(colours))


def _site_boxes(page: SeenPage, main: Compared) -> Iterable[tuple[int, NDArray[np.float64]]]:
    """Yield (row of the site, corners of its place in page points, (4, 2)): moved words, blocks of pictures."""
    words = page.reference.words
    row_of = {int(start): row for row, start in enumerate(words.starts.tolist()) if start >= 0}
    for row, site in enumerate(main.circulation.sites):
        mark = site.places[0].mark
        block = image_block(mark)
        if block is not None:
            yield from ((row, box) for box in _block_boxes(page, main, *block))
            continue
        word = row_of.get(site.places[0].start)
        if mark and word is not None:
            yield row, _corners(*words.boxes[word].astype(np.float64).tolist())


def _block_boxes(page: SeenPage, main: Compared, key: str, block: int) -> Iterable[NDArray[np.float64]]:
    """Yield where the page shows a block of a picture, a little smaller than it is: its border is not straight."""
    shelf = main.circulation.pictures
    for area in shelf.areas.get(key, ()) if shelf is not None else ():
        grid = grid_of(area.width_px, area.height_px)
        if area.page != page.registration.page or grid is None:
            continue
        width, height = area.width_px / grid.columns, area.height_px / grid.rows
        row, column = divmod(block, grid.columns)
        x, y = column * width, row * height
        corners = _corners(x + width / 6, y + height / 6, x + width * 5 / 6, y + height * 5 / 6)
        yield _through(np.array(area.to_page), corners)


def _corners(left: float, top: float, right: float, bottom: float) -> NDArray[np.float64]:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _exhibit_side(page: SeenPage, main: Compared, key: _Key) -> Image.Image:
    own = Image.fromarray(page.picture.pixels)
    picture = _fitted(own)
    scale = picture.width / own.width
    draw = ImageDraw.Draw(picture)
    _draw(draw, page.registration.quad * scale, _OUTLINE, wide=2 * _LINE_PX)
    seen = _seen_quads(page, main)
    back = np.asarray(np.linalg.inv(page.registration.homography), dtype=np.float64)
    boxes = list(_site_boxes(page, main))
    unseen = [corners for row, corners in boxes if row not in seen]
    bent = where_seen(page, np.concatenate(unseen)) if unseen else None
    places = iter(() if bent is None else np.split(bent, len(unseen)))
    for row, corners in boxes:
        quad = seen.get(row)
        flat = _through(back, corners * REFERENCE_PX_PER_PT - 0.5)
        at = next(places, flat) if quad is None else quad
        _draw(draw, _around(np.asarray(at, dtype=np.float64) * scale), key.colours[row])
    return picture


def _seen_quads(page: SeenPage, main: Compared) -> dict[int, NDArray[np.float32]]:
    """Return where the reader saw the words of sites, by the site's row."""
    where = (page.picture.number, page.registration.page)
    readings = [reading for reading in main.page_readings if (reading.picture, reading.page) == where]
    return {
        row: quad
        for reading in readings
        for row, quad in zip(reading.sites.tolist(), reading.quads, strict=True)
    }


def _page_side(page: SeenPage, main: Compared, key: _Key) -> Image.Image:
    raster = Image.fromarray(page.reference.raster).convert("RGBA")
    height, width = page.picture.pixels.shape[:2]
    corners = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], dtype=np.float64)
    shown = Image.new("RGBA", raster.size, (0, 0, 0, 0))
    region = [tuple(corner) for corner in _through(page.registration.homography, corners).tolist()]
    ImageDraw.Draw(shown).polygon(region, fill=_REGION, outline=(*_OUTLINE, 255), width=5)
    fitted = _fitted(Image.alpha_composite(raster, shown))
    scale = fitted.width / raster.width
    draw = ImageDraw.Draw(fitted)
    for row, box in _site_boxes(page, main):
        _draw(draw, _around((box * REFERENCE_PX_PER_PT - 0.5) * scale), key.colours[row])
    return fitted


def _around(quad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return corners moved out by half a line, so that the line lies beside what it frames."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    across, down = (v / max(float(np.hypot(*v)), 1e-9) for v in (across, down))
    out = np.array([-across - down, across - down, across + down, -across + down])
    return np.asarray(quad + out * (_LINE_PX / 2 + _CLEAR_PX))


def _draw(
    draw: ImageDraw.ImageDraw,
    quad: NDArray[np.floating[Any]],
    colour: tuple[int, int, int],
    *,
    wide: int = _LINE_PX,
) -> None:
    points = [tuple(corner) for corner in quad.tolist()]
    draw.line([*points, points[0]], fill=colour, width=wide)


def _through(homography: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ homography.T
    return np.asarray(flat[:, :2] / flat[:, 2:], dtype=np.float64)


def _fitted(picture: Image.Image) -> Image.Image:
    scale = min(HEIGHT_PX / picture.height, WIDEST_PX / picture.width)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def _png(rows: Sequence[Sequence[Image.Image]], entries: Sequence[tuple[tuple[int, int, int], str]]) -> bytes:
    widest = max(sum(part.width + _GAP_PX for part in row) for row in rows) + _GAP_PX
    height = len(rows) * (HEIGHT_PX + _GAP_PX) + _GAP_PX + _LEGEND_PX
    sheet = Image.new("RGB", (widest, height), (255, 255, 255))
    for number, row in enumerate(rows):
        at = _GAP_PX
        for part in row:
            sheet.paste(part, (at, _GAP_PX + number * (HEIGHT_PX + _GAP_PX)))
            at += part.width + _GAP_PX
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(20)
    at, line = _GAP_PX, height - _LEGEND_PX
    for colour, meaning in entries:
        draw.rectangle((at, line + 4, at + 18, line + 22), fill=colour)
        draw.text((at + 26, line), meaning, fill=(20, 20, 20), font=font)
        at += 60 + round(draw.textlength(meaning, font=font))
    file = io.BytesIO()
    sheet.save(file, "PNG", optimize=False)
    return file.getvalue()
