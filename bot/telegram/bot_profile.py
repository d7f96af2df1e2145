"""The bot's profile in Telegram: command menu, descriptions and menu button."""

# TRANSLATORS, ALL: The profile of the bot in Telegram; at most 512 and 120 characters.

import hashlib
import json
import logging
from collections.abc import Sequence

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import TelegramError

from bot import __version__
from bot.database.engine import Database
from bot.database.facts import set_fact
from bot.database.models import Fact
from bot.i18n.translator import SOURCE_LANGUAGE, Translator, available_languages, translator
from bot.telegram.feature import Feature
from bot.telegram.sender import UNREADABLE

log = logging.getLogger(__name__)

FACT = "bot_profile"
"""Name of the row of ``facts`` with the fingerprint of the profile that was set last."""
COMMAND_ORDER = (
    "cramp",
    "relief",
    "stretch",
    "summary",
    "history",
    "reminders",
    "settings",
    "experiment",
    "pause",
    "resume",
    "stop",
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
    "status",
    "stats",
    "broadcast",
)
"""The order of the command menu: the most used commands first."""


def description(tr: Translator) -> str:
    """The description in an empty chat, above the start button; at most 512 characters."""
    _ = tr.gettext
    return _(
        "For people whose legs cramp at night.\n\n🌙 A gentle reminder to stretch before bed, a "
        "last call for caffeine, a drink now and then.\n🦵 One tap logs a cramp, half asleep, "
        "without a sound.\n📊 Once a week, a picture of your nights.\n\nA reminder and a diary, "
        "not medical advice."
    )


def short_description(tr: Translator) -> str:
    """The description on the profile page and in shared links; at most 120 characters."""
    _ = tr.gettext
    return _("Night leg cramps: gentle reminders, a one-tap diary and a weekly picture.")


def commands(
    tr: Translator, features: Sequence[Feature], *, is_admin: bool = False
) -> list[BotCommand]:
    """The commands of the features, in the order of the menu; those of admins only for an admin."""
    shown = (feature for feature in features if is_admin or not feature.is_for_admins)
    texts = {name: text for feature in shown for name, text in feature.descriptions(tr).items()}
    return [BotCommand(name, texts[name]) for name in COMMAND_ORDER if name in texts]


def fingerprint(bot_id: int, features: Sequence[Feature]) -> str:
    """A hash of everything that :func:`set_profile` sets, of the bot's id and of the version."""
    texts = [
        [
            language,
            [[command.command, command.description] for command in commands(tr, features)],
            description(tr),
            short_description(tr),
        ]
        for language in available_languages()
        for tr in [translator(language)]
    ]
    return hashlib.sha256(json.dumps([bot_id, __version__, texts]).encode()).hexdigest()


async def set_profile(bot: Bot, database: Database, features: Sequence[Feature]) -> None:
    """Set the profile in every language, unless this database's bot has the same one already.

    A failure is only logged, because the bot works without a profile; the next start tries again.
    """
    wanted = fingerprint(bot.id, features)
    async with database.transaction() as session:
        fact = await session.get(Fact, FACT)
    if fact is not None and fact.value == wanted:
        return
    try:
        for language in available_languages():
            tr = translator(language)
            code = None if language == SOURCE_LANGUAGE else language.split("_", maxsplit=1)[0]
            await bot.set_my_commands(commands(tr, features), language_code=code)
            await bot.set_my_description(description(tr), language_code=code)
            await bot.set_my_short_description(short_description(tr), language_code=code)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except (TelegramError, *UNREADABLE) as error:
        log.warning("the bot's profile could not be set: %s", type(error).__name__)
        return
    async with database.transaction() as session:
        await set_fact(session, FACT, wanted)
