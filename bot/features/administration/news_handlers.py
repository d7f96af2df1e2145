"""Turns messages to everybody off for one person: a button below each of them, and a setting."""

from collections.abc import Sequence

from telegram import Update

from bot.features.administration import news_messages
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, taps
from bot.telegram.replies import RemoveButtons, Replies, Show, Toast


async def on_stop(_update: Update, context: Context) -> Replies:
    """Send no more such messages; the tapped one stays, without its button."""
    context.person.wants_news = False
    said = Toast(news_messages.stopped(context.tr), alert=True)
    tapped = context.tapped_message_id
    return [said] if tapped is None else [said, RemoveButtons(tapped)]


async def on_setting(_update: Update, context: Context) -> Replies:
    """Show whether the person gets messages to everybody, and store the choice."""
    wanted = context.tap.word(0)
    if wanted in news_messages.CHOICES:
        context.person.wants_news = wanted == "on"
    return [Show(news_messages.choice(context.tr, gets=context.person.wants_news is not False))]


def _handlers() -> Sequence[AnyHandler]:
    return taps("news", {"stop": on_stop, "setting": on_setting})


FEATURE = Feature(name="news", handlers=_handlers)
