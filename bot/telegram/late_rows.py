"""Rows of the inbox and of jobs that a start or a restore finds long after they were made.

After a long pause, or in an older copy of the database, what is still to be sent is no longer of
use, or was sent long ago. What people have done is never dropped. These are queries: they know no
Telegram and never commit.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import InboxRow, Job, JobState
from bot.telegram.inbox import FORGOTTEN, IS_OPEN, NOTICES_END
from bot.telegram.job_rows import IS_OPEN as IS_OPEN_JOB

REPLIES_KEPT = timedelta(hours=12)
"""How old an update may be whose replies are still sent after a start. Older ones are those of a
restored backup, which were sent long ago, or say "Logged" about a night that is over."""
JOBS_KEPT = timedelta(hours=24)
"""How long ago a file or pages may have been asked for that are still made after a start."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When the open jobs of a restored backup were asked for."""
IDS_GO_ON = timedelta(days=6)
"""How long Telegram certainly goes on with its numbers: without an update for a week, the next one
gets a random number (Bot API, Update)."""
EARLIER = 1 << 40
"""Greater than every update id of Telegram, and less than the ids of what is done on pages."""


async def forget_replies(session: Session, before: datetime | None = None) -> int:
    """Finish applied updates without sending what is left of their replies.

    Messages of ``inbox.add_notice`` are kept, because they would not be added again.

    Args:
        session: an open transaction.
        before: only of updates that were received earlier than this (aware, UTC); None: all.

    Returns:
        How many there were.
    """
    old = sa.true() if before is None else col(InboxRow.received_at) < before
    changed = await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(
            IS_OPEN,
            col(InboxRow.state) == sa.literal_column("'applied'"),
            old,
            col(InboxRow.update_id) > NOTICES_END,
        )
        .values(**FORGOTTEN)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


async def make_jobs_late(session: Session) -> int:
    """Date open jobs back, so that the next start calls off those that only send something.

    Args:
        session: an open transaction.

    Returns:
        How many open jobs there were.
    """
    changed = await (await session.connection()).execute(
        sa.update(Job)
        .where(IS_OPEN_JOB)
        .values(queued_at=LONG_AGO)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


async def forget_jobs(session: Session, kinds_kept: Collection[str], before: datetime) -> int:
    """Call off open jobs that only send something.

    Args:
        session: an open transaction.
        kinds_kept: kinds that change something, or are of use at any time.
        before: only those that were asked for earlier than this (aware, UTC).

    Returns:
        How many there were.
    """
    changed = await (await session.connection()).execute(
        sa.update(Job)
        .where(IS_OPEN_JOB, col(Job.queued_at) < before, col(Job.kind).not_in(sorted(kinds_kept)))
        .values(state=JobState.CANCELLED, finished_at=col(Job.queued_at))
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)


async def put_first(session: Session, now: datetime, may_be_taken: sa.ColumnElement[bool]) -> int:
    """Give waiting updates of a week ago numbers below all that Telegram may give now.

    Args:
        session: an open transaction.
        now: the current instant (aware, UTC).
        may_be_taken: whether no other living process holds an update.

    Returns:
        How many there were.
    """
    changed = await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(
            IS_OPEN,
            col(InboxRow.state) == sa.literal_column("'waiting'"),
            col(InboxRow.received_at) < now - IDS_GO_ON,
            col(InboxRow.update_id) > 0,
            may_be_taken,
        )
        .values(update_id=col(InboxRow.update_id) - EARLIER)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)
