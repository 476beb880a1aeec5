"""A survey that was kept: it comes back as it was, and templates made from it are the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from unittest import mock

import pytest

from dyeline.formats.pdf import record, survey
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.record import dump_survey, load_survey
from dyeline.model.document import INSERTED_MARKS
from tests.pdfs import PRODUCERS, by_typst


@pytest.mark.parametrize("make", PRODUCERS.values(), ids=PRODUCERS)
def test_what_was_found_comes_back(make: Callable[[], bytes]) -> None:
    data = make()
    content = Pdf().read(data, declarations=True)
    kept = load_survey(content.survey)
    assert kept is not None
    assert (tuple(kept.letters), tuple(kept.words)) == (content.insertions, content.shifts)
    assert load_survey(dump_survey(kept)) == kept
    with mock.patch.object(survey, "find_marks", side_effect=AssertionError("looked for again")):
        again = Pdf().recalled(data, content.survey)
    assert again == replace(content, pictures=())


def test_a_template_is_the_same_with_and_without_it() -> None:
    data = by_typst()
    content = Pdf().read(data, declarations=True)
    places = sorted([(at, "") for at in content.insertions] + [(at, "shift:0.2") for at in content.shifts])
    spans, marks = [(at, at) for at, _ in places], [mark for _, mark in places]
    with mock.patch.object(survey, "candidates", side_effect=AssertionError("looked for again")):
        known = Pdf().template(data, content, spans, marks=marks)
    fresh = Pdf().template(data, replace(content, survey=b""), spans, marks=marks)
    texts = ["" if mark else INSERTED_MARKS[1] for mark in marks]
    variants = [k % 2 for k in range(len(marks))]
    copies = [one.render(texts, variants=variants, notice=None, stamp=None) for one in (known, fresh)]
    assert copies[0] == copies[1]


def test_what_is_not_of_this_version_is_not_used() -> None:
    data = by_typst()
    kept = Pdf().read(data, declarations=True).survey
    with mock.patch.object(record, "RECORD", "survey/0"):
        assert load_survey(kept) is None
        assert Pdf().recalled(data, kept) is None
    for damaged in (b"", b"nonsense", kept[:100], kept[:-30]):
        assert load_survey(damaged) is None
