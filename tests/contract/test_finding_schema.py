"""What `dyeline trace --json` prints is what the schema in the package promises, for every outcome."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from dyeline.app.issue import issue
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.cli.main import run
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.model.finding import (
    Candidate,
    ExhibitFacts,
    Finding,
    NoneOfThese,
    ReadCount,
    ReadSummary,
    Region,
    SourceDocument,
)
from tests.e2e.journey import people

SCHEMA: dict[str, Any] = json.loads(files("dyeline").joinpath("model", "finding.schema.json").read_text())
THINGS = "river garden window castle market bridge forest letter ladder winter".split()
MINUTES = "\n".join(
    f"The {THINGS[n]} committee met {{=s{n}: early | late | often | rarely}} at the {THINGS[9 - n]} house, and "
    f"the {THINGS[(n * 3 + 1) % 10]} keeper wrote the minutes about it."
    for n in range(6)
)
MEMO = "\n".join(
    f"Whoever comes to the {thing} should {{=m{n}: bring | carry}} a lamp, since the {thing} is dark by then."
    for n, thing in enumerate(THINGS)
)
RECIPIENTS = 40
KEYS = {
    "exhibit outcome document region readings bound candidates none_of_these advice methods together log": (),
    "received examination": ("log",),
    "sha256 kind words": ("exhibit",),
    "id version title circulation": ("document",),
    "start_word end_word page quad picture": ("region",),
    "sites read by_carrier": ("readings",),
    "posterior prior": ("none_of_these",),
}


def secret_with_twins() -> tuple[bytes, tuple[int, ...]]:
    """Return a secret that gives two of the recipients one codeword of the minutes, and their indices."""
    for k in count():
        secret = bytes([k]) * 32
        words = codewords_of(NEW_SCHEME, secret, list(range(RECIPIENTS)), site_weights([4] * 6, secret))
        same = (words[:, None] == words[None]).all(axis=2).sum(axis=1)
        if (same == 2).sum() == 2 and same.max() == 2:
            return secret, tuple(np.flatnonzero(same == 2).tolist())
    raise AssertionError


TWIN_SECRET, TWINS = secret_with_twins()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Minutes issued with a secret of our choice, a memo issued with another, and a draft never issued."""
    root = tmp_path_factory.mktemp("schema") / "workspace"
    init(root)
    workspace = open_workspace(root)
    import_recipients(workspace, people(RECIPIENTS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dyeline.store.keys.secrets.token_bytes", lambda size: TWIN_SECRET[:size])
        add_document(workspace, MINUTES.encode(), file_name="minutes.txt", style="legal")
        issue(workspace, "D-001", "all", root / "minutes", carriers=["declared"], notice=False, processes=1)
    add_document(workspace, MEMO.encode(), file_name="memo.txt", style="legal")
    issue(workspace, "D-002", "all", root / "memo", notice=False, processes=1)
    draft = " ".join(
        f"Nobody ever saw the {a} behind the {b}." for a, b in zip(THINGS, THINGS[::-1], strict=True)
    )
    add_document(workspace, draft.encode(), file_name="draft.txt")
    (root / "draft.txt").write_text(draft)
    workspace.close()
    return workspace


@pytest.fixture
def traced(office: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    def trace(exhibit: bytes | Path, *options: str) -> dict[str, Any]:
        path = exhibit if isinstance(exhibit, Path) else tmp_path / "exhibit.txt"
        if isinstance(exhibit, bytes):
            path.write_bytes(exhibit)
        with pytest.raises(SystemExit) as caught:
            run(["--workspace", str(office.root), "trace", str(path), "--json", *options])
        printed = capsys.readouterr()
        assert (caught.value.code, printed.err) == (0, "")
        assert printed.out.isascii() and printed.out.count("\n") == 1
        finding: dict[str, Any] = json.loads(printed.out)
        jsonschema.validate(finding, SCHEMA)
        assert finding["exhibit"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        for names, where in KEYS.items():
            part: Any = finding
            for name in where:
                part = part[name]
            assert part is None or list(part) == names.split()
        return finding

    return trace


def test_the_schema_is_one_and_says_what_every_field_is() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [*SCHEMA["required"], "together", "log"] == next(iter(KEYS)).split()  # they came later
    assert set(SCHEMA["properties"]["outcome"]["enum"]) == set(
        "attributed narrowed insufficient no_readable_mark not_ours".split()
    )
    assert all(part.get("description") for part in SCHEMA["properties"].values())


def test_attributed_holds_exactly_the_copies_at_or_below_the_bound(office: Workspace, traced: Any) -> None:
    finding = traced(office.root / "memo" / f"C-{RECIPIENTS + 7:04}.txt")
    assert finding["outcome"] == "attributed"
    assert [c["copy"] for c in finding["candidates"]] == [f"C-{RECIPIENTS + 7:04}"]
    assert all(c["family_wise_p"] <= finding["bound"] for c in finding["candidates"])
    assert list(finding["candidates"][0]) == (
        "copy recipient p_value family_wise_p log10_lr posterior document circulation".split()
    )
    assert finding["candidates"][0]["recipient"] == "R-007"
    assert finding["document"]["id"] == "D-002"
    assert finding["readings"]["by_carrier"].keys() == {"character", "declared"}


def test_narrowed_when_two_copies_are_alike(office: Workspace, traced: Any) -> None:
    labels = [f"C-{index + 1:04}" for index in TWINS]
    exhibit = office.root / "minutes" / f"{labels[0]}.txt"
    both = traced(exhibit, "--bound", "0.5")
    assert both["outcome"] == "attributed"
    assert [c["copy"] for c in both["candidates"][:2]] == labels
    finding = traced(exhibit, "--bound", str(0.99 * both["candidates"][0]["family_wise_p"]))
    assert finding["outcome"] == "narrowed"
    assert [c["copy"] for c in finding["candidates"]] == labels
    assert all(c["family_wise_p"] > finding["bound"] for c in finding["candidates"])
    assert finding["none_of_these"]["posterior"] < finding["none_of_these"]["prior"]


def test_insufficient(office: Workspace, traced: Any) -> None:
    finding = traced(office.root / "minutes" / f"C-{TWINS[0] + 1:04}.txt", "--bound", "1e-9")
    assert (finding["outcome"], finding["candidates"], finding["bound"]) == ("insufficient", [], 1e-9)
    assert finding["readings"]["read"] == 6
    assert finding["region"]["start_word"] == 0


def test_no_readable_mark(office: Workspace, traced: Any) -> None:
    finding = traced(office.root / "draft.txt")
    assert (finding["outcome"], finding["candidates"]) == ("no_readable_mark", [])
    assert finding["document"] == {
        "id": "D-003",
        "version": 1,
        "title": finding["document"]["title"],
        "circulation": None,
    }
    original = traced("\n".join(line[:15] for line in MEMO.split("\n")).encode())
    assert original["outcome"] in {"no_readable_mark", "not_ours"}


def test_not_ours(traced: Any) -> None:
    finding = traced(b"A text of other people about other matters, and nothing in it is known here.")
    assert finding["outcome"] == "not_ours"
    assert (finding["document"], finding["region"], finding["candidates"]) == (None, None, [])
    assert finding["none_of_these"]["posterior"] == finding["none_of_these"]["prior"]


def test_a_finding_as_extreme_as_floats_allow_is_valid_json() -> None:
    finding = Finding(
        ExhibitFacts("0" * 64, "txt", 3),
        "attributed",
        SourceDocument("D-001", 1, "\u200fTitle\ud83d\ude00", "X-001"),
        Region(0, 3),
        ReadSummary(2, 1, {"wording": ReadCount(2, 1)}),
        1e-3,
        (Candidate("C-0001", "R-001", 1e-300, 1e-300, 299.0, 1.0),),
        NoneOfThese(0.0, 0.5),
        ("One.",),
        {"fold": "fold/1"},
    )
    jsonschema.validate(json.loads(json.dumps(finding.to_dict(), allow_nan=False)), SCHEMA)
