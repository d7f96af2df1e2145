"""Sends the replies that an update's transaction has stored, one after another.

Each step takes the first reply off the list and may put further ones in its place. Something that
follows a reply and changes rows is a transaction of its own, which stores the rest of the list. So
a process that is killed between two replies repeats at most a message, and never an effect.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from types import MappingProxyType

from telegram import Bot, BotCommandScopeChat
from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from bot.database.errors import is_database_unreachable
from bot.telegram import sender
from bot.telegram.context import Context, Deps, Outside
from bot.telegram.current_update import NotHeldError
from bot.telegram.errors import apologise
from bot.telegram.feature import SentCallback
from bot.telegram.frame import Frame
from bot.telegram.message import Message
from bot.telegram.replies import (
    Afterwards,
    ClearChat,
    Content,
    DeleteMessages,
    DiaryChanged,
    Edit,
    EditCaption,
    MessageSent,
    OnSent,
    React,
    RemoveButtons,
    Rendering,
    Replies,
    Reply,
    Say,
    SetCommands,
    Show,
    Toast,
    Typing,
)
from bot.telegram.sender import Failed, NotSent, Outcome, RetryLater, Sent
from bot.telegram.sent_ids import SentId, SentIdWriter, StoreSentIds
from bot.telegram.stored_replies import Unsent

log = logging.getLogger(__name__)

OLDER_IDS = 500
"""Ids before the newest message that are tried when a chat is cleared. In a private chat a bot may
delete what the person wrote, too (Bot API, deleteMessage)."""
DELETED_AT_ONCE = 100
"""The most messages that Telegram deletes in one call."""
RENDERING_SECONDS = 60.0
"""Time limit for making one message, or for what has to be done before a follow-up."""
UNSTORED_SECONDS = 60.0
"""How long replies that are in no inbox row are tried again."""
UNSTORED_PAUSE_SECONDS = 2.0


class NotSentYetError(Exception):
    """Telegram cannot be reached, or wants this chat to wait; a later attempt makes sense.

    Args:
        pause: seconds to wait; None if nobody knows.
    """

    def __init__(self, pause: float | None) -> None:
        super().__init__(pause)
        self.pause = pause


class ReplySender:
    """Sends replies to the person of a context.

    Args:
        deps: what handlers may reach.
        bot: sends.
        frame: opens transactions.
        on_sent: as of :class:`~bot.telegram.feature.Feature`, of all features.
        sent_ids: the same.
    """

    def __init__(
        self,
        deps: Deps,
        bot: Bot,
        frame: Frame,
        on_sent: Mapping[str, SentCallback],
        sent_ids: Mapping[str, StoreSentIds] = MappingProxyType({}),
    ) -> None:
        self._sent_ids = SentIdWriter(deps.database, frame.holder, sent_ids)
        self._bot = bot
        self._frame = frame
        self._on_sent = on_sent
        self._outside = Outside(deps, bot)

    async def answer_tap(self, context: Context, replies: Replies) -> None:
        """Stop the button's spinner, before anything that takes longer."""
        if context.query is None:
            return
        toast = next((one for one in replies if isinstance(one, Toast)), Toast())
        shown = next((one.toast for one in replies if isinstance(one, Show) and one.toast), None)
        await sender.answer_tap(context.query, toast.text or shown, alert=toast.alert)

    @staticmethod
    def with_toast_said(unsent: Unsent) -> Unsent:
        """The replies with a message in place of a toast that comes too late to be shown.

        That is only so for a box to dismiss, and for a toast that is the only reply.
        """
        toast = next((one for one in unsent.replies if isinstance(one, Toast)), None)
        if toast is None or not toast.text or not (toast.alert or len(unsent.replies) == 1):
            return unsent
        said = Say(Message(escape(toast.text, quote=False), silent=True))
        return Unsent((said, *unsent.replies), unsent.sent_id)

    async def send_all(
        self,
        context: Context,
        unsent: Unsent,
        note: Callable[[Unsent], None],
        *,
        patience: float = 0.0,
        leaves_out: bool = True,
    ) -> None:
        """Send replies in their order.

        Args:
            context: of the update.
            unsent: what to send.
            note: called with what is left after each reply.
            patience: how long (seconds) it may take until what cannot be sent now is sent.
            leaves_out: whether a reply that fails because of a bug is left out.

        Raises:
            NotSentYetError: the first one that is left should be tried again later.
            NotHeldError: another process sends the rest, or nobody may.
            Exception: the database cannot be reached, or the first one that is left failed.
        """
        while unsent.replies:
            first = unsent.replies[0]
            unsent = await self._send_next(context, unsent, patience, leaves_out)
            if isinstance(first, Say) and unsent.replies and not _stores_rest(unsent.replies[0]):
                await self._frame.keep_rest(context, unsent)  # else a kill repeats two messages
            note(unsent)

    async def send_first(self, context: Context, replies: Replies) -> Unsent:
        """Send the first of some replies that are in no inbox row, such as the result of a job.

        Returns:
            What is left, with what follows the first.

        Raises:
            Exception: the database cannot be reached.
        """
        unsent, begun = Unsent(tuple(replies)), time.monotonic()
        while unsent.replies:
            patience = UNSTORED_SECONDS - (time.monotonic() - begun)
            try:
                return await self._send_next(context, unsent, patience, leaves_out=True)
            except NotSentYetError as error:
                await asyncio.sleep(error.pause or UNSTORED_PAUSE_SECONDS)
        return unsent

    async def _send_next(
        self, context: Context, unsent: Unsent, patience: float, leaves_out: bool
    ) -> Unsent:
        """Send the first reply of a list, as described in ``send_all``; returns what is left."""
        first, rest = unsent.replies[0], Unsent(unsent.replies[1:], unsent.sent_id)
        await self._frame.check_lease(context)
        try:
            return await self._send_one(context, first, rest, patience)
        except (NotSentYetError, NotHeldError):
            raise
        except Exception as error:
            if is_database_unreachable(error) or not leaves_out:
                raise
            log.exception("a reply to update %s failed", context.update_id)
            await apologise(self._bot, context.sender_id, context.language_code)
            return rest

    async def _send_one(
        self, context: Context, reply: Reply, rest: Unsent, patience: float
    ) -> Unsent:
        """Send the first reply; returns what is left."""
        match reply:
            case Say():
                return await self._say(context, reply, rest, patience)
            case Show(content=content, on_sent=on_sent):
                shown = Edit(context.tapped_message_id, content, on_sent)
                return await self._edit(context, shown, rest, patience)
            case Edit():
                return await self._edit(context, reply, rest, patience)
            case MessageSent() if self._sent_ids.stores(reply.on_sent.name):
                return await self._store_id(context, reply, rest)
            case MessageSent(on_sent=on_sent, message_id=message_id):
                callback = self._on_sent[on_sent.name]
                return await self._frame.follow_up(
                    context, lambda ready: callback(ready, on_sent.key, message_id), rest
                )
            case Afterwards(prepare=prepare, finish=finish, arguments=arguments):
                async with asyncio.timeout(RENDERING_SECONDS):
                    prepared = await prepare(self._outside, *arguments)
                return await self._frame.follow_up(
                    context, lambda ready: finish(ready, prepared), rest
                )
            case DiaryChanged():
                return await self._frame.follow_up(context, partial(_only, reply), rest)
            case React():
                return await self._react(context, reply, rest)
            case _:
                await self._change_chat(context, reply, rest.sent_id)
        return rest

    async def _store_id(self, context: Context, reply: MessageSent, rest: Unsent) -> Unsent:
        """Store the id of a message that was sent. If nothing is left to send, the update is done.

        Raises:
            NotHeldError: the rest is not for this process to send.
        """
        on_sent = reply.on_sent
        sent = SentId(context.sender_id, on_sent.key, reply.message_id)
        stored = self._frame.store.dump(rest) if rest.replies or not context.update_id else None
        is_held = await self._sent_ids.store(context.update_id, on_sent.name, sent, stored)
        context.stored_replies = stored
        if stored is None:
            context.is_marked_done = True
        elif not is_held:
            raise NotHeldError
        return rest

    async def finish(self) -> None:
        """Wait until the ids of all messages that were sent are stored."""
        await self._sent_ids.finish()

    async def _change_chat(self, context: Context, reply: Reply, sent_id: int | None) -> None:
        """Send a reply that changes the chat, and on whose outcome nothing depends."""
        chat_id = context.sender_id
        match reply:
            case EditCaption(message_id=message_id, message=message):
                await sender.with_retries(
                    lambda: sender.edit_caption(self._bot, chat_id, message_id, message)
                )
            case DeleteMessages(message_ids=message_ids):
                await sender.with_retries(lambda: sender.delete(self._bot, chat_id, message_ids))
            case RemoveButtons(message_id=message_id):
                await sender.with_retries(
                    lambda: sender.remove_buttons(self._bot, chat_id, message_id)
                )
            case ClearChat(known_ids=known, spared_id=spared):
                end = sent_id or (context.tapped_message_id or 0) + 1
                found = set(known) | set(range(max(1, end - OLDER_IDS), end))
                await self._clear(chat_id, sorted(found - {sent_id, spared}, reverse=True))
            case Typing(action=action):
                await sender.show_action(self._bot, chat_id, action)
            case SetCommands():
                await self._set_commands(chat_id, reply)
            case Toast():
                return  # the tap is answered already
            case _:
                raise TypeError(f"nobody sends {type(reply).__name__}")

    async def _made(self, content: Content) -> Message:
        if not isinstance(content, Rendering):
            return content
        async with asyncio.timeout(RENDERING_SECONDS):
            return await content.make(self._outside)

    async def _send(self, chat_id: int, message: Message, patience: float) -> Outcome:
        outcome = await sender.with_retries(lambda: sender.send(self._bot, chat_id, message))
        return _final(outcome, patience)

    async def _say(self, context: Context, reply: Say, rest: Unsent, patience: float) -> Unsent:
        message = await self._made(reply.content)
        if reply.to is None:
            message = message.quietly(context.is_night)
        outcome = await self._send(reply.to or context.sender_id, message, patience)
        if isinstance(outcome, Sent):
            number = outcome.message_id
            return Unsent((*_sent(reply.on_sent, number), *reply.then, *rest.replies), number)
        is_surely_not_sent = isinstance(outcome, Failed | NotSent | RetryLater)
        return Unsent((*(reply.otherwise if is_surely_not_sent else ()), *rest.replies))

    async def _edit(self, context: Context, reply: Edit, rest: Unsent, patience: float) -> Unsent:
        """Show other content in a message; in a new one, without a sound, when that fails."""
        message, number = await self._made(reply.content), reply.message_id
        chat_id = reply.to or context.sender_id
        if number is None:
            quiet = message.quietly(context.is_night)
            outcome = await self._send(chat_id, quiet, patience)
        else:
            edited = await sender.with_retries(
                lambda: sender.edit(self._bot, chat_id, number, message)
            )
            outcome = _final(edited, patience)
            if isinstance(outcome, Failed) and reply.or_new:
                quiet = message.quietly(True)
                outcome = await self._send(chat_id, quiet, patience)
        if not isinstance(outcome, Sent):
            return rest
        shown = _sent(reply.on_sent, outcome.message_id or number)
        return Unsent((*shown, *rest.replies), rest.sent_id)

    async def _react(self, context: Context, reply: React, rest: Unsent) -> Unsent:
        outcome: Outcome = NotSent()
        if context.message is not None:
            message_id = context.message.message_id
            outcome = await sender.with_retries(
                lambda: sender.react(
                    self._bot, context.sender_id, message_id, ReactionEmoji(reply.emoji)
                )
            )
        otherwise = () if isinstance(outcome, Sent) else reply.otherwise
        return Unsent((*otherwise, *rest.replies), rest.sent_id)

    async def _clear(self, chat_id: int, message_ids: Sequence[int]) -> None:
        for start in range(0, len(message_ids), DELETED_AT_ONCE):
            if not await self._deleted(chat_id, message_ids[start : start + DELETED_AT_ONCE]):
                return

    async def _deleted(self, chat_id: int, message_ids: Sequence[int]) -> bool:
        """Delete messages, newest first. Telegram refuses all of them for one that is too old.

        Returns:
            Whether older ones are worth trying.
        """
        outcome = await sender.with_retries(lambda: sender.delete(self._bot, chat_id, message_ids))
        if not isinstance(outcome, Failed):
            return True
        half = len(message_ids) // 2
        if half and await self._deleted(chat_id, message_ids[:half]):
            await self._deleted(chat_id, message_ids[half:])
        return False

    async def _set_commands(self, chat_id: int, reply: SetCommands) -> None:
        """A menu that cannot be set is logged only: the commands work without it."""
        scope = BotCommandScopeChat(chat_id)
        try:
            if reply.commands is None:
                await self._bot.delete_my_commands(scope)
            else:
                await self._bot.set_my_commands(reply.commands, scope)
        except TelegramError as error:
            log.info("a command menu could not be set: %s", type(error).__name__)


async def _only(reply: Reply, _context: Context) -> Replies:
    return [reply]


def _stores_rest(reply: Reply) -> bool:
    """Whether carrying out this reply stores what is left before anything else is done."""
    return isinstance(reply, MessageSent | DiaryChanged)


def _sent(on_sent: OnSent | None, message_id: int | None) -> Replies:
    """The follow-up of a message that was sent."""
    if on_sent is None or message_id is None:
        return ()
    return (MessageSent(on_sent, message_id),)


def _final(outcome: Outcome, patience: float) -> Outcome:
    """The outcome of a message, if it is not worth trying again.

    Raises:
        NotSentYetError: it is.
    """
    if isinstance(outcome, RetryLater) and outcome.after.total_seconds() < patience:
        raise NotSentYetError(outcome.after.total_seconds())
    if isinstance(outcome, NotSent) and patience > 0:
        raise NotSentYetError(None)
    return outcome
