"""Which handler gets an update: the features' handlers in their order, then typed text.

Before any handler is called, strangers of a private bot and floods are turned away.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from html import escape
from typing import Any, TypeVar

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    filters,
)

from bot.i18n.translator import available_languages, translator
from bot.telegram import context as legacy
from bot.telegram import sender
from bot.telegram.context import Context, Deps, Handler, People, Visit
from bot.telegram.errors import on_error
from bot.telegram.feature import Callback, Feature, start_link
from bot.telegram.frame import Frame, Work
from bot.telegram.intake import AnyApplication
from bot.telegram.message import Message, unpack
from bot.telegram.rate_limit import RateLimiter, Sort, Verdict

log = logging.getLogger(__name__)

INSIDE = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR})
"""States of the bot in a group that it was added to."""
STRANGERS_IN_MEMORY = 10_000
"""Strangers that are known without asking the database, so that repeated tries cost nothing."""
Wrapped = Callable[[Update, Context], Coroutine[Any, Any, None]]
Item = TypeVar("Item")


class Router:
    """Registers all features' handlers with the Application and admits updates to them."""

    def __init__(
        self,
        features: Sequence[Feature | legacy.Feature],
        deps: Deps,
        frame: Frame,
        people: People,
    ) -> None:
        self._deps = deps
        self._frame = frame
        self._people = people
        self.rate_limiter = RateLimiter()
        self._turned_away: OrderedDict[int, None] = OrderedDict()
        self._features = {one.name: one for one in features}
        self._new = [one for one in features if isinstance(one, Feature)]
        self._old = {one.name: one for one in features if isinstance(one, legacy.Feature)}
        old = list(self._old.values())
        self._commands = _merge(feature.commands.items() for feature in old)
        self._starts = _merge(feature.starts.items() for feature in old)
        self._labels: dict[str, Handler] = {}
        for language in available_languages():
            for feature in old:
                self._labels.update(feature.labels(translator(language)))
        self._always_taken = frozenset(one for feature in old for one in feature.always_taken)
        self._unlimited = frozenset(one for feature in self._new for one in feature.unlimited)
        self._fallback = next(one.fallback for one in features if one.fallback is not None)

    def attach(self, application: AnyApplication) -> None:
        """Register with the Application. Private chats only, and only fresh messages.

        Service messages of Telegram, such as that something was pinned, are handled by nobody.
        """
        for name in self._starts:  # before /start without a parameter
            application.add_handler(start_link(name, self.on_message))  # type: ignore[arg-type]
        for feature in self._new:
            for handler in feature.handlers():
                handler.callback = self._wrapped(handler.callback)
                application.add_handler(handler)
        private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        application.add_handler(
            MessageHandler(private & ~filters.StatusUpdate.ALL, self.on_message)
        )
        in_group = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.COMMAND
        application.add_handler(MessageHandler(in_group, self.on_group_command))
        application.add_handler(CallbackQueryHandler(self.on_tap))
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

    def _visit(self, context: Context) -> Visit:
        return Visit(
            deps=self._deps,
            bot=context.bot,
            user_id=context.sender_id,
            language_code=context.language_code,
            now=context.now,
            message=context.message,
            query=context.query,
            frame=self._frame,
            is_hushed=context.is_over_limit,
        )

    async def on_message(self, update: Update, context: Context) -> None:
        """A message that no handler of a feature took: typed text, or something unknown."""
        message = update.message
        if message is None or not self._begin(update, context):
            return
        text = message.text.replace("\x00", "") if message.text is not None else None
        named = self._named(message, text)
        sort = Sort.CRAMP if named in self._always_taken else None
        if not await self._admit(update, context, sort):
            return
        visit = self._visit(context)
        on_document = next((f.on_document for f in self._old.values() if f.on_document), None)
        on_location = next((f.on_location for f in self._old.values() if f.on_location), None)
        if named is not None:
            await named(visit)
        elif message.document is not None and on_document is not None:
            await on_document(visit)
        elif message.forward_origin is not None:
            await self._fall_back(update, context)
        elif message.location is not None and on_location is not None:
            await on_location(visit)
        elif text is None or text.startswith("/") or not await self._typed(context, text):
            await self._fall_back(update, context)

    async def _fall_back(self, update: Update, context: Context) -> None:
        fallback: Any = self._fallback
        if any(one.fallback is fallback for one in self._old.values()):
            await fallback(self._visit(context))
        else:
            await self._frame.run(context, lambda ready: fallback(update, ready))

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

    async def _typed(self, context: Context, text: str) -> bool:
        """Offer typed text to whoever may understand it: replies, the open question, guesses."""
        for offer in await self._offers(context, text):
            if await offer():
                return True
        return False

    async def _offers(self, context: Context, text: str) -> list[Callable[[], Awaitable[bool]]]:
        offers: list[Callable[[], Awaitable[bool]]] = []
        visit = self._visit(context)
        replied = context.message.reply_to_message if context.message else None

        def new(work: Work) -> None:
            offers.append(lambda: self._frame.run(context, work))

        def old(call: Callable[[], Awaitable[bool]]) -> None:
            offers.append(call)

        if replied is not None:
            message_id = replied.message_id
            for feature in self._features.values():
                for reply in feature.replies:
                    if isinstance(feature, Feature):
                        new(lambda c, f=reply: f(c, message_id, text))  # type: ignore[misc]
                    else:
                        old(lambda f=reply: f(visit, message_id, text))  # type: ignore[misc]
        async with self._deps.database.transaction() as session:
            awaiting = await self._people.awaiting(session, context.sender_id)
        question = unpack(awaiting)
        asking = self._features.get(question.feature) if question is not None else None
        if question is not None and asking is not None:
            answer: Any = asking.answers.get(question.verb)
            if answer is not None and isinstance(asking, Feature):
                new(lambda c: answer(c, question, text))
            elif answer is not None:
                old(lambda: answer(visit, question, text))
        for feature in self._features.values():
            for guess in feature.guesses:
                if isinstance(feature, Feature):
                    new(lambda c, f=guess: f(c, text))  # type: ignore[misc]
                else:
                    old(lambda f=guess: f(visit, text))  # type: ignore[misc]
        return offers

    async def on_tap(self, update: Update, context: Context) -> None:
        """A tap on a button that no feature has any more."""
        if not self._begin(update, context) or not await self._admit(update, context, None):
            return
        tap = unpack(update.callback_query.data if update.callback_query else None)
        feature = self._old.get(tap.feature) if tap is not None else None
        handler = feature.taps.get(tap.verb) if feature is not None and tap is not None else None
        if tap is None or handler is None:
            _ = translator(context.language_code).gettext
            await self._toast(context, _("This button is out of date."))
            return
        await handler(self._visit(context), tap)

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


def _merge(parts: Iterable[Iterable[tuple[str, Handler]]]) -> dict[str, Handler]:
    merged: dict[str, Handler] = {}
    for part in parts:
        for name, handler in part:
            if name in merged:
                raise ValueError(f"/{name} has two handlers")
            merged[name] = handler
    return merged
