"""Jobs that one process does at start-up or every hour."""

import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.config import Settings
from bot.database.engine import Database, Session, lock_until_commit
from bot.database.models import Fact, FailedUpdate, User
from bot.dispatch.replanning import move_to_zone
from bot.identity import refusals
from bot.local_time.tz_database import rules_version
from bot.telegram import inbox

log = logging.getLogger(__name__)

FAILED_UPDATES_KEPT = timedelta(days=7)
RULES_FACT = "time_zone_rules"
"""Name of the row of ``facts`` with the version of the tzdata package that plans are based on."""
START_LOCK = 0x0CA1F57A
"""Key of the PostgreSQL advisory lock that serializes replicas that start at the same time."""


async def replan_for_new_time_zone_rules(database: Database, now: datetime) -> None:
    """Plan all reminders again if tzdata has changed, because stored instants may be wrong.

    Reminders that fell due since the last start stay due; the rules for late reminders decide
    whether they are sent.
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


async def delete_update_ids(database: Database, now: datetime) -> None:
    """Delete ids of updates that Telegram no longer repeats, some hundred in each transaction."""
    deleted = 1
    while deleted:
        async with database.transaction() as session:
            deleted = await inbox.forget_ids(session, now)


DeleteOld = Callable[[Session, date, datetime], Awaitable[int]]
"""Deletes diary rows before a local date, and people who blocked the bot before an instant (UTC);
returns the number of rows."""


async def delete_expired(
    settings: Settings, database: Database, delete_old: DeleteOld, now: datetime
) -> None:
    """Delete old failed updates and strangers, and what is older than ``RETENTION_DAYS``.

    Args:
        settings: say how long diaries are kept.
        database: the database.
        delete_old: deletes diaries; the feature that owns them hands it in.
        now: the current instant (aware, UTC).
    """
    await delete_update_ids(database, now)
    async with database.transaction() as session:
        await session.exec(
            sa.delete(FailedUpdate).where(col(FailedUpdate.failed_at) < now - FAILED_UPDATES_KEPT)
        )
        await refusals.delete_old(session, now)
        if settings.retention_days:
            kept = timedelta(days=settings.retention_days)
            count = await delete_old(session, (now - kept).date(), now - kept)
            log.info("retention: deleted %s rows", count)
