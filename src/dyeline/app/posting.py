"""Sending a few bytes to a server that the user has named: the only way in which this program uses a network."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from dyeline.errors import BadInput

PATIENCE_S: Final = 20.0
MOST_BYTES: Final = 100_000
"""An answer that is longer is cut off; none that is meant for us is."""


class NoAnswer(OSError):
    """The server could not be reached, or broke off. Says how."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    content_type: str
    body: bytes


def checked_url(url: str) -> str:
    """Return an address that can be posted to, without a slash at its end. Raises BadInput."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadInput("This is no address of a server.", fix="write it as https://witness.example/path.")
    return url.strip().rstrip("/")


def post(url: str, body: bytes, content_type: str) -> Answer:
    """Send bytes and return the answer, whatever its status. Raises NoAnswer. Redirections are not followed."""
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        checked_url(url), data=body, headers={"Content-Type": content_type}, method="POST"
    )
    opener = urllib.request.build_opener(_NoRedirection)
    try:
        with opener.open(request, timeout=PATIENCE_S) as answer:
            return Answer(answer.status, answer.headers.get("Content-Type", ""), answer.read(MOST_BYTES))
    except urllib.error.HTTPError as answer:
        with answer:
            return Answer(answer.code, answer.headers.get("Content-Type", ""), answer.read(MOST_BYTES))
    except (OSError, HTTPException) as fault:
        reason = getattr(fault, "reason", fault)
        raise NoAnswer(str(reason) or type(fault).__name__) from fault


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None
