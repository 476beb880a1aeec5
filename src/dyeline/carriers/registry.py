"""The built-in carriers, by the same door as any other: an explicit list, recorded by name and version."""

from __future__ import annotations

from dyeline.carriers.character import Character
from dyeline.carriers.contract import Carrier
from dyeline.carriers.declared import Declared
from dyeline.carriers.image.carrier import Image
from dyeline.carriers.layout.carrier import Layout
from dyeline.carriers.textlayer import TextLayer
from dyeline.carriers.wording.carrier import Wording
from dyeline.carriers.wording.syntax import load_parser


def built_in_carriers(*, parser: bool = True) -> list[Carrier]:
    """Return the carriers in order of precedence for a place that several could use.

    ``parser`` asks for the syntactic wording classes, which need the wording extra; without it, or
    where it is not installed, the other classes work.
    """
    wording = Wording(parser=load_parser() if parser else None)
    return [Declared(), wording, Character(), TextLayer(), Layout(), Image()]


def reading_carriers() -> dict[str, Carrier]:
    """Return the carriers by name, for reading, which never needs the parser; with the former ones on record."""
    former: list[Carrier] = [Layout(name="layout/1")]
    return {carrier.name: carrier for carrier in (*former, *built_in_carriers(parser=False))}
