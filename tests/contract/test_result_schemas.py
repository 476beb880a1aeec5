"""What the commands print under ``--json`` is what the schemas in the package promise."""

from __future__ import annotations

import contextlib
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dyeline.app.issue import issue
from dyeline.app.journal import log_verifier
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import init, open_workspace
from dyeline.cli.main import run
from dyeline.testing.witness import Witness, new_signer, serving
from tests.e2e.journey import NOTE, one_object, pasted, people

SCHEMAS: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in files("dyeline").joinpath("model", "schemas").iterdir()  # type: ignore[union-attr]
    if path.name.endswith(".schema.json")
}
SHEET = """id,type,relation,value,aliases,versions
N1,number,raid|search site|premises,30,thirty odd,A=30;B=40
Q1,quote,,It was time for a longer lunch.,,
C1,claim,,An inspector hid inside a milk lorry,,
"""
ARTICLE = """Harrowmere, 9 February 2026

Forty premises were searched on Saturday. "It was time for a longer lunch," said Ilsabet Vorne.
The crates stood in the hall and the labels are in the box beside them.
"""
BRIEFINGS = """person,subject,time,channel,by
R-001,D-001/N1,2026-02-03T09:00Z,call,R-002
R-002,D-001/N1,2026-02-03,,
R-003,the date,2026-02-04,mail,
R-004,D-001/N1,2026-02-04,mail,
"""
LEAK = "2026-02-05T18:00Z:D-001/N1,the date"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Return what every command printed, by the name of its schema."""
    root = tmp_path_factory.mktemp("results") / "workspace"
    init(root)
    workspace = open_workspace(root)
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(12))
    issue(workspace, "D-001", "all", root / "copies")
    lines = [line for line in pasted(root / "copies" / "C-0005.md").split("\n") if line]
    pieces = ["\n".join(lines[1:3]), "\n".join(lines[3:5]), "\n".join(lines[1:3]) + "\nSeen.", "It rained."]
    pieces += [" ".join(one + other for one, other in zip(lines[1:3], lines[3:5], strict=False))]
    names = [_stored(root / f"{number}.txt", piece) for number, piece in enumerate(pieces)]
    examine(workspace, pieces[0].encode())
    workspace.close()
    sheet, article = _stored(root / "facts.csv", SHEET), _stored(root / "a.txt", ARTICLE)
    log, bad = _stored(root / "log.csv", BRIEFINGS), _stored(root / "bad.docx", "PK\x03\x04 nothing")
    unknown = _stored(root / "unknown.csv", BRIEFINGS + "nobody at all,D-001/N1,2026-02-04,,\n")
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def call(schema: str, *arguments: str) -> None:
        output = io.StringIO()
        with contextlib.redirect_stdout(output), pytest.raises(SystemExit) as ended:
            run(["--workspace", str(root), *arguments, "--json"])
        assert ended.value.code == 0, output.getvalue()
        found[schema].append(one_object(output.getvalue().encode()))

    call("case", "case", "new", "Spring")
    call("case-show", "case", "show", "Spring")
    call("case-propositions", "case", "propositions", "Spring")
    decision = ("--decision", "not-protected", "--by", "reviewer", "--reason", "sold")
    call("case-disclose", "case", "disclose", "Spring", *decision)
    call("case-add", "case", "add", "Spring", names[0], names[3], "--received", "2026-02-05")
    call("case-show", "case", "show", "Spring")
    call("case-add", "case", "add", "Spring", names[1], names[2], names[0], bad, "--document", "D-001")
    call("case-propositions", "case", "propositions", "Spring")
    entered = ("--for", "R-005", "--source", "desk", "--reason", "one of three")
    call("case-evidence", "case", "evidence", "Spring", "--lr", "4", *entered)
    call("case-remove", "case", "remove", "Spring", "EX-1", "--reason", "another matter")
    call("case-remove", "case", "remove", "Spring", "EV-1", "--reason", "a mistake")
    call("case-show", "case", "show", "Spring")
    call("case", "case", "close", "Spring", "--reason", "answered")
    call("case-list", "case", "list")
    call("fact-import", "fact", "import", "D-001", sheet)
    call("fact-list", "fact", "list", "D-001")
    call("facts", "facts", "D-001", article, names[0])
    call("briefing-import", "briefing", "import", unknown, "--dry-run")
    call("briefing-import", "briefing", "import", log)
    call("briefing-list", "briefing", "list")
    call("access", "access", "--leak", LEAK)
    call("access", "access", "--leak", LEAK, "--leak", "2026-03-01:D-001/N1", "--beside", "C-0005")
    call("exposure", "exposure")
    call("exposure", "exposure", "--leak", LEAK)
    past = ("--past", "20:15", "--past", "18:16")
    call("shortfall", "shortfall", "--expected", "20", "--observed", "4", *past)
    call("forecast", "forecast", "D-001")
    _log(root, call)
    _custody(root, call)
    return dict(found)


def _log(root: Path, call: Callable[..., None]) -> None:
    """Call the commands of the log, with a witness on this machine."""
    call("delivery", "delivery", "record", "X-001", "--method", "email")
    call(
        "delivery",
        "delivery",
        "record",
        "C-0001",
        "--method",
        "hand",
        "--receipt",
        _stored(root / "r", "signed"),
    )
    call("delivery", "delivery", "list")
    key = log_verifier(open_workspace(root))
    signer = new_signer("witness.example/one")
    witness = Witness(root / "witness.sqlite3", signer, {key.name: key})
    with serving(witness) as url:
        call("log-witness-add", "log", "witness", "add", "one", url, str(signer.verifier))
        call("log-checkpoint", "log", "checkpoint", "--cosign")
        call("log-witness-list", "log", "witness", "list")
    witness.close()
    call("log-checkpoint", "log", "checkpoint")
    call("log-key", "log", "key")
    call("log-show", "log", "show", "--last", "500")
    call("log-prove", "log", "prove", "3", "--out", str(root / "proof"))
    call("log-export", "log", "export", str(root / "public"))
    call("log-verify", "log", "verify")
    call("log-witness-remove", "log", "witness", "remove", "one")


def _custody(root: Path, call: Callable[..., None]) -> None:
    """Call the commands of custody, as the people whom they take."""
    keys = [str(root / f"{name}.key") for name in ("one", "two", "three")]
    with pytest.MonkeyPatch.context() as patched:

        def by(who: str, schema: str, *arguments: str) -> None:
            patched.setenv("DYELINE_ACTOR", who)
            call(schema, *arguments)

        for number, key in enumerate(keys):
            by("issuer", "custodian-new-key", "custodian", "new-key", "--out", key)
            public = Path(key).read_text().splitlines()[1].split()[-1]
            named = () if number < 2 else ("--identity", keys[0], "--identity", keys[1])
            by("issuer", "custodian-add", "custodian", "add", key[-7:], "--recipient", public, *named)
            if number == 1:
                by("issuer", "quorum-show", "quorum", "show")
                by("issuer", "quorum-set", "quorum", "set", "2", "--dry-run")
                by("issuer", "quorum-set", "quorum", "set", "2", "--yes")
                by("issuer", "circulation-owner", "circulation", "owner", "--recipient", public)
        two = ("--identity", keys[0], "--identity", keys[2])
        by("issuer", "custodian-reseal", "custodian", "reseal", *two)
        by("issuer", "custodian-list", "custodian", "list")
        by("issuer", "quorum-show", "quorum", "show")
        by("investigator", "case", "case", "new", "Other")
        decision = ("--decision", "not-protected", "--by", "reviewer", "--reason", "sold")
        by("reviewer", "case-disclose", "case", "disclose", "Other", *decision)
        asked = ("Other", "C-0005", "--reason", "to ask", "--override-reason", "seen beside it")
        by("investigator", "unseal", "unseal", "request", *asked)
        by("investigator", "unseal", "unseal", "request", *asked)
        by("one", "unseal", "unseal", "grant", "Q-1", "--identity", keys[0])
        by("two", "unseal", "unseal", "grant", "Q-1", "--identity", keys[2])
        by("one", "unseal-refuse", "unseal", "refuse", "Q-2", "--reason", "once is enough")
        by("issuer", "unseal-list", "unseal", "list")
        by("issuer", "case-show", "case", "show", "Other")
        by("issuer", "circulation", "circulation", "seal", "X-001", "--dry-run")
        by("issuer", "circulation", "circulation", "seal", "X-001")
        by("one", "circulation", "circulation", "open", "X-001", *two)
        by("one", "circulation-list", "circulation", "list")
        by("issuer", "role", "role", "grant", "issuer", "issuer")
        by("issuer", "role", "role", "grant", "somebody", "auditor")
        by("issuer", "role", "role", "revoke", "somebody", "auditor")
        by("issuer", "role-list", "role", "list")
        by("issuer", "purge", "purge", "--policy", "briefings")
        by("issuer", "purge", "purge", "--policy", "briefings", "--older-than", "1", "--apply")
        by("issuer", "notice-write", "notice", "write", str(root / "notices"))


def _stored(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_schema_is_one_and_belongs_to_a_command(printed: dict[str, list[dict[str, Any]]]) -> None:
    assert SCHEMAS.keys() == printed.keys()
    for name, schema in SCHEMAS.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"urn:dyeline:{name}:1" and "dyeline " in schema["description"]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_what_is_printed_is_what_is_promised(name: str, printed: dict[str, list[dict[str, Any]]]) -> None:
    for result in printed[name]:
        jsonschema.validate(result, SCHEMAS[name])
        assert not sorted(set(_undescribed(result, SCHEMAS[name], SCHEMAS[name], "")))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_what_lacks_a_field_is_refused(name: str, printed: dict[str, list[dict[str, Any]]]) -> None:
    result = printed[name][-1]
    for field in SCHEMAS[name]["required"]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({k: v for k, v in result.items() if k != field}, SCHEMAS[name])


def _undescribed(value: Any, part: dict[str, Any], root: dict[str, Any], path: str) -> Iterator[str]:
    """Yield the fields that are printed and stand in no schema."""
    choices = list(_choices(part, root))
    if isinstance(value, dict):
        for name, inner in value.items():
            own = [choice["properties"][name] for choice in choices if name in choice.get("properties", {})]
            own += [
                c["additionalProperties"] for c in choices if isinstance(c.get("additionalProperties"), dict)
            ]
            if not own:
                yield f"{path}.{name}"
            for inside in own:
                yield from _undescribed(inner, inside, root, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            for choice in choices:
                if isinstance(choice.get("items"), dict):
                    yield from _undescribed(item, choice["items"], root, f"{path}[]")


def _choices(part: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in part:
        part = root["$defs"][part["$ref"].removeprefix("#/$defs/")]
    yield part
    for choice in part.get("anyOf", ()):
        yield from _choices(choice, root)
