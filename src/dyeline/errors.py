"""Every error raised on purpose: a stable code, an exit status, the facts with figures, and a way out.

"Insufficient evidence" and "not one of our documents" are findings, not errors, and are not here.
"""

from __future__ import annotations

from typing import ClassVar


class DyelineError(Exception):
    """A fault that the reader can act on: the problem, the facts behind it, and a way out."""

    code: ClassVar[str] = "internal"  # stable and documented; callers and translations key on it
    exit_status: ClassVar[int] = 70

    def __init__(self, problem: str, *, fix: str = "", **facts: object) -> None:
        super().__init__(problem)
        self.problem, self.fix, self.facts = problem, fix, facts

    def __str__(self) -> str:
        return f"{self.problem} Fix: {self.fix}" if self.fix else self.problem


class UnreadableFile(DyelineError):
    """The bytes are not what their format promises (broken zip, bad encoding, hostile XML, empty)."""

    code = "format.unreadable"
    exit_status = 65


class UnsupportedFormat(DyelineError):
    """No format recognises the bytes, or the format cannot do what was asked."""

    code = "format.unsupported"
    exit_status = 65


class TooLarge(DyelineError):
    """The input exceeds a stated limit; nothing was read past it."""

    code = "format.too_large"
    exit_status = 65


class BadVariants(DyelineError):
    """The author's declared variants contradict themselves or the text; all problems are listed."""

    code = "declared.contradiction"
    exit_status = 65


class TooFewSites(DyelineError):
    """The document cannot carry the code that its recipients and error bound ask for."""

    code = "issue.too_few_sites"
    exit_status = 3


class GateFailed(DyelineError):
    """A marked copy did not read back as written; no copy of this run was released."""

    code = "issue.gate_failed"
    exit_status = 4


class NoticeWithoutRoom(GateFailed):
    """The visible notice would change how the text of the document is read; no copy of this run was released."""

    code = "issue.notice_without_room"


class IssueBusy(DyelineError):
    """Another `issue` is at work in this workspace."""

    code = "issue.busy"
    exit_status = 75


class IssueInterrupted(DyelineError):
    """A worker process of `issue` was ended from outside; no copy of this run was released."""

    code = "issue.interrupted"
    exit_status = 75


class WorkspaceBusy(DyelineError):
    """Other commands kept the workspace locked for longer than this one was willing to wait."""

    code = "store.busy"
    exit_status = 75


class StorageFailed(DyelineError):
    """The disk refused a write; what was stored before is unchanged."""

    code = "store.write_failed"
    exit_status = 74


class NoWorkspace(DyelineError):
    """No workspace was found from here upwards."""

    code = "workspace.missing"
    exit_status = 66


class BadWorkspace(DyelineError):
    """The workspace exists but cannot be used (damaged, newer version, wrong permissions)."""

    code = "workspace.unusable"
    exit_status = 78


class LogForked(DyelineError):
    """The log does not hold what was put into it: entries were changed, taken away, or come from an old backup."""

    code = "log.forked"
    exit_status = 5


class NotFound(DyelineError):
    """A document, group, site or recipient of that name is not in the workspace."""

    code = "lookup.not_found"
    exit_status = 66


class BadInput(DyelineError):
    """An argument or a row of a table is wrong; the message names which and how."""

    code = "input.invalid"
    exit_status = 64


class SandboxMissing(DyelineError):
    """No way to confine the reading of files works on this machine; nothing was opened."""

    code = "sandbox.missing"
    exit_status = 69


class RecogniserMissing(DyelineError):
    """The engine for text recognition, or a library it needs, is not installed."""

    code = "ocr.missing"
    exit_status = 69


class RendererMissing(DyelineError):
    """The program that makes a PDF of this kind of document is not installed."""

    code = "typeset.missing"
    exit_status = 69


class RenderingFailed(DyelineError):
    """A document could not be set on pages: the program for it gave up, took too long, or lacks letters."""

    code = "typeset.failed"
    exit_status = 65


class EvidenceRefused(DyelineError):
    """Evidence of this kind is not entered into a case, because it is not valid for the purpose."""

    code = "case.evidence_refused"
    exit_status = 65


class UnknownScheme(DyelineError):
    """A circulation on record was made with a code scheme that this version does not know."""

    code = "codes.unknown_scheme"
    exit_status = 78


class BadKey(DyelineError):
    """A key file cannot be used, or its key does not open what was sealed."""

    code = "custody.bad_key"
    exit_status = 65


class NotPermitted(DyelineError):
    """The rules of the workspace do not let this person do that; the refusal is on record where it matters."""

    code = "custody.refused"
    exit_status = 77


class NamesSealed(DyelineError):
    """The names of recipients are sealed, and what was asked for needs them."""

    code = "custody.names_sealed"
    exit_status = 77


class KeySealed(DyelineError):
    """The secret of a circulation is not at hand: two custodians have to open it."""

    code = "custody.key_sealed"
    exit_status = 77


class CaseUndecided(DyelineError):
    """Nobody has recorded yet whether a case could be a protected disclosure, or it was decided that it is one."""

    code = "case.no_decision"
    exit_status = 77


class NotExculpated(DyelineError):
    """No exhibit of the case speaks against the copy that a statement was asked for."""

    code = "report.not_exculpated"
    exit_status = 3


class SigningFailed(DyelineError):
    """A report could not be signed or time-stamped; nothing of it was written."""

    code = "report.signing_failed"
    exit_status = 69


class LogDisagrees(DyelineError):
    """Rows of the database, or stamps over checkpoints, are not borne out by the log; the facts list them."""

    code = "log.disagrees"
    exit_status = 5


class WitnessFailed(DyelineError):
    """No witness of the log signed a checkpoint: it could not be reached, or it refused."""

    code = "log.witness_failed"
    exit_status = 69


class TimestampFailed(DyelineError):
    """No time-stamp was obtained: the authority could not be reached or refused, or the library for it is missing."""

    code = "log.timestamp_failed"
    exit_status = 69
