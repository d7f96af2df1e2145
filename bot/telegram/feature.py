"""How a feature declares what it handles: python-telegram-bot handlers, and typed answers."""

import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.i18n.translator import Translator, available_languages, translator
from bot.telegram.context import Context
from bot.telegram.jobs import JobKind
from bot.telegram.message import Rows, Tap
from bot.telegram.replies import Replies
from bot.telegram.sent_ids import StoreSentIds

Value = TypeVar("Value")
Callback = Callable[[Update, Context], Coroutine[Any, Any, Replies]]
"""A handler's function: gets the update and the context, and returns the replies."""
AnyHandler = BaseHandler[Update, Context, Any]
Answer = Callable[[Context, Tap, str], Awaitable[Replies | None]]
"""Gets the question (as callback data) and the typed answer; returns None if it does not understand
the answer."""
Reply = Callable[[Context, int, str], Awaitable[Replies | None]]
"""Gets the id of the message that was replied to, and the typed reply; returns None if the message
belongs to another feature."""
Edited = Callable[[Context, int, str], Awaitable[Replies | None]]
"""Gets the id of a message of the person and the text that they changed it to; returns None if the
message belongs to another feature."""
Guess = Callable[[Context, str], Awaitable[Replies | None]]
"""Gets typed text that answers no question; returns None if it does not understand the text."""


class Rest(Enum):
    """What is done with typed text beside the answer of a feature that looked at it first."""

    NOTHING = "nothing"
    """No other feature reads it, and nothing of it is stored."""
    OWN_WORDS = "own words"
    """It is stored only where the person's own words were asked for, as in a note."""
    EVERYTHING = "everything"
    """It is read as usual; if nobody understands it, the first answer alone is given."""
    FIRST = "first"
    """It is read as usual, and the answer is given only if nobody understands it."""


class Outcome(Enum):
    """What became of typed text that a feature answers because it looked at it first."""

    PLAIN = "plain"
    """It answers no question, or what it does is shown below the answer."""
    OPEN = "open"
    """A question was open and is open still."""
    KEPT = "kept"
    """It is stored as the person's own words, as they were asked for."""
    NOT_KEPT = "not kept"
    """The person's own words were asked for, and these are not stored."""
    UNREAD = "unread"
    """No question was open, and nobody understands it: nothing is stored."""
    STRANGER = "stranger"
    """The sender may not use this private bot."""
    NOT_AGREED = "not agreed"
    """Nothing may be stored of the sender."""


@dataclass(frozen=True)
class FirstAnswer:
    """A feature's answer to typed text that must come before anything else reads the text."""

    replies: Callable[[Context, Outcome], Awaitable[Replies]]
    rest: Rest
    is_urgent: bool = False
    """Whether everybody gets it, even strangers of a private bot and beyond the rate limit.
    """
    may_offer: bool = True
    """Whether buttons for what else the text tells may be added; see ``Feature.beside``.
    """


FirstLook = Callable[[str], FirstAnswer | None]
"""Gets everything that somebody types, edits, forwards or writes below a file, before anything else
does. Pure and fast; returns None for what is read as usual."""
Beside = Callable[[Context], Rows]
"""Gets typed text that a feature has answered first and nobody understands; returns buttons for
what else it may tell, which are shown below that answer."""
AfterTap = Callable[[Context, frozenset[str]], None]
"""Gets the names of the columns that a tap has changed, each as "table.column"."""
SentCallback = Callable[[Context, str, int], Coroutine[Any, Any, Replies]]
"""Gets the key of an ``OnSent`` and the id of the message that was sent."""

FRESH = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~filters.FORWARDED
"""A message that the person wrote now in their private chat: neither edited nor forwarded."""


def command(name: str, callback: Callback) -> AnyHandler:
    """The handler of ``/name``."""
    return CommandHandler(name, callback, FRESH)


