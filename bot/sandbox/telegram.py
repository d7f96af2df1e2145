"""A stand-in for Telegram: people, their chats with one bot, and the updates the bot gets.

No HTTP here. ``Telegram`` is also the handle of the tests: people act by plain methods, and what
the bot shows them can be read and waited for. All of it belongs to one event loop.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from weakref import WeakValueDictionary

from bot.clock import Clock, SystemClock
from bot.sandbox import entities
from bot.sandbox.faults import Faults

Json = dict[str, Any]

FIRST_PERSON_ID = 5_000_000_001
"""Ids of people have long been beyond 32 bits."""
HISTORY_LIMIT = 2_000
"""Messages kept in a chat."""
MESSAGE_LIFE_SECONDS = 86_400.0
"""How long an update waits for a bot that is down."""
TAP_LIFE_SECONDS = 150.0
"""How long an inline tap waits, and how long it can be answered."""
TYPING_SECONDS = 5.0
EVENT_TIMEOUT_SECONDS = 60.0
"""How long to wait for an expected event: generous, for computers that are busy."""
DEFAULT_UPDATES = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
"""What a bot gets that does not say what it wants."""
OPTIONAL_UPDATES = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Trouble = Literal["blocked", "deactivated", "not_found"]


class ApiError(Exception):
    """A refusal, in Telegram's words."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class NotPossibleError(ValueError):
    """A person tried what their app would not let them do."""


@dataclass
class Person:
    """Somebody with a phone."""

    id: int
    first_name: str
    language_code: str
    time_zone: str
    username: str
    position: tuple[float, float] = (52.52, 13.405)
    """Latitude and longitude that the location button sends."""
    blocked: bool = False
    """Whether this person has blocked the bot, in their app."""
    trouble: Trouble | None = None
    """What the Bot API answers for this chat, whatever the person does."""

    def as_user(self) -> Json:
        """The ``User`` object."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "username": self.username,
            "language_code": self.language_code,
        }

    def as_chat(self) -> Json:
        """The ``Chat`` object."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "username": self.username,
            "type": "private",
        }


@dataclass(eq=False)
class StoredFile:
    """Bytes that were uploaded."""

    file_id: str
    content: bytes
    name: str
    mime_type: str
    width: int = 0
    height: int = 0

    @property
    def unique_id(self) -> str:
        """The same for equal bytes."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def path(self) -> str:
        """Path below ``/file/bot{token}/``."""
        return f"files/{self.file_id}-{self.name}"

    def as_json(self) -> Json:
        """What ``File``, ``PhotoSize`` and ``Document`` have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


@dataclass(eq=False)
class Message:
    """One message as both sides see it."""

    id: int
    person: Person
    from_bot: bool
    date: datetime
    text: str | None = None
    caption: str | None = None
    entities: list[Json] = field(default_factory=list)
    file: StoredFile | None = None
    kind: str = "text"
    extra: Json = field(default_factory=dict)
    """Further fields of the ``Message`` object, for example ``location``."""
    inline: list[list[Json]] = field(default_factory=list)
    silent: bool = False
    edited_at: datetime | None = None
    reply_to: "Message | None" = None
    reaction: str | None = None
    editable: bool = True
    """False when sent with a reply keyboard or its removal."""
    protected: bool = False
    revision: int = 0

    @property
    def photo(self) -> bytes | None:
        """The picture's bytes."""
        return self.file.content if self.file is not None and self.kind == "photo" else None

    @property
    def photo_size(self) -> tuple[int, int] | None:
        """Width and height of the picture."""
        if self.file is None or self.kind != "photo":
            return None
        return self.file.width, self.file.height

    @property
    def edited(self) -> bool:
        """Whether it has been edited."""
        return self.edited_at is not None

    @property
    def words(self) -> str:
        """Text or caption; empty when there is none."""
        return self.text or self.caption or ""

    @property
    def buttons(self) -> list[str]:
        """Labels of the inline buttons, in order."""
        return [button["text"] for row in self.inline for button in row]


@dataclass(eq=False)
class Tap:
    """A tap on an inline button."""

    id: str
    person: Person
    message_id: int
    data: str
    born: float
    answer: Json | None = None
    """``text`` and ``show_alert`` of the bot's answer."""
    expired: bool = False

    def is_late(self) -> bool:
        """Whether it can no longer be answered."""
        return self.expired or time.monotonic() - self.born > TAP_LIFE_SECONDS


