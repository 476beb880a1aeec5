"""Marks in the text layer of PDF files: where they may stand, how they are written, what stays as it was."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pikepdf
import pytest

from dyeline.errors import UnsupportedFormat
from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.reading import opened, page_characters, page_texts
from dyeline.formats.pdf.spots import phrase_starts
from dyeline.formats.pdf.survey import looks_same
from dyeline.model.document import INSERTED_MARKS
from tests.pdfs import GOLDEN, PRODUCERS, by_hand, by_reportlab, changed

LINE = "BT /F1 12 Tf 72 700 Td (Alpha beta, gamma delta.) Tj 0 -20 Td (Every word here counts: none is lost.) Tj ET"


def read(data: bytes) -> Content:
    return Pdf().read(data, declarations=True)


def marked(data: bytes, *, notice: str | None = None) -> tuple[bytes, str]:
    """Return a copy with a mark at every insertion, and the text that it should have."""
    content = read(data)
    marks = [INSERTED_MARKS[k % len(INSERTED_MARKS)] for k in range(len(content.insertions))]
    template = Pdf().template(data, content, [(at, at) for at in content.insertions])
    text = content.text
    for at, mark in reversed(list(zip(content.insertions, marks, strict=True))):
        text = text[:at] + mark + text[at:]
    return template.render(marks, notice=notice, stamp=None), text


def words(content: Content) -> list[str]:
    """Return the words that can be marked."""
    return [re.match(r"\w+", content.text[at:])[0] for at in content.insertions]  # type: ignore[index]


def stripped(text: str) -> str:
    return text.replace("\u200c", "").replace("\u200d", "")


def test_first_words_of_lines_and_words_behind_punctuation_are_marked() -> None:
    assert words(read(by_hand(LINE))) == ["Alpha", "gamma", "Every", "none"]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("one two\r\nthree", "ot"),
        ("the start-\r\nup of it", "t"),  # readers join the halves only if nothing stands between them
        ("the start\x02up of it", "t"),
        ("the start\ufffe\r\nup of it", "t"),
        ("the start\u00ad\r\nup of it", "t"),
        ("yes, no; or: but. so) if? as! at", "ynobsiaa"),
        ("(bracket 12 twelve, 13 x", ""),
        ("3 items\r\nitem", "i"),
        ("\ufb01rst, \ufb02y", ""),  # a ligature is two letters in some readers
        ("\u0645\u0631\u062d\u0628\u0627, \u05e9\u05dc\u05d5\u05dd, \u4f60\u597d", ""),
        ("\u0421\u043b\u043e\u0432\u043e, \u03bb\u03cc\u03b3\u03bf\u03c2", "\u0421\u03bb"),
        ("", ""),
    ],
)
def test_where_a_mark_may_stand(text: str, starts: str) -> None:
    assert "".join(text[at] for at in phrase_starts(text)) == starts


@pytest.mark.parametrize("producer", PRODUCERS)
def test_all_marks_come_back(producer: str) -> None:
    copy, text = marked(PRODUCERS[producer]())
    assert Pdf().read(copy, declarations=False).text == text
    assert len(stripped(text)) + 3 * 40 < len(text)


@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("producer", PRODUCERS)
def test_poppler_gives_the_same_text_with_all_marks(producer: str, tmp_path: Path) -> None:
    copy, text = marked(PRODUCERS[producer]())
    seen = []
    for name, data in (("plain", PRODUCERS[producer]()), ("marked", copy)):
        (tmp_path / f"{name}.pdf").write_bytes(data)
        command = ["pdftotext", "-enc", "UTF-8", str(tmp_path / f"{name}.pdf"), "-"]
        seen.append(subprocess.run(command, capture_output=True, check=True).stdout.decode())
    assert stripped(seen[1]) == seen[0]
    pattern = "[\u200c\u200d]+\\w"
    assert sorted(re.findall(pattern, seen[1])) == sorted(re.findall(pattern, text))


@pytest.mark.skipif(which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_pages_look_the_same(producer: str, tmp_path: Path) -> None:
    copy, _ = marked(PRODUCERS[producer]())
    pictures = []
    for name, data in (("plain", PRODUCERS[producer]()), ("marked", copy)):
        (tmp_path / f"{name}.pdf").write_bytes(data)
        command = ["pdftoppm", "-gray", "-r", "100", str(tmp_path / f"{name}.pdf")]
        pictures.append(subprocess.run(command, capture_output=True, check=True).stdout)
    assert len(pictures[0]) == len(pictures[1]) > 500_000
    different = sum(one != two for one, two in zip(*pictures, strict=True))
    assert different <= 50


@pytest.mark.parametrize(
    "content",
    [
        LINE.replace("gamma", "gama"),
        LINE.replace("72 700", "74 700"),
        LINE + " 300 400 9 9 re f",
        LINE + " 0.5 g",
    ],
)
def test_a_page_that_looks_otherwise_is_noticed(content: str) -> None:
    with opened(by_hand(LINE)) as before, opened(by_hand(content)) as after:
        assert looks_same(before, after, 0) == content.endswith("0.5 g")


def streams(data: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]


@pytest.mark.parametrize("producer", PRODUCERS)
def test_nothing_of_the_unmarked_pages_stays_in_the_file(producer: str) -> None:
    source = PRODUCERS[producer]()
    with pikepdf.open(io.BytesIO(source)) as pdf:
        contents = [page.Contents.read_bytes() for page in pdf.pages]
    texts = {content for content in contents if b"BT" in content}  # a page without text stays as it is
    copy, _ = marked(source)
    assert texts and not texts & set(streams(copy))
    assert copy.count(b"%%EOF") == copy.count(b"startxref") == 1
    assert b"/Prev" not in copy


def test_a_mark_stands_before_the_letter_and_only_letters_in_use_are_mapped() -> None:
    copy, text = marked(by_hand(LINE))
    maps = [stream.decode() for stream in streams(copy) if b"beginbfchar" in stream]
    assert len(maps) == len(INSERTED_MARKS)
    for one, mark in zip(sorted(maps), sorted(INSERTED_MARKS), strict=True):
        entries = dict(re.findall(r"<(\w\w)> <(\w+)>", one.split("beginbfchar")[1]))
        assert {bytes.fromhex(code).decode() for code in entries} == {"A", "E", "g", "n"}
        for code, shown in entries.items():
            assert bytes.fromhex(shown).decode("utf-16-be") == mark + bytes.fromhex(code).decode()
    assert stripped(text) == read(by_hand(LINE)).text


OPERATORS = """q 1 0 0 1 10 20 cm BT /F1 10 Tf 1 0 0 1 60 700 Tm 14 TL
(Tj first, second) Tj T* [(TJ) -300 (third, fo) 50 (urth)] TJ
(quoted, fifth) ' 3 1.5 (double quoted, sixth) " 0 Tw 0 Tc
0 -30 TD (TD seventh, eighth) Tj T* 80 Tz (narrow, ninth) Tj 100 Tz T* 4 Ts (raised, tenth) Tj 0 Ts
1 Tc 2 Tw T* (spaced out, eleventh) Tj 0 Tc 0 Tw ET Q
BT /F1 10 Tf 0 1 -1 0 400 300 Tm (Turned text, twelfth) Tj ET
q 2 0 0 2 0 0 cm BT /F1 5 Tf 50 100 Td (Scaled text, thirteenth) Tj ET Q"""


def test_every_operator_that_places_text_is_followed() -> None:
    data = by_hand(OPERATORS)
    found = words(read(data))
    wanted = "second fourth fifth sixth eighth ninth tenth eleventh twelfth thirteenth".split()
    assert set(wanted) - set(found) <= {"sixth"}  # a space between all letters: PDFium splits the word
    copy, text = marked(data)
    assert Pdf().read(copy, declarations=False).text == text


def test_the_letters_of_a_copy_stand_where_they_stood() -> None:
    data = by_hand(OPERATORS)
    copy, _ = marked(data)
    places = []
    for one in (data, copy):
        with opened(one) as document:
            characters = page_characters(document, 0, next(page_texts(document)).text)
            assert characters is not None
            shown = [code not in (0x200C, 0x200D) for code in characters.code.tolist()]
            rows = zip(characters.code[shown], characters.x[shown], characters.y[shown], strict=True)
            places.append([(int(code), round(float(x), 1), round(float(y), 1)) for code, x, y in rows])
    assert places[0] == places[1]


FORM = "/XObject << /X1 5 0 R >>"


@pytest.mark.parametrize(
    "content",
    [
        "BT 3 Tr /F1 12 Tf 72 700 Td (Invisible text, of a scan.) Tj ET",
        "BT 7 Tr /F1 12 Tf 72 700 Td (Clipping text, unseen.) Tj ET",
        "BT /F1 12 Tf 72 700 Td /Span << /ActualText (Other text, shown.) >> BDC (Other text, shown.) Tj EMC ET",
        "BT /F1 12 Tf 72 700 Td (Bold text, twice.) Tj ET BT /F1 12 Tf 72.2 700 Td (Bold text, twice.) Tj ET",
        "BT /F9 12 Tf 72 700 Td (No such font, here.) Tj ET BT /F1 12 Tf 72 600 Td (1) Tj ET",
        "BT /F1 12 Tf 72 700 Td (Broken, operator.) Tj (x) Td ET",
    ],
    ids=["invisible", "clip", "actual-text", "overprinted", "no-font", "broken"],
)
def test_what_cannot_be_marked_safely_is_no_site(content: str) -> None:
    assert read(by_hand(content)).insertions == ()


def as_form(pdf: pikepdf.Pdf) -> None:
    """Make the content of the first page a form that it uses."""
    page = pdf.pages[0]
    form = pdf.make_stream(page.Contents.read_bytes())
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 595, 842]
    form.Resources = page.Resources
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X1=form))
    page.Contents = pdf.make_stream(b"/X1 Do")


def test_a_form_that_is_used_once_is_written_on() -> None:
    data = changed(by_hand(LINE), as_form)
    assert read(data).insertions == read(by_hand(LINE)).insertions
    copy, text = marked(data)
    assert Pdf().read(copy, declarations=False).text == text
    assert LINE.encode() not in streams(copy)


def twice_on_a_page(pdf: pikepdf.Pdf) -> None:
    as_form(pdf)
    pdf.pages[0].Contents = pdf.make_stream(b"/X1 Do 1 0 0 1 0 -100 cm /X1 Do")


def on_two_pages(pdf: pikepdf.Pdf) -> None:
    as_form(pdf)
    pdf.pages[1].Contents, pdf.pages[1].Resources = pdf.pages[0].Contents, pdf.pages[0].Resources


@pytest.mark.parametrize("use", [twice_on_a_page, on_two_pages])
def test_a_form_that_is_used_twice_is_not_written_on(use: Callable[[pikepdf.Pdf], None]) -> None:
    content = read(changed(by_hand(LINE, LINE), use))
    second = content.text.index("Alpha", 1 + content.text.index("Alpha"))
    assert not [at for at in content.insertions if at < second or use is on_two_pages]
    assert content.shifts == () or use is twice_on_a_page


def test_a_damaged_page_leaves_the_others_their_marks() -> None:
    data = by_hand(LINE.replace("Alpha", "Broken") + " (x) Td", LINE)
    assert words(read(data)) == ["Alpha", "gamma", "Every", "none"]


def test_an_oversized_drawing_is_left_alone() -> None:
    content = read(by_hand(LINE + " 0 0 m" * 900_000, LINE.replace("Alpha", "Second")))
    assert words(content)[0] == "Second"


def no_change(pdf: pikepdf.Pdf) -> None:
    pass


def inherit(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        pdf.Root.Pages.Resources = page.Resources
        pdf.Root.Pages.MediaBox = page.MediaBox
        del page.obj["/Resources"], page.obj["/MediaBox"]


def in_pieces(pdf: pikepdf.Pdf) -> None:
    before, behind = pdf.pages[0].Contents.read_bytes().split(b" Tj 0 -20", 1)
    parts = [pdf.make_stream(before + b" Tj"), pdf.make_stream(b"0 -20" + behind)]
    pdf.pages[0].Contents = pikepdf.Array(parts)


VARIANTS: dict[str, tuple[Callable[[pikepdf.Pdf], None], dict[str, object]]] = {
    "linearised": (no_change, {"linearize": True}),
    "encrypted with an empty password": (no_change, {"encryption": pikepdf.Encryption(owner="o", user="")}),
    "object streams": (no_change, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}),
    "inherited resources": (inherit, {}),
    "contents in pieces": (in_pieces, {}),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_file_of_another_build_is_marked_as_well(variant: str) -> None:
    change, options = VARIANTS[variant]
    data = changed(by_hand(LINE, LINE.replace("Alpha", "Second")), change, **options)
    assert words(read(data)) == ["Alpha", "gamma", "Every", "none", "Second", "gamma", "Every", "none"]
    copy, text = marked(data, notice="A notice.")
    assert Pdf().read(copy, declarations=False).text == f"{text}\nA notice."


def test_pages_that_share_everything_get_marks_of_their_own() -> None:
    def share(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].Contents = pdf.pages[0].Contents
        pdf.pages[1].Resources = pdf.pages[0].Resources

    copy, text = marked(changed(by_hand(LINE, LINE), share))
    assert Pdf().read(copy, declarations=False).text == text
    assert text.index("\u200c") != text.rindex("\u200d")


def test_a_signed_document_is_refused() -> None:
    def sign(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=pikepdf.Array())

    data = changed(by_hand(LINE), sign)
    with pytest.raises(UnsupportedFormat, match=r"signature.*before it was signed"):
        read(data)
    assert Pdf().read(data, declarations=False).text.startswith("Alpha")


def last_line(data: bytes) -> tuple[float, float]:
    """Return where the last line of the last page begins (pt)."""
    with opened(data) as document:
        layer = document[len(document) - 1].get_textpage()
        from ctypes import byref, c_double

        from pypdfium2 import raw

        x, y = c_double(), c_double()
        raw.FPDFText_GetCharOrigin(layer, layer.get_text_range().index("A notice."), byref(x), byref(y))
        return x.value, y.value


@pytest.mark.parametrize(
    ("rotation", "place"),
    [(0, (36, 14)), (90, (581, 36)), (180, (559, 828)), (270, (14, 806))],
)
def test_the_notice_stands_at_the_foot_however_the_page_is_turned(
    rotation: int, place: tuple[float, float]
) -> None:
    copy, _ = marked(by_hand(LINE, page=f"/Rotate {rotation}"), notice="A notice.")
    assert last_line(copy) == pytest.approx(place, abs=0.5)


@pytest.mark.parametrize("mess", ["q 2 0 0 2 0 0 cm {}", "Q Q {} 3 0 0 3 9 9 cm", "q q {} Q"])
def test_the_notice_stands_at_the_foot_behind_unbalanced_content(mess: str) -> None:
    copy, text = marked(by_hand(mess.format(LINE)), notice="A notice.")
    assert Pdf().read(copy, declarations=False).text == f"{text}\nA notice."
    assert last_line(copy) == pytest.approx((36, 14), abs=0.5)


def test_the_notice_keeps_clear_of_a_footer() -> None:
    footer = " BT /F1 8 Tf 72 16 Td (Page 1) Tj ET"
    copy, _ = marked(by_hand(LINE + footer), notice="A notice.")
    assert last_line(copy)[1] in (7, pytest.approx(7, abs=0.5), 30, pytest.approx(30, abs=0.5))


def test_a_long_notice_is_set_smaller() -> None:
    notice = "Copy C-0001 was issued to " + "W" * 80 + " and is individually marked."
    copy, text = marked(by_hand(LINE), notice=notice)
    assert Pdf().read(copy, declarations=False).text == f"{text}\n{notice}"


def test_information_is_kept_and_the_stamp_added() -> None:
    def describe(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Title"] = "Plan für Zoë"

    data = changed(by_hand(LINE), describe)
    content = read(data)
    template = Pdf().template(data, content, [])
    copy = template.render([], notice=None, stamp="dy1-00ff")
    assert Pdf().read(copy, declarations=False).stamps == ("dy1-00ff",)
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Plan für Zoë"
        assert not pdf.check_pdf_syntax() if hasattr(pdf, "check_pdf_syntax") else True
    assert template.render([], notice=None, stamp=None) == template.render([], notice=None, stamp=None)


def test_other_formats_of_copies_carry_the_marks_too() -> None:
    from dyeline.formats.registry import by_kind

    content = read(by_reportlab())
    template = by_kind("docx").typeset(content, [(at, at) for at in content.insertions])
    copy = template.render([INSERTED_MARKS[5]] * len(content.insertions), notice=None, stamp=None)
    text = by_kind("docx").read(copy, declarations=False).text
    assert text.count(INSERTED_MARKS[5]) == len(content.insertions)


def test_the_golden_files_are_what_their_readme_says() -> None:
    for name, producer in (("libreoffice", "LibreOffice"), ("chromium", "Skia")):
        with pikepdf.open(GOLDEN / f"{name}.pdf") as pdf:
            assert producer in str(pdf.docinfo["/Producer"])
