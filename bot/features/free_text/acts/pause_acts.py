"""Typed sentences pause all reminders or resume them, with an Undo."""

from datetime import UTC, datetime, timedelta

from telegram import Update

from bot.database.models import User
from bot.dispatch.replanning import replan
from bot.features.free_text import messages
from bot.features.free_text.acts.reminder_acts import ABSENT
from bot.features.free_text.meanings.values import Pause
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.pause import (
    BACK,
    is_paused_now,
    next_wake_time,
    pause_until,
    resume,
)
from bot.features.users.messages.pause import not_paused, pause_words, paused, resumed
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, Replies

LATEST_PAUSE = timedelta(days=400)


async def pause(context: Context, meaning: Pause) -> Replies:
    tr, local, user = context.tr, context.local_now, context.person
    if meaning.tonight:
        until: datetime | None = next_wake_time(context)
    elif meaning.until_on is not None:
        clock = meaning.clock or next_wake_time(context).time()
        until = datetime.combine(meaning.until_on, clock)
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


async def end_pause(context: Context) -> Replies:
    user, tr = context.person, context.tr
    undo, was_paused = _undo_pause_data(user), is_paused_now(context)
    await resume(context)
    shown = messages.with_way_back(tr, resumed(tr), undo) if was_paused else not_paused(tr)
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
