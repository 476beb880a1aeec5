import hashlib

import numpy as np
import pytest

from dyeline.codes.codeword import CODE_VERSION, codewords
from dyeline.codes.design import site_weights
from dyeline.codes.planes import PLANES_VERSION, plane_codewords
from dyeline.codes.scheme import NEW_SCHEME, SCHEMES, can_be_screened, codewords_of, drawing_of
from dyeline.errors import UnknownScheme

SECRET = bytes(range(32))
WEIGHTS = site_weights([2] * 160 + [4] * 30 + [3] * 5, SECRET)


@pytest.mark.parametrize("design", ["dyadic-bias/1", "dyadic-bias/2"])
def test_a_circulation_gets_the_codewords_of_the_scheme_on_record(design: str) -> None:
    old = codewords_of(f"{CODE_VERSION} {design}", SECRET, [3, 9], WEIGHTS)
    assert np.array_equal(old, codewords(SECRET, [3, 9], WEIGHTS))
    new = codewords_of(f"{PLANES_VERSION} {design}", SECRET, [3, 9], WEIGHTS)
    assert np.array_equal(new, plane_codewords(SECRET, [3, 9], WEIGHTS))
    assert not np.array_equal(old, new)


@pytest.mark.parametrize(
    ("scheme", "stated"),
    [
        (CODE_VERSION, "18191f6e82d289fe"),
        (PLANES_VERSION, "df7fece0db2d503a"),
    ],
)
def test_schemes_never_change(scheme: str, stated: str) -> None:
    # copies are out there: another hash means that they can no longer be traced
    made = codewords_of(scheme, SECRET, [0, 1, 77, 2**40], WEIGHTS)
    assert hashlib.sha256(made.tobytes()).hexdigest()[:16] == stated


def test_new_circulations_can_be_screened_and_old_ones_cannot() -> None:
    assert drawing_of(NEW_SCHEME) == PLANES_VERSION and can_be_screened(NEW_SCHEME)
    assert not can_be_screened(CODE_VERSION)
    assert {drawing_of(scheme) for scheme in SCHEMES} == {CODE_VERSION, PLANES_VERSION}


@pytest.mark.parametrize(
    "scheme", ["", "rot13/1", f"{CODE_VERSION} dyadic-bias/3", f"{CODE_VERSION} dyadic-bias/2 more"]
)
def test_an_unknown_scheme_is_refused_with_a_way_out(scheme: str) -> None:
    with pytest.raises(UnknownScheme, match="upgrade Dyeline"):
        codewords_of(scheme, SECRET, [0], WEIGHTS)
