r"""The one syntax of author-declared variants, and where it stands in a plain-text or Markdown source.

``{=id: a | b}`` wording and ``{!id: 30 | 40}`` fact declare a choice (``#`` for a nameless one);
``{id}`` shows it again, ``{id.words}`` through a formatter, ``{id? x | y}`` in other words. ``\|`` is
a bar inside an option. A brace before which a backslash or a brace stands opens nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dyeline.errors import BadVariants
from dyeline.text.declared.formatters import FORMATTERS

Kind = Literal["fact", "wording"]
NAMELESS = "#"

# An option may run over a line break (wrapped source) but not over an empty line (a lost brace).
# Possessive, because nothing that follows could begin earlier.
_OPTIONS = r"(?:[^{}\n]++|\n(?![ \t\r]*\n))*+"
_INSIDE = (
    rf"(?:(?P<mark>[=!])(?P<id>[\w-]+|#):(?P<options>{_OPTIONS})"
    rf"|(?P<ref>[\w-]+)(?:\.(?P<formatter>\w+)|[ \t]*\?(?P<others>{_OPTIONS}))?)"
)
_CONSTRUCT = re.compile(_INSIDE)
_IN_SOURCE = re.compile(r"(?<![\\{])\{(?P<construct>" + _INSIDE + r")\}(?!\})")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Construct:
    """One construct in a source: ``source[start:end]`` with its braces, ``construct`` without them."""

    start: int
    end: int
    construct: str
    line: int  # counted from 1


@dataclass(frozen=True, slots=True)
class Declaration:
    """A choice and its options as the author wrote them, white space collapsed."""

    id: str  # "#" where the author gave none
    kind: Kind
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The same choice again: as it is, through a formatter, or (``options``) in other words."""

    id: str
    formatter: str | None = None
    options: tuple[str, ...] | None = None


def parse_construct(construct: str) -> Declaration | Reference:
    """Return what a construct (without braces) says. Raises BadVariants if it is none."""
    match = _CONSTRUCT.fullmatch(construct.strip())
    if match is None:
        raise BadVariants(
            f"The declaration of {len(construct)} characters does not follow the syntax.",
            fix="write `=id: a | b`, `!id: 30 | 40`, `id`, `id.words` or `id? x | y`.",
        )
    return _parsed(match)


def find_constructs(source: str) -> list[Construct]:
    """Return the constructs of a plain-text or Markdown source, in text order.

    What looks like a reference counts as one only if the source declares its id; otherwise it is
    ordinary text (a template's ``{name}``), except where it can only be a slip: ``{id? x | y}``
    with a bar, and a known formatter in a source that declares variants.
    """
    matches = list(_IN_SOURCE.finditer(source))
    declared = {match["id"] for match in matches if match["id"]}
    found: list[Construct] = []
    line, counted = 1, 0
    for match in matches:
        ref, formatter, others = match["ref"], match["formatter"], match["others"]
        is_slip = (others is not None and "|" in others) or (bool(declared) and formatter in FORMATTERS)
        if ref is not None and ref not in declared and not is_slip:
            continue
        line += source.count("\n", counted, match.start())
        counted = match.start()
        found.append(Construct(match.start(), match.end(), match["construct"], line))
    return found


def _parsed(match: re.Match[str]) -> Declaration | Reference:
    if match["mark"]:
        kind: Kind = "fact" if match["mark"] == "!" else "wording"
        return Declaration(match["id"], kind, _options(match["options"]))
    others = match["others"]
    return Reference(match["ref"], match["formatter"], None if others is None else _options(others))


def _options(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(option.replace("\\|", "|").split()) for option in _BAR.split(listed))
