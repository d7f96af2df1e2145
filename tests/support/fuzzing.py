"""Makes updates, callback data, typed texts and files that are unusual, broken or forged.

All of it comes out of a seeded ``random.Random``, so every case can be had again. The Bot API's
shapes are those of python-telegram-bot: its classes say in their annotations what each field holds.
"""

import copy
import inspect
import json
import math
import random
import sys
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import UnionType
from typing import Any, Union

import telegram
from telegram import TelegramObject

from bot.telegram.message import MAX_CALLBACK_BYTES

Json = dict[str, Any]
Chance = random.Random
Shape = Any
"""A class of the library."""

TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "x\udfff\ud800",
    "\u202eright to left\u202c",
    "\u200f\u200e\ufeff",
    "e" + "\u0301" * 300,
    "💥" * 4096,
    "👩‍👩‍👧‍👦" * 300,
    "<b>bold & broken",
    "</code>&#0;&bogus;",
    "'; DROP TABLE users; --",
    "%s%n{0}{user}",
    "\\N{DIGIT ONE}\r\n\t\x1b[31m\x7f\x85",
    "\u0661\u0662:\u0663\u0660",
    "１２：３０",
    "𝟙𝟚",
    "²³",
    "İıſß",
    "null",
    "NaN",
    "-0",
    "1e400",
    "a" * 65,
    "a" * 5000,
    "/",
    "//",
    "/ start",
    "/start@" + "x" * 200,
    "ﷺ" * 64,
)
NUMBERS: tuple[float, ...] = (
    0,
    -1,
    1,
    2**31 - 1,
    2**31,
    -(2**31),
    2**53,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**30,
    0.5,
    -0.0,
    1e308,
    math.nan,
    math.inf,
    -math.inf,
    5_000_000_001.5,
)
INSTANTS = (0, 1, -1, 86_399, 2**31 - 1, 2**31, 7_258_118_400, 253_402_300_799, 10**12, -(10**12))
"""Seconds: 1970, the end of 32 bits, 2200, the last year of Python's calendar, and beyond."""


def text(chance: Chance) -> str:
    """Any text: strange ones, and random ones from all over Unicode."""
    if chance.random() < 0.6:
        return chance.choice(TEXTS)
    spans = ((32, 126), (0, 31), (0xA0, 0x24F), (0x600, 0x6FF), (0x2000, 0x206F), (0xFF00, 0xFF5E))
    wide = ((0x1F300, 0x1FAFF), (0xD800, 0xDFFF), (0xE0000, 0xE007F), (0, 0x10FFFF))
    low, high = chance.choice((*spans, *wide))
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.choice((1, 3, 12, 70))))


def anything(chance: Chance, depth: int = 0) -> Any:
    """Any JSON value."""
    kind = chance.randrange(9 if depth < 3 else 7)
    if kind < 2:
        return text(chance)
    if kind < 4:
        return chance.choice(NUMBERS)
    if kind < 7:
        return chance.choice((None, True, False, chance.choice(INSTANTS), [], {}, ""))
    if kind == 7:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {
        chance.choice(("id", "text", "type", "date", "")): anything(chance, depth + 1)
        for _ in range(chance.randrange(4))
    }


# Shapes of the Bot API -------------------------------------------------------------------------

NEEDED = frozenset(
    {
        *("persistent_id", "option_persistent_ids", "allows_revoting", "members_only"),
        "can_react_to_messages",
    }
)
"""Arguments with a default that the library refuses to do without."""


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    """Every name that an annotation of the library may use."""
    names: dict[str, Any] = {}
    for module in [one for name, one in sys.modules.items() if name.split(".")[0] == "telegram"]:
        for name, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, TelegramObject):
                names.setdefault(name, value)
    return names


