"""A DOCX as it is printed: tracked changes accepted, and nothing in it that leads out of the file."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Final

from lxml import etree

_PARTS = re.compile(r"word/(?:document\d*|footnotes|endnotes|header\d*|footer\d*)\.xml")
_DROPPED: Final = frozenset(
    "del moveFrom cellDel rPrChange pPrChange tblPrChange trPrChange tcPrChange sectPrChange tblGridChange "
    "numberingChange".split()
)
_UNWRAPPED: Final = frozenset(("ins", "moveTo"))
_KEPT_LINKS: Final = ("/hyperlink",)


def as_printed(data: bytes) -> bytes:
    """Return a DOCX without tracked changes, and without links to other files but hyperlinks.

    Word processors would load linked pictures, templates and objects, wherever they are.
    ``data`` is a file that ``formats.docx`` has written, so that its size was checked.
    """
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith(".rels"):
                content = _without_outside(content)
            elif _PARTS.fullmatch(entry.filename):
                content = _accepted(content)
            new.writestr(entry.filename, content)
    return made.getvalue()


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(content, parser)


def _without_outside(content: bytes) -> bytes:
    root = _parsed(content)
    for link in list(root):
        outside = (link.get("TargetMode") or "").lower() == "external"
        if outside and not (link.get("Type") or "").endswith(_KEPT_LINKS):
            root.remove(link)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _accepted(content: bytes) -> bytes:
    root = _parsed(content)
    for node in list(root.iter(etree.Element)):
        parent = node.getparent()
        local = etree.QName(node).localname
        if parent is None:
            continue
        if local in _DROPPED:
            parent.remove(node)
        elif local in _UNWRAPPED:
            at = parent.index(node)
            parent[at : at + 1] = list(node)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
