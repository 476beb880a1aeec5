"""DOCX behind the format contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dyeline.formats.content import Content, Template
from dyeline.formats.docx.archive import entry_names
from dyeline.formats.docx.content import canonical, to_content, walk
from dyeline.formats.docx.holes import make_template
from dyeline.formats.docx.package import open_package
from dyeline.model.document import Span


class Docx:
    """Word documents (.docx)."""

    kind = "docx"
    writes = True

    def matches(self, data: bytes) -> bool:
        """Tell whether the bytes are a ZIP archive with a word/document.xml."""
        if not data.startswith(b"PK\x03\x04"):
            return False
        return any(name.startswith("word/document") and name.endswith(".xml") for name in entry_names(data))

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return body, notes, then headers and footers, and of a document its pictures; see ``Format.read``."""
        package = open_package(data)
        package.archive.check_total()
        opened = walk(package)
        content = to_content(opened, declared=declarations)
        if not declarations or not package.parts.get("image"):
            return content
        from dyeline.formats.docx.pictures import find_pictures

        return replace(content, pictures=find_pictures(opened))

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Return a template of this file: unchanged entries stay packed as they are.

        The only marks are those of blocks of pictures ("image:KEY:BLOCK").
        """
        return make_template(walk(open_package(data)), content, places, marks)

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Return a template of a new, plain DOCX."""
        from dyeline.formats.docx.typeset import typeset

        return typeset(content, places)


def extract_text(data: bytes) -> str:
    """Return only the canonical text of a DOCX that was written here: no sweep for bombs, no offsets."""
    return canonical(walk(open_package(data)).scan)
