"""Which updates of the inbox a process takes over: those that no other living process holds.

A process holds the updates that it stores. Others are left by a process that has stopped or died,
or found no room in the memory of the one that stored them. These are queries: they know no
Telegram and never commit.
"""

import json
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from bot.database import leases
from bot.database.engine import Session, is_sqlite
from bot.database.models import InboxRow, InboxState
from bot.telegram.inbox import IS_OPEN, Held

SEARCHED = 5_000
"""The most open rows among which updates to take over are chosen."""
OF_ONE_PERSON = 10
"""The most of them that are of one person: their earliest."""


class Available(NamedTuple):
    """An open update that this process may take over."""

    update_id: int
    user_id: int | None
    held_by: str | None


async def available(session: Session, me: str, *, is_alone: bool) -> list[Available]:
    """Open updates that no other living process holds: the earliest of each person.

    That includes those that this process holds: it may have lost some, when a commit's answer did
    not arrive.

    Args:
        session: an open transaction.
        me: the name of this process.
        is_alone: no other process works on this database.
    """
    place = (
        sa.func.row_number()
        .over(partition_by=col(InboxRow.user_id), order_by=col(InboxRow.update_id))
        .label("place")
    )
    rows = (
        sa.select(col(InboxRow.update_id), col(InboxRow.user_id), col(InboxRow.held_by), place)
        .where(IS_OPEN, await may_be_taken(session, me, is_alone))
        .subquery()
    )
    found = await (await session.connection()).execute(
        sa.select(rows.c.update_id, rows.c.user_id, rows.c.held_by)
        .where(sa.or_(rows.c.place <= OF_ONE_PERSON, rows.c.user_id.is_(None)))
        .order_by(rows.c.update_id)
        .limit(SEARCHED)
    )
    return [Available(*row) for row in found]


async def available_of(
    session: Session, user_id: int, me: str, *, is_alone: bool
) -> list[Available]:
    """The earliest open updates of one person that no other living process holds."""
    found = await (await session.connection()).execute(
        sa.select(col(InboxRow.update_id), col(InboxRow.user_id), col(InboxRow.held_by))
        .where(
            col(InboxRow.user_id) == user_id,
            IS_OPEN,
            await may_be_taken(session, me, is_alone),
        )
        .order_by(col(InboxRow.update_id))
        .limit(OF_ONE_PERSON)
    )
    return [Available(*row) for row in found]


async def may_be_taken(session: Session, me: str, is_alone: bool) -> sa.ColumnElement[bool]:
    """Whether no other living process holds an update."""
    if is_alone:
        return sa.true()
    others = await leases.living(session) - {me}
    return sa.or_(col(InboxRow.held_by).is_(None), col(InboxRow.held_by).not_in(sorted(others)))


async def take_over(session: Session, chosen: Collection[Available], me: str) -> list[Held]:
    """Hold updates that were available just before, unless another process was faster."""
    held_by = {one.update_id: one.held_by for one in chosen}
    wanted = (
        sa.select(col(InboxRow.update_id), col(InboxRow.held_by))
        .where(col(InboxRow.update_id).in_(sorted(held_by)), IS_OPEN)
        .order_by(col(InboxRow.update_id))
    )
    if not is_sqlite(session):
        wanted = wanted.with_for_update(skip_locked=True)
    connection = await session.connection()
    found = (await connection.execute(wanted)).all()
    ids = [row.update_id for row in found if row.held_by == held_by[row.update_id]]
    if not ids:
        return []
    taken = await connection.execute(
        sa.update(InboxRow)
        .where(col(InboxRow.update_id).in_(ids))
        .values(held_by=me)
        .returning(
            col(InboxRow.update_id),
            col(InboxRow.user_id),
            col(InboxRow.raw),
            col(InboxRow.attempts),
            col(InboxRow.state),
            col(InboxRow.replies),
        )
        .execution_options(synchronize_session=False)
    )
    return [
        Held(
            update_id=row.update_id,
            user_id=row.user_id,
            raw=json.loads(row.raw or "{}"),
            attempts=row.attempts,
            was_begun=held_by[row.update_id] not in {None, me},
            is_applied=row.state == InboxState.APPLIED,
            replies=row.replies,
        )
        for row in sorted(taken.all())
    ]
