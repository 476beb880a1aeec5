"""Hostile files given to the commands: nothing that a file does takes the program along."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest

from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.errors import TooLarge
from dyeline.formats import limited
from dyeline.sandbox.limits import limits, using
from tests import hostile


@pytest.mark.parametrize("make", [hostile.forms_that_double, hostile.forms_that_show_each_other])
def test_a_file_that_asks_for_all_memory_is_refused(make: object, workspace: Workspace) -> None:
    data = make()  # type: ignore[operator]
    with using(replace(limits(), memory_mb=300)), mock.patch.object(limited, "PICTURES_MEGABYTES", 0):
        for give in (
            lambda: add_document(workspace, data, file_name="x.pdf"),
            lambda: examine(workspace, data),
        ):
            with pytest.raises(TooLarge, match="300 MB"):
                give()


def test_a_file_that_is_drawn_for_ever_is_refused(workspace: Workspace) -> None:
    with using(replace(limits(), seconds=2)), pytest.raises(TooLarge, match="more than 2 s"):
        add_document(workspace, hostile.pattern_that_paints_itself(), file_name="x.pdf")
