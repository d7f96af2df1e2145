"""Fair tests as people meet them: over HTTP, with the whole bot."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    FailedUpdate,
    FlagHit,
    Fluids,
    Habit,
    HabitDay,
    HitAnswer,
    Kind,
    NightCheck,
    NightStatus,
    ProfileItem,
    Reminder,
    TrialStatus,
    User,
)
from bot.dispatch.schedule import parse_rests
from bot.features.diary import hits
from bot.features.diary.limits import REMINDERS
from bot.features.experiments import subject_messages
from bot.features.experiments.design import WITH, WITHOUT, Course, is_drawable
from bot.features.experiments.queries import HABITS, course_of
from bot.features.experiments.rules import CLOSED_LIST, Subject
from bot.features.reminders import queries as reminder_queries
from bot.i18n.translator import translator
from bot.sandbox.models import Message
from tests.support.harness import START, Harness, Someone

FIRST_ON = date(2027, 1, 14)
"""The first night of a test that the person starts on Wednesday evening: Thursday's."""
STRETCH = "Stretching before bed"
NONE = "None of these"
NO_REASON = "None of these applies"
FINE = "A doctor says it is fine"
STOP = "Stop the test"
BEGIN = "Begin on Thu 14 Jan"
QUICK = (Subject.STRETCH, Subject.CAFFEINE, Subject.WALK, Subject.DRINK_WITH_MEALS, Subject.MG_MEAL)
"""Habits that other tests here begin."""


def night(number: int) -> date:
    """The date of a night of the test, from 0."""
    return FIRST_ON + timedelta(days=number)


def noon_after(night_on: date) -> datetime:
    """An instant after the end of a night in Berlin, in winter and summer time."""
    return datetime.combine(night_on + timedelta(days=1), time(11, 30), tzinfo=UTC)


async def sleeper(harness: Harness, name: str = "Ann", *, on: Iterable[Kind] = ()) -> Someone:
    """A person with few reminders, so that the test runs faster."""
    someone = await harness.set_up_person(name)
    async with harness.database.transaction() as session:
        for reminder in await reminder_queries.reminders_of(session, someone.id):
            if reminder.kind not in on:
                reminder.enabled, reminder.next_at = False, None
                session.add(reminder)
    return someone


async def begin(someone: Someone, subject: str = STRETCH, weeks: str = "8 weeks") -> Experiment:
    """Set up a test with its buttons."""
    await someone.says("/experiment")
    await someone.taps(subject)
    if NO_REASON in someone.last.buttons:
        await someone.taps(NO_REASON)
    for label in (NONE, weeks, BEGIN):
        await someone.taps(label)
    return (await trials_of(someone))[-1]


async def trials_of(someone: Someone) -> list[Experiment]:
    return [row for row in await someone.harness.rows(Experiment) if row.user_id == someone.id]


def has_picture(someone: Someone) -> bool:
    return someone.last.photo is not None


async def reminder(harness: Harness, kind: Kind) -> Reminder:
    return next(one for one in await harness.rows(Reminder) if one.kind is kind)


async def log(
    harness: Harness, someone: Someone, cramps: Iterable[date], none: Iterable[date]
) -> None:
    """Log nights."""
    async with harness.database.transaction() as session:
        for night_on in cramps:
            at = datetime.combine(night_on + timedelta(days=1), time(2, 0), tzinfo=UTC)
            session.add(
                Cramp(
                    user_id=someone.id,
                    message_id=-int(night_on.strftime("%Y%m%d")),
                    tapped_at=at,
                    occurred_at=at,
                    time_zone="Europe/Berlin",
                    night_on=night_on,
                )
            )
        for night_on in none:
            session.add(
                NightCheck(
                    user_id=someone.id,
                    night_on=night_on,
                    status=NightStatus.NONE_LAST_NIGHT,
                    answered_at=START,
                )
            )


