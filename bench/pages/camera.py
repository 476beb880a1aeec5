"""Photographs of sheets on a table, and of a screen: geometry first, then light, then the camera.

Sheets are surfaces in space seen by a pinhole camera with lens distortion; curled, bound and folded
ones are bent without stretching (arc length is kept), crumpled ones are not quite. The camera adds blur,
tremor, a colour mosaic, noise, sharpening and JPEG.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.pages.texture import Bytes, Floats, facets, grain, sampled, smooth_field, wood

Doubles = NDArray[np.float64]
Surface = Callable[[Doubles, Doubles], Doubles]
"""From places (u, v) on a sheet, mm from its top left, to points (..., 3) in mm, z up from the table."""
_GRID_MM = 2.0
_STEP_PX = 4
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper on the table: its picture (grey or RGB), shape, and where it lies (mm, degrees)."""

    picture: Bytes
    width_mm: float
    surface: Surface
    at_mm: tuple[float, float] = (0.0, 0.0)  # of its middle, from the middle of the scene
    turned_degrees: float = 0.0

    @property
    def height_mm(self) -> float:
        """Return the height."""
        return self.width_mm * self.picture.shape[0] / self.picture.shape[1]


@dataclass(frozen=True, slots=True)
class Shot:
    """How a photograph is taken."""

    size_px: tuple[int, int] = (2080, 1560)  # rows, columns
    seen_mm: float = 300.0  # height of the scene that fills the frame at the middle
    distance_mm: float = 420.0
    tilt_degrees: float = 8.0
    turn_degrees: float = 3.0
    lens: float = -0.03  # radial distortion at the edge of the frame, as a share
    blur_px: float = 0.8
    tremor_px: float = 2.0
    noise: float = 1.0
    shade: float = 0.45  # brightness of the darkest corner
    quality: int = 80


def flat(u: Doubles, v: Doubles) -> Doubles:
    """Return the points of a sheet that lies flat."""
    return np.stack([u, v, np.zeros_like(u)], axis=-1)


def bent(profile: Callable[[Doubles], Doubles], direction_degrees: float, length_mm: float) -> Surface:
    """Return a surface bent along one direction. ``profile``: slope angle (rad) by arc length (mm)."""
    s = np.linspace(-length_mm, 2 * length_mm, 3000)
    angle = profile(s)
    step = s[1] - s[0]
    along = np.cumsum(np.cos(angle)) * step
    up = np.cumsum(np.sin(angle)) * step
    middle = np.searchsorted(s, length_mm / 2)
    along += length_mm / 2 - along[middle]
    inside = (s >= 0) & (s <= length_mm)
    up -= up[inside].min()
    turn = np.deg2rad(direction_degrees)
    towards = np.array([np.cos(turn), np.sin(turn)])

    def surface(u: Doubles, v: Doubles) -> Doubles:
        place = u * towards[0] + v * towards[1]
        moved = np.interp(place, s, along) - place
        return np.stack([u + moved * towards[0], v + moved * towards[1], np.interp(place, s, up)], axis=-1)

    return surface


def curled(rng: np.random.Generator, *, degrees: float) -> Surface:
    """Return a sheet that curls like paper out of a printer, its slope up to so many degrees."""
    across = rng.random() < 0.5
    direction = (0.0 if across else 90.0) + rng.normal(0, 8)
    waves, start = rng.uniform(0.55, 0.95), rng.uniform(0, 2 * np.pi)
    steepest, length = np.deg2rad(degrees), 216.0 if across else 279.0
    return bent(lambda s: steepest * np.sin(2 * np.pi * waves * s / length + start), direction, length)


def bound(rng: np.random.Generator) -> Surface:
    """Return a page of an open book: steep at the spine (left), flat further out."""
    steepest, reach = np.deg2rad(rng.uniform(48, 60)), rng.uniform(26, 38)
    return bent(
        lambda s: steepest * np.exp(-np.maximum(s, -20) / reach) - np.deg2rad(4), rng.normal(0, 2), 216
    )


def folded(rng: np.random.Generator) -> Surface:
    """Return a letter folded twice across: three panels with kinks 1 mm wide."""
    angles = np.deg2rad(rng.uniform(7, 14, 3)) * rng.permutation([1, -1, 1])
    kinks = (93.0, 186.0)

    def slope(s: Doubles) -> Doubles:
        first = 0.5 + 0.5 * np.tanh((s - kinks[0]) / 0.7)
        second = 0.5 + 0.5 * np.tanh((s - kinks[1]) / 0.7)
        return np.asarray(angles[0] + (angles[1] - angles[0]) * first + (angles[2] - angles[1]) * second)

    return bent(slope, 90 + rng.normal(0, 1), 279)


