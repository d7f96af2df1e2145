"""Queries for diary entries. They use no Telegram and never commit."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import col, select

from bot.database.cramp_values import EventType, Side, Site, TimePrecision
from bot.database.engine import Session, insert_for
from bot.database.models import REMOVED_KEPT, Cramp
from bot.database.models.base import new_uid
from bot.features.cramps.changes import TOLD, fill_in
from bot.features.cramps.values import chosen_moment, moment
from bot.features.diary import limits
from bot.features.diary.limits import Limit
from bot.local_time.nights import NOON_TO_NOON, Nights, local_time

SAME_CRAMP_WITHIN = timedelta(seconds=60)
"""A tap is the same cramp as an entry that happened this soon before or after it, whenever that
was entered: a tap of the chat can arrive hours after one of the page."""

RECENT = 30
"""How many of the newest entries are looked at for the card of another one."""


def _counts() -> sa.ColumnElement[bool]:
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


class BeforeTap(NamedTuple):
    """What decides how a tap is logged and shown."""

    newest: Sequence[Recent]
    """The person's newest entries."""
    same_as_id: int | None = None
    """The entry that is the same cramp."""
    is_full: int | None = None
    busy_since: datetime | None = None
    """As of ``_reached``."""


async def before_tap(
    session: Session,
    user_id: int,
    message_id: int,
    tapped_at: datetime,
    zone: str,
    nights: Nights = NOON_TO_NOON,
) -> BeforeTap:
    """Read in one statement what has to be known before a tap is logged; as of :func:`log`."""
    around = _around(tapped_at, nights.of(local_time(tapped_at, zone)))
    found = await (await session.connection()).execute(
        _BEFORE_TAP, {"user_id": user_id, "message_id": message_id, **around, **_limits()}
    )
    rows = found.all()
    newest = [Recent(*row[3:]) for row in rows]
    # Without entries there is no row: no entry is the same cramp, and there is room for more.
    return BeforeTap(newest, *rows[0][:3]) if rows else BeforeTap(newest)


async def log(
    session: Session,
    user_id: int,
    message_id: int,
    tapped_at: datetime,
    zone: str,
    nights: Nights = NOON_TO_NOON,
    *,
    entered_at: datetime | None = None,
    before: BeforeTap | None = None,
) -> tuple[Cramp, bool] | Limit:
    """Log a cramp at the time of its tap. Idempotent: one message makes one entry.

    A tap is merged into an entry that happened within a minute of it, wherever that was made: in
    the chat, on the page, by a helper, or later than the tap.

    Args:
        session: the open transaction.
        user_id: whose diary.
        message_id: identifies the entry; negative if it is no message's.
        tapped_at: when the cramp was, an aware instant.
        zone: the IANA time zone where the person was.
        nights: the person's nights.
        entered_at: when the entry came, if that was later than the tap; None: at once.
        before: what :func:`before_tap` has read; None: it is read here.

    Returns:
        The entry, and whether it is new; or the limit that keeps a new one from being added.
    """
    night_on = nights.of(local_time(tapped_at, zone))
    came_at = tapped_at if entered_at is None else entered_at
    if before is None:
        before = await before_tap(session, user_id, message_id, tapped_at, zone, nights)
    limit = _reached(message_id, came_at, before.is_full, before.busy_since)
    if limit is not None:
        return await _known(session, user_id, message_id) or limit
    return await _insert_once(
        session,
        user_id=user_id,
        message_id=message_id,
        uid=new_uid(),
        tapped_at=came_at,
        occurred_at=tapped_at,
        time_zone=zone,
        night_on=night_on,
        same_as_id=before.same_as_id,
    )


async def log_at(
    session: Session,
    user_id: int,
    message_id: int,
    entered_at: datetime,
    occurred_at: datetime,
    precision: str,
    zone: str,
    nights: Nights = NOON_TO_NOON,
) -> tuple[Cramp, bool] | Limit:
    """Log a cramp at an earlier time. Idempotent: one message id makes one entry.

    Args:
        session: the open transaction.
        user_id: whose diary.
        message_id: identifies the entry; negative if no message did, as in /history.
        entered_at: when it was entered, an aware instant.
        occurred_at: when the cramp was, an aware instant.
        precision: exact, about or night_only.
        zone: the IANA time zone where the person was.
        nights: the person's nights.

    Returns:
        The entry, and whether it is new; or the limit that keeps a new one from being added.
    """
    found = await (await session.connection()).execute(_ROOM, {"user_id": user_id, **_limits()})
    limit = _reached(message_id, entered_at, *found.one())
    if limit is not None:
        return await _known(session, user_id, message_id) or limit
    return await _insert_once(
        session,
        user_id=user_id,
        message_id=message_id,
        uid=new_uid(),
        tapped_at=entered_at,
        occurred_at=occurred_at,
        time_precision=TimePrecision(precision),
        time_zone=zone,
        night_on=nights.of(local_time(occurred_at, zone)),
    )