@lru_cache(maxsize=1000)
def fields_of(shape: Shape) -> tuple[tuple[str, Any, bool], ...]:
    """The fields of an object of the Bot API: name, type and whether it must be there."""
    module = vars(sys.modules[shape.__module__])
    hints = typing.get_type_hints(shape.__init__, globalns={**_names(), **module})
    parameters = inspect.signature(shape.__init__).parameters
    return tuple(
        (name, hints[name], parameters[name].default is inspect.Parameter.empty or name in NEEDED)
        for name in hints
        if name not in {"return", "api_kwargs"} and parameters[name].kind.name != "VAR_KEYWORD"
    )


@lru_cache(maxsize=1000)
def kinds_of(shape: Shape) -> tuple[Shape, ...]:
    """The concrete shapes of one that has several, such as a member of a chat."""
    below = tuple(one for sub in shape.__subclasses__() for one in kinds_of(sub))
    return below or (shape,)


class Shapes:
    """Makes objects of the Bot API from their annotations."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance

    def json(self, shape: Shape) -> Json:
        """A valid object of this shape, as Telegram would write it."""
        made = self.make(shape)
        return dict(made.to_dict())

    def make(self, shape: Shape, depth: int = 0) -> Any:
        """A valid object; the deeper, the fewer fields that need not be there."""
        chosen = self.chance.choice(kinds_of(shape))
        given = {}
        optional = [one for one in fields_of(chosen) if not one[2]]
        wanted = self.chance.sample(optional, min(len(optional), (3, 1, 0, 0, 0, 0)[depth]))
        for name, kind, is_needed in fields_of(chosen):
            if is_needed or any(name == other for other, _kind, _needed in wanted):
                given[name] = self.value(kind, name, depth + 1)
        return chosen(**given)

    def value(self, kind: Any, name: str, depth: int) -> Any:
        """A value of an annotation."""
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in (Union, UnionType):
            chosen = [one for one in arguments if one is not type(None) and not _is_default(one)]
            spans = [one for one in chosen if one is timedelta]  # a number may be too large for one
            return self.value(self.chance.choice(spans or chosen), name, depth)
        if origin is not None and issubclass(origin, Mapping):
            return {}
        if origin is not None and issubclass(origin, Sequence):
            return [self.value(arguments[0], name, depth) for _ in range(self.chance.randrange(3))]
        if inspect.isclass(kind) and issubclass(kind, TelegramObject):
            return self.make(kind, min(depth, 5))
        return self.plain(kind, name)

    def plain(self, kind: Any, name: str) -> Any:
        """A value that holds no others."""
        chance = self.chance
        if kind is bool:
            return chance.random() < 0.5
        if kind is int:
            return chance.choice((0, 1, 7, 2**31, 2**52, chance.randrange(10**6)))
        if kind is float:
            return chance.uniform(-180, 180)
        if kind is datetime:
            return datetime.fromtimestamp(chance.choice((0, 1, 1_800_000_000, 7_258_118_400)), UTC)
        if kind is timedelta:
            return timedelta(seconds=chance.randrange(10**5))
        if kind is date:
            return date(2027, 1, chance.randrange(1, 29))
        return chance.choice(("x", "private", name, "💥", "a" * 64))


def _is_default(kind: Any) -> bool:
    return "DefaultValue" in str(kind)


# Changing --------------------------------------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, as the keys that lead there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inner:
        yield (*path, key)
        if isinstance(part, dict | list) and part:
            yield from places(part, (*path, key))


def _near(chance: Chance, value: Any) -> Any:
    """A value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return chance.choice((value + 1, value - 1, -value, *NUMBERS, *INSTANTS))
    if isinstance(value, str):
        return near_text(chance, value)
    return anything(chance)


def near_text(chance: Chance, value: str) -> str:
    """A text with a character more, less or another."""
    at = chance.randrange(len(value) + 1)
    match chance.randrange(6):
        case 0:
            return value[:at] + text(chance)[:8] + value[at:]
        case 1:
            return value[:at] + value[at + 1 :]
        case 2:
            return value[:at] + chr(chance.randrange(32, 0x250)) + value[at + 1 :]
        case 3:
            return value.swapcase()
        case 4:
            return value * chance.randrange(2, 5)
    return text(chance)


