"""The files themselves: a table that is safe to open, and a calendar that reads back."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.i18n import translator
from bot.takeout.files import COLUMNS, FORMULA, as_calendar, as_csv, safe
from bot.takeout.schema import DiaryFile, Entry, Settings

TR = translator("en")
AT = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent


def entry(**fields: object) -> Entry:
    plain: dict[str, object] = {
        "uid": "a" * 32,
        "occurred_at": AT,
        "entered_at": AT + timedelta(minutes=3),
        "time_zone": "Europe/Berlin",
        "night_on": date(2027, 1, 12),
    }
    return Entry.model_validate(plain | fields)


def diary(*entries: Entry) -> DiaryFile:
    return DiaryFile(exported_at=AT, settings=Settings(language="en"), entries=entries)


def rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_says_everything_in_local_time_and_utc() -> None:
    (row,) = rows(
        as_csv(diary(entry(intensity=7, site="calf", possible_triggers=("stress", "hot_day"))))
    )
    assert tuple(row) == COLUMNS
    assert (row["night"], row["date"], row["time"]) == ("2027-01-12", "2027-01-13", "03:12")
    assert row["occurred at (UTC)"] == "2027-01-13T02:12:00Z"
    assert row["entered at (UTC)"] == "2027-01-13T02:15:00Z"
    assert (row["strength 0-10"], row["site"]) == ("7", "calf")
    assert row["possible triggers"] == "stress; hot_day"


def test_a_night_without_a_time_has_none() -> None:
    (row,) = rows(as_csv(diary(entry(time_precision="night_only", count_tonight=4))))
    assert (row["time"], row["occurred at (UTC)"], row["night"]) == ("", "", "2027-01-12")
    assert (row["count"], row["at least"]) == ("4", "yes")


@pytest.mark.parametrize(
    "note",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "  =1",
        "＝1",
        "|cmd",
        'say "hi", twice\nand again',
        "שלום",
        "💥",
    ],
)
def test_no_cell_is_a_formula_and_notes_survive(note: str) -> None:
    (row,) = rows(as_csv(diary(entry(note=note))))
    assert not row["note"].lstrip(" ").startswith(FORMULA)
    assert row["note"].removeprefix("'") == note


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    assert not safe(text).lstrip(" ").startswith(FORMULA)
    assert safe(text).endswith(text)


def test_the_calendar_reads_back() -> None:
    content = as_calendar(
        TR,
        diary(
            entry(intensity=7, duration="5_10min", note="secret"),
            entry(uid="b" * 32, time_precision="night_only"),
            entry(uid="c" * 32, event_type="twitch"),
        ),
    )
    assert b"secret" not in content
    calendar = Calendar.from_ical(content)
    timed, night = calendar.walk("VEVENT")
    assert timed["summary"] == "Leg cramp, strength 7"
    assert timed.decoded("dtstart") == AT
    assert timed.decoded("dtend") - AT == timedelta(minutes=10)
    assert timed["class"] == "PRIVATE"
    assert night.decoded("dtstart") == date(2027, 1, 12)
    assert {str(timed["uid"]), str(night["uid"])} == {
        f"{'a' * 32}@calmcalf",
        f"{'b' * 32}@calmcalf",
    }
    assert content.count(b"\r\n") == content.count(b"\n")


def test_the_described_schema_is_the_one_in_force() -> None:
    described = json.loads((ROOT / "docs" / "export-format.schema.json").read_text())
    assert described == DiaryFile.model_json_schema(mode="serialization")


def test_every_part_is_described_in_words() -> None:
    words = (ROOT / "docs" / "export-format.md").read_text()
    for part in DiaryFile.model_fields:
        assert f"`{part}`" in words, part
