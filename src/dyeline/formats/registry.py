"""Which formats there are, and which one a file is: by its content, never by its name.

``FORMATS`` are the kinds of documents; pictures are recognised beside them, as exhibits.
"""

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
from dyeline.formats.nesting import one_deeper
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pictures.format import PictureFile
from dyeline.formats.pictures.kinds import PICTURE_NAMES, picture_kind
from dyeline.formats.plain import Plain

_MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_PICTURES_NOT_READ: Final = (
    (b"\x00\x00\x00\x0cjP  \r\n", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x00\x00\x00\x0cJXL \r\n", "a JPEG XL picture"),
    (b"8BPS\x00\x01", "a Photoshop picture"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_file(data: bytes, *, declarations: bool, hint_suffix: str | None = None) -> Content:
    """Return what a file holds. ``hint_suffix`` (".md") only tells Markdown from plain text.

    Raises UnreadableFile, UnsupportedFormat or TooLarge, never anything else.
    """
    return detect(data, hint_suffix).read(data, declarations=declarations)


def _read_attachment(data: bytes, hint_suffix: str | None) -> Content:
    if picture_kind(data):  # mostly logos: whoever means the picture gives it as an exhibit of its own
        raise UnsupportedFormat("A picture in a message is not read.", fix="give it as a file of its own.")
    with one_deeper():
        return read_file(data, declarations=False, hint_suffix=hint_suffix)


_PLAIN, _MARKDOWN, _HTML = Plain(), Markdown(), Html()
_BY_SIGNATURE: Final[tuple[Format, ...]] = (Docx(), Pdf(), Eml(_read_attachment))
_ALL: Final[tuple[Format, ...]] = (_PLAIN, _MARKDOWN, _HTML, *_BY_SIGNATURE)
FORMATS: Final[dict[str, Format]] = {format_.kind: format_ for format_ in _ALL}
_PICTURES: Final[dict[str, Format]] = {kind: PictureFile(kind) for kind in PICTURE_NAMES}


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
    """Return the format of a file by its content; for a picture one that reads an empty text.

    ``hint_suffix`` decides only among texts: a file named .md is Markdown, also when it begins
    with a tag (but is no whole page); without it, text is plain text.
    Raises UnreadableFile (empty, damaged) or UnsupportedFormat (something else).
    """
    check_bytes(data)
    if kind := picture_kind(data):
        return _PICTURES[kind]
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
    for signature, name in _PICTURES_NOT_READ:
        if data.startswith(signature):
            raise UnsupportedFormat(
                f"The file is {name}, which is not read.", fix="open it in a viewer and save it as PNG."
            )
    if data[4:8] == b"ftyp":
        raise UnsupportedFormat(
            "The file is a video.", fix="give still pictures of it, the sharpest ones of each page."
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
