"""Which pages a picture shows, and exactly where they stand in it."""

from __future__ import annotations

from typing import Final

PAGES_VERSION: Final = "pages/2"
"""Goes on record with a finding: a change in how pages are found and registered is a new number."""
