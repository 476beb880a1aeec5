"""The pixels of picture objects in a PDF: which can be marked, and how a copy's are put in their place."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import Any, Literal

import numpy as np
import pikepdf

from dyeline.formats.limits import WORK_PIXELS
from dyeline.formats.pdf.pages import FAULTS
from dyeline.formats.picturemarks.bilevel import is_bilevel
from dyeline.formats.picturemarks.copies import Copies, small_jpeg
from dyeline.formats.picturemarks.embed import MarkablePicture, Pixels
from dyeline.formats.picturemarks.fax import PARAMETERS, fax_copies
from dyeline.formats.picturemarks.grid import block_count
from dyeline.formats.picturemarks.png import PngCopies, deflated_rows

_CHANNELS = {"/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3}
_PHOTOGRAPHIC = frozenset(("/DCTDecode", "/JPXDecode"))
_MODES = {1: "L", 3: "RGB"}
_OTHERWISE = ("/SMaskInData", "/OPI")
"""Entries that show a picture in another way: such a picture is left alone."""


BILEVEL_PIXELS = 40_000_000
"""Of the largest picture of black and white that is marked: A4 at 600 dpi has 35 million (0.7 GB to mark it, 4 s)."""

Why = Literal["small", "large", "colours", "bits", "transparent", "packing", "damaged", "plain"]
"""Why a picture is not marked; the last: it holds too little for marks that nobody sees."""


class Unmarkable(Exception):
    """A picture that is not marked."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """The picture stream of every copy, and the entries that its dictionary needs besides its own."""

    copies: Copies
    entries: bytes
    rows_only: bool  # PNG rows without the file around them
    count: int  # blocks

    def filled(self, variants: tuple[int, ...]) -> bytes:
        """Return the stream's bytes, encoded as ``entries`` say, with ``variants[b]`` in block b."""
        packed = self.copies.filled(variants)
        return deflated_rows(packed) if self.rows_only else packed


def picture_key(stream: Any) -> str:
    """Return the name of a picture: a hash of its bytes as they stand in the file, and of their meaning."""
    digest = blake2b(stream.read_raw_bytes(), digest_size=8)
    for entry in ("/Width", "/Height", "/Filter", "/DecodeParms", "/ColorSpace", "/Decode", "/ImageMask"):
        value = stream.get(entry)
        digest.update(str(value).encode() if isinstance(value, int) else _spelled(value))
    return digest.hexdigest()


def pixels_of(stream: Any) -> Pixels | None:
    """Return a picture's pixels as stored, grey or RGB; None for one that is not to be marked.

    One of black and white has the values 0 and 255.
    """
    try:
        return decoded(stream)
    except Unmarkable:
        return None


def decoded(stream: Any) -> Pixels:
    """Return what ``pixels_of`` does. Raises Unmarkable."""
    try:
        return _decoded(stream)
    except (*FAULTS, MemoryError) as fault:
        raise Unmarkable("damaged") from fault


def coded(ready: MarkablePicture, original: Pixels, stream: Any) -> CodedPicture:
    """Return the streams of all copies of a picture, in the smaller of the ways that are good enough.

    One of black and white alone is packed as fax machines do, however many bits its pixels had.
    """
    height, width = original.shape[:2]
    if ready.bilevel:
        parameters = PARAMETERS.format(width=width, height=height)
        entries = f" /Filter /CCITTFaxDecode /DecodeParms << {parameters} >>".encode()
        return CodedPicture(fax_copies(ready), entries, rows_only=False, count=ready.grid.count)
    jpeg = small_jpeg(ready, original)
    if jpeg is not None and _filters(stream)[-1:] and _filters(stream)[-1] in _PHOTOGRAPHIC:
        return _as_jpeg(jpeg, ready.grid.count)
    png = PngCopies(ready)
    plain = [1] * ready.grid.count
    if jpeg is not None and len(jpeg.filled(plain)) < len(png.filled(plain)):
        return _as_jpeg(jpeg, ready.grid.count)
    colours = 1 if original.ndim == 2 else 3
    parameters = f"<< /Predictor 15 /Colors {colours} /Columns {width} >>"
    entries = f" /Filter /FlateDecode /DecodeParms {parameters}".encode()
    return CodedPicture(png, entries, rows_only=True, count=ready.grid.count)


