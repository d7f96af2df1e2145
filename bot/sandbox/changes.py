"""A condition variable for one event loop: wait until the sandbox's state meets a condition."""

import asyncio
from collections.abc import Callable


class Changes:
    """Counts the changes of the sandbox's state and wakes whoever waits for one."""

    def __init__(self) -> None:
        self.revision = 0
        """The number of changes until now."""
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Count a change and wake everybody who waits."""
        self.revision += 1
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_for(self, predicate: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109
        """Wait until the predicate holds; it is evaluated now and after every change.

        Raises:
            TimeoutError: when it does not hold within ``timeout`` seconds.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout):
            while not predicate():
                waiter: asyncio.Future[None] = loop.create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
