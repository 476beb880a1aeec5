"""Marks in pictures of PDF files: templates write them, the file's own pictures show them, the gate sees to it."""

from __future__ import annotations

import io
import pickle
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from dyeline.carriers.image.carrier import Image as ImageCarrier
from dyeline.carriers.image.reading import read_picture
from dyeline.carriers.replace import ordered_places
from dyeline.errors import GateFailed
from dyeline.formats.content import Content, Template
from dyeline.formats.pdf.format import Pdf
from dyeline.formats.pdf.pictures import numbered_pixels, picture_numbers, picture_pixels
from dyeline.formats.picturemarks.likeness import psnr_db
from dyeline.formats.picturemarks.marks import image_mark
from dyeline.issue.picture_gate import blocks_by_key, check_pictures, picture_gate, read_stored
from dyeline.model.document import INSERTED_MARKS, Document
from dyeline.model.sites import Site
from tests.pdfs import by_reportlab
from tests.pictures import photograph, scanned_page

RECOGNISED = "Minutes of the board meeting held at Harbour House."


def reader(pixels: NDArray[np.uint8], kind: str) -> ImageReader:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, quality=85)
    file.seek(0)
    return ImageReader(file)


@pytest.fixture(scope="module")
def scan() -> bytes:
    """A page that is nothing but a grey picture."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.drawImage(reader(scanned_page(496, 702), "JPEG"), 0, 0, 595, 842)
    canvas.save()
    return file.getvalue()


@pytest.fixture(scope="module")
def report() -> bytes:
    """Two pages of text, the second with a photograph packed as JPEG and one packed without loss."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    for number in range(2):
        for line in range(12):
            text = (
                f"On page {number} and line {line}, as before, the board of the house reports, in short, all."
            )
            canvas.drawString(72, 780 - 14 * line, text)
        if number:
            canvas.drawImage(reader(photograph(400, 300), "JPEG"), 72, 300, 320, 240)
            canvas.drawImage(reader(photograph(300, 260, seed=4), "PNG"), 72, 100, 150, 130)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def recognised(content: Content) -> Content:
    """Return the content of a scan as it is stored: its text is not in the file."""
    pictures = tuple(replace(area, anchor=0) for area in content.pictures)
    return replace(content, text=RECOGNISED, frozen=((0, len(RECOGNISED)),), pictures=pictures)


def sites_of(content: Content) -> list[Site]:
    return ImageCarrier().find_sites(Document(content.text, content.blocks, pictures=content.pictures))


def template_of(data: bytes, content: Content, sites: list[Site]) -> Template:
    places = [place for _, place in ordered_places(sites)]
    spans = [(place.start, place.end) for place in places]
    template: Template = pickle.loads(
        pickle.dumps(Pdf().template(data, content, spans, marks=[place.mark for place in places]))
    )
    return template


def symbols_for(sites: list[Site], seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 2, len(sites)).astype(np.uint8)


def shown_in(copy: bytes, data: bytes, key: str) -> NDArray[np.uint8]:
    number = picture_numbers(data, [key])[key][0]
    return numbered_pixels(copy, [number])[number]


