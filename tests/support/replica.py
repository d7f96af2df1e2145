"""The bot in processes of its own, quickly: forked from one that has imported everything."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess

from bot.__main__ import main
from tests.support.paths import ROOT

PRELOADED = ["bot.__main__", "alembic.command", "asyncpg", "aiosqlite", "tests.support.replica"]

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(PRELOADED)


def _run(settings: Mapping[str, str], folder: str) -> None:
    os.environ.update(settings)
    os.chdir(folder)
    sys.exit(main(["run"]))


class Replica:
    """One process of the bot; it can be killed and started again."""

    def __init__(self, settings: Mapping[str, str], folder: str) -> None:
        self._arguments = (dict(settings), folder)
        self._process: ForkServerProcess | None = None

    def start(self) -> None:
        """Begin; it needs a moment until it serves."""
        with contextlib.chdir(ROOT):  # else it could not import what it is to have imported
            forkserver.ensure_running()
        self._process = context.Process(target=_run, args=self._arguments, daemon=True)
        self._process.start()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    async def end(self, number: signal.Signals) -> int | None:
        """Send a signal and wait; returns the exit code, minus the signal's number after a kill."""
        process, self._process = self._process, None
        if process is None or process.pid is None:
            raise RuntimeError("it does not run")
        os.kill(process.pid, number)
        await asyncio.to_thread(process.join, 20)
        return process.exitcode
