"""Cuts a diary file into slices and checks them, in the worker process.

:func:`split` writes the rows of the file as they are, some hundred to a slice, and :func:`check`
validates one slice. So no call takes long, and the whole file is never in memory as objects. The
first slice has what belongs together: settings, reminders, fair tests and the like. The others have
rows of one part each.
"""

import json
import pickle
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from bot.features.data_export.files import BOM, InvalidFileError, refuse_future
from bot.features.data_export.schema import MAX_ROWS, PARTS, DiaryFile, Settings

SLICE = 150
"""Rows of a slice. They are added in one transaction, for which everybody else waits on SQLite."""
MAX_KEYS = 60
"""Keys of one object in a file: more than any valid object has. Pydantic makes an error for every
unknown key, which could use gigabytes of memory."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "entries": ("uid",),
    "night_checks": ("night_on",),
    "habits": ("night_on", "habit"),
    "exposures": ("night_on", "exposure"),
    "warning_signs": ("rule", "hit_on"),
    "weeks": ("week_on",),
    "deliveries": ("kind", "slot", "due_at"),
    "reminder_nights": ("night_on",),
    "removed_entries": ("uid",),
    "summaries": ("week_on",),
    "earlier_versions": (),
    "reliefs": (),
}
"""Parts with many rows → what identifies a row. Of several equal ones the first counts; where
nothing does, all are read and none is imported."""
WITH_NIGHTS = ("entries", "night_checks", "habits", "exposures", "deliveries", "reminder_nights")
"""Parts whose rows belong to a night, so that they change stored summaries."""
LONGEST_PLACE = 80
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass
class RawSlice:
    """Rows of a part as they are in the file."""

    part: str
    """The name of the part; empty for the first slice, whose only row is everything else in the
    file."""
    rows: list[Any] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """The place of each row in its part, from 0."""


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("not JSON")


class _Reader:
    """Reads the parts of a file one row at a time."""

    def __init__(self, content: bytes) -> None:
        self._text = content.removeprefix(BOM.encode()).decode()
        self._at = 0
        self._decode = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode
        self.rest: dict[str, Any] = {}
        """Everything except the parts with many rows."""

    def slices(self) -> Iterator[RawSlice]:
        """The slices of the parts with many rows."""
        known: set[str] = set()
        self._expect("{")
        is_end = self._is_next("}")
        while not is_end:
            name = self._value()
            self._expect(":")
            if not isinstance(name, str) or name in known or len(known) == MAX_KEYS:
                raise InvalidFileError("file")
            known.add(name)
            if name in KEYS and self._is_next("["):
                yield from self._rows(name)
            else:
                self.rest[name] = _few_keys(name, self._value())
            is_end = not self._is_next(",")
            if is_end:
                self._expect("}")
        self._skip_space()
        if self._at != len(self._text):
            raise InvalidFileError("file")

    def _rows(self, part: str) -> Iterator[RawSlice]:
        seen: set[tuple[str, ...]] = set()
        found, number = RawSlice(part), 0
        is_end = self._is_next("]")
        while not is_end:
            row = _few_keys(part, self._value())
            key = tuple(str(row.get(name)) for name in KEYS[part]) if isinstance(row, dict) else ()
            if number == MAX_ROWS:
                raise InvalidFileError(part)
            if not key or key not in seen:
                seen.add(key)
                found.rows.append(row)
                found.numbers.append(number)
            number += 1
            if len(found.rows) == SLICE:
                yield found
                found = RawSlice(part)
            is_end = not self._is_next(",")
            if is_end:
                self._expect("]")
        if found.rows:
            yield found

    def _value(self) -> Any:
        self._skip_space()
        value, self._at = self._decode(self._text, self._at)
        return value

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found is not None else self._at

    def _is_next(self, character: str) -> bool:
        """Whether this character comes next; if so, move past it."""
        self._skip_space()
        is_next = self._text.startswith(character, self._at)
        self._at += is_next
        return is_next

    def _expect(self, character: str) -> None:
        if not self._is_next(character):
            raise InvalidFileError("file")


def _few_keys(name: str, value: Any) -> Any:
    rows = value if isinstance(value, list) else [value]
    if any(isinstance(row, dict) and len(row) > MAX_KEYS for row in rows):
        raise InvalidFileError(name)
    return value


def _raw_slices(content: bytes) -> Iterator[RawSlice]:
    """All slices of a file; the one with what belongs together comes last.

    Raises:
        InvalidFileError: it is not JSON, or has too many rows or keys.
    """
    try:
        reader = _Reader(content)
        yield from reader.slices()
    except InvalidFileError:
        raise
    except (ValueError, RecursionError):
        # Not JSON, a number with too many digits, or nested too deeply.
        raise InvalidFileError("file") from None
    yield RawSlice("", [reader.rest], [0])


def _checked(raw: RawSlice, now: datetime | None) -> DiaryFile:
    """The diary with the rows of a slice only.

    Raises:
        InvalidFileError: the path of the first invalid value.
    """
    try:
        if not raw.part:
            diary = DiaryFile.model_validate(raw.rows[0])
        else:
            parts: dict[str, Any] = {raw.part: _valid_rows(raw)}
            settings = Settings.model_construct(language="")
            diary = DiaryFile.model_construct(settings=settings, **parts)
    except ValidationError as error:
        place = _places(error)
        raise InvalidFileError(_place(place) or "file") from None
    if now is not None:
        refuse_future(diary, now, raw.numbers)
    return diary


def _valid_rows(raw: RawSlice) -> tuple[Any, ...]:
    row = PARTS[raw.part]
    rows = []
    for number, value in zip(raw.numbers, raw.rows, strict=True):
        try:
            rows.append(row.model_validate(value))
        except ValidationError as error:
            place = (raw.part, number, *_places(error))
            raise InvalidFileError(_place(place)) from None
    return tuple(rows)


def _place(parts: tuple[int | str, ...]) -> str:
    """The path of a value for the person. An unknown key of the file may be as long as it."""
    return ".".join(map(str, parts))[:LONGEST_PLACE]


def _places(error: ValidationError) -> tuple[int | str, ...]:
    return error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"]


# Called in the worker process ---------------------------------------------------------------------


def split(path: Path) -> list[int]:
    """Write the slices of a file beside it; returns the number of rows of each.

    Raises:
        InvalidFileError: it is not JSON, or has too many rows or keys.
    """
    sizes = [0]
    for raw in _raw_slices(path.read_bytes()):
        number = len(sizes) if raw.part else 0
        _path(path, number).write_bytes(pickle.dumps(raw))
        if raw.part:
            sizes.append(len(raw.rows))
    return sizes


def check(path: Path, number: int, now: datetime) -> None:
    """Validate a slice and write it in place of the raw one.

    Raises:
        InvalidFileError: the path of the first invalid value.
    """
    place = _path(path, number)
    raw: RawSlice = pickle.loads(place.read_bytes())  # noqa: S301 - written by split()
    diary = _checked(raw, now)
    place.write_bytes(pickle.dumps(diary))


def _path(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}-{number}")


# Called in the bot's process ----------------------------------------------------------------------


def load(path: Path, number: int) -> DiaryFile:
    """A slice that was checked."""
    diary: DiaryFile = pickle.loads(_path(path, number).read_bytes())  # noqa: S301 - our own
    return diary


def nights_of(diary: DiaryFile) -> set[date]:
    """The nights that the rows of a diary belong to."""
    return {row.night_on for part in WITH_NIGHTS for row in getattr(diary, part)}


def read_json(content: bytes) -> DiaryFile:
    """Parse and validate a whole file at once, as :func:`split` and :func:`check` do in slices.

    Raises:
        InvalidFileError: it is not a diary, or has an invalid value.
    """
    rows: dict[str, list[Any]] = {part: [] for part in KEYS}
    diary = None
    for raw in _raw_slices(content):
        diary = _checked(raw, None)
        if raw.part:
            rows[raw.part] += getattr(diary, raw.part)
    if diary is None:
        raise InvalidFileError("file")
    return diary.model_copy(update={part: tuple(some) for part, some in rows.items() if some})