def mutate(chance: Chance, whole: Any, times: int | None = None) -> Any:
    """A copy with a few places changed: gone, twice, of another type, deeper, or elsewhere."""
    changed = copy.deepcopy(whole)
    for _ in range(chance.choice((1, 1, 1, 2, 4)) if times is None else times):
        found = list(places(changed))
        if not found:
            return changed
        *way, key = chance.choice(found)
        holder = changed
        for step in way:
            holder = holder[step]
        _change(chance, changed, holder, key)
    return changed


def _change(chance: Chance, whole: Any, holder: Any, key: Any) -> None:
    value = holder[key]
    match chance.randrange(8):
        case 0:
            del holder[key]
        case 1:
            holder[key] = anything(chance)
        case 2 | 3:
            holder[key] = _near(chance, value)
        case 4:
            holder[key] = chance.choice(([value], {"id": value}, [[value], value]))
        case 5:
            other = chance.choice(list(places(whole)))
            found = whole
            for step in other:
                found = found[step]
            holder[key] = copy.deepcopy(found)
        case 6 if isinstance(holder, list):
            holder[key:key] = [copy.deepcopy(value)] * chance.choice((1, 1, 3))
        case 6:
            holder[chance.choice(("from", "chat", "text", "date", "unknown", ""))] = value
        case _:
            holder[key] = None


# Typed -----------------------------------------------------------------------------------------

CLOCKS = ("3:10", "03:10", "22.45", "2245", "10.30 pm", "10pm", "22h", "noon", "midnight", "7")
DAYS = (
    *("yesterday", "today", "tomorrow", "last night", "this morning", "tue", "monday night"),
    *("12 jan", "jan 12", "12.1.", "12 jan 2026", "2027-01-12", "29 feb", "last friday"),
    *("next mon", "until 5 Jan", "31.12.9999", "0001-01-01", "on 1st of march", "tonight"),
)
AGO = ("15 min ago", "an hour ago", "half an hour ago", "999 hours ago", "48 h ago", "2 days ago")
LISTS = ("8:00, 12.30 and 3pm", "8 9 10", "7am & 9pm", "8;9;10;11;12", "noon, midnight")
AROUND = ("about ", "~", "at ", "", "", "", "or so", " ish", "until ")


def typed_time(chance: Chance) -> str:
    """A time or day as people type it, or nearly so."""
    parts = [chance.choice(chance.choice((CLOCKS, CLOCKS, DAYS, AGO, LISTS)))]
    if chance.random() < 0.4:
        parts.insert(chance.randrange(2), chance.choice((*CLOCKS, *DAYS)))
    typed = " ".join(parts)
    if chance.random() < 0.3:
        around = chance.choice(AROUND)
        typed = f"{around}{typed}" if chance.random() < 0.5 else f"{typed} {around}"
    if chance.random() < 0.3:
        number = str(chance.choice((0, 5, 24, 59, 60, 99, 100, 2027, 10**9)))
        typed = "".join(number if one.isdigit() and chance.random() < 0.3 else one for one in typed)
    while chance.random() < 0.4:
        typed = near_text(chance, typed)
    return text(chance) if chance.random() < 0.05 else typed


OFFSETS = ("UTC+5:30", "GMT-3", "+14", "-12:00", "utc +3.5", "etc/gmt+5", "Z+1", "UTC−3", "+13:45")


def typed_place(chance: Chance, names: Sequence[str]) -> str:
    """A place that is understood: a name in another case, with blanks, or two names."""
    place = chance.choice(names)
    match chance.randrange(5):
        case 0:
            return place.upper()
        case 1:
            return f"  {place.title()} \u200f"
        case 2:
            return f"{place}, {chance.choice(names)}"
        case 3:
            return place.replace(" ", chance.choice(("_", "-", "\u00a0", ".")))
    return place


