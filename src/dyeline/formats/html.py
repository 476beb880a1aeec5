"""HTML: the canonical text is what a browser shows; marks are spliced into the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from dyeline.errors import UnreadableFile
from dyeline.formats.content import Content, Template
from dyeline.formats.encoding import Decoded, decode
from dyeline.formats.flow import Flow, assemble, dressed, flow_blocks
from dyeline.formats.html_scan import STAMP_NAME, HtmlScan
from dyeline.formats.limits import MAX_HTML_CHARACTERS, check_characters
from dyeline.formats.sourcemap import link_spans, merged
from dyeline.formats.splice import (
    NOTICE,
    STAMP,
    Edit,
    SourceTemplate,
    check_places,
    cut,
    line_wraps,
    one_line,
)
from dyeline.model.document import Block, DeclaredPlace, Span

_DOCUMENT = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html\b|head\b|body\b|meta\b)",
    re.I | re.S,
)
_FRAGMENT = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:p|div|span|table|h[1-6]|ul|ol|li|a|b|i|em|strong|br"
    rb"|article|section|main|blockquote|font|title|style)\b[^<>]*>",
    re.I | re.S,
)
_SNIFFED = 4096
_CHARSET = re.compile(rb"""<meta[^>]+?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_CHARSET_IN_TEXT = re.compile(
    r"""(?P<before><meta[^>]+?charset\s*=\s*["']?\s*|<\?xml[^>]+?encoding\s*=\s*["'])(?P<name>[\w.:-]+)""",
    re.IGNORECASE,
)
_PROLOGUE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*(?:<!doctype[^>]*>)?", re.IGNORECASE | re.DOTALL
)


def escape_html(text: str) -> str:
    """Return a text as HTML character data."""
    return escape(one_line(text), quote=False)


def notice_paragraph(notice: str) -> str:
    """Dress of the notice: a paragraph of its own."""
    return f"<p>{escape_html(notice)}</p>\n"


def stamp_meta(stamp: str) -> str:
    """Dress of the stamp."""
    return f'<meta name="{STAMP_NAME}" content="{escape(one_line(stamp))}">'


