"""All rules that need no parser, in one list."""

from __future__ import annotations

from dyeline.carriers.wording.commas import clause_commas, opening_commas, series_commas
from dyeline.carriers.wording.contractions import contractions
from dyeline.carriers.wording.joints import abbreviations, connectives, semicolons, that_clauses
from dyeline.carriers.wording.numbers import counts, estimates
from dyeline.carriers.wording.phrases import phrases
from dyeline.carriers.wording.relatives import relatives
from dyeline.carriers.wording.scan import Rule

RULES: tuple[Rule, ...] = (
    phrases,
    contractions,
    that_clauses,
    relatives,
    connectives,
    abbreviations,
    semicolons,
    opening_commas,
    series_commas,
    clause_commas,
    counts,
    estimates,
)
