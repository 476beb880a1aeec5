"""The forecast for a registered document, and its command."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.app.forecast import forecast_document
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.cli.main import run
from dyeline.errors import BadInput, NotFound
from tests.e2e.journey import people
from tests.pdfs import LONG, by_typst, changed, with_links_all_over
from tests.pictures import scanned_page

LEGAL = "\n".join(
    f"The {a} party shall {{=v{n}: notify | inform}} the other of the {b} in writing."
    for n, (a, b) in enumerate(
        zip("first second third fourth".split(), "loss gain sale end".split(), strict=True)
    )
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    init(tmp_path / "workspace")
    opened = open_workspace(tmp_path / "workspace")
    yield opened
    opened.close()
    shutil.rmtree(opened.root)


def as_json(capsys: pytest.CaptureFixture[str], workspace: Workspace, *arguments: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as caught:
        run(["--workspace", str(workspace.root), *arguments, "--json"])
    printed = capsys.readouterr()
    assert (caught.value.code, printed.err) == (0, "")
    assert printed.out.isascii() and printed.out.count("\n") == 1
    value: dict[str, Any] = json.loads(printed.out)
    return value


def test_it_says_what_is_there_and_what_would_close_the_gap(workspace: Workspace) -> None:
    add_document(workspace, LEGAL.encode(), file_name="terms.txt", style="legal")
    forecast = forecast_document(workspace, "D-001", recipients=1000, bound=1e-3)
    assert forecast.bits["declared"] == 4.0
    assert {(cell.size, cell.words) for cell in forecast.cells} == {("sentence", 20), ("all", 48)}
    gap, variants = forecast.advice[:2]
    assert "4 bits; about 24 that are read would name one of 1,000" in gap
    assert variants.startswith("Adding 20 declared variants of two options")
    assert not any("recipients instead of" in line for line in forecast.advice)
    assert forecast_document(workspace, "D-001", recipients=1000, bound=1e-3) == forecast


def test_pages_that_carry_no_marks_are_named(workspace: Workspace) -> None:
    def turned(pages: Sequence[int]) -> bytes:
        return changed(
            by_typst(LONG[:24]), lambda pdf: [pdf.pages[n].rotate(90, relative=True) for n in pages]
        )

    add_document(workspace, turned([1]), file_name="one.pdf")
    add_document(workspace, turned([0, 1]), file_name="all.pdf")
    assert "1 of 2 pages carry no marks (page 2)" in forecast_document(workspace, "D-001").advice[0]
    assert "No page of this PDF can be marked" in forecast_document(workspace, "D-002").advice[0]


def test_pages_that_no_picture_can_be_traced_of_are_named(workspace: Workspace) -> None:
    add_document(workspace, with_links_all_over(by_typst(LONG[:14])), file_name="links.pdf")
    forecast = forecast_document(workspace, "D-001")
    assert "2 of 2 pages carry marks in the copied text only (page 1, 2)" in forecast.advice[0]
    assert not any("issuing as PDF" in plan.change for plan in forecast.what_if)


def test_marks_of_pictures_count_as_far_as_a_screenshot_shows_them(workspace: Workspace) -> None:
    def drawn(width_pt: float) -> bytes:
        file, shown = io.BytesIO(), io.BytesIO()
        Image.fromarray(scanned_page(620, 877)).save(shown, "PNG")
        canvas = Canvas(file, pagesize=(595, 842), invariant=1)
        canvas.drawString(72, 800, "The board of the house reports on all that it has seen this year.")
        canvas.drawImage(ImageReader(shown), 72, 40, width_pt, width_pt * 877 / 620)
        canvas.save()
        return file.getvalue()

    for number, width in enumerate((450, 20)):
        add_document(workspace, drawn(width), file_name=f"{number}.pdf")
    large, small = (forecast_document(workspace, f"D-00{number}") for number in (1, 2))
    chances = [
        {cell.path: cell.chance for cell in forecast.cells if cell.size == "all"}
        for forecast in (large, small)
    ]
    assert chances[0]["picture"] == 1.0 and chances[1]["picture"] == 0.0
    assert not any("110 dpi" in line for line in large.advice)
    assert any("at 110 dpi shows 0 % of what the marks in pictures" in line for line in small.advice)


def test_pending_sites_are_told_of_with_their_gain(workspace: Workspace) -> None:
    text = (
        "The agency will commence the review. It will utilize the results, and approximately ten will assist. "
        * 3
    )
    added = add_document(workspace, text.encode(), file_name="note.txt", style="formal")
    advice = forecast_document(workspace, "D-001").advice
    told = [line for line in advice if line.startswith(f"Accepting the {added.pending} pending sites")]
    assert bool(told) == bool(added.pending)
    assert all("dyeline document sites D-001 --pending" in line for line in told)


@pytest.mark.parametrize("bound", [0.0, 0.6, float("nan")])
def test_what_cannot_be_forecast(workspace: Workspace, bound: float) -> None:
    add_document(workspace, LEGAL.encode(), file_name="terms.txt")
    with pytest.raises(BadInput):
        forecast_document(workspace, "D-001", bound=bound)
    with pytest.raises(NotFound):
        forecast_document(workspace, "D-002")


def test_adding_a_document_tells_for_the_recipients_there_are(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "terms.txt").write_text(LEGAL)
    added = as_json(capsys, workspace, "document", "add", str(tmp_path / "terms.txt"))
    assert {"id", "version", "words", "sites", "forecast"} <= set(added)
    assert added["sites"]["declared"] == 4
    assert (added["forecast"]["recipients"], added["forecast"]["bound"]) == (100, 1e-3)
    import_recipients(workspace, people(7))
    again = as_json(capsys, workspace, "document", "add", str(tmp_path / "terms.txt"))
    assert again["forecast"]["recipients"] == 7
    asked = as_json(capsys, workspace, "forecast", "D-001", "--recipients", "7")
    assert asked == again["forecast"]
    assert set(asked) == {
        *("document", "version", "recipients", "bound", "bits", "cells", "advice"),
        *("copies", "smallest", "what_if", "trials"),
    }
    assert all(set(cell) == {"size", "words", "path", "sites_read", "chance"} for cell in asked["cells"])
    assert all(0.0 <= cell["chance"] <= 1.0 for cell in asked["cells"])


def test_a_document_without_sites_has_a_forecast(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "numbers.txt").write_text("2031-05-02 4711 0815\n")
    added = as_json(capsys, workspace, "document", "add", str(tmp_path / "numbers.txt"))
    assert added["sites"] == {}
    assert added["forecast"]["bits"] == {}
    assert {cell["chance"] for cell in added["forecast"]["cells"]} == {0.0}


def test_the_table_has_a_column_a_path(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    add_document(workspace, LEGAL.encode(), file_name="terms.txt", style="legal")
    with pytest.raises(SystemExit):
        run(["--workspace", str(workspace.root), "forecast", "D-001"])
    out = capsys.readouterr().out
    assert "Chance that a leak would be attributed, 100 recipients, bound 0.001:" in out
    assert re.search(r"^leak +paste +cleaned paste +retype +picture +light edit", out, re.MULTILINE)
    assert re.search(r"^all \(48 words\) +100 % +0 % +0 % +0 % +0 %", out, re.MULTILINE)


def test_merged_copies_need_more_and_the_chart_is_written(
    tmp_path: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(
        f"Item {n}: the party {{=w{n}: shall | will}} answer in {{=u{n}: writing | person}}."
        for n in range(60)
    )
    add_document(workspace, text.encode(), file_name="many.txt")
    alone = forecast_document(workspace, "D-001", recipients=20)
    plot = tmp_path / "chance.svg"
    merged = as_json(
        capsys, workspace, "forecast", "D-001", "--recipients", "20", "--copies", "2", "--plot", str(plot)
    )
    assert merged["copies"] == 2 and plot.read_text().startswith("<svg")
    assert alone.smallest["retype"] is not None and merged["smallest"]["retype"] > alone.smallest["retype"]
    assert {"change", "smallest"} == set(merged["what_if"][0])
    with pytest.raises(BadInput):
        forecast_document(workspace, "D-001", recipients=3, copies=4)
