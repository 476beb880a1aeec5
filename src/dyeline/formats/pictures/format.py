"""A bare picture behind the format contract: an exhibit without text, never a document."""

from __future__ import annotations

from collections.abc import Sequence

from dyeline.errors import UnsupportedFormat
from dyeline.formats.content import Content, Template
from dyeline.formats.pictures.kinds import PICTURE_NAMES, picture_kind
from dyeline.model.document import Span


class PictureFile:
    """Picture files of one kind ("png"); what they show is read by ``pictures`` and ``ocr``."""

    writes = False

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def matches(self, data: bytes) -> bool:
        """Tell whether the bytes are a picture of this kind."""
        return picture_kind(data) == self.kind

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return an empty text; for a document raise UnsupportedFormat. Decodes nothing."""
        if declarations:
            raise UnsupportedFormat(
                f"The file is a {PICTURE_NAMES[self.kind]} picture, and a document is a file with text.",
                fix="put the picture into a PDF and add that; a picture alone can only be traced.",
            )
        return Content(self.kind, "", ())

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Raise UnsupportedFormat: pictures are exhibits only."""
        raise self._read_only()

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Raise UnsupportedFormat: pictures are exhibits only."""
        raise self._read_only()

    def _read_only(self) -> UnsupportedFormat:
        return UnsupportedFormat(
            f"Copies cannot be made as {PICTURE_NAMES[self.kind]} pictures; those are only traced.",
            fix="issue as PDF, which may hold pictures.",
        )
