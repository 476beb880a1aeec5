"""kill -9: a process that writes the log as fast as it can is ended without warning, again and again."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from bench.reliability.logs import append, judged, opened

KILLS_A_LOG = 20
_LINE = 8 + 32


@dataclass(slots=True)
class Kills:
    """What so many kills did."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    corrupt: int = 0
    forked: int = 0


def kill_writers(folder: Path, kills: int, *, seed: int) -> Kills:
    """Return what became of logs whose writers were killed; each log goes on after 20 kills of its writers."""
    rng = random.Random(seed)
    result = Kills()
    acknowledged: list[tuple[int, bytes]] = []
    place = folder / "log"
    for number in range(kills):
        if number % KILLS_A_LOG == 0:
            shutil.rmtree(place, ignore_errors=True)
            acknowledged = []
        fresh = _killed(place, rng)
        acknowledged += fresh
        result.acknowledged += len(fresh)
        judgement = judged(place, acknowledged)
        result.kills += 1
        result.lost += judgement.lost
        result.corrupt += bool(judgement.corrupt)
        result.forked += bool(judgement.forked)
        if not judgement.sound:
            shutil.rmtree(place)
            acknowledged = []
    return result


def _killed(place: Path, rng: random.Random) -> list[tuple[int, bytes]]:
    """Let a process write, kill it after a while, and return what it had acknowledged."""
    patience_s = rng.random() * 0.08
    batch = rng.choice((1, 7, 60))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            log = opened(place)
            while True:
                size, root = append(log, batch)
                os.write(writing, size.to_bytes(8, "big") + root)
        finally:
            os._exit(1)
    os.close(writing)
    select.select([reading], [], [], 30.0)
    time.sleep(patience_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    data = b""
    while part := os.read(reading, 1 << 16):
        data += part
    os.close(reading)
    whole = len(data) // _LINE * _LINE
    return [(int.from_bytes(data[k : k + 8], "big"), data[k + 8 : k + _LINE]) for k in range(0, whole, _LINE)]
