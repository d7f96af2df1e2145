"""The language and the clock, as a typed sentence says, with the way back."""

from dataclasses import replace

from telegram import Update

from bot.features.free_text.meanings.further_values import SetHours, SetLanguage
from bot.features.free_text.messages import with_way_back
from bot.features.language.handlers import choose, choose_clock
from bot.features.language.messages import FOLLOW
from bot.telegram.context import Context
from bot.telegram.message import Message, pack
from bot.telegram.replies import NOTHING, Replies, Say, Show


async def set_language(context: Context, meaning: SetLanguage) -> Replies:
    """Speak another language from now on; what is said is in the new one."""
    before = context.person.chosen_language or FOLLOW
    replies = choose(context, meaning.code)
    return _with_way_back(context, replies, pack("typed", "lang", before))


async def on_language_back(_update: Update, context: Context) -> Replies:
    """Undo the choice of a language. Idempotent: the callback data has the previous one."""
    before = context.person.chosen_language or FOLLOW
    replies = choose(context, context.tap.word(0))
    return _with_way_back(context, replies, pack("typed", "lang", before))


async def set_hours(context: Context, meaning: SetHours) -> Replies:
    """Show times with 12 or 24 hours from now on."""
    undo = pack("typed", "hours", context.person.hour_cycle or 0)
    return _with_way_back(context, choose_clock(context, str(meaning.hours)), undo)


async def on_clock_back(_update: Update, context: Context) -> Replies:
    """Undo the choice of a clock. Idempotent: the callback data has the previous one."""
    undo = pack("typed", "hours", context.person.hour_cycle or 0)
    return _with_way_back(context, choose_clock(context, context.tap.word(0)), undo)


def _with_way_back(context: Context, replies: Replies, undo: str) -> Replies:
    """The replies with an Undo on the card that they show."""
    if not replies:
        return NOTHING
    first, *others = replies
    if isinstance(first, Say | Show) and isinstance(first.content, Message):
        first = replace(first, content=with_way_back(context.tr, first.content, undo))
    return [first, *others]
