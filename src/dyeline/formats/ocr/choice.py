"""Which engine for text recognition is used."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from shutil import which
from threading import Lock, Thread
from typing import Final

from dyeline.errors import BadInput, RecogniserMissing
from dyeline.formats.ocr.contract import Recogniser

ENGINES: Final = ("onnx", "tesseract")
_loading = Lock()


def load_ahead() -> None:
    """Begin to load the engine while something else is waited for; who asks for it meanwhile waits for it.

    What goes wrong is told to who asks.
    """

    def load() -> None:
        with suppress(Exception):
            best_recogniser()

    Thread(target=load, name="loading text recognition").start()


def best_recogniser(engine: str | None = None) -> Recogniser:
    """Return the engine of that name, loaded once a process; without a name the better one of those there.

    That is the ONNX models: on rendered pages, scans and fax both read 99.5 % of the words or more, but
    Tesseract takes two to four times as long and reads 88 % on a photo where the models read all. The
    choice depends on what is installed, never on a picture, and the engine's name goes on record.
    Raises RecogniserMissing, or BadInput for an unknown name.
    """
    with _loading:
        return _loaded(engine)


@cache
def _loaded(engine: str | None) -> Recogniser:
    if engine not in (None, *ENGINES):
        raise BadInput(
            "There is no engine of that name for text recognition.", fix=f"use one of {', '.join(ENGINES)}."
        )
    if engine == "tesseract":
        return _tesseract()
    try:
        from dyeline.formats.ocr.onnx import OnnxRecogniser

        return OnnxRecogniser()
    except RecogniserMissing:
        if engine or not which("tesseract"):
            raise
        return _tesseract()


def _tesseract() -> Recogniser:
    from dyeline.formats.ocr.tesseract import TesseractRecogniser

    return TesseractRecogniser()
