"""Leases of processes: a process that renews its lease in time is alive.

Only PostgreSQL needs them. On SQLite there is one process, because it holds a lock on the file.
Leases end by the clock of the database, which all processes share.
"""

import time
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session, insert_for, is_sqlite
from bot.database.models import Lease

PROCESS = "process:"
"""What the names of the leases of processes begin with."""
LEASE = timedelta(seconds=15)
"""How long a process counts as alive after it has renewed its lease."""
KEPT = timedelta(hours=1)
"""How long leases that have ended stay in the table."""


class OwnLease:
    """What this process knows about its own lease, by its own clock.

    Args:
        is_needed: False on SQLite, where nobody else can take anything over.
    """

    def __init__(self, *, is_needed: bool) -> None:
        self._is_needed = is_needed
        self._renewed_at = time.monotonic()
        self.number = 0
        """Goes up when the lease is renewed after it may have ended."""

    def renewed(self, begun: float) -> None:
        """Note that the lease was renewed.

        Args:
            begun: when the renewal began, by ``time.monotonic``.
        """
        if begun - self._renewed_at > LEASE.total_seconds():
            self.number += 1
        self._renewed_at = begun

    def is_certain(self, number: int) -> bool:
        """Whether what was held under a lease is certainly still held."""
        age = time.monotonic() - self._renewed_at
        return not self._is_needed or (number == self.number and age < LEASE.total_seconds())


async def renew(session: Session, holder: str) -> None:
    """Take or extend the lease of a process, and delete those that ended long ago.

    Args:
        session: an open transaction.
        holder: the name of this process.
    """
    if is_sqlite(session):
        return
    connection, now = await session.connection(), sa.func.clock_timestamp()
    row = {"holder": holder, "until_at": now + LEASE}
    await connection.execute(
        insert_for(session)(Lease)
        .values(name=PROCESS + holder, **row)
        .on_conflict_do_update(index_elements=["name"], set_=row)
    )
    await connection.execute(
        sa.delete(Lease).where(
            col(Lease.name).startswith(PROCESS), col(Lease.until_at) < now - KEPT
        )
    )


async def release(session: Session, holder: str) -> None:
    """End the lease of a process."""
    await (await session.connection()).execute(
        sa.delete(Lease).where(col(Lease.name) == PROCESS + holder)
    )


async def living(session: Session) -> frozenset[str]:
    """The names of the processes whose lease has not ended; none on SQLite."""
    if is_sqlite(session):
        return frozenset()
    found = await (await session.connection()).execute(
        sa.select(col(Lease.holder)).where(
            col(Lease.name).startswith(PROCESS), col(Lease.until_at) > sa.func.clock_timestamp()
        )
    )
    return frozenset(found.scalars())
