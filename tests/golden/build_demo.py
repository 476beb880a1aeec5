"""Make the demo's DOCX files from their Markdown: ``python tests/golden/build_demo.py``.

The two files of a pair hold the same text, so that the demo can issue one and leak the other.
Understands what the demo documents use: headings, paragraphs, lists, tables.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Docx

DEMO = Path(__file__).parents[2] / "src" / "dyeline" / "demo"
PAIRS = ("announcement", "policy")
_WRITTEN = datetime(2025, 3, 3, 9, 0)
_BULLET = re.compile(r"- (.*)")
_NUMBER = re.compile(r"\d+\. (.*)")


def build(markdown: str) -> bytes:
    """Return a DOCX with the text of ``markdown``; equal text gives equal bytes."""
    document = Document()
    for chunk in markdown.strip().split("\n\n"):
        _add(document, chunk.split("\n"))
    properties = document.core_properties
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = _WRITTEN
    properties.title = markdown.split("\n", 1)[0].lstrip("# ")
    packed = io.BytesIO()
    document.save(packed)
    return _without_clock(packed.getvalue())


def _add(document: Docx, lines: list[str]) -> None:
    first = lines[0]
    if first.startswith("# "):
        document.add_paragraph(first[2:], style="Title")
    elif first.startswith("## "):
        document.add_paragraph(first[3:], style="Heading 1")
    elif first.startswith("|"):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "---" not in line]
        table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    elif _BULLET.match(first) or _NUMBER.match(first):
        for line in lines:
            bullet, number = _BULLET.match(line), _NUMBER.match(line)
            match = bullet or number
            assert match, line
            document.add_paragraph(match[1], style="List Bullet" if bullet else "List Number")
    else:
        document.add_paragraph(" ".join(lines))


def _without_clock(packed: bytes) -> bytes:
    same = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(same, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=(2025, 3, 3, 9, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return same.getvalue()


if __name__ == "__main__":
    for name in PAIRS:
        source = (DEMO / f"{name}.md").read_text(encoding="utf-8")
        (DEMO / f"{name}.docx").write_bytes(build(source))
