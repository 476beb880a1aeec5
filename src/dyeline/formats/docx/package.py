"""A DOCX as a package: its main part, and the parts that the main part refers to."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from lxml import etree

from dyeline.errors import UnreadableFile
from dyeline.formats.docx.archive import Archive
from dyeline.formats.docx.markup import parse_xml
from dyeline.formats.limits import check_bytes

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


@dataclass(frozen=True, slots=True)
class Package:
    """An opened DOCX. ``parts`` maps the last word of a relationship's type to part names."""

    archive: Archive
    main: str
    parts: dict[str, tuple[str, ...]]
    core: str | None

    def root(self, name: str) -> etree._Element:
        """Return the root element of a part."""
        return parse_xml(self.archive.read(name))

    def roots(self, kind: str) -> list[tuple[str, etree._Element]]:
        """Return name and root of all parts of a kind ("footnotes", "header" …), in file order."""
        return [(name, self.root(name)) for name in self.parts.get(kind, ())]


def open_package(data: bytes) -> Package:
    """Return the package. Raises UnreadableFile or TooLarge."""
    check_bytes(data)
    if not data:
        raise UnreadableFile("The file is empty.", fix="give a file that holds some text.")
    archive = Archive(data)
    top = _relationships(archive, "_rels/.rels", "")
    main = next((target for kind, target in top if kind.endswith("/officeDocument")), "word/document.xml")
    if main not in archive.entries:
        raise UnreadableFile(
            "The archive holds no word/document.xml.",
            fix="check that it is a Word document; save it again as DOCX.",
        )
    folder, name = posixpath.split(main)
    parts: dict[str, list[str]] = {}
    for kind, target in _relationships(archive, f"{folder}/_rels/{name}.rels", folder):
        if target in archive.entries:
            parts.setdefault(kind.rsplit("/", 1)[-1], []).append(target)
    core = next((target for kind, target in top if kind == _CORE and target in archive.entries), None)
    unique = {kind: tuple(dict.fromkeys(targets)) for kind, targets in parts.items()}
    return Package(archive, main, unique, core)


def relationships(archive: Archive, part: str) -> list[tuple[str, str]]:
    """Return id and target of every relationship of a part to another part of the package."""
    folder, name = posixpath.split(part)
    return _relationships(archive, f"{folder}/_rels/{name}.rels", folder, "Id")


def _relationships(archive: Archive, name: str, folder: str, named: str = "Type") -> list[tuple[str, str]]:
    """Return an attribute and the target of every relationship that leads to a part of the package."""
    if name not in archive.entries:
        return []
    found = []
    for element in parse_xml(archive.read(name)).iter(_RELATIONSHIP):
        target = element.get("Target", "")
        if element.get("TargetMode") == "External":
            continue
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        found.append((element.get(named, ""), posixpath.normpath(path)))
    return found
