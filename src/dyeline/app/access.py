"""Who could be the source of leaks, by what is on record: groups, never persons; by labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dyeline.access.beside import Beside, beside_mark
from dyeline.access.frequencies import frequencies, sentences, together
from dyeline.access.judge import AccessFinding, judge
from dyeline.access.model import PRIOR_OUTSIDE, Assumptions
from dyeline.app.knowledge import Knowledge, load_knowledge
from dyeline.app.leaks import DatedLeak, LeakText, resolve_leaks
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound
from dyeline.store.tables import Examination, IssuedCopy


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """A copy that a mark has named, with what the log says about its recipient."""

    copy: str
    recipient: str
    examined: str
    bound: float
    access: Beside


@dataclass(frozen=True, slots=True, eq=False)
class AccessReport:
    """The finding with its explanation in counts, its assumptions, and, beside it, a copy named by its marks."""

    finding: AccessFinding
    explanation: tuple[str, ...]
    assumed: Assumptions
    people: int
    leaks: tuple[DatedLeak, ...]
    mark: MarkedCopy | None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        finding = asdict(self.finding)
        leaks = [
            {
                "published": leak.published.written,
                "present": _named(leak, present=True),
                "absent": _named(leak, present=False),
            }
            for leak in self.leaks
        ]
        return {
            **finding,
            "names_a_person": False,
            "explanation": list(self.explanation),
            "people_on_record": self.people,
            "leaks": leaks,
            "assumptions": asdict(self.assumed),
            "mark": None if self.mark is None else asdict(self.mark),
        }


def who_had_access(
    workspace: Workspace,
    leaks: Sequence[LeakText],
    *,
    prior_outside: float = PRIOR_OUTSIDE,
    beside: str | None = None,
) -> AccessReport:
    """Return who could be the source of these leaks by what is on record.

    Args:
        leaks: taken as the work of one source but for a few.
        prior_outside: chance, assumed beforehand, that the source is outside of the record.
        beside: label of a copy that an examination has attributed; shown beside, changes nothing.
    """
    if not 0.0 < prior_outside <= 0.9:
        raise BadInput(
            f"{prior_outside:g} is not a chance to assume for a source outside.",
            fix="use more than 0 and at most 0.9: no log is complete.",
        )
    knowledge = load_knowledge(workspace)
    if not knowledge.told:
        raise NotFound(
            "Nobody is on record as knowing anything.",
            fix="issue a document, or import a log: dyeline briefing import briefings.csv.",
        )
    assumed = replace(Assumptions(), prior_outside=prior_outside)
    dated = resolve_leaks(workspace, knowledge, leaks)
    evidence = [leak.leak for leak in dated]
    mark = None if beside is None else _marked(workspace, knowledge, dated, assumed, beside)
    return AccessReport(
        judge(knowledge.circle, evidence, assumed),
        tuple(_explained(knowledge, dated)),
        assumed,
        len(knowledge.circle.people),
        tuple(dated),
        mark,
    )


def _explained(knowledge: Knowledge, leaks: Sequence[DatedLeak]) -> list[str]:
    lines = []
    for number, leak in enumerate(leaks, start=1):
        said = sentences(frequencies(knowledge.circle, leak.leak), by=leak.published.words)
        head = f"Leak {number}: " if len(leaks) > 1 else ""
        lines.append(head + " ".join(said))
    if len(leaks) > 1:
        lines.append(together(knowledge.circle, [leak.leak for leak in leaks]))
    return lines


def _marked(
    workspace: Workspace,
    knowledge: Knowledge,
    leaks: Sequence[DatedLeak],
    assumed: Assumptions,
    copy: str,
) -> MarkedCopy:
    with workspace.reading():
        held = IssuedCopy.objects.filter(label__iexact=copy.strip()).select_related("recipient").first()
        named = Examination.objects.filter(outcome="attributed").order_by("-pk")
        examined = next(
            (
                row
                for row in named.iterator()
                if held is not None
                and held.label in {c.get("copy") for c in row.finding.get("candidates", ())}
            ),
            None,
        )
        if held is None or examined is None:
            raise NotFound(
                "No examination has attributed an exhibit to this copy.",
                fix="trace the exhibit first: a person's access is looked at only beside a mark.",
                copy=copy,
            )
        person = held.recipient.label
        bound = float(examined.finding.get("bound", 0.0))
        when = f"{examined.created:%Y-%m-%d}"
    access = beside_mark(knowledge.circle, [leak.leak for leak in leaks], assumed, person)
    return MarkedCopy(held.label, person, when, bound, access)


def _named(leak: DatedLeak, *, present: bool) -> list[str]:
    return [name for name, there in zip(leak.leak.facts, leak.leak.present, strict=True) if there == present]