@dataclass(eq=False)
class ChatState:
    """A person's chat with the bot."""

    person: Person
    started: bool = False
    """Whether the person has ever written: a bot cannot write first."""
    messages: OrderedDict[int, Message] = field(default_factory=OrderedDict)
    deleted: OrderedDict[int, int] = field(default_factory=OrderedDict)
    """Ids of deleted messages and the revision of their end."""
    markup: Json | None = None
    """The ``ReplyKeyboardMarkup`` now shown."""
    markup_revision: int = 0
    typing_until: float = 0.0
    menu_button: Json | None = None


@dataclass(frozen=True)
class Call:
    """One request of the bot to the Bot API, for assertions."""

    method: str
    params: Json
    at: datetime
    result: Any = None
    error: str | None = None
    fault: str | None = None


@dataclass(eq=False)
class QueuedUpdate:
    """An update that waits for the bot."""

    id: int
    payload: Json
    lane: int
    born: float
    life: float
    in_flight: bool = False
    tries: int = 0
    not_before: float = 0.0


@dataclass
class Webhook:
    """Where updates are posted to."""

    url: str
    secret: str
    max_connections: int
    last_error_at: datetime | None = None
    last_error: str | None = None

    def address(self) -> tuple[str, str, int]:
        """What makes it the same webhook."""
        return self.url, self.secret, self.max_connections


