"""Several exhibits as one: what the opened copies of each named recipient give together, recomputed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from dyeline_verify.circulation import Circulation, Opened
from dyeline_verify.evidence import Read
from dyeline_verify.exhibit import SMALLEST, Exhibit, reads_of, same_p, same_ratio
from dyeline_verify.lattice import log_sum
from dyeline_verify.models import MODELS, p_value, score, table_of
from dyeline_verify.readings import Reading
from dyeline_verify.refusal import Refused
from dyeline_verify.score import Prepared
from dyeline_verify.strict import field

CASE_RULES_VERSION: Final = "case-rules/2"
COMBINE_VERSION: Final = "case-evidence/1"
EXPECTED_SHARE: Final = 0.75
E_PROCESS_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """The sites of one circulation that one exhibit decides."""

    position: int
    batch: int
    reading: Reading
    rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class Together:
    """What came out for one recipient: ln of the running likelihood ratio, and the chance for the case as a whole."""

    recipient: str
    e_nats: float
    family_wise: float


def share(number: int) -> float:
    """Return the part of the bound that is kept for number 1, 2, 3 … of a series."""
    return EXPECTED_SHARE if number == 1 else (1.0 - EXPECTED_SHARE) / ((number - 1) * number)


def check_case(
    exhibits: Sequence[Exhibit],
    finding: Mapping[str, Any],
    groups: Sequence[int],
    circulations: Mapping[str, Circulation],
    opened: Mapping[str, Opened],
) -> list[Together]:
    """Return every recipient that the combined finding names, recomputed.

    ``groups`` counts the recipients who came in with each batch, by batch; where one circulation
    was compared it has to be the number of its copies.
    """
    what = "the combined finding"
    same = field(finding, "same_source", dict, what)
    bound = field(finding, "bound", float, what)
    candidates = field(same, "candidates", list, what)
    ordered = in_order(exhibits)
    if sum(groups) != field(finding, "family", int, what):
        raise Refused(f"{what} counts other recipients than the report does")
    _check_groups(ordered, groups)
    parts = deciding_parts(ordered)
    out = {part.position for part in parts if ordered[part.position].removed}
    found = []
    for candidate in candidates:
        if not isinstance(candidate, dict):
            raise Refused(f"{what} names something that is no recipient")
        recipient = field(candidate, "recipient", str, what)
        held = [copy for copy in opened.values() if copy.recipient == recipient]
        if sorted(copy.copy for copy in held) != sorted(field(candidate, "copies", list, what)):
            raise Refused(f"{what} names {recipient} with other copies than those whose codewords are shown")
        together = _recipient(recipient, held, ordered, parts, out, groups, circulations)
        if not same_ratio(field(candidate, "log10_e", float, what), together.e_nats):
            raise Refused(f"{what} states another running likelihood ratio for {recipient} than it has")
        if not same_p(field(candidate, "family_wise_p", float, what), max(together.family_wise, SMALLEST)):
            raise Refused(f"{what} states another chance for {recipient} than it has")
        if same.get("outcome") == "attributed" and together.family_wise > bound:
            raise Refused(f"{what} names {recipient} although the chance is above the bound")
        found.append(together)
    return found


def in_order(exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    """Return the exhibits as they were examined, each hash once."""
    ordered: dict[str, Exhibit] = {}
    for exhibit in sorted(exhibits, key=lambda one: (one.batch, one.sha256)):
        ordered.setdefault(exhibit.sha256, exhibit)
    return list(ordered.values())


def deciding_parts(ordered: Sequence[Exhibit]) -> list[Part]:
    """Return which exhibit decides which site: the first look that reads it, and in it the clearest reading."""
    parts: list[Part] = []
    taken: dict[str, set[int]] = {}
    numbered = list(enumerate(ordered))
    for number, (_, members) in enumerate(groupby(numbered, key=lambda pair: pair[1].batch), start=1):
        own = [(position, reading) for position, one in members for reading in one.readings]
        for name in sorted({reading.circulation for _, reading in own}):
            best: dict[int, tuple[float, int]] = {}
            readings = [(position, reading) for position, reading in own if reading.circulation == name]
            for k, (_, reading) in enumerate(readings):
                for row, values in reading.loglik:
                    told = max(values) - min(values)
                    if told > best.get(row, (0.0, -1))[0]:
                        best[row] = (told, k)
            free = {row: k for row, (_, k) in best.items() if row not in taken.setdefault(name, set())}
            for k, (position, reading) in enumerate(readings):
                rows = frozenset(row for row, chosen in free.items() if chosen == k)
                if rows:
                    parts.append(Part(position, number, reading, rows))
            taken[name] |= free.keys()
    return parts


def _recipient(
    recipient: str,
    held: Sequence[Opened],
    ordered: Sequence[Exhibit],
    parts: Sequence[Part],
    out: set[int],
    groups: Sequence[int],
    circulations: Mapping[str, Circulation],
) -> Together:
    copies = {copy.circulation: copy for copy in held}
    kept = [part for part in parts if part.position not in out]
    scored = [(part.position, _by_model(part, copies, circulations)) for part in kept if _held(part, copies)]
    factors = []
    for position in sorted({position for position, _ in scored}):
        own = [nats for at, nats in scored if at == position]
        factors.append([log_sum(nats) - math.log(len(own)) for nats in zip(*own, strict=True)])
    e_nats = log_sum(
        math.log(model.weight) + sum(factor[k] for factor in factors) for k, model in enumerate(MODELS)
    )
    batches = sorted({part.batch for part in parts})
    spoilt = {part.batch for part in parts if part.position in out}
    removed = [
        n for n, position in enumerate(sorted({p.position for p in parts}), start=1) if position in out
    ]
    least = math.exp(-max(e_nats, -1.0)) / (E_PROCESS_SHARE * composition_share(removed))
    for number, batch in enumerate(batches, start=1):
        if batch not in spoilt:
            chance = _look([part for part in kept if part.batch == batch], copies, circulations)
            least = min(least, chance / ((1.0 - E_PROCESS_SHARE) * share(number)))
    return Together(recipient, e_nats, min(1.0, _family(copies, ordered, groups) * least))


def composition_share(removed: Sequence[int]) -> float:
    """Return the part of the bound that is kept for a case without the exhibits at these positions."""
    if not removed:
        return EXPECTED_SHARE
    return (1.0 - EXPECTED_SHARE) * math.prod(1.0 / (2 * k * (k + 1)) for k in removed)


def _held(part: Part, copies: Mapping[str, Opened]) -> bool:
    copy = copies.get(part.reading.circulation)
    return copy is not None and copy.index in part.reading.p_value


def _by_model(
    part: Part, copies: Mapping[str, Opened], circulations: Mapping[str, Circulation]
) -> list[float]:
    name = part.reading.circulation
    reads = reads_of(part.reading, circulations[name], rows=set(part.rows))
    return [score(table_of(model, reads), reads, copies[name].codeword) for model in MODELS]


def _look(
    parts: Sequence[Part], copies: Mapping[str, Opened], circulations: Mapping[str, Circulation]
) -> float:
    """Return the p-value of the exhibits of one look taken as one reading; several copies are paid for."""
    best, count = 1.0, 0
    for name in sorted({part.reading.circulation for part in parts}):
        own = [part for part in parts if part.reading.circulation == name]
        if not all(_held(part, copies) for part in own):
            continue
        reads: list[Read] = []
        for number, part in enumerate(own):
            reads += reads_of(part.reading, circulations[name], rows=set(part.rows), part=number)
        made = Prepared.of(reads)
        nats = [score(table, reads, copies[name].codeword) for table in made.tables]
        best = min(best, p_value(made.tails, reads, nats))
        count += 1
    return min(1.0, best * max(count, 1))


def _family(copies: Mapping[str, Opened], ordered: Sequence[Exhibit], groups: Sequence[int]) -> float:
    """Return of how many a recipient is one: those who came in with him, divided by that group's share."""
    batches = _entering(ordered)
    for number, batch in enumerate(batches):
        if any(
            copy.index in reading.p_value
            for one in ordered
            if one.batch == batch
            for reading in one.readings
            if (copy := copies.get(reading.circulation)) is not None
        ):
            return groups[number] / share(number + 1)
    raise Refused("the combined finding names a recipient none of whose copies was compared")


def _entering(ordered: Sequence[Exhibit]) -> list[str]:
    """Return the batches in which copies were compared that had not been compared before."""
    known: set[tuple[str, int]] = set()
    found = []
    for exhibit in ordered:
        new = {(r.circulation, index) for r in exhibit.readings for index in r.indices} - known
        if new and exhibit.batch not in found:
            found.append(exhibit.batch)
        known |= new
    return found


def _check_groups(ordered: Sequence[Exhibit], groups: Sequence[int]) -> None:
    """Check the numbers of recipients against the copies compared: no more than copies, no fewer than one list has."""
    names = {reading.circulation for exhibit in ordered for reading in exhibit.readings}
    copies = {
        name: {index for one in ordered for r in one.readings if r.circulation == name for index in r.indices}
        for name in names
    }
    least, most = max(map(len, copies.values()), default=0), sum(map(len, copies.values()))
    if not least <= sum(groups) <= most or any(count < 1 for count in groups):
        raise Refused("the report counts fewer or more recipients than copies that were compared")
