"""/pause and /resume."""

# TRANSLATORS, ALL: Answers that can be typed to "How long should I pause your reminders?", in lower
# case.

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from bot.dispatch.planning import is_paused_at
from bot.dispatch.replanning import replan
from bot.dispatch.schedule import instant_of
from bot.features.reminders import queries as reminders
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import ask, await_open_question
from bot.features.users.handlers.typed_days import day_ahead
from bot.features.users.messages import pause as messages
from bot.features.users.messages.place import unclear_day
from bot.i18n.vocabulary.folding import fold
from bot.telegram.context import Context
from bot.telegram.message import Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Occasion, Replies

DEFAULT_WAKE_TIME = time(7, 0)
"""When a pause ends in the morning for a person who has not set a wake time."""
LENGTHS = ("night", "week", "open")
"""The lengths of a pause in callback data; "open" lasts until it is ended by hand."""


def next_wake_time(context: Context) -> datetime:
    """The person's next wake time, as wall-clock time where they are."""
    local = context.local_now
    wake_at = datetime.combine(local.date(), _wake_time(context))
    return wake_at if wake_at > local else wake_at + timedelta(days=1)


def _wake_time(context: Context) -> time:
    return context.person.wake_time or DEFAULT_WAKE_TIME


async def on_pause_question(_update: Update, context: Context) -> Replies:
    """Ask how long reminders shall be paused."""
    return ask(context, "pause", messages.pause_question)


async def on_pause(_update: Update, context: Context) -> Replies:
    """Pause for the tapped length, or ask for a date."""
    length = context.tap.word(0)
    if length == "date":
        return ask(context, "pause", messages.pause_until_question)
    return await _pause_for(context, length) if length in LENGTHS else NOTHING


async def on_typed_pause(context: Context, _question: Tap, text: str) -> Replies:
    """Pause until the typed date, or by the typed label of one of the buttons."""
    _ = context.tr.gettext
    lengths = {
        fold(_("tonight")): "night",
        fold(_("a week")): "week",
        fold(_("until i resume")): "open",
    }
    length = lengths.get(fold(text).rstrip(".!"))
    if length is not None:
        return await _pause_for(context, length)
    until_on = day_ahead(context, text, context.zone)
    if until_on is None:
        return present_with_keyboard(context, unclear_day(context.tr))
    return await _confirm_pause(context, datetime.combine(until_on, _wake_time(context)))


async def _pause_for(context: Context, length: str) -> Replies:
    match length:
        case "night":
            until_local: datetime | None = next_wake_time(context)
        case "week":
            week_on = context.today + timedelta(days=7)
            until_local = datetime.combine(week_on, _wake_time(context))
        case _:
            until_local = None
    return await _confirm_pause(context, until_local)


async def _confirm_pause(context: Context, until_local: datetime | None) -> Replies:
    await pause_until(context, until_local)
    words = messages.pause_words(context.tr, until_local)
    return present_with_keyboard(context, messages.paused(context.tr, words))


async def pause_until(context: Context, until_local: datetime | None) -> None:
    """Pause all reminders, and cancel those that are under way.

    Args:
        context: whose reminders they are.
        until_local: the end, as wall-clock time where the person is; None: until resumed.
    """
    user = context.person
    user.paused, user.paused_until_at = True, None
    if until_local is not None:
        user.paused_until_at = instant_of(until_local, ZoneInfo(context.zone))
    await_open_question(user)
    await reminders.cancel_pending(context.session, user.id)
    await replan(context.session, user, context.now)


BACK = DiaryChanged(occasion=Occasion.BACK)
"""Warning signs that nobody was told of during the pause are mentioned when it ends."""


async def on_resume(_update: Update, context: Context) -> Replies:
    """End the pause, or say that there is none."""
    was_paused = is_paused_now(context)
    await resume(context)
    shown = (messages.resumed if was_paused else messages.not_paused)(context.tr)
    return [*present_with_keyboard(context, shown), BACK]


def is_paused_now(context: Context) -> bool:
    """Whether reminders are paused, by a pause that is not over yet."""
    return is_paused_at(context.person, context.now)


async def resume(context: Context) -> None:
    """End the pause and plan the reminders again."""
    user = context.person
    user.paused, user.paused_until_at = False, None
    await_open_question(user)
    await replan(context.session, user, context.now)