# Callback data ---------------------------------------------------------------------------------


ODD_ARGUMENTS = ("\u0663", "+5", "007", "1.5", "", " ", "-", "4_plus", "yes", "no", "none")
ODD_DAYS = ("20270230", "00010101", "99991231", "20270100", "2027-01-20", "19991231")


HUGE = (2**31 - 1, 2**31, 2**31 + 5, 10**9 - 1, 10**10, 10**18 - 1, 2**53)


class Data:
    """Makes callback data near that of real buttons.

    Args:
        verbs: every feature and verb that the bot knows.
        numbers: ids to forge, other people's among them.
    """

    def __init__(self, verbs: Sequence[tuple[str, str]], numbers: Sequence[int]) -> None:
        self.verbs = verbs
        self.numbers = list(numbers)
        self.seen: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        self.words: dict[str, None] = {}

    def learn(self, data: str) -> None:
        """Remember the data of a button that was really shown."""
        feature, verb, *arguments = data.split(":")
        self.seen.setdefault((feature, verb), set()).add(tuple(arguments))
        self.words.update(dict.fromkeys(arguments))

    def make(self, chance: Chance) -> str:
        """Data that may have been a button's, or nearly so."""
        feature, verb = chance.choice(self.verbs)
        known = sorted(self.seen.get((feature, verb), ()))
        arguments = list(chance.choice(known)) if known and chance.random() < 0.8 else []
        if not arguments and chance.random() < 0.7:
            arguments = [self.argument(chance) for _ in range(chance.randrange(6))]
        for place in range(len(arguments)):
            if chance.random() < 0.35:
                arguments[place] = self.argument(chance)
        match chance.randrange(18):
            case 0:
                arguments = arguments[:-1]
            case 1:
                arguments.append(self.argument(chance))
            case 2:
                chance.shuffle(arguments)
            case 3:
                return text(chance)
            case 4:
                return near_text(chance, ":".join((feature, verb, *arguments)))
            case 5:
                data = ":".join((feature, verb, *arguments))
                return data + ":" + "9" * (MAX_CALLBACK_BYTES - len(data) + chance.randrange(-2, 2))
            case 6 | 7:
                huge = str(chance.choice(HUGE))
                arguments = [huge if one.isdecimal() else one for one in arguments or [""] * 2]
                arguments = [one or huge for one in arguments]
            case 8:
                arguments = [
                    str(chance.choice(self.numbers)) if one.isdecimal() and self.numbers else one
                    for one in arguments
                ]
        return ":".join((feature, verb, *arguments))

    def argument(self, chance: Chance) -> str:
        """One argument: a number, a day, a code, or none of them."""
        match chance.randrange(8):
            case 0 | 1 if self.words:
                return chance.choice(list(self.words))
            case 2:
                return str(chance.choice(self.numbers))
            case 3:
                return str(chance.choice((0, -1, 1, 3, 10, 2**31, 2**63, 10**18 - 1, 10**30)))
            case 4:
                day = date(2027, 1, 20) + timedelta(days=chance.randrange(-400, 400))
                return chance.choice((day.strftime("%Y%m%d"), *ODD_DAYS))
            case 5:
                return chance.choice(ODD_ARGUMENTS)
            case 6:
                return text(chance)[:20]
        return str(chance.randrange(200))


# Updates ---------------------------------------------------------------------------------------


ERASE = "takeout:delete:yes"
"""Not too often: an empty diary is easily kept in order."""
GONE = {"date": 0}
"""What Telegram says of a message that is too old to be had."""


