"""What the golden files of the formats hold, word for word; and that their script still makes them."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from docx import Document
from lxml import etree

from dyeline.formats.content import Content
from dyeline.formats.docx.format import extract_text
from dyeline.formats.registry import by_kind, read_file

FOLDER = Path(__file__).parent / "formats"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden_formats", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def golden(name: str, *, declarations: bool = True) -> Content:
    data = (FOLDER / name).read_bytes()
    return read_file(data, declarations=declarations, hint_suffix=Path(name).suffix)


def shown(content: Content) -> list[tuple[str, str, int]]:
    return [(d.construct, content.text[d.start : d.end], d.line) for d in content.declared]


def test_the_script_makes_the_files() -> None:
    made = script().files()
    on_disk = {p.name: p.read_bytes() for p in FOLDER.iterdir() if p.is_file() and p.name in made}
    assert on_disk == made


def test_txt_keeps_its_lines_and_shows_first_options() -> None:
    content = golden("plan.txt")
    assert content.text.startswith("The agency plans to visit 30 sites\non Monday.\n\nEach of the thirty")
    assert shown(content)[1:4] == [
        ("!raids: 30 | 40", "30", 9),
        ("!day: Monday | Tuesday", "Monday", 10),
        ("raids.words", "thirty", 12),
    ]
    assert content.constraints == (
        "require raids=2 -> day=2",
        "exclude day=2 & town=2",
        "fixed Of the 30 held last year",
    )
    assert [content.text[a:b] for a, b in content.frozen] == [
        "https://example.org/plan?x=1",
        "desk@example.org",
    ]


def test_an_exhibit_shows_declarations_as_they_stand() -> None:
    content = golden("plan.txt", declarations=False)
    assert "{!raids: 30 | 40}" in content.text
    assert not content.declared


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("plan-utf16.txt", "The plan — thirty sites.\n\nNext"),
        ("plan-cp1252.txt", "The café opens – at “noon”."),
    ],
)
def test_encodings_are_recognised(name: str, begins: str) -> None:
    assert golden(name).text.startswith(begins)


def test_markdown_reads_as_the_rendered_page() -> None:
    content = golden("plan.md")
    assert content.text.split("\n") == [
        "The autumn plan",
        "The agency plans to visit 30 sites on Monday",
        "and code {raids} x here, see the whole list & AT&T https://example.org/x."
        " Snake_case, a * star * and bold text  end.",
        "quoted text goes on",
        "item one continued",
        "item two",
        "nested thirty",
        "a",
        "b | c",
        "30 d",
        "e f",
        "x = {raids}",
        "Setext heading",
        "See ref, the same and struck both done on Monday.",
    ]
    assert [text for _, text, _ in shown(content)] == ["plans", "30", "thirty", "30", "Monday"]
    frozen = [content.text[a:b] for a, b in content.frozen]
    assert frozen == ["\n", "code {raids} x", "https://example.org/x", "e", "x = {raids}", "ref"]
    assert [(b.kind, b.level) for b in content.blocks[2:6]] == [
        ("quote", 0),
        ("list", 0),
        ("list", 0),
        ("list", 1),
    ]


def test_markdown_copies_differ_in_the_places_only() -> None:
    data = (FOLDER / "plan.md").read_bytes()
    content = golden("plan.md")
    at = content.text.index("whole")
    template = by_kind("md").template(data, content, [(at, at + 5)])
    source = data.decode()
    for construct, first in {
        "{=#: plans | intends}": "plans",
        "{!raids: 30 | 40} s": "30 s",
        "{raids.words}": "thirty",
        "{raids} d": "30 d",
        "{!day: Monday | Tuesday}": "Monday",
    }.items():
        source = source.replace(construct, first)
    start, end = source.index("dyeline:"), source.index("---\n", 4)
    source = (source[:start] + source[end:]).replace("**whole**", "**full\\*\\***").rstrip()
    assert template.render(["full**"], notice=None, stamp="unused").decode().rstrip() == source


def test_html_reads_as_a_browser_shows_it() -> None:
    content = golden("plan.html")
    assert content.text.split("\n") == [
        "The autumn plan",
        "The agency plans to visit 30 sites on Monday.",
        "Next & line <x> AT&T \xa0 a b end été",
        "one",
        "two",
        "nested thirty",
        "a",
        "b c",
        "",
        "x = 1",
        "  y",
        "tail text more",
        "A quotation, linked.",
        "The last line, https://example.org/z.",
    ]
    assert content.stamps == ("old",)
    assert [line for _, _, line in shown(content)] == [5, 6, 8]


def test_html_copies_lose_declarations_and_old_stamps() -> None:
    data = (FOLDER / "plan.html").read_bytes()
    content = golden("plan.html")
    places = [(d.start, d.end) for d in content.declared]
    copy = (
        by_kind("html")
        .template(data, content, places)
        .render(["a", "b", "c"], notice="N", stamp="S<1>")
        .decode()
    )
    assert "data-" not in copy
    assert 'The agency a to visit\n  <b><span class="n">b</span> sites</b>' in copy
    assert copy.count('name="document-id"') == 1
    assert 'content="S&lt;1&gt;"' in copy
    assert "<p>N</p>\n</body></html>" in copy


def test_docx_reads_every_visible_part_once() -> None:
    content = golden("plan.docx")
    assert content.text.split("\n") == [
        "The autumn plan",
        "The agency plans to visit 30 sites on Monday, page 7\ttabbed",
        "next line\u2011end",
        "See the list and note.1 May",
        "First item",
        "Nested item",
        "Cell one",
        "Cell two",
        "Around the box",
        "In the box",
        "print(30)",
        "Run make all now, thirty <times>.",
        " A note at the foot.",
        "Head of the page",
    ]
    assert [(b.kind, b.level) for b in content.blocks if b.kind != "paragraph"] == [
        ("heading", 1), ("list", 0), ("list", 1), ("cell", 0), ("cell", 0), ("code", 0), ("note", 0), ("header", 0),
    ]  # fmt: skip
    frozen = [content.text[a:b] for a, b in content.frozen]
    assert frozen == ["7\t", "\n", "\u2011", "1 May", "print(30)", "make all", "Head of the page"]
    assert shown(content) == [("=#: plans | intends", "plans", 2), ("!raids: 30 | 40", "30", 2)]


def test_docx_seams_are_where_the_look_changes() -> None:
    content = golden("plan.docx")
    line = content.text.index("The agency")
    inner = [
        content.text[line:seam] for seam in content.seams if line < seam < content.text.index("\ttabbed")
    ]
    assert inner[:2] == [
        "The agency plans to visit ",
        "The agency plans to visit 30",
    ]  # not within "pl" + "ans"


def test_docx_copies_keep_unchanged_entries_packed_and_other_comments() -> None:
    data = (FOLDER / "plan.docx").read_bytes()
    content = golden("plan.docx")
    places = [(d.start, d.end) for d in content.declared]
    copy = by_kind("docx").template(data, content, places).render(["intends", "40"], notice="N", stamp="C-1")
    before, after = zipfile.ZipFile(io.BytesIO(data)), zipfile.ZipFile(io.BytesIO(copy))
    assert after.testzip() is None
    assert set(after.namelist()) == {*before.namelist(), "docProps/core.xml"}
    for name in ("word/styles.xml", "word/footnotes.xml", "word/header1.xml", "word/_rels/document.xml.rels"):
        assert raw_bytes(copy, after.getinfo(name)) == raw_bytes(data, before.getinfo(name))
    body = after.read("word/document.xml").decode()
    comments = after.read("word/comments.xml").decode()
    assert "intends" in body
    assert "Is this right?" in comments
    assert "dy " not in comments
    assert (
        body.count("commentRangeStart")
        == body.count("commentRangeEnd")
        == body.count("commentReference w")
        == 1
    )
    assert after.read("word/commentsExtended.xml").decode().count("commentEx ") == 1
    seen = read_file(copy, declarations=True)
    assert seen.stamps == ("C-1",)
    assert (
        seen.text
        == extract_text(copy)
        == content.text.replace("plans", "intends").replace("visit 30", "visit 40") + "\nN"
    )
    document = Document(io.BytesIO(copy))
    assert document.core_properties.identifier == "C-1"
    assert document.paragraphs[-1].text == "N"
    for name in after.namelist():
        etree.fromstring(after.read(name))


def raw_bytes(data: bytes, info: zipfile.ZipInfo) -> bytes:
    start = info.header_offset + 30 + len(info.filename.encode())
    return data[start : start + info.compress_size]


def test_mail_gives_subject_marked_alternative_reply_and_attachment() -> None:
    content = golden("message.eml", declarations=False)
    assert content.text.split("\n") == [
        "Plan für Montag",
        "The agency\u200c plans to visit 30 sites on “Monday”, as a very long line says.",
        "Quoted words of a reply",
        "Inside",
        "Café inside.",
    ]
    assert [attachment.kind for attachment in content.attachments] == ["docx"]


def test_pdf_joins_lines_and_broken_words() -> None:
    content = golden("letter.pdf", declarations=False)
    assert content.text.split("\n") == [
        "The agency plans to visit thirty sites on Monday and reports its findings in the evening to all members."
        " It ends here.",
        "A second paragraph begins on the same page and goes on until its last line.",
        "The second page holds a closing sentence.",
    ]


@pytest.mark.parametrize("name", ["right-to-left.html", "chinese.md"])
def test_other_scripts_pass_unharmed(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    content = golden(name)
    format_ = by_kind(content.kind)
    copy = format_.template(data, content, []).render([], notice=None, stamp=None).decode()
    charset = '<head><meta charset="utf-8"></head>'
    assert copy.replace(charset, "") == data.decode()
