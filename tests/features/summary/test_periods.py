"""Figures, comparisons and months: each threshold just below, at and above it, and any diary."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.diary.facts import CrampFact, Facts, HabitFact, NightFact, ReminderFact
from bot.features.summary import comparisons, month_quarter, periods
from bot.features.summary.stats import NightState

FIRST = date(2027, 1, 4)
DAY = timedelta(days=1)
WEEK = 7


def night(number: int) -> date:
    return FIRST + number * DAY


def cramp(number: int, **told: object) -> CrampFact:
    """A cramp at 03:12 of a night, entered at once by default."""
    at = datetime.combine(night(number) + DAY, datetime.min.time()).replace(hour=3, minute=12)
    return CrampFact(at, night(number), **told)  # type: ignore[arg-type]


def none(number: int) -> NightFact:
    return NightFact(night(number), "none_last_night")


def diary(letters: str) -> Facts:
    """A diary, a letter for each night: C cramp, n none, others no entry. Spaces are ignored."""
    nights = list(enumerate(letters.replace(" ", "")))
    return Facts(
        tuple(cramp(number) for number, letter in nights if letter == "C"),
        tuple(none(number) for number, letter in nights if letter == "n"),
    )


def week(cramps: int, covered: int = WEEK) -> str:
    return "C" * cramps + "n" * (covered - cramps) + "." * (WEEK - covered)


# Figures of a span -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "cramps", "at_least"), [(1, 1, False), (3, 3, False), (4, 4, True)]
)
def test_four_or_more_is_a_lower_bound(count: int, cramps: int, at_least: bool) -> None:
    figures = periods.period_figures(Facts((cramp(0, count=count),)), night(0), night(6))
    assert (figures.cramps, figures.at_least, figures.cramp_nights) == (cramps, at_least, 1)


@pytest.mark.parametrize(("minutes", "within"), [(0.0, 1), (14.9, 1), (15.0, 1), (15.1, 0)])
def test_entered_at_once_is_within_15_minutes(minutes: float, within: int) -> None:
    facts = Facts((cramp(0, entered_minutes_after=minutes),))
    figures = periods.period_figures(facts, night(0), night(0))
    assert (figures.timed, figures.within_15_minutes) == (1, within)


def test_an_entry_without_a_time_is_neither_timed_nor_in_an_hour() -> None:
    facts = Facts((cramp(0, time_precision="night_only"), cramp(1, time_precision="about")))
    figures = periods.period_figures(facts, night(0), night(6))
    assert (figures.timed, figures.within_15_minutes) == (1, 1)
    assert figures.hours == {"02_04": 1}


@pytest.mark.parametrize(("intensity", "strong"), [(6, 0), (7, 1), (10, 1), (None, 0)])
def test_strong_begins_at_seven(intensity: int | None, strong: int) -> None:
    facts = Facts((cramp(0, intensity=intensity),))
    assert periods.period_figures(facts, night(0), night(0)).strong == strong


@pytest.mark.parametrize(
    ("site", "typical", "other"),
    [
        ("calf", 1, 0),
        ("foot_sole", 1, 0),
        ("toes", 1, 0),
        ("shin", 0, 1),
        ("hand_forearm", 0, 1),
        (None, 0, 0),
    ],
)
def test_calf_and_foot_are_one_line(site: str | None, typical: int, other: int) -> None:
    figures = periods.period_figures(Facts((cramp(0, site=site),)), night(0), night(0))
    assert (figures.typical_site, figures.other_site) == (typical, other)


def test_other_events_are_no_cramps_and_cover_nothing() -> None:
    facts = Facts(
        (
            cramp(0, event_type="twitch", intensity=9, site="calf"),
            cramp(1, event_type="urge_to_move"),
        )
    )
    figures = periods.period_figures(facts, night(0), night(6))
    assert (figures.twitches, figures.cramps, figures.covered) == (1, 0, 0)
    assert (figures.with_intensity, figures.sites, figures.hours) == (0, {}, {})


def test_both_ends_belong_to_a_span_and_nothing_beyond() -> None:
    facts = diary("C C C C C")
    figures = periods.period_figures(facts, night(1), night(3))
    assert (figures.nights, figures.covered, figures.cramps) == (3, 3, 3)


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        ("sent", "done", (1, 1, 0, 0)),
        ("sent", "skipped", (1, 0, 1, 0)),
        ("sent", "no_answer", (1, 0, 0, 1)),
        ("sent", None, (1, 0, 0, 1)),
        ("unknown", "done", (1, 1, 0, 0)),
        ("missed", None, None),
        ("pending", None, None),
    ],
)
def test_only_reminders_that_arrived_count(
    status: str, answer: str | None, expected: tuple[int, ...] | None
) -> None:
    facts = Facts(reminders=(ReminderFact("stretch", night(0), status, answer),))
    found = [
        (one.delivered, one.done, one.skipped, one.no_answer)
        for one in periods.period_figures(facts, night(0), night(0)).adherence
    ]
    assert found == ([] if expected is None else [expected])


# Weeks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("covered", "is_partial"), [(0, True), (4, True), (5, False), (7, False)])
def test_below_five_covered_nights_a_week_is_partial(covered: int, is_partial: bool) -> None:
    (row,) = comparisons.week_rows(diary(week(0, covered)), night(0), night(6))
    assert (row.covered, row.is_partial) == (covered, is_partial)


@pytest.mark.parametrize(
    ("nights", "starts"), [(6, []), (7, [0]), (8, [1]), (13, [6]), (14, [0, 7])]
)
def test_weeks_are_counted_back_from_the_last_night(nights: int, starts: list[int]) -> None:
    rows = comparisons.week_rows(diary("C" * 20), night(0), night(nights - 1))
    assert [row.week_on for row in rows] == [night(start) for start in starts]
    assert all(row.cramp_nights == WEEK for row in rows)


# Side by side, baseline --------------------------------------------------------------------------


def with_habit(facts: Facts, done: Iterable[int], left_out: Iterable[int]) -> Facts:
    habits = [HabitFact(night(number), "stretch_done", True) for number in done]
    habits += [HabitFact(night(number), "stretch_done", False) for number in left_out]
    return Facts(facts.cramps, facts.checks, facts.reminders, tuple(habits))


@pytest.mark.parametrize(
    ("done", "left_out", "is_told"),
    [(9, 10, False), (10, 9, False), (10, 10, True), (15, 10, True), (0, 30, False)],
)
def test_ten_nights_on_either_side(done: int, left_out: int, is_told: bool) -> None:
    facts = with_habit(diary("Cn" * 20), range(done), range(done, done + left_out))
    found = comparisons.side_by_side(facts, "stretch_done")
    assert (found is not None) is is_told
    if found is not None:
        assert (found.with_nights, found.without_nights) == (done, left_out)
        assert found.with_cramps == (done + 1) // 2


def test_nights_without_coverage_or_a_known_habit_are_on_neither_side() -> None:
    facts = with_habit(diary("C" * 10 + "n" * 10 + "." * 10), range(10), range(10, 30))
    found = comparisons.side_by_side(facts, "stretch_done")
    assert found == comparisons.SideBySide("stretch_done", 10, 10, 10, 0)
    assert comparisons.side_by_side(facts, "caffeine_after_cutoff") is None


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", None),
        ("n" * 13, None),
        ("n" * 14, (0, 13, 0)),
        ("C" * 14 + "n" * 9, (0, 13, 14)),
        ("..." + "Cn." * 7 + "CCC", (3, 22, 7)),
    ],
)
def test_the_baseline_is_the_first_fourteen_covered_nights(
    letters: str, expected: tuple[int, int, int] | None
) -> None:
    found = comparisons.baseline(diary(letters))
    if expected is None:
        assert found is None
        return
    first, last, cramps = expected
    assert found == comparisons.Baseline(night(first), night(last), 14, cramps)


# Month -------------------------------------------------------------------------------------------


def test_a_month_has_the_state_of_each_night() -> None:
    facts = Facts(
        (cramp(8, intensity=3), cramp(8, intensity=9), cramp(9), cramp(10, event_type="twitch")),
        (none(11),),
    )
    found = month_quarter.month_figures(
        facts, 2027, 1, started_on=night(6), local_now=datetime(2027, 1, 17, 9, 0)
    )
    states = {one.night_on.day: one.state for one in found.nights}
    assert len(states) == len(found.strongest) == 31
    assert {day for day, state in states.items() if state is NightState.BEFORE_START} == {
        *range(1, 10)
    }
    assert [states[day] for day in range(10, 18)] == [
        NightState.NO_ENTRY,
        NightState.NO_ENTRY,
        NightState.CRAMPS,
        NightState.CRAMPS,
        NightState.NO_ENTRY,
        NightState.NONE,
        NightState.TO_COME,
        NightState.TO_COME,
    ]
    assert (found.strongest[11], found.strongest[12], found.strongest[13]) == (9, None, None)


@pytest.mark.parametrize(
    ("year", "month", "days"), [(2027, 2, 28), (2028, 2, 29), (2027, 4, 30), (2027, 12, 31)]
)
def test_a_month_has_its_days(year: int, month: int, days: int) -> None:
    found = month_quarter.month_figures(
        Facts(), year, month, started_on=FIRST, local_now=datetime(2029, 1, 1, 12)
    )
    assert [one.night_on.day for one in found.nights] == list(range(1, days + 1))
    assert found.figures.nights == days


# Any diary ---------------------------------------------------------------------------------------

CODES = st.sampled_from(["calf", "toes", "shin", "abdomen", None])
ENTRIES = st.builds(
    lambda number, event, strength, count, woke, site, precision, minutes: cramp(
        number,
        event_type=event,
        intensity=strength,
        count=count,
        woke_me=woke,
        site=site,
        time_precision=precision,
        entered_minutes_after=minutes,
    ),
    st.integers(0, 59),
    st.sampled_from(["cramp", "cramp", "cramp", "twitch", "other_pain"]),
    st.none() | st.integers(0, 10),
    st.integers(1, 4),
    st.sampled_from(["yes", "no_was_awake", "unsure", None]),
    CODES,
    st.sampled_from(["exact", "about", "night_only"]),
    st.floats(0, 60, allow_nan=False),
)
DIARIES = st.builds(
    Facts,
    st.lists(ENTRIES, max_size=40).map(tuple),
    st.sets(st.integers(0, 59)).map(lambda numbers: tuple(none(one) for one in sorted(numbers))),
)
SPANS = st.tuples(st.integers(0, 59), st.integers(0, 59)).map(sorted)


@given(DIARIES, SPANS)
def test_figures_equal_a_naive_count(facts: Facts, span: list[int]) -> None:
    days = {night(number) for number in range(span[0], span[1] + 1)}
    here = [one for one in facts.cramps if one.night_on in days]
    cramps = [one for one in here if one.event_type == "cramp"]
    nights = {one.night_on for one in cramps}
    told = [one.intensity for one in cramps if one.intensity is not None]
    found = periods.period_figures(facts, night(span[0]), night(span[1]))
    assert found.nights == len(days)
    assert found.covered == len(nights | {one.night_on for one in facts.checks} & days)
    assert found.cramp_nights == len(nights)
    assert found.cramps == sum(one.count for one in cramps)
    assert found.at_least == any(one.count == 4 for one in cramps)
    assert found.twitches == len([one for one in here if one.event_type == "twitch"])
    assert found.median_intensity == (median(told) if told else None)
    assert found.with_intensity == len(told)
    assert found.woke == len([one for one in cramps if one.woke_me == "yes"])
    assert found.sites == Counter(one.site for one in cramps if one.site)
    assert found.typical_site + found.other_site == sum(found.sites.values())
    assert sum(found.hours.values()) == found.timed
    assert 0 <= found.within_15_minutes <= found.timed <= len(cramps)
    assert found.cramp_nights <= found.covered <= found.nights


@given(DIARIES, st.integers(0, 59), st.integers(0, 59), st.integers(0, 59))
def test_spans_add_up(facts: Facts, one: int, two: int, three: int) -> None:
    """The counts of two adjacent spans add up to those of the whole span."""
    first, middle, last = sorted((one, two, three))
    left = periods.period_figures(facts, night(first), night(middle))
    right = periods.period_figures(facts, night(middle + 1), night(last))
    both = periods.period_figures(facts, night(first), night(last))
    for name in ("nights", "covered", "cramp_nights", "cramps", "twitches", "timed", "strong"):
        assert getattr(left, name) + getattr(right, name) == getattr(both, name), name


@given(DIARIES)
def test_more_nights_after_it_leave_the_baseline_alone(facts: Facts) -> None:
    found = comparisons.baseline(facts)
    later = Facts((*facts.cramps, cramp(70)), (*facts.checks, none(71)))
    if found is not None:
        assert comparisons.baseline(later) == found
        assert len(facts.between(found.first_on, found.last_on).covered_nights()) == 14
