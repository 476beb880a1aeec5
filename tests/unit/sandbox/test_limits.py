"""Every limit of a file: what lies at it is read, what lies above is refused by an error that names the limit."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dyeline.app.settings import TEMPLATE, read_settings
from dyeline.errors import BadWorkspace, DyelineError, TooLarge
from dyeline.formats.registry import read_file
from dyeline.sandbox.limits import Limits, limits, using
from tests.unit.formats.pictures.test_intake import png

HEADERS = b"Subject: x\nFrom: a@example.org\nTo: b@example.org\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"


def archive(members: int, size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("[Content_Types].xml", "<Types/>")
        opened.writestr("word/document.xml", "<x/>")
        for number in range(members - 2):
            opened.writestr(f"word/media/{number}.bin", bytes(size))
    return file.getvalue()


def mail(depth: int) -> bytes:
    """Return a message in a message, ``depth`` times, each attached as a file."""
    text = HEADERS + b"\nhello\n"
    for _ in range(depth):
        text = (
            HEADERS + b'MIME-Version: 1.0\nContent-Type: application/octet-stream; name="m.eml"\n'
            b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(text)
        )
    return text


def message_in_messages(depth: int) -> bytes:
    text = HEADERS + b"\nhello\n"
    for _ in range(depth):
        text = HEADERS + b"MIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + text
    return text


CASES: dict[str, tuple[Limits, Callable[[], bytes], Callable[[], bytes]]] = {
    "members": (Limits(members=30), lambda: archive(30, 10), lambda: archive(31, 10)),
    "expanded_mb": (
        Limits(expanded_mb=2, ratio=10_000),
        lambda: archive(6, 2**18),
        lambda: archive(12, 2**18),
    ),
    "ratio": (Limits(ratio=20), lambda: archive(5, 2**18), lambda: archive(24, 2**18)),
    "depth": (Limits(), lambda: mail(3), lambda: mail(4)),
    "page_megapixels": (
        Limits(page_megapixels=1),
        lambda: png(1_000, 1_000, rows=bytes(1_000 * 3_001)),
        lambda: png(1_001, 1_000, rows=bytes(1_000 * 3_004)),
    ),
}


def outcome(data: bytes) -> DyelineError | None:
    try:
        read_file(data, declarations=False)
        if data.startswith(b"\x89PNG"):
            from dyeline.formats.pictures.intake import pictures_of

            list(pictures_of(data))
    except DyelineError as refusal:
        return refusal
    return None


@pytest.mark.parametrize("name", CASES)
def test_a_limit(name: str) -> None:
    wanted, within, beyond = CASES[name]
    with using(wanted):
        fine, refused = outcome(within()), outcome(beyond())
    assert not isinstance(fine, TooLarge)
    assert isinstance(refused, TooLarge) and refused.facts["limit"] == name and refused.fix


def test_messages_in_messages_are_files_in_files() -> None:
    assert outcome(message_in_messages(3)) is None
    refused = outcome(message_in_messages(4))
    assert isinstance(refused, TooLarge) and refused.facts["limit"] == "depth"


def test_depth_is_counted_anew_for_every_file() -> None:
    for _ in range(5):
        assert outcome(mail(3)) is None


def test_the_limits_are_those_of_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "dyeline.toml").write_text(TEMPLATE)
    assert read_settings(tmp_path).limits == Limits()
    (tmp_path / "dyeline.toml").write_text("format = 1\n[limits]\npages = 20000\nmemory_mb = 4000\n")
    assert read_settings(tmp_path).limits == replace(Limits(), pages=20_000, memory_mb=4_000)


@pytest.mark.parametrize(
    "line", ["pages = 0", "pages = -1", 'pages = "many"', "pages = 1.5", "pages = true", "page = 3"]
)
def test_a_limit_that_is_none_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "dyeline.toml").write_text(f"format = 1\n[limits]\n{line}\n")
    with pytest.raises(BadWorkspace, match="limits"):
        read_settings(tmp_path)


def test_limits_are_put_back() -> None:
    with using(Limits(pages=3)):
        assert limits().pages == 3
    assert limits() == Limits()
