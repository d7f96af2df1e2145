"""A year of five diaries: every figure against a calculation that shares no code with the bot.

The bot goes rows → facts → figures. Here everything is reckoned from what was meant when the rows
were made, in the plainest way.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bot.database.engine import Database
from bot.features.diary.every_night import is_told_alike
from bot.features.diary.facts import Facts
from bot.features.diary.queries import facts_between
from bot.features.diary.trend import trend
from bot.features.summary import comparisons, month_quarter, periods
from bot.features.summary.stats import summarise
from tests.support.diaries import FIRST_ON, NIGHTS, PEOPLE, Diary, Event, make_diary, store

DAY = timedelta(days=1)


@pytest.fixture(scope="module", params=range(len(PEOPLE)), ids=[one.name for one in PEOPLE])
def diary(request: pytest.FixtureRequest) -> Diary:
    return make_diary(PEOPLE[request.param], 5_000_000_001 + request.param, seed=1)


@pytest.fixture(scope="module")
def facts(diary: Diary, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """Everything about a diary's year, out of a database that it was stored in."""
    path = tmp_path_factory.mktemp("year") / "year.db"
    shutil.copy(sqlite_template, path)
    return asyncio.run(_facts(diary, f"sqlite+aiosqlite:///{path}"))


async def _facts(diary: Diary, url: str) -> Facts:
    database = Database(url)
    try:
        await store(database, diary)
        async with database.transaction() as session:
            return await facts_between(session, diary.user_id, FIRST_ON, diary.last_on)
    finally:
        await database.close()


