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
from bot.features.experiments.design import WITH, WITHOUT, Course, is_drawable
from bot.features.experiments.queries import course_of
from bot.features.reminders import queries as reminder_queries
from bot.sandbox.models import Message
from tests.support.harness import START, Harness, Someone

FIRST_ON = date(2027, 1, 14)
"""The first night of a test that the person starts on Wednesday evening: Thursday's."""
STRETCH = "Stretching before bed"
NONE = "None of these"
STOP = "Stop the test"
BEGIN = "Begin on Thu 14 Jan"


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
    for label in (subject, NONE, weeks, BEGIN):
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
    assert "is any of these there now?" in ann.last.words
    await ann.taps(NONE)
    assert "12 weeks" in ann.last.words
    assert "I do not know your usual nights yet" in ann.last.words
    assert "may well not be enough to tell" in ann.last.words
    await ann.taps("8 weeks")
    assert "From Thu 14 Jan to the night of Wed 10 Mar." in ann.last.words
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
    assert "In your weeks with it: cramps on 0 of 28 logged nights." in ann.last.words
    assert "In your weeks without it: on 4 of 28 logged nights." in ann.last.words
    assert "about 4 of 100 such tests" in ann.last.words
    assert "it cannot tell why" in ann.last.words
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
    assert "12 of 28 and 12 of 28" in ann.last.words


async def test_the_plan_states_the_usual_number_of_cramp_nights(harness: Harness) -> None:
    ann = await sleeper(harness)
    nights = [date(2027, 1, 12) - timedelta(days=day) for day in range(28)]
    await log(harness, ann, nights[::7], [one for n, one in enumerate(nights) if n % 7])
    await ann.says("/experiment")
    for label in (STRETCH, NONE):
        await ann.taps(label)
    assert "With about 1 cramp night a week, as lately:" in ann.last.words
    assert "11 of 100 such tests would notice" in ann.last.words
    await ann.taps("16 weeks")
    assert "14 of 100 such tests would notice" in ann.last.words
    await ann.taps("16 weeks, blocks of 2")
    assert "4 blocks of 14 evenings" in ann.last.words


