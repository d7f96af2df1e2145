"""Typing instead of tapping: one sentence does what several taps do, and can be undone."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from bot.database.engine import Session
from bot.database.models import Fluids, Kind, NightStatus, Reminder, SetupStep, User
from bot.dispatch.planning import default_weekdays, format_times, replan_reminder
from bot.dispatch.replanning import replan
from bot.features.cramps.handlers.log import log_at
from bot.features.cramps.queries import entries_between
from bot.features.cramps.values import FURTHEST_BACK
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.diary.queries import set_status, status_of
from bot.features.free_text import messages
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
    decode,
)
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
from bot.features.users.handlers.pause import next_wake_time, pause_until, resume
from bot.features.users.messages.pause import pause_words, paused, resumed
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.telegram.context import Context, Feature, Visit
from bot.telegram.message import Message, Tap, pack, parse_day
from bot.telegram.replies import Replies

LATEST_PAUSE = timedelta(days=400)
NOTHING = "x"
"""Stands in callback data for what was not there before."""


async def _history(visit: Visit) -> None:
    await visit.in_frame(lambda context: on_history(visit.update, context))


async def _reminders(visit: Visit) -> None:
    await visit.in_frame(lambda context: on_list_command(visit.update, context))


async def _help(visit: Visit) -> None:
    await visit.in_frame(lambda context: on_help(visit.update, context))


async def _present(visit: Visit, message: Message) -> None:
    async def work(context: Context) -> Replies:
        return present_with_keyboard(context, message)

    await visit.in_frame(work)


async def _summary(visit: Visit) -> None:
    await visit.in_frame(lambda context: on_summary(visit.update, context))


PAGES = {
    Page.SUMMARY: _summary,
    Page.HISTORY: _history,
    Page.REMINDERS: _reminders,
    Page.HELP: _help,
}


async def guess(visit: Visit, text: str) -> bool:
    """A sentence that nobody asked for: done when it is clear, asked when it is not."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    if user.setup_step is not SetupStep.DONE:
        return False
    tr = translator_for(user)
    understood = read(text, tr.language, visit.written_at, zone_of(user), tr.hour_cycle)
    if understood is None:
        return False
    message_id = visit.message.message_id if visit.message else 0
    if isinstance(understood, Unclear):
        await visit.say(_question(visit, user, understood, message_id))
    else:
        await _do(visit, understood, message_id)
    return True


def _question(visit: Visit, user: User, understood: Unclear, message_id: int) -> Message:
    zone = zone_of(user)
    cramps = [one for one in understood.candidates if isinstance(one, LogCramp)]
    shown = messages.unclear(
        translator_for(user),
        understood,
        message_id,
        {one: local_time(one.at, zone) for one in cramps},
        local_time(visit.now, zone).date(),
    )
    return shown.quietly(is_night(user, visit))


async def on_yes(visit: Visit, tap: Tap) -> None:
    """One of the readings was meant. The button carries the sentence's message, and the reading."""
    message_id, meaning = tap.number(0), decode(tap.word(1))
    if meaning is None or message_id is None or not 0 < message_id < 2**31:
        await visit.toast()
        return
    await _do(visit, meaning, message_id)


async def on_no(visit: Visit, _tap: Tap) -> None:
    """None of the readings was meant."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await visit.show(messages.nothing_changed(translator_for(user)))


async def _do(visit: Visit, meaning: Meaning, message_id: int) -> None:
    match meaning:
        case LogCramp(at, precision, told):
            if timedelta(0) <= visit.now - at <= FURTHEST_BACK:
                await visit.in_frame(
                    lambda context: log_at(context, message_id, at, precision, told)
                )
            else:
                await visit.toast()
        case MoveReminder(kind, times):
            await _move(visit, Kind(kind), times)
        case TurnReminder(kind, on):
            await _turn(visit, Kind(kind), on=on)
        case Pause():
            await _pause(visit, meaning)
        case Resume():
            await _resume(visit)
        case NoCramps():
            await _no_cramps(visit, meaning)
        case Show(page):
            await PAGES[page](visit)


# Reminders ---------------------------------------------------------------------------------------


async def _move(visit: Visit, kind: Kind, times: tuple[time, ...]) -> None:
    """Set a reminder's times; as with the buttons, that also switches it on."""
    if len(times) > most_times(kind):
        async with visit.transaction() as session:
            user = await load(session, visit)
        await _present(visit, unclear_times(translator_for(user), kind))
        return

    def change(reminder: Reminder) -> None:
        reminder.times = format_times(times)
        _switch_on(reminder)

    await _change(visit, kind, change, _as_changed, needs_free_fluids=True)


