"""Which sites a version gets, and which of them a circulation uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from dyeline.carriers.character import Character
from dyeline.carriers.replace import ordered_places, written
from dyeline.issue.plan import plan_sites, usable_sites
from dyeline.model.document import Document
from dyeline.model.sites import Place, Site

DOCUMENT = Document("x" * 40, ())


@dataclass
class Proposes(Character):
    """Proposes what it was told to; writing and reading are those of another carrier."""

    name: str = "one/1"
    sites: list[Site] = field(default_factory=list)

    def find_sites(self, document: Document) -> list[Site]:
        return self.sites


def site(name: str, *spans: tuple[int, int], carrier: str = "one/1", review: bool = False) -> Site:
    return Site(
        name,
        carrier,
        "any",
        tuple(Place(a, b, (f"<{name}0>", f"<{name}1>")) for a, b in spans),
        review=review,
    )


def planned(*carriers: Sequence[Site]) -> list[str]:
    return [site.id for site in plan_sites(DOCUMENT, [Proposes(sites=list(sites)) for sites in carriers])]


def test_the_earlier_carrier_has_precedence() -> None:
    assert planned([site("a", (5, 9))], [site("b", (8, 12)), site("c", (9, 12)), site("d", (0, 5))]) == [
        "d",
        "a",
        "c",
    ]


def test_a_site_of_several_places_comes_whole_or_not_at_all() -> None:
    assert planned([site("a", (5, 9))], [site("b", (1, 2), (6, 7), (20, 21)), site("c", (20, 21))]) == [
        "a",
        "c",
    ]


def test_an_insertion_may_touch_a_replacement_but_not_stand_inside_or_where_another_stands() -> None:
    first = [site("a", (5, 9)), site("p", (15, 15))]
    assert planned(first, [site("b", (5, 5)), site("c", (9, 9)), site("d", (7, 7)), site("e", (15, 15))]) == [
        "b",
        "a",
        "c",
        "p",
    ]


spans = st.integers(0, 38).flatmap(lambda a: st.tuples(st.just(a), st.integers(a, min(40, a + 6))))


@given(st.lists(st.lists(spans, max_size=6, unique=True), max_size=3))
def test_whatever_carriers_propose_the_plan_can_be_written(proposals: list[list[tuple[int, int]]]) -> None:
    carriers = [
        Proposes(sites=[site(f"{k}.{n}", span) for n, span in enumerate(sorted(part))])
        for k, part in enumerate(proposals)
    ]
    sites = plan_sites(DOCUMENT, carriers)
    done = 0
    seen: set[tuple[int, int]] = set()
    for _, place in ordered_places(sites):
        assert place.start >= done
        assert (place.start, place.end) not in seen
        seen.add((place.start, place.end))
        done = place.end
    copy = written(DOCUMENT.text, sites, [1] * len(sites))
    assert all(copy.count(f"<{one.id}1>") == 1 for one in sites)


def test_sites_that_need_review_are_used_once_accepted_the_others_unless_rejected() -> None:
    sites = [
        site("on", (0, 1)),
        site("off", (2, 3)),
        site("asks", (4, 5), review=True),
        site("yes", (6, 7), review=True),
    ]
    used = usable_sites(sites, decisions={"off": False, "yes": True, "gone": True})
    assert [one.id for one in used] == ["on", "yes"]


def test_carriers_are_chosen_by_name_whatever_their_version() -> None:
    sites = [site("a", (0, 1)), site("b", (2, 3), carrier="two/7")]
    assert [one.id for one in usable_sites(sites, decisions={}, carriers=["two"])] == ["b"]
    assert usable_sites(sites, decisions={}, carriers=[]) == []
