"""Rows of which one process takes care: it edits a message or sends one when its time has come.

A process looks at such a table only while it holds rows of it, so that nothing is read while
nothing runs. Whoever adds a row notes the own process in it and calls :func:`wake_after_commit`.
The rows of a process that has ended are taken over by the next one that notices.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from bot.database import leases
from bot.database.engine import Session

if TYPE_CHECKING:
    from bot.telegram.context import Context, Deps


class WakeUps:
    """Which tables this process has to look at."""

    def __init__(self) -> None:
        self._asleep: set[str] = set()
        self._living: frozenset[str] = frozenset()
        self.deaths = 0
        """A counter that rises when another process has ended, whose rows have to be taken over."""

    def is_awake(self, table: str) -> bool:
        """Whether there may be something to do in a table."""
        return table not in self._asleep

    def rest(self, table: str) -> None:
        """Do not look at a table until it is woken."""
        self._asleep.add(table)

    def wake(self, table: str) -> None:
        """Look at a table again."""
        self._asleep.discard(table)

    def note_living(self, living: Collection[str]) -> None:
        """Note which processes are alive; when one has ended, wake all tables."""
        if self._living - set(living):
            self.deaths += 1
            self._asleep.clear()
        self._living = frozenset(living)


def wake_after_commit(context: "Context", table: type[SQLModel]) -> None:
    """Let this process look at a table when the transaction is committed."""
    wake_ups, name = context.deps.wake_ups, str(table.__tablename__)
    context.after_commit(lambda: wake_ups.wake(name))


class HeldRows:
    """One table's rows of this process.

    Args:
        deps: what the composition root hands in.
        table: its column ``held_by`` names the process that takes care of a row; None: no process
            has to.
    """

    def __init__(self, deps: "Deps", table: type[SQLModel]) -> None:
        self._deps = deps
        self._name = str(table.__tablename__)
        self._table: Any = table.__table__  # type: ignore[attr-defined]
        self._deaths_seen = -1

    @property
    def is_awake(self) -> bool:
        """Whether there may be something to do."""
        return self._deps.wake_ups.is_awake(self._name)

    def wake(self) -> None:
        """Look again with the next tick."""
        self._deps.wake_ups.wake(self._name)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Session]:
        """A transaction that first takes over the rows of processes that have ended.

        Afterwards the table is not read until something wakes it. When the transaction fails, it is
        read again.
        """
        wake_ups = self._deps.wake_ups
        deaths = wake_ups.deaths
        wake_ups.rest(self._name)  # before reading: a row that is added meanwhile wakes it again
        try:
            async with self._deps.database.transaction() as session:
                if deaths != self._deaths_seen:
                    await self._take_over(session)
                yield session
        except BaseException:
            wake_ups.wake(self._name)
            raise
        self._deaths_seen = deaths

    async def _take_over(self, session: Session) -> None:
        me, held_by = self._deps.process, self._table.c.held_by
        alive = await leases.living(session) | {me}
        is_abandoned = sa.and_(held_by.is_not(None), held_by.not_in(alive))
        await session.exec(sa.update(self._table).where(is_abandoned).values(held_by=me))
