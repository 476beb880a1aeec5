"""The settings of a workspace: a commented TOML file that people edit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dyeline.errors import BadWorkspace, NoWorkspace
from dyeline.sandbox.limits import Limits

FILE_NAME = "dyeline.toml"
MOST_OF_A_LIMIT = 1_000_000
FORMAT = 1  # of the folder as a whole; the database counts its own schema

TEMPLATE = f"""\
# Settings of this Dyeline workspace. Options of a command win over them.

# Layout of this folder. Dyeline reads it; do not change it by hand.
format = {FORMAT}

[issue]
# Add the visible line that names the recipient and says that the copy is individually marked.
notice = true

[trace]
# Highest accepted chance that a finding names any copy which is not the source.
bound = 0.001

[limits]
# MB that an archive (DOCX) may hold when it is unpacked.
expanded_mb = 200
# How many times its own size an archive may hold.
ratio = 200
# Files inside of files: a message in a message, what is attached to it.
depth = 3
# Files in an archive.
members = 10000
# Of one picture, in million pixels.
page_megapixels = 50
# Of a PDF.
pages = 10000
# Memory of the process that reads a file; 2,000 MB more for an exhibit's pictures.
memory_mb = 1000
# Processor time to read a small file; more is allowed for larger ones.
seconds = 60
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``dyeline.toml`` says, checked."""

    issue_notice: bool = True
    trace_bound: float = 1e-3
    limits: Limits = field(default_factory=Limits)


def read_settings(folder: Path) -> Settings:
    """Return the settings of the workspace in ``folder``.

    Raises NoWorkspace where there is no settings file, BadWorkspace where it cannot be used
    (not TOML, a setting that does not exist, a value out of range, a newer layout).
    """
    path = folder / FILE_NAME
    try:
        tree = tomllib.loads(path.read_text("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise NoWorkspace(
            f"{folder} is not a workspace: it holds no {FILE_NAME}.",
            fix=f"run: dyeline init '{folder}', or name another folder.",
            path=str(folder),
        ) from fault
    except OSError as fault:
        raise BadWorkspace(
            f"{path} cannot be read: {(fault.strerror or '').lower()}.",
            fix="run the command as the user who owns the workspace.",
            path=str(path),
        ) from fault
    except ValueError as fault:  # broken TOML or not UTF-8
        raise _wrong(path, f"is not valid TOML ({fault})") from fault
    return _checked(path, tree)


def _checked(path: Path, tree: dict[str, Any]) -> Settings:
    layout = tree.pop("format", None)
    if not isinstance(layout, int) or layout < 1:
        raise _wrong(path, "has no format number")
    if layout > FORMAT:
        raise BadWorkspace(
            f"{path.parent} has the layout {layout}, made by a newer Dyeline; this one knows {FORMAT}.",
            fix="upgrade Dyeline, then repeat the command.",
            format=layout,
            known=FORMAT,
        )
    known = {"issue": {"notice"}, "trace": {"bound"}, "limits": {one.name for one in fields(Limits)}}
    for section, values in tree.items():
        names = set(values) if isinstance(values, dict) else {""}
        unknown = sorted(names - known.get(section, set()))
        if unknown:
            raise _wrong(path, f"has a setting that does not exist: {section}.{unknown[0]}".rstrip("."))
    defaults = Settings()
    notice = tree.get("issue", {}).get("notice", defaults.issue_notice)
    bound = tree.get("trace", {}).get("bound", defaults.trace_bound)
    if not isinstance(notice, bool):
        raise _wrong(path, "has an issue.notice that is neither true nor false")
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not 0.0 < bound <= 0.5:
        raise _wrong(path, "has a trace.bound that is not a number above 0 and at most 0.5")
    return Settings(
        issue_notice=notice, trace_bound=float(bound), limits=_limits(path, tree.get("limits", {}))
    )


def _limits(path: Path, given: dict[str, Any]) -> Limits:
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_OF_A_LIMIT:
            raise _wrong(
                path, f"has a limits.{name} that is not a whole number from 1 to {MOST_OF_A_LIMIT:,}"
            )
    return Limits(**given)


def _wrong(path: Path, how: str) -> BadWorkspace:
    return BadWorkspace(f"{path} {how}.", fix="correct that line, or remove it.", path=str(path))