def prepared(stream: Any, *, bilevel: bool) -> None:
    """Make a picture's dictionary fit what ``coded`` returns, for pixels that are black and white alone or are not."""
    if bilevel:
        stream.BitsPerComponent = 1
        if not _is_stencil(stream):
            stream.ColorSpace = pikepdf.Name.DeviceGray
    else:
        space = stream.ColorSpace
        if isinstance(space, pikepdf.Array) and str(space[0]) == "/Indexed":
            stream.ColorSpace = space[1]
        stream.BitsPerComponent = 8
    for entry in ("/Filter", "/DecodeParms", "/Intent", "/Decode", "/Alternates"):
        if entry in stream:
            del stream[entry]


def _as_jpeg(copies: Copies, count: int) -> CodedPicture:
    return CodedPicture(copies, b" /Filter /DCTDecode", rows_only=False, count=count)


def _decoded(stream: Any) -> Pixels:
    width, height = int(stream.Width), int(stream.Height)
    if min(width, height) < 1:
        raise Unmarkable("damaged")
    if not block_count(width, height):
        raise Unmarkable("small")
    if width * height > (BILEVEL_PIXELS if is_black_and_white(stream) else WORK_PIXELS):
        raise Unmarkable("large")
    if any(entry in stream for entry in _OTHERWISE) or isinstance(stream.get("/Mask"), pikepdf.Array):
        raise Unmarkable("transparent")
    if is_black_and_white(stream):
        return _drawn(stream, width, height)
    channels = _channels(stream.get("/ColorSpace"))
    if not channels:
        raise Unmarkable("colours")
    if int(stream.get("/BitsPerComponent", 8)) != 8:
        raise Unmarkable("bits")
    inverted = _is_inverted(stream, channels)
    data, kind = _unwrapped(stream, height * (width * channels + 1))  # a predictor adds a byte a row
    if kind:
        pixels = _photograph(data, kind, width, height, channels)
    else:
        pixels = _rows(data, stream.ColorSpace, width, height, channels)
    return 255 - pixels if inverted else pixels


def is_black_and_white(stream: Any) -> bool:
    """Tell whether a picture has 1 bit a pixel."""
    return _is_stencil(stream) or int(stream.get("/BitsPerComponent", 8)) == 1


def _is_stencil(stream: Any) -> bool:
    """Tell whether its pixels are painted or not, in the colour of the moment."""
    return bool(stream.get("/ImageMask", False))


def _is_inverted(stream: Any, channels: int) -> bool:
    """Tell whether 0 is bright. Raises Unmarkable where the values are spread in another way."""
    if "/Decode" not in stream:
        return False
    ranges = [float(value) for value in stream.Decode]
    indexed = isinstance(stream.ColorSpace, pikepdf.Array) and str(stream.ColorSpace[0]) == "/Indexed"
    if indexed or ranges not in ([0.0, 1.0] * channels, [1.0, 0.0] * channels):
        raise Unmarkable("packing")
    return ranges[0] > 0


def _drawn(stream: Any, width: int, height: int) -> Pixels:
    """Return the pixels of a picture of black and white as they are shown.

    PDFium unpacks them (fax, JBIG2, run lengths): it draws a page that is as large as the picture. Raises
    Unmarkable where they are of other colours.
    """
    import pypdfium2

    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width, height))
        picture = pdf.copy_foreign(stream)
        for entry in ("/SMask", "/Mask", "/Interpolate"):
            if entry in picture:
                del picture[entry]
        name = page.add_resource(picture, pikepdf.Name.XObject)
        page.contents_add(f"q {width} 0 0 {height} 0 0 cm {name} Do Q".encode())
        file = BytesIO()
        pdf.save(file)
    with pypdfium2.PdfDocument(file.getvalue()) as shown:
        pixels = shown[0].render(scale=1, grayscale=True, draw_annots=False).to_numpy()
    pixels = np.array(pixels.reshape(height, width), dtype=np.uint8)
    if not is_bilevel(pixels):
        raise Unmarkable("plain" if np.ptp(pixels) == 0 else "colours")
    return pixels


