"""docs/reference/cli.md: every command, found by walking the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from tools.reference.markdown import plain, table

INTRO = """\
# Commands

Every command takes `--help`. With `--json` it prints one JSON object on standard output and nothing else
there; progress and messages go to standard error. Errors and exit statuses are in [errors](errors.md),
settings and environment variables in [settings](settings.md).
"""


EXAMPLE = "Example: "


def program() -> Any:
    """Return the root command."""
    from dyeline.cli.main import app

    return app if hasattr(app, "make_context") else get_command(app)


def contexts() -> Iterator[Any]:
    """Yield a context for every command and group, the program itself first."""
    root = program()
    yield from _walk(root, "dyeline", None)


def _walk(command: Any, name: str, parent: Any) -> Iterator[Any]:
    context = command.context_class(command, info_name=name, parent=parent, resilient_parsing=True)
    yield context
    if hasattr(command, "list_commands"):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield from _walk(found, child, context)


def page() -> str:
    """Return the page."""
    found = list(contexts())
    leaves = [context for context in found[1:] if not hasattr(context.command, "list_commands")]
    overview = table(
        ("command", "what it does"),
        ((f"[`{context.command_path}`](#{_anchor(context)})", _first_line(context)) for context in leaves),
    )
    return "\n\n".join([INTRO + "\n" + overview, *(_section(context) for context in found)])


def _section(context: Any) -> str:
    command = context.command
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts = [f"## `{context.command_path}`", f"```text\n{usage}\n```"]
    text = _help_text(command)
    if text:
        parts.append(text)
    made = [_row(parameter, context) for parameter in command.get_params(context)]
    rows = [row for row in made if row is not None and row[0] != "`--help`"]
    if rows:
        parts.append(table(("argument or option", "meaning"), rows))
    return "\n\n".join(parts)


def _help_text(command: Any) -> str:
    """Return the help as Markdown: a paragraph marked with a backspace keeps its lines, as in a terminal."""
    text = "\n\n".join(part for part in (command.help, getattr(command, "epilog", None)) if part)
    paragraphs = []
    for part in text.replace("\r", "").split("\n\n"):
        if part.startswith("\b"):
            paragraphs.append("```text\n" + part.removeprefix("\b").strip("\n") + "\n```")
        elif part.strip():
            text = " ".join(part.replace("\f", "").split())
            example = text.removeprefix(EXAMPLE)
            paragraphs.append(plain(text) if text == example else f"{EXAMPLE}`{example}`")
    return "\n\n".join(paragraphs)


def _row(parameter: Any, context: Any) -> tuple[str, str] | None:
    if getattr(parameter, "hidden", False):
        return None
    record = parameter.get_help_record(context)
    if record is None:
        return f"`{parameter.make_metavar(context)}`", plain(getattr(parameter, "help", None) or "")
    return f"`{record[0].strip()}`", plain(record[1])


def _first_line(context: Any) -> str:
    return plain((context.command.help or "").replace("\b", "").strip().split("\n\n")[0])


def _anchor(context: Any) -> str:
    return str(context.command_path).replace(" ", "-")
