"""Tesseract, where it is installed: the program, not a binding."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from shutil import which
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import RecogniserMissing
from dyeline.formats.ocr.contract import Quad
from dyeline.formats.ocr.quads import strip
from dyeline.model.pages import Picture, TextLine

STRIP_HEIGHT_PX: Final = 40  # letters some 25 px high, which its network was trained on
LONGEST_STRIP_PX: Final = 3_000

_GAP_PX = 24  # between the strips of a sheet
_STRIPS_A_SHEET = 60
_LONGEST_RUN_S = 120.0
_WORD, _LINE = "5", "4"  # levels of the table it prints


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of Tesseract's table: a line (no text) or a word; box in px, confidence 0 to 100."""

    level: str
    line: tuple[str, ...]
    left: int
    top: int
    width: int
    height: int
    confidence: float
    text: str


class TesseractRecogniser:
    """Tesseract 4 or 5 with its LSTM networks. Lines that do not run across are not found."""

    def __init__(self, language: str | None = None) -> None:
        self._program = which("tesseract")
        if self._program is None:
            raise RecogniserMissing(
                "The program tesseract is not installed.",
                fix="apt install tesseract-ocr, or use the engine that comes along.",
            )
        languages = _languages(self._program)
        self._language = language or ("eng" if "eng" in languages else next(iter(languages), ""))
        if self._language not in languages:
            raise RecogniserMissing(
                "Tesseract has no data for the language asked for.", fix="apt install tesseract-ocr-eng."
            )

    @property
    def name(self) -> str:
        """Return the program's version and the language of its data."""
        return f"tesseract/{_version(self._program or '')} {self._language}"

    def find_lines(self, picture: Picture) -> list[Quad]:
        """Return the lines of text in the order of Tesseract's own layout analysis."""
        rows = self._table(picture.pixels, segmentation=3)
        worded = {row.line for row in rows if row.level == _WORD and row.text.strip()}
        return [_quad(row) for row in rows if row.level == _LINE and row.line in worded]

    def read_lines(self, picture: Picture, quads: Sequence[Quad]) -> list[TextLine]:
        """Return what stands in each quad: the strips, one below the other, are read as one sheet."""
        lines: list[TextLine] = []
        for first in range(0, len(quads), _STRIPS_A_SHEET):
            lines += self._sheet(picture.pixels, quads[first : first + _STRIPS_A_SHEET])
        return lines

    def _sheet(self, pixels: NDArray[np.uint8], quads: Sequence[Quad]) -> list[TextLine]:
        strips = [_dark_on_light(strip(pixels, quad, STRIP_HEIGHT_PX, LONGEST_STRIP_PX)) for quad in quads]
        pitch = STRIP_HEIGHT_PX + _GAP_PX
        width = max(one.shape[1] for one in strips) + 2 * _GAP_PX
        sheet = np.full((pitch * len(strips) + _GAP_PX, width), 255, dtype=np.uint8)
        for k, one in enumerate(strips):
            top = _GAP_PX + k * pitch
            sheet[top : top + STRIP_HEIGHT_PX, _GAP_PX : _GAP_PX + one.shape[1]] = one
        words: defaultdict[int, list[_Row]] = defaultdict(list)
        for row in self._table(sheet, segmentation=6):
            if row.level == _WORD and row.text.strip():
                words[int((row.top + row.height / 2 - _GAP_PX / 2) // pitch)].append(row)
        return [_line(words[k], quad) for k, quad in enumerate(quads)]

    def _table(self, pixels: NDArray[np.uint8], segmentation: int) -> list[_Row]:
        """Run the program on a picture. Raises RecogniserMissing when it fails."""
        import cv2

        colours = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]
        png = cv2.imencode(".png", colours, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
        command = [self._program or "", "stdin", "stdout", "-l", self._language]
        command += ["--psm", str(segmentation), "-c", "tessedit_create_tsv=1"]
        try:
            run = subprocess.run(command, input=png, capture_output=True, check=True, timeout=_LONGEST_RUN_S)
        except (subprocess.SubprocessError, OSError) as error:
            raise RecogniserMissing(
                "The program tesseract failed on a picture.",
                fix="check its installation with tesseract --list-langs, or use the engine that comes along.",
            ) from error
        return [row for text in run.stdout.decode("utf-8", "replace").splitlines() if (row := _row(text))]


def _row(text: str) -> _Row | None:
    cells = text.split("\t")
    if len(cells) != 12 or cells[0] not in (_LINE, _WORD):
        return None
    left, top, width, height = (int(cell) for cell in cells[6:10])
    return _Row(cells[0], tuple(cells[1:5]), left, top, width, height, float(cells[10]), cells[11])


def _quad(row: _Row) -> Quad:
    right, bottom = row.left + row.width, row.top + row.height
    return np.array(
        [(row.left, row.top), (right, row.top), (right, bottom), (row.left, bottom)], dtype=np.float32
    )


def _line(words: Sequence[_Row], quad: Quad) -> TextLine:
    in_order = sorted(words, key=lambda word: word.left)
    letters = sum(len(word.text) for word in in_order)
    certain = sum(max(word.confidence, 0.0) * len(word.text) for word in in_order)
    text = " ".join(word.text for word in in_order)
    return TextLine(text, np.asarray(quad, dtype=np.float32), certain / (100 * max(letters, 1)))


def _dark_on_light(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a strip in grey, inverted where it is mostly dark."""
    grey = np.asarray(image.mean(axis=2), dtype=np.uint8)
    return 255 - grey if np.median(grey) < 128 else grey


@cache
def _languages(program: str) -> frozenset[str]:
    found = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20)
    return frozenset(found.stdout.split("\n")[1:]) - {"", "osd", "equ", "snum"}


@cache
def _version(program: str) -> str:
    run = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20)
    return (run.stdout or run.stderr).split("\n")[0].removeprefix("tesseract ").strip() or "unknown"
