"""What is done once at a start or now and then, by one process at a time."""

import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.config import Settings
from bot.database.engine import Database, Session, lock_until_commit
from bot.database.models import Fact, FailedUpdate, User
from bot.dispatch.replanning import move_to_zone
from bot.identity import strangers
from bot.local_time.tz_database import rules_version

log = logging.getLogger(__name__)

FAILED_UPDATES_KEPT = timedelta(days=7)
RULES_FACT = "time_zone_rules"
START_LOCK = 0x0CA1F57A


async def follow_new_rules(database: Database, now: datetime) -> None:
    """Move what is planned when the time-zone rules have changed: stored instants are stale.

    What came due since the last start is kept, for the late rules to decide about it.
    """
    async with database.transaction() as session:
        await lock_until_commit(session, START_LOCK)
        fact = await session.get(Fact, RULES_FACT)
        if fact is not None and fact.value == rules_version():
            return
        if fact is None:
            session.add(Fact(name=RULES_FACT, value=rules_version()))
            return
        fact.value = rules_version()
        people = await session.exec(select(User).where(col(User.time_zone).is_not(None)))
        for person in people.all():
            await move_to_zone(session, person, now)


RemoveOld = Callable[[Session, date, datetime], Awaitable[int]]
"""Removes what people logged before a local date, and whoever has blocked the bot since before an
instant; returns how many rows that were."""


async def tidy(
    settings: Settings, database: Database, remove_old: RemoveOld, now: datetime
) -> None:
    """Forget what is too old: updates kept for replay, strangers, diaries past the retention."""
    async with database.transaction() as session:
        await session.exec(
            sa.delete(FailedUpdate).where(col(FailedUpdate.failed_at) < now - FAILED_UPDATES_KEPT)
        )
        await strangers.forget(session, now)
        if settings.retention_days:
            kept = timedelta(days=settings.retention_days)
            gone = await remove_old(session, (now - kept).date(), now - kept)
            log.info("retention: %s rows are gone", gone)
