"""/language: the language of every text, and the clock with 12 or 24 hours."""

import logging
from collections.abc import Callable, Mapping

from telegram import BotCommandScopeChat
from telegram.error import TelegramError

from bot.database.models import User
from bot.features.language import messages
from bot.features.language.messages import FOLLOW
from bot.features.users.handlers import present
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator, available_languages
from bot.identity.presence import load
from bot.telegram.context import Feature, Visit
from bot.telegram.message import Message, Tap

log = logging.getLogger(__name__)


def _card(user: User) -> Message:
    return messages.card(translator_for(user), user.chosen_language, user.hour_cycle)


async def on_command(visit: Visit) -> None:
    """/language: what holds, and what there is."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await present(visit, user, _card(user))


async def on_open(visit: Visit, _tap: Tap) -> None:
    """The same from the settings card."""
    await on_command(visit)


async def on_set(visit: Visit, tap: Tap) -> None:
    """A language was chosen: the card, the keyboard and the command menu follow."""
    code = tap.word(0)
    if code != FOLLOW and code not in available_languages():
        await visit.toast()
        return

    def choose(user: User) -> None:
        before = translator_for(user).language
        user.chosen_language = None if code == FOLLOW else code
        if translator_for(user).language != before:
            user.keyboard_sent_at = None  # its labels are in the other language

    user = await _change(visit, choose)
    await _set_commands(visit, user)


async def on_clock(visit: Visit, tap: Tap) -> None:
    """12 or 24 hours, or as the country has it."""
    hours = {"12": 12, "24": 24, "0": None}
    word = tap.word(0) or ""
    if word not in hours:
        await visit.toast()
        return

    def choose(user: User) -> None:
        user.hour_cycle = hours[word]

    await _change(visit, choose)


async def _change(visit: Visit, choose: Callable[[User], None]) -> User:
    async with visit.transaction() as session:
        user = await load(session, visit)
        choose(user)
        session.add(user)
    await present(visit, user, _card(user))
    return user


async def _set_commands(visit: Visit, user: User) -> None:
    """Telegram shows its own language's menu unless this chat has one of its own."""
    scope = BotCommandScopeChat(visit.user_id)
    try:
        if user.chosen_language is None:
            await visit.bot.delete_my_commands(scope)
        else:
            commands = visit.deps.command_menu(translator_for(user))
            await visit.bot.set_my_commands(commands, scope)
    except TelegramError as error:
        log.warning("the command menu could not be set: %s", type(error).__name__)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"language": tr.gettext("Language and clock")}


FEATURE = Feature(
    name="language",
    commands={"language": on_command},
    descriptions=_descriptions,
    taps={"open": on_open, "set": on_set, "clock": on_clock},
)
