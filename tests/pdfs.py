"""PDF files for tests: real ones by two producers and two golden ones, and odd ones by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
import typst
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

import dyeline

DEMO = Path(dyeline.__file__).parent / "demo"
GOLDEN = Path(__file__).parent / "golden" / "pdf"
PARAGRAPHS = (GOLDEN / "page.txt").read_text(encoding="utf-8").strip().split("\n\n")
LONG = tuple(
    line
    for name in ("announcement", "policy")
    for line in (DEMO / f"{name}.md").read_text(encoding="utf-8").split("\n")
    if line and line[0].isalpha()
)  # several pages of text


def by_reportlab(
    paragraphs: Sequence[str] = PARAGRAPHS, *, font: str = "", size: float = 10, leading: float = 12
) -> bytes:
    """Return a PDF with the standard fonts, which are not embedded: Type 1, WinAnsi, ASCII 85."""
    style = (
        ParagraphStyle("body", fontName=font, fontSize=size, leading=leading)
        if font
        else getSampleStyleSheet()["BodyText"]
    )
    file = io.BytesIO()
    story = [Paragraph(escape(paragraph), style) for paragraph in paragraphs]
    SimpleDocTemplate(file, pagesize=A4, invariant=1).build(story)
    return file.getvalue()


def by_typst(paragraphs: Sequence[str] = PARAGRAPHS) -> bytes:
    """Return a tagged PDF with Type 0 fonts, hyphenated and justified."""
    escaped = [re.sub(r"([#$*_@<>`\[\]\\/~=+-])", r"\\\1", paragraph) for paragraph in paragraphs]
    source = "#set par(justify: true)\n#set text(lang: 'en', hyphenate: true)\n".replace("'", '"')
    return bytes(typst.compile((source + "\n\n".join(escaped)).encode()))


PRODUCERS: dict[str, Callable[[], bytes]] = {
    "reportlab": by_reportlab,
    "typst": by_typst,
    "libreoffice": (GOLDEN / "libreoffice.pdf").read_bytes,
    "chromium": (GOLDEN / "chromium.pdf").read_bytes,
}

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def by_hand(*contents: str | bytes, font: str = HELVETICA, page: str = "", resources: str = "") -> bytes:
    """Return a PDF with one page for each content stream; ``/F1`` is the font.

    ``page`` and ``resources`` are further entries of the page's dictionary and of its resources.
    """
    pdf = pikepdf.new()
    for content in contents:
        made = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, 595, 842],
            Resources=pikepdf.Object.parse(f"<< /Font << /F1 {font} >> {resources} >>".encode()),
            Contents=pdf.make_stream(content if isinstance(content, bytes) else content.encode("latin-1")),
        )
        for key, value in pikepdf.Object.parse(f"<< {page} >>".encode()).items():
            made[key] = value
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(made)))
    file = io.BytesIO()
    pdf.save(file, deterministic_id=True)
    return file.getvalue()


def with_links_all_over(data: bytes) -> bytes:
    """Return a PDF whose pages are one large link each: no word may move beside a link."""

    def cover(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=page.MediaBox, Border=[0, 0, 0]
            )
            page.obj.Annots = pikepdf.Array([pdf.make_indirect(link)])

    return changed(data, cover)


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    """Return a PDF after a change; ``options`` go to ``Pdf.save``."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        file = io.BytesIO()
        pdf.save(file, **options)  # type: ignore[arg-type]
    return file.getvalue()
