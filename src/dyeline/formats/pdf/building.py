"""Making the template: fonts cloned, content streams cut where copies differ, the file cut into objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf

from dyeline.formats.pdf.container import SLOT_KEY, cut_file
from dyeline.formats.pdf.cutting import Mark, Shift, Swap, cut_layer
from dyeline.formats.pdf.fontmarks import FontMarks
from dyeline.formats.pdf.interpret import Interpreted, Layer
from dyeline.formats.pdf.notice import Foot, foot_matrix
from dyeline.formats.pdf.pages import FAULTS, Source
from dyeline.formats.pdf.spots import font_key
from dyeline.formats.pdf.template import MarkedPicture, PdfTemplate, Stream

if TYPE_CHECKING:
    from dyeline.formats.pdf.pictures import PictureStreams

_DEEPEST = 64  # levels of the page tree that inherited attributes are looked for in
_NOTICE_FONT = "Helvetica"


class UnknownPicture(ValueError):
    """A mark is for a picture, or for a block of one, that cannot carry it."""


def build_template(
    source: Source,
    marks: Mapping[int, Sequence[Mark]],
    shifts: Mapping[int, Sequence[Shift]],
    swaps: Mapping[int, Sequence[Swap]] | None = None,
    pictures: Sequence[tuple[PictureStreams, Mapping[int, int]]] = (),
) -> PdfTemplate:
    """Return the template of a file with marked letters, moved words, and swaps by page number.

    ``pictures`` are those to be marked, of the same open file, each with its places by block.
    The open file is changed and of no further use. Raises one of ``pages.FAULTS``.
    """
    pdf = source.pdf
    pages = list(pdf.pages)
    swaps = swaps or {}
    numbers = sorted({*marks, *shifts, *swaps})
    cut = {number: _Page(number, pages[number], source.shown(number)) for number in numbers}
    clones = FontMarks(pdf)
    for number, wanted in marks.items():
        for mark in wanted:
            glyph = mark.spot.glyph
            clones.use(cut[number].key(glyph.layer, glyph.font), glyph.code, mark.spot.letter)
    streams: list[Stream] = []
    shown_on: list[int] = []
    for number in numbers:
        edits = marks.get(number, ()), shifts.get(number, ()), swaps.get(number, ())
        for stream, form in cut[number].streams(*edits, clones):
            if form is None:
                pages[number].obj.Contents = _slot(pdf.make_stream(b""), len(streams))
            else:
                _slot(form, len(streams))
            streams.append(stream)
            shown_on.append(number)
    end, foot = _end(source, pages, len(streams))
    streams.append(end)
    marked = _marked_pictures(pictures, len(streams))
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
    container = cut_file(base.getvalue(), len(streams) + sum(len(picture.slots) for picture in marked))
    moved = frozenset(shift.place for wanted in shifts.values() for shift in wanted)
    swapped = frozenset(swap.place for wanted in swaps.values() for swap in wanted)
    shown_on.append(len(pages) - 1)
    return PdfTemplate(container, tuple(streams), tuple(shown_on), foot, information, moved, swapped, marked)


class _Page:
    """A page that is written on: what it shows, and its resources, copied so that no other page changes."""

    def __init__(self, number: int, page: pikepdf.Page, shown: Interpreted) -> None:
        self._number = number
        self._page = page
        self._shown = shown

    def key(self, layer: int, name: str) -> object:
        """Return what tells the font of a resource name from other fonts of the file."""
        key = font_key(self._shown, layer, name)
        return (self._number, key) if key == (layer, name) else key

    def streams(
        self, marks: Sequence[Mark], shifts: Sequence[Shift], swaps: Sequence[Swap], clones: FontMarks
    ) -> Iterator[tuple[Stream, Any]]:
        """Yield each content stream with its holes, and the form that it is of (None for the page)."""
        for number, layer in enumerate(self._shown.layers):
            names = self._names(number, layer, marks, clones)
            stream = cut_layer(number, layer, marks, shifts, swaps, names)
            if stream is not None:
                yield stream, layer.form.stream if layer.form else None

    def _names(
        self, number: int, layer: Layer, marks: Sequence[Mark], clones: FontMarks
    ) -> dict[str, tuple[bytes, ...]]:
        """Return the names of the fonts that show marked letters of a layer, after adding them to its resources."""
        wanted = sorted({mark.spot.glyph.font for mark in marks if mark.spot.glyph.layer == number})
        if not wanted:
            return {}
        fonts = own_fonts(self._page) if layer.form is None else _form_fonts(layer.form.stream, self._page)
        names: dict[str, tuple[bytes, ...]] = {}
        for name in wanted:
            font = layer.resources.font(name)
            assert font is not None  # it has shown a glyph
            added = [bytes(pikepdf.Name(name).unparse()).lstrip(b"/")]
            for clone in clones.clones(self.key(number, name), font.resource, font.code_bytes):
                added.append(free_name(fonts).encode())
                fonts[f"/{added[-1].decode()}"] = clone
            names[name] = tuple(added)
        return names


def own_fonts(page: pikepdf.Page) -> Any:
    """Return the font resources of a page after giving it resources of its own."""
    page.obj.Resources = _own(page.resources)
    return page.obj.Resources.Font


def _form_fonts(form: Any, page: pikepdf.Page) -> Any:
    form.Resources = _own(form.get("/Resources", page.resources))
    return form.Resources.Font


def _own(resources: Any) -> Any:
    own: Any = pikepdf.Dictionary(resources)
    own.Font = pikepdf.Dictionary(resources.Font) if "/Font" in resources else pikepdf.Dictionary()
    return own


def free_name(fonts: Any) -> str:
    """Return a resource name that is not taken."""
    number = len(fonts)
    while f"/Dy{number}" in fonts:
        number += 1
    return f"Dy{number}"


def _end(source: Source, pages: Sequence[pikepdf.Page], slot: int) -> tuple[Stream, Foot]:
    """Put the last page's content between q and Q, and a slot for the notice behind it."""
    pdf, page = source.pdf, pages[-1]
    shown = None
    with suppress(*FAULTS):
        shown = source.shown(len(pages) - 1)
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
    page.obj.Contents = pikepdf.Array([opening, *own, _slot(pdf.make_stream(b""), slot)])
    letters = [(glyph.x, glyph.y) for glyph in shown.glyphs] if shown else []
    box = [float(value) for value in page.cropbox]
    box = [min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])]
    matrix, room = foot_matrix(box, _rotation(page), letters)
    widths = source.standard.widths(_NOTICE_FONT)
    advances = tuple(widths.get(bytes([code]).decode("cp1252", "replace"), 0.5) for code in range(256))
    return Stream((b"\n" + b"Q\n" * behind,), (), ()), Foot(matrix, room, name.encode(), advances)


def _marked_pictures(
    pictures: Sequence[tuple[PictureStreams, Mapping[int, int]]], slot: int
) -> tuple[MarkedPicture, ...]:
    """Make slots of the objects of pictures, numbered from ``slot`` on."""
    marked: list[MarkedPicture] = []
    for picture, blocks in pictures:
        count = picture.content.count
        if not all(0 <= block < count for block in blocks):
            raise UnknownPicture("the picture does not have that many blocks")
        slots = tuple(range(slot, slot + len(picture.objects)))
        for stream, number in zip(picture.objects, slots, strict=True):
            _slot(stream, number)
        marked.append(
            MarkedPicture(picture.content, tuple(blocks.get(block, -1) for block in range(count)), slots)
        )
        slot += len(slots)
    return tuple(marked)


def _slot(stream: Any, number: int) -> Any:
    """Make a stream the placeholder of what the template fills in."""
    stream.write(b"slot")
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
