"""The bot's profile in Telegram: command menu, descriptions and menu button."""

import logging
from collections.abc import Sequence

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import TelegramError

from bot.i18n.translator import SOURCE_LANGUAGE, Translator, available_languages, translator
from bot.telegram.feature import Feature

log = logging.getLogger(__name__)

COMMAND_ORDER = (
    "cramp",
    "summary",
    "history",
    "reminders",
    "experiment",
    "pause",
    "resume",
    "profile",
    "caregiver",
    "timezone",
    "language",
    "warnings",
    "learn",
    "report",
    "export",
    "help",
    "privacy",
    "delete",
    "start",
)
"""The order of the command menu: the most used commands first."""


def description(tr: Translator) -> str:
    """The description in an empty chat, above the start button; at most 512 characters."""
    _ = tr.gettext
    return _(
        "For people whose legs cramp at night.\n\n"
        "🌙 A kind nudge to stretch before bed, a last call for caffeine, a drink now and then.\n"
        "🦵 One tap logs a cramp, half asleep, without a sound.\n"
        "📊 Once a week, a picture of your nights.\n\n"
        "A reminder and a diary, not medical advice."
    )


def short_description(tr: Translator) -> str:
    """The description on the profile page and in shared links; at most 120 characters."""
    _ = tr.gettext
    return _("Night leg cramps: gentle reminders, a one-tap diary and a weekly picture.")


def commands(tr: Translator, features: Sequence[Feature]) -> list[BotCommand]:
    """The commands of the features, in the order of the menu."""
    texts = {name: text for feature in features for name, text in feature.descriptions(tr).items()}
    return [BotCommand(name, texts[name]) for name in COMMAND_ORDER if name in texts]


async def set_profile(bot: Bot, features: Sequence[Feature]) -> None:
    """Set the profile in every language. A failure is only logged: the bot works without it."""
    try:
        for language in available_languages():
            tr = translator(language)
            code = None if language == SOURCE_LANGUAGE else language.split("_", maxsplit=1)[0]
            await bot.set_my_commands(commands(tr, features), language_code=code)
            await bot.set_my_description(description(tr), language_code=code)
            await bot.set_my_short_description(short_description(tr), language_code=code)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except TelegramError as error:
        log.warning("the bot's profile could not be set: %s", type(error).__name__)
