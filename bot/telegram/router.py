"""Which handler gets an update: the features' handlers in their order, then typed text.

Before any handler is called, strangers of a private bot and floods are turned away.
"""

# TRANSLATORS, ALL: Answers that any message may get.

import logging
import re
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
from bot.telegram.albums import instead_of_first_answer, note_album
from bot.telegram.changed_columns import changed_columns
from bot.telegram.context import Context, Deps, People
from bot.telegram.errors import on_error
from bot.telegram.feature import (
    Callback,
    Feature,
    FirstAnswer,
    ForAdmins,
    Outcome,
    Rest,
    own_texts,
)
from bot.telegram.frame import Frame, Work
from bot.telegram.message import Message
from bot.telegram.open_question import OpenQuestion, asked, in_place, taken
from bot.telegram.rate_limit import Decision, RateLimiter, UpdateKind
from bot.telegram.replayed import asked_then
from bot.telegram.replies import NOTHING, Replies, Say, Toast
from bot.telegram.typed_text import TypedText, is_own_text
from bot.telegram.update_handling import AnyApplication

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
        self._features = tuple(features)
        self._typed = TypedText(features)
        self._deps = deps
        self._frame = frame
        self._people = people
        self.rate_limiter = RateLimiter()
        self._turned_away: OrderedDict[int, None] = OrderedDict()
        self._unlimited = frozenset(one for feature in features for one in feature.unlimited)
        self._begins = frozenset(one for feature in features for one in feature.begins)
        self._for_anybody = frozenset(one for feature in features for one in feature.for_anybody)
        self._after_withdrawal = self._for_anybody.union(
            *(feature.after_withdrawal for feature in features)
        )
        self._entrance = next(one.entrance for one in features if one.entrance is not None)
        self._fallback = next(one.fallback for one in features if one.fallback is not None)

    def attach(self, application: AnyApplication) -> None:
        """Register with the Application. Private chats only, and only fresh messages.

        Service messages of Telegram, such as that something was pinned, are handled by nobody.
        """
        for feature in self._features:
            for handler in feature.handlers():
                if isinstance(handler, CallbackQueryHandler):
                    pattern = handler.pattern
                    if isinstance(pattern, re.Pattern):
                        self._typed.taps.append((pattern, handler.callback))
                self._typed.own_texts |= own_texts(handler)
                if handler.callback in self._unlimited:
                    self._typed.plain |= own_texts(handler)
                handler.callback = self._wrapped(handler.callback)
                application.add_handler(
                    ForAdmins(handler, self._deps.settings.is_admin)
                    if feature.is_for_admins
                    else handler
                )
        private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
        others = private & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(others, self._wrapped(self._on_other_message)))
        edited = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE
        application.add_handler(MessageHandler(edited, self._wrapped(self._on_edited_message)))
        in_group = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.COMMAND
        application.add_handler(MessageHandler(in_group, self.on_group_command))
        application.add_handler(CallbackQueryHandler(self._wrapped(self.on_unknown_tap)))
        application.add_handler(
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER)
        )
        application.add_error_handler(on_error, block=True)

    def _wrapped(self, callback: Callback) -> Wrapped:
        """The callback as the Application calls it: admitted, and inside the frame."""
        sort = UpdateKind.CRAMP if callback in self._unlimited else None

        async def handle(update: Update, context: Context) -> None:
            if not self._begin(update, context):
                return
            first = self._typed.first_answer(update)
            refusal = self._refusal(update, context, sort)
            if first is not None and (refusal is None or first.is_urgent):
                await self._answer_first(update, context, first, callback, refusal)
            elif update.edited_message is not None:
                if refusal is None:
                    await self._frame.run(
                        context, lambda ready: self._follow_edit(update, ready), loads_person=False
                    )
            elif refusal is None:
                await self._frame.run(context, lambda ready: self._called(callback, update, ready))
            elif refusal is not _ignore:
                await self._frame.run(context, refusal, loads_person=False)

        return handle

    async def _called(self, callback: Callback, update: Update, context: Context) -> Replies:
        """Call a handler, if the person has agreed that anything of them is stored.

        A command or a file closes what the person had opened (``users.on_screen``). A question with
        buttons stays open until the next update.
        """
        if not context.may_store:
            return await self._called_for_anybody(callback, update, context)
        context.asked_then = asked_then(context)
        context.question = taken(context)
        if context.message is not None and callback != self._on_other_message:
            context.clear_screen()
        if context.query is None:
            replies = await self._sent(callback, update, context)
        else:
            replies = await self._tapped(callback, update, context)
        return [*replies, *self._entrance.along(context)]

    async def _sent(self, callback: Callback, update: Update, context: Context) -> Replies:
        """Call the handler of a message, unless something has to be asked before it logs."""
        is_log = callback in self._unlimited
        asked = await self._entrance.before_log(context) if is_log else None
        return await callback(update, context) if asked is None else asked

    async def _tapped(self, callback: Callback, update: Update, context: Context) -> Replies:
        """Call the handler of a button, and tell the features which columns it has changed.

        If the handler returns nothing, as for a button of something that is gone, a few words are
        said.
        """
        with changed_columns(context.session) as changed:
            replies = await callback(update, context)
        for feature in self._features:
            if feature.after_tap is not None:
                feature.after_tap(context, frozenset(changed))
        return _in_words(context, replies)

    async def _called_for_anybody(
        self, callback: Callback, update: Update, context: Context
    ) -> Replies:
        """Call a handler for somebody of whom nothing may be stored, if that is allowed."""
        if not context.is_known and callback in self._begins and not self._deps.settings.is_open:
            await self._begin_person(context)
            return await callback(update, context)
        if callback in (self._after_withdrawal if context.is_known else self._for_anybody):
            return _in_words(context, await callback(update, context))
        return await self._entrance.instead(context, callback in self._unlimited)

    async def _begin_person(self, context: Context) -> None:
        """Add the row of somebody who begins."""
        context.person = await self._people.begin(
            context.session, context.sender_id, context.language_code, context.now
        )
        context.is_known = True

    async def _answer_first(
        self,
        update: Update,
        context: Context,
        first: FirstAnswer,
        callback: Callback,
        refusal: Work | None,
    ) -> None:
        """Give an urgent first answer, also to strangers and beyond the rate limit."""
        is_stranger = self._is_stranger(context)
        handler = None if callback == self._on_other_message else callback

        async def work(ready: Context) -> Replies:
            if is_stranger:
                refused = await refusal(ready) if refusal is not None else None
                return [*(refused or NOTHING), *await first.replies(ready, Outcome.STRANGER)]
            if not ready.may_store:
                return await self._answer_first_without_storing(update, ready, first, callback)
            if refusal is not None:
                return await first.replies(ready, Outcome.PLAIN)
            note_album(ready)
            return await self._typed.answer_first(update, ready, first, handler)

        await self._frame.run(context, work, loads_person=not is_stranger)

    async def _answer_first_without_storing(
        self, update: Update, context: Context, first: FirstAnswer, callback: Callback
    ) -> Replies:
        """Give an urgent first answer to somebody of whom nothing may be stored."""
        rest: Replies = NOTHING
        if first.rest in (Rest.EVERYTHING, Rest.FIRST) and context.message is not None:
            rest = await self._called_for_anybody(callback, update, context)
        if first.rest is Rest.FIRST:
            return rest
        return [*await first.replies(context, Outcome.NOT_AGREED), *rest]

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

    def _refusal(self, update: Update, context: Context, sort: UpdateKind | None) -> Work | None:
        """What is done instead of calling the handler; None: it may be called."""
        if context.query is not None:
            sort, at = sort or UpdateKind.TAP, context.now.timestamp()
        else:
            message = context.message
            at = (message.date if message is not None else context.now).timestamp()
            sort = sort or UpdateKind.MESSAGE
        verdict = self.rate_limiter.count(context.sender_id, sort, update.update_id, at)
        if self._is_stranger(context):
            return self._turn_away if verdict is Decision.ACCEPT else _ignore
        if verdict is not Decision.ACCEPT and sort is not UpdateKind.CRAMP:
            if verdict is Decision.REJECT:
                return _ignore
            log.warning("a %s comes in a flood; more are left unread", sort.value)
            return _say_too_much
        context.is_over_limit = verdict is not Decision.ACCEPT
        chat = context.query.message.chat if context.query and context.query.message else None
        if chat is not None and chat.id != context.sender_id:
            return _ignore
        return None

    def _is_stranger(self, context: Context) -> bool:
        """Whether the bot is private and the person is not one of those who may use it."""
        return not self._deps.settings.lets_in(context.sender_id)

    async def _turn_away(self, context: Context) -> Replies:
        """A private bot answers a stranger once."""
        is_new = await self._record_refusal(context, context.sender_id)
        _ = translator(context.language_code).gettext
        if context.query is not None:
            return [Toast(_("This bot is private."))] if is_new else NOTHING
        text = _("This bot is private. Its owner has to let you in.")
        return [Say(Message(text))] if is_new else NOTHING

    async def _record_refusal(self, context: Context, chat_id: int) -> bool:
        """Record that a chat was refused; False when it had been refused before."""
        if chat_id in self._turned_away:
            return False
        is_new = await self._people.turn_away(context.session, chat_id, context.now)
        if not is_new:  # what was just written is committed later, or rolled back
            self._turned_away[chat_id] = None
            if len(self._turned_away) > STRANGERS_IN_MEMORY:
                self._turned_away.popitem(last=False)
        return is_new

    async def _on_other_message(self, update: Update, context: Context) -> Replies:
        """Offer typed text to whoever may understand it; the fallback answers everything else.

        The words below a picture count as typed, and an album is answered once.
        """
        is_further = note_album(context)
        if is_further and not context.text:
            return NOTHING
        replies = await self._typed.understood(context) if is_own_text(context) else None
        if replies is None:
            replies = await self._fallback(update, context)
        return instead_of_first_answer(context, replies) if is_further else replies

    async def _follow_edit(self, update: Update, context: Context) -> Replies | None:
        """Handle an edited message of somebody who is known: an edit makes nobody known."""
        person = await self._people.find(context.session, context.sender_id)
        if person is None or person.consent_withdrawn_at is not None:
            return None
        context.person, context.is_known = person, True
        return await self._on_edited_message(update, context)

    async def _on_edited_message(self, update: Update, context: Context) -> Replies:
        """Offer the new text to the features that may have made something of the message."""
        edited = update.edited_message
        words = (edited.text or edited.caption) if edited is not None else None
        if edited is None or not words or edited.forward_origin is not None:
            return NOTHING
        text = words.replace("\x00", "")
        question = OpenQuestion.of(context.person)
        is_answer = bool(context.person.awaiting) or text.startswith("/")
        if question is not None and question.is_about(edited.message_id) and not is_answer:
            return await self._read_anew(update, context, question)
        return await self._typed.edited(context, edited.message_id, text) or NOTHING

    async def _read_anew(self, update: Update, context: Context, question: OpenQuestion) -> Replies:
        """Read an edited sentence as a new one; the answer replaces the old question."""
        context.message = update.edited_message
        context.clear_screen()
        taken(context)
        replies = await self._on_other_message(update, context)
        return in_place(question, asked(context, replies))

    async def on_unknown_tap(self, _update: Update, context: Context) -> Replies:
        """A tap on a button that no feature has any more."""
        _ = translator(context.language_code).gettext
        return [Toast(_("This button is out of date."))]

    async def on_membership(self, update: Update, context: Context) -> None:
        """The person blocked the bot, or came back; or the bot was added to a group."""
        change = update.my_chat_member
        if change is None or not self._begin(update, context):
            return
        if change.chat.type != ChatType.PRIVATE:
            if change.new_chat_member.status in INSIDE:
                await self._point_home(update, context)
            return
        if change.chat.id != change.from_user.id:
            return
        gone = change.new_chat_member.status in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}

        async def note(ready: Context) -> Replies:
            await self._people.set_blocked(ready.session, ready.sender_id, ready.now, blocked=gone)
            return NOTHING

        await self._frame.run(context, note, loads_person=False)

    async def on_group_command(self, update: Update, context: Context) -> None:
        """A command in a group."""
        if self._begin(update, context):
            await self._point_home(update, context)

    async def _point_home(self, update: Update, context: Context) -> None:
        """Groups and channels are told once that the bot works in a private chat."""
        chat = update.effective_chat
        if chat is None or self._is_stranger(context):
            return
        chat_id = chat.id

        async def work(ready: Context) -> Replies:
            if not await self._record_refusal(ready, chat_id):
                return NOTHING
            _ = translator(ready.language_code).gettext
            text = _("A diary is private, so please talk to me in a private chat: {link}")
            link = f"https://t.me/{ready.bot.username}"
            return [Say(Message(escape(text.format(link=link)), silent=True), to=chat_id)]

        await self._frame.run(context, work, loads_person=False)


def _in_words(context: Context, replies: Replies) -> Replies:
    """The replies; if there are none, a tap is answered in a few words."""
    if replies or context.query is None:
        return replies
    return [Toast(context.tr.gettext("There is nothing left to do here."))]


async def _ignore(_context: Context) -> Replies:
    """Stands for updates that are left out without an answer."""
    return NOTHING


async def _say_too_much(context: Context) -> Replies:
    """Say, once for each flood, that not all of it was read."""
    _ = translator(context.language_code).gettext
    if context.query is not None:
        return [Toast(_("That was a lot at once. Try again in a minute."))]
    text = _(
        "That was a lot at once, and I did not read all of it. Please try again in a minute. I "
        "always log cramps."
    )
    return [Say(Message(text, silent=True))]
