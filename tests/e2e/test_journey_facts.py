"""Facts: a sheet is imported, listed, found in articles; declared facts name the copy behind a rewritten text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.case_view import show_case
from dyeline.app.exhibits import ExhibitFile
from dyeline.app.facts import compare_facts, import_facts, list_facts, read_sheet_file
from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.trace import examine
from dyeline.app.workspace import Workspace
from dyeline.cli.main import run
from dyeline.errors import BadInput, NotFound, UnreadableFile
from dyeline.text.declared.numbers import in_words
from tests.e2e.journey import NOTE, opened_case, pasted, people

SHEET = """id,type,relation,value,aliases,versions
N1,number,raid|search site|premises,30,,A=30;B=40
D1,date,raid|search,7 February 2026,,
P1,person,,Ilsabet Vorne,,
C1,claim,,An inspector hid inside a milk lorry,,
"""
ARTICLE = """Harrowmere, 9 February 2026

Forty premises were searched on Saturday. “It was time,” said Ilsabet Vorne. The crates stood in the hall
and the labels are in the box beside them.
"""
THINGS = (
    "lamps bridges orchards ferries ovens libraries meadows pumps statues tunnels bakeries kennels fountains"
    " looms cellars windmills barges chapels vineyards quarries stables beehives tractors kilns"
).split()


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_facts(workspace, "D-001", SHEET.encode())
    return workspace


def test_an_import_replaces_and_says_what_changed(office: Workspace) -> None:
    changed = SHEET.replace(",30,,A=30;B=40", ",30,thirty odd,").replace("P1,person", "P2,person")
    told = import_facts(office, "D-001", changed.encode(), dry_run=True)
    assert (told.added, told.changed, told.removed, told.unchanged) == (("P2",), ("N1",), ("P1",), 2)
    assert [fact.id for fact in list_facts(office, "D-001")] == ["N1", "D1", "P1", "C1"]
    assert import_facts(office, "D-001", changed.encode()).added == ("P2",)
    assert [fact.id for fact in list_facts(office, "D-001")] == ["N1", "D1", "P2", "C1"]


def test_a_bad_sheet_changes_nothing_and_names_row_and_column(office: Workspace) -> None:
    bad = SHEET + "N9,number,raid,plenty,,\n"
    with pytest.raises(BadInput, match="row 6, column value") as caught:
        import_facts(office, "D-001", bad.encode())
    assert caught.value.facts["faults"][0]["row"] == 6  # type: ignore[index]
    assert "plenty" not in str(caught.value)
    assert len(list_facts(office, "D-001")) == 4


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnreadableFile),
        (b"  \n", UnreadableFile),
        (b"id,type,value\n", BadInput),
        (b"name,email\nx,y\n", BadInput),
        (b'id,type,value\nN1,claim,"open\n', UnreadableFile),
        (b"PK\x03\x04 a spreadsheet", UnreadableFile),
        (b"\xff\xfeN\x00", BadInput),
        (bytes(range(256)), BadInput),
    ],
)
def test_what_is_no_sheet_is_refused(office: Workspace, data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        import_facts(office, "D-001", data)


def test_a_sheet_needs_its_document_and_its_file(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        import_facts(office, "D-009", SHEET.encode())
    with pytest.raises(NotFound, match="columns id,type"):
        read_sheet_file(tmp_path / "missing.csv")
    add_document(
        office, b"# Another\n\nOnly a few words stand in here, and none of them is a fact.", file_name="b.md"
    )
    with pytest.raises(BadInput, match="no fact sheet"):
        compare_facts(office, "D-002", [ExhibitFile(ARTICLE.encode())])


def test_an_article_is_compared_with_the_sheet_and_the_document(office: Workspace) -> None:
    compared = compare_facts(office, "D-001", [ExhibitFile(ARTICLE.encode(), ".txt")])
    number, day, person, claim = compared.found[0]
    assert (number.value, number.version) == ("40", "B")
    assert day.present and day.sentence == "Forty premises were searched on Saturday."
    assert person.speaker == "Ilsabet Vorne"
    assert not claim.present
    assert [run.text for run in compared.shared_runs] == [
        "in the hall and the labels are in the box beside them"
    ]


def test_two_articles_are_compared_with_each_other(office: Workspace) -> None:
    other = "Nobody spoke. Forty premises were searched on Saturday, and it rained.".encode("utf-16")
    compared = compare_facts(office, "D-001", [ExhibitFile(ARTICLE.encode()), ExhibitFile(other)])
    assert len(compared.found) == 2
    (run,) = compared.shared_runs
    assert run.exhibits == (1, 2) and not run.in_document and run.words == 5


def test_the_commands(office: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(SHEET)
    (tmp_path / "a.txt").write_text(ARTICLE)

    def called(*arguments: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            run(["--workspace", str(office.root), *arguments])
        return ended.value.code, capsys.readouterr().out

    status, text = called("fact", "import", "D-001", str(tmp_path / "facts.csv"), "--dry-run")
    assert status == 0 and "4 unchanged" in text
    status, text = called("fact", "list", "D-001", "--json")
    assert json.loads(text)["facts"][0]["versions"] == {"A": "30", "B": "40"}
    status, text = called("facts", "D-001", str(tmp_path / "a.txt"), "--json")
    first = json.loads(text)["facts"][0]
    assert {"id", "present", "value", "version", "sentence", "speaker"} <= first.keys()
    assert (first["value"], first["version"]) == ("40", "B")
    status, text = called("facts", "D-001", str(tmp_path / "a.txt"), "--published", "2026-02-30")
    assert status == 64
    status, text = called("facts", "D-001", str(tmp_path / "a.txt"))
    assert status == 0 and "3 of 4 facts" in text


def issue_plan(workspace: Workspace) -> None:
    """Issue a document that is all declared facts to six people."""
    lines = [
        f"The council inspected {{!f{k}: {200 + 10 * k} | {205 + 10 * k}}} {thing} near the harbour of district{k}."
        for k, thing in enumerate(THINGS)
    ]
    add_document(workspace, ("# Plan\n\n" + "\n\n".join(lines)).encode(), file_name="plan.md")
    import_recipients(workspace, people(6))
    issue(workspace, "D-001", "all", workspace.root / "copies")


def retold(workspace: Workspace, label: str) -> str:
    """Return the facts of a copy of that document in other words."""
    copy = pasted(workspace.root / "copies" / f"{label}.md")
    counted = {
        thing: int(value) for value, thing in re.findall(r"(\d{3})[^\w]* [^\w]*(\w+) near", _plain(copy))
    }
    assert len(counted) == len(THINGS)
    return " ".join(
        f"{in_words(value).capitalize()} {thing} had been inspected by the council, it is said."
        for thing, value in sorted(counted.items())
    )


def test_a_rewritten_text_names_its_copy_when_the_document_is_named(workspace: Workspace) -> None:
    issue_plan(workspace)
    article = retold(workspace, "C-0004")
    assert examine(workspace, article.encode()).finding.outcome == "not_ours"
    finding = examine(workspace, article.encode(), document="D-001").finding
    assert finding.readings.by_carrier["declared"].read == len(THINGS)
    assert finding.outcome == "attributed"
    assert [candidate.copy for candidate in finding.candidates] == ["C-0004"]
    assert examine(workspace, b"It rained for a week.", document="D-001").finding.outcome == "not_ours"


def test_a_rewritten_text_counts_in_a_case_when_the_document_is_named(workspace: Workspace) -> None:
    issue_plan(workspace)
    article = workspace.root / "article.txt"
    article.write_text(retold(workspace, "C-0004"))
    opened_case(workspace, "Plan")
    (unnamed,) = add_exhibits(workspace, "Plan", [article])
    assert (unnamed.outcome, show_case(workspace, "Plan").finding.family) == ("not_ours", 0)
    with pytest.raises(NotFound):
        add_exhibits(workspace, "Plan", [article], document="D-009")
    (named,) = add_exhibits(workspace, "Plan", [article], document="D-001")
    assert (named.label, named.outcome, named.known) == ("EX-1", "attributed", False)
    shown = show_case(workspace, "Plan").to_dict()
    assert [one["restricted_to"] for one in shown["exhibits"]] == ["D-001"]
    assert [one["recipient"] for one in shown["same_source"]["candidates"]] == ["R-004"]
    assert (shown["family"], shown["history"]["looks"]) == (6, 1)
    (again,) = add_exhibits(workspace, "Plan", [article], document="D-001/1")
    assert again.known and show_case(workspace, "Plan").to_dict() == shown


def _plain(text: str) -> str:
    return re.sub("[\u200b-\u200f\ufe00-\ufe0f\u034f\u2060-\u2064]", "", text)
