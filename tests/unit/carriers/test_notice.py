from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyeline.carriers.notice import LONGEST_NAME, notice_labels, notice_line


def test_the_line_says_what_it_must() -> None:
    line = notice_line("Research Desk", "C-0007")
    assert line == "Copy C-0007 was issued to Research Desk and is individually marked."
    assert notice_labels(f"Some text.\n{line}\n") == ["C-0007"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Research\r\nDesk\x00\x1b[31m", "Research Desk [31m"),
        ("\u202eksed\u202c \u200bDesk\ufeff", "ksed Desk"),
        ("  A\u2028B\t C ", "A B C"),
        ("", "its recipient"),
        ("\u200b\n", "its recipient"),
        ("Ünïté 研究", "Ünïté 研究"),
    ],
)
def test_names_cannot_break_the_line(name: str, shown: str) -> None:
    assert notice_line(name, "C-0001") == f"Copy C-0001 was issued to {shown} and is individually marked."


def test_long_names_are_cut() -> None:
    line = notice_line("x" * 500, "C-0001")
    assert "x" * (LONGEST_NAME - 1) + "… and" in line
    assert len(line) < 150


@given(st.text(max_size=200), st.integers(1, 9_999_999))
def test_every_notice_is_one_line_and_gives_its_label_back(name: str, number: int) -> None:
    label = f"C-{number:04d}"
    line = notice_line(name, label)
    assert len(line.splitlines()) == 1
    assert notice_labels(line)[0] == label


@pytest.mark.parametrize(
    "exhibit",
    [
        "COPY C-0007 WAS ISSUED TO SOMEBODY",
        "copy\u00a0C\u20110007 was\nissued to somebody",
        "Copy C-OOO7 was issued to somebody",
        "> Copy C-\u200b0007 was issued to somebody",
    ],
)
def test_labels_survive_the_path(exhibit: str) -> None:
    assert notice_labels(exhibit) == ["C-0007"]


@pytest.mark.parametrize(
    "text", ["", "copy C-0007", "Section C-0007 was issued to the printer", "a copy was issued"]
)
def test_other_lines_are_no_notice(text: str) -> None:
    assert notice_labels(text) == []


def test_labels_come_once_in_order() -> None:
    text = "\n".join(notice_line("x", label) for label in ("C-0009", "C-0002", "C-0009"))
    assert notice_labels(text) == ["C-0009", "C-0002"]
