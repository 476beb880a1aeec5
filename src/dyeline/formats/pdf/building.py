"""Making the template: fonts cloned, content streams cut at the marked letters, the file cut into objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from dyeline.formats.pdf.container import SLOT_KEY, cut_file
from dyeline.formats.pdf.fontmarks import FontMarks
from dyeline.formats.pdf.interpret import Interpreted
from dyeline.formats.pdf.notice import Foot, foot_matrix
from dyeline.formats.pdf.pages import FAULTS, PageResources, StandardFonts, pdf_opened, read_page
from dyeline.formats.pdf.spots import Spot
from dyeline.formats.pdf.template import PdfTemplate, Stream

_DEEPEST = 64  # levels of the page tree that inherited attributes are looked for in
_NOTICE_FONT = "Helvetica"


@dataclass(frozen=True, slots=True)
class Mark:
    """One place of the template: its number, the letter and the glyph that shows it."""

    place: int
    spot: Spot


def build_template(data: bytes, marks: Mapping[int, Sequence[Mark]]) -> PdfTemplate:
    """Return the template of a file with marks by page number. Raises one of ``pages.FAULTS``."""
    standard = StandardFonts()
    with pdf_opened(data) as pdf:
        fonts: dict[tuple[int, int], Any] = {}
        pages = list(pdf.pages)
        cut = {number: _Page(pages[number], standard, fonts) for number in marks}
        clones = FontMarks(pdf)
        for number, wanted in marks.items():
            for mark in wanted:
                glyph = mark.spot.glyph
                clones.use(cut[number].key(glyph.font), glyph.code, mark.spot.letter)
        streams = []
        for number, wanted in marks.items():
            streams.append(cut[number].stream(wanted, clones))
            pages[number].obj.Contents = _slot(pdf, len(streams) - 1)
        end, foot = _end(pdf, pages[-1], cut.get(len(pages) - 1), standard, fonts, len(streams))
        streams.append(end)
        information = _information(pdf)
        base = BytesIO()
        pdf.save(
            base,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            min_version="1.5",
            encryption=False,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return PdfTemplate(cut_file(base.getvalue(), len(streams)), tuple(streams), foot, information)


class _Page:
    """A page that is written on: what it shows, and its resources, copied so that no other page changes."""

    def __init__(
        self, page: pikepdf.Page, standard: StandardFonts, fonts: dict[tuple[int, int], Any]
    ) -> None:
        self.shown: Interpreted = read_page(page, standard, fonts)
        self._loaded = PageResources(page.resources, standard, fonts)
        self._page = page
        self._fonts = own_fonts(page)

    def key(self, name: str) -> object:
        """Return what tells the font of a resource name from other fonts of the file."""
        resource = self._fonts[name]
        return resource.objgen if resource.objgen != (0, 0) else (self._page.objgen, name)

    def stream(self, marks: Sequence[Mark], clones: FontMarks) -> Stream:
        """Return the content stream with a hole for the font of every marked letter."""
        names: dict[str, tuple[bytes, ...]] = {}
        by_instruction: dict[int, list[Mark]] = {}
        for mark in marks:
            glyph = mark.spot.glyph
            by_instruction.setdefault(glyph.instruction, []).append(mark)
            if glyph.font not in names:
                names[glyph.font] = self._named(glyph.font, clones)
        pieces, holes, fonts = [b""], [], []
        plain: list[Any] = []
        for number, instruction in enumerate(self.shown.instructions):
            if number not in by_instruction:
                plain.append(instruction)
                continue
            font, size = self.shown.shown[number]
            for part in self._cut(instruction, by_instruction[number], font, size):
                if isinstance(part, Mark):
                    pieces[-1] += pikepdf.unparse_content_stream(plain) + b"\n/"
                    plain = []
                    holes.append(part.place)
                    fonts.append(names[font])
                    pieces.append(b" %b Tf\n" % _number(size))
                else:
                    plain.append(part)
        pieces[-1] += pikepdf.unparse_content_stream(plain) + b"\n"
        return Stream(tuple(pieces), tuple(holes), tuple(fonts))

    def _named(self, font: str, clones: FontMarks) -> tuple[bytes, ...]:
        loaded = self._loaded.font(font)
        assert loaded is not None
        names = [pikepdf.Name(font).unparse().lstrip(b"/")]
        for clone in clones.clones(self.key(font), self._fonts[font], loaded.code_bytes):
            names.append(free_name(self._fonts).encode())
            self._fonts[f"/{names[-1].decode()}"] = clone
        return tuple(names)

    def _cut(self, instruction: Any, marks: Sequence[Mark], font: str, size: float) -> list[Any]:
        """Return the instructions that show the same, each marked letter on its own behind its mark."""
        operator, operands = str(instruction.operator), instruction.operands
        made: list[Any] = []
        if operator == '"':
            made += [_instruction(operands[:1], "Tw"), _instruction(operands[1:2], "Tc")]
        if operator in ("'", '"'):
            made.append(_instruction([], "T*"))
        parts = list(operands[0]) if operator == "TJ" else [operands[-1]]
        loaded = self._loaded.font(font)
        assert loaded is not None
        step = loaded.code_bytes
        waiting: list[Any] = []

        def show() -> None:
            if waiting:
                made.append(_instruction([pikepdf.Array(waiting)], "TJ"))
                waiting.clear()

        for element, part in enumerate(parts):
            here = sorted((m for m in marks if m.spot.glyph.element == element), key=_offset)
            done = 0
            for mark in here:
                shown, at = bytes(part), mark.spot.glyph.offset
                if at > done:
                    waiting.append(pikepdf.String(shown[done:at]))
                show()
                done = at + step
                letter = _instruction([pikepdf.String(shown[at:done])], "Tj")
                made += [mark, letter, _instruction([pikepdf.Name(font), size], "Tf")]
            if not here:
                waiting.append(part)
            elif done < len(bytes(part)):
                waiting.append(pikepdf.String(bytes(part)[done:]))
        show()
        return made


def own_fonts(page: pikepdf.Page) -> Any:
    """Return the font resources of a page after giving it resources of its own."""
    resources: Any = page.resources
    own: Any = pikepdf.Dictionary(resources)
    own.Font = pikepdf.Dictionary(resources.Font) if "/Font" in resources else pikepdf.Dictionary()
    page.obj.Resources = own
    return page.obj.Resources.Font


def free_name(fonts: Any) -> str:
    """Return a resource name that is not taken."""
    number = len(fonts)
    while f"/Dy{number}" in fonts:
        number += 1
    return f"Dy{number}"


def _end(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    cut: _Page | None,
    standard: StandardFonts,
    loaded: dict[tuple[int, int], Any],
    slot: int,
) -> tuple[Stream, Foot]:
    """Put the last page's content between q and Q, and a slot for the notice behind it."""
    shown = None if cut is None else cut.shown
    if shown is None:
        with suppress(*FAULTS):
            shown = read_page(page, standard, loaded)
    fonts = own_fonts(page)
    name = free_name(fonts)
    fonts[f"/{name}"] = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name(f"/{_NOTICE_FONT}"),
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    before = 1 + (shown.surplus if shown else 0)
    behind = 1 + (shown.open if shown else 0)
    contents = page.obj.get("/Contents")
    own = [] if contents is None else list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    opening = pdf.make_stream(b"q\n" * before)
    page.obj.Contents = pikepdf.Array([opening, *own, _slot(pdf, slot)])
    letters = [(glyph.x, glyph.y) for glyph in shown.glyphs] if shown else []
    box = [float(value) for value in page.cropbox]
    box = [min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])]
    matrix, room = foot_matrix(box, _rotation(page), letters)
    widths = standard.widths(_NOTICE_FONT)
    advances = tuple(widths.get(bytes([code]).decode("cp1252", "replace"), 0.5) for code in range(256))
    return Stream((b"\n" + b"Q\n" * behind,), (), ()), Foot(matrix, room, name.encode(), advances)


def _slot(pdf: pikepdf.Pdf, number: int) -> Any:
    stream = pdf.make_stream(b"slot")
    stream[f"/{SLOT_KEY}"] = number
    return stream


def _rotation(page: pikepdf.Page) -> int:
    node: Any = page.obj
    for _ in range(_DEEPEST):
        if node is None:
            return 0
        if "/Rotate" in node:
            return int(node.Rotate)
        node = node.get("/Parent")
    return 0


def _information(pdf: pikepdf.Pdf) -> bytes:
    """Return the document information without its closing bracket, and take it out of the file."""
    written = [b"<<"]
    if isinstance(pdf.trailer.get("/Info"), pikepdf.Dictionary):
        for key, value in pdf.trailer.Info.items():
            if isinstance(value, pikepdf.String | pikepdf.Name):
                written += [pikepdf.Name(key).unparse(), value.unparse()]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    return b" ".join(written)


def _instruction(operands: Sequence[Any], operator: str) -> Any:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))


def _offset(mark: Mark) -> int:
    return mark.spot.glyph.offset


def _number(value: float) -> bytes:
    return f"{value:.6f}".rstrip("0").rstrip(".").encode()
