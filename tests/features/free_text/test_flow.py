"""Typing instead of tapping, over HTTP with the real bot."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.database.models import Cramp, Fluids, Kind, NightCheck, NightStatus, Reminder, User
from bot.local_time.nights import local_time
from tests.support.harness import Harness, Someone

MORNING = datetime(2027, 1, 14, 6, 30, tzinfo=UTC)
"""A Thursday, 07:30 in Berlin."""


async def reminder(harness: Harness, kind: Kind) -> Reminder:
    return next(row for row in await harness.rows(Reminder) if row.kind is kind)


async def set_up(harness: Harness, language: str = "en", fluids: Fluids = Fluids.FREE) -> Someone:
    return await harness.set_up_person("Ann", language=language, fluids=fluids)


# Cramps ------------------------------------------------------------------------------------------


async def test_a_cramp_is_logged_with_all_that_was_said(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7, 10 min")
    [cramp] = await harness.rows(Cramp)
    assert (cramp.side, cramp.site, cramp.intensity) == ("left", "calf", 7)
    assert (cramp.duration, cramp.event_type) == ("5_10min", "cramp")
    assert (cramp.occurred_at, cramp.time_precision) == (ann.messages[-2].date, "exact")
    assert ann.last.words.splitlines()[2] == "left calf · strength 7 · 5 to 10 min"
    await ann.taps("Undo")
    assert (await harness.rows(Cramp))[0].deleted_at is not None
    await ann.taps("Undo")
    assert (await harness.rows(Cramp))[0].deleted_at is None


async def test_a_cramp_of_the_night_is_logged_in_the_morning(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("woke at 3 with a cramp")
    [cramp] = await harness.rows(Cramp)
    assert local_time(cramp.occurred_at, "Europe/Berlin") == datetime(2027, 1, 14, 3)
    assert cramp.woke_me == "yes"
    assert ann.last.words.startswith("Cramp logged: 03:00\nWednesday night")


@pytest.mark.parametrize(
    ("language", "logged", "retold"),
    [
        ("en", "cramp left calf", "the cramp lasted about 5 minutes"),
        ("de", "Krampf linke Wade", "der Krampf hat ungefähr fünf Minuten gedauert"),
        ("fr", "crampe mollet gauche", "la crampe a duré cinq minutes"),
        ("es", "calambre pantorrilla izquierda", "el calambre duró cinco minutos"),
        ("pt_BR", "cãibra panturrilha esquerda", "a cãibra durou cinco minutos"),
        ("it", "crampo polpaccio sinistro", "il crampo è durato cinque minuti"),
    ],
)
async def test_the_cramp_that_was_just_logged_is_told_more_of(
    harness: Harness, language: str, logged: str, retold: str
) -> None:
    ann = await set_up(harness, language)
    await ann.says(logged)
    await ann.says(retold)
    [cramp] = await harness.rows(Cramp)
    assert (cramp.side, cramp.site, cramp.duration) == ("left", "calf", "1_5min")


async def test_the_cramp_of_another_leg_may_be_another_one(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf")
    await ann.says("the cramp was in the right calf")
    assert [cramp.side for cramp in await harness.rows(Cramp)] == ["left"]
    assert ann.last.buttons == ["Another cramp", "The same cramp"]


async def test_the_same_update_twice_is_one_entry_that_keeps_later_corrections(
    harness: Harness,
) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7, 10 min")
    sent = harness.telegram.chat(ann.telegram_person)[-2]
    await ann.taps("4")
    count = len(ann.bot_messages)
    harness.telegram.inject(
        {
            "message": {
                "message_id": sent.id,
                "date": int(sent.date.timestamp()),
                "chat": {"id": ann.id, "type": "private", "first_name": "Ann"},
                "from": {"id": ann.id, "is_bot": False, "first_name": "Ann"},
                "text": "cramp left calf 7, 10 min",
            }
        }
    )
    await harness.settled()
    assert [cramp.intensity for cramp in await harness.rows(Cramp)] == [4]
    assert len(ann.bot_messages) == count


async def test_a_number_that_may_be_two_things_is_asked(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("cramp 3")
    assert await harness.rows(Cramp) == []
    assert ann.last.words == "Which of these do you mean?"
    assert ann.last.buttons == ["How strong: 3", "At 03:00", "None of these"]
    question = ann.last
    await ann.taps("At 03:00")
    [cramp] = await harness.rows(Cramp)
    assert local_time(cramp.occurred_at, "Europe/Berlin") == datetime(2027, 1, 14, 3)
    assert cramp.intensity is None
    assert question.words.startswith("Cramp logged: 03:00\nWednesday night")
    await ann.taps("Undo", question)
    assert (await harness.rows(Cramp))[0].deleted_at is not None


async def test_readings_that_differ_in_two_things_are_told_apart(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("cramp foot about 6, left")
    *readings, _none = ann.last.buttons
    assert len(readings) == len(set(readings)) == 4
    assert readings[0] == "Log a cramp at 06:00 · Left · Sole of foot"


async def test_none_of_the_readings_changes_nothing(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp 3")
    await ann.taps("None of these")
    assert await harness.rows(Cramp) == []
    assert ann.last.words.startswith("All right, nothing is changed.")


@pytest.mark.parametrize("text", ["cramp left calf 15 min", "cramp in the left arm"])
async def test_a_warning_sign_that_is_typed_is_answered_as_one_that_is_tapped(
    harness: Harness, text: str
) -> None:
    ann = await set_up(harness)
    await ann.says(text)
    assert len(await harness.rows(Cramp)) == 1
    assert ann.last.words.startswith("Get checked today")


async def test_what_is_not_understood_is_answered_with_examples(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("not a cramp")
    assert await harness.rows(Cramp) == []
    assert ann.last.words.startswith("Did you mean")
    assert "Something is wrong" in ann.last.buttons
    await ann.says("my dog ate a shoe")
    assert ann.last.words.startswith("I did not catch “ate”, “shoe”.")
    assert ann.last.buttons == ["Log a cramp now", "Help"]
    await ann.taps("Help")  # not said again after each slip
    assert "Type when: yesterday" in ann.last.words


async def test_a_guess_can_be_logged_at_another_time(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("crmp in my left calf, blimey")
    assert ann.last.words == "I did not catch “blimey”.\nDo you mean this?"
    assert ann.last.buttons == ["Log a cramp now · Left · Calf", "Other time", "No"]
    await ann.taps("Other time")
    await ann.says("yesterday half past three in the morning")
    (entry,) = await harness.rows(Cramp)
    assert (entry.side, entry.site) == ("left", "calf")
    assert ann.last.words.startswith("Cramp logged")


@pytest.mark.parametrize(("answer", "entries"), [("yes", 1), ("Yes!", 1), ("nope", 0)])
async def test_a_question_is_answered_by_typing(
    harness: Harness, answer: str, entries: int
) -> None:
    ann = await set_up(harness)
    await ann.says("crmp in my left calf")
    await ann.says(answer)
    assert len(await harness.rows(Cramp)) == entries
    await ann.says("yes")
    assert len(await harness.rows(Cramp)) == entries


async def test_a_night_alone_logs_nothing(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("last night")
    assert await harness.rows(Cramp) == []
    assert ann.last.words == "Which of these do you mean?"
    await ann.taps(ann.last.buttons[0])
    (entry,) = await harness.rows(Cramp)
    assert entry.time_precision == "night_only"
    await ann.says("tonight")
    assert len(await harness.rows(Cramp)) == 1


# A night without cramps --------------------------------------------------------------------------


async def test_a_night_without_cramps_is_noted_and_taken_back(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("no cramps last night")
    [check] = await harness.rows(NightCheck)
    assert (check.night_on.isoformat(), check.status) == (
        "2027-01-13",
        NightStatus.NONE_LAST_NIGHT,
    )
    assert ann.last.words == "Wednesday night: no cramps."
    await ann.taps("Undo")
    assert await harness.rows(NightCheck) == []


async def test_nights_without_cramps_in_a_row_are_tapped_one_by_one(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("no cramps for three nights")
    asked = ann.last
    nights = [f"{day} night: no cramps" for day in ("Wednesday", "Tuesday", "Monday")]
    assert asked.buttons == [*nights, "None of these"]
    for night in nights[:2]:
        await ann.taps(night, asked)
    noted = [one.night_on.isoformat() for one in await harness.rows(NightCheck)]
    assert sorted(noted) == ["2027-01-12", "2027-01-13"]


async def test_a_night_with_cramps_stays_one(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf, 7")
    await harness.live_until(MORNING)
    await ann.says("no cramps last night")
    assert await harness.rows(NightCheck) == []
    assert ann.last.words.startswith("There are cramps in your diary for Wednesday night.")


# Reminders ---------------------------------------------------------------------------------------


async def test_a_reminder_moves_and_goes_back(harness: Harness) -> None:
    ann = await set_up(harness)
    before = await reminder(harness, Kind.STRETCH)
    await ann.says("remind me to stretch at 22:15")
    row = await reminder(harness, Kind.STRETCH)
    assert (row.times, row.enabled) == ("22:15", True)
    assert row.next_at == datetime(2027, 1, 13, 21, 15, tzinfo=UTC)
    assert ann.last.words.startswith("Done. From now on:\n🌙 Stretch: on, next today 22:15\n22:15")
    changed = ann.last
    await ann.says("/reminders")
    assert "🌙 Stretch: on, next today 22:15" in ann.last.words
    await ann.taps("Undo", changed)
    assert await reminder(harness, Kind.STRETCH) == before
    assert changed.words.startswith(
        "Undone. It is again as before:\n🌙 Stretch: on, next today 22:20"
    )


async def test_undo_sets_back_what_was_chosen_before(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("drink reminders at 8:00, 12:30 and 15:00")
    await ann.says("turn off the drink reminder")
    assert not (await reminder(harness, Kind.HYDRATION)).enabled
    await ann.taps("Undo")
    row = await reminder(harness, Kind.HYDRATION)
    assert (row.enabled, row.times) == (True, "08:00,12:30,15:00")


async def test_saying_it_twice_leaves_nothing_to_undo(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("no caffeine after 2pm")
    assert (await reminder(harness, Kind.CAFFEINE)).times == "14:00"
    await ann.says("no caffeine after 2pm")
    assert ann.last.words.startswith("It is already set like this:\n☕ Last caffeine: on")
    assert "Undo" not in ann.last.buttons


async def test_an_hour_of_either_half_of_the_day_is_asked(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("stretch at 9")
    assert (await reminder(harness, Kind.STRETCH)).times is None
    assert ann.last.buttons == ["🌙 Stretch: 21:00", "🌙 Stretch: 09:00", "None of these"]
    await ann.taps("🌙 Stretch: 21:00")
    assert (await reminder(harness, Kind.STRETCH)).times == "21:00"
    await ann.taps("Undo")
    assert (await reminder(harness, Kind.STRETCH)).times is None


@pytest.mark.parametrize("text", ["remind me to drink", "turn on the drink reminder"])
async def test_drinks_stay_off_for_people_who_may_have_to_limit_them(
    harness: Harness, text: str
) -> None:
    ann = await set_up(harness, fluids=Fluids.LIMITED)
    before = await reminder(harness, Kind.HYDRATION)
    await ann.says(text)
    assert await reminder(harness, Kind.HYDRATION) == before
    assert "I will not remind you to drink." in ann.last.words
    assert "Change my answer about drinks" in ann.last.buttons


async def test_more_times_than_a_reminder_has_are_not_taken(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("stretch at 20:00, 20:30, 21:00 and 22:00")
    assert (await reminder(harness, Kind.STRETCH)).times is None
    assert "up to 3 times" in ann.last.words


# Pause -------------------------------------------------------------------------------------------


async def test_a_pause_until_a_day_and_back(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("pause until monday")
    [user] = await harness.rows(User)
    assert user.paused
    assert user.paused_until_at == datetime(2027, 1, 18, 6, tzinfo=UTC)
    assert ann.last.words.startswith("Reminders are paused until Mon")
    await ann.says("pause tonight")
    assert (await harness.rows(User))[0].paused_until_at == datetime(2027, 1, 14, 6, tzinfo=UTC)
    await ann.taps("Undo")
    assert (await harness.rows(User))[0].paused_until_at == user.paused_until_at
    await ann.says("resume")
    assert not (await harness.rows(User))[0].paused
    await ann.taps("Undo")
    assert (await harness.rows(User))[0].paused_until_at == user.paused_until_at


async def test_a_pause_without_an_end_is_asked(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("pause")
    assert not (await harness.rows(User))[0].paused
    assert ann.last.buttons == [
        "Pause for tonight",
        "Pause until Wed 20 Jan",
        "Pause until I resume",
        "None of these",
    ]
    await ann.taps("Pause until I resume")
    assert (await harness.rows(User))[0].paused
    await ann.taps("Undo")
    assert not (await harness.rows(User))[0].paused


# Looking -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [("my reminders", "Your reminders"), ("help", "What I can do"), ("history", "Your nights")],
)
async def test_pages_open(harness: Harness, text: str, shown: str) -> None:
    ann = await set_up(harness)
    await ann.says(text)
    assert ann.last.words.startswith(shown)


async def test_the_week_opens(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("show my week")
    assert ann.last.photo is not None


# Order -------------------------------------------------------------------------------------------


async def test_an_open_question_is_answered_first(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("/reminders")
    await ann.taps("🌙 Stretch")
    await ann.taps("Type a time…")
    await ann.says("stretch at 22:15")
    assert (await reminder(harness, Kind.STRETCH)).times is None
    assert ann.last.words.startswith("I could not read that.")


async def test_nothing_is_done_before_the_first_questions_are_answered(harness: Harness) -> None:
    ann = await harness.person("Ann")
    await ann.says("/start")
    await ann.says("Berlin")
    await ann.says("yes")
    await ann.says("pause until monday")
    assert not (await harness.rows(User))[0].paused


@pytest.mark.parametrize(
    "data",
    [
        *("typed:yes", "typed:yes:1:zzz", "typed:yes:1:c.99999999999.e.", "typed:yes:0:r"),
        *("typed:yes:1:m.custom.0800", "typed:yes:1:n.20990101", "typed:yes:1:p.99991231"),
        *("typed:back:custom:1:x", "typed:back:stretch:1:9999", "typed:back:stretch:2:x"),
        *("typed:rest:1:99999999999", "typed:rest:2:x", "typed:rest:1", "typed:night:20990101:x"),
        *("typed:night:20270101:zzz", "typed:night", "typed:back"),
    ],
)
async def test_forged_buttons_change_nothing(harness: Harness, data: str) -> None:
    ann = await set_up(harness)
    tables = (User, Reminder, NightCheck, Cramp)
    before = [await harness.rows(table) for table in tables]
    await ann.forges(data)
    assert [await harness.rows(table) for table in tables] == before


async def test_bed_and_wake_time_stay_what_they_are(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_for(timedelta(minutes=1))
    await ann.says("pause for 3 days")
    [user] = await harness.rows(User)
    assert (user.bed_time, user.wake_time) == (time(22, 30), time(7))
