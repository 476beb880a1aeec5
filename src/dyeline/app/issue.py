"""Issue: one individually marked copy for every recipient, all of them or none."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dyeline.app.circulations import (
    PlannedCopy,
    all_copies,
    commitment_to_all,
    copies_held,
    find_circulation,
    frozen_sites,
    open_circulation,
    plan_copies,
    secret_of,
)
from dyeline.app.copymaking import MadeCopy, default_processes, jobs_for, make_all
from dyeline.app.documents import VersionRecord, find_version
from dyeline.app.forecast_pictures import picture_forecast
from dyeline.app.issue_entries import IssueEntries, record_opened, record_released
from dyeline.app.issue_warnings import second_copies, unplaced_variants, unshown_pictures, weak_copies
from dyeline.app.out_folder import (
    aside,
    is_there,
    make_folder,
    move_released,
    refuse_foreign,
    write_manifest,
)
from dyeline.app.recipient_rows import RecipientRecord
from dyeline.app.recipients import select_recipients
from dyeline.app.renditions import (
    is_rendered,
    making_of,
    pictures_missing,
    record_pages,
    sites_for,
    worded_sites,
)
from dyeline.app.roles import require_role
from dyeline.app.unmarked_pictures import unmarked_pictures
from dyeline.app.workspace import Workspace
from dyeline.carriers.layout.carrier import moved_by
from dyeline.codes.design import weights_sha256
from dyeline.errors import BadInput, NamesSealed, TooFewSites, UnsupportedFormat
from dyeline.formats.picturemarks.marks import image_block
from dyeline.formats.registry import by_kind
from dyeline.issue.recipe import Order, Recipe, make_recipe
from dyeline.model.sites import Site
from dyeline.store.files import storage_faults
from dyeline.text.words import count_words

if TYPE_CHECKING:
    from dyeline.store.models import Circulation

CARRIERS = ("declared", "wording", "character", "textlayer", "layout", "image", "stamp", "notice")
"""Carriers that a circulation may use, by the names that ``--carriers`` takes; a switch decides on the notice."""


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What an issue run did. ``bits`` is what the sites can tell apart, log2 of codewords."""

    document: str
    version: int
    circulation: str
    new_circulation: bool
    copies: int
    written: int
    kept: int
    folder: str
    manifest: str
    kind: str
    sites: dict[str, int]
    bits: float
    notice: bool
    gate_s: float  # that reading a copy again took on average; nought when none was made
    commitment: str  # to all codewords of the circulation
    log: IssueEntries
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be issued: a version as a kind of file, with these marks, to these recipients."""

    version: VersionRecord
    kind: str
    recipients: tuple[RecipientRecord, ...]
    carriers: tuple[str, ...]
    notice: bool
    sites: tuple[Site, ...]
    bits: float
    warnings: tuple[str, ...]


def issue(
    workspace: Workspace,
    document: str,
    to: str,
    folder: Path,
    *,
    kind: str | None = None,
    carriers: Sequence[str] | None = None,
    notice: bool | None = None,
    shift_pt: float | None = None,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> IssueReport:
    """Make, check and release the marked copies of a document for the chosen recipients.

    A repeated run continues the same circulation: files that are there stay, missing ones are made
    again with the same codewords, new recipients are added. Nothing appears in ``folder`` before
    every copy of the run has passed the gate.

    Args:
        document: label or title of a document, its newest version unless written ``D-001/2``.
        to: a table of people, ``group:NAME`` or ``all``.
        kind: format of the copies; the document's own by default.
        notice: whether a visible line names the recipient; as the workspace's settings say by default.
        carriers: names out of ``CARRIERS``; all by default.
        shift_pt: how far words are moved on pages, 0.1 to 0.5; as planned (0.2) by default.
        processes: worker processes; as many as there are processors by default.
        progress: called with copies done and copies in all.
    """
    wanted = _checked_carriers(carriers)
    shown = workspace.settings.issue_notice if notice is None else notice
    require_role(workspace, "issuer")
    with workspace.issuing():
        plan = _planned(workspace, document, to, kind, wanted, shown, shift_pt)
        make_folder(folder)
        circulation, new = _circulation(workspace, plan, folder)
        copies = plan_copies(workspace, circulation, plan.recipients, by_kind(plan.kind).kind)
        held = copies_held(workspace, plan.version.row, plan.recipients, other_than=circulation)
        refuse_foreign(folder, all_copies(workspace, circulation), plan.kind)
        recipe = _recipe(
            workspace, plan.version, circulation, frozen_sites(workspace, circulation), plan.kind
        )
        record_opened(workspace, circulation, weights_sha256(recipe.weights))
        missing = [copy for copy in copies if not is_there(folder, copy, plan.kind)]
        with _made_aside(workspace, recipe, missing, folder, processes, progress) as made:
            entries = record_released(workspace, circulation, made)  # no copy leaves that is not on record
            move_released(made, folder, plan.kind)
        manifest = write_manifest(folder, all_copies(workspace, circulation, plan.recipients), plan.kind)
    return IssueReport(
        document=plan.version.document,
        version=plan.version.number,
        circulation=circulation.label,
        new_circulation=new,
        copies=len(copies),
        written=len(made),
        kept=len(copies) - len(made),
        folder=str(folder),
        manifest=str(manifest),
        kind=plan.kind,
        sites=_count(plan.sites),
        bits=round(plan.bits, 1),
        notice=shown,
        gate_s=round(sum(copy.gate_s for copy in made) / max(1, len(made)), 4),
        commitment=commitment_to_all(workspace, circulation),
        log=entries,
        warnings=(*plan.warnings, *second_copies(held)),
    )


def _planned(
    workspace: Workspace,
    document: str,
    to: str,
    kind: str | None,
    carriers: tuple[str, ...],
    notice: bool,
    shift_pt: float | None,
) -> _Plan:
    """Return what is to be issued to whom. Raises before anything is on record."""
    version = find_version(workspace, document)
    target = _target_kind(version, kind)
    recipients = select_recipients(workspace, to)
    _refuse_nameless(recipients, notice)
    sites = moved_by(sites_for(workspace, version, target, carriers), shift_pt)
    pictures = unmarked_pictures(workspace, version, sites) if "image" in carriers else []
    bits = _check_capacity(sites, len(recipients), version, pictures)
    warnings = (
        *weak_copies(bits, len(recipients), sites),
        *unplaced_variants(_left_out(workspace, version, target, carriers, sites)),
        *unshown_pictures(pictures_missing(workspace, version, target)),
        *(pictures if target == "pdf" else ()),
        *(picture_forecast(workspace, version, sites).advice() if _mostly_pictures(sites) else ()),
    )
    return _Plan(version, target, tuple(recipients), carriers, notice, tuple(sites), bits, warnings)


def _circulation(workspace: Workspace, plan: _Plan, folder: Path) -> tuple[Circulation, bool]:
    """Return the circulation that these copies belong to, and whether it is new.

    A folder with the copies of another one is refused before a label is given.
    """
    standing = find_circulation(
        workspace,
        plan.version.row,
        plan.sites,
        kind=plan.kind,
        carriers=plan.carriers,
        notice=plan.notice,
    )
    if standing is not None:
        return standing, False
    refuse_foreign(folder, (), plan.kind)
    fresh = open_circulation(
        workspace,
        plan.version.row,
        plan.sites,
        kind=plan.kind,
        carriers=plan.carriers,
        notice=plan.notice,
    )
    return fresh, True


def _refuse_nameless(recipients: Sequence[RecipientRecord], notice: bool) -> None:
    """Raise NamesSealed where the notice would have to name people whose names are sealed or were purged."""
    nameless = sum((one.sealed or one.purged) and not one.name for one in recipients)
    if nameless and notice:
        raise NamesSealed(
            f"The names of {nameless:,} recipients are sealed or were purged, and the line on their copies has to "
            "name them.",
            fix="give the names with the table of people: --to people.csv; or issue with --no-notice.",
            recipients=nameless,
        )


def _left_out(
    workspace: Workspace, version: VersionRecord, kind: str, carriers: Sequence[str], sites: Sequence[Site]
) -> int:
    """Return how many sites of wording and declared variants have no room on the pages of copies of this kind."""
    if not is_rendered(version, kind):
        return 0
    worded = sum(site.carrier.split("/")[0] in ("wording", "declared") for site in sites)
    return worded_sites(workspace, version, carriers) - worded


def _checked_carriers(carriers: Sequence[str] | None) -> tuple[str, ...]:
    if carriers is None:
        return CARRIERS
    unknown = sorted(set(carriers) - set(CARRIERS))
    if unknown or not carriers:
        raise BadInput(
            f"Carriers that do not exist: {', '.join(unknown) or 'none named'}.",
            fix=f"name some of {', '.join(CARRIERS)}, separated by commas.",
        )
    return tuple(name for name in CARRIERS if name in carriers)


def _target_kind(version: VersionRecord, kind: str | None) -> str:
    target = kind or version.kind
    try:
        writes = by_kind(target).writes
    except UnsupportedFormat:
        writes = False
    if not writes:
        raise UnsupportedFormat(
            f"Copies cannot be made as {target}.",
            fix="choose --format docx, html, md, pdf or txt.",
            kind=target,
        )
    return target


def _mostly_pictures(sites: Sequence[Site]) -> bool:
    return 2 * sum(image_block(site.places[0].mark) is not None for site in sites) > len(sites)


def _check_capacity(
    sites: Sequence[Site], copies: int, version: VersionRecord, pictures: Sequence[str]
) -> float:
    """Return the bits that the sites carry; raise TooFewSites where not even the copies can differ.

    ``pictures`` are sentences on those that carry no marks.
    """
    bits = sum(math.log2(site.variants) for site in sites)
    if not sites:
        if version.kind == "pdf":
            raise TooFewSites(
                " ".join(
                    [
                        f"{version.document} has no page whose text can be marked safely, and no picture that can, so "
                        "its copies would all be equal.",
                        *pictures,
                    ]
                ),
                fix="export the PDF anew from its source, or add the source itself (docx, html, md or txt).",
                sites=0,
            )
        raise TooFewSites(
            f"{version.document} offers no mark site in the chosen carriers, so its copies would all be equal.",
            fix="declare variants ({=id: a | b}), accept pending wording (dyeline document sites "
            f"{version.document} --pending) or use more carriers.",
            sites=0,
        )
    if bits < math.log2(copies):
        raise TooFewSites(
            f"{version.document} offers {len(sites)} sites with {bits:.1f} bits; {copies} recipients need at "
            f"least {math.log2(copies):.1f} bits to get different copies.",
            fix="use more carriers, accept pending wording, declare variants, or issue to organisations.",
            sites=len(sites),
            bits=bits,
            recipients=copies,
        )
    return bits


def _recipe(
    workspace: Workspace,
    version: VersionRecord,
    circulation: Circulation,
    sites: tuple[Site, ...],
    target: str,
) -> Recipe:
    making = making_of(workspace, version, sites, target)
    if making.pages is not None:
        record_pages(workspace, circulation, making.pages)
    return make_recipe(
        making.template,
        target,
        making.text,
        making.sites,
        secret_of(workspace, circulation),
        circulation.code_scheme,
        notice=circulation.notice,
        stamp="stamp" in circulation.carriers,
        layout=circulation.layout_sha256,
        pages=making.pages.gate(sites) if making.pages is not None else None,
        drawn=making.drawn,
        pictures=making.pictures,
    )


@contextmanager
def _made_aside(
    workspace: Workspace,
    recipe: Recipe,
    copies: Sequence[PlannedCopy],
    folder: Path,
    processes: int | None,
    progress: Callable[[int, int], None],
) -> Iterator[list[MadeCopy]]:
    """Make and check all copies in a folder aside, which is gone afterwards."""
    workspace.close()  # worker processes must not inherit the connection
    made_in = aside(folder)
    orders = [Order(copy.index, copy.label, copy.name, copy.recipient) for copy in copies]
    with storage_faults(folder):
        made_in.mkdir()
    try:
        jobs = jobs_for(orders, made_in, recipe.kind, words=count_words(recipe.text))
        made = make_all(
            recipe,
            jobs,
            processes=processes or default_processes(),
            done=lambda done: progress(done, len(copies)),
        )
        with storage_faults(folder):
            os.sync()  # one flush for all files instead of one for each
        yield made
    finally:
        shutil.rmtree(made_in, ignore_errors=True)


def _count(sites: Sequence[Site]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for site in sites:
        name = site.carrier.split("/")[0]
        counts[name] = counts.get(name, 0) + 1
    return counts
