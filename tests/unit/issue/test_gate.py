"""The gate stops every copy from which a mark or a word is missing, and no copy that is right."""

from __future__ import annotations

import pickle
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from dyeline.carriers.registry import reading_carriers
from dyeline.carriers.replace import written
from dyeline.codes.scheme import NEW_SCHEME
from dyeline.errors import GateFailed
from dyeline.formats.content import Content
from dyeline.formats.registry import by_kind, read_file
from dyeline.issue.gate import check_copy, expected_text, read_back
from dyeline.issue.plan import plan_sites, usable_sites
from dyeline.issue.recipe import MarkedCopy, Order, Recipe, make_copy, make_recipe
from dyeline.match.align import align
from dyeline.model.document import Document
from tests.e2e.journey import NOTE

MARKS = "\u200c\u200d\u034f\ufe00"
SECRET = bytes(range(32))


def recipe_for(text: str, kind: str = "txt", *, english: bool = True) -> Recipe:
    content: Content = read_file(text.encode(), declarations=True)
    view = Document(content.text, content.blocks, content.frozen, content.seams, "informal", english)
    sites = tuple(usable_sites(plan_sites(view), decisions={}))
    places = sorted((place.start, place.end) for site in sites for place in site.places)
    template = by_kind(kind).typeset(content, places)
    return make_recipe(template, kind, content.text, sites, SECRET, NEW_SCHEME, notice=True, stamp=True)


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return recipe_for(NOTE[2:])


def order(index: int = 4) -> Order:
    return Order(index, f"C-{index:04}", "Alex Kim")


def tampered(copy: MarkedCopy, data: bytes) -> MarkedCopy:
    assert data != copy.data, "the test must change something"
    return replace(copy, data=data)


def test_a_copy_is_the_same_each_time_and_in_every_process(recipe: Recipe) -> None:
    copy = make_copy(recipe, order())
    again = make_copy(pickle.loads(pickle.dumps(recipe)), order())
    assert (copy.data, copy.sha256, copy.commitment) == (again.data, again.sha256, again.commitment)
    assert make_copy(recipe, order(5)).data != copy.data


def test_a_recipe_keeps_everything_that_it_is_given(recipe: Recipe) -> None:
    pages, drawn, pictures = mock.sentinel.pages, mock.sentinel.drawn, mock.sentinel.pictures
    made = make_recipe(
        recipe.template, "txt", recipe.text, recipe.sites, SECRET, NEW_SCHEME, notice=True, stamp=False, layout="l",
        pages=pages, drawn=drawn, pictures=pictures,
    )  # fmt: skip
    assert (made.pages, made.drawn, made.pictures, made.layout, made.notice, made.stamp) == (
        pages,
        drawn,
        pictures,
        "l",
        True,
        False,
    )


def test_what_is_expected_is_what_the_carriers_write(recipe: Recipe) -> None:
    copy = make_copy(recipe, order())
    assert expected_text(recipe, copy) == written(recipe.text, recipe.sites, copy.symbols.tolist())


def test_right_copies_pass(recipe: Recipe) -> None:
    for index in range(10):
        copy = make_copy(recipe, order(index))
        check_copy(recipe, copy)
        read_back(recipe, copy, reading_carriers(), align)


@pytest.mark.parametrize("mark", MARKS)
def test_one_lost_mark_is_noticed(recipe: Recipe, mark: str) -> None:
    copy = make_copy(recipe, order())
    with pytest.raises(GateFailed, match="C-0004") as caught:
        check_copy(recipe, tampered(copy, copy.data.replace(mark.encode(), b"", 1)))
    assert caught.value.fix


@pytest.mark.parametrize(("one", "other"), [("\u200c", "\u200d"), ("\u034f ", " \u034f"), ("desk", "table")])
def test_one_changed_mark_or_word_is_noticed(recipe: Recipe, one: str, other: str) -> None:
    copy = make_copy(recipe, order())
    with pytest.raises(GateFailed):
        check_copy(recipe, tampered(copy, copy.data.replace(one.encode(), other.encode(), 1)))


def test_a_lost_notice_is_noticed(recipe: Recipe) -> None:
    copy = make_copy(recipe, order())
    assert copy.notice is not None and "Alex Kim" in copy.notice
    with pytest.raises(GateFailed):
        check_copy(recipe, tampered(copy, copy.data.replace(copy.notice.encode(), b"")))


def test_a_copy_of_somebody_else_does_not_read_back(recipe: Recipe) -> None:
    copy, other = make_copy(recipe, order(1)), make_copy(recipe, order(2))
    with pytest.raises(GateFailed, match=r"\d+ of them wrong"):
        read_back(recipe, replace(copy, data=other.data), reading_carriers(), align)


def test_a_copy_whose_marks_were_stripped_does_not_read_back(recipe: Recipe) -> None:
    copy = make_copy(recipe, order())
    plain = copy.data.decode().translate({ord(mark): None for mark in MARKS}).encode()
    with pytest.raises(GateFailed, match="0 of them wrong"):
        read_back(recipe, replace(copy, data=plain), reading_carriers(), align)


@pytest.mark.parametrize(
    "text",
    [
        "ഞാന്‍ വീട്ടില്‍\nഅവന്‍ വന്നു പോയി പിന്നെ അവള്‍\nകണ്ടു എന്നു പറഞ്ഞു അവര്‍",
        "می‌ خواهم\nنمی‌\nخواهم که این را بدانید و به کسی نگویید",
        "A family 👨‍👩‍👧 went out and the heart ❤️ was red and\u00a0the rest stood by",
        "Half ½ and ﬁne ligatures, a № sign, ① and ２０３１ in the middle of the words",
        "e\u0301te\u0301 fut chaud et les nuits furent courtes pour tout le monde",
    ],
    ids="malayalam persian emoji compatibility decomposed".split(),
)
@pytest.mark.parametrize("kind", ["txt", "docx", "html", "md"])
def test_text_with_joiners_of_its_own_passes(text: str, kind: str) -> None:
    recipe = recipe_for(text, kind, english=False)
    for index in range(4):
        copy = make_copy(recipe, order(index))
        check_copy(recipe, copy)
        assert len(copy.symbols) == len(recipe.sites)
        assert np.asarray(copy.symbols).max(initial=0) < 4