# Each habit --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "habit", "kinds"),
    [
        ("No late caffeine", Habit.CAFFEINE_AFTER_CUTOFF, {Kind.CAFFEINE, Kind.DINNER_CAFFEINE}),
        ("Drinks through the day", Habit.HYDRATION_DONE, {Kind.HYDRATION}),
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


async def test_a_test_in_the_persons_own_words(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/experiment")
    await ann.taps("Something a clinician advised")
    await ann.says("magnesium 400 mg")
    assert "is for your clinician" in ann.last.words
    await ann.says("x" * 61)
    assert "up to 60 letters" in ann.last.words
    await ann.says("raise my\nfeet <b>")
    assert "“raise my feet <b>”" in ann.last.words
    own = await reminder(harness, Kind.CUSTOM)
    assert (own.words, own.enabled, own.next_at) == ("raise my feet <b>", False, None)
    await ann.says("whenever")
    assert "I could not read that" in ann.last.words
    await ann.says("19:30")
    await ann.taps(NONE)
    assert "Please ask whoever advised it" in ann.last.words
    await ann.taps("They said it is fine")
    await ann.taps(BEGIN)
    (test,) = await trials_of(ann)
    assert (test.habit, test.words) == (Habit.OTHER, "raise my feet <b>")
    own = await reminder(harness, Kind.CUSTOM)
    assert own.enabled
    assert own.times == "19:30"
    course = course_of(test)
    assert parse_rests(own.rests) == tuple(course.spans(WITHOUT))
    assert (await harness.rows(User))[0].awaiting is None

    first_with = course.first_of(course.order.index(WITH))
    await log(harness, ann, [], [night(number) for number in range(28)])
    await harness.live_until(datetime.combine(first_with, time(18, 45), tzinfo=UTC))
    assert "Fair test: with it, evening 1 of 7." in ann.last.words
    await ann.taps("Done")
    await harness.live_until(datetime.combine(first_with + timedelta(days=1), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    assert "Kept in blocks with it: 1 of 1 evening you told of." in ann.last.words
    await ann.taps("Yesterday: not done")
    assert "Kept in blocks with it: 0 of 1 evening you told of." in ann.last.words
    assert "• Yesterday: not done" in ann.last.buttons


async def test_an_own_reminder_needs_room_in_the_list(harness: Harness) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        have = len(await reminder_queries.reminders_of(session, ann.id))
        for slot in range(REMINDERS - have):
            session.add(Reminder(user_id=ann.id, kind=Kind.CUSTOM, slot=slot + 1000, words="x"))
    await ann.says("/experiment")
    await ann.taps("Something a clinician advised")
    await ann.says("raise my feet")
    assert "no room for another one" in ann.last.words


async def test_answers_of_inverted_habits_are_stored_inverted(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann, "No late caffeine")
    harness.clock.set(datetime.combine(night(1), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    await ann.taps("Yesterday: none late")
    days = [(row.night_on, row.habit, row.done) for row in await harness.rows(HabitDay)]
    assert days == [(FIRST_ON, Habit.CAFFEINE_AFTER_CUTOFF, False)]
    assert "• Yesterday: none late" in ann.last.buttons
    if test.blocks[0] == WITH:
        assert "Kept in blocks with it: 1 of 1" in ann.last.words


# Who may not -------------------------------------------------------------------------------------


async def test_set_up_has_to_be_finished_first(harness: Harness) -> None:
    ann = await harness.person("Ann")
    await ann.says("/experiment")
    assert "/start" in ann.last.words
    await ann.says("/start")
    for verb in ("pick:stretch", "none:stretch:0", "start:stretch:0:0:7x8:1799999999", "new"):
        await ann.forges(f"experiments:{verb}")
    assert await harness.rows(Experiment) == []


@pytest.mark.parametrize("level", ["soon", "urgent", "emergency"])
async def test_a_warning_sign_comes_first(harness: Harness, level: str) -> None:
    ann = await sleeper(harness)
    await meet(harness, ann, "P11", level, date(2027, 1, 3))
    await ann.says("/experiment")
    await ann.taps(STRETCH)
    assert "Let a doctor, nurse or pharmacist look at that first" in ann.last.words
    nonce = int(harness.clock.now().timestamp())
    for data in ("none:stretch:0", "asked:stretch:0", "plan:stretch:0:1:7x8"):
        await ann.forges(f"experiments:{data}")
        assert "look at that first" in ann.last.words
    await ann.forges(f"experiments:start:stretch:0:1:7x8:{nonce}")
    assert await trials_of(ann) == []
    await ann.taps("A doctor has seen it")
    assert "is any of these there now?" in ann.last.words
    assert (await harness.rows(FlagHit))[0].answer is HitAnswer.SEEN_DOCTOR
    await ann.taps(NONE)
    await ann.taps(BEGIN)
    assert len(await trials_of(ann)) == 1


async def test_no_test_starts_on_the_day_of_a_warning_sign(harness: Harness) -> None:
    ann = await sleeper(harness)
    await meet(harness, ann, "P11", "urgent", date(2027, 1, 13))
    await ann.says("/experiment")
    await ann.taps(STRETCH)
    assert "You noted a warning sign today" in ann.last.words
    await ann.forges("experiments:seen:stretch")
    assert "You noted a warning sign today" in ann.last.words
    assert (await harness.rows(FlagHit))[0].answer is None


async def test_a_current_sign_ends_the_set_up(harness: Harness) -> None:
    ann = await sleeper(harness)
    await ann.says("/experiment")
    await ann.taps(STRETCH)
    await ann.taps("Yes, or not sure")
    assert "no test starts" in ann.last.words
    assert "Warning signs" in ann.last.buttons


@pytest.mark.parametrize("fluids", [Fluids.LIMITED, Fluids.UNSURE, None])
async def test_drinks_are_not_tested_when_they_may_be_limited(
    harness: Harness, fluids: Fluids | None
) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.fluids = fluids
        session.add(user)
    await ann.says("/experiment")
    await ann.taps("Drinks through the day")
    assert "I do not test drinks" in ann.last.words
    nonce = int(harness.clock.now().timestamp())
    await ann.forges(f"experiments:start:drinks:0:1:7x8:{nonce}")
    assert await trials_of(ann) == []


@pytest.mark.parametrize(
    ("item", "value"), [("pregnant", "yes"), ("kidney", "yes"), ("age", "under_18")]
)
async def test_people_at_risk_ask_their_own_team_first(
    harness: Harness, item: str, value: str
) -> None:
    ann = await sleeper(harness)
    await tell(harness, ann, item, value)
    await ann.says("/experiment")
    await ann.taps(STRETCH)
    await ann.taps(NONE)
    assert "ask your own team first" in ann.last.words
    nonce = int(harness.clock.now().timestamp())
    await ann.forges(f"experiments:start:stretch:0:0:7x8:{nonce}")
    assert "ask your own team first" in ann.last.words
    assert await trials_of(ann) == []
    await ann.taps("They said it is fine")
    await ann.taps(BEGIN)
    assert len(await trials_of(ann)) == 1


async def test_a_reminder_about_a_medicine_is_not_tested(harness: Harness) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        session.add(Reminder(user_id=ann.id, kind=Kind.CUSTOM, slot=7, words="my statin"))
    nonce = int(harness.clock.now().timestamp())
    await ann.says("/experiment")
    await ann.forges(f"experiments:start:other:7:1:7x8:{nonce}")
    assert "What did they advise?" in ann.last.words
    assert await trials_of(ann) == []


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
    await ann.taps("Go on with the test")
    (again,) = await trials_of(ann)
    assert (again.status, again.blocks) == (TrialStatus.RUNNING, test.blocks)
    assert parse_rests((await reminder(harness, Kind.STRETCH)).rests) == tuple(
        course_of(test).spans(WITHOUT)
    )
    await ann.taps(STOP)
    await ann.taps("Show the counts")
    assert has_picture(ann)
    assert "stopped early, no verdict" in ann.last.words
    assert "such tests" not in ann.last.words
    await ann.forges(f"experiments:goon:{test.id}")
    assert (await trials_of(ann))[0].status is TrialStatus.STOPPED  # the counts were shown


async def test_a_stop_cannot_be_undone_days_later(harness: Harness) -> None:
    ann = await sleeper(harness)
    test = await begin(ann)
    await ann.taps(STOP)
    harness.clock.set(datetime.combine(night(2), time(12), tzinfo=UTC))
    await ann.forges(f"experiments:goon:{test.id}")
    assert (await trials_of(ann))[0].status is TrialStatus.STOPPED
    assert "Go on with the test" not in ann.last.buttons


async def test_a_warning_sign_of_an_entry_stops_it_at_once(harness: Harness) -> None:
    ann = await sleeper(harness)
    await begin(ann)
    await log(harness, ann, [], [night(number) for number in range(3)])
    harness.clock.set(datetime.combine(night(3), time(23), tzinfo=UTC))
    await ann.presses("🦵 Log cramp")
    for label in ("More…", "Afterwards", "Weak"):
        await ann.taps(label)
    assert "Your fair test has stopped" in ann.last.words
    assert "A warning sign came up" in ann.last.words
    assert ann.last.silent
    (test,) = await trials_of(ann)
    assert (test.status, test.stopped_why) == (TrialStatus.STOPPED, "warning_sign")
    assert (await reminder(harness, Kind.STRETCH)).rests is None
    said = sum("Your fair test has stopped" in one.words for one in ann.bot_messages)
    await ann.taps("Sore next day")
    assert sum("Your fair test has stopped" in one.words for one in ann.bot_messages) == said == 1
    await ann.taps("Show the counts")
    assert "no verdict" in ann.last.words


async def test_a_known_pattern_does_not_stop_it(harness: Harness) -> None:
    ann = await sleeper(harness)
    await meet(harness, ann, "P2", "soon", date(2027, 1, 3), HitAnswer.SEEN_DOCTOR)
    await begin(ann)
    await log(harness, ann, [], [night(number) for number in range(20)])
    await meet(harness, ann, "P2", "soon", night(9))
    harness.clock.set(datetime.combine(night(20), time(12), tzinfo=UTC))
    await ann.says("/experiment")
    assert STOP in ann.last.buttons
    await meet(harness, ann, "P8", "soon", night(16))
    await ann.says("/experiment")
    (test,) = await trials_of(ann)
    assert (test.stopped_why, test.stopped_on) == ("warning_sign", night(16))


async def test_drinks_that_become_limited_stop_a_test_of_drinks(harness: Harness) -> None:
    ann = await sleeper(harness)
    await begin(ann, "Drinks through the day")
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.fluids = Fluids.LIMITED
        session.add(user)
    await ann.says("/experiment")
    assert "drinks are no longer tested" in ann.last.words
    assert "Go on with the test" not in ann.last.buttons
    assert (await trials_of(ann))[0].stopped_why == "fluids"


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
    for label in (STRETCH, NONE, "8 weeks", BEGIN):
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
    start = f"experiments:start:stretch:0:0:7x8:{nonce}"
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
    for data in ("new", "pick:meal", f"start:meal:0:0:7x8:{nonce - 5}"):
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
    for verb in ("stop", "goon", "show", "result"):
        assert await ben.forges(f"experiments:{verb}:{test.id}") == (
            "That test is not there any more."
        )
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
