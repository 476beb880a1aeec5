"""Logs of briefings: what is stored, and what is said about rows that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dyeline.app.briefings import import_briefings, list_briefings, read_briefing_file
from dyeline.app.moments import Moment, chance_before, read_moment
from dyeline.app.recipients import import_recipients, list_recipients
from dyeline.app.registration import add_document
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import BadInput, NotFound, UnreadableFile
from tests.e2e.journey import NOTE, people

HEADER = b"person,subject,time,channel,by\n"
ROWS = (
    b"reader1@example.org,D-001,2026-03-02T09:00Z,meeting,R-003\n"
    b"R-002,d-001/f1,2026-03-02T10:00+01:00,,\n"
    b"reader 3,the price,2026-03-03,press list,Reader 1\n"
)


def fill(workspace: Workspace) -> Workspace:
    """Give a workspace four people and a document."""
    import_recipients(workspace, people(4))
    add_document(workspace, NOTE.encode(), file_name="note.md")
    return workspace


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Give a workspace for tests that store nothing."""
    root = tmp_path_factory.mktemp("briefings") / "workspace"
    init(root)
    opened = fill(open_workspace(root))
    yield opened
    opened.close()


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    return fill(workspace)


def test_a_log_is_stored_once(filled: Workspace) -> None:
    first = import_briefings(filled, HEADER + ROWS)
    again = import_briefings(filled, HEADER + ROWS.replace(b"reader1@", b"READER1@"))
    assert (first.added, first.known, again.added, again.known) == (3, 0, 0, 3)
    told = [(r.recipient, r.subject.written, r.when.written, r.channel) for r in list_briefings(filled)]
    assert told == [
        ("R-001", "D-001", "2026-03-02T09:00Z", "meeting"),
        ("R-002", "D-001/f1", "2026-03-02T09:00Z", ""),
        ("R-003", "the price", "2026-03-03", "press list"),
    ]


def test_a_dry_run_stores_nothing(shared: Workspace) -> None:
    report = import_briefings(shared, HEADER + ROWS + b"nobody,D-001,2026-03-03,,\n", dry_run=True)
    assert (report.rows, report.added, len(report.bad)) == (4, 3, 1)
    assert list_briefings(shared) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"nobody@example.org,D-001,2026-03-03,,", "line 2: column person is nobody"),
        (b",D-001,2026-03-03,,", "column person is empty"),
        (b"R-001,,2026-03-03,,", "column subject is empty"),
        (b"R-001,D-9,2026-03-03,,", "column subject names D-9, which is no document"),
        (b"R-001,D-001/2,2026-03-03,,", "column subject names a version"),
        (b"R-001,D-001/,2026-03-03,,", "column subject has nothing after the /"),
        (b"R-001,D-001,2026-03-03T09:00,,", "column time has no zone"),
        (b"R-001,D-001,yesterday,,", "column time is not a time"),
        (b"R-001,D-001,2026-02-30,,", "column time is not a time"),
        (b"R-001,D-001,0001-01-01T00:00+01:00,,", "column time is out of range"),
        (b"R-001,D-001,9999-12-31,,", "column time is out of range"),
        (b"R-001,D-001,,,", "column time is not a time"),
        (b"R-001,D-001,2026-03-03,a,b,c", "6 cells under a header of 5"),
        (b"R-001," + b"x" * 201 + b",2026-03-03,,", "column subject has 201 characters"),
        (b'R-001,"a\x07b",2026-03-03,,', "column subject contains a control character"),
    ],
)
def test_rows_that_cannot_be_used_are_named(shared: Workspace, row: bytes, said: str) -> None:
    with pytest.raises(BadInput) as fault:
        import_briefings(shared, HEADER + row + b"\n")
    assert said in fault.value.problem and fault.value.fix
    assert list_briefings(shared) == []


def test_namesakes_are_told_apart_by_label(filled: Workspace) -> None:
    import_recipients(filled, b"name,email\nReader 1,other@example.org\n")
    with pytest.raises(BadInput, match=r"name of 2 recipients \(R-001, R-005\)"):
        import_briefings(filled, HEADER + b"Reader 1,D-001,2026-03-03,,\n")


def test_unknown_people_can_be_added(filled: Workspace) -> None:
    log = (
        HEADER
        + b"New@Example.org,D-001,2026-03-03,,\nnew@example.org,x,2026-03-03,,\nSome One,x,2026-03-03,,\n"
    )
    report = import_briefings(filled, log, add_people=True)
    assert (report.added, report.added_people) == (3, 2)
    assert {r.email.casefold() for r in list_recipients(filled)[4:]} == {"new@example.org", ""}
    assert import_briefings(filled, log).known == 3


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_log_of_which_nothing_can_be_used_is_refused(shared: Workspace, dry_run: bool) -> None:
    with pytest.raises(BadInput, match="a header and no rows"):
        import_briefings(shared, HEADER, dry_run=dry_run)
    was = "would be" if dry_run else "was"
    with pytest.raises(BadInput, match=f"9 of 9 rows cannot be used, so none {was} imported") as fault:
        import_briefings(shared, HEADER + b"nobody,D-001,2026-03-03,,\n" * 9, dry_run=dry_run)
    assert len(fault.value.facts["bad"]) == 9 and "--json" in fault.value.fix


def test_an_empty_log_is_told_its_own_header(shared: Workspace) -> None:
    with pytest.raises(UnreadableFile) as fault:
        import_briefings(shared, b"\xef\xbb\xbf\n")
    assert "person,subject,time,channel,by" in fault.value.fix


@pytest.mark.parametrize(
    "data",
    [b"person,subject\nR-001,D-001\n", b"person,subject,time,time\n", b"\xff\xfe\x00", b"PK\x03\x04zip"],
)
def test_tables_that_are_no_log(shared: Workspace, data: bytes) -> None:
    with pytest.raises((BadInput, UnreadableFile)):
        import_briefings(shared, data)


def test_files_that_are_missing_or_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b" \n")
    with pytest.raises(NotFound, match="person,subject,time"):
        read_briefing_file(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="person,subject,time"):
        read_briefing_file(tmp_path / "empty.csv")


def moment(text: str) -> Moment:
    found = read_moment(text)
    assert isinstance(found, Moment)
    return found


def test_a_day_is_before_a_moment_of_it_in_part() -> None:
    day, noon = moment("2026-03-03"), moment("2026-03-03T12:00Z")
    assert chance_before(day, noon) == pytest.approx(0.5)
    assert chance_before(noon, day) == pytest.approx(0.5, abs=0.05)
    assert chance_before(day, day) == pytest.approx(0.5)
    assert chance_before(noon, noon) == 1
    assert chance_before(day, moment("2026-03-04")) == 1
    assert chance_before(moment("2026-03-04"), day) == 0
    assert noon.words == "Tuesday 3 March 2026, 12:00 UTC" and day.words == "Tuesday 3 March 2026"