def crumpled(rng: np.random.Generator, *, height_mm: float = 1.4) -> Surface:
    """Return a sheet that was crumpled and smoothed out by hand: facets of about 3 cm."""
    rows, columns, margin = 175, 145, 20.0
    field = facets((rows, columns), rng, facet_px=15) * height_mm
    field += smooth_field((rows, columns), rng, wave_px=50) * 1.5

    def surface(u: Doubles, v: Doubles) -> Doubles:
        z = sampled(field, (u + margin) / _GRID_MM, (v + margin) / _GRID_MM)
        return np.stack([u, v, z - field.min()], axis=-1)

    return surface


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where the pixels of a photograph fall on a sheet: (u, v) mm, and light by its slope."""

    u: Floats
    v: Floats
    light: Floats


def photographed(sheets: Sequence[Sheet], rng: np.random.Generator, shot: Shot) -> Bytes:
    """Return the photograph, RGB, of sheets (the last one on top) on a table."""
    scene = wood(shot.size_px, rng).astype(np.float32)
    _clutter(scene, rng)
    lamp = _unit(rng.normal(0, 0.7), rng.normal(0, 0.7), 1.0)
    for sheet in sheets:
        seen = _seen(sheet, shot, lamp)
        inside = _inside(sheet, seen)
        offset = round(shot.size_px[0] / 150)
        shadow = cv2.GaussianBlur(np.roll(inside, (offset, offset), (0, 1)), (0, 0), offset)
        scene *= 1 - 0.45 * shadow[..., None]
        paper = _on_paper(sheet, seen, shot)
        scene += inside[..., None] * (paper * seen.light[..., None] - scene)
    return _exposed(_lit(scene, rng, shot), rng, shot)


def photographed_screen(screen: Bytes, rng: np.random.Generator, shot: Shot, *, zoom: float = 1.35) -> Bytes:
    """Return the photograph of a screen (RGB) from near by: stripes of the pixels, moire, glare.

    ``zoom``: camera pixels per screen pixel at the middle. Each camera pixel averages four points.
    """
    height, width = shot.size_px
    rows, columns = np.mgrid[0 : 2 * height, 0 : 2 * width].astype(np.float32)
    x, y = (columns + 0.5) / (2 * width) - 0.5, (rows + 0.5) / (2 * height) - 0.5
    bulge = 1 + shot.lens * (x * x + y * y)
    x, y = x * bulge * width, y * bulge * height
    turn, tilt = np.deg2rad(shot.turn_degrees), np.tan(np.deg2rad(shot.tilt_degrees)) / shot.distance_mm / 4
    depth = zoom * (1 + tilt * y + tilt * rng.uniform(-1, 1) * x)
    right, down = (np.cos(turn) * x + np.sin(turn) * y) / depth, (np.cos(turn) * y - np.sin(turn) * x) / depth
    right += screen.shape[1] * rng.uniform(0.46, 0.54)
    down += screen.shape[0] * rng.uniform(0.48, 0.52)
    places = (right.astype(np.float32), down.astype(np.float32))
    emitted = cv2.remap(screen, *places, cv2.INTER_NEAREST, borderValue=(18, 18, 20)).astype(np.float32)
    part, line = right + 0.5 - np.floor(right + 0.5), down + 0.5 - np.floor(down + 0.5)
    lit_rows = np.where(line < 0.86, np.float32(1.12), np.float32(0.3))
    for channel in range(3):
        own = np.abs(part - (channel + 0.5) / 3) < 1 / 6
        emitted[..., channel] *= lit_rows * np.where(own, np.float32(1.7), np.float32(0.62))
    seen = cv2.resize(emitted, (width, height), interpolation=cv2.INTER_AREA) * 0.92
    seen += smooth_field((height, width), rng, wave_px=height / 2)[..., None] * 4 + 7
    return _exposed(seen, rng, replace(shot, tremor_px=1.0))


def _seen(sheet: Sheet, shot: Shot, lamp: Doubles) -> _Seen:
    """Return where pixels fall on a sheet, found on every fourth pixel and filled up between."""
    margin = 15.0
    us = np.arange(-margin, sheet.width_mm + margin, _GRID_MM)
    vs = np.arange(-margin, sheet.height_mm + margin, _GRID_MM)
    u, v = np.meshgrid(us, vs)
    points = sheet.surface(u, v)
    light = _light(points, lamp)
    image = _projected(_placed(points, sheet), shot)
    plain = np.stack([u, v], axis=-1).reshape(-1, 2)
    to_sheet, _ = cv2.findHomography(image.reshape(-1, 2), plain, 0)
    bends = cv2.perspectiveTransform(image.reshape(1, -1, 2), to_sheet).reshape(image.shape) - np.stack(
        [u, v], -1
    )
    bends = bends.astype(np.float32)
    step = _STEP_PX
    rows, columns = np.mgrid[0 : shot.size_px[0] // step + 1, 0 : shot.size_px[1] // step + 1]
    pixels = np.stack([(columns + 0.5) * step - 0.5, (rows + 0.5) * step - 0.5], axis=-1)
    first = (
        cv2.perspectiveTransform(pixels.reshape(1, -1, 2), to_sheet).reshape(pixels.shape).astype(np.float32)
    )
    place = first
    for _ in range(_ROUNDS):
        x, y = (place[..., 0] - us[0]) / _GRID_MM, (place[..., 1] - vs[0]) / _GRID_MM
        place = place + 0.7 * (first - sampled(bends, x, y) - place)
    x, y = (place[..., 0] - us[0]) / _GRID_MM, (place[..., 1] - vs[0]) / _GRID_MM
    coarse = np.dstack([place, sampled(light, x, y)]).astype(np.float32)
    size = (coarse.shape[1] * step, coarse.shape[0] * step)
    full = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)[: shot.size_px[0], : shot.size_px[1]]
    return _Seen(*(np.ascontiguousarray(full[..., k]) for k in range(3)))


def _placed(points: Doubles, sheet: Sheet) -> Doubles:
    turn = np.deg2rad(sheet.turned_degrees)
    x, y = points[..., 0] - sheet.width_mm / 2, points[..., 1] - sheet.height_mm / 2
    return np.stack(
        [
            np.cos(turn) * x - np.sin(turn) * y + sheet.at_mm[0],
            np.sin(turn) * x + np.cos(turn) * y + sheet.at_mm[1],
            points[..., 2],
        ],
        axis=-1,
    )


def _projected(points: Doubles, shot: Shot) -> Doubles:
    """Return pixels (..., 2) where points in space appear."""
    turn, tilt = np.deg2rad(shot.turn_degrees), np.deg2rad(shot.tilt_degrees)
    x = np.cos(turn) * points[..., 0] - np.sin(turn) * points[..., 1]
    y = np.sin(turn) * points[..., 0] + np.cos(turn) * points[..., 1]
    lowered = np.cos(tilt) * y - np.sin(tilt) * points[..., 2]
    depth = shot.distance_mm - np.sin(tilt) * y - np.cos(tilt) * points[..., 2]
    focal = shot.size_px[0] * shot.distance_mm / shot.seen_mm
    px, py = focal * x / depth, focal * lowered / depth
    radius = (px**2 + py**2) / (shot.size_px[0] / 2) ** 2
    bulge = 1 + shot.lens * radius
    return np.stack([px * bulge + shot.size_px[1] / 2, py * bulge + shot.size_px[0] / 2], axis=-1)


def _light(points: Doubles, lamp: Doubles) -> Floats:
    normal = np.cross(np.gradient(points, axis=1), np.gradient(points, axis=0))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return np.clip(0.25 + 0.75 * np.abs(normal @ lamp) / lamp[2], 0.2, 1.12).astype(np.float32)


def _inside(sheet: Sheet, seen: _Seen) -> Floats:
    """Return 1 on the sheet, 0 off it, with an edge about one pixel wide."""
    to_edge = np.minimum.reduce([seen.u, seen.v, sheet.width_mm - seen.u, sheet.height_mm - seen.v])
    return np.clip(0.5 + to_edge / 0.16, 0, 1)


def _on_paper(sheet: Sheet, seen: _Seen, shot: Shot) -> Floats:
    """Return the colours of the sheet's picture at every pixel."""
    per_mm = sheet.picture.shape[1] / sheet.width_mm
    pixels_per_mm = shot.size_px[0] / shot.seen_mm
    softened = cv2.GaussianBlur(sheet.picture, (0, 0), max(0.3, 0.42 * per_mm / pixels_per_mm))
    looked_up = sampled(softened, seen.u * per_mm - 0.5, seen.v * per_mm - 0.5).astype(np.float32)
    if looked_up.ndim == 2:
        looked_up = looked_up[..., None]
    ink, paper = np.array([30, 29, 33], np.float32), np.array([240, 238, 231], np.float32)
    return ink + looked_up * ((paper - ink) / 255)


