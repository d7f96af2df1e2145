"""Dispatch with the whole bot: what people get, whatever Telegram and the clock do."""

import asyncio
import time as wall
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Answer, Delivery, DeliveryStatus, Kind, Reminder
from bot.sandbox.faults import Kind as Trouble
from tests.support.harness import START, Someone, World

BEDTIME = datetime(2027, 1, 13, 21, 30, tzinfo=UTC)
"""22:30 in Berlin on the day on which these tests begin."""
STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
SENT, MISSED = DeliveryStatus.SENT, DeliveryStatus.MISSED


async def only(world: World, someone: Someone, kind: Kind) -> None:
    """Leave one kind of reminder planned."""
    async with world.database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.user_id) == someone.id, col(Reminder.kind) != kind)
            .values(next_at=None)
        )


async def stretcher(world: World, name: str = "Ann") -> Someone:
    someone = await world.set_up_person(name)
    await only(world, someone, Kind.STRETCH)
    return someone


async def deliveries(world: World) -> list[Delivery]:
    return await world.rows(Delivery)


async def statuses(world: World) -> list[DeliveryStatus]:
    return [delivery.status for delivery in await deliveries(world)]


def nudges(someone: Someone) -> list[str]:
    return [message.words for message in someone.bot_messages if message.words.startswith("🌙")]


async def test_a_reminder_arrives_at_its_minute_and_is_recorded(world: World) -> None:
    ann = await stretcher(world)
    await world.live_until(STRETCH - timedelta(seconds=1))
    assert nudges(ann) == []
    await world.live_until(STRETCH + timedelta(seconds=1))
    assert len(nudges(ann)) == 1
    row = (await deliveries(world))[0]
    assert (row.status, row.due_at, row.message_id) == (SENT, STRETCH, ann.last.id)
    assert row.sent_at is not None
    assert row.sent_at - STRETCH < timedelta(seconds=2)


async def test_the_tick_delivers_by_itself_within_two_seconds(world: World) -> None:
    ann = await stretcher(world)
    world.clock.set(STRETCH - timedelta(seconds=0.5))
    await world.telegram.wait_for(lambda: len(nudges(ann)) == 1)
    row = await wait_for_status(world, SENT)
    assert row.sent_at is not None
    assert row.sent_at - row.due_at < timedelta(seconds=2)


async def wait_for_status(world: World, status: DeliveryStatus) -> Delivery:
    """The first delivery, once it has this status."""
    deadline = wall.monotonic() + 5
    while wall.monotonic() < deadline:
        rows = await deliveries(world)
        if rows and rows[0].status is status:
            return rows[0]
        await asyncio.sleep(0.02)
    raise AssertionError(f"never {status}")


