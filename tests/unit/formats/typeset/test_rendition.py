"""What a rendition shows, and that nothing in a document is ever run, read or fetched."""

from __future__ import annotations

import base64
import io

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from dyeline.errors import RenderingFailed, UnsupportedFormat
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.typeset.rendition import LETTERS, render_pdf
from dyeline.formats.typeset.tree import MAX_DEPTH
from tests.unit.formats.typeset.renditions import DEMO, read, rendition, shown

HOSTILE = (
    '#panic("x") #eval("1+1") #read("/etc/passwd") #import "@preview/a:1.0.0" #include "a.typ" $x^2$ \\ [a] ] '
    "@ref <label> // comment /* block */ `tick` ```raw``` ~tilde~ *star* _under_ = - + 'q' \"d\" \\u{41} "
    "https://a.example -- --- ... {#let x = 1} \\#"
)


def test_text_that_looks_like_a_program_is_shown_and_not_run() -> None:
    assert shown("txt", HOSTILE).replace(" ", "") == HOSTILE.replace(" ", "")  # addresses wrap


def test_hostile_code_and_heading_are_shown() -> None:
    source = '# #panic("h")\n\n```typ\n#read("document.json")\n```\n\n| #x | ] |\n|---|---|\n| `#a` | ) |\n'
    assert shown("md", source) == '#panic("h") #read("document.json") #x ] #a )'


@pytest.mark.parametrize("kind", ["txt", "md", "html"])
def test_the_same_document_gives_the_same_bytes(kind: str) -> None:
    source = {"html": "<h1>A</h1><p>Some words here.</p>"}.get(kind, "# A\n\nSome words here.\n")
    data, content = read(kind, source)
    one, two = (render_pdf(kind, data, content) for _ in range(2))
    assert one == two
    assert b"/CreationDate" not in one


def test_every_construct_of_markdown_is_shown_in_order() -> None:
    source = """---
title: hidden
---
# Top *lean*

One **bold** ~~struck~~ `code` [link](https://a.example/x) <b>raw</b>
soft break.  
hard break.

- first
  1. inner
- second

  more

> quoted
>> deeper

| a | b |
|:-:|--:|
| c | d |

    indented

***

![](https://a.example/never.png)
##### Fifth
"""  # noqa: W291 - two spaces are a line break
    words = shown("md", source).replace("\u2023", "").replace("\u2022", "").split()
    assert " ".join(words) == (
        "Top lean One bold struck code link raw soft break. hard break. first 1. inner second more quoted "
        "deeper a b c d indented Fifth"
    )


def test_html_is_shown_as_a_browser_shows_it() -> None:
    source = """<!DOCTYPE html><html><head><title>hid</title><style>p{}</style></head><body><h2>Head</h2>
    <p>H<sub>2</sub>O  and<script>alert(1)</script> <i>lean</i><br>line</p>loose<ul><li>one<ul><li>two</ul></ul>
    <ol start="4"><li><p>a</p><p>b</p></ol><p hidden>hid</p><div style="display: none">hid</div>
    <table><caption>Cap</caption><tr><th rowspan=2>R<th colspan=9>C<tr><td>1<td align=right>2</table>
    <pre>x  <b>y</b></pre><dl><dt>T<dd>D</dl><svg><text>hid</text></svg>
    <p>cost <span data-dy="=n" data-alt="30 | 40">30</span> &amp; more</p></body></html>"""
    words = shown("html", source).replace("\u2023", "").replace("\u2022", "").split()
    assert " ".join(words) == (
        "Head H2O and lean line loose one two 4. a b Cap R C 1 2 x y T D cost 30 & more"
    )


def test_declared_variants_show_their_first_option() -> None:
    assert shown("md", "The {=n: four | five} raids began on {!d: 3 | 4} May; {n} in all.\n") == (
        "The four raids began on 3 May; four in all."
    )