def _clutter(scene: Floats, rng: np.random.Generator) -> None:
    """Put a pen, a cup and a cable on the table; a sheet may hide some of them."""
    height, width = scene.shape[:2]
    for _ in range(3):
        begin, end = rng.uniform(0, 1, 2) * (width, height), rng.uniform(0, 1, 2) * (width, height)
        colour = tuple(float(c) for c in rng.uniform(10, 190, 3))
        thick = int(height / rng.uniform(60, 110))
        cv2.line(scene, begin.astype(int).tolist(), end.astype(int).tolist(), colour, thick, cv2.LINE_AA)
        light = tuple(min(255.0, c + 70) for c in colour)
        cv2.line(scene, begin.astype(int).tolist(), end.astype(int).tolist(), light, thick // 5, cv2.LINE_AA)
    middle = (rng.choice([0.02, 0.98], 2) * (width, height)).astype(int).tolist()
    cv2.circle(scene, middle, int(height * 0.09), (228.0, 226.0, 222.0), -1, cv2.LINE_AA)
    cv2.circle(scene, middle, int(height * 0.078), (52.0, 34.0, 24.0), -1, cv2.LINE_AA)
    t = np.linspace(0, 1, 60)
    x = (rng.random() + 0.2 * np.sin(5 * t + rng.uniform(0, 6))) * width
    cv2.polylines(scene, [np.stack([x, t * height], 1).astype(np.int32)], False, (22.0, 22.0, 24.0),
                  int(height / 160), cv2.LINE_AA)  # fmt: skip


def _lit(scene: Floats, rng: np.random.Generator, shot: Shot) -> Floats:
    """Return the scene under a lamp: brighter on one side, with the soft shadow of the phone."""
    height, width = scene.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = columns / width - 0.5, rows / height - 0.5
    towards = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(towards) * x + np.sin(towards) * y) / 0.7 + 0.5
    light = shot.shade + (1.05 - shot.shade) * np.clip(slope, 0, 1)
    light *= 1 - 0.25 * (x * x + y * y)
    at = rng.uniform(-0.3, 0.3, 2)
    edge = (np.abs(x - at[0]) - 0.22) * 9, (np.abs(y - at[1]) - 0.3) * 9
    light *= 1 - 0.22 / ((1 + np.exp(np.clip(edge[0], -30, 30))) * (1 + np.exp(np.clip(edge[1], -30, 30))))
    warmth = np.array([1.0, rng.uniform(0.93, 1.0), rng.uniform(0.82, 1.0)], np.float32)
    return np.asarray(scene * light[..., None] * warmth, dtype=np.float32)


