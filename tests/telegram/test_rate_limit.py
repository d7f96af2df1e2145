"""Rate limits: one person's script starves nobody, and a cramp is never left unread."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database.models import Cramp
from bot.telegram.rate_limit import RATES, Bucket, Rate, RateLimiter, Sort, Verdict, draw
from tests.support.harness import Harness, Someone

LOG = "🦵 Log cramp"
TOO_MUCH = (
    "That was a lot at once, and I did not read all of it. I am listening again in a minute. "
    "Cramps I always take down."
)
TAKE, SAY_SO, LEAVE_OUT = Verdict.TAKE, Verdict.SAY_SO, Verdict.LEAVE_OUT


# The rule ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "seconds_later", "is_left", "left_after"),
    [
        (3.0, 0, True, 2.0),
        (1.0, 0, True, 0.0),
        (0.9, 0, False, 0.9),
        (0.0, 19, False, 0.95),
        (0.0, 20, True, 0.0),
        (0.0, 30, True, 0.5),
        (0.0, 60, True, 2.0),
        (3.0, 10_000, True, 2.0),
        (0.0, -3600, False, 0.0),
        (2.0, -3600, True, 1.0),
    ],
)
def test_three_a_minute(
    left: float, seconds_later: float, is_left: bool, left_after: float
) -> None:
    bucket, taken = draw(Bucket(left, 1000), Rate(3, 60), 1000 + seconds_later)
    assert taken is is_left
    assert bucket.left == pytest.approx(left_after)
    assert bucket.at == 1000 + seconds_later


def test_a_clock_that_was_put_back_goes_on_from_there() -> None:
    bucket, _ = draw(Bucket(0, 5000), Rate(3, 60), 1000)
    assert draw(bucket, Rate(3, 60), 1020)[1]


@given(st.lists(st.floats(0, 600), min_size=1, max_size=200))
def test_never_more_in_any_span_than_the_rate_allows(gaps: list[float]) -> None:
    rate, bucket, at, taken = Rate(5, 60), None, 0.0, []
    for gap in gaps:
        at += gap / 20
        bucket, is_left = draw(bucket, rate, at)
        if is_left:
            taken.append(at)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            allowed = rate.most + (taken[last] - taken[first]) * rate.most / rate.seconds
            assert last - first + 1 <= allowed + 1e-6


def verdicts(
    flood: RateLimiter, times: Sequence[float], sort: Sort = Sort.MESSAGE, user_id: int = 1
) -> list[Verdict]:
    return [flood.judge(user_id, sort, number, at) for number, at in enumerate(times, 100)]


def small(most: int = 2) -> RateLimiter:
    return RateLimiter(dict.fromkeys(Sort, Rate(most, 60)))


def test_it_is_said_once_until_a_minute_was_quiet() -> None:
    found = verdicts(small(), [0, 0, 0, 1, 2, 30, 31, 32, 60, 150, 150, 150, 150])
    flood = [TAKE, TAKE, SAY_SO, LEAVE_OUT, LEAVE_OUT, TAKE, LEAVE_OUT, LEAVE_OUT, TAKE]
    assert found == [*flood, TAKE, TAKE, SAY_SO, LEAVE_OUT]


def test_what_comes_again_is_not_counted_again() -> None:
    flood = small()
    again = [flood.judge(1, Sort.MESSAGE, 7, 0) for _ in range(20)]
    assert set(again) == {TAKE}
    assert flood.judge(1, Sort.MESSAGE, 8, 0) is TAKE
    assert flood.judge(1, Sort.MESSAGE, 9, 0) is SAY_SO
    assert flood.judge(1, Sort.MESSAGE, 6, 0) is TAKE  # it came late, out of order


def test_people_and_sorts_are_counted_apart() -> None:
    flood = small(1)
    assert verdicts(flood, [0, 0]) == [TAKE, SAY_SO]
    assert verdicts(flood, [0, 0], Sort.TAP) == [TAKE, SAY_SO]
    assert verdicts(flood, [0, 0], Sort.CRAMP) == [TAKE, SAY_SO]
    assert verdicts(flood, [0, 0], user_id=2) == [TAKE, SAY_SO]


def test_a_crowd_does_not_fill_the_memory_and_does_not_free_who_goes_on() -> None:
    flood = RateLimiter({Sort.TAP: Rate(1, 60)}, most_meters=10)
    for number in range(1000):
        flood.judge(number, Sort.TAP, number, 0)
        went_on = flood.judge(-1, Sort.TAP, number, 0)
    assert len(flood._meters) == 10
    assert went_on is LEAVE_OUT


def test_what_a_hand_can_do_is_no_flood() -> None:
    flood = RateLimiter()
    assert set(verdicts(flood, [number * 2.0 for number in range(500)])) == {TAKE}
    assert set(verdicts(flood, [number * 0.5 for number in range(500)], Sort.TAP)) == {TAKE}


# In the bot --------------------------------------------------------------------------------------


def said(ann: Someone) -> Counter[str]:
    """First words of what the bot said → how often."""
    return Counter(" ".join(message.words.split()[:5]) for message in ann.bot_messages)


async def pour(ann: Someone, text: str, times: int) -> None:
    """Send the same many times at once, as a script does."""
    for _ in range(times):
        ann.harness.telegram.say(ann.telegram_person, text)
    await ann.harness.telegram.settled()


async def test_beyond_thirty_a_minute_messages_are_left_unread_and_that_is_said_once(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_for(timedelta(minutes=2))
    before = said(ann)
    await pour(ann, "hello?", 60)
    answers = said(ann) - before
    assert answers["I did not get that."] in {30, 31}  # half a minute gives fifteen more
    assert answers["That was a lot at"] == 1
    (line,) = [message for message in ann.bot_messages if message.words == TOO_MUCH]
    assert line.silent
    await harness.live_for(timedelta(seconds=61))
    await ann.says("hello?")
    assert ann.last.words.startswith("I did not get that.")


async def test_a_cramp_is_taken_down_and_answered_in_the_middle_of_a_flood(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await pour(ann, "hello?", 45)
    await ann.presses(LOG)
    assert ann.last.words.startswith("Logged")
    await ann.says("/cramp")
    assert ann.last.words.startswith("Got it: one cramp")
    assert len(await harness.rows(Cramp)) == 2


async def test_every_press_of_a_hammering_thumb_is_written_down_and_five_are_answered(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    before = len(ann.bot_messages)
    await pour(ann, LOG, 40)
    rows = await harness.rows(Cramp)
    assert len(rows) == 40
    assert [row.same_as_id for row in rows] == [None, *[rows[0].id] * 39]
    answers = ann.bot_messages[before:]
    assert 5 <= len(answers) <= 6
    assert answers[0].words.startswith("Logged")
    assert all(answer.words.startswith("Got it: one cramp") for answer in answers[1:])
    await ann.taps("7", answers[0])
    assert (await harness.rows(Cramp))[0].intensity == 7


async def test_another_cramp_is_always_answered(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.app.router.rate_limiter = RateLimiter({**RATES, Sort.CRAMP: Rate(1, 36_000)})
    for _ in range(3):
        await ann.presses(LOG)
    assert ann.last.words.startswith("Logged")  # the others are silent
    await harness.live_for(timedelta(seconds=62))
    await ann.presses(LOG)
    assert "Your second cramp this night" in ann.last.words
    counted = [row for row in await harness.rows(Cramp) if row.same_as_id is None]
    assert len(counted) == 2


async def test_earlier_cramps_by_command_are_all_written_down(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.app.router.rate_limiter = RateLimiter({**RATES, Sort.CRAMP: Rate(2, 36_000)})
    before = len(ann.bot_messages)
    for hour in range(1, 6):
        await ann.says(f"/cramp yesterday {hour}am")
    await ann.says("/cramp banana")
    assert sorted(row.occurred_at.hour for row in await harness.rows(Cramp)) == [0, 1, 2, 3, 4]
    assert len(ann.bot_messages) == before + 2


async def test_a_forwarded_label_is_no_way_round(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.app.router.rate_limiter = RateLimiter({**RATES, Sort.MESSAGE: Rate(1, 36_000)})
    for _ in range(3):
        harness.telegram.forward(ann.telegram_person, LOG)
    await harness.settled()
    assert ann.last.words == TOO_MUCH
    assert await harness.rows(Cramp) == []


async def test_too_many_taps_are_left_out_and_the_first_of_them_says_so(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(LOG)
    card = ann.with_button("7")
    harness.app.router.rate_limiter = RateLimiter({**RATES, Sort.TAP: Rate(3, 36_000)})
    for number in "123":
        await ann.taps(number, card)
    assert await ann.taps("4", card) == "That was a lot at once. Try again in a minute."
    assert await ann.taps("5", card) is None
    assert (await harness.rows(Cramp))[0].intensity == 3
    await ann.presses(LOG)  # messages are counted apart
    assert ann.last.words.startswith("Got it")


async def test_others_are_answered_meanwhile(harness: Harness) -> None:
    ann, ben = await harness.set_up_person("Ann"), await harness.set_up_person("Ben")
    for _ in range(200):
        harness.telegram.say(ann.telegram_person, "hello?")
    await ben.says("/help")
    assert ben.last.words.startswith("What I can do")
    assert len([message for message in ann.bot_messages if message.words == TOO_MUCH]) == 1


async def test_what_waited_for_a_bot_that_was_down_is_no_flood(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.app.stop()
    for _ in range(50):
        harness.clock.set(harness.clock.now() + timedelta(seconds=30))
        harness.telegram.say(ann.telegram_person, "hello?")
    before = said(ann)
    await harness.start_again()
    assert said(ann) - before == Counter({"I did not get that.": 50})
