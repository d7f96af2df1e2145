"""Limits how fast the bot sends reminders: evenly spaced slots, shared by all replicas.

When Telegram answers "too many requests", every worker pauses. How often a person may send
something to the bot is limited in ``bot/telegram/rate_limit.py``.
"""

import asyncio
import time
from datetime import timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Database, insert_for
from bot.database.models import Pace as PaceRow

AHEAD_SECONDS = 2.0
"""A replica reserves no slot further ahead than this, so that a pause soon reaches all of them."""
RESERVED_AT_ONCE = 5
"""Slots that a replica reserves with one statement."""


class Pace(Protocol):
    """Gives each worker a slot to send in."""

    async def turn(self) -> None:
        """Wait for the next free slot."""
        ...

    async def pause(self, duration: timedelta) -> None:
        """Give no slots for this long."""
        ...


class LocalPace:
    """The pace of a single process, in messages per second."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate
        self._free_at = 0.0
        self._paused_until = 0.0

    async def turn(self) -> None:
        while True:
            now = time.monotonic()
            slot = max(now, self._free_at, self._paused_until)
            self._free_at = slot + self._gap
            await asyncio.sleep(slot - now)
            # If a pause began while this worker waited, its slot is void.
            if time.monotonic() >= self._paused_until:
                return

    async def pause(self, duration: timedelta) -> None:
        until = time.monotonic() + duration.total_seconds()
        self._paused_until = max(self._paused_until, until)


class SharedPace:
    """One pace for all replicas: a row in PostgreSQL that says when the next slot is free.

    Instants are those of the database's clock.
    """

    def __init__(self, database: Database, rate: float) -> None:
        self._database = database
        self._rate = rate
        self._slots: list[float] = []
        self._lock = asyncio.Lock()
        self._paused_until = 0.0

    async def turn(self) -> None:
        while True:
            async with self._lock:
                if not self._slots:
                    self._slots = await self._reserve()
                slot = self._slots.pop(0) if self._slots else None
            if slot is None:  # other replicas have reserved all slots of the near future
                await asyncio.sleep(AHEAD_SECONDS / 4)
                continue
            await asyncio.sleep(max(0.0, slot - time.monotonic()))
            if slot >= self._paused_until:
                return

    async def _reserve(self) -> list[float]:
        """Reserve the next free slots: instants of ``time.monotonic``, empty when none is near."""
        clock = sa.func.clock_timestamp()
        length = sa.func.make_interval(0, 0, 0, 0, 0, 0, RESERVED_AT_ONCE / self._rate)
        start = sa.func.greatest(PaceRow.free_at, clock)
        statement = (
            sa.update(PaceRow)
            .where(
                col(PaceRow.id) == 1,
                col(PaceRow.free_at) < clock + timedelta(seconds=AHEAD_SECONDS),
            )
            .values(free_at=start + length)
            .returning(
                sa.extract("epoch", col(PaceRow.free_at) - length - clock).label("starts_in")
            )
        )
        async with self._database.transaction() as session:
            row = (await (await session.connection()).execute(statement)).one_or_none()
        if row is None:
            return []
        start_at = time.monotonic() + float(row.starts_in)
        return [start_at + number / self._rate for number in range(RESERVED_AT_ONCE)]

    async def pause(self, duration: timedelta) -> None:
        self._paused_until = time.monotonic() + duration.total_seconds()
        clock = sa.func.clock_timestamp()
        async with self._database.transaction() as session:
            await session.exec(
                sa.update(PaceRow)
                .where(col(PaceRow.id) == 1)
                .values(free_at=sa.func.greatest(PaceRow.free_at, clock + duration))
            )


async def prepare_pace(database: Database, rate: float) -> Pace:
    """The pace that fits the database."""
    if database.is_sqlite:
        return LocalPace(rate)
    async with database.transaction() as session:
        await session.exec(
            insert_for(session)(PaceRow)
            .values(id=1, free_at=sa.func.clock_timestamp())
            .on_conflict_do_nothing()
        )
    return SharedPace(database, rate)
