"""Pictures of PDF pages: exact in scale and place, not snapped to pixels, bounded in size."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.errors import TooLarge
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.rendering import ENGINES, TemplateRenderer, page_reference, page_renderer
from dyeline.formats.pdf.words import page_words
from dyeline.model.pages import REFERENCE_PX_PER_PT, PageWords
from tests.pdfs import by_hand

LETTERS = "BT /F1 10 Tf " + " ".join(
    f"1 0 0 1 {20 + i % 14 * 38 + i * 0.017:.4f} {60 + i // 14 * 30 + i * 0.0131:.4f} Tm (n) Tj"
    for i in range(280)
)


def words_of(data: bytes) -> PageWords:
    return page_words(data, Pdf().read(data, declarations=False))[0]


def off_place(raster: NDArray[np.uint8], words: PageWords, scale: tuple[float, float]) -> NDArray[np.float64]:
    """Return how far the ink of each word lies from the middle of its box, (n, 2), pt."""
    found = []
    for left, top, right, bottom in words.boxes.tolist():
        x, y = int((left - 2) * scale[0]), int(top * scale[1])
        ink = 255.0 - raster[y : int(bottom * scale[1]), x : int((right + 2) * scale[0])]
        across, down = (
            ink.sum(axis=axis) @ (np.arange(ink.shape[1 - axis]) + 0.5) / ink.sum() for axis in (0, 1)
        )
        found.append(
            ((x + across) / scale[0] - (left + right) / 2, (y + down) / scale[1] - (top + bottom) / 2)
        )
    return np.array(found)


@pytest.mark.parametrize("page", ["", "/MediaBox [0 0 595.7 842.9] /CropBox [5.5 7.25 594.3 830.6]"])
def test_the_reference_shows_letters_where_they_stand(page: str) -> None:
    data = by_hand(LETTERS + " ET", page=page)
    words = words_of(data)
    raster = page_reference(data, words).raster
    assert raster.shape == tuple(int(np.ceil(3 * side)) for side in (words.height_pt, words.width_pt))
    off = off_place(raster, words, (REFERENCE_PX_PER_PT, REFERENCE_PX_PER_PT))
    assert off.std(axis=0).max() < 0.01
    assert abs(np.polyfit(words.boxes[:, 0], off[:, 0], 1)[0]) < 1e-5  # the scale is exact
    assert abs(np.polyfit(words.boxes[:, 1], off[:, 1], 1)[0]) < 1e-5


def test_viewers_snap_letters_and_the_smooth_engine_does_not() -> None:
    data = by_hand(LETTERS + " ET")
    words = words_of(data)
    renderer = TemplateRenderer(lambda shift: data, 0)
    width, height = 1191, 1684
    spread = {}
    for engine in renderer.engines:
        drawn = renderer.draw(engine, 0, [(width, height)])[0]
        assert drawn.shape == (height, width) and drawn.dtype == np.uint8
        spread[engine] = off_place(drawn, words, (width / 595, height / 842)).std(axis=0)
    assert spread["smooth"].max() < 0.03
    assert spread["pdfium-lcd"][1] > 0.1 > spread["pdfium-lcd"][0]  # whole pixels down, thirds across
    assert spread["pdfium-grey"].min() > 0.1


def test_a_picture_is_the_same_however_it_is_cut_into_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    data = by_hand(LETTERS + " ET")
    words = words_of(data)
    whole = page_reference(data, words).raster
    monkeypatch.setattr("dyeline.formats.pdf.rendering._STRIP_BYTES", 2**21)
    strips = page_reference(data, words).raster.astype(int)
    assert np.abs(strips - whole).max() <= 2


def test_a_page_beyond_the_limit_is_refused() -> None:
    data = by_hand(LETTERS + " ET", page="/MediaBox [0 0 14400 14400]")
    with pytest.raises(TooLarge, match="43,200 x 43,200"):
        page_reference(data, words_of(data))
    with pytest.raises(TooLarge):
        TemplateRenderer(lambda shift: data, 0).draw("smooth", 0, [(10_001, 10_000)])


def test_the_words_of_a_circulation_stand_left_and_right_of_where_they_stood() -> None:
    line = "BT /F1 12 Tf 72 700 Td (Nearly all words within this line could move.) Tj ET"
    data = by_hand(line, line)
    content = Pdf().read(data, declarations=True)
    places = sorted([(at, "") for at in content.insertions] + [(at, "shift:0.3") for at in content.shifts])
    spans, marks = [(at, at) for at, _ in places], [mark for _, mark in places]
    words = page_words(data, content)[1]
    renderer = page_renderer(data, content, spans, marks, 1)
    moved = np.isin(words.starts, content.shifts)
    assert moved.sum() == 5
    off = {}
    for shift in (-1, 0, 1):
        drawn = renderer.draw("smooth", shift, [(5950, 8420)])[0]
        off[shift] = off_place(drawn, words, (10, 10))[:, 0]
    assert off[1][moved] - off[0][moved] == pytest.approx(0.3, abs=0.01)
    assert off[-1][moved] - off[0][moved] == pytest.approx(-0.3, abs=0.01)
    assert off[1][~moved] == pytest.approx(off[0][~moved], abs=0.005)
    assert set(renderer.engines) == set(ENGINES)
