"""Logging and telling more, with the whole bot over HTTP."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import col
from telegram import Bot

from bot.database.models import Cramp, Reminder, User, WeeklySummary
from bot.features.cramps import queries
from bot.features.cramps.handlers import on_time
from bot.sandbox.models import Message as SandboxMessage
from bot.telegram.context import Deps, Visit
from bot.telegram.message import Tap
from tests.support.harness import Harness, Someone

LOG = "🦵 Log cramp"
AT_NIGHT = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
"""03:12 in Berlin, on Wednesday night."""
NIGHT = date(2027, 1, 13)
URGENT = "Be checked today, by"
SOON = "Be checked soon: "
GONE = "That entry is not there any more."


async def sleeper(harness: Harness, name: str = "Ann", at: datetime = AT_NIGHT) -> Someone:
    """Somebody who gets no reminders, at 03:12."""
    someone = await harness.set_up_person(name)
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder).where(col(Reminder.user_id) == someone.id).values(next_at=None)
        )
    if at > harness.clock.now():
        harness.clock.set(at)
    return someone


async def logged(harness: Harness, name: str = "Ann", at: datetime = AT_NIGHT) -> Someone:
    """Somebody who has just logged a cramp."""
    someone = await sleeper(harness, name, at)
    await someone.presses(LOG)
    return someone


async def only_row(harness: Harness) -> Cramp:
    rows = await harness.rows(Cramp)
    assert len(rows) == 1
    return rows[0]


async def counted(harness: Harness, someone: Someone) -> list[Cramp]:
    """The entries that count."""
    async with harness.database.transaction() as session:
        return await queries.entries_between(
            session, someone.id, date(2026, 1, 1), date(2029, 1, 1)
        )


def own(someone: Someone) -> SandboxMessage:
    """The newest message of the person."""
    return [message for message in someone.messages if not message.from_bot][-1]


def heard(someone: Someone, start: str) -> int:
    """How many messages of the bot begin so."""
    return sum(message.words.startswith(start) for message in someone.bot_messages)


async def again(harness: Harness, someone: Someone, message: SandboxMessage) -> None:
    """The same message comes a second time, as after a crash before it was confirmed."""
    harness.telegram.inject({"message": harness.telegram.as_json(message)}, lane=someone.id)
    await harness.settled()


# One tap ------------------------------------------------------------------------------------------


async def test_one_tap_logs_and_is_answered_silently(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.presses(LOG)
    row = await only_row(harness)
    assert row.occurred_at == row.tapped_at == own(ann).date
    assert (row.user_id, row.night_on, row.time_zone) == (ann.id, NIGHT, "Europe/Berlin")
    assert row.reply_message_id == ann.last.id
    assert ann.last.words.startswith("Logged: 03:12, Wednesday night")
    assert ann.last.silent
    assert "Undo" in ann.last.buttons


async def test_the_command_logs_too_and_by_day_it_makes_a_sound(harness: Harness) -> None:
    ann = await sleeper(harness, at=datetime(2027, 1, 14, 14, 0, tzinfo=UTC))
    await ann.says("/cramp")
    assert (await only_row(harness)).night_on == date(2027, 1, 14)
    assert ann.last.words.startswith("Logged: 15:00, for Thursday night")
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
    assert ann.last.words.startswith("Logged: 03:12, Wednesday night")


async def test_a_message_from_the_future_is_of_now(harness: Harness) -> None:
    """Clocks differ; a diary must not be ahead of its own."""
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


async def test_before_start_is_finished_it_logs_in_utc_and_asks_for_the_zone(
    harness: Harness,
) -> None:
    ann = await harness.person()
    harness.clock.set(AT_NIGHT)
    await ann.says("/cramp")
    assert (await only_row(harness)).time_zone == "UTC"
    assert ann.last.words.startswith("Logged: 02:12, Wednesday night")
    assert "/start" in ann.last.words


@pytest.mark.parametrize(
    ("chip", "utc", "occurred_at", "night_on", "words"),
    [
        (
            None,
            datetime(2027, 1, 14, 12, 30, tzinfo=UTC),
            None,
            NIGHT,
            "5:30\N{NO-BREAK SPACE}AM, Wednesday night",
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
async def test_what_was_logged_before_the_zone_was_told_reads_by_it(
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
        await ann.taps(chip)
    await ann.says("/start")
    await ann.says("Denver")
    row = await only_row(harness)
    assert (row.time_zone, row.night_on) == ("America/Denver", night_on)
    assert row.occurred_at == (occurred_at or row.tapped_at)
    await ann.taps("7", reply)
    assert reply.words.startswith(f"Logged: {words}\n")
    assert "UTC" not in reply.words


async def test_both_half_past_twos_of_the_autumn_night(harness: Harness) -> None:
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
    assert ann.last.words.startswith("Logged: 02:30, Saturday night")


async def test_either_side_of_the_hour_that_spring_skips(harness: Harness) -> None:
    ann = await logged(harness, at=datetime(2027, 3, 28, 0, 59, tzinfo=UTC))
    harness.clock.set(datetime(2027, 3, 28, 1, 1, 30, tzinfo=UTC))
    await ann.presses(LOG)
    assert {row.night_on for row in await harness.rows(Cramp)} == {date(2027, 3, 27)}
    assert ann.last.words.startswith("Logged: 03:01, Saturday night")
    await ann.taps("15 min ago")
    assert ann.last.words.startswith("Logged: 01:46, Saturday night")


async def test_a_new_zone_leaves_older_entries_as_they_were(harness: Harness) -> None:
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
    assert ann.last.words.startswith("Logged: 2:12\N{NO-BREAK SPACE}AM, Wednesday night")
    await ann.taps("7", first)
    assert first.words.startswith("Logged: 3:12\N{NO-BREAK SPACE}AM, Wednesday night")


# Twice --------------------------------------------------------------------------------------------


async def test_the_same_update_twice_is_one_entry_with_one_answer(harness: Harness) -> None:
    ann = await logged(harness)
    await again(harness, ann, own(ann))
    assert len(await harness.rows(Cramp)) == 1
    assert heard(ann, "Logged") == 1


async def test_the_same_update_after_a_restart_is_one_entry_with_one_answer(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("7")
    await harness.app.stop()
    harness.telegram.inject({"message": harness.telegram.as_json(own(ann))}, lane=ann.id)
    await harness.start_again()
    assert (await only_row(harness)).intensity == 7
    assert (heard(ann, "Logged"), ann.last.id) == (1, reply.id)


async def test_a_shaking_thumb_while_the_bot_is_down_logs_one_cramp(harness: Harness) -> None:
    ann = await sleeper(harness)
    await harness.app.stop()
    for _ in range(3):
        harness.telegram.press(ann.telegram_person, LOG)
        harness.clock.advance(timedelta(seconds=4))
    await harness.start_again()
    assert [row.occurred_at for row in await counted(harness, ann)] == [AT_NIGHT]
    assert heard(ann, "Logged") == 1
    assert heard(ann, "Got it: one cramp, 03:12") == 2


async def test_a_shaking_thumb_between_two_starts_logs_one_cramp(harness: Harness) -> None:
    ann = await logged(harness)
    await harness.restart()
    await ann.presses(LOG)
    assert len(await counted(harness, ann)) == 1
    assert ann.last.words.startswith("Got it: one cramp")


async def test_an_entry_that_was_never_answered_is_answered_when_it_comes_again(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    harness.telegram.faults.set("server_error", method="sendMessage", times=1)
    await ann.presses(LOG)
    assert heard(ann, "Logged") == 0
    await harness.restart()
    await again(harness, ann, own(ann))
    assert heard(ann, "Logged") == 1
    assert (await only_row(harness)).reply_message_id == ann.last.id


async def test_an_update_that_comes_again_does_not_bring_back_what_was_removed(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    await ann.taps("Undo")
    await again(harness, ann, own(ann))
    assert await counted(harness, ann) == []
    assert ann.last.words.startswith("Removed")


async def test_a_shaking_thumb_logs_one_cramp_and_can_say_otherwise(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.advance(timedelta(seconds=20))
    await ann.presses(LOG)
    assert ann.last.words == "Got it: one cramp, 03:12, Wednesday night."
    assert len(await counted(harness, ann)) == 1
    for _ in range(2):
        await ann.forges(f"cramps:other:{(await harness.rows(Cramp))[1].id}")
        assert len(await counted(harness, ann)) == 2
    assert "Your second cramp this night." in ann.last.words
    await ann.taps("Same cramp")
    assert len(await counted(harness, ann)) == 1
    await ann.taps("It was another one")
    assert len(await counted(harness, ann)) == 2


async def test_a_tap_soon_after_a_twitch_is_a_cramp_of_its_own(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", "Cramp or twitch", "Twitch"):
        await ann.taps(step, message)
    await ann.presses(LOG)
    assert [row.event_type for row in await counted(harness, ann)] == ["twitch", "cramp"]
    assert ann.last.words.startswith("Logged: 03:12, Wednesday night\nHow strong")


async def test_a_later_cramp_of_the_night_is_its_own_and_can_be_the_same(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(minutes=88))
    await ann.presses(LOG)
    assert ann.last.words.startswith("Logged: 04:40, Wednesday night\nYour second cramp")
    assert len(await counted(harness, ann)) == 2
    await ann.taps("Same cramp")
    assert ann.last.words == "Got it: one cramp, 03:12, Wednesday night."
    assert len(await counted(harness, ann)) == 1


async def test_the_next_night_begins_anew(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(days=1))
    await ann.presses(LOG)
    assert "second" not in ann.last.words
    assert "Same cramp" not in ann.last.buttons


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


# Telling more -------------------------------------------------------------------------------------


async def test_strength_and_waking_are_one_tap_each_in_place(harness: Harness) -> None:
    ann = await logged(harness)
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps("7")
    await ann.taps("Woke me")
    row = await only_row(harness)
    assert (row.intensity, row.woke_me) == (7, "yes")
    assert {"• 7", "• Woke me"} <= set(message.buttons)
    assert "strength 7 · woke me" in message.words
    await ann.taps("3")
    assert (await only_row(harness)).intensity == 3
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize(
    ("path", "column", "value"),
    [
        (("Cramp or twitch", "Twitch"), "event_type", "twitch"),
        (("Where", "Calf"), "site", "calf"),
        (("Where", "Elsewhere…", "Back"), "site", "back"),
        (("Which side", "Left"), "side", "left"),
        (("How long", "1 to 5 min"), "duration", "1_5min"),
        (("How strong", "10"), "intensity", 10),
        (("Woke me?", "Not sure"), "woke_me", "unsure"),
        (("Afterwards", "Sore next day"), "after_effects", "sore_next_day"),
    ],
)
async def test_every_field_can_be_told(
    harness: Harness, path: tuple[str, ...], column: str, value: object
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", *path[:-1]):
        await ann.taps(label, message)
    choice = next(b for row in message.inline for b in row if b["text"] == path[-1])
    for _ in range(2):  # a second time changes nothing
        await ann.forges(choice["callback_data"], message)
        assert getattr(await only_row(harness), column) == value


@pytest.mark.parametrize(
    ("field", "label", "choice", "column"),
    [
        ("Where", "• Where", "Calf", "site"),
        ("Which side", "• Which side", "Left", "side"),
        ("How long", "• How long", "1 to 5 min", "duration"),
        ("How strong", "• How strong", "4", "intensity"),
        ("Woke me?", "• Woke me?", "Was awake", "woke_me"),
    ],
)
async def test_every_field_can_be_cleared(
    harness: Harness, field: str, label: str, choice: str, column: str
) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", field, choice):
        await ann.taps(step, message)
    assert getattr(await only_row(harness), column) is not None
    if "More…" in message.buttons:
        await ann.taps("More…", message)
    await ann.taps(label, message)
    await ann.taps("Clear", message)
    assert getattr(await only_row(harness), column) is None


async def test_after_effects_are_several_and_none_clears_them(harness: Harness) -> None:
    ann = await logged(harness)
    for step in ("More…", "Afterwards", "Sore next day", "Numb, tingling"):
        await ann.taps(step, (await reply_of(harness, ann)))
    assert (await only_row(harness)).after_effects == "sore_next_day,numb_or_tingling"
    await ann.taps("• Sore next day")
    assert (await only_row(harness)).after_effects == "numb_or_tingling"
    await ann.taps("None of these")
    assert (await only_row(harness)).after_effects == "none"


async def reply_of(harness: Harness, someone: Someone) -> SandboxMessage:
    """The message that shows the newest entry."""
    row = (await harness.rows(Cramp))[-1]
    assert row.reply_message_id is not None
    return harness.telegram.message(someone.telegram_person, row.reply_message_id)


async def test_done_leaves_one_line_that_can_be_corrected_days_later(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    await ann.taps("More…")
    await ann.taps("Done")
    assert message.words == "Logged: 03:12, Wednesday night"
    assert message.buttons == ["✏️ Correct", "Relief", "Undo", "◀ That night"]
    harness.clock.set(AT_NIGHT + timedelta(days=5))
    await harness.restart()
    await ann.taps("✏️ Correct", message)
    await ann.taps("9", message)
    assert (await only_row(harness)).intensity == 9
    assert message.words.startswith("Logged: 03:12, Wednesday night")


# Time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chip", "occurred_at", "precision", "night_on", "words"),
    [
        ("15 min ago", AT_NIGHT - timedelta(minutes=15), "exact", NIGHT, "02:57, Wednesday night"),
        ("Earlier tonight", AT_NIGHT, "night_only", NIGHT, "Wednesday night"),
        (
            "Last night",
            datetime(2027, 1, 13, 2, 0, tzinfo=UTC),
            "night_only",
            NIGHT - timedelta(days=1),
            "Tuesday night",
        ),
    ],
)
async def test_time_chips_set_the_time_from_the_tap(
    harness: Harness,
    chip: str,
    occurred_at: datetime,
    precision: str,
    night_on: date,
    words: str,
) -> None:
    ann = await logged(harness)
    data = next(b["callback_data"] for row in ann.last.inline for b in row if b["text"] == chip)
    harness.clock.advance(timedelta(minutes=10))  # the chip is reckoned from the tap that logged
    for _ in range(2):
        await ann.forges(data)
        row = await only_row(harness)
        assert (row.occurred_at, row.time_precision) == (occurred_at, precision)
        assert (row.night_on, row.tapped_at) == (night_on, AT_NIGHT)
    assert ann.last.words.startswith(f"Logged: {words}")
    assert f"• {chip}" in ann.last.buttons
    await ann.taps("Now")
    row = await only_row(harness)
    assert (row.occurred_at, row.time_precision, row.night_on) == (AT_NIGHT, "exact", NIGHT)


async def test_a_typed_time_is_taken_for_the_newest_entry_and_can_be_put_back(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("Last night")
    await ann.says("02:40")
    assert ann.last.words == "Changed to 02:40, Wednesday night."
    assert ann.last.silent
    assert reply.words.startswith("Logged: 02:40, Wednesday night")
    assert (await only_row(harness)).occurred_at == AT_NIGHT - timedelta(minutes=32)
    await ann.taps("Put back")
    row = await only_row(harness)
    assert (row.night_on, row.time_precision) == (NIGHT - timedelta(days=1), "night_only")
    assert reply.words.startswith("Logged: Tuesday night")
    assert "• Last night" in reply.buttons


@pytest.mark.parametrize(
    ("text", "occurred_at"),
    [
        ("15 min ago", AT_NIGHT - timedelta(minutes=15)),
        ("yesterday 3am", datetime(2027, 1, 13, 2, 0, tzinfo=UTC)),
        ("23:50", datetime(2027, 1, 13, 22, 50, tzinfo=UTC)),
    ],
)
async def test_typed_times(harness: Harness, text: str, occurred_at: datetime) -> None:
    ann = await logged(harness)
    await ann.says(text)
    found = (await only_row(harness)).occurred_at
    assert abs(found - occurred_at) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "back"), [("03:10", timedelta(minutes=2)), ("15 min ago", timedelta(minutes=14))]
)
async def test_a_time_typed_while_the_bot_is_down_counts_from_when_it_was_typed(
    harness: Harness, text: str, back: timedelta
) -> None:
    ann = await sleeper(harness)
    await harness.app.stop()
    harness.telegram.press(ann.telegram_person, LOG)
    harness.clock.advance(timedelta(minutes=1))
    harness.telegram.say(ann.telegram_person, text)
    harness.clock.set(AT_NIGHT + timedelta(hours=5))
    await harness.start_again()
    assert ann.last.words.startswith("Changed to ")
    assert abs((await only_row(harness)).occurred_at - (AT_NIGHT - back)) < timedelta(seconds=5)


async def test_typing_a_time_is_offered_only_while_it_is_taken_for_the_entry(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    reply = ann.last
    assert "typed too" in reply.words
    harness.clock.set(AT_NIGHT + timedelta(minutes=31))
    await ann.taps("Woke me", reply)
    assert "typed too" not in reply.words
    bob = await harness.person("Bob")
    await bob.says("/start")
    await bob.says("Berlin")
    await bob.says("/cramp")  # a time would be the bedtime that is asked for
    assert bob.last.words.startswith("Logged")
    assert "typed too" not in bob.last.words


async def test_a_time_still_to_come_is_kindly_refused(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("05:00")
    assert "still to come" in ann.last.words
    assert "Leave it as it is" in ann.last.buttons
    assert (await only_row(harness)).occurred_at == AT_NIGHT


async def test_a_number_typed_after_logging_is_the_strength(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.says("7")
    assert ann.last.words == "Strength 7 of 10: 03:12, Wednesday night."
    assert ann.last.silent
    assert (await only_row(harness)).intensity == 7
    assert "• 7" in reply.buttons
    said = ann.last
    await again(harness, ann, own(ann))
    assert (await only_row(harness)).intensity == 7
    await ann.taps("✏️ Correct", said)
    await ann.taps("3", said)
    assert (await only_row(harness)).intensity == 3
    assert "strength 3" in said.words
    assert "strength 3" in reply.words
    await ann.taps("Undo", said)
    assert reply.words == said.words == "Removed: 03:12, Wednesday night."


async def test_a_number_is_no_strength_of_a_twitch_or_of_an_old_entry(harness: Harness) -> None:
    ann = await logged(harness)
    for step in ("More…", "Cramp or twitch", "Twitch"):
        await ann.taps(step, ann.last)
    await ann.says("7")
    assert (await only_row(harness)).intensity is None
    harness.clock.set(AT_NIGHT + timedelta(hours=1))
    await ann.presses(LOG)
    harness.clock.set(AT_NIGHT + timedelta(hours=2))
    await ann.says("7")
    assert [row.intensity for row in await harness.rows(Cramp)] == [None, None]
    assert ann.last.words.startswith("I did not get that.")


@pytest.mark.parametrize("text", ["11", "-1", "22", "٣", "ouch", "12:99", "🦵" * 2000])
async def test_other_texts_leave_the_entry_alone(harness: Harness, text: str) -> None:
    ann = await logged(harness)
    before = await only_row(harness)
    await ann.says(text)
    assert await only_row(harness) == before
    assert heard(ann, "Changed") == 0


async def test_half_an_hour_later_a_time_is_no_longer_taken_for_the_entry(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(minutes=31))
    await ann.says("02:40")
    assert (await only_row(harness)).occurred_at == AT_NIGHT


async def test_a_typed_time_is_asked_for_and_unclear_ones_are_asked_again(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("More…")
    await ann.taps("At what time")
    assert ann.last.words.startswith("At what time was it?")
    harness.clock.set(AT_NIGHT + timedelta(hours=5))  # asked for: it may take its time
    await harness.restart()
    await ann.says("when the cat jumped")
    assert ann.last.words.startswith("I could not read that")
    await ann.says("at 02:45")
    assert ann.last.words == "Changed to 02:45, Wednesday night."
    assert (await only_row(harness)).occurred_at == AT_NIGHT - timedelta(minutes=27)
    assert reply.words.startswith("Logged: 02:45")
    await ann.says("02:50")
    assert (await only_row(harness)).occurred_at == AT_NIGHT - timedelta(minutes=27)


async def test_the_question_can_be_left(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("More…")
    await ann.taps("At what time")
    await ann.taps("Leave it as it is")
    assert ann.last.words == "Left as it is: 03:12, Wednesday night."
    harness.clock.set(AT_NIGHT + timedelta(hours=1))
    await ann.says("02:45")
    assert (await only_row(harness)).occurred_at == AT_NIGHT


async def test_a_question_about_a_removed_entry_is_forgotten(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("More…")
    await ann.taps("At what time")
    await ann.forges(f"cramps:undo:{(await only_row(harness)).id}", reply)
    await ann.says("02:45")
    assert (await only_row(harness)).occurred_at == AT_NIGHT
    assert (await harness.rows(User))[0].awaiting is None


# Undo ---------------------------------------------------------------------------------------------


async def test_undo_and_put_back(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    await ann.taps("7")
    await ann.taps("Undo")
    assert message.words == "Removed: 03:12, Wednesday night."
    assert message.buttons == ["Put it back", "◀ That night"]
    assert await counted(harness, ann) == []
    await ann.taps("Put it back")
    assert [row.intensity for row in await counted(harness, ann)] == [7]
    assert message.words.startswith("Logged: 03:12, Wednesday night")


async def test_stale_chips_do_not_show_a_removed_entry_as_logged(harness: Harness) -> None:
    ann = await logged(harness)
    row = await only_row(harness)
    await ann.taps("Undo")
    for data in (f"cramps:set:{row.id}:strength:7", f"cramps:open:{row.id}:more"):
        await ann.forges(data)
        assert ann.last.words.startswith("Removed")
    assert await counted(harness, ann) == []


async def test_after_undo_the_next_tap_is_an_entry_of_its_own(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Undo")
    await ann.presses(LOG)
    assert ann.last.words.startswith("Logged")
    assert len(await counted(harness, ann)) == 1


# Warning signs and relief -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "card"),
    [
        (("How long", "Over 10 min"), URGENT),
        (("Afterwards", "Weak"), URGENT),
        (("Afterwards", "Swollen"), URGENT),
        (("Afterwards", "Warm or red"), URGENT),
        (("Afterwards", "Numb, tingling"), SOON),
        (("Where", "Elsewhere…", "Chest"), URGENT),
    ],
)
async def test_a_warning_sign_shows_its_card_at_once_and_once(
    harness: Harness, path: tuple[str, ...], card: str
) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", *path):
        await ann.taps(label, message)
    assert ann.last.words.startswith(card)
    assert ann.last.silent
    count = heard(ann, card)
    row = await only_row(harness)
    await ann.forges(f"cramps:set:{row.id}:strength:5", message)
    await ann.forges(f"cramps:set:{row.id}:duration:{row.duration or 'lt_1min'}", message)
    assert heard(ann, card) == count == 1


async def test_a_more_serious_sign_shows_its_card_after_a_milder_one(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for label in ("More…", "Afterwards", "Numb, tingling"):
        await ann.taps(label, message)
    assert ann.last.words.startswith(SOON)
    await ann.taps("Weak", message)
    assert ann.last.words.startswith(URGENT)


@pytest.mark.parametrize("label", ["Sore next day", "None of these"])
async def test_other_after_effects_show_no_card(harness: Harness, label: str) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", "Afterwards", label):
        await ann.taps(step, message)
    assert ann.last.id == message.id


async def test_a_twitch_in_the_arm_shows_no_card(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    for step in ("More…", "Cramp or twitch", "Twitch", "Where", "Elsewhere…", "Arm"):
        await ann.taps(step, message)
    assert (await only_row(harness)).site == "arm"
    assert ann.last.id == message.id


async def test_relief_and_the_warning_signs_are_two_taps_away(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Relief")
    assert ann.last.words.startswith("Right now")
    assert ann.last.silent
    await ann.taps("Warning signs")
    card = ann.last
    assert card.words.startswith("Get help now")
    await ann.taps("Be checked today")
    assert card.words.startswith(URGENT)
    assert ann.last.id == card.id


# Bad input ----------------------------------------------------------------------------------------

ABOUT_AN_ENTRY = (
    "set:{id}:strength:7",
    "set:{id}:site:calf",
    "many:{id}:effect:weak:1",
    "many:{id}:trigger:stress:1",
    "night:{id}:20270112",
    "note:{id}",
    "set:{id}:note:clear",
    "time:{id}:last",
    "at:{id}",
    "leave:{id}",
    "back:{id}:1799892000:exact",
    "undo:{id}",
    "restore:{id}",
    "other:{id}",
    "same:{id}",
    "open:{id}:more",
)


@pytest.mark.parametrize("data", ABOUT_AN_ENTRY)
async def test_nobody_reaches_anothers_entry(harness: Harness, data: str) -> None:
    await logged(harness)
    before = await only_row(harness)
    bob = await sleeper(harness, "Bob")
    count = len(bob.bot_messages)
    answer = await bob.forges(f"cramps:{data.format(id=before.id)}")
    assert answer == GONE
    assert await only_row(harness) == before
    assert len(bob.bot_messages) == count
    assert all(user.awaiting is None for user in await harness.rows(User))


@pytest.mark.parametrize(
    "data",
    [
        "set",
        "set:{id}",
        "set:{id}:strength",
        "set:{id}:strength:11",
        "set:{id}:strength:-1",
        "set:{id}:strength:07",
        "set:{id}:type:clear",
        "set:{id}:type:chest",
        "set:{id}:user_id:1",
        "set:{id}:effect:weak",
        "set:{id}:site:calf.",
        "set::strength:7",
        "set:x:strength:7",
        "set:999999999999999999:strength:7",
        "many:{id}:effect:weak:2",
        "many:{id}:effect:weak",
        "many:{id}:effect:cold:1",
        "many:{id}:site:calf:1",
        "many:{id}:user_id:1:1",
        "set:{id}:note:hello",
        "set:{id}:count:clear",
        "set:{id}:count:5",
        "night:{id}:20279912",
        "night:{id}",
        "logat:0:1799892000",
        "logat:5:99999999999",
        "logat:5",
        "time:{id}:tomorrow",
        "time:{id}",
        "back:{id}:99999999999999:exact",
        "back:{id}:-99999999999999:exact",
        "back:{id}:1799892000:roughly",
        "back:{id}",
        "open:{id}:secrets",
        "open:{id}",
        "warning:mild",
        "warning",
        "nonsense:{id}",
    ],
)
async def test_forged_data_changes_nothing_and_is_answered(harness: Harness, data: str) -> None:
    ann = await logged(harness)
    before, message = await only_row(harness), ann.last
    words, count = message.words, len(ann.bot_messages)
    tap = harness.telegram.tap_data(
        ann.telegram_person, message, f"cramps:{data.format(id=before.id)}"
    )
    await harness.settled()
    assert tap.answer is not None
    assert await only_row(harness) == before
    assert (message.words, len(ann.bot_messages)) == (words, count)


async def test_a_tap_on_a_message_that_is_gone_still_counts_and_shows(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    harness.telegram.delete_chat_history(ann.telegram_person)
    await ann.forges(f"cramps:set:{(await only_row(harness)).id}:strength:7", message)
    assert (await only_row(harness)).intensity == 7
    assert ann.last.words.startswith("Logged: 03:12")


async def test_a_tap_that_comes_too_late_to_be_answered_still_counts(harness: Harness) -> None:
    ann = await logged(harness)
    message = ann.last
    tap = harness.telegram.tap(ann.telegram_person, message.id, "7")
    tap.expired = True
    await harness.settled()
    assert (await only_row(harness)).intensity == 7
    assert "• 7" in message.buttons


# The week -----------------------------------------------------------------------------------------


async def test_every_change_refreshes_the_stored_week(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.presses("📊 This week")

    async def figures() -> dict[str, object]:
        (week,) = await harness.rows(WeeklySummary)
        return week.figures

    seen = [await figures()]
    for label in ("7", "Woke me", "15 min ago", "Last night", "Undo", "Put it back"):
        await ann.taps(label, reply)
        seen.append(await figures())
    assert all(one != following for one, following in pairwise(seen))
    before = await figures()
    await ann.says("02:30")
    assert await figures() != before


async def test_a_moved_entry_tells_of_the_night_it_left_and_the_one_it_joined(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    told: list[tuple[int, set[date]]] = []

    async def listen(_deps: Deps, _bot: Bot, user_id: int, nights: set[date]) -> None:
        told.append((user_id, nights))

    visit = Visit(
        deps=replace(harness.app.deps, diary_changed=listen),
        bot=harness.app.bot,
        user_id=ann.id,
        language_code="en",
        now=harness.clock.now(),
    )
    await on_time(visit, Tap("cramps", "time", (str((await only_row(harness)).id), "last")))
    assert told == [(ann.id, {NIGHT, NIGHT - timedelta(days=1)})]
