"""Witnesses of the log: servers of others that sign its checkpoints, and refuse one that takes anything back."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from dyeline.app.journal import commit_to, record, require_whole
from dyeline.app.posting import NoAnswer, checked_url, post
from dyeline.errors import BadInput, LogForked, NotFound, WitnessFailed
from dyeline.evidence.entries import canonical_json
from dyeline.evidence.note import (
    COSIGNATURE,
    BadNote,
    Verifier,
    open_note,
    parse_checkpoint,
    parse_verifier,
    unchecked_text,
)
from dyeline.evidence.witness import SIZE_TYPE, AddCheckpoint, parse_known_size
from dyeline.store.checkpoints import Checkpoints
from dyeline.store.tables import Setting

if TYPE_CHECKING:
    from dyeline.app.workspace import Workspace

_SETTING = "log.witnesses"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness as configured. ``size`` is what it signed last, as far as is known here; 0 is nothing."""

    name: str
    url: str
    key: str
    size: int = 0

    @property
    def verifier(self) -> Verifier:
        """Return the key that checks its signatures."""
        return parse_verifier(self.key)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint with witnesses' signatures: note, name that it is kept under, who signed, who did not and why."""

    note: str
    name: str
    size: int
    signed: tuple[str, ...]
    refused: dict[str, str]


def add_witness(workspace: Workspace, name: str, url: str, key: str) -> Witness:
    """Put a witness on record. Raises BadInput for a name that is taken, an address or a key that is none."""
    if not _NAME.fullmatch(name) or name in ("none", "witnesses", "all", "any"):
        raise BadInput("This cannot be the name of a witness.", fix="use letters, digits, dots and hyphens.")
    try:
        verifier = parse_verifier(key.strip())
    except BadNote as fault:
        raise _no_key() from fault
    if verifier.kind != COSIGNATURE:
        raise _no_key()
    witness = Witness(name, checked_url(url), key.strip())
    with workspace.writing():
        known = list_witnesses(workspace)
        if any(one.name == name or one.verifier.key == verifier.key for one in known):
            raise BadInput(
                "There is a witness with this name or key already.",
                fix="run: dyeline log witness remove NAME, to replace it.",
            )
        _save(workspace, [*known, witness], witness)
    return witness


def list_witnesses(workspace: Workspace) -> list[Witness]:
    """Return the witnesses on record."""
    with workspace.reading():
        row = Setting.objects.filter(name=_SETTING).first()
    return [Witness(**one) for one in row.value] if row is not None else []


def remove_witness(workspace: Workspace, name: str) -> None:
    """Take a witness off the record; what it signed stays. Raises NotFound."""
    with workspace.writing():
        known = list_witnesses(workspace)
        left = [one for one in known if one.name != name]
        if len(left) == len(known):
            raise NotFound(
                "There is no witness of this name.", fix="run: dyeline log witness list.", name=name
            )
        _save(workspace, left, replace(next(one for one in known if one.name == name), url=""))


def witness_verifiers(workspace: Workspace) -> list[Verifier]:
    """Return the keys of the witnesses on record."""
    return [one.verifier for one in list_witnesses(workspace)]


def cosign(workspace: Workspace) -> Cosigned:
    """Have the checkpoint over all entries signed by the witnesses on record, and keep it.

    Raises WitnessFailed where none of them signed, BadInput where none is on record, and LogForked where one has
    signed a log that this one does not continue: then entries were lost or exchanged here.
    """
    witnesses = list_witnesses(workspace)
    if not witnesses:
        raise BadInput(
            "No witness is on record.", fix="name one first: dyeline log witness add NAME URL KEY."
        )
    require_whole(workspace)
    note = workspace.log.checkpoint()
    lines, refused = [], {}
    for witness in witnesses:
        try:
            lines.append(_signature(workspace, witness, note))
        except (NoAnswer, BadNote) as fault:
            refused[witness.name] = str(fault)
    if not lines:
        raise WitnessFailed(
            f"None of {len(witnesses)} witnesses signed the checkpoint: {'; '.join(refused.values())}.",
            fix="try again later; if a witness knows a larger log than this one, keep it as evidence and see: "
            "dyeline log verify.",
            witnesses=refused,
        )
    cosigned = note + "".join(lines)
    size = parse_checkpoint(unchecked_text(cosigned)).size
    name = Checkpoints(workspace.checkpoint_folder).keep(cosigned)
    signed = tuple(one.name for one in witnesses if one.name not in refused)
    _remember(workspace, dict.fromkeys(signed, size))
    return Cosigned(cosigned, name, size, signed, refused)


def _signature(workspace: Workspace, witness: Witness, note: str) -> str:
    """Return the line by which a witness signs a checkpoint. Raises NoAnswer or BadNote, saying why there is none."""
    size = parse_checkpoint(unchecked_text(note)).size
    old = min(witness.size, size)
    for _ in range(2):  # it may know another size than we remember
        request = AddCheckpoint(old, tuple(workspace.log.continues_from(old, size)), note)
        answer = post(f"{witness.url}/add-checkpoint", str(request).encode(), "text/plain; charset=utf-8")
        if answer.status == 200:
            return _its_line(witness, note, answer.body)
        if answer.status != 409 or SIZE_TYPE not in answer.content_type:
            if answer.status == 422:
                raise _forked(witness, f"signed {old} other entries")
            raise NoAnswer(f"{witness.name} refused it with status {answer.status}")
        known = parse_known_size(answer.body.decode("ascii", "replace"))
        if known > size:
            if known > workspace.log.size:
                raise _forked(witness, f"signed {known} entries of it, and there are {size}")
            raise NoAnswer(f"{witness.name} has signed a newer checkpoint meanwhile")
        if known == old:
            break
        old = known
    raise _forked(witness, f"signed {old} other entries")


def _its_line(witness: Witness, note: str, body: bytes) -> str:
    """Return the witness's line out of an answer, checked. Raises BadNote."""
    text = body.decode("utf-8", "replace")
    for line in text.split("\n"):
        if line.startswith(f"— {witness.verifier.name} "):
            open_note(note.partition("\n\n")[0] + "\n\n" + line + "\n", [witness.verifier])
            return line + "\n"
    raise BadNote(f"the answer of {witness.name} holds no signature of it")


def _remember(workspace: Workspace, sizes: dict[str, int]) -> None:
    with workspace.writing():
        witnesses = [
            replace(one, size=max(one.size, sizes.get(one.name, 0))) for one in list_witnesses(workspace)
        ]
        Setting.objects.filter(name=_SETTING).update(value=[asdict(one) for one in witnesses])


def _save(workspace: Workspace, witnesses: list[Witness], changed: Witness) -> None:
    values: list[dict[str, Any]] = [asdict(one) for one in witnesses]
    Setting.objects.update_or_create(name=_SETTING, defaults={"value": values})
    stated = canonical_json({"name": changed.name, "url": changed.url, "key": changed.key})
    facts = {"name": _SETTING, "value": commit_to(workspace, stated, "witness")}
    record(workspace, "settings.changed", facts, role="issuer")


def _forked(witness: Witness, how: str) -> LogForked:
    return LogForked(
        f"The log is not the one that its witness {witness.name} knows: it {how}.",
        fix="keep this workspace as evidence, and restore the newest backup of it.",
        witness=witness.name,
        reason=how,
    )


def _no_key() -> BadInput:
    return BadInput(
        "This is no key of a witness.", fix="give the line that the witness publishes: name+hint+base64."
    )
