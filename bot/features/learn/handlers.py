"""/learn: cards to read. They change nothing; each stays in one message where it can."""

import asyncio
from collections.abc import Mapping, Sequence

from telegram import Update

from bot.features.cramps.messages.health_cards import warning
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import number_for
from bot.features.learn import messages
from bot.features.learn.cards import CARDS, NAMES
from bot.features.learn.drawings import draw
from bot.features.learn.messages import INDEX
from bot.i18n.translator import Translator
from bot.telegram.context import Context, Outside
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Message
from bot.telegram.replies import (
    NOTHING,
    Content,
    DeleteMessages,
    Replies,
    Say,
    Show,
    Toast,
    rendering,
)


def _card(tr: Translator, name: str, *, silent: bool = False) -> Content:
    """A card; one with a drawing is made after the commit."""
    if name in CARDS and CARDS[name].has_drawing:
        return rendering(_drawn_card, tr, name, silent)
    return messages.card(tr, name).quietly(silent)


async def _drawn_card(_outside: Outside, tr: Translator, name: str, silent: bool) -> Message:
    """A card with its drawing, which is made in a thread."""
    picture = await asyncio.to_thread(draw, name)
    return messages.card(tr, name, picture).quietly(silent)


def _gone(context: Context) -> Replies:
    return [Toast(messages.gone(context.tr))]


async def on_learn(_update: Update, context: Context) -> Replies:
    """Handle /learn and the button back to it: show all topics."""
    return context.present(messages.index(context.tr, number_for(context.person)))


async def on_card(_update: Update, context: Context) -> Replies:
    """Show a card in place of the previous one."""
    name = context.tap.word(0)
    return [Show(_card(context.tr, name))] if name in NAMES else _gone(context)


async def on_show(_update: Update, context: Context) -> Replies:
    """Show a card in a new message; the tapped one, such as a diary entry, stays."""
    name = context.tap.word(0)
    return [Say(_card(context.tr, name))] if name in NAMES else _gone(context)


async def on_leave(_update: Update, context: Context) -> Replies:
    """Replace a card that has a drawing with one that has none.

    Telegram cannot edit a picture into text, so the new card is sent without a sound, and then the
    old message is deleted.
    """
    name = context.tap.word(0)
    if name not in (INDEX, *NAMES):
        return _gone(context)
    if name == INDEX:
        shown: Content = messages.index(context.tr, number_for(context.person)).quietly(True)
    else:
        shown = _card(context.tr, name, silent=True)
    left = context.tapped_message_id
    return [Say(shown, then=[DeleteMessages((left,))] if left is not None else NOTHING)]


async def on_tier(_update: Update, context: Context) -> Replies:
    """Show the warning signs of a tier, below the card that names it."""
    try:
        tier = Tier(context.tap.word(0) or "")
    except ValueError:
        return NOTHING
    return [Say(warning(context.tr, tier, number_for(context.person)))]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"learn": tr.gettext("Short cards: relief, stretches, more")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("learn", on_learn),
        *taps(
            "learn",
            {
                "open": on_learn,
                "card": on_card,
                "show": on_show,
                "leave": on_leave,
                "tier": on_tier,
            },
        ),
    ]


FEATURE = Feature(name="learn", handlers=_handlers, descriptions=_descriptions)
