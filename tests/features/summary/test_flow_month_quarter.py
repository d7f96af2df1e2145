"""Details, months, quarters and the question about limits, with the whole bot."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlmodel import col

from bot.database.models import (
    Cramp,
    Experiment,
    Exposure,
    FailedUpdate,
    Habit,
    HabitDay,
    NightCheck,
    NightExposure,
    NightStatus,
    Reminder,
    WeeklySummary,
)
from bot.sandbox.models import Message
from tests.features.summary.test_flow import sleeper
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words

LISBON = ZoneInfo("Europe/Lisbon")
"""Weeks begin on Sunday in Portugal, as those of summaries do, which come on Sunday."""
THE_WEEK = "📊 This week"
TAKES = (
    "A comparison needs 10 nights of each kind, with answers after nights with cramps and after "
    "nights without."
)
WITHHELD = "The habit of your fair test is left out here until the test has ended."


async def diarist(harness: Harness, nights: int = 60) -> Someone:
    """A person with a cramp every third night and every night covered; it is 09:00."""
    ann = await sleeper(harness, zone="Europe/Lisbon")
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder).values(next_at=None)
        )  # the clock will be moved by weeks
        for number in range(nights):
            night_on = date(2027, 1, 13) + timedelta(days=number)
            at = datetime(night_on.year, night_on.month, night_on.day, 3, 12, tzinfo=LISBON)
            at += timedelta(days=1)
            if number % 3:
                session.add(
                    NightCheck(
                        user_id=ann.id,
                        night_on=night_on,
                        status=NightStatus.NONE_LAST_NIGHT,
                        answered_at=at,
                    )
                )
                continue
            session.add(
                Cramp.model_validate(
                    {
                        "user_id": ann.id,
                        "message_id": 100_000 + number,
                        "tapped_at": at,
                        "occurred_at": at,
                        "time_zone": "Europe/Lisbon",
                        "night_on": night_on,
                        "intensity": number % 11,
                        "site": "calf" if number % 2 else "toes",
                        "side": "left" if number % 2 else "right",
                        "context": "asleep",
                        "possible_triggers": "stress,hot_day",
                    }
                )
            )
    harness.clock.set(datetime(2027, 1, 13, 9, 0, tzinfo=LISBON) + timedelta(days=nights))
    return ann


def size_of(message: object) -> tuple[int, int]:
    picture = getattr(message, "photo", None)
    assert picture
    return Image.open(io.BytesIO(picture)).size


async def test_a_month_is_a_picture_with_buttons_to_other_months(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps("Month")
    assert message.words.startswith("March 2027\nYou logged 13 of 13 nights.\nCramps on 4 nights")
    await ann.taps("◀ Feb")
    lines = message.words.splitlines()
    assert lines[:3] == [
        "February 2027",
        "You logged 28 of 28 nights.",
        "Cramps on 9 nights: 9 cramps.",
    ]
    assert lines[3] == "Typical strength: 5 of 10, from 9 cramps."
    assert lines[4] == "Where: calf 5, toes 4"
    assert size_of(message)[0] == 1080
    await ann.taps("◀ Jan")
    assert "◀ Dec" not in message.buttons
    assert "Feb ▶" in message.buttons
    await ann.taps("◀ Week")
    assert "More" in message.buttons
    assert len(ann.bot_messages) == count


async def test_the_way_to_the_week_leads_to_one_that_begins_as_in_the_country(
    harness: Harness,
) -> None:
    """Summaries of a Sunday begin on one; a week in Germany begins on Monday."""
    ann = await harness.set_up_person("Ann", language="de")
    harness.clock.set(datetime(2027, 2, 10, 11, 0, tzinfo=UTC))
    await ann.presses("📊 Diese Woche")
    message = ann.last
    for label in ("Monat", "◀ Jan", "◀ Woche"):
        await ann.taps(label, message)
    assert message.words.startswith("25.–31. Jan.")
    await ann.says("was war letzte woche")  # on a Wednesday
    assert ann.last.words.startswith("1.–7. Feb.")
    harness.clock.set(datetime(2027, 2, 14, 11, 0, tzinfo=UTC))
    await ann.says("was war letzte woche")  # on a Sunday
    assert ann.last.words.startswith("1.–7. Feb.")


async def test_three_months_show_the_baseline_and_the_trend(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    message = ann.last
    await ann.taps("More", message)
    await ann.taps("3 months", message)
    words = message.words
    assert "You logged 60 of 60 nights.\nCramps on 20 nights: 20 cramps." in words
    counts = "Cramps on 9 of 28 logged nights in the last 4 weeks, 11 of 32 in the 8 before."
    assert counts in words
    assert "your first 14 logged nights; the dashed line is a quarter less" in words
    assert "dummy pills" in words
    assert size_of(message)[0] == 1080
    assert_kind_words(words)
    await ann.taps("Month")
    assert message.words.startswith("March 2027")


async def test_a_change_is_named_in_every_fourth_summary_and_in_three_months(
    harness: Harness,
) -> None:
    """Quiet until there are cramps in the newest four of the diary's first twelve weeks."""
    ann = await diarist(harness, nights=90)  # its first week begins on Sunday, 10 January
    async with harness.database.transaction() as session:
        newest = col(Cramp.night_on).between(date(2027, 3, 7), date(2027, 4, 3))
        await session.exec(sa.delete(Cramp).where(~newest))
        for number in (-2, -1, *range(0, 90, 3)):  # the first week needs five nights, too
            check = NightCheck(
                user_id=ann.id,
                night_on=date(2027, 1, 13) + timedelta(days=number),
                status=NightStatus.NONE_LAST_NIGHT,
                answered_at=datetime(2027, 4, 13, tzinfo=LISBON),
            )
            session.add(check)
    more = "More cramp nights than before: 9 of 28 logged nights in the last 4 weeks, 0 of 55 in"
    await ann.presses(THE_WEEK)
    nudge, message = ann.bot_messages[-2:]
    assert "more than chance explains" in nudge.words
    assert "before" not in message.words  # the running week
    for week_on, is_told in ((date(2027, 3, 28), True), (date(2027, 4, 4), False)):
        await ann.forges(f"summary:week:{week_on:%Y%m%d}", message)
        assert (more in message.words) is is_told, message.words
    await ann.taps("More", message)
    await ann.taps("3 months", message)
    assert more in message.words
    assert "Counted up to the night of 3 Apr" in message.words
    assert "%" not in message.words


