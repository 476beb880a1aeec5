"""RFC 3161 time-stamps: when an authority outside has seen some bytes. Reads the few parts of ASN.1 that they need."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from dyeline_verify.refusal import Refused

_SIGNED_DATA: Final = "2a864886f70d010702"
_TST_INFO: Final = "2a864886f70d0109100104"
_MESSAGE_DIGEST: Final = "2a864886f70d010904"
_CONTENT_TYPE: Final = "2a864886f70d010903"
_HASHES: Final = {
    "608648016503040201": hashes.SHA256(),
    "608648016503040202": hashes.SHA384(),
    "608648016503040203": hashes.SHA512(),
}
_SEQUENCE, _SET, _INTEGER, _OCTETS, _OID, _TIME = 0x30, 0x31, 0x02, 0x04, 0x06, 0x18


@dataclass(frozen=True, slots=True)
class Node:
    """One value of DER: its tag, its contents, and all of its bytes."""

    tag: int
    body: bytes
    raw: bytes

    def children(self) -> list[Node]:
        """Return the values inside."""
        return _nodes(self.body)

    def of(self, tag: int) -> Node:
        """Return this value, which has to have a tag."""
        if self.tag != tag:
            raise Refused("a time-stamp is not built as RFC 3161 has it")
        return self


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp that holds: the moment, and by whose certificate."""

    at: datetime
    authority: str


def check_stamp(answer: bytes, data: bytes, authority: bytes) -> Stamp:
    """Return when an authority stamped ``data``. ``authority`` has its root certificate and those between, as PEM."""
    try:
        return _checked(answer, data, authority)
    except (ValueError, IndexError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        raise Refused("a time-stamp or a certificate of it cannot be read") from None


def _checked(answer: bytes, data: bytes, authority: bytes) -> Stamp:
    info, certificates, signer = _parts(answer)
    fields = info.children()
    imprint = fields[2].of(_SEQUENCE).children()
    stated = _hash_of(imprint[0])
    if hashlib.new(stated.name, data).digest() != imprint[1].of(_OCTETS).body:
        raise Refused("a time-stamp is over other bytes")
    at = _moment(fields[4].of(_TIME).body)
    _check_signature(info.raw, signer, certificates, authority, at)
    return Stamp(at, _issued(certificates, signer).subject.rfc4514_string())


def _parts(answer: bytes) -> tuple[Node, list[x509.Certificate], list[Node]]:
    """Return TSTInfo, the certificates enclosed, and the fields of the one SignerInfo."""
    (response,) = _nodes(answer)
    status, token = response.of(_SEQUENCE).children()
    if status.children()[0].body not in (b"\x00", b"\x01"):
        raise Refused("a time-stamp was not granted")
    kind, content = token.of(_SEQUENCE).children()
    if kind.body.hex() != _SIGNED_DATA:
        raise Refused("a time-stamp is not signed data")
    signed = content.children()[0].of(_SEQUENCE).children()
    inside, octets = signed[2].of(_SEQUENCE).children()
    if inside.body.hex() != _TST_INFO:
        raise Refused("a time-stamp holds something else")
    (info,) = _nodes(octets.children()[0].of(_OCTETS).body)
    found = [node for node in signed[3:] if node.tag == 0xA0]
    certificates = [
        x509.load_der_x509_certificate(one.raw)
        for node in found
        for one in node.children()
        if one.tag == _SEQUENCE
    ]
    signers = signed[-1].of(_SET).children()
    if len(signers) != 1:
        raise Refused("a time-stamp has another number of signers than one")
    return info.of(_SEQUENCE), certificates, signers[0].of(_SEQUENCE).children()


def _check_signature(
    info: bytes,
    signer: Sequence[Node],
    certificates: Sequence[x509.Certificate],
    authority: bytes,
    at: datetime,
) -> None:
    algorithm, attributes, signature = _hash_of(signer[2]), signer[3], signer[-1]
    if signature.tag != _OCTETS:  # unsigned attributes follow
        signature = signer[-2].of(_OCTETS)
    if attributes.tag != 0xA0:
        raise Refused("a time-stamp has no signed attributes")
    stated = {}
    for attribute in attributes.children():
        kind, values = attribute.of(_SEQUENCE).children()
        stated[kind.body.hex()] = values.children()[0].body
    digest = hashlib.new(algorithm.name, info).digest()
    if stated.get(_MESSAGE_DIGEST) != digest or stated.get(_CONTENT_TYPE, b"").hex() != _TST_INFO:
        raise Refused("a time-stamp's signature is about something else")
    certificate = _issued(certificates, signer)
    message = bytes([_SET]) + attributes.raw[1:]
    try:
        _verify(certificate.public_key(), signature.body, message, algorithm)
    except InvalidSignature:
        raise Refused("a time-stamp's signature does not fit") from None
    _check_purpose(certificate)
    _check_chain(certificate, certificates, authority, at)


def _verify(key: Any, signature: bytes, message: bytes, algorithm: hashes.HashAlgorithm) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(algorithm))
    else:
        raise Refused("a time-stamp is signed with a kind of key that this program does not know")


