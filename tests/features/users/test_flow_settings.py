"""Changing settings after the onboarding, and pauses."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.database.models import Cramp, Delivery, Fluids, Kind, Reminder, User
from tests.features.users.steps import (
    LOG,
    count_messages,
    last_own_message,
    redeliver,
    reminder,
    row_of,
)
from tests.support.harness import Harness, Someone

TONIGHT = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
"""22:20 in Berlin."""
DAY = timedelta(days=1)
CARD = "Settings\nPlace: Berlin, 20:00 now\nBedtime: 22:30\nGetting up: 07:00\nDrinks: not limited"


async def settings(harness: Harness, fluids: Fluids = Fluids.FREE) -> Someone:
    """Return a person who has the settings card on their screen."""
    ann = await harness.set_up_person("Ann", fluids=fluids)
    await ann.taps("Settings")
    return ann


# Bed time, wake time, fluids ---------------------------------------------------------------------


async def test_the_card_shows_what_is_set_and_opens_in_place(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    menu, count = ann.with_button("Settings"), len(ann.bot_messages)
    await ann.taps("Settings")
    assert menu.words == CARD
    asked = ["Place", "Bedtime", "Getting up", "Drinks", "Your health", "Reminders"]
    assert menu.buttons == [
        *asked,
        "☀️ Morning question",
        "🌐 Language and clock",
        "🖼 Pictures",
        "🤝 A helper for your diary",
        "📢 News",
    ]
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize("label", ["Place", "Bedtime", "Getting up", "Drinks"])
async def test_every_question_can_be_left_and_then_takes_no_typed_answer(
    harness: Harness, label: str
) -> None:
    ann = await settings(harness)
    card = ann.with_button("Bedtime")
    await ann.taps(label)
    assert card.words != CARD
    await ann.taps("◀ Settings")
    assert card.words == CARD
    before = await row_of(harness, ann)
    await ann.says("03:10")
    assert ann.last.words.startswith("A cramp at 03:10")
    assert await row_of(harness, ann) == before


@pytest.mark.parametrize("by_typing", [False, True])
async def test_a_new_bedtime_moves_default_times_and_leaves_chosen_ones(
    harness: Harness, by_typing: bool
) -> None:
    ann = await settings(harness)
    async with harness.database.transaction() as session:
        chosen = await session.get_one(Reminder, (await reminder(harness, Kind.CAFFEINE)).id)
        chosen.times = "13:00"
        session.add(chosen)
    await ann.taps("Bedtime")
    await (ann.says("11pm") if by_typing else ann.taps("23:00"))
    card = ann.with_button("Bedtime")
    assert "Bedtime: 23:00\n" in card.words
    assert card.words.endswith("\n\nYour reminders follow. Times you chose yourself stay.")
    assert (await reminder(harness, Kind.STRETCH)).next_at == TONIGHT + timedelta(minutes=30)
    assert (await reminder(harness, Kind.CAFFEINE)).times == "13:00"


async def test_a_new_time_of_getting_up_moves_the_first_drink(harness: Harness) -> None:
    ann = await settings(harness)
    await ann.taps("Getting up")
    await ann.taps("08:30")
    assert (await row_of(harness, ann)).wake_time == time(8, 30)
    drinks = datetime(2027, 1, 14, 8, 30, tzinfo=UTC)
    assert (await reminder(harness, Kind.HYDRATION)).next_at == drinks


async def test_an_unclear_time_is_asked_again(harness: Harness) -> None:
    ann = await settings(harness)
    await ann.taps("Bedtime")
    await ann.says("late")
    assert ann.last.words == "I could not read that time. Try 22:45 or 10.45pm."
    await ann.says("23:15")
    assert (await row_of(harness, ann)).bed_time == time(23, 15)


async def test_a_cramp_and_a_wish_are_taken_while_a_typed_answer_is_awaited(
    harness: Harness,
) -> None:
    still_open = "My question is still open. You can answer it whenever you like."
    ann = await settings(harness)
    await ann.taps("Bedtime")
    await ann.says("no cramps last night")
    assert ann.bot_messages[-2].words.startswith("Tuesday night: no cramps")
    assert ann.last.words == still_open
    await ann.says("pause")
    assert ann.bot_messages[-2].buttons[0] == "Pause for tonight"
    await ann.says("cramp at 4, toes")
    assert "At 04:00" in ann.bot_messages[-2].buttons
    await ann.says("cramp now left calf")
    assert ann.last.words == still_open
    await ann.says("8")  # the strength of the entry, and not the bedtime
    await ann.says("23:15")
    assert (await row_of(harness, ann)).bed_time == time(23, 15)
    told = [(row.site, row.intensity) for row in await harness.rows(Cramp)]
    assert told == [("calf", 8)]
    await ann.taps("Place")
    await ann.says("cramp now right foot 8")
    await ann.taps("Toes", ann.bot_messages[-2])
    assert ann.bot_messages[-2].buttons == ["Another cramp", "The same cramp"]  # of that minute
    await ann.says("Lisbon")
    assert "Lisbon" in ann.last.words  # it asks what the reminders follow


@pytest.mark.parametrize("fluids", [Fluids.LIMITED, Fluids.UNSURE])
async def test_drinks_can_be_switched_off_by_the_answer_and_on_again(
    harness: Harness, fluids: Fluids
) -> None:
    ann = await settings(harness)
    card = ann.with_button("Drinks")
    await ann.taps("Drinks")
    assert card.words.startswith("This question is for the drink reminders. Has anyone")
    await ann.taps("Yes" if fluids is Fluids.LIMITED else "Not sure")
    assert "I will not remind you to drink." in card.words
    assert (await row_of(harness, ann)).fluids is fluids
    assert (await reminder(harness, Kind.HYDRATION)).next_at is None
    await ann.taps("Drinks")
    await ann.says("no")
    assert ann.last.words.endswith("Drink reminders stay off until you switch them on.")
    assert (await reminder(harness, Kind.HYDRATION)).next_at is None
    await ann.taps("Switch drink reminders on")
    assert (await reminder(harness, Kind.HYDRATION)).next_at is not None


async def test_an_unclear_answer_about_drinks_is_asked_again(harness: Harness) -> None:
    ann = await settings(harness)
    await ann.taps("Drinks")
    await ann.says("perhaps")
    assert ann.last.words.startswith("I did not understand that.")
    assert ann.last.buttons == ["Yes", "No", "Not sure", "◀ Settings"]
    assert (await row_of(harness, ann)).fluids is Fluids.FREE


async def test_a_drink_that_was_to_come_later_does_not_come_to_who_has_to_limit(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 11, 30, tzinfo=UTC))
    assert ann.last.words.startswith("💧")
    await ann.taps("Later")
    await ann.taps("30 min")
    await ann.forges("users:fluids:limited", ann.bot_messages[0])
    count = len(ann.bot_messages)
    await harness.live_for(timedelta(hours=1))
    assert len(ann.bot_messages) == count
    assert {row.later_at for row in await harness.rows(Delivery)} == {None}


FORGED = [
    "users:bed:2560",
    "users:bed:ab:cd",
    "users:bed:from:2560",
    "users:bed:from",
    "users:wake:99999",
    "users:fluids:lots",
    "users:pause:forever",
    "users:pause",
    "users:pause:",
    "users:delete",
    "users:delete:perhaps",
    "users:explode",
    "users:",
    ":bed",
    "users",
    "x" * 64,
]


async def test_forged_settings_change_nothing(harness: Harness) -> None:
    ann = await settings(harness)
    asked = {"awaiting"}
    user, plan = await row_of(harness, ann), await harness.rows(Reminder)
    count = len(ann.bot_messages)
    for data in FORGED:
        await ann.forges(data, ann.bot_messages[0])
        after = await row_of(harness, ann)
        assert after.model_dump(exclude=asked) == user.model_dump(exclude=asked), data
        assert await harness.rows(Reminder) == plan, data
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize("data", ["users:bed:2300", "users:pause:open", "users:delete:yes"])
async def test_a_tap_on_somebody_elses_message_changes_nothing(harness: Harness, data: str) -> None:
    ann, bob = await harness.set_up_person("Ann"), await harness.set_up_person("Bob")
    people = await harness.rows(User)
    words = [one.words for one in (*ann.bot_messages, *bob.bot_messages)]
    await bob.forges(data, ann.bot_messages[0])
    assert await harness.rows(User) == people
    assert [one.words for one in (*ann.bot_messages, *bob.bot_messages)] == words


# Pauses ------------------------------------------------------------------------------------------


async def paused(harness: Harness, choice: str) -> Someone:
    """Return a person whose reminders are paused."""
    ann = await harness.set_up_person("Ann")
    await ann.says("/pause")
    assert ann.last.words == "How long should I pause your reminders? You can still log cramps."
    await ann.taps(choice)
    return ann


async def quiet_until(harness: Harness, someone: Someone, instant: datetime) -> bool:
    """Run the clock on; return whether the bot sent nothing meanwhile."""
    count = len(someone.bot_messages)
    await harness.live_until(instant)
    return len(someone.bot_messages) == count


@pytest.mark.parametrize(
    ("choice", "words", "until"),
    [
        ("Tonight", "Thu 14 Jan, 07:00", datetime(2027, 1, 14, 6, 0, tzinfo=UTC)),
        ("A week", "Wed 20 Jan, 07:00", datetime(2027, 1, 20, 6, 0, tzinfo=UTC)),
    ],
)
async def test_reminders_and_the_summary_rest_and_then_come_back_without_a_burst(
    harness: Harness, choice: str, words: str, until: datetime
) -> None:
    ann = await paused(harness, choice)
    assert ann.last.words == f"Reminders are paused until {words}."
    assert ann.last.buttons == ["Resume now"]
    assert (await row_of(harness, ann)).paused_until_at == until
    assert await quiet_until(harness, ann, until - timedelta(minutes=1))
    count = len(ann.bot_messages)
    await harness.live_for(timedelta(minutes=2))
    assert len(ann.bot_messages) == count + 1  # the morning's question, as the pause ends
    await harness.live_until(until + timedelta(minutes=61))
    assert len(ann.bot_messages) == count + 2
    assert ann.last.words.startswith("💧")


async def test_tonight_after_midnight_ends_this_morning(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 2, 0, tzinfo=UTC))
    await ann.says("/pause")
    assert ann.last.silent
    await ann.taps("Tonight")
    until = datetime(2027, 1, 14, 6, 0, tzinfo=UTC)
    assert (await row_of(harness, ann)).paused_until_at == until


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("24 Jan", "Sun 24 Jan, 07:00"),
        ("friday", "Fri 15 Jan, 07:00"),
        ("5.2.", "Fri 5 Feb, 07:00"),
    ],
)
async def test_a_pause_until_a_typed_day(harness: Harness, text: str, words: str) -> None:
    ann = await paused(harness, "Until a day…")
    assert ann.last.words == "Until which day? Type a date, such as 24 Jan, or a weekday."
    await harness.restart()
    await ann.says(text)
    assert ann.last.words == f"Reminders are paused until {words}."
    assert (await row_of(harness, ann)).awaiting is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tonight", "until Thu 14 Jan, 07:00."),
        ("A week", "until Wed 20 Jan, 07:00."),
        ("until I resume", "until you resume them."),
    ],
)
async def test_what_the_buttons_of_a_pause_say_may_be_typed(
    harness: Harness, text: str, words: str
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/pause")
    await ann.says(text)
    assert ann.last.words == f"Reminders are paused {words}"
    assert (await row_of(harness, ann)).paused


# The 13th is today: a date a year ahead is rejected.
@pytest.mark.parametrize(
    "text", ["soon", "yesterday", "31 Feb", "9999-12-31", "5/1", "2028-03-01", "13 Jan"]
)
async def test_an_unclear_day_is_asked_again(harness: Harness, text: str) -> None:
    ann = await paused(harness, "Until a day…")
    await ann.says(text)
    assert ann.last.words.startswith("I could not read that as a day within the next ten months.")
    assert not (await row_of(harness, ann)).paused
    await ann.says("24 Jan")
    assert (await row_of(harness, ann)).paused


@pytest.mark.parametrize("way", ["/resume", "Resume now", "Resume reminders"])
async def test_until_resumed(harness: Harness, way: str) -> None:
    ann = await paused(harness, "Until I resume")
    assert ann.last.words == "Reminders are paused until you resume them."
    assert await quiet_until(harness, ann, TONIGHT + 9 * DAY)
    await harness.restart()
    if way == "Resume reminders":
        await ann.says("/start")
    await (ann.says(way) if way.startswith("/") else ann.taps(way))
    assert count_messages(ann, "Reminders are on again.") == 1
    assert not (await row_of(harness, ann)).paused
    assert (await reminder(harness, Kind.STRETCH)).next_at == TONIGHT + 10 * DAY


async def test_the_menu_and_the_settings_show_the_pause(harness: Harness) -> None:
    ann = await paused(harness, "Tonight")
    words = "Reminders are paused until Thu 14 Jan, 07:00."
    await ann.says("/start")
    menu = ann.bot_messages[-2]
    assert words in menu.words
    assert "Resume reminders" in menu.buttons
    await ann.taps("Help")
    assert "Resume reminders" in menu.buttons
    await ann.taps("Settings")
    assert words in menu.words
    await harness.live_until(datetime(2027, 1, 14, 6, 30, tzinfo=UTC))
    await ann.says("/start")
    assert "paused until" not in ann.bot_messages[-2].words
    assert "Pause reminders" in ann.bot_messages[-2].buttons


async def test_logging_works_during_a_pause(harness: Harness) -> None:
    ann = await paused(harness, "A week")
    await ann.presses(LOG)
    assert len(await harness.rows(Cramp)) == 1
    assert (await row_of(harness, ann)).paused


async def test_a_pause_calls_off_what_was_to_come_later(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(TONIGHT)
    await ann.taps("Later")
    await ann.taps("10 min")
    await ann.says("/pause")
    await ann.taps("Tonight")
    assert await quiet_until(harness, ann, datetime(2027, 1, 14, 5, 59, tzinfo=UTC))


async def test_the_same_pause_twice_is_one(harness: Harness) -> None:
    ann = await paused(harness, "Until a day…")
    await ann.says("24 Jan")
    user, plan = await row_of(harness, ann), await harness.rows(Reminder)
    await redeliver(ann, last_own_message(ann))
    assert ann.last.words.startswith("Sorry, I did not catch that.")  # nobody asks any more
    assert await row_of(harness, ann) == user
    await ann.forges("users:pause:open")
    await ann.forges("users:pause:open")
    open_ended = await row_of(harness, ann)
    assert (open_ended.paused, open_ended.paused_until_at) == (True, None)
    await ann.says("/resume")
    await ann.says("/resume")
    assert not (await row_of(harness, ann)).paused
    assert len(await harness.rows(Reminder)) == len(plan)


async def test_a_zone_or_bedtime_changed_in_a_pause_does_not_end_it(harness: Harness) -> None:
    ann = await paused(harness, "Until I resume")
    await ann.says("/timezone")
    await ann.says("Tokyo")
    await ann.taps("Move to local time")
    await ann.taps("Bedtime")
    await ann.taps("23:00")
    assert {one.next_at for one in await harness.rows(Reminder)} == {None}
    assert (await row_of(harness, ann)).paused
