"""The weekly summary as people meet it: over HTTP, with the whole bot."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    FailedUpdate,
    Fluids,
    Kind,
    NightCheck,
    User,
    WeeklySummary,
)
from bot.features.summary.stats import WeekFigures
from bot.local_time.nights import local_time
from bot.sandbox.models import Message
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words, visible_text

BERLIN = "Europe/Berlin"
SUNDAY_SIX = datetime(2027, 1, 17, 17, 0, tzinfo=UTC)
"""18:00 in Berlin on the first Sunday."""
FIRST_WEEK, SECOND_WEEK = date(2027, 1, 10), date(2027, 1, 17)
LOG = "🦵 Log cramp"
WEEK = "📊 This week"
THIS_WEEK, NEXT_WEEK = date(2027, 1, 11), date(2027, 1, 18)
"""Mondays, on which weeks begin in Germany. The weeks of the summaries begin on Sunday."""
CAVEAT = "missing nights are not counted as free of cramps"


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of January 2027 by the clocks in Berlin."""
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


async def sleeper(harness: Harness, name: str = "Ann", zone: str = BERLIN) -> Someone:
    """A person who gets only the summary, so that it is the last message."""
    someone = await harness.set_up_person(name, zone=zone, fluids=Fluids.LIMITED)
    for kind in (Kind.STRETCH, Kind.CAFFEINE):
        await someone.forges(f"reminders:on:{kind}:0")
    return someone


async def log(harness: Harness, someone: Someone, at: datetime) -> Message:
    """Log a cramp at an instant; returns the bot's answer."""
    await harness.live_until(at)
    await someone.presses(LOG)
    return someone.last


def pictures(someone: Someone) -> list[Message]:
    return [message for message in someone.bot_messages if message.photo is not None]


async def stored(harness: Harness, someone: Someone) -> dict[date, WeeklySummary]:
    rows = [row for row in await harness.rows(WeeklySummary) if row.user_id == someone.id]
    weeks = {row.week_on: row for row in rows}
    assert len(weeks) == len(rows)
    return weeks


def figures(row: WeeklySummary) -> WeekFigures:
    return WeekFigures.from_json(row.figures)


def arrow(message: Message, which: str) -> str:
    """The label of the button that leads to another week."""
    found = [label for label in message.buttons if which in label]
    assert len(found) == 1, message.buttons
    return found[0]


# When it comes -----------------------------------------------------------------------------------


