"""The journey of an exhibit on a shelf in memory: no database, no files, no names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from dyeline.carriers.registry import reading_carriers
from dyeline.carriers.replace import written
from dyeline.codes.design import site_weights
from dyeline.codes.scheme import NEW_SCHEME, codewords_of
from dyeline.issue.plan import plan_sites, usable_sites
from dyeline.match.index import GramIndex
from dyeline.model.document import Block, Document
from dyeline.model.finding import ExhibitFacts, Finding
from dyeline.text.fold import fold
from dyeline.trace.exhibit import Exhibit
from dyeline.trace.flow import Question, trace
from dyeline.trace.shelf import ShelvedCirculation, ShelvedCopy, ShelvedVersion
from tests.e2e.journey import NOTE

TEXT = "\n".join(" ".join(paragraph.split()) for paragraph in NOTE[2:].split("\n\n"))
SECRET = bytes(range(32))
COPIES = 30


def document(text: str) -> Document:
    blocks, at = [], 0
    for line in text.split("\n"):
        blocks.append(Block(at, at + len(line), "paragraph"))
        at += len(line) + 1
    return Document(text, tuple(blocks), style="informal")


@lru_cache
def circulation(text: str, label: str, secret: bytes, first: int) -> ShelvedCirculation:
    sites = tuple(usable_sites(plan_sites(document(text)), decisions={}))
    copies = tuple(ShelvedCopy(k, f"C-{first + k:04}", f"R-{k + 1:03}") for k in range(COPIES))
    return ShelvedCirculation(label, sites, secret, NEW_SCHEME, copies)


def version(text: str, label: str, *circulations: ShelvedCirculation) -> ShelvedVersion:
    starts = tuple(block.start for block in document(text).blocks)
    return ShelvedVersion(label, 1, f"Title of {label}", text, starts, circulations)


@dataclass
class Shelf:
    """Versions by number, from 1."""

    versions: Sequence[ShelvedVersion]

    @property
    def index(self) -> GramIndex:
        return GramIndex().extended({n: fold(v.text).text for n, v in enumerate(self.versions, 1)})

    def version(self, index_number: int) -> ShelvedVersion:
        return self.versions[index_number - 1]

    def __len__(self) -> int:
        return len(self.versions)


OURS = circulation(TEXT, "X-001", SECRET, 1)
SHELF = Shelf([version(TEXT, "D-001", OURS)])


def copy_of(index: int, text: str = TEXT, of: ShelvedCirculation = OURS) -> str:
    weights = site_weights([site.variants for site in of.sites], of.secret)
    return written(text, of.sites, codewords_of(of.scheme, of.secret, [index], weights)[0].tolist())


def traced(
    text: str,
    shelf: Shelf = SHELF,
    *,
    bound: float = 1e-3,
    only: set[int] | None = None,
    leads: Sequence[str] = (),
) -> Finding:
    facts = ExhibitFacts(hashlib.sha256(text.encode()).hexdigest(), "txt", len(text.split()))
    question = Question(bound, None if only is None else frozenset(only), leads=tuple(leads))
    return trace(Exhibit(facts, text), shelf, reading_carriers(), question).finding


def named(finding: Finding) -> list[str]:
    return [candidate.copy for candidate in finding.candidates]


@pytest.mark.parametrize("index", [0, 7, COPIES - 1])
def test_every_copy_is_named_from_its_text(index: int) -> None:
    finding = traced(copy_of(index))
    assert (finding.outcome, named(finding)) == ("attributed", [f"C-{index + 1:04}"])
    assert finding.document is not None and finding.document.circulation == "X-001"
    assert finding.readings.read == finding.readings.sites == len(OURS.sites)
    assert finding.none_of_these.posterior < 1e-4


def test_the_region_is_the_words_that_the_exhibit_holds() -> None:
    paragraph = 2
    begin = len(" ".join(TEXT.split("\n")[:paragraph]).split())
    count = len(TEXT.split("\n")[paragraph].split())
    finding = traced(copy_of(3).split("\n")[paragraph])
    assert finding.region is not None
    assert (finding.region.start_word, finding.region.end_word) == (begin, begin + count)
    assert named(finding) == ["C-0004"]


def test_the_original_names_nobody_and_says_so() -> None:
    finding = traced(TEXT)
    assert finding.outcome == "insufficient"
    assert any("equals the unmarked original" in line for line in finding.advice)
    assert any("No invisible character came through" in line for line in finding.advice)


def test_a_copy_that_was_never_issued_names_nobody() -> None:
    for index in range(COPIES, COPIES + 20):
        assert traced(copy_of(index)).outcome == "insufficient"


def test_relabelling_the_recipients_permutes_the_candidates() -> None:
    order = np.random.default_rng(0).permutation(COPIES).tolist()
    shuffled = replace(OURS, copies=tuple(OURS.copies[k] for k in order))
    merged = copy_of(3).split("\n")[:2] + copy_of(9).split("\n")[2:]
    one, other = (
        traced("\n".join(merged), Shelf([version(TEXT, "D-001", shape)])) for shape in (OURS, shuffled)
    )
    assert set(named(one)) == {"C-0004", "C-0010"}
    assert one.candidates == other.candidates


def test_every_circulation_that_was_compared_counts_in_the_bound() -> None:
    second = circulation(TEXT, "X-002", SECRET[::-1], 1001)
    alone = traced(copy_of(5))
    both = traced(copy_of(5), Shelf([version(TEXT, "D-001", OURS, second)]))
    assert named(both) == named(alone) == ["C-0006"]
    assert both.candidates[0].family_wise_p == pytest.approx(2 * alone.candidates[0].family_wise_p)
    assert both.document is not None and both.document.circulation == "X-001"
    of_second = traced(copy_of(5, of=second), Shelf([version(TEXT, "D-001", OURS, second)]))
    assert named(of_second) == ["C-1006"]
    assert of_second.document is not None and of_second.document.circulation == "X-002"


def test_a_smaller_excerpt_is_never_better_evidence() -> None:
    words = copy_of(11).split(" ")
    p = [traced(" ".join(words[:count])).candidates for count in (160, 80, 40)]
    assert p[0][0].p_value <= p[1][0].p_value <= p[2][0].p_value


def test_only_limits_what_is_compared() -> None:
    shelf = Shelf(
        [version(TEXT, "D-001", OURS), version("Nothing alike stands in this other text of ours.", "D-002")]
    )
    assert traced(copy_of(1), shelf, only={1}).outcome == "attributed"
    assert traced(copy_of(1), shelf, only={2}).outcome == "not_ours"
    assert traced(copy_of(1), shelf, only=set()).outcome == "not_ours"


def test_a_document_that_is_asked_for_is_compared_however_many_are_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dyeline.trace.flow.MOST_VERSIONS", 2)
    alike = [version(f"{TEXT}\nPrinted for floor number {n} only.", f"D-{n:03}") for n in range(1, 6)]
    excerpt = TEXT.split("\n")[2]
    for number in range(1, 6):
        finding = traced(excerpt, Shelf(alike), only={number})
        assert finding.document is not None and finding.document.id == f"D-{number:03}"


@pytest.mark.parametrize(
    "text", ["", "word", "\u200c\u200d", "🙂" * 50, "Other words that were never written by us."]
)
def test_texts_that_are_not_ours(text: str) -> None:
    finding = traced(text)
    assert (finding.outcome, finding.candidates, finding.document) == ("not_ours", (), None)
    assert finding.none_of_these.posterior == finding.none_of_these.prior


def test_an_empty_shelf_says_that_it_is_empty() -> None:
    assert traced("Some words.", Shelf([])).advice[0] == "No document is registered in this workspace yet."


def test_a_document_that_was_never_issued_has_no_readable_mark() -> None:
    finding = traced(TEXT, Shelf([version(TEXT, "D-001")]))
    assert finding.outcome == "no_readable_mark"
    assert "no copy was issued" in finding.advice[0]
    assert finding.readings.sites == 0


def test_a_lead_is_told_and_changes_no_number() -> None:
    plain, led = traced(TEXT), traced(TEXT, leads=["C-0009"])
    assert "C-0009" in led.advice[-1] and "lead only" in led.advice[-1]
    assert replace(led, advice=()) == replace(plain, advice=())


def test_every_method_that_can_change_a_finding_is_on_record() -> None:
    methods = traced("Some words.").methods
    assert {"dyeline", "fold", "grams", "carriers", "bias", "codewords", "models", "tail", "rules"} <= set(
        methods
    )
    assert all("/" in value for name, value in methods.items() if name != "dyeline")
