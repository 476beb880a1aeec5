"""What is done with every file: each function returns a word or two, raises DyelineError, or has a fault."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dyeline.app.exhibits import ExhibitFile, take_in
from dyeline.app.making import from_file
from dyeline.carriers.registry import built_in_carriers
from dyeline.codes.scheme import NEW_SCHEME
from dyeline.formats.content import Content
from dyeline.formats.limits import WORK_PIXELS
from dyeline.formats.pictures.intake import pictures_of
from dyeline.formats.pictures.pdf import pdf_pictures
from dyeline.formats.registry import by_kind, read_file
from dyeline.issue.gate import check_copy
from dyeline.issue.plan import plan_sites
from dyeline.issue.recipe import Order, make_copy, make_recipe
from dyeline.model.document import Document

_SECRET = bytes(range(32))
_PAGES = 5  # of a PDF, drawn


class WrongPicture(Exception):
    """A picture is not what the contract says: RGB, 8 bits, of a size to work with."""


def as_exhibit(data: bytes, suffix: str) -> str:
    """Take a file in as an exhibit, its pages drawn, as a trace does."""
    taken = take_in([ExhibitFile(data, suffix)], look=True).exhibit
    text = "text" if taken.own_text.strip() else "no text"
    return f"{taken.facts.kind}, {text}, {'pictures' if taken.pictures else 'no pictures'}"


def as_document(data: bytes, suffix: str) -> str:
    """Read a file as a document and plan its mark sites; make two copies of it and pass them through the gate."""
    content = read_file(data, declarations=True, hint_suffix=suffix)
    sites = tuple(plan_sites(_view(content), built_in_carriers(parser=False)))
    if not by_kind(content.kind).writes:
        return f"{content.kind}, not written"
    if not sites:
        return f"{content.kind}, no sites"
    made = from_file(
        content.kind, data, content, sites, None, scanned=content.kind == "pdf" and not content.text
    )
    recipe = make_recipe(
        made.template, content.kind, made.text, made.sites, _SECRET, NEW_SCHEME, notice=True, stamp=True,
        pages=made.pages.gate(sites) if made.pages is not None else None, drawn=made.drawn, pictures=made.pictures,
    )  # fmt: skip
    for index in range(2):
        check_copy(recipe, make_copy(recipe, Order(index, f"C-000{index}", "Reader R")))
    return f"{content.kind}, copies"


def as_pictures(data: bytes, suffix: str) -> str:
    """Take in the pictures of a file, or the first pages of a PDF, as a trace of a picture does."""
    pdf = by_kind("pdf").matches(data)
    taken = pdf_pictures(data, most_pages=_PAGES) if pdf else pictures_of(data)
    count = 0
    for picture in taken:
        height, width, colours = picture.pixels.shape
        if picture.pixels.dtype != np.uint8 or colours != 3 or height * width > 1.01 * WORK_PIXELS:
            raise WrongPicture(f"{picture.pixels.dtype} {picture.pixels.shape}")
        count += 1
    return f"{count} pictures" if count != 1 else "1 picture"


OPERATIONS: dict[str, Callable[[bytes, str], str]] = {
    "exhibit": as_exhibit,
    "document": as_document,
    "pictures": as_pictures,
}


def _view(content: Content) -> Document:
    return Document(
        content.text,
        content.blocks,
        content.frozen,
        content.seams,
        english=False,
        declared=content.declared,
        constraints=content.constraints,
        insertions=content.insertions,
        shifts=content.shifts,
        pictures=content.pictures,
    )