class Html:
    """Web pages and mail bodies (.html)."""

    kind = "html"
    writes = True

    def matches(self, data: bytes) -> bool:
        """Tell whether the bytes begin as an HTML page, or with a common element that is closed later."""
        start = _opening(data)
        return bool(_DOCUMENT.match(start)) or (
            bool(_FRAGMENT.match(start)) and (b"</" in start or b"<br" in start)
        )

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return what a browser shows, white space collapsed as it does."""
        decoded = decode(data, named=_named_charset(data))
        check_characters(len(decoded.text), MAX_HTML_CHARACTERS)
        return _content(HtmlScan(decoded.text, declarations=declarations))

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Return a template of this file; declarations and older stamps are taken out."""
        decoded = decode(data, named=_named_charset(data))
        scan = HtmlScan(decoded.text, declarations=True)
        if scan.tape.text() != content.text:
            raise ValueError("the content was not read from this file")
        check_places(places, len(content.text))
        edits = [Edit(*scan.tape.locate(place), number) for number, place in enumerate(places)]
        end = scan.body_close if scan.body_close >= 0 else len(decoded.text.rstrip())
        source = decoded.text
        pieces, holes = cut(
            source,
            [
                *edits,
                *scan.edits,
                *_charset_edits(source),
                *_head_edits(scan, decoded),
                Edit(end, end, NOTICE),
            ],
        )
        return SourceTemplate(
            pieces,
            holes,
            escape_html,
            notice_paragraph,
            stamp_meta,
            mark=decoded.mark,
            encoding=decoded.encoding,
            wraps=line_wraps(source, edits),
        )

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Return a template of a plain standards-mode page."""
        items: list[str | int] = [
            '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n',
            STAMP,
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            "<title>Document</title>\n</head>\n<body>\n",
        ]
        depth = 0
        for block, flow in flow_blocks(content, places):
            wanted = min(block.level, depth) + 1 if block.kind == "list" else 0
            items.append("<ul>\n" * (wanted - depth) + "</ul>\n" * (depth - wanted))
            depth = wanted
            items += _typeset_block(block, flow, keep_lines=content.kind != "txt")
        items += ["</ul>\n" * depth, NOTICE, "</body>\n</html>\n"]
        pieces, holes = assemble(items)
        return SourceTemplate(pieces, holes, escape_html, notice_paragraph, stamp_meta)


def is_page(data: bytes) -> bool:
    """Tell whether the bytes are a whole HTML page, not only a text that begins with a tag."""
    return bool(_DOCUMENT.match(_opening(data)))


def _opening(data: bytes) -> bytes:
    start = data[:_SNIFFED]
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if start.startswith(mark):
            return start[2:].decode(encoding, "replace").encode()
    return start.removeprefix(b"\xef\xbb\xbf")


def _named_charset(data: bytes) -> str | None:
    match = _CHARSET.search(data, 0, _SNIFFED)
    return match.group(1).decode("ascii", "replace") if match else None


def _content(scan: HtmlScan) -> Content:
    text = scan.tape.text()
    if not text.strip():
        raise UnreadableFile("The page is empty: it shows no text.", fix="give a file that holds some text.")
    blocks = scan.tape.tight_blocks()
    return Content(
        kind="html",
        text=text,
        blocks=blocks,
        frozen=merged(scan.tape.frozen + link_spans(text)),
        seams=scan.tape.inner_seams(),
        declared=tuple(_within(place, blocks) for place in scan.declared),
        stamps=tuple(stamp for stamp in scan.stamps if stamp),
    )


def _within(place: DeclaredPlace, blocks: tuple[Block, ...]) -> DeclaredPlace:
    """Return the place without white space that turned out to end its block."""
    index = bisect_right(blocks, place.start, key=lambda block: block.start) - 1
    end = blocks[index].end if index >= 0 else place.end
    return replace(place, end=max(place.start, min(place.end, end)))


def _charset_edits(source: str) -> list[Edit]:
    """Return the edits that make the page say UTF-8, in which it is written (or UTF-16, by its mark)."""
    return [
        Edit(match.start("name"), match.end("name"), "utf-8")
        for match in _CHARSET_IN_TEXT.finditer(source, 0, _SNIFFED)
        if match.group("name").lower() not in ("utf-8", "utf-16")
    ]


def _head_edits(scan: HtmlScan, decoded: Decoded) -> list[Edit]:
    charset = "" if scan.names_charset or decoded.mark else '<meta charset="utf-8">'
    if scan.head_end >= 0:
        at = scan.head_end
        return [Edit(at, at, charset), Edit(at, at, STAMP)]
    at = scan.html_end
    if at < 0:
        prologue = _PROLOGUE.match(decoded.text)
        at = prologue.end() if prologue else 0
    return [Edit(at, at, f"<head>{charset}"), Edit(at, at, STAMP), Edit(at, at, "</head>")]


def _typeset_block(block: Block, flow: Flow, *, keep_lines: bool) -> Flow:
    tags = {
        "list": ("<li>", "\n"),
        "quote": ("<blockquote><p>", "</p></blockquote>\n"),
        "code": ("<pre>", "</pre>\n"),
    }
    before, after = tags.get(block.kind, ("<p>", "</p>\n"))
    if block.kind == "heading":
        level = min(max(block.level, 1), 6)
        before, after = f"<h{level}>", f"</h{level}>\n"
    line_break = "\n" if block.kind == "code" else "<br>\n" if keep_lines else " "

    def dress(text: str) -> str:
        return line_break.join(escape(line, quote=False) for line in text.split("\n"))

    return [before, *dressed(flow, dress), after]
