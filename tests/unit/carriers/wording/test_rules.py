"""Every class: what it changes, and the look-alikes that it must leave alone."""

from __future__ import annotations

import pytest

from dyeline.carriers.wording.carrier import Wording
from dyeline.carriers.wording.classes import CLASSES
from dyeline.carriers.wording.linked import AXES
from dyeline.carriers.wording.phrases import PAIRS
from dyeline.carriers.wording.rules import RULES
from dyeline.carriers.wording.scan import Scan
from dyeline.model.document import Style
from dyeline.model.sites import Site
from tests.contract.documents import document_from


def sites_of(text: str, style: Style = "informal") -> list[Site]:
    return Wording().find_sites(document_from(text, style=style))


def changed(text: str, cls: str, style: Style = "informal") -> set[str]:
    """Return the text with each of its sites of the class changed alone."""
    document = document_from(text, style=style)
    return {
        Wording().write(document, [site], [1]) for site in Wording().find_sites(document) if site.cls == cls
    }


@pytest.mark.parametrize(
    ("cls", "text", "other"),
    [
        ("phrase", "Prior to lunch they met.", "Before lunch they met."),
        ("phrase", "This, for example, is good.", "This, for instance, is good."),
        ("phrase", "They frequently meet here.", "They often meet here."),
        ("phrase", "Please make sure that doors shut.", "Please ensure that doors shut."),
        ("phrase", "They began to sing loudly.", "They started to sing loudly."),
        ("approx", "It costs about 300 euros.", "It costs around 300 euros."),
        ("approx", "It holds more than 300 bags.", "It holds over 300 bags."),
        ("in-order-to", "Stop in order to think.", "Stop to think."),
        ("that-comp", "They hope that we stay there.", "They hope we stay there."),
        ("that-comp", "They are sure we can stay there.", "They are sure that we can stay there."),
        ("because-since", "It shut, because the staff left.", "It shut, since the staff left."),
        ("however-move", "However, it can wait a while.", "It can, however, wait a while."),
        ("rel-omit", "Bring the bags that we bought there.", "Bring the bags we bought there."),
        ("which-that", "Bring the bags which are full.", "Bring the bags that are full."),
        ("abbrev", "Bring tools (e.g. a hammer) along.", "Bring tools (for example, a hammer) along."),
        ("number", "It took three days to build.", "It took 3 days to build."),
        ("number", "It took 12 days to build.", "It took twelve days to build."),
        ("semicolon", "The old door of it is shut; the key is lost.", "The old door of it is shut. The key is lost."),
        ("intro-comma", "Last week, the hall was shut.", "Last week the hall was shut."),
        ("intro-comma", "In May the hall will be shut for a day.", "In May, the hall will be shut for a day."),
        ("oxford", "Bring pens, brushes, and pots.", "Bring pens, brushes and pots."),
        ("oxford", "Bring pens, brushes and pots.", "Bring pens, brushes, and pots."),
        ("clause-comma", "The hall is shut, and the key is lost.", "The hall is shut and the key is lost."),
        ("clause-comma", "The hall is shut now and they left.", "The hall is shut now, and they left."),
        ("contraction", "They do not stay here.", "They don't stay here."),
        ("contraction", "They don’t stay here.", "They do not stay here."),
        ("contraction", "I hear it is good.", "I hear it's good."),
        ("spelling", "They painted it in a colour.", "They painted it in a color."),
        ("e-mail", "Send an e-mail to them.", "Send an email to them."),
        ("percent", "It fell by 12% there.", "It fell by 12 percent there."),
        ("date", "It shuts on 5 May 2030 at noon.", "It shuts on May 5, 2030, at noon."),
        ("time", "It shuts at 9 am there.", "It shuts at 9 a.m. there."),
    ],
)  # fmt: skip
def test_what_a_class_changes(cls: str, text: str, other: str) -> None:
    style: Style = "formal" if cls == "however-move" else "informal"  # "But" competes in informal text
    assert other in changed(text, cls, style)


