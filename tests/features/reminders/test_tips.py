"""The tips of reminders: sources, lengths, wording."""

import re
from datetime import date, datetime, time, timedelta

import pytest

from bot.database.models import Kind
from bot.dispatch.occurrence_numbers import occurrence_number
from bot.dispatch.schedule import Schedule
from bot.features.learn.sources import SOURCES
from bot.features.reminders.messages.times import most_times
from bot.features.reminders.tips import TIPS, Tip, tip
from bot.i18n.translator import translator
from tests.support.wording import assert_kind_words

TR = translator("en")
LEAST = {"hydration": 7, "stretch": 7, "caffeine": 7, "dinner_caffeine": 4, "meal": 12}
EVERY_TIP = [(kind, line) for kind, lines in TIPS.items() for line in lines]


def test_there_are_enough_different_lines() -> None:
    assert set(TIPS) == set(LEAST)
    for kind, least in LEAST.items():
        assert len({line.text for line in TIPS[kind]}) == len(TIPS[kind]) >= least


@pytest.mark.parametrize(("kind", "line"), EVERY_TIP)
def test_every_line_is_short_sourced_and_kind(kind: str, line: Tip) -> None:
    assert line.sources
    assert set(line.sources) <= set(SOURCES)
    assert len(line.text) <= 90
    assert "\n" not in line.text
    assert not set("<>&{}") & set(line.text)
    assert_kind_words(line.text)
    if "caffeine" in kind:
        assert "cramp" not in line.text
    if kind == "hydration":
        assert not re.search(r"\d|cramp", line.text)
    if kind == "meal":
        assert line.text.endswith("?")
        assert not re.search(r"\d|cramp|\bnight|sleep|\bleg|muscle", line.text)


@pytest.mark.parametrize("kind", LEAST)
def test_lines_take_turns(kind: str) -> None:
    lines = [line.text for line in TIPS[kind]]
    assert [tip(TR, kind, number) for number in range(len(lines))] == lines
    assert tip(TR, kind, len(lines)) == lines[0]
    assert tip(TR, kind, 739_000) == tip(TR, kind, 739_000 % len(lines))


def test_a_kind_without_lines_has_none() -> None:
    assert tip(TR, "summary", 3) == ""


def test_tips_leave_out_what_a_gate_shuts() -> None:
    tr = translator("en")
    said = {
        gate: {tip(tr, kind, number, {gate}) for kind in TIPS for number in range(60)}
        for gate in ("greens", "nuts", "nuts?", "drinks", "drinks?", "standing", "")
    }
    left_out = {gate: said[""] - found for gate, found in said.items() if gate}
    assert left_out["greens"] == {"Spinach with dinner?", "Salmon with broccoli?"}
    assert len(left_out["nuts"]) == 5
    assert left_out["nuts?"] == left_out["nuts"]
    assert left_out["standing"] == {"For the calf: back knee straight, both heels down."}
    assert left_out["drinks?"] == left_out["drinks"]
    (evening,) = left_out["drinks"]
    assert evening.startswith("A drink without caffeine may suit the evening")


# Turns: over every schedule ----------------------------------------------------------------------

BEDTIMES = {"stretch": 22 * 60 + 20, "meal": 16 * 60 + 30}
WEEKDAYS = {"daily": range(7), "Monday to Friday": range(5), "Sunday": [6], "odd": [0, 2, 5]}
DAYS = 420
GATES: dict[str, tuple[frozenset[str], ...]] = {
    "meal": (frozenset(), frozenset({"greens"}), frozenset({"nuts"}), frozenset({"nuts?"})),
    "stretch": (frozenset(), frozenset({"standing"})),
    "dinner_caffeine": (frozenset(), frozenset({"drinks"})),
}


def times_a_day(kind: str, count: int) -> tuple[time, ...]:
    """Times that a person may choose, also after midnight for a stretch."""
    start = BEDTIMES.get(kind, 8 * 60)
    minutes = ((start + number * 90) % (24 * 60) for number in range(count))
    return tuple(time(*divmod(minute, 60)) for minute in minutes)


def keys_of(schedule: Schedule) -> list[datetime]:
    """Every occurrence of some weeks, as wall-clock time."""
    days = (date(2027, 1, 13) + timedelta(days=number) for number in range(DAYS))
    return [key for day in days for key in schedule.keys_on(day)]


@pytest.mark.parametrize("weekdays", WEEKDAYS)
@pytest.mark.parametrize("kind", LEAST)
def test_every_line_is_seen_in_every_schedule_and_at_every_hour(kind: str, weekdays: str) -> None:
    for gates in GATES.get(kind, (frozenset(),)):
        shut = {code.removesuffix("?") for code in gates}
        every = {one.text for one in TIPS[kind] if not one.unless & shut}
        for a_day in range(1, most_times(Kind(kind)) + 1):
            schedule = Schedule(
                times_a_day(kind, a_day),
                frozenset(WEEKDAYS[weekdays]),
                timedelta(minutes=44),
                by_night=kind == "stretch",
            )
            keys = keys_of(schedule)
            numbers = [occurrence_number(schedule, key + schedule.spread) for key in keys]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            said = [tip(TR, kind, number, gates, a_day) for number in numbers]
            # None comes again before all were seen.
            begin = -numbers[0] % len(every)
            for start in range(begin, len(said) - len(every) + 1, len(every)):
                assert set(said[start : start + len(every)]) == every
            # At each hour all are seen: in so many of its days.
            enough = len(every) * a_day
            for clock in set(schedule.times) if len(keys) // a_day >= enough else ():
                at_that_hour = [
                    line for key, line in zip(keys, said, strict=True) if key.time() == clock
                ]
                assert set(at_that_hour[:enough]) == every, (a_day, clock)


def test_an_occurrence_keeps_its_line_when_a_clock_change_moves_it() -> None:
    schedule = Schedule((time(2, 30), time(9)), spread=timedelta(minutes=3))
    on_time, moved = datetime(2027, 3, 28, 2, 33), datetime(2027, 3, 28, 3, 3)
    assert occurrence_number(schedule, moved) == occurrence_number(schedule, on_time)


def test_a_night_counts_from_its_evening() -> None:
    schedule = Schedule((time(0, 30), time(22)), by_night=True)
    late, early = datetime(2027, 1, 13, 22), datetime(2027, 1, 14, 0, 30)
    assert occurrence_number(schedule, early) == occurrence_number(schedule, late) + 1
