"""The frame around every handler: one update, one transaction, then the replies.

It opens the transaction, loads the person, calls the handler, commits, and only then carries out
what the handler returned. No handler opens a transaction or sends anything itself.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Bot, BotCommandScopeChat
from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from bot.telegram import sender
from bot.telegram.context import Context, Deps, Outside, People
from bot.telegram.message import Message
from bot.telegram.replies import (
    Afterwards,
    ClearChat,
    Content,
    DeleteMessages,
    DiaryChanged,
    Edit,
    EditCaption,
    OnSent,
    React,
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

log = logging.getLogger(__name__)

Work = Callable[[Context], Awaitable[Replies | None]]
"""What is done in the transaction; None: not handled, and nothing is said."""
OLDER_IDS = 500
"""Ids before the newest message that are tried when a chat is cleared. In a private chat a bot may
delete what the person wrote, too (Bot API, deleteMessage)."""
DELETED_AT_ONCE = 100
"""The most messages that Telegram deletes in one call."""


class Frame:
    """Runs handlers and carries out their replies."""

    def __init__(
        self,
        application: Any,
        deps: Deps,
        people: People,
        on_sent: Mapping[str, Callable[[Context, str, int], Awaitable[Replies]]],
    ) -> None:
        self._application = application
        self._deps = deps
        self._people = people
        self._on_sent = on_sent

    @property
    def _bot(self) -> Bot:
        bot: Bot = self._application.bot
        return bot

    def context(self, user_id: int, language_code: str | None, now: datetime) -> Context:
        """A context for somebody who did something outside of the chat, as on a page."""
        context = Context(self._application, user_id, user_id)
        context.deps, context.now = self._deps, now
        context.sender_id, context.language_code = user_id, language_code
        return context

    async def run(self, context: Context, work: Work) -> bool:
        """Do the work in one transaction, then carry out its replies.

        Returns:
            Whether the work was somebody's: False when it returned None. It has to leave
            everything as it was then.
        """
        replies = await self._transact(context, work)
        if replies is None:
            return False
        await self._answer_tap(context, replies)
        await self._carry_out_all(context, replies)
        return True

    async def carry_out(self, context: Context, replies: Replies) -> None:
        """Carry out the replies of something that is no update: a job."""
        await self._carry_out_all(context, replies)

    async def _transact(self, context: Context, work: Work) -> Replies | None:
        async with self._deps.database.transaction() as session:
            context.session = session
            context.person = await self._people.load(
                session,
                context.sender_id,
                context.language_code,
                context.now,
                is_in_chat=context.message is not None or context.query is not None,
            )
            return await work(context)

    async def _answer_tap(self, context: Context, replies: Replies) -> None:
        """Stop the button's spinner, before anything that takes longer."""
        if context.query is None:
            return
        toast = next((one for one in replies if isinstance(one, Toast)), Toast())
        shown = next((one.toast for one in replies if isinstance(one, Show) and one.toast), None)
        await sender.answer_tap(context.query, toast.text or shown, alert=toast.alert)

    async def _carry_out_all(
        self, context: Context, replies: Replies, sent_id: int | None = None
    ) -> None:
        """Carry out replies in their order; ``sent_id`` is the message sent just before."""
        for reply in replies:
            if isinstance(reply, Say):
                sent_id = await self._say(context, reply)
            else:
                await self._carry_out(context, reply, sent_id)

    async def _carry_out(self, context: Context, reply: Reply, sent_id: int | None) -> None:
        match reply:
            case Toast():
                return  # the tap is answered already
            case Show(content=content, on_sent=on_sent):
                await self._edit(context, context.tapped_message_id, content, on_sent)
            case Edit(message_id=message_id, content=content, on_sent=on_sent, or_new=or_new):
                await self._edit(context, message_id, content, on_sent, or_new=or_new)
            case React():
                await self._react(context, reply)
            case DiaryChanged(nights=nights, user_id=user_id):
                whose = context.sender_id if user_id is None else user_id
                await self._deps.diary_changed(self._deps, self._bot, whose, set(nights))
            case Afterwards(prepare=prepare, finish=finish, arguments=arguments):
                prepared = await prepare(self._outside, *arguments)
                await self._follow_up(context, lambda again: finish(again, prepared))
            case _:
                await self._do_in_chat(context, reply, sent_id)

    async def _do_in_chat(self, context: Context, reply: Reply, sent_id: int | None) -> None:
        """Replies that change the chat and whose outcome changes nothing."""
        chat_id = context.sender_id
        match reply:
            case EditCaption(message_id=message_id, message=message):
                await sender.with_retries(
                    lambda: sender.edit_caption(self._bot, chat_id, message_id, message)
                )
            case DeleteMessages(message_ids=message_ids):
                await sender.with_retries(lambda: sender.delete(self._bot, chat_id, message_ids))
            case ClearChat(known_ids=known, spared_id=spared):
                end = sent_id or (context.tapped_message_id or 0) + 1
                found = set(known) | set(range(max(1, end - OLDER_IDS), end))
                await self._clear(chat_id, sorted(found - {sent_id, spared}, reverse=True))
            case Typing(action=action):
                await sender.show_action(self._bot, chat_id, action)
            case SetCommands():
                await self._set_commands(chat_id, reply)

    @property
    def _outside(self) -> Outside:
        return Outside(self._deps, self._bot)

    async def _follow_up(self, context: Context, work: Work) -> None:
        """A further transaction for the same update, with replies of its own.

        It does nothing for somebody who was erased in the meantime.
        """
        async with self._deps.database.transaction() as session:
            person = await self._people.find(session, context.sender_id)
            if person is None:
                return
            context.session, context.person = session, person
            replies = await work(context)
        await self._carry_out_all(context, replies or ())

    async def _made(self, content: Content) -> Message:
        return await content.make(self._outside) if isinstance(content, Rendering) else content

    async def _send(self, chat_id: int, message: Message) -> Outcome:
        return await sender.with_retries(lambda: sender.send(self._bot, chat_id, message))

    async def _say(self, context: Context, reply: Say) -> int | None:
        """Send a new message and what depends on it; returns its id when it was delivered."""
        message = await self._made(reply.content)
        if reply.to is None:
            message = message.quietly(context.is_night)
        outcome = await self._send(reply.to or context.sender_id, message)
        if isinstance(outcome, Sent):
            await self._note_sent(context, reply.on_sent, outcome.message_id)
            await self._carry_out_all(context, reply.then, outcome.message_id)
            return outcome.message_id
        if isinstance(outcome, Failed | NotSent | RetryLater):
            await self._carry_out_all(context, reply.otherwise)
        return None

    async def _edit(
        self,
        context: Context,
        message_id: int | None,
        content: Content,
        on_sent: OnSent | None,
        *,
        or_new: bool = True,
    ) -> None:
        """Show other content in a message; in a new one, without a sound, when that fails."""
        message = await self._made(content)
        if message_id is None:
            outcome = await self._send(context.sender_id, message.quietly(context.is_night))
        else:
            outcome = await sender.with_retries(
                lambda: sender.edit(self._bot, context.sender_id, message_id, message)
            )
            if isinstance(outcome, Failed) and or_new:
                outcome = await self._send(context.sender_id, message.quietly(True))
        if isinstance(outcome, Sent):
            await self._note_sent(context, on_sent, outcome.message_id or message_id)

    async def _note_sent(
        self, context: Context, on_sent: OnSent | None, message_id: int | None
    ) -> None:
        if on_sent is not None and message_id is not None:
            callback = self._on_sent[on_sent.name]
            await self._follow_up(context, partial(_called, callback, on_sent.key, message_id))

    async def _react(self, context: Context, reply: React) -> None:
        outcome: Outcome = NotSent()
        if context.message is not None:
            message_id = context.message.message_id
            outcome = await sender.with_retries(
                lambda: sender.react(
                    self._bot, context.sender_id, message_id, ReactionEmoji(reply.emoji)
                )
            )
        if not isinstance(outcome, Sent):
            await self._carry_out_all(context, reply.otherwise)

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


async def _called(
    callback: Callable[[Context, str, int], Awaitable[Replies]],
    key: str,
    message_id: int,
    context: Context,
) -> Replies:
    return await callback(context, key, message_id)
