"""The types of values in a diary file, which its rows share."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
)

from bot.local_time.nights import parse_earlier

YEARS = range(2000, 2100)
MAX_SLOT = 10**9
"""Slots of custom reminders are smaller than this."""


def _without_controls(text: str) -> str:
    """Remove control characters, which databases and spreadsheets cannot store.

    A text of control characters only becomes a replacement sign, because it may not be empty.
    """
    kept = "".join(character for character in text if character >= " " or character in "\n\t")
    return kept or ("\ufffd" if text else "")


def _to_utc(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError("a date out of range")
    return at.astimezone(UTC)


def _in_range(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError("a date out of range")
    return day


def _to_the_minute(clock: time) -> time:
    if clock.tzinfo is not None or clock.second or clock.microsecond:
        raise ValueError("a local time has no zone and no seconds")
    return clock


def _zone(name: str) -> str:
    try:
        if ZoneInfo(name).key == name and ("/" in name or name == "UTC"):
            return name
    except (KeyError, ValueError, OSError):
        pass
    raise ValueError("an unknown time zone")


def _earlier_nights(text: str) -> str:
    parse_earlier(text)  # raises ValueError
    return text


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Day = Annotated[date, AfterValidator(_in_range)]
IsoDate = Annotated[str, Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$")]
"""A date that is stored within JSON and stays a text."""
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]
Uid = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Clock = Annotated[
    time, AfterValidator(_to_the_minute), Field(description="Local time to the minute.")
]
EarlierNights = Annotated[
    str,
    AfterValidator(_earlier_nights),
    Field(
        max_length=1200,
        description="How nights were bounded before the times of sleep changed.",
        pattern=r"^[-0-9T:=,]+$",
    ),
]
Slot = Annotated[
    int,
    Field(
        ge=0,
        lt=MAX_SLOT,
        strict=True,
        description="Identifies a custom reminder; 0 for the others.",
    ),
]
Clean = BeforeValidator(lambda value: _without_controls(value) if isinstance(value, str) else value)


def one_of(options: Iterable[str]) -> Callable[[str], str]:
    known = frozenset(options)

    def check(code: str) -> str:
        if code not in known:
            raise ValueError("an unknown code")
        return code

    return check


def codes(options: Iterable[str]) -> dict[str, JsonValue]:
    return {"enum": list(options)}


class Row(BaseModel):
    """A part of the file, or a row of a part. Unknown keys are refused."""

    # Errors reach the log, which never has content of a diary.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
