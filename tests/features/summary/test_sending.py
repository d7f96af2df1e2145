"""Sending a summary and refreshing it after a correction, with failures of Telegram and crashes."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    Fluids,
    Kind,
    Reminder,
    WeeklySummary,
)
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Superseded
from bot.features.summary.sending import SummaryRenderer
from bot.features.summary.stats import WeekFigures
from bot.i18n.translator import translator
from bot.sandbox.models import Message
from bot.telegram.context import Context
from bot.telegram.replies import DiaryChanged, Replies
from tests.support.harness import Harness, Someone
from tests.support.wording import visible_text

SUNDAY_SIX = datetime(2027, 1, 17, 17, 0, tzinfo=UTC)
"""18:00 in Berlin on the first Sunday."""
FIRST_WEEK, SECOND_WEEK = date(2027, 1, 10), date(2027, 1, 17)
THURSDAY_NIGHT = date(2027, 1, 14)
LOG, WEEK = "🦵 Log cramp", "📊 This week"
EDIT = "editMessageMedia"


async def sleeper(harness: Harness, zone: str = "Europe/Berlin") -> Someone:
    """A person who gets only the summary."""
    someone = await harness.set_up_person("Ann", zone=zone, fluids=Fluids.LIMITED)
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder).where(col(Reminder.kind) != Kind.SUMMARY).values(enabled=False)
        )
        await session.exec(
            sa.update(Reminder).where(col(Reminder.kind) != Kind.SUMMARY).values(next_at=None)
        )
    return someone


async def summed_up(harness: Harness) -> tuple[Someone, Message, Message]:
    """A person with one cramp on Thursday night, its message, and the sent summary."""
    someone = await sleeper(harness)
    await harness.live_until(datetime(2027, 1, 15, 1, 30, tzinfo=UTC))
    await someone.presses(LOG)
    entry = someone.last
    await harness.live_until(SUNDAY_SIX)
    assert someone.last.photo is not None
    return someone, entry, someone.last


async def set_strength(harness: Harness, strength: int) -> None:
    """Correct the diary in the database, so that nothing is refreshed yet."""
    async with harness.database.transaction() as session:
        await session.exec(sa.update(Cramp).values(intensity=strength))


async def week(harness: Harness, week_on: date = FIRST_WEEK) -> WeeklySummary:
    found = [row for row in await harness.rows(WeeklySummary) if row.week_on == week_on]
    assert len(found) == 1
    return found[0]


def figures(row: WeeklySummary) -> WeekFigures:
    return WeekFigures.from_json(row.figures)


def pictures(someone: Someone) -> list[Message]:
    return [message for message in someone.bot_messages if message.photo is not None]


def edits(harness: Harness) -> int:
    return len(harness.telegram.calls_of(EDIT))


def job(someone: Someone, night_on: date = date(2027, 1, 17)) -> ClaimedDelivery:
    """The delivery that is due at six on that day."""
    return ClaimedDelivery(
        delivery_id=1,
        reminder_id=1,
        user_id=someone.id,
        kind=Kind.SUMMARY,
        due_at=datetime.combine(night_on, time(17), tzinfo=UTC),
        night_on=night_on,
        send_at=datetime.combine(night_on, time(17), tzinfo=UTC),
        useful_until_at=None,
        attempts=0,
        priority=1,
        tr=translator("en"),
        zone="Europe/Berlin",
        bed_time=time(22, 30),
        wake_time=time(7),
        with_sound=False,
    )


# On its way --------------------------------------------------------------------------------------


async def test_a_due_summary_equals_one_on_request(harness: Harness) -> None:
    ann, _entry, sent = await summed_up(harness)
    await ann.presses(WEEK)
    assert ann.last.id != sent.id
    await ann.forges("summary:week:20270110", ann.last)
    assert (ann.last.words, ann.last.buttons, ann.last.photo) == (
        sent.words,
        sent.buttons,
        sent.photo,
    )


async def move_far_east(_world: Harness, someone: Someone) -> None:
    await someone.forges("users:move:Pacific/Auckland")


async def move_far_west(_world: Harness, someone: Someone) -> None:
    await someone.forges("users:move:Pacific/Honolulu")


async def choose_wednesday(_world: Harness, someone: Someone) -> None:
    await someone.forges("reminders:setdays:summary:4")


@pytest.mark.parametrize("change", [move_far_east, move_far_west, choose_wednesday])
async def test_a_waiting_delivery_keeps_its_week(
    harness: Harness, change: Callable[[Harness, Someone], Awaitable[None]]
) -> None:
    ann = await sleeper(harness)
    harness.telegram.faults.set("drop_before", method="sendPhoto", times=1)
    await harness.live_until(SUNDAY_SIX)
    assert pictures(ann) == []
    await change(harness, ann)
    await harness.live_for(timedelta(minutes=2))
    assert pictures(ann) == [ann.last]
    assert re.match(r"10–16 Jan|Jan 10\W+16", ann.last.words)  # Honolulu writes the month first
    row = await week(harness)
    assert (row.message_id, row.sent_at is None) == (ann.last.id, False)


async def test_days_late_it_is_still_about_its_own_week(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.app.stop()
    harness.clock.set(SUNDAY_SIX + timedelta(days=2))
    await harness.start_again()
    await harness.live_for(timedelta(seconds=1))
    assert ann.last.words.startswith("10–16 Jan")
    assert [row.week_on for row in await harness.rows(WeeklySummary)] == [FIRST_WEEK]
    assert (await week(harness)).message_id == ann.last.id


async def test_of_two_messages_the_newer_one_is_refreshed(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(datetime(2027, 1, 15, 1, 30, tzinfo=UTC))
    await ann.presses(LOG)
    entry = ann.last
    harness.telegram.faults.set("drop_after", method="sendPhoto", times=1)
    await harness.live_until(SUNDAY_SIX + timedelta(minutes=2))
    first, second = pictures(ann)
    assert (await week(harness)).message_id == second.id
    await ann.taps("Change", entry)
    await ann.taps("8", entry)
    assert "Strength: 8 of 10." in second.words
    assert not first.edited


async def test_a_rolled_back_delivery_notes_nothing(harness: Harness) -> None:
    ann = await sleeper(harness)
    renderer = SummaryRenderer(harness.app.deps)
    await harness.live_until(SUNDAY_SIX - timedelta(minutes=1))
    assert await renderer.message(job(ann)) is not None
    async with harness.database.transaction() as session:
        await renderer.on_sent(session, job(ann), 99)
        await session.rollback()
    row = await week(harness)
    assert (row.message_id, row.sent_at) == (None, None)
    async with harness.database.transaction() as session:
        await renderer.on_sent(session, job(ann), 99)
    row = await week(harness)
    assert (row.message_id, row.sent_at is None) == (99, False)


async def test_unknown_people_and_weeks_before_the_diary_get_no_summary(harness: Harness) -> None:
    ann = await sleeper(harness)
    renderer = SummaryRenderer(harness.app.deps)
    assert await renderer.message(replace(job(ann), user_id=ann.id + 1)) is None
    assert await renderer.message(job(ann, date(2027, 1, 10))) is None
    assert await harness.rows(WeeklySummary) == []


async def test_earlier_summaries_stay_as_they_are(harness: Harness) -> None:
    ann = await sleeper(harness)
    earlier = Superseded(1, 5, SUNDAY_SIX, date(2027, 1, 17), None)
    assert SummaryRenderer(harness.app.deps).closed(job(ann), earlier) is None


# Shown on request, with trouble ------------------------------------------------------------------


async def test_a_message_that_could_not_be_edited_still_shows_its_week(harness: Harness) -> None:
    ann, _entry, _sent = await summed_up(harness)
    await harness.live_until(datetime(2027, 1, 18, 2, 0, tzinfo=UTC))
    await ann.presses(WEEK)
    message = ann.last
    assert message.words.startswith("11–17 Jan")
    harness.telegram.faults.set("too_many_requests", method=EDIT, times=1, retry_after=300)
    await ann.forges("summary:week:20270110", message)
    assert message.words.startswith("11–17 Jan")
    await ann.presses(LOG)
    assert "Cramps on 2 nights: 2 cramps." in message.words
    assert (await week(harness, date(2027, 1, 11))).message_id == message.id


async def test_a_message_that_replaces_a_deleted_one_is_refreshed(harness: Harness) -> None:
    ann, entry, sent = await summed_up(harness)
    del harness.telegram.chats[ann.id].messages[sent.id]
    await ann.forges("summary:fill:20270110", sent)
    shown = ann.last
    assert shown.id != sent.id
    assert shown.photo is not None
    assert (await week(harness)).message_id == shown.id
    await ann.taps("Change", entry)
    await ann.taps("8", entry)
    assert "Strength: 8 of 10." in shown.words


# After a correction ------------------------------------------------------------------------------


async def refresh(harness: Harness, user_id: int, nights: set[date]) -> None:
    """Have the bot do what follows a change of the diary in these nights."""

    async def change(_context: Context) -> Replies:
        return [DiaryChanged(nights)]

    context = harness.app.frame.context(user_id, "en", harness.clock.now())
    await harness.app.frame.run(context, change)
    await harness.settled()


async def test_refreshing_twice_edits_once(harness: Harness) -> None:
    ann, _entry, sent = await summed_up(harness)
    await set_strength(harness, 6)
    for _ in range(2):
        await refresh(harness, ann.id, {THURSDAY_NIGHT})
    assert "Strength: 6 of 10." in sent.words
    assert edits(harness) == 1
    row = await week(harness)
    assert (visible_text(row.caption), row.message_id) == (sent.words, sent.id)
    assert row.updated_at >= SUNDAY_SIX


async def test_a_refresh_that_a_kill_cuts_off_is_completed_by_the_next_process(
    harness: Harness,
) -> None:
    ann, _entry, sent = await summed_up(harness)
    await set_strength(harness, 6)
    await harness.app.intake.stop()  # what is committed now is sent by nobody in this process
    await refresh(harness, ann.id, {THURSDAY_NIGHT})
    assert "Strength" not in sent.words
    await harness.restart()
    assert "Strength: 6 of 10." in sent.words
    assert figures(await week(harness)).median_intensity == 6


async def test_a_refresh_is_retried_when_telegram_is_busy(harness: Harness) -> None:
    ann, _entry, sent = await summed_up(harness)
    await set_strength(harness, 6)
    harness.telegram.faults.set("too_many_requests", method=EDIT, times=1, retry_after=1)
    await refresh(harness, ann.id, {THURSDAY_NIGHT})
    assert "Strength: 6 of 10." in sent.words


async def test_the_row_is_right_though_the_message_cannot_be_edited(harness: Harness) -> None:
    ann, _entry, sent = await summed_up(harness)
    await set_strength(harness, 6)
    harness.telegram.block(ann.telegram_person)
    await harness.settled()
    await refresh(harness, ann.id, {THURSDAY_NIGHT})
    assert "Strength" not in sent.words
    row = await week(harness)
    assert (figures(row).median_intensity, row.message_id) == (6, sent.id)


async def test_a_week_without_a_message_has_its_row_updated(harness: Harness) -> None:
    ann, _entry, _sent = await summed_up(harness)
    async with harness.database.transaction() as session:
        await session.exec(sa.update(WeeklySummary).values(message_id=None))
    await set_strength(harness, 6)
    await refresh(harness, ann.id, {THURSDAY_NIGHT})
    row = await week(harness)
    assert (figures(row).median_intensity, row.message_id) == (6, None)
    assert edits(harness) == 0


@pytest.mark.parametrize(
    "nights",
    [set(), {date(2026, 10, 24)}, {date(2027, 1, 17)}, {date(2026, 10, 24), date(2027, 1, 17)}],
    ids=["none", "before", "after", "both sides"],
)
async def test_nights_of_other_weeks_refresh_nothing(harness: Harness, nights: set[date]) -> None:
    ann, _entry, _sent = await summed_up(harness)
    before = await week(harness)
    await set_strength(harness, 6)
    await refresh(harness, ann.id, nights)
    assert await week(harness) == before
    assert edits(harness) == 0


async def test_refreshing_an_unknown_person_does_nothing(harness: Harness) -> None:
    ann, _entry, _sent = await summed_up(harness)
    before = await week(harness)
    await set_strength(harness, 6)
    await refresh(harness, ann.id + 1, {THURSDAY_NIGHT})
    assert await week(harness) == before


async def test_both_databases_send_and_refresh(database_url: str) -> None:
    async with Harness.open(database_url) as harness:
        ann, entry, sent = await summed_up(harness)
        await ann.taps("Change", entry)
        await ann.taps("8", entry)
        assert "Strength: 8 of 10." in sent.words
        row = await week(harness)
        assert (row.message_id, figures(row).median_intensity) == (sent.id, 8)
        statuses = {row.status for row in await harness.rows(Delivery)}
        assert statuses == {DeliveryStatus.SENT}
