"""/stats and /status for admins, and the list of everything that is for admins only."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram, for whoever runs the bot.

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from telegram import Update

from bot.features.administration import broadcast_handlers, messages
from bot.features.administration.broadcast_messages import FEATURE as NAME
from bot.i18n.translator import Translator
from bot.operations.state import read_state
from bot.operations.usage import count_usage
from bot.telegram.admin_menus import menu_hash
from bot.telegram.context import Context, Outside
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Message
from bot.telegram.replies import Replies, Say, SetCommands, rendering


async def on_stats(_update: Update, context: Context) -> Replies:
    """Show how much the bot is used, as counts without names."""
    return [*_menu(context), Say(rendering(_stats, context.tr))]


async def on_status(_update: Update, context: Context) -> Replies:
    """Show the bot's state: its version, what waits, who leads, the last backup, and trouble."""
    deps = context.deps
    up_for = None if deps.started_at is None else context.now - deps.started_at
    return [*_menu(context), Say(rendering(_status, context.tr, context.now, up_for))]


async def on_broadcast(update: Update, context: Context) -> Replies:
    """Begin a message to everybody, or show the one that is under way."""
    return [*_menu(context), *await broadcast_handlers.on_broadcast(update, context)]


def _menu(context: Context) -> Replies:
    """The command menu of admins, unless this chat has it: the start sets it for those it knows."""
    wanted = menu_hash(context.deps, context.tr)
    if context.person.admin_menu == wanted:
        return ()
    context.person.admin_menu = wanted
    return [SetCommands(context.deps.admin_menu(context.tr))]


# Made after the commit: they read the whole database, beside everybody else ----------------------


async def _stats(outside: Outside, tr: Translator) -> Message:
    deps = outside.deps
    return messages.stats(tr, await count_usage(deps.settings, deps.clock.now()))


async def _status(
    outside: Outside, tr: Translator, now: datetime, up_for: timedelta | None
) -> Message:
    deps = outside.deps
    return messages.status(tr, await read_state(deps.settings, deps.process, now), up_for)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "status": _("How the bot is"),
        "stats": _("How much the bot is used"),
        "broadcast": _("A message to everybody"),
    }


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("stats", on_stats),
        command("status", on_status),
        command("broadcast", on_broadcast),
        *taps(
            NAME,
            {
                "language": broadcast_handlers.on_language,
                "send": broadcast_handlers.on_send,
                "cancel": broadcast_handlers.on_cancel,
                "stop": broadcast_handlers.on_stop,
            },
        ),
    ]


FEATURE = Feature(
    name=NAME,
    handlers=_handlers,
    descriptions=_descriptions,
    answers={"text": broadcast_handlers.on_text},
    own_words=frozenset({"text"}),
    on_sent={broadcast_handlers.CARD_SENT: broadcast_handlers.on_card_sent},
    is_for_admins=True,
)
