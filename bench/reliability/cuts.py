"""Power cuts: a log that is being written loses its power at a random operation, again and again."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import apsw

from bench.reliability.logs import append, judged, opened
from bench.reliability.power import Disk, PowerCut, PowerVFS
from dyeline.errors import DyelineError


@dataclass(slots=True)
class Cuts:
    """What so many power cuts did."""

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    trials_with_loss: int = 0
    corrupt: int = 0
    forked: int = 0


def power_cuts(folder: Path, cuts: int, *, synchronous: str, seed: int) -> Cuts:
    """Return what became of logs that lost their power, written with this ``synchronous`` of SQLite."""
    rng = random.Random(seed)
    disk = Disk(rng)
    vfs = PowerVFS(f"power-{seed}-{synchronous}", disk)
    result = Cuts()
    for number in range(cuts):
        place = folder / f"cut{number}"
        acknowledged: list[tuple[int, bytes]] = []
        log = opened(place, vfs.registered)
        for database in (log._log, log._head):
            database.execute(f"PRAGMA synchronous = {synchronous}")
            database.execute("PRAGMA wal_autocheckpoint = 20")  # the write-ahead log is folded back often
        disk.operations, disk.cut_at = 0, rng.randrange(1, 400)
        try:
            while True:
                acknowledged.append(append(log, rng.randrange(1, 60)))
        except (PowerCut, apsw.Error, DyelineError):
            assert disk.dark
        pending = {name: list(changes) for name, changes in disk.pending.items()}
        for database in (log._log, log._head):
            with suppress(PowerCut, apsw.Error):
                database.close(True)
        disk.pending.clear()
        disk.pending.update(pending)
        disk.lose_power()
        judgement = judged(place, acknowledged)
        result.cuts += 1
        result.acknowledged += len(acknowledged)
        result.lost += sum(size > judgement.size for size, _ in acknowledged)
        result.trials_with_loss += judgement.lost > 0
        result.corrupt += bool(judgement.corrupt)
        result.forked += bool(judgement.forked)
        shutil.rmtree(place)
    vfs.unregister()
    return result