def nights_of(course: Course, letter: str, until: int | None = None) -> list[date]:
    every = [night(number) for number in range(course.nights if until is None else until)]
    return [one for one in every if course.arm_of(one) == letter]


async def live_through(harness: Harness, someone: Someone, course: Course) -> None:
    """Log all nights: one cramp in each block without the habit, none in blocks with it."""
    cramps = [
        course.first_of(number) for number, letter in enumerate(course.order) if letter == WITHOUT
    ]
    rest = [night(number) for number in range(course.nights) if night(number) not in cramps]
    await log(harness, someone, cramps, rest)


async def meet(
    harness: Harness,
    someone: Someone,
    rule: str,
    level: str,
    on: date,
    answer: HitAnswer | None = None,
) -> None:
    """Store a warning sign."""
    async with harness.database.transaction() as session:
        at = datetime.combine(on, time(9, 0), tzinfo=UTC)
        hit = await hits.record(session, someone.id, rule, level, on, at, shown=True)
        if answer is not None:
            hits.set_answer(session, hit, answer, at)


async def tell(harness: Harness, someone: Someone, item: str, value: str) -> None:
    async with harness.database.transaction() as session:
        session.add(ProfileItem(user_id=someone.id, item=item, value=value, told_at=START))


# From the first card to the result ---------------------------------------------------------------


async def test_from_the_first_card_to_the_result(harness: Harness) -> None:
    ann = await sleeper(harness, on=[Kind.STRETCH])
    await ann.says("/experiment")
    assert "can't tell" in ann.last.words
    await ann.taps(STRETCH)
    assert "First: does any of these apply to you?" in ann.last.words
    await ann.taps(NO_REASON)
    assert "Is any of these happening now?" in ann.last.words
    await ann.taps(NONE)
    assert "12 weeks" in ann.last.words
    assert "I do not know your usual nights yet" in ann.last.words
    assert "In most tests the answer is “can't tell”." in ann.last.words
    await ann.taps("8 weeks")
    assert "From Thu 14 Jan to the night of Wed 10 Mar" in ann.last.words
    assert await trials_of(ann) == []
    await ann.taps(BEGIN)
    (test,) = await trials_of(ann)
    assert test.habit is Habit.STRETCH_DONE
    assert (test.block_days, test.starts_on, test.status) == (7, FIRST_ON, TrialStatus.RUNNING)
    assert is_drawable(test.blocks)
    course = course_of(test)
    assert "Begins on Thu 14 Jan" in ann.last.words
    assert parse_rests((await reminder(harness, Kind.STRETCH)).rests) == tuple(
        course.spans(WITHOUT)
    )

    await live_through(harness, ann, course)
    await harness.live_until(noon_after(night(course.nights - 1)))
    sent = {
        row.night_on
        for row in await harness.rows(Delivery)
        if row.status is DeliveryStatus.SENT and row.night_on >= FIRST_ON
    }
    assert sent == set(nights_of(course, WITH))

    await ann.says("/experiment")
    assert has_picture(ann)
    assert f"{STRETCH}: fewer cramp nights with it" in ann.last.words
    assert "Cramps on 0 of 28 nights with it, and on 4 of 28 without it." in ann.last.words
    assert "The difference is 1.0 nights a week, give or take 0.5." in ann.last.words
    assert "about 4 of 100 such tests" in ann.last.words
    assert "hope alone can do this too" in ann.last.words
    (test,) = await trials_of(ann)
    assert (test.status, test.stopped_on) == (TrialStatus.FINISHED, None)
    assert test.told_at is not None
    assert (await reminder(harness, Kind.STRETCH)).rests is None

    await ann.says("/experiment")
    assert not has_picture(ann)
    await ann.taps("Earlier tests")
    await ann.taps(f"14 Jan, {STRETCH}")
    assert has_picture(ann)


