"""The files that people take along: CSV for spreadsheets, JSON for programs, a calendar."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import from_json

from bot.features.data_export.schema import DiaryFile, Entry
from bot.i18n.translator import Translator

if TYPE_CHECKING:
    from icalendar import Event

BOM = "\ufeff"
"""Spreadsheets read a file as UTF-8 when it begins with this."""
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
CONTROLS = ("\t", "\r", "\n")
"""A cell that begins so may be run as a formula by a spreadsheet (OWASP, CSV injection)."""
COLUMNS = (
    "night",
    "date",
    "time",
    "time zone",
    "time precision",
    "occurred at (UTC)",
    "entered at (UTC)",
    "edited at (UTC)",
    "type",
    "site",
    "side",
    "strength 0-10",
    "duration",
    "count",
    "at least",
    "woke me",
    "sleep disturbance 0-10",
    "back to sleep",
    "context",
    "possible triggers",
    "relief tried",
    "relief helped",
    "after effects",
    "day impact",
    "twitch going on for",
    "twitch elsewhere",
    "twitch weak or stiff",
    "note",
    "uid",
)
LENGTHS = {
    "lt_1min": timedelta(minutes=1),
    "1_5min": timedelta(minutes=5),
    "5_10min": timedelta(minutes=10),
    "gt_10min": timedelta(minutes=11),
}
"""How long an entry lasts in a calendar: the upper edge of what was told."""

MOST_KEYS = 60
"""Of one row of a file: more than any has."""
HAPPENED = {
    "entries": ("occurred_at", "entered_at", "edited_at"),
    "night_checks": ("night_on", "answered_at"),
    "habits": ("night_on", "answered_at"),
    "profile": ("told_at",),
    "medicines": ("told_at",),
    "warning_signs": ("hit_on", "hit_at", "answered_at"),
    "fair_tests": ("stopped_on", "created_at", "told_at"),
    "weeks": ("week_on", "limited_at"),
    "deliveries": ("due_at", "night_on", "sent_at", "answered_at"),
}
"""Part of a file → what in its rows cannot be to come."""


class UnusableFileError(Exception):
    """A file that is no diary of ours, or holds something that no diary can; says what."""


def _visible(text: str) -> str:
    """The text without the blanks and invisible signs that it begins with."""
    return next(
        (
            text[number:]
            for number, character in enumerate(text)
            if character.isprintable() and not character.isspace()
        ),
        "",
    )


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run a cell of this text, blanks before it or not."""
    return text.startswith(CONTROLS) or _visible(text).startswith(FORMULA)


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if is_formula(text) else text


def _local(entry: Entry) -> datetime:
    return entry.occurred_at.astimezone(ZoneInfo(entry.time_zone))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _cells(entry: Entry) -> Iterable[object]:
    is_timed = entry.time_precision != "night_only"
    local = _local(entry)
    return (
        entry.night_on.isoformat(),
        local.date().isoformat() if is_timed else "",
        f"{local:%H:%M}" if is_timed else "",
        entry.time_zone,
        entry.time_precision,
        _utc(entry.occurred_at) if is_timed else "",
        _utc(entry.entered_at),
        _utc(entry.edited_at) if entry.edited_at else "",
        entry.event_type,
        entry.site,
        entry.side,
        entry.intensity,
        entry.duration,
        entry.count_tonight,
        "yes" if entry.count_tonight >= 4 else "",
        entry.woke_me,
        entry.sleep_disturbance,
        entry.back_to_sleep,
        entry.context,
        "; ".join(entry.possible_triggers),
        "; ".join(entry.relief_tried),
        entry.relief_helped,
        "; ".join(entry.after_effects),
        entry.day_impact,
        entry.twitch_days,
        entry.twitch_elsewhere,
        entry.twitch_weak_or_stiff,
        entry.note,
        entry.uid,
    )


def as_csv(diary: DiaryFile) -> bytes:
    """One row an entry, local and UTC time, codes of the health reference; safe to open."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for entry in diary.entries:
        writer.writerow([safe(cell) for cell in _cells(entry)])
    return (BOM + buffer.getvalue()).encode()


def as_json(diary: DiaryFile) -> bytes:
    """The whole diary, without what was not told; :func:`read_json` reads it back."""
    return diary.model_dump_json(indent=1, exclude_none=True).encode()


def read_json(content: bytes) -> DiaryFile:
    """A diary out of a file.

    Raises:
        UnusableFileError: naming the first thing that cannot be.
    """
    try:
        value = from_json(content.removeprefix(BOM.encode()))
    except ValueError:  # no JSON, a number too long to read, or nested too deep
        raise UnusableFileError("file") from None
    _look_at_shape(value)
    try:
        return DiaryFile.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise UnusableFileError(place) from None


def _look_at_shape(value: object) -> None:
    """Refuse what would make the reader list a great many faults: it lists every unknown key."""
    if not isinstance(value, dict) or len(value) > MOST_KEYS:
        raise UnusableFileError("file")
    for name, part in value.items():
        rows = part if isinstance(part, list) else [part]
        if any(isinstance(row, dict) and len(row) > MOST_KEYS for row in rows):
            raise UnusableFileError(name)


def refuse_future(diary: DiaryFile, now: datetime) -> None:
    """Refuse a diary that tells of what has not been yet; a day is left for zones and clocks.

    Raises:
        UnusableFileError: naming the first row that cannot be.
    """
    latest_at = now + timedelta(days=1)
    latest_on = latest_at.date()
    for part, names in HAPPENED.items():
        for number, row in enumerate(getattr(diary, part)):
            for name in names:
                at = getattr(row, name)
                if at is not None and at > (latest_at if isinstance(at, datetime) else latest_on):
                    raise UnusableFileError(f"{part}.{number}.{name}")


def as_calendar(tr: Translator, diary: DiaryFile) -> bytes:
    """The cramps as events of a calendar: private, without notes."""
    from icalendar import Calendar  # noqa: PLC0415 - large, and seldom asked for

    calendar = Calendar()
    calendar.add("prodid", "-//CalmCalf//diary//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "CalmCalf")
    for entry in diary.entries:
        if entry.event_type == "cramp":
            calendar.add_component(_event(tr, entry))
    return bytes(calendar.to_ical())


def _event(tr: Translator, entry: Entry) -> "Event":
    from icalendar import Event  # noqa: PLC0415

    _ = tr.gettext
    words = _("Leg cramp")
    if entry.intensity is not None:
        words = _("Leg cramp, strength {number}").format(number=entry.intensity)
    event = Event()
    event.add("uid", f"{entry.uid}@calmcalf")
    event.add("dtstamp", entry.edited_at or entry.entered_at)
    event.add("summary", words)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if entry.time_precision == "night_only":
        event.add("dtstart", entry.night_on)
        event.add("dtend", entry.night_on + timedelta(days=1))
    else:
        length = LENGTHS.get(entry.duration or "", timedelta(minutes=1))
        event.add("dtstart", entry.occurred_at)
        event.add("dtend", entry.occurred_at + length)
    return event
