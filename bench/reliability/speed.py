"""How fast the log is, beside what the same disk takes to write and sync 4 kB in the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.reliability.logs import SIGNER, append, entry, opened
from dyeline.evidence.merkle import includes, leaf_hash
from dyeline.evidence.note import open_note, parse_checkpoint
from dyeline.evidence.proof_file import check_proof
from dyeline.store.log import EvidenceLog

BATCH = 256
BLOCK = 4096
WARMING = 4_500
"""Appends after which both write-ahead files have their full size and are written in place."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds: the median and what 99 of 100 stay below."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Speed:
    """The figures of one log. ``bytes`` are those of both files together.

    ``new_single`` are appends while the write-ahead files still grow, and ``new_disk`` writes behind the end of
    a file, which a disk syncs more slowly than those inside of one (``disk``).
    """

    entries: int
    batch_per_s: float
    new_single: Spread
    new_disk: Spread
    single: Spread
    disk: Spread
    inclusion: Spread
    consistency: Spread
    verify: Spread
    proof_file_bytes: int
    proof_file: Spread
    audit_s: float
    bytes: int


def measured(folder: Path, entries: int, *, singles: int, seed: int) -> Speed:
    """Return how fast a log of so many entries is.

    Single appends and the disk's own writes take turns, so that what else the machine does meets both alike.
    """
    rng = np.random.default_rng(seed)
    log = opened(folder)
    begun = time.perf_counter()
    batches = 200
    for _ in range(batches):
        append(log, BATCH)
    batch_per_s = batches * BATCH / (time.perf_counter() - begun)
    new_single, new_disk = _singles(log, folder / "block", min(singles, WARMING // 2), growing=True)
    for _ in range(WARMING):
        append(log, 1)
    single, disk = _singles(log, folder / "block", singles, growing=False)
    while log.size < entries:
        append(log, min(1000, entries - log.size))
    size = log.size
    note = log.checkpoint()
    root = parse_checkpoint(open_note(note, [SIGNER.verifier])[0]).root
    places = rng.integers(0, size, 300).tolist()
    proofs = {place: log.prove(place, note, size) for place in places[:100]}
    leaves = {place: leaf_hash(entry(place)) for place in proofs}
    inclusion = _spread(lambda place: log.prove(place, note, size), places)
    consistency = _spread(lambda place: log.continues_from(place + 1, size), places)
    verify = _spread(
        lambda place: includes(leaves[place], place, size, proofs[place].hashes, root), list(proofs)
    )
    files = {place: str(proof) for place, proof in proofs.items()}
    proof_file = _spread(
        lambda place: check_proof(files[place], entry(place), SIGNER.name, [SIGNER.verifier]), list(files)
    )
    begun = time.perf_counter()
    log.audit()
    audit_s = time.perf_counter() - begun
    log.close()
    return Speed(
        size, batch_per_s, new_single, new_disk, single, disk, inclusion, consistency, verify,
        max(len(text.encode()) for text in files.values()), proof_file, audit_s,
        sum(path.stat().st_size for path in folder.glob("*.sqlite3*")),
    )  # fmt: skip


def _singles(log: EvidenceLog, path: Path, count: int, *, growing: bool) -> tuple[Spread, Spread]:
    """Return the times of single appends, and of the disk's own writes: behind the end of a file, or inside of it."""
    appends, writes = [], []
    block = os.urandom(BLOCK)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, bytes(BLOCK * 256))
        os.fsync(handle)
        for number in range(count):
            one = [entry(log.size)]
            begun = time.perf_counter()
            log.append(one)
            appends.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            os.pwrite(handle, block, BLOCK * (256 + number if growing else number % 256))
            os.fsync(handle)
            writes.append(time.perf_counter() - begun)
    finally:
        os.close(handle)
        path.unlink()
    return _of(appends), _of(writes)


def _spread(work: Callable[[int], object], places: list[int]) -> Spread:
    times = []
    for place in places:
        begun = time.perf_counter()
        work(place)
        times.append(time.perf_counter() - begun)
    return _of(times)


def _of(times_s: list[float]) -> Spread:
    p50, p99 = np.quantile(times_s, (0.5, 0.99)) * 1e3
    return Spread(float(p50), float(p99))
