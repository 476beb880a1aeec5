"""What the pages of versions look like: image features."""

from __future__ import annotations

from django.db import migrations, models


def _blob(name: str) -> migrations.AddField:
    return migrations.AddField("version", name, models.CharField(blank=True, default="", max_length=64))


class Migration(migrations.Migration):
    dependencies = [("dyeline", "0002_pages")]

    operations = [_blob("features_sha256"), _blob("rendition_features_sha256")]
