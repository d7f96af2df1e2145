"""The files that people take along: CSV for spreadsheets, JSON for programs, a calendar."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from pydantic import ValidationError

from bot.i18n import Translator
from bot.takeout.schema import DiaryFile, Entry

BOM = "\ufeff"
"""Spreadsheets read a file as UTF-8 when it begins with this."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "|", "%")
"""A cell that begins so may be run as a formula by a spreadsheet."""
COLUMNS = (
    "night",
    "date",
    "time",
    "time zone",
    "time precision",
    "occurred at (UTC)",
    "entered at (UTC)",
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


class UnusableFileError(Exception):
    """A file that is no diary of ours, or holds something that no diary can; says what."""


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _local(entry: Entry) -> datetime:
    return entry.occurred_at.astimezone(ZoneInfo(entry.time_zone))


def _cells(entry: Entry) -> Iterable[object]:
    is_timed = entry.time_precision != "night_only"
    local = _local(entry)
    return (
        entry.night_on.isoformat(),
        local.date().isoformat() if is_timed else "",
        f"{local:%H:%M}" if is_timed else "",
        entry.time_zone,
        entry.time_precision,
        f"{entry.occurred_at:%Y-%m-%dT%H:%M:%SZ}" if is_timed else "",
        f"{entry.entered_at:%Y-%m-%dT%H:%M:%SZ}",
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
    """The whole diary; :func:`read_json` reads it back."""
    return diary.model_dump_json(indent=1).encode()


def read_json(content: bytes) -> DiaryFile:
    """A diary out of a file.

    Raises:
        UnusableFileError: naming the first thing that cannot be.
    """
    try:
        return DiaryFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "file"
        raise UnusableFileError(place) from None
    except ValueError:  # numbers too long to read, or nested too deep
        raise UnusableFileError("file") from None


def as_calendar(tr: Translator, diary: DiaryFile) -> bytes:
    """The cramps as events of a calendar: private, without notes."""
    _ = tr.gettext
    calendar = Calendar()
    calendar.add("prodid", "-//CalmCalf//diary//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "CalmCalf")
    for entry in diary.entries:
        if entry.event_type == "cramp":
            calendar.add_component(_event(tr, entry))
    return bytes(calendar.to_ical())


def _event(tr: Translator, entry: Entry) -> Event:
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
