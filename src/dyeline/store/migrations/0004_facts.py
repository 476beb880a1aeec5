"""Fact sheets of documents."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dyeline", "0003_page_features")]

    operations = [
        migrations.CreateModel(
            name="SheetFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=2000)),
                ("type", models.CharField(max_length=16)),
                ("relation", models.TextField(blank=True)),
                ("value", models.TextField()),
                ("aliases", models.JSONField()),
                ("versions", models.JSONField()),
                ("imported", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="dyeline.document",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="sheetfact",
            constraint=models.UniqueConstraint(fields=("document", "name"), name="one_fact_per_name"),
        ),
    ]
