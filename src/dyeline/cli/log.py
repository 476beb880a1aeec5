"""``dyeline log``: what was done in this workspace, as a log that cannot be changed unnoticed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dyeline.cli import witness
from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import table

if TYPE_CHECKING:
    from dyeline.app.log_audit import LogReport
    from dyeline.app.timestamps import CheckedStamp

commands = typer.Typer(
    no_args_is_help=True, help="Verify, prove and publish the log of what was done in this workspace."
)
commands.add_typer(witness.commands, name="witness")


@commands.command("verify", epilog="Example: dyeline log verify --json")
def verify(context: typer.Context, as_json: Json = False) -> None:
    """Compute all hashes of the log anew and compare it with its checkpoints and with every row of the database.

    Exits with 5 where anything does not fit, and says which row.
    """
    from dyeline.app.log_audit import verify_log
    from dyeline.errors import LogDisagrees

    shell = shell_of(context)
    report = verify_log(shell.workspace())
    if not report.sound:
        rows = [
            {"row": misfit.row, "entry": misfit.entry, "why": misfit.why} for misfit in report.misfits[:20]
        ]
        named = "; ".join(f"{one['row']}: {one['why']}" for one in rows[:5])
        raise LogDisagrees(
            f"{report.misfit_count} of {report.rows} rows and stamps are not borne out by the log: {named}.",
            fix="keep the workspace as evidence; whoever changed the database or the stamps did not change the log.",
            misfits=rows,
        )
    shell.show(_report(report), _report_text(report))


@commands.command("checkpoint", epilog="Example: dyeline log checkpoint --cosign --out checkpoint.txt")
def checkpoint(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there, too.")] = None,
    cosign: Annotated[
        bool, typer.Option("--cosign", help="Have the witnesses on record sign it, and keep it.")
    ] = False,
    timestamp: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Have an RFC 3161 time-stamp authority stamp it, and keep both."),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pem", help="Certificates of that authority: root, and those between."),
    ] = None,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help="Begin a new record of the last checkpoint where log/checkpoint.sqlite3 is lost."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the signed checkpoint over the whole log. Whoever keeps it will notice if an entry is ever changed."""
    from dyeline.app.journal import require_whole
    from dyeline.app.registration import read_document_file
    from dyeline.store.files import write_durably

    shell = shell_of(context)
    workspace = shell.workspace()
    require_whole(workspace)
    certificates = read_document_file(authority) if authority is not None else b""
    if renew:
        workspace.log.renew_checkpoint()
    result: dict[str, Any] = {}
    lines = []
    note = None
    if cosign:
        from dyeline.app.witnesses import cosign as ask

        cosigned = ask(workspace)
        note = cosigned.note
        result |= {"witnesses": list(cosigned.signed), "refused": cosigned.refused, "kept": cosigned.name}
        lines = [f"Signed by {', '.join(cosigned.signed)}; kept as {cosigned.name}."]
        lines += [f"Not signed by {name}: {why}." for name, why in cosigned.refused.items()]
    if timestamp is not None:
        from dyeline.app.timestamps import stamp_checkpoint

        stamped = stamp_checkpoint(workspace, timestamp, authority=certificates, note=note)
        note = stamped.note
        result |= {"stamp": _stamp(stamped.stamp), "kept": stamped.name}
        lines.append(f"Stamped at {stamped.stamp.at}, {_state(stamped.stamp)}; kept as {stamped.name}.")
    note = note or workspace.log.checkpoint()
    if out is not None:
        write_durably(out, note.encode(), mode=0o644)
        lines.append(f"Written to {out}.")
    shell.show({"checkpoint": note, **result}, "\n".join([note.rstrip("\n"), *lines]))


@commands.command("prove", epilog="Example: dyeline log prove 17 --out copy-17.tlog-proof")
def prove(
    context: typer.Context,
    entry: Annotated[
        int, typer.Argument(metavar="ENTRY", min=0, help="Number of the entry, counted from 0.")
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="Where the proof goes; the entry goes to FILE.entry."),
    ],
    as_json: Json = False,
) -> None:
    """Write a file that proves, without a network, that an entry stands in the log (C2SP tlog-proof)."""
    from dyeline.app.log_view import prove_entry
    from dyeline.store.files import write_durably

    shell = shell_of(context)
    proof = prove_entry(shell.workspace(), entry)
    beside = out.with_name(f"{out.name}.entry")
    write_durably(out, proof.proof.encode(), mode=0o644)
    write_durably(beside, proof.entry, mode=0o644)
    result = {"entry": entry, "proof": str(out), "file": str(beside), "size": proof.size}
    text = (
        f"Entry {entry} stands in the log of {proof.size} entries, signed by the log and {proof.witnesses} witnesses.\n"
        f"Proof: {out}. The entry itself: {beside}."
    )
    shell.show({**result, "witnesses": proof.witnesses}, text)


