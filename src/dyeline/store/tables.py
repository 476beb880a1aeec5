"""The models, importable from anywhere: Django is configured before they are defined."""

from __future__ import annotations

from dyeline.store.configure import configure

configure()

from dyeline.store.models import (  # noqa: E402
    Circulation,
    Document,
    Examination,
    Group,
    IssuedCopy,
    Recipient,
    Setting,
    SiteDecision,
    Version,
)

__all__ = [
    "Circulation",
    "Document",
    "Examination",
    "Group",
    "IssuedCopy",
    "Recipient",
    "Setting",
    "SiteDecision",
    "Version",
]
