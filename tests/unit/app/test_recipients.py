from __future__ import annotations

from pathlib import Path

import pytest

from dyeline.app.recipients import (
    ImportReport,
    add_recipient,
    import_recipients,
    list_recipients,
    read_table_file,
    select_recipients,
    show_recipient,
)
from dyeline.app.workspace import Workspace
from dyeline.errors import BadInput, NotFound, UnreadableFile

PEOPLE = b"""name,email,organisation,role,groups
Alex Kim,alex@example.org,North,Editor,board;press
Robin Wu,robin@example.org,South,,board
Sam Oy,,North,Counsel,
Sam Oy,,North,Counsel,press
"""


def _counts(report: ImportReport) -> tuple[int, ...]:
    return (report.added, report.updated, report.unchanged, len(report.duplicates), len(report.bad))


def test_an_import_adds_everybody_in_order(workspace: Workspace) -> None:
    report = import_recipients(workspace, PEOPLE)
    assert _counts(report) == (4, 0, 0, 0, 0)
    records = list_recipients(workspace)
    assert [r.label for r in records] == ["R-001", "R-002", "R-003", "R-004"]
    assert report.recipients == tuple(r.key for r in records)
    assert records[0].groups == ("board", "press")
    assert [note.line for note in report.warnings] == [5]  # namesakes stay two people


def test_importing_twice_changes_nothing(workspace: Workspace) -> None:
    first = import_recipients(workspace, PEOPLE)
    before = list_recipients(workspace)
    second = import_recipients(workspace, PEOPLE)
    assert _counts(second)[:3] == (0, 0, 4)
    assert second.recipients == first.recipients
    assert list_recipients(workspace) == before


def test_an_email_identifies_whatever_its_case_and_cells_left_empty_say_nothing(workspace: Workspace) -> None:
    import_recipients(workspace, PEOPLE)
    report = import_recipients(
        workspace, b"name,email,organisation,groups\nAlexandra Kim,ALEX@example.org,,audit\n"
    )
    assert _counts(report) == (0, 1, 0, 0, 0)
    assert "R-001" in report.warnings[0].note
    record = show_recipient(workspace, "r-001")
    assert (record.name, record.organisation, record.role) == ("Alexandra Kim", "North", "Editor")
    assert record.groups == ("audit", "board", "press")


def test_the_same_email_twice_in_a_table(workspace: Workspace) -> None:
    same = b"name,email\nAlex Kim,a@example.org\nalex kim,A@example.org\n"
    assert _counts(import_recipients(workspace, same)) == (1, 0, 0, 1, 0)
    other = b"name,email\nAlex Kim,a@example.org\nRobin Wu,a@example.org\n"
    with pytest.raises(BadInput, match="line 3: same e-mail as line 2 under another name"):
        import_recipients(workspace, other)


def test_a_bad_row_stops_everything_unless_told_otherwise(workspace: Workspace) -> None:
    table = b"name,email\nAlex Kim,a@example.org\n,b@example.org\nRobin Wu,nobody\n"
    with pytest.raises(BadInput, match="2 of 3 rows") as caught:
        import_recipients(workspace, table)
    assert caught.value.facts["bad"] == [
        {"line": 3, "note": "no name"},
        {"line": 4, "note": "e-mail is not of the form someone@example.org"},
    ]
    assert list_recipients(workspace) == []
    tried = import_recipients(workspace, table, dry_run=True)
    assert (_counts(tried), tried.recipients) == ((1, 0, 0, 0, 2), ())
    assert list_recipients(workspace) == []
    assert _counts(import_recipients(workspace, table, skip_bad=True)) == (1, 0, 0, 0, 2)
    assert [r.name for r in list_recipients(workspace)] == ["Alex Kim"]


def test_an_error_shows_few_rows_and_counts_the_rest(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match=r"and 95 more") as caught:
        import_recipients(workspace, b"name,email\n" + b",x\n" * 100)
    assert len(str(caught.value)) < 600


def test_groups_ignore_case(workspace: Workspace) -> None:
    import_recipients(workspace, b"name,groups\nA,Board\nB,board;BOARD\nC,press\n")
    assert [r.name for r in list_recipients(workspace, group=" BOARD ")] == ["A", "B"]
    with pytest.raises(NotFound):
        list_recipients(workspace, group="nobody")


def test_adding_one(workspace: Workspace) -> None:
    record = add_recipient(workspace, " Alex   Kim ", email="a@example.org", groups=["board", "x"])
    assert (record.label, record.name, record.groups) == ("R-001", "Alex Kim", ("board", "x"))
    assert show_recipient(workspace, "A@EXAMPLE.org") == record
    with pytest.raises(BadInput, match="R-001 has this e-mail"):
        add_recipient(workspace, "Robin Wu", email="A@example.org")
    with pytest.raises(BadInput, match="no name"):
        add_recipient(workspace, "  ")
    assert len(list_recipients(workspace)) == 1


@pytest.mark.parametrize("label", ["R-999", "", "nobody@example.org"])
def test_an_unknown_recipient_is_not_found(workspace: Workspace, label: str) -> None:
    add_recipient(workspace, "Alex Kim")  # without an address: "" must not find it
    with pytest.raises(NotFound):
        show_recipient(workspace, label)


def test_choosing_by_table_imports_it_and_keeps_its_order(workspace: Workspace, tmp_path: Path) -> None:
    import_recipients(workspace, PEOPLE)
    table = tmp_path / "some.csv"
    table.write_bytes(
        b"name,email\nNew One,new@example.org\nAlex Kim,alex@example.org\nNew One,new@example.org\n"
    )
    for _ in range(2):
        chosen = select_recipients(workspace, str(table))
        assert [r.label for r in chosen] == ["R-005", "R-001"]
    assert len(list_recipients(workspace)) == 5


def test_choosing_by_group_or_all(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        select_recipients(workspace, "all")
    import_recipients(workspace, PEOPLE)
    assert len(select_recipients(workspace, "all")) == 4
    assert [r.label for r in select_recipients(workspace, "group:press")] == ["R-001", "R-004"]


def test_tables_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_table_file(tmp_path / "missing.csv")
    with pytest.raises(UnreadableFile, match="directory"):
        read_table_file(tmp_path)


def test_many_more_recipients_than_a_statement_has_variables(workspace: Workspace, tmp_path: Path) -> None:
    rows = [f"Person {k % 700},p{k}@example.org,g{k % 3}" for k in range(5000)]
    table = tmp_path / "many.csv"
    table.write_text("\n".join(["name,email,groups", *reversed(rows)]))
    chosen = select_recipients(workspace, str(table))
    assert [r.email for r in chosen[:2]] == ["p4999@example.org", "p4998@example.org"]
    table.write_text(table.read_text().replace("Person", "Colleague"))
    assert import_recipients(workspace, table.read_bytes()).updated == 5000
    assert len(list_recipients(workspace, group="g0")) == 1667


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_list_without_a_usable_row_is_refused_also_when_it_is_only_tried(
    workspace: Workspace, dry_run: bool
) -> None:
    with pytest.raises(BadInput, match="2 of 2 rows"):
        import_recipients(
            workspace, b"name,email\n,a@example.org\n,b@example.org\n", dry_run=dry_run, skip_bad=True
        )
