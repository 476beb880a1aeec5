"""Files that are broken, hostile or not what they seem: each a clear error with a way out."""

from __future__ import annotations

import importlib.util
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from dyeline.errors import DyelineError, TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.registry import by_kind, read_file
from dyeline.model.document import INSERTED_MARKS
from dyeline.sandbox.limits import limits, using

FOLDER = Path(__file__).parents[1] / "golden" / "formats"
MB = 2**20


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden_formats", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = load()


def refused(data: bytes, kind: type[DyelineError], words: str, suffix: str | None = None) -> DyelineError:
    with pytest.raises(kind) as caught:
        read_file(data, declarations=True, hint_suffix=suffix)
    assert words in caught.value.problem
    assert caught.value.fix, "an error must name a way out"
    return caught.value


def packed_zeros(megabytes: int) -> bytes:
    """Deflate stream of that many megabytes of zeros, made without deflating all of them."""
    once = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = once.compress(bytes(MB)) + once.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + once.flush()


def bomb(name: str, megabytes: int, claimed: int) -> bytes:
    """A golden DOCX with one more (or another) entry that inflates far beyond what it claims."""
    parts = {key: text.encode() for key, text in BUILD.PARTS.items() if key != name}
    packed = packed_zeros(megabytes)
    body, directory = io.BytesIO(), io.BytesIO()
    entries = [(key, zlib.crc32(text), text, len(text), 0) for key, text in parts.items()]
    entries.append((name, 0, packed, claimed, 8))
    for key, crc, content, size, method in entries:
        raw = key.encode()
        common = struct.pack("<5H3L", 20, 0, method, 0, 33, crc, len(content), size)
        directory.write(b"PK\x01\x02" + struct.pack("<H", 20) + common)
        directory.write(struct.pack("<5H2L", len(raw), 0, 0, 0, 0, 0, body.tell()) + raw)
        body.write(b"PK\x03\x04" + common + struct.pack("<2H", len(raw), 0) + raw + content)
    start = body.tell()
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), directory.tell(), start, 0)
    return body.getvalue() + directory.getvalue() + end


@pytest.mark.parametrize("name", ["word/document.xml", "word/media/image1.png", "word/styles.xml"])
@pytest.mark.parametrize("claimed", [100, 3_000 * MB])
def test_a_bomb_of_3_gb_in_3_mb_is_refused_in_little_memory(name: str, claimed: int) -> None:
    data = bomb(name, 3_000, claimed)
    assert len(data) < 4 * MB
    tracemalloc.start()
    refused(data, TooLarge, "inflates to more than")
    assert tracemalloc.get_traced_memory()[1] < 100 * MB
    tracemalloc.stop()


@pytest.mark.parametrize("data", [b"", b"   \n", b"\xef\xbb\xbf", b"\xff\xfe\n\x00"])
def test_empty_files(data: bytes) -> None:
    refused(data, UnreadableFile, "is empty")


@pytest.mark.parametrize(
    "data",
    [
        b"<html><head><title>only a title</title></head><body><p> </p></body></html>",
        b"---\ndyeline:\n  fixed: [a]\n---\n\n",
    ],
)
def test_files_that_show_nothing(data: bytes) -> None:
    refused(data, UnreadableFile, "is empty")


def test_a_docx_without_text() -> None:
    parts = BUILD.PARTS | {
        "word/document.xml": f'<w:document xmlns:w="{BUILD.W}"><w:body><w:p/></w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{BUILD.REL}"/>',
    }
    refused(BUILD.docx(parts), UnreadableFile, "is empty")


def test_a_docx_that_is_no_zip() -> None:
    refused(b"PK\x03\x04" + bytes(range(256)) * 4, UnreadableFile, "no directory", ".docx")
    refused(bytes(range(256)) * 4, UnreadableFile, "NUL byte", ".docx")


def test_a_docx_that_is_plain_text_is_read_as_text() -> None:
    content = read_file(b"Only some words.", declarations=True, hint_suffix=".docx")
    assert (content.kind, content.text) == ("txt", "Only some words.")


def test_a_zip_without_a_document() -> None:
    parts = {name: text for name, text in BUILD.PARTS.items() if name != "word/document.xml"}
    refused(BUILD.docx(parts), UnsupportedFormat, "no Word document")


