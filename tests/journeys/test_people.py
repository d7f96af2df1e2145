"""Five people with ten weeks of diary: what the bot tells each of them, and what it does not."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import sqlalchemy as sa

from bot.database.models import Delivery, DeliveryStatus, Kind, Reminder
from bot.dispatch.replanning import replan
from bot.identity.people import get
from tests.journeys.test_year import expected
from tests.support.diaries import FIRST_ON, PEOPLE, Diary, Habits, make_diary, store
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words

RUNNER, PREGNANT, OLD, EYELID, WEEKENDS = PEOPLE
NIGHTS = 70
"""Ten weeks, up to and including a Sunday night."""
DAY = timedelta(days=1)


@asynccontextmanager
async def day_after(
    url: str, habits: Habits, nights: int = NIGHTS, clock: time = time(9)
) -> AsyncIterator[tuple[Harness, Someone, Diary]]:
    """Yield a person on the day after the last night of their diary, at a local time."""
    zone = ZoneInfo(habits.zone)
    now = datetime.combine(FIRST_ON + nights * DAY, clock, zone).astimezone(UTC)
    async with Harness.open(url, now) as harness:
        someone = await harness.person("Ann", zone=habits.zone)
        diary = make_diary(habits, someone.id, seed=2, nights=nights)
        await store(harness.database, diary)
        async with harness.database.transaction() as session:
            await session.exec(sa.update(Reminder).values(next_at=None))
        await someone.says("/start")
        yield harness, someone, diary


async def plan_from_now(harness: Harness, someone: Someone) -> None:
    async with harness.database.transaction() as session:
        user = await get(session, someone.id)
        assert user is not None
        await replan(session, user, harness.clock.now())


def number_in(pattern: str, words: str) -> int | None:
    found = re.search(pattern, words)
    return int(found[1]) if found else None


@pytest.mark.parametrize("habits", PEOPLE, ids=[one.name for one in PEOPLE])
async def test_every_week_shows_the_right_figures(sqlite_url: str, habits: Habits) -> None:
    async with day_after(sqlite_url, habits) as (_harness, someone, diary):
        await someone.presses("📊 This week")
        message, weeks = someone.with_button("More"), 0  # a warning sign may come after it
        first = FIRST_ON
        while True:
            words = message.words
            if weeks:  # the first page is the current week
                want = expected(diary, first, first + 6 * DAY)
                assert number_in(r"You logged (\d+) of", words) == (want["covered"] or None) or (
                    want["covered"] == 0
                ), words
                assert (number_in(r"Cramps on (\d+) night", words) or 0) == want["cramp_nights"]
                assert (number_in(r"(\d+) cramps?\.", words) or 0) == want["cramps"]
                assert ("at least" in words) is want["at_least"]
                assert (number_in(r"(\d+) twitch", words) or 0) == want["twitches"]
                assert_kind_words(words)
            weeks += 1
            if not any(label.startswith("◀") for label in message.buttons):
                await someone.taps("More", message)  # a question took the room of the arrow
            earlier = [
                button
                for row in message.inline
                for button in row
                if button["text"].startswith("◀ ") and button["text"] != "◀ Back"
            ]
            if not earlier:
                break
            first = datetime.strptime(earlier[0]["callback_data"][-8:], "%Y%m%d").date()  # noqa: DTZ007
            await someone.taps(earlier[0]["text"], message)
        assert weeks >= 10


@pytest.mark.parametrize("habits", PEOPLE[::2], ids=[one.name for one in PEOPLE[::2]])
async def test_the_report_shows_the_right_figures(sqlite_url: str, habits: Habits) -> None:
    async with day_after(sqlite_url, habits) as (_harness, someone, diary):
        await someone.says("/report")
        await someone.taps("Make the PDF")
        file = someone.last.file
        assert file is not None
        document = pypdfium2.PdfDocument(file.content)
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
        text = re.sub(r"\s+", " ", text)
        want = expected(diary, diary.last_on - 55 * DAY, diary.last_on)
        assert f"Nights logged: {want['covered']} of 56." in text
        if want["woke_answered"]:
            assert f"Woken by cramps: {want['woke']} of {want['woke_answered']}." in text
        for item, words in (
            ("pregnant", "Pregnant: yes"),
            ("heart_failure", "Heart failure: yes"),
        ):
            assert (words in text) is (item in dict(habits.profile))


async def summary_on_sunday(sqlite_url: str, habits: Habits) -> str:
    """Return the weekly summary of the Sunday after ten weeks."""
    async with day_after(sqlite_url, habits, NIGHTS - 1, time(17, 59)) as (harness, someone, diary):
        assert diary.last_on.weekday() == 5
        await plan_from_now(harness, someone)
        await harness.live_for(timedelta(hours=1))
        return next(message.words for message in someone.bot_messages if message.photo)


async def test_the_pregnant_woman_is_advised_to_mention_it(sqlite_url: str) -> None:
    words = await summary_on_sunday(sqlite_url, PREGNANT)
    assert "Mention it to your midwife or doctor" in words
    assert_kind_words(words)


async def test_the_man_of_78_gets_no_advice_to_drink(sqlite_url: str) -> None:
    async with day_after(sqlite_url, OLD) as (harness, ann, _diary):
        await plan_from_now(harness, ann)
        await harness.live_for(timedelta(days=2))
        rows = [row for row in await harness.rows(Delivery) if row.kind is Kind.HYDRATION]
        assert rows == []
        check_in = next(
            message for message in ann.bot_messages if "How was last night" in message.words
        )
        assert "Drank regularly" not in check_in.buttons
        assert "💧" not in "".join(message.words for message in ann.bot_messages)
        await ann.says("/experiment")
        count = len(ann.bot_messages)
        await ann.taps("A drink with each meal")
        assert "I do not test drinks" in ann.last.words
        assert not [label for label in ann.last.buttons if "Begin" in label]
        assert len(ann.bot_messages) == count


async def test_a_twitching_eyelid_is_no_cramp(sqlite_url: str) -> None:
    async with day_after(sqlite_url, EYELID) as (_harness, ann, diary):
        await ann.presses("📊 This week")
        message = ann.with_button("More")  # a warning sign may come after it
        await ann.taps("More", message)
        await ann.taps("3 months", message)
        cramps = {one.night_on for one in diary.truth.events if one.event_type == "cramp"}
        assert (number_in(r"Cramps on (\d+) night", message.words) or 0) == len(cramps)
        await ann.says("/history")
        pages = ann.last.words
        for _ in range(4):
            await ann.taps("◀ Earlier")
            pages += ann.last.words
        assert ": twitch" in pages


async def test_logging_on_weekends_only_gives_no_trend_and_no_reproach(sqlite_url: str) -> None:
    words = await summary_on_sunday(sqlite_url, WEEKENDS)
    assert "A partial week, so it is not compared with others." in words
    assert "in the 8 before" not in words
    async with day_after(f"{sqlite_url}2", WEEKENDS) as (_harness, ann, _diary):
        await ann.presses("📊 This week")
        await ann.taps("More")
        await ann.taps("3 months")
        assert "in the 8 before" not in ann.last.words
        assert "not counted as free of cramps" in ann.last.words


async def test_the_runner_can_test_one_habit(sqlite_url: str) -> None:
    async with day_after(sqlite_url, RUNNER) as (_harness, ann, _diary):
        await ann.says("/experiment")
        assert {"Stretching before bed", "A drink with each meal"} <= set(ann.last.buttons)
        assert ann.last.words.startswith("⚖️ A fair test of one habit")


async def test_every_delivery_of_ten_weeks_is_finished(sqlite_url: str) -> None:
    """No delivery is left claimed or sending."""
    async with day_after(sqlite_url, RUNNER) as (harness, ann, _diary):
        await plan_from_now(harness, ann)
        await harness.live_for(timedelta(days=8))
        statuses = {row.status for row in await harness.rows(Delivery)}
        assert statuses <= {
            DeliveryStatus.SENT,
            DeliveryStatus.MISSED,
            DeliveryStatus.NOT_NEEDED,
        }
        assert date(2026, 3, 16) <= harness.clock.now().date()