async def test_by_day_with_sound_and_at_night_without(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await ann.forges("reminders:set:stretch:2100.2300")
    await only(world, ann, Kind.STRETCH)
    await world.live_until(datetime(2027, 1, 13, 23, 0, tzinfo=UTC))
    sounds = [message.silent for message in ann.bot_messages if message.words.startswith("🌙")][-2:]
    assert sounds == [False, True]


async def test_a_kind_that_was_made_silent_is_silent_by_day(world: World) -> None:
    ann = await stretcher(world)
    await ann.forges("reminders:sound:stretch:0")
    await only(world, ann, Kind.STRETCH)
    await world.live_until(STRETCH)
    assert ann.last.silent


async def test_the_next_one_takes_the_buttons_off_the_previous(world: World) -> None:
    ann = await stretcher(world)
    await world.live_until(STRETCH + timedelta(days=1, minutes=1))
    first, second = [
        m for m in ann.bot_messages if m.id in {d.message_id for d in await deliveries(world)}
    ]
    assert first.buttons == []
    assert "no answer" in first.words
    assert "Done" in second.buttons
    assert [row.answer for row in await deliveries(world)] == [Answer.NO_ANSWER, None]


async def test_an_outage_over_bedtime_drops_the_stretch(world: World) -> None:
    ann = await stretcher(world)
    await world.app.stop()
    world.clock.set(BEDTIME + timedelta(minutes=1))
    await world.start_again()
    await world.live_for(timedelta(seconds=1))
    assert nudges(ann) == []
    assert await statuses(world) == [MISSED]


async def test_an_outage_of_two_days_brings_no_burst(world: World) -> None:
    ann = await world.set_up_person("Ann")
    seen = len(ann.bot_messages)
    await world.app.stop()
    world.clock.set(START + timedelta(days=2, hours=1))
    await world.start_again()
    await world.live_for(timedelta(seconds=1))
    assert len(ann.bot_messages) == seen
    assert set(await statuses(world)) == {MISSED}


async def test_the_weekly_summary_is_delivered_even_a_day_late(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await only(world, ann, Kind.SUMMARY)
    await world.app.stop()
    world.clock.set(datetime(2027, 1, 18, 17, 0, tzinfo=UTC))
    await world.start_again()
    await world.live_for(timedelta(seconds=1))
    assert ann.last.photo is not None
    assert await statuses(world) == [SENT]


async def test_blocked_people_are_left_in_peace_until_they_return(world: World) -> None:
    ann = await stretcher(world)
    world.telegram.block(ann.telegram_person)
    await world.settled()
    await world.live_until(STRETCH + timedelta(days=2))
    assert await deliveries(world) == []
    world.telegram.unblock(ann.telegram_person)
    await world.settled()
    await world.live_for(timedelta(days=1))
    assert len(nudges(ann)) == 1


async def test_a_block_that_only_shows_when_sending_stops_the_rest(world: World) -> None:
    ann = await world.set_up_person("Ann")
    ann.telegram_person.trouble = "blocked"
    await world.live_until(START + timedelta(days=3))
    rows = await deliveries(world)
    assert [row.status for row in rows] == [DeliveryStatus.FAILED]


async def test_too_many_requests_makes_everyone_wait(world: World) -> None:
    people = [await stretcher(world, f"P{number}") for number in range(5)]
    world.telegram.faults.set("too_many_requests", method="sendMessage", times=1, retry_after=1)
    started = wall.monotonic()
    await world.live_until(STRETCH)
    assert sum(len(nudges(person)) for person in people) <= 5
    await world.live_for(timedelta(seconds=2))
    assert wall.monotonic() - started >= 1
    assert [len(nudges(person)) for person in people] == [1] * 5
    assert await statuses(world) == [SENT] * 5


@pytest.mark.parametrize("trouble", ["server_error", "garbage", "drop_before", "drop_after"])
async def test_what_may_have_arrived_is_not_sent_again(world: World, trouble: Trouble) -> None:
    ann = await stretcher(world)
    world.telegram.faults.set(trouble, method="sendMessage", times=1)
    await world.live_until(STRETCH + timedelta(minutes=5))
    assert await statuses(world) == [DeliveryStatus.UNKNOWN]
    assert len(nudges(ann)) == (1 if trouble == "drop_after" else 0)


async def test_a_summary_of_unknown_fate_is_sent_again(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await only(world, ann, Kind.SUMMARY)
    world.telegram.faults.set("drop_before", method="sendPhoto", times=1)
    await world.live_until(datetime(2027, 1, 17, 17, 5, tzinfo=UTC))
    assert await statuses(world) == [SENT]
    assert ann.last.photo is not None


async def test_while_telegram_cannot_be_reached_it_is_tried_again(world: World) -> None:
    ann = await stretcher(world)
    port = world.server.port
    await world.server.close()
    world.clock.set(STRETCH)
    await world.app.run_tick()
    row = await wait_for_status(world, DeliveryStatus.CLAIMED)
    assert row.attempts >= 1
    await world.serve_again(port)
    await world.live_for(timedelta(minutes=3))
    assert len(nudges(ann)) == 1
    assert await statuses(world) == [SENT]


async def test_a_restart_between_claim_and_sending_sends_once(world: World) -> None:
    ann = await stretcher(world)
    world.telegram.faults.set("too_many_requests", method="sendMessage", times=1, retry_after=3)
    await world.live_until(STRETCH)
    await world.app.stop()
    assert await statuses(world) == [DeliveryStatus.CLAIMED]
    world.clock.advance(timedelta(seconds=5))
    await world.start_again()
    await world.live_for(timedelta(seconds=1))
    assert len(nudges(ann)) == 1
    assert await statuses(world) == [SENT]


async def test_stopping_lets_the_message_in_hand_be_finished(world: World) -> None:
    ann = await stretcher(world)
    world.telegram.faults.set("slow", method="sendMessage", times=1, seconds=0.5)
    world.clock.set(STRETCH)
    await world.app.run_tick()
    async with asyncio.timeout(5):  # until the message is on its way
        while "sendMessage" not in {method for method, _ in world.telegram._requests.values()}:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    await world.app.stop()
    assert await statuses(world) == [SENT]
    assert len(nudges(ann)) == 1
    await world.start_again()


async def test_replies_do_not_wait_behind_a_backlog(world: World) -> None:
    """While reminders trickle out one a second, a tap is answered at once."""
    await world.app.stop()
    world.settings = world.settings.model_copy(update={"send_rate": 1.0})
    await world.start_again()
    people = [await stretcher(world, f"P{number}") for number in range(6)]
    world.clock.set(STRETCH)
    await world.app.run_tick()
    started = wall.monotonic()
    await people[0].presses("🦵 Log cramp")
    assert wall.monotonic() - started < 1
    assert sum(len(nudges(person)) for person in people) < len(people)


async def test_new_time_zone_rules_plan_everything_anew(world: World) -> None:
    ann = await stretcher(world)
    async with world.database.transaction() as session:
        await session.exec(sa.text("UPDATE facts SET value = '1999.1'"))  # type: ignore[call-overload]
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.STRETCH)
            .values(next_at=STRETCH + timedelta(hours=1))
        )
    await world.restart()
    await world.live_until(STRETCH)
    assert len(nudges(ann)) == 1


async def test_both_clock_changes_keep_the_wall_clock(world: World) -> None:
    ann = await stretcher(world)
    for change in (datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 10, 30, tzinfo=UTC)):
        world.clock.set(change)
        await world.live_until(change + timedelta(hours=12))
        before = len(nudges(ann))
        await world.live_for(timedelta(days=3))
        assert len(nudges(ann)) == before + 3
    sent = [row.due_at for row in await deliveries(world) if row.status is SENT]
    assert {instant.strftime("%H:%M") for instant in sent} == {"21:20", "20:20"}


@pytest.mark.parametrize("is_paid", [False, True])
async def test_only_who_allows_it_pays_and_only_for_reminders(world: World, is_paid: bool) -> None:
    await world.app.stop()
    world.settings = world.settings.model_copy(update={"allow_paid_broadcast": is_paid})
    await world.start_again()
    ann = await stretcher(world)
    replies = len(world.telegram.calls_of("sendMessage", ann.id))
    await world.live_until(STRETCH + timedelta(seconds=1))
    flags = [
        str(call.params.get("allow_paid_broadcast", "")).lower() == "true"
        for call in world.telegram.calls_of("sendMessage", ann.id)
    ]
    assert flags == [False] * replies + [is_paid]
