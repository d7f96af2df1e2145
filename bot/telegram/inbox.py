"""The inbox: updates that were taken over from Telegram and are not yet dealt with.

An update's row goes ``waiting → applied → done``. It is written before the update is acknowledged,
marked applied in the transaction that holds the update's effect, and done once its replies are out.
So an update that comes again, or that a killed process leaves behind, has its effect exactly once.
Rows only, no Telegram; nothing here commits.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session, insert_for, is_sqlite
from bot.database.models import InboxRow, InboxState

LEASE = timedelta(seconds=15)
"""How long a process holds an update before another may take it over; it is renewed meanwhile."""
IDS_KEPT = timedelta(days=2)
"""How long the ids of finished updates are kept: Telegram repeats an update for a day at most."""
BATCH = 500
"""Rows that one statement of the periodic work touches at most."""
_OPEN = (InboxState.WAITING, InboxState.APPLIED)


@dataclass(frozen=True)
class Held:
    """An update that this process holds."""

    update_id: int
    user_id: int | None
    raw: Mapping[str, Any]
    attempts: int
    """How often a process has begun with it, this time included."""
    is_applied: bool = False
    replies: bytes | None = None


async def store(
    session: Session, updates: Sequence[tuple[int, int | None, str]], me: str, now: datetime
) -> set[int]:
    """Take over updates, held by this process; those that are known already are left alone.

    Args:
        session: an open transaction.
        updates: the id, the sender's id and the JSON text of each.
        me: the name of this process.
        now: the present instant.

    Returns:
        The ids of those that are new.
    """
    if not updates:
        return set()
    rows = [
        {
            "update_id": update_id,
            "user_id": user_id,
            "raw": raw,
            "state": InboxState.WAITING,
            "attempts": 1,
            "held_by": me,
            "held_until": now + LEASE,
            "received_at": now,
        }
        for update_id, user_id, raw in updates
    ]
    statement = (
        insert_for(session)(InboxRow)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(col(InboxRow.update_id))
    )
    found = await (await session.connection()).execute(statement)
    return set(found.scalars())


_EARLIER = sa.orm.aliased(InboxRow)
_MARK_APPLIED = (
    sa.update(InboxRow)
    .where(
        col(InboxRow.update_id) == sa.bindparam("id"),
        col(InboxRow.state) == InboxState.WAITING,
        col(InboxRow.held_by) == sa.bindparam("me"),
        ~sa.exists().where(
            col(_EARLIER.user_id) == sa.bindparam("sender"),
            col(_EARLIER.update_id) < sa.bindparam("id"),
            col(_EARLIER.state) == InboxState.WAITING,
        ),
    )
    .values(state=InboxState.APPLIED, replies=sa.bindparam("replied"))
    .execution_options(synchronize_session=False)
)


async def mark_applied(
    session: Session, update_id: int, user_id: int | None, me: str, replies: bytes
) -> bool:
    """Note in the update's own transaction that its effect is in it, with the replies to be sent.

    Returns:
        False when the transaction must be rolled back: the update was applied before, another
        process has taken it over, or an earlier update of the same person is still waiting.
    """
    changed = await (await session.connection()).execute(
        _MARK_APPLIED, {"id": update_id, "sender": user_id, "me": me, "replied": replies}
    )
    return bool(changed.rowcount)


async def state_of(session: Session, update_id: int) -> tuple[InboxState, bytes | None] | None:
    """An update's state and stored replies; None when its id is not known."""
    found = await (await session.connection()).execute(
        sa.select(col(InboxRow.state), col(InboxRow.replies)).where(
            col(InboxRow.update_id) == update_id
        )
    )
    row = found.one_or_none()
    return None if row is None else (InboxState(row[0]), row[1])


async def mark_done(session: Session, update_ids: Collection[int]) -> None:
    """Forget everything about updates but their ids: they are dealt with."""
    await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(col(InboxRow.update_id).in_(sorted(update_ids)))
        .values(
            state=InboxState.DONE,
            raw=None,
            replies=None,
            user_id=None,
            held_by=None,
            held_until=None,
        )
        .execution_options(synchronize_session=False)
    )