async def test_reminders_say_where_the_test_stands_and_what_comes(harness: Harness) -> None:
    ann = await sleeper(harness, on=[Kind.STRETCH])
    course = course_of(await begin(ann))
    await log(harness, ann, [], [night(number) for number in range(28)])
    for number in range(28):
        night_on = night(number)
        await harness.live_until(datetime.combine(night_on, time(21, 30), tzinfo=UTC))
        line = ann.last.words.rpartition("Fair test: ")[2]
        if course.arm_of(night_on) == WITHOUT:
            assert ann.last.date.date() < night_on
            continue
        evening, following = course.evening_of(night_on), course.arm_of(night(number + 1))
        assert line.startswith(f"with it, evening {evening} of 7.")
        assert ("From tomorrow: without it." in line) == (evening == 7 and following == WITHOUT)
        assert ("From tomorrow: with it again." in line) == (evening == 7 and following == WITH)


async def test_the_check_in_mentions_the_coming_evening(harness: Harness) -> None:
    ann = await sleeper(harness, on=[Kind.CHECK_IN])
    course = course_of(await begin(ann))
    await harness.live_until(datetime(2027, 1, 14, 12, 0, tzinfo=UTC))
    arm = "with it" if course.order[0] == WITH else "without it"
    assert f"Fair test, {STRETCH}: today {arm}, evening 1 of 7." in ann.last.words


async def test_a_running_test_shows_nothing_about_its_arms(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann)
    course = course_of(test)
    await live_through(harness, ann, course)
    for days in (3, 20, 55):
        harness.clock.set(datetime.combine(night(days), time(17, 0), tzinfo=UTC))
        await ann.says("/experiment")
        assert f"Diary: {days} of {days} nights logged." in ann.last.words
        assert "ramps on" not in ann.last.words
        before = ann.last.id
        for verb in ("result", "show"):
            await ann.forges(f"experiments:{verb}:{test.id}")
        assert all(message.photo is None for message in ann.bot_messages)
        assert ann.last.id == before
    assert (await trials_of(ann))[0].told_at is None


async def test_the_weekly_summary_says_that_it_is_over(harness: Harness) -> None:
    ann = await sleeper(harness, on=[Kind.SUMMARY])
    course = course_of(await begin(ann))
    await live_through(harness, ann, course)
    await harness.live_until(datetime(2027, 3, 14, 17, 30, tzinfo=UTC))
    assert "Your fair test is over." in ann.last.words
    await ann.taps("⚖️ Your fair test")
    assert "fewer cramp nights with it" in ann.last.words
    await harness.live_until(datetime(2027, 3, 21, 17, 30, tzinfo=UTC))
    assert "fair test" not in ann.last.words


async def test_nights_are_filled_in_before_the_result_and_not_after(harness: Harness) -> None:
    ann = await sleeper(harness)
    course = course_of(await begin(ann))
    last = night(course.nights - 1)
    await log(harness, ann, [], [night(n) for n in range(course.nights - 1)])
    harness.clock.set(noon_after(last))
    await ann.says("/experiment")
    assert "1 of its last nights has no entry" in ann.last.words
    assert (await trials_of(ann))[0].told_at is None
    await ann.taps("Show the result")
    assert "can't tell" in ann.last.words
    assert "nothing to compare" in ann.last.words
    told_at = (await trials_of(ann))[0].told_at
    assert told_at is not None
    await ann.taps("Show the result")
    assert (await trials_of(ann))[0].told_at == told_at


async def test_too_few_nights_are_said_to_be_too_few(harness: Harness) -> None:
    ann = await sleeper(harness)
    course = course_of(await begin(ann))
    await log(harness, ann, [], [night(n) for n in range(course.nights) if n % 7 < 3])
    harness.clock.set(noon_after(night(course.nights - 1)))
    await ann.says("/experiment")
    await ann.taps("Show the result")
    assert "too few nights logged to tell" in ann.last.words
    assert "12 of 28 with it, and 12 of 28 without it" in ann.last.words


