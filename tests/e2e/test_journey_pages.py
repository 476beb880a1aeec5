"""A picture of a page leads to its copy; a picture of anything else names nobody."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
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
from dyeline.cli.main import run
from dyeline.testing.pictures import as_jpeg, as_png, drawn_page, photo, scan, screenshot
from tests.e2e.journey import people
from tests.pdfs import LONG, by_reportlab, by_typst, with_links_all_over

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


def copy_of(office: Workspace, label: str = COPY) -> bytes:
    return (office.root.parent / "out" / f"{label}.pdf").read_bytes()


def packed(pixels: Pixels) -> bytes:
    return as_png(np.ascontiguousarray(pixels))


def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def upside_down_and_dark(pixels: Pixels) -> bytes:
    return packed(255 - pixels[::-1, ::-1])


EXHIBITS: dict[str, Callable[[bytes], bytes]] = {
    "screenshot": lambda data: packed(screenshot(drawn_page(data, dpi=96))),
    "scan": lambda data: as_jpeg(scan(drawn_page(data, dpi=200), rng()), 50),
    "photo": lambda data: as_jpeg(photo(drawn_page(data), rng())),
    "upside down, dark": lambda data: upside_down_and_dark(drawn_page(data, dpi=110)),
    "a third of the page": lambda data: packed(drawn_page(data)[500:1100]),
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
    pixels = drawn_page(copy_of(office), dpi=96)
    region = examine(office, packed(screenshot(pixels))).finding.region
    assert region is not None and region.quad is not None
    height, width = pixels.shape[:2]
    left = (1700 - width) // 2
    wanted = np.array([(left, 60), (left + width, 60), (left + width, 60 + height), (left, 60 + height)])
    assert np.abs(np.array(region.quad) - wanted).max() < 4


def test_pages_of_one_exhibit_are_read_together(office: Workspace) -> None:
    data = copy_of(office)
    halves = [packed(drawn_page(data)[:880]), packed(drawn_page(data)[880:])]
    alone = examine(office, halves[0]).finding.readings.by_carrier["layout"].read
    both = examine_files(office, [ExhibitFile(half) for half in halves]).finding
    assert [candidate.copy for candidate in both.candidates] == [COPY]
    assert both.readings.by_carrier["layout"].read > alone
    assert both.exhibit.kind == "png"


def test_the_unmarked_page_and_other_pages_name_nobody(office: Workspace) -> None:
    unmarked = examine(office, packed(drawn_page(by_typst(LONG[:14])))).finding
    assert unmarked.outcome in ("insufficient", "no_readable_mark")
    foreign = examine(office, packed(drawn_page(by_reportlab(LONG[20:34]))))
    assert foreign.finding.document is not None and foreign.finding.document.id == "D-002"
    assert foreign.finding.candidates == ()


def test_a_page_without_marks_is_said_to_have_none(tmp_path: Path) -> None:
    init(tmp_path / "w")
    workspace = open_workspace(tmp_path / "w")
    add_document(workspace, with_links_all_over(by_typst(LONG[:14])), file_name="links.pdf")
    import_recipients(workspace, people(3))
    issue(workspace, "D-001", "all", tmp_path / "out")
    found = examine(workspace, packed(drawn_page((tmp_path / "out" / "C-0002.pdf").read_bytes()))).finding
    assert found.outcome == "no_readable_mark" and found.region is not None and found.region.page == 1
    assert found.advice[0].startswith(
        "Page 1 of the document is in the picture, but its copies carry no mark"
    )


def test_the_region_of_a_picture_is_what_it_shows(office: Workspace) -> None:
    whole = examine(office, packed(drawn_page(copy_of(office)))).finding.region
    third = examine(office, packed(drawn_page(copy_of(office))[500:1100])).finding.region
    assert whole is not None and third is not None
    assert whole.start_word <= 1 and whole.start_word < third.start_word < third.end_word < whole.end_word


def test_an_overlay_is_never_written_over_a_file(
    office: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exhibit = tmp_path / "leak.png"
    exhibit.write_bytes(packed(drawn_page(copy_of(office))))
    before = exhibit.read_bytes()
    with pytest.raises(SystemExit) as caught:
        run(["--workspace", str(office.root), "trace", str(exhibit), "--overlay", str(exhibit)])
    assert caught.value.code != 0 and "it may be the exhibit" in capsys.readouterr().err
    assert exhibit.read_bytes() == before


def test_a_picture_of_something_else_is_not_ours(office: Workspace) -> None:
    rng = np.random.default_rng(3)
    noise = cv2.resize(
        rng.integers(0, 255, (40, 60, 3), dtype=np.uint8), (900, 600), interpolation=cv2.INTER_CUBIC
    )
    examined = examine(office, packed(noise))
    assert examined.finding.outcome == "not_ours"
    assert Image.open(io.BytesIO(draw_overlay(examined))).size[1] > 600


def test_the_overlay_shows_agreeing_words_in_green(office: Workspace, tmp_path: Path) -> None:
    examined = examine(office, EXHIBITS["photo"](copy_of(office)))
    drawn = np.asarray(Image.open(io.BytesIO(draw_overlay(examined))).convert("RGB")).astype(int)
    green = (drawn[..., 1] > drawn[..., 0] + 80) & (drawn[..., 1] > drawn[..., 2] + 40)
    red = (drawn[..., 0] > drawn[..., 1] + 120) & (drawn[..., 0] > drawn[..., 2] + 120)
    left, right = np.array_split(green, 2, axis=1)
    assert left.sum() > 2000 and right.sum() > 2000 and red.sum() < 0.2 * green.sum()


def test_pages_of_two_documents_in_one_picture_name_a_copy_of_each(tmp_path: Path) -> None:
    init(tmp_path / "w")
    workspace = open_workspace(tmp_path / "w")
    import_recipients(workspace, people(6))
    for number, data in enumerate((by_typst(LONG[:14]), by_reportlab(LONG[20:34])), start=1):
        add_document(workspace, data, file_name=f"{number}.pdf")
        issue(workspace, f"D-00{number}", "all", tmp_path / f"out{number}", processes=1)
    copies = [tmp_path / "out1" / "C-0002.pdf", tmp_path / "out2" / "C-0010.pdf"]
    drawn = [drawn_page(copy.read_bytes(), dpi=110) for copy in copies]
    height = min(len(page) for page in drawn)
    examined = examine(workspace, as_png(np.hstack([page[:height] for page in drawn])))
    found = {(c.copy, c.document, c.circulation) for c in examined.finding.candidates}
    assert found == {("C-0002", "D-001", "X-001"), ("C-0010", "D-002", "X-002")}
    assert any("different documents" in line for line in examined.finding.advice)
    overlay = Image.open(io.BytesIO(draw_overlay(examined)))
    assert overlay.size[1] > 2 * 1400  # a row for the page of each


def test_the_overlay_of_a_long_strip_is_bounded(office: Workspace) -> None:
    strip = np.full((20, 20_000, 3), 255, dtype=np.uint8)
    strip[8:12, ::40] = 0
    examined = examine(office, packed(strip))
    assert examined.finding.outcome == "not_ours"
    assert max(Image.open(io.BytesIO(draw_overlay(examined))).size) < 3000
