"""Everything that the copies of one circulation have in common, and the making of one copy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dyeline.carriers.notice import notice_line
from dyeline.carriers.replace import ordered_places
from dyeline.carriers.stamp import stamp_for
from dyeline.codes.codeword import CODE_VERSION, commitment
from dyeline.codes.design import site_weights, weights_sha256
from dyeline.codes.scheme import codewords_of, drawing_of
from dyeline.formats.content import Template
from dyeline.issue.drawn_pictures import DrawnPictures
from dyeline.issue.page_gate import PageGate
from dyeline.issue.picture_gate import PictureGate
from dyeline.model.sites import Site


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a marked copy is made from. Pickles, so that worker processes get it once."""

    template: Template
    kind: str
    text: str  # canonical text of the version
    sites: tuple[Site, ...]
    weights: NDArray[np.int64]
    places: tuple[tuple[int, tuple[str, ...]], ...]  # (site index, texts) in text order
    kept: tuple[str, ...]  # what stands before each place, and behind the last: no copy changes it
    secret: bytes
    scheme: str  # how codewords are made of the secret
    notice: bool
    stamp: bool
    layout: str = ""  # hash of the sites as they are on record
    pages: PageGate | None = None
    drawn: DrawnPictures | None = None
    pictures: PictureGate | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One copy to make: index in the codebook, label, name for the notice, sealed label of its recipient."""

    index: int
    label: str
    recipient: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """A finished file with what goes on record about it."""

    label: str
    data: bytes
    sha256: str
    commitment: str
    symbols: NDArray[np.uint8]
    texts: tuple[str, ...]  # as written, place by place in text order
    notice: str | None


def make_recipe(
    template: Template,
    kind: str,
    text: str,
    sites: tuple[Site, ...],
    secret: bytes,
    scheme: str,
    *,
    notice: bool,
    stamp: bool,
    layout: str = "",
    pages: PageGate | None = None,
    drawn: DrawnPictures | None = None,
    pictures: PictureGate | None = None,
) -> Recipe:
    """Return the recipe of a circulation whose template has its holes at the sites' ordered places."""
    weights = site_weights([site.variants for site in sites], secret, even=[site.on_page for site in sites])
    ordered = ordered_places(sites)
    places = tuple((index, place.texts) for index, place in ordered)
    begins = (0, *(place.end for _, place in ordered))
    ends = (*(place.start for _, place in ordered), len(text))
    kept = tuple(text[begin:end] for begin, end in zip(begins, ends, strict=True))
    return Recipe(
        template, kind, text, sites, weights, places, kept, secret, scheme, notice, stamp, layout, pages,
        drawn, pictures,
    )  # fmt: skip


def make_copy(recipe: Recipe, order: Order) -> MarkedCopy:
    """Return the marked copy of one recipient. The same recipe and order always give the same bytes."""
    symbols = codewords_of(recipe.scheme, recipe.secret, [order.index], recipe.weights)[0]
    chosen = symbols.tolist()
    texts = tuple([texts[chosen[site]] for site, texts in recipe.places])
    latin = recipe.kind == "pdf"  # its notice is set in a standard font
    notice = notice_line(order.recipient, order.label, latin=latin) if recipe.notice else None
    stamp = stamp_for(recipe.secret, order.index) if recipe.stamp else None
    variants = [chosen[site] for site, _ in recipe.places]
    data = recipe.template.render(texts, variants=variants, notice=notice, stamp=stamp)
    return MarkedCopy(
        order.label,
        data,
        hashlib.sha256(data).hexdigest(),
        commitment(recipe.secret, order.index, symbols, _statement(recipe, order)),
        symbols,
        texts,
        notice,
    )


def committed_statement(copy: str, holder: str, layout: str, weights: NDArray[np.int64], scheme: str) -> str:
    """Return what the commitment to a codeword fixes beside it: whose copy, which sites, which bias, which scheme.

    ``layout`` is the hash of the sites as they are on record. The first scheme is not named: its copies are
    committed to already, and keep their commitments.
    """
    stated = f"copy {copy}\nrecipient {holder}\nsites {layout}\nbias {weights_sha256(weights)}\n"
    drawing = drawing_of(scheme)
    return stated if drawing == CODE_VERSION else f"{stated}scheme {drawing}\n"


def _statement(recipe: Recipe, order: Order) -> str:
    return committed_statement(order.label, order.holder, recipe.layout, recipe.weights, recipe.scheme)
