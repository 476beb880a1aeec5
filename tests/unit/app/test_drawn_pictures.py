"""Every marked picture of a copy is found on its drawn page, however it stands there, or the copy stays."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.app.copymaking import PICTURE_READ_ONCE_IN, jobs_for
from dyeline.app.making import Making, from_file
from dyeline.carriers.image.carrier import Image as ImageCarrier
from dyeline.carriers.replace import ordered_places
from dyeline.errors import GateFailed
from dyeline.formats.pdf.format import Pdf
from dyeline.issue import drawn_pictures
from dyeline.issue.drawn_pictures import read_drawn
from dyeline.issue.page_gate import check_pages
from dyeline.issue.picture_gate import check_pictures
from dyeline.issue.recipe import Order
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site
from tests.pdfs import by_reportlab
from tests.pictures import photograph, scanned_page

NOTICE = "Copy C-0001 was issued to Jaqueline Příkladová of Ängelholm and is individually marked."
LINES = "The board of the house reports, in short and as it did before, on all that it has seen."


def reader(pixels: NDArray[np.uint8]) -> ImageReader:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    file.seek(0)
    return ImageReader(file)


def drawn_by(draw: Callable[[Canvas], object], rotate: int = 0) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    draw(canvas)
    canvas.save()
    if not rotate:
        return file.getvalue()
    with pikepdf.open(file) as pdf:
        pdf.pages[0].rotate(rotate, relative=False)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def page(width: int = 496, height: int = 702) -> ImageReader:
    return reader(scanned_page(width, height))


def turned(canvas: Canvas) -> None:
    canvas.translate(500, 150)
    canvas.rotate(97)
    canvas.drawImage(page(), 0, 0, 400, 380)


def mirrored(canvas: Canvas) -> None:
    canvas.scale(-1, 1)
    canvas.drawImage(page(), -560, 40, 500, 700)


def twice(canvas: Canvas) -> None:
    shown = page()
    canvas.drawImage(shown, 40, 420, 280, 400)
    canvas.drawImage(shown, 300, 20, 280, 396)
    canvas.showPage()
    canvas.drawImage(shown, 40, 40, 500, 700)


def under_words(canvas: Canvas) -> None:
    canvas.drawImage(reader(photograph(500, 600)), 50, 50, 500, 600)
    for line in range(12):
        canvas.drawString(60, 600 - 40 * line, LINES)


def made_of(data: bytes, shifted: bool = False) -> tuple[Making, tuple[Site, ...]]:
    content = Pdf().read(data, declarations=True)
    view = Document(content.text, content.blocks, pictures=content.pictures)
    sites = tuple(ImageCarrier().find_sites(view))
    if shifted:
        sites += tuple(
            Site(f"S{at}", "layout/1", "shift", (Place(at, at, ("", ""), "shift:0.2"),))
            for at in content.shifts
        )
    return from_file("pdf", data, content, sites, None, scanned=not content.text), sites


def copy_of(made: Making, symbols: NDArray[np.uint8], notice: str | None = NOTICE) -> bytes:
    places = ordered_places(made.sites)
    variants = [int(symbols[row]) for row, _ in places]
    return made.template.render([""] * len(places), variants=variants, notice=notice, stamp=None)


def drawn_at_random(sites: tuple[Site, ...], seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 2, len(sites)).astype(np.uint8)


@pytest.mark.parametrize(
    ("draw", "rotate"),
    [
        (lambda canvas: canvas.drawImage(page(), 0, 0, 595, 842), 0),
        (lambda canvas: canvas.drawImage(page(), 0, 0, 595, 842), 90),
        (lambda canvas: canvas.drawImage(page(), 0, 0, 595, 842), 180),
        (turned, 0),
        (turned, 270),
        (mirrored, 0),
        (twice, 0),
        (under_words, 0),
    ],
    ids=[
        "scan",
        "turned left",
        "upside down",
        "askew",
        "askew and turned",
        "mirrored",
        "twice",
        "under words",
    ],
)
def test_a_right_copy_passes_and_one_other_block_stops_it(
    draw: Callable[[Canvas], object], rotate: int
) -> None:
    made, sites = made_of(drawn_by(draw, rotate), shifted=draw is under_words)
    assert made.drawn is not None and made.pictures is None
    gate = pickle.loads(pickle.dumps(made.drawn.for_comparing()))
    for seed in (1, 2):
        symbols = drawn_at_random(sites, seed)
        copy = copy_of(made, symbols)
        check_pages(None, gate, copy, symbols, "C-1")
        for seen in gate.pages.values():
            other = symbols.copy()
            other[seen.proof.rows[seed]] ^= 1
            with pytest.raises(
                GateFailed, match=r"C-1 shows .* marks in its pictures .*, [1-9] of them wrong"
            ):
                check_pages(None, gate, copy, other, "C-1")


def test_what_does_not_show_the_marks_is_stopped() -> None:
    data = drawn_by(lambda canvas: canvas.drawImage(page(), 0, 0, 595, 842))
    made, sites = made_of(data)
    symbols = drawn_at_random(sites, 3)
    assert made.drawn is not None
    for file in (data, by_reportlab()):
        with pytest.raises(GateFailed, match="when its pages are drawn"):
            check_pages(None, made.drawn, file, symbols, "C-1")
        with pytest.raises(GateFailed, match=r"reads back .* on page 1 when it is drawn"):
            read_drawn(made.drawn, file, symbols, "C-1", 0)


def test_every_picture_has_its_turn_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made, sites = made_of(drawn_by(twice))
    symbols = drawn_at_random(sites, 4)
    copy = copy_of(made, symbols)
    assert made.drawn is not None and len(made.drawn.shown) == 3
    read_drawn(made.drawn, copy, symbols, "C-1", 2)
    where: list[str] = []
    monkeypatch.setattr("dyeline.carriers.image.reading.read_picture", lambda *given: np.zeros((999, 2)))
    monkeypatch.setattr(drawn_pictures, "judge_reading", lambda *given: where.append(given[-1]))
    for turn in range(4):
        read_drawn(made.drawn, copy, symbols, "C-1", turn)
    assert [place[:9] for place in where] == ["on page 1", "on page 1", "on page 2", "on page 1"]


@pytest.mark.parametrize("hidden", ["tiny", "covered"])
def test_pictures_that_pages_do_not_show_are_compared_as_stored(hidden: str) -> None:
    def draw(canvas: Canvas) -> None:
        size = (9, 12) if hidden == "tiny" else (400, 560)
        canvas.drawImage(page(), 40, 100, *size)
        if hidden == "covered":
            canvas.rect(30, 90, 500, 600, fill=1)
        canvas.drawImage(reader(photograph(400, 300)), 40, 690, 180, 135)

    made, sites = made_of(drawn_by(draw))
    symbols = drawn_at_random(sites, 5)
    copy = copy_of(made, symbols)
    assert made.drawn is not None and len(made.drawn.shown) == 1
    assert made.pictures is not None and len(made.pictures.sites) == 1
    check_pages(None, made.drawn, copy, symbols, "C-1")
    check_pictures(made.pictures, copy, symbols, "C-1")
    (blocks,) = made.pictures.sites.values()
    other = symbols.copy()
    other[blocks[3][0]] ^= 1
    with pytest.raises(GateFailed, match="1 of them wrong"):
        check_pictures(made.pictures, copy, other, "C-1")


def test_pictures_upon_each_other_are_compared_as_stored() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(page(), 40, 100, 400, 560)
        clear = np.dstack([photograph(500, 700), np.full((700, 500), 120, np.uint8)])
        canvas.drawImage(reader(clear), 40, 100, 400, 560, mask="auto")

    made, sites = made_of(drawn_by(draw))
    assert made.drawn is None and made.pictures is not None and len(made.pictures.sites) == 2
    symbols = drawn_at_random(sites, 5)
    check_pictures(made.pictures, copy_of(made, symbols), symbols, "C-1")


def test_a_picture_too_small_to_be_read_is_compared_and_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    made, sites = made_of(drawn_by(lambda canvas: canvas.drawImage(page(), 40, 100, 60, 80)))
    symbols = drawn_at_random(sites, 6)
    copy = copy_of(made, symbols)
    assert made.drawn is not None and made.pictures is None
    check_pages(None, made.drawn, copy, symbols, "C-1")
    blind = np.zeros((999, 2))
    monkeypatch.setattr("dyeline.carriers.image.reading.read_picture", lambda *given: blind)
    read_drawn(made.drawn, copy, symbols, "C-1", 0)
    blind[:, 0] = 5.0
    with pytest.raises(GateFailed, match="nats speak against"):
        read_drawn(made.drawn, copy, symbols, "C-1", 0)


def test_the_first_copy_and_every_fiftieth_has_a_picture_read() -> None:
    orders = [Order(number, f"C-{number:04}", "Alex Kim") for number in range(1, 202)]
    jobs = jobs_for(orders, Path("copies"), "pdf", words=10_000)
    turns = {
        number: job.reading.picture for number, job in enumerate(jobs) if job.reading.picture is not None
    }
    assert turns == {0: 0, 50: 1, 100: 2, 150: 3, 200: 4} and PICTURE_READ_ONCE_IN == 50
