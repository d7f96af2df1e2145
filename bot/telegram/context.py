"""What a handler may reach: the transaction, the person, the update, and what the app hands in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from sqlalchemy import event
from telegram import Bot, BotCommand, CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.ext import CallbackContext, ExtBot

from bot.background.worker import Worker
from bot.clock import Clock
from bot.config import Settings
from bot.database.engine import Database, Session
from bot.database.models import User
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.local_time.nights import Nights, is_quiet, local_time, nights_of
from bot.local_time.person import zone_of
from bot.telegram.held_rows import WakeUps
from bot.telegram.message import Message, Tap, pack, unpack
from bot.telegram.replies import Content, Occasion, Replies, Say, Show, Toast

if TYPE_CHECKING:
    from bot.telegram.open_question import OpenQuestion

ON_SCREEN_FOR = timedelta(hours=2)
"""How long what was opened stays what typed text is about."""
DiaryChanged = Callable[["Context", int, set[date], Occasion], Awaitable[Replies]]
"""Called in the transaction of the change with the id of the diary's person, the nights that
changed, and the occasion; returns what is to be sent because of it."""


async def _nothing_follows(
    _context: "Context", _user_id: int, _nights: set[date], _occasion: Occasion
) -> Replies:
    return ()


def _no_commands(_tr: Translator) -> Sequence[BotCommand]:
    return ()


@dataclass(frozen=True)
class Deps:
    """What the composition root hands to every handler."""

    settings: Settings
    database: Database
    clock: Clock
    diary_changed: DiaryChanged = _nothing_follows
    """Called with every change of the diary."""
    command_menu: Callable[[Translator], Sequence[BotCommand]] = _no_commands
    """The command menu in a language."""
    admin_menu: Callable[[Translator], Sequence[BotCommand]] = _no_commands
    """The command menu of admins in a language."""
    started_at: datetime | None = None
    """When this process began."""
    worker: Worker = field(default_factory=Worker)
    """The process for heavy work that is rarely needed."""
    job_queued: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there may be a job to run; see ``bot/telegram/job_runner.py``."""
    process: str = field(default_factory=lambda: uuid4().hex)
    """The name by which this process holds rows and its lease."""
    wake_ups: WakeUps = field(default_factory=WakeUps)
    """Which tables of running counts this process looks at; see ``bot/telegram/held_rows.py``."""


@dataclass(frozen=True)
class Outside:
    """What may be used outside of a transaction, to make a message or to prepare a change."""

    deps: Deps
    bot: Bot


