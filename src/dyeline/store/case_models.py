"""The tables of cases. Nothing in them is ever deleted: what is taken out keeps its row, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from dyeline.store.custody_models import UnsealRequest


class Case(models.Model):
    """One matter. ``key`` is the case-folded name; ``bound`` is set once, before any exhibit is seen.

    ``decision`` says whether it could be a protected disclosure: protected, not-protected, undecided, "" if nobody
    was asked yet. ``decided_by`` is the role in which somebody decided.
    """

    name: models.CharField[str, str] = models.CharField(max_length=100)
    key: models.CharField[str, str] = models.CharField(max_length=300, unique=True)
    bound: models.FloatField[float, float] = models.FloatField()
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    closed: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    close_reason: models.TextField[str, str] = models.TextField(blank=True)
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    decision: models.CharField[str, str] = models.CharField(max_length=16, blank=True, default="")
    decided: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    decided_by: models.CharField[str, str] = models.CharField(max_length=16, blank=True, default="")
    decision_reason: models.TextField[str, str] = models.TextField(blank=True, default="")
    decision_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    exhibits: RelatedManager[CaseExhibit]
    evidence: RelatedManager[CaseEvidence]
    events: RelatedManager[CaseEvent]
    unseal_requests: RelatedManager[UnsealRequest]

    objects: ClassVar[models.Manager[Case]] = models.Manager()

    @property
    def label(self) -> str:
        """Return what the log calls the case: K-1. Its name may say too much."""
        return f"K-{self.pk}"


class CaseExhibit(models.Model):
    """An exhibit of a case: recorded before it is opened, examined afterwards.

    ``examined`` is the same moment for all exhibits of one call, None until an examination succeeded;
    ``fault`` is the code of the error that ended the last attempt. ``readings_sha256`` names the blob of readings.
    """

    case: models.ForeignKey[Case, Case] = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="exhibits"
    )
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    sha256: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    file_name: models.CharField[str, str] = models.CharField(max_length=255)
    size: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField()
    source: models.TextField[str, str] = models.TextField(blank=True)
    received: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    recorded: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    examined: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    fault: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    outcome: models.CharField[str, str] = models.CharField(max_length=32, blank=True)
    finding: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    readings_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    text_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    removed: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    removed_reason: models.TextField[str, str] = models.TextField(blank=True)
    received_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    examined_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    purged: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[CaseExhibit]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sha256"], name="one_exhibit_per_hash"),
            models.UniqueConstraint(fields=["case", "number"], name="one_exhibit_per_number"),
        ]


class CaseEvidence(models.Model):
    """Evidence from outside of the marks, as a likelihood ratio for one recipient or copy, by label."""

    case: models.ForeignKey[Case, Case] = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="evidence"
    )
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    label: models.CharField[str, str] = models.CharField(max_length=16)
    likelihood_ratio: models.FloatField[float, float] = models.FloatField()
    kind: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    source: models.TextField[str, str] = models.TextField()
    reason: models.TextField[str, str] = models.TextField()
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    removed: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    removed_reason: models.TextField[str, str] = models.TextField(blank=True)

    objects: ClassVar[models.Manager[CaseEvidence]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="one_evidence_per_number")
        ]


class CaseEvent(models.Model):
    """What was done in a case, in order: created, recorded, examined, failed, removed, evidence, closed."""

    case: models.ForeignKey[Case, Case] = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="events"
    )
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    kind: models.CharField[str, str] = models.CharField(max_length=16)
    what: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()

    objects: ClassVar[models.Manager[CaseEvent]] = models.Manager()
