"""Rows of messages to everybody. No Telegram, no commit.

People get their turn in the order of their ids, some in each transaction. A copy is claimed before
it is sent: its row is added, or marked, in the transaction that moves the position on. So nobody
gets a message twice, whatever is killed. Its row goes when the outcome is known.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from bot.database.engine import Session, lock_until_commit
from bot.database.models import Broadcast, BroadcastCopy, BroadcastState, SetupStep, User
from bot.i18n.translator import language_for

LEFT_ALONE = timedelta(hours=1)
"""A broadcast that nobody took care of for this long is stopped."""
NOTED_EVERY = timedelta(minutes=1)
BEGIN_LOCK = 0x0CA1F70C
"""Key of the PostgreSQL advisory lock under which an admin begins to send."""
SHOWN = 5
"""How many broadcasts the record shows."""
OPEN: sa.ColumnElement[bool] = sa.literal_column("state IN ('running', 'stopping')")
"""Written as the condition of the partial index, which is used only then."""


class Result(Enum):
    """What became of a copy that is not tried again."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


def gets_news(now: datetime, allowed: Collection[int]) -> sa.ColumnElement[bool]:
    """An SQL condition for the people who get a message.

    They are set up, and have neither paused, blocked the bot, refused such messages, nor taken back
    their consent. A bot that is open to everybody writes to nobody who has not agreed.

    Args:
        now: the current instant (aware, UTC).
        allowed: who may use the bot; empty: everybody may.
    """
    goes_on = sa.or_(col(User.paused).is_(False), col(User.paused_until_at) <= now)
    conditions = [
        col(User.setup_step) == SetupStep.DONE,
        col(User.blocked_at).is_(None),
        col(User.wants_news).is_not(False),
        col(User.consent_withdrawn_at).is_(None),
        goes_on,
    ]
    if allowed:
        conditions.append(col(User.id).in_(allowed))
    else:
        conditions.append(col(User.consent_version).is_not(None))
    return sa.and_(*conditions)


async def count_people(
    connection: AsyncConnection, now: datetime, allowed: Collection[int]
) -> Mapping[str, int]:
    """How many people would get a message now, by the language of their texts."""
    rows = await connection.execute(
        sa.select(col(User.chosen_language), col(User.language), sa.func.count())
        .where(gets_news(now, allowed))
        .group_by(col(User.chosen_language), col(User.language))
    )
    found: dict[str, int] = {}
    for chosen, reported, number in rows:
        language = language_for(chosen or reported)
        found[language] = found.get(language, 0) + number
    return found


# What its admin does with it ----------------------------------------------------------------------


async def new_draft(session: Session, admin_id: int, text: str, now: datetime) -> int:
    """Add a broadcast that nobody gets yet, in the place of an earlier draft; returns its id."""
    await session.exec(
        sa.delete(Broadcast).where(
            col(Broadcast.admin_id) == admin_id, col(Broadcast.state) == BroadcastState.DRAFT
        )
    )
    draft = Broadcast(admin_id=admin_id, texts={"": text}, created_at=now)
    session.add(draft)
    await session.flush()
    return draft.id or 0


async def draft_of(session: Session, broadcast_id: int, admin_id: int) -> Broadcast | None:
    """An admin's own draft, locked until the transaction ends."""
    found = await session.get(Broadcast, broadcast_id, with_for_update=True)
    if found is None or found.admin_id != admin_id or found.state is not BroadcastState.DRAFT:
        return None
    return found


async def begin_alone(session: Session) -> None:
    """Take a lock, so that no two admins begin to send: only one broadcast may be open."""
    await lock_until_commit(session, BEGIN_LOCK)


async def open_broadcast(session: Session, *, locks: bool = False) -> Broadcast | None:
    """The broadcast that is being sent, or whose figures are not final yet; there is one at most.

    Args:
        session: an open transaction.
        locks: let other transactions that change it wait until this one ends.
    """
    query = select(Broadcast).where(OPEN).order_by(col(Broadcast.id)).limit(1)
    return (await session.exec(query.with_for_update() if locks else query)).first()


async def latest(session: Session) -> Sequence[Broadcast]:
    """The last broadcasts that were begun, the newest first."""
    rows = await session.exec(
        select(Broadcast)
        .where(col(Broadcast.state) != BroadcastState.DRAFT)
        .order_by(col(Broadcast.id).desc())
        .limit(SHOWN)
    )
    return rows.all()


# Sending ------------------------------------------------------------------------------------------


async def take_care(session: Session, now: datetime, admins: Collection[int]) -> bool:
    """Note that this process takes care of the open broadcast, or stop it: if nobody did for long,
    or if whoever began it is an admin no more.

    Args:
        session: an open transaction.
        now: the current instant (aware, UTC).
        admins: who may write to everybody.

    Returns:
        Whether there is one.
    """
    broadcast = await open_broadcast(session, locks=True)
    if broadcast is None:
        return False
    worked_at = broadcast.worked_at or broadcast.started_at or broadcast.created_at
    is_to_stop = now - worked_at > LEFT_ALONE or broadcast.admin_id not in admins
    if is_to_stop and broadcast.state is BroadcastState.RUNNING:
        broadcast.state = BroadcastState.STOPPING
    if abs(now - worked_at) > NOTED_EVERY:
        broadcast.worked_at = now
    return True


