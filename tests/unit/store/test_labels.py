from __future__ import annotations

import pytest

from dyeline.app.workspace import Workspace
from dyeline.store.labels import label, take_index_number, take_labels


def test_labels_have_the_digits_of_their_kind_and_grow() -> None:
    assert [label("R", 7), label("C", 7), label("R", 1234), label("C", 12345)] == [
        "R-007",
        "C-0007",
        "R-1234",
        "C-12345",
    ]


def test_labels_are_given_once(workspace: Workspace) -> None:
    with workspace.writing():
        assert take_labels("C", 3) == ["C-0001", "C-0002", "C-0003"]
        assert take_labels("C", 0) == []
        assert take_labels("C", 1) == ["C-0004"]
        assert take_labels("D", 1) == ["D-001"]
        assert [take_index_number(), take_index_number()] == [1, 2]


def test_labels_of_a_failed_transaction_are_given_again(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), workspace.writing():
        assert 1 / (len(take_labels("C", 5)) - 5)
    with workspace.writing():
        assert take_labels("C", 1) == ["C-0001"]
