"""Answers to the check-in: the question of the morning about last night and the evening before."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from telegram import Update

from bot.database.cramp_values import EventType, ReliefHelped, WokeMe
from bot.database.models import Answer, Cramp, Delivery, Exposure, Habit, Kind, NightStatus
from bot.features.check_in import after_messages, messages, more_messages, queries
from bot.features.check_in.messages import State
from bot.features.check_in.more_messages import more_of
from bot.features.check_in.more_questions import SLEEP_QUALITIES
from bot.features.cramps import log_queries
from bot.features.cramps import queries as cramps
from bot.features.cramps.changes import state_of
from bot.features.cramps.entry_times import middle_of
from bot.features.cramps.handlers.log import refused
from bot.features.cramps.handlers.undo import record
from bot.features.cramps.values import COUNTS, format_codes, parse_codes, stored, with_code
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
ABOUT_AFTER = frozenset({"after", "helped", "tried", "woke"})
"""Verbs of the chips about what came after a cramp."""
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
    about = await _asked_about(context, delivery)
    after = queries.after_of(about, asks_woke=after_messages.ASKS_WOKE in _ends(context))
    if after is not None and after.is_answered and context.tap.verb not in ABOUT_AFTER:
        after = None  # nobody is asked again
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
        is_logged=known.cramp_entries > 0 and not is_there,
        more=more,
        after=after,
        today=None if delivery.night_on == _last_night(context) else context.today,
    )


def _last_night(context: Context) -> date:
    return context.nights.last_night(context.local_now)


async def _asked_about(context: Context, delivery: Delivery) -> Cramp | None:
    """The entry that a chip was shown for; for other buttons and old chips, the night's last cramp.

    None when that entry does not count any more.
    """
    session, user_id = context.session, context.person.id
    if context.tap.verb not in ABOUT_AFTER or context.tap.number(3) is None:
        return await queries.last_cramp(session, user_id, delivery.night_on)
    entry = await cramps.owned(session, context.tap.number(3), user_id)
    entry = await cramps.counted(session, entry)
    if entry is None or entry.deleted_at is not None or entry.event_type is not EventType.CRAMP:
        return None
    return entry


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
    if entry is not None and not entry.is_empty:
        entry.deleted_at = None
        return NOTHING
    moment = min(middle_of(delivery.night_on, context.zone, context.nights), context.now)
    if entry is not None:  # removed so long ago that its content is gone
        await session.delete(entry)
        await session.flush()
    logged = await log_queries.log_at(
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


async def on_after(_update: Update, context: Context) -> Replies:
    """Add or remove (1 or 0) what was left of the cramp afterwards."""

    def change(entry: Cramp, code: str, *, present: bool) -> None:
        codes = parse_codes(entry.after_effects)
        others = codes - {after_messages.SORE, after_messages.NOTHING_LEFT}
        if code == after_messages.NOTHING_LEFT and others:
            codes = others  # a chip that was shown before something else was told
        else:
            codes = with_code("effect", codes, code, present=present)
        entry.after_effects = format_codes("effect", codes)

    return await _change_entry(context, (after_messages.SORE, after_messages.NOTHING_LEFT), change)


async def on_helped(_update: Update, context: Context) -> Replies:
    """Store (1) how much something helped, or remove that (0)."""

    def change(entry: Cramp, code: str, *, present: bool) -> None:
        entry.relief_helped = ReliefHelped(code) if present else None

    return await _change_entry(context, after_messages.HELPED, change)


async def on_tried(_update: Update, context: Context) -> Replies:
    """Add or remove (1 or 0) what it was that helped."""

    def change(entry: Cramp, code: str, *, present: bool) -> None:
        codes = with_code("relief", parse_codes(entry.relief_tried), code, present=present)
        entry.relief_tried = format_codes("relief", codes)

    return await _change_entry(context, after_messages.TRIED, change)


async def _change_entry(
    context: Context, allowed: Collection[str], change: Callable[..., None]
) -> Replies:
    """Change the entry that a chip was shown for, and show the question again."""
    code, present = context.tap.word(1) or "", context.tap.number(2)
    if code not in allowed or present not in {0, 1}:
        return NOTHING
    delivery = await _tapped_delivery(context)
    if delivery is None:
        return _gone(context)
    entry = await _asked_about(context, delivery)
    if entry is None:
        return _gone(context)
    before = state_of(entry)
    change(entry, code, present=present == 1)
    entry.edited_at = context.now
    await record(context, entry, before)  # a typed "undo" is about this tap
    set_answer(context.session, delivery, Answer.DONE, context.now)
    if after_messages.ONLY not in _ends(context):
        shown_again = await _show(context, delivery, messages.question)
        return [*shown_again, DiaryChanged({entry.night_on})]
    state = await _state(context, delivery)
    if state.after is not None:
        state = replace(state, after=replace(state.after, is_only=True))
    shown = messages.after_question(context.tr, state)
    return [Show(shown), DiaryChanged({delivery.night_on, entry.night_on})]


async def on_woke(_update: Update, context: Context) -> Replies:
    """Store (1) whether the cramp woke the person, or remove that (0)."""

    def change(entry: Cramp, code: str, *, present: bool) -> None:
        entry.woke_me = WokeMe(code) if present else None

    return await _change_entry(context, after_messages.WOKE, change)


def _ends(context: Context) -> tuple[str, ...]:
    """The end of a chip's callback data, which says what else its message asks."""
    return context.tap.arguments[3:] if context.tap.verb in ABOUT_AFTER else ()


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
            "after": on_after,
            "helped": on_helped,
            "tried": on_tried,
            "woke": on_woke,
            "more": on_more,
            "setting": on_setting,
            "open": on_open,
            "close": on_close,
        },
    )


FEATURE = Feature(name="checkin", handlers=_handlers)
