"""Which formats there are, and which one a file is: by its content, never by its name."""

from __future__ import annotations

from typing import Final

from dyeline.errors import UnreadableFile, UnsupportedFormat
from dyeline.formats.content import Content, Format
from dyeline.formats.docx.archive import Archive
from dyeline.formats.docx.format import Docx
from dyeline.formats.eml import Eml
from dyeline.formats.html import Html, is_page
from dyeline.formats.limits import check_bytes
from dyeline.formats.markdown import Markdown
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.plain import Plain

_MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_KNOWN_OTHERS: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x00\x00\x00\x1cftyp", "a video or a HEIC picture"),
    (b"\x00\x00\x00\x18ftyp", "a video or a HEIC picture"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_file(data: bytes, *, declarations: bool, hint_suffix: str | None = None) -> Content:
    """Return what a file holds. ``hint_suffix`` (".md") only tells Markdown from plain text.

    Raises UnreadableFile, UnsupportedFormat or TooLarge, never anything else.
    """
    return detect(data, hint_suffix).read(data, declarations=declarations)


def _read_attachment(data: bytes, hint_suffix: str | None) -> Content:
    return read_file(data, declarations=False, hint_suffix=hint_suffix)


_PLAIN, _MARKDOWN, _HTML = Plain(), Markdown(), Html()
_BY_SIGNATURE: Final[tuple[Format, ...]] = (Docx(), Pdf(), Eml(_read_attachment))
_ALL: Final[tuple[Format, ...]] = (_PLAIN, _MARKDOWN, _HTML, *_BY_SIGNATURE)
FORMATS: Final[dict[str, Format]] = {format_.kind: format_ for format_ in _ALL}


def by_kind(kind: str) -> Format:
    """Return the format of a kind ("docx"). Raises UnsupportedFormat."""
    try:
        return FORMATS[kind]
    except KeyError:
        raise UnsupportedFormat(
            f"There is no format of that name ({len(FORMATS)} are known).",
            fix=f"use one of {', '.join(sorted(FORMATS))}.",
        ) from None


def detect(data: bytes, hint_suffix: str | None = None) -> Format:
    """Return the format of a file by its content.

    ``hint_suffix`` decides only among texts: a file named .md is Markdown, also when it begins
    with a tag (but is no whole page); without it, text is plain text.
    Raises UnreadableFile (empty, damaged) or UnsupportedFormat (something else).
    """
    check_bytes(data)
    if not data.strip():
        raise UnreadableFile("The file is empty.", fix="give a file that holds some text.", size=len(data))
    for format_ in _BY_SIGNATURE:
        if format_.matches(data):
            return format_
    _refuse_others(data)
    markdown = (hint_suffix or "").lower() in _MARKDOWN_SUFFIXES
    if is_page(data) or (_HTML.matches(data) and not markdown):
        return _HTML
    return _MARKDOWN if markdown else _PLAIN


def _refuse_others(data: bytes) -> None:
    """Raise the error that helps most when the bytes are a known kind that is not read."""
    for signature, name in _KNOWN_OTHERS:
        if data.startswith(signature):
            raise UnsupportedFormat(
                f"The file is {name}, and this version does not read pictures.",
                fix="run text recognition (OCR) on it and give the resulting text.",
            )
    if data.startswith(_OLE):
        raise UnsupportedFormat(
            "The file is an old Word document (.doc) or one protected by a password.",
            fix="open it, remove the password if it has one, and save it as DOCX.",
        )
    if data.startswith(b"{\\rtf"):
        raise UnsupportedFormat("The file is rich text (RTF).", fix="open it and save it as DOCX.")
    if data.startswith(b"PK\x03\x04"):
        Archive(data)  # says what is wrong with a damaged archive
        raise UnsupportedFormat(
            "The file is a ZIP archive but no Word document.",
            fix="unpack it and give the files inside; save other office files as DOCX or PDF.",
        )
