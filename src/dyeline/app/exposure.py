"""Who knows what since when, how long such a secret keeps, whom not telling would halve the risk, whom to tell next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dyeline.access.model import Assumptions
from dyeline.access.posterior import posterior
from dyeline.app.briefings import document_names
from dyeline.app.knowledge import Knowledge, Told, load_knowledge
from dyeline.app.leaks import LeakText, resolve_leaks
from dyeline.app.moments import Moment
from dyeline.app.subjects import Subject
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound
from dyeline.forecast.exposure import CHANCE_A_DAY, chance_out, cheapest_cut, most_for_half
from dyeline.forecast.planner import LEAKS_ANYHOW, LEAKS_IF_TOLD, Plan, plan_next
from dyeline.forecast.plot_svg import Axis, Chart, Line, line_chart, nice_ticks

DAYS = 90
CURVE_DAYS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Halved:
    """What to leave out for half the risk: groups and recipients by label, and how many then still know."""

    groups: tuple[str, ...]
    recipients: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True)
class KnownSubject:
    """One document or fact: how many know it, since when, the chance that it gets out, the cheapest cut."""

    subject: str
    people: int
    first: str
    last: str
    chance: float
    halved: Halved | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """The matrix (recipient, subject, since), the subjects, and the curve by parties and days."""

    matrix: tuple[tuple[str, dict[str, str]], ...]
    subjects: tuple[KnownSubject, ...]
    people: int
    chance_a_day: float
    days: int
    curve: tuple[tuple[int, dict[int, float]], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the exposure as plain JSON values."""
        return {
            "matrix": [{"recipient": who, "since": since} for who, since in self.matrix],
            "subjects": [
                {
                    "subject": item.subject,
                    "people": item.people,
                    "first": item.first,
                    "last": item.last,
                    "chance": item.chance,
                    "halved": None
                    if item.halved is None
                    else {
                        "leave_out_groups": list(item.halved.groups),
                        "leave_out_recipients": list(item.halved.recipients),
                        "left": item.halved.left,
                    },
                }
                for item in self.subjects
            ],
            "people": self.people,
            "chance_a_person_a_day": self.chance_a_day,
            "days": self.days,
            "curve": [
                {"parties": parties, "days": [{"days": d, "chance": c} for d, c in chances.items()]}
                for parties, chances in self.curve
            ],
        }


