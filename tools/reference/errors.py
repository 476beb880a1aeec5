"""docs/reference/errors.md: every error code with its meaning and exit status."""

from __future__ import annotations

from dyeline import errors
from tools.reference.markdown import doc, plain, table

INTRO = """\
# Errors

Every error that Dyeline raises on purpose has a stable code, an exit status, and a message of the form
*what is wrong, with figures. Fix: what you can do.* Messages never contain text of a document. With `--json`
the error is one object on standard output, `{"error": {"code", "problem", "fix", "facts"}}`; the exit status
is the same. A command that is called wrongly (an unknown option, a missing argument) exits with 2.

"Insufficient evidence" and "not one of our documents" are findings, not errors: they exit with 0.
"""


def error_classes() -> list[type[errors.DyelineError]]:
    """Return the base class and every error class of errors.py, by exit status and code."""
    found = [
        item
        for item in vars(errors).values()
        if isinstance(item, type) and issubclass(item, errors.DyelineError)
    ]
    return sorted(found, key=lambda item: (item.exit_status, item.code))


def page() -> str:
    """Return the page."""
    classes = error_classes()
    rows = [(str(item.exit_status), f"[`{item.code}`](#{_anchor(item)})") for item in classes]
    return "\n\n".join(
        [INTRO + "\n" + table(("exit status", "code"), rows), *(_section(item) for item in classes)]
    )


def _section(item: type[errors.DyelineError]) -> str:
    return f"## `{item.code}`\n\n*Exit status {item.exit_status}.* {plain(doc(item))}"


def _anchor(item: type[errors.DyelineError]) -> str:
    return item.code.replace(".", "")
