"""What a job that a hostile file has taken over can do: nothing but answer. Each test is such a job."""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from dyeline.errors import SandboxMissing, TooLarge, UnreadableFile
from dyeline.formats.limited import within_limits
from dyeline.sandbox import choice, landlock, seccomp, ways
from dyeline.sandbox.job import Job
from dyeline.sandbox.reader import Lost, Reader
from dyeline.sandbox.unsafe import UNSAFE_NAME

CONFINING = [way for way in ways.WAYS if way.available()]


@pytest.fixture(params=CONFINING, ids=lambda way: way.name)
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    started = Reader(request.param)
    yield started
    started.close()


def job(work: object, **limits: float) -> Job:
    wanted = {"seconds": 10, "wall_seconds": 30.0, "megabytes": 300, "answer_bytes": 2**20} | limits
    return Job(work, **wanted)  # type: ignore[arg-type]


def result(reader: Reader, work: object) -> object:
    answer, _ = reader.run(job(work))
    assert answer[0] == "result"
    return answer[1]


def errno_of(act: object, *given: object) -> int:
    """Return 0 where an act succeeds, else the number of the system's error."""
    try:
        act(*given)  # type: ignore[operator]
    except OSError as fault:
        return fault.errno or -1
    return 0


def test_there_is_a_way_on_this_machine() -> None:
    if not seccomp.is_known() or not (landlock.version() or ways.BUBBLEWRAP.available()):
        pytest.skip("this machine has neither Landlock nor bubblewrap")
    assert choice.way_in_use() in [way.name for way in CONFINING]


@pytest.mark.parametrize("way", CONFINING, ids=lambda way: way.name)
def test_the_self_test_of_a_way_shows_that_it_holds(way: ways.Way, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"secret")
    shown = choice.self_test(way, more_secrets=(tmp_path / "key",))
    assert shown.holds and len(shown.refused) >= 10


def test_without_a_sandbox_the_self_test_fails() -> None:
    shown = choice.self_test(ways.NONE)
    assert not shown.holds
    assert not shown.refused["read a file of the user"] and not shown.refused["open a network connection"]


def test_no_file_of_the_user_can_be_read_or_found(reader: Reader, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    assert result(reader, partial(errno_of, Path.read_bytes, secret))
    assert result(reader, partial(errno_of, os.listdir, tmp_path))
    assert result(reader, partial(errno_of, os.listdir, Path.home() / ".ssh"))
    assert result(reader, partial(errno_of, Path.read_bytes, Path("/etc/passwd")))
    assert result(reader, partial(errno_of, Path.read_bytes, Path(f"/proc/{os.getpid()}/environ")))


def test_nothing_can_be_written(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"as it was")
    for folder in (tmp_path, Path("/tmp"), Path("/dev/shm"), Path(sys.prefix), Path.cwd(), Path("/")):
        assert result(reader, partial(errno_of, Path.write_bytes, folder / "written", b"x")), folder
    for act, given in ((os.truncate, (file, 0)), (os.chmod, (file, 0o777)), (os.unlink, (file,)), (os.utime, (file,)),
                       (os.rename, (file, tmp_path / "other")), (os.mkdir, (tmp_path / "folder",)),
                       (os.symlink, (file, tmp_path / "link"))):  # fmt: skip
        assert result(reader, partial(errno_of, act, *given)), act
    assert list(tmp_path.iterdir()) == [file] and file.read_bytes() == b"as it was"
    assert file.stat().st_mode & 0o777 != 0o777


def connected() -> None:
    with socket.create_connection(("127.0.0.1", 9), timeout=1):
        pass


@pytest.mark.parametrize(
    "act", [socket.socket, socket.socketpair, connected, partial(socket.socket, socket.AF_UNIX)]
)
def test_there_is_no_network(reader: Reader, act: object) -> None:
    assert result(reader, partial(errno_of, act)) in (1, 101)


def forked() -> None:
    if os.fork() == 0:
        os._exit(0)


@pytest.mark.parametrize(
    "act",
    [forked, partial(os.posix_spawn, sys.executable, [sys.executable, "-c", ""], {}),
     partial(subprocess.run, [sys.executable, "-c", ""]), partial(os.execv, sys.executable, [sys.executable, "-V"]),
     partial(os.kill, -1, 0), os.setsid],
)  # fmt: skip
def test_no_process_is_started_or_touched(reader: Reader, act: object) -> None:
    assert result(reader, partial(errno_of, act)) == 1


def parent_touched() -> list[int]:
    parent = os.getppid()
    return [
        errno_of(os.kill, parent, signal.SIGKILL),
        errno_of(os.pidfd_open, parent),
        errno_of(Path.read_bytes, Path(f"/proc/{parent}/mem")),
        errno_of(os.listdir, f"/proc/{parent}/fd"),
    ]


def test_the_reader_cannot_be_touched_by_its_job(reader: Reader) -> None:
    assert all(result(reader, parent_touched))  # type: ignore[call-overload]


def threads() -> int:
    from threading import Thread

    ran: list[int] = []
    started = [Thread(target=ran.append, args=(1,)) for _ in range(4)]
    for one in started:
        one.start()
    for one in started:
        one.join()
    return len(ran)


def test_threads_work(reader: Reader) -> None:
    assert result(reader, threads) == 4


def written_everywhere() -> None:
    """Write a forged end of the job into every pipe that can be found, then answer with another."""
    forged = b"E" + struct.pack(">I", 2) + b"{}"
    for number in range(256):
        errno_of(os.write, number, forged)
    os._exit(0)


def test_a_job_cannot_speak_for_the_reader(reader: Reader) -> None:
    answer, ended = reader.run(job(written_everywhere))
    assert answer is None and ended.status == 0
    assert result(reader, partial(int, 7)) == 7  # and the next job is answered as if nothing had been


def flood() -> None:
    while True:
        for number in range(3, 20):
            errno_of(os.write, number, bytes(2**16))


def test_a_flood_is_cut(reader: Reader) -> None:
    answer, ended = reader.run(job(flood))
    assert answer is None and ended.flooded


def held() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    time.sleep(60)


def test_a_job_that_waits_is_ended_by_the_clock(reader: Reader) -> None:
    begun = time.monotonic()
    answer, ended = reader.run(job(held, wall_seconds=1.0))
    assert answer is None and ended.late and time.monotonic() - begun < 30


def answered_and_stayed() -> None:
    for number in range(3, 20):
        errno_of(os.close, number)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)


