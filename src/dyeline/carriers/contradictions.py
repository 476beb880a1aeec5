"""Whether author-declared variants can stand in a document together: every problem, in one error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dyeline.carriers.cautions import Caution, cautions_about, line_of, paragraph_of
from dyeline.errors import BadVariants
from dyeline.model.document import Document
from dyeline.text.declared import Group, shown, variants_of
from dyeline.text.declared.constraints import Constraints, combinations, parse_constraints, tied
from dyeline.text.declared.mentions import mentions, tokens
from dyeline.text.fold import fold

MOST_VARIANTS = 64
_BEGUN = re.compile(r"(?<!\\)\{[=!]\s*[\w#-]+\s*:")


@dataclass(frozen=True, slots=True)
class Choice:
    """Groups that are chosen together, and their valid combinations (one option, from 0, a group)."""

    groups: tuple[Group, ...]
    combinations: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Fault:
    order: int  # offset into the text, for sorting
    where: str
    problem: str
    fix: str


def check(document: Document) -> list[Caution]:
    """Return what deserves the author's look. Raises BadVariants, which lists every contradiction."""
    _, groups, constraints = _checked(document)
    return cautions_about(document, groups, constraints)


def choices(document: Document) -> list[Choice]:
    """Return the independent choices that the author declared. Raises BadVariants as ``check`` does."""
    return _checked(document)[0]


def _checked(document: Document) -> tuple[list[Choice], list[Group], Constraints]:
    groups, problems = variants_of([place.construct for place in document.declared])
    constraints = parse_constraints(document.constraints, groups)
    faults = [
        _Fault(document.declared[p.index].start, line_of(document, p.index), p.problem, p.fix)
        for p in problems
    ]
    faults += _place_faults(document)
    faults += _malformed(document)
    faults += _unlinked_facts(document, groups, constraints.fixed)
    end = len(document.text)
    faults += [_Fault(end, "", problem, fix) for problem, fix in constraints.faults]
    joined: list[Choice] = []
    for bundle in tied(groups, constraints.rules):
        rules = [rule for rule in constraints.rules if rule.ids <= {group.id for group in bundle}]
        valid = combinations(bundle, rules, MOST_VARIANTS)
        if valid is None or (rules and len(valid) < 2):
            faults.append(_Fault(end, "", *_combination_fault(bundle, valid)))
        joined.append(Choice(tuple(bundle), tuple(valid or ())))
    if faults:
        raise _refusal(faults)
    return joined, groups, constraints


def _malformed(document: Document) -> list[_Fault]:
    """Return declarations that were begun but do not parse: they would stand in every copy as they are."""
    known = [(place.start, place.end) for place in document.declared] + list(document.frozen)
    return [
        _Fault(
            match.start(),
            paragraph_of(document, match.start()),
            "a declaration is begun here but cannot be read.",
            "write {=id: a | b} with at least two options and no braces inside, or put a backslash before the brace.",
        )
        for match in _BEGUN.finditer(document.text)
        if not any(start <= match.start() < end for start, end in known)
    ]


def _refusal(faults: list[_Fault]) -> BadVariants:
    faults.sort(key=lambda fault: fault.order)
    lines = [
        f"{f'{fault.where}: ' if fault.where else ''}{fault.problem} Fix: {fault.fix}" for fault in faults
    ]
    many = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    return BadVariants(
        f"The declared variants have {many}:\n  " + "\n  ".join(lines) + "\n",
        fix="change what is named and add the document again.",
        problems=lines,
    )


def _place_faults(document: Document) -> list[_Fault]:
    faults: list[_Fault] = []
    first_options = shown([place.construct for place in document.declared])
    in_order = sorted(range(len(document.declared)), key=lambda k: document.declared[k].start)
    for before, after in pairwise(in_order):
        if document.declared[before].end > document.declared[after].start:
            fix = "let every variant stand in words of its own."
            start, where = document.declared[after].start, line_of(document, after)
            faults.append(_Fault(start, where, "this variant overlaps the one before it.", fix))
    for index, place in enumerate(document.declared):
        where = line_of(document, index)
        if fold(document.text[place.start : place.end]).text != fold(first_options[index]).text:
            fix = "let the text show the first option."
            faults.append(_Fault(place.start, where, "the text here is not the first option.", fix))
        if any(place.start < seam < place.end for seam in document.seams):
            fix = "give the words of a variant one formatting."
            faults.append(_Fault(place.start, where, "the formatting changes inside this variant.", fix))
        if any(place.start < end and start < place.end for start, end in document.frozen):
            fix = "move the variant into ordinary text."
            problem = "this variant stands in code or in computed text."
            faults.append(_Fault(place.start, where, problem, fix))
    return faults


def _unlinked_facts(document: Document, groups: Sequence[Group], fixed: Sequence[str]) -> list[_Fault]:
    facts = [group for group in groups if group.kind == "fact"]
    if not facts:
        return []
    plain = tokens(document.text, [(place.start, place.end) for place in document.declared])
    allowed = [span for phrase in fixed for span in mentions(phrase, plain)]
    variants = [
        (group.id, index, tokens(text)) for group in groups for index, texts in group.places for text in texts
    ]
    faults: dict[tuple[str, int, int | str], _Fault] = {}
    for group in facts:
        for number, option in enumerate(group.options, 1):
            which = f"option {number} of the fact '{group.id}'"
            for start, end in mentions(option, plain):
                if not any(low <= start and end <= high for low, high in allowed):
                    fix = f"write {{{group.id}}} or {{{group.id}.words}} there, or list the phrase as fixed."
                    where = paragraph_of(document, start)
                    fault = _Fault(start, where, f"{which} also stands here, unlinked.", fix)
                    faults[group.id, number, start] = fault
            for other, index, inside in variants:
                if other != group.id and mentions(option, inside):
                    start, fix = document.declared[index].start, "word that variant without it."
                    problem = f"{which} also stands in a variant of '{other}'."
                    fault = _Fault(start, line_of(document, index), problem, fix)
                    faults.setdefault((group.id, number, other), fault)
    return list(faults.values())


def _combination_fault(bundle: Sequence[Group], valid: list[tuple[int, ...]] | None) -> tuple[str, str]:
    names = ", ".join(f"'{group.id}'" for group in bundle[:6]) + (", …" if len(bundle) > 6 else "")
    if valid is None and len(bundle) == 1:
        count = len(bundle[0].options)
        return f"{names} has {count} options, more than {MOST_VARIANTS}.", f"keep {MOST_VARIANTS} at most."
    if valid is None:
        fix = "tie fewer choices together, or give them fewer options or more constraints."
        many = f"the {len(bundle)} choices {names} that constraints tie together"
        return f"{many} have more than {MOST_VARIANTS} combinations.", fix
    if valid:
        return f"the constraints leave one combination of {names} only.", "drop a constraint."
    return f"the constraints on {names} cannot be satisfied together.", "drop or change one of them."
