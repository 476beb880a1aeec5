"""LibreOffice at work: a DOCX to a PDF, with a profile of its own that fetches and runs nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pikepdf

from dyeline.errors import RendererMissing, RenderingFailed
from dyeline.formats.pdf.pages import FAULTS, pdf_opened
from dyeline.formats.typeset.office_input import as_printed
from dyeline.sandbox.launch import confined

_SOCKETS: Final = Path("/tmp")  # noqa: S108 - where LibreOffice makes them, whatever it is told
TIME_LIMIT_S: Final = 180.0
_PROGRAMS: Final = ("soffice", "libreoffice")
_APPLICATION: Final = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
_FILTER: Final = (
    'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"true"},'
    '"ExportNotes":{"type":"boolean","value":"false"},'
    '"ReduceImageResolution":{"type":"boolean","value":"false"},'
    '"UseLosslessCompression":{"type":"boolean","value":"true"}}'
)
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),  # "discard": nobody answers
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def convert_docx(data: bytes) -> bytes:
    """Return a DOCX as LibreOffice prints it, tracked changes accepted and comments left out.

    Raises RendererMissing or RenderingFailed. Cost: 3 to 10 s, most of it the start of LibreOffice.
    """
    find_program()
    return finished(printed(as_printed(data)))


def printed(data: bytes) -> bytes:
    """Return what LibreOffice, confined, makes of a DOCX; its PDF has yet to be ``finished``.

    Raises RendererMissing, RenderingFailed or SandboxMissing.
    """
    program = find_program()
    with TemporaryDirectory(prefix="dyeline-") as folder:
        home = Path(folder)
        _write_settings(home / "profile" / "user")
        source = home / "document.docx"
        source.write_bytes(data)
        _run(program, source, home)
        if _socket(
            home
        ).exists():  # it starts anew once it has made its profile, and its first socket is in the way
            _socket(home).unlink(missing_ok=True)
            _run(program, source, home)
            _socket(home).unlink(missing_ok=True)
        made = home / "document.pdf"
        if not made.is_file():
            raise RenderingFailed(
                "LibreOffice made no PDF of the document.",
                fix="open the document in a word processor, export it as PDF and add that file.",
            )
        return made.read_bytes()


def find_program() -> str:
    """Return the path of LibreOffice. Raises RendererMissing."""
    for name in (*_PROGRAMS, str(_APPLICATION)):
        found = shutil.which(name)
        if found:
            return found
    raise RendererMissing(
        "LibreOffice, which makes a PDF of a DOCX, is not installed.",
        fix="install LibreOffice Writer (on Debian and Ubuntu: apt install libreoffice-writer-nogui) so that "
        "soffice is on the PATH; or export the document as PDF and add that file.",
    )


def _write_settings(user: Path) -> None:
    user.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        encoding="utf-8",
    )


def _run(program: str, source: Path, home: Path) -> None:
    environment = {
        key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
    }
    command = [
        program,
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        f"-env:OSL_SOCKET_PATH={home}",  # where it cannot make one in the usual folder
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        _FILTER,
        "--outdir",
        str(home),
        str(source),
    ]
    process = subprocess.Popen(
        confined(command, home, sockets=_SOCKETS),
        cwd=home,
        env={**environment, "HOME": str(home), "TMPDIR": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # it starts others: all are ended together
    )
    try:
        process.wait(TIME_LIMIT_S)
    except subprocess.TimeoutExpired as fault:
        raise RenderingFailed(
            f"LibreOffice did not finish within {TIME_LIMIT_S:.0f} s.",
            fix="open the document in a word processor, export it as PDF and add that file.",
            seconds=TIME_LIMIT_S,
        ) from fault
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _socket(home: Path) -> Path:
    """Return where LibreOffice makes the socket of its profile: named by the hash of its address, oddly written."""
    profile = (home / "profile").as_uri().encode("utf-16-le")
    name = "".join(f"{byte:x}" for byte in hashlib.md5(profile, usedforsecurity=False).digest())
    return _SOCKETS / f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{name}"


def finished(data: bytes) -> bytes:
    """Return a PDF without what differs from run to run: times and random numbers."""
    try:
        with pdf_opened(data) as pdf:
            if "/Info" in pdf.trailer:
                for key in ("/CreationDate", "/ModDate", "/DocChecksum"):
                    if key in pdf.trailer.Info:
                        del pdf.trailer.Info[key]
            for key in ("/DocChecksum", "/ID"):
                if key in pdf.trailer:
                    del pdf.trailer[key]
            if "/Metadata" in pdf.Root:
                del pdf.Root["/Metadata"]
            file = BytesIO()
            pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    except FAULTS as fault:
        raise RenderingFailed(
            "LibreOffice made a PDF that cannot be read.",
            fix="open the document in a word processor, export it as PDF and add that file.",
        ) from fault
    return file.getvalue()