class Updates:
    """Makes updates in the name of one person.

    Args:
        sender: the ``User`` object of the person whose updates they are.
        other: id of somebody in whose name nothing must come: Telegram vouches for the sender.
        data: makes callback data.
        said: texts that the bot knows, such as commands and labels.
        first: the first update's id.
    """

    def __init__(
        self, chance: Chance, sender: Json, other: int, data: Data, said: Sequence[str]
    ) -> None:
        self.chance = chance
        self.sender = sender
        self.other = other
        self.data = data
        self.said = said
        self.shapes = Shapes(chance)
        self.now = 1_800_000_000
        self.number = 1_000_000_000
        self.message_id = 50_000
        self.tapped: Callable[[], Json] | None = None
        """Gives a real message of the bot with buttons."""

    def make(self) -> Json:
        """The next update; about half of them are as Telegram sends them."""
        chance = self.chance
        self.number += 1
        kind, content = self._content()
        raw: Json = {"update_id": self.number, kind: content}
        if chance.random() < 0.15:
            name, shape, _needed = chance.choice(fields_of(telegram.Message))
            if kind == "message":
                value = self.shapes.json(telegram.Message) | content
                raw[kind] = value if chance.random() < 0.5 else self._with(content, name, shape)
        if chance.random() < 0.45:
            raw = mutate(chance, raw)
            if chance.random() < 0.9:
                raw["update_id"] = self.number
        return self._in_own_name(raw)

    def forged(self) -> Json:
        """A whole update, a tap with data that its button need not have; now and then a text."""
        self.number += 1
        if self.chance.random() < 0.1:  # an answer to what a tap has asked
            return {"update_id": self.number, "message": self.message(text=self._typed())}
        return {"update_id": self.number, "callback_query": self._tap(real=0.15)}

    def _content(self) -> tuple[str, Json]:
        draw = self.chance.random()
        if draw < 0.45:
            return "message", self._message()
        if draw < 0.85:
            return "callback_query", self._tap()
        if draw < 0.92:
            return "my_chat_member", self._membership()
        name, kind, _needed = self.chance.choice(fields_of(telegram.Update)[1:])
        value = self.shapes.value(kind, name, 1)
        return name, value.to_dict() if isinstance(value, TelegramObject) else {}

    def _with(self, content: Json, name: str, kind: Any) -> Json:
        """The content with one more field of a message."""
        given: Json = {
            "message_id": 1,
            "date": datetime.now(UTC),
            "chat": telegram.Chat(1, "private"),
        }
        whole = telegram.Message(**given | {name: self.shapes.value(kind, name, 2)}).to_dict()
        return {key: value for key, value in whole.items() if key not in given} | content

    def _chat(self) -> Json:
        return {"id": self.sender["id"], "type": "private", "first_name": "M"}

    def message(self, **content: Any) -> Json:
        """A message of the person."""
        self.message_id += 1
        whole: Json = {
            "message_id": self.message_id,
            "from": dict(self.sender),
            "chat": self._chat(),
            "date": self.now,
        }
        return whole | content

    def _message(self) -> Json:
        chance = self.chance
        draw = chance.random()
        if draw < 0.8:
            typed = self._typed()
            entity = {"type": "bot_command", "offset": 0, "length": len(typed)}
            extra: Json = {"entities": [entity]} if typed.startswith("/") else {}
            if chance.random() < 0.1:
                extra["date"] = chance.choice((*INSTANTS, self.now + 7200, self.now - 10**6))
            if chance.random() < 0.1 and self.tapped is not None:
                extra["reply_to_message"] = self.tapped()
            return self.message(text=typed, **extra)
        if draw < 0.9:
            place = {
                "latitude": chance.choice((chance.uniform(-90, 90), *NUMBERS)),
                "longitude": chance.choice((chance.uniform(-180, 180), *NUMBERS)),
            }
            return self.message(location=place)
        if draw < 0.95:
            name = chance.choice(("diary.json", "a.pdf", "", "x.json" * 50))
            document = {"file_id": text(chance), "file_unique_id": "u", "file_name": name}
            size = chance.choice((0, 10, 10**7, -1))
            return self.message(document=document | {"file_size": size})
        return self.message(**{chance.choice(("sticker", "voice", "dice", "pinned_message")): {}})

    def _typed(self) -> str:
        draw = self.chance.random()
        if draw < 0.4:
            return self.chance.choice(self.said)
        if draw < 0.7:
            return typed_time(self.chance)
        if draw < 0.8:
            return self.chance.choice(OFFSETS)
        return text(self.chance)

    def tap(self, data: str, message: Json | None) -> Json:
        """A tap of the person."""
        whole: Json = {
            "id": str(self.number),
            "from": dict(self.sender),
            "chat_instance": "1",
            "data": data,
        }
        return whole if message is None else whole | {"message": message}

    def _tap(self, real: float = 0.5) -> Json:
        chance = self.chance
        message = self.tapped() if self.tapped is not None else self.message()
        shown = [
            button["callback_data"]
            for row in message.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
            if "callback_data" in button
        ]
        for data in shown:
            self.data.learn(data)
        data = self.data.make(chance)
        if shown and chance.random() < real:
            data = chance.choice(shown)
        if data.startswith(ERASE) and chance.random() < 0.95:
            data = "takeout:delete"
        draw = chance.random()
        if draw < 0.05:
            return self.tap(data, None)
        if draw < 0.1:  # too old to be had
            return self.tap(
                data, {key: message[key] for key in ("message_id", "chat")} | {"date": 0}
            )
        if draw < 0.13:
            message = copy.deepcopy(message)
            message["chat"] = {"id": self.other, "type": "private"}
        return self.tap(data, message)

    def _membership(self) -> Json:
        chance = self.chance
        bot = {"id": 1, "is_bot": True, "first_name": "C"}
        old, new = chance.choice((("member", "kicked"), ("kicked", "member"), ("member", "left")))
        chat = self._chat()
        if chance.random() < 0.2:
            chat["id"] = self.other

        def member(status: str) -> Json:
            return {"user": bot, "status": status} | (
                {"until_date": 0} if status == "kicked" else {}
            )

        return {
            "chat": chat,
            "from": dict(self.sender),
            "date": chance.choice((self.now, *INSTANTS)),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }

    def _in_own_name(self, raw: Json) -> Json:
        """The update with nothing in it said by the other person; Telegram would not say so."""
        for content in raw.values():
            found = content.get("from") if isinstance(content, dict) else None
            if isinstance(found, dict) and _is_number(found.get("id"), self.other):
                found["id"] = self.sender["id"]
        return raw


