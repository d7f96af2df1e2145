"""A chat of two months is as tidy as on the first day, and the diary is what was done."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.database.models import Cramp, NightCheck, NightStatus
from bot.sandbox.models import Message
from tests.support.harness import Harness
from tests.support.two_months import DAY, DAYS, TwoMonths

STOPS = ["stretch", "night", "relief", "quiet day", "week", "month"]
MOST_A_DAY = 4.0
"""Messages of the bot that are left of a day, on average."""
CARD_BUTTONS = 1
"""Buttons of an entry that is not the newest."""


@pytest.mark.in_ci
async def test_two_months_leave_a_tidy_chat_and_a_right_diary(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", language="en-DE")
    seen: dict[str, Message] = {}

    async def stop(name: str) -> None:
        seen[name] = ann.last
        if name == "quiet day":
            since = harness.clock.now() - DAY
            today = [one for one in ann.bot_messages if one.date > since]
            assert len(today) <= MOST_A_DAY

    life = TwoMonths(harness, ann, stop)
    await life.live()
    assert list(seen) == STOPS
    assert all(seen[name].photo for name in ("week", "month"))

    entries = await harness.rows(Cramp)
    assert {one.night_on: one.intensity for one in entries} == life.cramps
    checks = await harness.rows(NightCheck)
    none = {one.night_on for one in checks if one.status is NightStatus.NONE_LAST_NIGHT}
    assert none == life.said_none

    cards = [one for one in ann.bot_messages if one.words.startswith("Cramp logged")]
    assert len(cards) == len(entries)
    assert all(len(card.buttons) <= CARD_BUTTONS for card in cards[:-1])
    per_day = Counter((one.date - timedelta(hours=4)).date() for one in ann.bot_messages)
    assert sum(per_day.values()) / DAYS <= MOST_A_DAY
