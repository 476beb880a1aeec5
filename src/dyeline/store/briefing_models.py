"""The table of briefings: who was told what, when, through which channel, by whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from dyeline.store.models import Document, Recipient


class Briefing(models.Model):
    """One entry: a recipient was told a document, a fact of one, or a free fact, at some time from begins to ends.

    ``fact`` is "" for the whole document; ``document`` is None for a free fact. ``fact_key`` is
    case-folded. ``key`` is the hash of everything that makes an entry the same as another.
    """

    recipient: models.ForeignKey[Recipient, Recipient] = models.ForeignKey(
        "dyeline.Recipient", on_delete=models.PROTECT, related_name="briefings"
    )
    recipient_id: int
    document: models.ForeignKey[Document | None, Document | None] = models.ForeignKey(
        "dyeline.Document", on_delete=models.PROTECT, related_name="briefings", null=True
    )
    document_id: int | None
    fact: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    fact_key: models.CharField[str, str] = models.CharField(max_length=600, blank=True)
    begins: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    ends: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    channel: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    told_by: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    key: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    imported: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[models.Manager[Briefing]] = models.Manager()
