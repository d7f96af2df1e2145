"""Undo, corrections, questions, cards, pages and talk, typed into the whole bot."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.database.models import Cramp, HabitDay, Kind, Relief, Reminder, SetupStep, User
from tests.support.harness import Harness, Someone

MORNING = datetime(2027, 1, 14, 6, 30, tzinfo=UTC)


async def set_up(harness: Harness) -> Someone:
    return await harness.set_up_person("Ann")


async def entry(harness: Harness) -> Cramp:
    (found,) = await harness.rows(Cramp)
    return found


# Undo --------------------------------------------------------------------------------------------


async def test_undo_removes_the_entry_and_undoes_that(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7/10")
    await ann.says("undo")
    assert (await entry(harness)).deleted_at is not None
    assert ann.last.words.startswith("Removed: ")
    assert "Undo" in ann.last.buttons
    await ann.says("undo")
    assert (await entry(harness)).deleted_at is None
    assert ann.last.words.startswith("Undone.\n")


async def test_undo_takes_the_last_change_first(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7/10")
    await harness.live_for(timedelta(minutes=1))
    await ann.says("no, the right leg")
    assert (await entry(harness)).side == "right"
    assert ann.last.words.startswith("Changed to match your message:\n")
    await ann.says("undo")
    assert (await entry(harness)).side == "left"
    await harness.live_for(timedelta(minutes=1))
    await ann.says("undo")
    assert (await entry(harness)).deleted_at is None
    assert ann.last.words.startswith("Undo this?\n")
    await ann.taps("Remove entry")
    assert (await entry(harness)).deleted_at is not None


async def test_undo_twice_takes_back_two_changes(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7/10")
    for text in ("no, the right leg", "it was an 8", "undo", "undo"):
        await harness.live_for(timedelta(minutes=1))
        await ann.says(text)
    found = await entry(harness)
    assert (found.side, found.intensity, found.deleted_at) == ("left", 7, None)


async def test_a_typed_yes_chooses_none_of_several(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("crmap left calf")
    await ann.says("nudge me tomorrow at 7 to take my magnesium")
    await ann.says("yes")
    assert ann.last.words == "Please tap the button with what you mean."
    assert await harness.rows(Cramp) == []
    await ann.says("crmap left calf")
    await ann.says("no tea blah")
    await ann.says("yes")
    assert ann.last.words == "Please tap the button with what you mean."
    assert await harness.rows(Cramp) == []
    await ann.says("no")
    assert ann.last.words.startswith("All right, nothing is changed.")


async def test_a_time_is_never_a_strength(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf")
    await ann.says("i woke up at 6")
    assert (await entry(harness)).intensity is None
    assert ann.last.buttons[0].startswith("Log a cramp at 06:00")


async def test_undo_goes_back_on_what_a_sentence_did(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp")
    await ann.says("stretch at 22:15")
    await ann.says("undo")
    rows = {one.kind: one for one in await harness.rows(Reminder)}
    assert rows[Kind.STRETCH].times is None
    assert (await entry(harness)).deleted_at is None
    await ann.says("pause until monday")
    await ann.says("undo that please")
    assert not (await harness.rows(User))[0].paused


async def test_undo_of_an_old_entry_is_asked(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp")
    await harness.live_for(timedelta(hours=2))
    await ann.says("undo")
    assert (await entry(harness)).deleted_at is None
    assert ann.last.words.startswith("Undo this?\n")
    assert ann.last.buttons == ["Remove entry", "Leave it as it is"]
    await ann.taps("Remove entry")
    assert (await entry(harness)).deleted_at is not None


async def test_undo_without_anything_to_undo(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("undo")
    assert ann.last.words.startswith("There is nothing to undo here.")
    assert ann.last.buttons == ["Your nights", "Reminders"]


async def test_delete_it(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp")
    await ann.says("delete it")
    assert (await entry(harness)).deleted_at is not None
    await ann.taps("Undo")
    await harness.live_for(timedelta(hours=1))
    await ann.says("delete my last cramp")
    assert ann.last.buttons == ["Remove entry", "Leave it as it is"]
    assert (await entry(harness)).deleted_at is None


async def test_that_was_wrong_asks_what_to_do(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf")
    await ann.says("that was wrong")
    assert ann.last.words.startswith("Sorry. What should I do?\n")
    assert ann.last.buttons == ["Remove entry", "✏️ Change", "Leave it as it is"]
    await ann.says("stretch at 22:15")
    await ann.says("that was wrong")
    assert ann.last.buttons == ["Undo", "Leave it as it is"]
    await ann.taps("Undo")
    rows = {one.kind: one for one in await harness.rows(Reminder)}
    assert rows[Kind.STRETCH].times is None


# Corrections -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("not left, right", "side", "right"),
        ("I meant the thigh, back of the thigh", "site", "thigh_back"),
        ("no, strength 8", "intensity", 8),
        ("it was an 8", "intensity", 8),
        ("not a cramp, a twitch", "event_type", "twitch"),
    ],
)
async def test_corrections(harness: Harness, text: str, field: str, value: object) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7/10")
    await ann.says(text)
    assert getattr(await entry(harness), field) == value


async def test_a_corrected_time_is_one_of_the_same_night(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("cramp at 3:00")
    await ann.says("not 3, 4 o'clock")
    assert (await entry(harness)).occurred_at == datetime(2027, 1, 14, 3, tzinfo=UTC)
    assert "Undo" in ann.last.buttons[0]


async def test_a_corrected_hour_that_may_be_of_another_night_is_asked(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING + timedelta(hours=14))
    await ann.says("cramp left calf")
    logged = (await entry(harness)).occurred_at
    await ann.says("it was nearer 3 oclock")
    assert (await entry(harness)).occurred_at == logged
    assert ann.last.words.startswith("Which time do you mean?\n")
    assert ann.last.buttons[1:3] == ["03:00", "Another time…"]
    await ann.taps(ann.last.buttons[0])
    assert (await entry(harness)).occurred_at == datetime(2027, 1, 14, 14, tzinfo=UTC)


async def test_a_correction_of_an_older_entry_is_asked(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf")
    await harness.live_for(timedelta(hours=3))
    await ann.says("no, the right leg")
    assert (await entry(harness)).side == "left"
    assert ann.last.words.startswith("Change this entry?\n")
    await ann.taps("Right")
    assert (await entry(harness)).side == "right"


async def test_a_correction_without_an_entry(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("no, the right leg")
    assert ann.last.words.startswith("There is no recent entry to change.")
    await ann.says("woke up because of my hamstring, like an 8 out of 10")
    assert ann.last.buttons[0] == "Log a cramp now · Thigh, back · strength 8 · Woke me"
    await ann.says("👍🏽")
    row = await entry(harness)
    assert (row.site, row.intensity, row.woke_me) == ("thigh_back", 8, "yes")
    await ann.says("it was the wine")  # with an entry, what may have caused it
    assert ann.last.buttons == ["Alcohol in the evening", "Leave it as it is"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("note: slept badly, no cramp at 3", "slept badly, no cramp at 3"),
        ("Add a note - new shoes", "new shoes"),
        ("cramp: left calf", None),
    ],
)
async def test_notes(harness: Harness, text: str, note: str | None) -> None:
    ann = await set_up(harness)
    await ann.says("note: nothing to add it to")
    assert ann.last.words.startswith("A note belongs to an entry")
    await ann.says("cramp")
    await ann.says(text)
    assert (await harness.rows(Cramp))[0].note == note


async def test_words_of_danger_in_a_note_come_first(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp")
    await ann.says("note: crushing pain in my chest")
    assert (await entry(harness)).note is None
    assert "112" in ann.last.words


# Relief ------------------------------------------------------------------------------------------


async def test_relief_and_it_let_go(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("help, it hurts now")
    assert len(await harness.rows(Relief)) == 1
    await harness.live_for(timedelta(minutes=2))
    await ann.says("it let go")
    (relief,) = await harness.rows(Relief)
    assert relief.ended_at is not None


async def test_that_it_hurts_is_asked(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("it hurts")
    assert ann.last.buttons == ["Relief", "Log a cramp now", "Warning signs", "None of these"]
    assert await harness.rows(Relief) == []
    await ann.taps("Relief")
    assert len(await harness.rows(Relief)) == 1


# Questions ---------------------------------------------------------------------------------------


async def test_questions_are_answered_in_words_with_the_picture(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7/10")
    await harness.live_until(MORNING)
    for text, words in (
        ("how was my week", "Cramps on 1 night: 1 cramp."),
        ("how often this month", "Cramps on 1 night: 1 cramp."),
        ("how many cramps in the last 30 days", "Cramps on 1 night: 1 cramp."),
        ("how many cramps so far", "Cramps on 1 night: 1 cramp."),
        ("when was my last cramp", "Your last cramp: 20:00\nWednesday night\nleft calf"),
        ("am I getting better", "Cramps on 1 night: 1 cramp."),
    ):
        await ann.says(text)
        assert ann.last.photo is not None, text
        assert words in ann.last.words, (text, ann.last.words)
    await ann.says("how was last night")
    assert ann.last.words.startswith("Night of Wed 13 Jan\n1 cramp")


async def test_the_night_of_the_last_cramp_is_said_once(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("cramp left calf 7/10")
    _, night, *_ = ann.last.words.splitlines()
    await harness.live_until(MORNING)
    await ann.says("when was my last cramp")
    _, *told = ann.last.words.splitlines()
    assert told == [night, "left calf · strength 7"]
    await harness.live_for(timedelta(days=8))
    await ann.says("when was my last cramp")
    _, *told = ann.last.words.splitlines()
    assert told == [f"{night}, 13 Jan", "left calf · strength 7"]


async def test_a_question_about_the_time_before_the_diary(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("how many cramps in august")
    assert ann.last.words.startswith("Your diary does not go back that far.")
    await ann.says("did I have cramps on 3 august")
    assert ann.last.words == "Night of Mon 3 Aug\nno entry"
    await ann.says("when was my last cramp")
    assert ann.last.words == "No cramp is logged so far."


# Cards, pages, language, told --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("can I take magnesium?", "Magnesium pills: cautions"),
        ("does stretching help", "Does stretching help night cramps?"),
        ("export my diary", ""),
        ("privacy", ""),
        ("warning signs", ""),
        ("settings", ""),
        ("hello", "Hello.\n"),
        ("thanks!", "Glad to help."),
    ],
)
async def test_cards_and_pages_open(harness: Harness, text: str, shown: str) -> None:
    ann = await set_up(harness)
    before = ann.last
    await ann.says(text)
    assert ann.last != before
    assert ann.last.words.startswith(shown)
    assert "I am not sure" not in ann.last.words


async def test_the_language_changes_and_goes_back(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("speak German")
    assert (await harness.rows(User))[0].chosen_language == "de"
    await ann.says("undo")
    assert (await harness.rows(User))[0].chosen_language is None
    await ann.says("12 hour clock")
    assert (await harness.rows(User))[0].hour_cycle == 12
    await ann.taps("Undo")
    assert (await harness.rows(User))[0].hour_cycle is None


async def test_late_coffee_is_noted_and_early_one_is_not(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(datetime(2027, 1, 13, 18, tzinfo=UTC))
    await ann.says("had a coffee at 9am")
    assert await harness.rows(HabitDay) == []
    assert ann.last.words.startswith("Caffeine before ")
    await ann.says("had a coffee at 5pm")
    (told,) = await harness.rows(HabitDay)
    assert (told.habit, told.done, told.night_on.day) == ("caffeine_after_cutoff", True, 13)
    assert ann.last.words == "Wednesday night: Late caffeine"
    await ann.says("undo")
    assert await harness.rows(HabitDay) == []


async def test_a_stretch_is_told(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(datetime(2027, 1, 13, 21, tzinfo=UTC))
    await ann.says("did my stretches")
    (told,) = await harness.rows(HabitDay)
    assert (told.habit, told.night_on.day) == ("stretch_done", 13)
    await ann.taps("Undo")
    assert await harness.rows(HabitDay) == []


@pytest.mark.parametrize(
    "data",
    [
        *("typed:fix:1:x.c.0400.0.", "typed:fix", "typed:habit:20270101:zzz:x"),
        *("typed:habit:20990101:stretch_done:x", "typed:lang:xx", "typed:hours:13"),
        *("typed:yes:1:x.a.other.20270113", "typed:yes:1:x.s.xx", "typed:yes:1:x.f.exe"),
        *("typed:yes:1:x.k.nothing", "typed:yes:1:x.b.99999999999", "typed:yes:1:x.q.m.-.0"),
    ],
)
async def test_forged_buttons_change_nothing(harness: Harness, data: str) -> None:
    ann = await set_up(harness)
    before = [await harness.rows(table) for table in (User, HabitDay, Cramp)]
    await ann.forges(data)
    assert [await harness.rows(table) for table in (User, HabitDay, Cramp)] == before


async def test_a_correction_is_about_the_reminder_that_was_just_changed(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("remind me to stretch at 22:15")
    await ann.says("no, 10")
    assert ann.last.buttons[:2] == ["🌙 Stretch: 22:00", "🌙 Stretch: 10:00"]
    await ann.taps("🌙 Stretch: 22:00")
    await ann.says("no, 21:30")
    stretch = next(one for one in await harness.rows(Reminder) if one.kind is Kind.STRETCH)
    assert stretch.times == "21:30"


async def test_the_other_leg_is_the_other_side_of_the_entry(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("no, the other leg")
    (entry,) = await harness.rows(Cramp)
    assert entry.side == "right"


async def test_the_worst_night_and_nights_in_a_row_are_told(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("worst night this month")
    assert ann.last.words == "No cramp is logged so far."
    await ann.says("cramp yesterday")
    await ann.taps(ann.last.buttons[0])
    await ann.says("worst night this month")
    assert ann.last.words.startswith("No strength was noted on these nights")
    await ann.says("cramp left calf, 4")
    await ann.says("cramp right calf 9/10 at 03:00")
    await ann.says("worst night this month")
    assert ann.last.words.startswith("The strongest cramp:")
    assert "9" in ann.last.words
    await ann.says("how many nights in a row with cramps")
    assert "With cramps: 2 nights in a row. The last one: Wed 13 Jan" in ann.last.words


async def test_buttons_from_before_an_erasure_do_nothing(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("crmp in my left calf, blimey")
    asked = ann.last
    async with harness.database.transaction() as session:
        user = (await session.exec(select(User))).one()
        user.setup_step = SetupStep.BED
    await ann.taps("Log a cramp now · Left · Calf", asked)
    assert await harness.rows(Cramp) == []


async def test_another_hour_after_a_reminder_in_own_words_shows_it(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("remind me every day at 9pm to feed the cat")
    await ann.says("no, 10")
    assert "feed the cat" in ann.last.words.splitlines()[0]
    assert "Type a time…" in ann.last.buttons


async def test_a_drink_of_yesterday_evening_is_asked_with_its_time(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(MORNING)
    await ann.says("coffee at 6pm")
    assert "Caffeine: Wed 13 Jan, 18:00" in ann.last.buttons
