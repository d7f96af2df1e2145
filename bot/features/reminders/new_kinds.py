"""The step at a start that gives everybody the kinds of reminders that a new version brings."""

from datetime import datetime

from bot.database.engine import Database, lock_until_commit
from bot.database.models import Fact
from bot.features.reminders.queries import KINDS, add_missing_kinds

FACT = "reminder_kinds"
"""Name of the row of ``facts`` that lists the kinds that everybody has."""
LOCK = 0x0CA1FC1D
"""Key of the PostgreSQL advisory lock that keeps two starting replicas apart."""


async def add_new_kinds(database: Database, now: datetime) -> None:
    """Add the kinds that the previous version did not have, once for each database."""
    kinds = ",".join(KINDS)
    async with database.transaction() as session:
        await lock_until_commit(session, LOCK)
        fact = await session.get(Fact, FACT)
        if fact is not None and fact.value == kinds:
            return
        await add_missing_kinds(session, now)
        await session.merge(Fact(name=FACT, value=kinds))
