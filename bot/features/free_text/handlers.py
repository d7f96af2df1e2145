"""Typed sentences: one does what several taps do, is confirmed in words, and can be undone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from telegram import Update

from bot.database.models import Kind, NightStatus, Reminder, SetupStep, User
from bot.dispatch.planning import default_weekdays, format_times, is_kept_off, replan_reminder
from bot.dispatch.replanning import replan
from bot.features.cramps.handlers.log import log_at
from bot.features.cramps.queries import entries_between
from bot.features.cramps.values import FURTHEST_BACK
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.diary.queries import set_status, status_of
from bot.features.free_text import messages
from bot.features.free_text.details import guess_details
from bot.features.free_text.edited import on_edited
from bot.features.free_text.offering import offer_message
from bot.features.free_text.rules import read
from bot.features.free_text.values import (
    LogCramp,
    Meaning,
    MoveReminder,
    NoCramps,
    Page,
    Pause,
    Resume,
    Show,
    TurnReminder,
    Unclear,
    Why,
    decode,
)
from bot.features.health_profile.gate_queries import has_leg_sign
from bot.features.history.handlers import on_history
from bot.features.reminders import queries as reminders
from bot.features.reminders.handlers.settings import on_list_command
from bot.features.reminders.messages.settings import ReminderState
from bot.features.reminders.messages.times import most_times, unclear_times
from bot.features.reminders.states import states_of
from bot.features.summary.handlers import on_summary
from bot.features.summary.queries import set_none
from bot.features.users.handlers.help_and_fallback import on_help
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.pause import BACK, next_wake_time, pause_until, resume
from bot.features.users.messages.pause import pause_words, paused, resumed
from bot.i18n.translator import Translator
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Callback, Feature, taps
from bot.telegram.message import Message, pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say
from bot.telegram.replies import Show as ShowReply

LATEST_PAUSE = timedelta(days=400)
ABSENT = "x"
"""Stands in callback data for a value that was not there before."""
PAGES: Mapping[Page, Callback] = {
    Page.SUMMARY: on_summary,
    Page.HISTORY: on_history,
    Page.REMINDERS: on_list_command,
    Page.HELP: on_help,
}


async def guess(context: Context, text: str) -> Replies | None:
    """Do what a sentence says when it is clear, ask when it is not; None when it says nothing."""
    if context.person.setup_step is not SetupStep.DONE:
        return None
    tr = context.tr
    understood = read(
        text, tr.language, context.written_at, context.zone, tr.hour_cycle, context.nights
    )
    if understood is None:
        return None
    if isinstance(understood, Unclear):
        is_open = not understood.candidates and understood.why is Why.WHICH
        shown = offer_message(context) if is_open else None
        return [Say(shown or _question(context, understood))]
    return await _do(context, understood, context.message_id)


def _question(context: Context, understood: Unclear) -> Message:
    """Ask which of several readings is meant."""
    cramps = [one for one in understood.candidates if isinstance(one, LogCramp)]
    return messages.unclear(
        context.tr,
        understood,
        context.message_id,
        {one: local_time(one.at, context.zone) for one in cramps},
        context.today,
        context.nights,
    )


async def on_yes(_update: Update, context: Context) -> Replies:
    """Apply the chosen reading.

    The callback data has the id of the message with the sentence, and the reading.
    """
    message_id, meaning = context.tap.number(0), decode(context.tap.word(1))
    if meaning is None or message_id is None or not 0 < message_id < 2**31:
        return NOTHING
    return await _do(context, meaning, message_id)


async def on_no(_update: Update, context: Context) -> Replies:
    """Handle a tap on "none of these": no reading was meant."""
    return [ShowReply(messages.nothing_changed(context.tr))]


async def _do(context: Context, meaning: Meaning, message_id: int) -> Replies:
    match meaning:
        case LogCramp(at, precision, told):
            if not timedelta(0) <= context.now - at <= FURTHEST_BACK:
                return NOTHING
            return await log_at(context, message_id, at, precision, told)
        case MoveReminder(kind, times):
            return await _move(context, Kind(kind), times)
        case TurnReminder(kind, on):
            return await _switch(context, Kind(kind), on=on)
        case Pause():
            return await _pause(context, meaning)
        case Resume():
            return await _resume(context)
        case NoCramps():
            return await _no_cramps(context, meaning)
        case Show(page):
            return await PAGES[page](context.telegram_update, context)


# Reminders ---------------------------------------------------------------------------------------


async def _move(context: Context, kind: Kind, times: tuple[time, ...]) -> Replies:
    """Set a reminder's times; as with the buttons, that also switches it on."""
    if len(times) > most_times(kind):
        return present_with_keyboard(context, unclear_times(context.tr, kind))

    def change(reminder: Reminder) -> None:
        reminder.times = format_times(times)
        _switch_on(reminder)

    return await _change(context, kind, change, _confirmation, needs_open_gate=True)