def spans() -> list[tuple[date, date]]:
    """Return weeks, report periods, months and irregular spans, throughout the year."""
    found = []
    for length in (1, 7, 10, 28, 56, 84, NIGHTS):
        for start in range(0, NIGHTS - length + 1, max(7, length // 2)):
            first = FIRST_ON + start * DAY
            found.append((first, first + (length - 1) * DAY))
    return found


def tally(values: Iterable[object]) -> dict[object, int]:
    return dict(Counter(value for value in values if value is not None))


def part_of_night(event: Event) -> str:
    hour = event.local_at.hour
    parts = {18: "before_22", 20: "before_22", 22: "22_24", 0: "00_02", 2: "02_04"}
    return (parts | {4: "04_06", 6: "06_08"}).get(hour - hour % 2, "daytime")


def expected(diary: Diary, first: date, last: date) -> dict[str, Any]:
    """Calculate the figures of a span from the diary as it was generated."""
    truth = diary.truth
    here = [event for event in truth.events if first <= event.night_on <= last]
    cramps = [event for event in here if event.event_type == "cramp"]
    nights = {event.night_on for event in cramps}
    none = {night for night in truth.none if first <= night <= last}
    strengths = [event.intensity for event in cramps if event.intensity is not None]
    sleep = [event.disturbance for event in cramps if event.disturbance is not None]
    timed = [event for event in cramps if event.is_timed]
    foot = sum(event.site in ("calf", "foot_sole", "toes") for event in cramps)
    answers = [answer for night, _kind, answer in truth.answers if first <= night <= last]
    given = Counter(answers)
    return {
        "first_on": first,
        "last_on": last,
        "nights": (last - first).days + 1,
        "covered": len(nights | none),
        "cramp_nights": len(nights),
        "cramps": sum(event.count for event in cramps),
        "at_least": 4 in [event.count for event in cramps],
        "twitches": sum(event.event_type == "twitch" for event in here),
        "median_intensity": median(strengths) if strengths else None,
        "with_intensity": len(strengths),
        "strong": len([one for one in strengths if one > 6]),
        "woke": sum(event.woke == "yes" for event in cramps),
        "woke_answered": sum(event.woke in ("yes", "no_was_awake") for event in cramps),
        "median_sleep_disturbance": median(sleep) if sleep else None,
        "with_sleep_disturbance": len(sleep),
        "typical_site": foot,
        "other_site": sum(event.site is not None for event in cramps) - foot,
        "over_ten_minutes": sum(event.duration == "gt_10min" for event in cramps),
        "timed": len(timed),
        "within_15_minutes": sum(event.minutes_late <= 15 for event in timed),
        "stretch_nights": sum(
            done for night, done in truth.stretch.items() if first <= night <= last
        ),
        "durations": tally(event.duration for event in cramps),
        "sites": tally(event.site for event in cramps),
        "sides": tally(event.side for event in cramps),
        "contexts": tally(event.context for event in cramps),
        "hours": tally(part_of_night(event) for event in timed),
        "after_effects": tally(code for event in cramps for code in event.effects),
        "triggers": tally(code for event in cramps for code in event.triggers),
        "reliefs": tally(code for event in cramps for code in event.reliefs),
        "relief_helped": tally(event.helped for event in cramps),
        "back_to_sleep": {},
        "day_impacts": {},
        "adherence": (
            {
                "kind": "stretch",
                "delivered": len(answers),
                "done": given["done"],
                "skipped": given["skipped"],
                "no_answer": given["no_answer"],
            },
        )
        if answers
        else (),
    }


def test_every_figure_of_every_span(diary: Diary, facts: Facts) -> None:
    for first, last in spans():
        found = asdict(periods.period_figures(facts, first, last))
        assert found == expected(diary, first, last), (first, last)


def test_every_week(diary: Diary, facts: Facts) -> None:
    for number in range(NIGHTS // 7):
        first = FIRST_ON + 7 * number * DAY
        last = first + 6 * DAY
        want = expected(diary, first, last)
        week = summarise(
            first,
            facts.cramps,
            facts.checks,
            facts.reminders,
            started_on=FIRST_ON,
            local_now=diary_end(diary),
        )
        for name in ("covered", "cramp_nights", "cramps", "at_least", "twitches", "woke"):
            assert getattr(week, name) == want[name], name
        for name in ("durations", "sites", "sides", "hours", "strong", "with_intensity"):
            assert getattr(week, name) == want[name], name
        assert week.median_intensity == want["median_intensity"]
        assert [(kind.kind, kind.delivered, kind.done) for kind in week.kinds] == [
            (one["kind"], one["delivered"], one["done"]) for one in want["adherence"]
        ]
    rows = comparisons.week_rows(facts, FIRST_ON, diary.last_on)
    assert len(rows) == NIGHTS // 7
    for row in rows:
        want = expected(diary, row.week_on, row.week_on + 6 * DAY)
        found = asdict(row) | {"is_partial": row.is_partial}
        assert found == {name: want[name] for name in found if name in want} | {
            "week_on": row.week_on,
            "is_partial": want["covered"] < 5,
        }


def diary_end(diary: Diary) -> datetime:
    """Return a local time long after the end of the diary."""
    return datetime.combine(diary.last_on + 10 * DAY, time(12))


def test_every_trend(diary: Diary, facts: Facts) -> None:
    """The counts of every span of 12 weeks; the test itself has tables of its own."""
    for number in range(84, NIGHTS + 1):
        last = FIRST_ON + (number - 1) * DAY
        weeks = [expected(diary, last - (7 * n + 6) * DAY, last - 7 * n * DAY) for n in range(12)]
        found = trend(facts.covered_nights(), facts.cramp_nights(), last, looks=False)
        assert found.is_partial is (weeks[0]["covered"] < 5)
        assert found.recent_cramp_nights == sum(week["cramp_nights"] for week in weeks[:4])
        assert found.recent_covered == sum(week["covered"] for week in weeks[:4])
        assert found.earlier_cramp_nights == sum(week["cramp_nights"] for week in weeks[4:])
        assert found.earlier_covered == sum(week["covered"] for week in weeks[4:])


@pytest.mark.parametrize(
    ("habit", "told"),
    [
        ("stretch_done", lambda truth: truth.stretch),
        ("caffeine_after_cutoff", lambda truth: truth.late_caffeine),
    ],
)
def test_side_by_side(
    diary: Diary, facts: Facts, habit: str, told: Callable[[Any], dict[date, bool]]
) -> None:
    for first, last in spans():
        inside = facts.between(first, last)
        cramps = {event.night_on for event in diary.truth.events if event.event_type == "cramp"}
        covered = (cramps | set(diary.truth.none)) & {
            first + n * DAY for n in range((last - first).days + 1)
        }
        known = told(diary.truth)
        done = [night for night in covered if known.get(night) is True]
        not_done = [night for night in covered if known.get(night) is False]
        found = comparisons.side_by_side(inside, habit)
        is_alike = is_told_alike({*done, *not_done}, covered, cramps & covered)
        if len(done) < 10 or len(not_done) < 10 or not is_alike:
            assert found is None
            continue
        assert found is not None
        assert (found.with_nights, found.without_nights) == (len(done), len(not_done))
        assert found.with_cramps == sum(night in cramps for night in done)
        assert found.without_cramps == sum(night in cramps for night in not_done)


def test_the_baseline_is_the_first_fourteen_covered_nights(diary: Diary, facts: Facts) -> None:
    cramps = {event.night_on for event in diary.truth.events if event.event_type == "cramp"}
    nights = sorted(cramps | set(diary.truth.none))[:14]
    found = comparisons.baseline(facts)
    assert found is not None
    assert (found.first_on, found.last_on, found.covered) == (nights[0], nights[-1], 14)
    assert found.cramp_nights == sum(night in cramps for night in nights)
    assert comparisons.baseline(facts.between(FIRST_ON, nights[12])) is None


def test_every_month(diary: Diary, facts: Facts) -> None:
    for month in range(1, 12):
        found = month_quarter.month_figures(
            facts, 2026, month, started_on=FIRST_ON, local_now=diary_end(diary)
        )
        first = date(2026, month, 1)
        days = [first + n * DAY for n in range(31) if (first + n * DAY).month == month]
        assert [night.night_on for night in found.nights] == days
        want = expected(diary, days[0], days[-1])
        assert asdict(found.figures) == want
        assert sum(night.cramps for night in found.nights) == want["cramps"]
        for night, strongest in zip(found.nights, found.strongest, strict=True):
            told = [
                event.intensity
                for event in diary.truth.events
                if event.night_on == night.night_on
                and event.event_type == "cramp"
                and event.intensity is not None
            ]
            assert strongest == (max(told) if told else None)


def test_the_diaries_contain_what_the_tests_need(diary: Diary) -> None:
    truth = diary.truth
    assert len(truth.events) > 20
    assert len(truth.none) > 20
    assert {4, 2, 1} <= {event.count for event in truth.events} or diary.habits.event_type != (
        "cramp"
    )
    if diary.habits.weekends_only:
        assert {event.night_on.weekday() for event in truth.events} == {4, 5}
