"""Signing the paper of a report (PAdES) with the certificate of whoever answers for it, time-stamped if asked for."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from dyeline.app.posting import NoAnswer, post
from dyeline.app.registration import read_document_file
from dyeline.errors import SigningFailed

FIELD = "Signature"
_MISSING = "pip install 'dyeline[sign]'"


def pdf_signer(
    certificate: Path, password_file: Path | None, *, timestamp_url: str | None = None
) -> Callable[[bytes], bytes]:
    """Return what signs a PDF with a PKCS #12 file. Raises SigningFailed where that cannot be opened.

    The signature is PAdES B-B, with ``timestamp_url`` B-T: a time-stamp authority then states when it was made.
    """
    try:
        from pyhanko.sign import signers
    except ImportError as fault:
        raise SigningFailed(
            "The library for signatures is not installed.", fix=f"run: {_MISSING}."
        ) from fault
    password = None
    if password_file is not None:
        password = read_document_file(password_file).removesuffix(b"\n").removesuffix(b"\r")
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(
            read_document_file(certificate), other_certs=[], passphrase=password
        )
    except (ValueError, TypeError) as fault:
        raise _unopened() from fault
    if signer is None:
        raise _unopened()
    return lambda pdf: _signed(pdf, signer, timestamp_url)


def _signed(pdf: bytes, signer: Any, timestamp_url: str | None) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import PdfSignatureMetadata, sign_pdf
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.timestamps import TimestampRequestError

    how = PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    stamper = None if timestamp_url is None else _stamper(timestamp_url)
    try:
        made = sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), how, signer=signer, timestamper=stamper)
    except NoAnswer as fault:
        raise SigningFailed(
            f"The time-stamp authority did not answer: {fault}.", fix="try again later, or name another one."
        ) from fault
    except (PdfError, SigningError, TimestampRequestError, ValueError) as fault:
        raise SigningFailed(
            "The report could not be signed: the certificate or the time-stamp does not suit.",
            fix="use a certificate with an RSA or EC key that may sign, and a working authority.",
        ) from fault
    data: bytes = made.getvalue()
    return data


def _stamper(url: str) -> Any:
    """Return a client of a time-stamp authority that uses our own way to reach addresses."""
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

    class Poster(TimeStamper):  # type: ignore[misc,unused-ignore]  # with the library, without its types
        async def async_request_tsa_response(self, req: Any) -> Any:
            answer = post(url, req.dump(), "application/timestamp-query")
            if answer.status != 200:
                raise TimestampRequestError(f"the authority refused with status {answer.status}")
            return tsp.TimeStampResp.load(answer.body)

    made: Any = Poster
    return made()


def _unopened() -> SigningFailed:
    return SigningFailed(
        "The certificate file cannot be opened: it is no PKCS #12 file, or the password is another one.",
        fix="give a .p12 file that holds key and certificate, and its password with --sign-password-file FILE.",
    )
