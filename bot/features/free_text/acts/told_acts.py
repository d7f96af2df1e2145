"""What people tell of an evening, as a typed sentence says: late caffeine, a stretch, drinks."""

from datetime import date, datetime, time, timedelta

from telegram import Update

from bot.database.stored_values import Habit, Kind
from bot.dispatch.planning import times_of
from bot.features.check_in import queries
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.acts.reminder_acts import ABSENT
from bot.features.free_text.meanings.further_values import DidHabit, HadCaffeine
from bot.features.reminders.queries import ensure_reminders, reminder_of
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say, Show

FURTHEST_BACK = timedelta(days=2)
USUAL_WAKE, USUAL_CUTOFF = time(7, 0), time(14, 0)
BEFORE_WAKE = timedelta(hours=3)
"""A coffee this long before the usual time of getting up belongs to the new morning."""
HABITS = frozenset({Habit.STRETCH_DONE, Habit.CAFFEINE_AFTER_CUTOFF, Habit.HYDRATION_DONE})
"""Habits that can be noted by typing."""
A_DAY = timedelta(days=1)


async def had_caffeine(context: Context, meaning: HadCaffeine) -> Replies:
    """Note late caffeine for its evening; what is drunk earlier in the day is not noted."""
    if not timedelta(0) <= context.now - meaning.at <= FURTHEST_BACK:
        return NOTHING
    local = local_time(meaning.at, context.zone)
    cutoff, wake = await _cutoff(context), context.person.wake_time or USUAL_WAKE
    since_wake = _since(wake, local)
    if since_wake < _since(wake, datetime.combine(local.date(), cutoff)) or (
        since_wake >= A_DAY - BEFORE_WAKE
    ):
        return [Say(messages.early_caffeine(context.tr, cutoff))]
    return await _note(context, context.nights.of(local), Habit.CAFFEINE_AFTER_CUTOFF)


async def _cutoff(context: Context) -> time:
    """From when on caffeine counts as late."""
    session, user = context.session, context.person
    await ensure_reminders(session, user)
    reminder = await reminder_of(session, user.id, Kind.CAFFEINE)
    times = times_of(reminder, user) if reminder is not None else ()
    return times[0] if times else USUAL_CUTOFF


def _since(wake: time, local: datetime) -> timedelta:
    """How long after the last time of getting up a wall-clock time is."""
    passed = local - datetime.combine(local.date(), wake)
    return passed % A_DAY


async def did_habit(context: Context, meaning: DidHabit) -> Replies:
    """Note that something was done on an evening."""
    evening_on = meaning.evening_on
    if meaning.habit not in HABITS or not _is_recent(context, evening_on):
        return NOTHING
    return await _note(context, evening_on, Habit(meaning.habit))


def _is_recent(context: Context, evening_on: date) -> bool:
    return -FURTHEST_BACK <= evening_on - context.today <= timedelta(0)


async def _note(context: Context, night_on: date, habit: Habit) -> Replies:
    session, user = context.session, context.person
    before = await queries.stated_habit(session, user.id, night_on, habit)
    await queries.set_habit(session, user.id, night_on, habit, True, context.now)
    known = ABSENT if before is None else int(before)
    undo = pack("typed", "habit", night_on, habit, known)
    shown = messages.habit_noted(context.tr, night_on, habit, undo)
    return [Say(shown), DiaryChanged({night_on})]


async def on_habit_back(_update: Update, context: Context) -> Replies:
    """Undo a note of an evening. Idempotent: the callback data has what was known before."""
    night_on, habit, known = context.tap.day(0), context.tap.word(1), context.tap.word(2)
    if night_on is None or habit not in HABITS or known not in {ABSENT, "0", "1"}:
        return NOTHING
    if not timedelta(0) <= context.today - night_on <= 7 * A_DAY:
        return NOTHING
    done = None if known == ABSENT else known == "1"
    session, user_id = context.session, context.person.id
    before = await queries.stated_habit(session, user_id, night_on, Habit(habit or ""))
    await queries.set_habit(session, user_id, night_on, Habit(habit or ""), done, context.now)
    undo = pack("typed", "habit", night_on, habit, ABSENT if before is None else int(before))
    return [Show(messages.habit_undone(context.tr, night_on, undo)), DiaryChanged({night_on})]
