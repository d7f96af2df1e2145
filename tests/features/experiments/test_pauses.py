"""What pauses a running test, what resumes and what ends it: over HTTP, with the whole bot."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.database.models import (
    Experiment,
    FlagHit,
    Fluids,
    Habit,
    HitAnswer,
    Kind,
    Reminder,
    TrialStatus,
    User,
)
from bot.dispatch.schedule import parse_rests
from bot.features.experiments.design import WITHOUT, Course
from bot.features.experiments.off_list import TASK
from bot.features.experiments.queries import course_of
from bot.features.experiments.rules import StopReason
from tests.features.experiments.test_flow import (
    FINE,
    STOP,
    begin,
    log,
    meet,
    night,
    reminder,
    sleeper,
    tell,
    trials_of,
)
from tests.support.harness import START, Harness, Someone

PAUSED = "Your fair test is paused"
GOES_ON = "Your fair test continues"
ENDED = "Your fair test has ended"
READ = "I have read it"
MINE = "⚖️ Your fair test"


def at(number: int, hour: int = 12) -> datetime:
    return datetime.combine(night(number), time(hour), tzinfo=UTC)


async def the_test(someone: Someone) -> Experiment:
    (found,) = await trials_of(someone)
    return found


def said(someone: Someone, words: str) -> int:
    return sum(words in one.words for one in someone.bot_messages)


async def weak_cramp(harness: Harness, someone: Someone) -> None:
    """Log a cramp at night and tap "Weak": a sign for today."""
    harness.clock.set(at(3, 23))
    await someone.presses("🦵 Log cramp")
    for label in ("More…", "Afterwards…", "Weak"):
        await someone.taps(label)


async def test_a_sign_pauses_it_at_once_and_a_corrected_entry_resumes_it(harness: Harness) -> None:
    ann = await sleeper(harness)
    course = course_of(await begin(ann))
    await log(harness, ann, [], [night(number) for number in range(3)])
    await weak_cramp(harness, ann)
    assert PAUSED in ann.last.words
    assert "Weakness afterwards" in ann.last.words
    assert ann.last.silent
    test = await the_test(ann)
    assert (test.status, test.paused_why, test.notice_read_at) == (TrialStatus.RUNNING, "P11", None)
    assert test.paused_at is not None
    assert harness.clock.now() - test.paused_at < timedelta(minutes=5)
    spans = parse_rests((await reminder(harness, Kind.STRETCH)).rests)
    assert (night(3), night(17)) in spans  # nothing reminds of the habit
    await ann.taps("Sore next day", ann.with_button("Sore next day"))
    assert said(ann, PAUSED) == 1
    await ann.taps("• Weak", ann.with_button("• Weak"))
    assert GOES_ON in ann.last.words
    test = await the_test(ann)
    assert (test.status, test.paused_at, test.paused_why) == (TrialStatus.RUNNING, None, None)
    assert parse_rests((await reminder(harness, Kind.STRETCH)).rests) == tuple(
        course.spans(WITHOUT)
    )


async def test_a_ticked_sign_pauses_it_and_taking_it_back_resumes_it(harness: Harness) -> None:
    ann = await sleeper(harness)
    await begin(ann, "Covers loose at the foot")
    harness.clock.set(at(2))
    await ann.forges("flags:tick:numb")  # within two weeks: only informs
    assert said(ann, PAUSED) == 0
    await ann.forges("flags:tick:one_leg")
    assert PAUSED in ann.last.words
    assert "One leg stays swollen" in ann.last.words
    hit = next(one for one in await harness.rows(FlagHit) if one.rule == "one_leg")
    await ann.forges(f"flags:untick:{hit.id}:one_leg")
    assert GOES_ON in ann.last.words
    assert (await the_test(ann)).paused_at is None


async def test_a_doctors_word_lets_it_go_on_and_patterns_are_found_again_in_vain(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    test = await begin(ann, "Covers loose at the foot")
    await log(harness, ann, [], [night(number) for number in range(20)])
    await meet(harness, ann, "P9", "soon", night(3))
    harness.clock.set(at(4))
    await ann.says("/experiment")
    assert PAUSED in ann.last.words
    assert "Pain while walking, several times" in ann.last.words
    card = ann.with_button(FINE)
    for _ in range(2):
        await ann.forges(f"experiments:fine:{test.id}", card)
    assert STOP in ann.last.buttons
    assert [one.answer for one in await harness.rows(FlagHit)] == [HitAnswer.SEEN_DOCTOR]
    await meet(harness, ann, "P9", "soon", night(18))
    for rule in ("P1", "P2", "P3", "P4", "P5", "P8", "P12", "P14"):
        await meet(harness, ann, rule, "soon", night(18))
    harness.clock.set(at(19))
    await ann.says("/experiment")
    assert STOP in ann.last.buttons
    assert (await the_test(ann)).blocks == test.blocks


async def test_silence_ends_it_after_two_weeks_with_counts_and_no_verdict(
    harness: Harness,
) -> None:
    ann = await sleeper(harness, on=[Kind.CHECK_IN])
    await begin(ann, "Covers loose at the foot")
    await log(harness, ann, [night(1)], [night(0), night(2)])
    await meet(harness, ann, "dark_urine", "urgent", night(3))
    await harness.live_until(at(4))
    assert PAUSED in ann.last.words  # in the check-in
    assert "Pee dark like tea or cola" in ann.last.words
    await harness.live_until(at(5))
    assert PAUSED in ann.last.words  # again, because it was not read
    await ann.taps(MINE)
    assert READ not in ann.last.buttons
    await harness.live_until(at(6))
    assert PAUSED not in ann.last.words
    paused_at = (await the_test(ann)).paused_at
    assert paused_at is not None
    harness.clock.set(paused_at + timedelta(days=14, minutes=-1))
    await ann.says("/experiment")
    assert PAUSED in ann.last.words
    harness.clock.set(paused_at + timedelta(days=14))
    await harness.live_until(paused_at + timedelta(days=15))
    assert ENDED in ann.last.words
    test = await the_test(ann)
    assert (test.status, test.stopped_why) == (TrialStatus.STOPPED, "warning_sign")
    await ann.taps(MINE)
    assert "Pee dark like tea or cola" in ann.last.words
    assert "Undo: continue the test" not in ann.last.buttons
    await ann.taps("Show the counts")
    assert "no result" in ann.last.words
    assert "difference" not in ann.last.words
    own = await reminder(harness, Kind.CUSTOM)
    assert (own.enabled, own.rests) == (False, None)


async def test_a_notice_survives_a_cleared_chat_and_stays_until_it_is_read(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    test = await begin(ann)
    harness.clock.set(at(2))
    await ann.forges("flags:tick:chest")
    for _ in range(2):
        await ann.says("/experiment")
        assert PAUSED in ann.last.words
        assert READ in ann.last.buttons
    await ann.taps(READ)
    first = (await the_test(ann)).notice_read_at
    assert first is not None
    harness.clock.set(at(3))
    await ann.forges(f"experiments:read:{test.id}")
    assert (await the_test(ann)).notice_read_at == first


async def test_no_ends_it_and_the_no_can_be_undone_without_a_longer_pause(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    test = await begin(ann)
    harness.clock.set(at(2))
    await ann.forges("flags:tick:chest")
    paused_at = (await the_test(ann)).paused_at
    await ann.taps("Stop the test")
    assert ENDED in ann.last.words
    assert (await the_test(ann)).stopped_why == "warning_sign"
    harness.clock.set(at(5))
    await ann.taps("Undo: continue the test")
    assert PAUSED in ann.last.words
    assert (await the_test(ann)).paused_at == paused_at
    await ann.taps("Stop the test")
    harness.clock.set(at(17))
    await ann.forges(f"experiments:goon:{test.id}")
    assert (await the_test(ann)).status is TrialStatus.STOPPED


async def test_a_pause_over_the_last_night_keeps_the_result_until_a_doctors_word(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    course = course_of(await begin(ann))
    await log(harness, ann, [], [night(number) for number in range(course.nights)])
    await meet(harness, ann, "chest", "emergency", night(course.nights - 2))
    harness.clock.set(at(course.nights - 1))
    await ann.says("/experiment")
    harness.clock.set(at(course.nights + 2))
    await ann.says("/experiment")
    assert PAUSED in ann.last.words
    await ann.taps(FINE)
    assert "can't tell" in ann.last.words
    assert (await the_test(ann)).status is TrialStatus.FINISHED


async def test_a_nudge_that_only_informs_says_that_the_test_goes_on(harness: Harness) -> None:
    ann = await sleeper(harness, on=[Kind.SUMMARY])
    await begin(ann, "Covers loose at the foot", "16 weeks")
    cramps = [night(number) for number in range(-2, 24) if number % 7 < 5]
    await log(harness, ann, cramps, [night(n) for n in range(-2, 24) if night(n) not in cramps])
    await harness.live_until(at(24, 20))
    summaries = [one.words for one in ann.bot_messages if one.photo is not None]
    assert any(GOES_ON in words and "doctor" in words for words in summaries)
    assert (await the_test(ann)).paused_at is None


async def test_the_notice_stands_in_a_summary_whose_picture_has_a_caption(
    harness: Harness,
) -> None:
    ann = await sleeper(harness, on=[Kind.SUMMARY])
    await begin(ann, "Covers loose at the foot")
    await log(harness, ann, [night(0)], [night(1), night(2)])
    await meet(harness, ann, "seizure", "emergency", night(2))
    await harness.live_until(at(3, 20))
    assert PAUSED in ann.last.words
    assert "A fit (seizure)" in ann.last.words
    await ann.taps(MINE)
    assert FINE in ann.last.buttons
    await harness.live_until(at(10, 20))
    assert PAUSED not in ann.last.words
    assert MINE not in ann.last.buttons


async def test_a_pause_follows_the_person_into_another_time_zone(harness: Harness) -> None:
    ann = await sleeper(harness)
    course = course_of(await begin(ann))
    harness.clock.set(at(2))
    await ann.forges("flags:tick:chest")
    await ann.forges("users:zone:Pacific/Auckland")
    await ann.forges("users:move:Pacific/Auckland")
    await ann.says("/experiment")
    assert PAUSED in ann.last.words
    await ann.taps(FINE)
    test = await the_test(ann)
    assert (test.status, test.blocks, course_of(test)) == (
        *(TrialStatus.RUNNING, course.order, course),
    )
    assert parse_rests((await reminder(harness, Kind.STRETCH)).rests) == tuple(
        course.spans(WITHOUT)
    )


# Gates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "item", "value", "says"),
    [
        ("An evening walk", "heart_failure", "yes", "needs a doctor first"),
        ("A drink with each meal", "kidney_disease", "yes", "Drink as your care team told you"),
        ("A magnesium-rich meal", "limit_potassium", "unsure", "which foods suit you"),
        ("No alcohol after dinner", "drinks_heavily", "yes", "Do not stop at once"),
        ("Stretching before bed", "plaster", "yes", "Ask whoever treated you first"),
    ],
)
async def test_an_answer_that_shuts_the_gate_ends_it_and_a_corrected_one_undoes_that(
    harness: Harness, label: str, item: str, value: str, says: str
) -> None:
    ann = await sleeper(harness)
    await begin(ann, label)
    harness.clock.set(at(2))
    await ann.forges(f"about:set:{item}:{value}")
    assert ENDED in ann.last.words
    assert says in ann.last.words
    assert (await the_test(ann)).stopped_why == "gate"
    await ann.says("/experiment")
    assert "Undo: continue the test" not in ann.last.buttons
    await ann.forges(f"about:set:{item}:no")
    await ann.says("/experiment")
    await ann.taps("Undo: continue the test")
    assert STOP in ann.last.buttons


async def test_limited_drinks_end_a_test_of_drinks(harness: Harness) -> None:
    ann = await sleeper(harness)
    await begin(ann, "A drink with each meal")
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.fluids = Fluids.LIMITED
        session.add(user)
    await ann.says("/experiment")
    assert ENDED in ann.last.words
    assert "Undo: continue the test" not in ann.last.buttons
    await tell(harness, ann, "dialysis", "yes")
    await ann.says("/experiment")
    await ann.taps("Another test")
    await ann.taps("A drink with each meal")
    assert "I do not test drinks" in ann.last.words


# Tests of earlier versions -----------------------------------------------------------------------


def old_test(user_id: int, habit: Habit, words: str | None) -> Experiment:
    return Experiment(
        user_id=user_id,
        habit=habit,
        words=words,
        block_days=7,
        blocks="abbabaab",
        starts_on=date(2027, 1, 4),
        created_at=START - timedelta(days=10),
    )


async def test_what_runs_outside_the_list_is_ended_with_a_word(harness: Harness) -> None:
    ann, ben, eve = [await sleeper(harness, name) for name in ("Ann", "Ben", "Eve")]
    course = Course("abbabaab", 7, date(2027, 1, 4))
    async with harness.database.transaction() as session:
        session.add(old_test(ann.id, Habit.OTHER, "furosemide in the morning"))
        session.add(
            Reminder(
                user_id=ann.id,
                kind=Kind.CUSTOM,
                slot=9,
                words="furosemide in the morning",
                times="08:00",
                rests=",".join(f"{first}/{last}" for first, last in course.spans(WITHOUT)),
            )
        )
        session.add(old_test(ben.id, Habit.HYDRATION_DONE, None))
        session.add(old_test(eve.id, Habit.STRETCH_DONE, None))
    for _ in range(2):
        async with harness.database.transaction() as session:
            await TASK.work(session, [ann.id, ben.id, eve.id], harness.clock.now())
    await harness.restart()
    await harness.settled()
    for one in (ann, ben):
        test = await the_test(one)
        assert (test.status, test.stopped_why) == (TrialStatus.STOPPED, StopReason.OFF_LIST)
        assert said(one, ENDED) == 1
        assert "a short list of harmless ones" in one.last.words
        assert "Nothing is lost" in one.last.words
        await one.taps("Show the counts")
        assert "no result" in one.last.words
    assert (await the_test(eve)).status is TrialStatus.RUNNING
    assert said(eve, ENDED) == 0
    (own,) = [one for one in await harness.rows(Reminder) if one.kind is Kind.CUSTOM]
    assert (own.enabled, own.rests) == (True, None)  # their own words stay their own reminder


async def test_an_old_test_that_is_read_before_the_task_ends_all_the_same(
    harness: Harness,
) -> None:
    ann = await sleeper(harness)
    async with harness.database.transaction() as session:
        session.add(old_test(ann.id, Habit.OTHER, "drink 3 litres of water"))
    await ann.says("/experiment")
    assert ENDED in ann.last.words
    assert "“drink 3 litres of water”" in ann.last.words
    assert "Undo: continue the test" not in ann.last.buttons
