"""Answers of a confined process: what is written comes back the same, and nothing but data can be built from them."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyeline.errors import BadInput, TooLarge, UnreadableFile
from dyeline.formats.content import Content
from dyeline.formats.plain import notice_lines, same
from dyeline.formats.splice import SourceTemplate
from dyeline.model.document import Block
from dyeline.sandbox import answers
from dyeline.sandbox.answers import NotSent, read, written


def there_and_back(value: object) -> Any:
    shape, row = written(value)
    return read(shape, bytearray(b"".join(row)))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
KEYS = st.integers() | st.text() | st.tuples(st.integers(), st.integers())
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
        | st.sets(st.integers())
        | st.frozensets(st.text())
        | st.lists(st.tuples(st.integers(), inner)).map(tuple)
    ),
    max_leaves=25,
)


@given(VALUES)
def test_values_come_back_the_same(value: object) -> None:
    back = there_and_back(value)
    assert (back == value and repr(back) == repr(value)) or isinstance(
        value, set | frozenset | dict | list | tuple
    )
    assert type(back) is type(value) and back == value


def test_a_text_with_half_a_character() -> None:
    assert there_and_back(("\ud800", "x\udfff" * 500)) == ("\ud800", "x\udfff" * 500)


@pytest.mark.parametrize("kind", ["bool", "uint8", "int32", "int64", "float32", "float64"])
def test_arrays_come_back_and_can_be_written_to(kind: str) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(kind)
    back = there_and_back([array, array.T, array[:, :0], np.array(3, dtype=kind)])
    assert [one.dtype for one in back] == [array.dtype] * 4
    np.testing.assert_array_equal(back[0], array)
    np.testing.assert_array_equal(back[1], array.T)
    assert back[2].shape == (2, 0, 4) and back[3].shape == ()
    back[0][0, 0, 0] = 1


def test_our_own_classes_come_back() -> None:
    blocks = tuple(Block(at, at + 3, "paragraph") for at in range(0, 300, 4))
    content = Content("md", "text", blocks, ((0, 1), (2, 3)), (1, 2), attachments=(Content("txt", "a", ()),))
    assert there_and_back(content) == content
    template = SourceTemplate(("a", "b"), (0,), same, notice_lines, wraps={0: "\n"})
    assert there_and_back(template) == template


def test_errors_come_back_whole_and_cannot_steer_a_terminal() -> None:
    back = there_and_back(TooLarge("More than \x1b[31mfits.", fix="give less.", pages=7, where=Path("x")))
    assert type(back) is TooLarge and str(back) == "More than ?[31mfits. Fix: give less."
    assert back.facts == {"pages": 7, "where": "x"}


@dataclass(frozen=True)
class Foreign:
    """Not one of ours: it is defined outside of the package."""

    value: int


@pytest.mark.parametrize(
    "value", [Foreign(1), object(), lambda: 1, np.array([object()]), np.array(["a"]), 1j]
)
def test_what_has_no_place_in_an_answer_is_not_written(value: object) -> None:
    with pytest.raises(NotSent):
        written(value)


class Hostile:
    """What a taken-over process would send if answers were pickles."""

    def __reduce__(self) -> Any:
        return Path.touch, (Path("/tmp/dyeline-was-taken-over"),)


HOSTILE_SHAPES = {
    "a pickle": pickle.dumps(Hostile()),
    "no JSON": b"{",
    "an object of JSON": b'{"a": 1}',
    "an unknown tag": b'["q", 1]',
    "a tag that is a list": b'[["t"], 1]',
    "a method of the reader": b'["_part", 1]',
    "a function of os": b'["o", "os:system", "true"]',
    "a class of another package": b'["o", "pathlib:Path", "x"]',
    "a class of the command line": b'["o", "dyeline.cli.shell:Shell", null]',
    "a class of the store": b'["o", "dyeline.store.keys:Keys", "x"]',
    "the workspace": b'["o", "dyeline.app.workspace:Workspace", null, null]',
    "a module that starts the program": b'["o", "dyeline.__main__:main"]',
    "a function of ours": b'["o", "dyeline.app.jobs:described_pages", "x", 0]',
    "a class that another module imported": b'["o", "dyeline.formats.content:dataclass", null]',
    "an attribute of a class": b'["o", "dyeline.formats.content:Content.__init__"]',
    "a function that is no dress": b'["c", "dyeline.app.jobs:new_document"]',
    "too few values": b'["o", "dyeline.formats.content:Content"]',
    "an error that is none": b'["x", "dyeline.formats.content:Content", "", "", ["d", ["t", ""], ["t", ""]], []]',
    "a member of no enumeration": b'["e", "dyeline.formats.content:Content", "kind"]',
    "an array of objects": b'["a", "|O8", [1], 8]',
    "an array longer than its bytes": b'["a", "<i8", [1000000000], 8]',
    "an array of a negative length": b'["a", "<i8", [-1], 8]',
    "more bytes than there are": b'["b", 1000000000000]',
    "fewer than no bytes": b'["b", -1]',
    "columns of different lengths": b'["t", "t", ["t", "", 1], ["t", "", 1, 2]]',
    "no columns": b'["t", "t"]',
    "a list that is no plain value": b'["t", "", []]',
    "a dictionary with a list as key": b'["d", ["t", "*", ["l", ""]], ["t", "", 1]]',
    "too deep": b"[" * 200_000,
    "too deep, and closed": b'["t", "*", ' * 5_000 + b"1" + b"]" * 5_000,
    "a number of a million digits": b"9" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE_SHAPES)
def test_a_hostile_answer_is_refused_and_does_nothing(name: str) -> None:
    Path("/tmp/dyeline-was-taken-over").unlink(missing_ok=True)
    with pytest.raises(UnreadableFile):
        read(HOSTILE_SHAPES[name], bytearray(8))
    assert not Path("/tmp/dyeline-was-taken-over").exists()


def test_an_answer_is_not_longer_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_SHAPE_BYTES", 10)
    with pytest.raises(UnreadableFile):
        read(json.dumps(["t", "", 1, 2, 3, 4]).encode(), bytearray())


def test_what_a_job_raised_can_be_a_builtin_error_or_is_told() -> None:
    assert type(there_and_back(KeyError("x"))) is KeyError
    assert type(there_and_back(SystemExit(3))) is answers.Untold
    assert type(there_and_back(pickle.PicklingError("x"))) is answers.Untold
    assert type(there_and_back(BadInput("x"))) is BadInput
