"""Plain text: the canonical text is the file's own text, line breaks kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.errors import UnreadableFile
from dyeline.formats.content import Content, Template
from dyeline.formats.declarations import (
    NO_FRONT_MATTER,
    Shown,
    declared_places,
    read_front_matter,
    show_constructs,
)
from dyeline.formats.encoding import Decoded, decode
from dyeline.formats.flow import assemble, dressed, flow_blocks
from dyeline.formats.sourcemap import Tape, link_spans, merged
from dyeline.formats.splice import NOTICE, Edit, SourceTemplate, check_places, cut
from dyeline.model.document import Block, Span
from dyeline.text.declared import find_constructs

_BREAK = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class _Parsed:
    decoded: Decoded
    source: str  # the text as a copy with first options has it
    tape: Tape
    content: Content


def same(text: str) -> str:
    """Dress of a text that needs none."""
    return text


def notice_lines(notice: str) -> str:
    """Dress of the notice: a paragraph of its own."""
    return "\n\n" + notice


def notice_lines_crlf(notice: str) -> str:
    """Dress of the notice in a file with CRLF line ends."""
    return "\r\n\r\n" + notice


class Plain:
    """Text files (.txt)."""

    kind = "txt"
    writes = True

    def matches(self, data: bytes) -> bool:
        """Tell whether the bytes may be text: not empty, and no NUL byte unless marked as UTF-16."""
        return bool(data) and (b"\x00" not in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"))

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return the text; paragraphs are what blank lines separate."""
        return _parse(data, declarations).content

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Return a template of this file; encoding (if it can hold marks) and line ends are kept."""
        parsed = _parse(data, bool(content.declared or content.constraints))
        if parsed.content.text != content.text:
            raise ValueError("the content was not read from this file")
        check_places(places, len(content.text))
        edits = [Edit(*parsed.tape.locate(place), number) for number, place in enumerate(places)]
        end = len(parsed.source.rstrip("\r\n"))
        pieces, holes = cut(parsed.source, [*edits, Edit(end, end, NOTICE)])
        dress_notice = notice_lines_crlf if "\r\n" in parsed.source else notice_lines
        decoded = parsed.decoded
        return SourceTemplate(pieces, holes, same, dress_notice, mark=decoded.mark, encoding=decoded.encoding)

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Return a template of a text file with a blank line between blocks."""
        items: list[str | int] = []
        for _, flow in flow_blocks(content, places):
            items += ["\n\n"] if items else []
            items += dressed(flow, same)
        pieces, holes = assemble([*items, NOTICE, "\n"])
        return SourceTemplate(pieces, holes, same, notice_lines)


def _parse(data: bytes, declarations: bool) -> _Parsed:
    decoded = decode(data)
    front = read_front_matter(decoded.text, declarations=True) if declarations else NO_FRONT_MATTER
    # in a text file, front matter without declarations is text like any other
    start = front.end if front.has_ours else 0
    body = decoded.text[start:]
    seen = show_constructs(body, find_constructs(body), same) if declarations else Shown(body, ())
    tape = Tape()
    stripped = seen.source.rstrip("\r\n")
    done = len(stripped) - len(stripped.lstrip("\r\n"))
    for line_end in _BREAK.finditer(stripped, done):
        tape.add(stripped[done : line_end.start()], done, line_end.start())
        tape.add("\n", *line_end.span())
        done = line_end.end()
    tape.add(stripped[done:], done, len(stripped))
    tape.close_block()
    text = tape.text()
    if not text.strip():
        raise UnreadableFile(
            "The file is empty but for its front matter.", fix="give a file that holds some text."
        )
    lines = len(_BREAK.findall(decoded.text, 0, start))
    content = Content(
        kind="txt",
        text=text,
        blocks=_paragraphs(text),
        frozen=merged(link_spans(text)),
        declared=declared_places(tape, seen, offset=0, lines=lines),
        constraints=front.constraints if front.has_ours else (),
    )
    return _Parsed(decoded, seen.source, tape, content)


def _paragraphs(text: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    start: int | None = None
    at = end = 0
    for line in text.split("\n"):
        if line.strip():
            start = at if start is None else start
            end = at + len(line)
        elif start is not None:
            blocks.append(Block(start, end, "paragraph"))
            start = None
        at += len(line) + 1
    if start is not None:
        blocks.append(Block(start, end, "paragraph"))
    return tuple(blocks)
