"""Heavy work that is rarely asked for, in a process that lives only while it is.

What sets pages or knows the borders of time zones takes more memory than all the rest of the bot,
for something that most people do once. Here it is loaded when somebody asks, beside the bot, and
is gone a minute later. One piece of work is done at a time, in the order in which it was asked.
"""

import asyncio
import logging
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

from bot.background.worker_process import LENGTH_BYTES

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
LONGEST_SECONDS = 30.0
"""More than the slowest work takes on the slowest machine; it does not count waiting for others."""
HURRY_SECONDS = 4.0
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from bot.background.worker_process import main; main()"
)
PYTHON = (
    sys.executable,
    "-c",
    START,
    str(Path(__file__).parent.parent.parent),
)
"""The same package as here; the bot may have been started anywhere."""

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class WorkerError(Exception):
    """The work was not done."""


class Worker:
    """One process, started when there is work and ended after a while without."""

    def __init__(
        self, *, idle_seconds: float = IDLE_SECONDS, longest_seconds: float = LONGEST_SECONDS
    ) -> None:
        self._idle_seconds = idle_seconds
        self._longest_seconds = longest_seconds
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._leaving: list[Process] = []
        self._timer: asyncio.TimerHandle | None = None
        self._last_call: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return None if self._process is None else self._process.pid

    async def do(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """Call a function of a module in the workshop; what it raises is raised here.

        When the process dies the work is done once more, so it must bear being done twice.

        Raises:
            WorkerError: when the process died twice, took too long, or the bot is ending.
        """
        asked = pickle.dumps((work, arguments))
        async with self._turn:
            self._stop_timer()
            try:
                is_done, result = await self._twice(asked)
            finally:
                self._start_timer()
        if not is_done:
            raise result
        return result  # type: ignore[no-any-return]  # what the function returned there

    def hurry(self) -> None:
        """The bot is ending: work may go on for some seconds only."""
        loop = asyncio.get_running_loop()
        self._last_call = loop.call_later(HURRY_SECONDS, self._close)

    async def stop(self) -> None:
        """End the process; further work is refused."""
        self._close()
        await self._see_off()

    def _close(self) -> None:
        self._is_closed = True
        self._stop_timer()
        if self._last_call is not None:
            self._last_call.cancel()
        self._end()

    async def _twice(self, asked: bytes) -> tuple[bool, Any]:
        try:
            return await self._once(asked)
        except (asyncio.IncompleteReadError, ConnectionError):
            if not self._is_closed:
                log.warning("the workshop died and is opened again")
        try:
            return await self._once(asked)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerError("the workshop died twice over the same work") from None

    async def _once(self, asked: bytes) -> tuple[bool, Any]:
        process = await self._opened()
        try:
            async with asyncio.timeout(self._longest_seconds):
                answer = await _exchange(process, asked)
        except TimeoutError:
            self._end()
            raise WorkerError("the work took too long") from None
        except BaseException:  # half an answer may be on its way, and it must reach nobody
            self._end()
            raise
        return pickle.loads(answer)  # type: ignore[no-any-return]  # noqa: S301 - our own process

    async def _opened(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._end()
        await self._see_off()
        if self._is_closed:
            raise WorkerError("the bot is ending")
        self._process = await asyncio.create_subprocess_exec(*PYTHON, stdin=PIPE, stdout=PIPE)
        return self._process

    def _end(self) -> None:
        """Kill the process: it keeps nothing that is worth an end in good order."""
        process, self._process = self._process, None
        if process is not None:
            self._leaving.append(process)
            if process.returncode is None:
                process.kill()

    async def _see_off(self) -> None:
        """Wait until those that were killed are gone."""
        while self._leaving:
            await self._leaving.pop().wait()

    def _start_timer(self) -> None:
        """End the process when nobody needs it for a while."""
        if not self._is_closed:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._idle_seconds, self._end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


async def _exchange(process: Process, asked: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("it was opened with pipes")
    process.stdin.write(len(asked).to_bytes(LENGTH_BYTES) + asked)
    await process.stdin.drain()
    size = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
    return await process.stdout.readexactly(size)
