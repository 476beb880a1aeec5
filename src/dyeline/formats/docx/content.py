"""DOCX to content: which parts are read, in which order, and what they count as."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from dyeline.errors import UnreadableFile
from dyeline.formats.content import Content
from dyeline.formats.docx.comments import declarations, declared_places
from dyeline.formats.docx.markup import names_of
from dyeline.formats.docx.package import Package
from dyeline.formats.docx.reading import NOTICE_BOOKMARK, Scan, Walk
from dyeline.formats.docx.styles import Styles, read_styles
from dyeline.formats.sourcemap import link_spans, merged

_IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"


@dataclass(frozen=True, slots=True)
class Opened:
    """A package walked once: the roots that were read, and what they show."""

    package: Package
    roots: dict[str, etree._Element]  # by part name
    scan: Scan

    @property
    def text(self) -> str:
        """The canonical text."""
        return canonical(self.scan)


def canonical(scan: Scan) -> str:
    """Return the text of a scan: its pieces, newlines where one block ends and the next begins."""
    parts: list[str] = []
    done = 0
    for piece in scan.pieces:
        if piece.at > done:
            parts.append("\n" * (piece.at - done))
        parts.append(piece.text)
        done = piece.at + len(piece.text)
    return "".join(parts)


def walk(package: Package) -> Opened:
    """Return body, notes, then headers and footers, read in this order; a notice comes last."""
    roots = {package.main: package.root(package.main)}
    main = roots[package.main]
    w = names_of(main)
    body = main.find(w("body"))
    if body is None:
        raise UnreadableFile(
            "The main part of the DOCX holds no document body.",
            fix="open it in a word processor and save it again as DOCX.",
        )
    styles = package.parts.get("styles")
    walker = Walk(w.ns[1:-1], read_styles(package.archive.read(styles[0])) if styles else Styles())
    notice = _notice(body, w("p"), w("bookmarkStart"), w("name"))
    if notice is None:
        walker.blocks(body)
    else:
        at = body.index(notice)
        body.remove(notice)
        walker.blocks(body)
        body.insert(at, notice)
    for kind, local in (("footnotes", "footnote"), ("endnotes", "endnote")):
        for name, root in package.roots(kind):
            roots[name] = root
            for note in root.iter(w(local)):
                if note.get(w("type"), "normal") == "normal":
                    walker.blocks(note, "note")
    for kind in ("header", "footer"):
        for name, root in package.roots(kind):
            roots[name] = root
            walker.blocks(root, "header", frozen=True)
    if notice is not None:
        walker.paragraph(notice, "paragraph", frozen=True)
    return Opened(package, roots, walker.scan)


def to_content(opened: Opened, *, declared: bool) -> Content:
    """Return the content of a walked package."""
    scan = opened.scan
    text = opened.text
    if not scan.blocks:
        raise UnreadableFile(
            "The document is empty: it holds no text.", fix="give a file that holds some text."
        )
    places = declared_places(declarations(opened.package), scan) if declared else ()
    edges = {block.start for block in scan.blocks} | {block.end for block in scan.blocks}
    covered = {at for place in places for at in range(place.start + 1, place.end)}
    return Content(
        kind="docx",
        text=text,
        blocks=tuple(scan.blocks),
        frozen=merged(scan.frozen + link_spans(text)),
        seams=tuple(sorted(set(scan.seams) - edges - covered)),
        declared=places,
        stamps=_stamps(opened.package),
    )


def _notice(body: etree._Element, p: str, bookmark: str, name: str) -> etree._Element | None:
    for paragraph in body.iterchildren(p, reversed=True):
        mark = paragraph.find(bookmark)
        return paragraph if mark is not None and mark.get(name) == NOTICE_BOOKMARK else None
    return None


def _stamps(package: Package) -> tuple[str, ...]:
    if package.core is None:
        return ()
    found = (element.text for element in package.root(package.core).iter(_IDENTIFIER))
    return tuple(text.strip() for text in found if text and text.strip())
