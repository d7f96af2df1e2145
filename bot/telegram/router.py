"""Which handler gets an update: the features' handlers in their order, then typed text.

Before any handler is called, strangers of a private bot and floods are turned away.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from html import escape
from typing import Any

from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from bot.i18n.translator import translator
from bot.telegram import sender
from bot.telegram.context import Context, Deps, People
from bot.telegram.errors import on_error
from bot.telegram.feature import Callback, Feature
from bot.telegram.frame import Frame
from bot.telegram.intake import AnyApplication
from bot.telegram.message import Message, unpack
from bot.telegram.rate_limit import RateLimiter, Sort, Verdict
from bot.telegram.replies import Replies

log = logging.getLogger(__name__)

INSIDE = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR})
"""States of the bot in a group that it was added to."""
STRANGERS_IN_MEMORY = 10_000
"""Strangers that are known without asking the database, so that repeated tries cost nothing."""
Wrapped = Callable[[Update, Context], Coroutine[Any, Any, None]]


class Router:
    """Registers all features' handlers with the Application and admits updates to them."""

    def __init__(
        self, features: Sequence[Feature], deps: Deps, frame: Frame, people: People
    ) -> None:
        self._features = {one.name: one for one in features}
        self._deps = deps
        self._frame = frame
        self._people = people
        self.rate_limiter = RateLimiter()
        self._turned_away: OrderedDict[int, None] = OrderedDict()
        self._unlimited = frozenset(one for feature in features for one in feature.unlimited)
        self._fallback = next(one.fallback for one in features if one.fallback is not None)

    def attach(self, application: AnyApplication) -> None:
        """Register with the Application. Private chats only, and only fresh messages.

        Service messages of Telegram, such as that something was pinned, are handled by nobody.
        """
        for feature in self._features.values():
            for handler in feature.handlers():
                handler.callback = self._wrapped(handler.callback)
                application.add_handler(handler)
        private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        others = private & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(others, self._wrapped(self._on_other_message)))
        in_group = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.COMMAND
        application.add_handler(MessageHandler(in_group, self.on_group_command))
        application.add_handler(CallbackQueryHandler(self.on_unknown_tap))
        application.add_handler(
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER)
        )
        application.add_error_handler(on_error, block=True)

    def _wrapped(self, callback: Callback) -> Wrapped:
        """The callback as the Application calls it: admitted, and inside the frame."""
        sort = Sort.CRAMP if callback in self._unlimited else None

        async def handle(update: Update, context: Context) -> None:
            if not self._begin(update, context) or not await self._admit(update, context, sort):
                return
            await self._frame.run(context, lambda ready: callback(update, ready))

        return handle

    def _begin(self, update: Update, context: Context) -> bool:
        """Fill in what is known before the transaction; False when no person sent the update."""
        person = update.effective_user
        if person is None or person.is_bot:
            return False
        context.deps, context.now = self._deps, self._deps.clock.now()
        context.telegram_update = update
        context.update_id = update.update_id
        context.sender_id, context.language_code = person.id, person.language_code
        context.message, context.query = update.message, update.callback_query
        return True

    async def _admit(self, update: Update, context: Context, sort: Sort | None) -> bool:
        """Whether the update may go on to its handler; if not, what there was to say is said."""
        if context.query is not None:
            sort, at = sort or Sort.TAP, context.now.timestamp()
        else:
            message = context.message
            at = (message.date if message is not None else context.now).timestamp()
            sort = sort or Sort.MESSAGE
        verdict = self.rate_limiter.judge(context.sender_id, sort, update.update_id, at)
        allowed = self._deps.settings.allowed_user_ids
        if allowed and context.sender_id not in allowed:
            if verdict is Verdict.TAKE:
                await self._turn_away(context)
            return False
        if verdict is not Verdict.TAKE and sort is not Sort.CRAMP:
            if verdict is Verdict.SAY_SO:
                log.warning("a %s comes in a flood; more are left unread", sort.value)
                await self._say_too_much(context)
            return False
        context.is_over_limit = verdict is not Verdict.TAKE
        chat = context.query.message.chat if context.query and context.query.message else None
        if chat is not None and chat.id != context.sender_id:
            await self._toast(context, None)
            return False
        return True

    async def _toast(self, context: Context, text: str | None) -> None:
        if context.query is not None:
            await sender.answer_tap(context.query, text)

    async def _say(self, context: Context, message: Message) -> None:
        await sender.patiently(lambda: sender.send(context.bot, context.sender_id, message))

    async def _turn_away(self, context: Context) -> None:
        """A private bot answers a stranger once."""
        is_new = False
        if context.sender_id not in self._turned_away:
            async with self._deps.database.transaction() as session:
                is_new = await self._people.turn_away(session, context.sender_id, context.now)
            self._remember(context.sender_id)
        _ = translator(context.language_code).gettext
        if context.query is not None:
            await self._toast(context, _("This bot is private.") if is_new else None)
        elif is_new:
            text = _("This bot is private. Its owner has to let you in.")
            await self._say(context, Message(text))

    async def _say_too_much(self, context: Context) -> None:
        """Once a flood: that not all of it was read."""
        _ = translator(context.language_code).gettext
        if context.query is not None:
            await self._toast(context, _("That was a lot at once. Try again in a minute."))
            return
        text = _(
            "That was a lot at once, and I did not read all of it. I am listening again in a "
            "minute. Cramps I always take down."
        )
        await self._say(context, Message(text, silent=True))

    async def _on_other_message(self, update: Update, context: Context) -> Replies:
        """Offer typed text to whoever may understand it; the fallback answers everything else."""
        message = context.message
        is_own_text = message is not None and message.text and message.forward_origin is None
        if is_own_text and not context.text.startswith("/"):
            replies = await self._understood(context)
            if replies is not None:
                return replies
        return await self._fallback(update, context)

    async def _understood(self, context: Context) -> Replies | None:
        """Typed text: a reply to a message, the answer to the open question, or a sentence."""
        text, features = context.text, self._features.values()
        replied_to = context.message.reply_to_message if context.message is not None else None
        if replied_to is not None:
            for reply in (one for feature in features for one in feature.replies):
                replies = await reply(context, replied_to.message_id, text)
                if replies is not None:
                    return replies
        question = unpack(context.person.awaiting)
        asking = self._features.get(question.feature) if question is not None else None
        answer = asking.answers.get(question.verb) if asking and question is not None else None
        if answer is not None and question is not None:
            replies = await answer(context, question, text)
            if replies is not None:
                return replies
        for guess in (one for feature in features for one in feature.guesses):
            replies = await guess(context, text)
            if replies is not None:
                return replies
        return None

    async def on_unknown_tap(self, update: Update, context: Context) -> None:
        """A tap on a button that no feature has any more."""
        if self._begin(update, context) and await self._admit(update, context, None):
            _ = translator(context.language_code).gettext
            await self._toast(context, _("This button is out of date."))

    async def on_membership(self, update: Update, context: Context) -> None:
        """The person blocked the bot, or came back; or the bot was added to a group."""
        change = update.my_chat_member
        if change is None:
            return
        if change.chat.type != ChatType.PRIVATE:
            if change.new_chat_member.status in INSIDE:
                await self._point_home(update, context)
            return
        if change.chat.id != change.from_user.id:
            return
        gone = change.new_chat_member.status in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
        now = self._deps.clock.now()
        async with self._deps.database.transaction() as session:
            await self._people.set_blocked(session, change.from_user.id, now, blocked=gone)

    async def on_group_command(self, update: Update, context: Context) -> None:
        """A command in a group."""
        await self._point_home(update, context)

    async def _point_home(self, update: Update, context: Context) -> None:
        """Groups and channels are told once that the bot works in a private chat."""
        chat = update.effective_chat
        if chat is None or chat.id in self._turned_away or not self._begin(update, context):
            return
        allowed = self._deps.settings.allowed_user_ids
        if allowed and context.sender_id not in allowed:
            return
        async with self._deps.database.transaction() as session:
            is_new = await self._people.turn_away(session, chat.id, context.now)
        self._remember(chat.id)
        if is_new:
            _ = translator(context.language_code).gettext
            text = _("A diary is private, so I am of use in a private chat only: {link}")
            link = f"https://t.me/{context.bot.username}"
            await sender.send(
                context.bot, chat.id, Message(escape(text.format(link=link)), silent=True)
            )

    def _remember(self, chat_id: int) -> None:
        self._turned_away[chat_id] = None
        if len(self._turned_away) > STRANGERS_IN_MEMORY:
            self._turned_away.popitem(last=False)
