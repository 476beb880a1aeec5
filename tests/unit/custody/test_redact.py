from __future__ import annotations

import pytest

from dyeline.custody.redact import redacted

NAMES = {
    "ada": "R-001",
    "ada example": "R-002",
    "ex ltd": "O-1",
    "ada@example.org": "R-002",
    "j. r.": "R-003",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a call", "a call"),
        ("call with Ada Example", "call with R-002"),
        ("Ada, then (ada example)!", "R-001, then (R-002)!"),
        ("mail to <ada@example.org>; Ex Ltd", "mail to <R-002>; O-1"),
        ("Adam Example of ex  ltd", "Adam Example of O-1"),
        ("J. R. said so", "R-003 said so"),
        ("ada ada", "R-001 R-001"),
    ],
)
def test_names_give_way_to_labels_and_nothing_else_changes(text: str, shown: str) -> None:
    assert redacted(text, lambda run: NAMES.get(" ".join(run.split()).casefold())) == shown
