"""The inbox: updates that were taken over from Telegram and are not yet finished.

An update's row goes ``waiting → applied → done``. It is written before the update is acknowledged,
marked applied in the transaction that holds the update's effect, and done once its replies are
sent. So an update that comes again, or that a killed process leaves behind, has its effect exactly
once. Which process handles a row is decided in ``inbox_takeover.py``. These are queries: they know
no Telegram and never commit.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from bot.database import leases
from bot.database.engine import Session, insert_for
from bot.database.models import FailedUpdate, InboxRow, InboxState
from bot.database.prepared import Prepared

IDS_KEPT = timedelta(days=2)
"""How long the ids of finished updates are kept: Telegram repeats an update for a day at most."""
# SQLite uses a partial index only for a statement that repeats its condition literally.
_DONE: sa.ColumnElement[str] = sa.literal_column("'done'")
NOTICES_END = -(1 << 62)
"""Rows of :func:`add_notice` have ids below this one, and all other rows have greater ids."""
IS_OPEN = col(InboxRow.state) != _DONE
FORGOTTEN: dict[str, Any] = {
    "state": InboxState.DONE,
    "raw": None,
    "replies": None,
    "user_id": None,
    "held_by": None,
}
"""What a finished row keeps: its id, and when it was received."""


@dataclass(frozen=True)
class Held:
    """An update that this process holds."""

    update_id: int
    """Telegram's number; negative for replies to what was done on a page."""
    user_id: int | None
    raw: Mapping[str, Any]
    """The update as Telegram sent it; empty for what was done on a page."""
    attempts: int = 0
    """Attempts that failed or killed their process: at the effect, or once it is applied, at the
    replies."""
    was_begun: bool = False
    """Whether a process that died may have begun an attempt, which is not counted yet."""
    is_applied: bool = False
    replies: bytes | None = None
    """The stored replies of an applied update."""


class New(NamedTuple):
    """An update to be stored."""

    update_id: int
    user_id: int | None
    raw: str
    """JSON."""
    is_held: bool
    """Whether this process holds it from the start; else it waits to be taken over."""


async def store(session: Session, updates: Sequence[New], me: str, now: datetime) -> set[int]:
    """Store updates; those that are known already are left alone.

    Args:
        session: an open transaction.
        updates: what to store.
        me: the name of this process.
        now: the present instant.

    Returns:
        The ids of those that are new.
    """
    if not updates:
        return set()
    rows = [
        {
            "update_id": one.update_id,
            "user_id": one.user_id,
            "raw": one.raw,
            "state": InboxState.WAITING,
            "attempts": 0,
            "held_by": me if one.is_held else None,
            "received_at": now,
        }
        for one in updates
    ]
    # The rows are parameters and no part of the statement, which is compiled only once.
    insert = insert_for(session)(InboxRow).on_conflict_do_nothing()
    found = await (await session.connection()).execute(
        insert.returning(col(InboxRow.update_id)), rows
    )
    return set(found.scalars())


async def add_applied(
    session: Session, update_id: int, user_id: int, me: str, replies: bytes, now: datetime
) -> bool:
    """Add a row for replies to something that was done on a page; its effect is in ``session``.

    Returns:
        False when there is a row with this number already: the replies were sent, or will be.
    """
    added = await (await session.connection()).execute(
        insert_for(session)(InboxRow)
        .values(
            update_id=update_id,
            user_id=user_id,
            state=InboxState.APPLIED,
            replies=replies,
            attempts=0,
            held_by=me,
            received_at=now,
        )
        .on_conflict_do_nothing()
    )
    return bool(added.rowcount)


async def add_notice(session: Session, user_id: int, replies: bytes, now: datetime) -> None:
    """Add a row with a message to a person who sent no update; any process may send it.

    While the id of an earlier one is kept (two days), nothing is added.
    """
    await (await session.connection()).execute(
        insert_for(session)(InboxRow)
        .values(
            update_id=NOTICES_END - user_id,
            user_id=user_id,
            state=InboxState.APPLIED,
            replies=replies,
            attempts=0,
            received_at=now,
        )
        .on_conflict_do_nothing()
    )


_EARLIER = sa.orm.aliased(InboxRow)
_IS_NEXT = (
    col(InboxRow.update_id) == sa.bindparam("id"),
    col(InboxRow.state) == sa.literal_column("'waiting'"),
    col(InboxRow.held_by) == sa.bindparam("me"),
    ~sa.exists().where(
        col(_EARLIER.user_id) == sa.bindparam("sender"),
        col(_EARLIER.update_id) < sa.bindparam("id"),
        col(_EARLIER.state) != _DONE,
        sa.or_(
            col(_EARLIER.state) == sa.literal_column("'waiting'"),
            col(_EARLIER.held_by).is_distinct_from(sa.bindparam("me")),
        ),
    ),
)
"""The update is waiting, this process holds it, and nothing earlier of the same person is open,
except replies that this process is sending itself."""
_MARK_APPLIED = Prepared(
    sa.update(InboxRow)
    .where(*_IS_NEXT)
    .values(state=InboxState.APPLIED, attempts=0, replies=sa.bindparam("replied"))
)
_MARK_DONE_AT_ONCE = Prepared(sa.update(InboxRow).where(*_IS_NEXT).values(**FORGOTTEN))


