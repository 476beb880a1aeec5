"""What deserves an author's second look in declared variants, though nothing in it is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations as pairs

from dyeline.model.document import Document
from dyeline.text.declared import Group
from dyeline.text.declared.confusable import CLEAR, ocr_distance
from dyeline.text.declared.constraints import Constraints
from dyeline.text.declared.mentions import Token, mentions, tokens

_CLOSURES = 3  # arithmetic findings listed a choice
_NEAR_MISS = re.compile(r"\{[=!][\w#-]+[^{}\n]*\|[^{}\n]*\}?")


@dataclass(frozen=True, slots=True)
class Caution:
    """Something the author should look at that does not stop the document. Holds no document text."""

    where: str  # "line 3", "paragraph 7", "constraint 1"
    text: str


def cautions_about(document: Document, groups: Sequence[Group], constraints: Constraints) -> list[Caution]:
    """Return every caution: weak facts, arithmetic, unkept constraints, lost phrases, likely slips."""
    cautions = _near_misses(document)
    if groups or constraints.fixed:
        plain = tokens(document.text, [(place.start, place.end) for place in document.declared])
        cautions += _weak_options(document, groups)
        cautions += _closures(document, groups, plain)
        cautions += _constraint_cautions(groups, constraints, plain)
    return cautions


def line_of(document: Document, index: int) -> str:
    """Return where declared place ``index`` stands in the author's file."""
    return f"line {document.declared[index].line}"


def paragraph_of(document: Document, offset: int) -> str:
    """Return which block of the text holds ``offset``, counted from 1."""
    return f"paragraph {max(1, sum(block.start <= offset for block in document.blocks))}"


def _weak_options(document: Document, groups: Sequence[Group]) -> list[Caution]:
    cautions: list[Caution] = []
    for group in groups:
        if group.kind != "fact":
            continue
        weak = [
            f"{a + 1} and {b + 1}"
            for a, b in pairs(range(len(group.options)), 2)
            if ocr_distance(group.options[a], group.options[b]) < CLEAR
        ]
        if weak:
            text = f"options {', '.join(weak)} of '{group.id}' are easily confused by OCR; spell them out."
            cautions.append(Caution(line_of(document, group.places[0][0]), text))
    return cautions


def _closures(document: Document, groups: Sequence[Group], plain: Sequence[Token]) -> list[Caution]:
    """Warn where a shown fact and two numbers of the text are a sum or a difference.

    Numbers below 3, and four digits that look like a year, are no operands: they meet by chance.
    """
    values = {t.value: t for t in reversed(plain) if t.value is not None and _operand(document, t)}
    cautions: list[Caution] = []
    for group in groups:
        shown_value = next((t.value for t in tokens(group.options[0]) if t.value is not None), None)
        if group.kind != "fact" or shown_value is None or shown_value < 3:
            continue
        found = [
            (token, word)
            for value, token in values.items()
            for word, other in (("sum", value - shown_value), ("difference", shown_value - value))
            if other in values and (word == "sum" or value <= other)
        ]
        for token, word in sorted(found, key=lambda pair: pair[0].start)[:_CLOSURES]:
            text = (
                f"a number here looks like part of a {word} with the fact '{group.id}'; "
                f"if so, link it: {{{group.id}? … | …}}."
            )
            cautions.append(Caution(paragraph_of(document, token.start), text))
    return cautions


def _operand(document: Document, token: Token) -> bool:
    written = document.text[token.start : token.end]
    looks_like_year = len(written) == 4 and written.isdigit() and 1900 <= int(written) <= 2100
    return token.value is not None and token.value >= 3 and not looks_like_year


def _constraint_cautions(
    groups: Sequence[Group], constraints: Constraints, plain: Sequence[Token]
) -> list[Caution]:
    cautions: list[Caution] = []
    first = dict.fromkeys((group.id for group in groups), 0)
    for rule in constraints.rules:
        if not rule.holds(first):
            text = "the first options break it, so the text as it stands is no valid copy."
            cautions.append(Caution(f"constraint {rule.number}", text))
    for number, phrase in enumerate(constraints.fixed, 1):
        if not mentions(phrase, plain):
            cautions.append(Caution(f"fixed phrase {number}", "it stands nowhere in the text."))
    return cautions


def _near_misses(document: Document) -> list[Caution]:
    return [
        Caution(paragraph_of(document, match.start()), "this looks like a variant whose syntax is not right.")
        for match in _NEAR_MISS.finditer(document.text)
    ]
