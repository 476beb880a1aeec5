from __future__ import annotations

import io
import pickle
import zipfile

import docx
import numpy as np
import pytest
from PIL import Image

from dyeline.carriers.image.carrier import Image as ImageCarrier
from dyeline.carriers.image.reading import read_picture
from dyeline.formats.docx.format import Docx
from dyeline.formats.docx.pictures import embedded_pictures, picture_pixels
from dyeline.formats.picturemarks.marks import image_mark
from dyeline.model.document import Document
from tests.pictures import photograph, scanned_page

PHOTOGRAPH = photograph(480, 360)


def picture_file(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], kind: str) -> io.BytesIO:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, quality=90)
    file.seek(0)
    return file


@pytest.fixture(scope="module")
def data() -> bytes:
    document = docx.Document()
    document.add_paragraph("The board met on Tuesday.")
    document.add_picture(picture_file(PHOTOGRAPH, "JPEG"))
    document.add_paragraph("A chart follows.")
    document.add_picture(picture_file(photograph(300, 260, seed=4), "PNG"))
    document.add_picture(picture_file(photograph(90, 90), "PNG"))
    document.add_paragraph("That was all.")
    document.add_picture(picture_file(PHOTOGRAPH, "JPEG"))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_pictures_are_found_where_the_text_shows_them(data: bytes) -> None:
    content = Docx().read(data, declarations=True)
    assert [(area.width_px, area.height_px) for area in content.pictures] == [
        (480, 360),
        (300, 260),
        (480, 360),
    ]
    assert content.pictures[0].key == content.pictures[2].key
    lines = [content.text[: area.anchor].rpartition("\n")[2] for area in content.pictures]
    assert lines == ["The board met on Tuesday.", "A chart follows.", "That was all."]
    assert not Docx().read(data, declarations=False).pictures


def test_marks_are_written_into_a_copy_and_read_from_it(data: bytes) -> None:
    content = Docx().read(data, declarations=True)
    sites = ImageCarrier().find_sites(Document(content.text, content.blocks, pictures=content.pictures))
    places = [site.places[0] for site in sites]
    spans, marks = [(place.start, place.end) for place in places], [place.mark for place in places]
    word = content.text.index("Tuesday")
    template = Docx().template(data, content, [(word, word + 7), *spans], marks=["", *marks])
    template = pickle.loads(pickle.dumps(template))
    variants = np.random.default_rng(2).integers(0, 2, len(sites))
    copy = template.render(
        ["Monday", *[""] * len(sites)], variants=[0, *variants.tolist()], notice=None, stamp=None
    )
    assert "The board met on Monday." in Docx().read(copy, declarations=False).text
    originals = picture_pixels(data, {area.key for area in content.pictures})
    written = dict(zip(marks, variants.tolist(), strict=True))
    for area, (_, pixels) in zip(content.pictures, embedded_pictures(copy), strict=False):
        loglik = read_picture(pixels, np.eye(3), originals[area.key], area.key)
        expected = [written[image_mark(area.key, block)] for block in range(len(loglik))]
        seen = np.ptp(loglik, axis=1) > 0
        assert seen.mean() > 0.9
        assert (loglik.argmax(axis=1)[seen] == np.array(expected)[seen]).all()


def test_a_picture_of_black_and_white_stays_that() -> None:
    page = np.where(scanned_page(620, 877) < 140, 0, 255).astype(np.uint8)
    picture, file = io.BytesIO(), io.BytesIO()
    Image.fromarray(page).convert("1").save(picture, "PNG")
    document = docx.Document()
    document.add_paragraph("A page scanned in black and white follows.")
    document.add_picture(io.BytesIO(picture.getvalue()))
    document.save(file)
    content = Docx().read(file.getvalue(), declarations=True)
    marks = [image_mark(area.key, block) for area in content.pictures for block in area.blocks]
    assert len(marks) > 50
    template = Docx().template(file.getvalue(), content, [(0, 0)] * len(marks), marks=marks)
    copy = template.render([""] * len(marks), variants=[1] * len(marks), notice=None, stamp=None)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        name = next(name for name in archive.namelist() if "media" in name)
        with Image.open(io.BytesIO(archive.read(name))) as shown:
            assert shown.mode == "1"
            assert 0 < (np.array(shown.convert("L")) != page).sum() < 0.001 * page.size


def test_everything_else_of_the_file_stays(data: bytes) -> None:
    content = Docx().read(data, declarations=True)
    mark = image_mark(content.pictures[0].key, 0)
    template = Docx().template(data, content, [(0, 0)], marks=[mark])
    unmarked = template.render([""], notice=None, stamp=None)
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(io.BytesIO(unmarked)) as after:
        assert sorted(before.namelist()) == sorted(after.namelist())
        media = [name for name in before.namelist() if "media" in name]
        assert len(media) == 3 and all(before.read(name) == after.read(name) for name in media)
    marked = template.render([""], variants=[1], notice=None, stamp=None)
    with zipfile.ZipFile(io.BytesIO(marked)) as after:
        assert after.testzip() is None
    docx.Document(io.BytesIO(marked))


@pytest.mark.parametrize("mark", ["image:0123456789abcdef:0", "shift:0.2", "image:%s:9999"])
def test_a_mark_of_nothing_in_the_file_is_refused(data: bytes, mark: str) -> None:
    content = Docx().read(data, declarations=True)
    with pytest.raises(ValueError, match=r"picture|mark"):
        Docx().template(data, content, [(0, 0)], marks=[mark.replace("%s", content.pictures[0].key)])
