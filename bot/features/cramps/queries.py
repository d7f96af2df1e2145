"""Rows of the diary. No Telegram, no commit."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import col, select

from bot.database.cramp_values import TimePrecision
from bot.database.engine import Session, insert_for
from bot.database.models import Cramp
from bot.features.cramps.values import chosen_moment, moment
from bot.features.diary.names import uid_of
from bot.local_time.nights import local_time, night_of

SHAKING_THUMB = timedelta(seconds=60)
"""A second tap this soon after the first is taken for the same cramp."""


def _counts() -> sa.ColumnElement[bool]:
    """Entries that count: not removed, and not a second tap for another one."""
    return sa.and_(col(Cramp.deleted_at).is_(None), col(Cramp.same_as_id).is_(None))


async def log(
    session: Session, user_id: int, message_id: int, tapped_at: datetime, zone: str
) -> tuple[Cramp, bool]:
    """Write down a cramp at the time of its tap. The same message writes one entry, ever.

    Returns:
        The entry, and whether it is new.
    """
    before = await (await session.connection()).scalar(
        _JUST_BEFORE,
        {
            "user_id": user_id,
            "message_id": message_id,
            "first": tapped_at - SHAKING_THUMB,
            "tapped_at": tapped_at,
        },
    )
    return await _write(
        session,
        user_id=user_id,
        message_id=message_id,
        uid=uid_of(user_id, "cramp", message_id),
        tapped_at=tapped_at,
        occurred_at=tapped_at,
        time_zone=zone,
        night_on=night_of(local_time(tapped_at, zone)),
        same_as_id=before,
    )


async def log_at(
    session: Session,
    user_id: int,
    message_id: int,
    entered_at: datetime,
    occurred_at: datetime,
    precision: str,
    zone: str,
) -> tuple[Cramp, bool]:
    """Write down a cramp of an earlier time. The same message writes one entry, ever.

    Returns:
        The entry, and whether it is new.
    """
    return await _write(
        session,
        user_id=user_id,
        message_id=message_id,
        # Keys that no message gave may come again once a diary was erased; its file's names
        # may be back by then, and must stay the names of other entries.
        uid=uid_of(user_id, "cramp", f"{message_id}/{entered_at.isoformat()}"),
        tapped_at=entered_at,
        occurred_at=occurred_at,
        time_precision=TimePrecision(precision),
        time_zone=zone,
        night_on=night_of(local_time(occurred_at, zone)),
    )


async def _write(session: Session, **values: Any) -> tuple[Cramp, bool]:
    """One entry for one message, ever; and whether it is new."""
    kind: Any = insert_for(session)
    new_id = await (await session.connection()).scalar(_insert(kind), values)
    if new_id is not None:
        # As if it had been read: a tap need not ask for what it has just said.
        new = Cramp(id=new_id, **values)
        make_transient_to_detached(new)
        session.add(new)
        return new, True
    known = await logged_by(session, values["user_id"], values["message_id"])
    if known is None:
        raise LookupError("an entry has gone while it was written")
    return known, False


@cache
def _insert(kind: Any) -> Any:
    return kind(Cramp).on_conflict_do_nothing().returning(col(Cramp.id))


async def logged_by(session: Session, user_id: int, message_id: int | None) -> Cramp | None:
    """The entry that a message logged."""
    found = await session.exec(
        select(Cramp).where(Cramp.user_id == user_id, Cramp.message_id == message_id)
    )
    return found.one_or_none()


async def behind_message(session: Session, user_id: int, message_id: int) -> Cramp | None:
    """The entry that a message logged or shows."""
    found = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            sa.or_(col(Cramp.message_id) == message_id, col(Cramp.reply_message_id) == message_id),
        )
        .order_by(col(Cramp.id).desc())
        .limit(1)
    )
    return found.one_or_none()


def _was_tapped_before() -> sa.ColumnElement[bool]:
    """Than an entry. Its message tells only between taps of one moment: in the Mini App, and in
    /history, entries have numbers of their own."""
    tapped_at: sa.BindParameter[datetime] = sa.bindparam("tapped_at")
    return sa.or_(
        col(Cramp.tapped_at) < tapped_at,
        sa.and_(
            col(Cramp.tapped_at) == tapped_at,
            col(Cramp.message_id) < sa.bindparam("message_id"),
        ),
    )


_JUST_BEFORE = (
    sa.select(col(Cramp.id))
    .where(
        col(Cramp.user_id) == sa.bindparam("user_id"),
        _was_tapped_before(),
        col(Cramp.tapped_at) >= sa.bindparam("first"),
        col(Cramp.event_type) == "cramp",  # whoever has called it a twitch has looked since
        _counts(),
    )
    .order_by(col(Cramp.tapped_at).desc(), col(Cramp.message_id).desc())
    .limit(1)
)


async def owned(session: Session, cramp_id: int | None, user_id: int) -> Cramp | None:
    """An entry, only if it is this person's."""
    if cramp_id is None:
        return None
    found = await session.exec(select(Cramp).where(Cramp.id == cramp_id, Cramp.user_id == user_id))
    return found.one_or_none()


