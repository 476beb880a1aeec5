"""How a place names the block of a picture that it stands for."""

from __future__ import annotations

_PREFIX = "image:"


def image_mark(key: str, block: int) -> str:
    """Return the ``mark`` of a place (``model.sites.Place``) that is a block of picture ``key``."""
    return f"{_PREFIX}{key}:{block}"


def image_block(mark: str) -> tuple[str, int] | None:
    """Return (key, block) of such a mark; None for marks of other kinds. ValueError when it is broken."""
    if not mark.startswith(_PREFIX):
        return None
    key, _, block = mark.removeprefix(_PREFIX).rpartition(":")
    return key, int(block)