async def _turn(visit: Visit, kind: Kind, *, on: bool) -> None:
    def change(reminder: Reminder) -> None:
        if on:
            _switch_on(reminder)
        else:
            reminder.enabled = False

    await _change(visit, kind, change, _as_changed, needs_free_fluids=on)


def _switch_on(reminder: Reminder) -> None:
    reminder.enabled = True
    if reminder.weekdays == 0:
        reminder.weekdays = default_weekdays(reminder.kind)


Earlier = tuple[bool, str | None]
"""Whether a reminder was on, and its chosen times."""


def _as_changed(tr: Translator, state: ReminderState, earlier: Earlier, now: Earlier) -> Message:
    if earlier == now:
        return messages.unchanged(tr, state)
    return messages.changed(tr, state, _way_back(state.kind, earlier))


def _way_back(kind: Kind, earlier: Earlier) -> str | None:
    """Callback data that sets a reminder to what it was; None when that does not fit."""
    enabled, times = earlier
    clocks = NOTHING if times is None else times.replace(":", "").replace(",", ".")
    try:
        return pack("typed", "back", kind, int(enabled), clocks)
    except ValueError:  # more times than can be chosen here, as a file may bring them
        return None


async def _change(
    visit: Visit,
    kind: Kind,
    change: Callable[[Reminder], None],
    view: Callable[[Translator, ReminderState, Earlier, Earlier], Message],
    *,
    needs_free_fluids: bool,
) -> None:
    """Change a reminder, plan it anew at once, and show it.

    Args:
        needs_free_fluids: drinks are not suggested to people who may have to limit them.
    """
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        await reminders.ensure_reminders(session, user)
        reminder = await reminders.reminder_of(session, user.id, kind, for_update=True)
        if reminder is None:
            raise LookupError(f"{kind} has no row")
        is_refused = needs_free_fluids and kind is Kind.HYDRATION and user.fluids is not Fluids.FREE
        earlier = (reminder.enabled, reminder.times)
        if not is_refused:
            change(reminder)
            if not reminder.enabled:
                await reminders.cancel_pending(session, user.id, kind)
            replan_reminder(reminder, user, visit.now)
            session.add(reminder)
            await session.flush()
        state = await _state(session, visit, user, kind)
        if is_refused:
            shown = messages.drinks_stay_off(tr, state)
        else:
            shown = view(tr, state, earlier, (reminder.enabled, reminder.times))
    await _present(visit, shown)


async def _state(session: Session, visit: Visit, user: User, kind: Kind) -> ReminderState:
    rows = await reminders.reminders_of(session, user.id)
    return next(state for state in states_of(rows, user, visit.now) if state.kind is kind)


async def on_back(visit: Visit, tap: Tap) -> None:
    """A reminder as it was before. The button carries that, so a second tap changes nothing."""
    kind, enabled, clocks = tap.word(0), tap.number(1), tap.word(2) or ""
    if kind not in set(Kind) - {Kind.CUSTOM} or enabled not in {0, 1}:
        await visit.toast()
        return
    times = _times(clocks)
    if clocks != NOTHING and times is None:
        await visit.toast()
        return

    def change(reminder: Reminder) -> None:
        reminder.enabled, reminder.times = enabled == 1, times

    await _change(
        visit,
        Kind(kind),
        change,
        lambda tr, state, _earlier, _now: messages.put_back(tr, state),
        needs_free_fluids=False,
    )


def _times(clocks: str) -> str | None:
    """Times of callback data in the form they are stored in; None for what are none."""
    try:
        found = tuple(time(int(part[:2]), int(part[2:])) for part in clocks.split("."))
    except ValueError:
        return None
    return format_times(found)


# Pause -------------------------------------------------------------------------------------------


async def _pause(visit: Visit, meaning: Pause) -> None:
    await visit.in_frame(lambda context: _pause_in_frame(context, meaning))


