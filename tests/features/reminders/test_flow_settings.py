"""Changing reminders in the chat: on and off, sound, times, weekdays, dinner, reset."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.database.models import EVERY_DAY, Fluids, Kind, Reminder, User
from tests.support.harness import Harness, Someone

STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
DAY = timedelta(days=1)
LIST = (
    "Your reminders\n"
    "🌙 Stretch: on, next today 22:20\n"
    "☕ Last caffeine: on, next tomorrow 14:30\n"
    "🍵 Caffeine at dinner: off\n"
    "💧 Drinks: on, next tomorrow 08:00\n"
    "🥗 Meal idea: off\n"
    "☀️ Morning question: on, next tomorrow 07:00\n"
    "📊 Weekly summary: on, next Sun 17 Jan, 18:00"
)


async def reminder(harness: Harness, kind: Kind) -> Reminder:
    return next(row for row in await harness.rows(Reminder) if row.kind is kind)


async def opened(harness: Harness, kind: Kind, fluids: Fluids = Fluids.FREE) -> Someone:
    """Return a person who has the card of one reminder on their screen."""
    ann = await harness.set_up_person("Ann", fluids=fluids)
    await ann.presses("🔔 Reminders")
    await ann.forges(f"reminders:kind:{kind}")
    return ann


# The list ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["/reminders", "🔔 Reminders"])
async def test_the_list_shows_each_with_state_and_next_time(harness: Harness, way: str) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says(way)
    assert ann.last.words == LIST
    assert ann.last.buttons == [
        "🌙 Stretch",
        "☕ Last caffeine",
        "🍵 Caffeine at dinner",
        "💧 Drinks",
        "🥗 Meal idea",
        "☀️ Morning question",
        "📊 Weekly summary",
        "+ Add your own",
        "Bedtime",
        "Getting up",
        "Pause…",
    ]


async def test_the_list_is_silent_at_night(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    assert not ann.last.silent
    await harness.live_until(datetime(2027, 1, 13, 22, 0, tzinfo=UTC))
    await ann.says("/reminders")
    assert ann.last.silent


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CUSTOM])
async def test_every_card_opens_in_place_and_leads_back(harness: Harness, kind: Kind) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps(f"reminders:kind:{kind}", message)
    assert message.words != LIST
    assert "\nabout " in message.words
    await ann.taps("◀ All reminders")
    assert message.words == LIST
    assert len(ann.bot_messages) == count


async def test_who_has_not_answered_the_questions_is_led_there(harness: Harness) -> None:
    ann = await harness.person("Ann")
    await ann.says("/start")
    await ann.says("/reminders")
    assert ann.last.words.endswith("Send /start to continue.")
    assert [user.awaiting for user in await harness.rows(User)] == ["users:place"]


async def test_a_pause_shows_and_ends_from_the_list(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    await ann.taps("Pause…")
    await ann.taps("Until I resume")
    await ann.says("/reminders")
    assert "🌙 Stretch: paused\n" in ann.last.words
    await ann.taps("Resume now")
    await ann.says("/reminders")
    assert ann.last.words == LIST


# On, off, sound ----------------------------------------------------------------------------------


async def test_a_reminder_is_switched_off_and_on_again(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("Switch off")
    assert ann.last.words.startswith("🌙 Stretch: off\n")
    row = await reminder(harness, Kind.STRETCH)
    assert (row.enabled, row.next_at) == (False, None)
    await ann.forges("reminders:on:stretch:0")
    assert await reminder(harness, Kind.STRETCH) == row
    await ann.taps("Switch on")
    assert ann.last.words.startswith("🌙 Stretch: on, next today 22:20\n")
    assert (await reminder(harness, Kind.STRETCH)).next_at == STRETCH


async def test_sound_is_set_per_kind(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("Turn sound off")
    assert "every day · silent" in ann.last.words
    await harness.live_until(STRETCH)
    assert ann.last.words.startswith("🌙 Time")
    assert ann.last.silent
    await ann.taps("Turn sound on")
    assert (await reminder(harness, Kind.STRETCH)).with_sound
    await harness.live_until(STRETCH + DAY)
    assert ann.last.words.startswith("🌙 Time")
    assert not ann.last.silent


async def test_the_early_evening_is_one_tap_on_the_caffeine_card(harness: Harness) -> None:
    ann = await opened(harness, Kind.CAFFEINE)
    await ann.taps("Also in the early evening")
    assert ann.last.words.startswith("☕ Last caffeine: on")
    dinner = await reminder(harness, Kind.DINNER_CAFFEINE)
    assert dinner.next_at == datetime(2027, 1, 14, 17, 0, tzinfo=UTC)
    await ann.taps("Not in the early evening")
    assert (await reminder(harness, Kind.DINNER_CAFFEINE)).next_at is None


@pytest.mark.parametrize("fluids", [Fluids.LIMITED, Fluids.UNSURE])
async def test_drinks_stay_off_until_the_answer_changes(harness: Harness, fluids: Fluids) -> None:
    ann = await opened(harness, Kind.HYDRATION, fluids)
    assert ann.last.words.startswith("💧 Drinks: off, as your drinks may be limited\n")
    labels = ["Change my answer about drinks", "Answers about health", "◀ All reminders"]
    assert ann.last.buttons == labels
    await ann.forges("reminders:on:hydration:1")
    await ann.forges("reminders:set:hydration:2130")
    assert (await reminder(harness, Kind.HYDRATION)).next_at is None
    await ann.taps("Change my answer about drinks")
    await ann.taps("No")
    await ann.taps("Switch drink reminders on")
    assert (await reminder(harness, Kind.HYDRATION)).next_at is not None


# Times -------------------------------------------------------------------------------------------


async def test_half_an_hour_earlier_moves_it_at_once(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    assert "\nabout 22:20\n" in ann.last.words
    data = next(b["callback_data"] for r in ann.last.inline for b in r if "earlier" in b["text"])
    await ann.taps("30 min earlier")
    assert ann.last.words.startswith("🌙 Stretch: on, next today 21:50\n21:50\n")
    await ann.forges(data)
    row = await reminder(harness, Kind.STRETCH)
    assert (row.times, row.next_at) == ("21:50", STRETCH - timedelta(minutes=30))
    await harness.live_until(STRETCH - timedelta(minutes=30))
    assert ann.last.words.startswith("🌙 Time")


async def test_all_drinks_move_together(harness: Harness) -> None:
    ann = await opened(harness, Kind.HYDRATION)
    await ann.taps("30 min later")
    assert (await reminder(harness, Kind.HYDRATION)).times == "08:30,13:00,16:00,19:00"


async def test_typed_times_are_kept_to_the_minute(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", spread_seconds=300)
    await ann.says("/reminders")
    await ann.taps("💧 Drinks")
    await ann.taps("Type a time…")
    assert "Type one or more times" in ann.last.words
    await ann.says("20:45, 9am and 12.30")
    assert ann.last.words.startswith("💧 Drinks: on, next today 20:45\n09:00, 12:30, 20:45\n")
    row = await reminder(harness, Kind.HYDRATION)
    assert (row.times, row.next_at) == (
        "09:00,12:30,20:45",
        datetime(2027, 1, 13, 19, 45, tzinfo=UTC),
    )
    assert [user.awaiting for user in await harness.rows(User)] == [None]


@pytest.mark.parametrize("text", ["25:00", "lots", "22:00 21:00 20:00 19:00", "22\u202e:99", "🦵"])
async def test_unclear_times_are_asked_again(harness: Harness, text: str) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("Type a time…")
    await ann.says(text)
    assert ann.last.words == (
        "I could not read that. Please type up to 3 times, such as 8:00, 12.30 and 3pm."
    )
    assert (await reminder(harness, Kind.STRETCH)).times is None
    await ann.says("22:10")
    assert (await reminder(harness, Kind.STRETCH)).times == "22:10"


async def test_at_night_unclear_times_are_asked_again_without_a_sound(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await harness.live_until(datetime(2027, 1, 14, 2, 0, tzinfo=UTC))
    await ann.taps("Type a time…")
    await ann.says("lots")
    assert ann.last.words.startswith("I could not read that.")
    assert ann.last.silent


async def test_leaving_the_question_ends_it(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("Type a time…")
    await ann.taps("◀ Back")
    await ann.says("22:10")
    assert (await reminder(harness, Kind.STRETCH)).times is None


async def test_an_open_question_of_another_feature_stands(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/timezone")
    await ann.says("/reminders")
    assert [user.awaiting for user in await harness.rows(User)] == ["users:place"]


async def test_the_summary_has_one_time(harness: Harness) -> None:
    ann = await opened(harness, Kind.SUMMARY)
    await ann.taps("Type a time…")
    await ann.says("9:00, 18:00")
    assert ann.last.words.startswith("I could not read that. Please type 1 time")
    await ann.says("9:15")
    assert (await reminder(harness, Kind.SUMMARY)).next_at == datetime(
        2027, 1, 17, 8, 15, tzinfo=UTC
    )


# Days --------------------------------------------------------------------------------------------


async def test_days_are_chosen_by_chips(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("Days…")
    assert ann.last.buttons[:7] == [
        "✓ Mon",
        "✓ Tue",
        "✓ Wed",
        "✓ Thu",
        "✓ Fri",
        "✓ Sat",
        "✓ Sun",
    ]
    without_wednesday = EVERY_DAY ^ 0b100
    for _twice in range(2):
        await ann.forges(f"reminders:setdays:stretch:{without_wednesday}")
        row = await reminder(harness, Kind.STRETCH)
        assert (row.weekdays, row.next_at) == (without_wednesday, STRETCH + DAY)
    assert "Wed" in ann.last.buttons
    await ann.taps("Monday to Friday")
    assert (await reminder(harness, Kind.STRETCH)).next_at == STRETCH
    await ann.taps("◀ Back")
    assert "Monday to Friday" in ann.last.words


async def test_without_a_day_it_is_off(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.forges("reminders:setdays:stretch:1")
    await ann.taps("✓ Mon")
    assert ann.last.words.startswith("🌙 Stretch: off\n")
    assert ann.last.words.endswith("No day is chosen any more, so it is off now.")
    row = await reminder(harness, Kind.STRETCH)
    assert (row.enabled, row.weekdays, row.next_at) == (False, 1, None)
    await ann.taps("Switch on")
    assert (await reminder(harness, Kind.STRETCH)).next_at == STRETCH + 5 * DAY


async def test_the_summary_moves_to_another_day(harness: Harness) -> None:
    ann = await opened(harness, Kind.SUMMARY)
    await ann.taps("Days…")
    await ann.taps("Fri")
    assert ann.last.buttons[:7] == ["Mon", "Tue", "Wed", "Thu", "✓ Fri", "Sat", "Sun"]
    assert (await reminder(harness, Kind.SUMMARY)).next_at == datetime(
        2027, 1, 15, 17, 0, tzinfo=UTC
    )


# Reset, bed time and wake time -------------------------------------------------------------------


async def test_reset_brings_times_days_and_sound_back(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("30 min later")
    await ann.forges("reminders:setdays:stretch:1")
    await ann.forges("reminders:sound:stretch:0")
    await ann.taps("◀ All reminders")
    await ann.taps("🌙 Stretch")
    await ann.taps("Reset to defaults")
    row = await reminder(harness, Kind.STRETCH)
    assert (row.times, row.weekdays, row.with_sound) == (None, EVERY_DAY, True)
    assert row.next_at == STRETCH
    assert ann.last.words.startswith("🌙 Stretch: on, next today 22:20\nabout 22:20\n")


async def test_reset_leaves_a_switched_off_reminder_off(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("Switch off")
    await ann.forges("reminders:reset:stretch")
    assert not (await reminder(harness, Kind.STRETCH)).enabled


async def test_a_new_bedtime_moves_defaults_and_leaves_chosen_times(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", bed=time(22, 30))
    await ann.forges("reminders:set:caffeine:1300")
    await ann.says("/reminders")
    await ann.taps("Bedtime")
    await ann.says("23:30")
    assert (await reminder(harness, Kind.STRETCH)).next_at == STRETCH + timedelta(hours=1)
    assert (await reminder(harness, Kind.CAFFEINE)).next_at == datetime(
        2027, 1, 14, 12, 0, tzinfo=UTC
    )


async def test_a_time_moved_later_than_one_already_sent_comes_once_more_today(
    harness: Harness,
) -> None:
    """The moved reminder is sent again as the person asked for it; no other one is sent twice."""
    ann = await harness.set_up_person("Ann")
    await harness.live_until(STRETCH)
    await ann.forges("reminders:set:stretch:2210")
    assert (await reminder(harness, Kind.STRETCH)).next_at == STRETCH + DAY - timedelta(minutes=10)
    await ann.forges("reminders:set:stretch:2225")
    assert (await reminder(harness, Kind.STRETCH)).next_at == STRETCH + timedelta(minutes=5)


async def test_changes_survive_a_restart(harness: Harness) -> None:
    ann = await opened(harness, Kind.STRETCH)
    await ann.taps("30 min earlier")
    await harness.restart()
    await harness.live_until(STRETCH - timedelta(minutes=29))
    assert ann.last.words.startswith("🌙 Time")


# Reminders that are due but not yet claimed ------------------------------------------------------


@pytest.fixture
async def without_ticks(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Harness]:
    """Yield a bot that claims due reminders only when a test tells it to."""
    monkeypatch.setattr("bot.app.TICK_SECONDS", 3600)
    async with Harness.open(sqlite_url) as harness:
        yield harness


async def test_a_due_reminder_is_not_lost_to_a_look_at_its_card(without_ticks: Harness) -> None:
    ann = await opened(without_ticks, Kind.STRETCH)
    without_ticks.clock.set(STRETCH + timedelta(seconds=20))
    for tap in ("kind:stretch", "sound:stretch:0", "sound:stretch:1"):
        await ann.forges(f"reminders:{tap}")
        assert (await reminder(without_ticks, Kind.STRETCH)).next_at == STRETCH
    await without_ticks.live_for(timedelta(seconds=1))
    assert "short stretch" in ann.last.words
    assert (await reminder(without_ticks, Kind.STRETCH)).next_at == STRETCH + DAY


async def test_a_due_reminder_is_not_lost_to_an_answer_about_something_else(
    without_ticks: Harness,
) -> None:
    ann = await opened(without_ticks, Kind.STRETCH)
    without_ticks.clock.set(STRETCH)
    await ann.forges("users:fluids:limited")
    assert (await reminder(without_ticks, Kind.STRETCH)).next_at == STRETCH
    assert (await reminder(without_ticks, Kind.HYDRATION)).next_at is None


async def test_a_reminder_due_after_a_pause_is_not_lost_to_a_look(without_ticks: Harness) -> None:
    ann = await opened(without_ticks, Kind.STRETCH)
    without_ticks.clock.set(STRETCH)
    await ann.forges("users:pause:night")
    tomorrow = (await reminder(without_ticks, Kind.STRETCH)).next_at
    assert tomorrow == STRETCH + DAY
    without_ticks.clock.set(tomorrow)
    await ann.forges("reminders:kind:stretch")
    assert (await reminder(without_ticks, Kind.STRETCH)).next_at == tomorrow


@pytest.mark.parametrize(
    ("tap", "next_at"),
    [
        ("reminders:set:stretch:2250", STRETCH + timedelta(minutes=30)),
        ("reminders:on:stretch:0", None),
        ("users:pause:open", None),
        ("users:bed:2330", STRETCH + timedelta(hours=1)),
    ],
)
async def test_what_would_not_be_due_any_more_is_planned_anew(
    without_ticks: Harness, tap: str, next_at: datetime | None
) -> None:
    ann = await opened(without_ticks, Kind.STRETCH)
    without_ticks.clock.set(STRETCH)
    await ann.forges(tap)
    assert (await reminder(without_ticks, Kind.STRETCH)).next_at == next_at
