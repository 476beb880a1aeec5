"""Reading a rendered paragraph by the engines, whichever way up it is."""

from __future__ import annotations

import sys
from functools import cache
from shutil import which

import numpy as np
import pytest
from numpy.typing import NDArray

from dyeline.errors import BadInput, RecogniserMissing
from dyeline.formats.ocr.choice import best_recogniser
from dyeline.formats.ocr.contract import Recogniser
from dyeline.formats.ocr.reading import Recognised, read_text
from dyeline.formats.pictures.pdf import pdf_pictures
from dyeline.model.pages import Picture
from tests.pdfs import by_typst

TEXT = (
    "The committee met on the fourteenth of March and agreed that the remaining budget should not be "
    "spent before the audit is complete. Several members asked for a second opinion, which the "
    "treasurer promised to obtain within three weeks.",
    "Größere Überträge gelten als genehmigt; l’élève a déjà relevé plusieurs écarts où la procédure "
    "n’était pas appliquée, i trzeba było złożyć całość od nowa.",
)


@cache
def page() -> NDArray[np.uint8]:
    """The paragraphs at 96 dpi, cut out with a margin."""
    import cv2

    (picture,) = pdf_pictures(by_typst(TEXT))
    inked = np.argwhere(picture.pixels.min(axis=2) < 128)
    (top, left), (bottom, right) = inked.min(axis=0) - 60, inked.max(axis=0) + 60
    cut = picture.pixels[top:bottom, left:right]
    return np.asarray(cv2.resize(cut, None, fx=0.51, fy=0.51, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def read(pixels: NDArray[np.uint8], engine: Recogniser, most_lines: int | None = None) -> Recognised:
    return read_text(Picture(0, np.ascontiguousarray(pixels), "test"), engine, most_lines=most_lines)


def words(text: str) -> list[str]:
    return text.replace("’", "'").casefold().split()


def share_right(result: Recognised, truth: str = " ".join(TEXT)) -> float:
    """Share of the words that are read as they stand, in order; hyphenated ones at line ends count as wrong."""
    from difflib import SequenceMatcher

    want, seen = words(truth), words(" ".join(line.text for line in result.lines))
    blocks = SequenceMatcher(None, want, seen, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(want)


@pytest.fixture(scope="module")
def engine() -> Recogniser:
    return best_recogniser("onnx")


def test_words_spaces_and_accents_of_an_upright_page(engine: Recogniser) -> None:
    result = read(page(), engine)
    assert (result.rotation, result.mirrored) == (0, False)
    assert share_right(result) > 0.9
    height, width = page().shape[:2]
    for line in result.lines:
        assert line.confidence > 0.8
        assert line.quad.dtype == np.float32
        assert (line.quad > -5).all() and (line.quad < (width + 5, height + 5)).all()
        assert line.quad[1, 0] > line.quad[0, 0] and line.quad[3, 1] > line.quad[0, 1]
    tops = [line.quad[0, 1] for line in result.lines]
    assert tops == sorted(tops)


@pytest.mark.parametrize(
    ("quarters", "mirror", "rotation"),
    [(2, False, 180), (1, False, 270), (0, True, 0), (1, True, 270)],
)
def test_turned_and_mirrored_pages(engine: Recogniser, quarters: int, mirror: bool, rotation: int) -> None:
    pixels = np.rot90(page(), quarters)
    result = read(pixels[:, ::-1] if mirror else pixels, engine)
    assert result.mirrored is mirror
    # the mirror is undone by exchanging left and right, after which this turn remains
    assert result.rotation == rotation
    assert share_right(result) > 0.9


def test_quads_of_a_turned_page_are_in_its_own_pixels(engine: Recogniser) -> None:
    upright = read(page(), engine)
    height, width = page().shape[:2]
    half = read(page()[::-1, ::-1], engine)
    ends = np.array((width - 1, height - 1), dtype=np.float32)
    assert np.abs((ends - half.lines[0].quad) - upright.lines[0].quad).max() < 6
    quarter = read(np.rot90(page(), 3), engine)  # turned right: (x, y) -> (height - 1 - y, x)
    back = np.stack([quarter.lines[0].quad[:, 1], height - 1 - quarter.lines[0].quad[:, 0]], axis=1)
    assert np.abs(back - upright.lines[0].quad).max() < 6


def bent(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The page on paper that bulges: lines rise and fall by three times their height."""
    import cv2

    height, width = pixels.shape[:2]
    y, x = np.mgrid[-40 : height + 10, 0:width].astype(np.float32)
    rise = (40 * np.sin(np.pi * x / width)).astype(np.float32)
    return np.asarray(cv2.remap(pixels, x, y + rise, cv2.INTER_CUBIC, borderValue=(255,) * 3), dtype=np.uint8)


def test_bent_lines_are_cut_between_words_and_read_in_order(engine: Recogniser) -> None:
    result = read(bent(page()), engine)
    assert share_right(result) > 0.9
    assert result.found > 1.5 * read(page(), engine).found
    angles = [np.arctan2(*(line.quad[1] - line.quad[0])[::-1]) for line in result.lines]
    assert max(angles) > 0.05 and min(angles) < -0.05, "each piece has its own direction"


def test_light_text_on_dark_and_coloured_screens(engine: Recogniser) -> None:
    assert share_right(read(255 - page() // 10 * 9, engine)) > 0.9
    night = (page() * np.array((1.0, 0.8, 0.5))).astype(np.uint8)
    assert share_right(read(night, engine)) > 0.9


def test_a_sample_reads_the_beginnings_of_long_lines(engine: Recogniser) -> None:
    whole, sample = read(page(), engine), read(page(), engine, most_lines=3)
    assert sample.found == whole.found > 3
    assert len(sample.lines) == 3
    by_top = {round(float(line.quad[0, 1])): line for line in whole.lines}
    for line in sample.lines:
        full = by_top[round(float(line.quad[0, 1]))]
        assert full.text.startswith(line.text)
        assert not full.text[len(line.text) :].strip() or full.text[len(line.text)] == " "
        assert line.quad[1, 0] <= full.quad[1, 0]


def test_a_picture_without_text(engine: Recogniser) -> None:
    assert read(np.full((200, 300, 3), 255, dtype=np.uint8), engine) == Recognised((), 0, False, 0)
    assert engine.read_lines(Picture(0, page(), "test"), []) == []


def test_reading_twice_gives_the_same(engine: Recogniser) -> None:
    first, second = read(page(), engine, 4), read(page(), engine, 4)
    assert [line.text for line in first.lines] == [line.text for line in second.lines]
    assert all(np.array_equal(a.quad, b.quad) for a, b in zip(first.lines, second.lines, strict=True))


def test_the_name_goes_on_record_with_version_and_models(engine: Recogniser) -> None:
    assert engine.name.startswith("rapidocr/3.")
    assert "PP-OCRv6_rec" in engine.name
    assert best_recogniser() is best_recogniser()
    assert best_recogniser().name == engine.name


@pytest.mark.skipif(which("tesseract") is None, reason="tesseract is not installed")
def test_tesseract_reads_and_names_itself() -> None:
    tesseract = best_recogniser("tesseract")
    assert tesseract.name.startswith("tesseract/")
    result = read(page(), tesseract)
    assert share_right(result, TEXT[0]) > 0.9
    assert (result.rotation, result.mirrored) == (0, False)


def test_an_unknown_engine() -> None:
    with pytest.raises(BadInput, match="onnx, tesseract"):
        best_recogniser("abacus")


def test_what_is_missing_is_named_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from dyeline.formats.ocr.onnx import OnnxRecogniser
    from dyeline.formats.ocr.tesseract import TesseractRecogniser

    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "onnxruntime", None)
        with pytest.raises(RecogniserMissing, match="pip install onnxruntime"):
            OnnxRecogniser()
    with monkeypatch.context() as patch:
        patch.setattr("dyeline.formats.ocr.onnx.find_spec", lambda name: None)
        with pytest.raises(RecogniserMissing, match="rapidocr"):
            OnnxRecogniser()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        with pytest.raises(RecogniserMissing, match="apt install tesseract-ocr"):
            TesseractRecogniser()
