"""``dyeline report`` and ``dyeline exculpate``: bundles that somebody else can check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dyeline.cli.shell import Json, shell_of
from dyeline.cli.tables import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from dyeline.app.report import ReportMade

EXAMPLE = 'Example: dyeline report "Spring plan" --out spring.zip'
EXCULPATE_EXAMPLE = 'Example: dyeline exculpate "Spring plan" C-0007 --out statement.zip'

Case = Annotated[str, typer.Argument(metavar="CASE", help="Name of the case.")]
Out = Annotated[
    Path, typer.Option(metavar="DIR|FILE.zip", help="New folder or zip file to write the bundle to.")
]


def report(
    context: typer.Context,
    case: Case,
    out: Out,
    exhibit: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="An exhibit that was added before its bytes were kept; may be repeated."
        ),
    ] = None,
    exculpate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="C-NNNN", help="State as well that the exhibits speak against this copy; may be repeated."
        ),
    ] = None,
    whole_log: Annotated[
        bool | None,
        typer.Option(
            "--whole-log/--without-log",
            help="Enclose every entry of the log, so that examinations can be counted; else if it is not too large.",
        ),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(metavar="CERT.p12", help="Sign report.pdf (PAdES) with this certificate and key."),
    ] = None,
    sign_password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File that holds the password of the certificate.")
    ] = None,
    timestamp: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Have this RFC 3161 authority stamp the seal, and the signature if there is one.",
        ),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.pem", help="Its certificates, the root among them; needed with --timestamp."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a report on a case with everything that somebody who does not trust you needs to check it.

    The bundle opens the codewords of the copies that findings name or rest on, and of no other. It speaks of copies
    and sealed labels; but an exhibit with a notice line shows the name in it, and what you typed is printed as it is.
    """
    from dyeline.app.report import ReportOptions, make_report

    shell = shell_of(context)
    options = ReportOptions(
        exculpate=tuple(label.strip().upper() for label in exculpate or ()),
        exhibits=tuple(exhibit or ()),
        whole_log=whole_log,
        sign=_signer(sign, sign_password_file, timestamp),
        timestamp_url=timestamp,
        authority=_authority(timestamp, authority),
    )
    made = make_report(shell.workspace(), case, out, options)
    shell.show(_result(made), _text(made))


def exculpate(
    context: typer.Context,
    case: Case,
    copy: Annotated[str, typer.Argument(metavar="C-NNNN", help="The copy.")],
    out: Out,
    as_json: Json = False,
) -> None:
    """State that the exhibits of a case speak against a copy, with the likelihood ratio, as a bundle of its own.

    It opens the codeword of that copy alone and says nothing about others.
    """
    from dyeline.app.report import ReportOptions, make_report

    shell = shell_of(context)
    # the whole log names other copies, where one was unsealed
    options = ReportOptions(exculpate=(copy.strip().upper(),), subject="exculpation", whole_log=False)
    made = make_report(shell.workspace(), case, out, options)
    shell.show(_result(made), _text(made))


def _signer(
    certificate: Path | None, password: Path | None, url: str | None
) -> Callable[[bytes], bytes] | None:
    if certificate is None:
        return None
    from dyeline.app.signing import pdf_signer

    return pdf_signer(certificate, password, timestamp_url=url)


def _authority(url: str | None, path: Path | None) -> bytes:
    """Return the certificates of the authority: without them nobody could check a stamp in the bundle."""
    from dyeline.app.registration import read_document_file
    from dyeline.errors import BadInput

    if url is None:
        return b""
    if path is None:
        raise BadInput(
            "Whoever checks a time-stamp needs the certificates of its authority.",
            fix="give them with --authority FILE.pem.",
        )
    return read_document_file(path)


def _result(made: ReportMade) -> dict[str, object]:
    return {
        "case": made.report["case"]["label"],
        "path": str(made.path),
        "manifest_sha256": made.manifest_sha256,
        "log_entry": made.entry,
        "files": made.files,
        "bytes": made.bytes,
        "found": made.report["found"],
        "exculpations": [one["sentence"] for one in made.report["exculpations"]],
        "limits": made.report["limits"],
        "notices": list(made.notices),
    }


def _text(made: ReportMade) -> str:
    lines = [plain(sentence) for sentence in made.report["found"]]
    lines += [plain(one["sentence"]) for one in made.report["exculpations"]]
    lines.append(f"Wrote {made.files} files, {made.bytes:,} bytes, to {plain(str(made.path))}.")
    lines.append(f"Log entry {made.entry} holds the hash of the manifest, {made.manifest_sha256}.")
    lines += [f"Warning: {notice}" for notice in made.notices]
    lines.append(f"Check it with: dyeline-verify {plain(str(made.path))}")
    return "\n".join(lines)
