"""The tables. Import them through ``dyeline.store.tables``, which configures Django first.

Labels ("R-001") are what people and records see; they are given once and never again, also after a
row is gone (``Setting`` keeps the counters). Large things are blobs, named here by their SHA-256.
``log_entry`` is the number of the entry in the log that a row agrees with; None for rows from before there was one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from dyeline.store.custody_models import IdentityEnvelope, SecretEnvelope


class Setting(models.Model):
    """One fact about the workspace: its id, its quorum, the last label number of each kind."""

    name: models.CharField[str, str] = models.CharField(max_length=64, primary_key=True)
    value: models.JSONField[Any, Any] = models.JSONField()

    objects: ClassVar[models.Manager[Setting]] = models.Manager()


class Group(models.Model):
    """A named set of recipients. ``key`` is the case-folded name: Board and board are one group."""

    name: models.CharField[str, str] = models.CharField(max_length=200)
    key: models.CharField[str, str] = models.CharField(max_length=600, unique=True)
    recipients: RelatedManager[Recipient]

    objects: ClassVar[models.Manager[Group]] = models.Manager()


class Recipient(models.Model):
    """A person that copies are issued to. ``email_key`` is the case-folded address, "" for none.

    Of a sealed recipient ``sealed`` holds the identity (``custody.identity``), name, e-mail, organisation and role
    are "", and the four keys hold blind values (``custody.roster``); "" for what the person has not.
    """

    label: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=200)
    email: models.CharField[str, str] = models.CharField(max_length=320, blank=True)
    email_key: models.CharField[str, str] = models.CharField(max_length=960, blank=True)
    organisation: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    role: models.CharField[str, str] = models.CharField(max_length=200, blank=True)
    groups: models.ManyToManyField[Group, models.Model] = models.ManyToManyField(
        Group, related_name="recipients"
    )
    sealed: models.BinaryField[bytes | None, bytes | None] = models.BinaryField(null=True)
    name_key: models.CharField[str, str] = models.CharField(
        max_length=64, blank=True, default="", db_index=True
    )
    organisation_key: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    role_key: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    copies: RelatedManager[IssuedCopy]
    envelopes: RelatedManager[IdentityEnvelope]

    objects: ClassVar[models.Manager[Recipient]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email_key"], condition=~models.Q(email_key=""), name="one_recipient_per_email"
            )
        ]


class Document(models.Model):
    """A protected document; its states are its versions."""

    label: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    title: models.CharField[str, str] = models.CharField(max_length=300)
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    versions: RelatedManager[Version]

    objects: ClassVar[models.Manager[Document]] = models.Manager()


class Version(models.Model):
    """One state of a document: the file as given, its canonical text, its mark sites, its pages if it has any."""

    document: models.ForeignKey[Document, Document] = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="versions"
    )
    document_id: int
    number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    source_sha256: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    kind: models.CharField[str, str] = models.CharField(max_length=16)
    style: models.CharField[str, str] = models.CharField(max_length=16)
    english: models.BooleanField[bool, bool] = models.BooleanField()
    text_sha256: models.CharField[str, str] = models.CharField(max_length=64)
    blocks_sha256: models.CharField[str, str] = models.CharField(max_length=64)
    canonical_version: models.CharField[str, str] = models.CharField(max_length=32)
    words: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    sites_sha256: models.CharField[str, str] = models.CharField(max_length=64)
    pages_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    # the unmarked PDF that another kind of document is issued as; "" until it was asked for
    rendition_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    # what the pages of the file and of the rendition look like; "" until they were described
    features_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    rendition_features_sha256: models.CharField[str, str] = models.CharField(
        max_length=64, blank=True, default=""
    )
    index_number: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(unique=True)
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    decisions: RelatedManager[SiteDecision]
    circulations: RelatedManager[Circulation]

    objects: ClassVar[models.Manager[Version]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="one_version_per_number")
        ]


class SiteDecision(models.Model):
    """What the author said about one site of a version: accepted or rejected."""

    version: models.ForeignKey[Version, Version] = models.ForeignKey(
        Version, on_delete=models.CASCADE, related_name="decisions"
    )
    site_id: models.CharField[str, str] = models.CharField(max_length=64)
    decision: models.CharField[str, str] = models.CharField(max_length=8)
    decided: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    objects: ClassVar[models.Manager[SiteDecision]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "site_id"], name="one_decision_per_site"),
            models.CheckConstraint(
                condition=models.Q(decision__in=["accepted", "rejected"]), name="decision_is_known"
            ),
        ]


class Circulation(models.Model):
    """One act of issuing a version. ``layout_sha256`` names the sites as they were frozen for it."""

    label: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    version: models.ForeignKey[Version, Version] = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="circulations"
    )
    version_id: int
    format: models.CharField[str, str] = models.CharField(max_length=16)
    carriers: models.JSONField[list[str], list[str]] = models.JSONField()
    notice: models.BooleanField[bool, bool] = models.BooleanField()
    code_scheme: models.CharField[str, str] = models.CharField(max_length=64)
    layout_sha256: models.CharField[str, str] = models.CharField(max_length=64)
    key_name: models.CharField[str, str] = models.CharField(max_length=64)
    # of copies that have pages, "" for others: words, unmarked file, all its words moved left, right
    pages_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    plain_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    left_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    right_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    completed: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    key_erased: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    envelopes: RelatedManager[SecretEnvelope]
    copies: RelatedManager[IssuedCopy]

    objects: ClassVar[models.Manager[Circulation]] = models.Manager()


class IssuedCopy(models.Model):
    """The copy for one recipient. ``index`` selects its codeword and is never given twice."""

    circulation: models.ForeignKey[Circulation, Circulation] = models.ForeignKey(
        Circulation, on_delete=models.PROTECT, related_name="copies"
    )
    circulation_id: int
    index: models.PositiveBigIntegerField[int, int] = models.PositiveBigIntegerField()
    label: models.CharField[str, str] = models.CharField(max_length=16, unique=True)
    recipient: models.ForeignKey[Recipient, Recipient] = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, related_name="copies"
    )
    recipient_id: int
    file_name: models.CharField[str, str] = models.CharField(max_length=255)
    sha256: models.CharField[str, str] = models.CharField(max_length=64)
    commitment: models.CharField[str, str] = models.CharField(max_length=64)
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )

    objects: ClassVar[models.Manager[IssuedCopy]] = models.Manager()

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["circulation", "index"], name="one_copy_per_index"),
            models.UniqueConstraint(fields=["circulation", "recipient"], name="one_copy_per_recipient"),
        ]


class Examination(models.Model):
    """One examination of an exhibit: what was asked, and the finding as it was given."""

    exhibit_sha256: models.CharField[str, str] = models.CharField(max_length=64, db_index=True)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    outcome: models.CharField[str, str] = models.CharField(max_length=32)
    finding: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    created: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    received_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )
    log_entry: models.PositiveBigIntegerField[int | None, int | None] = models.PositiveBigIntegerField(
        null=True
    )

    objects: ClassVar[models.Manager[Examination]] = models.Manager()


from dyeline.store import briefing_models, case_models, custody_models, fact_models, log_models  # noqa: E402, F401 - the rest of the tables
