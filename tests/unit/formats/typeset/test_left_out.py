"""Pictures that a rendition cannot show are counted, so that nobody gets a page without its figure unawares."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image

from dyeline.formats.registry import by_kind
from dyeline.formats.typeset.rendition import pictures_left_out


def held() -> str:
    file = BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 60)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [
        ("html", '<p>One <img src="chart.png"> two <img src="https://example.org/x.png"></p>', 2),
        ("html", f'<p>One <img src="{held()}"> two</p>', 0),
        ("html", '<p>One <img src="data:image/png;base64,AAAA"> two</p>', 1),
        ("md", f"Before ![]({held()}) and ![figure](figures/two.png) behind.\n", 1),
        ("txt", "No picture at all.\n", 0),
    ],
)
def test_pictures_that_the_file_does_not_hold_are_counted(kind: str, source: str, expected: int) -> None:
    data = source.encode()
    content = by_kind(kind).read(data, declarations=True)
    assert pictures_left_out(kind, data, content) == expected
