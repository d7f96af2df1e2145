"""What differs between two states of an entry, how changes are undone, and their names."""

from datetime import UTC, date, datetime, time

import pytest

from bot.features.cramps import changes, entry_times
from bot.features.cramps.changes import State, difference, to_set, with_added, with_replaced
from bot.features.cramps.messages.change_names import change_name
from bot.features.cramps.told_codes import decode_told, encode_told, told_or_none
from bot.i18n.translator import translator
from bot.local_time.nights import Nights, sleep_across_noon

BERLIN = "Europe/Berlin"
FRIDAY = date(2027, 1, 15)
EMPTY: State = dict.fromkeys(changes.COLUMNS)


def changed(**columns: object) -> dict[str, changes.Value]:
    return {**EMPTY, **columns}  # type: ignore[dict-item]


def test_a_difference_has_the_changed_columns_and_the_whole_time() -> None:
    before, after = difference(changed(intensity=7), changed(intensity=4))
    assert (before, after) == ({"intensity": 7}, {"intensity": 4})
    before, _after = difference(EMPTY, changed(occurred_at="2027-01-15T22:55:00+00:00"))
    assert tuple(before) == changes.TIME
    assert difference(EMPTY, EMPTY) == ({}, {})


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({"intensity": 4, "side": "left"}, {"intensity": 7, "side": None}),
        ({"intensity": 9, "side": "left"}, {"side": None}),  # changed again since
        ({"intensity": 7, "side": None}, {}),
    ],
)
def test_only_what_has_not_changed_since_is_undone(now: State, found: State) -> None:
    before: State = {"intensity": 7, "side": None}
    after: State = {"intensity": 4, "side": "left"}
    assert to_set(changed(**now), before, after) == found


def test_parts_of_a_time_are_undone_together() -> None:
    before = {"occurred_at": "a", "time_precision": "exact", "night_on": "n"}
    after = {"occurred_at": "b", "time_precision": "about", "night_on": "n"}
    assert to_set(changed(**after), before, after) == before
    assert to_set(changed(**after | {"occurred_at": "c"}), before, after) == {}


@pytest.mark.parametrize(
    ("note", "added", "replaced"),
    [
        (None, "b", "c"),
        ("a", "a\nb", "a\nc"),
    ],
)
def test_notes_grow_and_what_was_added_can_be_replaced(
    note: str | None, added: str, replaced: str
) -> None:
    assert with_added(note, "b") == added
    assert with_replaced(added, "b", "c") == replaced


def test_words_are_replaced_as_whole_lines_and_added_where_they_are_gone() -> None:
    assert with_replaced("ab\nb\nb c", "b", "x") == "ab\nx\nb c"
    assert with_replaced("a", "b", "c") == "a\nc"
    assert with_replaced(None, "b", "c") == "c"


AT_3 = {
    "occurred_at": "2027-01-16T02:10:00+00:00",
    "time_precision": "exact",
    "night_on": "2027-01-15",
}
AT_4 = {**AT_3, "occurred_at": "2027-01-16T03:10:00+00:00"}
THURSDAY = {
    "occurred_at": "2027-01-15T02:10:00+00:00",
    "time_precision": "exact",
    "night_on": "2027-01-14",
}


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ({"intensity": 7}, {"intensity": 4}, "strength 7 → 4"),
        ({"intensity": None}, {"intensity": 4}, "strength 4"),
        ({"intensity": 4}, {"intensity": None}, "strength 4 → –"),
        ({"side": "left"}, {"side": "right"}, "left → right"),
        ({"side": None}, {"side": "right"}, "right"),
        ({"event_type": "cramp"}, {"event_type": "twitch"}, "cramp → twitch"),
        ({"count_tonight": 1}, {"count_tonight": 4}, "how many: 1 → 4 or more"),
        ({"relief_tried": ""}, {"relief_tried": "walked"}, "walked"),
        ({"relief_tried": "walked,heat"}, {"relief_tried": "heat"}, "walked → –"),
        ({"note": None}, {"note": "b"}, "note"),
        ({"note": "a"}, {"note": "a\nb"}, "note"),
        ({"note": "a"}, {"note": "c"}, "note changed"),
        ({"note": "a"}, {"note": None}, "note removed"),
        (AT_3, AT_4, "03:10 → 04:10"),
        (AT_3, {**AT_3, "time_precision": "about"}, "03:10 → about 03:10"),
        (AT_3, {**AT_3, "time_precision": "night_only"}, "03:10 → Friday night"),
        (AT_3, THURSDAY, "Sat 16 Jan, 03:10 → Fri 15 Jan, 03:10"),
        (
            {**AT_3, "intensity": 7, "side": "left"},
            {**AT_4, "intensity": 4, "side": "right"},
            "03:10 → 04:10, strength 7 → 4…",
        ),
    ],
)
def test_a_change_has_a_name(before: State, after: State, name: str) -> None:
    assert change_name(translator("en"), BERLIN, before, after) == name


@pytest.mark.parametrize(
    ("clock", "instant"),
    [
        (time(4, 10), datetime(2027, 1, 16, 3, 10, tzinfo=UTC)),
        (time(23, 55), datetime(2027, 1, 15, 22, 55, tzinfo=UTC)),
        (time(12, 0), datetime(2027, 1, 15, 11, 0, tzinfo=UTC)),
        (time(11, 59), datetime(2027, 1, 16, 10, 59, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_found_in_its_night(clock: time, instant: datetime) -> None:
    assert entry_times.in_night(clock, FRIDAY, BERLIN) == instant


def test_the_night_of_who_sleeps_by_day_is_around_their_sleep() -> None:
    nights = Nights(sleep_across_noon(time(8, 30), time(16, 0)))
    found = entry_times.in_night(time(13, 0), FRIDAY, BERLIN, nights)
    assert found == datetime(2027, 1, 16, 12, 0, tzinfo=UTC)
    parts = entry_times.parts_of(FRIDAY, BERLIN, time(8, 30), time(16, 0), nights)
    assert list(parts) == ["night"]


def test_a_night_has_an_evening_and_a_morning() -> None:
    parts = entry_times.parts_of(FRIDAY, BERLIN, time(22, 30), time(6, 30))
    assert parts["evening"] == (datetime(2027, 1, 15, 21, 30, tzinfo=UTC), "about")
    assert parts["morning"] == (datetime(2027, 1, 16, 5, 30, tzinfo=UTC), "about")
    assert parts["night"][1] == "night_only"


def test_what_was_told_fits_into_a_button_and_comes_back() -> None:
    told = (("side", "left"), ("strength", "7"), ("woke", "yes"))
    assert encode_told(told) == "d0i7w0"
    assert decode_told("d0i7w0") == told
    assert told_or_none(None) == ()
    assert [told_or_none(one) for one in ("d9", "q1", "d0x", "7")] == [None] * 4
