"""The worker process: calls, retries, time-outs, idle end and shutdown; no process is left."""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.background.worker import Worker, WorkerError
from bot.i18n.translator import Translator, translator
from bot.local_time.typed_places import ZoneMatch, find_zones
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from tests.support.what_happens import assert_said

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[Worker]:
    one = Worker()
    yield one
    await one.stop()


def is_alive(pid: int) -> bool:
    """Whether a process runs. A zombie does not: it has ended and waits for its parent."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while not is_so():  # noqa: ASYNC110 - nothing notifies of the end of another process
            await asyncio.sleep(0.02)


# Functions called in the worker process -----------------------------------------------------------


def die_once(trace: Path) -> str:
    """Kill the process on the first call; the file tells the second call about the first."""
    if not trace.exists():
        trace.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(words: str) -> None:
    raise LookupError(words)


class Stubborn(Exception):  # noqa: N818
    """An exception that cannot be unpickled: its arguments do not match its constructor."""

    def __init__(self, one: str, another: str) -> None:
        super().__init__(one + another)


def fail_stubbornly() -> None:
    raise Stubborn("a", "b")


def chatter(words: str) -> str:
    """Print and log, as libraries do."""
    print(words)  # noqa: T201
    os.write(1, words.encode())
    logging.getLogger("fontTools").warning(words)
    return words


def state() -> tuple[int, tuple[str, ...], int]:
    import zoneinfo  # noqa: PLC0415

    return os.getpid(), zoneinfo.TZPATH, os.nice(0)


def said(tr: Translator, count: int) -> tuple[str, str]:
    return tr.locale, tr.ngettext("and {count} more entry", "and {count} more entries", count)


def linger(trace: Path) -> None:
    """Run longer than any test waits; the file says that it has begun."""
    trace.touch()
    time.sleep(60)


async def lingering(worker: Worker, trace: Path) -> "asyncio.Task[None]":
    """A call that has begun and does not return."""
    work = asyncio.create_task(worker.run(linger, trace))
    await until(trace.exists)
    return work


# Tests -------------------------------------------------------------------------------------------


async def test_a_call_runs_in_another_process_with_the_pinned_time_zone_rules(
    worker: Worker,
) -> None:
    pid, paths, _nice = await worker.run(state)
    assert pid == worker.pid != os.getpid()
    assert paths == ()
    assert (await worker.run(state))[0] == pid, "the same process"


async def test_a_process_does_the_work_of_one_package(worker: Worker) -> None:
    first = (await worker.run(state))[0]
    assert await worker.run(find_zones, "berlin", NOW) == ZoneMatch("Europe/Berlin")
    second = worker.pid
    assert second not in {None, first}
    assert not is_alive(first)
    assert await worker.run(find_zones, "rome", NOW) == ZoneMatch("Europe/Rome")
    assert worker.pid == second
    assert (await worker.run(state))[0] not in {first, second}
    assert not is_alive(second or 0)


async def test_it_has_a_lower_priority_than_the_bot(worker: Worker) -> None:
    assert (await worker.run(state))[2] > os.nice(0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a score")
async def test_memory_that_runs_out_ends_it_before_the_bot(worker: Worker) -> None:
    number = (await worker.run(state))[0]
    scores = [
        Path(f"/proc/{one}/oom_score_adj").read_text()  # noqa: ASYNC240
        for one in (number, "self")
    ]
    assert int(scores[0]) == 1000 > int(scores[1])


async def test_a_translator_can_be_an_argument(worker: Worker) -> None:
    tr = translator("en", "US")
    assert await worker.run(said, tr, 2) == ("en_US", "and {count} more entries")


async def test_a_call_during_which_the_process_dies_is_retried(
    worker: Worker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = (await worker.run(state))[0]
    assert await worker.run(die_once, tmp_path / "trace") == "done"
    assert worker.pid != first
    assert not is_alive(first)
    assert_said("memory runs out", caplog.messages, most=1)


async def test_a_call_that_always_kills_the_process_fails_and_later_calls_succeed(
    worker: Worker,
) -> None:
    with pytest.raises(WorkerError, match="died twice"):
        await worker.run(die)
    assert await worker.run(find_zones, "UTC", NOW) == ZoneMatch("Etc/UTC")


async def test_a_process_killed_between_two_calls_is_started_again(worker: Worker) -> None:
    first = (await worker.run(state))[0]
    os.kill(first, signal.SIGKILL)
    assert (await worker.run(state))[0] != first


async def test_exceptions_are_raised_in_the_caller(worker: Worker) -> None:
    with pytest.raises(LookupError, match="these words") as caught:
        await worker.run(fail, "these words")
    assert "in fail" in caught.value.__notes__[0], "the traceback"
    with pytest.raises(RuntimeError, match=r"^Stubborn\b"):
        await worker.run(fail_stubbornly)


async def test_what_libraries_print_or_log_reaches_no_response_and_no_log(
    worker: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await worker.run(chatter, "printed") == "printed"
    assert await worker.run(chatter, "again") == "again"
    await worker.stop()
    assert capfd.readouterr() == ("", "")


async def test_a_call_that_times_out_kills_the_process(tmp_path: Path) -> None:
    worker = Worker()
    first = (await worker.run(state))[0]  # without the short timeout, as it starts the process
    usual, worker._call_timeout_seconds = worker._call_timeout_seconds, 0.5
    with pytest.raises(WorkerError, match="timed out"):
        await worker.run(linger, tmp_path / "trace")
    worker._call_timeout_seconds = usual
    await until(lambda: not is_alive(first))
    assert (await worker.run(state))[0] != first
    await worker.stop()


async def test_the_response_of_a_cancelled_call_reaches_no_other_caller(
    worker: Worker, tmp_path: Path
) -> None:
    slow = await lingering(worker, tmp_path / "trace")
    waiting = asyncio.create_task(worker.run(find_zones, "rome", NOW))
    slow.cancel()
    assert await waiting == ZoneMatch("Europe/Rome")
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_concurrent_calls_get_their_own_results(worker: Worker) -> None:
    texts = [f"answer {number}" for number in range(30)]
    assert await asyncio.gather(*(worker.run(str, text) for text in texts)) == texts


async def test_the_process_ends_after_idle_seconds() -> None:
    worker = Worker(idle_seconds=0.2)
    first = (await worker.run(state))[0]
    await until(lambda: not is_alive(first))
    assert worker.pid is None
    assert (await worker.run(state))[0] != first
    await worker.stop()


async def test_stop_leaves_no_process_and_refuses_calls(tmp_path: Path) -> None:
    worker = Worker()
    pid = (await worker.run(state))[0]
    slow = await lingering(worker, tmp_path / "trace")
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        await worker.stop()
    assert not is_alive(pid)
    with pytest.raises(WorkerError, match="shutting down"):
        await slow
    with pytest.raises(WorkerError, match="shutting down"):
        await worker.run(state)
    assert worker.pid is None
    await worker.stop()


async def test_during_shutdown_quick_calls_succeed_and_slow_ones_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.background.worker.SHUTDOWN_GRACE_SECONDS", 2.0)
    worker = Worker()
    await worker.run(state)
    worker.begin_shutdown()
    assert await worker.run(find_zones, "UTC", NOW) == ZoneMatch("Etc/UTC")
    with pytest.raises(WorkerError, match="shutting down"):
        await worker.run(linger, tmp_path / "trace")
    await worker.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signals_that_end_the_bot_do_not_end_the_worker(
    worker: Worker, number: signal.Signals
) -> None:
    pid = (await worker.run(state))[0]
    os.kill(pid, number)
    assert (await worker.run(state))[0] == pid


async def test_the_worker_ends_with_the_bot_even_during_a_call(
    worker: Worker, tmp_path: Path
) -> None:
    pid = (await worker.run(state))[0]
    slow = await lingering(worker, tmp_path / "trace")
    process = worker._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # the kernel does the same when the bot is killed
    await until(lambda: not is_alive(pid))
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)