def read_signs(copy: bytes, data: bytes, key: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the block signs that a copy's own picture shows, and which were seen."""
    loglik = read_picture(shown_in(copy, data, key), np.eye(3), picture_pixels(data, [key])[key], key)
    return loglik.argmax(axis=1), np.ptp(loglik, axis=1) > 0


def test_a_scan_whose_text_is_stored_elsewhere_carries_marks(scan: bytes) -> None:
    content = Pdf().read(scan, declarations=True)
    assert not content.text and [area.anchor for area in content.pictures] == [0]
    assert not Pdf().read(scan, declarations=False).pictures
    key, blocks = content.pictures[0].key, content.pictures[0].blocks
    sites = sites_of(recognised(content))
    template = template_of(scan, recognised(content), sites)
    for seed in (1, 2):
        symbols = symbols_for(sites, seed)
        copy = template.render([""] * len(sites), variants=symbols.tolist(), notice=None, stamp="C-1")
        assert picture_numbers(copy, [key]) == {}, "the unmarked picture is in the copy"
        signs, seen = read_signs(copy, scan, key)
        assert seen[list(blocks)].mean() > 0.9
        assert (signs[list(blocks)] == symbols)[seen[list(blocks)]].all()
        assert psnr_db(shown_in(copy, scan, key), picture_pixels(scan, [key])[key]) >= 36


def test_letters_words_and_pictures_are_marked_in_one_copy(report: bytes) -> None:
    content = Pdf().read(report, declarations=True)
    assert len(content.pictures) == 2 and content.insertions and content.shifts
    second = content.text.index("On page 1")
    assert {area.anchor for area in content.pictures} == {second}
    places = [(at, "") for at in content.insertions] + [(at, "shift:0.2") for at in content.shifts]
    sites = sites_of(content)
    places += [(site.places[0].start, site.places[0].mark) for site in sites]
    places.sort(key=lambda place: place[0])
    template = Pdf().template(report, content, [(at, at) for at, _ in places], marks=[m for _, m in places])
    texts = ["" if mark else INSERTED_MARKS[3] for _, mark in places]
    variants = np.random.default_rng(5).integers(0, 2, len(places)).tolist()
    copy = template.render(texts, variants=variants, notice="For one only.", stamp=None)
    text = Pdf().read(copy, declarations=False).text
    assert text.translate(dict.fromkeys(map(ord, "\u200c\u200d"))) == content.text + "\nFor one only."
    written = {mark: variant for (_, mark), variant in zip(places, variants, strict=True)}
    for area in content.pictures:
        signs, seen = read_signs(copy, report, area.key)
        assert seen[list(area.blocks)].mean() > 0.9
        for block in area.blocks:
            assert not seen[block] or signs[block] == written[image_mark(area.key, block)]


def test_without_variants_and_without_places_blocks_have_the_first_look(report: bytes) -> None:
    content = Pdf().read(report, declarations=True)
    area = content.pictures[0]
    some = [image_mark(area.key, block) for block in area.blocks[1::2]]
    template = Pdf().template(report, content, [(area.anchor, area.anchor)] * len(some), marks=some)
    none = [""] * len(some)
    plain = template.render(none, notice=None, stamp=None)
    assert plain == template.render(none, variants=[0] * len(none), notice=None, stamp=None)
    signs, seen = read_signs(plain, report, area.key)
    assert seen.any() and not signs[seen].any()
    plus = template.render(none, variants=[1] * len(none), notice=None, stamp=None)
    signs, seen = read_signs(plus, report, area.key)
    chosen = np.isin(np.arange(len(signs)), area.blocks[1::2])
    assert (signs.astype(np.bool_) == chosen)[seen].all()
    other = content.pictures[1].key
    assert (shown_in(plus, report, other) == picture_pixels(report, [other])[other]).all()
    for texts, variants in (([INSERTED_MARKS[0], *none[1:]], ()), (none, [2] * len(none))):
        with pytest.raises(ValueError, match="block"):
            template.render(texts, variants=variants, notice=None, stamp=None)


@pytest.mark.parametrize("mark", ["image:%s:9999", "image:0123456789abcdef:0", "image:%s:x", "image:%s:-1"])
def test_marks_that_the_file_cannot_carry_are_refused(scan: bytes, mark: str) -> None:
    content = Pdf().read(scan, declarations=True)
    with pytest.raises(ValueError, match=r".") as caught:
        Pdf().template(scan, content, [(0, 0)], marks=[mark.replace("%s", content.pictures[0].key)])
    assert type(caught.value).__module__ != "dyeline.errors"


def test_a_file_without_pictures_is_what_it_was() -> None:
    data = by_reportlab()
    content = Pdf().read(data, declarations=True)
    assert content.pictures == ()
    assert picture_gate("pdf", data, blocks_by_key([])) is None


def test_stored_pictures_pass_where_right_and_are_stopped_otherwise(scan: bytes) -> None:
    content = recognised(Pdf().read(scan, declarations=True))
    sites = sites_of(content)
    template = template_of(scan, content, sites)
    symbols = symbols_for(sites, 3)
    none = [""] * len(sites)
    copy = template.render(none, variants=symbols.tolist(), notice=None, stamp=None)
    gate = pickle.loads(pickle.dumps(picture_gate("pdf", scan, blocks_by_key(sites))))
    check_pictures(gate, copy, symbols, "C-1")
    other = symbols.copy()
    other[7] ^= 1
    with pytest.raises(GateFailed, match="1 of them wrong"):
        check_pictures(gate, copy, other, "C-1")
    with pytest.raises(GateFailed, match="C-1 shows 0 of"):
        check_pictures(gate, by_reportlab(), symbols, "C-1")
    with pytest.raises(GateFailed, match="C-1 shows 0 of"):
        check_pictures(gate, scan, symbols, "C-1")


def test_stored_pictures_are_read_as_a_trace_does(scan: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    content = recognised(Pdf().read(scan, declarations=True))
    sites = sites_of(content)
    symbols = symbols_for(sites, 4)
    template = template_of(scan, content, sites)
    copy = template.render([""] * len(sites), variants=symbols.tolist(), notice=None, stamp=None)
    gate = picture_gate("pdf", scan, blocks_by_key(sites))
    assert gate is not None
    read_stored(gate, copy, symbols, "C-1")
    with pytest.raises(GateFailed, match="C-1 reads back 0 of"):
        read_stored(gate, by_reportlab(), symbols, "C-1")
    monkeypatch.setattr("dyeline.carriers.image.reading.read_picture", lambda *given: np.zeros((999, 2)))
    with pytest.raises(GateFailed, match="reads back 0 of"):
        read_stored(gate, copy, symbols, "C-1")
    (pairs,) = gate.sites.values()
    for wrong, nats, passes in ((0.02, 5.0, True), (0.1, 5.0, False)):
        shown = np.zeros((999, 2))
        for number, (row, block) in enumerate(pairs):
            flipped = number < wrong * len(pairs)
            shown[block, int(symbols[row]) ^ int(not flipped)] = -nats
        monkeypatch.setattr("dyeline.carriers.image.reading.read_picture", lambda *given, shown=shown: shown)
        with nullcontext() if passes else pytest.raises(GateFailed, match="nats speak against"):
            read_stored(gate, copy, symbols, "C-1")


def test_small_pictures_of_pages_do_not_stay_beside_marked_ones(scan: bytes) -> None:
    with pikepdf.open(io.BytesIO(scan)) as pdf:
        small = pdf.make_stream(bytes(100), Width=10, Height=10, BitsPerComponent=8)
        small.ColorSpace = pikepdf.Name.DeviceGray
        pdf.pages[0].obj.Thumb = small
        file = io.BytesIO()
        pdf.save(file)
    content = recognised(Pdf().read(file.getvalue(), declarations=True))
    sites = sites_of(content)
    template = template_of(file.getvalue(), content, sites)
    symbols = symbols_for(sites, 4).tolist()
    copy = template.render([""] * len(sites), variants=symbols, notice=None, stamp=None)
    with pikepdf.open(io.BytesIO(copy)) as made:
        assert "/Thumb" not in made.pages[0].obj
