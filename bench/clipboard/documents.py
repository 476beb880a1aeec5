"""PDF files of several producers: made here, kept in the tests, or inside the source archives of ``bench.hostile``."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf

from bench.hostile import corpus
from tests.pdfs import GOLDEN, LONG, by_reportlab, by_typst

_ARCHIVED = {
    "pdfTeX": "pdflatex-outline.pdf",
    "Word": "GeoBase_NHNC1_Data_Model_UML_EN.pdf",
    "InDesign": "issue-604.pdf",
    "LuraDocument, OCR layer": "Seige_of_Vicksburg_Sample_OCR.pdf",
}
_FEW_PAGES = 6


def documents(archives: Path | None) -> Iterator[tuple[str, bytes]]:
    """Yield (producer, file). Without a folder of archives, only what is made here or kept in the tests."""
    made: dict[str, Callable[[], bytes]] = {
        "ReportLab": lambda: by_reportlab(LONG),
        "Typst": lambda: by_typst(LONG),
        "LibreOffice": lambda: _pages((GOLDEN / "libreoffice.pdf").read_bytes(), 1),
        "Chromium (Skia)": (GOLDEN / "chromium.pdf").read_bytes,
    }
    for producer, make in made.items():
        yield producer, make()
    if archives is None:
        return
    corpus.fetch(archives)
    for producer, name in _ARCHIVED.items():
        yield producer, _pages(next(archives.glob(f"**/{name}")).read_bytes(), 0)


def _pages(data: bytes, first: int) -> bytes:
    """Return a few pages of a file. The golden one begins with an empty page, where Chromium selects nothing."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.pages[first + _FEW_PAGES :]
        del pdf.pages[:first]
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True)
    return file.getvalue()
