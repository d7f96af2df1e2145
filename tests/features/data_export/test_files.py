"""The exported files: CSV without formulas, iCalendar, and JSON that is validated."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from pydantic import ValidationError

from bot.features.data_export.files import (
    CSV_COLUMNS,
    GUARD,
    InvalidFileError,
    as_calendar,
    as_csv,
    as_json,
    csv_lines,
    escaped_cell,
    refuse_future,
)
from bot.features.data_export.import_files import read_json
from bot.features.data_export.schema import DiaryFile, Settings
from bot.features.data_export.schema_entries import Entry
from bot.features.data_export.schema_health import SIGNS
from bot.features.warning_signs.entry_queries import ENTRY_RULES
from bot.i18n.translator import translator
from tests.support.paths import ROOT

TR = translator("en")
AT = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)

NOT_SHOWN = "\u200b\u200f\ufeff\u00a0\u2060"
"""Characters that a program may pass over at the beginning of a cell."""
SPLITS_AND_FORMULAS = ";,|\t\n\r \"'=+-@＝＋－＠\u200bx1"


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


def test_a_row_has_local_time_and_utc() -> None:
    (row,) = rows(
        as_csv(diary(entry(intensity=7, site="calf", possible_triggers=("stress", "hot_day"))))
    )
    assert tuple(row) == CSV_COLUMNS
    assert (row["night"], row["date"], row["time"]) == ("2027-01-12", "2027-01-13", "03:12")
    assert row["occurred at (UTC)"] == "2027-01-13T02:12:00Z"
    assert row["entered at (UTC)"] == "2027-01-13T02:15:00Z"
    assert (row["strength 0-10"], row["site"]) == ("7", "calf")
    assert row["possible triggers"] == "stress; hot_day"


def test_an_entry_without_a_time_has_empty_times() -> None:
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
        "\n=1",
        "\u00a0=1",
        "\u200f=1",
        "\ufeff=1",
        "＝1",
        "＠SUM(A1)",
        "|cmd",
        'say "hi", twice\nand again',
        "שלום",
        "💥",
    ],
)
def test_notes_are_escaped_and_complete(note: str) -> None:
    content = as_csv(diary(entry(note=note)))
    (row,) = rows(content)
    assert row["note"].replace(GUARD, "") == note
    assert not formulas_in(content.decode())


@given(
    st.text(
        alphabet=st.one_of(st.characters(), st.sampled_from(";,\t\n\r \"'=+-@＝＋－＠\u200bx1"))
    )
)
def test_no_text_can_be_run_as_a_formula_however_a_program_splits_it(text: str) -> None:
    cell = escaped_cell(text)
    assert cell.replace(GUARD, "") == text.replace(GUARD, "")
    assert not formulas_in(csv_lines([["night", cell, ""]]))


def formulas_in(content: str) -> list[str]:
    """What a program may take for formulas, whichever signs it splits and encloses cells with."""
    shown = (
        part.lstrip(NOT_SHOWN) for part in re.split(r"[;,\t\n\r |\"'\x0b\x0c\x85\u2028]", content)
    )
    return [part for part in shown if part.startswith(tuple("=+-@＝＋－＠"))]


def test_ordinary_words_and_dates_stay_as_they_are() -> None:
    for text in ("3-4 am, well-known", "2027-01-13", "Port-au-Prince", "a 100% sure; then not"):
        assert escaped_cell(text) == text


def test_the_calendar_can_be_parsed() -> None:
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


def test_validation_stops_at_the_first_invalid_row() -> None:
    """A list of all errors of a five-megabyte file took gigabytes of memory."""
    many = b",".join([b"{}"] * 500_000)
    for part in (b"entries", b"deliveries"):
        content = as_json(diary()).replace(b'"%s": []' % part, b'"%s": [%s]' % (part, many))
        with pytest.raises(InvalidFileError, match=rf"^{part.decode()}$"):
            read_json(content)
        with pytest.raises(ValidationError) as caught:
            DiaryFile.model_validate_json(content)
        assert caught.value.error_count() < 20
    odd = b",".join(b'"k%d":0' % number for number in range(100_000))
    for place in (b"entries", b"settings", b"surprise"):
        with pytest.raises(InvalidFileError, match=rf"^{place.decode()}$"):
            read_json(b'{"%s": [{%s}]}' % (place, odd))
    with pytest.raises(InvalidFileError, match=r"^file$"):
        read_json(b"{%s}" % odd)


def test_a_byte_order_mark_is_accepted() -> None:
    whole = diary(entry())
    assert read_json(b"\xef\xbb\xbf" + as_json(whole)) == whole


@pytest.mark.parametrize("name", ["occurred_at", "entered_at"])
def test_events_in_the_future_are_refused(name: str) -> None:
    refuse_future(diary(entry()), AT)
    refuse_future(diary(entry()), AT - timedelta(hours=20))  # clocks differ
    at = AT + timedelta(days=2)
    late = entry(**{name: at}, night_on=at.date() - timedelta(days=1 if name[0] == "o" else 3))
    with pytest.raises(InvalidFileError, match=rf"^entries\.1\.{name}$"):
        refuse_future(diary(entry(), late), AT)


def test_a_night_computed_with_older_zone_rules_is_accepted() -> None:
    noon = datetime(2027, 1, 13, 11, 30, tzinfo=UTC)  # 12:30 in Berlin, so of the next night now
    assert entry(occurred_at=noon, night_on=date(2027, 1, 12)).night_on == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("night", "is_night"), [(10, False), (11, True), (12, True), (13, True), (14, False)]
)
def test_a_night_is_that_of_who_sleeps_at_night_or_by_day(night: int, is_night: bool) -> None:
    """Half an hour after noon; clocks may have had other rules then."""
    at, night_on = datetime(2027, 1, 13, 11, 30, tzinfo=UTC), date(2027, 1, night)
    if is_night:
        assert entry(occurred_at=at, night_on=night_on).night_on == night_on
        return
    with pytest.raises(ValueError, match="night_on"):
        entry(occurred_at=at, night_on=night_on)


def test_the_documented_schema_is_up_to_date() -> None:
    described = json.loads((ROOT / "docs" / "export-format.schema.json").read_text())
    assert described == DiaryFile.model_json_schema(mode="serialization")


def test_every_part_is_documented() -> None:
    words = (ROOT / "docs" / "export-format.md").read_text()
    for part in DiaryFile.model_fields:
        assert f"`{part}`" in words, part


def test_every_sign_that_an_entry_can_meet_has_a_place_in_a_file() -> None:
    assert set(ENTRY_RULES) <= set(SIGNS)
