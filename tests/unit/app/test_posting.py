"""What is sent goes to the server that was named and to no other, and nothing that it says is a crash."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from dyeline.app.posting import MOST_BYTES, NoAnswer, checked_url, post
from dyeline.errors import BadInput


@contextmanager
def server(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    door = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=door.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{door.server_port}"
    finally:
        door.shutdown()
        door.server_close()
        thread.join()


def told(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(door: BaseHTTPRequestHandler) -> None:
        door.send_response(status)
        for name, value in headers.items():
            door.send_header(name.replace("_", "-"), value)
        door.send_header("Content-Length", str(len(body)))
        door.end_headers()
        door.wfile.write(body)

    return answer


@pytest.mark.parametrize("status", [200, 404, 409, 500])
def test_every_status_is_an_answer(status: int) -> None:
    with server(told(status, b"said", Content_Type="text/x")) as url:
        answer = post(url, b"asked", "text/plain")
    assert (answer.status, answer.content_type, answer.body) == (status, "text/x", b"said")


def test_a_redirection_is_not_followed() -> None:
    asked = []
    with (
        server(lambda door: asked.append(door.path)) as other,
        server(told(307, b"", Location=f"{other}/elsewhere")) as url,
    ):
        assert post(url, b"asked", "text/plain").status == 307
    assert asked == []


def test_an_answer_without_end_is_cut_off() -> None:
    with server(told(200, b"x" * (MOST_BYTES + 5_000))) as url:
        assert len(post(url, b"", "text/plain").body) == MOST_BYTES


def test_a_server_that_is_not_there_or_breaks_off_is_no_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer):
        post(f"http://127.0.0.1:{port}", b"", "text/plain")
    with server(lambda door: door.wfile.write(b"nonsense\r\n\r\n")) as url, pytest.raises(NoAnswer):
        post(url, b"", "text/plain")


@pytest.mark.parametrize(
    "url", ["", "example.org", "ftp://example.org", "file:///etc/passwd", "http://", "https://a?b"]
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        checked_url(url)