async def test_the_plan_states_the_usual_number_of_cramp_nights(harness: Harness) -> None:
    ann = await sleeper(harness)
    nights = [date(2027, 1, 12) - timedelta(days=day) for day in range(28)]
    await log(harness, ann, nights[::7], [one for n, one in enumerate(nights) if n % 7])
    await ann.says("/experiment")
    for label in (STRETCH, NO_REASON, NONE):
        await ann.taps(label)
    assert "Lately you logged about 1 cramp night a week." in ann.last.words
    assert "about 10 of 100 such tests would show it" in ann.last.words
    await ann.taps("16 weeks")
    assert "about 15 of 100 such tests would show it" in ann.last.words
    await ann.taps("16 weeks, in blocks of 2")
    assert "4 blocks of 14 evenings" in ann.last.words


# Each habit --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "habit", "kinds"),
    [
        ("No late caffeine", Habit.CAFFEINE_AFTER_CUTOFF, {Kind.CAFFEINE, Kind.DINNER_CAFFEINE}),
        ("An evening walk", Habit.WALK, {Kind.CUSTOM}),
        ("A drink with each meal", Habit.DRINK_WITH_MEALS, {Kind.CUSTOM}),
        ("A magnesium-rich meal", Habit.MAGNESIUM_RICH_MEAL, {Kind.MEAL}),
    ],
)
async def test_its_reminders_follow_and_the_first_is_switched_on(
    harness: Harness, label: str, habit: Habit, kinds: set[Kind]
) -> None:
    ann = await sleeper(harness)
    test = await begin(ann, label)
    assert test.habit is habit
    resting = {one.kind for one in await harness.rows(Reminder) if one.rests}
    assert resting == kinds
    on = {one.kind for one in await harness.rows(Reminder) if one.enabled}
    assert on == kinds - {Kind.DINNER_CAFFEINE}
    await ann.taps(STOP)
    assert [one for one in await harness.rows(Reminder) if one.rests] == []
    assert not any(one.enabled for one in await harness.rows(Reminder) if one.kind is Kind.CUSTOM)


