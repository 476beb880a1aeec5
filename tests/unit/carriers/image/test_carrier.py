from __future__ import annotations

from dataclasses import replace

import numpy as np

from dyeline.carriers.image.carrier import Image
from dyeline.formats.picturemarks.marks import image_block
from dyeline.match.align import align
from dyeline.model.document import Document, PictureArea
from dyeline.testing.carriers import check_carrier
from dyeline.text.fold import fold

TEXT = "Minutes of the board.\nThe chart shows it.\nNobody else has seen it."
DOCUMENT = Document(
    text=TEXT,
    blocks=(),
    pictures=(
        PictureArea(41, "b", 300, 200, page=1, blocks=(0, 2, 5)),
        PictureArea(0, "a", 640, 480, blocks=tuple(range(40))),
        PictureArea(50, "a", 640, 480, page=2, blocks=tuple(range(40))),
        PictureArea(9, "flat", 300, 480),
    ),
)


def test_every_usable_block_of_every_picture_is_one_site() -> None:
    sites = Image().find_sites(DOCUMENT)
    blocks = [image_block(site.places[0].mark) for site in sites]
    expected = [("a", k) for k in range(40)] + [("b", k) for k in (0, 2, 5)]
    assert blocks == expected
    assert all(site.on_page and site.variants == 2 and site.cls == "block" for site in sites)
    assert len({site.id for site in sites}) == len(sites)


def test_sites_keep_their_names_when_the_text_around_them_changes() -> None:
    before = {site.id for site in Image().find_sites(DOCUMENT)}
    after = {site.id for site in Image().find_sites(replace(DOCUMENT, text=TEXT.upper()))}
    assert before == after


def test_text_is_left_alone_and_says_nothing() -> None:
    sites = Image().find_sites(DOCUMENT)
    assert Image().write(DOCUMENT, sites, [1] * len(sites)) == TEXT
    seen = align(fold(TEXT), fold(TEXT))
    assert not np.ptp(Image().read(seen, sites), axis=1).any()


def test_documents_with_and_without_pictures_keep_the_laws() -> None:
    for document in (DOCUMENT, replace(DOCUMENT, pictures=())):
        check_carrier(
            Image(), document, align=lambda exhibit, text: align(fold(exhibit), fold(text)), invisible=True
        )
