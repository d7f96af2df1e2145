"""Log a cramp once, within the limits. These queries use no Telegram and never commit."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from bot.database.cramp_values import TimePrecision
from bot.database.engine import Session, insert_for
from bot.database.known_rows import as_object, defaults_of
from bot.database.models import Cramp
from bot.database.models.base import new_uid
from bot.database.prepared import Prepared
from bot.features.cramps.queries import RECENT_ENTRIES, Recent, logged_by
from bot.features.cramps.same_cramp import AT_THE_SAME_TIME, around
from bot.features.diary import limits
from bot.features.diary.limits import Limit
from bot.features.health_profile.gate_queries import HAS_LEG_SIGN_OF
from bot.local_time.nights import NOON_TO_NOON, Nights, local_time


class BeforeTap(NamedTuple):
    """What decides how a tap is logged and shown."""

    newest: Sequence[Recent]
    """The person's newest entries."""
    same_as_id: int | None
    """The entry that is the same cramp."""
    is_full: int | None
    busy_since: datetime | None
    """See ``_reached``."""
    has_leg_sign: bool
    """See ``shut_gates``."""


async def before_tap(
    session: Session,
    user_id: int,
    message_id: int,
    tapped_at: datetime,
    zone: str,
    nights: Nights = NOON_TO_NOON,
) -> BeforeTap:
    """Read in one statement what has to be known before a tap is logged; as of :func:`log`."""
    hours = around(tapped_at, nights.of(local_time(tapped_at, zone)))
    rows = await _BEFORE_TAP.rows(
        session, {"user_id": user_id, "message_id": message_id, **hours, **_limits()}
    )
    newest = [Recent(*row[DECIDING:]) for row in rows if row[DECIDING] is not None]
    return BeforeTap(newest, *rows[0][:DECIDING])


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
        message_id: identifies the entry; negative if no message did it.
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


def _limits() -> dict[str, int]:
    """For each limit, the number of entries to skip: if there is one after them, it is reached."""
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
    new = {**defaults_of(Cramp), **values}
    kind: Any = insert_for(session)
    inserted = await _insert(kind).rows(session, new)
    if inserted:
        new["id"] = inserted[0][0]
        return await as_object(session, Cramp, new), True
    earlier = await logged_by(session, values["user_id"], values["message_id"])
    if earlier is None:
        raise LookupError("an entry was deleted while it was inserted")
    return earlier, False


@cache
def _insert(kind: Any) -> Prepared:
    told = {name for name, value in defaults_of(Cramp).items() if value is not None}
    always = {name for name in Cramp.model_fields if name not in defaults_of(Cramp)}
    statement = kind(Cramp).on_conflict_do_nothing().returning(col(Cramp.id))
    return Prepared(statement, told | always | {"same_as_id"})


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


_DECIDING = sa.select(AT_THE_SAME_TIME.scalar_subquery(), *_room(), HAS_LEG_SIGN_OF).subquery()
DECIDING = len(_DECIDING.c)
_NEWEST = RECENT_ENTRIES.add_columns(col(Cramp.occurred_at)).subquery()
_BEFORE_TAP = Prepared(
    sa.select(*_DECIDING.c, *(_NEWEST.c[name] for name in Recent._fields))
    .select_from(_DECIDING.outerjoin(_NEWEST, sa.true()))
    .order_by(_NEWEST.c.night_on.desc(), _NEWEST.c.occurred_at.desc())
)
"""The newest entries, each row with everything that decides about the tap, which is computed once.
A person without entries gets one row."""