def test_lines_wrapped_by_hand_are_joined_and_others_kept() -> None:
    wrapped = "\n".join(["These lines were wrapped by hand when somebody wrote them down"] * 3)
    address = "Somebody\n12 Some Street\nSometown"
    _, data = rendition("txt", f"{wrapped}\n\n{address}\n")
    lines = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range().split("\r\n")
    assert "12 Some Street" in lines
    assert not any(line == wrapped.split("\n")[0] for line in lines)


def test_pictures_inside_are_shown_and_others_never_fetched() -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), (200, 0, 0)).save(file, "PNG")
    inside = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    broken = "data:image/png;base64," + base64.b64encode(file.getvalue()[:40]).decode()
    source = (
        f"words ![one]({inside}) ![two]({broken}) ![three](file:///etc/hostname) ![four](/etc/hostname.png)\n"
    )
    with pikepdf.open(io.BytesIO(rendition("md", source)[1])) as pdf:
        assert len(pdf.pages[0].Resources.XObject) == 1


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "#here", "data:text/html,x"]
)
def test_only_links_to_the_web_and_mail_are_kept(address: str) -> None:
    source = f'<p><a href="{address}">bad</a> and <a href="https://a.example/b?c=d">good</a></p>'
    with pikepdf.open(io.BytesIO(rendition("html", source)[1])) as pdf:
        links = [str(link.A.URI) for link in pdf.pages[0].obj.Annots]
    assert links == ["https://a.example/b?c=d"]


def test_nesting_without_end_is_flattened() -> None:
    deep = "<blockquote><ul><li>" * (3 * MAX_DEPTH) + "words" + "<table><tr><td>in<table><tr><td>x" * 20
    assert "words" in shown("html", f"<!DOCTYPE html><body>{deep}")
    assert "words" in shown("md", "> - " * 6 + "words\n")


def test_words_are_broken_only_in_a_language_that_is_known() -> None:
    source = "internationalisation of administrative responsibilities notwithstanding " * 12
    counts = [broken_words(rendition("txt", source, language)[1]) for language in ("en", "")]
    assert counts[0] > 0 and counts[1] == 0


def broken_words(data: bytes) -> int:
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
    return text.count("\ufffe") + text.count("\x02") + text.count("-\r\n")


def test_a_script_that_no_font_has_is_refused() -> None:
    data, content = read("txt", "Some words and \U00012000\U00012001\U00012002 in cuneiform.")
    with pytest.raises(RenderingFailed) as caught:
        render_pdf("txt", data, content)
    assert caught.value.facts["places"] >= 1


def test_a_kind_without_a_renderer_is_refused() -> None:
    _, content = read("txt", "words")
    with pytest.raises(UnsupportedFormat):
        render_pdf("eml", b"words", content)


def test_fonts_hold_the_letters_of_other_wordings() -> None:
    _, data = rendition("md", "aaa **bbb**\n")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1
        fonts = list(pdf.pages[0].Resources.Font.values())
        assert len(fonts) == 2
        for font in fonts:
            assert font.ToUnicode.read_bytes().count(b"<") > len(LETTERS)


def test_demo_documents_keep_every_word() -> None:
    for name in ("briefing.md", "article.txt"):
        content, data = rendition(name.rsplit(".", 1)[1], (DEMO / name).read_bytes())
        seen = Pdf().read(data, declarations=False).text.split()
        assert seen[:-1] == content.text.split()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from([
    "<table>", "<tr>", "<td colspan=3>", "<th rowspan=4>", "</table>", "<ul>", "<li>", "</ul>", "<ol start=3>",
    "<blockquote>", "</blockquote>", "<p>", "<b>", "</b>", "<a href='https://a.example'>", "</a>", "<pre>", "</pre>",
    "<br>", "<hr>", "<h1>", "</h1>", "<sub>", "</sub>", "word", " ", "#x", "<code>", "</code>", "\u202e", "<dl><dt>",
]), max_size=30))  # fmt: skip
def test_any_tag_soup_is_set(tags: list[str]) -> None:
    data, content = read("html", "<!DOCTYPE html><body>start " + "".join(tags))
    assert render_pdf("html", data, content).startswith(b"%PDF-")
