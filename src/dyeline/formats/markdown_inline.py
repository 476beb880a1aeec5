"""markdown-it's inline parser, made to tell where in the source each inline token begins.

markdown-it gives line numbers for blocks but no offsets within them. Tokens are pushed in source
order while ``state.pos`` stands at the construct that makes them, so noting it there is enough;
the rules that would merge texts of different origin are switched off.
"""

from __future__ import annotations

from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

AT = "at"
"""Key in ``Token.meta``: offset into the inline source."""


class _State(StateInline):
    """Notes the source offset of every token and of the text that waits for its token."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self._pending_at = 0
        self._pushed_at = -1
        self._repeats = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self._pending_at = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802 - the parser's name
        token = super().pushPending()
        token.meta = {AT: self._pending_at}
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        # a run of delimiters (***) is pushed one character a token while ``pos`` stands at its start
        self._repeats = self._repeats + 1 if self.pos == self._pushed_at else 0
        self._pushed_at = self.pos
        token.meta = {AT: self.pos + (self._repeats if ttype == "text" else 0)}
        return token


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def tracking_parser() -> MarkdownIt:
    """Return a CommonMark parser with tables and strike-through whose inline tokens know their offset."""
    parser = MarkdownIt("commonmark")
    parser.inline = _Inline()
    parser.configure("commonmark")
    parser.enable(["table", "strikethrough"])
    parser.disable("fragments_join")
    parser.disable("text_join", ignoreInvalid=True)
    return parser
