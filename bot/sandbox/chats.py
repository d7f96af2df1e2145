"""People and their chats with the bot."""

import time
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

from bot.clock import Clock
from bot.sandbox.changes import Changes
from bot.sandbox.models import ChatState, Json, Message, NotPossibleError, Person, StoredFile

FIRST_PERSON_ID = 5_000_000_001
"""Real user ids have more than 32 bits, too."""
HISTORY_LIMIT = 2_000
"""Messages kept in a chat."""
RECENT_FILES = 200
"""Files kept although no message shows them."""
TYPING_SECONDS = 5.0


class Chats:
    """Everybody's chat: reading it, and the changes that both people and the bot make."""

    def __init__(self, clock: Clock, bot_user: Json, changes: Changes) -> None:
        self.clock = clock
        self.bot_user = bot_user
        self.changes = changes
        self.people: dict[int, Person] = {}
        self.chats: dict[int, ChatState] = {}
        self.files: WeakValueDictionary[str, StoredFile] = WeakValueDictionary()
        self._recent_files: deque[StoredFile] = deque(maxlen=RECENT_FILES)
        self._next_message = 1
        self._next_file = 1

    # Reading ------------------------------------------------------------------------------------

    def chat(self, person: Person) -> list[Message]:
        """Return the messages that this person sees, oldest first."""
        return list(self.chats[person.id].messages.values())

    def last(self, person: Person) -> Message:
        """Return the newest message of the chat."""
        messages = self.chats[person.id].messages
        if not messages:
            raise NotPossibleError(f"{person.first_name}'s chat is empty")
        return next(reversed(messages.values()))

    def last_from_bot(self, person: Person) -> Message:
        """Return the newest message of the bot in this chat."""
        for message in reversed(self.chats[person.id].messages.values()):
            if message.from_bot:
                return message
        raise NotPossibleError(f"the bot has not written to {person.first_name}")

    def message(self, person: Person, message_id: int) -> Message:
        """Return one message of the chat."""
        found = self.chats[person.id].messages.get(message_id)
        if found is None:
            raise NotPossibleError(f"no message {message_id} in {person.first_name}'s chat")
        return found

    def messages_from_bot(self, people: Iterable[Person] | None = None) -> list[Message]:
        """Return everything that the bot has written and not deleted, in order."""
        chosen = self.people.values() if people is None else people
        found = [m for p in chosen for m in self.chats[p.id].messages.values() if m.from_bot]
        return sorted(found, key=lambda message: message.id)

    def keyboard(self, person: Person) -> list[list[str]]:
        """Return the labels of the reply keyboard that is shown; [] when there is none."""
        markup = self.chats[person.id].markup
        return [[button["text"] for button in row] for row in markup["keyboard"]] if markup else []

    def as_json(self, message: Message) -> Json:
        """Return a message as the ``Message`` object of the Bot API."""
        return message.as_json(self.bot_user)

    def whole_second(self) -> datetime:
        """Return the present instant, cut off to the second as dates of messages are."""
        return self.clock.now().astimezone(UTC).replace(microsecond=0)

    # Changing -----------------------------------------------------------------------------------

    def add_person(
        self,
        first_name: str,
        language_code: str = "en",
        time_zone: str = "Europe/Berlin",
        user_id: int | None = None,
    ) -> Person:
        """Add a person who has not written to the bot yet."""
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
        self.changes.notify()
        return person

    def add_message(self, person: Person, *, from_bot: bool, **fields: Any) -> Message:
        """Append a message to a chat; ``fields`` are those of ``Message``."""
        state = self.chats[person.id]
        message = Message(self._next_message, person, from_bot, self.whole_second(), **fields)
        self._next_message += 1
        state.messages[message.id] = message
        if len(state.messages) > HISTORY_LIMIT:
            state.messages.popitem(last=False)
        if from_bot:
            state.typing_until = 0.0
        self.mark_changed(message)
        return message

    def mark_changed(self, message: Message) -> None:
        """Give a message the newest revision, so that the page shows it again."""
        message.revision = self.changes.revision + 1
        self.changes.notify()

    def remove_message(self, state: ChatState, message_id: int) -> None:
        """Delete a message for both sides."""
        del state.messages[message_id]
        state.deleted[message_id] = self.changes.revision + 1
        if len(state.deleted) > HISTORY_LIMIT:
            state.deleted.popitem(last=False)
        self.changes.notify()

    def delete_chat_history(self, person: Person) -> None:
        """Delete all messages of a chat and its reply keyboard."""
        state = self.chats[person.id]
        for message_id in list(state.messages):
            self.remove_message(state, message_id)
        state.markup = None
        self.changes.notify()

    def show_typing(self, state: ChatState, action: str) -> None:
        """Show that the bot is at work, for five seconds or until its next message."""
        state.typing_until = 0.0 if action == "cancel" else time.monotonic() + TYPING_SECONDS
        self.changes.notify()

    def show_keyboard(self, state: ChatState, markup: Json) -> None:
        """Show or remove the reply keyboard, as the reply markup of a new message says."""
        if "keyboard" in markup:
            state.markup = markup
        elif markup.get("remove_keyboard"):
            state.markup = None
        self.changes.notify()

    def store(
        self, content: bytes, name: str, mime_type: str, size: tuple[int, int] = (0, 0)
    ) -> StoredFile:
        """Keep an uploaded file, as long as a message shows it and for the next 200 uploads."""
        file_id = f"AgACAgIAAxkB{self._next_file:08d}"
        self._next_file += 1
        file = StoredFile(file_id, content, name, mime_type, *size)
        self.files[file_id] = file
        self._recent_files.append(file)
        return file
