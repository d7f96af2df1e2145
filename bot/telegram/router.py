"""From an update to the one handler it is for. The order of registration is the order of trying."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import (
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from bot.i18n.translator import available_languages, translator
from bot.identity import people as users
from bot.identity import strangers
from bot.telegram import sender
from bot.telegram.context import Deps, Feature, Handler, TapHandler, Visit
from bot.telegram.errors import on_error
from bot.telegram.intake import AnyApplication
from bot.telegram.message import Message, Tap, unpack
from bot.telegram.rate_limit import RateLimiter, Sort, Verdict

log = logging.getLogger(__name__)

MembershipHandler = Callable[[Deps, int, bool], Awaitable[None]]
"""Told who blocked the bot (True) or came back (False)."""
AnyContext = CallbackContext[Any, Any, Any, Any]
HERE = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR})
STRANGERS_IN_MEMORY = 10_000
"""Known without asking the database, so that those who keep on cost nothing."""


class Router:
    """Knows all features and finds the handler of an update."""

    def __init__(
        self,
        features: Sequence[Feature],
        deps: Deps,
        fallback: Handler,
        on_membership: MembershipHandler,
    ) -> None:
        self._deps = deps
        self.flood = RateLimiter()
        self._turned_away: OrderedDict[int, None] = OrderedDict()
        self._fallback = fallback
        self._membership = on_membership
        self._features = {feature.name: feature for feature in features}
        self._commands = _merge(feature.commands.items() for feature in features)
        self._starts = _merge(feature.starts.items() for feature in features)
        self._labels: dict[str, Handler] = {}
        for language in available_languages():
            for feature in features:
                self._labels.update(feature.labels(translator(language)))
        self._always_taken = frozenset(one for feature in features for one in feature.always_taken)
        self._guesses = [guess for feature in features for guess in feature.guesses]
        self._replies = [reply for feature in features for reply in feature.replies]
        self._on_location = next(
            (f.on_location for f in features if f.on_location is not None), fallback
        )
        self._on_document = next(
            (f.on_document for f in features if f.on_document is not None), fallback
        )

    def attach(self, application: AnyApplication) -> None:
        """Register with the Application. Private chats only, and only fresh messages.

        What Telegram itself notes in a chat, such as that something was pinned, is nobody's word.
        """
        private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        application.add_handler(
            MessageHandler(private & ~filters.StatusUpdate.ALL, self.on_message)
        )
        elsewhere = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.COMMAND
        application.add_handler(MessageHandler(elsewhere, self.on_elsewhere))
        application.add_handler(CallbackQueryHandler(self.on_tap))
        application.add_handler(
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER)
        )
        application.add_error_handler(on_error, block=True)

    def _visit(self, update: Update) -> Visit | None:
        person = update.effective_user
        if person is None or person.is_bot:
            return None
        return Visit(
            deps=self._deps,
            bot=update.get_bot(),
            user_id=person.id,
            language_code=person.language_code,
            now=self._deps.clock.now(),
            message=update.message,
            query=update.callback_query,
        )

    async def _admit(self, visit: Visit, sort: Sort, update_id: int, at: float) -> Visit | None:
        """Who may go on to a handler; None: nobody, and what there was to say is said."""
        verdict = self.flood.judge(visit.user_id, sort, update_id, at)
        allowed = self._deps.settings.allowed_user_ids
        if allowed and visit.user_id not in allowed:
            if verdict is Verdict.TAKE:
                await self._turn_away(visit)
            return None
        if verdict is Verdict.TAKE:
            return visit
        if sort is Sort.CRAMP:
            return replace(visit, is_hushed=True)
        if verdict is Verdict.SAY_SO:
            log.warning("a %s comes in a flood; more are left unread", sort.value)
            await _say_too_much(visit)
        return None

    async def _turn_away(self, visit: Visit) -> None:
        """A private bot answers a stranger once."""
        is_new = False
        if visit.user_id not in self._turned_away:
            async with visit.transaction() as session:
                is_new = await strangers.turn_away(session, visit.user_id, visit.now)
            self._remember(visit.user_id)
        _ = translator(visit.language_code).gettext
        if visit.query is not None:
            await visit.toast(_("This bot is private.") if is_new else None)
        elif is_new:
            await visit.say(Message(_("This bot is private. Its owner has to let you in.")))

    async def on_message(self, update: Update, _context: AnyContext) -> None:
        """A message of a person: a command, a keyboard button, a position or typed text."""
        visit = self._visit(update)
        message = update.message
        if visit is None or message is None:
            return
        text = message.text
        if text is not None:
            text = text.replace("\x00", "")  # no database takes it
        named = self._named(message, text)
        sort = Sort.CRAMP if named in self._always_taken else Sort.MESSAGE
        visit = await self._admit(visit, sort, update.update_id, message.date.timestamp())
        if visit is None:
            return
        if named is not None:
            await named(visit)
        elif message.document is not None:  # an exported file may well be forwarded
            await self._on_document(visit)
        elif message.forward_origin is not None:
            await self._fallback(visit)
        elif message.location is not None:
            await self._on_location(visit)
        elif text is None or text.startswith("/"):
            await self._fallback(visit)
        else:
            await self._typed(visit, text)

    def _named(self, message: TelegramMessage, text: str | None) -> Handler | None:
        """The handler that a command or a button of the keyboard names; forwarded, none does."""
        if text is None or message.forward_origin is not None:
            return None
        if not text.startswith("/"):
            return self._labels.get(text.strip())
        word, _, rest = text.removeprefix("/").partition(" ")
        name = word.partition("@")[0].casefold()
        linked = self._starts.get(rest.strip().partition("_")[0]) if name == "start" else None
        return linked or self._commands.get(name)

    async def _typed(self, visit: Visit, text: str) -> None:
        answered = visit.message.reply_to_message if visit.message else None
        if answered is not None:
            for reply in self._replies:
                if await reply(visit, answered.message_id, text):
                    return
        async with visit.transaction() as session:
            awaiting = await users.awaiting(session, visit.user_id)
        question = unpack(awaiting)
        if question is not None and question.feature in self._features:
            answer = self._features[question.feature].answers.get(question.verb)
            if answer is not None and await answer(visit, question, text):
                return
        for guess in self._guesses:
            if await guess(visit, text):
                return
        await self._fallback(visit)

    async def on_tap(self, update: Update, _context: AnyContext) -> None:
        """A tap on an inline button. Its data is the sender's word only."""
        visit = self._visit(update)
        query = update.callback_query
        if visit is None or query is None:
            return
        visit = await self._admit(visit, Sort.TAP, update.update_id, visit.now.timestamp())
        if visit is None:
            return
        chat = query.message.chat if query.message else None
        if chat is not None and chat.id != visit.user_id:
            await visit.toast()
            return
        tap = unpack(query.data)
        handler = self.tap_handler(tap) if tap else None
        if tap is None or handler is None:
            _ = translator(visit.language_code).gettext
            await visit.toast(_("This button is out of date."))
            return
        await handler(visit, tap)

    def tap_handler(self, tap: Tap) -> TapHandler | None:
        """The one handler of a button, or None for data that no button of ours carries."""
        feature = self._features.get(tap.feature)
        return feature.taps.get(tap.verb) if feature else None

    async def on_membership(self, update: Update, _context: AnyContext) -> None:
        """The person blocked the bot, or came back; or the bot was taken into a group."""
        change = update.my_chat_member
        if change is None:
            return
        if change.chat.type != ChatType.PRIVATE:
            if change.new_chat_member.status in HERE:
                await self._point_home(update)
            return
        if change.chat.id != change.from_user.id:
            return
        gone = change.new_chat_member.status in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
        await self._membership(self._deps, change.from_user.id, gone)

    async def on_elsewhere(self, update: Update, _context: AnyContext) -> None:
        """A command in a group."""
        await self._point_home(update)

    async def _point_home(self, update: Update) -> None:
        """Groups and channels are told once where a diary is at home: in a private chat."""
        visit, chat = self._visit(update), update.effective_chat
        if visit is None or chat is None or chat.id in self._turned_away:
            return
        allowed = self._deps.settings.allowed_user_ids
        if allowed and visit.user_id not in allowed:
            return
        async with visit.transaction() as session:
            is_new = await strangers.turn_away(session, chat.id, visit.now)
        self._remember(chat.id)
        if is_new:
            _ = translator(visit.language_code).gettext
            text = _("A diary is private, so I am of use in a private chat only: {link}")
            link = f"https://t.me/{visit.bot.username}"
            await sender.send(
                visit.bot, chat.id, Message(escape(text.format(link=link)), silent=True)
            )

    def _remember(self, chat_id: int) -> None:
        self._turned_away[chat_id] = None
        if len(self._turned_away) > STRANGERS_IN_MEMORY:
            self._turned_away.popitem(last=False)


async def _say_too_much(visit: Visit) -> None:
    """Once a flood: that not all of it was read."""
    _ = translator(visit.language_code).gettext
    if visit.query is not None:
        await visit.toast(_("That was a lot at once. Try again in a minute."))
        return
    text = _(
        "That was a lot at once, and I did not read all of it. I am listening again in a minute. "
        "Cramps I always take down."
    )
    await visit.say(Message(text, silent=True))


def _merge(parts: Iterable[Iterable[tuple[str, Handler]]]) -> dict[str, Handler]:
    merged: dict[str, Handler] = {}
    for part in parts:
        for name, handler in part:
            if name in merged:
                raise ValueError(f"/{name} has two handlers")
            merged[name] = handler
    return merged


__all__ = ["Router"]