def _photograph(data: bytes, kind: str, width: int, height: int, channels: int) -> Pixels:
    from PIL import Image, JpegImagePlugin

    # named decoders: Pillow is not to guess what a stranger's bytes are
    opened: Any
    if kind == "/DCTDecode":
        opened = JpegImagePlugin.JpegImageFile(BytesIO(data))
    else:
        opened = Image.open(BytesIO(data), formats=["JPEG2000"])
    if opened.mode != _MODES[channels]:
        raise Unmarkable("colours")
    if opened.size != (width, height):
        raise Unmarkable("damaged")
    return np.array(opened, dtype=np.uint8)


def _rows(data: bytes, space: Any, width: int, height: int, channels: int) -> Pixels:
    """Return the pixels of a lossless picture; palettes are looked up."""
    indexed = isinstance(space, pikepdf.Array) and str(space[0]) == "/Indexed"
    stored = 1 if indexed else channels
    if len(data) < height * width * stored:
        raise Unmarkable("damaged")
    values = np.frombuffer(data, dtype=np.uint8)[: height * width * stored].reshape(height, width, stored)
    if indexed:
        palette = space[3].read_bytes() if isinstance(space[3], pikepdf.Stream) else bytes(space[3])
        table = np.frombuffer(palette, dtype=np.uint8)
        values = table[: len(table) // channels * channels].reshape(-1, channels)[values[..., 0]]
    return np.ascontiguousarray(values[..., 0] if channels == 1 else values)


def _unwrapped(stream: Any, most: int) -> tuple[bytes, str]:
    """Return a stream's bytes up to a picture codec, and that codec ("" for bare rows).

    Raises Unmarkable for more than ``most`` bytes of rows, or for a packing that is not followed.
    """
    filters = _filters(stream)
    kind = filters[-1] if filters and filters[-1] in _PHOTOGRAPHIC else ""
    if not kind and set(filters) <= {"/FlateDecode", "/ASCII85Decode"} and filters.count("/FlateDecode") <= 1:
        data = stream.read_raw_bytes()
        if filters[:1] == ["/ASCII85Decode"]:
            data = _from_ascii(data)
        if "/FlateDecode" in filters and len(zlib.decompressobj().decompress(data, most + 1)) > most:
            raise Unmarkable("damaged")
        return stream.read_bytes(), ""
    if not kind or filters[:-1] not in ([], ["/ASCII85Decode"]) or _has_parameters(stream):
        raise Unmarkable("packing")
    data = stream.read_raw_bytes()
    return (_from_ascii(data) if len(filters) > 1 else data), kind


def _from_ascii(data: bytes) -> bytes:
    return base64.a85decode(data.strip().removeprefix(b"<~").removesuffix(b"~>"))


def _has_parameters(stream: Any) -> bool:
    parameters = stream.get("/DecodeParms")
    given = list(parameters) if isinstance(parameters, pikepdf.Array) else [parameters]
    return any(isinstance(entry, pikepdf.Dictionary) and len(entry) for entry in given)


def _channels(space: Any) -> int:
    """Return the colours of a pixel, 1 or 3; 0 for a colour space in which marks cannot be written."""
    if not isinstance(space, pikepdf.Array):
        return _CHANNELS.get(str(space), 0)
    kind = str(space[0])
    if kind == "/ICCBased":
        count = int(space[1].N)
        return count if count in _MODES else 0
    if kind == "/Indexed":
        return (
            0
            if isinstance(space[1], pikepdf.Array) and str(space[1][0]) == "/Indexed"
            else _channels(space[1])
        )
    return _CHANNELS.get(kind, 0)


def _filters(stream: Any) -> list[str]:
    filters = stream.get("/Filter", pikepdf.Array())
    return [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]


def _spelled(value: Any) -> bytes:
    return (
        b"" if value is None else bytes(pikepdf.unparse_content_stream([([value], pikepdf.Operator("Dy"))]))
    )