def _around(at: datetime, night_on: date) -> dict[str, datetime | date]:
    """Where entries of the same cramp as one at an instant (aware) are looked for."""
    return {
        "tapped_at": at,
        "first": at - SAME_CRAMP_WITHIN,
        "last": at + SAME_CRAMP_WITHIN,
        # Nights are those of each entry's own time zone.
        "first_on": night_on - timedelta(days=1),
        "last_on": night_on + timedelta(days=1),
    }


def _limits() -> dict[str, int]:
    """How many entries to skip for the one whose presence means that a limit is reached."""
    return {"skipped": limits.ENTRIES - 1, "skipped_of_day": limits.ENTRIES_A_DAY - 1}


def _reached(
    message_id: int, entered_at: datetime, is_full: int | None, busy_since: datetime | None
) -> Limit | None:
    """The limit that a new entry would exceed.

    Args:
        message_id: the new entry's.
        entered_at: when it was entered.
        is_full: None while the diary has room.
        busy_since: when the first of the newest entries from the chat was entered that may be
            added in one day; None when there are fewer.
    """
    if is_full is not None:
        return Limit.DIARY
    if message_id > 0 and busy_since is not None and busy_since > entered_at - limits.DAY:
        return Limit.DAY
    return None


async def _known(session: Session, user_id: int, message_id: int) -> tuple[Cramp, bool] | None:
    """The entry that a message has logged already."""
    known = await logged_by(session, user_id, message_id)
    return None if known is None else (known, False)


async def _insert_once(session: Session, **values: Any) -> tuple[Cramp, bool]:
    """Insert an entry unless its message has one; returns it and whether it is new."""
    kind: Any = insert_for(session)
    new_id = await (await session.connection()).scalar(_insert(kind), values)
    if new_id is not None:
        # Made without a SELECT: the values are known, and this is the hot path.
        new = Cramp(id=new_id, **values)
        make_transient_to_detached(new)
        session.add(new)
        return new, True
    known = await logged_by(session, values["user_id"], values["message_id"])
    if known is None:
        raise LookupError("an entry was deleted while it was inserted")
    return known, False


@cache
def _insert(kind: Any) -> Any:
    return kind(Cramp).on_conflict_do_nothing().returning(col(Cramp.id))


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


_AT_THE_SAME_TIME = (
    sa.select(col(Cramp.id))
    .where(
        col(Cramp.user_id) == sa.bindparam("user_id"),
        col(Cramp.night_on).between(sa.bindparam("first_on"), sa.bindparam("last_on")),
        col(Cramp.occurred_at).between(sa.bindparam("first"), sa.bindparam("last")),
        col(Cramp.message_id) != sa.bindparam("message_id"),
        # An entry without an exact time may have been at any other minute.
        col(Cramp.time_precision) == TimePrecision.EXACT,
        # An entry that was changed to a twitch has been seen since.
        col(Cramp.event_type) == "cramp",
        _counts(),
    )
    .order_by(
        # The nearest one, those before the tap first.
        col(Cramp.occurred_at) > sa.bindparam("tapped_at"),
        col(Cramp.occurred_at).desc(),
        col(Cramp.message_id).desc(),
    )
    .limit(1)
)


def _room() -> tuple[sa.ScalarSelect[Any], sa.ScalarSelect[Any]]:
    """Whether the diary is full, and when the busiest day allowed would have begun.

    Both read an index and stop at the limit.
    """
    is_owner = col(Cramp.user_id) == sa.bindparam("user_id")
    is_full = sa.select(sa.literal(1)).where(is_owner).limit(1).offset(sa.bindparam("skipped"))
    busy_since = (
        sa.select(col(Cramp.tapped_at))
        .where(is_owner, col(Cramp.message_id) > 0)
        .order_by(col(Cramp.message_id).desc())
        .limit(1)
        .offset(sa.bindparam("skipped_of_day"))
    )
    return is_full.scalar_subquery(), busy_since.scalar_subquery()


_ROOM = sa.select(*_room())
_RECENT = (
    sa.select(*(getattr(Cramp, name) for name in Recent._fields))
    .where(col(Cramp.user_id) == sa.bindparam("user_id"))
    .order_by(col(Cramp.night_on).desc(), col(Cramp.occurred_at).desc())
    .limit(RECENT)
)
_BEFORE_TAP = _RECENT.with_only_columns(
    _AT_THE_SAME_TIME.scalar_subquery(), *_room(), *_RECENT.selected_columns
)
"""The newest entries, each beside what decides about the tap, which is found once."""


