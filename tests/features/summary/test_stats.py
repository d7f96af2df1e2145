"""The figures of a week: tables of cases, and properties of any diary."""

import json
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.diary.facts import NONE_LAST_NIGHT, CrampFact, NightFact, ReminderFact
from bot.features.summary.reminder_figures import ReminderOutcome
from bot.features.summary.stats import HOURS, NightState, WeekFigures, hour_bucket, summarise
from bot.features.summary.weeks import ThisWeek, this_week, week_of
from bot.local_time.nights import local_time, night_of

WEEK = date(2027, 1, 10)
"""A Sunday; the week's summary comes on Sunday the 17th."""
AFTER = datetime(2027, 1, 17, 18, 0)
LONG_AGO = date(2026, 1, 1)
B, C, N, X, T = (
    NightState.BEFORE_START,
    NightState.CRAMPS,
    NightState.NONE,
    NightState.NO_ENTRY,
    NightState.TO_COME,
)


def night(number: int) -> date:
    return WEEK + timedelta(days=number)


def cramp(number: int, hour: int = 2, minute: int = 0, **fields: object) -> CrampFact:
    """A cramp in a night of the week, at a time of its clock."""
    day = night(number) if hour >= 12 else night(number + 1)
    local_at = datetime.combine(day, time(hour, minute))
    return replace(CrampFact(local_at, night_of(local_at)), **fields)  # type: ignore[arg-type]


def quiet(number: int, status: str = NONE_LAST_NIGHT) -> NightFact:
    return NightFact(night(number), status)


def sent(
    number: int, answer: str | None = None, kind: str = "stretch", status: str = "sent"
) -> ReminderFact:
    return ReminderFact(kind, night(number), status, answer)


def week(
    cramps: list[CrampFact] | None = None,
    checks: list[NightFact] | None = None,
    reminders: list[ReminderFact] | None = None,
    started_on: date = LONG_AGO,
    local_now: datetime = AFTER,
) -> WeekFigures:
    return summarise(
        WEEK,
        cramps or [],
        checks or [],
        reminders or [],
        started_on=started_on,
        local_now=local_now,
    )


def states(figures: WeekFigures) -> list[NightState]:
    return [one.state for one in figures.nights]


# Nights and weeks --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (datetime(2027, 1, 13, 11, 59), date(2027, 1, 12)),
        (datetime(2027, 1, 13, 12, 0), date(2027, 1, 13)),
        (datetime(2027, 1, 13, 23, 59), date(2027, 1, 13)),
        (datetime(2027, 1, 14, 0, 0), date(2027, 1, 13)),
        (datetime(2027, 1, 1, 3, 0), date(2026, 12, 31)),
    ],
)
def test_a_night_lasts_from_noon_to_noon(local: datetime, expected: date) -> None:
    assert night_of(local) == expected


@pytest.mark.parametrize(
    ("night_on", "weekday", "expected"),
    [
        (date(2027, 1, 16), 6, date(2027, 1, 10)),
        (date(2027, 1, 17), 6, date(2027, 1, 17)),
        (date(2027, 1, 10), 6, date(2027, 1, 10)),
        (date(2027, 1, 13), 2, date(2027, 1, 13)),
        (date(2027, 1, 12), 2, date(2027, 1, 6)),
        (date(2027, 1, 1), 0, date(2026, 12, 28)),
    ],
)
def test_a_week_ends_with_the_night_before_its_summary(
    night_on: date, weekday: int, expected: date
) -> None:
    assert week_of(night_on, weekday) == expected


@given(st.dates(date(2000, 1, 8), date(2099, 1, 1)), st.integers(0, 6))
def test_every_night_is_in_the_one_week_that_begins_on_the_weekday(
    night_on: date, weekday: int
) -> None:
    first = week_of(night_on, weekday)
    assert first.weekday() == weekday
    assert first <= night_on <= first + timedelta(days=6)
    assert week_of(first + timedelta(days=6), weekday) == first
    assert week_of(first + timedelta(days=7), weekday) == first + timedelta(days=7)


MONDAY, SATURDAY, SUNDAY = 0, 5, 6
LAST_SEVEN = date(2027, 1, 11)
"""The Monday that the seven nights before Monday the 18th begin with."""