@dataclass(frozen=True, slots=True)
class NextTelling:
    """Whom to tell next after some leaks, by label, and what that choice is compared with."""

    plan: Plan
    recipients: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain JSON values."""
        steps = [self.plan.advised, *self.plan.others]
        return {
            "recipients": list(self.recipients),
            "rounds": self.plan.rounds if np.isfinite(self.plan.rounds) else None,
            "leaks_if_told": LEAKS_IF_TOLD,
            "leaks_anyhow": LEAKS_ANYHOW,
            "choices": [{"choice": s.words, "told": s.told, "mass": s.mass, "bits": s.bits} for s in steps],
        }


def show_exposure(
    workspace: Workspace,
    documents: Sequence[str] = (),
    *,
    chance_a_day: float = CHANCE_A_DAY,
    days: int = DAYS,
) -> Exposure:
    """Return who knows what of these documents (all documents and free facts for none), and what that means."""
    if not 0.0 < chance_a_day <= 0.5:
        raise BadInput(
            f"{chance_a_day:g} is not a chance a person and day to reckon with.",
            fix="use more than 0 and at most 0.5, for example 2e-5.",
        )
    wanted = _labels(workspace, documents)
    knowledge = load_knowledge(workspace)
    since = _since(knowledge, wanted)
    order = sorted({subject for known in since.values() for subject in known}, key=lambda s: s.key)
    subjects = tuple(_known(knowledge, since, subject, chance_a_day, days) for subject in order)
    people = len(since)
    sizes = sorted({max(people // 4, 1), max(people // 2, 1), people, 2 * people}) if people else []
    return Exposure(
        tuple((who, {s.written: at.written for s, at in known.items()}) for who, known in since.items()),
        subjects,
        people,
        chance_a_day,
        days,
        tuple((n, {d: chance_out(n, d, chance_a_day) for d in CURVE_DAYS}) for n in sizes),
    )


def plot_exposure(exposure: Exposure) -> str:
    """Return the secrecy curve as SVG: the chance that it has got out, by days, a line for each number of parties."""
    if not exposure.curve:
        raise NotFound("Nobody knows anything yet.", fix="issue a document, or import a log of briefings.")
    span = max(CURVE_DAYS)
    lines = tuple(
        Line(
            f"{parties:,} people" + (" (as many as know now)" if parties == exposure.people else ""),
            tuple((day, chance_out(parties, day, exposure.chance_a_day)) for day in range(0, span + 1, 5)),
        )
        for parties, _ in reversed(exposure.curve)
    )
    top = max(y for line in lines for _, y in line.points)
    return line_chart(
        Chart(
            "How soon a secret gets out, by how many know it",
            Axis("days", nice_ticks(0, span)),
            Axis("chance that it has got out", nice_ticks(0.0, min(top, 1.0)), style="percent"),
            lines,
            f"Assumed: chance {exposure.chance_a_day:g} a person and day, each apart from the others. "
            "An order of magnitude, not a measurement.",
        )
    )


def plan_telling(workspace: Workspace, leaks: Sequence[LeakText]) -> NextTelling:
    """Return whom to tell next after these leaks. Raises NotFound with fewer than three people on record."""
    knowledge = load_knowledge(workspace)
    dated = resolve_leaks(workspace, knowledge, leaks)
    circle = knowledge.circle
    mass = posterior(circle, [leak.leak for leak in dated], Assumptions())
    plan = plan_next(mass, len(circle.people))
    if plan is None:
        raise NotFound(
            "There is no plan: fewer than three people are in question, and a list of whom to tell would name them.",
            fix="give these people newly marked copies instead; a mark says which copy leaked, and with a bound.",
        )
    return NextTelling(plan, tuple(sorted(circle.people[row] for row in plan.people)))


def _labels(workspace: Workspace, documents: Sequence[str]) -> frozenset[str] | None:
    if not documents:
        return None
    with workspace.reading():
        names = document_names()
    found = set()
    for name in documents:
        label = names.get(" ".join(name.split()).casefold())
        if label is None:
            raise NotFound(
                "No document has this label or title.",
                fix="run: dyeline document list, to see the documents there are.",
                document=name,
            )
        found.add(label)
    return frozenset(found)


def _since(knowledge: Knowledge, wanted: frozenset[str] | None) -> dict[str, dict[Subject, Moment]]:
    """Return per recipient who knows anything, in label order, since when each subject was known."""
    facts: dict[str, list[Subject]] = {}
    for fact in knowledge.facts:
        facts.setdefault(fact.document, []).append(fact)
    spelled = {fact.key: fact for fact in knowledge.facts}
    since: dict[str, dict[Subject, Moment]] = {who: {} for who in knowledge.circle.people}
    for told in sorted(knowledge.told, key=lambda entry: entry.when.begins):
        if wanted is not None and told.subject.document not in wanted:
            continue
        for subject in _reached(told, facts, spelled):
            since[told.recipient].setdefault(subject, told.when)
    return {who: known for who, known in since.items() if known}


def _reached(
    told: Told, facts: dict[str, list[Subject]], spelled: dict[tuple[str, str], Subject]
) -> list[Subject]:
    subject = spelled.get(told.subject.key, told.subject)
    whole = bool(subject.document) and not subject.fact
    return [subject, *(facts.get(subject.document, []) if whole else [])]


def _known(
    knowledge: Knowledge,
    since: dict[str, dict[Subject, Moment]],
    subject: Subject,
    chance_a_day: float,
    days: int,
) -> KnownSubject:
    moments = {who: known[subject] for who, known in since.items() if subject in known}
    times = sorted(moments.values(), key=lambda moment: moment.begins)
    return KnownSubject(
        subject.written,
        len(moments),
        times[0].written,
        times[-1].written,
        chance_out(len(moments), days, chance_a_day),
        _halved(knowledge, moments, chance_a_day, days),
    )


def _halved(
    knowledge: Knowledge, moments: dict[str, Moment], chance_a_day: float, days: int
) -> Halved | None:
    most = most_for_half(len(moments), days, chance_a_day)
    if not most:
        return None
    circle = knowledge.circle
    rows = {who: row for row, who in enumerate(circle.people)}
    knows = np.zeros(len(rows), dtype=bool)
    knows[[rows[who] for who in moments]] = True
    latest = sorted(moments, key=lambda who: moments[who].begins, reverse=True)
    cut = cheapest_cut(circle.member, knows, most, [rows[who] for who in latest])
    return Halved(
        tuple(circle.groups[group] for group in cut.groups),
        tuple(sorted(circle.people[row] for row in cut.people)),
        cut.left,
    )
