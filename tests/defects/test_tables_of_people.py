"""Tables as they come: each input is named for what is wrong with it."""

from __future__ import annotations

import pytest

from dyeline.app.recipients import import_recipients, list_recipients
from dyeline.app.workspace import Workspace
from dyeline.errors import DyelineError

_READ = {
    "utf16_with_bom_and_semicolons": 'Name;E-Mail;Groups\r\nZoë Example;zoe@example.org;"a;b"\r\n'.encode(
        "utf-16"
    ),
    "latin1": "name,email\nZoë Example,zoe@example.org\n".encode("latin-1"),
    "utf8_bom_before_a_quoted_header": b'\xef\xbb\xbf"name","email"\n"Zo\xc3\xab Example","zoe@example.org"\n',
    "old_macintosh_line_ends": "name,email\rZoë Example,zoe@example.org\r".encode(),
    "no_newline_at_the_end": "name,email\nZoë Example,zoe@example.org".encode(),
    "blank_lines_above_the_header": "\n\nname,email\nZoë Example,zoe@example.org\n".encode(),
    "commas_only_lines": "name,email\n,\nZoë Example,zoe@example.org\n,,,\n".encode(),
    "shouting_header": "NAME,EMAIL ADDRESS\nZoë Example,zoe@example.org\n".encode(),
}


@pytest.mark.parametrize("name", _READ)
def test_it_is_read_right(workspace: Workspace, name: str) -> None:
    import_recipients(workspace, _READ[name])
    assert [(r.name, r.email) for r in list_recipients(workspace)] == [("Zoë Example", "zoe@example.org")]


_REFUSED = {
    "empty": b"",
    "header_missing": b"Alex Kim,alex@example.org\n",
    "spreadsheet": b"PK\x03\x04" + bytes(100),
    "quotation_mark_left_open": b'name,email\n"Alex Kim,alex@example.org\nRobin,r@example.org\n',
    "stray_quotation_mark": b'name,email\n"Alex" Kim,alex@example.org\n',
    "odd_number_of_utf16_bytes": b"\xff\xfen\x00a",
    "binary": bytes(range(256)) * 8,
    "nul_in_a_name": b"name\nA\x00B\n",
    "name_of_a_megabyte": b"name\n" + b"A" * 1_000_000,
    "no_address": b"name,email\nAlex Kim,alex at example.org\n",
    "one_address_for_two": b"name,email\nAlex Kim,a@example.org\nRobin Wu,a@example.org\n",
    "unquoted_groups_between_semicolons": b"name;email;groups\nAlex Kim;a@example.org;board;press\n",
}


@pytest.mark.parametrize("name", _REFUSED)
def test_it_is_refused_with_a_way_out_and_nothing_is_stored(workspace: Workspace, name: str) -> None:
    with pytest.raises(DyelineError) as caught:
        import_recipients(workspace, _REFUSED[name])
    assert caught.value.fix
    assert list_recipients(workspace) == []


def test_header_without_rows_is_an_import_of_nobody(workspace: Workspace) -> None:
    assert import_recipients(workspace, b"name,email\n").rows == 0


def test_namesakes_are_different_people(workspace: Workspace) -> None:
    table = b"name,organisation\nAlex Kim,North\nAlex Kim,South\nAlex Kim,South\n"
    for _ in range(2):
        import_recipients(workspace, table)
    assert [r.organisation for r in list_recipients(workspace)] == ["North", "South", "South"]