async def set_reply(session: Session, cramp: Cramp, message_id: int) -> None:
    """Note which message shows an entry, if it is there still."""
    await (await session.connection()).execute(
        _SET_REPLY, {"entry": cramp.id, "owner": cramp.user_id, "shown_by": message_id}
    )


_SET_REPLY = (
    sa.update(Cramp)
    .where(col(Cramp.id) == sa.bindparam("entry"), col(Cramp.user_id) == sa.bindparam("owner"))
    .values(reply_message_id=sa.bindparam("shown_by"))
)


async def newest(session: Session, user_id: int, since: datetime) -> Cramp | None:
    """The newest entry tapped since an instant."""
    found = await session.exec(
        select(Cramp)
        .where(Cramp.user_id == user_id, col(Cramp.tapped_at) >= since, _counts())
        .order_by(col(Cramp.tapped_at).desc(), col(Cramp.message_id).desc())
        .limit(1)
    )
    return found.one_or_none()


_IS_EARLIER_IN_NIGHT = sa.and_(
    col(Cramp.user_id) == sa.bindparam("user_id"),
    col(Cramp.night_on) == sa.bindparam("night_on"),
    _was_tapped_before(),
    col(Cramp.event_type) == sa.bindparam("event_type"),
    _counts(),
)
_EARLIER_IN_NIGHT = (
    sa.select(col(Cramp.message_id))
    .where(_IS_EARLIER_IN_NIGHT)
    .order_by(col(Cramp.tapped_at), col(Cramp.message_id))
)


async def earlier_in_night(session: Session, cramp: Cramp) -> tuple[int, int | None]:
    """The other entries of the same kind and night that were tapped before this one.

    Returns:
        How many there are, and the message that logged the last of them.
    """
    key = ("user_id", "night_on", "tapped_at", "message_id", "event_type")
    found = await (await session.connection()).execute(
        _EARLIER_IN_NIGHT, {name: getattr(cramp, name) for name in key}
    )
    messages = found.scalars().all()
    return len(messages), messages[-1] if messages else None


async def tell_zone(session: Session, user_id: int, zone: str) -> None:
    """Somebody who logged before they had told their zone tells it: the entries read by it."""
    for cramp in await session.exec(select(Cramp).where(Cramp.user_id == user_id)):
        chip = chosen_moment(
            cramp.tapped_at, cramp.occurred_at, cramp.time_precision, cramp.time_zone
        )
        cramp.time_zone = zone
        if chip is not None:  # "last night" is another instant there
            cramp.occurred_at, cramp.time_precision = moment(chip, cramp.tapped_at, zone)
        cramp.night_on = night_of(local_time(cramp.occurred_at, zone))
        session.add(cramp)


async def entries_between(
    session: Session, user_id: int, first_on: date, last_on: date
) -> list[Cramp]:
    """The entries of a span of nights that count, in the order of their time."""
    found = await session.exec(
        select(Cramp)
        .where(Cramp.user_id == user_id, col(Cramp.night_on).between(first_on, last_on), _counts())
        .order_by(col(Cramp.occurred_at))
    )
    return list(found)