async def test_details_are_plain_counts_below_the_same_picture(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    message, picture = ann.last, ann.last.photo
    await ann.taps("More", message)
    await ann.taps("Details", message)
    assert message.words.splitlines()[1:] == [
        "Where: calf 1, toes 1",
        "Side: left 1, right 1",
        "When: between 2:00 and 4:00: 2",
        "What you were doing: asleep 2",
        "Noted that day: hot day 2, stress 2",
    ]
    assert message.photo == picture
    assert "%" not in message.words
    await ann.taps("◀ Back")
    assert "You logged 7 of 7 nights." in message.words


@pytest.mark.parametrize(("label", "code"), [("No", "no"), ("A bit", "a_bit"), ("A lot", "a_lot")])
async def test_whether_cramps_limited_the_person_is_asked_once_and_stored(
    harness: Harness, label: str, code: str
) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    message = ann.last
    assert "Did cramps limit you this week?" in message.words
    for _ in range(2):
        await ann.forges(f"summary:limited:20270307:{code}", message)
    rows = {row.week_on: row.limited for row in await harness.rows(WeeklySummary)}
    assert rows[date(2027, 3, 7)] == code
    assert f"• {label}" in message.buttons
    assert "Did cramps limit you" not in message.words


async def test_a_correction_does_not_edit_a_message_that_shows_a_month(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    message = ann.last
    await ann.taps("Month")
    words = message.words
    await ann.presses("🦵 Log cramp")
    await ann.taps("8")
    assert message.words == words


@pytest.mark.parametrize(
    "data",
    [
        "month:202713",
        "month:",
        "month:209901",
        "month:190001",
        "details:x",
        "limited:20270307:much",
        "limited:x:no",
        "limited:20270307",
    ],
)
async def test_forged_taps_are_answered_and_change_nothing(harness: Harness, data: str) -> None:
    ann = await diarist(harness, nights=10)
    await ann.presses(THE_WEEK)
    before = [row.limited for row in await harness.rows(WeeklySummary)]
    tap = harness.telegram.tap_data(ann.telegram_person, ann.last, f"summary:{data}")
    await harness.settled()
    assert tap.answer is not None
    assert [row.limited for row in await harness.rows(WeeklySummary)][: len(before)] == before


async def test_the_history_shows_a_month_below(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    words, count = ann.last.words, len(ann.bot_messages)
    await ann.taps("Show the month as a picture")
    assert len(ann.bot_messages) == count + 1
    assert ann.last.words.startswith("March 2027")
    assert ann.last.silent
    assert ann.bot_messages[-2].words == words


async def test_on_the_first_evening_no_future_night_is_counted(
    harness: Harness,
) -> None:
    ann = await sleeper(harness, zone="Europe/Lisbon")
    await ann.presses(THE_WEEK)
    message = ann.last
    for label in ("month", "quarter"):
        await ann.forges(f"summary:{label}", message)
        assert "There is no night to count yet." in message.words
        assert "Add a cramp…" in message.buttons
        assert "0 of 0" not in message.words
        assert message.photo
    await ann.taps("◀ Week", message)
    assert "More" in message.buttons


async def test_the_current_night_counts_in_three_months_once_it_is_logged(harness: Harness) -> None:
    """Until then it is neither free of cramps nor missing."""
    ann = await diarist(harness, nights=20)
    harness.clock.set(datetime(2027, 2, 3, 2, 0, tzinfo=LISBON))
    await ann.presses(THE_WEEK)
    message = ann.last
    await ann.taps("More", message)
    await ann.taps("3 months", message)
    assert "You logged 20 of 20 nights." in message.words
    await ann.presses("🦵 Log cramp")
    await ann.taps("Month", message)
    await ann.taps("3 months", message)
    assert "You logged 21 of 21 nights." in message.words


async def test_what_is_asked_of_every_night_is_side_by_side_in_a_message_of_its_own(
    harness: Harness,
) -> None:
    """39 nights; the stretch and alcohol of all of them, standing and sleep of a few."""
    ann = await diarist(harness, nights=39)
    async with harness.database.transaction() as session:
        for number in range(39):
            told: dict[str, Any] = {
                "user_id": ann.id,
                "night_on": date(2027, 1, 13) + timedelta(days=number),
                "answered_at": harness.clock.now(),
            }
            is_even = number % 2 == 0
            session.add(HabitDay(habit=Habit.STRETCH_DONE, done=is_even, **told))
            session.add(
                NightExposure(exposure=Exposure.ALCOHOL_EVENING, present=number < 12, **told)
            )
            if number < 9:
                session.add(NightExposure(exposure=Exposure.LONG_STANDING, present=is_even, **told))
        await session.exec(sa.update(NightCheck).values(sleep_quality=3))
    await ann.presses(THE_WEEK)
    message = ann.last
    assert "Typical sleep: 3 of 10, where 10 is worst, from 5 mornings." in message.words
    await ann.taps("More", message)
    await ann.taps("Details", message)
    assert "All your nights compared" in message.words
    counts = "4 of 12 nights with it, 9 of 27 without it. Not asked: 0."
    stretch = "Nights with a stretch: cramps on 7 of 20. Nights without a stretch: 6 of 19."
    assert stretch in message.words
    await ann.taps("Compare nights", message)
    assert ann.last.words.splitlines() == [
        "All your nights compared",
        stretch,
        f"Alcohol in the evening: cramps on {counts}",
        "Long standing: nights with it 5, without it 4, not asked 30.",
        TAKES,
        "",
        "Typical sleep: 3 of 10, where 10 is worst, from 26 mornings.",
        "",
        "This is no test: those nights may differ in other ways too, and chance plays a part.",
        "",
        "This counts what you logged; missing nights are not counted as free of cramps.",
    ]
    assert_kind_words(ann.last.words)

    async with harness.database.transaction() as session:  # nobody peeks at a running test
        test = Experiment(
            user_id=ann.id,
            uid="test",
            habit=Habit.STRETCH_DONE,
            block_days=7,
            blocks="abababababab",
            starts_on=date(2027, 1, 31),
            created_at=harness.clock.now(),
        )
        session.add(test)
    await ann.taps("Compare nights", message)
    assert stretch not in ann.last.words
    assert WITHHELD in ann.last.words
    assert f"Alcohol in the evening: cramps on {counts}" in ann.last.words
    await ann.taps("◀ Back", message)
    await ann.taps("More", message)
    await ann.taps("Details", message)
    assert stretch not in message.words
    assert WITHHELD in message.words
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Experiment).values(habit=Habit.NO_ALCOHOL))
    await ann.taps("Compare nights", message)
    assert stretch in ann.last.words
    assert WITHHELD in ann.last.words
    assert "Alcohol" not in ann.last.words


async def test_the_same_tap_twice_shows_the_same(harness: Harness) -> None:
    ann = await diarist(harness, nights=30)
    await ann.presses(THE_WEEK)
    message, count = ann.last, len(ann.bot_messages)
    for data in (
        "details:20270131",
        "month:202702",
        "quarter",
        "quarter:20270131",
        "more:20270131",
    ):
        await ann.forges(f"summary:{data}", message)
        words, picture = message.words, message.photo
        await ann.forges(f"summary:{data}", message)
        assert (message.words, message.photo) == (words, picture), data
    assert len(ann.bot_messages) == count


async def test_an_answer_can_be_changed_and_survives_a_correction(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    message = ann.last
    await ann.taps("A lot", message)
    await ann.taps("A bit", message)
    assert "They limited you a bit." in message.words
    await ann.taps("More", message)
    await ann.taps("Details", message)
    await ann.taps("◀ Back", message)
    assert "• A bit" in message.buttons
    await ann.presses("🦵 Log cramp")
    await ann.taps("8")
    rows = {row.week_on: row.limited for row in await harness.rows(WeeklySummary)}
    assert rows[date(2027, 3, 7)] == "a_bit"


@pytest.mark.parametrize(
    "week_on",
    ["20270314", "20270308", "20270106", "20270404"],
    ids=["not over", "no first night of a week", "before the diary", "to come"],
)
async def test_only_a_week_that_is_asked_about_takes_an_answer(
    harness: Harness, week_on: str
) -> None:
    ann = await diarist(harness, nights=63)
    await ann.presses(THE_WEEK)
    for _ in range(2):
        await ann.forges(f"summary:limited:{week_on}:a_lot", ann.last)
    assert {row.limited for row in await harness.rows(WeeklySummary)} == {None}


async def test_nobody_sees_or_answers_the_months_of_another_person(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    bob = await harness.set_up_person("Bob", zone="Europe/Lisbon")
    await bob.presses(THE_WEEK)
    message = bob.last
    for data in ("details:20270307", "month:202702", "quarter", "limited:20270307:a_lot"):
        await bob.forges(f"summary:{data}", message)
        assert "calf" not in message.words
        assert "You logged 28" not in message.words
        assert "You logged 60" not in message.words
    rows = [row for row in await harness.rows(WeeklySummary) if row.user_id == ann.id]
    assert [row.limited for row in rows] == [None] * len(rows)


# In words, other 13 weeks, light pictures ---------------------------------------------------------


async def test_a_week_a_month_and_three_months_can_be_read(harness: Harness) -> None:
    """Night, hour and strength of each entry, in a new message, without a table."""
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps("More", message)
    await ann.taps("In words", message)
    assert ann.last.words.splitlines()[2:-2] == [
        "Sun 7 Mar: no cramps.",
        "Mon 8 Mar: 03:12, strength 10.",
        "9–10 Mar: no cramps.",
        "Thu 11 Mar: 03:12, strength 2.",
        "12–13 Mar: no cramps.",
    ]
    assert len(ann.bot_messages) == count + 1
    await ann.taps("Month", await _week_again(ann, message))
    await ann.taps("In words", message)
    assert "03:12, strength 2" in ann.last.words
    assert ann.last.words.splitlines()[2].startswith("Mon 1 Mar")
    await ann.taps("3 months", message)
    await ann.taps("In words", message)
    words = ann.last.words
    assert words.count(", strength") == 20
    assert_kind_words(words)


async def _week_again(ann: Someone, message: Message) -> Message:
    await ann.taps("◀ Back", message)
    return message


async def test_three_months_have_earlier_ones(harness: Harness) -> None:
    ann = await diarist(harness, nights=120)
    await ann.presses(THE_WEEK)
    message = ann.last
    await ann.forges("summary:quarter", message)
    newest = message.words
    assert "Later ▶" not in message.buttons
    await ann.taps("◀ Earlier", message)
    assert message.words != newest
    assert "◀ Earlier" not in message.buttons
    await ann.taps("Later ▶", message)
    assert message.words == newest
    assert len(message.buttons) <= 6


async def test_light_pictures_are_chosen_in_the_settings(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(THE_WEEK)
    dark = ann.last
    await ann.says("/start")
    await ann.taps("Settings")
    settings = ann.with_button("🖼 Pictures")
    await ann.taps("🖼 Pictures", settings)
    await ann.taps("Light", settings)
    assert "• Light" in settings.buttons
    await ann.presses(THE_WEEK)
    assert [_corner(dark), _corner(ann.last)] == [(27, 33, 66), (255, 255, 255)]
    await ann.taps("Month")
    assert _corner(ann.last) == (255, 255, 255)
    await ann.taps("3 months")
    assert _corner(ann.last) == (255, 255, 255)
    await ann.taps("Dark", settings)
    await ann.taps("◀ Settings", settings)
    await ann.presses(THE_WEEK)
    assert _corner(ann.last) == (27, 33, 66)


def _corner(message: Message) -> object:
    assert message.photo
    return Image.open(io.BytesIO(message.photo)).convert("RGB").getpixel((2, 2))


@pytest.mark.parametrize(
    "data",
    [
        "words",
        "words:year:20270307",
        "words:week:x",
        "words:quarter:00010101",
        "words:month:99991231:999",
        "quarter:00010101",
        "quarter:20991231",
        "more:x",
        "pictures:red",
    ],
)
async def test_other_forged_taps_are_answered(harness: Harness, data: str) -> None:
    ann = await diarist(harness, nights=10)
    await ann.presses(THE_WEEK)
    tap = harness.telegram.tap_data(ann.telegram_person, ann.last, f"summary:{data}")
    await harness.settled()
    assert tap.answer is not None
    assert await harness.rows(FailedUpdate) == []
