"""A private bot: whoever is not on its list is answered once, and then not at all."""

from datetime import timedelta

import pytest
from sqlmodel import SQLModel

from bot.database.models import Cramp, FailedUpdate, Stranger, User
from bot.telegram.rate_limit import RATES, Rate, RateLimiter, Sort
from tests.support.harness import Someone, World

PRIVATE = "This bot is private. Its owner has to let you in."


async def close_to_all_but(world: World, *people: Someone) -> None:
    """Start the bot anew with a list of who may use it."""
    allowed = frozenset(person.id for person in people)
    world.settings = world.settings.model_copy(update={"allowed_user_ids": allowed})
    await world.restart()


@pytest.fixture
async def ann(world: World) -> Someone:
    """The only one who may use the bot."""
    ann = await world.set_up_person("Ann")
    await close_to_all_but(world, ann)
    return ann


def words(person: Someone) -> list[str]:
    return [message.words for message in person.bot_messages]


async def test_a_stranger_is_answered_once(world: World, ann: Someone) -> None:
    eve = await world.person("Eve")
    for text in ("/start", "/start", "/cramp", "hello", "🦵 Log cramp"):
        await eve.says(text)
    world.telegram.send_sticker(eve.telegram_person)
    world.telegram.send_location(eve.telegram_person, 52.5, 13.4)
    await world.settled()
    assert words(eve) == [PRIVATE]
    await ann.says("/cramp")
    assert ann.last.words.startswith("Logged")


async def test_also_after_a_restart(world: World, ann: Someone) -> None:
    eve = await world.person("Eve")
    await eve.says("/start")
    await close_to_all_but(world, ann)
    await eve.says("/start")
    assert words(eve) == [PRIVATE]


async def test_nothing_is_kept_of_a_stranger_but_that_and_when(world: World, ann: Someone) -> None:
    eve = await world.person("Eve")
    await eve.says("a secret of mine")
    await eve.says("/cramp")
    (row,) = await world.rows(Stranger)
    assert row.user_id == eve.id
    assert timedelta() <= world.clock.now() - row.answered_at < timedelta(minutes=1)
    assert [user.id for user in await world.rows(User)] == [ann.id]
    nothing: tuple[type[SQLModel], ...] = (Cramp, FailedUpdate)
    assert [await world.rows(table) for table in nothing] == [[], []]


async def test_it_is_forgotten_after_thirty_days(world: World, ann: Someone) -> None:
    eve = await world.person("Eve")
    await eve.says("/start")
    world.clock.set(world.clock.now() + timedelta(days=29))
    await world.app._tidy()
    assert len(await world.rows(Stranger)) == 1
    world.clock.set(world.clock.now() + timedelta(days=2))
    await world.app._tidy()
    assert await world.rows(Stranger) == []
    await close_to_all_but(world, ann)
    await eve.says("/start")
    assert words(eve) == [PRIVATE, PRIVATE]


async def test_taps_of_somebody_who_was_let_in_before(world: World) -> None:
    ann, eve = await world.set_up_person("Ann"), await world.set_up_person("Eve")
    await eve.presses("🦵 Log cramp")
    card = eve.last
    await close_to_all_but(world, ann)
    world.app.router.flood = RateLimiter({**RATES, Sort.TAP: Rate(2, 36_000)})
    said = len(eve.bot_messages)
    assert await eve.taps("7", card) == "This bot is private."
    tap = world.telegram.tap(eve.telegram_person, card.id, "8")
    await world.settled()
    assert tap.answer is not None  # the button does not spin on
    assert not tap.answer.get("text")
    left_out = world.telegram.tap(eve.telegram_person, card.id, "9")
    await world.settled()
    assert left_out.answer is None
    await eve.says("hello")
    assert len(eve.bot_messages) == said
    assert (await world.rows(Cramp))[0].intensity is None


@pytest.mark.usefixtures("ann")
async def test_a_stranger_who_floods_gets_no_more_words_than_others(world: World) -> None:
    world.app.router.flood = RateLimiter({**RATES, Sort.MESSAGE: Rate(2, 3600)})
    eve = await world.person("Eve")
    for _ in range(6):
        await eve.says("hello")
    assert words(eve) == [PRIVATE]


async def test_whoever_is_let_in_later_can_use_it(world: World, ann: Someone) -> None:
    eve = await world.person("Eve")
    await eve.says("/start")
    await close_to_all_but(world, ann, eve)
    await eve.says("/start")
    assert eve.last.words.startswith("Hello, I am CalmCalf.")
    await eve.says("/delete")
    await eve.taps("Yes, erase everything")
    assert await world.rows(Stranger) == []
