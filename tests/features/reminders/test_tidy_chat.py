"""What is left in the chat when nobody answers: of a day, of a week, and of two weeks of drinks."""

import math
from datetime import UTC, datetime, timedelta

from bot.database.models import Kind, Reminder
from bot.sandbox.models import Message
from tests.features.reminders.steps import with_only
from tests.support.harness import Harness, Someone

DAY = timedelta(days=1)
ROW_PIXELS, BUTTON_PIXELS, FRAME_PIXELS, GAP_PIXELS = 20, 46, 28, 6
ROW_CHARACTERS = 34
"""Of the sandbox page at 360x640."""
SCREEN_PIXELS = 385
"""What the page shows of the chat above the keyboard of buttons."""


def height_of(message: Message) -> int:
    """About how high a message is on a phone 360 px wide, in CSS pixels."""
    rows = sum(max(1, math.ceil(len(line) / ROW_CHARACTERS)) for line in message.words.split("\n"))
    return FRAME_PIXELS + ROW_PIXELS * rows + BUTTON_PIXELS * len(message.inline) + GAP_PIXELS


def seen(someone: Someone, after: Message) -> list[Message]:
    """What is in the chat after a message."""
    return [message for message in someone.bot_messages if message.id > after.id]


async def test_a_day_of_nobodys_doing_takes_less_than_one_screen(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    last = ann.last
    midnight = datetime(2027, 1, 13, 23, 0, tzinfo=UTC)
    sent = 0
    for day in range(4):
        await harness.live_until(midnight + day * DAY)
        shown = seen(ann, last)
        today = [message for message in shown if message.date > midnight + (day - 1) * DAY]
        assert len(today) <= 3
        assert sum(map(height_of, today)) < SCREEN_PIXELS
        # Of the days before, one line at most is left.
        assert len(shown) - len(today) <= 1
        assert ann.last.id - last.id > sent
        sent = ann.last.id - last.id
    assert sent >= 4 * 7 - 6  # so many came, and so few are seen


# Two weeks of drinks that nobody answered --------------------------------------------------------

QUESTION = "Two weeks of these went without an answer, and that is fine. Do you want to keep them?"
ASKED = datetime(2027, 1, 28, 7, 0, tzinfo=UTC)
"""Two weeks after the first drink."""


def asked(someone: Someone) -> list[Message]:
    """The questions in the chat."""
    return [message for message in someone.bot_messages if QUESTION in message.words]


async def drinks_row(harness: Harness) -> Reminder:
    return next(row for row in await harness.rows(Reminder) if row.kind is Kind.HYDRATION)


async def test_two_weeks_of_unanswered_drinks_bring_one_question(harness: Harness) -> None:
    ann = await with_only(harness, Kind.HYDRATION)
    await ann.forges("reminders:set:hydration:0800.1200.1600")
    await harness.live_until(ASKED - timedelta(minutes=1))
    assert asked(ann) == []
    await harness.live_until(ASKED)
    (question,) = asked(ann)
    assert question.buttons == ["Keep them", "Only 1 a day", "Stop them"]
    await harness.live_until(ASKED + timedelta(hours=9))
    assert asked(ann) == [question]  # it stays longer than a drink, and is asked once
    await ann.taps("Stop them", question)
    assert question.words == "💧 Drinks: stopped. /reminders can start it again."
    assert not (await drinks_row(harness)).enabled
    await ann.taps("Undo the stop", question)
    assert QUESTION in question.words
    await ann.taps("Only 1 a day", question)
    assert (await drinks_row(harness)).times == "12:00"
    await ann.taps("Undo the move", question)
    await ann.taps("Keep them", question)
    assert (await drinks_row(harness)).times == "08:00,12:00,16:00"
    await harness.live_until(ASKED + timedelta(days=20))
    assert asked(ann) == []  # gone, and not asked again


async def test_one_answer_and_nobody_is_asked(harness: Harness) -> None:
    ann = await with_only(harness, Kind.HYDRATION)
    await ann.forges("reminders:set:hydration:0800")
    await harness.live_until(datetime(2027, 1, 20, 7, 0, tzinfo=UTC))
    await ann.taps("Skip")
    await harness.live_until(ASKED + timedelta(days=5))
    assert asked(ann) == []
    await harness.live_until(datetime(2027, 2, 4, 7, 0, tzinfo=UTC))
    assert len(asked(ann)) == 1


async def test_it_is_asked_again_after_three_months_only(harness: Harness) -> None:
    ann = await with_only(harness, Kind.HYDRATION)
    await ann.forges("reminders:set:hydration:0800")
    await harness.live_until(ASKED)
    first_at = (await drinks_row(harness)).stop_asked_at
    await harness.live_until(ASKED + timedelta(days=90))
    assert (await drinks_row(harness)).stop_asked_at == first_at
    await harness.live_until(ASKED + timedelta(days=92))
    assert (await drinks_row(harness)).stop_asked_at != first_at
    assert len(asked(ann)) == 1
