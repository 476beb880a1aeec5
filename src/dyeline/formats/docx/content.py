"""DOCX to content: which parts are read, in which order, and what they count as."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from dyeline.errors import UnreadableFile
from dyeline.formats.content import Content
from dyeline.formats.docx.comments import declarations, declared_places
from dyeline.formats.docx.markup import Names, names_of
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
    notices = _notices(body, w)
    after = [notice.getnext() for notice in notices]
    for notice in notices:
        body.remove(notice)
    walker.blocks(body)
    for notice, following in zip(notices, after, strict=True):  # last first: what follows is back already
        if following is None:
            body.append(notice)
        else:
            following.addprevious(notice)
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
    for notice in reversed(notices):
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


def _notices(body: etree._Element, w: Names) -> list[etree._Element]:
    """Return the notices that end the body, last first; a copy issued again has two."""
    found: list[etree._Element] = []
    for paragraph in body.iterchildren(w("p"), reversed=True):
        mark = paragraph.find(w("bookmarkStart"))
        if mark is None or not mark.get(w("name"), "").startswith(NOTICE_BOOKMARK):
            break
        found.append(paragraph)
    return found


def _stamps(package: Package) -> tuple[str, ...]:
    if package.core is None:
        return ()
    found = (element.text for element in package.root(package.core).iter(_IDENTIFIER))
    return tuple(text.strip() for text in found if text and text.strip())
