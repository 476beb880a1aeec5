"""The rendition: one unmarked PDF of a document that is none, made once, in which marks are then written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from dyeline.errors import UnreadableFile, UnsupportedFormat
from dyeline.formats.content import Content
from dyeline.formats.declarations import read_front_matter
from dyeline.formats.encoding import decode
from dyeline.formats.limits import check_characters
from dyeline.formats.registry import by_kind
from dyeline.formats.typeset.from_html import html_tree, page_language
from dyeline.formats.typeset.from_markdown import markdown_tree
from dyeline.formats.typeset.from_text import text_tree
from dyeline.formats.typeset.office import convert_docx
from dyeline.formats.typeset.office_input import as_printed
from dyeline.formats.typeset.pictures import Pictures
from dyeline.formats.typeset.tree import Node, Paragraph, plain_text, printable, sorted_looks, to_data
from dyeline.formats.typeset.typesetter import is_foreign, typeset

RENDITION_VERSION: Final = "rendition/2"
"""A change of what a document looks like is a new number: issued copies must be made again as they were."""

RENDERED_KINDS: Final = ("docx", "html", "md", "txt")

Paper = Literal["a4", "us-letter"]

LETTERS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 .,;:!?-–—'\"‘’“”()[]/&%+=*#@$£€§°"
)
"""What every font of a rendition holds, so that another wording can be shown in it."""

MAX_RENDERED_CHARACTERS: Final = 3_000_000  # about 1,000 pages

MOST_OWN_LETTERS: Final = 300  # of a document, beside these


def render_pdf(
    kind: str, data: bytes, content: Content, *, paper: Paper = "a4", language: str = "en"
) -> bytes:
    """Return an unmarked PDF that shows a document. The same input always gives the same bytes.

    Args:
        kind: one of ``RENDERED_KINDS``.
        data: the document's file.
        content: what ``Format.read(data, declarations=True)`` gave for it. Declared variants are
            shown as their first options.
        paper: format of the pages; a DOCX has its own.
        language: of the words, for hyphenation; "" when it is not known. A page that names its
            own language has that.

    Raises:
        UnsupportedFormat: the kind cannot be rendered, or the document shows nothing.
        RendererMissing: LibreOffice, which renders DOCX, is not there.
        RenderingFailed: it, or the typesetter, gave up.
        UnreadableFile: the source is damaged.
        TooLarge: the document has more than ``MAX_RENDERED_CHARACTERS``.
    """
    shown = _shown(kind, data, content)
    if kind == "docx":
        return convert_docx(shown)
    pictures = Pictures()
    tree, named = _tree(kind, shown, content, pictures)
    return _set(tree, pictures, content, paper, named or language)


def docx_to_print(data: bytes, content: Content) -> bytes:
    """Return a DOCX as LibreOffice is to print it. Raises as ``render_pdf``."""
    return as_printed(_shown("docx", data, content))


def _shown(kind: str, data: bytes, content: Content) -> bytes:
    """Return the file without places: as it is, but for its declarations, which show their first options."""
    if kind not in RENDERED_KINDS:
        raise UnsupportedFormat(
            f"No PDF can be made of a document of kind {kind}.",
            fix=f"add it as one of {', '.join(RENDERED_KINDS)}, or as PDF.",
            kind=kind,
        )
    check_characters(len(content.text), MAX_RENDERED_CHARACTERS)
    return by_kind(kind).template(data, content, ()).render((), notice=None, stamp=None)


def pictures_left_out(kind: str, data: bytes, content: Content) -> int:
    """Return how many pictures of a document its rendition does not show.

    Those that the file does not hold itself (nothing is fetched), damaged ones and too large ones. A DOCX
    shows all of its own.
    """
    if kind not in ("html", "md"):
        return 0
    pictures = Pictures()
    _tree(kind, data, content, pictures)
    return pictures.left_out


def _tree(kind: str, data: bytes, content: Content, pictures: Pictures) -> tuple[list[Node], str]:
    """Return the blocks to be set and the language that the source names."""
    if kind == "txt":
        return text_tree(content), ""
    source = decode(data).text
    if kind == "html":
        return html_tree(source, pictures), page_language(source)
    front = read_front_matter(source, declarations=False)
    try:
        return markdown_tree(source[front.end :], pictures), ""
    except RecursionError as fault:
        raise UnreadableFile(
            "The Markdown nests deeper than can be read.", fix="flatten its lists and quotations."
        ) from fault


def _set(tree: Sequence[Node], pictures: Pictures, content: Content, paper: Paper, language: str) -> bytes:
    blocks = to_data(tree)
    if not blocks:
        raise UnsupportedFormat(
            "The document shows nothing that could stand on a page.", fix="add a file that shows text."
        )
    heading = next((node for node in tree if isinstance(node, Paragraph) and node.level == 1), None)
    return typeset(
        {
            "title": "" if heading is None else plain_text(heading.inline),
            "paper": paper,
            "lang": language or "en",
            "hyphenate": bool(language),
            "letters": _letters(content.text),
            "looks": sorted_looks(tree),
            "blocks": blocks,
        },
        pictures.files,
        foreign=any(is_foreign(letter) for letter in set(content.text)),
    )


def _letters(text: str) -> str:
    """Return the letters that every font is to hold: the usual ones, and those of the document."""
    own = sorted(
        letter for letter in set(text) - set(LETTERS) if not letter.isspace() and not is_foreign(letter)
    )
    return printable(LETTERS + "".join(own[:MOST_OWN_LETTERS]))
