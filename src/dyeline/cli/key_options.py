"""Options for the key files of people, which are read and never stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Identities = Annotated[
    list[Path] | None,
    typer.Option(
        "--identity", metavar="FILE", help="Key file of a custodian; give it twice, for two of them."
    ),
]

Identity = Annotated[Path, typer.Option("--identity", metavar="FILE", help="Your own key file.")]

Passphrase = Annotated[
    bool, typer.Option("--passphrase", help="The key file is locked: ask for its passphrase.")
]


def phrase_of(asked: bool, *, twice: bool = False) -> str:
    """Return the passphrase that somebody types, "" if there is none."""
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice)) if asked else ""
