"""The onboarding: /start, its questions, the plan, the keyboard."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.database.models import Cramp, Fluids, Kind, Reminder, SetupStep, User
from bot.dispatch.spreading import STEPS, offset_of
from bot.i18n.translator import translator
from tests.features.users.steps import (
    KEYBOARD,
    LOG,
    SHARE,
    count_messages,
    keyboard,
    last_own_message,
    redeliver,
    reminder,
    row_of,
    shares_location,
)
from tests.support.harness import Harness, Someone
from tests.support.wording import assert_kind_words

BED, WAKE, DRINKS = (
    "When do you usually go to bed?",
    "And when do you usually",
    "The last question is for",
)
UNCLEAR = "I could not read that time. Try 22:45 or 10.45pm."
READY = (
    "All set. These are your reminders:\n\n"
    "🌙 Stretch about 22:20\n"
    "☕ Last caffeine about 14:30\n"
    "💧 Drinks about 08:20, 12:50, 15:50, 18:50\n"
    "☀️ Morning question about 07:00\n"
    "📊 Weekly summary, Sun about 18:55\n\n"
    "“About” means within ten minutes. A time you choose yourself is exact."
)


async def asked(harness: Harness, step: SetupStep, language: str = "en-DE") -> Someone:
    """Return a person who has answered all questions before this one."""
    ann = await harness.person("Ann", language=language)
    await ann.says("/start")
    answers = ["Berlin · 20:00", "22:30", "07:00", "No"]
    for label in answers[: list(SetupStep).index(step)]:
        await ann.taps(label)
    assert (await row_of(harness, ann)).setup_step is step
    return ann


async def test_five_taps_and_no_typing_lead_to_the_plan_and_the_keyboard(harness: Harness) -> None:
    ann = await harness.person("Ann", language="en-DE")
    await ann.says("/start")
    question = ann.last
    assert question.words.startswith("Hello, I am CalmCalf.")
    assert "Not medical advice." in question.words
    await ann.taps("Berlin · 20:00")
    assert question.words.startswith(BED)
    await ann.taps("22:30")
    assert question.words.startswith(WAKE)
    await ann.taps("07:00")
    assert question.words.startswith(DRINKS)
    assert keyboard(ann) == []
    await ann.taps("No")
    assert question.words == READY
    assert keyboard(ann) == KEYBOARD
    assert ann.bot_messages[0] is question
    assert len(ann.bot_messages) == 2
    user = await row_of(harness, ann)
    assert (user.time_zone, user.bed_time, user.wake_time) == (
        "Europe/Berlin",
        time(22, 30),
        time(7),
    )
    assert (user.fluids, user.setup_step, user.awaiting) == (Fluids.FREE, SetupStep.DONE, None)
    assert user.keyboard_sent_at is not None


@pytest.mark.parametrize(
    ("language", "zone"),
    [("de", "Berlin · 20:00"), ("en", "New York · 14:00"), ("ja", "Tokyo · 04:00")],
)
async def test_likely_zones_stand_on_buttons_with_the_time_there(
    harness: Harness, language: str, zone: str
) -> None:
    ann = await harness.person("Ann", language=language)
    await ann.says("/start")
    assert ann.last.buttons[0] == zone
    assert ann.last.buttons[-1] == translator(language).gettext("Somewhere else…")


async def test_the_default_times_are_planned_and_spread(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.DONE)
    own = (await row_of(harness, ann)).spread_seconds
    assert 0 < own < STEPS
    stretch = (await reminder(harness, Kind.STRETCH)).next_at
    assert stretch == datetime(2027, 1, 13, 21, 20, tzinfo=UTC) + offset_of(Kind.STRETCH, own)
    drinks = (await reminder(harness, Kind.HYDRATION)).next_at
    assert drinks == datetime(2027, 1, 14, 7, 0, tzinfo=UTC) + offset_of(Kind.HYDRATION, own)
    assert (await reminder(harness, Kind.DINNER_CAFFEINE)).next_at is None


@pytest.mark.parametrize(
    ("label", "typed", "fluids"),
    [("Yes", "yes", Fluids.LIMITED), ("Not sure", "Not sure.", Fluids.UNSURE)],
)
@pytest.mark.parametrize("by_typing", [False, True])
async def test_limited_or_unsure_keeps_drink_reminders_off(
    harness: Harness, label: str, typed: str, fluids: Fluids, by_typing: bool
) -> None:
    ann = await asked(harness, SetupStep.FLUIDS)
    await (ann.says(typed) if by_typing else ann.taps(label))
    ready = ann.bot_messages[-2].words
    assert "🌙 Stretch about 22:20\n☕ Last caffeine about 14:30\n☀️ Morning question" in ready
    assert "I will not remind you to drink. They can tell you how much is right" in ready
    assert_kind_words(ready)
    assert (await row_of(harness, ann)).fluids is fluids
    assert (await reminder(harness, Kind.HYDRATION)).next_at is None


# Typed answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("munich", "Europe/Berlin"),
        ("UTC+5:45", "Asia/Kathmandu"),
        ("sao paulo", "America/Sao_Paulo"),
    ],
)
async def test_a_place_may_be_typed(harness: Harness, text: str, zone: str) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await ann.says(text)
    assert ann.last.words.endswith(". Right?")
    assert (await row_of(harness, ann)).time_zone is None
    await ann.taps("Yes")
    assert ann.last.words.startswith(BED)
    assert (await row_of(harness, ann)).time_zone == zone


@pytest.mark.parametrize(
    ("text", "button"), [("Berln", "Berlin · 20:00"), ("UTC+5:30", "Kolkata · 00:30")]
)
async def test_an_unclear_place_gets_suggestions(harness: Harness, text: str, button: str) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await ann.says(text)
    assert ann.last.words == "Which place do you mean?"
    assert (await row_of(harness, ann)).time_zone is None
    await ann.taps(button)
    assert ann.last.words.startswith(BED)


async def test_nonsense_for_a_place_gets_a_hint_and_the_likely_ones(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await ann.says("qqqqqqqq")
    assert ann.last.words.startswith("I do not know that place. Try a larger city nearby")
    assert "Berlin · 20:00" in ann.last.buttons
    await ann.says("Vienna")
    await ann.says("yes")
    assert (await row_of(harness, ann)).time_zone == "Europe/Vienna"


BY_DAY = (time(8), time(15, 30))
UNUSUAL = [
    # who, what they type for both times, and the times
    ("Bea", ("I'm a nurse, I work nights", "08:00", "in the morning", "15:30"), BY_DAY),
    ("Cem", ("night shifts, 8:00 to 15:30",), BY_DAY),
    ("Dee", ("it depends", "skip", "I don't know"), (time(22, 30), time(7))),
    ("Eve", ("08:00", "08:00", "skip"), (time(8), time(16))),
]


async def test_all_answers_may_be_typed(harness: Harness) -> None:
    ann = await harness.person("Ann")
    for text in ("/start", "berlin", "yes", "10.30pm", "7", "no"):
        await ann.says(text)
    assert ann.bot_messages[-2].words == READY
    assert keyboard(ann) == KEYBOARD
    for name, answers, times in UNUSUAL:
        other = await harness.person(name)
        for text in ("/start", "berlin", "yes", *answers, "no"):
            await other.says(text)
        user = await row_of(harness, other)
        assert (user.bed_time, user.wake_time, user.setup_step) == (*times, SetupStep.DONE), name
        said = " ".join(one.words for one in other.bot_messages)
        assert ("You work nights" in said) == (name == "Bea")
        assert ("I take 22:30 for now." in said) == (name == "Dee")


@pytest.mark.parametrize("step", [SetupStep.BED, SetupStep.WAKE])
@pytest.mark.parametrize("text", ["25:00", "10:75", "late", "٩٩:٠٠", "22:30 or never"])
async def test_an_unclear_time_is_asked_again(harness: Harness, step: SetupStep, text: str) -> None:
    ann = await asked(harness, step)
    before = await row_of(harness, ann)
    await ann.says(text)
    why, _, question = ann.last.words.partition("\n\n")
    assert why == f"{UNCLEAR} If it varies, type “skip”."
    assert question.startswith((BED, WAKE))
    assert ann.last.buttons[-1] == "◀ Back"
    after = await row_of(harness, ann)
    shown = {"question_message_id"}
    assert after.model_dump(exclude=shown) == before.model_dump(exclude=shown)
    await ann.says("22:45")
    after = await row_of(harness, ann)
    assert after.setup_step is not step
    assert time(22, 45) in (after.bed_time, after.wake_time)


async def test_an_unclear_answer_about_drinks_is_asked_again_with_its_buttons(
    harness: Harness,
) -> None:
    ann = await asked(harness, SetupStep.FLUIDS)
    await ann.says("maybe")
    assert ann.last.words.startswith("I did not understand that. To log a cramp, send /cramp")
    assert ann.last.buttons == ["Yes", "No", "Not sure", "◀ Back"]
    await ann.taps("No", ann.last)
    assert (await row_of(harness, ann)).fluids is Fluids.FREE


async def test_clock_pages_reach_every_half_hour(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.BED)
    seen = set()
    for _page in range(6):
        seen |= {label for label in ann.last.buttons if label[0].isdigit()}
        await ann.taps("Later ▶")
    assert len(seen) == 48
    assert "21:00" in ann.last.buttons
    await ann.taps("◀ Earlier")
    await ann.taps("17:30")
    assert (await row_of(harness, ann)).bed_time == time(17, 30)


# A shared location -------------------------------------------------------------------------------


async def test_the_location_button_finds_the_zone_and_the_position_is_not_kept(
    harness: Harness,
) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await ann.taps("Somewhere else…")
    assert keyboard(ann) == [[SHARE], *KEYBOARD]
    ann.telegram_person.position = (35.68, 139.69)
    await ann.presses(SHARE)
    assert ann.last.words == "Tokyo, 04:00. Right?"
    await ann.taps("Yes")
    assert ann.last.words.startswith(BED)
    user = await row_of(harness, ann)
    assert user.time_zone == "Asia/Tokyo"
    assert "35.6" not in repr(user.model_dump())
    await ann.taps("22:30")
    await ann.taps("07:00")
    await ann.taps("No")
    assert keyboard(ann) == KEYBOARD


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"), [(0.0, -140.0, "Etc/GMT+9"), (89.9, 10.0, "Etc/GMT-1")]
)
async def test_a_position_at_sea_has_a_nautical_zone(
    harness: Harness, latitude: float, longitude: float, zone: str
) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await shares_location(ann, latitude, longitude)
    await ann.taps("Yes")
    assert (await row_of(harness, ann)).time_zone == zone


async def test_a_position_nowhere_is_answered_kindly(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await shares_location(ann, 95.0, 200.0)
    assert ann.last.words.startswith("I do not know that place.")
    assert (await row_of(harness, ann)).time_zone is None


# Resuming ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (SetupStep.TIME_ZONE, "Hello, I am CalmCalf."),
        (SetupStep.BED, BED),
        (SetupStep.WAKE, WAKE),
        (SetupStep.FLUIDS, DRINKS),
    ],
)
async def test_after_a_restart_it_goes_on_at_the_open_question(
    harness: Harness, step: SetupStep, words: str
) -> None:
    ann = await asked(harness, step)
    await harness.restart()
    before = ann.last
    await ann.says("/start")
    assert ann.last is not before
    assert ann.last.words.startswith(words)
    typed = ["Berlin", "22:30", "7:00", "no"][list(SetupStep).index(step) :]
    for text in typed:
        await ann.says(text)
        if text == "Berlin":
            await ann.says("yes")
    assert ann.bot_messages[-2].words == READY


async def test_buttons_of_the_old_question_go_on_working_after_a_restart(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.BED)
    await harness.restart()
    await ann.taps("22:30")
    await ann.taps("07:00")
    await ann.taps("No")
    assert ann.bot_messages[0].words == READY


async def test_an_older_copy_of_a_question_still_works_and_leads_on(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.BED)
    old = ann.last
    await ann.says("/start")
    await ann.taps("23:00", ann.last)
    await ann.forges("users:bed:2230", old)  # tapped before it went
    assert count_messages(ann, WAKE) == 1
    user = await row_of(harness, ann)
    assert (user.bed_time, user.setup_step) == (time(22, 30), SetupStep.WAKE)


async def test_stale_questions_after_all_are_harmless(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.BED)
    old = ann.last
    await ann.says("/start")
    for label in ("22:30", "07:00", "No"):
        await ann.taps(label, ann.last)
    plan = await harness.rows(Reminder)
    for data in ("users:bed:2100", "users:zone:Asia/Tokyo", "users:fluids:limited", "users:place"):
        await ann.forges(data, old)
        assert ann.last.words.startswith("Settings\nPlace: Berlin, 20:00 now\nBedtime: 22:30\n")
        assert "answered already" in ann.last.words
    assert await harness.rows(Reminder) == plan


@pytest.mark.parametrize("ask", ["/resume", "/help", "/reminders", "/summary", "/privacy"])
async def test_a_look_elsewhere_leaves_the_open_question_to_be_answered(
    harness: Harness, ask: str
) -> None:
    ann = await asked(harness, SetupStep.BED)
    await ann.says(ask)
    await ann.says("22:45")
    assert ann.last.words.startswith(WAKE)
    assert (await row_of(harness, ann)).bed_time == time(22, 45)


async def test_after_a_pause_the_open_question_can_still_be_answered(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.BED)
    for text in ("/pause", "tonight", "22:45"):
        await ann.says(text)
    assert ann.last.words.startswith(WAKE)


async def test_the_same_update_twice_asks_nothing_twice(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await ann.says("Berlin")
    await redeliver(ann, last_own_message(ann))
    assert count_messages(ann, "Berlin, 20:00. Right?") == 1
    await ann.says("yes")
    await redeliver(ann, last_own_message(ann))
    user = await row_of(harness, ann)
    assert (user.time_zone, user.setup_step) == ("Europe/Berlin", SetupStep.BED)
    assert user.bed_time is None
    await ann.taps("22:30")
    tapped = ann.with_button("07:00")
    await ann.forges("users:wake:0700", tapped)
    await ann.forges("users:wake:0700", tapped)
    assert tapped.words.startswith(DRINKS)
    await ann.forges("users:fluids:free", tapped)
    await ann.forges("users:fluids:free", tapped)
    assert (await row_of(harness, ann)).setup_step is SetupStep.DONE
    assert count_messages(ann, "One tap below") == 1
    assert len(await harness.rows(User)) == 1


async def test_the_keyboard_comes_after_all_when_it_could_not_be_sent(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.FLUIDS)
    await ann.taps("No")
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.keyboard_sent_at = None  # as it stands when the process died before sending it
        session.add(user)
    await ann.forges("users:fluids:free", ann.bot_messages[0])
    assert count_messages(ann, "One tap below") == 2


# Before and after --------------------------------------------------------------------------------


async def test_a_cramp_can_be_logged_before_any_question_is_answered(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.TIME_ZONE)
    await ann.says("/cramp")
    assert len(await harness.rows(Cramp)) == 1
    await ann.taps("Somewhere else…", ann.bot_messages[0])
    await harness.live_for(timedelta(minutes=5))
    await ann.presses(LOG)
    assert len(await harness.rows(Cramp)) == 2
    await ann.says("Berlin")
    await ann.says("yes")
    assert (await row_of(harness, ann)).time_zone == "Europe/Berlin"


@pytest.mark.parametrize("text", ["hello", "22:15", "/nonsense", "berlin"])
async def test_whoever_begins_with_anything_else_is_greeted(harness: Harness, text: str) -> None:
    """Nothing of them is stored: they are told how to begin."""
    ann = await harness.person("Ann", language="en-DE")
    await ann.says(text)
    assert ann.last.words.startswith("Hello, I am CalmCalf.")
    assert "To begin, send /start." in ann.last.words
    assert await harness.rows(User) == []


async def test_start_again_shows_the_menu_and_the_keyboard_and_changes_nothing(
    harness: Harness,
) -> None:
    ann = await asked(harness, SetupStep.DONE)
    user, plan = await row_of(harness, ann), await harness.rows(Reminder)
    harness.telegram.delete_chat_history(ann.telegram_person)
    assert keyboard(ann) == []
    await ann.says("/start")
    menu = ann.bot_messages[0]
    assert menu.words.startswith("Hello again.\n")
    assert menu.buttons == [
        "Reminders",
        "Settings",
        "Pause reminders",
        "Help",
        "Learn",
        "Warning signs",
    ]
    assert keyboard(ann) == KEYBOARD
    after = await row_of(harness, ann)
    resent = {"keyboard_sent_at"}
    assert after.model_dump(exclude=resent) == user.model_dump(exclude=resent)
    assert await harness.rows(Reminder) == plan


async def test_at_night_even_the_first_words_are_silent(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_until(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
    await ann.says("/start")
    assert [message.silent for message in ann.bot_messages[-2:]] == [True, True]


async def test_the_message_with_the_keyboard_is_never_edited(harness: Harness) -> None:
    ann = await asked(harness, SetupStep.DONE)
    carrier = ann.last
    assert not carrier.editable
    assert carrier.buttons == []
    await ann.says("/start")
    await ann.taps("Settings", ann.bot_messages[-2])
    assert not carrier.edited
