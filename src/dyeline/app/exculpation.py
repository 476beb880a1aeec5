"""Whether an exhibit speaks against a copy: its likelihood ratio, computed from its codeword alone."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dyeline.app.report_copies import Copies
from dyeline.errors import NotExculpated
from dyeline.model.readings import Readings
from dyeline.report.sentences import EXCULPATION_LIMITS, exculpation_sentence
from dyeline.store.case_readings import StoredReading
from dyeline.trace.score import gather_evidence, score_evidence


def exculpations(
    readings: Mapping[str, Sequence[StoredReading]], copies: Copies, labels: Sequence[str]
) -> list[dict[str, Any]]:
    """Return, for each copy named, the statement of every exhibit that speaks against it.

    Raises NotExculpated for a copy that no exhibit speaks against.
    """
    found = []
    for label in labels:
        circulation = copies.opened[label].circulation
        own = [
            statement
            for exhibit, compared in readings.items()
            for reading in compared
            if reading.circulation == circulation
            and (statement := _statement(exhibit, reading, copies, label)) is not None
        ]
        if not own:
            raise NotExculpated(
                f"No exhibit of the case speaks against copy {label}: too little was read, or it speaks for it.",
                fix="see what the finding says: dyeline case show NAME.",
                copy=label,
            )
        found += own
    return found


def refuse_named(labels: Sequence[str], alone: Collection[str], together: Collection[str]) -> None:
    """Raise NotExculpated for a copy that a finding on an exhibit (``alone``) or the combined one lists.

    Its own ratio may speak against it all the same: of several copies that were merged, one may explain little
    alone and be needed together with the others; and the combined finding is about a holder with all of their copies.
    """
    listed = [label for label in labels if label in alone]
    held = [label for label in labels if label in together and label not in alone]
    if held:
        raise NotExculpated(
            f"Copy {held[0]} belongs to a recipient whom the combined finding of the case lists with every copy of "
            "theirs that was compared; a statement on this copy would be taken for one on its holder.",
            fix="see what the findings say: dyeline case show NAME.",
            copy=held[0],
        )
    if listed:
        raise NotExculpated(
            f"Copy {listed[0]} is one of those that the findings of the case list; what it explains together with "
            "other copies outweighs what it explains alone.",
            fix="see what the findings say: dyeline case show NAME.",
            copy=listed[0],
        )


def _statement(exhibit: str, reading: StoredReading, copies: Copies, label: str) -> dict[str, Any] | None:
    """Return the statement that an exhibit speaks against a copy; None where it does not, or came before the copy."""
    copy = copies.opened[label]
    if copy.index not in reading.indices:
        return None
    evidence, rows = gather_evidence(
        Readings(reading.loglik),
        copies.sites[copy.circulation],
        copies.weights[copy.circulation],
        copies.blocks[copy.circulation],
    )
    if not rows.size:
        return None
    nats = score_evidence(evidence, [copy.index], lambda _: copy.symbols[None, rows]).mixture_nats
    log10 = float(nats[0] / math.log(10))
    if log10 >= 0:
        return None
    return {
        "exhibit": exhibit,
        "copy": label,
        "recipient": copy.recipient,
        "log10_lr": log10,
        "sites_read": int(rows.size),
        "sentence": exculpation_sentence(exhibit, label, log10),
        "limits": list(EXCULPATION_LIMITS),
    }
