from __future__ import annotations

import pytest

from dyeline.app.registration import add_document
from dyeline.app.sites import SiteReview, review_sites
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, DyelineError, NotFound
from dyeline.issue import plan
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site

TEXT = "one two three four five six seven eight nine ten eleven twelve"


class Every:
    """A stand-in for the wording carrier: each word in upper case; every second one needs review."""

    name = "wording/9"

    def find_sites(self, document: Document) -> list[Site]:
        sites, start = [], 0
        for number, word in enumerate(document.text.split()):
            place = Place(start, start + len(word), (word, word.upper()))
            sites.append(Site(f"s{number}", self.name, "case", (place,), review=number % 2 == 1))
            start += len(word) + 1
        return sites


@pytest.fixture
def reviewed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(plan, "built_in_carriers", lambda: [Every()])
    add_document(workspace, TEXT.encode(), file_name="t.txt")
    return workspace


def states(review: SiteReview) -> str:
    return "".join({"on": "+", "pending": "?", "rejected": "-"}[site.state] for site in review.sites)


def test_sites_are_numbered_in_context(reviewed: Workspace) -> None:
    review = review_sites(reviewed, "D-001")
    assert states(review) == "+?+?+?+?+?+?"
    assert (review.count("on"), review.count("pending"), review.count("rejected")) == (6, 6, 0)
    fourth = review.sites[3]
    assert (fourth.number, fourth.now, fourth.variants) == (4, "four", ("four", "FOUR"))
    assert fourth.left == "one two three "
    assert fourth.right == " five six seven eight nine ten eleven tw"


@pytest.mark.parametrize(
    ("accept", "reject", "expected"),
    [
        (["2"], [], "++" + "+?" * 5),
        (["2,4", "6"], ["1"], "-+++++" + "+?" * 3),
        (["2-5"], ["9-10"], "+++++?+?--+?"),
        (["all"], [], "+" * 12),
        ([], ["all"], "+-" * 6),
        (["2", "2"], [], "++" + "+?" * 5),
    ],
)
def test_decisions(reviewed: Workspace, accept: list[str], reject: list[str], expected: str) -> None:
    assert states(review_sites(reviewed, "D-001", accept=accept, reject=reject)) == expected
    assert states(review_sites(reviewed, "D-001")) == expected


def test_decisions_can_be_changed(reviewed: Workspace) -> None:
    review_sites(reviewed, "D-001", reject=["2"])
    assert states(review_sites(reviewed, "D-001", accept=["all"])) == "+-" + "+" * 10
    assert states(review_sites(reviewed, "D-001", accept=["2"], reject=["1"])) == "-" + "+" * 11


@pytest.mark.parametrize(
    ("accept", "reject", "error"),
    [
        (["0"], [], NotFound),
        (["13"], [], NotFound),
        (["3-13"], [], NotFound),
        (["5-3"], [], NotFound),
        (["three"], [], BadInput),
        (["-1"], [], BadInput),
        ([""], [], BadInput),
        (["2"], ["2"], BadInput),
        (["2", "99"], [], NotFound),
    ],
)
def test_wrong_decisions_store_nothing(
    reviewed: Workspace, accept: list[str], reject: list[str], error: type[DyelineError]
) -> None:
    with pytest.raises(error):
        review_sites(reviewed, "D-001", accept=accept, reject=reject)
    assert states(review_sites(reviewed, "D-001")) == "+?" * 6


def test_decisions_stay_when_the_same_file_is_added_again(reviewed: Workspace) -> None:
    review_sites(reviewed, "D-001", accept=["2"], reject=["3"])
    again = add_document(reviewed, TEXT.encode(), file_name="t.txt")
    assert again.pending == 5
    assert states(review_sites(reviewed, "D-001")) == "++-?" + "+?" * 4


def test_a_new_version_is_reviewed_by_itself(reviewed: Workspace) -> None:
    review_sites(reviewed, "D-001", accept=["all"])
    add_document(reviewed, f"{TEXT} more".encode(), file_name="t.txt", document="D-001")
    assert states(review_sites(reviewed, "D-001")) == "+?" * 6 + "+"
    assert states(review_sites(reviewed, "D-001/1")) == "+" * 12
