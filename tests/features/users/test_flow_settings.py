"""Settings that can be changed later, and pauses."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.database.models import Cramp, Delivery, Fluids, Kind, Reminder, User
from tests.features.users.people import LOG, again, heard, own, reminder, row_of
from tests.support.harness import Someone, World

TONIGHT = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
"""22:20 in Berlin."""
DAY = timedelta(days=1)
CARD = "Settings\nPlace: Berlin, 20:00 now\nBedtime: 22:30\nGetting up: 07:00\nDrinks: not limited"


async def settings(world: World, fluids: Fluids = Fluids.FREE) -> Someone:
    """Somebody who looks at the settings card."""
    ann = await world.set_up_person("Ann", fluids=fluids)
    await ann.taps("Settings")
    return ann


# Bed and wake time, drinks -----------------------------------------------------------------------


async def test_the_card_shows_what_is_set_and_opens_in_place(world: World) -> None:
    ann = await world.set_up_person("Ann")
    menu, count = ann.with_button("Settings"), len(ann.bot_messages)
    await ann.taps("Settings")
    assert menu.words == CARD
    asked = ["Place", "Bedtime", "Getting up", "Drinks", "About you", "Reminders"]
    assert menu.buttons == [*asked, "🌐 Language and clock", "🤝 Somebody who helps"]
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize("label", ["Place", "Bedtime", "Getting up", "Drinks"])
async def test_every_question_can_be_left_and_then_takes_no_typed_answer(
    world: World, label: str
) -> None:
    ann = await settings(world)
    card = ann.with_button("Bedtime")
    await ann.taps(label)
    assert card.words != CARD
    await ann.taps("◀ Settings")
    assert card.words == CARD
    before = await row_of(world, ann)
    await ann.says("03:10")
    assert ann.last.words.startswith("A cramp at 03:10")
    assert await row_of(world, ann) == before


@pytest.mark.parametrize("by_typing", [False, True])
async def test_a_new_bedtime_moves_default_times_and_leaves_chosen_ones(
    world: World, by_typing: bool
) -> None:
    ann = await settings(world)
    async with world.database.transaction() as session:
        chosen = await session.get_one(Reminder, (await reminder(world, Kind.CAFFEINE)).id)
        chosen.times = "13:00"
        session.add(chosen)
    await ann.taps("Bedtime")
    await (ann.says("11pm") if by_typing else ann.taps("23:00"))
    card = ann.with_button("Bedtime")
    assert "Bedtime: 23:00\n" in card.words
    assert card.words.endswith("\n\nReminders follow. Times you picked yourself stay.")
    assert (await reminder(world, Kind.STRETCH)).next_at == TONIGHT + timedelta(minutes=30)
    assert (await reminder(world, Kind.CAFFEINE)).times == "13:00"


async def test_a_new_time_of_getting_up_moves_the_first_drink(world: World) -> None:
    ann = await settings(world)
    await ann.taps("Getting up")
    await ann.taps("08:30")
    assert (await row_of(world, ann)).wake_time == time(8, 30)
    drinks = datetime(2027, 1, 14, 8, 30, tzinfo=UTC)
    assert (await reminder(world, Kind.HYDRATION)).next_at == drinks


async def test_an_unclear_time_is_asked_again(world: World) -> None:
    ann = await settings(world)
    await ann.taps("Bedtime")
    await ann.says("late")
    assert ann.last.words == "I could not read that time. Try 22:45 or 10.45pm."
    await ann.says("23:15")
    assert (await row_of(world, ann)).bed_time == time(23, 15)


@pytest.mark.parametrize("fluids", [Fluids.LIMITED, Fluids.UNSURE])
async def test_drinks_can_be_switched_off_by_the_answer_and_on_again(
    world: World, fluids: Fluids
) -> None:
    ann = await settings(world)
    card = ann.with_button("Drinks")
    await ann.taps("Drinks")
    assert card.words.startswith("A question for the drink reminders. Has anyone")
    await ann.taps("Yes" if fluids is Fluids.LIMITED else "Not sure")
    assert "Drink reminders stay off. Your care team can tell you" in card.words
    assert (await row_of(world, ann)).fluids is fluids
    assert (await reminder(world, Kind.HYDRATION)).next_at is None
    await ann.taps("Drinks")
    await ann.says("no")
    assert ann.last.words.endswith("\n\nDrink reminders are on.")
    assert (await reminder(world, Kind.HYDRATION)).next_at is not None


async def test_an_unclear_answer_about_drinks_is_asked_again(world: World) -> None:
    ann = await settings(world)
    await ann.taps("Drinks")
    await ann.says("perhaps")
    assert ann.last.words.startswith("I did not get that.")
    assert ann.last.buttons == ["Yes", "No", "Not sure", "◀ Settings"]
    assert (await row_of(world, ann)).fluids is Fluids.FREE


async def test_a_drink_that_was_to_come_later_does_not_come_to_who_has_to_limit(
    world: World,
) -> None:
    ann = await world.set_up_person("Ann")
    await world.live_until(datetime(2027, 1, 14, 11, 30, tzinfo=UTC))
    assert ann.last.words.startswith("💧")
    await ann.taps("Later")
    await ann.taps("30 min")
    await ann.forges("users:fluids:limited", ann.bot_messages[0])
    count = len(ann.bot_messages)
    await world.live_for(timedelta(hours=1))
    assert len(ann.bot_messages) == count
    assert {row.later_at for row in await world.rows(Delivery)} == {None}


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


async def test_forged_settings_change_nothing(world: World) -> None:
    ann = await settings(world)
    asked = {"awaiting"}
    user, plan = await row_of(world, ann), await world.rows(Reminder)
    count = len(ann.bot_messages)
    for data in FORGED:
        await ann.forges(data, ann.bot_messages[0])
        after = await row_of(world, ann)
        assert after.model_dump(exclude=asked) == user.model_dump(exclude=asked), data
        assert await world.rows(Reminder) == plan, data
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize("data", ["users:bed:2300", "users:pause:open", "users:delete:yes"])
async def test_a_tap_on_somebody_elses_message_changes_nothing(world: World, data: str) -> None:
    ann, bob = await world.set_up_person("Ann"), await world.set_up_person("Bob")
    people = await world.rows(User)
    words = [one.words for one in (*ann.bot_messages, *bob.bot_messages)]
    await bob.forges(data, ann.bot_messages[0])
    assert await world.rows(User) == people
    assert [one.words for one in (*ann.bot_messages, *bob.bot_messages)] == words


# Pauses ------------------------------------------------------------------------------------------


async def paused(world: World, choice: str) -> Someone:
    """Somebody whose reminders rest."""
    ann = await world.set_up_person("Ann")
    await ann.says("/pause")
    assert ann.last.words == "How long should I keep quiet? You can log a cramp all the same."
    await ann.taps(choice)
    return ann


async def quiet_until(world: World, someone: Someone, instant: datetime) -> bool:
    """Live on; whether the bot said nothing by itself."""
    count = len(someone.bot_messages)
    await world.live_until(instant)
    return len(someone.bot_messages) == count


@pytest.mark.parametrize(
    ("choice", "words", "until"),
    [
        ("Tonight", "Thu 14 Jan, 07:00", datetime(2027, 1, 14, 6, 0, tzinfo=UTC)),
        ("A week", "Wed 20 Jan, 07:00", datetime(2027, 1, 20, 6, 0, tzinfo=UTC)),
    ],
)
async def test_reminders_and_the_summary_rest_and_then_come_back_without_a_burst(
    world: World, choice: str, words: str, until: datetime
) -> None:
    ann = await paused(world, choice)
    assert ann.last.words == f"Reminders rest until {words}."
    assert ann.last.buttons == ["Resume now"]
    assert (await row_of(world, ann)).paused_until_at == until
    assert await quiet_until(world, ann, until + timedelta(minutes=59))
    count = len(ann.bot_messages)
    await world.live_for(timedelta(minutes=2))
    assert len(ann.bot_messages) == count + 1
    assert ann.last.words.startswith("💧")


async def test_tonight_after_midnight_ends_this_morning(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await world.live_until(datetime(2027, 1, 14, 2, 0, tzinfo=UTC))
    await ann.says("/pause")
    assert ann.last.silent
    await ann.taps("Tonight")
    until = datetime(2027, 1, 14, 6, 0, tzinfo=UTC)
    assert (await row_of(world, ann)).paused_until_at == until


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("24 Jan", "Sun 24 Jan, 07:00"),
        ("friday", "Fri 15 Jan, 07:00"),
        ("5.2.", "Fri 5 Feb, 07:00"),
    ],
)
async def test_a_pause_until_a_typed_day(world: World, text: str, words: str) -> None:
    ann = await paused(world, "Until a day…")
    assert ann.last.words == "Until which day? Type a date, such as 24 Jan, or a weekday."
    await world.restart()
    await ann.says(text)
    assert ann.last.words == f"Reminders rest until {words}."
    assert (await row_of(world, ann)).awaiting is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tonight", "until Thu 14 Jan, 07:00."),
        ("A week", "until Wed 20 Jan, 07:00."),
        ("until I resume", "until you resume them."),
    ],
)
async def test_what_the_buttons_of_a_pause_say_may_be_typed(
    world: World, text: str, words: str
) -> None:
    ann = await world.set_up_person("Ann")
    await ann.says("/pause")
    await ann.says(text)
    assert ann.last.words == f"Reminders rest {words}"
    assert (await row_of(world, ann)).paused


# The 13th is today: a year of silence is not what is meant.
@pytest.mark.parametrize(
    "text", ["soon", "yesterday", "31 Feb", "9999-12-31", "5/1", "2028-03-01", "13 Jan"]
)
async def test_an_unclear_day_is_asked_again(world: World, text: str) -> None:
    ann = await paused(world, "Until a day…")
    await ann.says(text)
    assert ann.last.words.startswith("I could not read that as a day within the next ten months.")
    assert not (await row_of(world, ann)).paused
    await ann.says("24 Jan")
    assert (await row_of(world, ann)).paused


@pytest.mark.parametrize("way", ["/resume", "Resume now", "Resume reminders"])
async def test_until_resumed(world: World, way: str) -> None:
    ann = await paused(world, "Until I resume")
    assert ann.last.words == "Reminders rest until you resume them."
    assert await quiet_until(world, ann, TONIGHT + 9 * DAY)
    await world.restart()
    if way == "Resume reminders":
        await ann.says("/start")
    await (ann.says(way) if way.startswith("/") else ann.taps(way))
    assert heard(ann, "Reminders are back.") == 1
    assert not (await row_of(world, ann)).paused
    assert (await reminder(world, Kind.STRETCH)).next_at == TONIGHT + 10 * DAY


async def test_the_menu_and_the_settings_show_the_pause(world: World) -> None:
    ann = await paused(world, "Tonight")
    words = "Reminders rest until Thu 14 Jan, 07:00."
    await ann.says("/start")
    menu = ann.bot_messages[-2]
    assert words in menu.words
    assert "Resume reminders" in menu.buttons
    await ann.taps("Help")
    assert "Resume reminders" in menu.buttons
    await ann.taps("Settings")
    assert words in menu.words
    await world.live_until(datetime(2027, 1, 14, 6, 30, tzinfo=UTC))
    await ann.says("/start")
    assert "rest until" not in ann.bot_messages[-2].words
    assert "Pause reminders" in ann.bot_messages[-2].buttons


async def test_logging_works_during_a_pause(world: World) -> None:
    ann = await paused(world, "A week")
    await ann.presses(LOG)
    assert len(await world.rows(Cramp)) == 1
    assert (await row_of(world, ann)).paused


async def test_a_pause_calls_off_what_was_to_come_later(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await world.live_until(TONIGHT)
    await ann.taps("Later")
    await ann.taps("10 min")
    await ann.says("/pause")
    await ann.taps("Tonight")
    assert await quiet_until(world, ann, datetime(2027, 1, 14, 6, 30, tzinfo=UTC))


async def test_the_same_pause_twice_is_one(world: World) -> None:
    ann = await paused(world, "Until a day…")
    await ann.says("24 Jan")
    user, plan = await row_of(world, ann), await world.rows(Reminder)
    await again(ann, own(ann))
    assert ann.last.words.startswith("I did not get that.")  # nobody asks for a day any more
    assert await row_of(world, ann) == user
    await ann.forges("users:pause:open")
    await ann.forges("users:pause:open")
    open_ended = await row_of(world, ann)
    assert (open_ended.paused, open_ended.paused_until_at) == (True, None)
    await ann.says("/resume")
    await ann.says("/resume")
    assert not (await row_of(world, ann)).paused
    assert len(await world.rows(Reminder)) == len(plan)


async def test_a_zone_or_bedtime_changed_in_a_pause_does_not_end_it(world: World) -> None:
    ann = await paused(world, "Until I resume")
    await ann.says("/timezone")
    await ann.says("Tokyo")
    await ann.taps("Move to local time")
    await ann.taps("Bedtime")
    await ann.taps("23:00")
    assert {one.next_at for one in await world.rows(Reminder)} == {None}
    assert (await row_of(world, ann)).paused
