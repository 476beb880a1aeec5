"""The table of fact sheets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    from dyeline.store.models import Document


class SheetFact(models.Model):
    """One fact of a document's sheet, at ``position`` from 0. ``name`` is its id in the sheet.

    ``versions`` are pairs (group, value) in the order of the sheet. Importing a sheet replaces all
    rows of its document.
    """

    document: models.ForeignKey[Document, Document] = models.ForeignKey(
        "dyeline.Document", on_delete=models.PROTECT, related_name="facts"
    )
    document_id: int
    position: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    name: models.CharField[str, str] = models.CharField(max_length=2000)
    type: models.CharField[str, str] = models.CharField(max_length=16)
    relation: models.TextField[str, str] = models.TextField(blank=True)
    value: models.TextField[str, str] = models.TextField()
    aliases: models.JSONField[list[str], list[str]] = models.JSONField()
    versions: models.JSONField[list[list[str]], list[Any]] = models.JSONField()
    imported: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[models.Manager[SheetFact]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "name"], name="one_fact_per_name")
        ]
