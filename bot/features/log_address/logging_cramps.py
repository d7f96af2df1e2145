"""Logs the cramp of a request in the frame's transaction, as a tap does."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.database.models import Cramp
from bot.features.cramps import log_queries, values
from bot.features.cramps import queries as cramps
from bot.features.cramps.handlers.entry_card import card_of
from bot.features.cramps.handlers.log import entry_shown, stop_older_question
from bot.features.cramps.messages import entry_card
from bot.features.diary.limits import Limit
from bot.features.log_address.queries import is_day_full
from bot.features.log_address.request_fields import (
    FURTHEST_BACK,
    KEY_BYTES,
    Asked,
    message_id_of,
    number_of,
)
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, DiaryChanged, Edit, Replies, Reply, Say


class Outcome(StrEnum):
    """What became of a request."""

    LOGGED = "logged"
    SAME = "same"
    """It is the same cramp as an earlier entry."""
    REMOVED = "removed"
    """It was logged before, and the person has removed it since."""


@dataclass(frozen=True)
class Logged:
    """What is answered to a request that was carried out."""

    outcome: Outcome
    local_at: datetime | None
    """When the cramp was, as naive local time; None while the person's time zone is unknown."""


async def log_cramp(context: Context, asked: Asked) -> tuple[Logged | Limit, Replies]:
    """Log a cramp unless the same request has logged it before.

    Returns:
        What is answered, or the limit that keeps the cramp from being added; and what is said in
        the chat, without a sound.
    """
    session, user_id = context.session, context.person.id
    number = secrets.randbits(8 * KEY_BYTES) if asked.key is None else number_of(asked.key)
    message_id = message_id_of(number)
    known = None if asked.key is None else await cramps.logged_by(session, user_id, message_id)
    if known is None and await is_day_full(session, user_id, context.now):
        return Limit.ADDRESS_DAY, NOTHING
    found = await log_queries.log(
        session,
        user_id,
        message_id,
        asked.happened_at,
        context.zone,
        context.nights,
        entered_at=context.now,
    )
    if isinstance(found, Limit):
        return found, NOTHING
    cramp, is_new = found
    counted = await cramps.counted(session, cramp) or cramp
    is_changed = False
    if is_new:
        stop_older_question(context)
        is_changed = _completed(counted, asked, context.now)
    is_old = not is_new and context.now - cramp.tapped_at > FURTHEST_BACK
    logged = _logged(context, cramp, counted, is_old=is_old)
    if cramp.is_empty:
        return logged, NOTHING
    if counted is not cramp:  # the chat shows it already, and the answer says so
        if not is_changed:
            return logged, NOTHING
        return logged, [*await _new_card(context, counted), DiaryChanged({counted.night_on})]
    said: list[Reply] = []
    if cramp.reply_message_id is None and not context.is_over_limit:
        card = await card_of(context, cramp, entry_card.logged)
        said.append(Say(card.quietly(True), on_sent=entry_shown(context, cramp)))
    return logged, [*said, DiaryChanged({cramp.night_on})]


def _completed(cramp: Cramp, asked: Asked, now: datetime) -> bool:
    """Fill in what the request says and the entry does not; returns whether that is anything."""
    is_changed = False
    for name, code in asked.codes:
        column = values.column_of(name)
        if getattr(cramp, column) is None:
            setattr(cramp, column, values.stored(name, code))
            is_changed = True
    if is_changed and cramp.tapped_at != now:
        cramp.edited_at = now
    return is_changed


async def _new_card(context: Context, cramp: Cramp) -> Replies:
    """The changed card of an entry that has one."""
    if cramp.reply_message_id is None:
        return NOTHING
    return [Edit(cramp.reply_message_id, await card_of(context, cramp, entry_card.logged))]


def _logged(context: Context, cramp: Cramp, counted: Cramp, *, is_old: bool) -> Logged:
    """The answer to a request.

    For a key that comes again days later, it says that nothing new was logged.
    """
    if cramp.deleted_at is not None or counted.deleted_at is not None:
        outcome = Outcome.REMOVED
    else:
        outcome = Outcome.LOGGED if counted is cramp and not is_old else Outcome.SAME
    is_known = context.person.time_zone is not None
    local_at = local_time(counted.occurred_at, counted.time_zone) if is_known else None
    return Logged(outcome, local_at)
