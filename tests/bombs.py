"""Files that grow when they are read: archives, markup, messages, pictures. ``tests/hostile.py`` has the PDFs."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.hostile import TEXT, page_of, stream, zeros

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEADERS = (
    b"Subject: x\nFrom: a@example.org\nTo: b@example.org\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"
    b"MIME-Version: 1.0\n"
)


def docx(body: str, more: Mapping[str, bytes] | None = None, *, before: str = "") -> bytes:
    """Return a DOCX with this markup in its body."""
    main = f"{before}<w:document {_W}><w:body>{body}</w:body></w:document>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("[Content_Types].xml", _TYPES)
        opened.writestr("word/document.xml", main)
        for name, content in (more or {}).items():
            opened.writestr(name, content)
    return file.getvalue()


def words(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def zip_bomb() -> bytes:
    return docx(words("x"), {f"word/media/{k}.bin": bytes(60 * 2**20) for k in range(4)})


def zip_of_zips() -> bytes:
    inner = zip_bomb()
    for _ in range(5):
        inner = docx(words("x"), {f"word/embeddings/{k}.docx": inner for k in range(10)})
    return inner


def zip_whose_entries_are_one() -> bytes:
    """Every entry of the directory points at the same packed bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    inside = bytes(2**20)
    data = packed.compress(inside) + packed.flush()
    name = b"word/document.xml"
    head = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(inside), len(data), len(inside), len(name), 0
    )
    record = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(inside), len(data), len(inside), len(name),
        0, 0, 0, 0, 0, 0,
    ) + name  # fmt: skip
    body = head + name + data
    directory = record * 9_000
    return (
        body
        + directory
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9_000, 9_000, len(directory), len(body), 0)
    )


def eleven_thousand_members() -> bytes:
    return docx(words("x"), {f"word/media/{k}.bin": b"x" for k in range(11_000)})


def main_part_of_a_gigabyte() -> bytes:
    head = f"<w:document {_W}><w:body><w:p><w:r><w:t>".encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("[Content_Types].xml", _TYPES)
        with opened.open("word/document.xml", "w") as part:
            part.write(head)
            for _ in range(300):
                part.write(b"x" * 2**20)
    return file.getvalue()


def a_billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{k + 1} "{f"&l{k};" * 10}">' for k in range(9))
    return docx(words("&l9;"), before=f'<!DOCTYPE d [<!ENTITY l0 "ha">{entities}]>')


def quadratic_entity() -> bytes:
    return docx(words("&a;" * 50_000), before=f'<!DOCTYPE d [<!ENTITY a "{"x" * 50_000}">]>')


def entity_from_the_disk() -> bytes:
    return docx(words("&a;"), before='<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>')


def entity_from_the_network() -> bytes:
    return docx(
        words("&a;"),
        before='<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>',
    )


def markup_100_000_levels_deep() -> bytes:
    return docx("<w:sdt><w:sdtContent>" * 50_000 + words("x") + "</w:sdtContent></w:sdt>" * 50_000)


def tables_in_tables() -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * 3_000 + words("x") + "</w:tc></w:tr></w:tbl>" * 3_000)


def a_million_paragraphs() -> bytes:
    return docx("<w:p/>" * 1_000_000)


def an_attribute_of_30_mb() -> bytes:
    return docx(f'<w:p w:rsidR="{"x" * 30_000_000}"/>{words("x")}')


def a_hundred_thousand_attributes() -> bytes:
    return docx("<w:p " + " ".join(f'a{k}="1"' for k in range(100_000)) + "/>" + words("x"))