def taps(feature: str, callbacks: Mapping[str, Callback]) -> list[AnyHandler]:
    """The handlers of a feature's buttons, by the second part of their callback data."""
    return [
        CallbackQueryHandler(callback, rf"^{re.escape(feature)}:{re.escape(verb)}(?::|$)")
        for verb, callback in callbacks.items()
    ]


class KeyboardLabel(filters.MessageFilter):
    """Texts of a reply-keyboard button."""

    def __init__(self, label: Callable[[Translator], str]) -> None:
        super().__init__("reply keyboard button")
        self.label = label
        self.texts = frozenset(label(translator(one)) for one in available_languages())

    def filter(self, message: TelegramMessage) -> bool:
        return (message.text or "").strip() in self.texts


class KeyboardButton(MessageHandler[Context, Any]):
    """The handler of a button of the reply keyboard, whatever language it was sent in."""

    def __init__(self, label: Callable[[Translator], str], callback: Callback) -> None:
        self.label = KeyboardLabel(label)
        super().__init__(FRESH & filters.TEXT & self.label, callback)


def keyboard_button(label: Callable[[Translator], str], callback: Callback) -> AnyHandler:
    """The handler of a button of the reply keyboard."""
    return KeyboardButton(label, callback)


def own_texts(handler: AnyHandler) -> frozenset[str]:
    """What a handler takes that is in the bot's words: its commands, or its button's labels."""
    if isinstance(handler, KeyboardButton):
        return handler.label.texts
    if isinstance(handler, CommandHandler):
        return frozenset(f"/{name}" for name in handler.commands)
    return frozenset()


def start_link(name: str, callback: Callback) -> AnyHandler:
    """The handler of a link ``t.me/…?start=name`` or ``…?start=name_argument``."""
    pattern = re.compile(rf"^/start(?:@\w+)?\s+{re.escape(name)}(?:_\S*)?\s*$", re.IGNORECASE)
    return MessageHandler(FRESH & filters.Regex(pattern), callback)


class ForAdmins(AnyHandler):
    """A handler that others than admins do not reach.

    Args:
        handler: The handler.
        is_admin: Whether a person is an admin, by their Telegram id.
    """

    def __init__(self, handler: AnyHandler, is_admin: Callable[[int], bool]) -> None:
        super().__init__(handler.callback, block=handler.block)
        self._handler = handler
        self._is_admin = is_admin

    def check_update(self, update: object) -> object:
        person = update.effective_user if isinstance(update, Update) else None
        if person is None or not self._is_admin(person.id):
            return None
        return self._handler.check_update(update)


def no_descriptions(_tr: Translator) -> Mapping[str, str]:
    """For features without a command."""
    return {}


def no_handlers() -> Sequence[AnyHandler]:
    """For features that handle typed text only."""
    return ()


@dataclass(frozen=True)
class Entrance:
    """Answers people who have not begun or took back their consent: nothing of them may be stored.

    Only what a feature names in ``begins``, ``for_anybody`` or ``after_withdrawal`` is called for
    them; the rest is answered here.
    """

    instead: Callable[[Context, bool], Awaitable[Replies]]
    """Called instead of a handler; the second argument says whether that handler logs a cramp."""
    along: Callable[[Context], Replies]
    """Asked after every message of people of whom something is stored: returns what they have to be
    asked once, such as a consent that the bot did not ask for when they began."""
    before_log: Callable[[Context], Awaitable[Replies | None]]
    """Asked before a message logs a cramp: returns what has to be asked first, or None."""


