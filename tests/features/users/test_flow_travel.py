"""A new time zone: /timezone, a shared location, reminders that move or keep the home zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Cramp, Delivery, DeliveryStatus, Kind, Reminder
from tests.features.users.steps import (
    KEYBOARD,
    SHARE,
    keyboard,
    last_own_message,
    redeliver,
    reminder,
    row_of,
    shares_location,
)
from tests.support.harness import Harness, Someone

BERLIN, NEW_YORK, TOKYO = "Europe/Berlin", "America/New_York", "Asia/Tokyo"
QUESTION = (
    "In New York it is 14:00. Your diary will follow that time. Should your reminders "
    "follow it too, or keep the time of Berlin?"
)
TONIGHT = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
"""22:20 in Berlin."""
DAY = timedelta(days=1)


async def stretches(harness: Harness) -> list[tuple[date, datetime, DeliveryStatus]]:
    """Return evening, due instant and status of every stretch reminder so far."""
    rows = [row for row in await harness.rows(Delivery) if row.kind is Kind.STRETCH]
    return [(row.night_on, row.due_at, row.status) for row in rows]


async def travels(someone: Someone, place: str, choice: str) -> None:
    """Type the new place, and tap what the reminders shall do."""
    await someone.says("/timezone")
    await someone.says(place)
    await someone.taps(choice)


async def test_timezone_says_where_one_is_and_offers_other_places(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/timezone")
    assert (
        ann.last.words
        == "Place: Berlin, 20:00 now\n\nWhere are you? Tap a place with the same time as yours."
    )
    assert ann.last.buttons[0] == "New York · 14:00"
    assert ann.last.buttons[-2:] == ["Somewhere else…", "◀ Settings"]


@pytest.mark.parametrize("way", ["button", "typed", "position", "position at any time"])
async def test_a_new_zone_asks_what_the_reminders_shall_do(harness: Harness, way: str) -> None:
    ann = await harness.set_up_person("Ann")
    user, plan = await row_of(harness, ann), await harness.rows(Reminder)
    if way != "position at any time":
        await ann.says("/timezone")
    if way == "button":
        await ann.taps("New York · 14:00")
    elif way == "typed":
        await ann.says("nyc")
    else:
        await shares_location(ann, 40.71, -74.0)
    assert ann.last.words == QUESTION
    assert ann.last.buttons == [
        "Move to local time",
        "Keep for 3 days",
        "Keep for 7 days",
        "Keep for 14 days",
        "Keep until…",
        "Keep until I change it",
        "◀ Change nothing",
    ]
    await ann.taps("◀ Change nothing")
    assert ann.last.words.startswith("Settings\nPlace: Berlin, 20:00 now\nBedtime: 22:30\n")
    assert await row_of(harness, ann) == user
    assert await harness.rows(Reminder) == plan


async def test_reminders_move_to_local_time(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Move to local time")
    assert "Place: New York, 2:00\N{NO-BREAK SPACE}PM now\nBedtime" in ann.last.words
    assert ann.last.words.endswith("Everything follows the time of New York now.")
    user = await row_of(harness, ann)
    assert (user.time_zone, user.home_zone, user.home_zone_until_on) == (NEW_YORK, None, None)
    assert (await reminder(harness, Kind.STRETCH)).next_at == TONIGHT + timedelta(hours=6)


async def test_the_diary_follows_and_the_reminders_keep_home_time_until_a_day(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Keep for 3 days")
    assert "Reminders keep the time of Berlin until Sat 16 Jan.\n" in ann.last.words
    assert ann.last.words.endswith("\n\nYour diary follows the time of New York.")
    await ann.says("/cramp")
    assert [cramp.time_zone for cramp in await harness.rows(Cramp)] == [NEW_YORK]
    await harness.live_until(datetime(2027, 1, 18, 12, 0, tzinfo=UTC))
    assert [due_at for _night, due_at, _status in await stretches(harness)] == [
        TONIGHT,
        TONIGHT + DAY,
        TONIGHT + 2 * DAY,
        TONIGHT + 3 * DAY + timedelta(hours=6),
        TONIGHT + 4 * DAY + timedelta(hours=6),
    ]
    await ann.says("/timezone")
    assert ann.last.words.startswith("Place: New York, 07:00 now\n\n")


@pytest.mark.parametrize(
    ("text", "until_on", "words"),
    [
        ("24 Jan", date(2027, 1, 24), "until Sun 24 Jan."),
        ("monday", date(2027, 1, 18), "until Mon 18 Jan."),
        ("2027-02-01", date(2027, 2, 1), "until Mon 1 Feb."),
    ],
)
async def test_the_day_may_be_typed(
    harness: Harness, text: str, until_on: date, words: str
) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Keep until…")
    assert ann.last.words == "Until which day? Type a date, such as 24 Jan, or a weekday."
    await harness.restart()
    await ann.says(text)
    assert f"Reminders keep the time of Berlin {words}\n" in ann.last.words
    user = await row_of(harness, ann)
    assert (user.time_zone, user.home_zone) == (NEW_YORK, BERLIN)
    assert (user.home_zone_until_on, user.awaiting) == (until_on, None)


@pytest.mark.parametrize(
    "text", ["sometime", "31 Feb", "2026-01-01", "9999-12-31", "2029-01-01", "🙂" * 2000]
)
async def test_an_unclear_day_is_asked_again(harness: Harness, text: str) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Keep until…")
    before = await row_of(harness, ann)
    await ann.says(text)
    assert ann.last.words.startswith("I could not read that as a day within the next ten months.")
    assert await row_of(harness, ann) == before
    await ann.says("24 Jan")
    assert (await row_of(harness, ann)).home_zone == BERLIN


async def test_home_time_may_be_kept_until_one_says_so(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Keep until I change it")
    assert "Reminders keep the time of Berlin.\n" in ann.last.words
    await harness.live_until(TONIGHT + 15 * DAY)
    nights = await stretches(harness)
    assert nights[-1][1] == TONIGHT + 15 * DAY
    await travels(ann, "New York", "Move to local time")
    assert (await row_of(harness, ann)).home_zone is None


async def test_the_same_place_is_said_to_be_the_same(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    plan = await harness.rows(Reminder)
    await ann.says("/timezone")
    await ann.says("Berlin")
    assert ann.last.words.endswith("Your clock is already set to that time: Berlin.")
    assert await harness.rows(Reminder) == plan


async def test_coming_home_asks_nothing(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    plan = [one.next_at for one in await harness.rows(Reminder)]
    await travels(ann, "New York", "Keep for 7 days")
    await ann.says("/timezone")
    await ann.says("Berlin")
    assert ann.last.words.endswith("Everything follows the time of Berlin now.")
    user = await row_of(harness, ann)
    assert (user.time_zone, user.home_zone, user.home_zone_until_on) == (BERLIN, None, None)
    assert [one.next_at for one in await harness.rows(Reminder)] == plan


async def test_home_time_that_has_run_out_is_not_offered_again(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Keep for 3 days")
    await harness.live_for(5 * DAY)
    await ann.says("/timezone")
    await ann.says("New York")
    assert ann.last.words.endswith("Your clock is already set to that time: New York.")
    await travels(ann, "Tokyo", "Keep for 7 days")
    user = await row_of(harness, ann)
    assert (user.time_zone, user.home_zone) == (TOKYO, NEW_YORK)


async def test_a_second_journey_keeps_the_time_of_home(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Keep for 14 days")
    await travels(ann, "Tokyo", "Keep for 7 days")
    user = await row_of(harness, ann)
    assert (user.time_zone, user.home_zone) == (TOKYO, BERLIN)


async def test_travel_neither_doubles_nor_loses_an_evening(harness: Harness) -> None:
    """On 21 January in Auckland it is the 20th in Los Angeles, whose evening is lived again."""
    ann = await harness.set_up_person("Ann")
    journeys = [
        (datetime(2027, 1, 13, 21, 30, tzinfo=UTC), "New York", "Move to local time"),
        (datetime(2027, 1, 15, 2, 0, tzinfo=UTC), "Tokyo", "Move to local time"),
        (datetime(2027, 1, 16, 13, 30, tzinfo=UTC), "Honolulu", "Keep for 3 days"),
        (datetime(2027, 1, 18, 20, 0, tzinfo=UTC), "Auckland", "Move to local time"),
        (datetime(2027, 1, 20, 23, 0, tzinfo=UTC), "Los Angeles", "Move to local time"),
        (datetime(2027, 1, 22, 21, 0, tzinfo=UTC), "Berlin", "Move to local time"),
    ]
    for at, place, choice in journeys:
        await harness.live_until(at)
        await travels(ann, place, choice)
    await harness.live_until(datetime(2027, 1, 25, 12, 0, tzinfo=UTC))
    evenings = [night for night, _due_at, _status in await stretches(harness)]
    first = date(2027, 1, 13)
    again = evenings.index(date(2027, 1, 20))
    assert evenings.pop(again) == evenings[again]
    assert evenings == [first + number * DAY for number in range(len(evenings))]
    assert evenings[-1] == date(2027, 1, 24)


async def test_home_time_over_the_date_line_leaves_every_evening_and_asks_about_the_right_night(
    harness: Harness,
) -> None:
    """Auckland is 23 hours ahead of Honolulu: its evening is late on the evening before there."""
    ann = await harness.set_up_person("Ann", zone="Pacific/Auckland")
    await harness.live_until(datetime(2027, 1, 14, 2, 0, tzinfo=UTC))
    await travels(ann, "Honolulu", "Keep for 3 days")
    await harness.live_until(datetime(2027, 1, 20, 17, 30, tzinfo=UTC))

    def there(row: Delivery) -> str:
        return f"{row.due_at.astimezone(ZoneInfo('Pacific/Honolulu')):%d %H:%M}"

    rows = await harness.rows(Delivery)
    evenings = [there(one) for one in rows if one.kind is Kind.STRETCH]
    assert evenings == [
        *("13 23:20", "14 23:20", "15 23:20"),
        *("16 22:20", "17 22:20", "18 22:20", "19 22:20"),
    ]
    mornings = [(there(one), one.night_on.day) for one in rows if one.kind is Kind.CHECK_IN]
    assert mornings[:3] == [("14 08:00", 13), ("15 08:00", 14), ("16 07:00", 15)]
    assert "Tuesday night" in ann.last.words


async def test_what_has_passed_in_the_new_place_is_let_go_without_a_message(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "Tokyo", "Move to local time")
    count = len(ann.bot_messages)
    await harness.live_for(timedelta(minutes=10))
    assert len(ann.bot_messages) == count
    fates = [(night, status) for night, _due_at, status in await stretches(harness)]
    assert fates == [(date(2027, 1, 13), DeliveryStatus.MISSED)]


async def test_the_same_update_twice_changes_nothing_more(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Keep until…")
    await ann.says("24 Jan")
    user, plan = await row_of(harness, ann), await harness.rows(Reminder)
    await redeliver(ann, last_own_message(ann))
    asked = ann.last
    for _time in range(2):
        await ann.forges(f"users:keep:{NEW_YORK}:7", asked)
    user.home_zone_until_on = date(2027, 1, 20)
    assert await row_of(harness, ann) == user
    assert await harness.rows(Reminder) == plan
    for _time in range(2):
        await ann.forges(f"users:move:{NEW_YORK}", asked)
    user.home_zone = user.home_zone_until_on = None
    assert await row_of(harness, ann) == user


async def test_a_stale_keep_after_moving_is_harmless(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await travels(ann, "New York", "Move to local time")
    plan = await harness.rows(Reminder)
    await ann.forges(f"users:keep:{NEW_YORK}:7")
    user = await row_of(harness, ann)
    assert (user.time_zone, user.home_zone) == (NEW_YORK, None)
    assert await harness.rows(Reminder) == plan


async def test_logging_stays_one_tap_while_and_after_a_place_is_asked_for(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/timezone")
    await ann.taps("Somewhere else…")
    assert keyboard(ann) == [[SHARE], *KEYBOARD]
    ann.telegram_person.position = (40.71, -74.0)
    await ann.presses(SHARE)
    assert keyboard(ann) == KEYBOARD
    await ann.taps("Move to local time")
    assert (await row_of(harness, ann)).time_zone == NEW_YORK
    assert "40.7" not in repr(await harness.rows(Delivery))


async def test_a_place_that_was_asked_for_in_vain_leaves_the_keyboard(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/timezone")
    await ann.taps("Somewhere else…")
    await ann.presses("🦵 Log cramp")
    assert len(await harness.rows(Cramp)) == 1
    await ann.says("/help")
    assert keyboard(ann) == KEYBOARD


FORGED = [
    "users:zone:Nowhere/City",
    "users:zone:Europe",
    "users:zone:../../etc/passwd",
    "users:zone:/etc/localtime",
    "users:zone:EST5EDT",
    "users:zone:.",
    "users:zone:",
    "users:move",
    "users:move:",
    "users:move:Nowhere/City",
    "users:keep",
    "users:keep:America/New_York",
    "users:keep:America/New_York:5",
    "users:keep:America/New_York:-3",
    "users:keep:America/New_York:999999999999999999",
    "users:keep:America/New_York:x",
    "users:keep:Nowhere/City:3",
    "users:keepuntil",
    "users:keepuntil:Nowhere/City",
]


async def test_forged_places_change_nothing(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/start")
    user, plan, count = (
        await row_of(harness, ann),
        await harness.rows(Reminder),
        len(ann.bot_messages),
    )
    for data in FORGED:
        await ann.forges(data, ann.bot_messages[0])
        assert await row_of(harness, ann) == user, data
        assert await harness.rows(Reminder) == plan, data
    assert len(ann.bot_messages) == count