async def mark_applied(
    session: Session, update_id: int, user_id: int | None, me: str, replies: bytes | None
) -> bool:
    """Record in the update's own transaction that its effect is in it.

    Args:
        session: the transaction that holds the effect.
        update_id: the update.
        user_id: who sent it.
        me: the name of this process.
        replies: what is to be sent; None: nothing, so the update is done.

    Returns:
        False when the transaction must be rolled back: the update was applied before, another
        process has taken it over, or an earlier update of the same person is not finished.
    """
    parameters = {"id": update_id, "sender": user_id, "me": me}
    if replies is None:
        return bool(await _MARK_DONE_AT_ONCE.count(session, parameters))
    return bool(await _MARK_APPLIED.count(session, parameters | {"replied": replies}))


_KEEP_REPLIES = (
    sa.update(InboxRow)
    .where(
        col(InboxRow.update_id) == sa.bindparam("id"),
        col(InboxRow.state) == sa.literal_column("'applied'"),
        col(InboxRow.held_by) == sa.bindparam("me"),
    )
    .values(replies=sa.bindparam("replied"))
    .execution_options(synchronize_session=False)
)


async def keep_replies(session: Session, update_id: int, me: str, replies: bytes) -> bool:
    """Store what is still to be sent, in the transaction of something that followed a reply.

    Returns:
        False when the transaction must be rolled back: the update is finished, its sender was
        erased, or another process has taken it over.
    """
    changed = await (await session.connection()).execute(
        _KEEP_REPLIES, {"id": update_id, "me": me, "replied": replies}
    )
    return bool(changed.rowcount)


class Progress(NamedTuple):
    """How far an update has come, according to its row."""

    state: InboxState
    held_by: str | None
    replies: bytes | None


async def progress_of(session: Session, update_id: int) -> Progress | None:
    """How far an update has come; None when its id is not known."""
    found = await (await session.connection()).execute(
        sa.select(col(InboxRow.state), col(InboxRow.held_by), col(InboxRow.replies)).where(
            col(InboxRow.update_id) == update_id
        )
    )
    row = found.one_or_none()
    return None if row is None else Progress(*row)


async def mark_done(session: Session, update_ids: Collection[int], me: str) -> set[int]:
    """Forget everything about updates of this process but their ids: they are finished.

    Returns:
        Those that this process held until now.
    """
    found = await (await session.connection()).execute(
        _MARK_DONE, {"ids": sorted(update_ids), "me": me}
    )
    return set(found.scalars())


_MARK_DONE = (
    sa.update(InboxRow)
    .where(
        col(InboxRow.update_id).in_(sa.bindparam("ids", expanding=True)),
        IS_OPEN,
        col(InboxRow.held_by) == sa.bindparam("me"),
    )
    .values(**FORGOTTEN)
    .returning(col(InboxRow.update_id))
    .execution_options(synchronize_session=False)
)


async def count_attempt(session: Session, update_id: int, me: str) -> int | None:
    """Count an attempt that failed or killed its process.

    Returns:
        How many there were; None when this process does not hold the update any more.
    """
    found = await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(col(InboxRow.update_id) == update_id, IS_OPEN, col(InboxRow.held_by) == me)
        .values(attempts=col(InboxRow.attempts) + 1)
        .returning(col(InboxRow.attempts))
        .execution_options(synchronize_session=False)
    )
    return found.scalar_one_or_none()


async def set_aside(
    session: Session, held: Held, raw: Mapping[str, Any], me: str, error: str, now: datetime
) -> bool:
    """Move an update that cannot be handled to ``failed_updates``, for ``replay``.

    Args:
        session: an open transaction.
        held: the update.
        raw: what is kept of it.
        me: the name of this process.
        error: the class of the error, or ``Killed``.
        now: the present instant.

    Returns:
        False when nothing was changed: it is applied, or another process holds it.
    """
    changed = await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(
            col(InboxRow.update_id) == held.update_id,
            col(InboxRow.state) == InboxState.WAITING,
            col(InboxRow.held_by) == me,
        )
        .values(**FORGOTTEN)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:
        return False
    row = {
        "update_id": held.update_id,
        "user_id": held.user_id,
        "raw": dict(raw),
        "error": error[:200],
        "failed_at": now,
    }
    insert = insert_for(session)(FailedUpdate).values(row)
    await session.exec(insert.on_conflict_do_update(index_elements=["update_id"], set_=row))
    return True


async def put_back(
    session: Session, failed: FailedUpdate, raw: Mapping[str, Any], now: datetime
) -> None:
    """Put an update that was set aside back into the inbox, with no attempt counted."""
    again = {
        "user_id": failed.user_id,
        "raw": json.dumps(raw),
        "state": InboxState.WAITING,
        "replies": None,
        "attempts": 0,
        "held_by": None,
        "received_at": now,
    }
    await (await session.connection()).execute(
        insert_for(session)(InboxRow)
        .values(update_id=failed.update_id, **again)
        .on_conflict_do_update(index_elements=["update_id"], set_=again)
    )


async def release(session: Session, me: str) -> None:
    """Let any process take over what this one holds: it stops."""
    await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(col(InboxRow.held_by) == me, IS_OPEN)
        .values(held_by=None)
        .execution_options(synchronize_session=False)
    )
    await leases.release(session, me)


async def erase(session: Session, user_id: int) -> None:
    """Empty the inbox of a person: what they sent, and what would still be sent to them.

    The ids stay, without a name, so that nothing of it has an effect when it comes again. Updates
    that are still waiting were sent after the one that is being handled, and stay.
    """
    await (await session.connection()).execute(
        sa.update(InboxRow)
        .where(
            col(InboxRow.user_id) == user_id,
            IS_OPEN,
            col(InboxRow.state) == sa.literal_column("'applied'"),
        )
        .values(**FORGOTTEN)
        .execution_options(synchronize_session=False)
    )
