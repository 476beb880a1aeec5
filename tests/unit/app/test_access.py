"""Access on record: leaks as people describe them, the finding by labels, exposure and plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dyeline.app.access import who_had_access
from dyeline.app.briefings import import_briefings
from dyeline.app.exposure import plan_telling, plot_exposure, show_exposure
from dyeline.app.knowledge import load_knowledge
from dyeline.app.leaks import LeakText, read_leak
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.shortfall import checked_result, how_surprising, read_pair, read_past, read_past_file
from dyeline.app.subjects import Subject
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.errors import BadInput, DyelineError, NotFound, TooLarge, UnreadableFile
from dyeline.store.tables import Circulation, Examination, IssuedCopy, Recipient, Version
from tests.e2e.journey import NOTE, people

LEAK = LeakText("2026-03-03T18:00Z", ("D-001",), ("f2", "f6", "the date"))


def briefed(root: Path) -> None:
    """Fill a workspace: four desks of five, told different facts; all of desk 2 facts 2 and 6 and a free one."""
    workspace = open_workspace(root)
    import_recipients(workspace, people(20))
    add_document(workspace, NOTE.encode(), file_name="note.md")
    rows = []
    for n in range(1, 21):
        told = {0: ("f1", "f2"), 1: ("f3", "f4"), 2: ("f2", "f6"), 3: ("f5",)}[n % 4]
        rows += [f"R-{n:03},D-001/{fact},2026-03-02T09:00Z,meeting {n % 4},Chair" for fact in told]
        if n % 4 == 2:
            rows.append(f"R-{n:03},The Date,2026-03-02T09:00Z,,")
    rows.append("R-004,D-001/f6,2026-03-09T09:00Z,mail,")  # after the leak
    import_briefings(workspace, "\n".join(["person,subject,time,channel,by", *rows]).encode())
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with workspace.writing():
        circulation = Circulation.objects.create(
            label="X-001",
            version=Version.objects.get(),
            format="md",
            carriers=[],
            notice=True,
            code_scheme="",
            layout_sha256="",
            key_name="",
            created=now,
        )
        for index, (label, sha256) in enumerate([("R-007", "a" * 64), ("R-008", "")]):
            IssuedCopy.objects.create(
                circulation=circulation,
                index=index,
                label=f"C-000{index + 1}",
                recipient=Recipient.objects.get(label=label),
                file_name="",
                sha256=sha256,
                commitment="",
                created=now,
            )
        Examination.objects.create(
            exhibit_sha256="",
            parameters={},
            outcome="attributed",
            finding={"bound": 0.001, "candidates": [{"copy": "C-0001"}]},
            created=now,
        )
    workspace.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    root = tmp_path_factory.mktemp("access") / "workspace"
    init(root)
    briefed(root)
    opened = open_workspace(root)
    yield opened
    opened.close()


def test_the_report_counts_people_and_lists_labels(filled: Workspace) -> None:
    report = who_had_access(filled, [LEAK])
    said = report.to_dict()
    assert report.explanation[0].startswith(
        "Of 20 people, 5 had all three facts by Tuesday 3 March 2026, 18:00 UTC; "
    )
    assert said["leaks"][0]["present"] == ["D-001/f2", "D-001/f6", "The Date"]
    assert said["leaks"][0]["absent"] == ["D-001/f1", "D-001/f3", "D-001/f4", "D-001/f5"]
    assert {"R-002", "R-006", "R-010"} <= set(said["people"]) and "R-004" not in said["people"]
    assert said["statement"] == "organisation Desk 2"
    assert said["names_a_person"] is False
    assert "Reader" not in json.dumps(said) and "example.org" not in json.dumps(said)
    assert len(said["sweep"]) == 11


def test_an_issued_copy_is_access_to_all_facts_and_an_unreleased_one_is_not(filled: Workspace) -> None:
    known = {who: set(since) for who, since in show_exposure(filled, ["D-001"]).matrix}
    assert known["R-007"] == {"D-001", *(f"D-001/f{n}" for n in range(1, 7))}
    assert known["R-008"] == {"D-001/f1", "D-001/f2"}


def test_a_document_without_facts_is_what_leaked(filled: Workspace) -> None:
    report = who_had_access(filled, [LeakText("2026-03-03", ("D-001",))])
    assert report.to_dict()["leaks"][0]["present"] == ["D-001"]
    assert report.explanation[0].startswith("Of 20 people, 1 had the fact")


CALLED = LeakText("2026-03-03", (), tuple(f"D-001/f{n}" for n in range(1, 10)))


def called(root: Path, source: int) -> None:
    """Make a workspace of 30 people: one was told nine facts in a call, two nothing, the others two in a meeting."""
    init(root)
    workspace = open_workspace(root)
    import_recipients(workspace, people(30))
    add_document(workspace, NOTE.encode(), file_name="note.md")
    rows = [f"R-{source:03},D-001/f{f},2026-03-02,call to Reader {source},\n" for f in range(1, 10)]
    others = set(range(1, 31)) - {source, 1, 3}
    rows += [f"R-{n:03},D-001/f{f},2026-03-02,meeting,\n" for n in others for f in (1, 2)]
    import_briefings(workspace, "".join(["person,subject,time,channel,by\n", *rows]).encode())
    workspace.close()


def test_a_call_to_one_person_names_nobody(tmp_path: Path) -> None:
    """Three people of one desk, each in turn the only one who fits: the reports are the same."""
    said = []
    for source in (2, 6, 30):
        called(tmp_path / str(source), source)
        workspace = open_workspace(tmp_path / str(source))
        report = who_had_access(workspace, [CALLED]).to_dict()
        workspace.close()
        assert (
            report["people_in_set"] == 1 and report["withheld"] and report["unnamed_in_set"] == 2
        )  # the call, the desk
        said.append(json.dumps(report))
    assert said[0] == said[1] == said[2]
    assert "call" not in said[0] and "R-0" not in said[0]


def test_a_channel_counts_those_whom_it_told_in_time(filled: Workspace) -> None:
    knowledge = load_knowledge(filled)
    channels = dict(zip(knowledge.circle.channels, range(9), strict=False))
    wanted = [Subject("D-001", "f6"), Subject("", "the date")]
    through = knowledge.listeners(wanted, lambda when: float(when.begins < datetime(2026, 3, 5, tzinfo=UTC)))
    told = {name: {knowledge.circle.people[row] for row in through[n]} for name, n in channels.items()}
    assert told["meeting 2"] == {f"R-{n:03}" for n in (2, 6, 10, 14, 18)}
    assert told["mail"] == told["meeting 1"] == set()
    assert len(knowledge.listeners(wanted, lambda when: 1.0)[channels["mail"]]) == 1


def test_a_person_is_looked_at_only_beside_a_mark(filled: Workspace) -> None:
    mark = who_had_access(filled, [LEAK], beside="c-0001").mark
    assert mark is not None and (mark.copy, mark.recipient, mark.bound) == ("C-0001", "R-007", 0.001)
    assert (mark.access.had, mark.access.published) == (2, 3)
    for copy in ("C-0002", "C-0099", ""):
        with pytest.raises(NotFound, match="No examination has attributed"):
            who_had_access(filled, [LEAK], beside=copy)


@pytest.mark.parametrize(
    "leak",
    [
        LeakText("yesterday", ("D-001",)),
        LeakText("2026-03-03T09:00", ("D-001",)),
        LeakText("2026-03-03", ("D-009",)),
        LeakText("2026-03-03", ("D-001",), ("f77",)),
        LeakText("2026-03-03", (), ("D-001/2",)),
        LeakText("2026-03-03", ("D-001",), ("f1",), ("f1",)),
        LeakText("2026-03-03"),
        LeakText("2026-03-03", (), (), ("D-001/f1",)),
    ],
)
def test_leaks_that_are_not_on_record_are_refused(filled: Workspace, leak: LeakText) -> None:
    with pytest.raises((BadInput, NotFound)) as fault:
        who_had_access(filled, [leak])
    assert fault.value.fix


@pytest.mark.parametrize("prior", [0.0, -1.0, 0.95, float("nan")])
def test_no_log_is_taken_as_complete(filled: Workspace, prior: float) -> None:
    with pytest.raises(BadInput):
        who_had_access(filled, [LEAK], prior_outside=prior)


def test_no_leak_is_refused(filled: Workspace) -> None:
    with pytest.raises(BadInput):
        who_had_access(filled, [])


def test_leaks_are_read_from_options_and_files(tmp_path: Path) -> None:
    assert read_leak("2026-03-03T09:00+01:00:D-001/f1, price") == [
        LeakText("2026-03-03T09:00+01:00", facts=("D-001/f1", "price"))
    ]
    assert read_leak("2026-03-03:x") == [LeakText("2026-03-03", facts=("x",))]
    one = {"published": "2026-03-03", "documents": ["D-001"], "missing": ["f2"]}
    (tmp_path / "a.json").write_text(json.dumps([one, one]))
    assert read_leak(str(tmp_path / "a.json")) == [LeakText("2026-03-03", ("D-001",), (), ("f2",))] * 2
    (tmp_path / "b.yaml").write_text("published: 2026-03-03T09:00:00Z\nfacts: [f1, 2]\n")
    assert read_leak(str(tmp_path / "b.yaml")) == [LeakText("2026-03-03T09:00:00Z", facts=("f1", "2"))]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]x", b"\xff\xfe\x00", b"{", b"[" * 5000, b"text", b"{published: [1]}", b"{published: a, facts: {b: c}}",
        b"{published: a, who: b}", b"{published: a, facts: [[b]]}", b"!!python/object:os.system {}", b"a: &a [*a]",
    ],
)  # fmt: skip
def test_files_that_are_no_leak(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "leak").write_bytes(data)
    with pytest.raises(DyelineError) as fault:
        read_leak(str(tmp_path / "leak"))
    assert fault.value.fix


def test_leak_files_that_are_missing_or_huge(tmp_path: Path) -> None:
    (tmp_path / "huge").write_bytes(b" " * (2**20 + 1))
    with pytest.raises(TooLarge):
        read_leak(str(tmp_path / "huge"))
    for name in ("none", "a\0b", ""):
        with pytest.raises(NotFound):
            read_leak(name)


def test_exposure_counts_and_halves(filled: Workspace) -> None:
    shown = show_exposure(filled, days=30)
    counted = {item.subject: item.people for item in shown.subjects}
    assert counted["D-001/f2"] == 11 and counted["The Date"] == 5 and counted["D-001"] == 1
    two = next(item for item in shown.subjects if item.subject == "D-001/f2")
    assert two.halved is not None and two.halved.left == 5 and two.first == "2026-03-01T00:00Z"
    assert shown.people == 20
    assert json.loads(json.dumps(shown.to_dict()))["curve"][0]["parties"] == 5
    assert plot_exposure(shown).startswith("<svg")
    for chance in (0.0, 0.6, float("nan")):
        with pytest.raises(BadInput):
            show_exposure(filled, chance_a_day=chance)
    with pytest.raises(NotFound):
        show_exposure(filled, ["D-7"])


def test_the_plan_lists_at_least_three_labels(filled: Workspace) -> None:
    following = plan_telling(filled, [LEAK])
    assert len(following.recipients) >= 3 and list(following.recipients) == sorted(following.recipients)
    assert following.to_dict()["choices"][0]["told"] == len(following.recipients)


def test_an_empty_record_says_what_to_do(tmp_path: Path) -> None:
    init(tmp_path / "w")
    workspace = open_workspace(tmp_path / "w")
    assert show_exposure(workspace).subjects == ()
    with pytest.raises(NotFound):
        who_had_access(workspace, [LEAK])
    with pytest.raises(NotFound):
        plot_exposure(show_exposure(workspace))
    workspace.close()


@pytest.mark.parametrize("text", ["20", "a:b", "20:21", "0:0", "-1:0", "20:³", "9999999:1", "20:1:2", ":"])
def test_results_that_are_no_counts(text: str) -> None:
    with pytest.raises(BadInput):
        read_pair(text)


@pytest.mark.parametrize("number", ["10001", "1000000000", "9" * 5000])
def test_a_count_that_is_too_large_is_called_that(number: str) -> None:
    for expected, observed in ((number, "4"), ("20", number)):
        with pytest.raises(BadInput, match="too large") as fault:
            checked_result(expected, observed, "The operation")
        assert "10,000" in fault.value.fix and len(fault.value.problem) < 100
    assert checked_result("000000010000", "4", "The operation").expected == 10_000


def test_past_results_that_are_not_there_are_told_their_own_header(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as missing:
        read_past_file(tmp_path / "none.csv")
    for data in (b"", b" \n", b"\xef\xbb\xbf"):
        (tmp_path / "empty.csv").write_bytes(data)
        with pytest.raises(UnreadableFile) as empty:
            read_past_file(tmp_path / "empty.csv")
        assert "(expected,observed)" in empty.value.fix
    assert "expected,observed" in missing.value.fix


def test_past_results_come_from_a_table() -> None:
    past = read_past(b"name;observed;expected\nfirst;15;20\nsecond;16;18\n")
    assert [(r.expected, r.observed) for r in past] == [(20, 15), (18, 16)]
    this = checked_result("20", "4", "The operation")
    assert how_surprising(past, this, leak_factor=0.5).chance_without < 0.1
    for data in (
        b"expected\n20\n",
        b"expected,observed,observed\n",
        b"expected,observed\n20\n",
        b"expected,observed\n2,x\n",
    ):
        with pytest.raises(BadInput):
            read_past(data)
    for factor in (0.0, 1.0, float("nan")):
        with pytest.raises(BadInput):
            how_surprising(past, this, leak_factor=factor)
    with pytest.raises(BadInput):
        how_surprising([], this, leak_factor=0.5)
