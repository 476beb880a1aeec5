from __future__ import annotations

import numpy as np
import pytest

from dyeline.formats.picturemarks.grid import UNIT_PX, block_count, grid_of

SIZES = [(128, 128), (640, 480), (1654, 2339), (1688, 300), (131, 977)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_block_has_its_share_of_the_pixels(width: int, height: int) -> None:
    grid = grid_of(width, height)
    assert grid is not None and grid.count == block_count(width, height)
    owner = grid.pixel_owner()
    assert owner.shape == (height, width)
    shares = np.bincount(owner[owner >= 0], minlength=grid.count) * grid.count / (width * height)
    assert shares.min() > 0.4 and shares.max() < 1.8
    assert (owner < 0).mean() < 0.15


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_blocks_are_whole_stretches_of_units(width: int, height: int) -> None:
    grid = grid_of(width, height)
    assert grid is not None
    units = grid.pixel_owner()[::UNIT_PX, ::UNIT_PX].ravel()
    for first in range(0, units.size, grid.stretch):
        assert len(set(units[first : first + grid.stretch].tolist())) == 1


def test_small_pictures_have_no_blocks() -> None:
    assert block_count(127, 4000) == 0 and grid_of(127, 4000) is None


def test_a_page_scan_has_blocks_of_a_centimetre_or_two() -> None:
    assert 200 <= block_count(1654, 2339) <= 300
    assert block_count(2480, 3508) == block_count(1654, 2339)
