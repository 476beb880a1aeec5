"""Scores of the parts of a case, copy by copy, remembered: what one exhibit decides never changes again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dyeline.codes.design import site_weights
from dyeline.codes.scheme import codewords_of
from dyeline.model.readings import Readings
from dyeline.stats.evidence import Evidence
from dyeline.stats.models import MODELS, MODELS_VERSION, SymbolColumns, score_table, scores_of
from dyeline.stats.nulltail import TAIL_VERSION, p_values
from dyeline.trace.case_merge import CaseCirculation, Part
from dyeline.trace.score import CHUNK_CELLS, gather_evidence

Memory = MutableMapping[str, NDArray[np.float64]]
"""Scores by what they were computed from; it may forget anything at any time."""


@dataclass
class CirculationScorer:
    """Scores parts for the copies of one circulation, in the order of ``listed.circulation.copies``."""

    listed: CaseCirculation
    memory: Memory = field(default_factory=dict)

    @cached_property
    def _weights(self) -> NDArray[np.int64]:
        sites = self.listed.circulation.sites
        secret = self.listed.circulation.secret
        return site_weights([site.variants for site in sites], secret, even=[site.on_page for site in sites])

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
            evidence = _joined([self._evidence(part)[0] for part in parts])
            tables = [score_table(model, evidence) for model in MODELS]
            self.memory[key] = p_values(tables, evidence, np.sum(self.nats(parts), axis=0))
        return self.memory[key]

    def held(self, part: Part) -> NDArray[np.bool_]:
        """Return which copies had been issued when the exhibit was compared: no later one can be its source."""
        compared = part.reading.indices
        return np.isin(self.listed.circulation.indices, compared)

    def _key(self, part: Part) -> str:
        circulation = self.listed.circulation
        digest = hashlib.sha256(circulation.label.encode())
        digest.update(part.rows.tobytes() + part.reading.readings.loglik[part.rows].tobytes())
        digest.update(circulation.indices.tobytes())
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
        indices = circulation.indices.tolist()
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
