"""Which parts of a picture its page hides: letters and lines drawn over it, other pictures, clipping, soft masks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from itertools import compress
from typing import Any

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray

from dyeline.errors import UnreadableFile
from dyeline.formats.pdf.frame import page_frame
from dyeline.formats.pdf.pages import FAULTS, pdf_opened
from dyeline.formats.pdf.pixels import picture_key
from dyeline.formats.pdf.placing import placed_pictures
from dyeline.formats.pdf.reading import opened
from dyeline.formats.pdf.rendering import viewed_pages
from dyeline.model.document import PictureArea

_ENGINE = "pdfium-grey"
_LEAST_SHARE = 0.9  # of what a picture changes where nothing hides it
_OWN_ENTRIES = ("/Decode", "/DecodeParms", "/Filter", "/ImageMask", "/Alternates", "/Intent")


def hidden_part(data: bytes, uses: Sequence[PictureArea], px_per_pt: float) -> NDArray[np.bool_]:
    """Return which pixels of a page hide the picture that its ``uses`` show, all of one picture and page.

    The page is drawn twice, with the picture all black and all white: what does not change shows something else.
    The pixels are rounded up to cover the page. Nothing outside of the uses is hidden. Cost: some 0.1 s. Raises
    UnreadableFile and TooLarge.
    """
    number, key = uses[0].page, uses[0].key
    with opened(data) as document:
        frame = page_frame(document[number])
    size = math.ceil(frame.width * px_per_pt), math.ceil(frame.height * px_per_pt)
    try:
        shades = [_page_with(data, number, key, level) for level in (0, 255)]
    except FAULTS as fault:
        raise UnreadableFile("A page of the PDF cannot be drawn without its pictures.") from fault
    black, white = (next(viewed_pages(file, {0: size}, _ENGINE))[1].astype(np.int16) for file in shades)
    inside = np.zeros(black.shape, np.uint8)
    for use in uses:
        cv2.fillConvexPoly(inside, np.rint(np.array(use.outline) * px_per_pt - 0.5).astype(np.int32), 1)
    within = cv2.erode(inside, np.ones((3, 3), np.uint8)) > 0  # the border may be drawn over half a pixel
    return np.asarray(within & (white - black < _LEAST_SHARE * 255))


def _page_with(data: bytes, number: int, key: str, level: int) -> bytes:
    """Return a file of one page, on which a picture is of one grey level."""
    with pdf_opened(data) as pdf, pikepdf.new() as single:
        own = [picture_key(placed.stream) == key for placed in placed_pictures(pdf.pages[number])]
        single.pages.append(pdf.pages[number])
        for placed in compress(placed_pictures(single.pages[0]), own):  # keys may be others in another file
            _painted(placed.stream, level)
        file = BytesIO()
        single.save(file, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return file.getvalue()


def _painted(stream: Any, level: int) -> None:
    for entry in _OWN_ENTRIES:
        if entry in stream:
            del stream[entry]
    if isinstance(stream.get("/Mask"), pikepdf.Array):  # of colours, not a picture
        del stream["/Mask"]
    stream.Width = stream.Height = 1
    stream.BitsPerComponent = 8
    stream.ColorSpace = pikepdf.Name.DeviceGray
    stream.write(bytes([level]))
