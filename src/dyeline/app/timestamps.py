"""RFC 3161 time-stamps over checkpoints: an authority of others states that the log stood so at a moment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dyeline.app.posting import NoAnswer, post
from dyeline.errors import BadInput, TimestampFailed
from dyeline.evidence.entries import moment_text
from dyeline.store.checkpoints import Checkpoints, Stamp

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

_MISSING = "pip install 'dyeline[timestamp]'"


@dataclass(frozen=True, slots=True)
class CheckedStamp:
    """A time-stamp. ``state``: verified; unchecked, because of ``why``; refused, because of ``why``. ``at`` is UTC."""

    name: str
    at: str
    state: Literal["verified", "unchecked", "refused"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A checkpoint with a fresh stamp: the note, the name that it is kept under, the stamp."""

    note: str
    name: str
    stamp: CheckedStamp


def stamp_checkpoint(
    workspace: Workspace, url: str, *, authority: bytes = b"", note: str | None = None
) -> Stamped:
    """Have an authority stamp the checkpoint over all entries, check its answer, keep both.

    Args:
        workspace: where.
        url: address of the authority.
        authority: its root certificate and those between, as PEM; without, the signature cannot be checked.
        note: a checkpoint with the signatures of witnesses, to be stamped with them; by default the log's own.

    Raises TimestampFailed, or BadInput for certificates that are none.
    """
    client = _client()
    if client is None:
        raise TimestampFailed("The library for time-stamps is not installed.", fix=f"run: {_MISSING}.")
    if authority:
        _certificates(authority)
    signed = workspace.log.checkpoint() if note is None else note
    data = signed.encode()
    builder = client.TimestampRequestBuilder().data(data).hash_algorithm(client.HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    try:
        answer = post(url, request.as_bytes(), "application/timestamp-query")
    except NoAnswer as fault:
        raise TimestampFailed(
            f"The time-stamp authority did not answer: {fault}.", fix="try again later, or name another one."
        ) from fault
    if answer.status != 200:
        raise TimestampFailed(
            f"The time-stamp authority refused with status {answer.status}.", fix="check its address."
        )
    checked = check_stamp(Stamp("", answer.body, authority), data, nonce=request.nonce)
    if checked.state == "refused":
        raise TimestampFailed(
            f"The answer of the time-stamp authority does not hold: {checked.why}.",
            fix="check the certificate that was given with --authority, or name another authority.",
        )
    checkpoints = Checkpoints(workspace.checkpoint_folder)
    name = checkpoints.keep(signed)
    stamp = checkpoints.add_stamp(name, answer.body, authority)
    return Stamped(signed, name, CheckedStamp(stamp.name, checked.at, checked.state, checked.why))


def check_stamp(stamp: Stamp, data: bytes, *, nonce: int | None = None) -> CheckedStamp:
    """Return what a stamp over bytes is worth. ``nonce`` is that of the request, for an answer that is fresh."""
    client = _client()
    if client is None:
        return CheckedStamp(
            stamp.name, "", "unchecked", f"the library for time-stamps is missing: {_MISSING}"
        )
    try:
        response = client.decode_timestamp_response(stamp.answer)
        at = moment_text(response.tst_info.gen_time)
        imprint = response.tst_info.message_imprint.message
        if nonce is not None and response.tst_info.nonce != nonce:
            return CheckedStamp(stamp.name, at, "refused", "it answers another request")
        if not stamp.authority:
            same = hashlib.sha256(data).digest() == imprint
            why = "no certificate of the authority was given" if same else "it is over other bytes"
            return CheckedStamp(stamp.name, at, "unchecked" if same else "refused", why)
        certificates = _certificates(stamp.authority)
        roots = [one for one in certificates if one.issuer == one.subject]
        between = [one for one in certificates if one.issuer != one.subject]
        client.VerifierBuilder(roots=roots, intermediates=between).build().verify_message(response, data)
    except (ValueError, BadInput, client.VerificationError) as fault:
        return CheckedStamp(stamp.name, "", "refused", str(fault) or "it cannot be read")
    return CheckedStamp(stamp.name, at, "verified")


def _certificates(pem: bytes) -> list[Any]:
    from cryptography import x509

    try:
        return list(x509.load_pem_x509_certificates(pem))
    except ValueError as fault:
        raise BadInput(
            "The authority's certificates cannot be read.",
            fix="give them as PEM: root first, then those below.",
        ) from fault


def _client() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        return None
    return rfc3161_client
