"""Every changing call of an act meets a fault, one by one, each in a process of its own that was forked for it.

``python -m bench.reliability.injected append`` prints what came of it as JSON; it starts itself again with the library
of faults loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.reliability.acts import ACTS, Act
from bench.reliability.faults import FAULTS, Action, Faults, environment
from dyeline.errors import DyelineError

PATIENCE_S = 120
_RETURNED, _TYPED, _UNTYPED = 0, 3, 4
_LOADED = "DYELINE_FAULTS_LOADED"


@dataclass(slots=True)
class Injected:
    """What came of an act under so many faults: it returned, ended with one of our errors, or was killed.

    ``untyped`` ended with another exception or hung; ``problems`` says what was wrong afterwards.
    """

    act: str
    calls: int = 0
    faults: int = 0
    returned: int = 0
    errors: int = 0
    killed: int = 0
    untyped: int = 0
    problems: list[str] = field(default_factory=list)


def injected(name: str, folder: Path, *, step: int = 1, last: int | None = None) -> Injected:
    """Return what came of an act with a fault at every ``step``-th changing call, up to the ``last``."""
    act, faults = ACTS[name], Faults()
    base, place = folder / "base", folder / "trial"
    shutil.rmtree(folder, ignore_errors=True)
    base.mkdir(parents=True)
    _must(_forked(lambda: act.prepare(base)))
    result = Injected(name, calls=_calls(act, faults, base, place))
    for number in range(1, min(result.calls, last or result.calls) + 1, step):
        for action in FAULTS:
            _trial(act, faults, base, place, number, action, result)
    shutil.rmtree(folder, ignore_errors=True)
    return result


def _calls(act: Act, faults: Faults, base: Path, place: Path) -> int:
    """Return how many changing calls the act makes when nothing is wrong."""
    shutil.copytree(base, place)
    said = place.with_name("calls")

    def count() -> None:
        faults.arm(place, 0, Action.COUNT)
        act.perform(place)
        faults.disarm()
        said.write_text(str(faults.seen))

    _must(_forked(count))
    return int(said.read_text())


def _trial(
    act: Act, faults: Faults, base: Path, place: Path, number: int, action: Action, result: Injected
) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(base, place)

    def perform() -> None:
        faults.arm(place, number, action)
        try:
            act.perform(place)
        finally:
            faults.disarm()

    status = _forked(perform)
    result.faults += 1
    returned = os.WIFEXITED(status) and os.WEXITSTATUS(status) == _RETURNED
    typed = os.WIFEXITED(status) and os.WEXITSTATUS(status) == _TYPED
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    result.returned += returned
    result.errors += typed
    result.killed += killed
    result.untyped += not (returned or typed or killed)
    said = place.with_name("problems")
    said.unlink(missing_ok=True)
    status = _forked(lambda: _say(said, act.problems(place, returned)))
    problems = json.loads(said.read_text()) if said.exists() else [f"judging it ended with status {status}"]
    result.problems += [f"{action.name} at call {number}: {problem}" for problem in problems]


def _say(path: Path, problems: list[str]) -> None:
    path.write_text(json.dumps(problems))


def _forked(work: Callable[[], None]) -> int:
    """Do something in a process of its own and return its wait status."""
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE_S)
        status = _UNTYPED
        try:
            work()
            status = _RETURNED
        except DyelineError as fault:
            status = _TYPED
            print(f"{fault.code}: {fault}", file=sys.stderr)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(child, 0)[1]


def _must(status: int) -> None:
    if status:
        raise RuntimeError(f"preparing ended with status {status}")


def run(name: str, *, step: int = 1, last: int | None = None, patience_s: float = 3600) -> Injected:
    """Return what ``injected`` gives, from a process with the library of faults."""
    command = [sys.executable, "-m", "bench.reliability.injected", name, "--step", str(step)]
    command += [] if last is None else ["--last", str(last)]
    done = subprocess.run(
        command, env={**environment(), _LOADED: "1"}, capture_output=True, text=True, timeout=patience_s,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result = Injected(**json.loads(done.stdout.splitlines()[-1]))
    if result.untyped or result.problems:
        sys.stderr.write(done.stderr[-4000:])
    return result


def main() -> None:
    """Run one act under faults and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=sorted(ACTS))
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--last", type=int)
    given = parser.parse_args()
    if os.environ.get(_LOADED) != "1":
        print(json.dumps(asdict(run(given.act, step=given.step, last=given.last)), indent=1))
        return
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # nothing is lost there: no power is cut
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        result = injected(given.act, Path(folder) / given.act, step=given.step, last=given.last)
        print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
