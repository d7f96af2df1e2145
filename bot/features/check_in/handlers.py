"""Answers to the check-in: the question of the morning about last night and the evening before."""

from collections.abc import Callable, Sequence

from telegram import Update

from bot.database.models import Answer, Cramp, Delivery, Exposure, Habit, Kind, NightStatus
from bot.features.check_in import messages, more_messages, queries
from bot.features.check_in.messages import State
from bot.features.check_in.more_messages import more_of
from bot.features.check_in.more_questions import SLEEP_QUALITIES
from bot.features.cramps import queries as cramps
from bot.features.cramps.handlers.log import refused
from bot.features.cramps.values import COUNTS, middle_of, stored
from bot.features.diary.limits import Limit
from bot.features.diary.queries import set_status
from bot.features.reminders.queries import owned_delivery, record_tap, set_answer
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, taps
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Show, Toast

STATUSES = {
    "none": NightStatus.NONE_LAST_NIGHT,
    "had": NightStatus.HAD_CRAMPS,
    "skip": NightStatus.SKIP,
}
"""Callback data → answer about the night."""
DONE = {"1": True, "0": False, "x": None}
"""Callback data → whether a habit was done; ``x`` takes the answer back."""


async def _tapped_delivery(context: Context) -> Delivery | None:
    """The check-in whose button was tapped; None unless it was sent to this person."""
    delivery = await owned_delivery(context.session, context.tap.number(0), context.person.id)
    if delivery is None or delivery.kind is not Kind.CHECK_IN:
        return None
    record_tap(context.session, delivery, context.tapped_message_id)
    return delivery


def _gone(context: Context) -> Replies:
    return [Toast(messages.gone(context.tr))]


async def _entry(context: Context, delivery: Delivery) -> Cramp | None:
    """The entry that was made by answering this check-in; its key is the check-in's message.

    An entry that was moved to another night since no longer belongs to the check-in.
    """
    if delivery.message_id is None:
        return None
    found = await cramps.behind_message(context.session, delivery.user_id, delivery.message_id)
    if found is None or found.message_id != delivery.message_id:
        return None
    return found if found.night_on == delivery.night_on else None


async def _state(context: Context, delivery: Delivery) -> State:
    """What the check-in shows, after the changes of this transaction."""
    session, user = context.session, context.person
    await session.flush()
    known = await queries.known_of(session, user.id, delivery.night_on)
    entry = await _entry(context, delivery)
    is_there = entry is not None and entry.deleted_at is None
    asked, more = await queries.asked_habits(session, user), None
    if user.asks_more:
        more = more_of(delivery.night_on, asked, known.exposures, known.sleep_quality)
    return State(
        delivery.id or 0,
        delivery.night_on,
        known.status,
        known.habits,
        asked,
        entry.id if entry is not None and is_there else None,
        entry.count_tonight if entry is not None else 1,
        is_logged=user.asks_more is True and known.cramp_entries > 0,
        more=more,
    )


async def _show(
    context: Context, delivery: Delivery, render: Callable[[Translator, State], Message]
) -> Replies:
    """Show the check-in in place, with what was just answered."""
    shown = render(context.tr, await _state(context, delivery))
    return [Show(shown), DiaryChanged({delivery.night_on})]


async def on_night(_update: Update, context: Context) -> Replies:
    """Handle an answer: no cramps, had cramps, or skip.

    "Had cramps" adds an entry without a time of day.
    """
    status = STATUSES.get(context.tap.word(1) or "")
    if status is None:
        return NOTHING
    delivery = await _tapped_delivery(context)
    if delivery is None:
        return _gone(context)
    is_skipped = status is NightStatus.SKIP
    session = context.session
    await set_status(session, context.person.id, delivery.night_on, status, context.now)
    set_answer(session, delivery, Answer.SKIPPED if is_skipped else Answer.DONE, context.now)
    refusal: Replies = NOTHING
    if status is NightStatus.HAD_CRAMPS:
        refusal = await _ensure_entry(context, delivery)
    else:
        entry = await _entry(context, delivery)
        if entry is not None:
            entry.deleted_at = entry.deleted_at or context.now
    shown = await _show(context, delivery, messages.closed if is_skipped else messages.question)
    return [*refusal, *shown]


async def _ensure_entry(context: Context, delivery: Delivery) -> Replies:
    """Make or restore the night's entry, unless the night has another one.

    Returns:
        What is to be said when there is no room for the entry.
    """
    session, user_id = context.session, context.person.id
    known = await queries.known_of(session, user_id, delivery.night_on)
    if known.cramp_entries or delivery.message_id is None:
        return NOTHING
    entry = await _entry(context, delivery)
    if entry is not None:
        entry.deleted_at = None
        return NOTHING
    moment = min(middle_of(delivery.night_on, context.zone, context.nights), context.now)
    logged = await cramps.log_at(
        session,
        user_id,
        delivery.message_id,
        context.now,
        moment,
        "night_only",
        context.zone,
        context.nights,
    )
    return refused(context, logged) if isinstance(logged, Limit) else NOTHING


