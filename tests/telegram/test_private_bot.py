"""A private bot: whoever is not on its list is answered once, and then not at all."""

from datetime import timedelta

import pytest
from sqlmodel import SQLModel

from bot.database.models import Cramp, FailedUpdate, Stranger, User
from bot.telegram.rate_limit import RATES, Rate, RateLimiter, UpdateKind
from tests.support.harness import Harness, Someone

PRIVATE = "This bot is private. Its owner has to let you in."


async def close_to_all_but(harness: Harness, *people: Someone) -> None:
    """Start the bot anew with a list of who may use it."""
    allowed = frozenset(person.id for person in people)
    harness.settings = harness.settings.model_copy(update={"allowed_user_ids": allowed})
    await harness.restart()


@pytest.fixture
async def ann(harness: Harness) -> Someone:
    """The only one who may use the bot."""
    ann = await harness.set_up_person("Ann")
    await close_to_all_but(harness, ann)
    return ann


def words(person: Someone) -> list[str]:
    return [message.words for message in person.bot_messages]


async def test_a_stranger_is_answered_once(harness: Harness, ann: Someone) -> None:
    eve = await harness.person("Eve")
    for text in ("/start", "/start", "/cramp", "hello", "🦵 Log cramp"):
        await eve.says(text)
    harness.telegram.send_sticker(eve.telegram_person)
    harness.telegram.send_location(eve.telegram_person, 52.5, 13.4)
    await harness.settled()
    assert words(eve) == [PRIVATE]
    await ann.says("/cramp")
    assert ann.last.words.startswith("Cramp logged")


async def test_also_after_a_restart(harness: Harness, ann: Someone) -> None:
    eve = await harness.person("Eve")
    await eve.says("/start")
    await close_to_all_but(harness, ann)
    await eve.says("/start")
    assert words(eve) == [PRIVATE]


async def test_nothing_is_kept_of_a_stranger_but_that_and_when(
    harness: Harness, ann: Someone
) -> None:
    eve = await harness.person("Eve")
    await eve.says("a secret of mine")
    await eve.says("/cramp")
    (row,) = await harness.rows(Stranger)
    assert row.user_id == eve.id
    assert timedelta() <= harness.clock.now() - row.answered_at < timedelta(minutes=1)
    assert [user.id for user in await harness.rows(User)] == [ann.id]
    nothing: tuple[type[SQLModel], ...] = (Cramp, FailedUpdate)
    assert [await harness.rows(table) for table in nothing] == [[], []]


async def test_it_is_forgotten_after_thirty_days(harness: Harness, ann: Someone) -> None:
    eve = await harness.person("Eve")
    await eve.says("/start")
    harness.clock.set(harness.clock.now() + timedelta(days=29))
    await harness.app.jobs.run_maintenance()
    assert len(await harness.rows(Stranger)) == 1
    harness.clock.set(harness.clock.now() + timedelta(days=2))
    await harness.app.jobs.run_maintenance()
    assert await harness.rows(Stranger) == []
    await close_to_all_but(harness, ann)
    await eve.says("/start")
    assert words(eve) == [PRIVATE, PRIVATE]


async def test_taps_of_somebody_who_was_let_in_before(harness: Harness) -> None:
    ann, eve = await harness.set_up_person("Ann"), await harness.set_up_person("Eve")
    await eve.presses("🦵 Log cramp")
    card = eve.last
    await close_to_all_but(harness, ann)
    harness.app.router.rate_limiter = RateLimiter({**RATES, UpdateKind.TAP: Rate(2, 36_000)})
    said = len(eve.bot_messages)
    assert await eve.taps("6", card) == "This bot is private."
    tap = harness.telegram.tap(eve.telegram_person, card.id, "8")
    await harness.settled()
    assert tap.answer is not None  # the button does not spin on
    assert not tap.answer.get("text")
    left_out = harness.telegram.tap(eve.telegram_person, card.id, "10")
    await harness.settled()
    assert left_out.answer is None
    await eve.says("hello")
    assert len(eve.bot_messages) == said
    assert (await harness.rows(Cramp))[0].intensity is None


@pytest.mark.usefixtures("ann")
async def test_a_stranger_who_floods_gets_no_more_words_than_others(harness: Harness) -> None:
    harness.app.router.rate_limiter = RateLimiter({**RATES, UpdateKind.MESSAGE: Rate(2, 3600)})
    eve = await harness.person("Eve")
    for _ in range(6):
        await eve.says("hello")
    assert words(eve) == [PRIVATE]


async def test_whoever_is_let_in_later_can_use_it(harness: Harness, ann: Someone) -> None:
    eve = await harness.person("Eve")
    await eve.says("/start")
    await close_to_all_but(harness, ann, eve)
    await eve.says("/start")
    assert eve.last.words.startswith("Hello, I am CalmCalf.")
    await eve.says("/delete")
    await eve.taps("Yes, erase everything")
    assert await harness.rows(Stranger) == []