def test_a_main_part_that_is_missing() -> None:
    relations = BUILD.RELATIONS.replace("word/document.xml", "word/other.xml")
    refused(
        BUILD.docx(BUILD.PARTS | {"_rels/.rels": relations}), UnreadableFile, "holds no word/document.xml"
    )


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE w:document SYSTEM "http://example.org/x.dtd">',
        '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        "<!--" + "x" * 5_000 + '--><!DOCTYPE w:document [<!ENTITY x "y">]>',
    ],
)
def test_entities_and_document_types(prologue: str) -> None:
    xml = BUILD.DOCUMENT.replace("?>", f"?>{prologue}", 1).replace(
        "The autumn", "&x; autumn" if "x " in prologue else "The"
    )
    refused(BUILD.docx(BUILD.PARTS | {"word/document.xml": xml}), UnreadableFile, "document type or entities")


def test_a_document_type_in_utf_16() -> None:
    xml = BUILD.DOCUMENT.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace(
        "?>", "?><!DOCTYPE w:document>", 1
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in BUILD.PARTS.items():
            archive.writestr(name, xml.encode("utf-16") if name == "word/document.xml" else text.encode())
    refused(buffer.getvalue(), UnreadableFile, "document type or entities")


def test_xml_nested_too_deeply() -> None:
    xml = BUILD.DOCUMENT.replace("<w:p/>", "<w:sdt>" * 5_000 + "</w:sdt>" * 5_000)
    refused(BUILD.docx(BUILD.PARTS | {"word/document.xml": xml}), UnreadableFile, "damaged XML")


def edited(change: Callable[[zipfile.ZipFile], None]) -> bytes:
    buffer = io.BytesIO(BUILD.docx())
    with zipfile.ZipFile(buffer, "a") as archive:
        change(archive)
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_with_tricks() -> None:
    refused(
        edited(lambda z: z.writestr("word/document.xml", "<x/>")), UnreadableFile, "two entries of one name"
    )
    refused(
        edited(lambda z: z.writestr("WORD/document.xml", "<x/>")), UnreadableFile, "two entries of one name"
    )
    refused(edited(lambda z: z.writestr("../evil.xml", "<x/>")), UnreadableFile, "leads out of it")
    refused(edited(lambda z: z.writestr("/etc/evil.xml", "<x/>")), UnreadableFile, "leads out of it")


def test_an_encrypted_entry() -> None:
    data = bytearray(BUILD.docx())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    refused(bytes(data), UnreadableFile, "encrypted")


def test_a_changed_byte_fails_the_checksum() -> None:
    with zipfile.ZipFile(io.BytesIO(stored := stored_docx())) as archive:
        offset = archive.getinfo("word/document.xml").header_offset
    data = bytearray(stored)
    data[data.index(b"autumn", offset)] ^= 1
    refused(bytes(data), UnreadableFile, "fails its checksum")


def stored_docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in BUILD.PARTS.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def test_a_declaring_comment_over_two_paragraphs() -> None:
    xml = BUILD.DOCUMENT.replace('<w:commentRangeEnd w:id="2"/>', "").replace(
        "<w:t>First item</w:t></w:r>", '<w:t>First item</w:t></w:r><w:commentRangeEnd w:id="2"/>'
    )
    refused(BUILD.docx(BUILD.PARTS | {"word/document.xml": xml}), UnsupportedFormat, "paragraph 2")


def test_a_declared_span_with_markup_inside() -> None:
    page = b'<html><body><p>\n<span data-dy="=a" data-alt="x|y">a<b>b</b></span></p></body></html>'
    refused(page, UnsupportedFormat, "line 2")
    assert read_file(page, declarations=False).text == "ab"


def test_50_mb_of_text() -> None:
    refused(b"ab cd ef g\n" * 4_700_000, TooLarge, "51,700,000 characters")


@pytest.mark.parametrize(
    "inner", ["dyeline: [a", "dyeline: text", "dyeline:\n  other: [a]", "dyeline:\n  fixed: {a: b}"]
)
def test_front_matter_that_is_no_list_of_constraints(inner: str) -> None:
    refused(f"---\n{inner}\n---\nText.\n".encode(), UnreadableFile, "front matter", ".md")
    assert (
        read_file(f"---\n{inner}\n---\nText.\n".encode(), declarations=False, hint_suffix=".md").text
        == "Text."
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x00\x00\x0cjP  \r\n" + bytes(50), "JPEG 2000 picture"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(50), "video"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word document"),
        (b"{\\rtf1\\ansi text}", "rich text"),
    ],
)
def test_kinds_that_are_known_but_not_read(data: bytes, words: str) -> None:
    refused(data, UnsupportedFormat, words)


