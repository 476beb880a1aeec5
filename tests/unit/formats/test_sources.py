"""The parts that txt, md and html share: encodings, the tape, tokens, escaping, detection."""

from __future__ import annotations

import pytest

from dyeline.errors import UnsupportedFormat
from dyeline.formats.encoding import decode
from dyeline.formats.html import escape_html
from dyeline.formats.html_tokens import html_tokens
from dyeline.formats.markdown import escape_markdown
from dyeline.formats.registry import by_kind, detect, read_file
from dyeline.formats.sourcemap import Tape, link_spans
from dyeline.formats.splice import Edit, cut

MARK = "\u200c"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Grüße, naïve café".encode(), "Grüße, naïve café"),
        (b"\xef\xbb\xbfwith mark", "with mark"),
        ("Größe – “so”".encode("cp1252"), "Größe – “so”"),
        (
            "Планы агентства на осень и на зиму готовы".encode("cp1251"),
            "Планы агентства на осень и на зиму готовы",
        ),
        (b"\xfe\xff" + "deutsch Größe".encode("utf-16-be"), "deutsch Größe"),
    ],
)
def test_decoding(data: bytes, text: str) -> None:
    assert decode(data).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_txt_keeps_mark_and_line_ends_and_can_hold_marks(encoding: str) -> None:
    data = "Größe ist\r\nhier.\r\n".encode(encoding)
    format_ = by_kind("txt")
    content = format_.read(data, declarations=True)
    assert content.text == "Größe ist\nhier."
    copy = format_.template(data, content, [(5, 5)]).render([MARK], notice=None, stamp=None)
    assert copy == f"Größe{MARK} ist\r\nhier.\r\n".encode("utf-8" if encoding == "cp1252" else encoding)


@pytest.mark.parametrize(
    ("source", "place", "result"),
    [
        ("a **bold** b", (6, 6), "a **bold+** b"),
        ("a **bold** b", (2, 2), "a **+bold** b"),
        ("a `code` b", (6, 6), "a `code`+ b"),
        ("[link](http://x) b", (4, 4), "[link+](http://x) b"),
        ("<http://x.y> b", (10, 10), "<http://x.y>+ b"),
        ("line\n  next", (4, 4), "line+\n  next"),
        ("> a\n> b", (3, 3), "> a\n> b+"),
        ("| a \\| b | c |\n|---|---|\n", (5, 5), "| a \\| b+ | c |\n|---|---|\n"),
        ("# Head ##", (4, 4), "# Head+ ##"),
    ],
)
def test_where_an_insertion_into_markdown_goes(source: str, place: tuple[int, int], result: str) -> None:
    format_ = by_kind("md")
    content = format_.read(source.encode(), declarations=False)
    copy = format_.template(source.encode(), content, [place]).render(["x"], notice=None, stamp=None)
    assert copy.decode() == result.replace("+", "x")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>a<p>b", "a\nb"),
        ("a <b> b </b> c", "a b c"),
        ("<p>a <b> <i> </i> </b> </p>b", "a\nb"),
        ("<div>a<br>  b<br></div>c", "a\nb\nc"),
        ("<p>x &lt;b&gt; &notit; &nope; &#8217;", "x <b> ¬it; &nope; ’"),
        ("<p>one<script>'</p>'</script> two<style>p</style>", "one two"),
        ("<p title='a>b'>text</p>", "text"),
        ("<p>2 < 3 and <3</p>", "2 < 3 and <3"),
        ("<p>a<!-- b --><!>c", "ac"),
        ("<ul hidden><li>no</ul>yes", "yes"),
        ("<p style='display: none'>no</p>yes", "yes"),
        ("<p>open <textarea> a\n b</textarea>", "open  a\n b"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\nb\nc"),
    ],
)
def test_what_html_shows(source: str, shown: str) -> None:
    assert read_file(f"<html><body>{source}".encode(), declarations=True).text == shown


def test_attribute_offsets_cover_name_and_quotes() -> None:
    source = """<a href='x>y' B = "&lt;" c>t</a>"""
    start = next(html_tokens(source))
    assert [(a.name, a.value, source[a.start : a.end]) for a in start.attributes] == [
        ("href", "x>y", "href='x>y'"),
        ("b", "<", 'B = "&lt;"'),
        ("c", "", "c"),
    ]


