"""Leader election among replicas: the leader holds a lease in PostgreSQL and keeps renewing it.

The leader alone polls Telegram and runs the periodic maintenance. A leader that dies, hangs or
loses the database is replaced when its lease has ended. One that was frozen knows by its own clock
that the lease has ended, so it does nothing more when it wakes. On SQLite there is one process,
which is always the leader.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot import metrics
from bot.clock import seconds_up
from bot.database import leases
from bot.database.engine import Database, Session
from bot.database.errors import NewerSchemaError, is_database_unreachable
from bot.trouble_log import TroubleLog

log = logging.getLogger(__name__)

LEADER, POLLED = "leader", "polled"
"""The names of two leases: of the leader, and of the fact that a replica polls."""
LEASE_SECONDS = 8.0
HEARTBEAT_SECONDS = 2.0
ANSWER_SECONDS = 3.0
"""How long one heartbeat waits for the database."""
POLL_SECONDS = 60.0
"""When no replica has polled for this long, no replica is ready. A leader that has not polled for
this long gives another replica a turn, which may reach Telegram."""
YIELD_SECONDS = LEASE_SECONDS
"""For how long a leader that gives way does not take the lease again."""
YIELD_AGAIN_SECONDS = 600.0
"""A process gives way once in this time: while Telegram is away, no replica reaches it."""
BLIND_SECONDS = 15.0
"""A process that has not looked at the lease for this long, because it was frozen, does not know
whether another one has led meanwhile."""

OnChange = Callable[[], Awaitable[None]]


class Leader:
    """Takes the lease when it is free, and calls back when this process becomes or ceases to be the
    leader.

    Args:
        database: where the leases are.
        holder: the name of this process.
        on_elected: called when this process has become the leader.
        on_deposed: called when it is the leader no more.
        unpolled_seconds: how long ago this process has polled; None if it does not poll.
    """

    def __init__(
        self,
        database: Database,
        holder: str,
        on_elected: OnChange,
        on_deposed: OnChange,
        unpolled_seconds: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._database = database
        self._holder = holder
        self._on_elected = on_elected
        self._on_deposed = on_deposed
        self._unpolled_seconds = unpolled_seconds
        self._task: asyncio.Task[None] | None = None
        self._is_elected = False
        self._held_until = -math.inf
        """When the lease ends, by ``seconds_up``."""
        self._is_standing_by = False
        self._gave_way_at = -math.inf
        """When it last gave another replica a turn, by ``seconds_up``."""
        self._looked_at: float | None = None
        """When the last heartbeat ended, by ``seconds_up``."""
        self._led_at = 0.0
        """When this process last saw that a process leads, by ``seconds_up``."""
        self._trouble = TroubleLog(log, "the election of a leader")

    @property
    def is_leader(self) -> bool:
        """Whether this process was elected and its lease has certainly not ended."""
        return self._is_elected and seconds_up() < self._held_until

    @property
    def unled_seconds(self) -> float | None:
        """For how long no process has led, as far as this one knew at its last heartbeat; None
        before the first one, and on SQLite, where the one process leads.
        """
        return None if self._looked_at is None else self._looked_at - self._led_at

    async def start(self) -> None:
        """Try to take the lease once, then go on trying and renewing in the background."""
        if self._database.is_sqlite:
            self._held_until = math.inf
            await self._step_up()
            return
        await self._beat()
        if self._is_elected:
            await self._beat()  # notes that it polls, for a check right after the start
        self._task = asyncio.create_task(self._run(), name="leader election")

    async def stop(self) -> None:
        """Step down and release the lease for another replica."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        had_lease = self.is_leader and not self._database.is_sqlite
        await self._step_down()
        if had_lease:
            await self._release()

    async def polling_trouble(self) -> str | None:
        """What is wrong with polling, if no replica has polled for a minute.

        Raises:
            Exception: the database cannot be reached.
        """
        if self._database.is_sqlite:
            seconds = self._unpolled_seconds()
            is_polled = seconds is not None and seconds < POLL_SECONDS
        else:
            async with self._database.transaction() as session:
                is_polled = await leases.is_held(await session.connection(), POLLED)
        return None if is_polled else "no process has polled for a minute"

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._beat()

    async def _beat(self) -> None:
        """Take or renew the lease, and step up or down accordingly. Never raises."""
        begun = seconds_up()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._database.check_revision()
                has_lease = await self._take()
        except NewerSchemaError:
            self._held_until = -math.inf
            is_led = await self._is_led_by_newer_version()
        except Exception as error:  # the lease goes on until it ends
            is_led = False
            if not is_database_unreachable(error):  # else the database's own log line says so
                self._trouble.happened(type(error).__name__, logging.ERROR)
        else:
            self._trouble.over()
            self._held_until = begun + LEASE_SECONDS if has_lease else -math.inf
            self._say_standing_by(is_standing_by=not has_lease)
            is_led = True
        self._note_lead(is_led=is_led)
        try:
            if seconds_up() < self._held_until:
                await self._step_up()
            else:
                await self._step_down()
        except Exception:
            log.exception("the change of the leader failed and will be tried again")

    async def _is_led_by_newer_version(self) -> bool:
        """Whether a process of the version that has changed the schema leads. Never raises."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._database.engine.connect() as found:
                return await leases.is_held(found, LEADER)
        except Exception as error:
            log.debug("the lease of the leader cannot be read (%s)", type(error).__name__)
            return False

    def _note_lead(self, *, is_led: bool) -> None:
        now = seconds_up()
        is_blind = self._looked_at is None or now - self._looked_at > BLIND_SECONDS
        if is_led or is_blind:
            self._led_at = now
        self._looked_at = now

    async def _take(self) -> bool:
        """Whether this process has the lease, which it takes if it is free."""
        async with self._database.transaction() as session:
            unpolled = self._unpolled_seconds()
            if seconds_up() - self._gave_way_at < YIELD_SECONDS:
                return False
            is_deaf = unpolled is not None and unpolled >= POLL_SECONDS
            if is_deaf and self.is_leader and await self._yields(session):
                return False
            lease = timedelta(seconds=LEASE_SECONDS)
            if not await leases.take(session, LEADER, self._holder, lease):
                return False
            if unpolled is not None and unpolled < POLL_SECONDS:
                rest = timedelta(seconds=POLL_SECONDS - unpolled)
                await leases.extend(session, POLLED, self._holder, rest)
            return True

    async def _yields(self, session: Session) -> bool:
        """Release the lease because this process hears nothing from Telegram and another may."""
        now = seconds_up()
        if now - self._gave_way_at < YIELD_AGAIN_SECONDS:
            return False
        if not await leases.living(session) - {self._holder}:
            return False
        log.warning("no poll was answered for %.0f s: another replica gets a turn", POLL_SECONDS)
        await leases.give_up(session, LEADER, self._holder)
        self._gave_way_at = now
        return True

    def _say_standing_by(self, *, is_standing_by: bool) -> None:
        if is_standing_by and not self._is_standing_by:
            log.info("standing by: another replica is the leader")
        self._is_standing_by = is_standing_by

    async def _step_up(self) -> None:
        if self._is_elected:
            return
        await self._on_elected()
        self._is_elected = True
        metrics.LEADER.set(1)
        log.debug("this process is the leader")

    async def _step_down(self) -> None:
        if not self._is_elected:
            return
        self._is_elected = False
        metrics.LEADER.set(0)
        await self._on_deposed()

    async def _release(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._database.transaction() as session:
                await leases.give_up(session, LEADER, self._holder)
        except Exception as error:
            log.info(
                "the lease of the leader was not released, it ends by itself (%s)",
                type(error).__name__,
            )
