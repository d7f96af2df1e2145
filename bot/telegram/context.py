"""What a handler may reach, typed, and how a feature says what it handles."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime

from telegram import Bot, BotCommand, CallbackQuery
from telegram import Message as TelegramMessage
from telegram.constants import ReactionEmoji

from bot.background.worker import Worker
from bot.clock import Clock
from bot.config import Settings
from bot.database.engine import Database, Session
from bot.i18n.translator import Translator
from bot.telegram import sender
from bot.telegram.message import Message, Tap
from bot.telegram.sender import Blocked, Failed, Outcome, Sent

DiaryChanged = Callable[["Deps", Bot, int, set[date]], Awaitable[None]]
"""Told whose diary changed, and in which nights."""


async def _nobody_minds(_deps: "Deps", _bot: Bot, _user_id: int, _nights: set[date]) -> None:
    return None


def _no_commands(_tr: Translator) -> Sequence[BotCommand]:
    return ()


@dataclass(frozen=True)
class Deps:
    """What the composition root hands to every handler."""

    settings: Settings
    database: Database
    clock: Clock
    diary_changed: DiaryChanged = _nobody_minds
    """Called after every change of the diary, when it is committed and answered."""
    command_menu: Callable[[Translator], Sequence[BotCommand]] = _no_commands
    """The command menu in a language."""
    workshop: Worker = field(default_factory=Worker)
    """Where heavy work is done that is rarely asked for."""


@dataclass(frozen=True)
class Visit:
    """One update of one person in their private chat. ``now`` is read once, on arrival."""

    deps: Deps
    bot: Bot
    user_id: int
    language_code: str | None
    now: datetime
    message: TelegramMessage | None = None
    """The person's own message (typed, a keyboard button, a command, a location)."""
    query: CallbackQuery | None = None
    """The tap on an inline button."""
    is_hushed: bool = False
    """They send more than can be answered: do what was asked, leave out what tells nothing new."""

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """One transaction; leave it before anything is sent."""
        return self.deps.database.transaction()

    @property
    def written_at(self) -> datetime:
        """When the person wrote it, never after now: a message waits for a bot that is down."""
        return self.now if self.message is None else min(self.message.date, self.now)

    @property
    def tapped_message_id(self) -> int | None:
        """The message whose button was tapped, or None when Telegram no longer says."""
        if self.query is None or self.query.message is None:
            return None
        return self.query.message.message_id

    async def say(self, message: Message) -> Outcome:
        """Send a new message to this person."""
        return await sender.patiently(lambda: sender.send(self.bot, self.user_id, message))

    async def toast(self, text: str | None = None, *, alert: bool = False) -> None:
        """Answer the tap: stops the button's spinner, optionally with a short text."""
        if self.query is not None:
            await sender.answer_tap(self.query, text, alert=alert)

    async def show(self, message: Message, toast: str | None = None) -> Outcome:
        """Answer the tap and show something else in the tapped message.

        A message that cannot be edited any more is followed by a new one, so a tap is never
        without effect on the screen.
        """
        await self.toast(toast)
        return await self.edit(self.tapped_message_id, message)

    async def receipt(self) -> bool:
        """Mark the person's own message as taken down, without a sound or a message of its own.

        Returns:
            Whether that can be seen; else it has to be said.
        """
        message = self.message
        if message is None:
            return False
        written = await sender.patiently(
            lambda: sender.react(
                self.bot, self.user_id, message.message_id, ReactionEmoji.WRITING_HAND
            )
        )
        return isinstance(written, Sent)

    async def edit(self, message_id: int | None, message: Message) -> Outcome:
        """Show something else in an earlier message, or in a new one when that is gone."""
        if message_id is None:
            return await self.say(message)
        outcome = await sender.patiently(
            lambda: sender.edit(self.bot, self.user_id, message_id, message)
        )
        if isinstance(outcome, Failed):
            return await self.say(message.quietly(True))  # it stands in for an edit: no sound
        return outcome


Handler = Callable[[Visit], Awaitable[None]]
TapHandler = Callable[[Visit, Tap], Awaitable[None]]
AnswerHandler = Callable[[Visit, Tap, str], Awaitable[bool]]
"""Gets the typed text that answers a question (the Tap says which); False: not understood here."""
ReplyHandler = Callable[[Visit, int, str], Awaitable[bool]]
"""Gets the message that was replied to, and the typed reply; False: not for me."""
GuessHandler = Callable[[Visit, str], Awaitable[bool]]
"""Gets typed text that nobody asked for; False: not for me."""


def _no_texts(_tr: Translator) -> Mapping[str, str]:
    return {}


def _no_labels(_tr: Translator) -> Mapping[str, Handler]:
    return {}


@dataclass(frozen=True)
class Feature:
    """Everything that one feature folder handles; the composition root lists them in order."""

    name: str
    """The first part of the callback data of its buttons."""
    commands: Mapping[str, Handler] = field(default_factory=dict)
    descriptions: Callable[[Translator], Mapping[str, str]] = _no_texts
    """Command → what Telegram's command menu says of it."""
    taps: Mapping[str, TapHandler] = field(default_factory=dict)
    """Second part of the callback data → handler."""
    labels: Callable[[Translator], Mapping[str, Handler]] = _no_labels
    """Label of a reply-keyboard button → handler."""
    answers: Mapping[str, AnswerHandler] = field(default_factory=dict)
    """Second part of ``users.awaiting`` → handler of the typed answer."""
    guesses: tuple[GuessHandler, ...] = ()
    replies: tuple[ReplyHandler, ...] = ()
    """Asked in turn about typed text that replies to a message of the bot."""
    starts: Mapping[str, Handler] = field(default_factory=dict)
    """First part (up to ``_``) of what a link t.me/…?start=… says → handler."""
    on_location: Handler | None = None
    on_document: Handler | None = None
    always_taken: tuple[Handler, ...] = ()
    """Handlers of commands and labels that no flood may keep; see ``rate_limit.py``."""


def is_delivered(outcome: Outcome) -> int | None:
    """The message id of a message that was sent, else None."""
    return outcome.message_id if isinstance(outcome, Sent) else None


__all__ = [
    "AnswerHandler",
    "Blocked",
    "Deps",
    "Feature",
    "GuessHandler",
    "Handler",
    "TapHandler",
    "Visit",
    "is_delivered",
]
