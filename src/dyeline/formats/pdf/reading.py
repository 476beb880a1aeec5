"""The text of a PDF as PDFium gives it, page by page, and where its characters stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from ctypes import byref, c_double, create_string_buffer
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import TooLarge, UnreadableFile
from dyeline.formats.limits import MAX_PAGES

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

NOTICE_TAG = "DyelineNotice"
"""Marked content of the notice line, so that a copy reads as its text and then the notice."""

STAMP_KEY = "DyelineCopy"
"""Entry of the document information that holds the stamp."""

_LONGEST_STAMP = 512  # bytes of UTF-16


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of one page, lines separated by CR LF, and the notice line when it is the last object."""

    text: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class PageCharacters:
    """The characters that a page shows: ``index`` in the page's text, code point, origin in user space (pt)."""

    index: NDArray[np.int64]
    code: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@contextmanager
def opened(data: bytes) -> Iterator[PdfDocument]:
    """Open a PDF. Raises UnreadableFile or TooLarge."""
    import pypdfium2 as pdfium  # loads a library of several MB, which most runs do not need

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile(
                "The PDF is protected by a password.",
                fix="open it, print or save it without the password, and retry.",
            ) from error
        raise UnreadableFile(
            "The PDF is damaged and cannot be opened.", fix="open it in a viewer and save or print it anew."
        ) from error
    with closing(document):
        count = len(document)
        if count > MAX_PAGES:
            raise TooLarge(
                f"The PDF has {count:,} pages; at most {MAX_PAGES:,} are read.",
                fix="give the pages that matter as a PDF of their own.",
                pages=count,
            )
        yield document


def page_texts(document: PdfDocument) -> Iterator[PageText]:
    """Yield the text of every page; "" for one that cannot be loaded, as a damaged page spoils no other."""
    count = len(document)
    for number in range(count):
        with _layer(document, number) as (page, layer):
            if layer is None:
                yield PageText("")
                continue
            text = str(layer.get_text_range(errors="replace"))
            notice = _notice(page, layer) if number == count - 1 else ""
            if notice and text.rstrip("\r\n").endswith(notice):
                text = text.rstrip("\r\n")[: -len(notice)].rstrip("\r\n")
            else:
                notice = ""
            yield PageText(text, notice)


def page_characters(document: PdfDocument, number: int, text: str) -> PageCharacters | None:
    """Return where the characters of a page stand; None where they and its ``text`` do not agree.

    Characters that PDFium made up (spaces and line breaks between lines) are left out.
    """
    from pypdfium2 import raw

    with _layer(document, number) as (_, layer):
        if layer is None:
            return None
        count = layer.count_chars()
        codes = [int(raw.FPDFText_GetUnicode(layer, k)) for k in range(count)]
        shown = "".join(chr(code) for code in codes if code)
        if not shown.startswith(text.replace("\ufffe", "\x02")):  # two names of a hyphen at a line's end
            return None
        rows: list[tuple[float, ...]] = []
        x, y = c_double(), c_double()
        at = 0
        for k, code in enumerate(codes):
            if not code:
                continue
            if raw.FPDFText_IsGenerated(layer, k) == 0 and raw.FPDFText_GetCharOrigin(
                layer, k, byref(x), byref(y)
            ):
                rows.append((at, code, x.value, y.value))
            at += 1
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return PageCharacters(
        table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2], table[:, 3]
    )


def stamps(document: PdfDocument) -> tuple[str, ...]:
    """Return the stamp in the document information, if there is one."""
    from pypdfium2 import raw

    buffer = create_string_buffer(_LONGEST_STAMP)
    length = raw.FPDF_GetMetaText(document, STAMP_KEY.encode(), buffer, _LONGEST_STAMP)
    if not 2 < length <= _LONGEST_STAMP:
        return ()
    return (buffer.raw[: length - 2].decode("utf-16-le", "replace"),)


@contextmanager
def _layer(document: PdfDocument, number: int) -> Iterator[tuple[Any, Any]]:
    """Give a page and its text layer, or twice None where it cannot be loaded."""
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
    except PdfiumError:
        yield None, None
        return
    with closing(page):
        try:
            layer = page.get_textpage()
        except PdfiumError:
            yield None, None
            return
        with closing(layer):
            yield page, layer


def _notice(page: Any, layer: Any) -> str:
    """Return the text of the page's last object when it is tagged as a notice."""
    from pypdfium2 import raw

    last = raw.FPDFPage_GetObject(page, raw.FPDFPage_CountObjects(page) - 1)
    if not last or raw.FPDFPageObj_GetType(last) != raw.FPDF_PAGEOBJ_TEXT:
        return ""
    for k in range(raw.FPDFPageObj_CountMarks(last)):
        name = _utf16(raw.FPDFPageObjMark_GetName, raw.FPDFPageObj_GetMark(last, k))
        if name == NOTICE_TAG:
            length = raw.FPDFTextObj_GetText(last, layer, None, 0)
            text = (raw.FPDF_WCHAR * (length // 2 + 1))()
            raw.FPDFTextObj_GetText(last, layer, text, length)
            return bytes(text)[: max(0, length - 2)].decode("utf-16-le", "replace")
    return ""


def _utf16(getter: Any, mark: Any) -> str:
    from ctypes import c_ulong

    from pypdfium2 import raw

    length = c_ulong()
    buffer = (raw.FPDF_WCHAR * 64)()
    if not getter(mark, buffer, 128, byref(length)) or not 2 < length.value <= 128:
        return ""
    return bytes(buffer)[: length.value - 2].decode("utf-16-le", "replace")