@dataclass(frozen=True)
class Feature:
    """Everything that one feature folder handles; the composition root lists them in order."""

    name: str
    """The first part of the callback data of its buttons."""
    handlers: Callable[[], Sequence[AnyHandler]] = no_handlers
    """Makes new handler objects; of all features' handlers the first that fits is called."""
    descriptions: Callable[[Translator], Mapping[str, str]] = no_descriptions
    """Command → what Telegram's command menu says of it."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Second part of ``users.awaiting`` → handler of the typed answer."""
    on_screen: Mapping[str, Answer] = field(default_factory=dict)
    """Second part of ``users.on_screen`` → handler of text that may be about what is open."""
    own_words: frozenset[str] = frozenset()
    """The keys of ``answers`` whose handlers store what was typed word for word, such as a note."""
    load: Callable[[], Iterator[None]] | None = None
    """Loads, in short steps, what typed text needs and what takes long. The steps are taken right
    after the bot has begun to take updates. A text that comes before their end takes the rest."""
    first_look: FirstLook | None = None
    """Looks at typed text before everything else."""
    beside: Beside | None = None
    """Returns buttons for what else a text tells that a first look has answered."""
    replies: Sequence[Reply] = ()
    """Asked in turn about typed text that replies to a message of the bot."""
    edited: Sequence[Edited] = ()
    """Asked in turn about a message that the person has edited."""
    sooner: Sequence[Guess] = ()
    """Asked in turn about typed text that may be more urgent than the question that is open."""
    guesses: Sequence[Guess] = ()
    """Asked in turn about typed text that answers no question."""
    jobs: Mapping[str, JobKind] = field(default_factory=dict)
    """Name of a kind of job → what is done; see ``jobs.py``."""
    on_sent: Mapping[str, SentCallback] = field(default_factory=dict)
    """Name of an ``OnSent`` → what is done with the id of the sent message."""
    sent_ids: Mapping[str, StoreSentIds] = field(default_factory=dict)
    """Name of an ``OnSent`` → what stores the id, where nothing else has to be done with it; such
    names are not in ``on_sent``. See ``sent_ids.py``."""
    after_tap: AfterTap | None = None
    """Told which columns a tap on a button has changed."""
    unlimited: Sequence[Callback] = ()
    """Callbacks that the rate limit never skips; see ``rate_limit.py``."""
    is_for_admins: bool = False
    """Whether its commands and buttons exist for admins only; everybody else gets the answer to
    unknown ones. What is typed in answer to its questions has to be checked by the feature."""
    begins: Sequence[Callback] = ()
    """Callbacks for messages that make somebody known in a private bot: /start, and what logs a
    cramp. A bot that is open to everybody asks first."""
    for_anybody: Sequence[Callback] = ()
    """Callbacks that store nothing, or that ask whether anything may be stored. They are called for
    people who have not begun, too: their row in ``context.person`` is in no session."""
    after_withdrawal: Sequence[Callback] = ()
    """Callbacks that people can still use who took back their consent."""
    entrance: Entrance | None = None
    """Answers people of whom nothing may be stored; exactly one feature sets it."""
    fallback: Callback | None = None
    """Called for messages that no other handler accepts; exactly one feature sets it."""


def load_all(features: Iterable[Feature]) -> Iterator[None]:
    """Load what the features need, in steps between which taps can be answered."""
    for feature in features:
        if feature.load is not None:
            yield from feature.load()


def on_sent_of(features: Iterable[Feature]) -> Mapping[str, SentCallback]:
    """Every feature's ``on_sent`` in one mapping.

    Raises:
        ValueError: when two features use one name.
    """
    return _merged(feature.on_sent for feature in features)


def sent_ids_of(features: Iterable[Feature]) -> Mapping[str, StoreSentIds]:
    """Every feature's ``sent_ids`` in one mapping.

    Raises:
        ValueError: when two features use one name.
    """
    return _merged(feature.sent_ids for feature in features)


def jobs_of(features: Iterable[Feature]) -> Mapping[str, JobKind]:
    """Every feature's ``jobs`` in one mapping.

    Raises:
        ValueError: when two features use one name.
    """
    return _merged(feature.jobs for feature in features)


def _merged(mappings: Iterable[Mapping[str, Value]]) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    for mapping in mappings:
        for name, value in mapping.items():
            if name in found:
                raise ValueError(f"{name} is used by two features")
            found[name] = value
    return found