def _issued(certificates: Sequence[x509.Certificate], signer: Sequence[Node]) -> x509.Certificate:
    """Return the certificate that a SignerInfo names by issuer and serial number."""
    names = signer[1].of(_SEQUENCE).children()
    serial = int.from_bytes(names[1].of(_INTEGER).body, "big", signed=True)
    for one in certificates:
        if one.serial_number == serial and one.issuer.public_bytes() == names[0].raw:
            return one
    raise Refused("a time-stamp does not enclose the certificate of its signer")


def _check_purpose(certificate: x509.Certificate) -> None:
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise Refused("a time-stamp's certificate is not for time-stamps") from None
    if not purposes.critical or list(purposes.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Refused("a time-stamp's certificate is not for time-stamps alone")


def _check_chain(
    certificate: x509.Certificate, enclosed: Sequence[x509.Certificate], authority: bytes, at: datetime
) -> None:
    """Follow issuers up to a root of the authority, every one in force at the moment of the stamp."""
    known = x509.load_pem_x509_certificates(authority)
    roots = [one for one in known if one.issuer == one.subject]
    between = [*enclosed, *(one for one in known if one.issuer != one.subject)]
    current = certificate
    for _ in range(8):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            raise Refused("a certificate of a time-stamp was not in force at its moment")
        if any(_issued_by(current, root) for root in roots):
            return
        above = [one for one in between if one != current and _is_authority(one) and _issued_by(current, one)]
        if not above:
            break
        current = above[0]
    raise Refused("a time-stamp's certificate does not lead to the authority that is named")


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _hash_of(node: Node) -> hashes.HashAlgorithm:
    found = _HASHES.get(node.of(_SEQUENCE).children()[0].of(_OID).body.hex())
    if found is None:
        raise Refused("a time-stamp uses a hash that this program does not know")
    return found


def _moment(body: bytes) -> datetime:
    text = body.decode("ascii", "replace")
    form = "%Y%m%d%H%M%S.%fZ" if "." in text else "%Y%m%d%H%M%SZ"
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        raise Refused("a time-stamp does not state a moment") from None


def _nodes(data: bytes) -> list[Node]:
    """Return the values that bytes hold, which have to be written as DER demands."""
    found, at = [], 0
    while at < len(data):
        begin = at + 2
        length = data[at + 1] if begin <= len(data) else 0
        if length >= 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[begin : begin + count], "big")
            begin += count
            if not 1 <= count <= 4 or length < 0x80 or length >> 8 * (count - 1) == 0:
                raise Refused("a time-stamp is not written as DER")
        if begin + length > len(data) or data[at] & 0x1F == 0x1F:
            raise Refused("a time-stamp is cut off")
        found.append(Node(data[at], data[begin : begin + length], data[at : begin + length]))
        at = begin + length
    return found
