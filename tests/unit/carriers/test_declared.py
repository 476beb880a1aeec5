from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dyeline.carriers.contradictions import check
from dyeline.carriers.declared import Declared
from dyeline.errors import BadVariants
from dyeline.model.document import Block, DeclaredPlace, Document
from tests.contract.documents import align_within, document_from

SOURCE = (
    "The agency {=#: plans | intends} to visit {!raids: 30 | 40} sites on {!day: Monday | Tuesday}.\n"
    "Each of the {raids.words} sites has a team of six; {raids? fifteen | twenty} teams go early.\n"
    "There is a briefing on {day? Sunday | Monday} evening for everyone involved.\n"
)


def problems(document: Document) -> list[str]:
    with pytest.raises(BadVariants) as refused:
        Declared().find_sites(document)
    listed = refused.value.facts["problems"]
    assert isinstance(listed, list)
    assert all(line in str(refused.value) for line in listed)
    return listed


def test_one_site_a_choice_with_all_its_places() -> None:
    sites = Declared().find_sites(document_from(SOURCE))
    assert [(site.cls, site.variants, len(site.places)) for site in sites] == [
        ("declared", 2, 1),
        ("fact", 2, 3),
        ("fact", 2, 2),
    ]
    assert not any(site.review for site in sites)


def test_a_copy_never_contradicts_itself() -> None:
    document = document_from(SOURCE)
    carrier = Declared()
    copy = carrier.write(document, carrier.find_sites(document), [1, 1, 0])
    assert copy.startswith("The agency intends to visit 40 sites on Monday.\nEach of the forty sites")
    assert "twenty teams" in copy
    assert "Sunday evening" in copy


def test_tied_choices_are_one_site_of_valid_combinations() -> None:
    sites = Declared().find_sites(document_from(SOURCE, "require raids=2 -> day=2"))
    assert [site.variants for site in sites] == [2, 3]
    assert [place.texts for place in sites[1].places] == [
        ("30", "30", "40"),
        ("Monday", "Tuesday", "Tuesday"),
        ("thirty", "thirty", "forty"),
        ("fifteen", "fifteen", "twenty"),
        ("Sunday", "Monday", "Monday"),
    ]


def test_one_place_is_enough_to_read_a_linked_choice() -> None:
    document = document_from(SOURCE)
    carrier = Declared()
    sites = carrier.find_sites(document)
    copy = carrier.write(document, sites, [1, 1, 1])
    rows = carrier.read(align_within(copy.split("\n")[1], document.text), sites)
    assert np.ptp(rows[0]) == np.ptp(rows[2]) == 0
    assert rows[1].argmax() == 1
    assert np.ptp(rows[1]) == pytest.approx(np.log(0.995 / 0.005), abs=0.01)


def test_ids_survive_a_change_of_options_elsewhere() -> None:
    before = Declared().find_sites(document_from(SOURCE))
    after = Declared().find_sites(document_from(SOURCE + "\nMore {=z: text | words} follow."))
    assert [site.id for site in before] == [site.id for site in after[:3]]


def test_no_declaration_no_site() -> None:
    document = document_from("Plain text with {braces} in it.")
    assert Declared().find_sites(document) == []
    assert check(document) == []


def test_all_problems_come_at_once_and_name_their_lines() -> None:
    source = (
        "There are {!n: 30 | 40} of them, thirty in all.\n"
        "{=a: one} {=b: same | Same} {b.upper} {n.cap}\n"
        "{n? x | y | z} {late} {=late: soon | later}\n"
        "{=n: 1 | 2} {never? x | y} {=w: forty | few}\n"
    )
    listed = problems(
        document_from(source, "require n=3 -> zz=1", "sometimes", "exclude late=1", "exclude late=2")
    )
    expected = [
        "paragraph 1: option 1 of the fact 'n' also stands here, unlinked.",
        "line 2: 'a' has one option only.",
        "line 2: options 1 and 2 of 'b' differ in case",
        "line 2: 'b' asks for the unknown formatter 'upper'.",
        "line 2: formatter 'cap' does not apply to option 1 of 'n'.",
        "line 3: 'n' has 2 options but {n? …} gives 3.",
        "line 3: 'late' is used before it is declared.",
        "line 4: 'n' is declared twice.",
        "line 4: 'never' is used but not declared.",
        "line 4: option 2 of the fact 'n' also stands in a variant of 'w'.",
        "constraint 1 names option 3 of 'n', which has 2.",
        "constraint 1 names 'zz', which is not declared.",
        "constraint 2 does not follow the syntax.",
        "the constraints on 'late' cannot be satisfied together.",
    ]
    assert len(listed) == len(expected)
    for line, start in zip(listed, expected, strict=True):
        assert line.startswith(start)
        assert " Fix: " in line


