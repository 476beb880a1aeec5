"""Typst at work: a constant program, the document as data beside it, in an empty folder, without a network."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pikepdf

from dyeline.errors import RendererMissing, RenderingFailed
from dyeline.formats.pdf.pages import FAULTS, Source, pdf_opened

_PROGRAM: Final = "program.typ"
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "COMBINING")
"""Scripts whose letters the fonts inside of the typesetter have; others are taken from the system's fonts."""


def typeset(document: Mapping[str, Any], pictures: Sequence[bytes], *, foreign: bool) -> bytes:
    """Return the PDF that ``program.typ`` makes of a document (its keys are listed there).

    ``foreign`` tells that the text has letters of other scripts than ``_SCRIPTS``.
    Raises RendererMissing or RenderingFailed.
    """
    try:
        import typst
    except ImportError as fault:
        raise RendererMissing(
            "The typesetter that makes a PDF of texts is not installed.", fix="install the package typst."
        ) from fault
    with TemporaryDirectory(prefix="dyeline-") as folder:
        root = Path(folder)
        (root / "document.json").write_text(json.dumps(document), encoding="ascii")
        for number, picture in enumerate(pictures):
            (root / f"picture{number}").write_bytes(picture)
        nothing = str(root / "nothing")  # no packages: the program imports none
        try:
            compiler = typst.Compiler(
                (files(__package__) / _PROGRAM).read_bytes(),
                root=folder,
                ignore_system_fonts=not foreign,
                package_path=nothing,
                package_cache_path=nothing,
            )
            made = compiler.compile(format="pdf", timestamp=0)
        except typst.TypstError as fault:
            raise _failed() from fault
    if not isinstance(made, bytes):
        raise _failed()
    return _finished(made, foreign=foreign)


@lru_cache(maxsize=4096)
def is_foreign(letter: str) -> bool:
    """Tell whether a character is a letter that the typesetter's own fonts may lack."""
    return unicodedata.category(letter)[0] in "LM" and not unicodedata.name(letter, "").startswith(_SCRIPTS)


def _finished(made: bytes, *, foreign: bool) -> bytes:
    """Return a PDF without its last page, which is there for its letters only."""
    try:
        with pdf_opened(made) as pdf:
            if foreign:
                _refuse_gaps(pdf)
            del pdf.pages[-1]
            file = BytesIO()
            pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    except FAULTS as fault:
        raise _failed() from fault
    return file.getvalue()


def _refuse_gaps(pdf: pikepdf.Pdf) -> None:
    """Raise RenderingFailed where a letter is shown as an empty box: code 0 of every font."""
    source = Source(pdf)
    gaps = sum(glyph.code == 0 for number in range(len(pdf.pages)) for glyph in source.shown(number).glyphs)
    if gaps:
        raise RenderingFailed(
            f"No font at hand has the letters that stand at {gaps:,} places of the document.",
            fix="install fonts for its script (the Noto fonts have nearly all), or export it as PDF and add that.",
            places=gaps,
        )


def _failed() -> RenderingFailed:
    return RenderingFailed(
        "The typesetter could not set the document.", fix="export the document as PDF and add that file."
    )
