"""Reminders, pauses, the day and the place by typed sentences, over HTTP with the real bot."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Answer, Delivery, Fluids, Kind, Reminder, User
from bot.dispatch.planning import once_on
from bot.local_time.nights import local_time
from tests.features.reminders.steps import STRETCH, stretched
from tests.support.harness import Harness, Someone

BERLIN = ZoneInfo("Europe/Berlin")


async def of(harness: Harness, kind: Kind = Kind.CUSTOM) -> list[Reminder]:
    return [row for row in await harness.rows(Reminder) if row.kind is kind]


async def the(harness: Harness, kind: Kind) -> Reminder:
    return (await of(harness, kind))[0]


async def user(harness: Harness) -> User:
    return (await harness.rows(User))[0]


async def set_up(harness: Harness, fluids: Fluids = Fluids.FREE) -> Someone:
    """A person, on Wednesday, 13 January 2027, 20:00 in Berlin."""
    return await harness.set_up_person("Ann", fluids=fluids)


# Once, and in one's own words --------------------------------------------------------------------


async def test_a_reminder_that_comes_once_leaves_the_daily_one_as_it_is(harness: Harness) -> None:
    ann = await set_up(harness)
    before = (await the(harness, Kind.STRETCH)).next_at
    await ann.says("remind me to stretch again at 11pm")
    assert ann.last.words.splitlines()[:3] == [
        "Done.",
        "📌 Stretch: on, next today 23:00",
        "once, Wed 13 Jan · with sound",
    ]
    assert (await the(harness, Kind.STRETCH)).next_at == before
    [once] = await of(harness)
    assert once_on(once) == date(2027, 1, 13)
    await harness.live_until(datetime(2027, 1, 13, 23, 0, tzinfo=BERLIN))
    assert ann.last.words == "📌 Stretch"
    await ann.taps("Done")
    await harness.live_until(datetime(2027, 1, 15, 12, 0, tzinfo=BERLIN))
    came = [one for one in await harness.rows(Delivery) if one.kind is Kind.CUSTOM]
    assert [local_time(one.due_at, "Europe/Berlin") for one in came] == [datetime(2027, 1, 13, 23)]
    await ann.says("/reminders")
    assert "📌 Stretch: over" in ann.last.words
    await harness.live_until(datetime(2027, 1, 16, 12, 0, tzinfo=BERLIN))
    await ann.says("/reminders")
    assert await of(harness) == []


@pytest.mark.parametrize(
    ("language", "text", "quotation"),
    [
        ("de", "erinnere mich um 21 Uhr, die Katze zu füttern", "„die Katze zu füttern“"),
        ("fr", "rappelle-moi de nourrir le chat à 21h", "«\xa0nourrir le chat\xa0»"),
        ("ru", "напомни купить хлеб в 21:00", "«купить хлеб»"),
    ],
)
async def test_ones_own_words_are_quoted_as_the_language_does(
    harness: Harness, language: str, text: str, quotation: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(text)
    assert ann.last.words.splitlines()[-1] == quotation
    every_day, _once, _none = ann.last.buttons
    await ann.taps(every_day)
    [own] = await of(harness)
    assert own.words == quotation[1:-1].strip()


async def test_ones_own_words_are_asked_about_and_undone(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("Remind me to buy Müller's <bread> at 9pm")
    assert await of(harness) == []
    assert ann.last.words == "Which of these do you mean?\n“buy Müller's <bread>”"
    assert ann.last.buttons == ["Once: today 21:00", "Every day: 21:00", "None of these"]
    question = ann.last
    await ann.taps("Once: today 21:00", question)
    await ann.taps("Undo", question)
    assert await of(harness) == []
    await ann.says("remind me every day at 9pm to buy bread")
    [own] = await of(harness)
    assert (own.words, own.times, once_on(own)) == ("buy bread", "21:00", None)
    assert ann.last.words.startswith("Done.\n📌 buy bread: on, next today 21:00\n21:00\nevery day")
    await ann.says("don't remind me to buy bread")
    await ann.taps("Switch off")
    assert not (await of(harness))[0].enabled
    await ann.taps("Undo")
    assert (await of(harness))[0].enabled
    await ann.says("remind me to feed the hamster")
    assert ann.last.words.startswith("📌 feed the hamster\nWhen?")
    await ann.says("8pm")
    assert {one.times for one in await of(harness)} == {"20:00", "21:00"}


async def test_what_may_be_against_a_person_stays_off(harness: Harness) -> None:
    ann = await set_up(harness, fluids=Fluids.LIMITED)
    await ann.says("remind me in 2 hours to drink")
    assert await of(harness) == []
    assert "off, as your drinks may be limited" in ann.last.words
    await ann.says("remind me every day at 4pm to drink a glass of water")
    await ann.taps(ann.last.buttons[0])  # the drink reminder keeps its own times
    assert [one.enabled for one in await of(harness)] == [False]
    await ann.says("remind me every day at 9pm to take my tablets")
    assert "doctor" in ann.last.words or "pharmacist" in ann.last.words


async def test_a_time_that_has_passed_and_a_pause(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("pause until monday")
    await ann.says("remind me tomorrow at 8am to call Dr Ng")
    assert "Your reminders are paused at that time" in ann.last.words
    await ann.taps("Undo")
    assert await of(harness) == []
    await ann.says("remind me to call Dr Ng at 9pm")
    question = ann.last
    await harness.live_until(datetime(2027, 1, 13, 21, 5, tzinfo=BERLIN))
    await ann.taps("Once: today 21:00", question)
    assert await of(harness) == []


# Settings ----------------------------------------------------------------------------------------


async def test_settings_of_a_reminder_and_their_undo(harness: Harness) -> None:
    ann = await set_up(harness)

    async def row() -> tuple[bool, str | None, int, bool, str | None]:
        one = await the(harness, Kind.STRETCH)
        return one.enabled, one.times, one.weekdays, one.with_sound, one.muted

    before = await row()
    for said, after in {
        "stretch 30 min earlier": (True, "21:50", 127, True, None),
        "stretch only on weekdays": (True, None, 31, True, None),
        "stretch silent": (True, None, 127, False, None),
        "skip stretching today": (True, None, 127, True, "2027-01-13/2027-01-13"),
        "mute the stretch until saturday": (True, None, 127, True, "2027-01-13/2027-01-15"),
        "stretch at 22:05": (True, "22:05", 127, True, None),
    }.items():
        await ann.says(said)
        assert await row() == after, said
        await ann.taps("Undo")
        assert await row() == before, said
    await ann.says("stretch at 22:05")
    await ann.says("reset stretch")
    assert await row() == before
    await ann.taps("Undo")
    assert (await row())[1] == "22:05"
    await ann.says("stop the drinks")
    await ann.taps("💧 Drinks: off")
    assert not (await the(harness, Kind.HYDRATION)).enabled
    await ann.taps("Undo")
    assert (await the(harness, Kind.HYDRATION)).enabled
    await ann.says("stop")
    assert ann.last.words.startswith("What should stop?") or "stop" in ann.last.words.lower()


# Answers -----------------------------------------------------------------------------------------


async def test_answers_to_the_reminder_that_came_last(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.says("done")
    assert ann.last.words == "🌙 Stretch, 22:20: done"
    assert [one.answer for one in await harness.rows(Delivery)] == [Answer.DONE]
    await ann.taps("Undo")
    assert [one.answer for one in await harness.rows(Delivery)] == [None]
    await ann.says("skip it")
    assert [one.answer for one in await harness.rows(Delivery)] == [Answer.SKIPPED]
    await ann.taps("Undo")
    await ann.says("snooze 10 min")
    assert "again at 22:30" in ann.last.words
    await ann.taps("Undo")
    assert [one.later_at for one in await harness.rows(Delivery)] == [None]
    await ann.says("later")
    assert "10 min" in ann.last.buttons
    await ann.says("remind me in an hour")
    assert "past your bedtime" in ann.last.words
    await ann.taps("Yes, at 23:20")
    await harness.live_until(STRETCH + timedelta(hours=1, minutes=1))
    assert ann.last.words.startswith("🌙")
    await harness.live_until(datetime(2027, 1, 14, 15, 0, tzinfo=UTC))
    await ann.says("done")
    assert ann.last.words.startswith("No reminder came in the last hours")
    await ann.says("already did my stretches")
    assert ann.last.words.startswith("Thursday night: ")  # it is 16:00
    assert "Undo" in ann.last.buttons


# Pauses ------------------------------------------------------------------------------------------


async def test_pauses_with_ends_of_all_kinds(harness: Harness) -> None:
    ann = await set_up(harness)
    for said, end in {
        "on holiday until the 20th": datetime(2027, 1, 20, 7, 0),
        "pause for 2 hours": datetime(2027, 1, 13, 22, 0),
        "no reminders until tomorrow at noon": datetime(2027, 1, 14, 12, 0),
        "pause until i say": None,
    }.items():
        await ann.says(said)
        row = await user(harness)
        until = row.paused_until_at
        assert row.paused
        assert (until and local_time(until, "Europe/Berlin")) == end, said
        await ann.taps("Undo")
        assert not (await user(harness)).paused
    await ann.says("pause for the weekend")
    assert ann.last.buttons == ["Pause until Mon 18 Jan", "No"]
    await ann.taps("Pause until Mon 18 Jan")
    await ann.says("i'm back")
    assert not (await user(harness)).paused


# The day and the place ---------------------------------------------------------------------------


async def test_bedtime_and_getting_up(harness: Harness) -> None:
    ann = await set_up(harness)
    first = await user(harness)
    before = first.bed_time, first.wake_time
    await ann.says("bedtime 23:15")
    assert (await user(harness)).bed_time == time(23, 15)
    assert ann.last.words.startswith("Bedtime: 23:15\n")
    await ann.taps("Undo")
    await ann.says("I get up at 6:30 now")
    assert (await user(harness)).wake_time == time(6, 30)
    await ann.taps("Undo")
    row = await user(harness)
    assert (row.bed_time, row.wake_time) == before
    await ann.says("i get up at 23:00")
    assert ann.last.words.startswith("Just to be sure")
    assert (await user(harness)).wake_time == before[1]


async def test_travel_asks_what_it_means(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("I'm in Tokyo now")
    assert ann.last.words.startswith("In Tokyo it is 04:00.")
    assert (await user(harness)).time_zone == "Europe/Berlin"
    await ann.taps("Keep for 3 days")
    row = await user(harness)
    assert (row.time_zone, row.home_zone) == ("Asia/Tokyo", "Europe/Berlin")
    await ann.says("i'm back home")
    assert ann.last.words.startswith("Are you back in Berlin?")
    await ann.taps("Yes")
    row = await user(harness)
    assert (row.time_zone, row.home_zone) == ("Europe/Berlin", None)
    await ann.says("im back home")  # the reminders moved along, so home may be anywhere
    assert ann.last.words.startswith("Diary and reminders follow the time of Berlin already.")
    await ann.says("I'm in Tokyo until sunday")
    await ann.taps("Keep until Sun 17 Jan")
    row = await user(harness)
    assert (row.home_zone, row.home_zone_until_on) == ("Europe/Berlin", date(2027, 1, 17))
    await ann.forges("users:keep:Asia/Tokyo:20260101")
    await ann.forges("users:keep:Asia/Tokyo:20290101")
    assert await user(harness) == row
    await ann.says("/settings")
    await ann.says("i'm in xyzzyville")
    assert (await user(harness)).time_zone == "Asia/Tokyo"