async def test_the_tests_own_reminder_is_answered_and_used_again(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann, "Screens off before bed")
    own = await reminder(harness, Kind.CUSTOM)
    assert (own.words, own.times, own.enabled) == ("Screens off before bed", "21:50", True)
    assert test.words == own.words
    course = course_of(test)
    first_with = course.first_of(course.order.index(WITH))
    await log(harness, ann, [], [night(number) for number in range(28)])
    await harness.live_until(datetime.combine(first_with, time(21, 15), tzinfo=UTC))
    assert "Fair test: with it, evening 1 of 7." in ann.last.words
    await ann.taps("Done")
    await harness.live_until(datetime.combine(first_with + timedelta(days=1), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    assert "Habit kept in blocks with it: 1 of 1 evening you told me about." in ann.last.words
    await ann.taps("Yesterday: not done")
    assert "Habit kept in blocks with it: 0 of 1 evening you told me about." in ann.last.words
    await ann.taps(STOP)
    await ann.taps("Undo: continue the test")
    (again,) = [one for one in await harness.rows(Reminder) if one.kind is Kind.CUSTOM]
    assert again.enabled
    assert parse_rests(again.rests) == tuple(course.spans(WITHOUT))


async def test_a_test_without_room_for_a_reminder_runs_without_one(harness: Harness) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        have = len(await reminder_queries.reminders_of(session, ann.id))
        for slot in range(REMINDERS - have):
            session.add(Reminder(user_id=ann.id, kind=Kind.CUSTOM, slot=slot + 1000, words="x"))
    test = await begin(ann, "Shoes with support")
    assert (test.habit, test.words) == (Habit.SHOES, None)


# Nothing but the list ----------------------------------------------------------------------------


async def test_typed_words_get_the_list_again_and_a_cramp_is_logged(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/experiment")
    for words in ("furosemide in the morning", "3 litres of water a day", "leave out my statin"):
        await ann.says(words)
        assert "I can test only what is on this list" in ann.last.words
        assert "ask a doctor or pharmacist" in ann.last.words
        assert STRETCH in ann.last.buttons
    assert len(await harness.rows(Reminder)) == 7
    assert await trials_of(ann) == []
    await ann.says("cramp left calf at 2:30")
    assert len(await harness.rows(Cramp)) == 1
    harness.clock.set(START + timedelta(hours=2))
    await ann.says("furosemide in the morning")
    assert "this list" not in ann.last.words


OLD_BUTTONS = (
    *("pick:other", "pick:drinks", "pick:meal", "pick:nonsense", "time:5:2000", "none:other:5"),
    *("asked:other:5", "plan:other:5:1:7x8", "gate:other:none", "fits:other:dialysis"),
)


async def test_old_buttons_and_old_questions_get_the_list(harness: Harness) -> None:
    ann = await sleeper(harness)
    nonce = int(harness.clock.now().timestamp())
    for data in (*OLD_BUTTONS, f"start:other:7:1:7x8:{nonce}", f"start:drinks:0:1:7x8:{nonce}"):
        await ann.says("/experiment")
        await ann.forges(f"experiments:{data}")
        assert "I can test only what is on this list" in ann.last.words, data
    for question in ("experiments:words", "experiments:at:5"):
        async with harness.database.transaction() as session:
            (await session.get_one(User, ann.id)).awaiting = question
        await ann.says("raise my feet")
        assert "I can test only what is on this list" in ann.last.words
    assert await trials_of(ann) == []


@pytest.mark.parametrize("subject", [one for one in CLOSED_LIST if one not in {*QUICK}])
async def test_every_habit_of_the_list_can_be_tested(harness: Harness, subject: Subject) -> None:
    ann = await sleeper(harness)
    label = subject_messages.names(translator("en"))[subject]
    test = await begin(ann, label)
    assert (test.habit, test.status) == (HABITS[subject], TrialStatus.RUNNING)
    harness.clock.set(datetime.combine(night(1), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    assert f"Fair test: {label}" in ann.last.words
    assert await harness.rows(FailedUpdate) == []


async def test_answers_of_inverted_habits_are_stored_inverted(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann, "No late caffeine")
    harness.clock.set(datetime.combine(night(1), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    await ann.taps("Yesterday: no late caffeine")
    days = [(row.night_on, row.habit, row.done) for row in await harness.rows(HabitDay)]
    assert days == [(FIRST_ON, Habit.CAFFEINE_AFTER_CUTOFF, False)]
    assert "• Yesterday: no late caffeine" in ann.last.buttons
    if test.blocks[0] == WITH:
        assert "Habit kept in blocks with it: 1 of 1" in ann.last.words


# Who may not -------------------------------------------------------------------------------------


async def test_set_up_has_to_be_finished_first(harness: Harness) -> None:
    ann = await harness.person("Ann")
    await ann.says("/experiment")
    assert "/start" in ann.last.words
    await ann.says("/start")
    for verb in ("pick:stretch", "none:stretch:0", "start:stretch:0:0:7x8:1799999999", "new"):
        await ann.forges(f"experiments:{verb}")
    assert await harness.rows(Experiment) == []


@pytest.mark.parametrize("level", ["urgent", "emergency"])
async def test_a_warning_sign_comes_first(harness: Harness, level: str) -> None:
    ann = await sleeper(harness)
    await meet(harness, ann, "P2", "soon", date(2027, 1, 4))  # informs only
    await meet(harness, ann, "one_leg", level, date(2027, 1, 3))
    await ann.says("/experiment")
    await ann.taps("Covers loose at the foot")
    assert "look at it first" in ann.last.words
    assert "One leg stays swollen" in ann.last.words
    nonce = int(harness.clock.now().timestamp())
    for data in ("none:covers:0", "asked:covers:0", "plan:covers:0:1:7x8"):
        await ann.forges(f"experiments:{data}")
        assert "look at it first" in ann.last.words
    await ann.forges(f"experiments:start:covers:0:1:7x8:{nonce}")
    assert await trials_of(ann) == []
    await ann.taps("A doctor has seen it")
    assert "Is any of these happening now?" in ann.last.words
    seen = {row.rule: row.answer for row in await harness.rows(FlagHit)}
    assert seen == {"P2": None, "one_leg": HitAnswer.SEEN_DOCTOR}
    await ann.taps(NONE)
    await ann.taps(BEGIN)
    assert len(await trials_of(ann)) == 1


async def test_no_test_starts_on_the_day_of_a_warning_sign(harness: Harness) -> None:
    ann = await sleeper(harness)
    await meet(harness, ann, "P11", "urgent", date(2027, 1, 13))
    await ann.says("/experiment")
    await ann.taps(STRETCH)
    assert "You noted this today" in ann.last.words
    await ann.forges("experiments:seen:stretch")
    assert "You noted this today" in ann.last.words
    assert (await harness.rows(FlagHit))[0].answer is None


async def test_a_current_sign_leads_to_its_card_and_no_test(harness: Harness) -> None:
    ann = await sleeper(harness)
    for label, card in (
        ("One from list 1", "if you have any of these"),
        ("One from list 2", "Get checked today"),
        ("Not sure", "Get checked today"),
    ):
        await ann.says("/experiment")
        await ann.taps("No late caffeine")
        await ann.taps(label)
        assert card in ann.last.words
    assert await trials_of(ann) == []


@pytest.mark.parametrize("fluids", [Fluids.LIMITED, Fluids.UNSURE, None])
async def test_drinks_are_not_tested_when_they_may_be_limited(
    harness: Harness, fluids: Fluids | None
) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.fluids = fluids
        session.add(user)
    nonce = int(harness.clock.now().timestamp())
    await ann.says("/experiment")
    await ann.taps("A drink with each meal")
    if NO_REASON in ann.last.buttons:
        await ann.taps(NO_REASON)
    assert "I do not test drinks" in ann.last.words
    await ann.forges(f"experiments:start:drink_with_meals:0:1:7x8:{nonce}")
    assert await trials_of(ann) == []


async def test_an_answer_that_shuts_the_gate_is_kept_and_refuses_the_habit(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    await ann.says("/experiment")
    await ann.taps("An evening walk")
    await ann.taps("One of these, or not sure")
    await ann.taps("Breathless when active")
    assert "Not possible now: An evening walk" in ann.last.words
    assert "needs a doctor first" in ann.last.words
    told = {row.item: row.value for row in await harness.rows(ProfileItem)}
    assert told == {"breathless_on_effort": "unsure"}
    await ann.forges("experiments:gate:walk:none")
    assert "Not possible now" in ann.last.words
    nonce = int(harness.clock.now().timestamp())
    await ann.forges(f"experiments:start:walk:0:1:7x8:{nonce}")
    assert await trials_of(ann) == []


@pytest.mark.parametrize(
    ("item", "value"), [("pregnant", "yes"), ("kidney_disease", "yes"), ("age_band", "under_18")]
)
async def test_people_at_risk_ask_a_doctor_first(harness: Harness, item: str, value: str) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, item, value)
    await ann.says("/experiment")
    await ann.taps("No late caffeine")
    await ann.taps(NONE)
    assert "please ask a doctor or pharmacist first" in ann.last.words
    nonce = int(harness.clock.now().timestamp())
    await ann.forges(f"experiments:start:caffeine:0:0:7x8:{nonce}")
    assert "please ask a doctor or pharmacist first" in ann.last.words
    assert await trials_of(ann) == []
    await ann.taps("They said it is fine")
    await ann.taps(BEGIN)
    assert len(await trials_of(ann)) == 1


# Stopping ----------------------------------------------------------------------------------------


async def test_one_tap_stops_it_and_the_stop_can_be_undone(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann)
    await log(harness, ann, [], [night(number) for number in range(10)])
    harness.clock.set(datetime.combine(night(10), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    await ann.taps(STOP)
    (stopped,) = await trials_of(ann)
    assert (stopped.status, stopped.stopped_why) == (TrialStatus.STOPPED, "wish")
    assert stopped.stopped_on == night(10)
    assert (await reminder(harness, Kind.STRETCH)).rests is None
    await ann.taps("Undo: continue the test")
    (again,) = await trials_of(ann)
    assert (again.status, again.blocks) == (TrialStatus.RUNNING, test.blocks)
    assert parse_rests((await reminder(harness, Kind.STRETCH)).rests) == tuple(
        course_of(test).spans(WITHOUT)
    )
    await ann.taps(STOP)
    await ann.taps("Show the counts")
    assert has_picture(ann)
    assert "stopped early, no result" in ann.last.words
    assert "such tests" not in ann.last.words
    await ann.forges(f"experiments:goon:{test.id}")
    assert (await trials_of(ann))[0].status is TrialStatus.STOPPED  # the counts were shown


async def test_a_stop_cannot_be_undone_weeks_later(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann)
    await ann.taps(STOP)
    harness.clock.set(datetime.combine(night(14), time(12), tzinfo=UTC))
    await ann.forges(f"experiments:goon:{test.id}")
    assert (await trials_of(ann))[0].status is TrialStatus.STOPPED
    assert "Undo: continue the test" not in ann.last.buttons


async def test_two_empty_blocks_stop_it(harness: Harness) -> None:
    ann = await sleeper(harness)
    await begin(ann)
    await log(harness, ann, [], [night(number) for number in range(8)])
    harness.clock.set(datetime.combine(night(20), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    assert STOP in ann.last.buttons
    harness.clock.set(datetime.combine(night(21), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    assert "hardly any entries" in ann.last.words
    assert (await trials_of(ann))[0].stopped_why == "no_entries"


# Repeated taps and forged taps -------------------------------------------------------------------


async def test_every_tap_is_idempotent(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/experiment")
    for label in (STRETCH, NO_REASON, NONE, "8 weeks", BEGIN):
        message = ann.with_button(label)
        data = next(b["callback_data"] for b in buttons(message) if b["text"] == label)
        await ann.forges(data, message)
        await ann.forges(data, message)
    (test,) = await trials_of(ann)
    card = ann.last
    harness.clock.set(datetime.combine(night(1), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    for _ in range(2):
        await ann.forges(f"experiments:did:{test.id}:20270114:1", card)
    assert len(await harness.rows(HabitDay)) == 1
    stop = f"experiments:stop:{test.id}"
    await ann.forges(stop, card)
    first = (await trials_of(ann))[0]
    harness.clock.set(datetime.combine(night(1), time(13), tzinfo=UTC))
    await ann.forges(stop, card)
    assert (await trials_of(ann))[0] == first
    for _ in range(2):
        await ann.forges(f"experiments:goon:{test.id}", card)
    assert [(one.status, one.blocks) for one in await trials_of(ann)] == [
        (TrialStatus.RUNNING, test.blocks)
    ]
    await ann.forges(stop, card)
    for _ in range(2):
        await ann.forges(f"experiments:result:{test.id}", card)
    assert len(await trials_of(ann)) == 1


async def test_an_old_start_button_starts_nothing_twice(harness: Harness) -> None:
    ann = await sleeper(harness)
    nonce = int(harness.clock.now().timestamp())
    start = f"experiments:start:covers:0:0:7x8:{nonce}"
    await ann.forges(start)
    await ann.taps(STOP)
    await ann.forges(start)
    assert len(await trials_of(ann)) == 1
    harness.clock.set(START + timedelta(days=3))
    await ann.forges(start)  # a plan of three days ago: its dates have passed
    assert "Begin on Sun 17 Jan" in ann.last.buttons
    assert len(await trials_of(ann)) == 1


async def test_only_one_test_runs(harness: Harness) -> None:
    ann = await sleeper(harness)
    await begin(ann)
    nonce = int(harness.clock.now().timestamp()) + 1
    for data in ("new", "pick:shoes", f"start:shoes:0:0:7x8:{nonce - 5}"):
        await ann.forges(f"experiments:{data}")
        assert STOP in ann.last.buttons
    assert len(await trials_of(ann)) == 1


FORGED = (
    "pick",
    "pick:nonsense",
    "pick:stretch:x",
    "pick:stretch:-1",
    "none:other:999999999999999",
    "none:stretch",
    "plan:stretch:0:0:7x9",
    "plan:stretch:0:0",
    "start:stretch:0:0:7x8",
    "start:stretch:0:0:99x8:1",
    "start:stretch:0:0:7x8:1",
    "start:stretch:0:0:7x8:99999999999999999",
    "start:other:5:1:7x8:1799866800",
    "gate",
    "gate:walk",
    "gate:walk:some",
    "fits:walk",
    "fits:walk:age_band",
    "fits:covers:kidney_disease",
    "sign",
    "sign:nonsense",
    "fine:1",
    "end:x",
    "read",
    "time:5:2000",
    "time:x:2500",
    "seen:nonsense",
    "did:x:20270114:1",
    "stop:999",
    "stop:",
    "goon:x",
    "show:-1",
    "result:999999999999999999",
    "nothing",
)


async def test_forged_buttons_start_and_break_nothing(harness: Harness) -> None:
    ann = await sleeper(harness)
    for data in FORGED:
        await ann.says("/experiment")
        await ann.forges(f"experiments:{data}")
        assert await harness.rows(Experiment) == [], data
        assert "went wrong" not in ann.last.words, data
    assert await harness.rows(FailedUpdate) == []


async def test_the_tests_of_other_people_are_out_of_reach(harness: Harness) -> None:
    ann, ben = await sleeper(harness, "Ann"), await sleeper(harness, "Ben")
    test = await begin(ann)
    harness.clock.set(datetime.combine(night(2), time(12), tzinfo=UTC))
    await ben.says("/experiment")
    for verb in ("stop", "goon", "fine", "end", "read", "show", "result"):
        assert await ben.forges(f"experiments:{verb}:{test.id}") == ("That test no longer exists.")
    await ben.forges(f"experiments:did:{test.id}:20270114:1")
    assert await trials_of(ann) == [test]
    assert await harness.rows(HabitDay) == []
    assert all(message.photo is None for message in ben.bot_messages)


async def test_evenings_outside_the_test_are_not_noted(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann)
    harness.clock.set(datetime.combine(night(2), time(12), tzinfo=UTC))
    for day in ("20270113", "20270116", "20270412", "20261301", "x"):
        await ann.forges(f"experiments:did:{test.id}:{day}:1")
    await ann.forges(f"experiments:did:{test.id}:20270114:2")
    assert await harness.rows(HabitDay) == []


async def test_an_imported_test_with_an_impossible_order_gets_no_verdict(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        session.add(
            Experiment(
                user_id=ann.id,
                habit=Habit.STRETCH_DONE,
                block_days=7,
                blocks="aaaabbbb",
                starts_on=date(2026, 11, 1),
                status=TrialStatus.FINISHED,
                created_at=START - timedelta(days=80),
            )
        )
    await ann.says("/experiment")
    await ann.taps("Show the result")
    assert "too few nights logged to tell" in ann.last.words


def buttons(message: Message) -> list[dict[str, str]]:
    """The inline buttons of a message as Telegram has them."""
    return [button for row in message.inline for button in row]