def test_pdf_files_without_text_damaged_or_too_long() -> None:
    assert read_file(BUILD.pdf([[]]), declarations=True).text == ""  # its pages may be pictures of text
    refused(b"%PDF-1.7\n" + b"garbage " * 40, UnreadableFile, "damaged")
    with using(replace(limits(), pages=20)):
        refused(BUILD.pdf([["x"]] * 21), TooLarge, "21 pages")


def test_a_pdf_with_a_password() -> None:
    crypt = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
        + f"/O <{'11' * 32}> /U <{'22' * 32}> >> /ID [<00> <00>] "
    )
    refused(BUILD.pdf([["x"]], trailer=crypt), UnreadableFile, "password")


def test_mail_that_nests_without_end() -> None:
    inside = "From: a@example.org\nSubject: x\nContent-Type: message/rfc822\n\n"
    refused(("From: a@example.org\n" + inside * 200 + "text").encode(), TooLarge, "nests deeper")


def test_mail_without_text() -> None:
    refused(b"From: a@example.org\nSubject: x\n\n", UnreadableFile, "is empty")


def test_mail_with_broken_headers_is_still_read() -> None:
    subject = b"Subject: =?utf-8?b?!!!?= =?nope?q?x?=\n"
    data = b"From: a@example.org\n" + subject + b"Content-Type: text/plain; charset=nope\n\nWords."
    assert read_file(data, declarations=False).text.endswith("Words.")


def test_a_page_whose_content_inflates_without_end_is_left_alone() -> None:
    bomb = zlib.compress(b"0 0 m " * (2 * MB))
    data = pdf_with_page(bomb, "/Filter /FlateDecode", b"BT /F1 12 Tf 72 700 Td (Alpha beta, gamma.) Tj ET")
    content = read_file(data, declarations=True)
    assert content.text == "Alpha beta, gamma."
    assert len(content.insertions) == 2


@pytest.mark.parametrize(
    "filters", ["[/FlateDecode /FlateDecode]", "/LZWDecode", "/NoSuchDecode", "[/ASCII85Decode /FlateDecode]"]
)
def test_content_packed_in_an_odd_way(filters: str) -> None:
    data = pdf_with_page(
        packed_zeros(1), f"/Filter {filters}", b"BT /F1 12 Tf 72 700 Td (Alpha beta, gamma.) Tj ET"
    )
    assert read_file(data, declarations=True).text == "Alpha beta, gamma."


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F1 12 Tf 72 700 Td (Alpha beta, gamma.) Tj ET" + b" Q" * 4_000,
        b"q " * 4_000 + b"BT /F1 12 Tf 72 700 Td (Alpha beta, gamma.) Tj ET",
        b"[" * 4_000 + b"BT /F1 12 Tf 72 700 Td (Alpha beta, gamma.) Tj ET",
        b"BT /F1 1e39 Tf 72 700 Td (Alpha) Tj ET BT /F1 12 Tf 72 700 Td (Alpha beta, gamma.) Tj ET",
        b"BT /F1 0 Tf 0 0 0 0 0 0 Tm (Alpha beta, gamma.) Tj ET",
        b"BT /F1 12 Tf 1 0 0 1 99999999999999999999 nan Tm (Alpha beta, gamma.) Tj ET",
        b"Tf Td Tm TJ Tj ' \" Tc Tw Tz TL Ts Tr cm BDC EMC gs Q q",
    ],
)
def test_content_that_breaks_the_rules(content: bytes) -> None:
    data = pdf_with_page(content, "", b"BT /F1 12 Tf 72 600 Td (Second page, whole.) Tj ET")
    read = read_file(data, declarations=True)
    assert read.text.endswith("Second page, whole.")
    assert len(read.insertions) >= 2, "one page that breaks the rules does not spoil another"
    template = by_kind("pdf").template(data, read, [(at, at) for at in read.insertions])
    copy = template.render([INSERTED_MARKS[3]] * len(read.insertions), notice="A notice.", stamp="s")
    assert read_file(copy, declarations=False).text.count(INSERTED_MARKS[3]) == len(read.insertions)


def pdf_with_page(first: bytes, entries: str, second: bytes) -> bytes:
    """Return a PDF of two pages; ``entries`` go into the dictionary of the first one's content, taken as it is."""
    stream = b"<< /Length %d %b >>\nstream\n%b\nendstream"
    font = b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R " + font + b" >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        page % 5,
        page % 6,
        stream % (len(first), entries.encode(), first),
        stream % (len(second), b"", second),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 7\n0000000000 65535 f \n%btrailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + head % (table, len(body))
