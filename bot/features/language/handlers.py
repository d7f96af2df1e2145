"""/language: the language of all texts, and a clock with 12 or 24 hours."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence

from telegram import Update

from bot.features.language import messages
from bot.features.language.messages import FOLLOW
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.i18n.translator import Translator, available_languages
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.replies import NOTHING, Replies, SetCommands

HOUR_CYCLES = {"12": 12, "24": 24, "0": None}
"""Callback data → hours of the clock; None follows the person's country."""


def _show_card(context: Context) -> Replies:
    user = context.person
    card = messages.card(context.tr, user.chosen_language, user.hour_cycle)
    return present_with_keyboard(context, card)


async def on_open(_update: Update, context: Context) -> Replies:
    """Show the current language and clock, and what can be chosen."""
    return _show_card(context)


async def on_set(_update: Update, context: Context) -> Replies:
    """Store the chosen language; card, keyboard and command menu are sent in it."""
    return choose(context, context.tap.word(0))


def choose(context: Context, code: str | None) -> Replies:
    """Choose a language, by its code, or that of the phone. Also called for typed sentences."""
    user = context.person
    if code != FOLLOW and code not in available_languages():
        return NOTHING
    language_before = context.tr.language
    user.chosen_language = None if code == FOLLOW else code
    if context.tr.language != language_before:
        user.keyboard_sent_at = None  # its labels are in the other language
    return [*_show_card(context), _command_menu(context)]


def _command_menu(context: Context) -> SetCommands:
    """This chat's command menu; without a chosen language Telegram shows the default one."""
    if context.is_admin:
        return SetCommands(context.deps.admin_menu(context.tr))
    if context.person.chosen_language is None:
        return SetCommands(None)
    return SetCommands(context.deps.command_menu(context.tr))


async def on_clock(_update: Update, context: Context) -> Replies:
    """Store the chosen clock."""
    return choose_clock(context, context.tap.word(0))


def choose_clock(context: Context, hours: str | None) -> Replies:
    """Choose a clock, by a key of ``HOUR_CYCLES``. Also called for typed sentences."""
    if hours is None or hours not in HOUR_CYCLES:
        return NOTHING
    context.person.hour_cycle = HOUR_CYCLES[hours]
    return _show_card(context)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"language": tr.gettext("Language and clock")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("language", on_open),
        *taps("language", {"open": on_open, "set": on_set, "clock": on_clock}),
    ]


FEATURE = Feature(name="language", handlers=_handlers, descriptions=_descriptions)
