"""Maps between picture and page: fitted where points tell one, refused where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from dyeline.match.pages.plane import affine, apply, fit, inverse

PICTURE = np.array([(13.0 * k, 7.0 * (k % 3)) for k in range(12)])


def test_a_fitted_map_and_its_inverse_bring_points_there_and_back() -> None:
    page = PICTURE @ np.array([[0.5, 0.02], [-0.03, 0.6]]) + [40.0, 60.0]
    matrix = fit(PICTURE, page)
    assert matrix is not None
    assert apply(inverse(matrix), apply(matrix, PICTURE)) == pytest.approx(PICTURE, abs=1e-6)
    assert apply(matrix, PICTURE) == pytest.approx(page, abs=1e-6)


@pytest.mark.parametrize("count", [3, 4, 9, 12])
def test_words_of_one_line_tell_no_map(count: int) -> None:
    line = np.array([(25.0 * k, 400.0) for k in range(count)])
    for picture, page in ((PICTURE[:count], line), (line, PICTURE[:count]), (line, line)):
        assert affine(picture, page) is None
        assert fit(picture, page) is None
