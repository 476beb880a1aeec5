"""Markdown: the canonical text is what the rendered page shows; marks are spliced into the source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dyeline.errors import UnreadableFile
from dyeline.formats.content import Content, Template
from dyeline.formats.declarations import (
    FrontMatter,
    Shown,
    declared_places,
    read_front_matter,
    show_constructs,
)
from dyeline.formats.encoding import Decoded, decode
from dyeline.formats.flow import Flow, assemble, dressed, flow_blocks
from dyeline.formats.limits import MAX_MARKDOWN_CHARACTERS, check_characters
from dyeline.formats.markdown_scan import scan_markdown
from dyeline.formats.plain import Plain
from dyeline.formats.sourcemap import Tape, link_spans, merged
from dyeline.formats.splice import NOTICE, Edit, SourceTemplate, check_places, cut, line_wraps, one_line
from dyeline.model.document import Block, Span
from dyeline.text.declared import find_constructs

_SPECIAL = re.compile(r"[\\`*_\[\]<~|]|&(?=#?\w+;)|(?:(?<=\s)|^)#|^(?:>|[-+=]+(?=\s|$))")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_LINE_BREAK = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class _Parsed:
    decoded: Decoded
    source: str  # the file as a copy with first options has it, front matter included
    tape: Tape
    content: Content


def escape_markdown(text: str) -> str:
    """Return one line of text so that the rendered page shows it as it is."""
    line = _SPECIAL.sub(lambda match: "\\" + match.group(), one_line(text))
    return _NUMBERED.sub(r"\1\\\2", line)


def notice_paragraph(notice: str) -> str:
    """Dress of the notice: a paragraph of its own."""
    return f"\n\n{escape_markdown(notice)}"


class Markdown:
    """CommonMark with tables (.md)."""

    kind = "md"
    writes = True

    def matches(self, data: bytes) -> bool:
        """Tell whether the bytes may be text; what of it is Markdown cannot be told by content."""
        return Plain().matches(data)

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return what the rendered page shows; code, addresses and raw HTML are frozen or left out."""
        return _parse(data, declarations).content

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Return a template of this file: everything but the places and declarations stays as it is."""
        parsed = _parse(data, bool(content.declared or content.constraints))
        if parsed.content.text != content.text:
            raise ValueError("the content was not read from this file")
        check_places(places, len(content.text))
        edits = [Edit(*parsed.tape.locate(place), number) for number, place in enumerate(places)]
        end = len(parsed.source.rstrip())
        pieces, holes = cut(parsed.source, [*edits, Edit(end, end, NOTICE)])
        decoded = parsed.decoded
        return SourceTemplate(
            pieces,
            holes,
            escape_markdown,
            notice_paragraph,
            mark=decoded.mark,
            encoding=decoded.encoding,
            wraps=line_wraps(parsed.source, edits),
        )

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Return a template of a plain Markdown file."""
        items: list[str | int] = []
        depth = -1  # level of the list item before, -1 outside of lists
        for block, flow in flow_blocks(content, places):
            level = min(block.level, depth + 1) if block.kind == "list" else -1
            if items:
                items.append("\n" if min(level, depth) >= 0 else "\n\n")
            if block.kind == "list":
                block = replace(block, level=level)
            items += _typeset_block(block, flow, keep_lines=content.kind != "txt")
            depth = level
        pieces, holes = assemble([*items, NOTICE, "\n"])
        return SourceTemplate(pieces, holes, escape_markdown, notice_paragraph)


def _parse(data: bytes, declarations: bool) -> _Parsed:
    decoded = decode(data)
    check_characters(len(decoded.text), MAX_MARKDOWN_CHARACTERS)
    front = read_front_matter(decoded.text, declarations=declarations)
    body = decoded.text[front.end :]
    seen = Shown(body, ())
    constructs = find_constructs(body) if declarations else []
    if constructs:
        raw = scan_markdown(body).raw  # what stands in code is no declaration
        prose = [c for c in constructs if not any(low < c.end and c.start < high for low, high in raw)]
        seen = show_constructs(body, prose, escape_markdown)
    source = front.kept + seen.source
    tape = scan_markdown(source, len(front.kept)).tape
    content = _content(tape, seen, front, lines=len(_LINE_BREAK.findall(decoded.text, 0, front.end)))
    return _Parsed(decoded, source, tape, content)


def _content(tape: Tape, seen: Shown, front: FrontMatter, *, lines: int) -> Content:
    text = tape.text()
    if not text.strip():
        raise UnreadableFile(
            "The document is empty: it shows no text.", fix="give a file that holds some text."
        )
    return Content(
        kind="md",
        text=text,
        blocks=tape.tight_blocks(),
        frozen=merged(tape.frozen + link_spans(text)),
        seams=tape.inner_seams(),
        declared=declared_places(tape, seen, offset=len(front.kept), lines=lines),
        constraints=front.constraints,
    )


def _typeset_block(block: Block, flow: Flow, *, keep_lines: bool) -> Flow:
    if block.kind == "code":
        return _fenced(flow)
    indent = {"quote": "> ", "list": "  " * block.level + "- "}.get(block.kind, "")
    if block.kind == "heading":
        indent = "#" * min(max(block.level, 1), 6) + " "
    line_break = "\\\n" + ("> " if block.kind == "quote" else " " * len(indent))
    if block.kind == "heading" or not keep_lines:
        line_break = " "

    def dress(text: str) -> str:
        return line_break.join(escape_markdown(line.strip("\t\r")) for line in text.split("\n"))

    first = flow[0]
    if isinstance(first, str):
        flow = [first.lstrip(), *flow[1:]]
    items = [indent, *dressed(flow, dress)]
    after = items[3] if len(items) > 3 else ""
    if isinstance(after, str) and after.startswith((".", ")")):
        items[3] = "\\" + after  # the first hole may hold a number, and "3." would begin a list
    return items


def _fenced(flow: Flow) -> Flow:
    text = "".join(item for item in flow if isinstance(item, str))
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}\n", *flow, f"\n{fence}"]