@pytest.mark.parametrize(
    ("local_now", "is_logged", "weekday", "expected"),
    [
        # Weeks from Monday. On Monday the last seven nights, and they are the week before.
        (datetime(2027, 1, 17, 23), False, MONDAY, ThisWeek(LAST_SEVEN, False)),
        (datetime(2027, 1, 18, 3), True, MONDAY, ThisWeek(LAST_SEVEN, True)),
        (datetime(2027, 1, 18, 9), False, MONDAY, ThisWeek(LAST_SEVEN, True)),
        (datetime(2027, 1, 18, 21), False, MONDAY, ThisWeek(LAST_SEVEN, True)),
        # A log at 03:12 on Tuesday is seen, although the first night is not over.
        (datetime(2027, 1, 19, 3, 12), True, MONDAY, ThisWeek(date(2027, 1, 12), True)),
        (datetime(2027, 1, 19, 3, 12), False, MONDAY, ThisWeek(LAST_SEVEN, True)),
        (datetime(2027, 1, 19, 11, 59), False, MONDAY, ThisWeek(LAST_SEVEN, True)),
        (datetime(2027, 1, 19, 12), False, MONDAY, ThisWeek(date(2027, 1, 18), False)),
        # Weeks from Sunday and from Saturday.
        (datetime(2027, 1, 17, 18), False, SUNDAY, ThisWeek(date(2027, 1, 10), True)),
        (datetime(2027, 1, 18, 18), False, SUNDAY, ThisWeek(date(2027, 1, 17), False)),
        (datetime(2027, 1, 18, 18), False, SATURDAY, ThisWeek(date(2027, 1, 16), False)),
    ],
)
def test_this_week_shows_something(
    local_now: datetime, is_logged: bool, weekday: int, expected: ThisWeek
) -> None:
    tonight = night_of(local_now)
    assert this_week(tonight, local_now.date(), weekday, is_logged=is_logged) == expected


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.integers(0, 6), st.booleans())
def test_this_week_has_last_night_or_tonights_entry_in_it(
    local_now: datetime, weekday: int, is_logged: bool
) -> None:
    tonight = night_of(local_now)
    first_on = this_week(tonight, local_now.date(), weekday, is_logged=is_logged).first_on
    newest = tonight if is_logged else tonight - timedelta(days=1)
    assert first_on <= newest <= first_on + timedelta(days=6)


@pytest.mark.parametrize(
    ("clock", "bucket"),
    [
        (time(17, 59), "daytime"),
        (time(18, 0), "before_22"),
        (time(21, 59), "before_22"),
        (time(22, 0), "22_24"),
        (time(23, 59), "22_24"),
        (time(0, 0), "00_02"),
        (time(1, 59), "00_02"),
        (time(2, 0), "02_04"),
        (time(4, 0), "04_06"),
        (time(6, 0), "06_08"),
        (time(7, 59), "06_08"),
        (time(8, 0), "daytime"),
        (time(12, 0), "daytime"),
    ],
)
def test_parts_of_the_night(clock: time, bucket: str) -> None:
    assert hour_bucket(datetime.combine(WEEK, clock)) == bucket


# Weeks in a table --------------------------------------------------------------------------------


def test_an_empty_week() -> None:
    figures = week()
    assert states(figures) == [X] * 7
    assert (figures.covered, figures.finished, figures.cramps) == (0, 7, 0)
    assert figures.is_empty
    assert figures.is_partial
    assert (figures.median_intensity, figures.kinds, figures.hours) == (None, (), {})


def test_a_full_week() -> None:
    figures = week(
        [cramp(1, intensity=3), cramp(1, 4, intensity=8), cramp(4, 23, intensity=7)],
        [quiet(number) for number in (0, 2, 3, 5, 6)],
    )
    assert states(figures) == [N, C, N, N, C, N, N]
    assert (figures.covered, figures.finished, figures.is_partial) == (7, 7, False)
    assert (figures.cramp_nights, figures.cramps, figures.at_least) == (2, 3, False)
    assert (figures.median_intensity, figures.with_intensity, figures.strong) == (7.0, 3, 2)
    assert [one.cramps for one in figures.nights] == [0, 2, 0, 0, 1, 0, 0]


@pytest.mark.parametrize(("covered", "is_partial"), [(0, True), (4, True), (5, False), (7, False)])
def test_below_five_covered_nights_a_week_is_partial(covered: int, is_partial: bool) -> None:
    figures = week(checks=[quiet(number) for number in range(covered)])
    assert (figures.covered, figures.is_partial) == (covered, is_partial)


