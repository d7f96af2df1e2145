"""The check-in, with the whole bot."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    Exposure,
    Fact,
    Fluids,
    Habit,
    HabitDay,
    Kind,
    NightCheck,
    NightExposure,
    NightStatus,
    Reminder,
    User,
    WeeklySummary,
)
from bot.features.summary.stats import NightState, WeekFigures
from bot.local_time.nights import night_of
from tests.support.harness import Harness, Someone

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2027, 1, 14, 7, 0, tzinfo=BERLIN)
NIGHT = date(2027, 1, 13)


async def asked(harness: Harness, *, fluids: Fluids = Fluids.FREE) -> Someone:
    """A person who has just got the check-in about Wednesday night."""
    ann = await harness.set_up_person("Ann", fluids=fluids)
    await harness.live_until(MORNING)
    return ann


async def nothing_else_comes(harness: Harness) -> None:
    """Switch off everything but the check-in, so that the test runs faster."""
    async with harness.database.transaction() as session:
        others = sa.update(Reminder).where(sa.column("kind") != Kind.CHECK_IN.value)
        await session.exec(others.values(enabled=False, next_at=None, next_local=None))


async def checks(harness: Harness) -> list[tuple[date, NightStatus]]:
    return [(row.night_on, row.status) for row in await harness.rows(NightCheck)]


async def habits(harness: Harness) -> dict[Habit, bool]:
    return {row.habit: row.done for row in await harness.rows(HabitDay)}


async def delivery(harness: Harness) -> Delivery:
    return next(row for row in await harness.rows(Delivery) if row.kind is Kind.CHECK_IN)


async def test_one_silent_question_at_wake_time(harness: Harness) -> None:
    ann = await asked(harness)
    assert ann.last.words.startswith("☀️ How was last night? (Wednesday night)")
    assert ann.last.buttons[:3] == ["No cramps", "Had cramps", "Skip"]
    assert ann.last.silent
    row = await delivery(harness)
    assert (row.due_at, row.night_on) == (MORNING.astimezone(UTC), NIGHT)


async def test_no_cramps_makes_the_night_covered(harness: Harness) -> None:
    ann = await asked(harness)
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps("No cramps")
    assert await checks(harness) == [(NIGHT, NightStatus.NONE_LAST_NIGHT)]
    assert message.words.startswith("☀️ Wednesday night: no cramps.")
    assert (await delivery(harness)).answer is Answer.DONE
    await ann.taps("Done")
    assert message.words == "☀️ Wednesday night: no cramps."
    assert message.buttons == ["Change"]
    await ann.taps("Change")
    await ann.taps("Skip")
    assert await checks(harness) == [(NIGHT, NightStatus.SKIP)]
    assert message.words == "☀️ Wednesday night: skipped."
    assert (await delivery(harness)).answer is Answer.SKIPPED
    assert len(ann.bot_messages) == count


async def test_had_cramps_makes_an_entry_with_a_count_and_details(harness: Harness) -> None:
    ann = await asked(harness)
    message = ann.last
    await ann.taps("Had cramps")
    (row,) = await harness.rows(Cramp)
    assert (row.night_on, row.time_precision, row.count_tonight) == (NIGHT, "night_only", 1)
    assert row.tapped_at - MORNING < timedelta(minutes=1)
    await ann.taps("3")
    assert (await harness.rows(Cramp))[0].count_tonight == 3
    await ann.taps("How strong, where, when…")
    await ann.taps("6")
    assert (await harness.rows(Cramp))[0].intensity == 6
    assert message.words.startswith("Cramp logged: Wednesday night")


async def test_changing_the_answer_leaves_one_entry_or_none(harness: Harness) -> None:
    ann = await asked(harness)
    number = (await delivery(harness)).id
    for word, there in (("had", True), ("none", False), ("had", True), ("skip", False)):
        for _ in range(2):  # the same tap, arriving twice
            await ann.forges(f"checkin:night:{number}:{word}")
        rows = await harness.rows(Cramp)
        assert len(rows) <= 1
        assert any(row.deleted_at is None for row in rows) is there


async def test_habits_are_set_cleared_and_filled_in_by_reminders(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 13, 22, 20, tzinfo=BERLIN))
    await ann.taps("Done")  # the stretch
    await harness.live_until(MORNING)
    assert "• Stretched" in ann.last.buttons
    assert "Late caffeine" in ann.last.buttons
    await ann.taps("Late caffeine")
    await ann.taps("Drank little")
    await ann.taps("Greens, nuts, beans")
    assert await habits(harness) == {
        Habit.CAFFEINE_AFTER_CUTOFF: True,
        Habit.HYDRATION_DONE: False,
        Habit.MAGNESIUM_RICH_MEAL: True,
    }
    await ann.taps("• Late caffeine")
    assert Habit.CAFFEINE_AFTER_CUTOFF not in await habits(harness)
    await ann.taps("Did not stretch")  # takes precedence over the reminder's answer
    assert (await habits(harness))[Habit.STRETCH_DONE] is False
    assert "• Did not stretch" in ann.last.buttons


@pytest.mark.parametrize("fluids", [Fluids.LIMITED, Fluids.UNSURE])
async def test_people_with_limited_drinks_are_not_asked_about_drinks(
    harness: Harness, fluids: Fluids
) -> None:
    ann = await asked(harness, fluids=fluids)
    assert "Drank regularly" not in ann.last.buttons


async def test_the_habit_of_a_fair_test_is_asked_about(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        session.add(
            Experiment(
                user_id=ann.id,
                habit=Habit.SCREEN_OFF,
                block_days=7,
                blocks="abba",
                starts_on=NIGHT,
                created_at=harness.clock.now(),
            )
        )
    await harness.live_until(MORNING)
    await ann.taps("Screens off early")
    assert (await habits(harness))[Habit.SCREEN_OFF] is True
    await ann.taps("Screens until bed")
    assert (await habits(harness))[Habit.SCREEN_OFF] is False


async def test_a_night_that_is_logged_is_not_asked_about(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 3, 12, tzinfo=BERLIN))
    await ann.presses("🦵 Log cramp")
    await harness.live_until(MORNING + timedelta(hours=1))
    words = "".join(message.words for message in ann.bot_messages)
    assert "How was last night" not in words
    assert "☀️ Wednesday night: had cramps.\nStill sore?" in words  # only what came of it


async def test_a_night_before_the_first_evening_is_not_asked_about(harness: Harness) -> None:
    harness.clock.set(datetime(2027, 1, 14, 13, 0, tzinfo=BERLIN))
    await harness.set_up_person("Ann", wake=time(14, 0), bed=time(6, 0))
    await harness.live_for(timedelta(hours=2))
    assert (await delivery(harness)).status is DeliveryStatus.NOT_NEEDED


async def test_it_can_be_moved_and_switched_off(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    await ann.taps("☀️ Morning question")
    await ann.taps("30 min later")
    await harness.live_until(MORNING + timedelta(minutes=31))
    assert (await delivery(harness)).due_at == (MORNING + timedelta(minutes=30)).astimezone(UTC)
    await ann.says("/reminders")
    await ann.taps("☀️ Morning question")
    await ann.taps("Switch off")
    await harness.live_for(timedelta(days=3))
    assert [row.kind for row in await harness.rows(Delivery)].count(Kind.CHECK_IN) == 1


async def test_an_unanswered_check_in_is_closed_by_the_next_and_can_still_be_answered(
    harness: Harness,
) -> None:
    ann = await asked(harness)
    first = ann.last
    await harness.live_for(timedelta(days=1))
    assert first.words == "☀️ Wednesday night: question not answered."
    await ann.taps("Change", first)
    await ann.taps("No cramps", first)
    assert await checks(harness) == [(NIGHT, NightStatus.NONE_LAST_NIGHT)]


async def test_an_answered_check_in_is_not_edited(harness: Harness) -> None:
    ann = await asked(harness)
    first = ann.last
    await ann.taps("No cramps")
    await ann.taps("Done")
    await harness.live_for(timedelta(days=1))
    assert first.words == "☀️ Wednesday night: no cramps."
    assert first.buttons == ["Change"]


async def test_after_an_outage_at_most_one_check_in_is_sent(harness: Harness) -> None:
    await harness.set_up_person("Ann")
    await harness.app.stop()
    harness.clock.set(MORNING + timedelta(days=3, hours=1))
    await harness.start_again()
    await harness.live_for(timedelta(minutes=1))
    rows = [row for row in await harness.rows(Delivery) if row.kind is Kind.CHECK_IN]
    assert [row.status for row in rows] == [DeliveryStatus.MISSED] * 3 + [DeliveryStatus.SENT]


@pytest.mark.parametrize(
    ("zone", "bed", "wake", "day", "days_back"),
    [
        ("Europe/Berlin", time(22), time(7, 0), date(2027, 3, 28), 1),
        ("Europe/Berlin", time(18), time(2, 30), date(2027, 3, 28), 1),
        ("Europe/Berlin", time(18), time(2, 30), date(2026, 10, 25), 1),
        ("America/New_York", time(22), time(7, 0), date(2027, 3, 14), 1),
        ("Australia/Lord_Howe", time(22), time(6, 0), date(2027, 4, 4), 1),
        ("Europe/Berlin", time(7), time(15, 0), date(2027, 1, 20), 1),
        ("Europe/Berlin", time(11), time(19, 0), date(2027, 3, 28), 1),
        ("Europe/Berlin", time(17), time(0, 30), date(2027, 1, 20), 1),
    ],
)
async def test_it_asks_about_the_night_that_just_ended(
    sqlite_url: str, zone: str, bed: time, wake: time, day: date, days_back: int
) -> None:
    """Also when the clocks change, and for people who sleep by day or get up after midnight."""
    start = datetime.combine(day - timedelta(days=2), time(12), ZoneInfo(zone))
    async with Harness.open(sqlite_url, start.astimezone(UTC)) as harness:
        await harness.set_up_person("Ann", zone=zone, wake=wake, bed=bed)
        await nothing_else_comes(harness)
        await harness.live_for(timedelta(days=4))
        rows = [row for row in await harness.rows(Delivery) if row.kind is Kind.CHECK_IN]
        nights = [row.night_on for row in rows]
        assert nights.count(day - timedelta(days=days_back)) == 1
        assert len(set(nights)) == len(nights) >= 3
        for row in rows:
            local = row.due_at.astimezone(ZoneInfo(zone))
            assert row.night_on == local.date() - timedelta(days=days_back)
            assert row.night_on <= night_of(local.replace(tzinfo=None))


@pytest.mark.parametrize(
    "data", ["night:{id}:none", "habit:{id}:stretch_done:1", "count:{id}:2", "open:{id}"]
)
async def test_the_check_in_of_another_person_cannot_be_answered(
    harness: Harness, data: str
) -> None:
    await asked(harness)
    number = (await delivery(harness)).id
    bob = await harness.set_up_person("Bob")
    answer = await bob.forges(f"checkin:{data.format(id=number)}")
    assert answer == "That question is no longer open."
    assert await checks(harness) == []
    assert await habits(harness) == {}


@pytest.mark.parametrize(
    "data",
    [
        "night:{id}:all",
        "night:{id}",
        "night:x:none",
        "habit:{id}:smoking:1",
        "habit:{id}:stretch_done:2",
        "count:{id}:5",
        "night:{stretch}:none",
    ],
)
async def test_forged_answers_change_nothing(harness: Harness, data: str) -> None:
    ann = await asked(harness)
    rows = await harness.rows(Delivery)
    stretch = next(row.id for row in rows if row.kind is Kind.STRETCH)
    await ann.forges(f"checkin:{data.format(id=(await delivery(harness)).id, stretch=stretch)}")
    assert await checks(harness) == []
    assert await habits(harness) == {}
    assert await harness.rows(Cramp) == []


async def test_people_of_an_older_version_get_the_new_reminders(harness: Harness) -> None:
    await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        fact = await session.get_one(Fact, "reminder_kinds")
        fact.value = "stretch,caffeine"
    rows = await harness.rows(Reminder)
    async with harness.database.transaction() as session:
        for row in rows:
            if row.kind in (Kind.CHECK_IN, Kind.MEAL):
                await session.delete(await session.get_one(Reminder, row.id))
    await harness.restart()
    found = {row.kind: row for row in await harness.rows(Reminder)}
    assert found[Kind.CHECK_IN].next_at == MORNING.astimezone(UTC)
    assert not found[Kind.MEAL].enabled


# Late, away, paused, twice ------------------------------------------------------------------------


async def test_people_who_sleep_by_day_answer_about_that_sleep(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", bed=time(11), wake=time(19))
    await harness.live_until(datetime(2027, 1, 14, 19, 0, tzinfo=BERLIN))
    assert ann.last.words.startswith("☀️ How was last night? (Wednesday night)")
    await nothing_else_comes(harness)
    await ann.taps("Had cramps")
    (row,) = await harness.rows(Cramp)
    assert (row.night_on, row.time_precision) == (date(2027, 1, 13), "night_only")
    assert row.occurred_at <= harness.clock.now()
    await harness.live_until(datetime(2027, 1, 15, 14, 0, tzinfo=BERLIN))
    await ann.presses("🦵 Log cramp")  # asleep, until woken
    await harness.live_until(datetime(2027, 1, 15, 23, 0, tzinfo=BERLIN))
    assert ann.last.words.endswith("had cramps.\nStill sore? Did something help?\nDid it wake you?")


async def test_two_days_later_it_still_counts_for_its_own_night(harness: Harness) -> None:
    ann = await asked(harness)
    first = ann.last
    await nothing_else_comes(harness)
    await harness.live_until(MORNING + timedelta(days=2, hours=9))
    await ann.taps("Change", first)
    await ann.taps("Had cramps", first)
    (row,) = await harness.rows(Cramp)
    assert (row.night_on, row.occurred_at) == (
        NIGHT,
        datetime(2027, 1, 14, 3, 0, tzinfo=BERLIN).astimezone(UTC),
    )
    assert (await checks(harness)) == [(NIGHT, NightStatus.HAD_CRAMPS)]
    await ann.taps("Late caffeine", first)
    assert [one.night_on for one in await harness.rows(HabitDay)] == [NIGHT]


@pytest.mark.parametrize(
    ("zone", "label"), [("America/Los_Angeles", "west"), ("Pacific/Auckland", "east")]
)
async def test_answered_in_another_time_zone_it_counts_for_its_own_night(
    harness: Harness, zone: str, label: str
) -> None:
    ann = await asked(harness)
    question = ann.last
    await harness.live_for(timedelta(hours=2))
    await ann.forges(f"users:move:{zone}")
    await ann.taps("Had cramps", question)
    (row,) = await harness.rows(Cramp)
    assert (row.night_on, row.time_zone) == (NIGHT, zone), label
    assert row.occurred_at <= harness.clock.now()
    assert await checks(harness) == [(NIGHT, NightStatus.HAD_CRAMPS)]
    assert "1" in "".join(question.buttons)
    await ann.taps("No cramps", question)
    assert (await harness.rows(Cramp))[0].deleted_at is not None


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
async def test_a_change_of_time_zone_neither_duplicates_nor_loses_a_check_in(
    harness: Harness, zone: str
) -> None:
    ann = await asked(harness)
    await nothing_else_comes(harness)
    await ann.taps("No cramps")
    await harness.live_for(timedelta(hours=12))
    await ann.forges(f"users:move:{zone}")
    await harness.live_for(timedelta(days=3))
    rows = [row for row in await harness.rows(Delivery) if row.kind is Kind.CHECK_IN]
    nights = [row.night_on for row in rows]
    assert nights == [NIGHT + timedelta(days=number) for number in range(len(nights))]
    assert len(nights) >= 3
    for row in rows[1:]:
        assert row.status is DeliveryStatus.SENT
        assert row.due_at.astimezone(ZoneInfo(zone)).time() == time(7)


async def test_no_check_in_during_a_pause(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/pause")
    await ann.taps("Until I resume")
    await harness.live_for(timedelta(days=3))
    assert await harness.rows(Delivery) == []
    await ann.says("/resume")
    await harness.live_for(timedelta(days=1))
    (asked,) = [row for row in await harness.rows(Delivery) if row.kind is Kind.CHECK_IN]
    assert asked.status is DeliveryStatus.SENT


async def test_it_is_silent_unless_a_sound_is_chosen(harness: Harness) -> None:
    ann = await asked(harness)
    assert ann.last.silent
    await ann.says("/reminders")
    await ann.taps("☀️ Morning question")
    await ann.taps("Turn sound on")
    await harness.live_until(MORNING + timedelta(days=1))
    assert not ann.with_button("No cramps").silent
    await ann.says("/reminders")
    await ann.taps("☀️ Morning question")
    await ann.taps("30 min earlier")  # in the quiet hours
    await harness.live_until(MORNING + timedelta(days=2))
    assert ann.with_button("No cramps").silent


async def test_it_comes_a_little_later_never_earlier(harness: Harness) -> None:
    await harness.set_up_person("Ann", spread_seconds=420)
    await harness.live_until(MORNING + timedelta(minutes=30))
    assert (await delivery(harness)).due_at == (MORNING + timedelta(minutes=7)).astimezone(UTC)


async def state_of(harness: Harness, night_on: date) -> NightState:
    (row,) = await harness.rows(WeeklySummary)
    nights = WeekFigures.from_json(row.figures).nights
    return next(night.state for night in nights if night.night_on == night_on)


async def test_a_summary_that_is_shown_counts_the_answer_at_once(harness: Harness) -> None:
    ann = await asked(harness)
    question = ann.last
    await ann.says("/summary")
    shown = ann.last
    before = shown.words
    for label, state in (
        ("No cramps", NightState.NONE),
        ("Had cramps", NightState.CRAMPS),
        ("Skip", NightState.TO_COME),  # nothing is known, and the night ends at noon
    ):
        await ann.taps(label, question)
        assert await state_of(harness, NIGHT) is state
        assert (shown.words == before) is (label == "Skip")
        assert ann.last.id == shown.id


async def test_a_night_that_was_marked_in_the_summary_is_not_asked_about(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(MORNING - timedelta(minutes=30))
    await ann.forges("summary:none:20270113:1")
    await harness.live_until(MORNING + timedelta(hours=1))
    assert (await delivery(harness)).status is DeliveryStatus.NOT_NEEDED


async def test_a_later_entry_takes_precedence_over_no_cramps(harness: Harness) -> None:
    ann = await asked(harness)
    await ann.taps("No cramps")
    await ann.says("/cramp today 3am")
    assert await checks(harness) == [(NIGHT, NightStatus.NONE_LAST_NIGHT)]
    await ann.says("/summary")
    assert await state_of(harness, NIGHT) is NightState.CRAMPS


async def test_no_entry_is_made_for_a_night_that_has_one(harness: Harness) -> None:
    ann = await asked(harness)
    question = ann.last
    await ann.taps("Had cramps")
    await ann.taps("No cramps")
    await ann.says("/cramp today 3am")
    await ann.taps("Had cramps", question)
    rows = [row for row in await harness.rows(Cramp) if row.deleted_at is None]
    assert [row.time_precision for row in rows] == ["exact"]
    assert "How strong, where, when…" not in question.buttons
    await ann.taps("No cramps", question)  # removes its own entry only
    assert [row.id for row in await harness.rows(Cramp) if row.deleted_at is None] == [rows[0].id]


async def test_an_entry_that_was_moved_to_another_night_is_left_alone(harness: Harness) -> None:
    ann = await asked(harness)
    question = ann.last
    await ann.taps("Had cramps")
    (row,) = await harness.rows(Cramp)
    await ann.forges(f"cramps:night:{row.id}:20270112", question)
    number = (await delivery(harness)).id
    await ann.forges(f"checkin:night:{number}:none", question)
    (row,) = await harness.rows(Cramp)
    assert (row.night_on, row.deleted_at) == (date(2027, 1, 12), None)


async def test_an_answer_to_a_reminder_cannot_be_taken_back_here(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 13, 22, 20, tzinfo=BERLIN))
    await ann.taps("Done")
    await harness.live_until(MORNING)
    said = "You gave this answer to the reminder. If it was wrong, tap the other answer."
    assert await ann.taps("• Stretched") == said
    assert "• Stretched" in ann.last.buttons
    assert not await ann.taps("Did not stretch")
    assert await ann.taps("• Did not stretch") == said  # back to the answer to the reminder
    assert "• Stretched" in ann.last.buttons


async def test_every_tap_is_idempotent_also_after_a_restart(harness: Harness) -> None:
    ann = await asked(harness)
    number = (await delivery(harness)).id
    question = ann.last
    for data in (f"night:{number}:had", f"count:{number}:3", f"habit:{number}:stretch_done:1"):
        await ann.forges(f"checkin:{data}", question)
        seen = (question.words, question.buttons, len(ann.bot_messages))
        answered_at = (await delivery(harness)).answered_at
        await harness.restart()
        await ann.forges(f"checkin:{data}", question)
        assert (question.words, question.buttons, len(ann.bot_messages)) == seen
        assert (await delivery(harness)).answered_at == answered_at
    (row,) = await harness.rows(Cramp)
    assert (row.count_tonight, row.deleted_at) == (3, None)
    assert len(await harness.rows(NightCheck)) == len(await harness.rows(HabitDay)) == 1


# A little more ------------------------------------------------------------------------------------


async def exposures(harness: Harness) -> dict[tuple[date, Exposure], bool]:
    return {(row.night_on, row.exposure): row.present for row in await harness.rows(NightExposure)}


async def sleep_qualities(harness: Harness) -> list[tuple[date, NightStatus, int | None]]:
    rows = await harness.rows(NightCheck)
    return [(row.night_on, row.status, row.sleep_quality) for row in rows]


async def test_a_little_more_is_asked_only_of_people_who_want_it(harness: Harness) -> None:
    ann = await asked(harness)
    message = ann.last
    assert "Ask more questions" not in message.buttons
    await ann.taps("No cramps")
    short = message.buttons
    assert "Stood a lot" not in short
    await ann.taps("Ask more questions")
    assert message.words.endswith("How did you sleep? 0 is best, 10 is worst.")
    added = ["Stood a lot", "Stood little", "Slept badly", "Slept well enough"]
    added += ["Hard exercise", "No hard exercise", *map(str, range(11))]
    assert message.buttons == [*short[:-2], *added, "Done", "Ask fewer questions"]
    (row,) = await harness.rows(User)
    assert row.asks_more is True
    await ann.taps("Ask fewer questions")
    assert message.buttons == short
    await ann.taps("Ask more questions")
    # Each is one tap, another one changes it, and the same again takes it back.
    await ann.taps("Stood a lot")
    await ann.taps("Slept badly")
    await ann.taps("Slept well enough")
    await ann.taps("Hard exercise")
    await ann.taps("• Hard exercise")
    assert await exposures(harness) == {
        (NIGHT, Exposure.LONG_STANDING): True,
        (NIGHT, Exposure.POOR_SLEEP): False,
    }
    for label, stored in (("3", 3), ("0", 0), ("• 0", None), ("10", 10)):
        await ann.taps(label)
        assert await sleep_qualities(harness) == [(NIGHT, NightStatus.NONE_LAST_NIGHT, stored)]
    await ann.taps("Done")
    await ann.taps("Change")
    assert {"• Stood a lot", "• Slept well enough", "• 10"} <= set(message.buttons)
    await ann.forges("history:night:20270113", message)
    said = "long standing: yes · poor sleep: no · sleep 10 of 10, where 10 is worst"
    assert said in message.words
    # To take back that there were no cramps keeps how the night was slept.
    await ann.forges("history:none:20270113:0")
    assert await sleep_qualities(harness) == [(NIGHT, NightStatus.SKIP, 10)]
    for data in ("exposure:{}:gravity:1", "exposure:{}:stress:2", "sleep:{}:11", "sleep:{}:x1"):
        await ann.forges("checkin:" + data.format((await delivery(harness)).id), message)
    await ann.forges("checkin:exposure:4711:stress:1", message)
    assert len(await exposures(harness)) == 2
    assert await sleep_qualities(harness) == [(NIGHT, NightStatus.SKIP, 10)]


async def test_whoever_wants_more_is_asked_after_a_night_with_a_logged_cramp_too(
    harness: Harness,
) -> None:
    """What is asked only of quiet nights could not be compared. It is a setting, too."""
    ann = await harness.set_up_person("Ann")
    await ann.taps("Settings")
    await ann.taps("☀️ Morning question")
    card = ann.with_button("Ask more questions")
    assert "At the moment I ask the short question." in card.words
    await ann.taps("Ask more questions")
    assert "At the moment I ask a few more questions." in card.words
    await ann.taps("◀ Settings")
    await nothing_else_comes(harness)
    await harness.live_until(datetime(2027, 1, 14, 2, 0, tzinfo=BERLIN))
    await ann.presses("🦵 Log cramp")
    await harness.live_until(MORNING)
    message = ann.last
    assert message.words.startswith("☀️ Wednesday night: had cramps.")
    assert "No cramps" not in message.buttons
    await ann.taps("Hard exercise", message)
    await ann.taps("7", message)
    assert await exposures(harness) == {(NIGHT, Exposure.HARD_EXERCISE): True}
    assert await sleep_qualities(harness) == [(NIGHT, NightStatus.HAD_CRAMPS, 7)]
    await ann.taps("Done", message)
    assert message.words == "☀️ Wednesday night: had cramps."
    assert len(await harness.rows(Cramp)) == 1


async def test_an_old_question_that_is_opened_again_names_its_night(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 6, 45, tzinfo=UTC))
    question = ann.last
    await ann.taps("No cramps", question)
    await ann.taps("Done", question)
    await harness.live_until(datetime(2027, 1, 22, 8, 0, tzinfo=UTC))
    await ann.taps("Change", question)
    assert question.words.startswith("☀️ Wednesday night, 13 Jan: no cramps.")
    await ann.taps("Done", question)
    assert question.words == "☀️ Wednesday night, 13 Jan: no cramps."
