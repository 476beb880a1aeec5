"""Hostile PDF files, each as small as it can be and named for what is wrong with it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

TOOLS = ("pdf", "stream", "page_of", "zeros", "composite", "Mapping", "annotations")
"""Functions here that make no file of their own."""

FONT = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
TEXT = b"BT /F1 12 Tf 72 700 Td (Alpha beta, gamma delta.) Tj 0 -20 Td (Every word here counts: none is lost.) Tj ET"
SHOWN = "Alpha beta, gamma delta. Every word here counts: none is lost."
MB = 2**20
FORM = "/Type /XObject /Subtype /Form /BBox [0 0 595 842]"


def pdf(objects: Mapping[int, str | bytes], *, trailer: str = "") -> bytes:
    """Return a PDF file of these objects, written as they are; object 1 is the catalog."""
    body, offsets = b"%PDF-1.7\n", {}
    for number, written in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (
            number,
            written if isinstance(written, bytes) else written.encode(),
        )
    count = max(objects) + 1
    rows = [
        b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00001 f \n"
        for number in range(1, count)
    ]
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, b"".join(rows))
    end = f"trailer\n<< /Size {count} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    return body + table + end


def stream(content: bytes, entries: str = "") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries.encode(), content)


def page_of(
    content: bytes = TEXT,
    *,
    entries: str = "",
    resources: str = "",
    font: str = FONT,
    box: str = "0 0 595 842",
    packed: str = "",
    **more: str | bytes,
) -> bytes:
    """Return a PDF of one page; ``more`` are further objects (``o6="<< >>"``), ``packed`` goes to the content."""
    objects: dict[int, str | bytes] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {entries} "
        f"/Resources << /Font << {font} >> {resources} >> >>",
        4: stream(content, packed),
    }
    return pdf(objects | {int(name[1:]): value for name, value in more.items()})


def zeros(megabytes: int, filling: bytes = b"\0", before: bytes = b"") -> bytes:
    """Return a zlib stream of so many megabytes of one byte, a thousandth of their size; its checksum is wrong."""
    packer = zlib.compressobj(9)
    start = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(filling * MB) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * megabytes + packer.flush()


def cyclic_page_tree() -> bytes:
    return pdf({
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 3 >>",
        3: f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
           f"/Resources << /Font << {FONT} >> >> >>",
        4: stream(TEXT),
        5: "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>",
    })  # fmt: skip


def page_tree_that_is_its_own_kid() -> bytes:
    return pdf({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"})


def parents_in_a_circle() -> bytes:
    return page_of(entries="", o2="<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>")


def deep_page_tree(levels: int = 3_000) -> bytes:
    objects: dict[int, str | bytes] = {1: "<< /Type /Catalog /Pages 4 0 R >>", 2: stream(TEXT)}
    objects[3] = (
        f"<< /Type /Page /Parent {levels + 3} 0 R /MediaBox [0 0 595 842] /Contents 2 0 R "
        f"/Resources << /Font << {FONT} >> >> >>"
    )
    for number in range(4, levels + 4):
        kid = number + 1 if number < levels + 3 else 3
        parent = f"/Parent {number - 1} 0 R" if number > 4 else ""
        objects[number] = f"<< /Type /Pages /Kids [{kid} 0 R] /Count 1 {parent} >>"
    return pdf(objects)


def a_billion_pages_claimed() -> bytes:
    return page_of(o2="<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>")


def negative_page_count() -> bytes:
    return page_of(o2="<< /Type /Pages /Kids [3 0 R] /Count -7 >>")


def over_ten_thousand_pages() -> bytes:
    kids = " ".join(["3 0 R"] * 10_001)
    return page_of(o2=f"<< /Type /Pages /Kids [{kids}] /Count 10001 >>")


def form_that_shows_itself() -> bytes:
    entries = f"{FORM} /Resources << /XObject << /X 6 0 R >> /Font << {FONT} >> >>"
    return page_of(
        TEXT + b" /X Do", resources="/XObject << /X 6 0 R >>", o6=stream(TEXT + b" /X Do", entries)
    )


def forms_that_show_each_other() -> bytes:
    def form(other: int) -> bytes:
        return stream(
            b"/X Do /X Do",
            f"{FORM} /Resources << /XObject << /X {other} 0 R >> >>",
        )

    return page_of(TEXT + b" /X Do", resources="/XObject << /X 6 0 R >>", o6=form(7), o7=form(6))


def forms_that_double(levels: int = 40) -> bytes:
    """Every form shows the next one twice: 2^40 times the text if followed."""
    more: dict[str, str | bytes] = {}
    for level in range(levels):
        entries = f"{FORM} /Resources << /Font << {FONT} >> /XObject << /X {7 + level} 0 R >> >>"
        more[f"o{6 + level}"] = stream(b"/X Do /X Do", entries)
    more[f"o{6 + levels}"] = stream(TEXT, f"{FORM} /Resources << /Font << {FONT} >> >>")
    return page_of(TEXT + b" /X Do", resources="/XObject << /X 6 0 R >>", **more)


def pattern_that_paints_itself() -> bytes:
    entries = (
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 "
        "/Resources << /Pattern << /P 6 0 R >> >>"
    )
    content = b"/Pattern cs /P scn 0 0 100 100 re f "
    return page_of(content + TEXT, resources="/Pattern << /P 6 0 R >>", o6=stream(content, entries))


def glyph_that_shows_its_own_font() -> bytes:
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 65 "
        "/LastChar 65 /Widths [500] /Encoding << /Type /Encoding /Differences [65 /a] >> /CharProcs << /a 7 0 R >> "
        "/Resources << /Font << /T 6 0 R >> >> >>"
    )
    glyph = stream(b"500 0 0 0 500 500 d1 BT /T 500 Tf (AAAA) Tj ET 0 0 400 400 re f")
    return page_of(TEXT + b" BT /T 12 Tf 72 500 Td (AAAA) Tj ET", font=f"{FONT} /T 6 0 R", o6=font, o7=glyph)


def font_that_descends_from_itself() -> bytes:
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] >>"
    return page_of(TEXT + b" BT /T 12 Tf 72 500 Td <00410042> Tj ET", font=f"{FONT} /T 6 0 R", o6=font)


def cmap_that_uses_itself() -> bytes:
    font = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
    cmap = b"begincmap /A usecmap 1 begincodespacerange <00> <FF> endcodespacerange endcmap end"
    return page_of(font=font, o6=stream(cmap, "/Type /CMap /CMapName /A /UseCMap 6 0 R"))


def to_unicode_of_everything() -> bytes:
    """A range that maps 65,536 codes, written 2,000 times."""
    font = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
    ranges = b"100 beginbfrange " + b"<0000> <FFFF> <0000> " * 100 + b"endbfrange "
    return page_of(
        font=font, o6=stream(zlib.compress(b"begincmap " + ranges * 20 + b"endcmap"), "/Filter /FlateDecode")
    )


def composite(widths: str, encoding: str = "/Identity-H") -> str:
    return (
        f"/F1 << /Type /Font /Subtype /Type0 /BaseFont /Helvetica /Encoding {encoding} "
        "/DescendantFonts [ << /Type /Font /Subtype /CIDFontType2 /BaseFont /Helvetica "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        f"/Supplement 0 >> /W [{widths}] >> ] /ToUnicode 6 0 R >>"
    )


LETTERS = b"""/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0020> <007E> <0020> endbfrange endcmap end"""


def _wide(content: bytes) -> bytes:
    """Return a content stream whose strings have two bytes a letter."""
    shown = content.replace(b"(", b"<").replace(b")", b">")
    pieces = shown.split(b"<")
    return pieces[0] + b"".join(
        b"<"
        + piece.partition(b">")[0].decode().encode("utf-16-be").hex().encode()
        + b">"
        + piece.partition(b">")[2]
        for piece in pieces[1:]
    )


def widths_by_the_million() -> bytes:
    return page_of(_wide(TEXT), font=composite("0 [" + "500 " * 1_000_000 + "]"), o6=stream(LETTERS))


def widths_of_two_billion_glyphs() -> bytes:
    return page_of(
        _wide(TEXT), font=composite("0 2147483647 500 " * 50 + "-2147483648 65535 7"), o6=stream(LETTERS)
    )


def widths_that_overlap() -> bytes:
    """Set the width of every glyph twenty thousand times."""
    return page_of(_wide(TEXT), font=composite("0 65535 500 " * 20_000), o6=stream(LETTERS))


def vertical_text() -> bytes:
    return page_of(_wide(TEXT), font=composite("", "/Identity-V"), o6=stream(LETTERS))


def huge_page() -> bytes:
    return page_of(box="0 0 100000000 100000000")


def page_without_end() -> bytes:
    return page_of(box="-3e38 -3e38 3e38 3e38")


def page_turned_inside_out() -> bytes:
    return page_of(box="595 842 0 0")


def page_without_area() -> bytes:
    return page_of(box="100 100 100 100")


def page_of_not_a_number() -> bytes:
    return page_of(box="(a) null true /Name")


def page_without_text() -> bytes:
    return page_of(b"0 0 100 100 re f")


def page_without_anything() -> bytes:
    return pdf(
        {1: "<< /Type /Catalog /Pages 2 0 R >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: "<< >>"}
    )


def odd_rotation() -> bytes:
    return page_of(entries="/Rotate 37")


def rotation_that_is_a_name() -> bytes:
    return page_of(entries="/Rotate /Ninety /UserUnit 1e30")


def a_million_operators() -> bytes:
    return page_of(TEXT + b" 0 0 m" * 1_000_000, packed="")


def letters_on_one_spot() -> bytes:
    content = b"BT /F1 12 Tf 72 700 Td " + b"(a, b) Tj 0 0 Td " * 10_000 + b"ET"
    return page_of(zlib.compress(content), packed="/Filter /FlateDecode")


def a_stack_of_30_000() -> bytes:
    return page_of(b"q " * 30_000 + TEXT)


def nested_arrays() -> bytes:
    return page_of(b"[" * 50_000 + TEXT)


def content_bomb() -> bytes:
    return page_of(zeros(1_000), packed="/Filter /FlateDecode")


def content_bomb_in_a_bomb() -> bytes:
    return page_of(zlib.compress(zeros(1_000), 9), packed="/Filter [/FlateDecode /FlateDecode]")


def object_stream_bomb(megabytes: int = 1_000) -> bytes:
    """A file with a cross-reference stream, whose page lies in an object stream that inflates a thousandfold."""
    inside = b"3 0 " + (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << "
        + FONT.encode() + b" >> >> >>"
    )  # fmt: skip
    packed = zeros(megabytes, b" ", inside)
    body, offsets = b"%PDF-1.7\n", {}
    written = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        4: stream(TEXT),
        5: stream(packed, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"),
    }
    for number, value in written.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    rows = [
        (0, 0, 0),
        *((1, offsets[n], 0) if n in offsets else (2, 5, 0) for n in (1, 2, 3, 4, 5)),
        (1, len(body), 0),
    ]
    table = b"".join(
        kind.to_bytes(1, "big") + at.to_bytes(4, "big") + k.to_bytes(1, "big") for kind, at, k in rows
    )
    end = stream(table, "/Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R")
    return body + b"6 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (end, len(body))


def picture_bomb() -> bytes:
    entries = (
        "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB "
        "/BitsPerComponent 8 /Filter /FlateDecode"
    )
    return page_of(
        TEXT + b" q 500 0 0 500 0 0 cm /X Do Q",
        resources="/XObject << /X 6 0 R >>",
        o6=stream(zeros(300), entries),
    )


def endless_dashes() -> bytes:
    return page_of(TEXT + b" [0.0000001] 0 d 0 0 m 500 500 l S 0 0 m 500 0 l 500 500 l 0 500 l s")


def cross_references_in_a_circle() -> bytes:
    whole = page_of()
    return whole.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Prev %d " % whole.rindex(b"xref\n0"))


def cross_references_to_nowhere() -> bytes:
    whole = page_of()
    start = whole.rindex(b"startxref")
    return whole[:start] + b"startxref\n99999999999999999999\n%%EOF\n"


def length_that_refers_to_itself() -> bytes:
    return page_of(o4=b"<< /Length 4 0 R >>\nstream\n" + TEXT + b"\nendstream")


def filters_by_the_hundred() -> bytes:
    return page_of(zlib.compress(TEXT), packed=f"/Filter [{'/ASCIIHexDecode ' * 500}/FlateDecode]")


def outline_in_a_circle() -> bytes:
    return page_of(
        o1="<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
        o6="<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>",
        o7="<< /Title (x) /Parent 6 0 R /Next 7 0 R /Prev 7 0 R /First 7 0 R /Last 7 0 R >>",
    )


def structure_tree_in_a_circle() -> bytes:
    return page_of(
        o1="<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 6 0 R /MarkInfo << /Marked true >> >>",
        o6="<< /Type /StructTreeRoot /K 7 0 R /ParentTree 8 0 R >>",
        o7="<< /Type /StructElem /S /P /P 7 0 R /K [7 0 R 7 0 R] /Pg 3 0 R >>",
        o8="<< /Kids [8 0 R 8 0 R] >>",
    )


def information_that_is_a_stream() -> bytes:
    whole = page_of(o6=stream(b"x"))
    return whole.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Info 6 0 R /ID [7 null] ")


def resources_that_are_their_own_fonts() -> bytes:
    return pdf({
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 5 0 R >>",
        4: stream(TEXT),
        5: "<< /Font 5 0 R /F1 5 0 R /XObject 5 0 R >>",
    })  # fmt: skip
