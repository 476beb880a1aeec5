"""The log: which entry a row agrees with, who acts, what commitments stand for, deliveries."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def _id() -> tuple[str, models.BigAutoField[int, int]]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _entry(model: str, name: str = "log_entry") -> migrations.AddField:
    return migrations.AddField(model, name, models.PositiveBigIntegerField(null=True))


class Migration(migrations.Migration):
    dependencies = [("dyeline", "0006_cases")]

    operations = [
        migrations.CreateModel(
            name="Actor",
            fields=[
                _id(),
                ("label", models.CharField(max_length=16, unique=True)),
                ("key", models.CharField(max_length=300, unique=True)),
                ("created", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                _id(),
                ("commitment", models.CharField(max_length=64, unique=True)),
                ("salt", models.BinaryField()),
                ("data", models.BinaryField()),
                ("what", models.CharField(max_length=64)),
                ("created", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                _id(),
                ("method", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("receipt_sha256", models.CharField(blank=True, max_length=64)),
                ("recorded", models.DateTimeField()),
                ("log_entry", models.PositiveBigIntegerField(null=True)),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="dyeline.issuedcopy",
                    ),
                ),
            ],
        ),
        _entry("version"),
        _entry("circulation"),
        _entry("issuedcopy"),
        _entry("examination", "received_entry"),
        _entry("examination"),
        _entry("case"),
        _entry("caseexhibit", "received_entry"),
        _entry("caseexhibit", "examined_entry"),
    ]
