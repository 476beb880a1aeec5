"""Cases: several exhibits of one matter."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def _id() -> tuple[str, models.BigAutoField[int, int]]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("dyeline", "0005_briefings")]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                _id(),
                ("name", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=300, unique=True)),
                ("bound", models.FloatField()),
                ("created", models.DateTimeField()),
                ("closed", models.DateTimeField(null=True)),
                ("close_reason", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                _id(),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=16)),
                ("what", models.JSONField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="dyeline.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseEvidence",
            fields=[
                _id(),
                ("number", models.PositiveIntegerField()),
                ("label", models.CharField(max_length=16)),
                ("likelihood_ratio", models.FloatField()),
                ("kind", models.CharField(blank=True, max_length=100)),
                ("source", models.TextField()),
                ("reason", models.TextField()),
                ("created", models.DateTimeField()),
                ("removed", models.DateTimeField(null=True)),
                ("removed_reason", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="dyeline.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="one_evidence_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseExhibit",
            fields=[
                _id(),
                ("number", models.PositiveIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("file_name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("source", models.TextField(blank=True)),
                ("received", models.DateTimeField(null=True)),
                ("recorded", models.DateTimeField()),
                ("examined", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, max_length=64)),
                ("outcome", models.CharField(blank=True, max_length=32)),
                ("finding", models.JSONField(default=dict)),
                ("readings_sha256", models.CharField(blank=True, max_length=64)),
                ("text_sha256", models.CharField(blank=True, max_length=64)),
                ("removed", models.DateTimeField(null=True)),
                ("removed_reason", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exhibits",
                        to="dyeline.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "sha256"), name="one_exhibit_per_hash"),
                    models.UniqueConstraint(fields=("case", "number"), name="one_exhibit_per_number"),
                ],
            },
        ),
    ]