def _is_number(value: Any, number: int) -> bool:
    return isinstance(value, int | float) and value == number


# Files -----------------------------------------------------------------------------------------


def broken_file(chance: Chance, whole: Json) -> bytes:
    """An exported file that was changed by hand or truncated."""
    draw = chance.random()
    changed = _changed_rows(chance, whole) if draw < 0.6 else mutate(chance, whole)
    content = json.dumps(changed).encode()
    if draw > 0.97:
        return content[: chance.randrange(len(content))]
    if draw > 0.94:
        at = chance.randrange(len(content))
        return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    return content


def _changed_rows(chance: Chance, whole: Json) -> Json:
    """One row with one field changed to something near, so that much of it is still well."""
    part = chance.choice([name for name, rows in whole.items() if isinstance(rows, list) and rows])
    rows = list(whole[part])
    at = chance.randrange(len(rows))
    row = dict(rows[at])
    name = chance.choice(list(row))
    row[name] = _near_field(chance, row[name], [other.get(name) for other in rows])
    rows[at] = row
    if chance.random() < 0.2:
        rows.insert(chance.randrange(len(rows)), dict(row))
    return whole | {part: rows}


def _near_field(chance: Chance, value: Any, others: Sequence[Any]) -> Any:
    match chance.randrange(4):
        case 0:
            return chance.choice(others)
        case 1 if isinstance(value, str):
            digits = "0123456789"
            return "".join(
                chance.choice(digits) if one.isdigit() and chance.random() < 0.2 else one
                for one in value
            )
        case 2:
            return anything(chance)
    return _near(chance, value)
