"""A worker process for heavy work that is rarely needed.

Drawing the pages of a report and finding the time zone of a place load libraries that take more
memory than the rest of the bot. The worker process loads them on first use and is killed after a
minute without work. It runs one call at a time; further calls wait in the order they were made.
What makes pages, what writes files and what finds places load different libraries, so a process
does the work of one package only, and gives way to another one for the next.

Why this is not a process pool of a library: docs/decisions/worker-process.md.
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
CALL_TIMEOUT_SECONDS = 30.0
"""Longer than the slowest call takes on the slowest machine. Waiting for earlier calls does not
count."""
SHUTDOWN_GRACE_SECONDS = 4.0
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from bot.background.worker_process import main; main()"
)
COMMAND = (
    sys.executable,
    "-c",
    START,
    # The worker imports the same package as this process, whatever the working directory is.
    str(Path(__file__).parent.parent.parent),
)

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class WorkerError(Exception):
    """The call was not completed: the worker died twice, timed out, or is shut down."""


class Worker:
    """Starts the worker process when there is work, and kills it when it is idle."""

    def __init__(
        self,
        *,
        idle_seconds: float = IDLE_SECONDS,
        call_timeout_seconds: float = CALL_TIMEOUT_SECONDS,
    ) -> None:
        self._idle_seconds = idle_seconds
        self._call_timeout_seconds = call_timeout_seconds
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._package = ""
        """The package whose functions the process has called."""
        self._killed: list[Process] = []
        """Processes that were killed and not yet waited for."""
        self._idle_timer: asyncio.TimerHandle | None = None
        self._shutdown_timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the worker; None while there is no process."""
        return None if self._process is None else self._process.pid

    async def run(self, function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """Call a module-level function in the worker process and return its result.

        An exception that the function raises is raised here. When the process dies during the
        call, the call is retried once in a new process, so the function must be idempotent.

        Raises:
            WorkerError: the process died twice, the call timed out, or the bot is shutting down.
        """
        request = pickle.dumps((function, arguments))
        async with self._lock:
            self._cancel_idle_timer()
            package = function.__module__.rpartition(".")[0]
            if package and package != self._package:
                self._kill()
                self._package = package
            try:
                has_returned, result = await self._call_with_retry(request)
            finally:
                self._start_idle_timer()
        if not has_returned:
            raise result
        return result  # type: ignore[no-any-return]  # what the function returned

    def begin_shutdown(self) -> None:
        """Give the calls in hand a few more seconds, then kill the process and refuse calls."""
        loop = asyncio.get_running_loop()
        self._shutdown_timer = loop.call_later(SHUTDOWN_GRACE_SECONDS, self._close)

    async def stop(self) -> None:
        """Kill the process now and wait until it is gone. Later calls raise WorkerError."""
        self._close()
        await self._wait_for_killed()

    def _close(self) -> None:
        self._is_closed = True
        self._cancel_idle_timer()
        if self._shutdown_timer is not None:
            self._shutdown_timer.cancel()
        self._kill()

    async def _call_with_retry(self, request: bytes) -> tuple[bool, Any]:
        try:
            return await self._call(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            if not self._is_closed:
                log.warning("the worker process died and is started again")
        try:
            return await self._call(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerError("the worker process died twice during the same call") from None

    async def _call(self, request: bytes) -> tuple[bool, Any]:
        process = await self._ensure_process()
        try:
            async with asyncio.timeout(self._call_timeout_seconds):
                response = await _exchange(process, request)
        except TimeoutError:
            self._kill()
            raise WorkerError("the call to the worker process timed out") from None
        except BaseException:
            # Also when cancelled: the next call must not read the rest of this call's response.
            self._kill()
            raise
        return pickle.loads(response)  # type: ignore[no-any-return]  # noqa: S301 - our own process

    async def _ensure_process(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._kill()
        await self._wait_for_killed()
        if self._is_closed:
            raise WorkerError("the bot is shutting down")
        self._process = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE)
        return self._process

    def _kill(self) -> None:
        """Kill the process, if there is one. It holds no state that would need a clean exit."""
        process, self._process = self._process, None
        if process is not None:
            self._killed.append(process)
            if process.returncode is None:
                process.kill()

    async def _wait_for_killed(self) -> None:
        while self._killed:
            await self._killed.pop().wait()

    def _start_idle_timer(self) -> None:
        if not self._is_closed:
            loop = asyncio.get_running_loop()
            self._idle_timer = loop.call_later(self._idle_seconds, self._kill)

    def _cancel_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None


async def _exchange(process: Process, request: bytes) -> bytes:
    """Send a request and read its response; each is preceded by its length."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the worker process was started without pipes")
    process.stdin.write(len(request).to_bytes(LENGTH_BYTES) + request)
    await process.stdin.drain()
    size = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
    return await process.stdout.readexactly(size)
