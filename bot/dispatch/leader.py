"""Which of several replicas polls and keeps house: the holder of an advisory lock in PostgreSQL.

The lock belongs to a connection, so it is free as soon as its holder dies, and another replica has
it within seconds. On SQLite there is one process and it is always on duty.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot import metrics

log = logging.getLogger(__name__)

DUTY_LOCK = 0x0CA1FD07
LOOK_SECONDS = 2.0
ANSWER_SECONDS = 3.0
"""A database that is silent for so long counts as gone: the lock may be another's already."""
KEEP_ALIVE = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
}
"""PostgreSQL notices within six seconds that a whole machine has vanished."""

Change = Callable[[], Awaitable[None]]


class Leader:
    """Takes the lock when it is free, and tells when duty begins and ends."""

    def __init__(self, url: str, begins: Change, ends: Change) -> None:
        self.is_mine = False
        self._begins = begins
        self._ends = ends
        self._task: asyncio.Task[None] | None = None
        self._engine: AsyncEngine | None = None
        self._connection: AsyncConnection | None = None
        if sa.make_url(url).get_backend_name() != "sqlite":
            self._engine = create_async_engine(
                url,
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args={"server_settings": KEEP_ALIVE, "timeout": ANSWER_SECONDS},
            )

    async def start(self) -> None:
        """Look for the first time, then go on looking in the background."""
        if self._engine is None:
            await self._begin()
            return
        await self._look()
        self._task = asyncio.create_task(self._watch(), name="duty")

    async def stop(self) -> None:
        """Hand over: whoever else looks gets the lock."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._end()
        await self._let_go()
        if self._engine is not None:
            await self._engine.dispose()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._look()

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                holds = await self._holds()
        except Exception as error:
            if self.is_mine:
                log.error("duty is lost with the database (%s)", type(error).__name__)
            await self._let_go()
            holds = False
        try:
            if holds and not self.is_mine:
                await self._begin()
            elif not holds and self.is_mine:
                await self._end()
        except Exception:
            log.exception("duty could not change hands and will be tried again")

    async def _holds(self) -> bool:
        if self._engine is None:
            return True
        if self._connection is None:
            self._connection = await self._engine.connect()
        if self.is_mine:
            await self._connection.execute(sa.select(1))
            return True
        found = await self._connection.execute(sa.select(sa.func.pg_try_advisory_lock(DUTY_LOCK)))
        return bool(found.scalar_one())

    async def _begin(self) -> None:
        await self._begins()
        self.is_mine = True
        metrics.ON_DUTY.set(1)
        log.debug("on duty")

    async def _end(self) -> None:
        if not self.is_mine:
            return
        self.is_mine = False
        metrics.ON_DUTY.set(0)
        await self._ends()

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await connection.invalidate()
                    await connection.close()
            except Exception as error:
                log.debug("the connection of the lock broke (%s)", type(error).__name__)
