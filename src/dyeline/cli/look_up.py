"""How to find out whom a copy was issued to, as a sentence."""

from __future__ import annotations

from dyeline.cli.tables import plain


def look_up(recipient: str, copy: str, case: str, *, sealed: bool) -> str:
    """Return how the name behind a label is found; ``case`` is "" where there is none yet."""
    if not sealed:
        return f"Whom it was issued to: dyeline recipient show {recipient}"
    name = f"'{plain(case)}'" if case else "CASE"
    return (
        "Names are sealed. Two custodians open one, in a case that names the copy: "
        f'dyeline unseal request {name} {copy} --reason "…"'
    )
