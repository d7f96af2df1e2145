"""``python -m bot`` in a process that is forked from one which has imported everything.

To import the bot takes a second of processor time, and the tests start it a hundred times. Some
tests start it without this: those of memory, of deployment, and ``make soak``.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, Any

from bot.__main__ import main
from bot.dispatch import claims
from tests.support.paths import ROOT
from tests.support.private import with_people_allowed

PRELOADED = [
    "bot.__main__",
    "bot.app",
    "bot.commands.check_deep",
    "bot.commands.restore",
    "bot.operations.service_manager",
    "alembic.command",
    "asyncpg",
    "aiosqlite",
    "tests.support.cut_off_upgrade",
    "tests.support.forked_bot",
    "tests.support.loaded_features",
]

_started: list[ForkServerProcess] = []
"""What was started and not yet looked at by ``kill_what_runs``."""

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(PRELOADED)


class Outputs:
    """File descriptors that a new process gets as its standard output and standard error."""

    def __init__(self, out: int, err: int) -> None:
        self.out: Any = out
        self.err: Any = err

    def __getstate__(self) -> dict[str, Any]:
        # Pickled while the process is started: only then can descriptors be handed over.
        return {"out": DupFd(self.out), "err": DupFd(self.err)}


def _run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: str,
    outputs: "Outputs | None",
    lease: timedelta,
) -> None:
    """What happens in the new process."""
    claims.LEASE = lease
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if outputs is not None:
        os.dup2(outputs.out.detach(), sys.stdout.fileno())
        os.dup2(outputs.err.detach(), sys.stderr.fileno())
    sys.exit(main(arguments))


def fork(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | str,
    outputs: Outputs | None = None,
    lease: timedelta = claims.LEASE,
) -> ForkServerProcess:
    """Start a command of the bot in a new process.

    Args:
        arguments: the command, and what follows it.
        environment: all its environment variables. Without an operator's name the bot is private.
        folder: its working directory.
        outputs: where it writes, when not where this process does.
        lease: how long it may hold the claim of a delivery.
    """
    call = (tuple(arguments), with_people_allowed(environment), str(folder), outputs, lease)
    return start_process(_run, *call)


def start_process(function: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """Call a function in a new process."""
    with contextlib.chdir(ROOT):  # for the imports, when the process to fork from is started
        forkserver.ensure_running()
    process = context.Process(target=function, args=arguments, daemon=True)
    process.start()
    _started.append(process)
    return process


def kill_what_runs() -> None:
    """Kill what a test has started and not ended, as one that fails does: it would go on working
    on the next test's database."""
    for process in _started:
        if process.is_alive():
            process.kill()
            process.join()
    _started.clear()


class ForkedBot:
    """A command of the bot that runs, with as much of ``asyncio.subprocess.Process`` as we use."""

    def __init__(
        self,
        process: ForkServerProcess,
        stdout: asyncio.StreamReader | None = None,
        stderr: asyncio.StreamReader | None = None,
    ) -> None:
        self._process = process
        self.stdout, self.stderr = stdout, stderr

    @classmethod
    async def start(
        cls, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> "ForkedBot":
        """Start a command; everything it writes can be read from ``stdout`` and ``stderr``."""
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        try:
            process = fork(arguments, environment, folder, Outputs(out_end, err_end))
        finally:
            os.close(out_end)
            os.close(err_end)
        return cls(process, await _reader(out), await _reader(err))

    @classmethod
    def writing_to(
        cls,
        file: IO[bytes] | None,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
    ) -> "ForkedBot":
        """Start a command; everything it writes goes to a file, or where this process writes."""
        outputs = None if file is None else Outputs(file.fileno(), file.fileno())
        return cls(fork(arguments, environment, folder, outputs))

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait until it ends, and return its exit code (minus the signal that ended it)."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    async def communicate(self) -> tuple[bytes, bytes]:
        """Wait until it ends, and return what it has written that was not read yet."""
        assert self.stdout is not None
        assert self.stderr is not None
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: protocol, os.fdopen(descriptor, "rb"))
    return reader