async def _switch(context: Context, kind: Kind, *, on: bool) -> Replies:
    def change(reminder: Reminder) -> None:
        if on:
            _switch_on(reminder)
        else:
            reminder.enabled = False

    return await _change(context, kind, change, _confirmation, needs_open_gate=on)


def _switch_on(reminder: Reminder) -> None:
    reminder.enabled = True
    if reminder.weekdays == 0:
        reminder.weekdays = default_weekdays(reminder.kind)


Setting = tuple[bool, str | None]
"""Whether a reminder is on, and its chosen times as they are stored."""


def _confirmation(tr: Translator, state: ReminderState, before: Setting, after: Setting) -> Message:
    if before == after:
        return messages.unchanged(tr, state)
    return messages.changed(tr, state, _undo_data(state.kind, before))


def _undo_data(kind: Kind, before: Setting) -> str | None:
    """Callback data that sets a reminder to what it was; None when that does not fit."""
    enabled, times = before
    clocks = ABSENT if times is None else times.replace(":", "").replace(",", ".")
    try:
        return pack("typed", "back", kind, int(enabled), clocks)
    except ValueError:  # an imported file can have more times than a button can name
        return None


async def _change(
    context: Context,
    kind: Kind,
    change: Callable[[Reminder], None],
    confirm: Callable[[Translator, ReminderState, Setting, Setting], Message],
    *,
    needs_open_gate: bool,
) -> Replies:
    """Change a reminder, plan it anew at once, and show it.

    Args:
        context: whose reminder.
        kind: which one.
        change: changes the row.
        confirm: makes the message from the settings before and after.
        needs_open_gate: nothing changes while answers about health keep it off.

    Raises:
        LookupError: when the person has no reminder of that kind.
    """
    session, user, tr = context.session, context.person, context.tr
    await reminders.ensure_reminders(session, user)
    reminder = await reminders.reminder_of(session, user.id, kind, for_update=True)
    if reminder is None:
        raise LookupError(f"{kind} has no row")
    if needs_open_gate and is_kept_off(kind, user):
        refused = messages.stays_off(tr, await _state(context, kind))
        return present_with_keyboard(context, refused)
    before = (reminder.enabled, reminder.times)
    change(reminder)
    if not reminder.enabled:
        await reminders.cancel_pending(session, user.id, kind)
    replan_reminder(reminder, user, context.now)
    await session.flush()
    after = (reminder.enabled, reminder.times)
    shown = confirm(tr, await _state(context, kind), before, after)
    return present_with_keyboard(context, shown)


async def _state(context: Context, kind: Kind) -> ReminderState:
    rows = await reminders.reminders_of(context.session, context.person.id)
    has_sign = await has_leg_sign(context.session, context.person.id)
    states = states_of(rows, context.person, context.now, has_leg_sign=has_sign)
    return next(state for state in states if state.kind is kind)


async def on_back(_update: Update, context: Context) -> Replies:
    """Undo a change of a reminder. Idempotent: the callback data has the previous state."""
    tap = context.tap
    kind, enabled, clocks = tap.word(0), tap.number(1), tap.word(2) or ""
    if kind not in set(Kind) - {Kind.CUSTOM} or enabled not in {0, 1}:
        return NOTHING
    times = _stored_times(clocks)
    if clocks != ABSENT and times is None:
        return NOTHING

    def change(reminder: Reminder) -> None:
        reminder.enabled, reminder.times = enabled == 1, times

    def confirm(tr: Translator, state: ReminderState, _before: Setting, _after: Setting) -> Message:
        return messages.put_back(tr, state)

    return await _change(context, Kind(kind), change, confirm, needs_open_gate=enabled == 1)


def _stored_times(clocks: str) -> str | None:
    """The times in callback data as they are stored; None when they are no times."""
    try:
        found = tuple(time(int(part[:2]), int(part[2:])) for part in clocks.split("."))
    except ValueError:
        return None
    return format_times(found)


# Pause -------------------------------------------------------------------------------------------


