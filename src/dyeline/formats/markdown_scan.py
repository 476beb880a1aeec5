"""Markdown source to what a reader of the rendered page sees, with the way back to the source."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.token import Token

from dyeline.errors import UnreadableFile
from dyeline.formats.markdown_inline import AT, tracking_parser
from dyeline.formats.sourcemap import Tape
from dyeline.model.document import BlockKind, Span

_LINE_END = re.compile(r"\r\n?|\n")
_HEADING_MARK = re.compile(r"#{1,6}[ \t]+")
_BACKTICKS = re.compile(r"`+")
_LISTS = ("bullet_list_open", "ordered_list_open")


@dataclass(frozen=True, slots=True)
class MarkdownScan:
    """What one source shows: its text, and the source ranges that are not prose (code, raw HTML)."""

    tape: Tape
    raw: tuple[Span, ...]


def scan_markdown(source: str, start: int = 0) -> MarkdownScan:
    """Return what ``source[start:]`` shows. Offsets are into ``source``. Raises UnreadableFile."""
    scanner = _Scanner(source, start)
    try:
        tokens = tracking_parser().parse(source[start:])
        scanner.blocks(tokens)
    except RecursionError as error:
        raise UnreadableFile(
            "The Markdown nests deeper than can be read.", fix="flatten its lists and quotations."
        ) from error
    return MarkdownScan(scanner.tape, tuple(scanner.raw))


class _Scanner:
    def __init__(self, source: str, start: int) -> None:
        self.tape = Tape()
        self.raw: list[Span] = []
        self._source = source
        starts, ends = [start], []
        for match in _LINE_END.finditer(source, start):
            ends.append(match.start())
            starts.append(match.end())
        self._line_starts, self._line_ends = starts, [*ends, len(source)]
        self._row = -1  # table row being read, and the column up to which its cells were found
        self._column = 0

    def blocks(self, tokens: list[Token]) -> None:
        """Put every block on the tape."""
        kinds: list[tuple[BlockKind, int]] = [("paragraph", 0)]
        depth = 0
        for token in tokens:
            kind = token.type
            if kind in _LISTS:
                depth += 1
            elif kind in ("bullet_list_close", "ordered_list_close"):
                depth -= 1
            elif kind == "list_item_open":
                kinds.append(("list", depth - 1))
            elif kind == "blockquote_open":
                kinds.append(("quote", 0))
            elif kind == "heading_open":
                kinds.append(("heading", int(token.tag[1:])))
            elif kind in ("td_open", "th_open"):
                kinds.append(("cell", 0))
            elif kind in (
                "list_item_close", "blockquote_close", "heading_close", "td_close", "th_close"
            ):  # fmt: skip
                kinds.pop()
            elif kind == "inline":
                self._inline_block(token, in_cell=kinds[-1][0] == "cell")
                self.tape.close_block(*kinds[-1])
            elif kind in ("fence", "code_block"):
                self._code(token)
            elif kind == "html_block":
                self.raw.append(self._lines(token))

    def _lines(self, token: Token) -> Span:
        first, last = token.map or (0, 0)
        last = min(last, len(self._line_ends)) - 1
        return self._line_starts[min(first, last)], self._line_ends[last]

    def _code(self, token: Token) -> None:
        start, end = self._lines(token)
        self.raw.append((start, end))
        text = token.content.strip("\n")
        if text.strip():
            self.tape.add(text, start, end, frozen=True)
            self.tape.close_block("code")

    def _inline_block(self, token: Token, *, in_cell: bool) -> None:
        if not token.content or token.map is None:
            return
        offsets = (
            self._cell_offsets(token.content, token.map[0])
            if in_cell
            else self._line_offsets(token.content, token.map[0])
        )
        if offsets is None:
            start, end = self._lines(token)
            self.raw.append((start, end))
            shown = "".join(child.content for child in token.children or () if child.type != "html_inline")
            self.tape.add(shown, start, end, frozen=True)
            return
        _Inline(self.tape, self.raw, token.content, offsets).walk(token.children or [])

    def _line_offsets(self, content: str, line: int) -> list[int] | None:
        """Return the source offset of every character of a block's inline content, and of its end."""
        offsets: list[int] = []
        for number, shown in enumerate(content.split("\n"), line):
            start, end = self._line_starts[number], self._line_ends[number]
            text = self._source[start:end].rstrip(" \t")
            wanted = shown.strip(" \t")
            column = len(text) - len(wanted)
            mark = _HEADING_MARK.search(text) if number == line and not text.endswith(wanted) else None
            if mark is not None:
                column = text.find(wanted, mark.end())
            if column < 0 or not text.startswith(wanted, column):
                return None
            at = start + column
            indent = len(shown) - len(shown.lstrip(" \t"))
            if number > line:
                offsets.append(offsets[-1] + 1 if offsets else at)
            offsets += [at] * indent + [min(at + k, end) for k in range(len(shown) - indent)]
        offsets.append(offsets[-1] + 1 if offsets else 0)
        return offsets

    def _cell_offsets(self, content: str, line: int) -> list[int] | None:
        """Return the same for a table cell, in which the source escapes bars."""
        if line != self._row:
            self._row, self._column = line, 0
        start, end = self._line_starts[line], self._line_ends[line]
        text = self._source[start:end]
        pattern = re.compile(re.escape(content).replace(r"\|", r"\\\|"))
        match = pattern.search(text, self._column)
        if match is None:
            return None
        offsets: list[int] = []
        at = start + match.start()
        for character in content:
            at += character == "|"
            offsets.append(at)
            at += 1
        bar = text.find("|", match.end())
        self._column = bar + 1 if bar >= 0 else len(text)
        return [*offsets, at]


