"""The formats of an exported diary: CSV for spreadsheets, JSON for programs, iCalendar."""

# TRANSLATORS, ALL: Titles of events in a calendar file.

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.features.data_export.schema import PARTS, DiaryFile
from bot.features.data_export.schema_entries import Entry
from bot.features.data_export.schema_types import Row
from bot.i18n.translator import Translator

if TYPE_CHECKING:
    from icalendar import Event

BOM = "\ufeff"
"""The byte order mark, by which spreadsheets recognize a file as UTF-8."""
OPERATORS = "=+@%\\-＝＋－＠﹦﹢﹣﹫−"
"""Characters with which a formula may begin, full-width and small forms too, for a pattern."""
GUARD = "’"
"""The sign that is put before such a character. An apostrophe or a quotation mark would not work,
because a program may take them for the delimiters of a text."""
_MAY_BEGIN_A_CELL = re.compile(rf"(?<![\w{GUARD}{OPERATORS}])(?=[{OPERATORS}])")
"""Where a formula would begin if a program split the text here. Programs split at semicolons, tabs,
spaces, bars, line breaks or quotation marks, by their settings and language, but not in a word."""
CSV_COLUMNS = (
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
    "twitch tingling",
    "fell",
    "note",
    "uid",
)
DURATIONS = {
    "lt_1min": timedelta(minutes=1),
    "1_5min": timedelta(minutes=5),
    "5_10min": timedelta(minutes=10),
    "gt_10min": timedelta(minutes=11),
}
"""Code of a duration → length of the calendar event, the upper end of the range."""

PAST_FIELDS = {
    "entries": ("occurred_at", "entered_at", "edited_at"),
    "night_checks": ("night_on", "answered_at"),
    "habits": ("night_on", "answered_at"),
    "exposures": ("night_on", "answered_at"),
    "profile": ("told_at",),
    "medicines": ("worse_asked_at", "told_at"),
    "warning_signs": ("hit_on", "hit_at", "answered_at", "withdrawn_at"),
    "fair_tests": ("stopped_on", "created_at", "told_at", "paused_at", "notice_read_at"),
    "weeks": ("week_on", "limited_at"),
    "deliveries": ("due_at", "night_on", "sent_at", "answered_at"),
    "reminder_nights": ("night_on",),
}
"""Part of a file → fields that cannot lie in the future."""


class InvalidFileError(Exception):
    """The file is not a diary, or has an invalid value; the message is the path of the value."""


def escaped_cell(cell: object) -> str:
    """The text of a cell, with a sign before everything that could be run as a formula."""
    return _MAY_BEGIN_A_CELL.sub(GUARD, "" if cell is None else str(cell))


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
        entry.twitch_tingling,
        entry.fell,
        entry.note,
        entry.uid,
    )


def csv_head() -> bytes:
    """The byte order mark and the row of column names."""
    return (BOM + csv_lines([CSV_COLUMNS])).encode()


def csv_rows(entries: Iterable[Entry]) -> bytes:
    """Entries as rows of CSV, with codes of the health reference.

    No cell can be run as a formula, however a program splits the lines.
    """
    lines = ([escaped_cell(cell) for cell in _cells(entry)] for entry in entries)
    return csv_lines(lines).encode()


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines of CSV; the cells have to be escaped."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def as_csv(diary: DiaryFile) -> bytes:
    """The entries as CSV, one per row."""
    return csv_head() + csv_rows(diary.entries)


JSON_TAIL = b"\n}\n"


def json_head(diary: DiaryFile) -> bytes:
    """The beginning of the JSON of a diary, up to its rows."""
    rows = {*PARTS, "report_items"}
    head = diary.model_dump(mode="json", exclude=rows, exclude_none=True)
    lines = (f' "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in head.items())
    return ("{\n" + ",\n".join(lines)).encode()


def json_rows(part: str, rows: Iterable[Row], *, is_first: bool, is_last: bool) -> bytes:
    """Rows of a part as JSON, one per line, without empty fields.

    Args:
        part: the name of the part.
        rows: some of its rows.
        is_first: whether the part begins with them.
        is_last: whether it ends with them.
    """
    lines = ",".join(f"\n  {row.model_dump_json(exclude_none=True)}" for row in rows)
    begin = f',\n "{part}": [' if is_first else "," if lines else ""
    end = "]" if is_first and not lines else "\n ]"
    return f"{begin}{lines}{end if is_last else ''}".encode()


NEW_PARTS = frozenset(
    {
        "reminder_nights",
        "exposures",
        "removed_entries",
        "summaries",
        "earlier_versions",
        "reliefs",
    }
)
"""Parts that are left out when they are empty: older versions refuse files that have them."""


def as_json(diary: DiaryFile) -> bytes:
    """The whole diary as JSON; ``import_files.py`` reads it back."""
    parts = (
        json_rows(one, getattr(diary, one), is_first=True, is_last=True)
        for one in PARTS
        if one not in NEW_PARTS or getattr(diary, one)
    )
    return json_head(diary) + b"".join(parts) + JSON_TAIL


def refuse_future(diary: DiaryFile, now: datetime, numbers: Sequence[int] = ()) -> None:
    """Refuse a diary with events in the future.

    One day is tolerated, because time zones and clocks differ.

    Args:
        diary: the diary, or a slice of it.
        now: the current instant.
        numbers: the place of each row in the file, for a slice.

    Raises:
        InvalidFileError: The path of the first such value.
    """
    latest_at = now + timedelta(days=1)
    latest_on = latest_at.date()
    for part, names in PAST_FIELDS.items():
        for number, row in enumerate(getattr(diary, part)):
            for name in names:
                at = getattr(row, name)
                if at is not None and at > (latest_at if isinstance(at, datetime) else latest_on):
                    shown = numbers[number] if number < len(numbers) else number
                    raise InvalidFileError(f"{part}.{shown}.{name}")


CALENDAR_TAIL = b"END:VCALENDAR\r\n"


def calendar_head() -> bytes:
    """The beginning of an iCalendar file."""
    from icalendar import Calendar  # noqa: PLC0415 - large and rarely needed

    calendar = Calendar()
    calendar.add("prodid", "-//CalmCalf//diary//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "CalmCalf")
    return bytes(calendar.to_ical()).removesuffix(CALENDAR_TAIL)


def calendar_rows(tr: Translator, entries: Iterable[Entry]) -> bytes:
    """The cramps among some entries as private events, without notes."""
    cramps = (entry for entry in entries if entry.event_type == "cramp")
    return b"".join(bytes(_event(tr, entry).to_ical()) for entry in cramps)


def as_calendar(tr: Translator, diary: DiaryFile) -> bytes:
    """The cramps as private events of an iCalendar file, without notes."""
    return calendar_head() + calendar_rows(tr, diary.entries) + CALENDAR_TAIL


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
        length = DURATIONS.get(entry.duration or "", timedelta(minutes=1))
        event.add("dtstart", entry.occurred_at)
        event.add("dtend", entry.occurred_at + length)
    return event