def test_in_the_first_week_nights_before_the_start_are_not_missing() -> None:
    figures = week([cramp(5)], started_on=night(3))
    assert states(figures) == [B, B, B, X, X, C, X]
    assert (figures.covered, figures.finished) == (1, 4)


def test_an_entry_before_the_start_counts() -> None:
    figures = week([cramp(2)], [quiet(1)], started_on=night(3))
    assert states(figures) == [B, N, C, X, X, X, X]
    assert (figures.covered, figures.finished) == (2, 6)


@pytest.mark.parametrize(
    ("local_now", "expected"),
    [
        (datetime(2027, 1, 10, 11, 59), [T, T, T, T, T, T, T]),
        (datetime(2027, 1, 11, 3, 0), [T, T, T, T, T, T, T]),
        (datetime(2027, 1, 11, 11, 59), [T, T, T, T, T, T, T]),
        (datetime(2027, 1, 11, 12, 0), [X, T, T, T, T, T, T]),
        (datetime(2027, 1, 14, 20, 0), [X, X, X, X, T, T, T]),
        (datetime(2027, 1, 17, 11, 59), [X, X, X, X, X, X, T]),
        (datetime(2027, 1, 17, 12, 0), [X, X, X, X, X, X, X]),
    ],
)
def test_a_night_that_is_not_over_is_to_come(
    local_now: datetime, expected: list[NightState]
) -> None:
    figures = week(local_now=local_now)
    assert states(figures) == expected
    assert figures.finished == 7 - expected.count(T)


def test_what_is_logged_in_the_running_night_counts_at_once() -> None:
    figures = week([cramp(3, 23)], [quiet(2)], local_now=datetime(2027, 1, 14, 1, 0))
    assert states(figures) == [X, X, N, C, T, T, T]
    assert (figures.covered, figures.finished) == (2, 4)


def test_one_minute_at_noon_divides_two_nights() -> None:
    figures = week([cramp(2, 11, 59), cramp(3, 12, 0)])
    assert [one.cramps for one in figures.nights] == [0, 0, 1, 1, 0, 0, 0]
    last, first = figures.nights[2].marks[0], figures.nights[3].marks[0]
    assert (last.hours_after_noon, first.hours_after_noon) == (23.983, 0.0)


@pytest.mark.parametrize(
    ("week_on", "instants", "hours"),
    [
        (  # 28 March 2027, 02:00 becomes 03:00
            date(2027, 3, 21),
            ["2027-03-28T00:59+00:00", "2027-03-28T01:00+00:00", "2027-03-28T09:59+00:00"],
            [13.983, 15.0, 23.983],
        ),
        (  # 31 October 2027, 03:00 becomes 02:00
            date(2027, 10, 24),
            ["2027-10-31T00:30+00:00", "2027-10-31T01:30+00:00", "2027-10-31T10:59+00:00"],
            [14.5, 14.5, 23.983],
        ),
    ],
)
def test_a_night_with_a_clock_change_is_one_night_by_its_clocks(
    week_on: date, instants: list[str], hours: list[float]
) -> None:
    locals_ = [local_time(datetime.fromisoformat(text), "Europe/Berlin") for text in instants]
    figures = summarise(
        week_on,
        [CrampFact(local_at, night_of(local_at)) for local_at in locals_],
        [],
        [],
        started_on=LONG_AGO,
        local_now=datetime.combine(week_on + timedelta(days=7), time(18)),
    )
    assert [one.cramps for one in figures.nights] == [0, 0, 0, 0, 0, 0, 3]
    assert [mark.hours_after_noon for mark in figures.nights[-1].marks] == hours
    assert figures.cramp_nights == 1


def test_a_cramp_without_a_time_has_no_hour_but_counts() -> None:
    figures = week([cramp(0, time_precision="night_only")])
    assert (figures.cramps, figures.hours) == (1, {})
    assert not figures.nights[0].marks[0].has_time


def test_twitches_are_not_cramps() -> None:
    figures = week([cramp(0, event_type="twitch", intensity=9, woke_me="yes")])
    assert (figures.twitches, figures.cramps, figures.covered) == (1, 0, 0)
    assert (figures.with_intensity, figures.woke_answered) == (0, 0)
    assert states(figures) == [X] * 7
    assert not figures.is_empty


def test_an_entry_takes_precedence_over_none_last_night() -> None:
    assert states(week([cramp(0)], [quiet(0)]))[0] is C


