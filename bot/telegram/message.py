"""What is shown to a person, as plain data, and the callback data behind its buttons."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

MAX_CALLBACK_BYTES = 64
Style = Literal["primary", "success", "danger"]
_PART = re.compile(r"[A-Za-z0-9_.+/-]*")


@dataclass(frozen=True)
class Button:
    """An inline button: its label and its callback data (see :func:`pack`).

    With ``copies`` it has none: a tap puts that text (1 to 256 characters) on the clipboard. Nor
    with ``opens``: a tap opens that https address as a Mini App.
    """

    label: str
    data: str = ""
    style: Style | None = None
    copies: str | None = None
    opens: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class ReplyKeyboard:
    """Labels of the keyboard below the text field; ``location_label`` asks for a position."""

    rows: tuple[tuple[str, ...], ...]
    placeholder: str | None = None
    location_label: str | None = None
    persistent: bool = True


@dataclass(frozen=True)
class Document:
    """A file as it is sent: its name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """One message: HTML text (the caption when there is a picture) and what hangs on it.

    A message carries inline rows or a reply keyboard, never both; Telegram refuses to edit one
    that carries a reply keyboard.
    """

    text: str
    rows: Rows = ()
    reply_keyboard: ReplyKeyboard | None = None
    picture: bytes | None = None
    document: Document | None = None
    """A file to keep; the text is its caption then."""
    removes_keyboard: bool = False
    """The reply keyboard goes from the screen."""
    reply_to: int | None = None
    """The message that this one answers, shown above it."""
    silent: bool = False

    def quietly(self, quiet: bool) -> "Message":
        """The same message, sent without a sound when ``quiet``."""
        return replace(self, silent=self.silent or quiet)


def _packed(argument: object) -> str:
    return f"{argument:%Y%m%d}" if isinstance(argument, date) else str(argument)


def pack(feature: str, verb: str, *arguments: object) -> str:
    """Callback data ``feature:verb:argument…``. A date is written as ``20270110``.

    Raises:
        ValueError: when a part has a character that is not allowed, or all is over 64 bytes.
    """
    parts = [feature, verb, *(_packed(argument) for argument in arguments)]
    if not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(f"callback data with an unusable part: {parts[:2]}")
    data = ":".join(parts)
    if len(data.encode()) > MAX_CALLBACK_BYTES:
        raise ValueError(f"callback data over {MAX_CALLBACK_BYTES} bytes: {parts[:2]}")
    return data


@dataclass(frozen=True)
class Tap:
    """Callback data taken apart. It is the sender's word only: check every part before use."""

    feature: str
    verb: str
    arguments: tuple[str, ...]

    def number(self, position: int) -> int | None:
        """The argument as a whole number of at most 18 digits, or None."""
        text = self.word(position)
        return int(text) if text is not None and re.fullmatch(r"-?[0-9]{1,18}", text) else None

    def day(self, position: int) -> date | None:
        """The argument as a date, or None when it is none that makes sense."""
        return parse_day(self.word(position))

    def word(self, position: int) -> str | None:
        """The argument as text, or None when there are fewer."""
        return self.arguments[position] if position < len(self.arguments) else None


def unpack(data: str | None) -> Tap | None:
    """Callback data taken apart, or None when it is not of our making."""
    if not data or len(data.encode(errors="replace")) > MAX_CALLBACK_BYTES:
        return None
    parts = data.split(":")
    if len(parts) < 2 or not all(_PART.fullmatch(part) for part in parts):
        return None
    if not parts[0] or not parts[1]:
        return None
    return Tap(parts[0], parts[1], tuple(parts[2:]))


def parse_day(text: str | None) -> date | None:
    """A date of callback data (``20270110``), or None when it is none that makes sense."""
    if text is None or len(text) != 8 or not text.isascii() or not text.isdigit():
        return None
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None
