"""A picture of a page leads to its copy; a picture of anything else names nobody."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image

from dyeline.app.exhibits import ExhibitFile
from dyeline.app.issue import issue
from dyeline.app.overlay import draw_overlay
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine, examine_files
from dyeline.app.workspace import Workspace, init, open_workspace
from tests.e2e.journey import people
from tests.pdfs import LONG, by_reportlab, by_typst

Pixels = NDArray[np.uint8]
COPY = "C-0007"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("pages")
    init(root / "w")
    workspace = open_workspace(root / "w")
    import_recipients(workspace, people(20))
    for name, data in (("plan", by_typst(LONG[:14])), ("other", by_reportlab(LONG[20:34]))):
        add_document(workspace, data, file_name=f"{name}.pdf")
    issue(workspace, "D-001", "all", root / "out", processes=1)
    return workspace


def page(data: bytes, dpi: float = 150, number: int = 0) -> Pixels:
    with pdfium.PdfDocument(data) as document:
        return np.ascontiguousarray(
            document[number].render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3]
        )


def copy_of(office: Workspace, label: str = COPY) -> bytes:
    return (office.root.parent / "out" / f"{label}.pdf").read_bytes()


def packed(pixels: Pixels, kind: str = "PNG", **options: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def screenshot(pixels: Pixels) -> bytes:
    screen = np.full((1100, 1700, 3), 82, dtype=np.uint8)
    part = pixels[: 1100 - 60]
    screen[60:, 400 : 400 + part.shape[1]] = part
    return packed(screen)


def scan(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.7, 1.0)
    turned = cv2.warpAffine(pixels, turn, (width, height), borderValue=(235, 235, 235))
    noisy = cv2.GaussianBlur(turned, (0, 0), 0.8) + np.random.default_rng(1).normal(0, 8, turned.shape)
    return packed(np.clip(noisy, 0, 255).astype(np.uint8), "JPEG", quality=50)


def photo(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    seen = np.array([(260, 180), (1380, 300), (1300, 1950), (140, 1790)], dtype=np.float32)
    tilt = cv2.getPerspectiveTransform(corners, seen)
    rng = np.random.default_rng(2)
    desk = cv2.resize(
        rng.integers(40, 130, (26, 20, 3), dtype=np.uint8), (1500, 2100), interpolation=cv2.INTER_CUBIC
    )
    sheet = cv2.warpPerspective(pixels, tilt, (1500, 2100), flags=cv2.INTER_AREA)
    there = cv2.warpPerspective(np.full((height, width), 255, np.uint8), tilt, (1500, 2100))
    taken = np.where(there[..., None] > 127, sheet, desk) * np.linspace(0.7, 1.0, 1500)[None, :, None]
    return packed(np.clip(cv2.GaussianBlur(taken, (0, 0), 1.0), 0, 255).astype(np.uint8), "JPEG", quality=70)


def upside_down_and_dark(pixels: Pixels) -> bytes:
    return packed(np.ascontiguousarray(255 - pixels[::-1, ::-1]))


EXHIBITS: dict[str, Callable[[bytes], bytes]] = {
    "screenshot": lambda data: screenshot(page(data, 96)),
    "scan": lambda data: scan(page(data, 200)),
    "photo": lambda data: photo(page(data)),
    "upside down, dark": lambda data: upside_down_and_dark(page(data, 110)),
    "a third of the page": lambda data: packed(page(data)[500:1100]),
}


@pytest.mark.parametrize("path", EXHIBITS)
def test_a_picture_leads_to_its_copy(path: str, office: Workspace) -> None:
    examined = examine(office, EXHIBITS[path](copy_of(office)))
    found = examined.finding
    assert [candidate.copy for candidate in found.candidates] == [COPY], found.outcome
    assert found.document is not None and found.document.id == "D-001"
    assert found.region is not None and (found.region.page, found.region.picture) == (1, 0)
    assert found.readings.by_carrier["layout"].read >= 35
    json.dumps(found.to_dict())


def test_the_quad_is_the_outline_of_the_page(office: Workspace) -> None:
    pixels = page(copy_of(office), 96)
    region = examine(office, screenshot(pixels)).finding.region
    assert region is not None and region.quad is not None
    height, width = pixels.shape[:2]
    wanted = np.array([(0, 0), (width, 0), (width, height), (0, height)]) + (400, 60)
    assert np.abs(np.array(region.quad) - wanted).max() < 4


def test_pages_of_one_exhibit_are_read_together(office: Workspace) -> None:
    data = copy_of(office)
    halves = [packed(page(data)[:880]), packed(page(data)[880:])]
    alone = examine(office, halves[0]).finding.readings.by_carrier["layout"].read
    both = examine_files(office, [ExhibitFile(half) for half in halves]).finding
    assert [candidate.copy for candidate in both.candidates] == [COPY]
    assert both.readings.by_carrier["layout"].read > alone
    assert both.exhibit.kind == "png"


def test_the_unmarked_page_and_other_pages_name_nobody(office: Workspace) -> None:
    unmarked = examine(office, packed(page(by_typst(LONG[:14])))).finding
    assert unmarked.outcome in ("insufficient", "no_readable_mark")
    foreign = examine(office, packed(page(by_reportlab(LONG[20:34]))))
    assert foreign.finding.document is not None and foreign.finding.document.id == "D-002"
    assert foreign.finding.candidates == ()


def test_a_picture_of_something_else_is_not_ours(office: Workspace) -> None:
    rng = np.random.default_rng(3)
    noise = cv2.resize(
        rng.integers(0, 255, (40, 60, 3), dtype=np.uint8), (900, 600), interpolation=cv2.INTER_CUBIC
    )
    examined = examine(office, packed(noise))
    assert examined.finding.outcome == "not_ours"
    assert Image.open(io.BytesIO(draw_overlay(examined))).size[1] > 600


def test_the_overlay_shows_agreeing_words_in_green(office: Workspace, tmp_path: Path) -> None:
    examined = examine(office, photo(page(copy_of(office))))
    drawn = np.asarray(Image.open(io.BytesIO(draw_overlay(examined))).convert("RGB")).astype(int)
    green = (drawn[..., 1] > drawn[..., 0] + 80) & (drawn[..., 1] > drawn[..., 2] + 40)
    red = (drawn[..., 0] > drawn[..., 1] + 120) & (drawn[..., 0] > drawn[..., 2] + 120)
    left, right = np.array_split(green, 2, axis=1)
    assert left.sum() > 2000 and right.sum() > 2000 and red.sum() < 0.2 * green.sum()