def _exposed(scene: Floats, rng: np.random.Generator, shot: Shot) -> Bytes:
    """Return what the camera stores: blur, tremor, mosaic, noise, sharpening, JPEG."""
    seen = cv2.GaussianBlur(scene, (0, 0), shot.blur_px) if shot.blur_px else scene
    if shot.tremor_px > 1:
        seen = cv2.filter2D(seen, -1, _tremor(shot.tremor_px, rng))
    seen = seen * (238 / max(60.0, float(np.quantile(seen[::8, ::8], 0.97))))  # automatic exposure
    noise = grain(scene.shape[:2], rng) * shot.noise
    mosaic = np.empty(scene.shape[:2], np.float32)
    for row, column, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        mosaic[row::2, column::2] = seen[row::2, column::2, channel]
    mosaic += noise * np.sqrt(4 + 0.22 * np.clip(mosaic, 0, None))
    raw = np.clip(mosaic, 0, 255).astype(np.uint8)
    developed = cv2.cvtColor(raw, cv2.COLOR_BayerRGGB2RGB_EA)
    soft = cv2.GaussianBlur(developed, (0, 0), 1.3)
    sharpened = cv2.addWeighted(developed, 1.6, soft, -0.6, 0)
    return jpeg(sharpened, shot.quality)


def _tremor(length_px: float, rng: np.random.Generator) -> Floats:
    size = 2 * int(length_px) + 3
    kernel = np.zeros((size, size), np.float32)
    turn = rng.uniform(0, np.pi)
    for t in np.linspace(-length_px / 2, length_px / 2, 33):
        x, y = size // 2 + t * np.cos(turn), size // 2 + t * np.sin(turn)
        kernel[round(y), round(x)] += 1
    return kernel / kernel.sum()


def _unit(*values: float) -> Doubles:
    vector = np.array(values, float)
    return np.asarray(vector / np.linalg.norm(vector))


def jpeg(picture: Bytes, quality: int) -> Bytes:
    """Return a picture (grey or RGB) as it looks after JPEG."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, options)[1], cv2.IMREAD_UNCHANGED))
