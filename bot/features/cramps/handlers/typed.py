"""Typed times and strengths of an entry, whether they were asked for or not."""

from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.database.models import Cramp
from bot.features.cramps import entry_times, queries, values
from bot.features.cramps.changes import state_of
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import Moment, Unusable
from bot.features.cramps.handlers.change import set_moment
from bot.features.cramps.handlers.entry_card import (
    TYPED_TIME_WITHIN,
    card_of,
    counted_entry,
    gone,
    own_card,
    tapped_entry,
)
from bot.features.cramps.handlers.undo import record, undo_button
from bot.features.cramps.messages import earlier_entries, entry_changes
from bot.features.cramps.told_codes import PRECISION_OF
from bot.i18n.vocabulary.lexer import lex
from bot.local_time.nights import local_time
from bot.local_time.typed_about import split_about
from bot.local_time.typed_days import parse_ago
from bot.telegram.context import Context
from bot.telegram.message import Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say, Show

A_MINUTE = timedelta(minutes=1)


async def on_at(_update: Update, context: Context) -> Replies:
    """Ask for the time of an entry."""
    cramp = await counted_entry(context, context.tap.number(0))
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
    return await _set_typed(context, cramp, _meant(context, cramp, text))


# What was not asked for --------------------------------------------------------------------------


async def about_open_entry(context: Context, opened: Tap, text: str) -> Replies | None:
    """Take a typed time or strength as that of the entry that is on screen."""
    cramp = await counted_entry(context, opened.number(0))
    if cramp is None or cramp.deleted_at is not None:
        return None
    return await about_entry(context, cramp, text)


async def about_entry(context: Context, cramp: Cramp, text: str) -> Replies | None:
    """Take a typed time or strength as that of an entry; None when the text is neither."""
    return await _typed_strength(context, cramp, text) or await _typed_time(context, cramp, text)


async def guess_time(context: Context, text: str) -> Replies | None:
    """Take a time typed right after logging as that of the newest entry."""
    newest = await _newest(context)
    return None if newest is None else await _typed_time(context, newest, text)


async def guess_strength(context: Context, text: str) -> Replies | None:
    """Take a number typed right after logging as the strength of the newest entry."""
    said = strength_said(text, context.tr.language)
    newest = await _newest(context) if said else None
    return None if newest is None else await _typed_strength(context, newest, text)


async def _newest(context: Context) -> Cramp | None:
    """The newest entry, if it is recent enough for typed text to be about it."""
    since = context.written_at - TYPED_TIME_WITHIN
    return await queries.newest(context.session, context.person.id, since)


def strength_said(text: str, language: str) -> str:
    """The figures of a text that is only a strength: "7", "seven"; "" for every other text."""
    number = _number(text, language)
    return number if number in values.SINGLE["strength"] else ""


def _number(text: str, language: str) -> str:
    """The figures of a text that is only a number; "" for every other text."""
    said = [token.kind for token in lex(text, language)]
    return said[0] if len(said) == 1 and said[0].isdigit() else ""


async def _typed_strength(context: Context, cramp: Cramp, text: str) -> Replies | None:
    """Set a typed strength; None when the text is not one, or the entry is not a cramp."""
    said = strength_said(text, context.tr.language)
    if not said or cramp.event_type != "cramp":
        return None
    before = state_of(cramp)
    cramp.intensity, cramp.edited_at = int(said), context.now
    change = await record(context, cramp, before, message_id=context.message_id)
    undo = undo_button(context, cramp, change)
    return [
        Say(entry_changes.strength_set(context.tr, entry_of(cramp), undo)),
        *await own_card(context, cramp),
        DiaryChanged({cramp.night_on}),
    ]


