"""A page of a PDF as pikepdf has it: content stream, resources, and limits on what is taken in."""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from ctypes import byref, c_float
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

from dyeline.formats.pdf.fonts import Font, load_font
from dyeline.formats.pdf.interpret import FormContent, Interpreted, Unsafe, interpret

MAX_CONTENT_BYTES = 4 * 2**20  # content of one page, inflated; drawings beyond it are left alone
_MOST_FORMS = 1_000  # of one page's resources
MAX_UNUSUAL_BYTES = 64 * 2**10  # the same, packed, where the packing is one that is not measured beforehand

FAULTS = (
    pikepdf.PdfError,
    Unsafe,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What pikepdf raises on damaged files."""


@dataclass(slots=True)
class Budget:
    """How much content of one page may still be taken in, inflated."""

    left: int = MAX_CONTENT_BYTES

    def spend(self, stream: Any) -> None:
        """Take a content stream in. Raises Unsafe when there is too much, and FAULTS."""
        self.left -= _inflated_size(stream)
        if self.left < 0:
            raise Unsafe("content is too large")


@dataclass(slots=True)
class PageResources:
    """The resources of a page or form, fonts loaded once a file."""

    resources: Any
    standard: StandardFonts
    fonts: dict[tuple[int, int], Font]
    budget: Budget
    named: dict[str, Font | None] = field(default_factory=dict)

    def font(self, name: str) -> Font | None:
        """Return a font by its resource name."""
        if name not in self.named:
            self.named[name] = self._load(name)
        return self.named[name]

    def _load(self, name: str) -> Font | None:
        resource = self._entry("/Font", name)
        if not isinstance(resource, pikepdf.Dictionary):
            return None
        key = resource.objgen
        if key == (0, 0):
            return load_font(resource, self.standard.widths)
        if key not in self.fonts:
            self.fonts[key] = load_font(resource, self.standard.widths)
        return self.fonts[key]

    def sets_font(self, name: str) -> bool:
        """Tell whether a graphics state dictionary sets a font."""
        state = self._entry("/ExtGState", name)
        return state is not None and "/Font" in state

    def replaces_text(self, operands: Sequence[Any]) -> bool:
        """Tell whether marked content has an ActualText."""
        properties = operands[-1]
        if isinstance(properties, pikepdf.Name):
            properties = self._entry("/Properties", str(properties))
        return isinstance(properties, pikepdf.Dictionary) and "/ActualText" in properties

    def form(self, name: str) -> FormContent | None:
        """Return a form XObject. Raises Unsafe for one that is damaged or too large."""
        try:
            return self._form(self._entry("/XObject", name))
        except FAULTS as fault:
            raise Unsafe(name) from fault

    def _form(self, stream: Any) -> FormContent | None:
        if not isinstance(stream, pikepdf.Stream) or str(stream.get("/Subtype")) != "/Form":
            return None
        self.budget.spend(stream)
        resources = stream.get("/Resources", self.resources)
        matrix = [float(value) for value in stream.get("/Matrix", (1, 0, 0, 1, 0, 0))]
        box = [float(value) for value in stream.BBox]
        return FormContent(
            stream.objgen,
            stream,
            list(pikepdf.parse_content_stream(stream)),
            PageResources(resources, self.standard, self.fonts, self.budget),
            (matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]),
            (box[0], box[1], box[2], box[3]),
        )

    def _entry(self, kind: str, name: str) -> Any:
        group = self.resources.get(kind)
        return None if group is None else group.get(name)


class StandardFonts:
    """Advances of the fonts that every viewer has, as PDFium knows them."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, float]] = {}

    def widths(self, name: str) -> Mapping[str, float]:
        """Return advances by character in em; empty for a font that is not standard."""
        if name not in self._known:
            self._known[name] = _standard_widths(name)
        return self._known[name]


def _standard_widths(name: str) -> dict[str, float]:
    import pypdfium2
    from pypdfium2 import raw

    characters = list(bytes(range(32, 256)).decode("cp1252", "ignore"))
    document = pypdfium2.PdfDocument.new()
    try:
        font = raw.FPDFText_LoadStandardFont(document, name.encode("ascii", "ignore"))
        if not font:
            return {}
        width = c_float()
        found = {}
        for character in characters:
            if raw.FPDFFont_GetGlyphWidth(font, ord(character), 1000.0, byref(width)):
                found[character] = width.value / 1000
        raw.FPDFFont_Close(font)
        return found
    finally:
        document.close()


@contextmanager
def pdf_opened(data: bytes) -> Iterator[pikepdf.Pdf]:
    """Open a file for editing. Raises one of FAULTS."""
    with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
        yield pdf


@dataclass(slots=True)
class Source:
    """An open file whose pages are followed one at a time, and its fonts loaded once."""

    pdf: pikepdf.Pdf
    standard: StandardFonts = field(default_factory=StandardFonts)
    _fonts: dict[tuple[int, int], Font] = field(default_factory=dict)
    _read: dict[int, Interpreted] = field(default_factory=dict)
    _shared: frozenset[object] | None = None

    def shown(self, number: int) -> Interpreted:
        """Return what a page shows. Raises one of FAULTS."""
        if number not in self._read:
            page = self.pdf.pages[number]
            budget = Budget()
            contents = page.obj.get("/Contents")
            for stream in list(contents) if isinstance(contents, pikepdf.Array) else [contents]:
                if stream is not None:
                    budget.spend(stream)
            resources = PageResources(page.resources, self.standard, self._fonts, budget)
            found = interpret(list(pikepdf.parse_content_stream(page)), resources)
            for layer in found.layers[1:]:
                layer.editable &= layer.form is not None and layer.form.key not in self._shared_forms()
            self._read = {number: found}  # a page's instructions take megabytes
        return self._read[number]

    def annotations(self, number: int) -> list[list[float]]:
        """Return the rectangles of a page's annotations in user space. Raises one of FAULTS."""
        found = []
        for annotation in self.pdf.pages[number].obj.get("/Annots", ()):
            box = [float(value) for value in annotation.get("/Rect", ())]
            if len(box) == 4:
                found.append(box)
        return found

    def _shared_forms(self) -> frozenset[object]:
        """Return the keys of forms that more than one page, or none, could use."""
        if self._shared is None:
            uses: Counter[object] = Counter()
            for page in self.pdf.pages:
                with suppress(*FAULTS):
                    uses.update(_forms(page.resources))
            self._shared = frozenset(form for form, count in uses.items() if count > 1) | {(0, 0)}
        return self._shared


def _forms(resources: Any) -> set[object]:
    """Return the keys of the forms that resources name, and of the forms that those name."""
    found: set[object] = set()
    waiting = [resources]
    while waiting and len(found) <= _MOST_FORMS:
        group = waiting.pop().get("/XObject")
        for form in () if group is None else dict(group).values():
            if str(form.get("/Subtype")) == "/Form" and form.objgen not in found:
                found.add(form.objgen)
                if "/Resources" in form:
                    waiting.append(form.Resources)
    return found


def _inflated_size(stream: Any) -> int:
    raw = stream.read_raw_bytes()
    filters = stream.get("/Filter", pikepdf.Array())
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if len(raw) > MAX_CONTENT_BYTES or not names:
        return len(raw)
    if names[0] == "/ASCII85Decode":
        raw, names = base64.a85decode(raw.strip().removeprefix(b"<~").removesuffix(b"~>")), names[1:]
    if names == ["/FlateDecode"]:
        return len(zlib.decompressobj().decompress(raw, MAX_CONTENT_BYTES + 1))
    if names and len(raw) > MAX_UNUSUAL_BYTES:
        raise Unsafe("content is packed in an unusual way")
    return len(raw)


def is_signed(data: bytes) -> bool:
    """Tell whether a file carries a digital signature; False for one that cannot be opened for editing."""
    try:
        with pdf_opened(data) as pdf:
            form = pdf.Root.get("/AcroForm")
            flags = int(form.get("/SigFlags", 0)) if form is not None else 0
            return bool(flags & 1) or "/Perms" in pdf.Root
    except FAULTS:
        return False
