"""Bundles with one byte changed: every one has to be refused.

``python -m bench.mutants [--quick] [--mutants N]``. Three kinds of whoever changes a byte:

    zip       of the zip file as it is, at random places
    folder    of any file in the folder, manifests included; nothing else is adapted
    repaired  of any file that manifests list; both manifests are then written anew to fit
    issuer    of what the log fixes (entries, proofs, checkpoint, openings, sites, bias, readings, exhibits), by
              somebody who holds the log's key: manifests fit, and the log has the new manifest's hash

A byte becomes any of the 255 others. The issuer's own words in report.json and on the pages are his to write; the
numbers in them are not, which tests/e2e/test_framing_bundles.py is about.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.report import circumstances, save, table
from dyeline.app.report import ReportOptions, make_report
from dyeline.report.plain_zip import plain_zip
from dyeline_verify.plainzip import read_plain_zip
from dyeline_verify.refusal import Refused
from dyeline_verify.steps import STEPS, Bundle, doubts, seal
from tests.e2e.bundles import CASE, case_of_two, files_of

SEED = 20261122
MUTANTS = 12_000
KINDS = ("zip", "folder", "repaired", "issuer")
MANIFESTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
FIXED = re.compile(
    r"data/(log/(entries|proofs)/.*|log/(checkpoint|policy|all\.entries)|openings/.*|readings/.*\.npz|exhibits/.*"
    r"|circulations/[^/]*/(sites\.json|bias\.i64))"
)
"""What the log or a signature fixes."""

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bundle with one byte changed; ``step`` is where it was refused, "" if it was not."""

    kind: str
    file: str
    place: int
    step: str


def mutants(files: Files, kind: str, count: int, seed: int = SEED) -> Iterator[Mutant]:
    """Yield mutants of a bundle, checked."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    packed = plain_zip(files)
    names = [name for name in sorted(files) if _may_change(kind, name)]
    sizes = np.array([len(files[name]) for name in names], dtype=np.float64)
    chance = np.sqrt(sizes) / np.sqrt(sizes).sum()  # small files get their share
    for _ in range(count):
        other = int(rng.integers(1, 256))
        if kind == "zip":
            place = int(rng.integers(len(packed)))
            changed = packed[:place] + bytes([packed[place] ^ other]) + packed[place + 1 :]
            yield Mutant(kind, "", place, _refused_zip(changed))
            continue
        name = names[int(rng.choice(len(names), p=chance))]
        place = int(rng.integers(len(files[name])))
        data = files[name]
        changed = data[:place] + bytes([data[place] ^ other]) + data[place + 1 :]
        bundle = {**files, name: changed}
        yield Mutant(kind, name, place, refused_at(bundle if kind == "folder" else repaired(bundle), kind))


def repaired(files: Files) -> dict[str, bytes]:
    """Return a bundle with manifests that fit its files."""
    payload = {name: data for name, data in files.items() if name.startswith("data/")}
    tags = {name: data for name, data in files.items() if name not in payload and name not in MANIFESTS}
    octets = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}\n".encode()
    tags["bag-info.txt"] = re.sub(rb"Payload-Oxum: [0-9.]+\n", octets, tags.get("bag-info.txt", b""))
    tags[MANIFESTS[0]] = _manifest(payload)
    return {**payload, **tags, MANIFESTS[1]: _manifest(tags)}


def refused_at(files: Files, kind: str) -> str:
    """Return the step at which a bundle is refused, "" if it is not. An issuer has sealed it anew."""
    bundle = Bundle(files)
    bundle.sealed = 1 << 60
    for step in STEPS:
        if kind == "issuer" and step is seal:
            continue
        try:
            step(bundle)
        except (Refused, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return step.__name__
    return "not confirmed" if doubts(bundle) else ""


def _refused_zip(data: bytes) -> str:
    try:
        files = read_plain_zip(data)
    except Refused:
        return "zip"
    return refused_at(files, "zip")


def _may_change(kind: str, name: str) -> bool:
    if kind == "issuer":
        return FIXED.fullmatch(name) is not None
    return kind == "folder" or name not in MANIFESTS


def _manifest(files: Files) -> bytes:
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def main(arguments: Sequence[str] | None = None) -> None:
    """Make and check mutants, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutants", type=int, default=MUTANTS, help="of each kind")
    options = parser.parse_args(arguments)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        workspace = case_of_two(root / "workspace")
        make_report(workspace, CASE, root / "bundle", ReportOptions(exculpate=("C-0003",)))
        files = files_of(root / "bundle")
        workspace.close()
    assert refused_at(files, "zip") == ""
    found = {kind: list(mutants(files, kind, 200 if options.quick else options.mutants)) for kind in KINDS}
    where = circumstances("mutants", seed=SEED, duration_s=time.perf_counter() - begun)
    rows = [
        (
            kind,
            f"{len(made):,}",
            f"{sum(not mutant.step for mutant in made):,}",
            ", ".join(f"{step} {count:,}" for step, count in Counter(m.step for m in made).most_common()),
        )
        for kind, made in found.items()
    ]
    lines = [
        "# One byte of a bundle changed",
        "",
        f"A bundle of {len(files)} files and {sum(map(len, files.values())):,} bytes; what `dyeline-verify` does "
        "with it when one byte is another.",
        "",
        *table(("who changes it", "mutants", "accepted", "refused at step"), rows),
        "",
        "zip: any byte of the zip file. folder: any byte of any file. repaired: manifests are written anew to fit. "
        "issuer: of what the log or a signature fixes, by somebody with the log's key who also enters the new "
        "manifest into the log.",
        "",
        *where.lines(),
    ]
    accepted = [f"accepted: {mutant}" for made in found.values() for mutant in made if not mutant.step]
    print("\n".join(accepted))
    figures = {
        kind: {"mutants": len(made), "accepted": sum(not mutant.step for mutant in made)}
        for kind, made in found.items()
    }
    save("mutants", lines, figures, quick=options.quick)


if __name__ == "__main__":
    main()
