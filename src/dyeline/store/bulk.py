"""Statements for many rows at once, where the ORM's own way takes minutes for 100,000."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections


def rewrite_recipients(rows: Iterable[tuple[int, str, str, str, str]]) -> None:
    """Give recipients new values: (key, name, email, organisation, role). Call within ``writing``.

    ``bulk_update`` builds one CASE expression a field: 58 s for 100,000 rows, this takes 1 s.
    """
    with connections["default"].cursor() as cursor:
        cursor.executemany(
            "UPDATE dyeline_recipient SET name = %s, email = %s, email_key = %s, organisation = %s, role = %s"
            " WHERE id = %s",
            [(name, email, email.casefold(), org, role, key) for key, name, email, org, role in rows],
        )


def record_files(rows: Iterable[tuple[str, str, str]]) -> None:
    """Put file hashes and commitments on record: (copy label, sha256, commitment). Call within ``writing``."""
    with connections["default"].cursor() as cursor:
        cursor.executemany(
            "UPDATE dyeline_issuedcopy SET sha256 = %s, commitment = %s WHERE label = %s",
            [(sha256, commitment, label) for label, sha256, commitment in rows],
        )


def record_entries(rows: Iterable[tuple[str, int]]) -> None:
    """Put the numbers of log entries on record: (copy label, entry). Call within ``writing``."""
    with connections["default"].cursor() as cursor:
        cursor.executemany(
            "UPDATE dyeline_issuedcopy SET log_entry = %s WHERE label = %s",
            [(entry, label) for label, entry in rows],
        )
