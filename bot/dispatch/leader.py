"""Leader election among replicas: the leader holds an advisory lock in PostgreSQL.

The leader alone polls Telegram and runs the periodic maintenance. The lock belongs to a connection,
so it is free as soon as the leader's process dies, and another replica takes it within seconds. On
SQLite there is one process, which is always the leader.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot import metrics

log = logging.getLogger(__name__)

LEADER_LOCK = 0x0CA1FD07
"""Key of the PostgreSQL advisory lock that the leader holds."""
CHECK_SECONDS = 2.0
ANSWER_SECONDS = 3.0
"""A leader whose database does not answer for this long steps down: another replica may have the
lock already."""
KEEP_ALIVE = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
}
"""With these PostgreSQL notices within six seconds that a whole machine is gone."""

OnChange = Callable[[], Awaitable[None]]


class Leader:
    """Takes the lock when it is free, and calls back when this process becomes or ceases to be the
    leader."""

    def __init__(self, url: str, on_elected: OnChange, on_deposed: OnChange) -> None:
        self.is_leader = False
        self._on_elected = on_elected
        self._on_deposed = on_deposed
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
        """Try to take the lock once, then go on trying in the background."""
        if self._engine is None:
            await self._step_up()
            return
        await self._check()
        self._task = asyncio.create_task(self._run(), name="leader election")

    async def stop(self) -> None:
        """Step down and release the lock for another replica."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._step_down()
        await self._release_lock()
        if self._engine is not None:
            await self._engine.dispose()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self._check()

    async def _check(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                has_lock = await self._has_lock()
        except Exception as error:
            if self.is_leader:
                log.error(
                    "no longer the leader: the database does not answer (%s)", type(error).__name__
                )
            await self._release_lock()
            has_lock = False
        try:
            if has_lock and not self.is_leader:
                await self._step_up()
            elif not has_lock and self.is_leader:
                await self._step_down()
        except Exception:
            log.exception("the change of the leader failed and will be tried again")

    async def _has_lock(self) -> bool:
        """Whether this process has the lock, which it takes if it is free."""
        if self._engine is None:
            return True
        if self._connection is None:
            self._connection = await self._engine.connect()
        if self.is_leader:
            await self._connection.execute(sa.select(1))
            return True
        lock = sa.select(sa.func.pg_try_advisory_lock(LEADER_LOCK))
        return bool((await self._connection.execute(lock)).scalar_one())

    async def _step_up(self) -> None:
        await self._on_elected()
        self.is_leader = True
        metrics.LEADER.set(1)
        log.debug("this process is the leader")

    async def _step_down(self) -> None:
        if not self.is_leader:
            return
        self.is_leader = False
        metrics.LEADER.set(0)
        await self._on_deposed()

    async def _release_lock(self) -> None:
        """Close the connection that holds the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await connection.invalidate()
                    await connection.close()
            except Exception as error:
                log.debug("the connection of the lock broke (%s)", type(error).__name__)
