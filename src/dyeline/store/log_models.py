"""The tables beside the log: who acts, what its commitments stand for, when copies were handed over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from dyeline.store.custody_models import RoleGrant
    from dyeline.store.models import IssuedCopy


class Actor(models.Model):
    """A person who uses the workspace. ``key`` is the case-folded name; the log knows the label alone."""

    label: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    key: models.CharField[str, str] = models.CharField(max_length=300, unique=True)
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    roles: RelatedManager[RoleGrant]

    objects: ClassVar[models.Manager[Actor]] = models.Manager()


class Opening(models.Model):
    """What a commitment in the log is of, and its salt. ``what`` says which kind of thing that is."""

    commitment: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    salt: models.BinaryField[bytes, bytes] = models.BinaryField()
    data: models.BinaryField[bytes, bytes] = models.BinaryField()
    what: models.CharField[str, str] = models.CharField(max_length=64)
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[models.Manager[Opening]] = models.Manager()


class Delivery(models.Model):
    """One handing-over of a copy, as its issuer recorded it. ``receipt_sha256`` is "" where there is no receipt."""

    copy: models.ForeignKey[IssuedCopy, IssuedCopy] = models.ForeignKey(
        "dyeline.IssuedCopy", on_delete=models.PROTECT, related_name="deliveries"
    )
    copy_id: int
    method: models.CharField[str, str] = models.CharField(max_length=16)
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    receipt_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    recorded: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )

    objects: ClassVar[models.Manager[Delivery]] = models.Manager()
