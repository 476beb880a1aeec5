"""How names are kept, as a check of ``dyeline doctor``."""

from __future__ import annotations

from dyeline.app.checks import Check
from dyeline.app.quorum import QuorumState, show_quorum
from dyeline.app.workspace import Workspace

NAME = "names"


def custody_check(workspace: Workspace) -> Check:
    """Return whether names are kept as the quorum says, and whether one lost key would lose them."""
    state = show_quorum(workspace)
    if state.quorum == 1:
        rest = f"; {state.purged:,} were purged" if state.purged else ""
        return Check(NAME, "ok", f"not sealed: whoever uses this workspace sees them (quorum 1){rest}.")
    if state.unscrubbed:
        return Check(
            NAME,
            "fail",
            "sealed, but old pages of the database may still hold some.",
            "run: dyeline quorum set 2, which finishes what was interrupted.",
        )
    gone = f"{state.purged:,} purged, " if state.purged else ""
    seen = f"{gone}{state.sealed:,} sealed to any two of {len(state.custodians)} custodians"
    for short, fix in _shortcomings(state):
        return Check(NAME, "warn", f"{seen}; {short}.", fix)
    return Check(NAME, "ok", f"{seen}, the roster key kept elsewhere.")


def _shortcomings(state: QuorumState) -> list[tuple[str, str]]:
    found = []
    if state.openable_by_all < state.sealed:
        short = f"{state.sealed - state.openable_by_all:,} of them not to every pair"
        found.append((short, "run: dyeline custodian reseal, with the keys of two who were there before."))
    if len(state.custodians) < 3:
        short = "if one of the two loses the key, all names are lost"
        found.append((short, "add a third: dyeline custodian add NAME --recipient age1…"))
    if state.roster_key == "inside":
        short = "the roster key lies among the keys, so whoever has this folder can test guesses at addresses"
        found.append(
            (short, "move keys/roster.key out, and name it in DYELINE_ROSTER_KEY where people are imported.")
        )
    return found