@pytest.mark.parametrize(
    ("cls", "text"),
    [
        ("phrase", "The frequently asked questions stay."),
        ("phrase", "They made an attempt to sing."),
        ("phrase", "It is due to arrive on time."),
        ("phrase", "It broke, though."),
        ("phrase", "This is an additional benefit."),
        ("phrase", "The results in Hull were good."),
        ("phrase", "In the Beginning Of Time club"),
        ("phrase", "PRIOR TO LUNCH THEY MET."),
        ("approx", "They talk about 300 people."),
        ("approx", "It took over 3 weeks to mend."),
        ("approx", "They sold no more than 30 bags."),
        ("that-comp", "What they believe it is worth is unknown."),
        ("rel-omit", "The fact that we won is known."),
        ("which-that", "Ask the users that are here."),
        ("which-that", "It shut, which is a pity."),
        ("which-that", "After that is done, leave."),
        ("number", "It is on page 12 now."),
        ("number", "Between three and 5 days passed."),
        ("number", "One or two days passed."),
        ("intro-comma", "In fact, the hall was shut."),
        ("intro-comma", "In the cases we saw, the hall was shut."),
        ("oxford", "In the garden, cats and dogs play."),
        ("oxford", "They left the house, tired and hungry."),
        ("oxford", "My brother, a doctor, and his wife came."),
        ("clause-comma", "If it rains and they come, we leave."),
        ("clause-comma", "When the hall, an old one, is shut, and they come, we leave."),
        ("contraction", "I know how difficult it is to sing."),
        ("contraction", "Part of it is lost."),
        ("contraction", "It's been lost for years."),
        ("contraction", "Don't you sing?"),
        ("contraction", "This is what it is."),
        ("spelling", "They praised the colour and the flavor."),
        ("spelling", "The Colour was bought."),
        ("e-mail", "Send an e-mail or an email."),
        ("date", "It shuts from 5 May 2030 to June 7, 2030."),
        ("percent", "It fell by 12% or 12 percent."),
    ],
)
def test_look_alikes_are_left_alone(cls: str, text: str) -> None:
    assert changed(text, cls) == set()


def test_a_sentence_may_end_in_a_time_of_day() -> None:
    assert changed("It shuts at 9 a.m.", "time") == {"It shuts at 9 am."}
    assert changed("It shuts at 9 am.", "time") == {"It shuts at 9 a.m."}


def test_contractions_take_the_apostrophe_of_the_document() -> None:
    assert changed("The dog’s bowl is not here.", "contraction") == {"The dog’s bowl isn’t here."}


def test_contractions_are_for_informal_text() -> None:
    assert changed("They do not stay here.", "contraction", "formal") == set()


def test_phrases_wait_for_the_author_of_a_formal_text() -> None:
    (formal,) = sites_of("Prior to lunch they met.", "formal")
    (informal,) = sites_of("Prior to lunch they met.", "informal")
    assert formal.review and not informal.review
    assert (formal.id, formal.places) == (informal.id, informal.places)


def test_legal_text_has_nothing_automatic() -> None:
    text = "Last week, the hall was shut prior to lunch. In May the colour of 3 doors will be changed on 5 May 2030."
    found = sites_of(text, "legal")
    assert len(found) >= 3 and all(site.review for site in found)


def test_styles_are_comparable_across_a_class() -> None:
    for text, written_style in (
        ("They do not stay here.", 0), ("They don't stay here.", 1),
        ("Last week, the hall was shut.", 1), ("Last week the hall was shut by them all.", 0),
    ):  # fmt: skip
        (site,) = sites_of(text)
        assert site.styles == (written_style, 1 - written_style)


def test_every_rule_speaks_of_a_known_class() -> None:
    text = "They do not know that we met prior to 3 days (e.g. in May); it is about 20 pens, cups and pots."
    scan = Scan.of(text, "informal")
    assert {each.cls for rule in RULES for each in rule(scan)} <= set(CLASSES)
    assert {name for name, _ in AXES} | {pair.cls for pair in PAIRS} <= set(CLASSES)


def test_pairs_are_many_and_differ_in_their_letters() -> None:
    assert len(PAIRS) >= 300
    for pair in PAIRS:
        assert pair.one.casefold() != pair.other.casefold()
        assert pair.one == pair.one.strip() and pair.other == pair.other.strip()
