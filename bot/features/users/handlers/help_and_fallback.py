"""/help, and the answer to messages that no feature handles."""

from datetime import timedelta

from telegram import Message as TelegramMessage
from telegram import Update

from bot.database.stored_values import SetupStep
from bot.features.cramps.health_texts import general_information
from bot.features.emergency_numbers.lookup import number_for
from bot.features.emergency_numbers.messages import in_an_emergency
from bot.features.users.handlers.keyboard import present_with_keyboard, with_keyboard
from bot.features.users.handlers.questions import (
    await_open_question,
    is_written_before,
    onboarding_question,
    show_question,
)
from bot.features.users.handlers.settings import current_pause
from bot.features.users.handlers.zone_choices import likely_choices, recognized_zone
from bot.features.users.messages.bed_wake_fluids import fluid_question
from bot.features.users.messages.menu_and_help import (
    help_card,
    not_heard,
    not_looked_at,
    not_understood,
)
from bot.features.users.messages.onboarding import asked_again
from bot.features.users.messages.place import zone_question
from bot.features.users.messages.settings import with_way_back
from bot.telegram.albums import album_of
from bot.telegram.context import Context
from bot.telegram.message import Message, pack
from bot.telegram.replies import NOTHING, OnSent, React, Replies, Say

UNREAD_SENT = "users.unread_sent"
SEEN = "👀"
SEEN_AGAIN_AFTER = timedelta(days=1)
"""How long a picture or a sticker gets a reaction instead of words."""
SPOKEN_AGAIN_AFTER = timedelta(minutes=10)
"""How long further recordings get no words."""


async def on_help(_update: Update, context: Context) -> Replies:
    """Show everything that the bot can do."""
    tr, is_paused = context.tr, current_pause(context) is not None
    information = general_information(tr, number_for(context.person))
    return present_with_keyboard(context, help_card(tr, information, paused=is_paused))


async def on_unknown(_update: Update, context: Context) -> Replies:
    """Repeat the open question, or else show examples of what can be typed."""
    user, tr = context.person, context.tr
    if context.text and is_written_before(context):
        return NOTHING  # it was written before the newest question, and answered an earlier one
    if user.setup_step is not SetupStep.DONE:
        shown = _repeated_question(context)
        await_open_question(user)
        return show_question(context, shown)
    if user.awaiting == pack("users", "fluids"):
        return present_with_keyboard(
            context, asked_again(tr, with_way_back(tr, fluid_question(tr)))
        )
    if context.message is not None and not context.text:
        return _unread(context, context.message)
    paused = current_pause(context) is not None
    return present_with_keyboard(context, not_understood(tr, paused=paused))


def _unread(context: Context, message: TelegramMessage) -> Replies:
    """Say what is read, once in a while: somebody who likes stickers need not hear it each time.

    Of a recording it is said again soon, as nobody hears the person, whatever they said.
    """
    user, told_at = context.person, context.person.unread_told_at
    is_spoken = any((message.voice, message.audio, message.video_note, message.video))
    silence = SPOKEN_AGAIN_AFTER if is_spoken else SEEN_AGAIN_AFTER
    if told_at is not None and context.now - told_at < silence:
        return NOTHING if is_spoken else [React(SEEN)]
    user.unread_told_at = context.now
    call = in_an_emergency(context.tr, number_for(user))
    shown = not_heard(context.tr, call) if is_spoken else not_looked_at(context.tr)
    return with_keyboard(context, [Say(shown, on_sent=answer_of_album(context))])


def answer_of_album(context: Context) -> OnSent | None:
    """Asks for the id of the answer to an album; None for a message that is not of one."""
    album = album_of(context)
    return None if album is None else OnSent(UNREAD_SENT, album)


async def on_unread_sent(context: Context, album_id: str, message_id: int) -> Replies:
    """Store which message answered an album: words below a later picture of it replace that."""
    if context.person.album_id == album_id:
        context.person.album_answer_message_id = message_id
    return NOTHING


def _repeated_question(context: Context) -> Message:
    """The question of the onboarding that waits for an answer; for a new person the welcome."""
    user, tr = context.person, context.tr
    if user.awaiting is None and user.setup_step is SetupStep.TIME_ZONE:
        return onboarding_question(context)
    if user.setup_step is not SetupStep.TIME_ZONE or recognized_zone(user) is not None:
        return asked_again(tr, onboarding_question(context))
    return asked_again(tr, zone_question(tr, likely_choices(context)))