async def _typed_time(context: Context, cramp: Cramp, text: str) -> Replies | None:
    """Set a typed time. One with its day may be another cramp, so the person is asked.

    A number alone is never taken, in figures or in words: it is a strength, or unclear.

    Returns:
        None when the text is not a time.
    """
    language, zone, at = context.tr.language, cramp.time_zone, context.written_at
    if 0 < len(_number(text, language)) <= 2:
        return None
    if entry_times.typed_clock(text, language) is not None:
        return await _set_typed(context, cramp, _meant(context, cramp, text))
    read = entry_times.typed_or_night(text, at, zone, language, context.nights)
    if read is Unusable.UNCLEAR:
        return None
    if isinstance(read, Unusable):
        return await _set_typed(context, cramp, read)
    is_from_now = parse_ago(split_about(text, language)[0], language) is not None
    is_from_now |= read[1] is not TimePrecision.NIGHT_ONLY and at - read[0] < A_MINUTE
    if is_from_now and at - cramp.tapped_at <= TYPED_TIME_WITHIN and _is_present(context, cramp):
        return await _set_typed(context, cramp, read)
    local_at = local_time(read[0], zone)
    question = earlier_entries.which(
        context.tr, context.message_id, entry_of(cramp), local_at, *read, context.nights
    )
    return [Say(question)]


def _is_present(context: Context, cramp: Cramp) -> bool:
    """Whether an entry is of the night in which the person writes."""
    at = context.written_at
    is_recent = timedelta(0) <= at - cramp.occurred_at <= TYPED_TIME_WITHIN
    return is_recent or context.nights.of(local_time(at, cramp.time_zone)) == cramp.night_on


def _meant(context: Context, cramp: Cramp, text: str) -> Moment | Unusable:
    """The time that a text means for an entry.

    A time of day alone is one of the entry's own night.
    """
    language = context.tr.language
    said = None if _is_present(context, cramp) else entry_times.typed_clock(text, language)
    if said is not None:
        clock, precision = said
        moment = entry_times.in_night(clock, cramp.night_on, cramp.time_zone, context.nights)
        if moment is not None:
            return (moment, precision) if moment <= context.written_at else Unusable.TO_COME
    return entry_times.typed_moment(
        text, context.written_at, cramp.time_zone, language, context.nights
    )


async def _set_typed(context: Context, cramp: Cramp, moment: Moment | Unusable) -> Replies:
    """Set an entry's time to a typed one, or say why that cannot be done."""
    if isinstance(moment, Unusable):
        return [Say(entry_changes.unusable_time(context.tr, cramp.id or 0, moment))]
    return await _set_time(context, cramp, *moment)


# Buttons -----------------------------------------------------------------------------------------


async def on_move(_update: Update, context: Context) -> Replies:
    """Correct an entry's time to a typed one with its day.

    The button carries the instant in Unix seconds, and its precision.
    """
    seconds, precision = context.tap.number(1), PRECISION_OF.get(context.tap.word(2) or "")
    if seconds is None or precision is None:
        return NOTHING
    cramp = await counted_entry(context, context.tap.number(0))
    if cramp is None or cramp.deleted_at is not None:
        return gone(context)
    age = context.now.timestamp() - seconds
    if not 0 <= age <= (entry_times.FURTHEST_BACK + timedelta(days=2)).total_seconds():
        return NOTHING
    moment = datetime.fromtimestamp(seconds, UTC)
    return await _set_time(context, cramp, moment, precision)


async def on_back(_update: Update, context: Context) -> Replies:
    """Undo a typed time: buttons of this kind are in messages of older versions.

    The button carries the earlier instant in Unix seconds, and its precision.
    """
    seconds, precision = context.tap.number(1), context.tap.word(2)
    if seconds is None or precision not in set(TimePrecision):
        return NOTHING
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    limit = (entry_times.FURTHEST_BACK + timedelta(days=2)).total_seconds()
    if abs(seconds - cramp.tapped_at.timestamp()) > limit:
        return NOTHING
    before = datetime.fromtimestamp(seconds, UTC)
    return await _set_time(context, cramp, min(before, context.now), TimePrecision(precision))


async def _set_time(
    context: Context, cramp: Cramp, moment: datetime, precision: TimePrecision
) -> Replies:
    """Set an entry's time, confirm it with a way to undo that, and update the entry's own card."""
    nights, before = {cramp.night_on}, state_of(cramp)
    set_moment(cramp, moment, precision, context.nights)
    cramp.edited_at = context.now
    context.stop_asking("cramps", "at")
    nights.add(cramp.night_on)
    message_id = context.message_id if context.message is not None else None
    change = await record(context, cramp, before, message_id=message_id)
    undo = undo_button(context, cramp, change)
    return [
        *context.present(entry_changes.time_changed(context.tr, entry_of(cramp), undo)),
        *await own_card(context, cramp),
        DiaryChanged(nights),
    ]
