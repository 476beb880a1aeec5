"""Sentences for the reader of a finding: what else could explain it, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dyeline.model.finding import Outcome
from dyeline.model.readings import Readings
from dyeline.trace.shelf import ShelvedCirculation, ShelvedVersion

LIKE_ORIGINAL_SITES = 8
"""So many wording sites, nearly all as in the unmarked original, are worth telling."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the advice depends on."""

    outcome: Outcome
    bound: float
    leads: tuple[str, ...]
    registered: int
    restricted: str | None = None
    exhibit_words: int = 0
    documents: tuple[str, ...] = ()
    version: ShelvedVersion | None = None
    circulation: ShelvedCirculation | None = None
    readings: Readings | None = None
    copies_scored: int = 0
    named: tuple[str, ...] = ()
    named_documents: int = 1  # that the named copies are copies of
    pictures: int = 0
    pages_seen: int = 0
    bare_pages: tuple[
        int, ...
    ] = ()  # of these, by number from 1, those on which no word or picture is marked
    by_looks: bool = False
    notices: tuple[str, ...] = ()


def advise(situation: Situation) -> tuple[str, ...]:
    """Return the advice, most important first."""
    lines: list[str] = []
    if situation.outcome == "attributed":
        lines.append(
            "This speaks of a copy, not of a person: a copy can be forwarded, stolen, or photographed "
            "over a shoulder, and accounts are shared."
        )
        if len(situation.named) > 1:
            why = (
                "the exhibit holds passages of different documents, or one person holds several copies"
                if situation.named_documents > 1
                else "passages of several copies were combined, or one person holds several"
            )
            lines.append(
                f"{len(situation.named)} copies took part, each for itself at this bound: {why}. The posterior "
                "supposes a single source, so it is shared among them."
            )
    elif situation.outcome == "narrowed":
        lines.append(
            "Some listed copy is the source at this bound, but which of the set cannot be told; "
            "a longer or cleaner piece of the same leak would tell."
        )
    elif situation.outcome == "insufficient":
        lines += _insufficient(situation)
    elif situation.outcome == "no_readable_mark":
        lines += _no_mark(situation)
    else:
        lines += _not_ours(situation)
    lines += _stripped(situation)
    lines += _pictures(situation)
    if situation.restricted is not None and situation.outcome != "not_ours":
        lines.append(
            f"Only {situation.restricted} was compared. Examining the same exhibit against one document after "
            "the other spends the bound each time; without --document it is spent once."
        )
    if len(situation.documents) > 1:
        lines.append(
            f"The exhibit holds passages of {len(situation.documents)} registered documents "
            f"({', '.join(situation.documents)}); copies of all of them were scored and count in the bound."
        )
    if situation.leads:
        lines.append(
            f"A stamp or notice line in the exhibit names {', '.join(situation.leads)}. That is a lead only: "
            "whoever can read it can also copy it into another file, so it did not count."
        )
    return tuple(lines)


def _insufficient(situation: Situation) -> list[str]:
    read = int(situation.readings.read.sum()) if situation.readings else 0
    lines = [
        f"{read} sites were read; that does not single out a copy among {situation.copies_scored} at a "
        f"bound of {situation.bound:g}. A longer piece, a second exhibit or the file itself may."
    ]
    same = _like_original(situation)
    if same:
        lines.append(
            f"The wording equals the unmarked original at {same[0]} of {same[1]} sites: the exhibit may come "
            "from the original or from a copy that was issued without these marks."
        )
    return lines


def _no_mark(situation: Situation) -> list[str]:
    withheld = situation.version.withheld if situation.version is not None else ()
    if not situation.copies_scored and withheld:
        return [
            "The passage stands in a registered document, but none of its copies was compared: the secrets of "
            f"{', '.join(withheld)} are not at hand."
        ]
    if not situation.copies_scored:
        return ["The passage stands in a registered document of which no copy was issued here."]
    if situation.by_looks:
        return [
            "The picture stands in a registered document, but no mark in it could be read: it is too small or "
            "too poor, was changed, cannot carry marks, or comes from the unmarked original."
        ]
    if situation.bare_pages and len(situation.bare_pages) == situation.pages_seen:
        return [
            f"Page {', '.join(map(str, situation.bare_pages))} of the document is in the picture, but its copies carry "
            "no mark there that a picture shows: no picture of it can be traced. A text copied out of the file may."
        ]
    return [
        "The passage stands in a registered document, but nothing at its mark sites could be read: it is too "
        "short, was rewritten, is shown too small, or comes from the unmarked original."
    ]


def _not_ours(situation: Situation) -> list[str]:
    if not situation.registered:
        return ["No document is registered in this workspace yet."]
    if situation.restricted is not None:
        return [
            f"No passage of {situation.restricted} was found in the exhibit; no other document was compared."
        ]
    if situation.pictures and not situation.exhibit_words:
        return ["No text could be read in the exhibit, and no page of a registered document was recognised."]
    few = " Pieces of fewer than about eight words cannot be found." if situation.exhibit_words < 8 else ""
    return [f"No passage of the {situation.registered} registered versions was found in the exhibit.{few}"]


def _pictures(situation: Situation) -> list[str]:
    """Tell what the pictures of an exhibit gave, and what was left out of it."""
    lines = list(situation.notices)
    if not situation.pictures or situation.outcome == "not_ours":
        return lines
    moved = situation.circulation is not None and any(site.on_page for site in situation.circulation.sites)
    if situation.by_looks and not situation.pages_seen:
        lines.append(
            "A picture of the document was recognised by itself, without the page around it: only marks inside "
            "the picture could be read. The whole page would show more."
        )
    elif moved and not situation.pages_seen:
        lines.append(
            "The text in the picture stands in the document, but no page of its copies could be laid over it: "
            "another layout, a retyped text, or too poor a picture. Marks in the layout were not read."
        )
    return lines


def _stripped(situation: Situation) -> list[str]:
    """Tell when text stands there word for word but without its invisible characters."""
    if situation.circulation is None or situation.readings is None:
        return []
    if situation.pictures:  # a picture never shows them
        return []
    read = situation.readings.read
    invisible = np.array([site.invisible for site in situation.circulation.sites])
    if invisible.sum() >= 20 and not read[invisible].any():
        rest = (
            "Only wording and declared variants were read." if read.any() else "Nothing else was read either."
        )
        return [
            "No invisible character came through: the text was retyped, read from a picture, cleaned, passed "
            f"through a program that drops them, or never carried any. {rest}"
        ]
    return []


def _like_original(situation: Situation) -> tuple[int, int] | None:
    if situation.circulation is None or situation.readings is None:
        return None
    read = situation.readings.read
    sites = situation.circulation.sites
    rows = [row for row, site in enumerate(sites) if read[row] and not site.invisible]
    same = sum(1 for row in rows if int(situation.readings.loglik[row].argmax()) == 0)
    if len(rows) >= LIKE_ORIGINAL_SITES and same >= 0.95 * len(rows):
        return same, len(rows)
    return None
