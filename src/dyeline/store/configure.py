"""Django's settings for a process that works on workspaces, made without a settings module."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings

BUSY_TIMEOUT_S = 20
_DATABASE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": "",
    "OPTIONS": {
        # a write lock from the first statement on: two writers queue up instead of failing half-way
        "transaction_mode": "IMMEDIATE",
        "timeout": BUSY_TIMEOUT_S,
        # FULL: what a command reported as stored outlives a power cut, also under WAL
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
    },
}


def configure() -> None:
    """Configure Django once, for no database yet (``database.connect`` names it). Later calls do nothing.

    ``apps.populate`` instead of ``django.setup``: the latter imports URL routing and templates,
    80 ms that a command line has no use for.
    """
    if not settings.configured:
        settings.configure(
            DATABASES={"default": _DATABASE},
            INSTALLED_APPS=["dyeline.store.apps.StoreConfig"],
            USE_TZ=True,
            LOGGING_CONFIG=None,
        )
    apps.populate(settings.INSTALLED_APPS)