async def count_attempt(session: Session, update_id: int) -> None:
    """Count one more attempt at an update that is still held."""
    await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(col(InboxRow.update_id) == update_id)
        .values(attempts=col(InboxRow.attempts) + 1)
        .execution_options(synchronize_session=False)
    )


async def renew(session: Session, me: str, now: datetime) -> None:
    """Extend the lease on everything that this process holds."""
    await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(col(InboxRow.held_by) == me, col(InboxRow.state).in_(_OPEN))
        .values(held_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )


async def release(session: Session, me: str, now: datetime) -> None:
    """Give back everything that this process holds, without counting the attempt."""
    await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(col(InboxRow.held_by) == me, col(InboxRow.state).in_(_OPEN))
        .values(held_by=None, held_until=now, attempts=col(InboxRow.attempts) - 1)
        .execution_options(synchronize_session=False)
    )


async def take_over(session: Session, me: str, now: datetime, *, all_of_them: bool) -> list[Held]:
    """Hold updates that nobody deals with, the oldest first; each counts one attempt more.

    Args:
        session: an open transaction.
        me: the name of this process.
        now: the present instant.
        all_of_them: also those whose lease has not ended: no other process is alive.
    """
    expired = sa.true() if all_of_them else col(InboxRow.held_until) <= now
    chosen = (
        sa.select(col(InboxRow.update_id))
        .where(col(InboxRow.state).in_(_OPEN), expired, col(InboxRow.held_by).is_distinct_from(me))
        .order_by(col(InboxRow.update_id))
        .limit(BATCH)
    )
    if not is_sqlite(session):
        chosen = chosen.with_for_update(skip_locked=True)
    connection = await session.connection()
    ids = (await connection.execute(chosen)).scalars().all()
    if not ids:
        return []
    taken = await connection.execute(
        sa.update(InboxRow)
        .where(col(InboxRow.update_id).in_(ids))
        .values(held_by=me, held_until=now + LEASE, attempts=col(InboxRow.attempts) + 1)
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
    rows = sorted(taken.all())
    return [
        Held(
            update_id=row.update_id,
            user_id=row.user_id,
            raw=_parsed(row.raw),
            attempts=row.attempts,
            is_applied=row.state == InboxState.APPLIED,
            replies=row.replies,
        )
        for row in rows
    ]


def _parsed(raw: str | None) -> Mapping[str, Any]:
    found = json.loads(raw or "{}")
    return found if isinstance(found, dict) else {}


async def put_back(
    session: Session, update_id: int, user_id: int | None, raw: Mapping[str, Any], now: datetime
) -> None:
    """Put an update that was set aside back, held by nobody and with no attempt counted."""
    again = {
        "user_id": user_id,
        "raw": json.dumps(raw, ensure_ascii=False),
        "state": InboxState.WAITING,
        "replies": None,
        "attempts": 0,
        "held_by": None,
        "held_until": now,
        "received_at": now,
    }
    await (await session.connection()).execute(
        insert_for(session)(InboxRow)
        .values(update_id=update_id, **again)
        .on_conflict_do_update(index_elements=["update_id"], set_=again)
    )


async def forget_ids(session: Session, now: datetime) -> int:
    """Delete the ids of updates that Telegram no longer repeats, some hundred at a time.

    Returns:
        How many rows were deleted; call again while it is not zero.
    """
    old = (
        sa.select(col(InboxRow.update_id))
        .where(col(InboxRow.state) == InboxState.DONE, col(InboxRow.received_at) < now - IDS_KEPT)
        .limit(BATCH)
    )
    gone = await (await session.connection()).execute(
        sa.delete(InboxRow)
        .where(col(InboxRow.update_id).in_(old))
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)


async def erase(session: Session, user_id: int) -> None:
    """Empty the inbox of a person: what they sent and what would still be said to them.

    The ids stay, without a name, so that nothing of it has an effect when it comes again. The
    update that is being dealt with in this transaction is left alone: it is marked at its end.
    """
    await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(col(InboxRow.user_id) == user_id, col(InboxRow.state) == InboxState.APPLIED)
        .values(state=InboxState.DONE, raw=None, replies=None, user_id=None, held_by=None)
        .execution_options(synchronize_session=False)
    )
