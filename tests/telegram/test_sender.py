"""Telegram's answers as values: every kind of trouble over real HTTP, and errors one by one."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TimedOut

from bot.sandbox.faults import Kind
from bot.sandbox.models import Person
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from bot.telegram import sender
from bot.telegram.http_client import AioRequest, NotReachedError
from bot.telegram.message import Button, Message, ReplyKeyboard
from bot.telegram.sender import Blocked, Failed, NotSent, Outcome, RetryLater, Sent, Unknown

HELLO = Message("Hello <b>you</b>", ((Button("OK", "a:b"),),))


class Line:
    """A bot, a person and the sandbox between them."""

    def __init__(self, telegram: Telegram, bot: Bot, person: Person) -> None:
        self.telegram, self.bot, self.person = telegram, bot, person

    async def send(self, message: Message = HELLO) -> Outcome:
        return await sender.send(self.bot, self.person.id, message)

    def received(self) -> int:
        return sum(message.from_bot for message in self.telegram.chat(self.person))


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    telegram = Telegram()
    server = await serve(create_app(telegram))
    request = AioRequest(read_timeout=0.5)
    async with Bot(
        telegram.token, base_url=f"{server.url}/bot", request=request, get_updates_request=request
    ) as bot:
        person = telegram.add_person("Ann")
        telegram.say(person, "hi")
        yield Line(telegram, bot, person)
    await server.close()


async def test_sent(line: Line) -> None:
    outcome = await line.send()
    assert isinstance(outcome, Sent)
    assert outcome.message_id == line.telegram.chat(line.person)[-1].id


FAULTS: list[tuple[Kind, Outcome, int]] = [
    ("too_many_requests", RetryLater(timedelta(seconds=7)), 0),
    ("server_error", Unknown(), 0),
    ("garbage", Unknown(), 0),
    ("drop_before", Unknown(), 0),
    ("drop_after", Unknown(), 1),
    ("hang", Unknown(), 0),
]


@pytest.mark.parametrize(("kind", "expected", "received"), FAULTS)
async def test_trouble(line: Line, kind: Kind, expected: Outcome, received: int) -> None:
    line.telegram.faults.set(kind, method="sendMessage", times=1, retry_after=7)
    assert await line.send() == expected
    assert line.received() == received
    assert isinstance(await line.send(), Sent)


async def test_too_many_requests_that_does_not_say_how_long(line: Line) -> None:
    line.telegram.faults.set("too_many_requests", times=1, retry_after=None)
    assert await line.send() == RetryLater(sender.UNNAMED_PAUSE)


async def test_blocked(line: Line) -> None:
    line.telegram.block(line.person)
    assert await line.send() == Blocked()


async def test_a_chat_that_does_not_exist(line: Line) -> None:
    assert await sender.send(line.bot, 404, HELLO) == Blocked()


async def test_what_telegram_will_never_take(line: Line) -> None:
    assert isinstance(await line.send(Message("x" * 5000)), Failed)
    assert isinstance(await line.send(Message("<b>never closed")), Failed)


async def test_nobody_listens() -> None:
    request = AioRequest()
    await request.initialize()
    bot = Bot("1:sandbox-token", base_url="http://127.0.0.1:9/bot", request=request)
    assert await sender.send(bot, 1, HELLO) == NotSent()
    await request.shutdown()


async def test_a_transport_that_is_closed_sends_nothing() -> None:
    bot = Bot("1:sandbox-token", base_url="http://127.0.0.1:9/bot", request=AioRequest())
    assert await sender.send(bot, 1, HELLO) == NotSent()


async def test_an_edit_that_changes_nothing_is_a_success(line: Line) -> None:
    outcome = await line.send()
    assert isinstance(outcome, Sent)
    assert outcome.message_id is not None
    again = await sender.edit(line.bot, line.person.id, outcome.message_id, HELLO)
    assert isinstance(again, Sent)


async def test_a_message_with_the_keyboard_cannot_be_edited(line: Line) -> None:
    outcome = await line.send(Message("Here", reply_keyboard=ReplyKeyboard((("Log cramp",),))))
    assert isinstance(outcome, Sent)
    assert outcome.message_id is not None
    edited = await sender.edit(line.bot, line.person.id, outcome.message_id, HELLO)
    assert isinstance(edited, Failed)


async def test_patience_gets_a_reply_through(line: Line) -> None:
    line.telegram.faults.set("too_many_requests", method="sendMessage", times=1, retry_after=1)
    assert isinstance(await sender.patiently(line.send), Sent)
    assert line.received() == 1


async def test_patience_does_not_double_what_may_have_arrived(line: Line) -> None:
    line.telegram.faults.set("drop_after", method="sendMessage", times=1)
    assert await sender.patiently(line.send) == Unknown()
    assert line.received() == 1


ERRORS: list[tuple[Exception, Outcome]] = [
    (NotReachedError("ClientConnectorError"), NotSent()),
    (TimedOut(), Unknown()),
    (NetworkError("ServerDisconnectedError"), Unknown()),
    (NetworkError("Too Many Requests"), RetryLater(sender.UNNAMED_PAUSE)),
    (BadRequest("Message is not modified: x"), Sent()),
    (BadRequest("Chat not found"), Blocked()),
    (BadRequest("message can't be edited"), Failed("message can't be edited")),
    (KeyError("result"), Unknown()),
]


@pytest.mark.parametrize(("error", "outcome"), ERRORS)
def test_classify(error: Exception, outcome: Outcome) -> None:
    assert sender.classify(error) == outcome


def test_an_error_of_our_own_is_not_taken_for_telegrams() -> None:
    with pytest.raises(ZeroDivisionError):
        sender.classify(ZeroDivisionError())
