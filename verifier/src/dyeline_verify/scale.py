"""Whether the words of a report are those that its own scale has for its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dyeline_verify.exhibit import Checked
from dyeline_verify.refusal import Refused
from dyeline_verify.strict import field


def check_words(
    scale: Mapping[str, Any],
    statements: Sequence[Mapping[str, Any]],
    checked: Sequence[Checked],
    finding: Mapping[str, Any],
) -> int:
    """Return how many statements were compared with the scale and with what was recomputed."""
    rungs = _rungs(scale)
    cap = field(scale, "cap_log10", float, "the scale")
    ratios = {(one.exhibit, one.copy): one.found.mixture_nats / 2.302585092994046 for one in checked}
    same = field(finding, "same_source", dict, "the finding")
    combined = {
        one["recipient"]: float(one["log10_e"])
        for one in field(same, "candidates", list, "the combined finding")
        if isinstance(one, dict) and isinstance(one.get("log10_e"), int | float)
    }
    for one in statements:
        what = "a statement of the report"
        log10 = field(one, "log10_ratio", float, what)
        if one.get("exhibit") is None:
            known = combined.get(field(one, "recipient", str, what))
        else:
            known = ratios.get((field(one, "exhibit", str, what), field(one, "copy", str, what)))
        if known is None or abs(known - log10) > 1e-6 * max(1.0, abs(log10)):
            raise Refused(f"{what} has a number that no finding has")
        if one.get("word") != _word(rungs, min(log10, cap)):
            raise Refused(f"{what} uses another word than its scale has for the number")
    return len(statements)


def _rungs(scale: Mapping[str, Any]) -> list[tuple[float, str]]:
    rungs = []
    for one in field(scale, "rungs", list, "the scale"):
        if not isinstance(one, dict):
            raise Refused("a rung of the scale is no object")
        rungs.append((field(one, "from_log10", float, "a rung"), field(one, "word", str, "a rung")))
    if not rungs or rungs != sorted(rungs) or rungs[0][0] > 0:
        raise Refused("the scale does not rise from 1")
    return rungs


def _word(rungs: Sequence[tuple[float, str]], log10: float) -> str:
    return [word for low, word in rungs if low <= max(log10, 0.0)][-1]
