"""Typed times and strengths of an entry, whether they were asked for or not."""

from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.database.models import Cramp
from bot.features.cramps import queries, values
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.change import set_moment
from bot.features.cramps.handlers.entry_card import TYPED_TIME_WITHIN, card_of, gone, tapped_entry
from bot.features.cramps.messages import entry_card, entry_changes
from bot.features.cramps.values import Unusable
from bot.telegram.context import Context
from bot.telegram.message import Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Edit, Replies, Say, Show


async def on_at(_update: Update, context: Context) -> Replies:
    """Ask for the time of an entry."""
    cramp = await tapped_entry(context)
    if cramp is None or cramp.id is None:
        return gone(context)
    context.ask("cramps", "at", cramp.id)
    return [Say(entry_changes.ask_time(context.tr, cramp.id))]


async def on_leave(_update: Update, context: Context) -> Replies:
    """Leave the time of an entry as it is."""
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    context.stop_asking("cramps", "at", cramp.id)
    return [Show(await card_of(context, cramp, entry_changes.time_unchanged))]


async def on_typed_at(context: Context, question: Tap, text: str) -> Replies | None:
    """Set the time that was asked for, unless its entry was removed meanwhile."""
    cramp = await queries.owned(context.session, question.number(0), context.person.id)
    if cramp is None or cramp.deleted_at is not None:
        return None
    moment = values.typed(text, context.written_at, cramp.time_zone, context.tr.language)
    return await _set_typed(context, cramp, moment)


async def guess_time(context: Context, text: str) -> Replies | None:
    """Take a time typed right after logging as that of the newest entry.

    A number of one or two digits is never taken: it is a strength, or unclear.
    """
    if text.strip().isdigit() and len(text.strip()) <= 2:
        return None
    newest = await _newest(context)
    if newest is None:
        return None
    moment = values.typed(text, context.written_at, newest.time_zone, context.tr.language)
    return None if moment is Unusable.UNCLEAR else await _set_typed(context, newest, moment)


async def guess_strength(context: Context, text: str) -> Replies | None:
    """Take a number typed right after logging as the strength of the newest entry."""
    number = text.strip()
    if number not in values.SINGLE["strength"]:
        return None
    cramp = await _newest(context)
    if cramp is None or cramp.event_type != "cramp":
        return None
    cramp.intensity, cramp.edited_at = int(number), context.now
    return [
        Say(entry_changes.strength_set(context.tr, entry_of(cramp))),
        *await _own_card(context, cramp),
        DiaryChanged({cramp.night_on}),
    ]


async def _newest(context: Context) -> Cramp | None:
    """The newest entry, if it is recent enough for typed text to be about it."""
    since = context.written_at - TYPED_TIME_WITHIN
    return await queries.newest(context.session, context.person.id, since)


async def _set_typed(
    context: Context, cramp: Cramp, moment: tuple[datetime, TimePrecision] | Unusable
) -> Replies:
    """Set an entry's time to a typed one, or say why that cannot be done."""
    if isinstance(moment, Unusable):
        return [Say(entry_changes.unusable_time(context.tr, cramp.id or 0, moment))]
    return await _set_time(context, cramp, *moment)


async def on_back(_update: Update, context: Context) -> Replies:
    """Undo a typed time.

    The button carries the earlier instant in Unix seconds, and its precision.
    """
    seconds, precision = context.tap.number(1), context.tap.word(2)
    if seconds is None or precision not in set(TimePrecision):
        return NOTHING
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    limit = (values.FURTHEST_BACK + timedelta(days=2)).total_seconds()
    if abs(seconds - cramp.tapped_at.timestamp()) > limit:
        return NOTHING
    before = datetime.fromtimestamp(seconds, UTC)
    return await _set_time(context, cramp, min(before, context.now), TimePrecision(precision))


async def _set_time(
    context: Context, cramp: Cramp, moment: datetime, precision: TimePrecision
) -> Replies:
    """Set an entry's time, confirm it with a way to undo that, and update the entry's own card."""
    nights, before = {cramp.night_on}, (cramp.occurred_at, cramp.time_precision)
    set_moment(cramp, moment, precision)
    cramp.edited_at, context.person.awaiting = context.now, None
    nights.add(cramp.night_on)
    return [
        *context.present(entry_changes.time_changed(context.tr, entry_of(cramp), *before)),
        *await _own_card(context, cramp),
        DiaryChanged(nights),
    ]


async def _own_card(context: Context, cramp: Cramp) -> Replies:
    """Update the message that shows an entry, if there is one."""
    if cramp.reply_message_id is None:
        return NOTHING
    return [Edit(cramp.reply_message_id, await card_of(context, cramp, entry_card.logged))]
