"""Scores of the parts of a case, copy by copy, remembered: what one exhibit decides never changes again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.design import site_weights
from dyeline.codes.scheme import codewords_of
from dyeline.model.readings import Readings
from dyeline.stats.evidence import Evidence
from dyeline.stats.lattice import Tail
from dyeline.stats.models import MODELS, MODELS_VERSION, ScoreTable, SymbolColumns, score_table, scores_of
from dyeline.stats.nulltail import TAIL_VERSION, null_tail, p_values
from dyeline.trace.case_merge import CaseCirculation, Part
from dyeline.trace.case_people import held_copies
from dyeline.trace.score import CHUNK_CELLS, gather_evidence

Prepared = dict[str, Any]
T = TypeVar("T")

Memory = MutableMapping[str, NDArray[np.float64]]
"""Scores by what they were computed from; it may forget anything at any time."""


@dataclass
class CirculationScorer:
    """Scores parts for the copies of one circulation, in the order of ``listed.circulation.copies``.

    ``copies`` are the places of those that are scored (None: all); ``prepared`` has what does not depend on them,
    for the parts of one case.
    """

    listed: CaseCirculation
    memory: Memory = field(default_factory=dict)
    copies: NDArray[np.int64] | None = None
    prepared: Prepared = field(default_factory=dict)

    def restricted(self, copies: NDArray[np.int64], memory: Memory) -> CirculationScorer:
        """Return a scorer for these copies only, by their places in the list; what all copies share is kept."""
        return CirculationScorer(self.listed, memory, copies, self.prepared)

    @cached_property
    def _indices(self) -> NDArray[np.int64]:
        every = self.listed.circulation.indices
        return every if self.copies is None else every[self.copies]

    def _shared(self, key: str, made: Callable[[], T]) -> T:
        if key not in self.prepared:
            self.prepared[key] = made()
        found: T = self.prepared[key]
        return found

    @property
    def _weights(self) -> NDArray[np.int64]:
        one = self.listed.circulation
        return self._shared(
            "weights",
            lambda: site_weights(
                [site.variants for site in one.sites], one.secret, even=[site.on_page for site in one.sites]
            ),
        )

    def nats(self, parts: Sequence[Part]) -> list[NDArray[np.float64]]:
        """Return ln LR (models, copies) of each part. Codewords are made once for all that are not known yet."""
        missing = [part for part in parts if self._key(part) not in self.memory]
        if missing:
            self._score(missing)
        return [self.memory[self._key(part)] for part in parts]

    def p_value(self, parts: Sequence[Part]) -> NDArray[np.float64]:
        """Return the p-value (copies,) of parts taken together as one reading."""
        keys = "+".join(sorted(self._key(part) for part in parts))
        key = f"p {TAIL_VERSION} {hashlib.sha256(keys.encode()).hexdigest()}"
        if key not in self.memory:
            evidence, tables, tails = self._shared(f"null {self._named(parts)}", lambda: self._null(parts))
            self.memory[key] = p_values(tables, evidence, np.sum(self.nats(parts), axis=0), tails=tails)
        return self.memory[key]

    def _null(self, parts: Sequence[Part]) -> tuple[Evidence, list[ScoreTable], list[Tail]]:
        evidence = _joined([self._evidence(part)[0] for part in parts])
        tables = [score_table(model, evidence) for model in MODELS]
        return evidence, tables, [null_tail(table, evidence.prior) for table in tables]

    def held(self, part: Part) -> NDArray[np.bool_]:
        """Return which of the copies had been issued when the exhibit was compared."""
        whole = self._shared(
            f"held {self._named([part])}", lambda: held_copies(self.listed.circulation, part.reading)
        )
        return whole if self.copies is None else whole[self.copies]

    def _named(self, parts: Sequence[Part]) -> str:
        return "+".join(f"{part.position}.{part.batch}" for part in parts)

    def _key(self, part: Part) -> str:
        circulation = self.listed.circulation
        digest = hashlib.sha256(circulation.label.encode())
        digest.update(part.rows.tobytes() + part.reading.readings.loglik[part.rows].tobytes())
        digest.update(self._indices.tobytes())
        return f"nats {MODELS_VERSION} {digest.hexdigest()}"

    def _evidence(self, part: Part) -> tuple[Evidence, NDArray[np.int64]]:
        decided = np.zeros_like(part.reading.readings.loglik)
        decided[part.rows] = part.reading.readings.loglik[part.rows]
        sites = self.listed.circulation.sites
        return gather_evidence(Readings(decided), sites, self._weights, self.listed.block_starts)

    def _score(self, parts: Sequence[Part]) -> None:
        circulation = self.listed.circulation
        evidences = [self._evidence(part) for part in parts]
        tables = [[score_table(model, evidence) for model in MODELS] for evidence, _ in evidences]
        indices = self._indices.tolist()
        found = [np.zeros((len(MODELS), len(indices))) for _ in parts]
        step = max(1, CHUNK_CELLS // max(1, len(circulation.sites)))
        for begin in range(0, len(indices), step):
            wanted = indices[begin : begin + step]
            symbols = codewords_of(circulation.scheme, circulation.secret, wanted, self._weights)
            for number, (_, rows) in enumerate(evidences):
                columns = SymbolColumns(symbols[:, rows], self._weights.shape[1])
                found[number][:, begin : begin + step] = scores_of(tables[number], columns)
        for part, value in zip(parts, found, strict=True):
            self.memory[self._key(part)] = value


def scorers(
    listed: Mapping[str, CaseCirculation], memory: Memory | None = None
) -> dict[str, CirculationScorer]:
    """Return a scorer for each circulation, by label, with one memory."""
    shared: Memory = {} if memory is None else memory
    return {name: CirculationScorer(one, shared) for name, one in listed.items()}


def _joined(evidences: Sequence[Evidence]) -> Evidence:
    """Return the evidence of several exhibits as one, with style classes and paragraphs of their own each.

    An editor or a coalition may have treated every exhibit differently; and a group that spans two
    exhibits would not be a factor of the running ratio.
    """
    if len(evidences) == 1:
        return evidences[0]
    style, block = [], []
    classes = blocks = 0
    for evidence in evidences:
        style.append(np.where(evidence.style_class >= 0, evidence.style_class + classes, -1))
        block.append(evidence.block + blocks)
        classes += int(evidence.style_class.max(initial=-1)) + 1
        blocks += int(evidence.block.max(initial=-1)) + 1
    return Evidence(
        np.concatenate([evidence.likelihood for evidence in evidences]),
        np.concatenate([evidence.prior for evidence in evidences]),
        np.concatenate(style),
        np.concatenate([evidence.styles for evidence in evidences]),
        np.concatenate(block),
    )
