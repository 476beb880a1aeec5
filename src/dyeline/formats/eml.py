"""E-mail messages, read only: subject, all text parts, attachments that some format reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from email import policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from unicodedata import category

from dyeline.errors import DyelineError, TooLarge, UnreadableFile, UnsupportedFormat
from dyeline.formats.content import Content, Template
from dyeline.formats.encoding import decode
from dyeline.formats.html import Html
from dyeline.formats.limits import MAX_MAIL_DEPTH, MAX_MAIL_PARTS, check_bytes, check_characters
from dyeline.formats.nesting import one_deeper
from dyeline.formats.plain import Plain
from dyeline.formats.sourcemap import link_spans, merged
from dyeline.model.document import Block, Span

_HEADERS = re.compile(
    rb"(?:from|to|cc|subject|date|mime-version|received|message-id|return-path|content-type|delivered-to|sender"
    rb"|reply-to|x-[\w-]+|dkim-signature|authentication-results|arc-[\w-]+|in-reply-to|references|user-agent"
    rb"|content-transfer-encoding|list-[\w-]+|thread-[\w-]+|envelope-to|importance|bcc):",
    re.IGNORECASE,
)
_FOLDED = re.compile(rb"(?:[!-9;-~]+:|[ \t]+\S|From |>From )")
_QUOTED = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)
_SAMPLE_BYTES = 16_384
_ENOUGH_HEADERS = 2

ReadAttachment = Callable[[bytes, str | None], Content]


@dataclass(slots=True)
class _Parts:
    """What the parts of one message add up to."""

    texts: list[Content] = field(default_factory=list)
    attachments: list[Content] = field(default_factory=list)
    count: int = 0


class Eml:
    """E-mail messages (.eml). ``read_attachment`` reads a file inside the message, or raises."""

    kind = "eml"
    writes = False

    def __init__(self, read_attachment: ReadAttachment) -> None:
        self._read_attachment = read_attachment

    def matches(self, data: bytes) -> bool:
        """Tell whether the bytes begin with RFC 822 headers, at least two of them well known."""
        known = 0
        for line in data[:_SAMPLE_BYTES].splitlines():
            if not line.strip():
                break
            if not _FOLDED.match(line):
                return False
            known += bool(_HEADERS.match(line))
        return known >= _ENOUGH_HEADERS

    def read(self, data: bytes, *, declarations: bool) -> Content:
        """Return subject and text parts; of alternatives the one that kept more invisible characters."""
        check_bytes(data)
        parts = _Parts()
        try:
            message = BytesParser(policy=policy.compat32).parsebytes(data)
            self._collect(message, parts, depth=0)
            subject = _header(message, "subject")
        except (RecursionError, MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
            # the standard parser raises all of these on malformed headers and boundaries
            raise UnreadableFile(
                "The e-mail is malformed and could not be taken apart.",
                fix="give the text of the message, or its attachment, as a file of its own.",
            ) from error
        if not parts.texts and not parts.attachments:
            raise UnreadableFile(
                "The e-mail is empty: no part holds text.", fix="give its attachment as a file of its own."
            )
        return _joined(subject, parts)

    def template(
        self, data: bytes, content: Content, places: Sequence[Span], *, marks: Sequence[str] = ()
    ) -> Template:
        """Raise UnsupportedFormat: messages are exhibits only."""
        raise _read_only()

    def typeset(self, content: Content, places: Sequence[Span]) -> Template:
        """Raise UnsupportedFormat: messages are exhibits only."""
        raise _read_only()

    def _collect(self, message: Message, parts: _Parts, depth: int) -> None:
        parts.count += 1
        if depth > MAX_MAIL_DEPTH or parts.count > MAX_MAIL_PARTS:
            raise TooLarge(
                f"The e-mail nests deeper than {MAX_MAIL_DEPTH} levels or has over {MAX_MAIL_PARTS:,} parts.",
                fix="give the message inside that matters as a file of its own.",
                limit="members",
            )
        kind = message.get_content_type()
        if kind == "multipart/alternative":
            self._alternatives(_children(message), parts, depth)
        elif message.is_multipart():
            inner = one_deeper() if kind == "message/rfc822" else nullcontext()
            with inner:
                for child in _children(message):
                    if kind == "message/rfc822":
                        self._subject(child, parts)
                    self._collect(child, parts, depth + 1)
        else:
            self._leaf(message, kind, parts)

    def _alternatives(self, children: list[Message], parts: _Parts, depth: int) -> None:
        plain: Content | None = None
        best: _Parts | None = None
        for child in children:
            found = _Parts(count=parts.count)
            self._collect(child, found, depth + 1)
            parts.count = found.count
            parts.attachments += found.attachments
            if child.get_content_type() == "text/plain" and found.texts:
                plain = found.texts[0]
            if found.texts and (best is None or _invisible(found.texts) > _invisible(best.texts)):
                best = found
        if plain is not None and best is not None and _invisible(best.texts) == _invisible([plain]):
            parts.texts.append(plain)
        elif best is not None:
            parts.texts += best.texts

    def _leaf(self, message: Message, kind: str, parts: _Parts) -> None:
        payload = message.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            return
        name = message.get_filename()
        try:
            if kind in ("text/plain", "text/html") and message.get_content_disposition() != "attachment":
                parts.texts.append(_text_part(payload, kind, message.get_content_charset()))
            elif name or not kind.startswith("text/"):
                suffix = "." + name.rsplit(".", 1)[-1].lower() if name and "." in name else None
                parts.attachments.append(self._read_attachment(payload, suffix))
        except DyelineError as error:
            if isinstance(error, TooLarge):
                raise
            # an attachment that nothing reads (a picture, a signature) does not spoil the message

    def _subject(self, message: Message, parts: _Parts) -> None:
        subject = _header(message, "subject")
        if subject:
            parts.texts.append(Content("txt", subject, (Block(0, len(subject), "heading", 1),)))


def _children(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _text_part(payload: bytes, kind: str, charset: str | None) -> Content:
    if kind == "text/html":
        if charset and b"charset" not in payload[:4096].lower():
            payload = _recoded(payload, charset)
        return Html().read(payload, declarations=False)
    text = _QUOTED.sub("", decode(_recoded(payload, charset)).text.replace("\r\n", "\n"))
    return Plain().read(text.encode(), declarations=False)


def _recoded(payload: bytes, charset: str | None) -> bytes:
    """Return the payload as UTF-8; as it stands when its charset is unknown or wrong."""
    try:
        return payload.decode(charset).encode() if charset else payload
    except (LookupError, ValueError):
        return payload


def _header(message: Message, name: str) -> str:
    value = message.get(name, "")
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        text = str(value)
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _invisible(texts: list[Content]) -> int:
    return sum(category(c) in ("Cf", "Mn") for content in texts for c in content.text if c > "\x7f")


def _joined(subject: str, parts: _Parts) -> Content:
    texts = parts.texts
    if subject:
        texts = [Content("txt", subject, (Block(0, len(subject), "heading", 1),)), *texts]
    blocks: list[Block] = []
    frozen: list[Span] = []
    pieces: list[str] = []
    at = 0
    for content in texts:
        text = content.text.strip("\n")
        lead = len(content.text) - len(content.text.lstrip("\n"))
        blocks += [replace(b, start=b.start + at - lead, end=b.end + at - lead) for b in content.blocks]
        pieces.append(text)
        at += len(text) + 1
        check_characters(at)
    joined = "\n".join(pieces)
    frozen += link_spans(joined)
    return Content("eml", joined, tuple(blocks), merged(frozen), attachments=tuple(parts.attachments))


def _read_only() -> UnsupportedFormat:
    return UnsupportedFormat(
        "An e-mail can be examined but not issued.", fix="issue as docx, html, md, pdf or txt (--format)."
    )