async def on_count(_update: Update, context: Context) -> Replies:
    """Store how many cramps there were."""
    code = context.tap.word(1) or ""
    if code not in COUNTS:
        return NOTHING
    delivery = await _tapped_delivery(context)
    if delivery is None:
        return _gone(context)
    entry = await _entry(context, delivery)
    if entry is not None and entry.deleted_at is None:
        entry.count_tonight, entry.edited_at = int(stored("count", code)), context.now
    return await _show(context, delivery, messages.question)


async def on_habit(_update: Update, context: Context) -> Replies:
    """Store whether a habit was done on the evening before, or remove that answer."""
    try:
        habit, done = Habit(context.tap.word(1) or ""), DONE[context.tap.word(2) or ""]
    except (KeyError, ValueError):
        return NOTHING
    delivery = await _tapped_delivery(context)
    if delivery is None:
        return _gone(context)
    await queries.set_habit(
        context.session, context.person.id, delivery.night_on, habit, done, context.now
    )
    state = await _state(context, delivery)
    is_known_from_reminder = done is None and habit in state.habits
    toast = messages.answered_reminder(context.tr) if is_known_from_reminder else None
    shown = messages.question(context.tr, state)
    return [Show(shown, toast), DiaryChanged({delivery.night_on})]


async def on_exposure(_update: Update, context: Context) -> Replies:
    """Store whether something was so on the day before, or remove that answer."""
    try:
        exposure, present = Exposure(context.tap.word(1) or ""), DONE[context.tap.word(2) or ""]
    except (KeyError, ValueError):
        return NOTHING
    delivery = await _tapped_delivery(context)
    if delivery is None:
        return _gone(context)
    set_answer(context.session, delivery, Answer.DONE, context.now)
    await queries.set_exposure(
        context.session, context.person.id, delivery.night_on, exposure, present, context.now
    )
    return await _show(context, delivery, messages.question)


async def on_sleep(_update: Update, context: Context) -> Replies:
    """Store how the night was slept, 0 to 10, or remove that answer."""
    word = context.tap.word(1)
    quality = None if word == "x" else context.tap.number(1)
    if word != "x" and quality not in SLEEP_QUALITIES:
        return NOTHING
    delivery = await _tapped_delivery(context)
    if delivery is None:
        return _gone(context)
    session, user_id, night_on = context.session, context.person.id, delivery.night_on
    set_answer(session, delivery, Answer.DONE, context.now)
    known = await queries.known_of(session, user_id, night_on)
    await queries.set_sleep_quality(session, user_id, night_on, quality, known, context.now)
    return await _show(context, delivery, messages.question)


async def on_more(_update: Update, context: Context) -> Replies:
    """Start (1) or end (0) the further questions, from a check-in."""
    wanted = DONE.get(context.tap.word(1) or "")
    delivery = await _tapped_delivery(context)
    if delivery is None or wanted is None:
        return _gone(context)
    context.person.asks_more = wanted
    shown = messages.question(context.tr, await _state(context, delivery))
    return [Show(shown, more_messages.switched(context.tr, is_on=wanted))]


async def on_setting(_update: Update, context: Context) -> Replies:
    """Show the setting for further questions, after changing it (1 or 0) if that was tapped."""
    wanted = DONE.get(context.tap.word(0) or "")
    toast = None
    if wanted is not None:
        context.person.asks_more = wanted
        toast = more_messages.switched(context.tr, is_on=wanted)
    is_on = context.person.asks_more is True
    return [Show(more_messages.setting(context.tr, is_on=is_on), toast)]


async def on_open(_update: Update, context: Context) -> Replies:
    """Show the question again, in place of its one-line answer."""
    delivery = await _tapped_delivery(context)
    return _gone(context) if delivery is None else await _show(context, delivery, messages.question)


async def on_close(_update: Update, context: Context) -> Replies:
    """Show the answer in one line, in place of the question."""
    delivery = await _tapped_delivery(context)
    return _gone(context) if delivery is None else await _show(context, delivery, messages.closed)


def _handlers() -> Sequence[AnyHandler]:
    return taps(
        "checkin",
        {
            "night": on_night,
            "count": on_count,
            "habit": on_habit,
            "exposure": on_exposure,
            "sleep": on_sleep,
            "more": on_more,
            "setting": on_setting,
            "open": on_open,
            "close": on_close,
        },
    )


FEATURE = Feature(name="checkin", handlers=_handlers)
