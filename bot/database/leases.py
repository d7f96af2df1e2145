"""Leases: what a process holds for as long as it renews it in time.

A process that renews its own lease is alive; the one that has the lease of the leader leads. Only
PostgreSQL needs them. On SQLite there is one process, because it holds a lock on the file. Leases
end by the clock of the database, which all processes share.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot.clock import seconds_up
from bot.database.engine import Session, insert_for, is_sqlite
from bot.database.models import Lease

PROCESS = "process:"
"""What the names of the leases of processes begin with."""
LEASE = timedelta(seconds=15)
"""How long a process counts as alive after it has renewed its lease."""
LONGEST = timedelta(minutes=5)
"""No lease is longer. One that seems to be was taken while the clock was wrong, and counts as
ended."""
KEPT = timedelta(hours=1)
"""How long leases that have ended stay in the table."""


class OwnLease:
    """What this process knows about its own lease, by its own clock.

    Args:
        is_needed: False on SQLite, where nobody else can take anything over.
    """

    def __init__(self, *, is_needed: bool) -> None:
        self._is_needed = is_needed
        self._renewed_at = seconds_up()
        self.number = 0
        """A counter that rises when the lease is renewed after it may have ended."""

    def renewed(self, begun: float) -> None:
        """Note that the lease was renewed.

        Args:
            begun: when the renewal began, by ``seconds_up``.
        """
        if begun - self._renewed_at > LEASE.total_seconds():
            self.number += 1
        self._renewed_at = begun

    def is_certain(self, number: int) -> bool:
        """Whether what was held under a lease is certainly still held."""
        age = seconds_up() - self._renewed_at
        return not self._is_needed or (number == self.number and age < LEASE.total_seconds())


def _is_valid() -> sa.ColumnElement[bool]:
    now = sa.func.clock_timestamp()
    return col(Lease.until_at).between(now, now + LONGEST)


async def take(session: Session, name: str, holder: str, length: timedelta) -> bool:
    """Take a lease that is free or has ended, or renew one's own.

    Args:
        session: an open transaction on PostgreSQL.
        name: what is held.
        holder: the name of this process.
        length: how long the lease is valid from now on.

    Returns:
        Whether this process holds it now.
    """
    now = sa.func.clock_timestamp()
    row = {"holder": holder, "until_at": now + length}
    taken = await (await session.connection()).execute(
        insert_for(session)(Lease)
        .values(name=name, **row)
        .on_conflict_do_update(
            index_elements=["name"],
            set_=row,
            where=sa.or_(col(Lease.holder) == holder, sa.not_(_is_valid())),
        )
        .returning(col(Lease.name))
    )
    return taken.first() is not None


async def extend(session: Session, name: str, holder: str, length: timedelta) -> None:
    """Extend a lease that no other process wants; the arguments are those of :func:`take`."""
    row = {"holder": holder, "until_at": sa.func.clock_timestamp() + length}
    await (await session.connection()).execute(
        insert_for(session)(Lease)
        .values(name=name, **row)
        .on_conflict_do_update(index_elements=["name"], set_=row)
    )


async def is_held(connection: AsyncConnection, name: str) -> bool:
    """Whether any process holds a lease."""
    found = await connection.execute(
        sa.select(col(Lease.name)).where(col(Lease.name) == name, _is_valid())
    )
    return found.first() is not None


async def give_up(session: Session, name: str, holder: str) -> None:
    """End one's own lease, so that another process can take it at once."""
    await (await session.connection()).execute(
        sa.delete(Lease).where(col(Lease.name) == name, col(Lease.holder) == holder)
    )


async def renew(session: Session, holder: str) -> None:
    """Take or extend the lease of a process, and delete those that ended long ago.

    Args:
        session: an open transaction.
        holder: the name of this process.
    """
    if is_sqlite(session):
        return
    await extend(session, PROCESS + holder, holder, LEASE)
    await (await session.connection()).execute(
        sa.delete(Lease).where(
            col(Lease.name).startswith(PROCESS),
            col(Lease.until_at) < sa.func.clock_timestamp() - KEPT,
        )
    )


async def release(session: Session, holder: str) -> None:
    """End the lease of a process."""
    await give_up(session, PROCESS + holder, holder)


async def living(session: Session) -> frozenset[str]:
    """The names of the processes whose lease has not ended; none on SQLite."""
    if is_sqlite(session):
        return frozenset()
    found = await (await session.connection()).execute(
        sa.select(col(Lease.holder)).where(col(Lease.name).startswith(PROCESS), _is_valid())
    )
    return frozenset(found.scalars())
