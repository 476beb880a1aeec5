"""Author-declared variants: syntax, formatters and choices. Pure; knows no file format."""

from __future__ import annotations

from dyeline.text.declared.groups import Group, Problem, shown, variants_of
from dyeline.text.declared.syntax import Construct, Declaration, Reference, find_constructs, parse_construct

__all__ = [
    "Construct",
    "Declaration",
    "Group",
    "Problem",
    "Reference",
    "find_constructs",
    "parse_construct",
    "shown",
    "variants_of",
]