async def _pause(context: Context, meaning: Pause) -> Replies:
    tr, local, user = context.tr, context.local_now, context.person
    if meaning.tonight:
        until: datetime | None = next_wake_time(context)
    elif meaning.until_on is not None:
        until = datetime.combine(meaning.until_on, next_wake_time(context).time())
    else:
        until = None
    if until is not None and not local < until <= local + LATEST_PAUSE:
        return NOTHING
    undo = _undo_pause_data(user)
    await pause_until(context, until)
    is_same = undo == _undo_pause_data(user)
    shown = paused(tr, pause_words(tr, until))
    way_back = messages.with_way_back(tr, shown, None if is_same else undo)
    return present_with_keyboard(context, way_back)


def _undo_pause_data(user: User) -> str:
    """Callback data that sets the pause to what it is now, or ends it when there is none."""
    until = user.paused_until_at
    return pack("typed", "rest", int(user.paused), int(until.timestamp()) if until else ABSENT)


async def _resume(context: Context) -> Replies:
    user, tr = context.person, context.tr
    undo = _undo_pause_data(user)
    await resume(context)
    is_same = undo == _undo_pause_data(user)
    shown = messages.with_way_back(tr, resumed(tr), None if is_same else undo)
    return [*present_with_keyboard(context, shown), BACK]


async def on_rest(_update: Update, context: Context) -> Replies:
    """Undo a change of the pause. Idempotent: the callback data has the previous state."""
    tap, user, tr = context.tap, context.person, context.tr
    is_paused, seconds = tap.number(0), tap.number(1)
    if is_paused not in {0, 1} or not (tap.word(1) == ABSENT or seconds is not None):
        return NOTHING
    latest = (context.now + LATEST_PAUSE).timestamp()
    if seconds is not None and not 0 < seconds <= latest:
        return NOTHING
    until_at = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    user.paused, user.paused_until_at = is_paused == 1, until_at
    await replan(context.session, user, context.now)
    if not user.paused or (until_at is not None and until_at <= context.now):
        return [*present_with_keyboard(context, resumed(tr)), BACK]
    until = None if until_at is None else local_time(until_at, context.zone)
    return present_with_keyboard(context, paused(tr, pause_words(tr, until)))


# A night without cramps --------------------------------------------------------------------------


def _is_past_night(context: Context, night_on: date) -> bool:
    """Whether a night is over and not too long ago to be corrected."""
    return timedelta(0) < context.today - night_on <= FURTHEST_BACK


async def _no_cramps(context: Context, meaning: NoCramps) -> Replies:
    """Record a night without cramps, unless the diary has cramps in it."""
    night_on, session, user = meaning.night_on, context.session, context.person
    if not _is_past_night(context, night_on):
        return NOTHING
    entries = await entries_between(session, user.id, night_on, night_on)
    if any(entry.event_type in COUNTED_CRAMPS for entry in entries):
        shown = messages.night_has_cramps(context.tr, night_on)
    else:
        earlier = await status_of(session, user.id, night_on)
        before = ABSENT if earlier in (None, NightStatus.NONE_LAST_NIGHT) else earlier
        await set_none(session, user.id, night_on, True, context.now)
        undo = pack("typed", "night", night_on, before)
        shown = messages.no_cramps(context.tr, night_on, undo)
    return [*present_with_keyboard(context, shown), DiaryChanged({night_on})]


async def on_night(_update: Update, context: Context) -> Replies:
    """Undo the record of a night. The callback data has the previous record, if any."""
    night_on, word = context.tap.day(0), context.tap.word(1)
    if night_on is None or word not in {*NightStatus, ABSENT}:
        return NOTHING
    if not _is_past_night(context, night_on):
        return NOTHING
    session, user_id = context.session, context.person.id
    if word == ABSENT:
        await set_none(session, user_id, night_on, False, context.now)
    else:
        await set_status(session, user_id, night_on, NightStatus(word or ""), context.now)
    shown = messages.no_cramps_taken_back(context.tr, night_on)
    return [ShowReply(shown), DiaryChanged({night_on})]


def _handlers() -> Sequence[AnyHandler]:
    return taps(
        "typed",
        {
            "yes": on_yes,
            "no": on_no,
            "back": on_back,
            "rest": on_rest,
            "night": on_night,
        },
    )


FEATURE = Feature(
    name="typed", handlers=_handlers, guesses=(guess, guess_details), edited=(on_edited,)
)
