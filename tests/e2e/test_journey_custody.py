"""The journey under a quorum of two: issue, trace, case, access, unseal; and every byte of the workspace looked at."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dyeline.app.registration import add_document
from dyeline.app.workspace import init, open_workspace
from dyeline.cli.main import run
from tests.e2e.journey import NOTE, manifest, pasted

PEOPLE = [
    ("Zephyrine Quillfeather", "zephyrine.q@postbote.example", "Wolkenkuckuck Verlag", "press", "board"),
    ("Ödön Xylander-Hüb", "odon@xylander.example", "Kranichfeder & Söhne", "editor", "Kranichfeder & Söhne"),
    ("Tlaloc Vexingham", "TLALOC@Vexing.example", "Wolkenkuckuck Verlag", "", "board"),
    ("Brunhild Yarrowsmith", "", "Nebelkrähe Institut", "reader", ""),
    ("Jorah Quexington", "j.quexington@nebel.example", "", "reader", "friends of Jorah Quexington"),
    ("Wilhelmina Oxblood", "w.oxblood@nebel.example", "Nebelkrähe Institut", "", ""),
]
ROWS = "\n".join(["name,email,organisation,role,groups", *(",".join(row) for row in PEOPLE)])
BRIEFINGS = """person,subject,time,channel,by
zephyrine.q@postbote.example,D-001,2026-03-01T09:00Z,call with Tlaloc Vexingham,Wilhelmina Oxblood
R-004,the talk of Ödön Xylander-Hüb,2026-03-02T09:00Z,call,Ignatius Pferdefuss
Brunhild Yarrowsmith,D-001,2026-03-02T10:00Z,mail of Ignatius Pferdefuss,Zephyrine Quillfeather
"""
SECRETS = sorted({value for row in PEOPLE for value in row[:3] if value} | {"Ignatius Pferdefuss"})


def forms(secret: str) -> Iterator[bytes]:
    """Yield the bytes as which a text may stand in a file: encodings, cases, escapes, base64 at any offset."""
    for text in {secret, secret.casefold(), secret.upper()}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            data = text.encode(encoding)
            yield data
            if encoding in ("utf-8", "utf-16-le") and text != secret.upper():
                for pad in range(3):
                    whole = base64.b64encode(bytes(pad) + data)
                    yield whole[(4 if pad else 0) : len(whole) // 4 * 4 - 4]
                yield data.hex().encode()
        yield json.dumps(text).strip('"').encode()


FORMS = sorted({form for secret in SECRETS for form in forms(secret) if len(form) >= 8})


def leaks(data: bytes) -> list[bytes]:
    """Return the forms of secrets that stand in these bytes."""
    return [form for form in FORMS if form in data]


def leaky_files(folder: Path) -> list[tuple[str, bytes]]:
    """Return file and form for every secret in any file below a folder, or in a file's name."""
    found = []
    for path in folder.rglob("*"):
        data = os.fsencode(path.name) + (path.read_bytes() if path.is_file() else b"")
        found += [(str(path.relative_to(folder)), form) for form in leaks(data)]
    return found


class Office:
    """A workspace at the command line, by several people; all that is printed on the tracing side is kept."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder, self.root = folder, folder / "office"
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.printed = ""
        init(self.root)

    def __call__(self, *arguments: str, by: str = "issuer", status: int = 0) -> str:
        self._monkeypatch.setenv("DYELINE_ACTOR", by)
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(self.root), *arguments])
        printed = self._capsys.readouterr()
        assert caught.value.code == status, printed
        self.printed += printed.out + printed.err
        return printed.out + printed.err

    def asked(self, *arguments: str, by: str = "issuer", status: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", by=by, status=status))

    def custodians(self, *names: str) -> list[Path]:
        files = [self.folder / f"{name}.txt" for name in names]
        for name, file in zip(names, files, strict=True):
            made = self.asked("custodian", "new-key", "--out", str(file))
            self("custodian", "add", name, "--recipient", made["recipient"])
        return files


@pytest.fixture
def office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    (tmp_path / "temp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    made = Office(tmp_path, capsys, monkeypatch)
    (tmp_path / "people.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "briefings.csv").write_text(BRIEFINGS, encoding="utf-8")
    yield made
    open_workspace(made.root).close()


def issued(office: Office) -> Path:
    """Issue the note to everybody in the table and return the folder of copies, which is the issuer's."""
    workspace = open_workspace(office.root)
    add_document(workspace, NOTE.encode(), file_name="note.md")
    copies = office.folder / "copies"
    office("issue", "D-001", "--to", str(office.folder / "people.csv"), "--out", str(copies))
    return copies


