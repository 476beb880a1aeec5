"""Documents and an aligner for carrier tests that do not depend on file formats or on the search."""

from __future__ import annotations

import re

import edlib
import numpy as np

from dyeline.model.alignment import Alignment, Passage
from dyeline.model.document import Block, DeclaredPlace, Document, Style
from dyeline.text.declared import find_constructs, shown
from dyeline.text.fold import fold


def document_from(source: str, *constraints: str, style: Style = "informal") -> Document:
    """Return a document from plain text with declarations; every line is a paragraph."""
    constructs = find_constructs(source)
    texts = shown([construct.construct for construct in constructs])
    pieces: list[str] = []
    declared: list[DeclaredPlace] = []
    done = length = 0
    for construct, text in zip(constructs, texts, strict=True):
        between = source[done : construct.start]
        start = length + len(between)
        declared.append(DeclaredPlace(start, start + len(text), construct.construct, construct.line))
        pieces += (between, text)
        length, done = start + len(text), construct.end
    whole = "".join([*pieces, source[done:]])
    blocks: list[Block] = []
    at = 0
    for line in whole.split("\n"):
        if line:
            blocks.append(Block(at, at + len(line), "paragraph"))
        at += len(line) + 1
    return Document(
        whole, tuple(blocks), style=style, declared=tuple(declared), constraints=tuple(constraints)
    )


def align_within(exhibit: str, document: str) -> Alignment:
    """Return the best alignment of the whole exhibit to one stretch of the document (edlib, infix)."""
    there, here = fold(document), fold(exhibit)
    seat = np.full(len(there.text), -1, dtype=np.int64)
    exact = np.zeros(len(there.text), dtype=np.bool_)
    if not here.text:
        return Alignment(there, here, (), seat, exact, 0.0)
    found = edlib.align(here.text, there.text, mode="HW", task="path")
    at, k = 0, found["locations"][0][0]
    first = k
    for count, move in re.findall(r"(\d+)([=XID])", found["cigar"]):
        for _ in range(int(count)):
            if move in "=X":
                seat[k], exact[k] = at, move == "="
            at += move != "D"
            k += move != "I"
    distance = found["editDistance"]
    passage = Passage(0, len(here.text), first, k, distance)
    return Alignment(there, here, (passage,), seat, exact, distance / len(here.text))
