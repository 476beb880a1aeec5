"""The release gate: a copy is read again, as a stranger would get it, before it may leave.

Each copy is re-read (a) as the file, (b) as the text pasted out of it, (c) as that text after NFKC
and white-space collapse. The file's text must be the text that was written, character by character,
and both pasted texts must still hold every invisible mark at its word and every chosen wording. Pages with
moved words or marked pictures are drawn, and each mark is found there (``issue.page_gate``,
``issue.drawn_pictures``); pictures that pages do not show whole are compared as stored (``issue.picture_gate``).
``read_back`` and ``read_picture_back`` read a copy as a trace does (alignment, registration, carriers), which
costs a hundred times as much, and are used on a spread sample.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from dyeline.carriers.character import FORMAT_FAMILY, MARK_FAMILY
from dyeline.carriers.contract import Carrier
from dyeline.errors import GateFailed
from dyeline.formats.registry import read_file
from dyeline.issue.drawn_pictures import read_drawn
from dyeline.issue.page_gate import check_pages
from dyeline.issue.picture_gate import check_pictures, read_stored
from dyeline.issue.recipe import MarkedCopy, Recipe
from dyeline.model.alignment import Alignment, Folded
from dyeline.text.fold import fold

_MARKS = tuple(map(ord, FORMAT_FAMILY + MARK_FAMILY))
_WHITE = [code for code in range(0x3001) if chr(code).isspace()]
_FIX = "report the document's kind; issue in another format (--format txt) or with fewer carriers meanwhile"

Align = Callable[[Folded, Folded], Alignment]


def expected_text(recipe: Recipe, copy: MarkedCopy) -> str:
    """Return the text that the copy was written to have, without its notice."""
    pieces = [""] * (2 * len(copy.texts) + 1)
    pieces[0::2] = recipe.kept
    pieces[1::2] = copy.texts
    return "".join(pieces)


def check_copy(recipe: Recipe, copy: MarkedCopy) -> None:
    """Raise GateFailed unless the copy holds, as file and as pasted text, what was written into it."""
    found = read_file(copy.data, declarations=False, hint_suffix=f".{recipe.kind}").text
    wanted = expected_text(recipe, copy)
    if copy.notice is not None:
        wanted = f"{wanted}\n{copy.notice}"
    exact = found == wanted
    if not exact and _collapsed(found) != _collapsed(wanted):
        raise GateFailed(f"Copy {copy.label} does not hold the text that was written into it.", fix=_FIX)
    marks = _mark_sequence(wanted)
    if not exact and _mark_sequence(found) != marks:
        raise GateFailed(f"Copy {copy.label} loses marks as pasted text.", fix=_FIX)
    if _mark_sequence(_normalised(found)) != marks:
        raise GateFailed(f"Copy {copy.label} loses marks as normalised text.", fix=_FIX)
    check_pages(recipe.pages, recipe.drawn, copy.data, copy.symbols, copy.label)
    if recipe.pictures is not None:
        check_pictures(recipe.pictures, copy.data, copy.symbols, copy.label)


def _normalised(text: str) -> str:
    return _collapsed(unicodedata.normalize("NFKC", text))


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _mark_sequence(text: str) -> bytes:
    """Return every mark with the side of the space it stands on: what reading the characters rests on."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    marked = np.zeros(codes.size, dtype=np.bool_)
    for mark in _MARKS:
        marked |= codes == mark
    at = np.flatnonzero(marked)
    # any white space: a letter's own joiner at the end of a line stands before a space once lines are joined
    behind = np.isin(codes[np.minimum(at + 1, codes.size - 1)], _WHITE)
    return (2 * codes[at] + behind).tobytes()


def read_picture_back(recipe: Recipe, copy: MarkedCopy, turn: int) -> None:
    """Raise GateFailed unless a picture of the copy is read as a trace reads it; which one goes with ``turn``."""
    if recipe.drawn is not None and recipe.drawn.shown:
        read_drawn(recipe.drawn, copy.data, copy.symbols, copy.label, turn)
    elif recipe.pictures is not None:
        read_stored(recipe.pictures, copy.data, copy.symbols, copy.label)


def read_back(recipe: Recipe, copy: MarkedCopy, carriers: Mapping[str, Carrier], align: Align) -> None:
    """Raise GateFailed unless a trace of the pasted and of the normalised text reads the codeword back.

    No site may read as another symbol than the one written, and all but 5 % must read.
    """
    document = fold(recipe.text)
    found = read_file(copy.data, declarations=False, hint_suffix=f".{recipe.kind}").text
    seen: Alignment | None = None
    for name, pasted in (("pasted text", found), ("normalised text", _normalised(found))):
        exhibit = fold(pasted)
        if seen is not None and seen.exhibit.text == exhibit.text:
            seen = replace(seen, exhibit=exhibit)  # an alignment is one of folded texts
        else:
            seen = align(exhibit, document)
        read = wrong = 0
        in_text = [row for row, site in enumerate(recipe.sites) if not site.on_page]
        for carrier_name in {recipe.sites[row].carrier for row in in_text}:
            rows = [row for row in in_text if recipe.sites[row].carrier == carrier_name]
            loglik = carriers[carrier_name].read(seen, [recipe.sites[row] for row in rows])
            informative = np.ptp(loglik, axis=1) > 0
            read += int(informative.sum())
            wrong += int((loglik.argmax(axis=1) != copy.symbols[rows])[informative].sum())
        if wrong or read < 0.95 * len(in_text):
            raise GateFailed(
                f"Copy {copy.label} reads back {read} of {len(in_text)} sites, {wrong} of them wrong, "
                f"as {name}.",
                fix=_FIX,
            )
