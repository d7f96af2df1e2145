"""Logging a cramp with one tap, and the same tap coming twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Cramp, User
from tests.features.cramps.entries import (
    AT_NIGHT,
    LOG,
    NIGHT,
    again,
    counted,
    heard,
    logged,
    only_row,
    own,
    sleeper,
)
from tests.support.harness import Harness


async def test_one_tap_logs_and_is_answered_silently(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.presses(LOG)
    row = await only_row(harness)
    assert row.occurred_at == row.tapped_at == own(ann).date
    assert (row.user_id, row.night_on, row.time_zone) == (ann.id, NIGHT, "Europe/Berlin")
    assert row.reply_message_id == ann.last.id
    assert ann.last.words.startswith("Cramp logged: 03:12\nWednesday night")
    assert ann.last.silent
    assert "Undo" in ann.last.buttons


async def test_the_command_logs_and_is_answered_with_sound_by_day(harness: Harness) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 14, 0, tzinfo=UTC))
    await ann.says("/cramp")
    assert (await only_row(harness)).night_on == date(2027, 1, 14)
    assert ann.last.words.startswith("Cramp logged: 15:00\nIt counts towards Thursday night.")
    assert not ann.last.silent


@pytest.mark.parametrize(
    ("utc", "night_on"),
    [
        (datetime(2027, 1, 14, 10, 59, tzinfo=UTC), date(2027, 1, 13)),
        (datetime(2027, 1, 14, 11, 0, tzinfo=UTC), date(2027, 1, 14)),
        (datetime(2027, 1, 14, 22, 59, tzinfo=UTC), date(2027, 1, 14)),
        (datetime(2027, 1, 14, 23, 0, tzinfo=UTC), date(2027, 1, 14)),
    ],
    ids=["11:59", "12:00", "23:59", "00:00"],
)
async def test_a_night_lasts_from_noon_to_noon(
    harness: Harness, utc: datetime, night_on: date
) -> None:
    await logged(harness, at=utc)
    assert (await only_row(harness)).night_on == night_on


async def test_taps_while_the_bot_is_down_keep_their_time(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.app.stop()
    harness.telegram.press(ann.telegram_person, LOG)
    harness.clock.set(AT_NIGHT + timedelta(hours=5))
    await harness.start_again()
    row = await only_row(harness)
    assert row.occurred_at == AT_NIGHT
    assert ann.last.words.startswith("Cramp logged: 03:12\nWednesday night")


async def test_a_message_dated_in_the_future_is_logged_now(harness: Harness) -> None:
    """Telegram's clock may be ahead of ours; no entry may be in the future."""
    ann = await sleeper(harness)
    ahead = int((harness.clock.now() + timedelta(days=400)).timestamp())
    for number, text in ((7001, LOG), (7002, "/cramp 15 min ago")):
        message = harness.telegram.as_json(ann.messages[0])
        harness.telegram.inject(
            {"message": message | {"message_id": number, "date": ahead, "text": text}}
        )
        await harness.settled()
    first, second = await harness.rows(Cramp)
    assert first.occurred_at == first.tapped_at
    assert timedelta(0) <= harness.clock.now() - first.tapped_at < timedelta(minutes=1)
    assert second.tapped_at - second.occurred_at == timedelta(minutes=15)
    assert second.tapped_at <= harness.clock.now()


async def test_before_the_zone_is_set_it_logs_in_utc_and_asks_for_the_zone(
    harness: Harness,
) -> None:
    ann = await harness.person()
    harness.clock.set(AT_NIGHT)
    await ann.says("/cramp")
    assert (await only_row(harness)).time_zone == "UTC"
    assert ann.last.words.startswith("Cramp logged: 02:12\nWednesday night")
    assert "/start" in ann.last.words


@pytest.mark.parametrize(
    ("chip", "utc", "occurred_at", "night_on", "words"),
    [
        (
            None,
            datetime(2027, 1, 14, 12, 30, tzinfo=UTC),
            None,
            NIGHT,
            "5:30\N{NO-BREAK SPACE}AM\nWednesday night",
        ),
        (
            "Last night",
            datetime(2027, 1, 14, 12, 30, tzinfo=UTC),
            datetime(2027, 1, 13, 10, 0, tzinfo=UTC),
            NIGHT - timedelta(days=1),
            "Tuesday night",
        ),
    ],
    ids=["tap", "last night"],
)
async def test_entries_logged_before_the_zone_was_set_get_it(
    harness: Harness,
    chip: str | None,
    utc: datetime,
    occurred_at: datetime | None,
    night_on: date,
    words: str,
) -> None:
    ann = await harness.person()
    harness.clock.set(utc)
    await ann.says("/cramp")
    reply = ann.last
    if chip is not None:
        for label in ("More…", "Another time…", chip):
            await ann.taps(label)
    await ann.says("/start")
    await ann.says("Denver")
    await ann.taps("Yes")
    row = await only_row(harness)
    assert (row.time_zone, row.night_on) == ("America/Denver", night_on)
    assert row.occurred_at == (occurred_at or row.tapped_at)
    await ann.taps("8", reply)
    assert reply.words.startswith(f"Cramp logged: {words}\n")
    assert "UTC" not in reply.words


