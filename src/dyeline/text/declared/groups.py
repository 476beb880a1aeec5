"""From constructs in text order to choices, and the text that each choice shows at each construct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.errors import BadVariants
from dyeline.text.declared.formatters import FORMATTERS
from dyeline.text.declared.syntax import NAMELESS, Declaration, Kind, Reference, parse_construct
from dyeline.text.fold import fold


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with construct number ``index`` (from 0), and the way out. Holds no option text."""

    index: int
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class Group:
    """One choice: its id (``#1``, ``#2`` … where nameless) and the constructs that show it.

    ``places[k]`` is (index of the construct, its text under each option).
    """

    id: str
    kind: Kind
    options: tuple[str, ...]
    places: tuple[tuple[int, tuple[str, ...]], ...]


def variants_of(constructs: Sequence[str]) -> tuple[list[Group], list[Problem]]:
    """Return the choices in order of declaration, and every problem in order of construct.

    Constructs with a problem show nothing: they are left out of the groups' places.
    """
    parsed, problems = _parse_all(constructs)
    declared: dict[str, tuple[int, Declaration]] = {}
    nameless = 0
    for index, item in enumerate(parsed):
        if not isinstance(item, Declaration):
            continue
        problems += _declaration_problems(index, item)
        name = item.id
        if name == NAMELESS:
            nameless += 1
            name = f"{NAMELESS}{nameless}"
        if name in declared:
            fix = f"write {{{name}}} or {{{name}? …}} at the later places."
            problems.append(Problem(index, f"'{name}' is declared twice.", fix))
        else:
            declared[name] = (index, item)
    places = {name: [(index, item.options)] for name, (index, item) in declared.items()}
    for index, item in enumerate(parsed):
        if isinstance(item, Reference):
            texts = _reference_texts(index, item, declared, problems)
            if texts is not None:
                places[item.id].append((index, texts))
    groups = [
        Group(name, item.kind, item.options, tuple(sorted(places[name])))
        for name, (_, item) in declared.items()
    ]
    return groups, sorted(problems, key=lambda problem: problem.index)


def shown(constructs: Sequence[str]) -> list[str]:
    """Return the text of every construct under the first options. Never raises.

    A construct that cannot be resolved shows itself in braces; ``variants_of`` says why.
    """
    texts = [f"{{{construct}}}" for construct in constructs]
    for index, item in enumerate(_parse_all(constructs)[0]):
        if isinstance(item, Declaration):
            texts[index] = item.options[0]
    for group in variants_of(constructs)[0]:
        for index, variants in group.places:
            texts[index] = variants[0]
    return texts


def _parse_all(constructs: Sequence[str]) -> tuple[list[Declaration | Reference | None], list[Problem]]:
    parsed: list[Declaration | Reference | None] = []
    problems: list[Problem] = []
    for index, construct in enumerate(constructs):
        try:
            parsed.append(parse_construct(construct))
        except BadVariants as error:
            parsed.append(None)
            problems.append(Problem(index, error.problem, error.fix))
    return parsed, problems


def _declaration_problems(index: int, item: Declaration) -> list[Problem]:
    faults: list[tuple[str, str]] = []
    if len(item.options) < 2:
        faults.append((f"'{item.id}' has one option only.", "give at least two, with | between."))
    if not all(fold(option).text for option in item.options):
        faults.append((f"'{item.id}' has an empty option.", "put the words around it into the options."))
    same = _first_equal(item.options)
    if same:
        problem = f"options {same[0]} and {same[1]} of '{item.id}' differ in case, accents or quotes at most."
        faults.append((problem, "give options that differ in their letters or digits."))
    return [Problem(index, problem, fix) for problem, fix in faults]


def _first_equal(options: Sequence[str]) -> tuple[int, int] | None:
    seen: dict[str, int] = {}
    for number, option in enumerate(options, 1):
        first = seen.setdefault(fold(option).text, number)
        if first != number:
            return first, number
    return None


def _reference_texts(
    index: int,
    item: Reference,
    declared: dict[str, tuple[int, Declaration]],
    problems: list[Problem],
) -> tuple[str, ...] | None:
    if item.id not in declared:
        fix = f"declare it first: {{={item.id}: a | b}} or {{!{item.id}: 30 | 40}}."
        problems.append(Problem(index, f"'{item.id}' is used but not declared.", fix))
        return None
    at, declaration = declared[item.id]
    if index < at:
        fix = "move the declaration to the first place where it is shown."
        problems.append(Problem(index, f"'{item.id}' is used before it is declared.", fix))
    if item.options is not None:
        want, got = len(declaration.options), len(item.options)
        if want != got:
            problem = f"'{item.id}' has {want} options but {{{item.id}? …}} gives {got}."
            problems.append(Problem(index, problem, f"give {want} texts in the order of the options."))
            return None
        return item.options
    if item.formatter is None:
        return declaration.options
    formatter = FORMATTERS.get(item.formatter)
    if formatter is None:
        problem = f"'{item.id}' asks for the unknown formatter '{item.formatter}'."
        fix = f"use one of {', '.join(FORMATTERS)}, or {{{item.id}? x | y}}."
        problems.append(Problem(index, problem, fix))
        return None
    texts = [formatter(option) for option in declaration.options]
    whole = tuple(text for text in texts if text is not None)
    if len(whole) < len(texts):
        number = texts.index(None) + 1
        problem = f"formatter '{item.formatter}' does not apply to option {number} of '{item.id}'."
        problems.append(Problem(index, problem, f"spell the texts out: {{{item.id}? x | y}}."))
        return None
    return whole