def investigated(office: Office, copies: Path) -> None:
    """Trace a paragraph of C-0005, open a case with it, look at access and exposure, ask for the name."""
    lines = [line for line in pasted(copies / "C-0005.md").split("\n") if line]
    exhibit = office.folder / "forum.txt"
    exhibit.write_text("\n".join(lines[1:3]), encoding="utf-8")
    who = "investigator"
    assert "C-0005" in office("trace", str(exhibit), by=who)
    office("trace", str(copies / "C-0005.md"), by=who)  # with the line that names its recipient
    office("case", "new", "Move", by=who)
    decision = ("--decision", "not-protected", "--by", "reviewer", "--reason", "sold")
    office("case", "disclose", "Move", *decision, by="reviewer")
    office("case", "add", "Move", str(exhibit), by=who)
    for command in (
        ("case", "show", "Move"),
        ("case", "propositions", "Move"),
        ("recipient", "list"),
        ("recipient", "show", "R-005"),
        ("briefing", "list"),
        ("exposure",),
        ("access", "D-001", "--published", "2030-01-01T00:00Z"),
        ("document", "list"),
        ("quorum", "show"),
        ("custodian", "list"),
        ("log", "verify"),
        ("log", "show"),
    ):
        office(*command, by=who)
        office(*command, "--json", by=who)
    office("recipient", "show", PEOPLE[0][1].upper(), by=who, status=77)
    asked = office.asked("unseal", "request", "Move", "C-0005", "--reason", "to ask", by=who)
    assert (asked["label"], asked["outcome"], asked["identity"]) == ("Q-1", "waiting", None)


def test_no_byte_of_the_tracing_side_names_anybody_and_two_custodians_open_one_name(office: Office) -> None:
    one, two = office.custodians("one", "two")
    office("quorum", "set", "2", "--yes")
    office("recipient", "import", str(office.folder / "people.csv"))
    again = office.asked("recipient", "import", str(office.folder / "people.csv"))
    assert (again["added"], again["unchanged"]) == (0, len(PEOPLE))
    copies = issued(office)
    assert [row["name"] for row in manifest(copies)] == [row[0] for row in PEOPLE]
    office("briefing", "import", str(office.folder / "briefings.csv"))
    investigated(office, copies)
    office("forecast", "D-001", "--recipients", "6", by="investigator")
    assert "one more custodian" in office("unseal", "grant", "Q-1", "--identity", str(one), by="one")
    assert leaks(office.printed.encode()) == []
    assert leaky_files(office.root) == [] and leaky_files(office.folder / "temp") == []
    opened = office.asked("unseal", "grant", "Q-1", "--identity", str(two), by="two")
    assert tuple(opened["identity"].values())[:2] == PEOPLE[4][:2]
    office("unseal", "list")
    open_workspace(office.root).close()
    assert leaky_files(office.root) == [] and leaky_files(office.folder / "temp") == []


def test_whoever_makes_a_report_is_told_that_exhibits_may_show_sealed_names(office: Office) -> None:
    office("recipient", "import", str(office.folder / "people.csv"))
    copies = issued(office)
    lines = [line for line in pasted(copies / "C-0005.md").split("\n") if line]
    exhibit = office.folder / "forum.txt"
    exhibit.write_text("\n".join(lines[1:3]), encoding="utf-8")
    office("case", "new", "Move")
    decision = ("--decision", "not-protected", "--by", "reviewer", "--reason", "sold")
    office("case", "disclose", "Move", *decision)
    office("case", "add", "Move", str(exhibit))
    assert office.asked("report", "Move", "--out", str(office.folder / "one.zip"))["notices"] == []
    office.custodians("one", "two")
    office("quorum", "set", "2", "--yes")
    (notice,) = office.asked("report", "Move", "--out", str(office.folder / "two.zip"))["notices"]
    assert "an exhibit may show names" in notice and "EX-1" in notice
    assert f"Warning: {notice}\n" in office("report", "Move", "--out", str(office.folder / "three.zip"))
    office("case", "new", "Empty")
    assert "Warning" not in office("report", "Empty", "--out", str(office.folder / "four.zip"))


def test_names_that_were_there_before_are_gone_from_every_byte_after_sealing(office: Office) -> None:
    office("recipient", "import", str(office.folder / "people.csv"))
    copies = issued(office)
    office("briefing", "import", str(office.folder / "briefings.csv"))
    assert {form for _, form in leaky_files(office.root)} & {secret.encode() for secret in SECRETS}
    office.custodians("one", "two")
    planned = office.asked("quorum", "set", "2", "--dry-run")
    assert (planned["recipients"], planned["groups"], planned["briefings"]) == (len(PEOPLE), 2, 3)
    office("quorum", "set", "2", "--yes")
    assert leaky_files(office.root) == []
    office.printed = ""
    investigated(office, copies)
    assert leaks(office.printed.encode()) == []
    open_workspace(office.root).close()
    assert leaky_files(office.root) == [] and leaky_files(office.folder / "temp") == []
    report = office.asked("briefing", "import", str(office.folder / "briefings.csv"))
    assert (report["added"], report["known"]) == (0, 3)
    again = office.asked("recipient", "import", str(office.folder / "people.csv"))
    assert (again["added"], again["unchanged"]) == (0, len(PEOPLE))
