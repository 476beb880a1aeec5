"""Custodians, sealing and unsealing: who may, what stays, what the log has before anything is shown."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dyeline.app import unsealing
from dyeline.app.briefings import import_briefings, list_briefings
from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import close_case, new_case
from dyeline.app.custodians import add_custodian, list_custodians, remove_custodian, reseal_all
from dyeline.app.custody_check import custody_check
from dyeline.app.disclosure import decide
from dyeline.app.issue import issue
from dyeline.app.log_audit import verify_log
from dyeline.app.quorum import set_quorum, show_quorum
from dyeline.app.recipients import import_recipients, list_recipients, show_recipient
from dyeline.app.registration import add_document
from dyeline.app.unsealing import (
    grant_unsealing,
    list_requests,
    refuse_unsealing,
    request_unsealing,
)
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.custody.agekeys import Identity, new_identity
from dyeline.errors import BadInput, BadKey, CaseUndecided, LogDisagrees, NamesSealed, NotPermitted
from dyeline.evidence.entries import parse_entry
from dyeline.store import database
from dyeline.store.tables import (
    Case,
    Custodian,
    HalfOpenEnvelope,
    IdentityEnvelope,
    Recipient,
    UnsealRequest,
)
from tests.e2e.journey import NOTE, opened_case, pasted, people

KEYS = [new_identity() for _ in range(4)]
Acting = Callable[[str], None]


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> Acting:
    def become(name: str) -> None:
        monkeypatch.setenv("DYELINE_ACTOR", name)

    become("issuer")
    return become


def custodians(workspace: Workspace, *keys: Identity) -> None:
    for number, key in enumerate(keys):
        add_custodian(workspace, f"custodian {number}", key.recipient.text)


def kinds(workspace: Workspace) -> list[str]:
    return [parse_entry(data).kind for data in workspace.log.entries()]


def last(workspace: Workspace, kind: str) -> dict[str, object]:
    return [e for e in map(parse_entry, workspace.log.entries()) if e.kind == kind][-1].facts


@pytest.fixture(scope="module")
def made_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six people, sealed to two custodians, the note issued, and a case that names C-0005."""
    root = tmp_path_factory.mktemp("office") / "workspace"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DYELINE_ACTOR", "issuer")
        init(root)
        workspace = open_workspace(root)
        add_document(workspace, NOTE.encode(), file_name="note.md")
        import_recipients(workspace, people(6))
        issue(workspace, "D-001", "all", root / "copies")
        custodians(workspace, *KEYS[:2])
        set_quorum(workspace, 2)
        patched.setenv("DYELINE_ACTOR", "investigator")
        opened_case(workspace, "Move")
        lines = [line for line in pasted(root / "copies" / "C-0005.md").split("\n") if line]
        (root / "forum.txt").write_text("\n".join(lines[1:3]), encoding="utf-8")
        add_exhibits(workspace, "Move", [root / "forum.txt"])
        workspace.close()
    return root


@pytest.fixture
def office(made_office: Path, tmp_path: Path, acting: Acting) -> Iterator[Workspace]:
    opened = open_workspace(shutil.copytree(made_office, tmp_path / "office"))
    acting("investigator")
    yield opened
    opened.close()


def asked(office: Workspace, **options: str) -> str:
    return request_unsealing(office, "Move", "C-0005", reason="to ask", **options).request.label


def refused(office: Workspace, code: str, act: Callable[[], object]) -> None:
    """Expect a refusal that is on record."""
    with pytest.raises(NotPermitted) as caught:
        act()
    assert caught.value.facts["refusal"] == code
    assert last(office, "unseal.refused")["code"] == code