async def test_both_0230_of_the_night_when_clocks_go_back(harness: Harness) -> None:
    first, second = (
        datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold).astimezone(UTC)
        for fold in (0, 1)
    )
    ann = await logged(harness, at=first)
    harness.clock.set(second)
    await ann.presses(LOG)
    rows = await harness.rows(Cramp)
    assert [row.occurred_at for row in rows] == [first, second]
    assert {row.night_on for row in rows} == {date(2027, 10, 30)}
    assert len(await counted(harness, ann)) == 2
    assert ann.last.words.startswith("Cramp logged: 02:30\nSaturday night")


async def test_before_and_after_the_hour_that_clocks_skip(harness: Harness) -> None:
    ann = await logged(harness, at=datetime(2027, 3, 28, 0, 59, tzinfo=UTC))
    harness.clock.set(datetime(2027, 3, 28, 1, 1, 30, tzinfo=UTC))
    await ann.presses(LOG)
    assert {row.night_on for row in await harness.rows(Cramp)} == {date(2027, 3, 27)}
    assert ann.last.words.startswith("Cramp logged: 03:01\nSaturday night")
    for label in ("More…", "Another time…", "15 min ago"):
        await ann.taps(label)
    assert ann.last.words.startswith("Cramp logged: 01:46\nSaturday night")


async def test_a_new_zone_leaves_older_entries_unchanged(harness: Harness) -> None:
    ann = await logged(harness)
    first = ann.last
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.time_zone = "America/New_York"
        session.add(user)
    harness.clock.set(AT_NIGHT + timedelta(hours=5))
    await ann.presses(LOG)
    zones = [row.time_zone for row in await harness.rows(Cramp)]
    assert zones == ["Europe/Berlin", "America/New_York"]
    assert ann.last.words.startswith("Cramp logged: 2:12\N{NO-BREAK SPACE}AM\nWednesday night")
    assert first.words == "Cramp logged: 3:12\N{NO-BREAK SPACE}AM, Wednesday night"


async def test_the_same_update_twice_makes_one_entry_and_one_answer(harness: Harness) -> None:
    ann = await logged(harness)
    await again(harness, ann, own(ann))
    assert len(await harness.rows(Cramp)) == 1
    assert heard(ann, "Cramp logged") == 1