async def test_it_is_sent_on_sunday_at_18_00(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(SUNDAY_SIX - timedelta(seconds=1))
    assert pictures(ann) == []
    await harness.live_until(SUNDAY_SIX)
    assert len(pictures(ann)) == 1
    assert ann.last.photo is not None
    assert timedelta(0) <= ann.last.date - SUNDAY_SIX < timedelta(minutes=1)


async def test_it_is_stored_with_what_was_sent(harness: Harness) -> None:
    ann = await sleeper(harness)
    await log(harness, ann, berlin(15, 2, 30))
    await harness.live_until(SUNDAY_SIX)
    row = (await stored(harness, ann))[FIRST_WEEK]
    assert row.message_id == ann.last.id
    assert row.sent_at is not None
    assert timedelta(0) <= row.sent_at - SUNDAY_SIX < timedelta(minutes=1)
    assert visible_text(row.caption) == ann.last.caption
    assert (figures(row).cramp_nights, figures(row).cramps) == (1, 1)
    assert figures(row).nights[4].marks[0].hours_after_noon == 14.5


async def test_the_next_sunday_brings_the_next_week_and_leaves_the_first_alone(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    await harness.live_until(SUNDAY_SIX)
    first = ann.last
    buttons = first.buttons
    await harness.live_until(SUNDAY_SIX + timedelta(days=7))
    assert [message.id for message in pictures(ann)] == [first.id, ann.last.id]
    assert (first.buttons, first.edited) == (buttons, False)
    weeks = await stored(harness, ann)
    assert {week: row.message_id for week, row in weeks.items()} == {
        FIRST_WEEK: first.id,
        SECOND_WEEK: ann.last.id,
    }


async def test_it_is_about_the_seven_nights_that_end_with_saturday_night(harness: Harness) -> None:
    ann = await sleeper(harness)
    await log(harness, ann, berlin(17, 3, 0))
    await log(harness, ann, berlin(17, 13, 0))
    await harness.live_until(SUNDAY_SIX)
    week = figures((await stored(harness, ann))[FIRST_WEEK])
    assert week.nights[-1].night_on == date(2027, 1, 16)
    assert (week.cramps, week.nights[-1].cramps) == (1, 1)


@pytest.mark.parametrize(
    ("data", "times", "due", "last_night"),
    [
        ("reminders:setdays:summary:4", "0900", berlin(20, 9), date(2027, 1, 19)),
        ("reminders:setdays:summary:1", "2115", berlin(18, 21, 15), date(2027, 1, 17)),
        ("reminders:setdays:summary:64", "0005", berlin(17, 0, 5), date(2027, 1, 16)),
    ],
)
async def test_another_day_and_time_can_be_chosen(
    harness: Harness, data: str, times: str, due: datetime, last_night: date
) -> None:
    ann = await sleeper(harness)
    await ann.forges(data)
    await ann.forges(f"reminders:set:summary:{times}")
    await harness.live_until(due - timedelta(seconds=1))
    assert pictures(ann) == []
    await harness.live_until(due)
    assert len(pictures(ann)) == 1
    week_on = last_night - timedelta(days=6)
    row = (await stored(harness, ann))[week_on]
    assert row.message_id == ann.last.id
    assert figures(row).nights[-1].night_on == last_night


async def test_a_summary_that_is_switched_off_is_not_sent(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.forges("reminders:on:summary:0")
    await harness.live_until(SUNDAY_SIX + timedelta(hours=1))
    assert pictures(ann) == []


async def test_a_person_who_starts_on_sunday_afternoon_gets_no_summary_that_day(
    sqlite_url: str,
) -> None:
    async with Harness.open(sqlite_url, berlin(17, 14)) as harness:
        ann = await sleeper(harness)
        await harness.live_until(SUNDAY_SIX + timedelta(minutes=1))
        assert pictures(ann) == []
        assert [row.status for row in await harness.rows(Delivery)] == [DeliveryStatus.NOT_NEEDED]
        await ann.presses(WEEK)
        assert list(await stored(harness, ann)) == [THIS_WEEK]
        assert "There is no night to count yet." in ann.last.words
        await harness.live_until(SUNDAY_SIX + timedelta(days=7))
        assert len(pictures(ann)) == 2


async def test_it_is_sent_at_six_local_time_in_any_time_zone(harness: Harness) -> None:
    ann = await sleeper(harness, zone="Pacific/Auckland")
    there = SUNDAY_SIX - timedelta(hours=12)
    await harness.live_until(there - timedelta(seconds=1))
    assert pictures(ann) == []
    await harness.live_until(there)
    assert list(await stored(harness, ann)) == [FIRST_WEEK]
    assert ann.last.photo is not None


@pytest.mark.parametrize(
    ("start", "taps", "due", "week_on", "marks"),
    [
        (  # 28 March 2027: 02:00 becomes 03:00
            datetime(2027, 3, 24, 12, tzinfo=UTC),
            [datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)],
            datetime(2027, 3, 28, 16, tzinfo=UTC),
            date(2027, 3, 21),
            [13.5, 15.5],
        ),
        (  # 31 October 2027: 03:00 becomes 02:00
            datetime(2027, 10, 27, 12, tzinfo=UTC),
            [datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)],
            datetime(2027, 10, 31, 17, tzinfo=UTC),
            date(2027, 10, 24),
            [14.5, 14.5],
        ),
    ],
)
async def test_a_night_with_a_clock_change_is_one_night(
    sqlite_url: str,
    start: datetime,
    taps: list[datetime],
    due: datetime,
    week_on: date,
    marks: list[float],
) -> None:
    async with Harness.open(sqlite_url, start) as harness:
        ann = await sleeper(harness)
        for tap in taps:
            await log(harness, ann, tap)
        await harness.live_until(due - timedelta(seconds=1))
        assert pictures(ann) == []
        await harness.live_until(due)
        assert len(pictures(ann)) == 1
        week = figures((await stored(harness, ann))[week_on])
        assert (week.cramp_nights, week.cramps) == (1, 2)
        assert [mark.hours_after_noon for mark in week.nights[-1].marks] == marks


# On request --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["/summary", WEEK])
async def test_it_is_sent_on_request_with_a_picture(harness: Harness, words: str) -> None:
    ann = await sleeper(harness)
    await ann.says(words)
    assert ann.last.photo is not None
    row = (await stored(harness, ann))[THIS_WEEK]
    assert (row.message_id, row.is_view) == (ann.last.id, True)
    assert visible_text(row.caption) == ann.last.caption


async def test_asking_again_keeps_one_row_and_follows_the_newest_message(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.presses(WEEK)
    first = ann.last
    entry = await log(harness, ann, berlin(14, 3))
    await ann.presses(WEEK)
    newest = ann.last
    assert newest.id != first.id
    row = (await stored(harness, ann))[THIS_WEEK]
    assert row.message_id == newest.id
    await ann.taps("10", entry)
    assert "Strength: 10 of 10." in newest.words


async def test_it_is_silent_at_night_only(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.presses(WEEK)
    by_day = ann.last
    await harness.live_until(berlin(14, 3))
    await ann.presses(WEEK)
    assert (by_day.silent, ann.last.silent) == (False, True)


SAID = "Your week has just begun, so these are the last seven nights."


async def test_on_the_first_day_of_a_week_the_last_seven_nights_are_shown(harness: Harness) -> None:
    """A week never begins empty: until its first night is over, the last seven are shown."""
    ann = await sleeper(harness)
    await log(harness, ann, berlin(15, 2))
    shown = []
    for at in (berlin(17, 20), berlin(18, 9), berlin(18, 20), berlin(19, 9), berlin(19, 12, 5)):
        await harness.live_until(at)
        await ann.presses(WEEK)
        first, *others = ann.last.words.splitlines()
        shown.append((first[:5], SAID in others))
    assert shown == [
        ("11–17", False),
        ("11–17", True),
        ("11–17", True),
        ("11–17", True),
        ("18–24", False),
    ]


async def test_a_cramp_of_this_night_is_seen_in_the_first_night_of_a_week(harness: Harness) -> None:
    """Somebody who logged at 03:12 on Tuesday sees that entry among the last seven nights."""
    ann = await sleeper(harness)
    entry = await log(harness, ann, berlin(19, 3, 12))
    await ann.presses(WEEK)
    message = ann.last
    assert message.words.splitlines()[:2] == ["12–18 Jan", SAID]
    assert "Cramps on 1 night: 1 cramp." in message.words
    await ann.taps("8", entry)  # a correction finds these nights, too
    assert "Strength: 8 of 10." in message.words
    assert SAID in message.words
    row = (await stored(harness, ann))[date(2027, 1, 12)]
    assert (row.is_view, row.message_id) == (True, message.id)


@pytest.mark.parametrize(
    ("zone", "language", "first"),
    [
        ("Europe/Berlin", "en", date(2027, 1, 11)),
        ("America/New_York", "de", date(2027, 1, 10)),
        ("Africa/Cairo", "fr", date(2027, 1, 9)),
        (None, "en-us", date(2027, 1, 10)),
    ],
)
async def test_a_week_begins_as_in_the_persons_country(
    harness: Harness, zone: str | None, language: str, first: date
) -> None:
    ann = await harness.beginner("Ann", language=language)
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.time_zone = zone
    await harness.live_until(berlin(15, 14))
    await ann.says("/summary")
    assert list(await stored(harness, ann)) == [first]


async def test_the_weeks_of_summaries_stay_comparable(harness: Harness) -> None:
    """Only they are asked about, whatever else was looked at."""
    ann = await sleeper(harness)
    await log(harness, ann, berlin(15, 2))
    await ann.presses(WEEK)
    await harness.live_until(SUNDAY_SIX)
    rows = await stored(harness, ann)
    assert {day: row.is_view for day, row in rows.items()} == {THIS_WEEK: True, FIRST_WEEK: False}
    assert ann.last.words.splitlines()[-1] == "Did cramps limit you this week?"
    assert ann.last.buttons[:3] == ["No", "A bit", "A lot"]
    assert len(ann.last.buttons) <= 6
    await ann.forges(f"summary:limited:{THIS_WEEK:%Y%m%d}:no")
    assert {row.limited for row in (await stored(harness, ann)).values()} == {None}


async def test_a_cramp_a_moment_ago_is_in_the_picture(harness: Harness) -> None:
    ann = await sleeper(harness)
    await log(harness, ann, berlin(17, 23, 40))
    await ann.presses(WEEK)
    assert "Cramps on 1 night: 1 cramp." in ann.last.words
    assert figures((await stored(harness, ann))[THIS_WEEK]).nights[6].cramps == 1


async def test_without_a_time_zone_it_uses_utc(harness: Harness) -> None:
    ann = await harness.beginner("Ann")
    await ann.says("/summary")
    assert ann.last.photo is not None
    assert list(await stored(harness, ann)) == [THIS_WEEK]


# Through the weeks -------------------------------------------------------------------------------


async def test_arrows_lead_through_the_weeks_in_the_same_message(harness: Harness) -> None:
    ann = await sleeper(harness)
    await log(harness, ann, berlin(14, 2))
    await harness.live_until(berlin(27, 12))
    await ann.presses(WEEK)
    message = ann.last
    count = len(ann.bot_messages)
    newest = (message.words, message.photo)
    seen = [message.words.splitlines()[0]]
    while any("◀" in label for label in message.buttons):
        await ann.taps(arrow(message, "◀"), message)
        seen.append(message.words.splitlines()[0])
    assert [line[:6] for line in seen] == ["25–31 ", "18–24 ", "11–17 "]
    assert "Cramps on 1 night: 1 cramp." in message.words
    for _ in range(2):
        await ann.taps(arrow(message, "▶"), message)
    assert not any("▶" in label for label in message.buttons)
    assert (message.words, message.photo) == newest
    assert len(ann.bot_messages) == count
    assert set(await stored(harness, ann)) >= {THIS_WEEK, NEXT_WEEK, date(2027, 1, 25)}


async def test_a_message_that_shows_another_week_is_not_overwritten(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    entry = await log(harness, ann, berlin(14, 2))
    await harness.live_until(berlin(20, 12))
    await ann.presses(WEEK)
    message = ann.last
    await ann.taps(arrow(message, "◀"), message)
    await ann.taps(arrow(message, "▶"), message)
    shown = message.words
    await ann.taps("Change", entry)
    await ann.taps("Remove entry", entry)
    assert message.words == shown
    assert figures((await stored(harness, ann))[THIS_WEEK]).cramps == 0


async def test_the_arrow_twice_leads_one_week_back(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(berlin(27, 12))
    await ann.presses(WEEK)
    message = ann.last
    data = message.inline[0][0]["callback_data"]
    await ann.forges(data, message)
    shown = message.words
    await ann.forges(data, message)
    assert message.words == shown
    assert shown.startswith("18–24 Jan")


# What it says ------------------------------------------------------------------------------------


async def test_coverage_stands_first_and_the_caveat_last(harness: Harness) -> None:
    ann = await sleeper(harness)
    await log(harness, ann, berlin(14, 2))
    await harness.live_until(SUNDAY_SIX)
    lines = ann.last.words.splitlines()
    assert lines[1] == "You logged 1 of 4 nights."
    assert CAVEAT in lines[-3]  # the question and its answers come after it
    assert "A partial week, so it is not compared with others." in lines


async def test_a_full_week_in_words(harness: Harness) -> None:
    ann = await sleeper(harness)
    first = await log(harness, ann, berlin(18, 2))
    for label in ("More…", "3", "Woke me"):
        await ann.taps(label, first)
    second = await log(harness, ann, berlin(18, 4))
    for label in ("8", "More…", "I was awake"):
        await ann.taps(label, second)
    third = await log(harness, ann, berlin(20, 1))
    await ann.taps("4", third)
    await harness.live_until(berlin(24, 12))
    for day in (18, 20, 21):
        await ann.forges(f"summary:none:202701{day}:1")
    await harness.live_until(SUNDAY_SIX + timedelta(days=7))
    assert ann.last.words.splitlines()[1:-4] == [
        "You logged 5 of 7 nights.",
        "Cramps on 2 nights: 3 cramps.",
        "Typical strength: 4 of 10, from 3 cramps.",
        "1 of 2 woke you.",
        "It is too early to say anything about a change.",
    ]


async def test_a_future_night_cannot_be_marked_as_free_of_cramps(harness: Harness) -> None:
    ann = await sleeper(harness)
    for day in ("20270113", "20270114", "20280101"):
        await ann.forges(f"summary:none:{day}:1")
    assert await harness.rows(NightCheck) == []


async def test_answered_reminders_are_counted_without_a_comment(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", fluids=Fluids.LIMITED)
    for day, answer in ((13, "Done"), (14, "Skip"), (15, "Done")):
        await harness.live_until(berlin(day, 22, 25))
        await ann.taps(answer)
    await harness.live_until(SUNDAY_SIX)
    kept = {kind.kind: kind for kind in figures((await stored(harness, ann))[FIRST_WEEK]).kinds}
    stretch = kept["stretch"]
    assert (stretch.delivered, stretch.done, stretch.skipped, stretch.no_answer) == (4, 2, 1, 1)
    assert "Stretch 2 of 4" in ann.last.words
    assert "summary" not in kept
    assert_kind_words(ann.last.words)


async def test_twitches_are_counted_separately(harness: Harness) -> None:
    ann = await sleeper(harness)
    entry = await log(harness, ann, berlin(14, 2))
    await ann.forges(f"cramps:set:{(await harness.rows(Cramp))[0].id}:type:twitch", entry)
    await ann.presses(WEEK)
    assert "1 twitch." in ann.last.words
    assert "Cramps on" not in ann.last.words


async def test_an_empty_week_looks_inviting_and_blames_nobody(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(SUNDAY_SIX + timedelta(days=7))
    words = ann.last.words
    assert ann.last.photo is not None
    assert "No entries this week, and that is fine." in words
    assert "partial" not in words
    await ann.taps("More")
    assert "Mark cramp-free nights" in ann.last.buttons


async def test_the_first_day_has_a_way_to_the_first_entry(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    await ann.presses(WEEK)
    assert "There is no night to count yet." in ann.last.words
    assert ann.last.buttons == ["Add a cramp…", "Month", "Warning signs", "More"]
    await ann.taps("More")
    assert ann.last.buttons == ["Details", "In words", "Month", "3 months", "◀ Back"]
    await ann.says("how many cramps this week")
    assert "There is no night to count yet." in ann.last.words
    await ann.taps("Add a cramp…")
    assert ann.last.words.startswith("When was it?")


async def test_every_text_is_kind_and_fits(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.presses(WEEK)
    await log(harness, ann, berlin(15, 2))
    await harness.live_until(SUNDAY_SIX)
    await ann.taps("More")
    await ann.taps("Mark cramp-free nights")
    await harness.live_until(SUNDAY_SIX + timedelta(days=14))
    for message in pictures(ann):
        assert_kind_words(message.words)
        assert len(message.words.encode("utf-16-le")) // 2 <= 1024
        for row in message.inline:
            for button in row:
                assert len(button["text"]) <= (24 if len(row) <= 2 else 14)
                assert len(button["callback_data"].encode()) <= 64


async def test_warning_signs_are_one_tap_away(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.presses(WEEK)
    picture = ann.last
    await ann.taps("Warning signs")
    assert len(ann.last.words) > 100
    assert picture.photo is not None


# Quiet nights ------------------------------------------------------------------------------------


async def test_nights_are_marked_as_free_of_cramps_in_place(harness: Harness) -> None:
    ann = await sleeper(harness)
    await log(harness, ann, berlin(15, 2))
    await harness.live_until(SUNDAY_SIX)
    message = ann.last
    await ann.taps("More")
    await ann.taps("Mark cramp-free nights")
    assert message.buttons == [
        "Wed 13: no cramps?",
        "Fri 15: no cramps?",
        "Sat 16: no cramps?",
        "◀ Back",
    ]
    before = message.photo
    await ann.taps("Fri 15: no cramps?")
    assert "✓ Fri 15: no cramps" in message.buttons
    assert "You logged 2 of 4 nights." in message.words
    assert message.photo != before
    assert [check.night_on for check in await harness.rows(NightCheck)] == [date(2027, 1, 15)]
    await ann.taps("◀ Back")
    assert "More" in message.buttons
    assert ann.last is message
    row = (await stored(harness, ann))[FIRST_WEEK]
    assert (row.message_id, figures(row).covered) == (message.id, 2)


async def test_a_night_can_be_unmarked(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(SUNDAY_SIX)
    await ann.taps("More")
    await ann.taps("Mark cramp-free nights")
    await ann.taps("Fri 15: no cramps?")
    await ann.taps("✓ Fri 15: no cramps")
    assert "Fri 15: no cramps?" in ann.last.buttons
    assert await harness.rows(NightCheck) == []


async def test_marking_a_night_twice_is_idempotent(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(SUNDAY_SIX)
    for _ in range(2):
        await ann.forges("summary:none:20270115:1")
    assert "✓ Fri 15: no cramps" in ann.last.buttons
    assert len(await harness.rows(NightCheck)) == 1
    for _ in range(2):
        await ann.forges("summary:none:20270115:0")
    assert await harness.rows(NightCheck) == []


async def test_an_entry_takes_precedence_over_a_marked_night(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(berlin(15, 9))
    await ann.forges("summary:none:20270114:1")
    await ann.presses(LOG)
    for label in ("More…", "Another time…", "Last night"):
        await ann.taps(label)
    await ann.presses(WEEK)
    assert "Cramps on 1 night: 1 cramp." in ann.last.words


async def test_in_the_morning_last_night_can_be_marked(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(berlin(14, 7, 30))
    await ann.presses(WEEK)
    await ann.taps("More")
    await ann.taps("Mark cramp-free nights")
    await ann.taps("Wed 13: no cramps?")
    assert "You logged 1 of 1 night so far." in ann.last.words


# Corrections -------------------------------------------------------------------------------------


async def test_a_correction_refreshes_the_row_and_the_message(harness: Harness) -> None:
    ann = await sleeper(harness)
    entry = await log(harness, ann, berlin(15, 2))
    await harness.live_until(SUNDAY_SIX)
    message = ann.last
    picture = message.photo
    assert "Cramps on 1 night: 1 cramp." in message.words
    await ann.taps("Change", entry)
    await ann.taps("8", entry)
    assert "Strength: 8 of 10." in message.words
    assert message.photo not in {None, picture}
    await ann.taps("Remove entry", entry)
    assert "Cramps on" not in message.words
    row = (await stored(harness, ann))[FIRST_WEEK]
    assert figures(row).cramps == 0
    assert visible_text(row.caption) == message.words
    assert row.message_id == message.id
    assert "More" in message.buttons


async def test_a_cramp_moved_to_last_night_refreshes_the_week_it_moved_to(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.live_until(SUNDAY_SIX)
    message = ann.last
    await log(harness, ann, berlin(17, 18, 30))
    assert "Cramps on" not in message.words
    for label in ("More…", "Another time…", "Last night"):
        await ann.taps(label)
    assert "Cramps on 1 night: 1 cramp." in message.words


async def test_a_reminder_answered_next_noon_refreshes_its_own_evening(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", fluids=Fluids.LIMITED)
    await harness.live_until(SUNDAY_SIX)
    message = ann.last
    stretch = ann.with_button("Show me, 3 minutes")
    before = message.photo
    await ann.taps("Done", stretch)
    assert "Stretch 1 of 4" in message.words
    assert message.photo != before


async def test_a_correction_refreshes_a_week_that_began_on_another_weekday(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    entry = await log(harness, ann, berlin(15, 2))
    await harness.live_until(SUNDAY_SIX)
    message = ann.last
    await ann.forges("reminders:setdays:summary:4", ann.messages[1])
    await ann.taps("Change", entry)
    await ann.taps("8", entry)
    assert "Strength: 8 of 10." in message.words
    assert figures((await stored(harness, ann))[FIRST_WEEK]).with_intensity == 1
    await ann.taps("More", message)
    await ann.taps("Mark cramp-free nights", message)
    await ann.taps("Fri 15: no cramps?", message)
    assert message.words.startswith("10–16 Jan")
    await ann.taps("◀ Back", message)
    assert not any("▶" in label for label in message.buttons)  # no later night is over


async def test_a_cramp_before_the_start_of_the_diary_can_be_reached(
    sqlite_url: str,
) -> None:
    async with Harness.open(sqlite_url, berlin(17, 14)) as harness:
        ann = await sleeper(harness)
        await ann.presses(LOG)
        for label in ("More…", "Another time…", "Last night"):
            await ann.taps(label)
        await harness.live_until(SUNDAY_SIX)
        assert "Cramps on 1 night: 1 cramp." in ann.last.words
        assert "You logged 1 of 1 night." in ann.last.words


async def test_a_change_that_changes_no_figure_edits_nothing(harness: Harness) -> None:
    ann = await sleeper(harness)
    entry = await log(harness, ann, berlin(15, 2))
    await ann.taps("8", entry)
    await harness.live_until(SUNDAY_SIX)
    message = ann.last
    await ann.taps("Change", entry)
    await ann.taps("• 8", entry)
    assert not message.edited


async def test_after_a_restart_corrections_still_reach_the_message(harness: Harness) -> None:
    ann = await sleeper(harness)
    entry = await log(harness, ann, berlin(15, 2))
    await harness.live_until(SUNDAY_SIX)
    message = ann.last
    await harness.restart()
    await ann.taps("Change", entry)
    await ann.taps("8", entry)
    assert "Strength: 8 of 10." in message.words


async def test_a_deleted_message_is_skipped(harness: Harness) -> None:
    ann = await sleeper(harness)
    await log(harness, ann, berlin(15, 2))
    await harness.live_until(SUNDAY_SIX)
    harness.telegram.delete_chat_history(ann.telegram_person)
    await harness.live_until(berlin(17, 19, 0))
    await ann.says("/cramp")
    for label in ("More…", "Another time…", "Last night"):
        await ann.taps(label)
    row = (await stored(harness, ann))[FIRST_WEEK]
    assert figures(row).cramps == 2
    assert await harness.rows(FailedUpdate) == []


# Strangers and forgers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "summary:week",
        "summary:week:x",
        "summary:week:99999999",
        "summary:week:20270230",
        "summary:week:19990101",
        "summary:week:20991231",
        "summary:week:00010101",
        "summary:fill:20260101",
        "summary:fill:-1",
        "summary:fill:20991231",
        "summary:none:20260101:1",
        "summary:none:20991231:1",
        "summary:none:20270113",
        "summary:none:20270113:7",
        "summary:none:x:1",
        "summary:none:99991231:1",
        "summary:week:20270111:extra:extra",
    ],
)
async def test_forged_callback_data_shows_only_the_senders_own_weeks_and_stores_nothing(
    harness: Harness, data: str
) -> None:
    ann = await sleeper(harness)
    await ann.presses(WEEK)
    message = ann.last
    words = message.words
    await ann.forges(data, message)
    assert message.words.startswith(words.splitlines()[0])
    assert await harness.rows(NightCheck) == []
    assert await harness.rows(FailedUpdate) == []
    assert list(await stored(harness, ann)) == [THIS_WEEK]


async def test_nobody_sees_or_fills_the_week_of_another(harness: Harness) -> None:
    ann, bob = await sleeper(harness), await sleeper(harness, "Bob")
    await log(harness, ann, berlin(14, 2))
    await bob.presses(WEEK)
    assert "Cramps on" not in bob.last.words
    await bob.forges("summary:none:20270113:1")
    assert [check.user_id for check in await harness.rows(NightCheck)] == [bob.id]
    await ann.presses(WEEK)
    assert "Cramps on 1 night: 1 cramp." in ann.last.words
    assert {row.user_id for row in await harness.rows(WeeklySummary)} == {ann.id, bob.id}


async def test_a_correction_refreshes_nobody_elses_week(harness: Harness) -> None:
    ann, bob = await sleeper(harness), await sleeper(harness, "Bob")
    entry = await log(harness, ann, berlin(15, 2))
    await harness.live_until(SUNDAY_SIX)
    bobs, row = bob.last, (await stored(harness, bob))[FIRST_WEEK]
    await ann.taps("Change", entry)
    await ann.taps("8", entry)
    assert "Strength: 8 of 10." in ann.last.words
    assert not bobs.edited
    assert (await stored(harness, bob))[FIRST_WEEK] == row
    assert len(harness.telegram.calls_of("editMessageMedia")) == 1


async def test_bed_and_wake_times_of_all_kinds_can_be_drawn(harness: Harness) -> None:
    for bed, wake in ((time(8), time(16)), (time(0), time(0, 30)), (time(19), time(11, 30))):
        someone = await harness.set_up_person(f"{bed}", bed=bed, wake=wake)
        await someone.presses(WEEK)
        assert someone.last.photo is not None
        assert local_time(someone.last.date, BERLIN).date() == date(2027, 1, 13)
