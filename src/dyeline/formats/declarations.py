"""Author declarations in text sources: front matter with constraints, and constructs in braces."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from dyeline.errors import UnreadableFile
from dyeline.formats.limits import MAX_FRONT_MATTER
from dyeline.formats.sourcemap import Tape
from dyeline.model.document import DeclaredPlace, Span
from dyeline.text.declared import Construct, shown

_FRONT = re.compile(
    r"---[ \t]*(?:\r\n?|\n)(?=[\w-]+[ \t]*:)(.*?(?:\r\n?|\n))(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)", re.DOTALL
)
_OURS = re.compile(r"^dyeline[ \t]*:[^\r\n]*(?:\r\n?|\n)(?:(?:[ \t-][^\r\n]*)?(?:\r\n?|\n))*", re.MULTILINE)
_RULES = ("require", "exclude", "fixed")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """``source[:end]`` is front matter; ``kept`` is what an issued copy has in its place."""

    end: int
    kept: str
    has_ours: bool
    constraints: tuple[str, ...]


NO_FRONT_MATTER = FrontMatter(0, "", False, ())


def read_front_matter(source: str, *, declarations: bool) -> FrontMatter:
    """Return the front matter at the top of a source. Raises UnreadableFile for broken declarations."""
    match = _FRONT.match(source, 0, MAX_FRONT_MATTER)
    if match is None:
        return NO_FRONT_MATTER
    inner = match.group(1)
    ours = _OURS.search(inner) if declarations else None
    if ours is None:
        return FrontMatter(match.end(), match.group(), False, ())
    rest = inner[: ours.start()] + inner[ours.end() :]
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    kept = match.group()[:start] + rest + match.group()[end:] if rest.strip() else ""
    return FrontMatter(match.end(), kept, True, _constraints(ours.group()))


def _constraints(mapping: str) -> tuple[str, ...]:
    try:
        loaded = yaml.safe_load(mapping)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _bad("is not valid YAML") from error
    rules = loaded.get("dyeline") if isinstance(loaded, dict) else None
    if rules is None:
        return ()
    if not isinstance(rules, dict):
        raise _bad("is not a mapping")
    found: list[str] = []
    for name, lines in rules.items():
        if name not in _RULES:
            raise _bad("has a key that is none of require, exclude, fixed")
        if isinstance(lines, str):
            lines = [lines]
        if not isinstance(lines, list) or not all(isinstance(line, str | int | float) for line in lines):
            raise _bad(f"gives {name} something else than a list of lines")
        found += [f"{name} {' '.join(str(line).split())}" for line in lines]
    return tuple(found)


def _bad(what: str) -> UnreadableFile:
    return UnreadableFile(
        f"The dyeline: entry of the front matter {what}.",
        fix='write lists, for example `require: ["raids=2 -> day=2"]`, `exclude: [...]`, `fixed: [...]`.',
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A source with every construct replaced by its first option, and where these options stand."""

    source: str
    options: tuple[tuple[Span, Construct], ...]


def show_constructs(source: str, constructs: list[Construct], dress: Callable[[str], str]) -> Shown:
    """Return the source as a copy with first options reads. ``dress`` escapes an option for the format."""
    pieces: list[str] = []
    options: list[tuple[Span, Construct]] = []
    length = done = 0
    for construct, text in zip(constructs, shown([c.construct for c in constructs]), strict=True):
        dressed = dress(text)
        before = source[done : construct.start]
        start = length + len(before)
        length = start + len(dressed)
        pieces += (before, dressed)
        options.append(((start, length), construct))
        done = construct.end
    pieces.append(source[done:])
    return Shown("".join(pieces), tuple(options))


def declared_places(tape: Tape, seen: Shown, *, offset: int, lines: int) -> tuple[DeclaredPlace, ...]:
    """Return where the shown options stand on a tape of ``seen.source``.

    ``offset`` and ``lines`` are the characters and lines of the file before that source.
    """
    places: list[DeclaredPlace] = []
    for (start, end), construct in seen.options:
        low, high = tape.found(start + offset), tape.found(end + offset)
        places.append(DeclaredPlace(low, max(low, high), construct.construct, construct.line + lines))
    return tuple(places)
