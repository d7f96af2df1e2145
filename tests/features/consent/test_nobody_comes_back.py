"""Nobody becomes known by an old button, by reading, or by a page: every verb and every route."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest

from bot.features.consent.messages import start_again
from bot.features.registry import FEATURES
from bot.features.users.messages.keyboard import log_label
from bot.i18n.translator import translator
from bot.sandbox.models import Tap
from tests.features.consent.test_flow import agreed, rows_of_people
from tests.features.mini_app.serving import KEY, Phone, served
from tests.support.handlers import commands_of, labels_of, taps_of
from tests.support.harness import Harness, Someone
from tests.support.lengths import soak_length, some

ARGUMENTS = ("", ":1", ":yes", ":1:1:1", ":20270113", ":Europe/Berlin")
"""What follows the verb: nothing, and what some handler takes for its own."""
AT_ONCE = 40
"""Taps between two minutes, below the rate limit."""
ENGLISH = translator("en")


def verbs() -> Iterator[str]:
    """All callback data that some feature handles, without arguments."""
    for feature in FEATURES:
        if not feature.is_for_admins:
            for name, verb in taps_of(feature):
                yield f"{name}:{verb}"


async def tap_everything(bot: Harness, someone: Someone) -> dict[str, str | None]:
    """Tap every verb with all arguments; returns what each was answered, by its data."""
    message = someone.last
    some_verbs = some(list(verbs()), 3)
    every = [f"{verb}{rest}" for verb in (*some_verbs, "gone:button") for rest in ARGUMENTS]
    taps: dict[str, Tap] = {}
    for first in range(0, len(every), AT_ONCE):
        for data in every[first : first + AT_ONCE]:
            taps[data] = bot.telegram.tap_data(someone.telegram_person, message, data)
        await bot.settled()
        bot.clock.set(bot.clock.now() + timedelta(minutes=1))
    return {data: (tap.answer or {}).get("text") for data, tap in taps.items()}


async def say_everything(bot: Harness, someone: Someone, *, but: frozenset[str]) -> None:
    """Send every command and every label of the keyboard but some, edits, and other messages."""
    said = [f"/{name}" for feature in FEATURES for name in sorted(commands_of(feature))]
    said += [label for feature in FEATURES for label in sorted(labels_of(feature, ENGLISH))]
    said += ["hello", "22:15", "8", "yes", "stretch at 20:00", "no cramps last night", "undo"]
    said += ["/start care_unknown", "why do I get cramps?"]
    for text in (one for one in said if one not in but):
        bot.telegram.say(someone.telegram_person, text)
        await bot.settled()
        bot.clock.set(bot.clock.now() + timedelta(seconds=10))
    person = someone.telegram_person
    bot.telegram.edit(person, someone.messages[-2].id, "cramp left calf")
    for send in (bot.telegram.send_sticker, bot.telegram.send_location):
        send(person)
    bot.telegram.send_photos(person, [b"one", b"another"])
    bot.telegram.send_document(person, b"{}", "diary.json")
    bot.telegram.block(person)
    bot.telegram.unblock(person)
    await bot.settled()


async def never_began(bot: Harness) -> Someone:
    ann = await bot.person("Ann")
    await ann.says("hello")
    return ann


async def was_erased(bot: Harness) -> Someone:
    """Somebody who was erased after having used the bot; the messages are still there."""
    ann = await agreed(bot) if bot.settings.is_open else await bot.set_up_person("Ann")
    await ann.says("/cramp")
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    return ann


IN_OPEN_BOT = [was_erased, never_began][: soak_length(1, 2)]
IN_PRIVATE_BOT = [never_began, was_erased][: soak_length(1, 2)]
"""Each walk takes a while: in ``make test`` each kind of person tries one kind of bot."""


@pytest.mark.parametrize("who", IN_OPEN_BOT)
async def test_nothing_makes_somebody_known_in_an_open_bot(
    open_bot: Harness, who: Callable[[Harness], Awaitable[Someone]]
) -> None:
    await try_everything(open_bot, await who(open_bot), begins=frozenset())


@pytest.mark.parametrize("who", IN_PRIVATE_BOT)
async def test_nothing_but_start_and_a_cramp_makes_somebody_known_in_a_private_bot(
    harness: Harness, who: Callable[[Harness], Awaitable[Someone]]
) -> None:
    begins = frozenset({"/start", "/cramp", log_label(ENGLISH), "/start care_unknown"})
    await try_everything(harness, await who(harness), begins=begins)


async def try_everything(bot: Harness, ann: Someone, begins: frozenset[str]) -> None:
    """Tap and say everything: there is no row of anybody afterwards."""
    assert await rows_of_people(bot) == {}
    answered = await tap_everything(bot, ann)
    assert await rows_of_people(bot) == {}
    assert start_again(ENGLISH) in answered.values()
    await say_everything(bot, ann, but=begins)
    assert await rows_of_people(bot) == {}


async def test_no_page_makes_somebody_known_in_an_open_bot(
    open_bot: Harness, unused_tcp_port: int
) -> None:
    await try_pages(open_bot, unused_tcp_port)


async def test_no_page_makes_somebody_known_in_a_private_bot(
    harness: Harness, unused_tcp_port: int
) -> None:
    await try_pages(harness, unused_tcp_port)


async def try_pages(bot: Harness, port: int) -> None:
    """Ask all that a page can, for somebody who was erased and for somebody who never began."""
    ann = await was_erased(bot)
    async with served(bot, port) as client:
        for someone in (ann, await bot.person("Bob")):
            for what, body in (("month", {}), ("log", {"key": KEY}), ("undo", {"key": KEY})):
                answer = await Phone(bot, client, someone).asks(what, body)
                assert (answer.status_code, answer.json()) == (401, {})
    assert await rows_of_people(bot) == {}