@commands.command("show", epilog="Example: dyeline log show --kind copy.issued --last 5")
def show(
    context: typer.Context,
    last: Annotated[int, typer.Option(metavar="N", min=1, help="How many of the newest.")] = 20,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Entries of this kind only: copy.issued, examination …")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show entries of the log: labels, numbers and hashes; names and texts never stand in it."""
    from dyeline.app.log_view import show_entries

    shell = shell_of(context)
    found = show_entries(shell.workspace(), last=last, kind=kind)
    rows = [
        (one.number, one.entry.at, f"{one.entry.actor} {one.entry.role}", one.entry.kind, _short(one.entry.facts))
        for one in found
    ]  # fmt: skip
    text = table(("entry", "at", "by", "kind", ""), rows) if rows else "The log holds no such entry."
    shell.show({"entries": [one.to_dict() for one in found]}, text)


@commands.command("export", epilog="Example: dyeline log export public/ --cosign")
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder; what is new is added to it.")],
    cosign: Annotated[
        bool, typer.Option("--cosign", help="Have the witnesses on record sign its checkpoint first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the log as static files that anybody can serve and check (C2SP tlog-tiles), with the trust policy."""
    from dyeline.app.log_export import export_log

    shell = shell_of(context)
    report = export_log(shell.workspace(), folder.absolute(), cosigned=cosign)
    result = {
        "folder": str(report.folder), "size": report.size, "new": report.new, "files": report.files,
        "log": report.log_entry,
    }  # fmt: skip
    text = (
        f"{report.folder} holds {report.size:,} entries, {report.new:,} of them new.\n"
        f"Recorded as entry {report.log_entry}."
    )
    shell.show(result, text)


@commands.command("key", epilog="Example: dyeline log key")
def key(context: typer.Context, as_json: Json = False) -> None:
    """Print the line that checks the log's signatures. Publish it, or send it to somebody, before you need it."""
    from dyeline.app.journal import log_verifier

    shell = shell_of(context)
    line = str(log_verifier(shell.workspace()))
    shell.show({"key": line}, line)


def _short(facts: dict[str, Any]) -> str:
    """Return the facts of an entry in one line, without what only programs read."""
    told = []
    for name, value in facts.items():
        if isinstance(value, dict | list):
            continue
        shown = str(value)
        told.append(f"{name} {shown[:12]}…" if len(shown) == 64 else f"{name} {shown}")
    return ", ".join(told)


def _report(report: LogReport) -> dict[str, Any]:
    return {
        "size": report.size,
        "root": report.root,
        "kinds": report.kinds,
        "rows": report.rows,
        "misfits": [],
        "without_row": report.without_row,
        "clock_backwards": report.backwards,
        "sealed": list(report.sealed),
        "checkpoints": [
            {
                "name": one.name,
                "size": one.size,
                "witnesses": list(one.witnesses),
                "stamps": [_stamp(stamp) for stamp in one.stamps],
            }
            for one in report.checkpoints
        ],
    }


def _report_text(report: LogReport) -> str:
    lines = [
        f"The log holds {report.size:,} entries; all hashes were computed anew and fit.",
        f"Root: {report.root}",
        f"{report.rows:,} rows of the database were compared with their entries; all agree.",
    ]
    if report.sealed:
        lines.append(
            f"Not compared, as only custodians have the secret: whose copies those of {', '.join(report.sealed)} are. "
            "See: dyeline circulation open --help"
        )
    if report.without_row:
        counts = ", ".join(f"{count} {kind}" for kind, count in report.without_row.items())
        lines.append(f"Entries without a row (a command was interrupted, or a row was deleted): {counts}.")
    if report.backwards:
        lines.append(f"The clock went back {report.backwards} times; the order of entries is what counts.")
    for one in report.checkpoints:
        by = f"witnesses {', '.join(one.witnesses)}" if one.witnesses else "the log alone"
        lines.append(f"Kept checkpoint over {one.size:,} entries, signed by {by}.")
        lines += [f"  stamp {stamp.at or stamp.name}: {_state(stamp)}" for stamp in one.stamps]
    if not any(one.witnesses or one.stamps for one in report.checkpoints):
        lines.append(
            "Nobody else has signed or stamped this log: its order is as good as the word of whoever keeps it. "
            "See: dyeline log checkpoint --help"
        )
    return "\n".join(lines)


def _stamp(stamp: CheckedStamp) -> dict[str, str]:
    return {"name": stamp.name, "at": stamp.at, "state": stamp.state, "why": stamp.why}


def _state(stamp: CheckedStamp) -> str:
    return f"{stamp.state} ({stamp.why})" if stamp.why else stamp.state
