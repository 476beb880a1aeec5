"""The first tables."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Circulation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=16, unique=True)),
                ("format", models.CharField(max_length=16)),
                ("carriers", models.JSONField()),
                ("notice", models.BooleanField()),
                ("code_scheme", models.CharField(max_length=64)),
                ("layout_sha256", models.CharField(max_length=64)),
                ("key_name", models.CharField(max_length=64)),
                ("created", models.DateTimeField()),
                ("completed", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=16, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("created", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Examination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("exhibit_sha256", models.CharField(db_index=True, max_length=64)),
                ("parameters", models.JSONField()),
                ("outcome", models.CharField(max_length=32)),
                ("finding", models.JSONField()),
                ("created", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=600, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("email", models.CharField(blank=True, max_length=320)),
                ("email_key", models.CharField(blank=True, max_length=960)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("role", models.CharField(blank=True, max_length=200)),
                ("created", models.DateTimeField()),
                ("groups", models.ManyToManyField(related_name="recipients", to="dyeline.group")),
            ],
        ),
        migrations.CreateModel(
            name="IssuedCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("index", models.PositiveBigIntegerField()),
                ("label", models.CharField(max_length=16, unique=True)),
                ("file_name", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("commitment", models.CharField(max_length=64)),
                ("created", models.DateTimeField()),
                (
                    "circulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="dyeline.circulation",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="dyeline.recipient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("source_sha256", models.CharField(db_index=True, max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("style", models.CharField(max_length=16)),
                ("english", models.BooleanField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("blocks_sha256", models.CharField(max_length=64)),
                ("canonical_version", models.CharField(max_length=32)),
                ("words", models.PositiveIntegerField()),
                ("sites_sha256", models.CharField(max_length=64)),
                ("index_number", models.PositiveIntegerField(unique=True)),
                ("created", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="dyeline.document",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("site_id", models.CharField(max_length=64)),
                ("decision", models.CharField(max_length=8)),
                ("decided", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="dyeline.version",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="circulation",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="circulations", to="dyeline.version"
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email_key", ""), _negated=True),
                fields=("email_key",),
                name="one_recipient_per_email",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedcopy",
            constraint=models.UniqueConstraint(fields=("circulation", "index"), name="one_copy_per_index"),
        ),
        migrations.AddConstraint(
            model_name="issuedcopy",
            constraint=models.UniqueConstraint(
                fields=("circulation", "recipient"), name="one_copy_per_recipient"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("document", "number"), name="one_version_per_number"),
        ),
        migrations.AddConstraint(
            model_name="sitedecision",
            constraint=models.UniqueConstraint(fields=("version", "site_id"), name="one_decision_per_site"),
        ),
        migrations.AddConstraint(
            model_name="sitedecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["accepted", "rejected"])), name="decision_is_known"
            ),
        ),
    ]