def html(body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>x</title></head><body>{body}</body></html>".encode()


def html_nested() -> bytes:
    return html("<div>" * 200_000 + "x")


def html_of_open_tags() -> bytes:
    return html("<p>x " + "<b><i>" * 100_000 + "</p><p>" * 100_000)


def html_of_angle_brackets() -> bytes:
    return html("<" * 2_000_000)


def html_of_comments() -> bytes:
    return html("<!--" * 500_000 + "x")


def html_of_unfinished_scripts() -> bytes:
    return html("<script>" * 200_000)


def html_of_entities() -> bytes:
    return html("&amp" * 1_000_000 + "&#" * 500_000 + "&#x110000;" * 100_000)


def html_with_attributes() -> bytes:
    return html(f"<p {' '.join(f'a{k}' for k in range(300_000))}>x</p>")


def html_with_a_picture_of_text() -> bytes:
    return html(f'x <img src="data:image/png;base64,{base64.b64encode(zeros(200)).decode()}">')


def markdown_brackets() -> bytes:
    return b"# x\n\n" + b"[" * 100_000 + b"](x)" * 5_000


def markdown_stars() -> bytes:
    return b"# x\n\n" + b"*a **a " * 60_000


def markdown_quotations() -> bytes:
    return b"# x\n\n" + b">" * 100_000 + b" x\n"


def markdown_lists() -> bytes:
    return b"# x\n\n" + b"".join(b" " * (2 * k) + b"- x\n" for k in range(1_200))


def markdown_back_ticks() -> bytes:
    return b"# x\n\n" + b"".join(b"`" * k + b" " for k in range(1, 1_500))


def markdown_references() -> bytes:
    return b"# x\n\n" + b"".join(b"[a%d]: x\n" % k for k in range(100_000)) + b"[a1]" * 50_000


def markdown_front_matter() -> bytes:
    laughs = b"".join(b"a%d: &a%d [%b]\n" % (k, k, b",".join([b"*a%d" % (k - 1)] * 9)) for k in range(1, 9))
    return b"---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n" + laughs + b"---\n\nx\n"


def mail_in_mail() -> bytes:
    text = _HEADERS + b"\nx\n"
    for _ in range(300):
        text = _HEADERS + b"Content-Type: message/rfc822\n\n" + text
    return text


def parts_in_parts() -> bytes:
    head = _HEADERS
    for level in range(2_000):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
    return head + b"\nx\n"


def a_hundred_thousand_parts() -> bytes:
    return (
        _HEADERS + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 100_000 + b"--b--\n"
    )


def alternatives_of_alternatives() -> bytes:
    def part(level: int) -> bytes:
        if not level:
            return b"Content-Type: text/plain\n\nx\n"
        inner = part(level - 1)
        edge = b"e%d" % level
        return b'Content-Type: multipart/alternative; boundary="%b"\n\n--%b\n%b\n--%b\n%b\n--%b--\n' % (
            edge, edge, inner, edge, inner, edge,
        )  # fmt: skip

    return _HEADERS + part(10)


def a_header_of_20_mb() -> bytes:
    return _HEADERS + b"X-Long: " + b"x" * 20_000_000 + b"\n\nx\n"


def a_header_of_encoded_words() -> bytes:
    return _HEADERS.replace(b"Subject: x", b"Subject: " + b"=?utf-8?q?=41?= " * 200_000) + b"\nx\n"


def an_address_of_brackets() -> bytes:
    return _HEADERS.replace(b"To: b@example.org", b"To: " + b"(" * 100_000 + b"<" * 100_000) + b"\nx\n"


def mail_with_a_bomb() -> bytes:
    return (
        _HEADERS
        + b'Content-Type: application/octet-stream; name="a.docx"\nContent-Transfer-Encoding: base64\n\n'
        + base64.encodebytes(zip_bomb())
    )


def uuencoded_for_ever() -> bytes:
    return _HEADERS + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + b"M" * 5_000_000


def text_of_invisible_characters() -> bytes:
    return ("x" + "\u200b\u200c\u200d\u2060\ufeff" * 400_000).encode()


def text_of_combining_marks() -> bytes:
    return ("a" + "\u0301" * 2_000_000).encode()


def text_of_nul_bytes() -> bytes:
    return bytes(3_000_000)


def _picture(kind: bytes, entries: str) -> bytes:
    return page_of(
        TEXT + b" q 500 0 0 500 0 0 cm /X Do Q",
        resources="/XObject << /X 6 0 R >>",
        o6=stream(kind, f"/Type /XObject /Subtype /Image {entries}"),
    )


def pdf_with_a_giant_jbig2() -> bytes:
    page_information = struct.pack(">IBBI", 0, 48, 1, 19) + struct.pack(
        ">IIIIBH", 2**31 - 1, 2**31 - 1, 0, 0, 0, 0
    )
    return _picture(page_information, "/Width 2000000000 /Height 2000000000 /ColorSpace /DeviceGray "
                    "/BitsPerComponent 1 /Filter /JBIG2Decode")  # fmt: skip


def pdf_with_a_giant_jpx() -> bytes:
    size = struct.pack(">HHIIIIIIIIH", 47, 0, 2**31 - 1, 2**31 - 1, 0, 0, 2**31 - 1, 2**31 - 1, 0, 0, 3)
    codestream = b"\xff\x4f\xff\x51" + size + b"\7\1\1" * 3 + b"\xff\xd9"
    return _picture(codestream, "/Width 2000000000 /Height 2000000000 /Filter /JPXDecode")


def pdf_with_a_giant_fax() -> bytes:
    return _picture(b"\0" * 5_000, "/Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 1 "
                    "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>")  # fmt: skip


def pdf_with_a_deep_function() -> bytes:
    return page_of(
        b"/Pattern cs /P scn 0 0 500 500 re f " + TEXT,
        resources="/Pattern << /P 6 0 R >>",
        o6="<< /Type /Pattern /PatternType 2 /Shading << /ShadingType 1 /ColorSpace /DeviceRGB /Function 7 0 R >> >>",
        o7=stream(
            b"{" + b"dup mul " * 200_000 + b"}", "/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]"
        ),
    )


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    name: (make, suffix)
    for suffix, names in {
        ".docx": (
            "zip_bomb zip_of_zips zip_whose_entries_are_one eleven_thousand_members main_part_of_a_gigabyte "
            "a_billion_laughs quadratic_entity entity_from_the_disk entity_from_the_network "
            "markup_100_000_levels_deep tables_in_tables a_million_paragraphs an_attribute_of_30_mb "
            "a_hundred_thousand_attributes"
        ),
        ".html": (
            "html_nested html_of_open_tags html_of_angle_brackets html_of_comments html_of_unfinished_scripts "
            "html_of_entities html_with_attributes html_with_a_picture_of_text"
        ),
        ".md": (
            "markdown_brackets markdown_stars markdown_quotations markdown_lists markdown_back_ticks "
            "markdown_references markdown_front_matter"
        ),
        ".eml": (
            "mail_in_mail parts_in_parts a_hundred_thousand_parts alternatives_of_alternatives a_header_of_20_mb "
            "a_header_of_encoded_words an_address_of_brackets mail_with_a_bomb uuencoded_for_ever"
        ),
        ".txt": "text_of_invisible_characters text_of_combining_marks text_of_nul_bytes",
        ".pdf": "pdf_with_a_giant_jbig2 pdf_with_a_giant_jpx pdf_with_a_giant_fax pdf_with_a_deep_function",
    }.items()
    for name in names.split()
    for make in (globals()[name],)
}
"""Every file here: its maker and the suffix of its name."""
