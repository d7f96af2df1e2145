"""Typed text answers the newest question, not an older one."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.database.models import Cramp, Delivery, Reminder, SetupStep, User
from tests.support.harness import Harness, Someone

Ask = Callable[[Harness, Someone], Awaitable[None]]
LOG = "🦵 Log cramp"
STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
AT_FOUR = datetime(2027, 1, 14, 3, 0, tzinfo=UTC)
AT_TEN_PAST_THREE = datetime(2027, 1, 14, 2, 10, tzinfo=UTC)


async def ask_for_times(_harness: Harness, ann: Someone) -> None:
    await ann.presses("🔔 Reminders")
    await ann.taps("🌙 Stretch")
    await ann.taps("Type a time…")


async def ask_for_later(harness: Harness, ann: Someone) -> None:
    await harness.live_until(STRETCH)
    await ann.taps("Later")
    await ann.taps("At a time…")


async def ask_for_bedtime(_harness: Harness, ann: Someone) -> None:
    await ann.presses("🔔 Reminders")
    await ann.taps("Bedtime")


async def ask_for_zone(_harness: Harness, ann: Someone) -> None:
    await ann.says("/timezone")


@pytest.mark.parametrize("ask", [ask_for_times, ask_for_later, ask_for_bedtime, ask_for_zone])
async def test_a_time_typed_after_logging_is_the_time_of_the_cramp(
    harness: Harness, ask: Ask
) -> None:
    ann = await harness.set_up_person("Ann")
    await ask(harness, ann)
    await harness.live_until(AT_FOUR)
    people, chosen = await harness.rows(User), [one.times for one in await harness.rows(Reminder)]
    await ann.presses(LOG)
    await ann.says("03:10")
    assert [cramp.occurred_at for cramp in await harness.rows(Cramp)] == [AT_TEN_PAST_THREE]
    assert [one.times for one in await harness.rows(Reminder)] == chosen
    assert {row.later_at for row in await harness.rows(Delivery)} == {None}
    after = await harness.rows(User)
    assert [(one.bed_time, one.time_zone) for one in after] == [
        (one.bed_time, one.time_zone) for one in people
    ]
    assert after[0].awaiting is None


async def test_a_question_after_logging_is_answered_first(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.presses(LOG)
    await ask_for_times(harness, ann)
    await ann.says("22:10")
    assert next(one.times for one in await harness.rows(Reminder)) == "22:10"
    assert [cramp.occurred_at for cramp in await harness.rows(Cramp)] == [ann.messages[2].date]


async def test_logging_a_cramp_during_onboarding_leaves_its_questions_open(
    harness: Harness,
) -> None:
    ann = await harness.person("Ann")
    await ann.says("/start")
    await ann.says("Berlin")
    await ann.says("yes")
    open_question = (await harness.rows(User))[0].awaiting
    assert open_question is not None
    await harness.live_for(timedelta(minutes=1))
    await ann.says("/cramp")
    user = (await harness.rows(User))[0]
    assert (user.awaiting, user.setup_step) == (open_question, SetupStep.BED)
    assert len(await harness.rows(Cramp)) == 1
