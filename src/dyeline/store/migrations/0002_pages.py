"""Where the words stand on the pages of versions and circulations."""

from __future__ import annotations

from django.db import migrations, models


def _blob(model: str, name: str) -> migrations.AddField:
    return migrations.AddField(model, name, models.CharField(blank=True, default="", max_length=64))


class Migration(migrations.Migration):
    dependencies = [("dyeline", "0001_first_tables")]

    operations = [
        _blob("version", "pages_sha256"),
        _blob("version", "rendition_sha256"),
        _blob("circulation", "pages_sha256"),
        _blob("circulation", "plain_sha256"),
        _blob("circulation", "left_sha256"),
        _blob("circulation", "right_sha256"),
    ]
