"""``dyeline purge``: delete by policy what is not needed any more."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from dyeline.cli.shell import Json, shell_of

EXAMPLE = "Example: dyeline purge --policy identities --older-than 365"

_SHOWN = 20  # labels that are printed; --json has them all


def purge(
    context: typer.Context,
    policy: Annotated[str, typer.Option(metavar="NAME", help="readings, identities or briefings.")],
    older_than: Annotated[int, typer.Option(metavar="DAYS", help="How old things are that go.")] = 365,
    apply: Annotated[bool, typer.Option("--apply", help="Delete; otherwise it is only listed.")] = False,
    as_json: Json = False,
) -> None:
    """Delete what is not needed any more. Without --apply it only says what that would be.

    readings: what was read in the exhibits of cases closed so long ago; identities: of recipients all of
    whose copies were issued so long ago, both by the log; briefings: that ended so long ago. The log, findings
    and commitments stay; without readings no finding can be computed anew, and no exculpate be made.
    """
    from dyeline.app.purge import purge as purge_by

    shell = shell_of(context)
    report = purge_by(shell.workspace(), policy, days=older_than, apply=apply)
    few = ", ".join(report.labels[:_SHOWN]) + (" …" if report.count > _SHOWN else "")
    done = "were deleted" if report.applied else "would be deleted (nothing was; repeat with --apply)"
    text = f"{report.count:,} {report.policy} older than {report.older_than_days:,} days {done}."
    shell.show({**asdict(report), "labels": list(report.labels)}, f"{text}\n{few}" if few else text)
