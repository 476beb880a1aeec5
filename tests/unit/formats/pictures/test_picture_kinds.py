"""A picture is told by its content, has no text, and is no document."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from dyeline.errors import UnsupportedFormat
from dyeline.formats.pictures.kinds import is_picture, picture_kind
from dyeline.formats.registry import detect, read_file

_FORMATS = {
    "png": "PNG",
    "jpg": "JPEG",
    "gif": "GIF",
    "webp": "WEBP",
    "tiff": "TIFF",
    "bmp": "BMP",
    "avif": "AVIF",
}


def encoded(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, _FORMATS[kind])
    return file.getvalue()


@pytest.mark.parametrize("kind", sorted(_FORMATS))
def test_each_kind_is_told_by_content_and_reads_as_an_empty_text(kind: str) -> None:
    data = encoded(kind)
    assert picture_kind(data) == kind
    assert detect(data, ".txt").kind == kind
    content = read_file(data, declarations=False)
    assert (content.kind, content.text, content.blocks) == (kind, "", ())
    with pytest.raises(UnsupportedFormat, match=r"a document is a file with text.*into a PDF"):
        read_file(data, declarations=True)
    with pytest.raises(UnsupportedFormat, match="issue as PDF"):
        detect(data).typeset(content, ())


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"heic\0\0\0\0mif1heic", "heic"),
        (b"mif1\0\0\0\0mif1avif", "avif"),
        (b"msf1\0\0\0\0hevc", "heic"),
        (b"isom\0\0\0\0isomiso2mp41", ""),
    ],
)
def test_heic_avif_and_video_are_told_by_their_brands(brands: bytes, kind: str) -> None:
    data = (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + bytes(100)
    assert picture_kind(data) == kind
    if not kind:
        with pytest.raises(UnsupportedFormat, match=r"video.*still pictures"):
            detect(data)


@pytest.mark.parametrize(
    "text", [b"", b"BMW and other makes of cars, in no order", b"GIF89a is a format", b"RIFF raff WEBP"]
)
def test_texts_that_begin_like_pictures(text: bytes) -> None:
    assert not is_picture(text)


def test_a_picture_in_a_message_is_left_out() -> None:
    import base64

    picture = base64.encodebytes(encoded("png")).decode()
    message = (
        "From: a@example.org\nTo: b@example.org\nSubject: logo\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n'
        "--x\nContent-Type: text/plain\n\nWords.\n"
        "--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="logo.png"\n\n{picture}\n--x--\n'
    )
    content = read_file(message.encode(), declarations=False)
    assert content.attachments == ()
    assert "Words." in content.text
