"""Words of PDF pages that move: which may, how far they move, and that all the rest stays."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import numpy as np
import pikepdf
import pytest

from dyeline.formats.content import Content
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.reading import opened
from dyeline.formats.pdf.survey import looks_same
from dyeline.formats.pdf.template import PdfTemplate
from dyeline.formats.pdf.words import page_words
from dyeline.model.document import INSERTED_MARKS
from tests.pdfs import LONG, PRODUCERS, by_hand, by_reportlab, changed
from tests.unit.formats.test_pdf_marks import as_form, streams

SEVEN = "First alpha bravo charlie delta echo last"
LINE = f"BT /F1 12 Tf 72 700 Td ({SEVEN}) Tj ET"
STILL_PT = 0.002  # PDFium keeps places to some 0.0005 pt


def read(data: bytes) -> Content:
    return Pdf().read(data, declarations=True)


def moving(content: Content) -> list[str]:
    """Return the words that may move."""
    return [re.match(r"\S+", content.text[at:])[0] for at in content.shifts]  # type: ignore[index]


def moved(
    data: bytes, *, distance: float = 0.2, seed: int = 3, letters: bool = True
) -> tuple[bytes, dict[int, float]]:
    """Return a copy with random variants and marks, and how far the word at each offset should be off."""
    content = read(data)
    rng = np.random.default_rng(seed)
    insertions = content.insertions if letters else ()
    places = sorted([(at, "") for at in insertions] + [(at, f"shift:{distance}") for at in content.shifts])
    template = Pdf().template(
        data, content, [(at, at) for at, _ in places], marks=[mark for _, mark in places]
    )
    variants = [int(rng.integers(2)) if mark else 0 for _, mark in places]
    texts = ["" if mark else INSERTED_MARKS[k % 8] for k, (_, mark) in enumerate(places)]
    copy = template.render(texts, variants=variants, notice=None, stamp=None)
    off = {
        at: (-distance, distance)[variant]
        for (at, mark), variant in zip(places, variants, strict=True)
        if mark
    }
    return copy, off


def check_moved(data: bytes, *, distance: float = 0.2) -> int:
    """Check that words are off their place as written and all others are not; return how many moved."""
    content = Pdf().read(data, declarations=False)
    copy, wanted = moved(data, distance=distance)
    seen = Pdf().read(copy, declarations=False)
    assert re.sub("[\u200c\u200d]", "", seen.text) == content.text
    count = 0
    for before, after in zip(page_words(data, content), page_words(copy, seen), strict=True):
        off = after.boxes - before.boxes
        expected = np.array([wanted.get(start, 0.0) for start in before.starts.tolist()])
        assert off[:, 0] == pytest.approx(expected, abs=STILL_PT)
        assert off[:, 2] == pytest.approx(expected, abs=STILL_PT)
        assert off[:, (1, 3)] == pytest.approx(0.0, abs=STILL_PT)
        count += int((expected != 0).sum())
    assert count == len(content.shifts) or count == len(wanted)
    return count


@pytest.mark.parametrize("producer", PRODUCERS)
def test_words_move_and_all_others_stay(producer: str) -> None:
    data = PRODUCERS[producer]()
    words = sum(len(page.starts) for page in page_words(data, Pdf().read(data, declarations=False)))
    assert check_moved(data, distance=0.35) > 0.35 * words


def test_words_that_would_be_seen_to_move_do_not_keep_the_others_of_the_page_in_their_place() -> None:
    data = by_reportlab(LONG, font="Helvetica", size=9, leading=11)
    content = read(data)
    for page in page_words(data, content)[:2]:
        assert np.isin(page.starts, content.shifts).sum() > 0.6 * len(page.starts)
    copy, _ = moved(data, distance=0.35)
    with opened(data) as one, opened(copy) as two:
        assert all(looks_same(one, two, number) for number in range(len(one)))


INNER = ["alpha", "bravo", "charlie", "delta", "echo"]


def test_every_word_within_a_line_moves() -> None:
    assert moving(read(by_hand(LINE))) == INNER
    assert check_moved(by_hand(LINE)) == 5


def test_of_words_that_stand_close_only_every_second_moves() -> None:
    close = by_hand(LINE.replace("(", "-1.4 Tw ("))
    assert moving(read(close)) == ["alpha", "charlie", "echo"]
    # Circulations of earlier versions chose words by other rules: any of them can still be written.
    content = read(close)
    template = Pdf().template(close, content, [(at, at) for at in (12, 26)], marks=["shift:0.2"] * 2)
    left, right = (
        page_words(template.render(["", ""], variants=[k, k], notice=None, stamp=None), content)[0].boxes
        for k in (0, 1)
    )
    assert np.flatnonzero((right - left)[:, 0] > 0.1).tolist() == [2, 4]


@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("producer", PRODUCERS)
def test_poppler_sees_the_same_words_as_far_off(producer: str, tmp_path: Path) -> None:
    data = PRODUCERS[producer]()
    copy, wanted = moved(data, letters=False)  # poppler cuts a word's box behind a letter of another font
    found = []
    for name, one in (("plain", data), ("marked", copy)):
        (tmp_path / f"{name}.pdf").write_bytes(one)
        command = ["pdftotext", "-bbox", "-enc", "UTF-8", str(tmp_path / f"{name}.pdf"), "-"]
        boxes = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        found.append(
            re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" .*?>(.*?)</word>', boxes)
        )
    plain, marked = found
    assert [word[3] for word in marked] == [word[3] for word in plain]
    off = np.array([float(b[0]) - float(a[0]) for a, b in zip(plain, marked, strict=True)])
    away = np.sort(off[np.abs(off) > 0.1])
    assert away == pytest.approx(np.sort(list(wanted.values())), abs=0.01)


@pytest.mark.parametrize("producer", PRODUCERS)
def test_nothing_of_the_unmarked_pages_stays_in_the_file(producer: str) -> None:
    source = PRODUCERS[producer]()
    content = read(source)
    template = Pdf().template(
        source, content, [(at, at) for at in content.shifts], marks=["shift:0.2"] * len(content.shifts)
    )
    copy = template.render(
        [""] * len(content.shifts), variants=[0] * len(content.shifts), notice=None, stamp=None
    )
    with pikepdf.open(io.BytesIO(source)) as pdf:
        texts = {page.Contents.read_bytes() for page in pdf.pages}
    assert not {text for text in texts if b"BT" in text} & set(streams(copy))
    assert copy.count(b"%%EOF") == 1 and b"/Prev" not in copy


def test_without_variants_no_word_moves() -> None:
    data = by_hand(LINE)
    content = read(data)
    places = [(at, at) for at in content.shifts]
    template = Pdf().template(data, content, places, marks=["shift:0.2"] * len(places))
    copy = template.render([""] * len(places), notice=None, stamp=None)
    before, after = (page_words(one, content)[0].boxes for one in (data, copy))
    assert after == pytest.approx(before, abs=1e-4)
    with opened(data) as one, opened(copy) as two:
        assert looks_same(one, two, 0)


def test_a_single_letter_that_changed_is_seen() -> None:
    with opened(by_hand(LINE)) as one, opened(by_hand(LINE.replace("delta", "deXta"))) as two:
        assert not looks_same(one, two, 0)


@pytest.mark.parametrize(
    ("places", "marks"),
    [([6], ["shift:9"]), ([6], ["image:a:1"]), ([7], ["shift:0.2"]), ([6], ["shift:0"]), ([6], ["shift:x"])],
)
def test_other_marks_are_refused(places: list[int], marks: list[str]) -> None:
    data = by_hand(LINE)
    with pytest.raises(ValueError, match=r"place|mark|float|picture"):
        Pdf().template(data, read(data), [(at, at) for at in places], marks=marks)


@pytest.mark.parametrize("text", ["a", INSERTED_MARKS[0]])
def test_a_word_takes_no_text(text: str) -> None:
    data = by_hand(LINE)
    template = Pdf().template(data, read(data), [(6, 6)], marks=["shift:0.2"])
    with pytest.raises(ValueError, match="a place where a word moves"):
        template.render([text], variants=[0], notice=None, stamp=None)


SPACED = """BT /F1 10 Tf 14 TL 60 700 Td (First alpha bravo charlie last) Tj
T* [(First al) -20 (pha bra) 15 (vo) -250 ( charlie last)] TJ (First quoted bravo charlie last) '
1 0.4 (First doubled bravo charlie last) " 0 Tw 0 Tc 80 Tz T* (First narrow bravo charlie last) Tj 100 Tz
4 Ts T* (First raised bravo charlie last) Tj 0 Ts 0.5 Tc 2 Tw T* (First spaced bravo charlie last) Tj
0 Tc 0 Tw T* (First al) Tj (pha bravo char) Tj (lie last) Tj ET
q 2 0 0 2 0 0 cm BT /F1 5 Tf 50 100 Td (First scaled bravo charlie last) Tj ET Q
BT /F1 1 Tf 11 0 0 11 60 400 Tm (First matrix bravo charlie last) Tj ET
BT /F1 10 Tf -1 0 0 1 400 300 Tm (First mirrored bravo charlie last) Tj ET
BT /F1 10 Tf 0 1 -1 0 400 300 Tm (First turned bravo charlie last) Tj ET"""


def test_all_operators_that_show_text_move_their_words() -> None:
    data = by_hand(SPACED)
    found = moving(read(data))
    assert found[0::3] == [
        *("alpha", "alpha", "quoted", "doubled", "narrow"),
        *("raised", "spaced", "alpha", "scaled", "matrix"),
    ]
    assert set(found[1::3]) == {"bravo"}
    assert set(found[2::3]) == {"charlie"}
    assert check_moved(data) == 30


def test_marks_and_moves_within_one_operator() -> None:
    content = "BT /F1 12 Tf 72 700 Td [(First alpha, bra) -30 (vo; charlie, delta echo: foxtrot last)] TJ ET"
    data = by_hand(content)
    both = set(read(data).insertions) & set(read(data).shifts)
    assert both
    assert check_moved(data) >= 3


@pytest.mark.parametrize(
    "content",
    [
        LINE.replace("BT", "BT 3 Tr"),
        LINE.replace("BT", "BT 5 Tr"),
        LINE.replace("BT", "/Span << /ActualText (Seven other words) >> BDC BT") + " EMC",
        LINE + " " + LINE.replace("72 700", "72.3 700").replace("First", "Xirst"),
        LINE.replace("/F1 12", "/F1 3"),
        f"BT /F1 12 Tf 0 1 -1 0 300 300 Tm ({SEVEN}) Tj ET",
        f"BT /F1 12 Tf -1 0 0 -1 500 300 Tm ({SEVEN}) Tj ET",
        f"BT /F1 12 Tf 1 0.1 -0.1 1 72 300 Tm ({SEVEN}) Tj ET",
        LINE.replace(" ", "   ").replace(
            "BT   /F1   12   Tf   72   700   Td", "BT /F1 12 Tf 30 Tw 72 700 Td"
        ),
        LINE + " 72 697 240 0.5 re f",
        LINE + " 72 704 m 320 704 l S",
        LINE.replace("(", "-2.4 Tw ("),
        "BT /F1 12 Tf 72 700 Td (A b c d e f g h) Tj ET",
        "BT /F1 12 Tf 72 700 Td (Only two) Tj ET",
        "BT /F9 12 Tf 72 700 Td (No such font in here at all) Tj ET",
        LINE + " (x) Td",
    ],
    ids=[
        *("hidden", "clip", "actual-text", "overprinted", "tiny", "turned", "upside-down", "slanted", "wide"),
        *("underlined", "struck", "tight", "letters", "two", "no-font", "broken"),
    ],
)
def test_what_cannot_move_unseen_stays(content: str) -> None:
    assert read(by_hand(content)).shifts == ()


def test_a_word_that_something_is_drawn_for_stays() -> None:
    box = read(by_hand("0.9 g 98 697 31 13 re f 0 g " + LINE))
    assert moving(box) == ["charlie", "delta", "echo"]
    line = read(by_hand(LINE + " 100 697.5 m 127 697.5 l S"))
    assert moving(line) == ["bravo", "charlie", "delta", "echo"]
    whole_page = read(by_hand("0.9 g 0 0 595 842 re f 0 g " + LINE))
    assert moving(whole_page) == INNER


def test_words_of_a_link_stay() -> None:
    def link(pdf: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[98, 690, 230, 715]
        )
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])

    assert moving(read(changed(by_hand(LINE), link))) == ["echo"]


COMPOSITE = """<< /Type /Font /Subtype /Type0 /BaseFont /Wide /Encoding /Identity-H
/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Wide /DW 500 /W [40 [600 610] 60 90 550]
/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>
/FontDescriptor << /Type /FontDescriptor /FontName /Wide /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0
/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>"""


def test_words_in_a_font_of_two_bytes_a_code_move() -> None:
    def name_codes(pdf: pikepdf.Pdf) -> None:
        entries = "\n".join(f"<{code:04x}> <{code:04x}>" for code in range(32, 123))
        pdf.pages[0].Resources.Font.F1.ToUnicode = pdf.make_stream(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange "
            b"<0000> <ffff> endcodespacerange 91 beginbfchar\n"
            + entries.encode()
            + b"\nendbfchar endcmap end end"
        )

    codes = SEVEN.encode("utf-16-be").hex()
    data = changed(by_hand(LINE.replace(f"({SEVEN})", f"<{codes}>"), font=COMPOSITE), name_codes)
    assert moving(read(data)) == INNER
    assert check_moved(data) == 5


def in_a_form(pdf: pikepdf.Pdf) -> None:
    as_form(pdf)
    pdf.pages[0].Resources.XObject.X1.Matrix = [0.9, 0, 0, 0.9, 20, 20]


def in_a_form_of_a_form(pdf: pikepdf.Pdf) -> None:
    as_form(pdf)
    as_form(pdf)


def tagged(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(b"/P << /MCID 0 >> BDC " + page.Contents.read_bytes() + b" EMC")
    page.StructParents = 0
    leaf = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P, Pg=page.obj, K=0)
    )
    pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    pdf.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=leaf)


def nothing(pdf: pikepdf.Pdf) -> None:
    pass


BUILDS: dict[str, tuple[Callable[[pikepdf.Pdf], None], dict[str, object]]] = {
    "form": (in_a_form, {}),
    "form in a form": (in_a_form_of_a_form, {}),
    "tagged": (tagged, {}),
    "linearised": (nothing, {"linearize": True}),
    "encrypted": (nothing, {"encryption": pikepdf.Encryption(owner="o", user="")}),
}


@pytest.mark.parametrize("build", BUILDS)
def test_files_of_any_build(build: str) -> None:
    change, options = BUILDS[build]
    data = changed(by_hand(LINE), change, **options)
    assert moving(read(data)) == INNER
    assert check_moved(data) == 5
    copy, _ = moved(data)
    assert LINE.encode() not in streams(copy)
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        assert ("/StructTreeRoot" in pdf.Root) == (build == "tagged")


@pytest.mark.parametrize(
    ("turn", "matrix"), [(90, "0 1 -1 0 300 72"), (180, "-1 0 0 -1 500 300"), (270, "0 -1 1 0 300 770")]
)
def test_upright_words_of_a_turned_page_move(turn: int, matrix: str) -> None:
    content = f"BT /F1 12 Tf {matrix} Tm ({SEVEN}) Tj ET"
    data = by_hand(content, page=f"/Rotate {turn} /CropBox [5 7 590 830]")
    assert check_moved(data) == 5


def test_a_form_that_contains_itself_is_left_alone() -> None:
    def loop(pdf: pikepdf.Pdf) -> None:
        as_form(pdf)
        form = pdf.pages[0].Resources.XObject.X1
        form.Resources = pikepdf.Dictionary(Font=form.Resources.Font, XObject=pikepdf.Dictionary(X1=form))
        form.write(b"/X1 Do " + LINE.encode())

    assert read(changed(by_hand(LINE), loop)).shifts == ()


def test_a_page_that_uses_thousands_of_forms_is_read_in_time() -> None:
    def many(pdf: pikepdf.Pdf) -> None:
        as_form(pdf)
        pdf.pages[0].Contents = pdf.make_stream(b"/X1 Do " * 2_000)

    assert read(changed(by_hand(LINE), many)).shifts == ()


def test_a_type_3_font_moves_or_stays_but_is_never_spoilt() -> None:
    names = " ".join(f"/{chr(code)}" if chr(code).isalpha() else "/bar" for code in range(33, 123))
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 32 "
        f"/LastChar 122 /Widths [{' '.join(['500'] * 91)}] /Encoding << /Differences [32 /space {names}] >> "
        "/CharProcs << >> >>"
    )

    def draw(pdf: pikepdf.Pdf) -> None:
        box = pdf.make_stream(b"500 0 0 0 450 700 d1 0 0 450 700 re f")
        names = [chr(code) for code in range(65, 123) if chr(code).isalpha()]
        pdf.pages[0].Resources.Font.F1.CharProcs = pikepdf.Dictionary({f"/{name}": box for name in names})

    data = changed(by_hand(LINE, font=font), draw)
    assert moving(read(data)) == INNER
    assert check_moved(data) == 5


def test_only_one_page_of_a_template_is_filled_for_a_picture_of_it() -> None:
    data = by_hand(LINE, LINE.replace("First", "Second"))
    content = read(data)
    marks = ["shift:0.2"] * len(content.shifts)
    template = Pdf().template(data, content, [(at, at) for at in content.shifts], marks=marks)
    assert isinstance(template, PdfTemplate)
    alone = template.page_alone(1, 1)
    assert Pdf().read(alone, declarations=False).text == SEVEN.replace("First", "Second")