def test_a_job_that_stays_after_its_answer_is_ended(reader: Reader) -> None:
    begun = time.monotonic()
    answer, ended = reader.run(job(answered_and_stayed))
    assert answer is None and os.WIFSIGNALED(ended.status) and time.monotonic() - begun < 30


def environment() -> dict[str, str]:
    return dict(os.environ)


def test_the_environment_of_the_program_is_not_there(reader: Reader) -> None:
    os.environ["DYELINE_TEST_SECRET"] = "x"
    try:
        fresh = Reader(reader.way)
        assert "DYELINE_TEST_SECRET" not in result(fresh, environment)  # type: ignore[operator]
        fresh.close()
    finally:
        del os.environ["DYELINE_TEST_SECRET"]


def test_a_reader_that_is_gone_is_noticed_and_another_takes_its_place(reader: Reader) -> None:
    result(reader, partial(int, 1))
    os.kill(reader._process.pid, signal.SIGKILL)
    gone = select.poll()  # what the killed process had started ends after it, and might still answer
    gone.register(reader._process.stdout, select.POLLHUP)  # type: ignore[arg-type]
    assert gone.poll(30_000)
    with pytest.raises(Lost):
        reader.run(job(partial(int, 1)))
    assert within_limits(partial(int, 3), seconds=5, megabytes=100) == 3


def test_without_a_way_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    choice.close()
    monkeypatch.setattr(choice, "WAYS", ())
    monkeypatch.setattr(choice._readers, "way", None)
    with pytest.raises(SandboxMissing, match="not opened") as caught:
        within_limits(partial(int, 3), seconds=5, megabytes=100)
    assert "--unsafe-no-sandbox" in caught.value.fix and caught.value.exit_status == 69
    monkeypatch.setenv(UNSAFE_NAME, "1")
    assert within_limits(partial(int, 3), seconds=5, megabytes=100) == 3
    assert choice.way_in_use() == "none"
    choice.close()


def test_a_way_that_does_not_hold_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    choice.close()
    leaky = ways.Way("leaky", lambda paths: [], lambda: True, itself=False)
    monkeypatch.setattr(choice, "WAYS", (leaky,))
    monkeypatch.setattr(choice._readers, "way", None)
    with pytest.raises(SandboxMissing):
        choice.way_in_use()


def test_unconfined_readers_are_not_used_when_they_are_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv(UNSAFE_NAME, "1")
        assert choice.way_in_use() == "none"
    assert choice.way_in_use() != "none"


def test_too_much_and_too_long_are_told_apart() -> None:
    with pytest.raises(TooLarge, match="more than 1 s"):
        within_limits(spin, seconds=1, megabytes=100)
    with pytest.raises(UnreadableFile, match="exit status 9"):
        within_limits(partial(os._exit, 9), seconds=5, megabytes=100)


def spin() -> None:
    while True:
        pass


def scratched(name: str) -> list[str]:
    import tempfile

    folder = Path(tempfile.gettempdir())
    before = sorted(path.name for path in folder.iterdir())
    (folder / name).write_bytes(b"left by a job")
    return before


def test_a_job_may_write_into_a_folder_of_its_own_which_is_emptied(reader: Reader) -> None:
    for name in ("first", "second"):
        answer, _ = reader.run(Job(partial(scratched, name), 10, 30.0, 300, 2**20, scratch=True))
        assert answer == ["result", []]
    assert result(reader, partial(errno_of, scratched, "third")), "only where the job may"


def test_a_forked_process_does_not_take_the_readers_along() -> None:
    assert within_limits(partial(int, 1), seconds=5, megabytes=100) == 1
    child = os.fork()
    if child == 0:
        choice.close()
        import gc

        gc.collect()
        os._exit(0)
    os.waitpid(child, 0)
    assert within_limits(partial(scratched, "x"), seconds=5, megabytes=100, scratch=True) == []


def loaded() -> list[str]:
    return sorted(name for name in ("cv2", "pikepdf") if name in sys.modules)


def test_a_reader_gets_ready_when_it_is_asked_to(reader: Reader) -> None:
    assert result(reader, loaded) == []
    reader.prepare()
    assert result(reader, loaded) == ["cv2", "pikepdf"]


def test_a_reader_that_was_started_ahead_is_the_one_that_is_used() -> None:
    choice.close()
    choice._readers.forget()
    choice.start_ahead()
    started = choice._readers.started
    assert started is not None
    choice.start_ahead()
    assert choice._readers.started is started
    answer, _ = choice.run(job(loaded))
    assert answer == ["result", []]
    assert choice._readers.idle == [started] and choice._readers.started is None
    choice.prepare_ahead()
    assert choice.run(job(loaded))[0] == ["result", ["cv2", "pikepdf"]]


def test_a_reader_that_was_started_ahead_and_not_used_is_ended() -> None:
    choice.close()
    choice._readers.forget()
    choice.start_ahead()
    started = choice._readers.started
    assert started is not None
    choice.close()
    assert started._process.poll() is not None
