"""A circulation as the log fixed it: its mark sites and their bias; and copies of it, opened."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dyeline_verify.bag import Bag
from dyeline_verify.evidence import TOTAL, SiteRow
from dyeline_verify.log import Entry
from dyeline_verify.refusal import Refused
from dyeline_verify.strict import (
    field,
    from_hex,
    hash_field,
    parse_canonical,
    parse_json,
    parse_object,
    sha256,
)

_SITES = ("sites/1", "sites/2")


@dataclass(frozen=True, slots=True)
class Circulation:
    """Sites, the weight of every symbol at each of them (in 1/256), and where the paragraphs begin."""

    label: str
    opened: Entry
    sites: tuple[SiteRow, ...]
    weights: tuple[tuple[int, ...], ...]
    blocks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One copy whose codeword is shown: a symbol for every site, and whose copy the commitment says it is."""

    copy: str
    circulation: str
    recipient: str
    index: int
    codeword: bytes
    issued: Entry


def read_circulation(bag: Bag, label: str, files: Mapping[str, Any], opened: Entry) -> Circulation:
    """Return a circulation after comparing its files with the hashes that the log fixed."""
    what = f"the entry that opened {label}"
    if field(opened.facts, "circulation", str, what) != label:
        raise Refused(f"{what} is about another circulation")
    layout, bias = bag.file(files.get("sites")), bag.file(files.get("bias"))
    if sha256(layout) != hash_field(opened.facts, "sites", what):
        raise Refused(f"the mark sites of {label} are not those that the log fixed")
    if sha256(bias) != hash_field(opened.facts, "bias", what):
        raise Refused(f"the bias of {label} is not the one that the log fixed")
    sites = _sites(layout, f"the list of mark sites of {label}")
    weights = _weights(bias, sites, label)
    blocks = parse_json(bag.file(files.get("blocks")), f"the paragraphs of {label}")
    if not isinstance(blocks, list) or any(not isinstance(one, int) or one < 0 for one in blocks):
        raise Refused(f"the paragraphs of {label} are not a list of places")
    return Circulation(label, opened, sites, weights, tuple(blocks))


def read_opening(bag: Bag, path: object, circulations: Mapping[str, Circulation], issued: Entry) -> Opened:
    """Return an opened copy after comparing it with the commitment that the log holds."""
    value = parse_canonical(bag.file(path), f"{path}")
    what = f"the opening {path}"
    names = {"circulation", "copy", "index", "salt", "statement", "symbols"}
    if set(value) != names:
        raise Refused(f"{what} does not have the fields of an opening")
    copy, label = field(value, "copy", str, what), field(value, "circulation", str, what)
    circulation = circulations.get(label)
    if circulation is None:
        raise Refused(f"{what} is about a circulation that the bundle does not enclose")
    index, statement = field(value, "index", int, what), field(value, "statement", str, what)
    salt = from_hex(value["salt"], "a salt", size=32)
    codeword = from_hex(value["symbols"], "a codeword", size=len(circulation.sites))
    if not 0 <= index < 2**63:
        raise Refused(f"{what} has an index that none is")
    if (issued.facts.get("copy"), issued.facts.get("circulation")) != (copy, label):
        raise Refused(f"entry {issued.number} of the log is not about {copy} of {label}")
    if commitment(salt, index, codeword, statement) != hash_field(issued.facts, "commitment", what):
        raise Refused(
            f"the codeword shown for {copy} is not the one that was committed to when it was issued"
        )
    lines = _stated(statement, what)
    facts = circulation.opened.facts
    if (lines.get("copy"), lines.get("sites"), lines.get("bias")) != (copy, facts["sites"], facts["bias"]):
        raise Refused(f"the commitment to {copy} is about another copy, other sites or another bias")
    if any(
        symbol >= site.variants or not weight[symbol]
        for symbol, site, weight in zip(codeword, circulation.sites, circulation.weights, strict=True)
    ):
        raise Refused(f"the codeword of {copy} holds a symbol that its site does not have")
    return Opened(copy, label, lines.get("recipient", ""), index, codeword, issued)


def commitment(salt: bytes, index: int, codeword: bytes, statement: str) -> str:
    """Return the commitment that salt, index, codeword and statement open, 64 hex characters."""
    body = salt + index.to_bytes(8, "big") + len(codeword).to_bytes(8, "big") + codeword + statement.encode()
    return sha256(b"dyeline commitment 2" + body)


def _stated(statement: str, what: str) -> dict[str, str]:
    lines: dict[str, str] = {}
    for line in statement.removesuffix("\n").split("\n"):
        name, _, value = line.partition(" ")
        if name in lines:
            raise Refused(f"{what} states something twice")
        lines[name] = value
    if (
        not {"copy", "recipient", "sites", "bias"}
        <= set(lines)
        <= {"copy", "recipient", "sites", "bias", "scheme"}
    ):
        raise Refused(f"{what} states other things than a commitment does")
    return lines


def _sites(data: bytes, what: str) -> tuple[SiteRow, ...]:
    columns = parse_object(data, what)
    if columns.get("version") not in _SITES:
        raise Refused(f"{what} is of a version that this program does not know")
    try:
        counts, firsts, at = columns["places"], [], 0
        for count in counts:
            firsts.append(at)
            at += count
        texts, styles = columns["texts"], columns["styles"]
        rows = [
            SiteRow(
                columns["carriers"][carrier],
                columns["classes"][cls],
                len(texts[columns["text"][first]]),
                tuple(styles[style]),
                columns["start"][first],
            )
            for carrier, cls, style, first in zip(
                columns["carrier"], columns["class"], columns["style"], firsts, strict=True
            )
        ]
    except (KeyError, IndexError, TypeError, ValueError):
        raise Refused(f"{what} does not have the columns it should") from None
    if any(not isinstance(row.start, int) or not 2 <= row.variants <= 64 for row in rows):
        raise Refused(f"{what} has a site that none is")
    return tuple(rows)


def _weights(data: bytes, sites: Sequence[SiteRow], label: str) -> tuple[tuple[int, ...], ...]:
    width = len(data) // 8 // max(1, len(sites))
    if not sites or width < 2 or len(data) != 8 * width * len(sites):
        raise Refused(f"the bias of {label} does not fit its sites")
    values = struct.unpack(f"<{len(data) // 8}q", data)
    rows = [values[k * width : (k + 1) * width] for k in range(len(sites))]
    for site, row in zip(sites, rows, strict=True):
        if sum(row) != TOTAL or min(row) < 0 or site.variants > width or any(row[site.variants :]):
            raise Refused(f"the bias of {label} has a row that is no bias")
    return tuple(rows)
