"""HTML cut into tokens with their offsets, in linear time whatever the input.

The standard library's parser gives positions too, but rescans unclosed markup and knows nothing
of attribute offsets, which removing a declaration needs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["text", "start", "end", "raw"]

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"'][^\s>]*|(?=>)|["'][^\s>]*))?"""
)
_RAW = frozenset("script style title textarea xmp iframe noembed noframes noscript".split())


@dataclass(frozen=True, slots=True)
class Attribute:
    """``source[start:end]`` is the attribute with its name, sign and quotes; ``value`` is decoded."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HtmlToken:
    """``source[start:end]`` is text, a tag, or ("raw") the content of an element that holds no markup."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""  # of the element, lower case
    attributes: tuple[Attribute, ...] = ()

    def get(self, name: str) -> str | None:
        """Return the value of an attribute, None when it is missing."""
        return next((attribute.value for attribute in self.attributes if attribute.name == name), None)


def html_tokens(source: str) -> Iterator[HtmlToken]:
    """Yield the tokens in source order; comments, doctype and processing instructions are left out."""
    at = text_start = 0
    while True:
        at = source.find("<", at)
        if at < 0:
            break
        end, token = _markup(source, at)
        if end == at:  # a lone "<" is text
            at += 1
            continue
        if text_start < at:
            yield HtmlToken("text", text_start, at)
        if token is not None:
            yield token
            if token.kind == "start" and token.name in _RAW:
                close = _raw_end(source, end, token.name)
                if close > end:
                    yield HtmlToken("raw", end, close, token.name)
                end = close
        at = text_start = end
    if text_start < len(source):
        yield HtmlToken("text", text_start, len(source))


def _markup(source: str, at: int) -> tuple[int, HtmlToken | None]:
    """Return where the markup at "<" ends (``at`` itself if it is none) and its token, if it has one."""
    tag = _TAG.match(source, at)
    if tag is not None:
        attributes: list[Attribute] = []
        done = tag.end()
        while found := _ATTRIBUTE.match(source, done):
            value = found.group(2) or ""
            if value[:1] in ("'", '"') and value[:1] == value[-1:] and len(value) > 1:
                value = value[1:-1]
            attributes.append(
                Attribute(found.group(1).lower(), html.unescape(value), found.start(1), found.end())
            )
            done = found.end()
        close = source.find(">", done)
        end = close + 1 if close >= 0 else len(source)
        kind: TokenKind = "end" if tag.group(1) else "start"
        return end, HtmlToken(kind, at, end, tag.group(2).lower(), tuple(attributes))
    if source.startswith("<!--", at):
        close = source.find("-->", at + 4)
        empty = source.startswith((">", "->"), at + 4)
        end = source.find(">", at) + 1 if empty else close + 3
        return (end if empty or close >= 0 else len(source)), None
    if source.startswith(("<!", "<?", "</"), at):
        close = source.find(">", at)
        return (close + 1 if close >= 0 else len(source)), None
    return at, None


def _raw_end(source: str, at: int, name: str) -> int:
    close = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, at)
    return close.start() if close else len(source)