async def owned(session: Session, cramp_id: int | None, user_id: int) -> Cramp | None:
    """The entry with this id, or None when this person has no such entry.

    A removed entry whose content is gone is none any more.
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

    What is told of a merged entry belongs to that one.
    """
    while cramp is not None and cramp.same_as_id is not None:
        cramp = await owned(session, cramp.same_as_id, cramp.user_id)
    return cramp


async def at_minute(
    session: Session, user_id: int, occurred_at: datetime, event_type: str
) -> Cramp | None:
    """The entry that counts, of a type and in the minute of an instant, if there is one.

    Args:
        session: the open transaction.
        user_id: whose diary.
        occurred_at: an aware instant.
        event_type: cramp, twitch and so on.
    """
    minute = occurred_at.replace(second=0, microsecond=0)
    found = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            # Nights are those of each entry's own time zone.
            col(Cramp.night_on).between(
                minute.date() - timedelta(days=2), minute.date() + timedelta(days=1)
            ),
            col(Cramp.occurred_at) >= minute,
            col(Cramp.occurred_at) < minute + timedelta(minutes=1),
            Cramp.time_precision != TimePrecision.NIGHT_ONLY,
            Cramp.event_type == event_type,
            _counts(),
        )
        .order_by(col(Cramp.id))
        .limit(1)
    )
    return found.one_or_none()


async def merge(session: Session, cramp: Cramp, first: Cramp) -> None:
    """Merge an entry, and those that were merged into it, into an earlier one."""
    cramp.same_as_id = first.id
    await session.exec(
        sa.update(Cramp)
        .where(col(Cramp.same_as_id) == cramp.id, col(Cramp.user_id) == cramp.user_id)
        .values(same_as_id=first.id)
        .execution_options(synchronize_session="fetch")
    )


async def merge_again(session: Session, cramp: Cramp) -> None:
    """Merge an entry that is put back into the tap of the same cramp that counts meanwhile."""
    first_id = await (await session.connection()).scalar(
        _AT_THE_SAME_TIME,
        {
            "user_id": cramp.user_id,
            "message_id": cramp.message_id,
            **_around(cramp.occurred_at, cramp.night_on),
        },
    )
    if first_id is not None and cramp.same_as_id is None:
        cramp.same_as_id = first_id


async def release(session: Session, cramp: Cramp, last_id: int | None = None) -> None:
    """Let the taps count again that were merged into an entry which is removed where it was made.

    The first of them counts, and the others are merged into it.

    Args:
        session: the open transaction.
        cramp: the entry.
        last_id: only taps with a message id above this are meant; None: all.
    """
    found = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == cramp.user_id,
            col(Cramp.same_as_id) == cramp.id,
            col(Cramp.deleted_at).is_(None),
            sa.true() if last_id is None else col(Cramp.message_id) > last_id,
        )
        .order_by(col(Cramp.tapped_at), col(Cramp.id))
    )
    first: Cramp | None = None
    for one in found:
        one.same_as_id = None if first is None else first.id
        first = first or one
    if first is not None:  # what is told belongs to the one that counts
        fill_in(first, cramp, (*TOLD, "note"))


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
        .where(Cramp.user_id == user_id, col(Cramp.tapped_at) >= since, _counts())
        .order_by(col(Cramp.tapped_at).desc(), col(Cramp.message_id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def latest_of(session: Session, user_id: int, event_type: str) -> Cramp | None:
    """The latest entry of a type that counts, by when it happened."""
    found = await session.exec(
        select(Cramp)
        .where(Cramp.user_id == user_id, col(Cramp.event_type) == event_type, _counts())
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
            _counts(),
        )
        .order_by(col(Cramp.intensity).desc(), col(Cramp.night_on).desc())
        .limit(1)
    )
    return found.one_or_none()


async def recent(session: Session, user_id: int) -> list[Recent]:
    """The entries of a person's newest nights, the newest first.

    Removed and merged ones are among them, so that no number of these makes the query slow.
    """
    found = await (await session.connection()).execute(_RECENT, {"user_id": user_id})
    return [Recent(*row) for row in found]


_IS_EARLIER_IN_NIGHT = sa.and_(
    col(Cramp.user_id) == sa.bindparam("user_id"),
    col(Cramp.night_on) == sa.bindparam("night_on"),
    _was_entered_before(),
    col(Cramp.event_type) == sa.bindparam("event_type"),
    _counts(),
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
        .where(Cramp.user_id == user_id, col(Cramp.night_on).between(first_on, last_on), _counts())
        .order_by(col(Cramp.occurred_at))
    )
    return list(found)
