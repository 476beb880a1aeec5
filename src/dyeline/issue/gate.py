"""The release gate: a copy is read again, as a stranger would get it, before it may leave.

Each copy is re-read (a) as the file, (b) as the text pasted out of it, (c) as that text after NFKC
and white-space collapse. The file's text must be the text that was written, character by character,
and both pasted texts must still hold every invisible mark at its word and every chosen wording.
``read_back`` runs the whole chain of a trace on a copy as well (alignment and carriers) and is used
on a spread sample, because it costs a hundred times as much.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

import numpy as np

from dyeline.carriers.character import FORMAT_FAMILY, MARK_FAMILY
from dyeline.carriers.contract import Carrier
from dyeline.errors import GateFailed
from dyeline.formats.registry import read_file
from dyeline.issue.recipe import MarkedCopy, Recipe
from dyeline.model.alignment import Alignment, Folded
from dyeline.text.fold import fold

_MARKS = "".join(FORMAT_FAMILY + MARK_FAMILY)
_FIX = "report the document's kind; issue in another format (--format txt) or with fewer carriers meanwhile"

Align = Callable[[Folded, Folded], Alignment]


def expected_text(recipe: Recipe, copy: MarkedCopy) -> str:
    """Return the text that the copy was written to have, without its notice."""
    pieces: list[str] = []
    done = 0
    spans = sorted((place.start, place.end) for site in recipe.sites for place in site.places)
    for (start, end), text in zip(spans, copy.texts, strict=True):
        pieces += (recipe.text[done:start], text)
        done = end
    pieces.append(recipe.text[done:])
    return "".join(pieces)


def check_copy(recipe: Recipe, copy: MarkedCopy) -> None:
    """Raise GateFailed unless the copy holds, as file and as pasted text, what was written into it."""
    found = read_file(copy.data, declarations=False, hint_suffix=f".{recipe.kind}").text
    wanted = expected_text(recipe, copy)
    if copy.notice is not None:
        wanted = f"{wanted}\n{copy.notice}"
    if _collapsed(found) != _collapsed(wanted):
        raise GateFailed(f"Copy {copy.label} does not hold the text that was written into it.", fix=_FIX)
    for name, pasted in (
        ("pasted text", found),
        ("normalised text", _collapsed(unicodedata.normalize("NFKC", found))),
    ):
        if _mark_sequence(pasted) != _mark_sequence(wanted):
            raise GateFailed(f"Copy {copy.label} loses marks as {name}.", fix=_FIX)


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _mark_sequence(text: str) -> str:
    """Return every mark with the side of the space it stands on: what reading the characters rests on."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    marks = np.isin(codes, [ord(c) for c in _MARKS])
    at = np.flatnonzero(marks)
    behind = codes[np.minimum(at + 1, codes.size - 1)] == 32
    return "".join(map(chr, codes[at].tolist())) + str(behind.tobytes().hex())


def read_back(recipe: Recipe, copy: MarkedCopy, carriers: Mapping[str, Carrier], align: Align) -> None:
    """Raise GateFailed unless a trace of the pasted and of the normalised text reads the codeword back.

    No site may read as another symbol than the one written, and all but 5 % must read.
    """
    document = fold(recipe.text)
    found = read_file(copy.data, declarations=False, hint_suffix=f".{recipe.kind}").text
    for name, pasted in (
        ("pasted text", found),
        ("normalised text", _collapsed(unicodedata.normalize("NFKC", found))),
    ):
        seen = align(fold(pasted), document)
        read = wrong = 0
        for carrier_name in {site.carrier for site in recipe.sites}:
            rows = [row for row, site in enumerate(recipe.sites) if site.carrier == carrier_name]
            loglik = carriers[carrier_name].read(seen, [recipe.sites[row] for row in rows])
            informative = np.ptp(loglik, axis=1) > 0
            read += int(informative.sum())
            wrong += int((loglik.argmax(axis=1) != copy.symbols[rows])[informative].sum())
        if wrong or read < 0.95 * len(recipe.sites):
            raise GateFailed(
                f"Copy {copy.label} reads back {read} of {len(recipe.sites)} sites, {wrong} of them wrong, "
                f"as {name}.",
                fix=_FIX,
            )
