"""Whose copy it is: the codeword of every copy is made anew and compared with what the log is committed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dyeline.app.circulations import frozen_sites, secret_of
from dyeline.app.log_rows import Misfit
from dyeline.codes.codeword import commitment
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import codewords_of, drawing_of
from dyeline.errors import BadWorkspace, KeySealed, LogDisagrees, UnknownScheme
from dyeline.evidence.entries import parse_entry
from dyeline.issue.recipe import committed_statement
from dyeline.store.tables import Circulation, IssuedCopy

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class _Marks:
    """What the codewords of a circulation are made of; ``weights`` as from ``site_weights``."""

    secret: bytes
    scheme: str
    layout: str
    weights: NDArray[np.int64]

    def commitments(self, copies: Sequence[IssuedCopy]) -> list[str]:
        """Return what the log has to be committed to if these rows say whose copies they are."""
        drawn = codewords_of(self.scheme, self.secret, [row.index for row in copies], self.weights)
        return [
            commitment(
                self.secret,
                row.index,
                symbols,
                committed_statement(row.label, row.recipient.label, self.layout, self.weights, self.scheme),
            )
            for row, symbols in zip(copies, drawn, strict=True)
        ]


def copy_misfits(workspace: Workspace, sealed: list[str]) -> Iterator[Misfit]:
    """Yield copies whose index, recipient, label, sites, bias or scheme are not those committed to at issue.

    Circulations whose secret only custodians have are put into ``sealed``: nobody can tell it of their copies.
    Call within ``reading``.
    """
    for circulation in Circulation.objects.order_by("pk"):
        copies = circulation.copies.exclude(commitment="").select_related("recipient").order_by("pk")
        try:
            marks = _marks(workspace, circulation)
        except KeySealed:
            sealed.append(circulation.label)
            continue
        except (BadWorkspace, UnknownScheme) as fault:
            if copies.exists():
                yield Misfit(circulation.label, None, f"its copies cannot be compared: {fault.problem}")
            continue
        left = copies.iterator(_AT_ONCE)
        while rows := list(islice(left, _AT_ONCE)):
            for row, made in zip(rows, marks.commitments(rows), strict=True):
                if made != row.commitment:
                    yield Misfit(row.label, row.log_entry, _WHY)


def require_committed(workspace: Workspace, *labels: str) -> None:
    """Raise LogDisagrees unless the log is committed to these copies' indices and recipients.

    Call within ``reading``. Raises KeySealed where only custodians have the secret that shows it.
    """
    issued = IssuedCopy.objects.select_related("recipient", "circulation").exclude(sha256="")
    rows = issued.filter(label__in=labels).order_by("circulation", "pk")  # others were never issued
    for _, found in groupby(rows, key=lambda row: row.circulation_id):
        copies = list(found)
        made = _marks(workspace, copies[0].circulation).commitments(copies)
        for row, own in zip(copies, made, strict=True):
            number = row.log_entry
            stated = parse_entry(workspace.log.entry(number)) if number is not None else None
            facts = stated.facts if stated is not None and stated.kind == "copy.issued" else {}
            if (facts.get("copy"), facts.get("commitment")) != (row.label, own):
                raise LogDisagrees(
                    f"The log does not bear out whose copy {row.label} is: {_WHY}.",
                    fix="name nobody; keep the workspace as evidence, restore the database from a backup that "
                    "dyeline log verify finds sound.",
                    copy=row.label,
                )


def _marks(workspace: Workspace, circulation: Circulation) -> _Marks:
    drawing_of(circulation.code_scheme)
    try:
        secret = secret_of(workspace, circulation)
        sites = frozen_sites(workspace, circulation)
    except ValueError as fault:  # what never was a name of a key or of a blob
        raise BadWorkspace(
            "The row of the circulation was changed.", fix="restore the database from a backup."
        ) from fault
    weights = site_weights([site.variants for site in sites], secret, even=[site.on_page for site in sites])
    return _Marks(secret, circulation.code_scheme, circulation.layout_sha256, weights)


_WHY = "its recipient, its index or its marks are not those that were committed to when it was issued"
