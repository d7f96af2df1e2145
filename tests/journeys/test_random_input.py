"""Random people: unusual bedtimes in unusual zones, and people who tap any button they see."""

import logging
import random
from collections import Counter
from datetime import time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.database.models import Cramp, Delivery, DeliveryStatus, Fluids, Kind, User
from bot.dispatch.planning import default_times
from tests.support.harness import Harness, Someone
from tests.support.lengths import soak_length

PEOPLE = soak_length(10, 10, short=4)
DAYS = 8
STEPS = soak_length(50, 220, short=30)
SEEDS = range(1, 1 + soak_length(1, 2))
TYPED = (
    "03:10",
    "15 min ago",
    "yesterday 3am",
    "berlin",
    "UTC+5:30",
    "22:45",
    "8:00, 12.30 and 3pm",
    "monday",
    "24 Jan",
    "lots",
    "7",
    "yes",
    "/start",
    "/help",
    "/cramp",
    "/summary",
    "/reminders",
    "/timezone",
    "/pause",
    "/resume",
    "/privacy",
    "/nonsense",
    "/",
    "💥" * 2000,
    "\u202eright to left",
    "<b>bold & broken",
    "a\x00b",
    "/delete",
)


def quarter(chance: random.Random) -> time:
    return time(chance.randrange(24), chance.choice((0, 15, 30, 45)))


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_reminder_comes_once_a_day_at_any_bedtime(
    harness: Harness, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(seed)
    zones = sorted(zone for zone in available_timezones() if zone.count("/") == 1)
    for number in range(PEOPLE):
        await harness.set_up_person(
            f"P{number}",
            zone=chance.choice(zones),
            bed=quarter(chance),
            wake=quarter(chance),
            fluids=chance.choice(list(Fluids)),
            spread_seconds=chance.randrange(600),
        )
    begun = harness.clock.now()
    await harness.live_for(timedelta(days=DAYS))
    people = {user.id: user for user in await harness.rows(User)}
    rows = [row for row in await harness.rows(Delivery) if row.due_at > begun + timedelta(days=1)]
    assert {row.status for row in rows} == {DeliveryStatus.SENT}
    per_day = Counter(
        (row.user_id, row.kind, (row.due_at - begun) // timedelta(days=1)) for row in rows
    )
    for (user_id, kind, day), count in per_day.items():
        if day < DAYS - 1 and kind is not Kind.SUMMARY:
            assert count == len(default_times(kind, people[user_id])), (user_id, kind)
    for row in rows:
        zone = ZoneInfo(people[row.user_id].time_zone or "UTC")
        # A sleep that begins before noon is the night of the day before.
        assert abs(row.night_on - row.due_at.astimezone(zone).date()) <= timedelta(days=2)
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def random_action(chance: random.Random, someone: Someone) -> str:
    """Do something that the screen offers; return a description of it."""
    harness, telegram = someone.harness, someone.harness.telegram
    tappable = [message for message in someone.bot_messages[-8:] if message.buttons]
    choice = chance.random()
    if choice < 0.62 and tappable:
        message = chance.choice(tappable)
        label = chance.choice(message.buttons)
        await someone.taps(label, message)
        return f"tap {label}"
    if choice < 0.75:
        labels = [label for row in telegram.keyboard(someone.telegram_person) for label in row]
        labels = [label for label in labels if "location" not in label]
        if labels:
            label = chance.choice(labels)
            await someone.presses(label)
            return f"press {label}"
    if choice < 0.9:
        text = chance.choice(TYPED)
        await someone.says(text)
        return f"say {text[:20]!r}"
    if choice < 0.94:
        telegram.send_location(someone.telegram_person)
        telegram.send_sticker(someone.telegram_person)
        telegram.send_photos(someone.telegram_person, [b"x", b"y"], chance.choice((None, "cramp")))
        await harness.settled()
        return "location and sticker"
    await harness.live_for(timedelta(hours=chance.choice((1, 5, 20))))
    return "time goes by"


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_taps_and_texts_cause_no_error(
    database_url: str, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(seed)
    async with Harness.open(database_url) as harness:
        someone = await harness.person("Ann")
        bystander = await harness.set_up_person("Ben")
        await someone.says("/start")
        done: list[str] = []
        for _ in range(STEPS):
            done.append(await random_action(chance, someone))
            errors = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
            assert errors == [], done[-5:]
            assert "went wrong" not in someone.last.words, done[-5:]
            assert someone.last.words.strip(), done[-5:]
        assert {cramp.user_id for cramp in await harness.rows(Cramp)} <= {someone.id}
        ben = next(user for user in await harness.rows(User) if user.id == bystander.id)
        assert (ben.time_zone, ben.paused, ben.bed_time) == ("Europe/Berlin", False, time(22, 30))
        assert len(someone.bot_messages) > 10  # old ones go from the chat
