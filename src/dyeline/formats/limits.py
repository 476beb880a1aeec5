"""How much of a file is read before it is refused, where no setting changes it; ``sandbox.limits`` has the others."""

from __future__ import annotations

from dyeline.errors import TooLarge

MAX_FILE_BYTES = 256 * 2**20  # any file, as it stands on disk
MAX_CHARACTERS = 20_000_000  # canonical text of one file: about 10,000 pages
MAX_MARKDOWN_CHARACTERS = 2_000_000  # of source: the parser keeps some 400 bytes of tokens for each
MAX_HTML_CHARACTERS = 10_000_000  # of source
MAX_ENTRY_BYTES = 64 * 2**20  # one XML part of a DOCX, inflated
RATIO_FROM_BYTES = 2**20  # inflated; a smaller archive may be as dense as it likes
MAX_MAIL_PARTS = 1_000
MAX_MAIL_DEPTH = 20
MAX_FRONT_MATTER = 65_536  # characters
MAX_REDUCED_PIXELS = 900_000_000  # of a JPEG file whose decoder can reduce it on the way
WORK_PIXELS = 16_000_000  # a larger picture is shrunk to this before anything looks at it
MIN_PICTURE_SIDE = 16  # pixels; nothing readable fits on less
MAX_PICTURE_PAGES = 200  # of one picture file (TIFF)
MAX_MOVING_FRAMES = 60  # of an animation, looked at
MAX_RENDERED_PAGES = 50  # of an exhibit PDF, as pictures


def check_bytes(data: bytes) -> None:
    """Raise TooLarge when a file is bigger than any format reads."""
    if len(data) > MAX_FILE_BYTES:
        raise TooLarge(
            f"The file has {len(data) / 2**20:,.0f} MB; at most {MAX_FILE_BYTES / 2**20:,.0f} MB are read.",
            fix="split it, or save it without its pictures.",
            size=len(data),
        )


def check_characters(count: int, most: int = MAX_CHARACTERS) -> None:
    """Raise TooLarge when a text is longer than any document that Dyeline handles, or than its format allows."""
    if count > most:
        raise TooLarge(
            f"The text has {count:,} characters; at most {most:,} are read.",
            fix="split it into several documents, or give the part that matters.",
            characters=count,
        )