async def give_up_lost(session: Session, broadcast: Broadcast, process: str) -> None:
    """Count copies of a process that is gone as perhaps sent: they may have arrived."""
    lost = await session.exec(
        sa.delete(BroadcastCopy).where(
            col(BroadcastCopy.broadcast_id) == broadcast.id,
            col(BroadcastCopy.held_by).is_not(None),
            col(BroadcastCopy.held_by) != process,
        )
    )
    broadcast.unknown += lost.rowcount


async def claim(
    session: Session,
    broadcast: Broadcast,
    process: str,
    now: datetime,
    most: int,
    allowed: Collection[int],
) -> Sequence[User]:
    """Claim the next people: those whose copy was refused before, then those whose turn it is.

    Args:
        session: an open transaction.
        broadcast: the row, locked.
        process: the name of this process.
        now: the current instant (aware, UTC).
        most: how many people at most.
        allowed: who may use the bot; empty: everybody may.
    """
    wanted = gets_news(now, allowed)
    again = await session.exec(
        select(User)
        .join(BroadcastCopy, col(BroadcastCopy.user_id) == col(User.id))
        .where(
            col(BroadcastCopy.broadcast_id) == broadcast.id,
            col(BroadcastCopy.held_by).is_(None),
            col(BroadcastCopy.again_at) <= now,
            wanted,
        )
        .limit(most)
    )
    people = list(again.all())
    for person in people:
        await session.exec(
            sa.update(BroadcastCopy)
            .where(_copy(broadcast.id, person.id))
            .values(held_by=process, again_at=None)
        )
    if len(people) < most:
        people += await _claim_following(session, broadcast, process, wanted, most - len(people))
    return people


async def _claim_following(
    session: Session,
    broadcast: Broadcast,
    process: str,
    wanted: sa.ColumnElement[bool],
    most: int,
) -> Sequence[User]:
    """Claim people whose turn it is for the first time, and move the position on."""
    following = await session.exec(
        select(User)
        .where(col(User.id) > broadcast.position, wanted)
        .order_by(col(User.id))
        .limit(most)
    )
    people = following.all()
    for person in people:
        session.add(
            BroadcastCopy(broadcast_id=broadcast.id or 0, user_id=person.id, held_by=process)
        )
        broadcast.position = person.id
    return people


async def record(
    session: Session, broadcast_id: int, process: str, results: Mapping[int, Result | datetime]
) -> None:
    """Store what became of copies that this process holds.

    Args:
        session: an open transaction.
        broadcast_id: the broadcast.
        process: the name of this process.
        results: person → the result, or when the copy is tried again.
    """
    counts = dict.fromkeys(Result, 0)
    for user_id, result in results.items():
        is_held = sa.and_(_copy(broadcast_id, user_id), col(BroadcastCopy.held_by) == process)
        if isinstance(result, datetime):
            values = {"held_by": None, "again_at": result}
            await session.exec(sa.update(BroadcastCopy).where(is_held).values(values))
        else:
            gone = await session.exec(sa.delete(BroadcastCopy).where(is_held))
            counts[result] += gone.rowcount
    await session.exec(
        sa.update(Broadcast)
        .where(col(Broadcast.id) == broadcast_id)
        .values(
            sent=col(Broadcast.sent) + counts[Result.SENT],
            failed=col(Broadcast.failed) + counts[Result.FAILED],
            unknown=col(Broadcast.unknown) + counts[Result.UNKNOWN],
        )
    )


async def has_waiting(session: Session, broadcast_id: int, now: datetime) -> bool:
    """Whether there are refused copies that will be tried again later."""
    found = await session.exec(
        select(col(BroadcastCopy.user_id))
        .where(col(BroadcastCopy.broadcast_id) == broadcast_id, col(BroadcastCopy.again_at) > now)
        .limit(1)
    )
    return found.first() is not None


async def end(session: Session, broadcast_id: int, now: datetime) -> None:
    """End a broadcast: it was stopped, or everybody has had their turn."""
    broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
    if broadcast is None:
        return
    is_this = col(BroadcastCopy.broadcast_id) == broadcast_id
    lost = await session.exec(
        sa.delete(BroadcastCopy).where(is_this, col(BroadcastCopy.held_by).is_not(None))
    )
    broadcast.unknown += lost.rowcount  # sent, but the outcome could not be stored
    await session.exec(sa.delete(BroadcastCopy).where(is_this))
    is_stopped = broadcast.state is BroadcastState.STOPPING
    broadcast.state = BroadcastState.STOPPED if is_stopped else BroadcastState.DONE
    broadcast.ended_at = now


def _copy(broadcast_id: int | None, user_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(BroadcastCopy.broadcast_id) == broadcast_id, col(BroadcastCopy.user_id) == user_id
    )
