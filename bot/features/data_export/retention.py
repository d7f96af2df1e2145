"""The tasks of each day that shorten or delete what is old."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.config import Settings
from bot.database.engine import Session
from bot.features.data_export import deletion_queries
from bot.operations.batches import Task

DELIVERIES_KEPT = timedelta(days=400)
"""After this time, only what figures of weeks need is kept of deliveries."""


def tasks_of_the_day(settings: Settings, now: datetime) -> list[Task]:
    """What is to be done once for everybody on the day (UTC) of an instant."""
    first_on = (now - DELIVERIES_KEPT).date()

    async def reduce(session: Session, people: Sequence[int], _now: datetime) -> bool:
        return await deletion_queries.reduce_old_deliveries(session, people, first_on)

    tasks = [Task("old_deliveries", f"{first_on}", reduce)]
    if settings.retention_days:
        kept = timedelta(days=settings.retention_days)
        oldest_on, blocked_before = (now - kept).date(), now - kept

        async def delete(session: Session, people: Sequence[int], at: datetime) -> bool:
            return await deletion_queries.delete_expired(
                session, people, oldest_on, blocked_before, at
            )

        tasks.insert(0, Task("retention", f"{oldest_on}", delete))
    return tasks
