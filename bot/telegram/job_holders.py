"""Which processes are alive that may run jobs.

On PostgreSQL each process renews a lease; what a process without one had begun is begun again by
another. On SQLite there is one process.
"""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for, is_sqlite
from bot.database.models import Lease

PREFIX = "jobs:"
_UNTIL = sa.text("clock_timestamp() + interval '30 seconds'")


async def renew(session: Session, holder: str) -> None:
    """Say that this process is alive, for the next half minute."""
    if is_sqlite(session):
        return
    insert = insert_for(session)(Lease).values(name=PREFIX + holder, holder=holder, until_at=_UNTIL)
    await session.exec(
        insert.on_conflict_do_update(index_elements=["name"], set_={"until_at": _UNTIL})
    )


async def alive(session: Session, holder: str) -> Collection[str]:
    """The processes that are alive, by the clock of the database. Leases that ended are deleted."""
    if is_sqlite(session):
        return {holder}
    is_ended = col(Lease.until_at) < sa.func.clock_timestamp()
    is_ours = col(Lease.name).startswith(PREFIX, autoescape=True)
    await session.exec(sa.delete(Lease).where(is_ours, is_ended))
    found = await session.exec(select(Lease.holder).where(is_ours))
    return {*found, holder}


async def leave(session: Session, holder: str) -> None:
    """Give the lease back at the end of the process."""
    if not is_sqlite(session):
        await session.exec(sa.delete(Lease).where(col(Lease.name) == PREFIX + holder))
