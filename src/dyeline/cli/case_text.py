"""A case as text: the finding under both assumptions first, then what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dyeline.cli.look_up import look_up
from dyeline.cli.tables import plain, table
from dyeline.cli.together import together_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dyeline.app.case_view import CaseView
    from dyeline.model.case import CaseFinding, SingleFinding

_TOGETHER = {
    "attributed": "attributed: the exhibits descend from copies issued to",
    "narrowed": "narrowed to a set: copies of one of these are the source",
    "insufficient": "insufficient evidence: nobody can be named.",
    "no_readable_mark": "no readable mark: passages of ours, but no mark in them can be read.",
    "not_ours": "not ours: no passage of any document of this workspace.",
}


def case_text(view: CaseView) -> str:
    """Return a case as lines for a terminal."""
    if not view.exhibits:
        head = f"Case {plain(view.record.name)} has no exhibits yet."
        return "\n".join([head, _disclosure(view), "Next: dyeline case add NAME FILE"])
    state = f", closed {view.record.closed:%Y-%m-%d}" if view.record.closed else ""
    finding = view.finding
    shown = [*_together(finding), "", *_alone(finding)] if finding else _recorded(view)
    lines = [
        f"Case {plain(view.record.name)}, bound {view.record.bound:g} for the case as a whole, however often it is "
        f"looked at{state}.",
        _disclosure(view),
        "",
        *shown,
        "",
        _exhibits(view),
        *_evidence(view),
        *_names(view),
        _counted(view),
    ]
    return "\n".join([*lines, *(f"- {plain(sentence)}" for sentence in view.advice)])


def _counted(view: CaseView) -> str:
    seen = f"workspace has seen {view.history['examinations']} different examinations."
    if view.finding is None:
        return f"This {seen}"
    return f"{view.finding.family} recipients were compared; {view.finding.looks} look(s) so far; this {seen}"


def _disclosure(view: CaseView) -> str:
    made = view.disclosure
    if not made.decision:
        return "Protected disclosure: nobody has decided yet."
    by = f", decided as {made.decided_by} on {made.decided:%Y-%m-%d}" if made.decided else ""
    return f"Protected disclosure: {made.decision}{by}."


def _names(view: CaseView) -> list[str]:
    """Return what was asked of custodians, and how a name is opened where a finding names somebody."""
    rows = [
        (one["request"], one["copy"], one["outcome"], " ".join(one["granted_by"]), one["asked_by"],
         "no finding named it" if one["override_reason"] else "")
        for one in view.unsealing
    ]  # fmt: skip
    head = ("request", "copy", "state", "granted by", "asked by", "")
    lines = ["", "Requests to open a name:", table(head, rows), ""] if rows else []
    named = view.finding.same_source.candidates if view.finding else ()
    if named:
        copy = named[0].copies[0] if named[0].copies else "C-NNNN"
        lines.append(look_up(named[0].recipient, copy, view.record.name, sealed=view.sealed))
    return lines


def _together(finding: CaseFinding) -> list[str]:
    same = finding.same_source
    named = ", ".join(candidate.recipient for candidate in same.candidates)
    head = _TOGETHER[same.outcome]
    lines = [f"If all come from one source: {head} {named}." if same.outcome == "attributed" else
             f"If all come from one source: {head}"]  # fmt: skip
    if same.candidates:
        rows = [
            (
                candidate.recipient,
                " ".join(candidate.copies),
                f"{candidate.family_wise_p:.2g}",
                f"{candidate.log10_e:.1f}",
                f"{candidate.p_value_fixed_set:.2g}",
                f"{candidate.posterior:.4f}",
            )
            for candidate in same.candidates
        ]
        head_row = (
            "recipient", "copies", "chance of a false naming <=", "log10 LR", "p if chosen unseen", "posterior",
        )  # fmt: skip
        lines.append(table(head_row, rows))
        lines += [
            f"{', '.join(one.recipients[:-1])} and {one.recipients[-1]}, whether there is one source or not: a copy of "
            f"each went into at least one exhibit (chance that this is not so <= {one.family_wise_p:.2g})."
            for one in same.together
        ]
        if same.together:
            lines.append(
                "More than one recipient is named: then the exhibits do not all come from one source, and the "
                "posterior, which supposes that they do, is shared among them."
            )
        lines.append(
            f"None of these: posterior {same.none_of_these.posterior:.2g} "
            f"(assumed beforehand: {same.none_of_these.prior:g})."
        )
    return lines


def _alone(finding: CaseFinding) -> list[str]:
    if not finding.independent:
        return []
    head = "its share of the bound"
    return ["If each has its own source:", *_singly(finding.independent, head, f", {head}")]


def _recorded(view: CaseView) -> list[str]:
    """Return what is left to say where what was read was purged."""
    lines = [
        f"What was read was purged: {view.purged()}. What the exhibits show together was not "
        "recorded and cannot be computed anew."
    ]
    if view.recorded:
        lines += ["", "Each exhibit alone, as recorded when it was examined:"]
        lines += _singly(view.recorded, "bound of the case", ", the bound of the case")
    return lines


def _singly(findings: Sequence[SingleFinding], bound: str, which: str) -> list[str]:
    """Return findings on single exhibits; ``bound`` heads the column of their bounds, ``which`` explains one."""
    rows = [
        (
            one.exhibit,
            one.outcome,
            ", ".join(f"{candidate.copy} ({candidate.recipient})" for candidate in one.candidates)
            or "nobody",
            f"{min((candidate.family_wise_p for candidate in one.candidates), default=1.0):.2g}",
            f"{one.bound:.2g}",
        )
        for one in findings
    ]
    head = ("exhibit", "outcome", "named", "chance of a false naming <=", bound)
    joint = [
        f"{one.exhibit}, at {one.bound:.2g}{which}: {together_text(statement)}"
        for one in findings
        for statement in one.together
    ]
    return [table(head, rows), *joint]


def _exhibits(view: CaseView) -> str:
    rows = []
    for one in view.exhibits:
        document = f"{one['document']}/{one['version']}" if one["document"] else ""
        note = "taken out" if one["removed"] else one["fault"]
        note = note or (f"repeats {one['duplicate_of']}" if one["duplicate_of"] else "")
        note = note or (f"only {one['restricted_to']} compared" if one["restricted_to"] else "")
        moment = one["received"] or one["recorded"]
        rows.append(
            (
                one["label"],
                one["file"],
                document,
                one["sites_read"],
                "" if one["sites_new"] is None else one["sites_new"],
                moment[:10],
                note,
                one["sha256"][:12],
            )
        )
    return table(("exhibit", "file", "document", "sites", "new", "received", "", "sha256"), rows)


def _evidence(view: CaseView) -> list[str]:
    rows = [
        (one["label"], one["for"], f"{one['likelihood_ratio']:g}", one["kind"], one["source"],
         "taken out" if one["removed"] else one["reason"])
        for one in view.evidence
    ]  # fmt: skip
    if not rows:
        return []
    head = ("evidence", "for", "likelihood ratio", "kind", "source", "reason")
    return ["", "From outside of the marks (does not change whom they name):", table(head, rows), ""]
