"""Custody: sealed recipients, custodians and their envelopes, unsealing, roles, the disclosure decision."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def _id() -> tuple[str, models.BigAutoField[int, int]]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _entry(name: str = "log_entry") -> tuple[str, Any]:
    return name, models.PositiveBigIntegerField(null=True)


def _to(
    table: str, name: str, related: str = "+", *, null: bool = False, own: bool = False
) -> tuple[str, Any]:
    on_delete = django.db.models.deletion.CASCADE if own else django.db.models.deletion.PROTECT
    return name, models.ForeignKey(
        null=null, on_delete=on_delete, related_name=related, to=f"dyeline.{table}"
    )


def _envelope(table: str) -> list[tuple[str, Any]]:
    return [
        _id(),
        ("outer", models.CharField(max_length=16)),
        ("inner", models.CharField(max_length=16)),
        ("data", models.BinaryField()),
        _to(table, table, "envelopes", own=True),
    ]


def _examined_before(apps: Any, editor: Any) -> None:
    """Count cases that were examined before anybody was asked as undecided."""
    cases = apps.get_model("dyeline", "Case").objects
    cases.filter(exhibits__examined__isnull=False).update(decision="undecided")


class Migration(migrations.Migration):
    dependencies = [("dyeline", "0007_log")]

    operations = [
        migrations.CreateModel(
            name="Custodian",
            fields=[
                _id(),
                ("label", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=100)),
                ("added", models.DateTimeField()),
                ("removed", models.DateTimeField(null=True)),
                _entry(),
                _to("actor", "actor", null=True),
            ],
        ),
        migrations.CreateModel(name="IdentityEnvelope", fields=_envelope("recipient")),
        migrations.CreateModel(name="SecretEnvelope", fields=_envelope("circulation")),
        migrations.CreateModel(
            name="UnsealRequest",
            fields=[
                _id(),
                ("label", models.CharField(max_length=16, unique=True)),
                ("reason", models.TextField()),
                ("override_reason", models.TextField(blank=True)),
                ("created", models.DateTimeField()),
                ("settled", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=16)),
                _entry(),
                _entry("opened_entry"),
                _to("case", "case", "unseal_requests"),
                _to("issuedcopy", "copy", "unseal_requests"),
                _to("actor", "actor"),
            ],
        ),
        migrations.CreateModel(
            name="UnsealGrant",
            fields=[
                _id(),
                ("at", models.DateTimeField()),
                _entry(),
                _to("unsealrequest", "request", "grants"),
                _to("custodian", "custodian", "grants"),
                _to("actor", "actor"),
            ],
        ),
        migrations.CreateModel(
            name="HalfOpenEnvelope",
            fields=[
                _id(),
                ("inner", models.CharField(max_length=16)),
                ("data", models.BinaryField()),
                _to("unsealgrant", "grant", "halves", own=True),
            ],
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                _id(),
                ("role", models.CharField(max_length=16)),
                ("granted", models.DateTimeField()),
                _entry(),
                _to("actor", "actor", "roles"),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("actor", "role"), name="one_grant_per_role")],
            },
        ),
        migrations.AddField("recipient", "sealed", models.BinaryField(null=True)),
        migrations.AddField(
            "recipient", "name_key", models.CharField(blank=True, db_index=True, default="", max_length=64)
        ),
        migrations.AddField(
            "recipient", "organisation_key", models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.AddField("recipient", "role_key", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField("circulation", "key_erased", models.DateTimeField(null=True)),
        migrations.AddField("caseexhibit", "purged", models.DateTimeField(null=True)),
        migrations.AddField("case", "decision", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("case", "decided", models.DateTimeField(null=True)),
        migrations.AddField("case", "decided_by", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("case", *_entry("decision_entry")),
        migrations.AddField("case", "decision_reason", models.TextField(blank=True, default="")),
        migrations.RunPython(_examined_before, migrations.RunPython.noop),
    ]
