"""DOCX copies: places at awkward spots, metadata, and damaged XML inside of a sound archive."""

from __future__ import annotations

import importlib.util
import io
import random
import re
import zipfile
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
from docx import Document

from dyeline.formats.docx.format import Docx
from dyeline.formats.registry import read_file
from dyeline.testing.formats import FORMAT_ERRORS, check_content

FOLDER = Path(__file__).parents[2] / "golden" / "formats"
DOCX = Docx()


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden_formats", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = load()


def with_body(body: str) -> bytes:
    xml = f'<w:document xmlns:w="{BUILD.W}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    return BUILD.docx(
        BUILD.PARTS
        | {"word/document.xml": xml, "word/_rels/document.xml.rels": f'<Relationships xmlns="{BUILD.REL}"/>'}
    )


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def body_of(data: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()


def issue(data: bytes, places: list[tuple[int, int]], texts: list[str], **more: str) -> bytes:
    content = DOCX.read(data, declarations=True)
    template = DOCX.template(data, content, places)
    return template.render(texts, notice=more.get("notice"), stamp=more.get("stamp"))


@pytest.mark.parametrize(
    ("body", "place", "into", "expected"),
    [
        (run("one two"), (3, 3), ",", "one, two"),
        (run("on") + run("e two", "<w:lang w:val='x'/>"), (0, 3), "ONE", "ONE two"),
        (run("one ") + run("two", "<w:b/>"), (4, 4), "+", "one +two"),
        (run("one", "<w:b/>") + run(" two"), (3, 3), "+", "one+ two"),
        ("<w:r><w:tab/></w:r>" + run("x"), (1, 1), "+", "\t+x"),
        (run("x") + "<w:r><w:tab/></w:r>", (2, 2), "+", "x\t+"),
        (run("x") + "<w:r><w:tab/></w:r>", (1, 2), "+", "x+"),
        ("<w:r><w:tab/><w:t>a</w:t><w:tab/></w:r>", (0, 0), "+", "+\ta\t"),
        ("<w:fldSimple w:instr='X'>" + run("7") + "</w:fldSimple>", (1, 1), "+", "7+"),
        ("<w:fldSimple w:instr='X'>" + run("7") + "</w:fldSimple>" + run(" a"), (1, 1), "+", "7+ a"),
        (run(" lead"), (0, 0), "+", "+ lead"),
        ("<w:r><w:t>  trimmed  </w:t></w:r>" + run(" x"), (0, 7), "kept", "kept x"),
    ],
)
def test_awkward_places(body: str, place: tuple[int, int], into: str, expected: str) -> None:
    copy = issue(with_body(f"<w:p>{body}</w:p>"), [place], [into])
    assert DOCX.read(copy, declarations=False).text == expected


def test_a_run_border_without_a_change_of_look_is_no_seam() -> None:
    body = "".join(run(text, "<w:lang w:val='en'/>" * (k % 2)) for k, text in enumerate(("The ", "pl", "an")))
    assert DOCX.read(with_body(f"<w:p>{body}{run('b', '<w:b/>')}</w:p>"), declarations=True).seams == (8,)


def test_private_use_characters_of_the_document_are_kept() -> None:
    data = with_body("<w:p>" + run("a\U000f0000b") + "</w:p>")
    assert DOCX.read(issue(data, [(0, 1)], ["c"]), declarations=False).text == "c\U000f0000b"


def test_marks_that_xml_cannot_hold_are_left_out_and_others_escaped() -> None:
    data = with_body(f"<w:p>{run('a b')}</w:p>")
    assert DOCX.read(issue(data, [(0, 1)], ["<&>\x00\x0b]]>"]), declarations=False).text == "<&>]]> b"


def test_only_parts_with_places_are_packed_anew() -> None:
    template = DOCX.template(
        (FOLDER / "plan.docx").read_bytes(), read_file(BUILD.docx(), declarations=True), []
    )
    assert [part.entry.name for part in template.parts] == ["word/document.xml", "docProps/core.xml"]  # type: ignore[attr-defined]


def saved() -> bytes:
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph("Some words.")
    document.core_properties.identifier = "own-7"
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("stamp", "found"), [("C-9", ("C-9",)), (None, ("own-7",))])
def test_the_stamp_replaces_the_identifier_that_stays_without_it(
    stamp: str | None, found: tuple[str]
) -> None:
    data = saved()
    content = DOCX.read(data, declarations=True)
    assert content.stamps == ("own-7",)
    copy = DOCX.template(data, content, []).render([], notice=None, stamp=stamp)
    assert DOCX.read(copy, declarations=False).stamps == found
    assert Document(io.BytesIO(copy)).paragraphs[0].text == "Some words."


def test_the_notice_stands_before_the_section_and_is_read_last() -> None:
    data = (FOLDER / "plan.docx").read_bytes()
    copy = issue(data, [], [], notice="For R-1 & co.")
    assert re.search(r"For R-1 &amp; co\.</w:t></w:r><w:bookmarkEnd[^>]*/></w:p><w:sectPr", body_of(copy))
    seen = DOCX.read(copy, declarations=False)
    assert seen.text.split("\n")[-2:] == ["Head of the page", "For R-1 & co."]


def test_a_copy_that_is_issued_again_ends_in_both_notices() -> None:
    first = issue((FOLDER / "plan.docx").read_bytes(), [], [], notice="First notice")
    content = DOCX.read(first, declarations=True)
    second = DOCX.template(first, content, [(0, 3)]).render(["A"], notice="Second notice", stamp=None)
    seen = DOCX.read(second, declarations=False)
    assert seen.text == "A" + content.text[3:] + "\nSecond notice"
    assert len(set(re.findall('w:name="(_issue_notice[^"]*)"', body_of(second)))) == 2


def test_content_of_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not read from this file"):
        DOCX.template(saved(), read_file(b"Other words.", declarations=True), [])


def test_damaged_xml_in_a_sound_archive_never_leaks_another_error() -> None:
    rng = random.Random(5)
    names = ["word/document.xml", "word/comments.xml", "word/styles.xml", "word/footnotes.xml", "_rels/.rels"]
    for _ in range(150):
        name = rng.choice(names)
        tags = re.split(r"(<[^>]*>)", BUILD.PARTS[name])
        for _ in range(rng.choice((1, 2, 8))):
            at = rng.randrange(len(tags))
            tags[at] = rng.choice(
                ("", tags[rng.randrange(len(tags))], tags[at] * 2, tags[at].replace('"1"', '"x"'))
            )
        data = BUILD.docx(BUILD.PARTS | {name: "".join(tags)})
        with suppress(*FORMAT_ERRORS):
            content = read_file(data, declarations=True)
            check_content(content)
            if content.kind == "docx":
                read_file(
                    DOCX.template(data, content, []).render([], notice="N", stamp="S"), declarations=False
                )


def test_strict_documents_are_read_and_written() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    data = BUILD.docx(BUILD.PARTS | {"word/document.xml": BUILD.DOCUMENT.replace(BUILD.W, strict)})
    content = DOCX.read(data, declarations=False)
    assert content.text.startswith("The autumn plan\nThe agency plans")
    copy = DOCX.template(data, content, [(0, 3)]).render(["A"], notice="N", stamp=None)
    assert DOCX.read(copy, declarations=False).text == "A" + content.text[3:] + "\nN"
