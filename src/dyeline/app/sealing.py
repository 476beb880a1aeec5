"""Sealing: how many custodians must agree, and what it takes to put an identity under their keys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dyeline.app.workspace import Workspace
from dyeline.custody import identity
from dyeline.custody.agekeys import Recipient as PublicKey
from dyeline.custody.envelopes import Envelope, seal_for_pairs
from dyeline.custody.identity import IdentityRecord
from dyeline.custody.roster import Kind, Roster
from dyeline.errors import BadKey, LogDisagrees, NamesSealed
from dyeline.evidence.entries import parse_entry
from dyeline.store.bulk import insert_identity_envelopes
from dyeline.store.keys import ROSTER_KEY
from dyeline.store.tables import Custodian, Recipient, SecretEnvelope, Setting

ROSTER_ENVIRONMENT = "DYELINE_ROSTER_KEY"
"""Names the file of the roster key where it is kept outside of the workspace."""

ROSTER_SETTING = "roster key"
"""Names the setting that holds the roster key's fingerprint."""

OWNER_SETTING = "owner key"
OWNER = "owner"
"""Stands in the place of the outer custodian in the envelope of a secret that the owner alone opens."""

_SHOWN = 8  # digits of a blind value in a label that people read


@dataclass(frozen=True, slots=True)
class Sealer:
    """What seals identities of one workspace, which is named by its id."""

    workspace: str
    roster: Roster
    custodians: dict[str, PublicKey]

    def columns(self, label: str, record: IdentityRecord) -> tuple[dict[str, Any], list[Envelope]]:
        """Return the columns of a sealed recipient's row and the envelopes of its key, which is kept nowhere else."""
        key = identity.new_key()
        sealed = identity.seal(record, key, label=label, workspace=self.workspace)
        blind = self.roster.blind
        columns = {
            "name": "",
            "email": "",
            "organisation": "",
            "role": "",
            "sealed": sealed,
            "name_key": blind("name", record.name),
            "email_key": blind("email", record.email) if record.email else "",
            "organisation_key": blind("organisation", record.organisation) if record.organisation else "",
            "role_key": blind("role", record.role) if record.role else "",
        }
        return columns, seal_for_pairs(key, self.custodians)

    def labels(self) -> Callable[[str], str | None]:
        """Return what gives the label (R-001) of the recipient whom a name or address means, of namesakes the first.

        Call within ``reading``.
        """
        known: dict[str, str] = {}
        rows = Recipient.objects.order_by("pk").values_list("label", "name_key", "email_key")
        for label, name, email in rows.iterator():
            known.setdefault(name, label)
            known.setdefault(email, label)
        return self._by_blind(known, "name", "email")

    def pseudonyms(self, people: Iterable[IdentityRecord] = ()) -> Callable[[str], str | None]:
        """Return what gives what stands for whoever a text names, of recipients and ``people``: P-… or O-….

        The same text always gets the same, whoever has become a recipient since. Call within ``reading``.
        """
        blind = self.roster.blind
        known: dict[str, str] = {}
        rows = Recipient.objects.values_list("name_key", "email_key", "organisation_key")
        new = (
            (blind("name", one.name), blind("email", one.email), blind("organisation", one.organisation))
            for one in people
        )
        for name, email, organisation in (*rows.iterator(), *new):
            known[name] = known[email] = f"P-{name[:_SHOWN]}"
            known.setdefault(organisation, organisation_label(organisation))
        return self._by_blind(known, "name", "email", "organisation")

    def _by_blind(self, known: dict[str, str], *kinds: Kind) -> Callable[[str], str | None]:
        def label_of(text: str) -> str | None:
            if not text.strip():
                return None
            found = (known.get(self.roster.blind(kind, text)) for kind in kinds)
            return next((label for label in found if label), None)

        return label_of

    def pseudonym(self, name: str) -> str:
        """Return what stands for the name of somebody who is no recipient: the same for the same name."""
        return f"P-{self.roster.blind('name', name)[:_SHOWN]}"


def quorum_of(workspace: Workspace) -> int:
    """Return how many custodians must agree before a name is shown."""
    with workspace.reading():
        return int(Setting.objects.get(name="quorum").value)


def is_sealed(workspace: Workspace) -> bool:
    """Tell whether the names of recipients are sealed."""
    return quorum_of(workspace) > 1


