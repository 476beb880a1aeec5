"""A page without text, and a picture cut out of its page, lead to their copy by what they look like."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.app.exhibits import ExhibitFile
from dyeline.app.issue import issue
from dyeline.app.looks import load_looks
from dyeline.app.overlay import draw_overlay
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine, examine_files
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.store.tables import Version
from dyeline.testing.pictures import as_jpeg, as_png, drawn_page, photo
from tests.e2e.journey import people
from tests.pdfs import LONG, by_typst
from tests.pictures import photograph

Pixels = NDArray[np.uint8]
COPY = "C-0005"
PHOTO_BOX = (70.0, 400.0, 455.0, 341.0)  # left, bottom, width, height in pt
PHOTO_PAGE, CHART_PAGE, MIXED_PAGE = 1, 2, 3


def album(text: tuple[str, ...]) -> bytes:
    """Return a PDF of four pages: text; a photograph alone; a chart alone; text around a photograph."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    written(canvas, text[:12], top=780)
    canvas.showPage()
    canvas.drawImage(ImageReader(Image.fromarray(photograph(1000, 750, seed=4))), *PHOTO_BOX)
    canvas.showPage()
    chart(canvas, np.random.default_rng(6))
    canvas.showPage()
    written(canvas, text[20:32], top=780)
    canvas.drawImage(ImageReader(Image.fromarray(photograph(900, 600, seed=5))), 120, 330, 300, 200)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def written(canvas: Canvas, lines: tuple[str, ...], *, top: float) -> None:
    for row, line in enumerate(lines):
        canvas.drawString(70, top - 15 * row, line[:80])


