"""The wording sites of a document as its author reviews them: numbered, in context, accepted or rejected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from dyeline.app.documents import VersionRecord, decided_sites, find_version, version_text
from dyeline.app.journal import commit_to, record
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound
from dyeline.evidence.entries import canonical_json
from dyeline.model.sites import Site
from dyeline.store.tables import SiteDecision

State = Literal["on", "pending", "rejected"]
CONTEXT_CHARACTERS = 40
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class SiteView:
    """One wording site: what its first place shows ``now``, and the ``variants`` that it may show."""

    number: int  # from 1, in text order; the same in every listing of the version
    id: str
    cls: str
    state: State
    left: str
    now: str
    variants: tuple[str, ...]
    right: str
    places: int


@dataclass(frozen=True, slots=True)
class SiteReview:
    """The wording sites of one version."""

    version: VersionRecord
    sites: tuple[SiteView, ...]

    def count(self, state: State) -> int:
        """Return how many sites are in a state."""
        return sum(site.state == state for site in self.sites)


def review_sites(
    workspace: Workspace, document: str, *, accept: Sequence[str] = (), reject: Sequence[str] = ()
) -> SiteReview:
    """Take the author's decisions, then return all wording sites of the version.

    ``accept`` and ``reject`` name sites as ``3``, ``3-7``, ``3,5`` or ``all``; all means every site
    that is still pending. All decisions are stored, or none. Circulations that exist keep the
    sites that they were issued with.
    """
    version = find_version(workspace, document)
    review = _review(workspace, version)
    accepted, rejected = _named(review, accept), _named(review, reject)
    if both := sorted(accepted & rejected):
        raise BadInput(f"Site {both[0]} is both accepted and rejected.", fix="name it once.", sites=both)
    if not accepted | rejected:
        return review
    now = datetime.now(UTC)
    rows = [
        SiteDecision(
            version=version.row,
            site_id=site.id,
            decision="accepted" if site.number in accepted else "rejected",
            decided=now,
        )
        for site in review.sites
        if site.number in accepted | rejected
    ]
    with workspace.writing():
        SiteDecision.objects.bulk_create(
            rows,
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["version", "site_id"],
            update_fields=["decision", "decided"],
        )
        _enter(workspace, version, rows)
    return _review(workspace, version)


def _enter(workspace: Workspace, version: VersionRecord, rows: Sequence[SiteDecision]) -> None:
    """Put decisions into the log: how many, and a commitment to which."""
    by_site = {row.site_id: row.decision for row in rows}
    facts = {
        "document": version.document,
        "version": version.number,
        "decisions": commit_to(workspace, canonical_json(by_site), "decisions on sites, by site"),
        "accepted": sum(decision == "accepted" for decision in by_site.values()),
        "rejected": sum(decision == "rejected" for decision in by_site.values()),
    }
    record(workspace, "sites.accepted", facts, role="issuer")


def _review(workspace: Workspace, version: VersionRecord) -> SiteReview:
    text = version_text(workspace, version)
    sites, decisions = decided_sites(workspace, version)
    wording = [site for site in sites if site.carrier.split("/")[0] == "wording"]
    views = (_view(text, number, site, decisions) for number, site in enumerate(wording, start=1))
    return SiteReview(version, tuple(views))


def _view(text: str, number: int, site: Site, decisions: dict[str, bool]) -> SiteView:
    place = site.places[0]
    decision = decisions.get(site.id)
    state: State = "on"
    if decision is None:
        state = "pending" if site.review else "on"
    elif not decision:
        state = "rejected"
    return SiteView(
        number=number,
        id=site.id,
        cls=site.cls,
        state=state,
        left=_one_line(text[max(0, place.start - CONTEXT_CHARACTERS) : place.start]),
        now=_one_line(text[place.start : place.end]),
        variants=tuple(_one_line(variant) for variant in place.texts),
        right=_one_line(text[place.end : place.end + CONTEXT_CHARACTERS]),
        places=len(site.places),
    )


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _named(review: SiteReview, names: Sequence[str]) -> set[int]:
    numbers: set[int] = set()
    for name in (part.strip() for given in names for part in given.split(",")):
        if name in ("all", "pending"):
            numbers |= {site.number for site in review.sites if site.state == "pending"}
            continue
        match = _RANGE.fullmatch(name)
        if match is None:
            raise BadInput("A site is named by its number.", fix="write 3, 3-7, 3,5 or all.", given=name)
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= len(review.sites):
            raise NotFound(
                f"There is no wording site {name}; {review.version.document} has {len(review.sites)}.",
                fix=f"run: dyeline document sites {review.version.document}, to see their numbers.",
                site=name,
                sites=len(review.sites),
            )
        numbers |= set(range(first, last + 1))
    return numbers
