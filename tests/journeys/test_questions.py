"""Typed text answers the question that the person has before their eyes, not an older one."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.database.models import Cramp, Delivery, Reminder, SetupStep, User
from tests.support.harness import Someone, World

Ask = Callable[[World, Someone], Awaitable[None]]
LOG = "🦵 Log cramp"
STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
AT_FOUR = datetime(2027, 1, 14, 3, 0, tzinfo=UTC)
AT_TEN_PAST_THREE = datetime(2027, 1, 14, 2, 10, tzinfo=UTC)


async def ask_for_times(_world: World, ann: Someone) -> None:
    await ann.presses("🔔 Reminders")
    await ann.taps("🌙 Stretch")
    await ann.taps("Type a time…")


async def ask_for_later(world: World, ann: Someone) -> None:
    await world.live_until(STRETCH)
    await ann.taps("Later")
    await ann.taps("At…")


async def ask_for_bedtime(_world: World, ann: Someone) -> None:
    await ann.presses("🔔 Reminders")
    await ann.taps("Bedtime")


async def ask_for_zone(_world: World, ann: Someone) -> None:
    await ann.says("/timezone")


@pytest.mark.parametrize("ask", [ask_for_times, ask_for_later, ask_for_bedtime, ask_for_zone])
async def test_a_time_typed_after_logging_is_the_cramps_and_no_older_questions(
    world: World, ask: Ask
) -> None:
    ann = await world.set_up_person("Ann")
    await ask(world, ann)
    await world.live_until(AT_FOUR)
    people, chosen = await world.rows(User), [one.times for one in await world.rows(Reminder)]
    await ann.presses(LOG)
    await ann.says("03:10")
    assert [cramp.occurred_at for cramp in await world.rows(Cramp)] == [AT_TEN_PAST_THREE]
    assert [one.times for one in await world.rows(Reminder)] == chosen
    assert {row.later_at for row in await world.rows(Delivery)} == {None}
    after = await world.rows(User)
    assert [(one.bed_time, one.time_zone) for one in after] == [
        (one.bed_time, one.time_zone) for one in people
    ]
    assert after[0].awaiting is None


async def test_a_question_after_logging_is_answered_first(world: World) -> None:
    ann = await world.set_up_person("Ann")
    await ann.presses(LOG)
    await ask_for_times(world, ann)
    await ann.says("22:10")
    assert next(one.times for one in await world.rows(Reminder)) == "22:10"
    assert [cramp.occurred_at for cramp in await world.rows(Cramp)] == [ann.messages[2].date]


async def test_a_cramp_in_the_midst_of_the_first_questions_leaves_them_open(world: World) -> None:
    ann = await world.person("Ann")
    await ann.says("/start")
    await ann.says("Berlin")
    open_question = (await world.rows(User))[0].awaiting
    assert open_question is not None
    await world.live_for(timedelta(minutes=1))
    await ann.says("/cramp")
    user = (await world.rows(User))[0]
    assert (user.awaiting, user.setup_step) == (open_question, SetupStep.BED)
    assert len(await world.rows(Cramp)) == 1