def sealer_of(workspace: Workspace, roster_key: Path | None = None) -> Sealer:
    """Return what seals identities. ``roster_key`` is the file of the roster key, where the caller knows it.

    Raises NamesSealed where that is kept outside of the workspace and was not named, BadKey for the key of another.
    """
    with workspace.reading():
        settings = dict(Setting.objects.filter(name__in=("id", ROSTER_SETTING)).values_list("name", "value"))
        custodians = active_custodians(workspace)
    named = os.environ.get(ROSTER_ENVIRONMENT, "")
    outside = roster_key or (Path(named) if named else None)
    if outside is None and not workspace.keys.has(ROSTER_KEY):
        raise NamesSealed(
            "The roster key, which finds people again in sealed recipients, is kept outside of this workspace.",
            fix=f"name its file: {ROSTER_ENVIRONMENT}=FILE dyeline …, or ask who issues for this workspace.",
        )
    roster = Roster(workspace.keys.load_roster_key(outside))
    if settings.get(ROSTER_SETTING, roster.fingerprint) != roster.fingerprint:
        raise BadKey(
            "This is the roster key of another workspace: with it everybody would be added once more.",
            fix=f"name the file of this one in {ROSTER_ENVIRONMENT}.",
        )
    return Sealer(str(settings["id"]), roster, custodians)


def active_custodians(workspace: Workspace) -> dict[str, PublicKey]:
    """Return the keys of custodians by label. Call within ``reading`` or ``writing``.

    Raises LogDisagrees where they are not those of the log: nothing is sealed to the key of a stranger.
    """
    rows = Custodian.objects.filter(removed__isnull=True).order_by("pk").values_list("label", "key")
    found = {label: PublicKey(key) for label, key in rows}
    logged = dict[str, str]()
    for _, data in workspace.log.holding([b'"kind":"custodian.']):
        entry = parse_entry(data)
        if entry.kind == "custodian.added":
            logged[str(entry.facts["custodian"])] = str(entry.facts["key"])
        elif entry.kind == "custodian.removed":
            logged.pop(str(entry.facts["custodian"]), None)
    wrong = {
        label
        for label in found.keys() | logged.keys()
        if label not in found or found[label].fingerprint != logged.get(label)
    }
    if wrong:
        raise LogDisagrees(
            f"The log does not bear out who the custodians are: {', '.join(sorted(wrong))} or the key differs.",
            fix="seal and open nothing; keep the workspace as evidence and run dyeline log verify.",
            custodians=sorted(wrong),
        )
    return found


def organisation_label(key: str) -> str:
    """Return what stands for a sealed organisation, by its blind value; "" for none."""
    return f"O-{key[:_SHOWN]}" if key else ""


def put_identity_envelopes(envelopes: Iterable[tuple[int, Sequence[Envelope]]]) -> None:
    """Store the envelopes of recipients, by primary key. Call within ``writing``."""
    insert_identity_envelopes(
        (key, one.outer, one.inner, one.data) for key, several in envelopes for one in several
    )


def put_secret_envelopes(workspace: Workspace, circulations: Iterable[tuple[int, str]]) -> int:
    """Seal the secrets of circulations (primary key, key file) to every pair of custodians, and to the owner.

    Returns how many. Secrets whose key file was erased are left as they are. Call within ``writing``.
    """
    custodians = active_custodians(workspace)
    owner = owner_key()
    done = 0
    for key, name in circulations:
        if not workspace.keys.has(name):
            continue
        secret = workspace.keys.load_secret(name)
        envelopes = seal_for_pairs(secret, custodians)
        if owner is not None:
            envelopes.append(Envelope(OWNER, "", owner.encrypt(secret)))
        SecretEnvelope.objects.filter(circulation_id=key).delete()
        SecretEnvelope.objects.bulk_create(
            SecretEnvelope(circulation_id=key, outer=one.outer, inner=one.inner, data=one.data)
            for one in envelopes
        )
        done += bool(envelopes)
    return done


def owner_key() -> PublicKey | None:
    """Return the key of the workspace's owner, if there is one. Call within ``reading`` or ``writing``."""
    row = Setting.objects.filter(name=OWNER_SETTING).first()
    return None if row is None else PublicKey(str(row.value))
