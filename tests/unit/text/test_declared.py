from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyeline.errors import BadVariants
from dyeline.text.declared import (
    Declaration,
    Reference,
    find_constructs,
    parse_construct,
    shown,
    variants_of,
)
from dyeline.text.declared.numbers import in_words, integer, number_words, ordinal, value_of

SOURCE = """The agency {=#: plans | intends} to visit {!raids: 30 | 40} sites on {!day: Monday | Tuesday}.
Each of the {raids.words} sites has a team of six; {raids? fifteen | twenty} teams go in the morning.
{day? Sunday | Monday} evening is the briefing for {raids}."""


def constructs(source: str) -> list[str]:
    return [found.construct for found in find_constructs(source)]


def test_the_syntax_of_the_manual() -> None:
    assert [parse_construct(construct) for construct in constructs(SOURCE)] == [
        Declaration("#", "wording", ("plans", "intends")),
        Declaration("raids", "fact", ("30", "40")),
        Declaration("day", "fact", ("Monday", "Tuesday")),
        Reference("raids", "words"),
        Reference("raids", None, ("fifteen", "twenty")),
        Reference("day", None, ("Sunday", "Monday")),
        Reference("raids"),
    ]
    assert [found.line for found in find_constructs(SOURCE)] == [1, 1, 1, 2, 2, 3, 3]


def test_shown_is_the_first_option_everywhere() -> None:
    assert shown(constructs(SOURCE)) == ["plans", "30", "Monday", "thirty", "fifteen", "Sunday", "30"]


def test_positions_cover_the_braces() -> None:
    found = find_constructs(SOURCE)[1]
    assert SOURCE[found.start : found.end] == "{!raids: 30 | 40}"


@pytest.mark.parametrize(
    "source",
    [
        "Dear {name}, {{ user.name }} and {% if x %}",
        "f(x) = {x | x > 0}",
        "{=no colon | here} {! id: a | b}",
        "a lone { brace, and {=x: a | b\n\nthat never closes}",
        r"escaped \{=x: a | b}",
        "{{=x: a | b}}",
        "{user.words} without any declaration",
        "{really?} {really? yes}",
    ],
)
def test_ordinary_text_stays_ordinary(source: str) -> None:
    assert find_constructs(source) == []


def test_a_reference_counts_only_where_its_id_is_declared() -> None:
    assert constructs("{!n: 3 | 5} {n} {name} {n.words} {name.first}") == ["!n: 3 | 5", "n", "n.words"]


def test_slips_are_constructs_so_that_they_are_reported() -> None:
    assert constructs("{m? a | b}") == ["m? a | b"]
    assert constructs("{!n: 3 | 5} {m.words}") == ["!n: 3 | 5", "m.words"]


def test_escaped_bars_and_wrapped_lines() -> None:
    (found,) = find_constructs("{=x: a\\|b | a long\n  option}")
    assert parse_construct(found.construct) == Declaration("x", "wording", ("a|b", "a long option"))


@pytest.mark.parametrize("construct", ["", "=x", "=x a | b", "!: a | b", "x.words.cap", "=x: {a} | b", "x y"])
def test_what_is_no_construct_is_refused(construct: str) -> None:
    with pytest.raises(BadVariants, match="does not follow the syntax"):
        parse_construct(construct)


@given(st.lists(st.text(alphabet="={}!#:|?. aid\\\n30", max_size=30), max_size=5))
def test_shown_never_raises_and_answers_every_construct(listed: list[str]) -> None:
    assert len(shown(listed)) == len(listed)


@given(st.text(alphabet="={}!#:|?.\\\n aid30", max_size=60))
def test_every_construct_found_parses(source: str) -> None:
    found = find_constructs(source)
    for construct in found:
        parse_construct(construct.construct)
        assert source[construct.start : construct.end] == "{" + construct.construct + "}"
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_groups_link_their_places() -> None:
    groups, problems = variants_of(constructs(SOURCE))
    assert problems == []
    assert [(group.id, group.kind) for group in groups] == [
        ("#1", "wording"),
        ("raids", "fact"),
        ("day", "fact"),
    ]
    assert groups[1].places == (
        (1, ("30", "40")),
        (3, ("thirty", "forty")),
        (4, ("fifteen", "twenty")),
        (6, ("30", "40")),
    )


def test_cap_and_ordinal() -> None:
    groups, problems = variants_of(["=a: some | many", "a.cap", "!n: 2 | 31", "n.ordinal"])
    assert problems == []
    assert groups[0].places[1] == (1, ("Some", "Many"))
    assert groups[1].places[1] == (3, ("second", "thirty-first"))


@pytest.mark.parametrize(
    ("listed", "index", "problem"),
    [
        (["=a: x | y", "=a: x | y"], 1, "'a' is declared twice"),
        (["=a: x"], 0, "'a' has one option only"),
        (["=a: x | "], 0, "'a' has an empty option"),
        (["=a: it's | don't | IT’S"], 0, "options 1 and 3 of 'a'"),
        (["b? x | y"], 0, "'b' is used but not declared"),
        (["b.words", "=b: 1 | 2"], 0, "'b' is used before it is declared"),
        (["=a: x | y", "a? p | q | r"], 1, "'a' has 2 options but {a? …} gives 3"),
        (["=a: x | y", "a.upper"], 1, "unknown formatter 'upper'"),
        (["=a: 5 | many", "a.words"], 1, "formatter 'words' does not apply to option 2 of 'a'"),
        (["=a: 1000000 | 2", "a.ordinal"], 1, "formatter 'ordinal' does not apply to option 1 of 'a'"),
        (["=a: 5 | 6", "a.cap"], 1, "formatter 'cap' does not apply to option 1 of 'a'"),
        (["nonsense here"], 0, "does not follow the syntax"),
    ],
)
def test_problems_name_their_construct(listed: list[str], index: int, problem: str) -> None:
    found = variants_of(listed)[1]
    assert [p.index for p in found] == [index]
    assert problem in found[0].problem
    assert found[0].fix


@pytest.mark.parametrize(
    ("value", "words", "nth"),
    [
        (0, "zero", "zeroth"),
        (12, "twelve", "twelfth"),
        (20, "twenty", "twentieth"),
        (42, "forty-two", "forty-second"),
        (105, "one hundred and five", "one hundred and fifth"),
        (1200, "one thousand two hundred", "one thousand two hundredth"),
        (2009, "two thousand and nine", "two thousand and ninth"),
        (
            999_999,
            "nine hundred and ninety-nine thousand nine hundred and ninety-nine",
            "nine hundred and ninety-nine thousand nine hundred and ninety-ninth",
        ),
    ],
)
def test_number_words(value: int, words: str, nth: str) -> None:
    assert (in_words(value), ordinal(value)) == (words, nth)


@given(st.integers(0, 999_999))
def test_number_words_come_back(value: int) -> None:
    words = in_words(value)
    assert value_of(words) == value
    assert number_words(f"about {words} of them") == [(6, 6 + len(words), value)]


@pytest.mark.parametrize(
    ("text", "value"), [("1,200", 1200), ("30", 30), ("1,20", None), ("3.5", None), ("٣", None), ("", None)]
)
def test_integer(text: str, value: int | None) -> None:
    assert integer(text) == value


def test_numbers_that_are_no_single_number_are_given_apart() -> None:
    text = "twenty thirty-two, a hundred and five; someone, two million"
    assert [text[a:b] for a, b, _ in number_words(text)] == ["twenty", "thirty-two", "hundred and five"]
