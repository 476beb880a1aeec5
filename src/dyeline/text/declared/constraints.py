"""Constraints between declared choices: ``require a=2 -> b=2``, ``exclude a=2 & b=1``, ``fixed …``.

Options count from 1, as an author counts. Both sides of ``require`` may join terms with ``&``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dyeline.text.declared.groups import Group

_TERM = re.compile(r"([\w-]+|#\d+)\s*=\s*(\d+)")
_STEPS = 200_000  # search steps after which tied choices count as too many


@dataclass(frozen=True, slots=True)
class Rule:
    """If all of ``given`` hold, all of ``then`` must; ``then`` is None where nothing may.

    A term is (id, option from 0). ``number`` is the constraint's place in the author's list.
    """

    number: int
    given: tuple[tuple[str, int], ...]
    then: tuple[tuple[str, int], ...] | None

    @property
    def ids(self) -> set[str]:
        """Return the choices that this rule ties together."""
        return {name for name, _ in (*self.given, *(self.then or ()))}

    def holds(self, chosen: Mapping[str, int]) -> bool:
        """Tell whether a full assignment (option from 0 by id) keeps the rule."""
        if any(chosen[name] != option for name, option in self.given):
            return True
        return self.then is not None and all(chosen[name] == option for name, option in self.then)


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the author's constraint lines say; ``faults`` are (problem, fix) of those that say nothing."""

    rules: tuple[Rule, ...]
    fixed: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]


def parse_constraints(lines: Sequence[str], groups: Sequence[Group]) -> Constraints:
    """Return rules, fixed phrases and faults; terms must name declared ids and their options."""
    sizes = {group.id: len(group.options) for group in groups}
    rules: list[Rule] = []
    fixed: list[str] = []
    faults: list[tuple[str, str]] = []
    for number, line in enumerate(lines, 1):
        verb, _, rest = line.strip().partition(" ")
        if verb == "fixed" and rest.strip():
            fixed.append(rest.strip())
            continue
        given, arrow, then = rest.partition("->")
        sides = [_terms(given), *([_terms(then)] if arrow else [])]
        if verb not in ("require", "exclude") or None in sides or bool(arrow) != (verb == "require"):
            fix = "write `require a=2 -> b=2`, `exclude a=2 & b=1` or `fixed …`."
            faults.append((f"constraint {number} does not follow the syntax.", fix))
            continue
        terms = [side for side in sides if side is not None]
        unknown = _unknown(number, [term for side in terms for term in side], sizes)
        faults += unknown
        if not unknown:
            rules.append(Rule(number, terms[0], terms[1] if arrow else None))
    return Constraints(tuple(rules), tuple(fixed), tuple(faults))


def tied(groups: Sequence[Group], rules: Sequence[Rule]) -> list[list[Group]]:
    """Return the groups in sets that rules tie together, all in order of declaration."""
    bundle = {group.id: {group.id} for group in groups}
    for rule in rules:
        merged = set[str]().union(*(bundle[name] for name in rule.ids))
        bundle.update(dict.fromkeys(merged, merged))
    done: set[str] = set()
    result: list[list[Group]] = []
    for group in groups:
        if group.id not in done:
            done |= bundle[group.id]
            result.append([other for other in groups if other.id in bundle[group.id]])
    return result


def combinations(groups: Sequence[Group], rules: Sequence[Rule], most: int) -> list[tuple[int, ...]] | None:
    """Return the valid options (from 0) of tied ``groups``, first options first; None if over ``most``.

    Cost: a depth-first search that drops a branch at the first broken rule, given up (None) after
    200,000 steps.
    """
    ids = [group.id for group in groups]
    decided = [[rule for rule in rules if name in rule.ids and rule.ids <= set(ids[: depth + 1])]
               for depth, name in enumerate(ids)]  # fmt: skip
    found: list[tuple[int, ...]] = []
    open_branches: list[tuple[int, ...]] = [()]
    steps = 0
    while open_branches:
        branch = open_branches.pop()
        steps += 1
        if steps > _STEPS or len(found) > most:
            return None
        chosen = dict(zip(ids, branch, strict=False))
        if branch and not all(rule.holds(chosen) for rule in decided[len(branch) - 1]):
            continue
        if len(branch) == len(ids):
            found.append(branch)
        else:
            sizes = len(groups[len(branch)].options)
            open_branches += [(*branch, option) for option in reversed(range(sizes))]
    return found if len(found) <= most else None


def _terms(side: str) -> tuple[tuple[str, int], ...] | None:
    matches = [_TERM.fullmatch(term.strip()) for term in side.split("&")]
    terms = tuple((match[1], int(match[2]) - 1) for match in matches if match)
    return terms if len(terms) == len(matches) else None


def _unknown(
    number: int, terms: Sequence[tuple[str, int]], sizes: Mapping[str, int]
) -> list[tuple[str, str]]:
    faults: list[tuple[str, str]] = []
    for name, option in terms:
        if name not in sizes:
            fix = "name a declared choice; its id stands after = or !."
            faults.append((f"constraint {number} names '{name}', which is not declared.", fix))
        elif not 0 <= option < sizes[name]:
            problem = f"constraint {number} names option {option + 1} of '{name}', which has {sizes[name]}."
            faults.append((problem, f"use a number from 1 to {sizes[name]}."))
    return faults
