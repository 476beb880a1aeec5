"""However a page shows a picture, its marks lead to the copy: turned, mirrored, beneath text, again and again."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import init, open_workspace
from dyeline.testing.pictures import as_jpeg, drawn_page
from tests.e2e.journey import people
from tests.pdfs import LONG
from tests.pictures import photograph

COPY = "C-0003"


def picture(seed: int, turn: Image.Transpose | None = None) -> ImageReader:
    made = Image.fromarray(photograph(900, 640, seed=seed))
    return ImageReader(made if turn is None else made.transpose(turn))


def written(canvas: Canvas, first: int, left: float, top: float, lines: int = 24) -> None:
    for row, line in enumerate(LONG[first : first + lines]):
        canvas.drawString(left, top - 15 * row, line[:80])


def on_a_turned_page(canvas: Canvas) -> None:
    canvas.setPageRotation(90)
    canvas.translate(595, 0)
    canvas.rotate(90)  # upright for the reader
    written(canvas, 0, 60, 540, 8)
    canvas.drawImage(picture(21), 60, 60, 420, 300)


def stored_upside_down(canvas: Canvas) -> None:
    written(canvas, 30, 60, 780)
    canvas.translate(60, 400)
    canvas.scale(1, -1)
    canvas.drawImage(picture(22, Image.Transpose.FLIP_TOP_BOTTOM), 0, 0, 420, 300)


def beneath_text(canvas: Canvas) -> None:
    canvas.drawImage(picture(23), 0, 0, 595, 842)
    canvas.setFillColorRGB(1, 1, 1)
    written(canvas, 60, 60, 780, 40)


def three_times(canvas: Canvas) -> None:
    written(canvas, 0, 60, 800, 10)
    shown = picture(24)
    canvas.drawImage(shown, 60, 380, 360, 260)
    canvas.drawImage(shown, 60, 180, 180, 130)
    canvas.translate(450, 100)
    canvas.rotate(15)
    canvas.drawImage(shown, 0, 0, 120, 90)


@pytest.mark.parametrize("page", [on_a_turned_page, stored_upside_down, beneath_text, three_times])
def test_its_marks_lead_to_the_copy(page: Callable[[Canvas], None], tmp_path: Path) -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    page(canvas)
    canvas.save()
    init(tmp_path / "w")
    workspace = open_workspace(tmp_path / "w")
    import_recipients(workspace, people(40))
    add_document(workspace, file.getvalue(), file_name="page.pdf")
    issue(workspace, "D-001", "all", tmp_path / "out", carriers=["image"], processes=1)
    exhibit = as_jpeg(drawn_page((tmp_path / "out" / f"{COPY}.pdf").read_bytes()), 80)
    found = examine(workspace, exhibit).finding
    assert [candidate.copy for candidate in found.candidates] == [COPY], found.outcome
    read = found.readings.by_carrier["image"]
    assert read.read >= 0.9 * read.sites
