"""Every format keeps the laws of formats, on golden files and on random documents."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from dyeline.formats.content import Content, Format
from dyeline.formats.markdown import escape_markdown
from dyeline.formats.registry import by_kind, detect
from dyeline.testing.formats import NOTICE, check_content, check_format, replaced, writable_places
from tests.pdfs import PRODUCERS

GOLDEN = Path(__file__).parents[1] / "golden" / "formats"
FILES = sorted(path for path in GOLDEN.iterdir() if path.suffix not in (".py", ".pyc") and path.is_file())
FILES = [path for path in FILES if path.name != "README.md"]
WRITING = ("txt", "md", "html", "docx")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_golden_file_keeps_the_laws(path: Path) -> None:
    data = path.read_bytes()
    check_format(detect(data, path.suffix), data, seed=7, damaged=30)


@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_pdf_of_any_producer_keeps_the_laws(producer: str) -> None:
    check_format(by_kind("pdf"), PRODUCERS[producer](), seed=3, damaged=12)


WORDS = st.sampled_from(
    [
        "plan",
        "thirty",
        "AT&T",
        "<tag>",
        "a*b",
        "snake_case",
        "naïve",
        "30",
        "1.",
        "#",
        "-",
        "+",
        "מבצע",
        "خطة",
        "计划",
        "x|y",
        "`q",
    ]
)
PIECES = st.tuples(WORDS, st.sampled_from(["", "", "", "bold", "italic"]))
PARAGRAPHS = st.lists(PIECES, min_size=1, max_size=8)
BODIES = st.lists(PARAGRAPHS, min_size=1, max_size=5)
INTO = st.sampled_from(["", "\u200c", "other words", "A&B <i>", "*x*", "_y_", "שלום", "文", "[1]", "2.", "#"])
Body = list[list[tuple[str, str]]]


def as_txt(body: Body) -> bytes:
    return "\r\n\r\n".join(" ".join(word for word, _ in paragraph) for paragraph in body).encode()


def as_md(body: Body) -> bytes:
    marks = {"": "", "bold": "**", "italic": "*"}
    lines = []
    for paragraph in body:
        words = []
        for word, style in paragraph:
            mark = marks[style] if word[0].isalnum() and word[-1].isalnum() else ""
            words.append(mark + escape_markdown(word) + mark)
        lines.append(" ".join(words))
    return "\n\n".join(lines).encode()


def as_html(body: Body) -> bytes:
    tags = {"": ("", ""), "bold": ("<b>", "</b>"), "italic": ("<i class='x'>", "</i>")}
    lines = []
    for paragraph in body:
        words = [
            tags[style][0] + word.replace("&", "&amp;").replace("<", "&lt;") + tags[style][1]
            for word, style in paragraph
        ]
        lines.append("<p>" + "\n ".join(words))
    return ("<html><body>" + "\n".join(lines) + "</body></html>").encode()


def as_docx(body: Body) -> bytes:
    document = Document()
    for paragraph in body:
        written = document.add_paragraph()
        for number, (word, style) in enumerate(paragraph):
            run = written.add_run((" " if number else "") + word)
            run.bold, run.italic = style == "bold" or None, style == "italic" or None
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


MAKERS: dict[str, Callable[[Body], bytes]] = {"txt": as_txt, "md": as_md, "html": as_html, "docx": as_docx}


def word_places(content: Content, seed: int) -> list[tuple[int, int]]:
    return writable_places(content, random.Random(seed), share=0.7)


@pytest.mark.parametrize("kind", WRITING)
@settings(max_examples=40)
@given(body=BODIES, seed=st.integers(0, 2**16), data=st.data())
def test_a_marked_copy_reads_back_as_written(kind: str, body: Body, seed: int, data: st.DataObject) -> None:
    format_: Format = by_kind(kind)
    source = MAKERS[kind](body)
    content = format_.read(source, declarations=True)
    check_content(content)
    assert content.text.split() == [word for paragraph in body for word, _ in paragraph]
    places = word_places(content, seed)
    texts = [content.text[start:end] + data.draw(INTO) for start, end in places]
    copy = format_.template(source, content, places).render(texts, notice=NOTICE, stamp="C-0001")
    expected = replaced(content.text, places, texts)
    seen = format_.read(copy, declarations=False)
    assert seen.text.startswith(expected)
    assert seen.text[len(expected) :].strip() == NOTICE
    assert seen.text[seen.blocks[-1].start : seen.blocks[-1].end] == NOTICE


@pytest.mark.parametrize("target", WRITING)
@settings(max_examples=25)
@given(body=BODIES, seed=st.integers(0, 2**16), data=st.data(), source_kind=st.sampled_from(WRITING[:3]))
def test_a_typeset_copy_holds_the_same_words(
    target: str, body: Body, seed: int, data: st.DataObject, source_kind: str
) -> None:
    content = by_kind(source_kind).read(MAKERS[source_kind](body), declarations=True)
    places = word_places(content, seed)
    texts = [content.text[start:end] + data.draw(INTO) for start, end in places]
    format_ = by_kind(target)
    made = format_.typeset(content, places).render(texts, notice=None, stamp=None)
    seen = format_.read(made, declarations=False)
    assert seen.text.split() == replaced(content.text, places, texts).split()


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("md", "One line of words\nand the next line\n"),
        ("html", "<p>One line of words\n  and the next line</p>"),
    ],
)
def test_a_copy_keeps_the_lines_of_its_source(kind: str, source: str) -> None:
    format_ = by_kind(kind)
    content = format_.read(source.encode(), declarations=True)
    at = content.text.index("words and") + len("words")
    template = format_.template(source.encode(), content, [(at, at + 1)])
    marked = template.render([" \u200c"], notice=None, stamp=None)
    assert marked.decode().count("\n") == source.count("\n")
    assert format_.read(marked, declarations=False).text == content.text.replace(
        "words and", "words \u200cand"
    )
