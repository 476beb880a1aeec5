"""The quorum: from one person who sees names to sealed names that two custodians open, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dyeline.app.briefings import briefing_key
from dyeline.app.journal import record
from dyeline.app.moments import Moment
from dyeline.app.recipient_rows import PURGED
from dyeline.app.roles import require_role
from dyeline.app.sealing import (
    ROSTER_SETTING,
    Sealer,
    active_custodians,
    is_sealed,
    put_identity_envelopes,
    put_secret_envelopes,
    quorum_of,
    sealer_of,
)
from dyeline.app.subjects import Subject
from dyeline.app.workspace import Workspace
from dyeline.custody.identity import IdentityRecord
from dyeline.custody.redact import redacted
from dyeline.custody.roster import new_roster_key
from dyeline.errors import BadInput, NotPermitted
from dyeline.store import database
from dyeline.store.bulk import rewrite_sealed
from dyeline.store.keys import ROSTER_KEY
from dyeline.store.tables import (
    Briefing,
    CaseEvidence,
    CaseExhibit,
    Circulation,
    Group,
    IdentityEnvelope,
    Recipient,
    Setting,
)

_SCRUB = "scrub"  # stands in Setting from sealing until the old pages are overwritten
LEAST_CUSTODIANS = 2
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class QuorumState:
    """How names are kept, in numbers of recipients; those ``purged`` count as neither sealed nor openable.

    ``unscrubbed`` tells that old database pages may still hold some names.
    """

    quorum: int
    custodians: tuple[str, ...]
    recipients: int
    sealed: int
    purged: int
    openable_by_all: int
    roster_key: str
    unscrubbed: bool


@dataclass(frozen=True, slots=True)
class QuorumReport:
    """What raising the quorum did, or under ``dry_run`` would do.

    ``case_texts`` counts texts of cases (sources, reasons, names of files) in which a name still stands: they
    are part of the record and stay as they were typed.
    """

    quorum: int
    changed: bool
    recipients: int
    groups: int
    briefings: int
    case_texts: int
    secrets: int
    custodians: tuple[str, ...]
    roster_key: str
    dry_run: bool


def show_quorum(workspace: Workspace) -> QuorumState:
    """Return how names are kept now."""
    with workspace.reading():
        custodians = tuple(active_custodians(workspace))
        purged = Recipient.objects.filter(sealed=PURGED).count()
        pairs = len(custodians) * (len(custodians) - 1)
        counts: dict[int, int] = {}
        for key in IdentityEnvelope.objects.values_list("recipient_id", flat=True).iterator():
            counts[key] = counts.get(key, 0) + 1
        return QuorumState(
            quorum_of(workspace),
            custodians,
            Recipient.objects.count(),
            Recipient.objects.filter(sealed__isnull=False).count() - purged,
            purged,
            sum(count >= pairs for count in counts.values()),
            "inside" if workspace.keys.has(ROSTER_KEY) else "outside",
            Setting.objects.filter(name=_SCRUB).exists(),
        )


def set_quorum(
    workspace: Workspace,
    number: int,
    *,
    roster_key: Path | None = None,
    dry_run: bool = False,
    confirm: Callable[[QuorumReport], bool] = lambda report: True,
) -> QuorumReport:
    """Seal every name in the workspace and overwrite what is left of them in the database.

    It cannot be undone as a whole. Repeated, it finishes what was interrupted.

    Args:
        workspace: where.
        number: 2; any two custodians then open a name. 1 is what a workspace begins with.
        roster_key: where to keep the roster key, outside of the workspace; by default among its keys.
        dry_run: only report.
        confirm: is asked before anything is changed.

    Raises BadInput with fewer than two custodians, NotPermitted where ``confirm`` says no.
    """
    require_role(workspace, "issuer")
    if number not in (1, LEAST_CUSTODIANS):
        raise BadInput(
            f"A quorum of {number} is not offered.",
            fix="use 2: any two custodians open a name, and none alone. How many custodians there are is up to you.",
        )
    sealed = is_sealed(workspace)
    if number == 1 and sealed:
        raise BadInput(
            "The names are sealed, each for itself, and cannot be opened all at once.",
            fix="import your table of people into a new workspace if its names need no sealing.",
        )
    planned = _planned(workspace, number, roster_key, dry_run)
    if dry_run or number == 1:
        return planned
    if not sealed:
        if not confirm(planned):
            raise NotPermitted("Nothing was changed.", fix="repeat the command and agree, or give --yes.")
        _seal_all(workspace, roster_key)
    _scrub(workspace)
    return planned


def _planned(workspace: Workspace, number: int, roster_key: Path | None, dry_run: bool) -> QuorumReport:
    with workspace.reading():
        custodians = tuple(active_custodians(workspace))
        if number > 1 and len(custodians) < LEAST_CUSTODIANS:
            raise BadInput(
                f"There are {len(custodians)} custodians; a quorum of two needs at least two.",
                fix="each makes a key (dyeline custodian new-key --out FILE); then: dyeline custodian add NAME "
                "--recipient age1….",
                custodians=len(custodians),
            )
        names = _open_names()
        shown: Callable[[str], str | None] = lambda text: names.get(_folded(text))  # noqa: E731
        return QuorumReport(
            number,
            number > 1
            and bool(Recipient.objects.filter(sealed__isnull=True).exists() or not is_sealed(workspace)),
            Recipient.objects.filter(sealed__isnull=True).count(),
            sum(redacted(name, shown) != name for name in Group.objects.values_list("name", flat=True)),
            Briefing.objects.exclude(told_by="").count() if not is_sealed(workspace) else 0,
            sum(redacted(text, shown) != text for text in _case_texts()),
            sum(workspace.keys.has(name) for name in Circulation.objects.values_list("key_name", flat=True)),
            custodians,
            str(roster_key) if roster_key else "keys/",
            dry_run,
        )


def _open_names() -> dict[str, str]:
    """Return what names somebody, folded, by label. Call within ``reading``."""
    names: dict[str, str] = {}
    rows = Recipient.objects.filter(sealed__isnull=True).values_list("label", "name", "email", "organisation")
    for label, *values in rows.iterator():
        for value in values:
            names.setdefault(_folded(value), label)
    names.pop("", None)
    return names


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _case_texts() -> list[str]:
    texts = [
        text
        for row in CaseExhibit.objects.values_list("source", "file_name", "removed_reason")
        for text in row
    ]
    return texts + [text for row in CaseEvidence.objects.values_list("source", "reason") for text in row]


def _seal_all(workspace: Workspace, roster_key: Path | None) -> None:
    workspace.keys.save_roster_key(new_roster_key(), roster_key)
    database.overwrite_deleted(workspace.database_path)
    with workspace.issuing(), workspace.writing():
        sealer = sealer_of(workspace, roster_key)
        Setting.objects.update_or_create(name=ROSTER_SETTING, defaults={"value": sealer.roster.fingerprint})
        rows = Recipient.objects.filter(sealed__isnull=True).order_by("pk")
        people = list(rows.values_list("pk", "label", "name", "email", "organisation", "role"))
        for start in range(0, len(people), _BATCH):  # so many sealed records in memory at once
            sealed = [
                (key, *sealer.columns(label, IdentityRecord(*values)))
                for key, label, *values in people[start : start + _BATCH]
            ]
            rewrite_sealed((key, columns) for key, columns, _ in sealed)
            put_identity_envelopes((key, envelopes) for key, _, envelopes in sealed)
        _rename_groups(sealer.pseudonyms())
        _rename_in_briefings(sealer)
        put_secret_envelopes(workspace, Circulation.objects.values_list("pk", "key_name"))
        Setting.objects.update_or_create(name="quorum", defaults={"value": LEAST_CUSTODIANS})
        Setting.objects.update_or_create(name=_SCRUB, defaults={"value": True})
        record(workspace, "recipients.sealed", {"count": len(people)}, role="issuer")
        record(workspace, "settings.changed", {"name": "quorum", "value": LEAST_CUSTODIANS}, role="issuer")


def _rename_groups(label_of: Callable[[str], str | None]) -> None:
    for group in Group.objects.all():
        shown = redacted(group.name, label_of)
        if shown == group.name:
            continue
        there = Group.objects.filter(key=shown.casefold()).exclude(pk=group.pk).first()
        if there is not None:  # two names of one organisation
            there.recipients.add(*group.recipients.all())
            group.recipients.clear()
            group.delete()
            continue
        group.name, group.key = shown, shown.casefold()
        group.save(update_fields=["name", "key"])


def _rename_in_briefings(sealer: Sealer) -> None:
    tellers = Briefing.objects.exclude(told_by="").values_list("told_by", flat=True).distinct()
    label_of, shown = sealer.labels(), sealer.pseudonyms(IdentityRecord(name) for name in tellers)
    for row in Briefing.objects.select_related("recipient", "document"):
        row.channel, row.fact = redacted(row.channel, shown), redacted(row.fact, shown)
        row.fact_key = row.fact.casefold()
        if row.told_by:
            row.told_by = label_of(row.told_by) or sealer.pseudonym(row.told_by)
        subject = Subject(row.document.label if row.document else "", row.fact)
        row.key = briefing_key(row.recipient.label, subject, Moment(row.begins, row.ends), row.channel)
        row.save(update_fields=["channel", "fact", "fact_key", "told_by", "key"])


def _scrub(workspace: Workspace) -> None:
    with workspace.reading():
        if not Setting.objects.filter(name=_SCRUB).exists():
            return
    database.scrub(workspace.database_path)
    with workspace.writing():
        Setting.objects.filter(name=_SCRUB).delete()
