"""Files that grow when they are read: each becomes a result or an error that says what to do, and soon."""

from __future__ import annotations

import resource
from functools import partial

import pytest

from dyeline.app.exhibits import ExhibitFile, take_in
from dyeline.app.jobs import new_document
from dyeline.errors import DyelineError
from dyeline.formats.limited import document_within_limits, exhibit_within_limits
from dyeline.sandbox.limits import Limits, using
from tests.bombs import BOMBS

SECONDS = 1
"""Of processor time, instead of 60: what takes longer is ended. ``bench.hostile`` reads them with the real limits."""

OUTSIDE = ("entity_from_the_disk", "entity_from_the_network")


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb(name: str) -> None:
    make, suffix = BOMBS[name]
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = []
    with using(Limits(seconds=SECONDS)):
        for work, door in (
            (partial(take_in, [ExhibitFile(data, suffix)], look=True), exhibit_within_limits),
            (partial(new_document, data, suffix, dense=False), document_within_limits),
        ):
            try:
                said.append(str(door(work, size=0)))  # type: ignore[operator]
            except DyelineError as refusal:
                said.append(refusal.code if refusal.fix and refusal.exit_status == 65 else "")
    assert len(said) == 2 and all(said)
    if name in OUTSIDE:
        assert not any("root:" in text for text in said)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 400 + 5 * len(data) / 2**20
