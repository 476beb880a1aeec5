"""What a reader of a case finding has to know beside its figures, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from dyeline.model.case import CaseFinding

SPEAKS_OF_COPIES = (
    "This speaks of copies, not of a person: a copy can be forwarded, stolen, or photographed over a shoulder, and "
    "accounts are shared."
)
"""What goes with every finding that names somebody."""


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """What was looked at, in numbers of exhibits; ``examinations`` counts all of the workspace.

    ``looked_at_before`` had been examined before they were put into the case; ``left_out`` were
    examined, are from the same documents, and are not in the case.
    """

    examinations: int
    looked_at_before: int
    left_out: int
    other_cases: tuple[str, ...]
    removed: int
    unread: int


def advise_case(finding: CaseFinding, history: CaseHistory) -> tuple[str, ...]:
    """Return the sentences, the most important first."""
    advice = [*_about_names(finding), *advise_choice(history)]
    for use in finding.uses:
        if use.duplicate_of:
            advice.append(f"{use.exhibit} repeats {use.duplicate_of}: what both show counts once.")
    strange = [one.exhibit for one in finding.independent if one.outcome == "not_ours"]
    if strange:
        advice.append(
            f"{', '.join(strange)}: no passage of ours, so no copy was compared and nothing of the bound is spent. "
            "If a text retells a document in other words, add it again with --document: facts that vary "
            "between copies are then looked for."
        )
    if history.unread:
        advice.append(
            f"{history.unread} exhibit(s) could not be read and count for nothing; add them in another format."
        )
    if finding.same_source.outcome == "insufficient":
        advice.append(
            "More exhibits, of other parts of the documents or of other documents, would add evidence."
        )
    return tuple(advice)


def _about_names(finding: CaseFinding) -> list[str]:
    alone = {
        c.recipient for one in finding.independent for c in one.candidates if one.outcome == "attributed"
    }
    together = {c.recipient for c in finding.same_source.candidates}
    advice = []
    if alone or together:
        advice.append(SPEAKS_OF_COPIES)
    if len(alone) > 1:
        advice.append(
            f"Taken alone, the exhibits point to {len(alone)} recipients ({', '.join(sorted(alone))}): they do not "
            "all have one source, or copies were merged. Read the findings one by one."
        )
    if together and finding.same_source.outcome == "attributed":
        advice.append(
            "The chance of a false naming decides. It stays right however often the case was looked at and whatever is "
            "added; the p if chosen unseen is right only if all exhibits were chosen before any was examined."
        )
    return advice


def advise_choice(history: CaseHistory) -> list[str]:
    """Return the sentences on how the exhibits of a case came to be chosen."""
    advice = []
    if history.looked_at_before:
        advice.append(
            f"{history.looked_at_before} exhibit(s) had been examined before they were put into the case. If what "
            "they showed decided that, the bound does not hold."
        )
    if history.left_out:
        advice.append(
            f"{history.left_out} exhibit(s) of the same documents were examined in this workspace and are not in "
            "the case. If they were left out for what they showed, the bound does not hold."
        )
    if history.other_cases:
        advice.append(
            f"Exhibits of this case are in {len(history.other_cases)} other case(s), too; the bounds of cases add up."
        )
    if history.removed:
        advice.append(
            f"{history.removed} exhibit(s) were taken out. That choice was paid for with a smaller share of the "
            "bound, and the sites that they had read are not read again."
        )
    return advice
