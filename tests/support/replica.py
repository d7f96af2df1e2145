"""The bot in processes of its own, quickly: forked from one that has imported everything."""

import asyncio
import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing.context import ForkServerProcess

import httpx

from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
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


async def ready(port: int) -> None:
    """Wait until a process says that it is ready."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while True:
                try:
                    answer = await client.get("/readyz")
                    if answer.status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.02)


async def metric(port: int, name: str) -> float:
    """The sum of all samples whose line begins like this."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        text = (await client.get("/metrics")).text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


async def leads(port: int, *, is_leader: bool) -> None:
    """Wait until a replica says that it is the leader, or that it is not."""
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while await metric(port, "calmcalf_leader") != is_leader:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