@pytest.mark.parametrize("status", ["had_cramps", "skip"])
def test_only_none_last_night_covers_a_night(status: str) -> None:
    assert week(checks=[quiet(0, status)]).covered == 0


def test_an_entry_may_stand_for_several_cramps() -> None:
    figures = week([cramp(0, count=2), cramp(1, count=4)])
    assert (figures.cramps, figures.at_least, figures.cramp_nights) == (6, True, 2)


@pytest.mark.parametrize(
    ("strengths", "median", "strong"),
    [([None], None, 0), ([0], 0.0, 0), ([3, 8], 5.5, 1), ([6, 7, 10], 7.0, 2), ([None, 5], 5.0, 0)],
)
def test_strengths(strengths: list[int | None], median: float | None, strong: int) -> None:
    figures = week([cramp(0, hour, intensity=one) for hour, one in enumerate(strengths)])
    assert (figures.median_intensity, figures.strong) == (median, strong)
    assert figures.with_intensity == sum(one is not None for one in strengths)


def test_waking_is_counted_among_yes_and_no_answers_only() -> None:
    answers = ["yes", "yes", "no_was_awake", "unsure", None]
    figures = week([cramp(0, hour, woke_me=answer) for hour, answer in enumerate(answers)])
    assert (figures.woke, figures.woke_answered) == (2, 3)


def test_other_nights_and_other_weeks_stay_out() -> None:
    figures = week(
        [cramp(-1), cramp(7, 23)], [quiet(-1), quiet(7)], [sent(-1, "done"), sent(7, "done")]
    )
    assert figures == week()


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([None], ReminderOutcome.NO_ANSWER),
        (["no_answer"], ReminderOutcome.NO_ANSWER),
        (["skipped", None], ReminderOutcome.SKIPPED),
        (["skipped", "done", None], ReminderOutcome.DONE),
    ],
)
def test_an_evening_counts_as_done_if_any_of_its_reminders_was(
    answers: list[str | None], outcome: ReminderOutcome
) -> None:
    figures = week(reminders=[sent(2, answer) for answer in answers])
    assert figures.kinds[0].by_night == (None, None, outcome, None, None, None, None)


def test_several_reminders_of_an_evening_are_counted() -> None:
    figures = week(
        reminders=[*(sent(2, one) for one in ("done", None, "done")), sent(4, "skipped")]
    )
    assert figures.kinds[0].counts == (None, None, (2, 3), None, (0, 1), None, None)
    assert WeekFigures.from_json(json.loads(json.dumps(figures.to_json()))) == figures


def test_figures_stored_before_reminders_were_counted_are_still_the_same() -> None:
    figures = week(reminders=[sent(2, "done")])
    stored = json.loads(json.dumps(figures.to_json()))
    for kind in stored["kinds"]:
        del kind["counts"]
    assert figures.is_same_as(stored)
    assert not week(reminders=[sent(2, "skipped")]).is_same_as(stored)
    assert WeekFigures.from_json(stored).kinds[0].counts == ()


@pytest.mark.parametrize("status", ["claimed", "sending", "missed", "failed"])
def test_undelivered_reminders_are_not_counted(status: str) -> None:
    assert week(reminders=[sent(0, status=status)]).kinds == ()


def test_reminders_are_counted_kind_by_kind_without_the_summary() -> None:
    reminders = [
        sent(0, "done"),
        sent(1),
        sent(1, "skipped", "hydration"),
        sent(6, None, "summary"),
    ]
    figures = week(reminders=[*reminders, sent(2, "done", status="unknown")])
    assert [(kind.kind, kind.delivered, kind.done) for kind in figures.kinds] == [
        ("hydration", 1, 0),
        ("stretch", 3, 2),
    ]


# Any diary ---------------------------------------------------------------------------------------

