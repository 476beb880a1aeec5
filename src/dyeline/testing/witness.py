"""A witness of logs on this machine (C2SP tlog-witness), to try cosigning with: standard library, no configuration.

For tests and first steps. A witness run by the same person as the log proves nothing to anybody.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyeline.evidence.merkle import continues
from dyeline.evidence.note import (
    COSIGNATURE,
    BadNote,
    Signer,
    Verifier,
    open_note,
    parse_checkpoint,
    sign,
    unchecked_text,
)
from dyeline.evidence.witness import SIZE_TYPE, parse_add_checkpoint

MOST_BYTES: Final = 100_000
_TABLE = "CREATE TABLE IF NOT EXISTS signed(origin TEXT PRIMARY KEY, size INTEGER, root BLOB) STRICT"


class Witness:
    """Signs checkpoints of the logs that it knows, each only if it continues what it signed before.

    State and signature are one step: the new size is stored, under a lock of the database, before it is answered.
    """

    def __init__(self, state: Path, signer: Signer, logs: Mapping[str, Verifier]) -> None:
        if signer.kind != COSIGNATURE:
            raise ValueError("a witness signs with a key for cosignatures")
        self._signer, self._logs = signer, dict(logs)
        self._state = sqlite3.connect(state, isolation_level=None, check_same_thread=False)
        self._state.execute("PRAGMA synchronous = FULL")
        self._state.execute(_TABLE)

    def close(self) -> None:
        """Close the state."""
        self._state.close()

    def add_checkpoint(self, body: bytes) -> tuple[int, str, str]:
        """Return status, content type and text of the answer to a request."""
        try:
            request = parse_add_checkpoint(body.decode())
            checkpoint = parse_checkpoint(unchecked_text(request.note))
        except (UnicodeDecodeError, BadNote):
            return 400, "text/plain", "not a request\n"
        if checkpoint.origin not in self._logs:
            return 404, "text/plain", "unknown log\n"
        try:
            text, _ = open_note(request.note, [self._logs[checkpoint.origin]])
        except BadNote:
            return 403, "text/plain", "not signed by the log\n"
        if request.old > checkpoint.size:
            return 400, "text/plain", "the old size is above the new one\n"
        self._state.execute("BEGIN IMMEDIATE")
        try:
            row = self._state.execute(
                "SELECT size, root FROM signed WHERE origin = ?", (checkpoint.origin,)
            ).fetchone()
            size, root = row or (0, b"")
            known = SIZE_TYPE, f"{size}\n"
            if request.old != size or (size == checkpoint.size and row and root != checkpoint.root):
                return 409, *known
            if size and not continues(size, root, checkpoint.size, checkpoint.root, request.hashes):
                return 422, "text/plain", "the proof does not hold\n"
            if not size and request.hashes:
                return 422, "text/plain", "a first checkpoint has no proof\n"
            self._state.execute(
                "INSERT OR REPLACE INTO signed VALUES(?, ?, ?)",
                (checkpoint.origin, checkpoint.size, checkpoint.root),
            )
        finally:
            self._state.execute("COMMIT")
        return 200, "text/plain; charset=utf-8", sign(text, self._signer, time_s=int(time.time()))


def new_signer(name: str) -> Signer:
    """Return a fresh key for a witness of that name."""
    return Signer(name, COSIGNATURE, Ed25519PrivateKey.generate())


@contextmanager
def serving(witness: Witness) -> Iterator[str]:
    """Serve a witness on this machine and give its address."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/add-checkpoint" or length > MOST_BYTES:
                self.send_error(404 if length <= MOST_BYTES else 413)
                return
            status, content_type, text = witness.add_checkpoint(self.rfile.read(length))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
