"""Queries for diary entries. They use no Telegram and never commit."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.cramp_values import EventType, Side, Site
from bot.database.engine import Session
from bot.database.models import REMOVED_KEPT, Cramp
from bot.features.cramps.entry_times import chosen_moment, moment
from bot.local_time.nights import NOON_TO_NOON, Nights, local_time

RECENT = 30
"""How many of the newest entries are looked at for the card of another one."""


def counting() -> sa.ColumnElement[bool]:
    """The condition for entries that count: neither removed nor merged into another one."""
    return sa.and_(col(Cramp.deleted_at).is_(None), col(Cramp.same_as_id).is_(None))


class Recent(NamedTuple):
    """What the card of an entry has to know about other entries of the same person."""

    id: int
    message_id: int
    night_on: date
    side: Side | None
    site: Site | None
    event_type: EventType
    tapped_at: datetime
    reply_message_id: int | None
    deleted_at: datetime | None
    same_as_id: int | None
    tidy_at: datetime | None

    @property
    def counts(self) -> bool:
        """Whether it is neither removed nor merged into another one."""
        return self.deleted_at is None and self.same_as_id is None


async def logged_by(session: Session, user_id: int, message_id: int | None) -> Cramp | None:
    """The entry that a message logged, removed or not."""
    found = await session.exec(
        select(Cramp).where(Cramp.user_id == user_id, Cramp.message_id == message_id)
    )
    return found.one_or_none()


async def behind_message(session: Session, user_id: int, message_id: int) -> Cramp | None:
    """The entry that a message logged, or that a message shows."""
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


def _was_entered_before() -> sa.ColumnElement[bool]:
    """The condition for entries that were entered before a given one.

    Message ids decide only between entries of the same instant: those of the Mini App and of
    /history are not in the order of Telegram's.
    """
    tapped_at: sa.BindParameter[datetime] = sa.bindparam("tapped_at")
    return sa.or_(
        col(Cramp.tapped_at) < tapped_at,
        sa.and_(
            col(Cramp.tapped_at) == tapped_at,
            col(Cramp.message_id) < sa.bindparam("message_id"),
        ),
    )


RECENT_ENTRIES = (
    sa.select(*(getattr(Cramp, name) for name in Recent._fields))
    .where(col(Cramp.user_id) == sa.bindparam("user_id"))
    .order_by(col(Cramp.night_on).desc(), col(Cramp.occurred_at).desc())
    .limit(RECENT)
)


async def owned(session: Session, cramp_id: int | None, user_id: int) -> Cramp | None:
    """The entry with this id, or None when this person has no such entry.

    A removed entry whose content is gone does not count any more.
    """
    if cramp_id is None:
        return None
    found = await session.exec(
        select(Cramp).where(
            Cramp.id == cramp_id, Cramp.user_id == user_id, col(Cramp.is_empty).is_(False)
        )
    )
    return found.one_or_none()


def can_be_put_back(cramp: Cramp, now: datetime) -> bool:
    """Whether a removed entry can be put back: for some days, as long as its content is kept."""
    return cramp.deleted_at is None or (
        not cramp.is_empty and now - cramp.deleted_at <= REMOVED_KEPT
    )


async def counted(session: Session, cramp: Cramp | None) -> Cramp | None:
    """The entry that counts for a given one: itself, or the one that it was merged into.

    What is told of a merged entry is stored in that one.
    """
    while cramp is not None and cramp.same_as_id is not None:
        cramp = await owned(session, cramp.same_as_id, cramp.user_id)
    return cramp


class Shown(NamedTuple):
    """Which message shows an entry."""

    user_id: int
    cramp_id: int
    message_id: int
    tidy_at: datetime | None
    """When that is reduced to one line; None: never."""


async def set_replies(session: Session, shown: Sequence[Shown]) -> None:
    """Store which messages show entries. An entry that its person does not have is passed over."""
    rows = [
        {"owner": one[0], "entry": one[1], "shown_by": one[2], "tidied": one[3]}
        for one in sorted(shown, key=lambda one: one.cramp_id)
    ]
    await (await session.connection()).execute(_SET_REPLY, rows)


_SET_REPLY = (
    sa.update(Cramp)
    .where(col(Cramp.id) == sa.bindparam("entry"), col(Cramp.user_id) == sa.bindparam("owner"))
    .values(reply_message_id=sa.bindparam("shown_by"), tidy_at=sa.bindparam("tidied"))
)


async def newest(session: Session, user_id: int, since: datetime) -> Cramp | None:
    """The newest entry that counts and was entered since an instant."""
    found = await session.exec(
        select(Cramp)
        .where(Cramp.user_id == user_id, col(Cramp.tapped_at) >= since, counting())
        .order_by(col(Cramp.tapped_at).desc(), col(Cramp.message_id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def latest_of(session: Session, user_id: int, event_type: str) -> Cramp | None:
    """The latest entry of a type that counts, by when it happened."""
    found = await session.exec(
        select(Cramp)
        .where(Cramp.user_id == user_id, col(Cramp.event_type) == event_type, counting())
        .order_by(col(Cramp.night_on).desc(), col(Cramp.occurred_at).desc())
        .limit(1)
    )
    return found.one_or_none()


async def strongest_between(
    session: Session, user_id: int, first_on: date, last_on: date
) -> Cramp | None:
    """The strongest cramp that counts in a span of nights, the latest of several."""
    found = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            col(Cramp.night_on).between(first_on, last_on),
            col(Cramp.event_type) == "cramp",
            col(Cramp.intensity).is_not(None),
            counting(),
        )
        .order_by(col(Cramp.intensity).desc(), col(Cramp.night_on).desc())
        .limit(1)
    )
    return found.one_or_none()


async def recent(session: Session, user_id: int) -> list[Recent]:
    """The entries of a person's newest nights, the newest first.

    Removed and merged ones are among them, so that no number of these makes the query slow.
    """
    found = await (await session.connection()).execute(RECENT_ENTRIES, {"user_id": user_id})
    return [Recent(*row) for row in found]


_IS_EARLIER_IN_NIGHT = sa.and_(
    col(Cramp.user_id) == sa.bindparam("user_id"),
    col(Cramp.night_on) == sa.bindparam("night_on"),
    _was_entered_before(),
    col(Cramp.event_type) == sa.bindparam("event_type"),
    counting(),
)


_EARLIER_IN_NIGHT = (
    sa.select(col(Cramp.message_id))
    .where(_IS_EARLIER_IN_NIGHT)
    .order_by(col(Cramp.tapped_at), col(Cramp.message_id))
)


async def number_in_night(session: Session, cramp: Cramp, newest: Sequence[Recent]) -> int:
    """Which entry of its type and night one is, by when they were entered; the first is 1.

    Args:
        session: the open transaction.
        cramp: the entry.
        newest: the person's newest ones, which mostly have all of that night.
    """
    if len(newest) == RECENT and newest[-1].night_on >= cramp.night_on:  # not all of it
        earlier, _last = await earlier_in_night(session, cramp)
        return earlier + 1
    return 1 + sum(
        one.counts
        and one.night_on == cramp.night_on
        and one.event_type == cramp.event_type
        and (one.tapped_at, one.message_id) < (cramp.tapped_at, cramp.message_id)
        for one in newest
    )


async def earlier_in_night(session: Session, cramp: Cramp) -> tuple[int, int | None]:
    """Find the entries of the same type and night that were entered before this one.

    Returns:
        How many there are, and the id of the message that logged the last of them.
    """
    key = ("user_id", "night_on", "tapped_at", "message_id", "event_type")
    found = await (await session.connection()).execute(
        _EARLIER_IN_NIGHT, {name: getattr(cramp, name) for name in key}
    )
    messages = found.scalars().all()
    return len(messages), messages[-1] if messages else None


async def tell_zone(
    session: Session, user_id: int, zone: str, nights: Nights = NOON_TO_NOON
) -> None:
    """Give all entries of a person their time zone, who had none when they logged them."""
    for cramp in await session.exec(select(Cramp).where(Cramp.user_id == user_id)):
        chip = chosen_moment(
            cramp.tapped_at, cramp.occurred_at, cramp.time_precision, cramp.time_zone, nights
        )
        cramp.time_zone = zone
        if chip is not None:  # "last night" is another instant in that zone
            cramp.occurred_at, cramp.time_precision = moment(chip, cramp.tapped_at, zone, nights)
        cramp.night_on = nights.of(local_time(cramp.occurred_at, zone))
        session.add(cramp)


async def entries_between(
    session: Session, user_id: int, first_on: date, last_on: date
) -> list[Cramp]:
    """The entries that count in a span of nights, both ends included, in the order of time."""
    found = await session.exec(
        select(Cramp)
        .where(Cramp.user_id == user_id, col(Cramp.night_on).between(first_on, last_on), counting())
        .order_by(col(Cramp.occurred_at))
    )
    return list(found)