def test_a_page_in_an_old_encoding_is_written_as_utf_8() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Größe'.encode("latin-1")
    format_ = by_kind("html")
    content = format_.read(page, declarations=True)
    copy = format_.template(page, content, [(5, 5)]).render([MARK], notice=None, stamp=None)
    assert copy.decode() == f'<html><head><meta charset="utf-8"></head><body><p>Größe{MARK}'


def test_a_fragment_gets_a_head_for_its_stamp() -> None:
    data = b"<p>words</p>"
    content = by_kind("html").read(data, declarations=True)
    copy = by_kind("html").template(data, content, []).render([], notice="N", stamp="S")
    assert copy == (
        b'<head><meta charset="utf-8"><meta name="document-id" content="S"></head><p>words</p><p>N</p>\n'
    )
    assert read_file(copy, declarations=False).stamps == ("S",)


@pytest.mark.parametrize(
    "text",
    ["*a* _b_ `c`", "# x", "- x", "1. x", "a|b", "<b>", "&amp;", "\\", "> q", "===", "[a](b)", "~~x~~"],
)
def test_escaped_markdown_reads_as_the_text(text: str) -> None:
    assert read_file(escape_markdown(text).encode(), declarations=False, hint_suffix=".md").text == text


def test_escaped_html_holds_no_markup() -> None:
    assert escape_html("a<b>&amp;\nc") == "a&lt;b&gt;&amp;amp; c"


def test_addresses_are_found_without_the_stop_behind_them() -> None:
    text = "See https://example.org/a_(b)?x=1, www.example.org. Or desk@example.org."
    assert [text[a:b] for a, b in link_spans(text)] == [
        "https://example.org/a_(b)?x=1", "www.example.org", "desk@example.org",
    ]  # fmt: skip


def test_edits_at_one_position_keep_their_order_and_must_not_overlap() -> None:
    assert cut("abc", [Edit(1, 1, "x"), Edit(1, 1, 0), Edit(1, 2, "y")]) == (("ax", "yc"), (0,))
    with pytest.raises(ValueError, match="overlap"):
        cut("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])


def test_a_place_over_a_block_border_is_a_programming_error() -> None:
    tape = Tape()
    for start in (0, 5):
        tape.add("word", start, start + 4)
        tape.close_block()
    assert tape.text() == "word\nword"
    with pytest.raises(ValueError, match="border of two blocks"):
        tape.locate((2, 5))


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (b"Just words.", None, "txt"),
        (b"# Head\n\nwords", None, "txt"),
        (b"# Head\n\nwords", ".md", "md"),
        (b"<!DOCTYPE html><p>x", ".md", "html"),
        (b'<p align="center">x</p>\n\n# Head', ".md", "md"),
        (b"<meta charset='utf-8'><b>pasted</b>", None, "html"),
        (b"\xef\xbb\xbf  <html><body>x", ".txt", "html"),
        (b"From: a@example.org\nTo: b@example.org\n\nwords", ".txt", "eml"),
        (b"From: the desk\nwords without other headers", ".eml", "txt"),
        (b"Subject: a talk\n\nwords", None, "txt"),
        (b"%PDF-1.4 ...", ".txt", "pdf"),
        (b"<3 this plan", None, "txt"),
    ],
)
def test_the_kind_is_told_by_content(data: bytes, suffix: str | None, kind: str) -> None:
    assert detect(data, suffix).kind == kind


def test_an_unknown_kind() -> None:
    with pytest.raises(UnsupportedFormat, match="use one of docx, eml, html, md, pdf, txt"):
        by_kind("odt")


def test_braces_in_code_are_no_declarations() -> None:
    source = b"{!raids: 30 | 40} and `{raids}`\n\n    {raids}\n"
    content = read_file(source, declarations=True, hint_suffix=".md")
    assert content.text == "30 and {raids}\n{raids}"
    assert [place.construct for place in content.declared] == ["!raids: 30 | 40"]