class _Inline:
    """Puts the inline tokens of one block on the tape."""

    def __init__(self, tape: Tape, raw: list[Span], content: str, offsets: list[int]) -> None:
        self._tape, self._raw = tape, raw
        self._content, self._offsets = content, offsets
        self._at = 0  # how far the content has been shown
        self._broken = False  # a soft break waits for the text behind it

    def walk(self, tokens: list[Token]) -> None:
        link_text = False
        links: list[int] = []
        for token in tokens:
            at = token.meta.get(AT, self._at)
            kind = token.type
            if kind == "text":
                if token.content:
                    self._text(token.content, at, in_autolink=link_text)
            elif kind == "text_special":
                self._special(token, at)
            elif kind == "code_inline":
                self._code(token, at)
            elif kind in ("softbreak", "hardbreak"):
                self._break(at, hard=kind == "hardbreak")
            elif kind == "html_inline":
                self._tape.seam()
                self._raw.append((self._offsets[at], self._offsets[at + len(token.content)]))
            else:
                link_text = kind == "link_open" and token.markup == "autolink"
                if kind == "link_open":
                    links.append(self._tape.position)
                elif kind == "link_close" and links and self._is_label(at):
                    self._tape.freeze_from(links.pop())
                self._tape.seam()

    def _is_label(self, close: int) -> bool:
        """Tell whether the text of the link that ends at ``close`` also names its target: [text]."""
        following = self._content[close + 1 : close + 3]
        return not following.startswith("(") and (not following.startswith("[") or following == "[]")

    def _text(self, text: str, at: int, *, in_autolink: bool) -> None:
        if in_autolink:
            end = self._content.find(">", at) + 1
            self._add(text, at, max(end, at + 1), frozen=True)
            return
        if not self._content.startswith(text, at):
            at = self._content.find(text, self._at)
            if at < 0:
                self._add(text, self._at, self._at, frozen=True)
                return
        # offsets run on by one within a line, except over the escaped bars of a table cell
        done = at
        end = at + len(text)
        for k in range(at + 1, end + 1):
            if k == end or self._offsets[k] != self._offsets[k - 1] + 1:
                self._add(self._content[done:k], done, k)
                done = k

    def _special(self, token: Token, at: int) -> None:
        self._add(token.content, at, at + len(token.markup))

    def _code(self, token: Token, at: int) -> None:
        end = at + len(token.markup)
        for run in _BACKTICKS.finditer(self._content, end):
            if run.end() - run.start() == len(token.markup):
                end = run.end()
                break
        self._tape.seam()
        self._add(token.content, at, end, frozen=True)
        self._raw.append((self._offsets[at], self._offsets[end]))
        self._tape.seam()

    def _break(self, at: int, *, hard: bool) -> None:
        line_end = self._content.find("\n", at)
        end = line_end + 1 if line_end >= 0 else at + 1
        while end < len(self._content) and self._content[end] in " \t":
            end += 1
        start = at
        while start > self._at and self._content[start - 1] in " \t":
            start -= 1
        self._add("\n" if hard else " ", start, end, frozen=hard)

    def _add(self, text: str, start: int, end: int, *, frozen: bool = False) -> None:
        low = self._offsets[start]
        high = self._offsets[end] if end == start or not text else self._offsets[end - 1] + 1
        if text in (" ", "\n") and end < len(self._offsets) - 1:
            high = self._offsets[end]  # a line break reaches to the next line's first character
        self._tape.add(text, low, max(low, high), frozen=frozen)
        self._at = end