def test_two_custodians_open_one_name_in_either_order(office: Workspace, acting: Acting) -> None:
    for first, second in ((0, 1), (1, 0)):
        label = asked(office)
        acting(f"custodian {first}")
        half = grant_unsealing(office, label, KEYS[first])
        assert half.identity is None and half.request.outcome == "half"
        acting(f"custodian {second}")
        whole = grant_unsealing(office, label, KEYS[second])
        assert whole.identity is not None and whole.identity.name == "Reader 5"
        assert whole.identity.email == "reader5@example.org" and whole.request.outcome == "opened"
        acting("investigator")
    assert [one.outcome for one in list_requests(office)] == ["opened", "opened"]
    with office.reading():
        assert HalfOpenEnvelope.objects.count() == 0
        assert Recipient.objects.exclude(name="").count() == 0
    assert verify_log(office).sound


def test_what_is_half_open_is_for_the_other_custodian_alone(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    with office.reading():
        (half,) = HalfOpenEnvelope.objects.values_list("data", flat=True)
    for key in (KEYS[0], KEYS[2]):
        with pytest.raises(BadKey):
            key.decrypt(bytes(half))


def test_the_log_has_it_before_a_name_is_given_out(
    office: Workspace, acting: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = asked(office)
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    acting("two")
    real = unsealing.record

    def fails(*arguments: object, **options: object) -> int:
        if arguments[1] == "unseal.opened":
            raise OSError("no space")
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(unsealing, "record", fails)
    with pytest.raises(OSError, match="no space"):
        grant_unsealing(office, label, KEYS[1])
    assert "unseal.opened" not in kinds(office)
    assert list_requests(office)[0].outcome == "half"  # nothing of the failed grant is kept
    monkeypatch.setattr(unsealing, "record", real)
    opened = grant_unsealing(office, label, KEYS[1])
    assert opened.identity is not None
    assert last(office, "unseal.opened") == {"request": label, "copy": "C-0005", "recipient": "R-005"}
    assert verify_log(office).without_row == {"unseal.granted": 1}


def test_one_unsealing_opens_one_name(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    for name, key in (("one", KEYS[0]), ("two", KEYS[1])):
        acting(name)
        grant_unsealing(office, label, key)
    refused(office, "request.settled", lambda: grant_unsealing(office, label, KEYS[1]))
    assert all(not one.name and one.sealed for one in list_recipients(office))


@pytest.mark.parametrize("part", ["opened the case", "examined outside of it", "asked"])
def test_who_investigates_does_not_grant(office: Workspace, acting: Acting, part: str) -> None:
    label = asked(office)
    if part == "examined outside of it":
        from dyeline.app.trace import examine

        acting("curious")
        examine(office, (office.root / "forum.txt").read_bytes())
    elif part == "asked":
        acting("curious")
        label = asked(office)
    refused(office, "custodian.investigates", lambda: grant_unsealing(office, label, KEYS[0]))
    acting("custodian")
    grant_unsealing(office, label, KEYS[0])


def test_a_key_that_an_investigator_has_used_counts_as_theirs(office: Workspace, acting: Acting) -> None:
    first = asked(office)
    acting("one")
    grant_unsealing(office, first, KEYS[0])
    new_case(office, "Other")  # whoever opens a case investigates it
    decide(office, "Other", "not-protected", by="reviewer", reason="sold")
    other = request_unsealing(
        office, "Other", "C-0001", reason="r", override_reason="seen with it"
    ).request.label
    acting("somebody else")
    refused(office, "custodian.investigates", lambda: grant_unsealing(office, other, KEYS[0]))


def test_two_grants_need_two_keys_and_two_people(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    refused(office, "custodian.twice", lambda: grant_unsealing(office, label, KEYS[0]))
    refused(office, "person.twice", lambda: grant_unsealing(office, label, KEYS[1]))
    refused(office, "custodian.unknown", lambda: grant_unsealing(office, label, KEYS[3]))
    acting("two")
    refused(office, "custodian.other_person", lambda: grant_unsealing(office, label, KEYS[0]))
    assert grant_unsealing(office, label, KEYS[1]).identity is not None


def test_a_copy_that_no_finding_names_needs_a_reason_that_is_shown(office: Workspace) -> None:
    refused(office, "copy.not_named", lambda: request_unsealing(office, "Move", "C-0002", reason="curiosity"))
    made = request_unsealing(office, "Move", "C-0002", reason="r", override_reason="found beside the copier")
    assert made.request.override_reason == "found beside the copier"
    facts = last(office, "unseal.requested")
    assert (facts["named"], facts["override"]) == (False, True)
    assert b"copier" not in b"".join(office.log.entries())


def test_the_last_decision_in_the_log_counts_and_not_the_row(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    decide(office, "Move", "undecided", by="reviewer", reason="a letter came")
    refused(office, "case.undecided", lambda: asked(office))
    with office.writing():
        Case.objects.update(decision="not-protected")
    refused(office, "case.undecided", lambda: asked(office))
    acting("one")
    refused(office, "case.undecided", lambda: grant_unsealing(office, label, KEYS[0]))
    assert [misfit.why for misfit in verify_log(office).misfits] == ["the decision differs"]
    decide(office, "Move", "protected", by="reviewer", reason="a report of a wrong")
    refused(office, "case.protected", lambda: grant_unsealing(office, label, KEYS[0]))
    with pytest.raises(CaseUndecided, match="nothing of it is examined"):
        add_exhibits(office, "Move", [office.root / "forum.txt"])


def test_a_request_lapses_and_leaves_nothing_half_open(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    with office.writing():
        UnsealRequest.objects.update(created=datetime.now(UTC) - timedelta(days=15))
    assert list_requests(office)[0].outcome == "lapsed"
    acting("two")
    refused(office, "request.lapsed", lambda: grant_unsealing(office, label, KEYS[1]))
    with office.reading():
        assert HalfOpenEnvelope.objects.count() == 0


def test_a_refusal_settles_a_request(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    assert refuse_unsealing(office, label, reason="too thin").outcome == "refused"
    acting("two")
    refused(office, "request.settled", lambda: grant_unsealing(office, label, KEYS[1]))
    with pytest.raises(NotPermitted):
        refuse_unsealing(office, label, reason="again")
    with office.reading():
        assert HalfOpenEnvelope.objects.count() == 0


def test_a_closed_case_opens_nothing(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    close_case(office, "Move", reason="answered")
    with pytest.raises(BadInput, match="closed"):
        asked(office)
    acting("one")
    refused(office, "request.settled", lambda: grant_unsealing(office, label, KEYS[0]))


def test_with_a_quorum_of_one_a_name_is_opened_alone_and_on_record(workspace: Workspace) -> None:
    add_document(workspace, NOTE.encode(), file_name="note.md")
    import_recipients(workspace, people(3))
    issue(workspace, "D-001", "all", workspace.root / "copies")
    new_case(workspace, "Move")
    with pytest.raises(NotPermitted):
        request_unsealing(workspace, "Move", "C-0002", reason="r", override_reason="x")
    decide(workspace, "Move", "not-protected", by="reviewer", reason="sold")
    opened = request_unsealing(workspace, "Move", "C-0002", reason="r", override_reason="x")
    assert opened.identity is not None and opened.identity.name == "Reader 2"
    assert last(workspace, "unseal.opened")["recipient"] == "R-002"


def test_existing_names_are_not_lost_when_a_custodian_comes_or_goes(
    office: Workspace, acting: Acting
) -> None:
    acting("issuer")
    added = add_custodian(office, "third", KEYS[2].recipient.text)
    assert (added.resealed, added.missing) == (1, 6)  # the secret of the circulation is at hand
    with pytest.raises(BadInput, match="6 names"):
        remove_custodian(office, "U-1")
    with pytest.raises(BadKey):
        reseal_all(office, [KEYS[0], KEYS[3]])
    with pytest.raises(BadKey):
        reseal_all(office, [KEYS[0], KEYS[0]])
    assert reseal_all(office, KEYS[:2]) == 7
    assert [one.recipients for one in list_custodians(office)] == [6, 6, 6]
    assert show_quorum(office).openable_by_all == 6
    remove_custodian(office, "U-1")
    with pytest.raises(BadInput, match="1 custodian would be left"):
        remove_custodian(office, "U-2")
    with office.reading():
        assert not IdentityEnvelope.objects.filter(outer="U-1").exists()
        assert not IdentityEnvelope.objects.filter(inner="U-1").exists()
    acting("investigator")
    label = asked(office)
    acting("one")
    refused(office, "custodian.unknown", lambda: grant_unsealing(office, label, KEYS[0]))
    acting("two")
    grant_unsealing(office, label, KEYS[1])
    acting("three")
    assert grant_unsealing(office, label, KEYS[2]).identity is not None
    assert verify_log(office).sound


def test_a_custodian_added_with_two_keys_helps_at_once(office: Workspace, acting: Acting) -> None:
    acting("issuer")
    added = add_custodian(office, "third", KEYS[2].recipient.text, identities=KEYS[:2])
    assert added.missing == 0
    with pytest.raises(BadInput, match="this key already"):
        add_custodian(office, "again", KEYS[2].recipient.text)


def test_a_grant_of_a_custodian_who_is_removed_meanwhile_counts_no_more(
    office: Workspace, acting: Acting
) -> None:
    acting("issuer")
    add_custodian(office, "third", KEYS[2].recipient.text, identities=KEYS[:2])
    acting("investigator")
    label = asked(office)
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    acting("issuer")
    remove_custodian(office, "U-1")
    acting("two")
    assert grant_unsealing(office, label, KEYS[1]).identity is None
    acting("three")
    assert grant_unsealing(office, label, KEYS[2]).identity is not None


def test_a_changed_record_opens_nothing_and_settles_nothing(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    with office.writing():
        row = Recipient.objects.get(label="R-005")
        other = Recipient.objects.get(label="R-004")
        row.sealed = other.sealed
        row.save(update_fields=["sealed"])
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    acting("two")
    with pytest.raises(BadKey, match="R-005"):
        grant_unsealing(office, label, KEYS[1])
    assert list_requests(office)[0].outcome == "half"


def test_sealing_needs_two_custodians_and_consent(workspace: Workspace, acting: Acting) -> None:
    import_recipients(workspace, people(3))
    custodians(workspace, KEYS[0])
    with pytest.raises(BadInput, match="at least two"):
        set_quorum(workspace, 2)
    custodians(workspace, KEYS[1])
    with pytest.raises(NotPermitted):
        set_quorum(workspace, 2, confirm=lambda planned: False)
    with pytest.raises(BadInput, match="quorum of 3"):
        set_quorum(workspace, 3)
    assert set_quorum(workspace, 2, dry_run=True).recipients == 3
    assert show_recipient(workspace, "reader1@example.org").name == "Reader 1"
    set_quorum(workspace, 2)
    again = set_quorum(workspace, 2)
    assert (again.changed, again.recipients) == (False, 0)
    with pytest.raises(BadInput, match="all at once"):
        set_quorum(workspace, 1)
    with pytest.raises(NamesSealed):
        show_recipient(workspace, "reader1@example.org")
    assert show_recipient(workspace, "R-001").sealed
    assert kinds(workspace).count("recipients.sealed") == 1


def test_sealing_that_is_interrupted_before_old_pages_are_overwritten_is_finished_by_repeating_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_recipients(workspace, people(3))
    custodians(workspace, *KEYS[:2])

    def stopped(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(database, "scrub", stopped)
        with pytest.raises(KeyboardInterrupt):
            set_quorum(workspace, 2)
    assert show_quorum(workspace).unscrubbed and custody_check(workspace).state == "fail"
    set_quorum(workspace, 2)
    assert not show_quorum(workspace).unscrubbed
    workspace.close()
    assert b"reader1@" not in workspace.database_path.read_bytes()


def test_sealing_that_fails_half_way_changes_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_recipients(workspace, people(3))
    custodians(workspace, *KEYS[:2])

    def full(*arguments: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patched:
        patched.setattr("dyeline.app.quorum.put_secret_envelopes", full)
        with pytest.raises(OSError, match="disk"):
            set_quorum(workspace, 2)
    assert show_recipient(workspace, "reader1@example.org").name == "Reader 1"
    assert show_quorum(workspace).sealed == 0
    set_quorum(workspace, 2)
    assert show_quorum(workspace).sealed == 3


def test_a_roster_key_outside_is_asked_for_by_those_who_import(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_recipients(workspace, people(3))
    custodians(workspace, *KEYS[:2])
    key = tmp_path / "roster.key"
    set_quorum(workspace, 2, roster_key=key)
    assert not (workspace.root / "keys" / "roster.key").exists() and key.stat().st_mode & 0o077 == 0
    with pytest.raises(NamesSealed, match="outside"):
        import_recipients(workspace, people(3))
    assert len(list_recipients(workspace)) == 3
    monkeypatch.setenv("DYELINE_ROSTER_KEY", str(key))
    report = import_recipients(workspace, people(4))
    assert (report.added, report.unchanged) == (1, 3)
    key.with_name("other").write_bytes(bytes(32))
    key.with_name("other").chmod(0o600)
    monkeypatch.setenv("DYELINE_ROSTER_KEY", str(key.with_name("other")))
    with pytest.raises(BadKey, match="another workspace"):
        import_recipients(workspace, people(4))


def test_a_roster_key_can_be_moved_out_later(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_recipients(workspace, people(3))
    custodians(workspace, *KEYS[:3])
    set_quorum(workspace, 2)
    assert custody_check(workspace).state == "warn" and "guesses" in custody_check(workspace).seen
    (workspace.root / "keys" / "roster.key").rename(tmp_path / "roster.key")
    assert custody_check(workspace).state == "ok" and show_quorum(workspace).roster_key == "outside"
    with pytest.raises(NamesSealed):
        import_recipients(workspace, people(3))
    assert len(list_recipients(workspace)) == 3
    monkeypatch.setenv("DYELINE_ROSTER_KEY", str(tmp_path / "roster.key"))
    assert import_recipients(workspace, people(3)).unchanged == 3


def test_the_doctor_says_what_could_be_lost(office: Workspace, acting: Acting) -> None:
    assert "loses the key" in custody_check(office).seen
    acting("issuer")
    add_custodian(office, "third", KEYS[2].recipient.text)
    assert "6 of them not to every pair" in custody_check(office).seen
    reseal_all(office, KEYS[:2])
    assert "roster key lies among" in custody_check(office).seen


def test_people_are_found_again_and_changed_in_sealed_recipients(workspace: Workspace) -> None:
    custodians(workspace, *KEYS[:2])
    set_quorum(workspace, 2)
    table = b"name,email,organisation,role,groups\nAda,ada@example.org,Ex,boss,one\nAda,,Ex,,\nAda,,Ex,,\n"
    assert import_recipients(workspace, table).added == 3
    assert import_recipients(workspace, table).unchanged == 3
    with workspace.reading():
        before = bytes(Recipient.objects.get(label="R-001").sealed or b"")
        envelopes = IdentityEnvelope.objects.count()
    partial = import_recipients(workspace, b"name,email\nAda Bee,ADA@example.org\n")
    assert (partial.added, partial.unchanged, len(partial.warnings)) == (0, 1, 1)
    with workspace.reading():
        assert bytes(Recipient.objects.get(label="R-001").sealed or b"") == before
    whole = table.replace(b"Ada,ada", b"Ada Bee,ada").replace(b",one", b",two")
    assert import_recipients(workspace, whole).updated == 1
    with workspace.reading():
        assert bytes(Recipient.objects.get(label="R-001").sealed or b"") != before
        assert IdentityEnvelope.objects.count() == envelopes
    assert list_recipients(workspace)[0].groups == ("one", "two")
    assert import_recipients(workspace, whole).unchanged == 3


def test_copies_with_a_line_need_the_table_and_the_manifest_keeps_names(
    office: Workspace, acting: Acting, tmp_path: Path
) -> None:
    acting("issuer")
    with pytest.raises(NamesSealed, match="6 recipients"):
        issue(office, "D-001", "all", tmp_path / "all")
    issue(office, "D-001", "all", tmp_path / "bare", notice=False)
    assert "Reader" not in (tmp_path / "bare" / "manifest.csv").read_text()
    (tmp_path / "some.csv").write_bytes(people(2))
    issue(office, "D-001", str(tmp_path / "some.csv"), office.root / "copies")
    manifest = (office.root / "copies" / "manifest.csv").read_text()
    assert all(f"Reader {number}," in manifest for number in range(1, 7))


def test_a_record_that_is_sealed_anew_starts_open_requests_over(office: Workspace, acting: Acting) -> None:
    label = asked(office)
    acting("one")
    grant_unsealing(office, label, KEYS[0])
    acting("issuer")
    assert import_recipients(office, people(6).replace(b"Reader 5,", b"Reader Five,")).updated == 1
    acting("two")
    assert grant_unsealing(office, label, KEYS[1]).identity is None
    acting("one")
    opened = grant_unsealing(office, label, KEYS[0])
    assert opened.identity is not None and opened.identity.name == "Reader Five"


def test_briefings_of_sealed_people_are_entered_by_name_address_or_label(workspace: Workspace) -> None:
    custodians(workspace, *KEYS[:2])
    set_quorum(workspace, 2)
    import_recipients(
        workspace, b"name,email,organisation\nAda Bee,ada@example.org,Ex Ltd\nTwin,,A\nTwin,,B\n"
    )
    head = b"person,subject,time,channel,by\n"
    told = b"ada@EXAMPLE.org,the plan of Ex Ltd,2026-03-01,call,Twin\nada bee,it,2026-03-01,,\nR-003,it,2026-03-01,,\n"
    assert import_briefings(workspace, head + told, dry_run=True).added == 3
    assert (
        import_briefings(workspace, head + told).added,
        import_briefings(workspace, head + told).known,
    ) == (3, 3)
    with pytest.raises(BadInput, match="R-002, R-003") as caught:
        import_briefings(workspace, head + b"Twin,it,2026-03-02,,\n")
    assert "Twin" not in str(caught.value) + str(caught.value.facts)
    new = head + b"Zoe Newcomer,it,2026-03-02,call with Zoe Newcomer,\nzoe2@example.org,it,2026-03-02,,\n"
    assert import_briefings(workspace, new, add_people=True).added_people == 2
    assert import_briefings(workspace, new).known == 2
    records = list_briefings(workspace)
    assert sorted(one.recipient for one in records) == ["R-001", "R-001", "R-003", "R-004", "R-005"]
    assert records[0].told_by == "R-002" and "Ex Ltd" not in records[0].subject.fact
    workspace.close()
    stored = workspace.database_path.read_bytes()
    assert not any(word in stored for word in (b"Newcomer", b"zoe2", b"Ada Bee", b"Ex Ltd", b"Twin"))


@pytest.mark.parametrize(
    "change",
    [
        {"key": new_identity().recipient.text},
        {"removed": datetime(2026, 1, 1, tzinfo=UTC)},
        {"label": "U-9"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nothing_is_sealed_to_custodians_who_are_not_those_of_the_log(
    office: Workspace, change: dict[str, object]
) -> None:
    with office.writing():
        Custodian.objects.filter(label="U-2").update(**change)
        known = Recipient.objects.count()
    for attempt in (lambda: import_recipients(office, people(1, first=90)), lambda: show_quorum(office)):
        with pytest.raises(LogDisagrees, match="U-2"):
            attempt()
    with office.reading():
        assert Recipient.objects.count() == known
