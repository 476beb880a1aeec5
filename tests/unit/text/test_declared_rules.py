from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyeline.text.declared import Group
from dyeline.text.declared.confusable import CLEAR, ocr_distance
from dyeline.text.declared.constraints import combinations, parse_constraints, tied
from dyeline.text.declared.mentions import mentions, tokens


def group(name: str, options: int = 2) -> Group:
    texts = tuple(f"{name}{k}" for k in range(options))
    return Group(name, "wording", texts, ((0, texts),))


ABC = [group("a"), group("b"), group("c", 3)]


def test_require_and_exclude() -> None:
    rules = parse_constraints(["require a=2 -> b=2", "exclude b=1 & c=3"], ABC).rules
    assert combinations(ABC, rules, 64) == [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 1, 2),
                                            (1, 1, 0), (1, 1, 1), (1, 1, 2)]  # fmt: skip


def test_tied_groups_form_bundles_across_rules() -> None:
    groups = [group(name) for name in "abcde"]
    rules = parse_constraints(["require a=1 -> c=1", "exclude c=2 & e=1"], groups).rules
    assert [[g.id for g in bundle] for bundle in tied(groups, rules)] == [["a", "c", "e"], ["b"], ["d"]]


@given(
    st.lists(
        st.builds(
            "{} a={} & b={} {}".format,
            st.just("require"),
            st.integers(1, 2),
            st.integers(1, 2),
            st.integers(1, 3).map("-> c={}".format),
        )
        | st.builds("exclude a={} & c={}".format, st.integers(1, 2), st.integers(1, 3)),
        max_size=5,
    )
)
def test_combinations_are_those_of_plain_enumeration(lines: list[str]) -> None:
    rules = parse_constraints(lines, ABC).rules
    every = product(range(2), range(2), range(3))
    slow = [c for c in every if all(rule.holds(dict(zip("abc", c, strict=True))) for rule in rules)]
    assert combinations(ABC, rules, 64) == slow


def test_too_many_combinations_are_given_up() -> None:
    groups = [group(f"g{k}") for k in range(7)]
    assert combinations(groups, [], 64) is None
    assert combinations(groups[:6], [], 64) is not None


def test_a_hard_search_ends() -> None:
    groups = [group(f"g{k}", 3) for k in range(60)]
    lines = [f"exclude g{k}=1 & g{59 - k}=1" for k in range(30)] + ["exclude g59=1", "exclude g59=2"]
    rules = parse_constraints([*lines, "exclude g59=3"], groups).rules
    assert combinations(groups, rules, 64) is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("require a=1", "constraint 1 does not follow the syntax"),
        ("exclude a=1 -> b=1", "constraint 1 does not follow the syntax"),
        ("forbid a=1", "constraint 1 does not follow the syntax"),
        ("fixed", "constraint 1 does not follow the syntax"),
        ("exclude a=one", "constraint 1 does not follow the syntax"),
        ("exclude z=1", "'z', which is not declared"),
        ("exclude c=4", "option 4 of 'c', which has 3"),
        ("exclude c=0", "option 0 of 'c', which has 3"),
    ],
)
def test_bad_constraints_are_named(line: str, problem: str) -> None:
    parsed = parse_constraints([line], ABC)
    assert parsed.rules == ()
    assert problem in parsed.faults[0][0]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("30", "of the 30 sites", ["30"]),
        ("30", "Thirty people, 30-minute talks, £30, 30kg", ["Thirty", "30", "30", "30"]),
        ("30", "2030, 130, 30.5, 1,030, 10:30, 30th, thirty-two, thirty thousand", []),
        ("1,200", "1200 and twelve; one thousand two hundred", ["1200", "one thousand two hundred"]),
        ("thirty", "30 of them", ["30"]),
        ("30 sites", "all thirty\nsites, 30 other sites", ["thirty\nsites"]),
        ("Monday", "on monday; Monday’s; Mondays", ["monday", "Monday"]),
        ("1", "one of 1", ["1"]),
        ("10:30", "at 10:30 or 10.30", ["10:30"]),
        ("...", "so ...", []),
    ],
)
def test_mentions(phrase: str, text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in mentions(phrase, tokens(text))] == found


def test_hidden_stretches_match_nothing() -> None:
    text = "30 sites and 30 teams"
    assert mentions("30", tokens(text, [(0, 2)])) == [(13, 15)]
    assert mentions("30 sites", tokens(text, [(0, 2)])) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("1", "7"), ("15", "16"), ("30", "80"), ("modern", "modem"), ("3.5", "35"), ("O5", "05")],
)
def test_weak_pairs(first: str, second: str) -> None:
    assert ocr_distance(first, second) < CLEAR


@pytest.mark.parametrize(
    ("first", "second"), [("30", "40"), ("Monday", "Tuesday"), ("a.m.", "p.m."), ("30", "300"), ("13", "78")]
)
def test_clear_pairs(first: str, second: str) -> None:
    assert ocr_distance(first, second) >= CLEAR
