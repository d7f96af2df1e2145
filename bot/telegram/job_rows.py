"""SQL of the table ``jobs``: queue, claim, progress, end and recovery of jobs. It never commits.

Statements repeat ``finished_at IS NULL``, the condition of the partial index of open jobs.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, lock_until_commit
from bot.database.models import Job, JobState

MOST_OPEN = 3
"""Open jobs of one person."""
MOST_ATTEMPTS = 3
"""A job that was begun so often and never ended is given up: it may be what kills the process."""
CLAIM_LOCK = 0x0CA1F70B
"""Key of the PostgreSQL advisory lock under which a process claims a job."""
DAY = timedelta(hours=24)
FINISHED_KEPT = timedelta(hours=1)
"""How long finished jobs are kept, so that people are served in turn."""
FAILED_KEPT = timedelta(days=7)
IS_OPEN = col(Job.finished_at).is_(None)
MESSAGE_ID = "message_id"
"""The argument with the id of the message that shows the result."""


class Queued(Enum):
    """What became of a request for a job."""

    NEW = "new"
    KNOWN = "known"
    """The same job is open already."""
    TOO_MANY = "too many"
    TOO_MANY_TODAY = "too many today"


async def queue(
    session: Session,
    user_id: int,
    kind: str,
    arguments: Mapping[str, Any],
    now: datetime,
    *,
    replaces: bool = False,
    most_a_day: int | None = None,
) -> Queued:
    """Add a job, unless the person has the same one already or has too many.

    With ``replaces``, a waiting job of this kind for the same message gets the new arguments, and a
    job that is running does not count as the same: it has read what was there before.
    ``most_a_day`` limits the jobs of this kind within 24 hours; None: no limit.
    """
    found = await session.exec(select(Job).where(IS_OPEN, col(Job.user_id) == user_id))
    jobs = found.all()
    for job in jobs:
        is_same = job.kind == kind and _own(job.arguments) == arguments
        if is_same and not (replaces and job.state is JobState.RUNNING):
            return Queued.KNOWN
        if replaces and _is_replaced(job, kind, arguments):
            job.arguments = dict(arguments)
            session.add(job)
            return Queued.KNOWN
    if len(jobs) >= MOST_OPEN:
        return Queued.TOO_MANY
    if most_a_day is not None and await count_of_day(session, user_id, kind, now) >= most_a_day:
        return Queued.TOO_MANY_TODAY
    session.add(Job(user_id=user_id, kind=kind, arguments=dict(arguments), queued_at=now))
    return Queued.NEW


async def count_of_day(session: Session, user_id: int, kind: str, now: datetime) -> int:
    """How many jobs of a kind a person has asked for in the last 24 hours."""
    query = (
        select(sa.func.count())
        .select_from(Job)
        .where(col(Job.user_id) == user_id, col(Job.kind) == kind, col(Job.queued_at) > now - DAY)
    )
    return (await session.exec(query)).one()


def _own(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments without what the job has remembered, whose names begin with an underscore."""
    return {name: value for name, value in arguments.items() if not name.startswith("_")}


def _is_replaced(job: Job, kind: str, arguments: Mapping[str, Any]) -> bool:
    return (
        job.state is JobState.WAITING
        and job.kind == kind
        and job.arguments.get(MESSAGE_ID) == arguments.get(MESSAGE_ID)
    )


