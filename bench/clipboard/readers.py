"""Ways to get text out of a PDF, by name. Each says first why it cannot be used here, "" when it can."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import which

import pypdfium2

from bench.clipboard import browsers

_PDFJS = Path(__file__).with_name("pdfjs.mjs")


@dataclass(frozen=True, slots=True)
class Reader:
    """``text`` returns what is copied out of a file; ``missing`` why that cannot be tried."""

    text: Callable[[Path], str]
    missing: str


def readers(modules: Path | None) -> dict[str, Reader]:
    """Return all readers. ``modules`` is the folder in which ``npm install pdfjs-dist`` was run."""
    poppler = "" if which("pdftotext") else "not installed: pdftotext (poppler-utils)"
    node = "" if which("node") and modules else "not installed: node with pdfjs-dist (--pdfjs FOLDER)"
    return {
        "Chromium, select and copy": _browser("chromium"),
        "Firefox, select and copy": _browser("firefox"),
        "pdf.js": Reader(partial(_pdfjs, modules), node),
        "PDFium": Reader(_pdfium, ""),
        "pdftotext": Reader(_pdftotext, poppler),
        "pdftotext -raw": Reader(partial(_pdftotext, option="-raw"), poppler),
        "pdftotext -layout": Reader(partial(_pdftotext, option="-layout"), poppler),
    }


def _browser(name: str) -> Reader:
    return Reader(partial(browsers.copied, browser=name), browsers.missing(name))


def _pdfjs(modules: Path, path: Path) -> str:
    return _printed("node", str(_PDFJS), str(modules.resolve()), str(path))


def _pdftotext(path: Path, option: str = "-nopgbrk") -> str:
    return _printed("pdftotext", "-enc", "UTF-8", option, str(path), "-")


def _printed(*words: str) -> str:
    return subprocess.run(words, capture_output=True, check=True, timeout=300).stdout.decode(
        "utf-8", "replace"
    )


def _pdfium(path: Path) -> str:
    with closing(pypdfium2.PdfDocument(path)) as document:
        return "\n".join(page.get_textpage().get_text_range(errors="replace") for page in document)
