"""The bot in processes of its own, quickly: forked from one that has imported everything."""

import asyncio
import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing.context import ForkServerProcess

from tests.support.forked_bot import fork
from tests.support.lengths import SOAK_SCALE

LEASE = timedelta(seconds=60 if SOAK_SCALE else 5)
"""How long replicas may hold claims; the deliveries of one that was killed wait for that long."""


class Replica:
    """One process of the bot; it can be killed and started again."""

    def __init__(self, settings: Mapping[str, str], folder: str) -> None:
        self._environment = os.environ | settings
        self._folder = folder
        self._process: ForkServerProcess | None = None

    def start(self) -> None:
        """Begin; it needs a moment until it serves."""
        self._process = fork(["run"], self._environment, self._folder, lease=LEASE)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal that does not end it, such as SIGSTOP."""
        if self._process is None or self._process.pid is None:
            raise RuntimeError("it does not run")
        os.kill(self._process.pid, number)

    async def end(self, number: signal.Signals) -> int | None:
        """Send a signal and wait; returns the exit code, minus the signal's number after a kill."""
        process, self._process = self._process, None
        if process is None or process.pid is None:
            raise RuntimeError("it does not run")
        os.kill(process.pid, number)
        await asyncio.to_thread(process.join, 20)
        return process.exitcode