LOCALS = st.datetimes(datetime(2027, 1, 8), datetime(2027, 1, 19))
CRAMPS = st.builds(
    lambda local_at, **fields: CrampFact(local_at, night_of(local_at), **fields),
    LOCALS,
    event_type=st.sampled_from(["cramp", "twitch", "urge_to_move", "other_pain"]),
    intensity=st.none() | st.integers(0, 10),
    duration=st.sampled_from([None, "lt_1min", "1_5min", "5_10min", "gt_10min", "unsure"]),
    woke_me=st.sampled_from([None, "yes", "no_was_awake", "unsure"]),
    site=st.sampled_from([None, "calf", "foot_sole", "thigh_back"]),
    side=st.sampled_from([None, "left", "right", "both", "unsure"]),
    time_precision=st.sampled_from(["exact", "about", "night_only"]),
    count=st.integers(1, 4),
)
NIGHTS = st.integers(-2, 8).map(night)
CHECKS = st.builds(NightFact, NIGHTS, st.sampled_from(["none_last_night", "had_cramps", "skip"]))
REMINDERS = st.builds(
    ReminderFact,
    st.sampled_from(["stretch", "caffeine", "dinner_caffeine", "hydration", "summary"]),
    NIGHTS,
    st.sampled_from(["claimed", "sending", "sent", "unknown", "missed", "failed"]),
    st.sampled_from([None, "done", "skipped", "no_answer"]),
)
Diary = tuple[list[CrampFact], list[NightFact], list[ReminderFact], date, datetime]
DIARIES: st.SearchStrategy[Diary] = st.tuples(
    st.lists(CRAMPS, max_size=12),
    st.lists(CHECKS, max_size=8),
    st.lists(REMINDERS, max_size=20),
    NIGHTS,
    LOCALS,
)


@given(DIARIES)
def test_sums_agree(diary: Diary) -> None:
    figures = week(*diary)
    facts = [fact for fact in diary[0] if WEEK <= fact.night_on <= night(6)]
    real = [fact for fact in facts if fact.event_type == "cramp"]
    counted = {state: states(figures).count(state) for state in NightState}
    assert sum(counted.values()) == 7
    assert figures.covered == counted[C] + counted[N]
    assert figures.finished == figures.covered + counted[X]
    assert figures.cramp_nights == counted[C] == len({fact.night_on for fact in real})
    assert figures.cramps == sum(one.cramps for one in figures.nights)
    assert figures.cramps == sum(fact.count for fact in real) >= figures.cramp_nights
    marks = [mark for one in figures.nights for mark in one.marks]
    assert len(marks) == len(real)
    assert all(0 <= mark.hours_after_noon <= 24 for mark in marks)
    assert figures.strong <= figures.with_intensity <= len(real)
    assert (figures.median_intensity is None) == (figures.with_intensity == 0)
    assert figures.woke <= figures.woke_answered <= len(real)
    assert set(figures.hours) <= set(HOURS)
    assert sum(figures.hours.values()) == sum(mark.has_time for mark in marks)
    assert sum(figures.durations.values()) == sum(fact.duration is not None for fact in real)
    assert sum(figures.sites.values()) == sum(fact.site is not None for fact in real)
    assert sum(figures.sides.values()) == sum(fact.side is not None for fact in real)
    for kind in figures.kinds:
        assert kind.delivered == kind.done + kind.skipped + kind.no_answer > 0
        assert sum(outcome is not None for outcome in kind.by_night) <= kind.delivered
        assert kind.by_night.count(ReminderOutcome.DONE) <= kind.done
        assert (ReminderOutcome.DONE in kind.by_night) == (kind.done > 0)


@given(DIARIES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(diary: Diary, chance: random.Random) -> None:
    cramps, checks, reminders, started_on, local_now = diary
    shuffled: Diary = (list(cramps), list(checks), list(reminders), started_on, local_now)
    for rows in shuffled[:3]:
        chance.shuffle(rows)
    assert week(*shuffled) == week(*diary)


@given(DIARIES)
def test_figures_survive_being_stored(diary: Diary) -> None:
    figures = week(*diary)
    text = json.dumps(figures.to_json())
    assert WeekFigures.from_json(json.loads(text)) == figures
    assert json.loads(text) == figures.to_json()


@given(DIARIES, st.integers(0, 6))
def test_one_more_free_night_never_lowers_coverage(diary: Diary, number: int) -> None:
    cramps, checks, reminders, started_on, local_now = diary
    before = week(*diary)
    after = week(cramps, [*checks, quiet(number)], reminders, started_on, local_now)
    was_covered = before.nights[number].state in {C, N}
    assert after.covered == before.covered + (not was_covered)
    assert after.cramps == before.cramps


@pytest.mark.parametrize("plain", [{}, {"week_on": "x"}, {"week_on": "2027-01-10", "nights": [{}]}])
def test_invalid_json_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        WeekFigures.from_json(plain)
