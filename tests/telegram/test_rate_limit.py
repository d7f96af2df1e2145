"""Rate limits: a script of one person does not slow others down, and every cramp is logged."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database.models import Cramp
from bot.telegram.rate_limit import (
    RATES,
    Bucket,
    Decision,
    Rate,
    RateLimiter,
    UpdateKind,
    take_token,
)
from tests.support.harness import Harness, Someone

LOG = "🦵 Log cramp"
TOO_MUCH = (
    "That was a lot at once, and I did not read all of it. Please try again in a minute. I always "
    "log cramps."
)
ACCEPT, NOTICE, REJECT = Decision.ACCEPT, Decision.REJECT_WITH_NOTICE, Decision.REJECT


# Token buckets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "seconds_later", "is_taken", "tokens_after"),
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
    tokens: float, seconds_later: float, is_taken: bool, tokens_after: float
) -> None:
    bucket, taken = take_token(Bucket(tokens, 1000), Rate(3, 60), 1000 + seconds_later)
    assert taken is is_taken
    assert bucket.tokens == pytest.approx(tokens_after)
    assert bucket.at == 1000 + seconds_later


def test_a_bucket_is_refilled_after_the_clock_was_set_back() -> None:
    bucket, _ = take_token(Bucket(0, 5000), Rate(3, 60), 1000)
    assert take_token(bucket, Rate(3, 60), 1020)[1]


@given(st.lists(st.floats(0, 600), min_size=1, max_size=200))
def test_no_time_span_exceeds_the_rate(gaps: list[float]) -> None:
    rate, bucket, at, taken = Rate(5, 60), None, 0.0, []
    for gap in gaps:
        at += gap / 20
        bucket, is_taken = take_token(bucket, rate, at)
        if is_taken:
            taken.append(at)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            allowed = rate.most + (taken[last] - taken[first]) * rate.most / rate.seconds
            assert last - first + 1 <= allowed + 1e-6


def decisions(
    limiter: RateLimiter,
    times: Sequence[float],
    kind: UpdateKind = UpdateKind.MESSAGE,
    user_id: int = 1,
) -> list[Decision]:
    return [limiter.count(user_id, kind, number, at) for number, at in enumerate(times, 100)]


def limiter_of(per_minute: int) -> RateLimiter:
    return RateLimiter(dict.fromkeys(UpdateKind, Rate(per_minute, 60)))


def test_the_notice_is_sent_once_until_the_bucket_is_full_again() -> None:
    found = decisions(limiter_of(2), [0, 0, 0, 1, 2, 30, 31, 32, 60, 150, 150, 150, 150])
    first_flood = [ACCEPT, ACCEPT, NOTICE, REJECT, REJECT, ACCEPT, REJECT, REJECT, ACCEPT]
    assert found == [*first_flood, ACCEPT, ACCEPT, NOTICE, REJECT]


def test_a_repeated_update_is_not_counted_again() -> None:
    limiter = limiter_of(2)
    repeated = [limiter.count(1, UpdateKind.MESSAGE, 7, 0) for _ in range(20)]
    assert set(repeated) == {ACCEPT}
    assert limiter.count(1, UpdateKind.MESSAGE, 8, 0) is ACCEPT
    assert limiter.count(1, UpdateKind.MESSAGE, 9, 0) is NOTICE
    assert limiter.count(1, UpdateKind.MESSAGE, 9, 0) is NOTICE  # it is handled once more
    assert limiter.count(1, UpdateKind.MESSAGE, 7, 0) is ACCEPT


def test_lower_ids_count_as_well() -> None:
    """After a week without updates Telegram begins with another id."""
    limiter = limiter_of(2)
    found = [limiter.count(1, UpdateKind.MESSAGE, number, 0) for number in (900, 7, 8, 9)]
    assert found == [ACCEPT, ACCEPT, NOTICE, REJECT]


def test_each_person_and_each_kind_has_its_own_bucket() -> None:
    limiter = limiter_of(1)
    assert decisions(limiter, [0, 0]) == [ACCEPT, NOTICE]
    assert decisions(limiter, [0, 0], UpdateKind.TAP) == [ACCEPT, NOTICE]
    assert decisions(limiter, [0, 0], UpdateKind.CRAMP) == [ACCEPT, NOTICE]
    assert decisions(limiter, [0, 0], user_id=2) == [ACCEPT, NOTICE]


def test_counters_are_bounded_and_an_active_sender_stays_limited() -> None:
    limiter = RateLimiter({UpdateKind.TAP: Rate(1, 60)}, max_counters=10)
    for number in range(1000):
        limiter.count(number, UpdateKind.TAP, number, 0)
        active_sender = limiter.count(-1, UpdateKind.TAP, number, 0)
    assert len(limiter._counters) == 10
    assert active_sender is REJECT


def test_a_person_typing_and_tapping_stays_below_the_limits() -> None:
    limiter = RateLimiter()
    assert set(decisions(limiter, [number * 2.0 for number in range(500)])) == {ACCEPT}
    assert set(decisions(limiter, [number * 0.5 for number in range(500)], UpdateKind.TAP)) == {
        ACCEPT
    }


# In the bot --------------------------------------------------------------------------------------


def first_words(ann: Someone) -> Counter[str]:
    """The first five words of each message of the bot → how many messages begin with them."""
    return Counter(" ".join(message.words.split()[:5]) for message in ann.bot_messages)


async def send_at_once(ann: Someone, text: str, times: int) -> None:
    """Send the same text many times at once, as a script would."""
    for _ in range(times):
        ann.harness.telegram.say(ann.telegram_person, text)
    await ann.harness.settled()


async def test_messages_over_thirty_a_minute_are_ignored_with_one_notice(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.live_for(timedelta(minutes=2))
    before = first_words(ann)
    await send_at_once(ann, "🦵", 60)
    answers = first_words(ann) - before
    assert answers["I did not understand that."] in {30, 31}  # half a minute gives fifteen more
    assert answers["That was a lot at"] == 1
    (line,) = [message for message in ann.bot_messages if message.words == TOO_MUCH]
    assert line.silent
    await harness.live_for(timedelta(seconds=61))
    await ann.says("🦵")
    assert ann.last.words.startswith("I did not understand that.")


async def test_a_cramp_is_logged_and_answered_while_messages_are_over_the_limit(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await send_at_once(ann, "hello?", 45)
    await ann.presses(LOG)
    assert ann.last.words.startswith("Cramp logged")
    await ann.says("/cramp")
    assert ann.last.words.startswith("Got it: one cramp")
    assert len(await harness.rows(Cramp)) == 2


async def test_forty_presses_are_all_logged_and_five_are_answered(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    before = len(ann.bot_messages)
    await send_at_once(ann, LOG, 40)
    rows = await harness.rows(Cramp)
    assert len(rows) == 40
    assert [row.same_as_id for row in rows] == [None, *[rows[0].id] * 39]
    answers = ann.bot_messages[before:]
    assert 5 <= len(answers) <= 6
    assert answers[0].words.startswith("Cramp logged")
    assert all(answer.words.startswith("Got it: one cramp") for answer in answers[1:])
    await ann.taps("8", answers[0])
    assert (await harness.rows(Cramp))[0].intensity == 8


async def test_a_separate_cramp_is_always_answered(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.app.router.rate_limiter = RateLimiter({**RATES, UpdateKind.CRAMP: Rate(1, 36_000)})
    for _ in range(3):
        await ann.presses(LOG)
    assert ann.last.words.startswith("Cramp logged")  # the others are silent
    await harness.live_for(timedelta(seconds=62))
    await ann.presses(LOG)
    assert "Your second cramp this night" in ann.last.words
    counted = [row for row in await harness.rows(Cramp) if row.same_as_id is None]
    assert len(counted) == 2


async def test_past_cramps_logged_by_command_are_never_dropped(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.app.router.rate_limiter = RateLimiter({**RATES, UpdateKind.CRAMP: Rate(2, 36_000)})
    before = len(ann.bot_messages)
    for hour in range(1, 6):
        await ann.says(f"/cramp yesterday {hour}am")
    await ann.says("/cramp banana")
    assert sorted(row.occurred_at.hour for row in await harness.rows(Cramp)) == [0, 1, 2, 3, 4]
    assert len(ann.bot_messages) == before + 2


async def test_a_forwarded_button_label_counts_as_a_message(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    harness.app.router.rate_limiter = RateLimiter({**RATES, UpdateKind.MESSAGE: Rate(1, 36_000)})
    for _ in range(3):
        harness.telegram.forward(ann.telegram_person, LOG)
    await harness.settled()
    assert ann.last.words == TOO_MUCH
    assert await harness.rows(Cramp) == []


async def test_taps_over_the_limit_are_ignored_with_one_notice(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(LOG)
    card = ann.with_button("8")
    harness.app.router.rate_limiter = RateLimiter({**RATES, UpdateKind.TAP: Rate(3, 36_000)})
    for number in "246":
        await ann.taps(number, card)
    assert await ann.taps("8", card) == "That was a lot at once. Try again in a minute."
    assert await ann.taps("10", card) is None
    assert (await harness.rows(Cramp))[0].intensity == 6
    await ann.presses(LOG)  # messages have their own bucket
    assert ann.last.words.startswith("Got it")


async def test_other_people_are_answered_meanwhile(harness: Harness) -> None:
    ann, ben = await harness.set_up_person("Ann"), await harness.set_up_person("Ben")
    for _ in range(200):
        harness.telegram.say(ann.telegram_person, "🦵")
    await ben.says("/help")
    assert ben.last.words.startswith("What I can do")
    assert len([message for message in ann.bot_messages if message.words == TOO_MUCH]) == 1


async def test_messages_sent_while_the_bot_was_down_are_not_over_the_limit(
    harness: Harness,
) -> None:
    ann = await harness.set_up_person("Ann")
    await harness.app.stop()
    for _ in range(50):
        harness.clock.set(harness.clock.now() + timedelta(seconds=30))
        harness.telegram.say(ann.telegram_person, "🦵")
    before = first_words(ann)
    await harness.start_again()
    assert first_words(ann) - before == Counter({"I did not understand that.": 50})
