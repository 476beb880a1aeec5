"""The documents that are measured: the two shipped ones, and two texts not written for this purpose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from dyeline.codes.scheme import NEW_SCHEME
from dyeline.formats.content import Content
from dyeline.formats.registry import by_kind, read_file
from dyeline.issue.plan import plan_sites, usable_sites
from dyeline.issue.recipe import Recipe, make_recipe
from dyeline.model.document import Document, Style
from dyeline.model.sites import Site
from dyeline.text.words import count_words

TEXTS = Path(__file__).with_name("texts")
Group = Literal["informal", "formal", "formal, phrases accepted"]


@dataclass(frozen=True, slots=True)
class BenchDocument:
    """A document with the sites that a circulation of it would use."""

    name: str
    group: Group
    data: bytes
    content: Content
    sites: tuple[Site, ...]

    @property
    def text(self) -> str:
        """Return the canonical text."""
        return self.content.text

    @property
    def block_starts(self) -> tuple[int, ...]:
        """Return where the blocks of the canonical text begin."""
        return tuple(block.start for block in self.content.blocks)

    @property
    def title(self) -> str:
        """Return a line for the tables: name, style, words, sites."""
        counts = {"character": 0, "wording": 0, "declared": 0}
        for site in self.sites:
            counts[site.carrier.split("/")[0]] += 1
        parts = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
        return f"{self.name} ({self.group}): {count_words(self.text):,} words, {parts} sites"


_SOURCES: dict[str, tuple[str, Style, Group]] = {
    "announcement": ("announcement.docx", "informal", "informal"),
    "sockets": ("sockets.md", "informal", "informal"),
    "policy": ("policy.docx", "formal", "formal"),
    "governance": ("governance.md", "formal", "formal"),
    "policy-accepted": ("policy.docx", "formal", "formal, phrases accepted"),
    "governance-accepted": ("governance.md", "formal", "formal, phrases accepted"),
}
NAMES = tuple(_SOURCES)


@cache
def load(name: str) -> BenchDocument:
    """Return a document by name, planned as ``dyeline document add`` would; accepted: all pending phrases on."""
    file_name, style, group = _SOURCES[name]
    shipped = files("dyeline").joinpath("demo", file_name)
    data = shipped.read_bytes() if shipped.is_file() else (TEXTS / file_name).read_bytes()
    content = read_file(data, declarations=True, hint_suffix=Path(file_name).suffix)
    planned = _planned(content, style)
    accepted = (
        {site.id: True for site in planned if site.cls == "phrase"} if name.endswith("-accepted") else {}
    )
    return BenchDocument(name, group, data, content, tuple(usable_sites(planned, decisions=accepted)))


def _planned(content: Content, style: Style) -> list[Site]:
    return plan_sites(
        Document(
            text=content.text,
            blocks=content.blocks,
            frozen=content.frozen,
            seams=content.seams,
            style=style,
            declared=content.declared,
            constraints=content.constraints,
        )
    )


@cache
def recipe_for(name: str, kind: str) -> Recipe:
    """Return a recipe for copies of a document as files of a kind; its secret is to be replaced."""
    document = load(name)
    spans = sorted((place.start, place.end) for site in document.sites for place in site.places)
    maker = by_kind(kind)
    if kind == document.content.kind:
        template = maker.template(document.data, document.content, spans)
    else:
        template = maker.typeset(document.content, spans)
    return make_recipe(
        template, kind, document.text, document.sites, bytes(32), NEW_SCHEME, notice=True, stamp=True
    )


def demo_text(name: str) -> str:
    """Return a text that ships with the package and is no document here (an article, an unrelated text)."""
    return files("dyeline").joinpath("demo", name).read_text(encoding="utf-8")
