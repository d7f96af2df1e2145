"""Messages, buttons and keyboards as plain data, and packing of callback data."""

import re
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Literal

MAX_CALLBACK_BYTES = 64
LONGEST_CAPTION = 1024
"""Characters that Telegram accepts below a picture, counted as UTF-16 units without tags. Whoever
counts tags, too, is on the safe side."""
MAX_MESSAGE_ID = 2**31 - 1
"""Message ids have 32 bits, as do the columns that store them."""
Style = Literal["primary", "success", "danger"]
_PART = re.compile(r"[A-Za-z0-9_.+/-]*")


@dataclass(frozen=True)
class Button:
    """An inline button. Exactly one of ``data``, ``copy_text`` and ``web_app_url`` is set."""

    label: str
    data: str = ""
    """Callback data, made with :func:`pack`."""
    style: Style | None = None
    copy_text: str | None = None
    """Text of 1 to 256 characters that a tap copies to the clipboard."""
    web_app_url: str | None = None
    """The https URL that a tap opens as a Mini App."""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class ReplyKeyboard:
    """The keyboard below the text field: rows of labels that a press sends as text."""

    rows: tuple[tuple[str, ...], ...]
    placeholder: str | None = None
    location_label: str | None = None
    """The label whose button sends the person's location instead of a text."""
    persistent: bool = True


@dataclass(frozen=True)
class Document:
    """A file to send: its name, and its bytes or where they are on the disk."""

    name: str
    content: bytes | Path


@dataclass(frozen=True)
class Message:
    """One message with its buttons and attachments.

    A message has inline buttons or a reply keyboard, never both. Telegram does not allow a
    message with a reply keyboard to be edited.
    """

    text: str
    """HTML; the caption when there is a picture or a document."""
    rows: Rows = ()
    reply_keyboard: ReplyKeyboard | None = None
    picture: bytes | None = None
    """PNG or JPEG bytes."""
    document: Document | None = None
    removes_keyboard: bool = False
    """Whether the message removes the reply keyboard from the screen."""
    reply_to: int | None = None
    """The id of the message that this one replies to; Telegram quotes it above."""
    silent: bool = False

    def quietly(self, quiet: bool) -> "Message":
        """The message without a sound when ``quiet``; a silent message stays silent."""
        return replace(self, silent=True) if quiet and not self.silent else self


def pack(feature: str, verb: str, *arguments: object) -> str:
    """Make callback data ``feature:verb:argument…``. A date is written as ``20270110``.

    Raises:
        ValueError: A part contains a character that is not allowed, or the result is longer
            than 64 bytes.
    """
    words = [f"{one:%Y%m%d}" if isinstance(one, date) else str(one) for one in arguments]
    parts = [feature, verb, *words]
    if not _PART.fullmatch("".join(parts)):
        raise ValueError(f"callback data with an invalid part: {parts[:2]}")
    data = ":".join(parts)
    if len(data) > MAX_CALLBACK_BYTES:  # the allowed characters have one byte each
        raise ValueError(f"callback data longer than {MAX_CALLBACK_BYTES} bytes: {parts[:2]}")
    return data


@dataclass(frozen=True)
class Tap:
    """Parsed callback data. A client can send anything: validate every argument before use."""

    feature: str
    verb: str
    arguments: tuple[str, ...]

    def is_for(self, feature: str, verb: str) -> bool:
        """Whether it has these two first parts."""
        return (self.feature, self.verb) == (feature, verb)

    def number(self, position: int) -> int | None:
        """The argument as an integer; None if it is missing or not 1 to 18 digits."""
        text = self.word(position)
        return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,18}", text) else None

    def message_id(self, position: int) -> int | None:
        """The argument as the id of a message; None if it cannot be one."""
        number = self.number(position)
        return number if number is not None and 0 < number <= MAX_MESSAGE_ID else None

    def day(self, position: int) -> date | None:
        """The argument as a date; None if :func:`parse_day` rejects it."""
        return parse_day(self.word(position))

    def clock(self, position: int) -> time | None:
        """The argument as a time of day; None if :func:`parse_time` rejects it."""
        return parse_time(self.word(position))

    def word(self, position: int) -> str | None:
        """The argument as text; None if it is missing."""
        return self.arguments[position] if position < len(self.arguments) else None


def unpack(data: str | None) -> Tap | None:
    """Parse callback data; None if :func:`pack` cannot have made it."""
    if not data or len(data.encode(errors="replace")) > MAX_CALLBACK_BYTES:
        return None
    parts = data.split(":")
    if len(parts) < 2 or not all(_PART.fullmatch(part) for part in parts):
        return None
    if not parts[0] or not parts[1]:
        return None
    return Tap(parts[0], parts[1], tuple(parts[2:]))


def parse_day(text: str | None) -> date | None:
    """Parse a date of callback data (``20270110``).

    Returns:
        None if it is missing, malformed, or not in the years 2000 to 2099.
    """
    if text is None or len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def parse_time(text: str | None) -> time | None:
    """Parse a time of day of callback data (``0730``); None if it is missing or malformed."""
    if text is None or len(text) != 4 or not text.isascii() or not text.isdigit():
        return None
    try:
        return time(int(text[:2]), int(text[2:]))
    except ValueError:
        return None
