"""docs/reference/finding-schema.md: the JSON schemas that ship with the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dyeline
from tools.reference.markdown import table

INTRO = """\
# JSON schemas

These schemas ship inside the package (`dyeline/model`), one for each command. What the fields of a finding mean is
said at length in [finding](finding.md). Fields are added in later versions, never renamed: ignore what you do not know.
"""


def schema_files() -> list[Path]:
    """Return the schema files of the package, by name."""
    return sorted(Path(dyeline.__file__).parent.rglob("*.schema.json"), key=lambda path: path.name)


def page() -> str:
    """Return the page."""
    return "\n\n".join([INTRO.strip(), *(_section(path) for path in schema_files())])


def _section(path: Path) -> str:
    schema = json.loads(path.read_text(encoding="utf-8"))
    rows = list(_rows(schema, schema, ""))
    return "\n\n".join(
        [
            f"## `{path.name}`",
            schema.get("description", ""),
            table(("field", "type", "meaning"), rows),
        ]
    )


def _rows(schema: dict[str, Any], root: dict[str, Any], prefix: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for name, raw in schema.get("properties", {}).items():
        part = _resolved(raw, root)
        path = f"{prefix}{name}"
        optional = "" if name in schema.get("required", []) else " (may be absent)"
        meaning = raw.get("description") or part.get("description", "")
        rows.append((f"`{path}`", _type(part, root) + optional, meaning))
        rows += _inside(part, root, path)
    return rows


def _inside(part: dict[str, Any], root: dict[str, Any], path: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for choice in [part, *_choices(part, root)]:
        rows += _rows(choice, root, f"{path}.")
        if isinstance(choice.get("items"), dict):
            rows += _rows(_resolved(choice["items"], root), root, f"{path}[].")
        if isinstance(choice.get("additionalProperties"), dict):
            rows += _rows(_resolved(choice["additionalProperties"], root), root, f"{path}.*.")
    return rows


def _choices(part: dict[str, Any], root: dict[str, Any]) -> list[dict[str, Any]]:
    return [_resolved(item, root) for key in ("oneOf", "anyOf") for item in part.get(key, [])]


def _type(part: dict[str, Any], root: dict[str, Any]) -> str:
    if "enum" in part:
        return " or ".join(f"`{json.dumps(value)}`" for value in part["enum"])
    if "const" in part:
        return f"`{json.dumps(part['const'])}`"
    kinds = part.get("type")
    if kinds is None:
        return " or ".join(dict.fromkeys(_type(choice, root) for choice in _choices(part, root))) or "any"
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _resolved(part: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return part
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
