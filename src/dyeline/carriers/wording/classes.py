"""The classes of wording marks: how safe each is, and how an editor may undo it.

``flip`` is the probability that an editor on the way changes one such site to its other variant.
The figures are judgements, not measurements: 0.02 where style guides rarely rule, 0.05 for
contractions, 0.1 to 0.3 for what a style sheet sets first (punctuation, numbers, spelling).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dyeline.model.document import Style

Tier = Literal["A", "B1", "S", "D", "R"]
"""A: on by default. B1: curated phrase pairs. S: switched by style. D: one choice for the whole
document. R: an author reviews every site."""
Use = Literal["on", "review", "off"]


@dataclass(frozen=True, slots=True)
class WordingClass:
    """What is known of one kind of alternation."""

    name: str
    tier: Tier
    flip: float
    style_sheet: bool  # style sheets rule it: an editor may set the whole class to one style
    weight: float = 1.0  # worth of a site when two compete for the same words


_CLASSES = (
    WordingClass("phrase", "B1", 0.02, False),
    WordingClass("approx", "A", 0.05, False, 0.9),
    WordingClass("in-order-to", "A", 0.02, False),
    WordingClass("that-comp", "A", 0.02, False),
    WordingClass("because-since", "A", 0.02, False),
    WordingClass("however-move", "A", 0.02, False),
    WordingClass("rel-omit", "A", 0.02, False),
    WordingClass("say-state", "A", 0.05, False, 0.9),
    WordingClass("such-as", "A", 0.05, False, 0.9),
    WordingClass("which-that", "A", 0.2, True, 0.7),
    WordingClass("abbrev", "A", 0.2, True, 0.7),
    WordingClass("number", "A", 0.2, True, 0.7),
    WordingClass("semicolon", "A", 0.1, True, 0.7),
    WordingClass("intro-comma", "A", 0.2, True, 0.6),
    WordingClass("clause-comma", "A", 0.2, True, 0.6),
    WordingClass("oxford", "A", 0.3, True, 0.5),
    WordingClass("contraction", "S", 0.05, True, 0.9),
    WordingClass("spelling", "D", 0.3, True),
    WordingClass("e-mail", "D", 0.3, True),
    WordingClass("percent", "D", 0.3, True),
    WordingClass("date", "D", 0.2, True),
    WordingClass("time", "D", 0.3, True),
    WordingClass("order-swap", "R", 0.02, False),
    WordingClass("adverb-aux", "R", 0.02, False),
    WordingClass("particle", "R", 0.02, False),
    WordingClass("dative", "R", 0.02, False),
    WordingClass("in-order-to-ins", "R", 0.02, False),
)
CLASSES = {each.name: each for each in _CLASSES}


def use_of(cls: WordingClass, style: Style) -> Use:
    """Return whether a class is written by default, waits for the author, or is left out.

    Legal text gets nothing by itself, because every change of its wording may change its meaning.
    """
    if cls.tier == "S" and style != "informal":
        return "off"
    if style == "legal" or cls.tier == "R":
        return "review"
    return "review" if cls.tier == "B1" and style == "formal" else "on"


def flip_prior(name: str) -> float:
    """Return the flip prior of a class by its name; a class not known here counts as 0.1."""
    known = CLASSES.get(name)
    return known.flip if known else 0.1
