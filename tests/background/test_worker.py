"""The workshop: work is done elsewhere, also when it dies over it; nothing is left behind."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.background.worker import Worker, WorkerError
from bot.i18n.translator import Translator, translator
from bot.local_time.typed_places import ZoneMatch, find_zones

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def workshop() -> AsyncIterator[Worker]:
    one = Worker()
    yield one
    await one.stop()


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be seen off does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 - a process ends without telling
            await asyncio.sleep(0.02)


# What is done there ------------------------------------------------------------------------------


def die_once(trace: Path) -> str:
    """Kill the process the first time; the trace is what the second one finds."""
    if not trace.exists():
        trace.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(words: str) -> None:
    raise LookupError(words)


class Stubborn(Exception):  # noqa: N818
    """An error that cannot be made anew from its words."""

    def __init__(self, one: str, another: str) -> None:
        super().__init__(one + another)


def fail_stubbornly() -> None:
    raise Stubborn("a", "b")


def chatter(words: str) -> str:
    """What libraries do that think they are alone."""
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
    """Longer than any test waits."""
    trace.touch()
    time.sleep(60)


async def lingering(workshop: Worker, trace: Path) -> "asyncio.Task[None]":
    """Work that goes on and on, begun."""
    work = asyncio.create_task(workshop.do(linger, trace))
    await until(trace.exists)
    return work


# Tests -------------------------------------------------------------------------------------------


async def test_work_is_done_elsewhere_by_the_pinned_rules(workshop: Worker) -> None:
    pid, paths, _nice = await workshop.do(state)
    assert pid == workshop.pid != os.getpid()
    assert paths == ()
    found = await workshop.do(find_zones, "berlin", NOW)
    assert found == ZoneMatch("Europe/Berlin")
    assert (await workshop.do(state))[0] == pid, "the same process"


async def test_it_steps_back_behind_the_bot(workshop: Worker) -> None:
    assert (await workshop.do(state))[2] > os.nice(0)


async def test_a_translator_comes_along(workshop: Worker) -> None:
    tr = translator("en", "US")
    assert await workshop.do(said, tr, 2) == ("en_US", "and {count} more entries")


async def test_work_that_kills_it_is_done_the_second_time(workshop: Worker, tmp_path: Path) -> None:
    first = (await workshop.do(state))[0]
    assert await workshop.do(die_once, tmp_path / "trace") == "done"
    assert workshop.pid != first
    assert not is_alive(first)


async def test_work_that_always_kills_it_is_given_up_and_harms_no_other(
    workshop: Worker,
) -> None:
    with pytest.raises(WorkerError, match="died twice"):
        await workshop.do(die)
    assert await workshop.do(find_zones, "UTC", NOW) == ZoneMatch("Etc/UTC")


async def test_it_may_be_killed_between_two_pieces_of_work(workshop: Worker) -> None:
    first = (await workshop.do(state))[0]
    os.kill(first, signal.SIGKILL)
    assert (await workshop.do(state))[0] != first


async def test_errors_come_back_as_they_are(workshop: Worker) -> None:
    with pytest.raises(LookupError, match="these words") as caught:
        await workshop.do(fail, "these words")
    assert "in fail" in caught.value.__notes__[0], "where it happened"
    with pytest.raises(RuntimeError, match=r"^Stubborn\b"):
        await workshop.do(fail_stubbornly)


async def test_what_libraries_say_reaches_no_answer_and_no_log(
    workshop: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await workshop.do(chatter, "printed") == "printed"
    assert await workshop.do(chatter, "again") == "again"
    await workshop.stop()
    assert capfd.readouterr() == ("", "")


async def test_work_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    workshop = Worker(longest_seconds=1.5)
    first = (await workshop.do(state))[0]
    with pytest.raises(WorkerError, match="too long"):
        await workshop.do(linger, tmp_path / "trace")
    await until(lambda: not is_alive(first))
    assert (await workshop.do(state))[0] != first
    await workshop.stop()


async def test_work_that_is_called_off_answers_nobody_else(
    workshop: Worker, tmp_path: Path
) -> None:
    slow = await lingering(workshop, tmp_path / "trace")
    waiting = asyncio.create_task(workshop.do(find_zones, "rome", NOW))
    slow.cancel()
    assert await waiting == ZoneMatch("Europe/Rome")
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_many_at_once_get_their_own_answers(workshop: Worker) -> None:
    texts = [f"answer {number}" for number in range(30)]
    assert await asyncio.gather(*(workshop.do(str, text) for text in texts)) == texts


async def test_it_ends_after_a_while_without_work() -> None:
    workshop = Worker(idle_seconds=0.2)
    first = (await workshop.do(state))[0]
    await until(lambda: not is_alive(first))
    assert workshop.pid is None
    assert (await workshop.do(state))[0] != first
    await workshop.stop()


async def test_stopping_leaves_no_process_and_refuses_work(tmp_path: Path) -> None:
    workshop = Worker()
    pid = (await workshop.do(state))[0]
    slow = await lingering(workshop, tmp_path / "trace")
    async with asyncio.timeout(5):
        await workshop.stop()
    assert not is_alive(pid)
    with pytest.raises(WorkerError, match="ending"):
        await slow
    with pytest.raises(WorkerError, match="ending"):
        await workshop.do(state)
    assert workshop.pid is None
    await workshop.stop()


async def test_in_a_hurry_slow_work_is_given_up_and_quick_work_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.background.worker.HURRY_SECONDS", 2.0)
    workshop = Worker()
    await workshop.do(state)
    workshop.hurry()
    assert await workshop.do(find_zones, "UTC", NOW) == ZoneMatch("Etc/UTC")
    with pytest.raises(WorkerError, match="ending"):
        await workshop.do(linger, tmp_path / "trace")
    await workshop.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_signals_that_end_the_bot_spoil_no_work(
    workshop: Worker, number: signal.Signals
) -> None:
    pid = (await workshop.do(state))[0]
    os.kill(pid, number)
    assert (await workshop.do(state))[0] == pid


async def test_the_end_of_the_bot_ends_it_in_the_middle_of_its_work(
    workshop: Worker, tmp_path: Path
) -> None:
    pid = (await workshop.do(state))[0]
    slow = await lingering(workshop, tmp_path / "trace")
    process = workshop._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # as when this process is killed
    await until(lambda: not is_alive(pid))
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)
