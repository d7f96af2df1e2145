"""What people do in their app: write, tap, edit, send files, and block the bot."""

import mimetypes
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from bot.clock import Clock
from bot.sandbox import entities
from bot.sandbox.changes import Changes
from bot.sandbox.chats import HISTORY_LIMIT, Chats
from bot.sandbox.models import (
    TAP_LIFE_SECONDS,
    Json,
    Message,
    NotPossibleError,
    Person,
    StoredFile,
    Tap,
)
from bot.sandbox.picture_size import picture_size
from bot.sandbox.updates import UpdateQueue

MOST_IN_ALBUM = 10


class PeopleActions(Chats):
    """Acts as people do; what they do becomes updates for the bot."""

    def __init__(self, clock: Clock, bot_user: Json, changes: Changes) -> None:
        super().__init__(clock, bot_user, changes)
        self.updates = UpdateQueue(changes)
        self.taps: OrderedDict[str, Tap] = OrderedDict()
        self._next_tap = 1

    def say(self, person: Person, text: str) -> Message:
        """Send a text message."""
        return self._write_text(person, text)

    def reply(self, person: Person, message_id: int, text: str) -> Message:
        """Send a text message as a reply to another."""
        return self._write_text(person, text, reply_to=self.message(person, message_id))

    def forward(self, person: Person, text: str, origin_name: str = "Someone") -> Message:
        """Forward another user's text message to the bot."""
        return self._write_text(person, text, extra={"forward_origin": self._origin(origin_name)})

    def press(self, person: Person, label: str) -> Message:
        """Press a button of the reply keyboard, given by its label or by a unique part of it."""
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
            self.chats[person.id].markup = None
            self.changes.notify()
        return message

    def tap(self, person: Person, message_id: int, button: str) -> Tap:
        """Tap an inline button, given by its callback data, its label or a unique part of it."""
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
        """Send callback data for a message, whether or not it has such a button."""
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
        self.updates.add("callback_query", query, person.id + 3 * 2**33, TAP_LIFE_SECONDS)
        return tap

    def edit(self, person: Person, message_id: int, text: str) -> Message:
        """Edit a text message that the person sent, or the words below their picture or file."""
        message = self.message(person, message_id)
        if message.from_bot or (message.text is None and message.file is None):
            raise NotPossibleError("only one's own texts and captions can be edited")
        self._must_reach(person)
        words = entities.plain(text)
        if message.text is None:
            message.caption = words
        else:
            message.text = words
        message.entities = entities.found_in(words, [])
        message.edited_at = self.whole_second()
        self.mark_changed(message)
        self.updates.add("edited_message", self.as_json(message), person.id)
        return message

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
        """Send a picture, with words below it if there are any."""
        return self.send_photos(person, [content], caption)[0]

    def send_photos(
        self, person: Person, contents: Sequence[bytes], caption: str | None = None
    ) -> list[Message]:
        """Send pictures: several are an album, in which each is a message of its own.

        Args:
            person: who sends them.
            contents: the pictures, two to ten for an album.
            caption: the words below the first one.
        """
        self._check_album(contents)
        sizes = [picture_size(content) or (640, 480) for content in contents]
        files = [
            self.store(content, "photo.jpg", "image/jpeg", size)
            for content, size in zip(contents, sizes, strict=True)
        ]
        return self._send_files(person, "photo", files, caption, caption_at=0)

    def send_documents(
        self, person: Person, named: Sequence[tuple[str, bytes]], caption: str | None = None
    ) -> list[Message]:
        """Send files with their names; the words below them belong to the last one, as in apps."""
        self._check_album(named)
        unknown = "application/octet-stream"
        files = [
            self.store(content, name, mimetypes.guess_type(name)[0] or unknown)
            for name, content in named
        ]
        return self._send_files(person, "document", files, caption, caption_at=len(files) - 1)

    @staticmethod
    def _check_album(items: Sequence[object]) -> None:
        if not 1 <= len(items) <= MOST_IN_ALBUM:
            raise NotPossibleError("an album has two to ten messages")

    def _send_files(
        self,
        person: Person,
        kind: str,
        files: Sequence[StoredFile],
        caption: str | None,
        *,
        caption_at: int,
    ) -> list[Message]:
        album = {"media_group_id": str(13_000_000_000_000_000 + self._next_message)}
        words = entities.plain(caption or "")
        return [
            self._write(
                person,
                kind=kind,
                file=file,
                caption=words if number == caption_at and words else None,
                entities=entities.found_in(words, []) if number == caption_at else [],
                extra=album if len(files) > 1 else {},
            )
            for number, file in enumerate(files)
        ]

    def send_document(
        self,
        person: Person,
        content: bytes,
        name: str = "file.bin",
        origin_name: str | None = None,
    ) -> Message:
        """Send a file; with ``origin_name``, forward another user's."""
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

    def send_video_note(self, person: Person, seconds: int = 3) -> Message:
        """Send a round video message."""
        note = {
            "file_id": f"note-{self._next_message}",
            "file_unique_id": f"note{self._next_message}",
            "length": 240,
            "duration": seconds,
        }
        return self._write(person, kind="video_note", extra={"video_note": note})

    def send_location(
        self, person: Person, latitude: float | None = None, longitude: float | None = None
    ) -> Message:
        """Send a position; by default the person's own."""
        own = person.position
        place = {
            "latitude": own[0] if latitude is None else latitude,
            "longitude": own[1] if longitude is None else longitude,
        }
        return self._write(person, kind="location", extra={"location": place})

    def block(self, person: Person) -> None:
        """Block the bot."""
        self._set_blocked(person, blocked=True)

    def unblock(self, person: Person) -> None:
        """Unblock the bot."""
        self._set_blocked(person, blocked=False)

    def _origin(self, name: str) -> Json:
        date = int(self.whole_second().timestamp()) - 3600
        return {"type": "hidden_user", "date": date, "sender_user_name": name}

    def _must_reach(self, person: Person) -> None:
        if person.blocked:
            raise NotPossibleError(f"{person.first_name} has blocked the bot")

    def _write_text(self, person: Person, text: str, **fields: Any) -> Message:
        kept = entities.plain(text)
        return self._write(person, text=kept, entities=entities.found_in(kept, []), **fields)

    def _write(self, person: Person, **fields: Any) -> Message:
        self._must_reach(person)
        if not any(fields.get(name) for name in ("text", "file", "extra")):
            raise NotPossibleError("an empty message cannot be sent")
        self.chats[person.id].started = True
        message = self.add_message(person, from_bot=False, **fields)
        self.updates.add("message", self.as_json(message), person.id)
        return message

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
        self.updates.add("my_chat_member", change, person.id)
