"""Django's name for this package: tables are called ``dyeline_…``."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The one Django application of the store."""

    name = "dyeline.store"
    label = "dyeline"
    default_auto_field = "django.db.models.BigAutoField"