async def _pause_in_frame(context: Context, meaning: Pause) -> Replies:
    tr, local, user = context.tr, context.local_now, context.person
    if meaning.tonight:
        until: datetime | None = next_wake_time(context)
    elif meaning.until_on is not None:
        until = datetime.combine(meaning.until_on, next_wake_time(context).time())
    else:
        until = None
    if until is not None and not local < until <= local + LATEST_PAUSE:
        return ()
    undo = _way_back_from_pause(user)
    await pause_until(context, until)
    is_same = undo == _way_back_from_pause(user)
    shown = paused(tr, pause_words(tr, until))
    way_back = messages.with_way_back(tr, shown, None if is_same else undo)
    return present_with_keyboard(context, way_back)


def _way_back_from_pause(user: User) -> str:
    """Callback data that sets the pause, or that there is none, to what it was."""
    until = user.paused_until_at
    return pack("typed", "rest", int(user.paused), int(until.timestamp()) if until else NOTHING)


async def _resume(visit: Visit) -> None:
    await visit.in_frame(_resume_in_frame)


async def _resume_in_frame(context: Context) -> Replies:
    user, tr = context.person, context.tr
    undo = _way_back_from_pause(user)
    await resume(context)
    is_same = undo == _way_back_from_pause(user)
    shown = messages.with_way_back(tr, resumed(tr), None if is_same else undo)
    return present_with_keyboard(context, shown)


async def on_rest(visit: Visit, tap: Tap) -> None:
    """The pause as it was before, or none."""
    is_paused, seconds = tap.number(0), tap.number(1)
    if is_paused not in {0, 1} or not (tap.word(1) == NOTHING or seconds is not None):
        await visit.toast()
        return
    latest = (visit.now + LATEST_PAUSE).timestamp()
    if seconds is not None and not 0 < seconds <= latest:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        user.paused = is_paused == 1
        user.paused_until_at = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
        session.add(user)
        await replan(session, user, visit.now)
    until_at = user.paused_until_at
    is_over = not user.paused or (until_at is not None and until_at <= visit.now)
    if is_over:
        shown = resumed(tr)
    else:
        until = None if until_at is None else local_time(until_at, zone_of(user))
        shown = paused(tr, pause_words(tr, until))
    await _present(visit, shown)


# A night without cramps --------------------------------------------------------------------------


async def _no_cramps(visit: Visit, meaning: NoCramps) -> None:
    """Note it, unless that night has cramps in the diary."""
    night_on = meaning.night_on
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        back = local_time(visit.now, zone_of(user)).date() - night_on
        is_usable = timedelta(0) < back <= FURTHEST_BACK
        entries = await entries_between(session, user.id, night_on, night_on)
        if any(entry.event_type in COUNTED_CRAMPS for entry in entries):
            shown = messages.night_has_cramps(tr, night_on)
        else:
            earlier = await status_of(session, user.id, night_on)
            before = NOTHING if earlier in (None, NightStatus.NONE_LAST_NIGHT) else earlier
            undo = pack("typed", "night", f"{night_on:%Y%m%d}", before)
            if is_usable:
                await set_none(session, user.id, night_on, True, visit.now)
            shown = messages.no_cramps(tr, night_on, undo)
    if not is_usable:
        await visit.toast()
        return
    await _present(visit, shown)
    await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {night_on})


async def on_night(visit: Visit, tap: Tap) -> None:
    """What was said of a night before, or nothing."""
    night_on, word = parse_day(tap.word(0)), tap.word(1)
    if night_on is None or word not in {*NightStatus, NOTHING}:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        today = local_time(visit.now, zone_of(user)).date()
        is_usable = timedelta(0) < today - night_on <= FURTHEST_BACK
        if is_usable and word == NOTHING:
            await set_none(session, user.id, night_on, False, visit.now)
        elif is_usable and word is not None:
            await set_status(session, user.id, night_on, NightStatus(word), visit.now)
    if not is_usable:
        await visit.toast()
        return
    await visit.show(messages.no_cramps_taken_back(translator_for(user), night_on))
    await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {night_on})


FEATURE = Feature(
    name="typed",
    taps={
        "yes": on_yes,
        "no": on_no,
        "back": on_back,
        "rest": on_rest,
        "night": on_night,
    },
    guesses=(guess,),
)
