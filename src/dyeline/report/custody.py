"""The chain of custody of each exhibit, with the fields that examiners of digital evidence keep (ISO/IEC 27037)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

CLOCK: Final = "clock of the machine, UTC; the order is that of the log"


def custody_rows(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one record an exhibit: what it is, where it came from, who did what with it when."""
    return [_record(report, one) for one in report["exhibits"]]


def _record(report: Mapping[str, Any], exhibit: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "case": report["case"]["label"],
        "item": exhibit["label"],
        "original_name": exhibit["name"],
        "media_type": (exhibit["finding"] or {}).get("exhibit", {}).get("kind"),
        "bytes": exhibit["bytes"],
        "sha256": exhibit["sha256"],
        "source": exhibit["source"] or "not stated",
        "clock": CLOCK,
        "tool": f"dyeline {report['software']}",
        "storage": "in the workspace of the case, named by its SHA-256",
        "file": exhibit["file"],
        "disposition": "taken out of the case" if exhibit["removed"] else "kept",
        "acts": _acts(report, exhibit),
    }


def _acts(report: Mapping[str, Any], exhibit: Mapping[str, Any]) -> list[dict[str, Any]]:
    acts = []
    if exhibit["received"]:
        acts.append({"at": exhibit["received"], "act": "came in, as was stated", "by": None, "entry": None})
    acts.append(
        {
            "at": exhibit["recorded"],
            "act": "recorded by its hash, before it was opened",
            "by": exhibit["recorded_by"],
            "entry": exhibit["received_entry"],
        }
    )
    later = _failures(report, exhibit)
    if exhibit["examined_at"]:
        later.append(
            {
                "at": exhibit["examined_at"],
                "act": "examined",
                "by": exhibit["examined_by"],
                "entry": exhibit["examination_entry"],
            }
        )
    removed = exhibit["removed"]
    if removed:
        act = f"taken out of the case: {removed['reason']}"
        later.append({"at": removed["at"], "act": act, "by": removed["by"], "entry": removed["entry"]})
    acts += sorted(later, key=lambda one: math.inf if one["entry"] is None else one["entry"])
    acts.append({"at": report["made"], "act": "put into this bundle", "by": None, "entry": None})
    return acts


def _failures(report: Mapping[str, Any], exhibit: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the examinations in this case that failed; a fault that the log has no entry of stands without one."""
    failed = [
        {
            "at": one["at"],
            "act": f"could not be examined: {one['code']}",
            "by": one["by"],
            "entry": one["entry"],
        }
        for one in report["examination_list"]
        if one["outcome"] is None
        and one["case"] == report["case"]["label"]
        and exhibit["label"] in one["exhibits"]
    ]
    if exhibit["fault"] and not failed:
        act = f"could not be examined: {exhibit['fault']}"
        failed.append({"at": "", "act": act, "by": None, "entry": None})
    return failed
