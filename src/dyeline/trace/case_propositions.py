"""The statements between which a case finding weighs: exclusive, in words, at the level of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dyeline.model.case import CaseFinding, SingleFinding


@dataclass(frozen=True, slots=True)
class PropositionSet:
    """Statements of which exactly one is true, about the exhibits named. ``about`` tells the assumption."""

    about: str
    exhibits: tuple[str, ...]
    statements: tuple[str, ...]


def propositions(
    finding: CaseFinding, exhibits: Sequence[str], *, recipient: str | None = None
) -> tuple[PropositionSet, ...]:
    """Return the statements for all exhibits as one, then for each alone.

    Each recipient that is listed gets a statement, or ``recipient`` alone. The statements say what an
    exhibit descends from, not who passed it on.
    """
    together = [recipient] if recipient else [c.recipient for c in finding.same_source.candidates]
    sets = []
    if exhibits:
        sets.append(PropositionSet("same_source", tuple(exhibits), _statements(together, len(exhibits) > 1)))
    for single in finding.independent:
        alone = [recipient] if recipient else list(dict.fromkeys(c.recipient for c in single.candidates))
        merged = bool(single.together) and recipient is None
        statements = _merged(single, alone) if merged else _statements(alone, False)
        sets.append(PropositionSet("independent", (single.exhibit,), statements))
    return tuple(sets)


def _merged(single: SingleFinding, recipients: Sequence[str]) -> tuple[str, ...]:
    """Return the statements about an exhibit whose finding is about several copies at once."""
    among = [(one.copies, "and" if one.statement == "each" else "or") for one in single.together]
    return (
        *(
            f"The exhibit was merged from several copies, {', '.join(copies[:-1])} {joined} {copies[-1]} among them."
            for copies, joined in among
        ),
        *(f"The exhibit descends from the copy issued to {name} and from no other." for name in recipients),
        "The exhibit descends from other listed copies.",
        "The exhibit descends from no listed copy.",
    )


def _statements(recipients: Sequence[str], several: bool) -> tuple[str, ...]:
    subject, verb, copy = (
        ("The exhibits", "descend", "copies") if several else ("The exhibit", "descends", "copy")
    )
    named = [f"{subject} {verb} from the {copy} issued to {recipient}." for recipient in recipients]
    if several:
        other = (
            "from copies issued to another listed recipient."
            if named
            else "from copies of one listed recipient."
        )
        return (
            *named,
            f"{subject} {verb} {other}",
            f"{subject} {verb} from no listed copy.",
            f"{subject} do not have one source.",
        )
    other = "from another listed copy." if named else "from a listed copy."
    return (*named, f"{subject} {verb} {other}", f"{subject} {verb} from no listed copy.")