class Telegram:
    """The whole of Telegram, as far as one bot and the people around it can see."""

    def __init__(self, clock: Clock | None = None, token: str = "1:sandbox-token") -> None:  # noqa: S107
        self.clock: Clock = clock or SystemClock()
        self.token = token
        self.bot_user: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "CalmCalf",
            "username": "calmcalf_sandbox_bot",
        }
        self.people: dict[int, Person] = {}
        self.chats: dict[int, ChatState] = {}
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=100_000)
        self.taps: OrderedDict[str, Tap] = OrderedDict()
        self.files: WeakValueDictionary[str, StoredFile] = WeakValueDictionary()
        self._recent_files: deque[StoredFile] = deque(maxlen=200)
        self.queue: OrderedDict[int, QueuedUpdate] = OrderedDict()
        self.allowed: frozenset[str] = DEFAULT_UPDATES
        self.webhook: Webhook | None = None
        self.webhook_first_retry_seconds = 1.0
        """Pause after the second failed post; it doubles up to a minute."""
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description by (field, language)."""
        self.menu_button: Json = {"type": "commands"}
        self.revision = 0
        """Grows with everything that a page may want to show."""
        self.closed = False
        self.polling = False
        """Whether a getUpdates waits for something to happen."""
        self._requests: dict[int, tuple[str, float]] = {}
        self._waiters: set[asyncio.Future[None]] = set()
        self._next_message = 1
        self._next_update = 700_000_001
        self._next_tap = 1
        self._next_file = 1
        self._next_request = 1

    # People -------------------------------------------------------------------------------------

    def add_person(
        self,
        first_name: str,
        language_code: str = "en",
        time_zone: str = "Europe/Berlin",
        user_id: int | None = None,
    ) -> Person:
        """Somebody new, who has not written to the bot yet."""
        identity = user_id if user_id is not None else FIRST_PERSON_ID + len(self.people)
        while user_id is None and identity in self.people:
            identity += 1
        if identity in self.people:
            raise NotPossibleError(f"there already is a person {identity}")
        handle = "".join(c for c in first_name.lower() if c.isascii() and c.isalnum()) or "person"
        person = Person(
            identity, first_name, language_code, time_zone, f"{handle}_{len(self.people) + 1}"
        )
        self.people[identity] = person
        self.chats[identity] = ChatState(person)
        self.changed()
        return person

    def chat(self, person: Person) -> list[Message]:
        """The messages that this person sees, oldest first."""
        return list(self.chats[person.id].messages.values())

    def last(self, person: Person) -> Message:
        """The newest message of the chat."""
        messages = self.chats[person.id].messages
        if not messages:
            raise NotPossibleError(f"{person.first_name}'s chat is empty")
        return next(reversed(messages.values()))

    def last_from_bot(self, person: Person) -> Message:
        """The newest message of the bot in this chat."""
        for message in reversed(self.chats[person.id].messages.values()):
            if message.from_bot:
                return message
        raise NotPossibleError(f"the bot has not written to {person.first_name}")

    def message(self, person: Person, message_id: int) -> Message:
        """One message of the chat."""
        found = self.chats[person.id].messages.get(message_id)
        if found is None:
            raise NotPossibleError(f"no message {message_id} in {person.first_name}'s chat")
        return found

    def keyboard(self, person: Person) -> list[list[str]]:
        """Labels of the reply keyboard now shown; empty when there is none."""
        markup = self.chats[person.id].markup
        return [[button["text"] for button in row] for row in markup["keyboard"]] if markup else []

    # What people do -----------------------------------------------------------------------------

    def say(self, person: Person, text: str) -> Message:
        """Write a message."""
        kept = entities.clean(text).strip()
        return self._write(person, text=kept, entities=entities.found_in(kept, []))

    def press(self, person: Person, label: str) -> Message:
        """Press a button of the reply keyboard: by its label, or by a part only it has."""
        markup = self.chats[person.id].markup
        buttons = [b for row in markup["keyboard"] for b in row] if markup else []
        exact = [b for b in buttons if b["text"] == label]
        fitting = exact or [b for b in buttons if label in b["text"]]
        if len({b["text"] for b in fitting}) != 1:
            shown = ", ".join(b["text"] for b in buttons) or "no keyboard"
            raise NotPossibleError(f"no single button {label!r} is shown (there is: {shown})")
        button = fitting[0]
        if button.get("request_location"):
            message = self.send_location(person)
        else:
            message = self.say(person, button["text"])
        if markup is not None and markup.get("one_time_keyboard"):
            self._set_markup(self.chats[person.id], None)
        return message

    def tap(self, person: Person, message_id: int, button: str) -> Tap:
        """Tap an inline button: by its label, by its callback data, or by a part of its label."""
        message = self.message(person, message_id)
        buttons = [b for row in message.inline for b in row if "callback_data" in b]
        fitting = (
            [b for b in buttons if b["callback_data"] == button]
            or [b for b in buttons if b["text"] == button]
            or [b for b in buttons if button in b["text"]]
        )
        if len(fitting) != 1:
            shown = ", ".join(message.buttons) or "none"
            raise NotPossibleError(f"no single button {button!r} on message {message_id} ({shown})")
        return self.tap_data(person, message, fitting[0]["callback_data"])

    def tap_data(self, person: Person, message: Message, data: str) -> Tap:
        """Send callback data for a message without looking at its buttons, as a forger would."""
        self._must_reach(person)
        tap = Tap(
            str(4_000_000_000_000_000 + self._next_tap), person, message.id, data, time.monotonic()
        )
        self._next_tap += 1
        self.taps[tap.id] = tap
        while len(self.taps) > HISTORY_LIMIT:
            self.taps.popitem(last=False)
        query = {
            "id": tap.id,
            "from": person.as_user(),
            "message": self.as_json(message),
            "chat_instance": str(person.id * 31),
            "data": data,
        }
        self._enqueue("callback_query", query, person.id + 3 * 2**33, TAP_LIFE_SECONDS)
        return tap

    def edit(self, person: Person, message_id: int, text: str) -> Message:
        """Edit an own message."""
        message = self.message(person, message_id)
        if message.from_bot or message.text is None:
            raise NotPossibleError("only one's own text messages can be edited")
        self._must_reach(person)
        message.text = entities.clean(text).strip()
        message.entities = entities.found_in(message.text, [])
        message.edited_at = self.whole_second()
        self.touch(message)
        self._enqueue("edited_message", self.as_json(message), person.id, MESSAGE_LIFE_SECONDS)
        return message

    def reply(self, person: Person, message_id: int, text: str) -> Message:
        """Answer a message of the chat."""
        kept = entities.clean(text).strip()
        return self._write(
            person,
            text=kept,
            entities=entities.found_in(kept, []),
            reply_to=self.message(person, message_id),
        )

    def send_sticker(self, person: Person, emoji: str = "🙂") -> Message:
        """Send a sticker."""
        sticker = {
            "file_id": f"sticker-{self._next_message}",
            "file_unique_id": f"sticker{self._next_message}",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._write(person, kind="sticker", extra={"sticker": sticker})

    def send_photo(self, person: Person, content: bytes, caption: str | None = None) -> Message:
        """Send a picture."""
        file = self.store(content, "photo.jpg", "image/jpeg", (640, 480))
        return self._write(person, kind="photo", file=file, caption=caption)

    def send_document(
        self,
        person: Person,
        content: bytes,
        name: str = "file.bin",
        origin_name: str | None = None,
    ) -> Message:
        """Send a file, or forward somebody else's."""
        file = self.store(content, name, "application/octet-stream")
        extra = {} if origin_name is None else {"forward_origin": self._origin(origin_name)}
        return self._write(person, kind="document", file=file, extra=extra)

    def send_voice(self, person: Person, seconds: int = 3) -> Message:
        """Send a voice message."""
        voice = {
            "file_id": f"voice-{self._next_message}",
            "file_unique_id": f"voice{self._next_message}",
            "duration": seconds,
        }
        return self._write(person, kind="voice", extra={"voice": voice})

    def send_location(
        self, person: Person, latitude: float | None = None, longitude: float | None = None
    ) -> Message:
        """Send a position: the given one, else the person's own."""
        here = person.position
        place = {
            "latitude": here[0] if latitude is None else latitude,
            "longitude": here[1] if longitude is None else longitude,
        }
        return self._write(person, kind="location", extra={"location": place})

    def forward(self, person: Person, text: str, origin_name: str = "Someone") -> Message:
        """Forward somebody else's message to the bot."""
        return self._write(
            person,
            text=text,
            entities=entities.found_in(text, []),
            extra={"forward_origin": self._origin(origin_name)},
        )

    def _origin(self, name: str) -> Json:
        date = int(self.whole_second().timestamp()) - 3600
        return {"type": "hidden_user", "date": date, "sender_user_name": name}

    def block(self, person: Person) -> None:
        """Block the bot."""
        self._set_blocked(person, blocked=True)

    def unblock(self, person: Person) -> None:
        """Let the bot write again."""
        self._set_blocked(person, blocked=False)

    def delete_chat_history(self, person: Person) -> None:
        """Empty the person's own view; the keyboard goes too."""
        state = self.chats[person.id]
        for message_id in list(state.messages):
            self.remove_message(state, message_id)
        self._set_markup(state, None)

    def inject(self, raw: Json, *, lane: int = 0) -> int:
        """Queue any update, however strange, past every filter; its id is given when missing."""
        payload = dict(raw)
        number = payload.setdefault("update_id", self._next_update)
        self._next_update = max(self._next_update, number) + 1
        self._put(QueuedUpdate(number, payload, lane, time.monotonic(), MESSAGE_LIFE_SECONDS))
        return int(number)

    def expire_taps(self) -> None:
        """Let every tap grow too old to be delivered or answered."""
        for tap in self.taps.values():
            tap.expired = True
        for update in self.queue.values():
            if "callback_query" in update.payload:
                update.life = -1.0
        self.drop_expired()

    def expire_updates(self) -> None:
        """Let everything that waits for the bot grow too old."""
        for update in self.queue.values():
            update.life = -1.0
        self.drop_expired()

    # Waiting ------------------------------------------------------------------------------------

    async def wait_for(
        self,
        predicate: Callable[[], bool],
        timeout: float = EVENT_TIMEOUT_SECONDS,  # noqa: ASYNC109
    ) -> None:
        """Wait until something is so; looked at after every change.

        Raises:
            TimeoutError: naming what is pending.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not predicate():
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.add(waiter)
            try:
                async with asyncio.timeout_at(deadline):
                    await waiter
            except TimeoutError:
                raise TimeoutError(f"not so after {timeout} s; {self.pending()}") from None
            finally:
                self._waiters.discard(waiter)

    async def settled(self, timeout: float = EVENT_TIMEOUT_SECONDS) -> None:  # noqa: ASYNC109
        """Wait until the bot has confirmed every update and no request of it is under way.

        Raises:
            TimeoutError: naming what is pending.
        """

        def quiet() -> bool:
            self.drop_expired()
            return not self.queue and not self._requests

        await self.wait_for(quiet, timeout)

    async def answered(self, tap: Tap, timeout: float = EVENT_TIMEOUT_SECONDS) -> Json:  # noqa: ASYNC109
        """Wait for the answer to a tap."""
        await self.wait_for(lambda: tap.answer is not None, timeout)
        assert tap.answer is not None  # noqa: S101
        return tap.answer

    def pending(self) -> str:
        """One line for people: what waits, what is under way and what was called last."""
        updates = [
            f"{u.id} {next((k for k in u.payload if k != 'update_id'), '?')}"
            for u in self.queue.values()
        ]
        requests = [f"{m} for {time.monotonic() - t:.1f} s" for m, t in self._requests.values()]
        calls = [
            c.method + (f" ({c.error or c.fault})" if c.error or c.fault else "")
            for c in list(self.calls)[-6:]
        ]
        hook = (
            f"; webhook error: {self.webhook.last_error}"
            if self.webhook and self.webhook.last_error
            else ""
        )
        return (
            f"unconfirmed updates: {', '.join(updates[:8]) or 'none'} ({len(updates)}); "
            f"requests under way: {', '.join(requests) or 'none'}; "
            f"last calls: {', '.join(calls) or 'none'}{hook}"
        )

    def changed(self) -> None:
        """Something that can be seen has changed: wake those who wait."""
        self.revision += 1
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def close(self) -> None:
        """Let every long poll end, for a server that stops."""
        self.closed = True
        self.changed()

    def begin_request(self, method: str) -> int:
        """A request has come in."""
        number = self._next_request
        self._next_request += 1
        self._requests[number] = (method, time.monotonic())
        return number

    def end_request(self, number: int) -> None:
        """A request has been answered or dropped."""
        self._requests.pop(number, None)
        self.changed()

    # Updates ------------------------------------------------------------------------------------

    def drop_expired(self) -> None:
        """Forget updates that waited too long."""
        now = time.monotonic()
        late = [u.id for u in self.queue.values() if now - u.born > u.life and not u.in_flight]
        for number in late:
            del self.queue[number]
        if late:
            self.changed()

    def confirm_before(self, offset: int) -> None:
        """Forget the updates with smaller ids; a negative offset keeps that many last ones."""
        ids = list(self.queue)
        gone = [n for n in ids if n < offset] if offset >= 0 else ids[:offset]
        for number in gone:
            del self.queue[number]
        if gone:
            self.changed()

    def confirm(self, number: int) -> None:
        """Forget one update: the webhook took it."""
        if self.queue.pop(number, None) is not None:
            self.changed()

    def pending_updates(self, offset: int, limit: int) -> list[Json]:
        """The next updates for getUpdates."""
        self.drop_expired()
        found: list[Json] = []
        for number, update in self.queue.items():
            if len(found) >= limit:
                break
            if offset < 0 or number >= offset:
                found.append(update.payload)
        return found

    def _enqueue(self, kind: str, content: Json, lane: int, life: float) -> None:
        if kind not in self.allowed:
            self.changed()
            return
        number = self._next_update
        self._next_update += 1
        payload = {"update_id": number, kind: content}
        self._put(QueuedUpdate(number, payload, lane, time.monotonic(), life))

    def _put(self, update: QueuedUpdate) -> None:
        self.queue[update.id] = update
        self.changed()

    # Chats --------------------------------------------------------------------------------------

    def whole_second(self) -> datetime:
        """The present instant as dates of messages are kept."""
        return self.clock.now().astimezone(UTC).replace(microsecond=0)

    def _must_reach(self, person: Person) -> None:
        if person.blocked:
            raise NotPossibleError(f"{person.first_name} has blocked the bot")

    def _write(self, person: Person, **fields: Any) -> Message:
        self._must_reach(person)
        if not any(fields.get(name) for name in ("text", "file", "extra")):
            raise NotPossibleError("an empty message cannot be sent")
        self.chats[person.id].started = True
        message = self.add_message(person, from_bot=False, **fields)
        self._enqueue("message", self.as_json(message), person.id, MESSAGE_LIFE_SECONDS)
        return message

    def add_message(self, person: Person, *, from_bot: bool, **fields: Any) -> Message:
        """Put a message at the end of a chat."""
        state = self.chats[person.id]
        message = Message(self._next_message, person, from_bot, self.whole_second(), **fields)
        self._next_message += 1
        state.messages[message.id] = message
        if len(state.messages) > HISTORY_LIMIT:
            state.messages.popitem(last=False)
        if from_bot:
            state.typing_until = 0.0
        self.touch(message)
        return message

    def touch(self, message: Message) -> None:
        """Mark a message as changed."""
        message.revision = self.revision + 1
        self.changed()

    def remove_message(self, state: ChatState, message_id: int) -> None:
        """Delete a message for both sides."""
        del state.messages[message_id]
        state.deleted[message_id] = self.revision + 1
        if len(state.deleted) > HISTORY_LIMIT:
            state.deleted.popitem(last=False)
        self.changed()

    def show_typing(self, state: ChatState, action: str) -> None:
        """Show that the bot is at work, for five seconds or until its next message."""
        state.typing_until = 0.0 if action == "cancel" else time.monotonic() + TYPING_SECONDS
        self.changed()

    def _set_markup(self, state: ChatState, markup: Json | None) -> None:
        state.markup = markup
        state.markup_revision = self.revision + 1
        self.changed()

    def show_keyboard(self, state: ChatState, markup: Json) -> None:
        """Obey the reply markup of a new message."""
        if "keyboard" in markup:
            self._set_markup(state, markup)
        elif markup.get("remove_keyboard"):
            self._set_markup(state, None)

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked

        def member(*, out: bool) -> Json:
            status: Json = {"user": self.bot_user, "status": "kicked" if out else "member"}
            return status | ({"until_date": 0} if out else {})

        change = {
            "chat": person.as_chat(),
            "from": person.as_user(),
            "date": int(self.whole_second().timestamp()),
            "old_chat_member": member(out=not blocked),
            "new_chat_member": member(out=blocked),
        }
        self._enqueue("my_chat_member", change, person.id, MESSAGE_LIFE_SECONDS)

    def store(
        self, content: bytes, name: str, mime_type: str, size: tuple[int, int] = (0, 0)
    ) -> StoredFile:
        """Keep an uploaded file; it lives as long as a message shows it, and a while longer."""
        file_id = f"AgACAgIAAxkB{self._next_file:08d}"
        self._next_file += 1
        file = StoredFile(file_id, content, name, mime_type, *size)
        self.files[file_id] = file
        self._recent_files.append(file)
        return file

    def as_json(self, message: Message, *, nested: bool = False) -> Json:
        """The ``Message`` object."""
        person = message.person
        result: Json = {
            "message_id": message.id,
            "from": self.bot_user if message.from_bot else person.as_user(),
            "chat": person.as_chat(),
            "date": int(message.date.timestamp()),
        }
        if message.edited_at is not None:
            result["edit_date"] = int(message.edited_at.timestamp())
        if message.reply_to is not None and not nested:
            result["reply_to_message"] = self.as_json(message.reply_to, nested=True)
        if message.text is not None:
            result["text"] = message.text
            if message.entities:
                result["entities"] = message.entities
        if message.file is not None:
            result[message.kind] = self._file_json(message.file, message.kind)
        if message.caption:
            result["caption"] = message.caption
            if message.entities:
                result["caption_entities"] = message.entities
        if message.inline:
            result["reply_markup"] = {"inline_keyboard": message.inline}
        if message.protected:
            result["has_protected_content"] = True
        return result | message.extra

    @staticmethod
    def _file_json(file: StoredFile, kind: str) -> list[Json] | Json:
        if kind == "photo":
            return [file.as_json() | {"width": file.width, "height": file.height}]
        return file.as_json() | {"file_name": file.name, "mime_type": file.mime_type}

    def calls_of(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Recorded calls of a method, oldest first; with a chat's id, only those about it."""
        name = method.lower()
        return [
            call
            for call in self.calls
            if call.method.lower() == name
            and (chat_id is None or str(call.params.get("chat_id")) == str(chat_id))
        ]

    def messages_from_bot(self, people: Iterable[Person] | None = None) -> list[Message]:
        """Everything the bot has written and not deleted, in order."""
        chosen = self.people.values() if people is None else people
        found = [m for p in chosen for m in self.chats[p.id].messages.values() if m.from_bot]
        return sorted(found, key=lambda message: message.id)
