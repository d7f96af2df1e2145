"""Dispatch in the whole bot: what people receive, whatever Telegram and the clock do."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Answer, Delivery, DeliveryStatus, Fact, Kind, Reminder
from bot.sandbox.faults import Kind as Trouble
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from tests.support.harness import START, Harness, Someone

BEDTIME = datetime(2027, 1, 13, 21, 30, tzinfo=UTC)
"""22:30 in Berlin on the day on which these tests begin."""
STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
SENT, MISSED = DeliveryStatus.SENT, DeliveryStatus.MISSED


async def only(harness: Harness, someone: Someone, kind: Kind) -> None:
    """Leave one kind of reminder planned."""
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.user_id) == someone.id, col(Reminder.kind) != kind)
            .values(next_at=None)
        )


async def stretcher(harness: Harness, name: str = "Ann") -> Someone:
    someone = await harness.set_up_person(name)
    await only(harness, someone, Kind.STRETCH)
    return someone


async def deliveries(harness: Harness) -> list[Delivery]:
    return await harness.rows(Delivery)


async def statuses(harness: Harness) -> list[DeliveryStatus]:
    return [delivery.status for delivery in await deliveries(harness)]


def nudges(someone: Someone) -> list[str]:
    return [message.words for message in someone.bot_messages if message.words.startswith("🌙")]


async def test_a_reminder_arrives_at_its_minute_and_is_recorded(harness: Harness) -> None:
    ann = await stretcher(harness)
    await harness.live_until(STRETCH - timedelta(seconds=1))
    assert nudges(ann) == []
    await harness.live_until(STRETCH + timedelta(seconds=1))
    assert len(nudges(ann)) == 1
    row = (await deliveries(harness))[0]
    assert (row.status, row.due_at, row.message_id) == (SENT, STRETCH, ann.last.id)
    assert row.sent_at is not None
    assert row.sent_at - STRETCH < timedelta(minutes=1)


async def test_the_tick_delivers_by_itself(harness: Harness) -> None:
    ann = await stretcher(harness)
    harness.clock.set(STRETCH - timedelta(seconds=0.5))
    harness.resume_schedule()
    await harness.telegram.wait_for(lambda: len(nudges(ann)) == 1)
    row = await wait_for_status(harness, SENT)
    assert row.sent_at is not None
    assert row.sent_at >= row.due_at


async def wait_for_status(
    harness: Harness, status: DeliveryStatus, *, attempts: int = 0
) -> Delivery:
    """Wait until the first delivery has a status, and has been attempted at least this often."""
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while True:
            rows = await deliveries(harness)
            if rows and rows[0].status is status and rows[0].attempts >= attempts:
                return rows[0]
            await asyncio.sleep(0.02)


async def test_by_day_with_sound_and_at_night_without(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.forges("reminders:set:stretch:2100.2300")
    await only(harness, ann, Kind.STRETCH)
    await harness.live_until(datetime(2027, 1, 13, 23, 0, tzinfo=UTC))
    sounds = [message.silent for message in ann.bot_messages if message.words.startswith("🌙")][-2:]
    assert sounds == [False, True]


async def test_a_kind_that_was_made_silent_is_silent_by_day(harness: Harness) -> None:
    ann = await stretcher(harness)
    await ann.forges("reminders:sound:stretch:0")
    await only(harness, ann, Kind.STRETCH)
    await harness.live_until(STRETCH)
    assert ann.last.silent


async def test_the_next_one_takes_the_buttons_off_the_previous(harness: Harness) -> None:
    ann = await stretcher(harness)
    await harness.live_until(STRETCH + timedelta(days=1, minutes=1))
    first, second = [
        m for m in ann.bot_messages if m.id in {d.message_id for d in await deliveries(harness)}
    ]
    assert first.buttons == []
    assert "no answer" in first.words
    assert "Done" in second.buttons
    assert [row.answer for row in await deliveries(harness)] == [Answer.NO_ANSWER, None]


async def test_an_outage_over_bedtime_drops_the_stretch(harness: Harness) -> None:
    ann = await stretcher(harness)
    await harness.app.stop()
    harness.clock.set(BEDTIME + timedelta(minutes=1))
    await harness.start_again()
    await harness.live_for(timedelta(seconds=1))
    assert nudges(ann) == []
    assert await statuses(harness) == [MISSED]


async def test_an_outage_of_two_days_brings_no_burst(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    seen = len(ann.bot_messages)
    await harness.app.stop()
    harness.clock.set(START + timedelta(days=2, hours=1))
    await harness.start_again()
    await harness.live_for(timedelta(seconds=1))
    assert len(ann.bot_messages) == seen
    assert set(await statuses(harness)) == {MISSED}


async def test_the_weekly_summary_is_delivered_even_a_day_late(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await only(harness, ann, Kind.SUMMARY)
    await harness.app.stop()
    harness.clock.set(datetime(2027, 1, 18, 17, 0, tzinfo=UTC))
    await harness.start_again()
    await harness.live_for(timedelta(seconds=1))
    assert ann.last.photo is not None
    assert await statuses(harness) == [SENT]


async def test_people_who_block_the_bot_get_nothing_until_they_return(harness: Harness) -> None:
    ann = await stretcher(harness)
    harness.telegram.block(ann.telegram_person)
    await harness.settled()
    await harness.live_until(STRETCH + timedelta(days=2))
    assert await deliveries(harness) == []
    harness.telegram.unblock(ann.telegram_person)
    await harness.settled()
    await harness.live_for(timedelta(days=1))
    assert len(nudges(ann)) == 1


async def test_a_block_that_only_shows_when_sending_stops_the_rest(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    ann.telegram_person.trouble = "blocked"
    await harness.live_until(START + timedelta(days=3))
    rows = await deliveries(harness)
    assert [row.status for row in rows] == [DeliveryStatus.FAILED]


@pytest.mark.parametrize(
    "trouble", ["gateway_timeout", "incomplete", "garbage", "drop_before", "drop_after"]
)
async def test_what_may_have_arrived_is_not_sent_again(harness: Harness, trouble: Trouble) -> None:
    ann = await stretcher(harness)
    harness.telegram.faults.set(trouble, method="sendMessage", times=1)
    await harness.live_until(STRETCH + timedelta(minutes=5))
    assert await statuses(harness) == [DeliveryStatus.UNKNOWN]
    assert len(nudges(ann)) == (1 if trouble == "drop_after" else 0)


async def test_a_summary_with_an_unknown_outcome_is_sent_again(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await only(harness, ann, Kind.SUMMARY)
    harness.telegram.faults.set("drop_before", method="sendPhoto", times=1)
    await harness.live_until(datetime(2027, 1, 17, 17, 5, tzinfo=UTC))
    assert await statuses(harness) == [SENT]
    assert ann.last.photo is not None


async def test_while_telegram_cannot_be_reached_it_is_tried_again(harness: Harness) -> None:
    ann = await stretcher(harness)
    port = harness.server.port
    await harness.server.close()
    harness.clock.set(STRETCH)
    await harness.app.run_tick()
    await wait_for_status(harness, DeliveryStatus.CLAIMED, attempts=1)
    await harness.serve_again(port)
    await harness.live_for(timedelta(minutes=3))
    assert len(nudges(ann)) == 1
    assert await statuses(harness) == [SENT]


async def test_a_restart_between_claim_and_sending_sends_once(harness: Harness) -> None:
    ann = await stretcher(harness)
    harness.telegram.faults.set("too_many_requests", method="sendMessage", times=1, retry_after=3)
    await harness.live_until(STRETCH)
    await harness.app.stop()
    assert await statuses(harness) == [DeliveryStatus.CLAIMED]
    harness.clock.advance(timedelta(seconds=5))
    await harness.start_again()
    await harness.live_for(timedelta(seconds=1))
    assert len(nudges(ann)) == 1
    assert await statuses(harness) == [SENT]


async def test_stopping_finishes_the_message_in_flight(harness: Harness) -> None:
    ann = await stretcher(harness)
    harness.telegram.faults.set("slow", method="sendMessage", times=1, seconds=0.5)
    harness.clock.set(STRETCH)
    await harness.app.run_tick()
    await harness.telegram.wait_for(lambda: harness.telegram.is_in_progress("sendMessage"))
    await harness.app.stop()
    assert await statuses(harness) == [SENT]
    assert len(nudges(ann)) == 1
    await harness.start_again()


async def test_replies_do_not_wait_behind_a_backlog(harness: Harness) -> None:
    """While reminders go out one every twenty seconds, a tap is answered."""
    await harness.app.stop()
    harness.settings = harness.settings.model_copy(update={"send_rate": 0.05})
    await harness.start_again()
    people = [await stretcher(harness, f"P{number}") for number in range(6)]
    harness.clock.set(STRETCH)
    await harness.app.run_tick()
    await people[0].presses("🦵 Log cramp")
    assert people[0].last.words.startswith("Cramp logged")
    assert sum(len(nudges(person)) for person in people) < len(people)


async def test_new_time_zone_rules_replan_everything(harness: Harness) -> None:
    ann = await stretcher(harness)
    async with harness.database.transaction() as session:
        rules = col(Fact.name).contains("time_zone_rules")
        await session.exec(sa.update(Fact).where(rules).values(value="1999.1"))
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.STRETCH)
            .values(next_at=STRETCH + timedelta(hours=1))
        )
    await harness.restart()
    await harness.live_until(STRETCH)
    assert len(nudges(ann)) == 1


async def test_both_clock_changes_keep_the_wall_clock(harness: Harness) -> None:
    await stretcher(harness)
    for change in (datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 10, 30, tzinfo=UTC)):
        harness.clock.set(change)
        await harness.live_until(change + timedelta(hours=12))
        before = (await statuses(harness)).count(SENT)
        await harness.live_for(timedelta(days=3))
        assert (await statuses(harness)).count(SENT) == before + 3
    sent = [row.due_at for row in await deliveries(harness) if row.status is SENT]
    assert {instant.strftime("%H:%M") for instant in sent} == {"21:20", "20:20"}


@pytest.mark.parametrize("is_paid", [False, True])
async def test_only_who_allows_it_pays_and_only_for_reminders(
    harness: Harness, is_paid: bool
) -> None:
    await harness.app.stop()
    harness.settings = harness.settings.model_copy(update={"allow_paid_broadcast": is_paid})
    await harness.start_again()
    ann = await stretcher(harness)
    replies = len(harness.telegram.calls_of("sendMessage", ann.id))
    await harness.live_until(STRETCH + timedelta(seconds=1))
    flags = [
        str(call.params.get("allow_paid_broadcast", "")).lower() == "true"
        for call in harness.telegram.calls_of("sendMessage", ann.id)
    ]
    assert flags == [False] * replies + [is_paid]
