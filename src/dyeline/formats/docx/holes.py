"""From a DOCX and places to a template: holes into the elements, then each changed part cut once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from dyeline.formats.content import Content
from dyeline.formats.docx.archive import Entry, new_entry
from dyeline.formats.docx.comments import declarations, remove_anchors, without_comments
from dyeline.formats.docx.content import Opened
from dyeline.formats.docx.markup import XML_SPACE, names_of
from dyeline.formats.docx.package import Package
from dyeline.formats.docx.reading import Piece, Scan
from dyeline.formats.docx.template import DocxTemplate, Part, cut_part, identifier_markup
from dyeline.formats.splice import NOTICE, STAMP, check_places
from dyeline.model.document import Span

if TYPE_CHECKING:
    from dyeline.formats.docx.pictures import MarkedEntry

_IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"
_CORE_PART = "docProps/core.xml"
_CORE_NS = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_FIRST_SENTINEL, _LAST_SENTINEL = 0xF0000, 0xFFFFD  # private use, plane 15


def make_template(
    opened: Opened, content: Content, places: Sequence[Span], marks: Sequence[str] = ()
) -> DocxTemplate:
    """Return the template. The roots in ``opened`` are changed; walk the file anew to use it again.

    Places with a mark are blocks of pictures.
    """
    check_places(places, opened.scan.length)
    on_pictures = {number: mark for number, mark in enumerate(marks) if mark}
    if opened.text != content.text:
        raise ValueError("the content was not read from this file")
    sentinel = _sentinel([_serialised(root) for root in opened.roots.values()])
    _dig(opened.scan, {n: place for n, place in enumerate(places) if n not in on_pictures}, sentinel)
    pictures: list[MarkedEntry] = []
    if on_pictures:
        from dyeline.formats.docx.pictures import marked_entries

        pictures = marked_entries(opened, on_pictures)
    return cut_template(opened, sentinel, pictures)


def cut_template(opened: Opened, sentinel: str, pictures: Sequence[MarkedEntry] = ()) -> DocxTemplate:
    """Return the template of a file whose places hold sentinel, number, sentinel already."""
    package = opened.package
    roots = dict(opened.roots)
    main = roots[package.main]
    numbers = set(declarations(package))
    if numbers:
        roots.update(without_comments(package, numbers))
        for root in opened.roots.values():
            remove_anchors(root, numbers)
    core = package.core or _add_core(package, roots)
    if package.core:
        roots[package.core] = package.root(package.core)
    own = [element.text or "" for element in roots[core].iter(_IDENTIFIER)]
    for element in list(roots[core].iter(_IDENTIFIER)):
        roots[core].remove(element)
    _append(roots[core], None, f"{sentinel}{STAMP}{sentinel}")
    w = names_of(main)
    body = main.find(w("body"))
    assert body is not None  # the walk has read it
    _append(body, w("sectPr"), f"{sentinel}{NOTICE}{sentinel}")
    entries = package.archive.entries
    fixed: list[tuple[Entry, bytes]] = []
    parts: list[Part] = []
    for name, root in roots.items():
        serialised = _serialised(root)
        part = cut_part(entries.get(name) or new_entry(name), serialised, sentinel)
        if part.holes:
            parts.append(part)
        elif name not in opened.roots or numbers:  # else it was read, but not written on
            fixed.append((part.entry, serialised.encode()))
    changed = {entry.name for entry, _ in fixed} | {part.entry.name for part in parts}
    changed |= {picture.entry.name for picture in pictures}
    base = package.archive.base([name for name in entries if name not in changed]).add(fixed)
    bookmarks = [node.get(w("id"), "") for node in main.iter(w("bookmarkStart"))]
    bookmark = (
        max((int(number) for number in bookmarks if number.isdecimal() and len(number) < 10), default=0) + 1
    )
    return DocxTemplate(base, tuple(parts), w.ns[1:-1], bookmark, tuple(pictures), identifier_markup(own))


def _dig(scan: Scan, places: Mapping[int, Span], sentinel: str) -> None:
    """Put the numbered sentinels into the elements that show the places."""
    starts = [piece.at for piece in scan.pieces]
    edits: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for number, (start, end) in places.items():
        hole = f"{sentinel}{number}{sentinel}"
        if start == end:
            _dig_insertion(scan.pieces, starts, start, hole, edits)
        else:
            _dig_replacement(scan.pieces, starts, (start, end), hole, edits)
    for index, changes in edits.items():
        piece = scan.pieces[index]
        text = piece.text
        kept: list[str] = []
        done = 0
        for low, high, hole in changes:
            kept += (text[done:low], hole)
            done = high
        piece.element.text = "".join([*kept, text[done:]])
        piece.element.set(XML_SPACE, "preserve")


def _dig_replacement(
    pieces: list[Piece],
    starts: list[int],
    place: Span,
    hole: str,
    edits: dict[int, list[tuple[int, int, str]]],
) -> None:
    start, end = place
    index = first = bisect_right(starts, start) - 1
    waiting = hole
    while index < len(pieces) and pieces[index].at < end:
        piece = pieces[index]
        if _is_text(piece):
            low, high = max(0, start - piece.at), min(len(piece.text), end - piece.at)
            edits[index].append((low, high, waiting))
            waiting = ""
        index += 1
    if waiting:
        _new_text(pieces[first], hole)
    for piece in pieces[first:index]:
        if not _is_text(piece):
            parent = piece.element.getparent()
            if parent is not None:
                parent.remove(piece.element)


def _dig_insertion(
    pieces: list[Piece],
    starts: list[int],
    at: int,
    hole: str,
    edits: dict[int, list[tuple[int, int, str]]],
) -> None:
    index = max(0, bisect_right(starts, at) - 1)
    piece = pieces[index]
    if piece.at == at and index and pieces[index - 1].at + len(pieces[index - 1].text) == at:
        left = pieces[index - 1]
        leaves_left = piece.writable and left.text[-1].isspace() and not left.text.isspace()
        if left.writable and not leaves_left:
            index, piece = index - 1, left
        elif not piece.writable:
            _new_text(left, hole)
            return
    offset = at - piece.at
    if _is_text(piece) and (piece.writable or 0 < offset < len(piece.text)):
        edits[index].append((offset, offset, hole))
    else:
        _new_text(piece, hole, before=offset == 0)


def _is_text(piece: Piece) -> bool:
    return str(piece.element.tag).endswith("}t")


def _new_text(piece: Piece, hole: str, *, before: bool = False) -> None:
    """Put the hole into a new w:t beside an element that shows no text of its own (a tab, a field)."""
    element = piece.element
    fresh = etree.Element(_sibling(element, "t"))
    fresh.text = hole
    fresh.set(XML_SPACE, "preserve")
    if before:
        element.addprevious(fresh)
    else:
        fresh.tail, element.tail = element.tail, None
        element.addnext(fresh)


def _append(parent: etree._Element, before: str | None, text: str) -> None:
    """Put text at the end of an element's content, or before its last child if that is a ``before``."""
    count = len(parent)
    if count and before is not None and parent[-1].tag == before:
        count -= 1
    if count:
        parent[count - 1].tail = (parent[count - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _add_core(package: Package, roots: dict[str, etree._Element]) -> str:
    """Add an empty core properties part with its content type and relationship; return its name."""
    name = _CORE_PART
    while name in package.archive.entries:
        name = name.replace(".xml", "-1.xml")
    roots[name] = etree.fromstring(f'<cp:coreProperties xmlns:cp="{_CORE_NS}"/>'.encode())
    types = package.root("[Content_Types].xml")
    etree.SubElement(types, _sibling(types, "Override"), PartName=f"/{name}", ContentType=_CORE_TYPE)
    relations = package.root("_rels/.rels")
    taken = {element.get("Id") for element in relations}
    number = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    etree.SubElement(
        relations, _sibling(relations, "Relationship"), Id=number, Type=_CORE_RELATION, Target=name
    )
    roots["[Content_Types].xml"], roots["_rels/.rels"] = types, relations
    return name


def _sibling(element: etree._Element, local: str) -> str:
    """Return the full name of an element in the namespace of another."""
    return etree.QName(etree.QName(element).namespace, local).text


def _serialised(root: etree._Element) -> str:
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}'


def _sentinel(texts: list[str]) -> str:
    for code in range(_FIRST_SENTINEL, _LAST_SENTINEL):
        if not any(chr(code) in text for text in texts):
            return chr(code)
    raise ValueError("every private-use character of plane 15 occurs in the file")
