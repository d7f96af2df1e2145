"""The command menus of admins, which have further commands beside those of everybody.

The person's row notes which menu their chat has, so a start sends only what has changed. Somebody
who is no longer an admin gets the usual menu back.
"""

import hashlib
import json
import logging

from sqlmodel import col, select
from telegram import Bot, BotCommandScopeChat
from telegram.error import TelegramError

from bot.database.models import User
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.telegram.context import Deps
from bot.telegram.sender import UNREADABLE

log = logging.getLogger(__name__)


def menu_hash(deps: Deps, tr: Translator) -> str:
    """A hash of an admin's menu in a language, as the person's row notes it."""
    shown = [[one.command, one.description] for one in deps.admin_menu(tr)]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


async def set_admin_menus(deps: Deps, bot: Bot) -> None:
    """Set the menu of each admin who has a chat with the bot, and remove that of former admins.

    A failure is only logged: the commands work without a menu, and the next start tries again.
    """
    admins = [one for one in deps.settings.admin_user_ids if one > 0]  # others are groups
    async with deps.database.transaction() as session:
        found = [await session.get(User, one) for one in admins]
        former = await session.exec(
            select(User).where(col(User.admin_menu).is_not(None), col(User.id).not_in(admins))
        )
        people = [one for one in (*found, *former) if one is not None]
    for person in people:
        is_admin = deps.settings.is_admin(person.id)
        wanted = menu_hash(deps, translator_for(person)) if is_admin else None
        if person.admin_menu == wanted or person.blocked_at is not None:
            continue
        scope = BotCommandScopeChat(person.id)
        try:
            if is_admin:
                await bot.set_my_commands(deps.admin_menu(translator_for(person)), scope)
            else:
                await bot.delete_my_commands(scope)
        except (TelegramError, *UNREADABLE) as error:
            log.warning("an admin's command menu could not be set: %s", type(error).__name__)
            continue
        async with deps.database.transaction() as session:
            row = await session.get(User, person.id, with_for_update={"key_share": True})
            if row is not None:
                row.admin_menu = wanted