def chart(canvas: Canvas, rng: np.random.Generator) -> None:
    canvas.rect(80, 250, 430, 380)
    for k, height in enumerate(rng.uniform(40, 350, 14).tolist()):
        canvas.setFillGray(float(rng.uniform(0.1, 0.8)))
        canvas.rect(90 + 29 * k, 250, float(rng.uniform(10, 24)), height, fill=1)
    for _ in range(3):
        points = [(80 + 43 * k, float(y)) for k, y in enumerate(rng.uniform(300, 620, 11))]
        for one, other in pairwise(points):
            canvas.line(*one, *other)
        for x, y in points:
            canvas.circle(x, y, float(rng.uniform(3, 9)), fill=1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("looks")
    init(root / "w")
    workspace = open_workspace(root / "w")
    import_recipients(workspace, people(10))
    add_document(workspace, album(LONG[14:46]), file_name="album.pdf")
    add_document(workspace, by_typst(LONG[:14]), file_name="plan.pdf")
    issue(workspace, "D-001", "all", root / "out", processes=1)
    return workspace


def copy_of(office: Workspace) -> bytes:
    return (office.root.parent / "out" / f"{COPY}.pdf").read_bytes()


def cut(pixels: Pixels, box: tuple[float, float, float, float], dpi: float) -> Pixels:
    left, bottom, width, height = (side * dpi / 72 for side in box)
    top = pixels.shape[0] - bottom - height
    return pixels[round(top) : round(top + height), round(left) : round(left + width)]


def jpeg(pixels: Pixels, quality: int = 70) -> bytes:
    return as_jpeg(np.ascontiguousarray(pixels), quality)


def photo_page(office: Workspace) -> bytes:
    return jpeg(photo(drawn_page(copy_of(office), PHOTO_PAGE), np.random.default_rng(2)), 85)


def picture_alone(office: Workspace) -> bytes:
    return jpeg(cut(drawn_page(copy_of(office), PHOTO_PAGE), PHOTO_BOX, 150))


def third_of_picture(office: Workspace) -> bytes:
    pixels = cut(drawn_page(copy_of(office), PHOTO_PAGE), PHOTO_BOX, 150)
    return jpeg(pixels[150:570, 300:850])


def upside_down(office: Workspace) -> bytes:
    return jpeg(drawn_page(copy_of(office), PHOTO_PAGE, dpi=110)[::-1, ::-1])


def small_picture(office: Workspace) -> bytes:
    return jpeg(cut(drawn_page(copy_of(office), MIXED_PAGE), (120, 330, 300, 200), 150))


MARKED: dict[str, tuple[int, Callable[[Workspace], bytes]]] = {
    "photo of a page that is a photograph": (PHOTO_PAGE, photo_page),
    "the photograph cut out": (PHOTO_PAGE, picture_alone),
    "30 % of the photograph": (PHOTO_PAGE, third_of_picture),
    "the page upside down": (PHOTO_PAGE, upside_down),
    "a small photograph cut out of a page of text": (MIXED_PAGE, small_picture),
}


@pytest.mark.parametrize("path", MARKED)
def test_a_picture_without_text_leads_to_its_copy(path: str, office: Workspace) -> None:
    page, make = MARKED[path]
    found = examine(office, make(office)).finding
    assert found.document is not None and found.document.id == "D-001", found.outcome
    assert found.region is not None and (found.region.page, found.region.picture) == (page + 1, 0)
    assert found.region.quad is not None
    assert found.readings.by_carrier["image"].read > 0
    assert [candidate.copy for candidate in found.candidates] in ([COPY], []), found.candidates
    if path != "30 % of the photograph":
        assert [candidate.copy for candidate in found.candidates] == [COPY]
    json.dumps(found.to_dict())


def test_the_overlay_of_a_picture_alone_shows_where_its_page_would_be(office: Workspace) -> None:
    examined = examine_files(office, [ExhibitFile(third_of_picture(office))])
    drawn = np.asarray(Image.open(io.BytesIO(draw_overlay(examined))).convert("RGB")).astype(int)
    blue = (np.abs(drawn - np.array([30, 90, 220])).max(axis=2) < 12).sum()
    assert blue > 200  # the legend's square at least


def test_a_chart_is_found_on_its_page(office: Workspace) -> None:
    pixels = drawn_page(copy_of(office), CHART_PAGE)
    found = examine(office, jpeg(cut(pixels, (80, 250, 430, 380), 150))).finding
    assert found.document is not None and found.document.id == "D-001"
    assert found.region is not None and found.region.page == CHART_PAGE + 1 and found.candidates == ()
    assert found.outcome == "no_readable_mark" and "picture" in found.advice[0]


def test_pages_with_and_without_text_are_one_exhibit(office: Workspace) -> None:
    pages = [as_png(drawn_page(copy_of(office), page, dpi=100)) for page in (0, PHOTO_PAGE)]
    finding = examine_files(office, [ExhibitFile(page) for page in pages]).finding
    assert [candidate.copy for candidate in finding.candidates] == [COPY]
    assert finding.readings.by_carrier["image"].read > 0 and finding.readings.by_carrier["layout"].read > 0


def test_other_pictures_are_not_ours(office: Workspace) -> None:
    finding = examine(office, jpeg(photograph(800, 600, seed=9))).finding
    assert finding.outcome == "not_ours" and finding.candidates == ()


def test_documents_of_an_earlier_program_are_described_when_first_needed(office: Workspace) -> None:
    before = load_looks(office).index.files
    with office.writing():
        Version.objects.update(features_sha256="")
    for path in (office.index_folder / "looks").iterdir():
        path.unlink()
    late = load_looks(office, seconds=0.0)
    assert late.index.files == frozenset() and late.missing == ("D-001 version 1", "D-002 version 1")
    assert load_looks(office).index.files == before
    assert examine(office, picture_alone(office)).finding.candidates[0].copy == COPY


def test_what_was_not_looked_at_is_told(office: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dyeline.app.looks.LATER_SECONDS", 0.0)
    with office.writing():
        Version.objects.update(features_sha256="")
    (office.index_folder / "looks" / "segments.json").unlink()
    finding = examine(office, picture_alone(office)).finding
    assert finding.outcome == "not_ours"
    assert any("D-001 version 1" in line and "Add the file again" in line for line in finding.advice)