async def claim(session: Session, holder: str, now: datetime, *, fresh_only: bool) -> Job | None:
    """Take the next job and count the attempt; None when there is none.

    Who was served longest ago comes first, and nobody has two running jobs. A job that was begun
    too often already is returned as failed.

    Args:
        session: an open transaction.
        holder: the process that takes it.
        now: the current instant.
        fresh_only: only jobs that were never begun.
    """
    await lock_until_commit(session, CLAIM_LOCK)
    earlier = sa.orm.aliased(Job)
    busy = select(earlier.user_id).where(
        col(earlier.finished_at).is_(None), col(earlier.state) == JobState.RUNNING
    )
    served_at = (
        sa.select(sa.func.max(earlier.finished_at))
        .where(col(earlier.user_id) == col(Job.user_id))
        .scalar_subquery()
    )
    query = (
        select(Job)
        .where(IS_OPEN, col(Job.state) == JobState.WAITING, col(Job.user_id).not_in(busy))
        .order_by(sa.nulls_first(served_at.asc()), col(Job.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if fresh_only:
        query = query.where(col(Job.attempts) == 0)
    job = (await session.exec(query)).first()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, now
    else:
        job.state, job.held_by, job.attempts = JobState.RUNNING, holder, job.attempts + 1
    session.add(job)
    return job


async def lock_running(session: Session, job_id: int, holder: str) -> Job | None:
    """The job, locked until the transaction ends; None when this process no longer runs it."""
    found = await session.exec(
        select(Job)
        .where(
            col(Job.id) == job_id,
            IS_OPEN,
            col(Job.state) == JobState.RUNNING,
            col(Job.held_by) == holder,
        )
        .with_for_update(key_share=True)
    )
    return found.one_or_none()


async def state_of(session: Session, job_id: int) -> JobState | None:
    """The state of a job; None when its row is gone."""
    found = await session.exec(select(Job.state).where(col(Job.id) == job_id))
    state = found.one_or_none()
    return None if state is None else JobState(state)


async def cancel(session: Session, user_id: int, job_id: int, now: datetime) -> bool:
    """Call a person's job off; False when it is not open, or is somebody else's."""
    found = await session.exec(
        sa.update(Job)
        .where(col(Job.id) == job_id, col(Job.user_id) == user_id, IS_OPEN)
        .values(state=JobState.CANCELLED, finished_at=now)
    )
    return bool(found.rowcount)


async def cancel_all(session: Session, user_id: int, now: datetime) -> None:
    """Call off everything of a person that is open."""
    await session.exec(
        sa.update(Job)
        .where(col(Job.user_id) == user_id, IS_OPEN)
        .values(state=JobState.CANCELLED, finished_at=now)
    )


async def release(
    session: Session, holder: str, job_ids: Collection[int], *, uncounted: bool
) -> None:
    """Let running jobs of a process wait again.

    Args:
        session: an open transaction.
        holder: the process that ran them.
        job_ids: which ones.
        uncounted: whether the attempt does not count, because the job was not what ended it.
    """
    attempts = col(Job.attempts) - 1 if uncounted else col(Job.attempts)
    await session.exec(
        sa.update(Job)
        .where(
            col(Job.id).in_(job_ids),
            IS_OPEN,
            col(Job.state) == JobState.RUNNING,
            col(Job.held_by) == holder,
        )
        .values(state=JobState.WAITING, held_by=None, attempts=attempts)
    )


async def recover(
    session: Session, holder: str, own_ids: Collection[int], alive: Collection[str]
) -> bool:
    """Let jobs wait again whose process is dead, or that this process holds but does not run.

    Returns:
        Whether there was one.
    """
    found = await session.exec(
        select(Job).where(IS_OPEN, col(Job.state) == JobState.RUNNING).order_by(col(Job.id))
    )
    is_any = False
    for job in found.all():
        is_own = job.held_by == holder
        if (is_own and job.id in own_ids) or (not is_own and job.held_by in alive):
            continue
        # This process lost sight of its own job because the database did not answer.
        await release(session, job.held_by or "", [job.id or 0], uncounted=is_own)
        is_any = True
    return is_any


async def delete_finished(
    session: Session, now: datetime, counted_kinds: Collection[str] = ()
) -> None:
    """Delete jobs that ended some time ago; those whose number in a day is limited, after a day."""
    finished_at = col(Job.finished_at)
    await session.exec(
        sa.delete(Job).where(
            finished_at < now - FINISHED_KEPT,
            sa.or_(col(Job.state) != JobState.FAILED, finished_at < now - FAILED_KEPT),
            sa.or_(col(Job.kind).not_in(counted_kinds), col(Job.queued_at) <= now - DAY),
        )
    )
