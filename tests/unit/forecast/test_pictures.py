from __future__ import annotations

import numpy as np

from dyeline.forecast.pictures import beside_words
from dyeline.formats.picturemarks.grid import grid_of
from dyeline.formats.picturemarks.marks import image_mark
from dyeline.model.document import PictureArea
from dyeline.model.pages import PageWords
from dyeline.model.sites import Place, Site

GRID = grid_of(1000, 1000)
HALF = ((0.5, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.0, 1.0))  # pt a pixel
TURNED = ((0.0, -0.5, 500.0), (0.5, 0.0, 0.0), (0.0, 0.0, 1.0))  # a quarter clockwise
PAGE = PageWords(
    0,
    500.0,
    500.0,
    np.array(
        [[10, 20, 100, 30], [400, 20, 490, 30], [10, 460, 100, 470], [10, 300, 90, 310]], dtype=np.float32
    ),
    np.array([0, 6, 12, -1]),
    np.array([5, 11, 17, -1]),
    np.array([0, 0, 1, 2], dtype=np.int32),
)


def block(number: int) -> Site:
    return Site(f"s{number}", "image/1", "block", (Place(0, 0, ("", ""), image_mark("k", number)),))


def test_blocks_stand_at_the_word_nearest_to_them() -> None:
    assert GRID is not None
    last = GRID.count - 1
    sites = [block(0), block(GRID.columns - 1), block(last), block(last - GRID.columns + 1)]
    area = PictureArea(0, "k", 1000, 1000, page=0, to_page=HALF)
    found = beside_words(sites, {"k": (area,)}, [PAGE])
    assert [site.places[0].start for site in found] == [0, 6, 12, 12]
    assert [site.id for site in found] == [site.id for site in sites]
    assert [site.places[0].mark for site in found] == [site.places[0].mark for site in sites]


def test_blocks_of_a_turned_picture_stand_where_the_page_shows_them() -> None:
    assert GRID is not None
    last = GRID.count - 1
    area = PictureArea(0, "k", 1000, 1000, page=0, to_page=TURNED)
    found = beside_words([block(0), block(last), block(last - GRID.columns + 1)], {"k": (area,)}, [PAGE])
    assert [site.places[0].start for site in found] == [
        6,
        12,
        0,
    ]  # the top left corner is at the top right now


def test_what_stands_on_no_page_stays_where_it_was() -> None:
    word = Site("w", "wording/1", "t", (Place(3, 5, ("a", "b")),))
    placeless = PictureArea(0, "k", 1000, 1000, page=-1)
    assert beside_words([word, block(3)], {"k": (placeless,)}, [PAGE]) == [word, block(3)]
    assert beside_words([block(3)], {}, [PAGE]) == [block(3)]
