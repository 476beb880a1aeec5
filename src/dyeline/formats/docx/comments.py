"""Author declarations in comments: ``dy !raids: 30 | 40`` anchored on the words it varies."""

from __future__ import annotations

import re

from lxml import etree

from dyeline.errors import UnsupportedFormat
from dyeline.formats.docx.markup import names_of
from dyeline.formats.docx.package import Package
from dyeline.formats.docx.reading import Scan
from dyeline.model.document import DeclaredPlace

_DECLARATION = re.compile(r"dy\s+(\S.*)")
_SIDE_PARTS = ("commentsExtended", "commentsIds", "commentsExtensible")
_NAMED_BY = ("paraId", "durableId")


def declarations(package: Package) -> dict[str, str]:
    """Return the construct of every declaring comment by comment id."""
    found: dict[str, str] = {}
    for _, root in package.roots("comments"):
        w = names_of(root)
        for comment in root.iter(w("comment")):
            paragraph = comment.find(w("p"))
            text = "" if paragraph is None else "".join(node.text or "" for node in paragraph.iter(w("t")))
            match = _DECLARATION.match(text.strip())
            if match:
                found[comment.get(w("id"), "")] = match.group(1).strip()
    return found


def declared_places(constructs: dict[str, str], scan: Scan) -> tuple[DeclaredPlace, ...]:
    """Return where the declaring comments are anchored, in text order."""
    places: list[DeclaredPlace] = []
    for number, construct in constructs.items():
        anchor = scan.anchors.get(number, [])
        line = scan.paragraphs.get(number, 0)
        if len(anchor) != 2 or not any(b.start <= anchor[0] and anchor[1] <= b.end for b in scan.blocks):
            raise UnsupportedFormat(
                f"The comment that declares a variant at paragraph {line} is not anchored within one paragraph.",
                fix="select the words that vary, within one paragraph, and comment on them.",
                paragraph=line,
            )
        places.append(DeclaredPlace(anchor[0], anchor[1], construct, line))
    return tuple(sorted(places, key=lambda place: (place.start, place.end)))


def remove_anchors(root: etree._Element, numbers: set[str]) -> None:
    """Take the anchors and reference marks of the comments out of a document part."""
    w = names_of(root)
    for local in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for node in list(root.iter(w(local))):
            if node.get(w("id"), "") not in numbers:
                continue
            run = node.getparent()
            _drop(node)
            if (
                local == "commentReference"
                and run is not None
                and all(child.tag == w("rPr") for child in run)
            ):
                _drop(run)


def without_comments(package: Package, numbers: set[str]) -> dict[str, etree._Element]:
    """Return the comment parts without the given comments, by part name."""
    changed: dict[str, etree._Element] = {}
    ids: set[str] = set()
    for name, root in package.roots("comments"):
        w = names_of(root)
        for comment in list(root.iter(w("comment"))):
            if comment.get(w("id"), "") in numbers:
                ids |= {str(value) for node in comment.iter() for key, value in node.items() if _is_id(key)}
                _drop(comment)
        changed[name] = root
    for kind in _SIDE_PARTS:
        for name, root in package.roots(kind):
            for node in list(root):
                own = {str(value) for key, value in node.items() if _is_id(key)}
                if own & ids:
                    ids |= own  # the next part knows the same comment by another id
                    _drop(node)
            changed[name] = root
    return changed


def _is_id(key: str | bytes) -> bool:
    return str(key).rsplit("}", 1)[-1] in _NAMED_BY


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            parent.text = (parent.text or "") + node.tail
    parent.remove(node)
