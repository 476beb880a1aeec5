"""The tables of custody: who can unseal, the envelopes that two of them open, requests to unseal, roles.

``log_entry`` is the number of the entry in the log that a row agrees with (``opened_entry`` of that which says that a
name was opened); ``app.log_custody`` checks that it does.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from dyeline.store.case_models import Case
    from dyeline.store.log_models import Actor
    from dyeline.store.models import Circulation, IssuedCopy, Recipient


class Custodian(models.Model):
    """A person who can unseal together with another. ``key`` is public; ``actor`` is who has used it first.

    The row stays when a custodian is removed, for what they have granted.
    """

    label: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=100)
    key: models.CharField[str, str] = models.CharField(max_length=100)
    actor: models.ForeignKey[Actor | None, Actor | None] = models.ForeignKey(
        "dyeline.Actor", on_delete=models.PROTECT, null=True, related_name="+"
    )
    added: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    removed: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )

    objects: ClassVar[models.Manager[Custodian]] = models.Manager()


class _Envelope(models.Model):
    """A nested age file; ``outer`` and ``inner`` are labels of the custodians who take the layers off."""

    outer: models.CharField[str, str] = models.CharField(max_length=16)
    inner: models.CharField[str, str] = models.CharField(max_length=16)
    data: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        """Only its two kinds are tables."""

        abstract = True


class IdentityEnvelope(_Envelope):
    """The key of one recipient's sealed identity, for one ordered pair of custodians."""

    recipient: models.ForeignKey[Recipient, Recipient] = models.ForeignKey(
        "dyeline.Recipient", on_delete=models.CASCADE, related_name="envelopes"
    )
    recipient_id: int

    objects: ClassVar[models.Manager[IdentityEnvelope]] = models.Manager()


class SecretEnvelope(_Envelope):
    """The secret of one circulation, for one ordered pair of custodians."""

    circulation: models.ForeignKey[Circulation, Circulation] = models.ForeignKey(
        "dyeline.Circulation", on_delete=models.CASCADE, related_name="envelopes"
    )
    circulation_id: int

    objects: ClassVar[models.Manager[SecretEnvelope]] = models.Manager()


class UnsealRequest(models.Model):
    """A request for one name. ``outcome`` is "" while it is open, then opened, refused or lapsed."""

    label: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    case: models.ForeignKey[Case, Case] = models.ForeignKey(
        "dyeline.Case", on_delete=models.PROTECT, related_name="unseal_requests"
    )
    copy: models.ForeignKey[IssuedCopy, IssuedCopy] = models.ForeignKey(
        "dyeline.IssuedCopy", on_delete=models.PROTECT, related_name="unseal_requests"
    )
    reason: models.TextField[str, str] = models.TextField()
    override_reason: models.TextField[str, str] = models.TextField(blank=True)
    actor: models.ForeignKey[Actor, Actor] = models.ForeignKey(
        "dyeline.Actor", on_delete=models.PROTECT, related_name="+"
    )
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    settled: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    outcome: models.CharField[str, str] = models.CharField(max_length=16, blank=True)
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    opened_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    grants: RelatedManager[UnsealGrant]

    objects: ClassVar[models.Manager[UnsealRequest]] = models.Manager()


class UnsealGrant(models.Model):
    """What one custodian granted. ``halves`` are the envelopes from which they took the outer layer."""

    request: models.ForeignKey[UnsealRequest, UnsealRequest] = models.ForeignKey(
        UnsealRequest, on_delete=models.PROTECT, related_name="grants"
    )
    custodian: models.ForeignKey[Custodian, Custodian] = models.ForeignKey(
        Custodian, on_delete=models.PROTECT, related_name="grants"
    )
    actor: models.ForeignKey[Actor, Actor] = models.ForeignKey(
        "dyeline.Actor", on_delete=models.PROTECT, related_name="+"
    )
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    halves: RelatedManager[HalfOpenEnvelope]

    objects: ClassVar[models.Manager[UnsealGrant]] = models.Manager()


class HalfOpenEnvelope(models.Model):
    """What was left of an envelope without its outer layer: an age file for the custodian ``inner`` alone."""

    grant: models.ForeignKey[UnsealGrant, UnsealGrant] = models.ForeignKey(
        UnsealGrant, on_delete=models.CASCADE, related_name="halves"
    )
    inner: models.CharField[str, str] = models.CharField(max_length=16)
    data: models.BinaryField[bytes, bytes] = models.BinaryField()

    objects: ClassVar[models.Manager[HalfOpenEnvelope]] = models.Manager()


class RoleGrant(models.Model):
    """A role that a person has. A role that nobody has is everybody's."""

    actor: models.ForeignKey[Actor, Actor] = models.ForeignKey(
        "dyeline.Actor", on_delete=models.PROTECT, related_name="roles"
    )
    role: models.CharField[str, str] = models.CharField(max_length=16)
    granted: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )

    objects: ClassVar[models.Manager[RoleGrant]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["actor", "role"], name="one_grant_per_role")]
