"""HTML source to what a browser shows, with the way back to the source."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass

from dyeline.errors import UnsupportedFormat
from dyeline.formats.html_tokens import HtmlToken, html_tokens
from dyeline.formats.sourcemap import Tape
from dyeline.formats.splice import Edit
from dyeline.model.document import BlockKind, DeclaredPlace

STAMP_NAME = "document-id"

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol "
    "optgroup option p pre search section summary table tbody td tfoot th thead tr ul".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_HIDDEN = frozenset(
    "head script style title noscript iframe noembed noframes template select datalist audio video "
    "canvas object svg math".split()
)
_FROZEN = frozenset("pre code kbd samp tt var textarea xmp".split())
_VERBATIM = frozenset("pre textarea xmp".split())
_LISTS = frozenset("ul ol menu dir".split())
_KINDS: dict[str, BlockKind] = {
    "li": "list", "blockquote": "quote", "pre": "code", "xmp": "code", "td": "cell", "th": "cell",
    "figcaption": "caption", "caption": "caption",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
}  # fmt: skip
_IMPLIED = {  # a start tag ends an open element of the first set, unless one of the second is inside
    "li": (frozenset({"li"}), _LISTS),
    "td": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "th": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "dd": (frozenset({"dd", "dt"}), frozenset({"dl"})),
    "dt": (frozenset({"dd", "dt"}), frozenset({"dl"})),
    **{
        name: (frozenset({"p"}), frozenset({"div", "td", "th", "li", "blockquote", "section", "body"}))
        for name in ("p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "blockquote", "pre", "section")
    },
}
_IMPLIED_REACH = 64  # open elements that are searched for one to end
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TEXT = re.compile(
    r"[ \t\n\r\f]+"
    r"|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]{1,31});?|&"
    r"|[^ \t\n\r\f&]+(?: [^ \t\n\r\f&]+)*"
)


@dataclass(slots=True)
class _Open:
    """An element that has begun and not ended."""

    name: str
    token: HtmlToken
    hidden: bool
    declared_at: int = -1


class HtmlScan:
    """Walks an HTML source once; afterwards the attributes tell what was found."""

    def __init__(self, source: str, *, declarations: bool) -> None:
        self.tape = Tape()
        self.declared: list[DeclaredPlace] = []
        self.edits: list[Edit] = []  # what an issued copy has otherwise: declarations, old stamps
        self.stamps: list[str] = []
        self.head_end = -1  # source offset behind the <head> tag, -1 without one
        self.html_end = -1  # the same of <html>
        self.body_close = -1  # source offset of the last </body>, else of the last </html>
        self.names_charset = False
        self._source = source
        self._declarations = declarations
        self._stack: list[_Open] = []
        self._open = Counter[str]()
        self._hidden = self._frozen = self._verbatim = 0
        self._line, self._counted = 1, 0
        for token in html_tokens(source):
            if token.kind == "text":
                self._text(token.start, token.end)
            elif token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end(token)
            elif not self._hidden:
                self._text(token.start, token.end)
        self._close_block()

    def _start(self, token: HtmlToken) -> None:
        name = token.name
        if name == "head" and self.head_end < 0:
            self.head_end = token.end
        elif name == "html" and self.html_end < 0:
            self.html_end = token.end
        elif name == "meta":
            self._meta(token)
        if name == "br":
            if not self._hidden:
                self._line_break(token)
            return
        if name in _BLOCKS:
            self._close_block()
            self._imply(name)
        elif not self._hidden:
            self.tape.seam()
        if name in _VOID:
            return
        hidden = (
            name in _HIDDEN
            or token.get("hidden") is not None
            or bool(_INVISIBLE_STYLE.search(token.get("style") or ""))
        )
        opened = _Open(name, token, hidden)
        if self._declarations and token.get("data-dy") and not self._hidden and not hidden:
            opened.declared_at = self.tape.position
        self._stack.append(opened)
        self._open[name] += 1
        self._hidden += hidden
        self._frozen += name in _FROZEN
        self._verbatim += name in _VERBATIM

    def _end(self, token: HtmlToken) -> None:
        name = token.name
        if name == "body" or (name == "html" and self.body_close < 0):
            self.body_close = token.start
        if name in _BLOCKS:
            self._close_block()
        elif not self._hidden:
            self.tape.seam()
        if self._open[name]:
            while self._pop(token) != name:
                pass

    def _imply(self, name: str) -> None:
        ended, barriers = _IMPLIED.get(name, (frozenset(), frozenset()))
        for depth, opened in enumerate(reversed(self._stack[-_IMPLIED_REACH:]), 1):
            if opened.name in ended:
                for _ in range(depth):
                    self._pop(None)
                return
            if opened.name in barriers:
                return

    def _pop(self, end: HtmlToken | None) -> str:
        opened = self._stack.pop()
        name = opened.name
        self._open[name] -= 1
        self._hidden -= opened.hidden
        self._frozen -= name in _FROZEN
        self._verbatim -= name in _VERBATIM
        if opened.token.get("data-dy") is not None:
            self._declare(opened, end if end is not None and end.name == name else None)
        return name

    def _close_block(self) -> None:
        tape = self.tape
        while not self._verbatim and tape.last in (" ", "\n") and tape.last:
            tape.drop_last()
        kind: BlockKind = "paragraph"
        level = 0
        if tape.in_block:
            for opened in reversed(self._stack):
                found = _KINDS.get(opened.name)
                if found:
                    kind = found
                    break
            if kind == "heading":
                level = int(opened.name[1])
            elif kind == "list":
                level = max(0, sum(self._open[name] for name in _LISTS) - 1)
        tape.close_block(kind, level)

    def _line_break(self, token: HtmlToken) -> None:
        if self.tape.last == " " and not self._verbatim:
            self.tape.drop_last()
        if self.tape.in_block:
            self.tape.add("\n", token.start, token.end, frozen=True)

    def _text(self, start: int, end: int) -> None:
        if self._hidden:
            return
        source, tape, frozen = self._source, self.tape, self._frozen > 0
        for match in _TEXT.finditer(source, start, end):
            low, high = match.span()
            first = source[low]
            if first == "&":
                shown = html.unescape(match.group())
                # an unknown name is shown as it stands, character by character
                tape.add(shown, low, high, frozen=frozen or (len(shown) > 1 and shown != match.group()))
            elif not first.isspace() or first not in " \t\n\r\f":
                tape.add(source[low:high], low, high, frozen=frozen)
            elif self._verbatim:
                shown = match.group().replace("\r\n", "\n").replace("\r", "\n")
                tape.add(shown, low, high, frozen=True)
            elif tape.last == " ":
                tape.freeze_from(tape.position - 1)  # shown by white space on both sides of a tag
            elif tape.last and tape.last != "\n":
                tape.add(" ", low, high, frozen=frozen)

    def _meta(self, token: HtmlToken) -> None:
        if token.get("charset") or "charset" in (token.get("content") or "").lower():
            self.names_charset = True
        if (token.get("name") or "").lower() == STAMP_NAME:
            self.stamps.append((token.get("content") or "").strip())
            self.edits.append(Edit(token.start, token.end, ""))

    def _declare(self, opened: _Open, end: HtmlToken | None) -> None:
        token = opened.token
        ours = [item for item in token.attributes if item.name in ("data-dy", "data-alt")]
        if opened.declared_at >= 0:
            start = opened.declared_at
            self.declared.append(
                DeclaredPlace(
                    start, max(start, self.tape.position), _construct(token), self._line_of(token.start)
                )
            )
            inside = "<" in self._source[token.end : end.start] if end is not None else True
            if inside:
                raise UnsupportedFormat(
                    f"The declared variant in line {self._line_of(token.start)} has markup inside or no end tag.",
                    fix="put the markup around the data-dy element, and close the element.",
                )
        if end is not None and len(ours) == len(token.attributes) and token.name == "span":
            self.edits += (Edit(token.start, token.end, ""), Edit(end.start, end.end, ""))
            return
        for item in ours:
            before = item.start
            while self._source[before - 1].isspace():
                before -= 1
            self.edits.append(Edit(before, item.end, ""))

    def _line_of(self, offset: int) -> int:
        if offset >= self._counted:
            self._line += self._source.count("\n", self._counted, offset)
            self._counted = offset
        return self._line


def _construct(token: HtmlToken) -> str:
    """Return the declaration in the syntax that all formats share."""
    head = (token.get("data-dy") or "").strip()
    alternatives = token.get("data-alt")
    if alternatives is None:
        return head
    options = " | ".join(option.strip() for option in re.split(r"(?<!\\)\|", alternatives))
    return f"{head}{'' if head.endswith(('?', ':')) else ':'} {options}"
