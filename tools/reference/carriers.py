"""docs/reference/carriers.md: the carriers and the classes of wording marks."""

from __future__ import annotations

import inspect
import sys

from dyeline.carriers import notice, stamp
from dyeline.carriers.registry import built_in_carriers
from dyeline.carriers.wording.classes import CLASSES, WordingClass, use_of
from dyeline.model.document import Style
from tools.reference.markdown import doc, plain, table

INTRO = """\
# Carriers

A carrier is one kind of mark. Its name with a number goes on record with every circulation and finding;
changed behaviour is a new number. In order of precedence for a place that several could use. What each
survives is in [limits](../explanation/limits.md).
"""

CLASSES_INTRO = """\
## Wording classes

*On*: written without asking. *Review*: only where the author accepted the site
(`dyeline document sites`). *Flip* is the assumed probability that an editor changes one such site to its
other variant; *style sheet*: style guides rule it, so that an editor may set all sites of the class to one
style, which the score allows for. Both are judgements, not measurements; they influence how much is found,
not the error bound.
"""

EXAMPLES = {
    "phrase": "*a lot of* or *many*: curated pairs",
    "approx": "*about 60* or *around 60*",
    "in-order-to": "*in order to find* or *to find*",
    "in-order-to-ins": "*to find* or *in order to find*, inserted",
    "that-comp": "*we know that it works* or *we know it works*",
    "because-since": "*because* or *since*",
    "however-move": "*However, it works.* or *It works, however.*",
    "rel-omit": "*the date that we promised* or *the date we promised*",
    "say-state": "*says* or *states*",
    "such-as": "*such as* or *like*",
    "which-that": "*a plan that worked* or *a plan which worked*",
    "abbrev": "*for example* or *e.g.*",
    "number": "*seven* or *7*, where the number is a quantity",
    "semicolon": "*it works; we are glad* or two sentences",
    "intro-comma": "*In spring, we move* or *In spring we move*",
    "clause-comma": "a comma between two main clauses, or none",
    "oxford": "*a, b, and c* or *a, b and c*",
    "contraction": "*do not* or *don't*",
    "spelling": "British or American spelling, one choice for the whole document",
    "e-mail": "*e-mail* or *email*, one choice for the whole document",
    "percent": "*percent* or *%*, one choice for the whole document",
    "date": "*18 February* or *February 18*, one choice for the whole document",
    "time": "*3 pm* or *3 p.m.*, one choice for the whole document",
    "order-swap": "*prices and dates* or *dates and prices*",
    "adverb-aux": "*have already been* or *already have been*",
    "particle": "*write the plan down* or *write down the plan*",
    "dative": "*send the team a note* or *send a note to the team*",
}

_STYLES: tuple[Style, ...] = ("informal", "formal", "legal")


def carrier_texts() -> dict[str, str]:
    """Return the description of every carrier by name: its module's docstring."""
    texts = {
        carrier.name: doc(inspect.getmodule(type(carrier))) for carrier in built_in_carriers(parser=False)
    }
    texts["stamp"] = doc(sys.modules[stamp.__name__])
    texts["notice"] = doc(sys.modules[notice.__name__])
    return texts


def wording_classes() -> dict[str, str]:
    """Return an example of every wording class by name; "" where this page lacks one."""
    return {name: EXAMPLES.get(name, "") for name in CLASSES}


def page() -> str:
    """Return the page."""
    sections = [f"## `{name}`\n\n{plain(text)}" for name, text in carrier_texts().items()]
    head = ("class", "for example", *_STYLES, "flip", "style sheet")
    rows = [_row(each) for each in CLASSES.values()]
    return "\n\n".join([INTRO.strip(), *sections, CLASSES_INTRO.strip(), table(head, rows)])


def _row(each: WordingClass) -> tuple[str, ...]:
    uses = [use_of(each, style) for style in _STYLES]
    ruled = "yes" if each.style_sheet else "no"
    return (f"`{each.name}`", EXAMPLES.get(each.name, ""), *uses, f"{each.flip:g}", ruled)
