"""Merges entries of the same cramp, of which one counts.

The queries use no Telegram and never commit.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.cramp_values import TimePrecision
from bot.database.engine import Session
from bot.database.models import Cramp
from bot.features.cramps.changes import TOLD, fill_in
from bot.features.cramps.queries import counting

SAME_CRAMP_WITHIN = timedelta(seconds=60)
"""A tap is the same cramp as an entry that happened this soon before or after it, whenever that
was entered: a tap of the chat can arrive hours after one of the page."""


def around(at: datetime, night_on: date) -> dict[str, datetime | date]:
    """Select the entries that can be the same cramp as one at an instant (aware)."""
    return {
        "tapped_at": at,
        "first": at - SAME_CRAMP_WITHIN,
        "last": at + SAME_CRAMP_WITHIN,
        # Nights are those of each entry's own time zone.
        "first_on": night_on - timedelta(days=1),
        "last_on": night_on + timedelta(days=1),
    }


AT_THE_SAME_TIME = (
    sa.select(col(Cramp.id))
    .where(
        col(Cramp.user_id) == sa.bindparam("user_id"),
        col(Cramp.night_on).between(sa.bindparam("first_on"), sa.bindparam("last_on")),
        col(Cramp.occurred_at).between(sa.bindparam("first"), sa.bindparam("last")),
        col(Cramp.message_id) != sa.bindparam("message_id"),
        # An entry without an exact time may have been at any other minute.
        col(Cramp.time_precision) == TimePrecision.EXACT,
        # The person has looked at an entry since they changed it to a twitch.
        col(Cramp.event_type) == "cramp",
        counting(),
    )
    .order_by(
        # The nearest one, those before the tap first.
        col(Cramp.occurred_at) > sa.bindparam("tapped_at"),
        col(Cramp.occurred_at).desc(),
        col(Cramp.message_id).desc(),
    )
    .limit(1)
)


async def at_minute(
    session: Session,
    user_id: int,
    occurred_at: datetime,
    event_type: str,
    *,
    zone: str | None = None,
    give_or_take: timedelta = timedelta(),
) -> Cramp | None:
    """The entry that counts, of a type and in the minute of an instant, if there is one.

    Args:
        session: the open transaction.
        user_id: whose diary.
        occurred_at: an aware instant.
        event_type: cramp, twitch and so on.
        zone: where a clock showed that minute; in the hour that is repeated in autumn, an entry of
            the other such minute is found, too.
        give_or_take: how far from the minute an entry may be.
    """
    minute = occurred_at.replace(second=0, microsecond=0)
    is_there = [
        sa.and_(
            col(Cramp.occurred_at) >= one - give_or_take,
            col(Cramp.occurred_at) < one + timedelta(minutes=1) + give_or_take,
        )
        for one in (minute, *_shown_alike(minute, zone))
    ]
    found = await session.exec(
        select(Cramp)
        .where(
            Cramp.user_id == user_id,
            # Nights are those of each entry's own time zone.
            col(Cramp.night_on).between(
                minute.date() - timedelta(days=2), minute.date() + timedelta(days=1)
            ),
            sa.or_(*is_there),
            Cramp.time_precision != TimePrecision.NIGHT_ONLY,
            Cramp.event_type == event_type,
            counting(),
        )
        .order_by(col(Cramp.id))
    )
    nearest = sorted(found, key=lambda one: abs(one.occurred_at - occurred_at))
    return nearest[0] if nearest else None


def _shown_alike(instant: datetime, zone: str | None) -> list[datetime]:
    """The other instant at which the clocks of a zone showed the same in autumn, if any."""
    if zone is None:
        return []
    local = instant.astimezone(ZoneInfo(zone))
    other = local.replace(fold=1 - local.fold).astimezone(UTC)
    return [other] if other != instant else []


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
        AT_THE_SAME_TIME,
        {
            "user_id": cramp.user_id,
            "message_id": cramp.message_id,
            **around(cramp.occurred_at, cramp.night_on),
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
