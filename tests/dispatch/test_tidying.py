"""Messages of reminders that nobody answered: when they go, and what holds nobody up."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Answer, Delivery, DeliveryStatus, Kind, Reminder
from bot.dispatch.outcomes import STALE_AFTER, Closing, Removal
from bot.dispatch.tidying import DELETABLE, Step, step_for
from bot.sandbox.faults import Kind as Trouble
from bot.sandbox.models import Message as SandboxMessage
from bot.telegram.message import Message
from tests.support.harness import Harness, Someone

NOW = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
LINE = Message("Drinks, 08:00: no answer")
AT_ONCE, LATER = Closing(LINE, Removal.AT_ONCE), Closing(LINE, Removal.LATER)
FIRST = datetime(2027, 1, 14, 7, 0, tzinfo=UTC)
"""08:00 in Berlin: the first drink."""
SECOND = FIRST + timedelta(hours=4, minutes=30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# What is done with a message: a table ------------------------------------------------------------


def row(age: timedelta, **values: Any) -> Delivery:
    """A delivery that was sent this long ago, with buttons and not answered."""
    given: dict[str, Any] = {"sent_at": NOW - age, "message_id": 5, "has_buttons": True} | values
    return Delivery(
        reminder_id=1,
        user_id=1,
        kind=Kind.HYDRATION,
        due_at=NOW - age,
        night_on=date(2027, 1, 14),
        send_at=NOW - age,
        **given,
    )


@pytest.mark.parametrize(
    ("closing", "delivery", "step"),
    [
        (AT_ONCE, row(HOUR), Step.DELETE),
        (AT_ONCE, row(HOUR, answer=Answer.NO_ANSWER), Step.DELETE),
        (AT_ONCE, row(DELETABLE), Step.SHRINK),  # too old: Telegram deletes it no more
        (AT_ONCE, row(HOUR, answer=Answer.DONE), Step.SHRINK),
        (AT_ONCE, row(HOUR, message_id=None), Step.LEAVE),
        (AT_ONCE, row(HOUR, later_at=NOW), Step.LEAVE),  # it comes again
        (LATER, row(HOUR), Step.SHRINK),
        (LATER, row(HOUR, has_buttons=False), Step.LEAVE),
        (LATER, row(STALE_AFTER, has_buttons=False), Step.DELETE),
        (LATER, row(STALE_AFTER, answer=Answer.SKIPPED), Step.SHRINK),
        (Closing(None, Removal.LATER), row(HOUR), Step.LEAVE),
        (Closing(None, Removal.LATER), row(STALE_AFTER), Step.DELETE),
        (Closing(LINE), row(STALE_AFTER), Step.SHRINK),
        (None, row(STALE_AFTER), Step.LEAVE),
    ],
)
def test_what_becomes_of_a_message(closing: Closing | None, delivery: Delivery, step: Step) -> None:
    assert step_for(closing, delivery, NOW) is step


# In the whole bot --------------------------------------------------------------------------------


async def drinker(harness: Harness) -> Someone:
    """Somebody who gets drinks only."""
    ann = await harness.set_up_person("Ann")
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.user_id) == ann.id, col(Reminder.kind) != Kind.HYDRATION)
            .values(enabled=False, next_at=None)
        )
    return ann


def drinks(someone: Someone) -> list[SandboxMessage]:
    return [message for message in someone.bot_messages if message.words.startswith("💧")]


async def deliveries(harness: Harness) -> list[Delivery]:
    return await harness.rows(Delivery)


async def test_a_silent_one_goes_when_the_next_comes_and_counts_as_not_answered(
    harness: Harness,
) -> None:
    ann = await drinker(harness)
    await harness.live_until(FIRST)
    (first,) = drinks(ann)
    await harness.live_until(SECOND)
    (second,) = drinks(ann)
    assert second is not first
    gone, there = await deliveries(harness)
    assert (gone.status, gone.answer, gone.message_id, gone.has_buttons) == (
        DeliveryStatus.SENT,
        Answer.NO_ANSWER,
        None,
        False,
    )
    assert (there.answer, there.message_id) == (None, second.id)
    # Its buttons on a screen that has not caught up are taken all the same.
    await ann.forges(f"reminders:done:{gone.id}", first)
    assert (await deliveries(harness))[0].answer is Answer.DONE
    assert "done" in ann.last.words


async def test_the_last_of_a_day_goes_when_it_is_of_no_use_any_more(harness: Harness) -> None:
    ann = await drinker(harness)
    await harness.live_until(datetime(2027, 1, 14, 20, 30, tzinfo=UTC))
    assert len(drinks(ann)) == 1
    await harness.live_until(datetime(2027, 1, 14, 21, 5, tzinfo=UTC))
    assert drinks(ann) == []
    assert [one.answer for one in await deliveries(harness)] == [Answer.NO_ANSWER] * 4


async def test_what_was_answered_stays_as_one_line(harness: Harness) -> None:
    ann = await drinker(harness)
    await harness.live_until(FIRST)
    await ann.taps("Done")
    await harness.live_until(FIRST + 3 * DAY)
    assert drinks(ann)[0].words == "💧 Drinks, 08:00: done"
    assert drinks(ann)[0].buttons == []
    assert len(drinks(ann)) == 2


async def test_one_with_a_sound_leaves_a_line_for_a_day(harness: Harness) -> None:
    ann = await drinker(harness)
    await ann.forges("reminders:sound:hydration:1")
    await harness.live_until(SECOND)
    first = drinks(ann)[-2]
    assert (first.words, first.buttons) == ("💧 Drinks, 08:00: no answer", [])
    await harness.live_until(FIRST + STALE_AFTER - timedelta(minutes=1))
    assert first in drinks(ann)
    await harness.live_until(FIRST + STALE_AFTER + timedelta(minutes=1))
    assert first not in drinks(ann)


async def test_what_telegram_deletes_no_more_becomes_one_line(harness: Harness) -> None:
    ann = await drinker(harness)
    await harness.live_until(FIRST)
    await harness.app.stop()
    harness.clock.set(FIRST + 3 * DAY)
    await harness.start_again()
    await harness.live_for(timedelta(seconds=1))
    first, second = drinks(ann)
    assert (first.words, first.buttons) == ("💧 Drinks, 08:00: no answer", [])
    assert "Done" in second.buttons


@pytest.mark.parametrize("trouble", ["too_many_requests", "server_error", "drop_after"])
async def test_trouble_with_a_deletion_holds_nothing_up(harness: Harness, trouble: Trouble) -> None:
    ann = await drinker(harness)
    harness.telegram.faults.set(trouble, method="deleteMessages", times=1)
    await harness.live_until(SECOND)
    statuses = [one.status for one in await deliveries(harness)]
    assert statuses == [DeliveryStatus.SENT] * 2
    assert "A moment for a drink" in drinks(ann)[-1].words
    await harness.live_until(SECOND + timedelta(minutes=3))
    assert len(drinks(ann)) == 1
    gone = (await deliveries(harness))[0]
    assert (gone.answer, gone.message_id, gone.tidy_at) == (Answer.NO_ANSWER, None, None)


async def test_nothing_is_removed_while_reminders_wait(harness: Harness) -> None:
    """The breaker stands for everything that lets reminders wait."""
    ann = await drinker(harness)
    await harness.live_until(FIRST)
    dispatcher, tidier = harness.app.dispatcher, harness.app.tidier
    assert dispatcher is not None
    assert tidier is not None
    dispatcher._breaker.wait_for(1)
    assert dispatcher.is_busy
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Delivery).values(tidy_at=FIRST))
    dispatcher.closes.set()
    await asyncio.sleep(0.2)
    assert len(drinks(ann)) == 1
    await tidier.run_dry()  # what the task does as soon as nothing waits
    assert drinks(ann) == []


async def test_messages_of_one_person_go_with_one_request(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(FIRST)
    sent = [one for one in await deliveries(harness) if one.message_id is not None]
    assert len(sent) > 1
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Reminder).values(with_sound=False))
        await session.exec(sa.update(Delivery).values(tidy_at=FIRST, sent_at=FIRST - STALE_AFTER))
    before = len(harness.telegram.calls_of("deleteMessages"))
    assert harness.app.tidier is not None
    await harness.app.tidier.run_dry()
    assert len(harness.telegram.calls_of("deleteMessages")) == before + 1
    assert {one.message_id for one in await deliveries(harness)} == {None}
    assert {one.id for one in ann.bot_messages}.isdisjoint({one.message_id for one in sent})
