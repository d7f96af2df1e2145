"""Work over everybody: some people at a time, each batch a transaction of its own.

The position is stored in the same transaction as the work, so a process that is killed, or another
one that becomes the leader, goes on where the last commit was.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.clock import Clock
from bot.database.engine import Database, Session, lock_until_commit
from bot.database.models import Fact, User

log = logging.getLogger(__name__)

PEOPLE = 50
"""People in one batch. SQLite has one connection: a tap waits until the batch has committed, which
is after about 20 ms."""
LOCK = 0x0CA1F57A
"""Key of the PostgreSQL advisory lock that serializes batches of two processes of which each takes
itself for the leader."""
SHORTEST_PAUSE_SECONDS = 0.005
BEFORE_EVERYBODY = 0
"""A position before all people: ids of Telegram's users are greater than 0."""

MayGoOn = Callable[[], bool]
Work = Callable[[Session, Sequence[int], datetime], Awaitable[bool]]
"""Does the work for the people with these ids at an instant (aware, UTC), without a commit.

Returns whether it is done; when it is not, it is called again with the same people, so that one
transaction need not do all that one person can need."""


@dataclass(frozen=True)
class Task:
    """Work that has to be done once for everybody who is there."""

    name: str
    """Name of the row of ``facts`` that says for which version it has been done; at most 30
    characters."""
    version: str
    """The work is done again when this value changes, for example with a new release."""
    work: Work
    people: int = PEOPLE

    @property
    def position_name(self) -> str:
        """Name of the row of ``facts`` that says how far it has come; gone when it is done."""
        return f"{self.name}_position"


async def run(database: Database, clock: Clock, task: Task, may_go_on: MayGoOn) -> bool:
    """Do what is left of a task; between two batches others have the database to themselves.

    Args:
        database: the database.
        clock: says at which instant a batch is done.
        task: the work.
        may_go_on: asked before each batch, for example whether this process is still the leader.

    Returns:
        Whether the task is done; False when it was not to go on.
    """
    while may_go_on():
        begun = time.perf_counter()
        async with database.transaction() as session:
            if not await run_batch(session, clock.now(), task):
                return True
        await asyncio.sleep(max(SHORTEST_PAUSE_SECONDS, time.perf_counter() - begun))
    return False


async def run_batch(session: Session, now: datetime, task: Task) -> bool:
    """Do the next batch of a task.

    Returns:
        Whether there may be more to do.
    """
    await lock_until_commit(session, LOCK)
    done = await session.get(Fact, task.name)
    if done is not None and done.value == task.version:
        return False
    query = select(User.id).where(col(User.id) > await _position(session, task))
    people = (await session.exec(query.order_by(col(User.id)).limit(task.people))).all()
    if not people:
        await session.merge(Fact(name=task.name, value=task.version))
        await session.exec(sa.delete(Fact).where(col(Fact.name) == task.position_name))
        log.info("%s: %s is done for everybody", task.name, task.version)
        return False
    if await task.work(session, people, now):
        await session.merge(Fact(name=task.position_name, value=f"{people[-1]} {task.version}"))
    return True


async def _position(session: Session, task: Task) -> int:
    """The id of the last person for whom this version of the task is done."""
    stored = await session.get(Fact, task.position_name)
    if stored is None:
        return BEFORE_EVERYBODY
    last, _, version = stored.value.partition(" ")
    return int(last) if version == task.version else BEFORE_EVERYBODY
