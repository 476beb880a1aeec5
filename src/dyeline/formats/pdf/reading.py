"""The text of a PDF as PDFium gives it, page by page, and where its characters stand."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ctypes import byref, c_double, create_string_buffer
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dyeline.errors import TooLarge, UnreadableFile
from dyeline.sandbox.limits import limits

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
    """The characters that a page shows, in user space (pt).

    ``index`` in the page's text, code point, origin; ``ink`` and ``loose`` are boxes (left, bottom,
    right, top) around what is printed, and around it with the height of the font; no rows unless asked for.
    """

    index: NDArray[np.int64]
    code: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ink: NDArray[np.float64]
    loose: NDArray[np.float64]


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
        if count > (most := limits().pages):
            raise TooLarge(
                f"The PDF has {count:,} pages; at most {most:,} are read.",
                fix="give the pages that matter as a PDF of their own.",
                limit="pages",
                pages=count,
            )
        yield document


def page_texts(document: PdfDocument) -> Iterator[PageText]:
    """Yield the text of every page; "" for one that cannot be loaded, as a damaged page spoils no other."""
    count = len(document)
    for number in range(count):
        with page_layer(document, number) as (page, layer):
            yield PageText("") if layer is None else layer_text(page, layer, last=number == count - 1)


def layer_text(page: Any, layer: Any, *, last: bool) -> PageText:
    """Return the text of a page that is loaded; a notice stands on the ``last`` one only."""
    text = str(layer.get_text_range(errors="replace"))
    notice = _notice(page, layer) if last else ""
    if notice and text.rstrip("\r\n").endswith(notice):
        return PageText(text.rstrip("\r\n")[: -len(notice)].rstrip("\r\n"), notice)
    return PageText(text)


def page_characters(document: PdfDocument, number: int, text: str) -> PageCharacters | None:
    """Return where the characters of a page stand; None where they and its ``text`` do not agree.

    Characters that PDFium made up (spaces and line breaks between lines) are left out.
    """
    with page_layer(document, number) as (_, layer):
        if layer is None:
            return None
        shown, characters = read_characters(layer)
    return characters if agrees(shown, text) else None


def agrees(shown: str, text: str) -> bool:
    """Tell whether the characters of a page spell its text (and, behind it, perhaps a notice)."""
    return shown.startswith(text.replace("\ufffe", "\x02"))  # two names of a hyphen at a line's end


def read_characters(layer: Any, *, boxes: bool = False) -> tuple[str, PageCharacters]:
    """Return all characters of a text layer as a string, and where those stand that PDFium did not make up.

    Cost: five to ten microseconds a character.
    """
    from pypdfium2 import raw

    get_code, is_made, get_origin = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_IsGenerated,
        raw.FPDFText_GetCharOrigin,
    )
    get_ink, get_loose = raw.FPDFText_GetCharBox, raw.FPDFText_GetLooseCharBox
    x, y, left, bottom, right, top = (c_double() for _ in range(6))
    to_x, to_y = byref(x), byref(y)
    to_ink = byref(left), byref(right), byref(bottom), byref(top)
    loose = raw.FS_RECTF()
    to_loose = byref(loose)
    codes: list[str] = []
    rows: list[tuple[float, ...]] = []
    handle = layer.raw  # given as it is, the layer is asked for it at every call
    for k in range(layer.count_chars()):
        code = get_code(handle, k)
        if not code:
            continue
        if is_made(handle, k) == 0 and get_origin(handle, k, to_x, to_y):
            row: tuple[float, ...] = (len(codes), code, x.value, y.value)
            if boxes:
                get_ink(handle, k, *to_ink)
                get_loose(handle, k, to_loose)
                row += (left.value, bottom.value, right.value, top.value)
                row += (loose.left, loose.bottom, loose.right, loose.top)
            rows.append(row)
        codes.append(chr(code) if code <= sys.maxunicode else "\ufffd")
    table = np.array(rows, dtype=np.float64).reshape(-1, 12 if boxes else 4)
    characters = PageCharacters(
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2],
        table[:, 3],
        table[:, 4:8],
        table[:, 8:12],
    )
    return "".join(codes), characters


def stamps(document: PdfDocument) -> tuple[str, ...]:
    """Return the stamp in the document information, if there is one."""
    from pypdfium2 import raw

    buffer = create_string_buffer(_LONGEST_STAMP)
    length = raw.FPDF_GetMetaText(document, STAMP_KEY.encode(), buffer, _LONGEST_STAMP)
    if not 2 < length <= _LONGEST_STAMP:
        return ()
    return (buffer.raw[: length - 2].decode("utf-16-le", "replace"),)


@contextmanager
def page_layer(document: PdfDocument, number: int) -> Iterator[tuple[Any, Any]]:
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
