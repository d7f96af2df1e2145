"""What a handler wants said, as values. They are carried out after the transaction is committed.

A handler returns a list of these and sends nothing itself. So nothing is said of a change that was
rolled back, and no transaction stays open while Telegram is slow.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from telegram import BotCommand
from telegram.constants import ChatAction

from bot.telegram.message import Message

if TYPE_CHECKING:
    from bot.telegram.context import Context, Outside

Prepared = TypeVar("Prepared")


@dataclass(frozen=True)
class Rendering:
    """A message that is made after the commit, because making it takes long or asks Telegram.

    ``await function(outside, *arguments)`` gives the message: a picture that has to be drawn, a
    name that has to be looked up. The function is one of a module and its arguments are plain
    values read in the transaction.
    """

    function: Callable[..., Awaitable[Message]]
    arguments: tuple[Any, ...] = ()

    async def make(self, outside: "Outside") -> Message:
        """The finished message."""
        return await self.function(outside, *self.arguments)


Content = Message | Rendering


def rendering(function: Callable[..., Awaitable[Message]], *arguments: Any) -> Rendering:
    """A :class:`Rendering`, written like a call."""
    return Rendering(function, arguments)


@dataclass(frozen=True)
class OnSent:
    """A callback that gets the id of the message that Telegram has made of a reply.

    ``name`` is one of ``Feature.on_sent``; ``key`` says which row it is about. The function is
    called in a transaction of its own, and what it returns is said in turn.
    """

    name: str
    key: str = ""


@dataclass(frozen=True)
class MessageSent:
    """Calls an ``OnSent`` with the id of the message that was sent. No handler returns this."""

    on_sent: OnSent
    message_id: int


@dataclass(frozen=True)
class Toast:
    """The answer to a tap: a short text over the chat, or with ``alert`` a box to dismiss.

    Every tap is answered first of all, so that the button's spinner stops; this is only needed
    to give it a text.
    """

    text: str | None = None
    alert: bool = False


@dataclass(frozen=True)
class Say:
    """A new message. Between a person's bed and wake time it makes no sound."""

    content: Content
    to: int | None = None
    """Somebody else's chat; None is the person's own."""
    on_sent: OnSent | None = None
    then: "Replies" = ()
    """Carried out only if this message was delivered."""
    otherwise: "Replies" = ()
    """Carried out instead if it surely was not."""
    is_aside: bool = False
    """Whether it is about something else than the person's message; a typed "yes" or "no" never
    answers it."""


@dataclass(frozen=True)
class Edit:
    """Other content in an earlier message, or in a new one when that message cannot be edited."""

    message_id: int | None
    content: Content
    on_sent: OnSent | None = None
    or_new: bool = True
    """False: no new message is sent when the earlier one cannot be edited."""
    to: int | None = None
    """Somebody else's chat; None is the person's own."""


@dataclass(frozen=True)
class Show:
    """Other content in the message whose button was tapped."""

    content: Content
    toast: str | None = None
    on_sent: OnSent | None = None


@dataclass(frozen=True)
class EditCaption:
    """Other words and buttons below a picture that stays."""

    message_id: int
    message: Message


@dataclass(frozen=True)
class React:
    """A reaction of the bot on the person's own message: a receipt without a sound."""

    emoji: str
    otherwise: "Replies" = ()
    """Carried out where a reaction cannot be set."""


@dataclass(frozen=True)
class DeleteMessages:
    """Delete messages; those that are gone or too old are passed over."""

    message_ids: tuple[int, ...]


@dataclass(frozen=True)
class RemoveButtons:
    """A message keeps its words and loses its buttons: it was answered in another way."""

    message_id: int


@dataclass(frozen=True)
class ClearChat:
    """Delete all messages before the one that was just sent, as far back as Telegram allows."""

    known_ids: Collection[int] = ()
    """Messages that are known to be in the chat, beside those of the last ids."""
    spared_id: int | None = None


@dataclass(frozen=True)
class Typing:
    """Shows that something is being made, for at most five seconds."""

    action: ChatAction = ChatAction.TYPING


@dataclass(frozen=True)
class SetCommands:
    """The command menu of this chat; None gives back the default one."""

    commands: Sequence[BotCommand] | None


class Occasion(StrEnum):
    """Why a diary is looked at."""

    CHANGED = "changed"
    """Entries or answers about nights changed."""
    ANSWERED = "answered"
    """A reminder or a remark was answered: no entry and no night changed."""
    LOOKED = "looked"
    """The person asked for a summary or a report."""
    IMPORTED = "imported"
    """A file was added, which is not answered with remarks about what is in it."""
    OPENED = "opened"
    """The person opened a page, which has no room for a message."""
    BACK = "back"
    """The person ended a pause."""


@dataclass(frozen=True)
class DiaryChanged:
    """The diary changed in these nights, or is looked at: what follows from it is done.

    The frame puts what is to be sent because of it in the place of this, in the same transaction.
    """

    nights: Collection[date] = ()
    user_id: int | None = None
    """Whose diary; None is the person's own."""
    occasion: Occasion = Occasion.CHANGED


@dataclass(frozen=True)
class Afterwards(Generic[Prepared]):
    """Slow work between two transactions: prepare outside, then go on in a new transaction.

    For what has to ask Telegram or a worker process before it can change rows. What the first
    transaction has committed stands, whatever becomes of the rest. Both are functions of a module:
    ``finish(context, await prepare(outside, *arguments))``.
    """

    prepare: Callable[..., Awaitable[Prepared]]
    finish: Callable[["Context", Prepared], Awaitable["Replies"]]
    arguments: tuple[Any, ...] = ()
    """Plain values."""


Reply = (
    Toast
    | Say
    | Edit
    | Show
    | EditCaption
    | React
    | DeleteMessages
    | RemoveButtons
    | ClearChat
    | Typing
    | SetCommands
    | DiaryChanged
    | MessageSent
    | Afterwards[Any]
)
Replies = Sequence[Reply]

NOTHING: Replies = ()
"""No reply; a tap is answered all the same."""