class People(Protocol):
    """What the frame has to ask about people; the composition root hands it in."""

    async def load(
        self,
        session: Session,
        user_id: int,
        language_code: str | None,
        now: datetime,
        *,
        is_in_chat: bool,
    ) -> User | None:
        """The person's row, locked until the transaction ends; None: they have not begun.

        Whoever writes or taps does not block the bot (any more); whoever opens its page may.
        """
        ...

    async def begin(
        self, session: Session, user_id: int, language_code: str | None, now: datetime
    ) -> User:
        """The person's row, made if there is none."""
        ...

    async def find(self, session: Session, user_id: int) -> User | None:
        """The person's row, locked until the transaction ends; None when there is none."""
        ...

    async def turn_away(self, session: Session, user_id: int, now: datetime) -> bool:
        """Note that a stranger was told that the bot is private; False: they were told before."""
        ...

    async def set_blocked(
        self, session: Session, user_id: int, now: datetime, *, blocked: bool
    ) -> None:
        """The person blocked the bot, or came back."""
        ...


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """One update of one person in their private chat, inside its one transaction.

    The frame (see ``frame.py``) makes it, opens the transaction and loads the person before the
    handler is called, and commits afterwards. ``now`` is read once, on arrival.
    """

    deps: Deps
    session: Session
    """Open until the handler returns. Handlers never commit."""
    person: User
    """The person's row in ``session``: what is set on it is stored. Of somebody who has not begun
    it is in no session."""
    asked_then: str | None = None
    """For replayed text: the question that it answered when it first came, if that is no longer
    open."""
    is_known: bool = False
    """Whether the person has begun: their row is in the database."""
    now: datetime
    telegram_update: Update
    """What Telegram sent; not set for what was done on a page."""
    language_code: str | None = None
    """What Telegram says about the language of the person's app."""
    message: TelegramMessage | None = None
    """The person's own message (typed, a keyboard button, a command, a location, a file)."""
    query: CallbackQuery | None = None
    """The tap on an inline button."""
    is_over_limit: bool = False
    """They send too much: do what was asked, but leave out answers that add nothing."""
    sender_id: int
    """The person's Telegram id."""
    update_id: int = 0
    """The update's number in the inbox; negative for what was done on a page."""
    stored_replies: bytes | None = None
    """The replies as they were last stored in the inbox."""
    lease_number: int = 0
    """Which lease of this process the update was handled under."""
    stands_for: Tap | None = None
    """The button that does what the person typed: its handler is called as if it was tapped."""
    question: "OpenQuestion | None" = None
    """The question with buttons that was open before this message."""
    quoted: str = ""
    """The last line of the message with the button of ``stands_for``; it may quote the person."""
    is_screen_kept: bool = False
    """Whether ``users.on_screen`` stays: this update opened it, or what was typed is about it.
    """
    is_follow_up_uncertain: bool = False
    """Whether the answer to the last follow-up's COMMIT was lost, so that it may be committed or
    not."""
    is_marked_done: bool = False
    """All replies are sent, and the update's row says so."""

    @property
    def tr(self) -> Translator:
        """The translator into the person's language, with their country's formats."""
        return translator_for(self.person)

    @property
    def may_store(self) -> bool:
        """Whether anything may be stored of the person: they have begun, and consent stands."""
        return self.is_known and self.person.consent_withdrawn_at is None

    @property
    def zone(self) -> str:
        """The IANA time zone where the person is; UTC until they have told it."""
        return zone_of(self.person)

    @property
    def local_now(self) -> datetime:
        """The wall-clock time where the person is (naive)."""
        return local_time(self.now, self.zone)

    @property
    def today(self) -> date:
        """The date where the person is."""
        return self.local_now.date()

    @property
    def nights(self) -> Nights:
        """The person's nights: each around one sleep."""
        return nights_of(self.person)

    @property
    def tonight(self) -> date:
        """The night that it is where the person is, by its evening's date."""
        return self.nights.of(self.local_now)

    @property
    def is_night(self) -> bool:
        """Whether it is between the person's bed and wake time, when nothing makes a sound."""
        return is_quiet(self.local_now.time(), self.person.bed_time, self.person.wake_time)

    @property
    def written_at(self) -> datetime:
        """When the person wrote it, never after now: a message waits for a bot that is down."""
        return self.now if self.message is None else min(self.message.date, self.now)

    @property
    def message_id(self) -> int:
        """The id of the person's own message, 0 when there is none."""
        return self.message.message_id if self.message is not None else 0

    @property
    def text(self) -> str:
        """The text of the person's own message or the words below its picture or file, without the
        NUL that no database takes."""
        text = (self.message.text or self.message.caption) if self.message is not None else None
        return (text or "").replace("\x00", "")

    @property
    def argument(self) -> str:
        """What follows the command in the person's message."""
        return self.text.partition(" ")[2].strip()

    @property
    def tap(self) -> Tap:
        """The callback data of the tapped button; the sender's word only, so check every part."""
        if self.stands_for is not None:
            return self.stands_for
        data = self.query.data if self.query is not None else None
        return unpack(data) or Tap("", "", ())

    @property
    def tapped_message_id(self) -> int | None:
        """The message whose button was tapped, or None when Telegram no longer says."""
        if self.query is None or self.query.message is None:
            return None
        return self.query.message.message_id

    @property
    def is_admin(self) -> bool:
        """Whether the person is one of ``ADMIN_USER_IDS``."""
        return self.deps.settings.is_admin(self.sender_id)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call something when the transaction is committed; never when it is rolled back."""
        session = self.session.sync_session
        event.listen(session, "after_commit", lambda _session: call(), once=True)

    def ask(self, feature: str, verb: str, *arguments: object) -> None:
        """Wait for a typed answer: the next text goes to that feature's answer handler."""
        self.person.awaiting, self.person.on_screen = pack(feature, verb, *arguments), None

    def put_on_screen(self, feature: str, verb: str, *arguments: object) -> None:
        """Note what the person has opened: typed text that fits it is about it.

        It ends when it is closed, when something else is opened or asked, with the next command or
        other text that somebody understands, and after :data:`ON_SCREEN_FOR`.
        """
        minute, self.is_screen_kept = int(self.now.timestamp()) // 60, True
        self.person.on_screen = pack(feature, verb, *arguments, minute)

    @property
    def on_screen(self) -> Tap | None:
        """What the person has opened, without its minute; None when that was too long ago."""
        opened = unpack(self.person.on_screen)
        minute = opened.number(len(opened.arguments) - 1) if opened is not None else None
        if opened is None or minute is None:
            return None
        opened_at = datetime.fromtimestamp(minute * 60, UTC)
        # By when it was written: a message can wait for a bot that is down.
        is_recent = self.written_at < opened_at + ON_SCREEN_FOR
        return replace(opened, arguments=opened.arguments[:-1]) if is_recent else None

    def opened(self, feature: str, verb: str) -> Tap | None:
        """What the person has opened, if this feature and verb did it; else None."""
        opened = self.on_screen
        return opened if opened is not None and opened.is_for(feature, verb) else None

    def clear_screen(self) -> None:
        """Note that nothing is open any more."""
        if self.person.on_screen is not None:  # what is set is looked at again by every flush
            self.person.on_screen = None

    def stop_asking(self, feature: str, verb: str | None = None, *arguments: object) -> None:
        """No longer wait for that answer; another feature's question stands.

        Args:
            feature: whose questions; all of them when no verb is given.
            verb: the one question, with these first arguments if there are any.
            arguments: what its callback data goes on with.
        """
        question = unpack(self.person.awaiting)
        if question is None or question.feature != feature:
            return
        if verb is not None and question.verb != verb:
            return
        if question.arguments[: len(arguments)] != tuple(str(one) for one in arguments):
            return
        self.person.awaiting = None

    def refuse(self, text: str) -> Replies:
        """Say in a few words why nothing was done: over the tapped message, or in a new one."""
        if self.query is not None:
            return [Toast(text, alert=True)]
        return [Say(Message(escape(text)))]

    def present(self, content: Content, toast: str | None = None) -> Replies:
        """Show something in place of the tapped message, or say it when nothing was tapped."""
        return [Say(content)] if self.query is None else [Show(content, toast)]
