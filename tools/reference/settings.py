"""docs/reference/settings.md: dyeline.toml and the environment variables."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import dyeline
from dyeline.app import settings
from tools.reference.markdown import table

INTRO = f"""\
# Settings

A workspace is a folder made by `dyeline init`. Its settings are in `{settings.FILE_NAME}`, which people edit;
the options of a command win over them. An unknown setting or a value out of range is an error
([`workspace.unusable`](errors.md#workspaceunusable)), never ignored.
"""

ENVIRONMENT = {
    "DYELINE_ACTOR": "Who acts, where several people share one account of the operating system; else the name of "
    "that account. The log knows the person by a label (A-1) alone.",
    "DYELINE_ROSTER_KEY": "File of the roster key, where it is kept outside of the workspace: whoever imports people "
    "or issues needs it, once names are sealed (`dyeline quorum set 2 --roster-key FILE`).",
    "DYELINE_UNSAFE_NO_SANDBOX": "1 reads files without a [sandbox](../explanation/sandbox.md), as the option "
    "`--unsafe-no-sandbox` does; findings and the log say so. Only for files of your own.",
    "DYELINE_WORKSPACE": "The workspace folder to use. `--workspace DIR` wins over it; without both, the "
    "nearest folder upwards that holds a settings file is used.",
}


def settings_in_template() -> dict[str, tuple[object, str]]:
    """Return (default, meaning) by dotted name, from the file that ``init`` writes and its comments."""
    tree = tomllib.loads(settings.TEMPLATE)
    found: dict[str, tuple[object, str]] = {}
    section, comment = "", ""
    for line in settings.TEMPLATE.splitlines():
        if line.startswith("#"):
            comment += " " + line.lstrip("# ")
        elif head := re.fullmatch(r"\[(.+)\]", line):
            section, comment = head[1], ""
        elif "=" in line:
            name = line.split("=")[0].strip()
            value = tree[section][name] if section else tree[name]
            found[f"{section}.{name}" if section else name] = (value, comment.strip())
            comment = ""
        else:
            comment = ""
    return found


def environment_names() -> set[str]:
    """Return every environment variable of ours that the source mentions."""
    source = Path(dyeline.__file__).parent
    names: set[str] = set()
    for module in source.rglob("*.py"):
        names.update(re.findall(r"\bDYELINE_[A-Z_]+\b", module.read_text(encoding="utf-8")))
    return names


def page() -> str:
    """Return the page."""
    rows = [
        (f"`{name}`", f"`{_toml(value)}`", meaning)
        for name, (value, meaning) in settings_in_template().items()
    ]
    names = [(f"`{name}`", ENVIRONMENT.get(name, "")) for name in sorted(environment_names())]
    return "\n\n".join(
        [
            INTRO.strip(),
            table(("setting", "default", "meaning"), rows),
            f"## `{settings.FILE_NAME}` as `init` writes it",
            f"```toml\n{settings.TEMPLATE.strip()}\n```",
            "## Environment variables",
            table(("variable", "meaning"), names),
        ]
    )


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