async def test_the_same_update_after_a_restart_makes_one_entry_and_one_answer(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("8")
    await harness.app.stop()
    harness.telegram.inject({"message": harness.telegram.as_json(own(ann))}, lane=ann.id)
    await harness.start_again()
    assert (await only_row(harness)).intensity == 8
    assert (heard(ann, "Cramp logged"), ann.last.id) == (1, reply.id)


async def test_taps_within_a_minute_while_the_bot_is_down_log_one_cramp(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.app.stop()
    for _ in range(3):
        harness.telegram.press(ann.telegram_person, LOG)
        harness.clock.advance(timedelta(seconds=4))
    await harness.start_again()
    assert [row.occurred_at for row in await counted(harness, ann)] == [AT_NIGHT]
    assert heard(ann, "Cramp logged") == 1
    assert heard(ann, "Got it: one cramp, 03:12") == 2


async def test_taps_within_a_minute_across_a_restart_log_one_cramp(harness: Harness) -> None:
    ann = await logged(harness)
    await harness.restart()
    await ann.presses(LOG)
    assert len(await counted(harness, ann)) == 1
    assert ann.last.words.startswith("Got it: one cramp")


async def test_an_entry_that_was_never_answered_is_answered_when_it_comes_again(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    harness.telegram.faults.set("garbage", method="sendMessage", times=1)
    await ann.presses(LOG)
    assert heard(ann, "Cramp logged") == 0
    await harness.restart()
    await again(harness, ann, own(ann))
    assert heard(ann, "Cramp logged") == 1
    assert (await only_row(harness)).reply_message_id == ann.last.id


async def test_an_update_that_comes_again_does_not_bring_back_what_was_removed(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    await ann.taps("Undo")
    await again(harness, ann, own(ann))
    assert await counted(harness, ann) == []
    assert ann.last.words.startswith("Removed")


async def test_taps_within_a_minute_log_one_cramp_and_can_be_split(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.advance(timedelta(seconds=20))
    await ann.presses(LOG)
    assert ann.last.words == "Got it: one cramp, 03:12, Wednesday night."
    assert len(await counted(harness, ann)) == 1
    for _ in range(2):
        await ann.forges(f"cramps:other:{(await harness.rows(Cramp))[1].id}")
        assert len(await counted(harness, ann)) == 2
    assert "Your second cramp this night." in ann.last.words
    await ann.taps("Same cramp as before")
    assert len(await counted(harness, ann)) == 1
    await ann.taps("No, another cramp")
    assert len(await counted(harness, ann)) == 2


async def test_what_was_typed_about_another_night_is_not_the_same_as_a_tap(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp on 8 Jan 3am")
    await ann.presses("🦵 Log cramp")
    entries = await harness.rows(Cramp)
    assert [row.same_as_id for row in entries] == [None, None]
    assert len({row.night_on for row in entries}) == 2


async def test_a_note_on_a_merged_entry_is_kept_with_the_one_that_counts(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses("🦵 Log cramp")
    first = ann.last
    await ann.presses("🦵 Log cramp")
    second = (await harness.rows(Cramp))[1]
    assert second.same_as_id is not None
    harness.telegram.reply(
        ann.telegram_person, second.reply_message_id or second.message_id, "ran ten miles"
    )
    await harness.settled()
    assert [row.note for row in await harness.rows(Cramp)] == ["ran ten miles", None]
    assert "ran ten miles" in harness.telegram.message(ann.telegram_person, first.id).words


async def test_a_tap_soon_after_a_twitch_is_a_cramp_of_its_own(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", "Note, count…", "Twitch"):
        await ann.taps(step, message)
    await ann.presses(LOG)
    assert [row.event_type for row in await counted(harness, ann)] == ["twitch", "cramp"]
    assert ann.last.words.startswith("Cramp logged: 03:12\nWednesday night\n")
    assert "How strong" in ann.last.words


async def test_a_cramp_is_answered_with_what_to_do_at_once(harness: Harness) -> None:
    ann = await logged(harness)
    assert "Sit up or hold on to something." in ann.last.words
    assert "Pull your foot up toward your shin." in ann.last.words
    for label in ("Another time…", "Last night"):
        await ann.taps(label)
    assert "Sit up" not in ann.last.words  # it is over
    async with harness.database.transaction() as session:
        (await session.get_one(User, ann.id)).shut_gates = "stretch,standing,seated"
    for label in ("More…", "Another time…", "Now"):
        await ann.taps(label)
    assert "Do not stretch or rub it. Ask whoever treated you first." in ann.last.words
    assert "Pull your foot" not in ann.last.words
    await ann.taps("Relief")
    assert ann.last.words.startswith("Sit up. Do not stretch.")
    assert "Pull your foot" not in ann.last.words


async def test_a_later_tap_in_the_night_logs_another_cramp_and_can_be_merged(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(minutes=88))
    await ann.presses(LOG)
    assert ann.last.words.startswith("Cramp logged: 04:40\nWednesday night\nYour second cramp")
    assert len(await counted(harness, ann)) == 2
    await ann.taps("Same cramp as before")
    assert ann.last.words == "Got it: one cramp, 03:12, Wednesday night."
    assert len(await counted(harness, ann)) == 1


async def test_the_next_night_counts_from_one(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(days=1))
    await ann.presses(LOG)
    assert "second" not in ann.last.words
    assert "Same cramp as before" not in ann.last.buttons


async def test_a_forwarded_label_logs_nothing(harness: Harness) -> None:
    ann = await sleeper(harness)
    harness.telegram.forward(ann.telegram_person, LOG)
    await harness.settled()
    assert await harness.rows(Cramp) == []


async def test_an_edited_message_logs_nothing(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("hello")
    edited = harness.telegram.edit(ann.telegram_person, own(ann).id, LOG)
    harness.telegram.inject({"edited_message": harness.telegram.as_json(edited)}, lane=ann.id)
    await harness.settled()
    assert await harness.rows(Cramp) == []
