"""/learn: cards to read. They change nothing; each stays in one message where it can."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from telegram import Update

from bot.drawing.stretches import draw
from bot.drawing.themes import theme_of
from bot.features.cramps.handlers.warnings import warning_card
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import number_for
from bot.features.health_profile.gate_messages import QUESTIONS, gate_question
from bot.features.health_profile.shut_gates import shut_gates
from bot.features.learn import messages
from bot.features.learn.cards import TOPICS, card_named
from bot.features.learn.messages import INDEX, MORE, TOPIC
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


async def card_content(
    context: Context, name: str, *, is_long: bool = False, silent: bool = False
) -> Content:
    """A card for the person, by one of its codes; one with a drawing is made after the commit.

    Typed questions are answered with it, too.
    """
    shut = await shut_gates(context.session, context.person)
    card = messages.card(context.tr, name, shut, is_long=is_long).quietly(silent)
    drawing = messages.drawing_of(name, shut)
    return (
        card
        if drawing is None
        else rendering(_with_drawing, card, drawing, context.person.light_pictures)
    )


async def _with_drawing(
    _outside: Outside, card: Message, drawing: str, light: bool | None = None
) -> Message:
    """A card with its drawing, which is made in a thread."""
    return replace(card, picture=await asyncio.to_thread(draw, drawing, theme_of(light=light)))


def _gone(context: Context) -> Replies:
    return [Toast(messages.gone(context.tr))]


async def on_learn(_update: Update, context: Context) -> Replies:
    """Handle /learn and the button back to it: show all topics. A word names a card."""
    name = card_named(context.argument.casefold()) if context.query is None else None
    if name is not None:
        return [Say(await card_content(context, name))]
    return context.present(messages.index(context.tr, number_for(context.person)))


async def on_topic(_update: Update, context: Context) -> Replies:
    """Show the cards of a topic in place of the index."""
    code = context.tap.word(0)
    if code not in TOPICS:
        return _gone(context)
    shut = await shut_gates(context.session, context.person)
    return [Show(messages.topic(context.tr, code, shut))]


async def on_card(_update: Update, context: Context) -> Replies:
    """Show a card, its first lines or all of it, in place of the previous one."""
    name = card_named(context.tap.word(0))
    if name is None:
        return _gone(context)
    return [Show(await card_content(context, name, is_long=context.tap.word(1) == MORE))]


async def on_show(_update: Update, context: Context) -> Replies:
    """Show a card in a new message; the tapped one, such as a diary entry, stays."""
    name = card_named(context.tap.word(0))
    return _gone(context) if name is None else [Say(await card_content(context, name))]


async def on_leave(_update: Update, context: Context) -> Replies:
    """Replace a card that has a drawing with one that has none.

    Telegram cannot edit a picture into text, so the new card is sent without a sound, and then the
    old message is deleted.
    """
    shown = await _left_for(context)
    if shown is None:
        return _gone(context)
    left = context.tapped_message_id
    return [Say(shown, then=[DeleteMessages((left,))] if left is not None else NOTHING)]


async def _left_for(context: Context) -> Content | None:
    """What replaces a card with a drawing; None when the button names nothing that exists."""
    target, detail = context.tap.word(0), context.tap.word(1)
    if target == INDEX:
        return messages.index(context.tr, number_for(context.person)).quietly(True)
    if target == TOPIC:
        if detail not in TOPICS:
            return None
        shut = await shut_gates(context.session, context.person)
        return messages.topic(context.tr, detail, shut).quietly(True)
    name = card_named(target)
    return None if name is None else await card_content(context, name, silent=True)


async def on_ask(_update: Update, context: Context) -> Replies:
    """Ask the question whose answer a card lacks, below the card."""
    gate = context.tap.word(0) or ""
    return [Say(gate_question(context.tr, gate))] if gate in QUESTIONS else NOTHING


async def on_tier(_update: Update, context: Context) -> Replies:
    """Show the warning signs of a tier, below the card that names it."""
    try:
        tier = Tier(context.tap.word(0) or "")
    except ValueError:
        return NOTHING
    return [Say(await warning_card(context, tier))]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"learn": tr.gettext("Short cards: relief, stretches, more")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("learn", on_learn),
        *taps(
            "learn",
            {
                "open": on_learn,
                "topic": on_topic,
                "card": on_card,
                "show": on_show,
                "leave": on_leave,
                "ask": on_ask,
                "tier": on_tier,
            },
        ),
    ]


FEATURE = Feature(name="learn", handlers=_handlers, descriptions=_descriptions)
