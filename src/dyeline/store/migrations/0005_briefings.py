"""Who was told what, when."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dyeline", "0004_facts")]

    operations = [
        migrations.CreateModel(
            name="Briefing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fact", models.CharField(blank=True, max_length=200)),
                ("fact_key", models.CharField(blank=True, max_length=600)),
                ("begins", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("channel", models.CharField(blank=True, max_length=200)),
                ("told_by", models.CharField(blank=True, max_length=200)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("imported", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="briefings",
                        to="dyeline.document",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="briefings",
                        to="dyeline.recipient",
                    ),
                ),
            ],
        ),
    ]
