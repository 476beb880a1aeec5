"""What an issuer is told about pictures of a PDF that carry no marks, and how they could."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from dyeline.app.documents import VersionRecord
from dyeline.app.workspace import Workspace
from dyeline.errors import TooLarge, UnreadableFile
from dyeline.formats.limited import document_within_limits
from dyeline.formats.picturemarks.marks import image_block
from dyeline.model.sites import Site

LARGE_SHARE: Final = 0.2
"""Share of a page that a picture takes, for it to be missed when it carries no marks: smaller ones are logos."""

_WHY: Final = {
    "small": "fewer than 128 pixels on a side",
    "large": "more than 16 million pixels, or 40 million in black and white (scan or save it with 300 dpi)",
    "colours": "colours other than grey and RGB, such as CMYK (save it as RGB)",
    "bits": "2, 4 or 16 bits a colour (save it with 8)",
    "transparent": "colours that are transparent (save it without)",
    "packing": "a packing that is not followed (save it as JPEG or PNG)",
    "damaged": "damage (scan or save it anew)",
    "plain": "too little in it for marks that nobody sees",
}


def unmarked_pictures(workspace: Workspace, version: VersionRecord, sites: Sequence[Site]) -> list[str]:
    """Return a sentence where large pictures of a PDF carry no marks; where nothing does, where any does not."""
    if version.kind != "pdf":
        return []
    from dyeline.formats.pdf.pictures import why_unmarked

    blocks = (image_block(site.places[0].mark) for site in sites)
    marked = frozenset(block[0] for block in blocks if block is not None)
    data = workspace.blobs.get(version.row.source_sha256)
    found: dict[str, int] = {}
    with suppress(TooLarge, UnreadableFile):
        work = partial(why_unmarked, data, marked, LARGE_SHARE if sites else 0.0)
        found = document_within_limits(work, size=len(data))
    if not found:
        return []
    count = sum(found.values())
    if count == 1:
        return [f"A picture on its pages carries no marks, because of {_WHY[next(iter(found))]}."]
    reasons = "; ".join(f"{number} because of {_WHY[why]}" for why, number in sorted(found.items()))
    return [f"{count} pictures on its pages carry no marks: {reasons}."]
