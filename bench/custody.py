"""What sealing costs: a key for every pair of custodians, a list of people, opening one name; time and bytes.

``python -m bench.custody [--quick] [--people N ...]``. People are made up; keys and nonces are drawn anew in every run,
so figures vary a little. One process, one core.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import circumstances, save, table
from dyeline.app.case_exhibits import add_exhibits
from dyeline.app.cases import new_case
from dyeline.app.custodians import add_custodian, reseal_all
from dyeline.app.disclosure import decide
from dyeline.app.issue import issue
from dyeline.app.quorum import set_quorum
from dyeline.app.recipients import import_recipients
from dyeline.app.registration import add_document
from dyeline.app.unsealing import grant_unsealing, request_unsealing
from dyeline.app.workspace import Workspace, init, open_workspace
from dyeline.custody.agekeys import new_identity
from dyeline.custody.envelopes import seal_for_pairs
from dyeline.custody.identity import IdentityRecord, new_key, seal, unseal

PEOPLE = (100, 1_000, 5_000)
CUSTODIANS = (2, 3, 5, 9)
PIECES = 200  # timed one by one
UNSEALED = 20
RECORD = IdentityRecord("Reader 1", "reader1@example.org", "Desk 1", "reader")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 people only; nothing is stored")
    parser.add_argument("--people", type=int, nargs="+", default=list(PEOPLE))
    options = parser.parse_args(arguments)
    started = time.monotonic()
    os.environ["DYELINE_ACTOR"] = "issuer"
    pieces = _pieces()
    lists = [_list(count) for count in ([100] if options.quick else options.people)]
    opened = _opened()
    duration_s = time.monotonic() - started
    where = circumstances("custody", seed=None, duration_s=duration_s)
    lines = [
        "# Custody: what sealing names costs", "", *where.lines(), "",
        "## One record", "",
        "Processor time, median of 200. An envelope for every ordered pair of custodians.", "",
        *table(
            ("custodians", "envelopes", "bytes", "seal the key"),
            [(str(n), str(k), f"{size:,}", f"{ms:.2f} ms") for n, k, size, ms in pieces["pairs"]],
        ),
        "",
        f"Sealing one record {pieces['seal_us']:.0f} µs, opening it with its key {pieces['unseal_us']:.0f} µs.", "",
        "## A list of people, three custodians", "",
        "Processor time of the whole command.", "",
        *table(
            ("people", "import, open", "quorum set 2", "import again", "import as many, sealed", "reseal to a fourth",
             "database before", "after"),
            [
                (f"{one['people']:,}", *(f"{one[name]:.1f} s" for name in
                 ("import_s", "set_s", "again_s", "sealed_s", "reseal_s")),
                 f"{one['before_bytes'] / 1e6:.1f} MB", f"{one['after_bytes'] / 1e6:.1f} MB")
                for one in lists
            ],
        ),
        "",
        "## Opening one name", "",
        f"Request {opened['request_ms']:.0f} ms, first grant {opened['first_ms']:.0f} ms, second grant "
        f"{opened['second_ms']:.0f} ms (medians of {UNSEALED}; each makes its entries in the log durable).",
    ]  # fmt: skip
    figures = {
        "commit": where.commit,
        "machine": where.machine,
        "pieces": pieces,
        "lists": lists,
        "opened": opened,
    }
    save("custody", lines, figures, quick=options.quick)


def _pieces() -> dict[str, Any]:
    pairs = []
    for count in CUSTODIANS:
        keys = {f"U-{number}": new_identity().recipient for number in range(count)}
        times = []
        for _ in range(PIECES if count < 9 else PIECES // 5):
            begun = time.process_time()
            envelopes = seal_for_pairs(new_key(), keys)
            times.append(time.process_time() - begun)
        pairs.append((count, len(envelopes), sum(len(one.data) for one in envelopes), median(times) * 1e3))
    key = new_key()
    begun = time.process_time()
    sealed = [seal(RECORD, key, label="R-001", workspace="w") for _ in range(PIECES)]
    sealing = time.process_time() - begun
    begun = time.process_time()
    for one in sealed:
        unseal(one, key, label="R-001", workspace="w")
    unsealing = time.process_time() - begun
    return {"pairs": pairs, "seal_us": sealing / PIECES * 1e6, "unseal_us": unsealing / PIECES * 1e6}


def _people(count: int, word: str = "Reader") -> bytes:
    rows = (
        f"{word} {n},{word}{n}@example.org,Desk {n % 40},reader,group {n % 7}" for n in range(1, count + 1)
    )
    return "\n".join(["name,email,organisation,role,groups", *rows]).encode()


def _list(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="dyeline-bench-") as folder:
        workspace = _made(Path(folder) / "w")
        keys = [new_identity() for _ in range(4)]
        for key in keys[:3]:
            add_custodian(workspace, "custodian", key.recipient.text)
        found: dict[str, Any] = {"people": count}
        found["import_s"] = _timed(lambda: import_recipients(workspace, _people(count)))
        found["before_bytes"] = _size(workspace)
        found["set_s"] = _timed(lambda: set_quorum(workspace, 2))
        found["after_bytes"] = _size(workspace)
        found["again_s"] = _timed(lambda: import_recipients(workspace, _people(count)))
        found["sealed_s"] = _timed(lambda: import_recipients(workspace, _people(count, "Other")))
        add_custodian(workspace, "fourth", keys[3].recipient.text)
        found["reseal_s"] = _timed(lambda: reseal_all(workspace, keys[:2])) / 2  # twice as many by now
        workspace.close()
    return found


def _opened() -> dict[str, float]:
    text = "\n\n".join(f"The {n}. committee met {{=s{n}: early | late}} at the house." for n in range(40))
    with tempfile.TemporaryDirectory(prefix="dyeline-bench-") as folder:
        workspace = _made(Path(folder) / "w")
        keys = [new_identity() for _ in range(2)]
        for key in keys:
            add_custodian(workspace, "custodian", key.recipient.text)
        (Path(folder) / "people.csv").write_bytes(_people(UNSEALED))
        set_quorum(workspace, 2)
        add_document(workspace, text.encode(), file_name="minutes.txt")
        issue(workspace, "D-001", str(Path(folder) / "people.csv"), Path(folder) / "copies")
        os.environ["DYELINE_ACTOR"] = "investigator"
        new_case(workspace, "one")
        decide(workspace, "one", "not-protected", by="reviewer", reason="bench")
        add_exhibits(workspace, "one", [Path(folder) / "copies" / "C-0001.txt"])
        times: dict[str, list[float]] = {"request_ms": [], "first_ms": [], "second_ms": []}
        for number in range(1, UNSEALED + 1):
            os.environ["DYELINE_ACTOR"] = "investigator"
            begun = time.perf_counter()
            asked = request_unsealing(workspace, "one", f"C-{number:04}", reason="r", override_reason="bench")
            times["request_ms"].append(time.perf_counter() - begun)
            for name, key in zip(("first_ms", "second_ms"), keys, strict=True):
                os.environ["DYELINE_ACTOR"] = name
                begun = time.perf_counter()
                given = grant_unsealing(workspace, asked.request.label, key)
                times[name].append(time.perf_counter() - begun)
            assert given.identity is not None and given.identity.name == f"Reader {number}"
        workspace.close()
    return {name: median(values) * 1e3 for name, values in times.items()}


def _made(root: Path) -> Workspace:
    init(root)
    return open_workspace(root)


def _size(workspace: Workspace) -> int:
    workspace.close()  # folds the write-ahead log into the file
    return workspace.database_path.stat().st_size


def _timed(act: Any) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
