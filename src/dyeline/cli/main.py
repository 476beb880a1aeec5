"""``dyeline``: all commands, and the one place where errors become messages and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dyeline import __version__
from dyeline.cli import (
    access,
    briefing,
    case,
    circulation,
    custodian,
    delivery,
    demo,
    doctor,
    document,
    exposure,
    facts,
    forecast,
    init,
    issue,
    log,
    notice,
    purge,
    quorum,
    recipient,
    report,
    role,
    shortfall,
    trace,
    unseal,
)
from dyeline.cli.shell import Shell, be_lenient_about_encodings, shell_of
from dyeline.errors import DyelineError
from dyeline.sandbox.unsafe import UNSAFE_NAME

# Plain help: drawing boxes would import Rich and double the time of --help.
app = typer.Typer(
    name="dyeline",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"dyeline {__version__}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Workspace to use; else DYELINE_WORKSPACE, else the nearest one from here upwards.",
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    unsafe_no_sandbox: Annotated[
        bool,
        typer.Option(
            "--unsafe-no-sandbox",
            help="Read files without protection against hostile ones, and put that on record.",
        ),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Issue individually marked copies of a document, and trace leaked text back to its copy."""
    shell = shell_of(context)
    shell.workspace_option, shell.debug = workspace, debug
    if unsafe_no_sandbox:
        os.environ[UNSAFE_NAME] = "1"  # for the processes that this one starts as well


app.command("init", epilog=init.EXAMPLE)(init.init)
app.add_typer(recipient.commands, name="recipient")
app.add_typer(document.commands, name="document")
app.command("forecast", epilog=forecast.EXAMPLE)(forecast.forecast)
app.command("issue", epilog=issue.EXAMPLE)(issue.issue)
app.add_typer(delivery.commands, name="delivery")
app.command("trace", epilog=trace.EXAMPLE)(trace.trace)
app.add_typer(facts.commands, name="fact")
app.command("facts", epilog=facts.EXAMPLE)(facts.facts)
app.add_typer(case.commands, name="case")
app.command("report", epilog=report.EXAMPLE)(report.report)
app.command("exculpate", epilog=report.EXCULPATE_EXAMPLE)(report.exculpate)
app.add_typer(briefing.commands, name="briefing")
app.command("access", epilog=access.EXAMPLE)(access.access)
app.command("exposure", epilog=exposure.EXAMPLE)(exposure.exposure)
app.command("shortfall", epilog=shortfall.EXAMPLE)(shortfall.shortfall)
app.add_typer(log.commands, name="log")
app.add_typer(quorum.commands, name="quorum")
app.add_typer(custodian.commands, name="custodian")
app.add_typer(unseal.commands, name="unseal")
app.add_typer(role.commands, name="role")
app.add_typer(circulation.commands, name="circulation")
app.add_typer(notice.commands, name="notice")
app.command("purge", epilog=purge.EXAMPLE)(purge.purge)
app.command("doctor", epilog=doctor.EXAMPLE)(doctor.doctor)
app.command("demo", epilog=demo.EXAMPLE)(demo.demo)


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 for any result, else the status of the error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    shell = Shell(as_json="--json" in given)  # known before a command is, for one that does not exist
    be_lenient_about_encodings()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only wait for each other
    try:
        done = app(
            args=given,
            obj=shell,
            prog_name="dyeline",
            standalone_mode=False,
        )
        status = done if isinstance(done, int) else 0  # what typer.Exit was raised with
    except DyelineError as fault:
        status = shell.report(fault)
    except KeyboardInterrupt:
        status = 130
    except Exception as fault:
        status = (
            shell.report_usage(fault) if hasattr(fault, "format_message") else shell.report_unexpected(fault)
        )
    sys.exit(status)
