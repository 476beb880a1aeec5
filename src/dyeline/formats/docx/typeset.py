"""A new, plain DOCX from another file's content."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from dyeline.formats.content import Content
from dyeline.formats.docx.content import walk
from dyeline.formats.docx.holes import cut_template
from dyeline.formats.docx.package import open_package
from dyeline.formats.docx.template import DocxTemplate
from dyeline.formats.flow import flow_blocks
from dyeline.formats.splice import one_line
from dyeline.model.document import Block, Span

_STYLES = {"list": "List Bullet", "quote": "Quote", "caption": "Caption"}
_CODE_FONT = "Courier New"
_EPOCH = datetime(2000, 1, 1)  # python-docx wants naive times, and copies must not differ


def typeset(content: Content, places: Sequence[Span]) -> DocxTemplate:
    """Return a template of a document with one paragraph a block."""
    document = Document()
    properties = document.core_properties
    properties.author = properties.title = properties.comments = ""
    properties.created = properties.modified = _EPOCH
    sentinel = _sentinel(content.text)
    for block, flow in flow_blocks(content, places):
        marked = "".join(item if isinstance(item, str) else f"{sentinel}{item}{sentinel}" for item in flow)
        _fill(_paragraph(document, block), block, marked, keep_lines=content.kind != "txt")
    buffer = io.BytesIO()
    document.save(buffer)
    return cut_template(walk(open_package(buffer.getvalue())), sentinel)


def _paragraph(document: WordDocument, block: Block) -> Paragraph:
    style = _STYLES.get(block.kind)
    if block.kind == "heading":
        style = f"Heading {min(max(block.level, 1), 9)}"
    elif block.kind == "list" and block.level:
        style = f"List Bullet {min(block.level + 1, 3)}"
    paragraph: Paragraph = document.add_paragraph(style=style)
    return paragraph


def _fill(paragraph: Paragraph, block: Block, text: str, *, keep_lines: bool) -> None:
    lines = _storable(text).split("\n") if keep_lines else [one_line(_storable(text))]
    for number, line in enumerate(lines):
        run: Run = paragraph.add_run()
        if number:
            run.add_break()
        run.add_text(line)
        if block.kind == "code":
            run.font.name = _CODE_FONT


def _storable(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return "".join(c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else " " for c in text)


def _sentinel(text: str) -> str:
    return next(chr(code) for code in range(0xF0000, 0xFFFFD) if chr(code) not in text)