def test_a_fixed_phrase_may_hold_an_option() -> None:
    source = "Of the 30 held last year, none stayed. We expect {!n: 30 | 40} now."
    assert "unlinked" in problems(document_from(source))[0]
    assert len(Declared().find_sites(document_from(source, "fixed Of the 30 held last year"))) == 1
    assert (
        "unlinked" in problems(document_from(source + " And 30 more.", "fixed Of the 30 held last year"))[0]
    )


def test_wording_options_may_stand_elsewhere() -> None:
    assert len(Declared().find_sites(document_from("We {=v: plan | mean} to plan it."))) == 1


def test_too_many_combinations_say_how_to_reduce() -> None:
    source = " ".join(f"word {{=g{k}: left{k} | right{k}}}" for k in range(8))
    chain = [f"require g{k}=2 -> g{k + 1}=2" for k in range(7)]
    assert Declared().find_sites(document_from(source, *chain))[0].variants == 9
    loose = ["exclude g0=2 & " + " & ".join(f"g{k}=2" for k in range(1, 8))]
    (line,) = problems(document_from(source, *loose))
    assert "the 8 choices 'g0', 'g1'" in line
    assert "more than 64 combinations" in line
    assert "tie fewer choices together" in line


def test_too_many_options() -> None:
    source = "{=x: " + " | ".join(f"word{k:02d}" for k in range(65)) + "}"
    assert problems(document_from(source))[0].startswith("'x' has 65 options, more than 64.")


def test_a_constraint_that_leaves_one_combination() -> None:
    (line,) = problems(document_from("We {=v: plan | mean} it.", "exclude v=2"))
    assert line.startswith("the constraints leave one combination of 'v' only.")


def test_places_must_fit_the_text() -> None:
    document = document_from("We {=v: plan | mean} it, {=w: today | now}.")
    assert "formatting changes" in problems(replace(document, seams=(5,)))[0]
    assert "in code" in problems(replace(document, frozen=((0, 4),)))[0]
    assert (
        "not the first option" in problems(replace(document, text=document.text.replace("plan", "want")))[0]
    )
    overlapping = DeclaredPlace(3, 9, "=w: plan it | do it", 1)
    listed = problems(replace(document, declared=(document.declared[0], overlapping)))
    assert any("overlaps" in line for line in listed)


def test_messages_hold_no_document_text() -> None:
    source = "Agent {!who: Nightjar | Kestrel} met Nightjar. {=x: sesame | Sesame}"
    with pytest.raises(BadVariants) as refused:
        check(document_from(source))
    assert not any(word in str(refused.value).lower() for word in ("nightjar", "kestrel", "sesame", "agent"))


def cautions(source: str, *constraints: str) -> list[tuple[str, str]]:
    return [(caution.where, caution.text) for caution in check(document_from(source, *constraints))]


def test_weak_facts_are_cautioned() -> None:
    ((where, text),) = cautions("First line.\nGate {!gate: 11 | 17 | 90} it is.")
    assert where == "line 2"
    assert text.startswith("options 1 and 2 of 'gate' are easily confused")
    assert cautions("Gate {!gate: 30 | 40} it is.") == []
    assert cautions("Gate {=gate: 11 | 17} it is.") == []


def test_sums_and_differences_are_cautioned() -> None:
    ((where, text),) = cautions("We hold {!n: 30 | 40} of ours.\nThey hold 25, so 55 in all.")
    assert where == "paragraph 2"
    assert "sum" in text
    assert "difference" in cautions("Of {!n: 30 | 40} people, 12 stay and eighteen go.")[0][1]
    assert cautions("We hold {!n: 30 | 40} and 12 of 99 in 2025, 1995.") == []


def test_constraint_cautions() -> None:
    source = "We {=v: plan | mean} it {=w: today | now}."
    assert cautions(source, "exclude v=1 & w=1")[0][0] == "constraint 1"
    assert cautions(source, "fixed not there")[0] == ("fixed phrase 1", "it stands nowhere in the text.")


def test_likely_slips_are_cautioned() -> None:
    assert "syntax" in cautions("We {=v plan | mean} it.")[0][1]


def test_a_declaration_that_cannot_be_read_is_refused_not_issued() -> None:
    text = "Call {=a: x y now, and {=b: {=c: x | y} | z} then."
    document = Document(text, (Block(0, len(text), "paragraph"),))
    with pytest.raises(BadVariants) as caught:
        Declared().find_sites(document)
    assert str(caught.value).count("cannot be read") == 3
