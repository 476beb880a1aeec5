"""One byte of a bundle changed: refused, whoever changed it. The long run is ``bench.mutants``."""

from __future__ import annotations

import pytest

from bench.mutants import KINDS, mutants, refused_at, repaired
from dyeline.app.report import ReportOptions, make_report
from tests.e2e.bundles import CASE, case_of_two, files_of

COUNTS = {"zip": 400, "folder": 400, "repaired": 300, "issuer": 120}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("mutants")
    workspace = case_of_two(root / "workspace")
    make_report(workspace, CASE, root / "bundle", ReportOptions(exculpate=("C-0003",)))
    workspace.close()
    return files_of(root / "bundle")


@pytest.mark.parametrize("kind", KINDS)
def test_no_mutant_is_accepted(files: dict[str, bytes], kind: str) -> None:
    assert refused_at(files, kind) == "" and repaired(files) == files
    accepted = [mutant for mutant in mutants(files, kind, COUNTS[kind], seed=7) if not mutant.step]
    assert accepted == []


def test_files_that_do_not_belong_are_refused(files: dict[str, bytes]) -> None:
    added = [{"data/note.txt": b"x"}, {"note.txt": b"x"}, {"seal/more.json": b"{}"}, {"data/a b": b"x"}]
    for more in added:
        assert refused_at({**files, **more}, "zip") == "container"
    for name in ("bagit.txt", "data/report.json", "manifest-sha256.txt", "seal/report-made.json"):
        left = {key: value for key, value in files.items() if key != name}
        assert refused_at(left, "zip") == "container"
        if name.startswith("seal"):
            assert refused_at(repaired(left), "zip") == "seal"
