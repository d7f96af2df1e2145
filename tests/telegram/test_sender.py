"""Outcomes of Bot API calls: every kind of failure over real HTTP, and each exception."""

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
from bot.telegram.bot_api_answers import NotReachedError
from bot.telegram.http_client import AiohttpRequest
from bot.telegram.message import Button, Message, ReplyKeyboard
from bot.telegram.sender import Blocked, Failed, NotSent, Outcome, RetryLater, Sent, Unknown

HELLO = Message("Hello <b>you</b>", ((Button("OK", "a:b"),),))


class Chat:
    """A bot and a person, connected by the sandbox."""

    def __init__(self, telegram: Telegram, bot: Bot, person: Person) -> None:
        self.telegram, self.bot, self.person = telegram, bot, person

    async def send(self, message: Message = HELLO) -> Outcome:
        return await sender.send(self.bot, self.person.id, message)

    def received(self) -> int:
        return sum(message.from_bot for message in self.telegram.chat(self.person))


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    telegram = Telegram()
    server = await serve(create_app(telegram))
    request = AiohttpRequest(read_timeout=2)
    async with Bot(
        telegram.token, base_url=f"{server.url}/bot", request=request, get_updates_request=request
    ) as bot:
        person = telegram.add_person("Ann")
        telegram.say(person, "hi")
        yield Chat(telegram, bot, person)
    await server.close()


async def test_sent(chat: Chat) -> None:
    outcome = await chat.send()
    assert isinstance(outcome, Sent)
    assert outcome.message_id == chat.telegram.chat(chat.person)[-1].id


FAULTS: list[tuple[Kind, Outcome, int]] = [
    ("too_many_requests", RetryLater(timedelta(seconds=7)), 0),
    ("server_error", NotSent(), 0),
    ("bad_gateway", NotSent(), 0),
    ("gateway_timeout", Unknown(), 0),
    ("block_page", NotSent(), 0),
    ("missing_page", NotSent(), 0),
    ("unauthorized", NotSent(), 0),
    ("logged_out", NotSent(), 0),
    ("all_blocked", Blocked(), 0),
    ("incomplete", Unknown(), 0),
    ("garbage", Unknown(), 0),
    ("drop_before", Unknown(), 0),
    ("drop_after", Unknown(), 1),
    ("hang", Unknown(), 0),
]


@pytest.mark.parametrize(("kind", "expected", "received"), FAULTS)
async def test_faults(chat: Chat, kind: Kind, expected: Outcome, received: int) -> None:
    chat.telegram.faults.set(kind, method="sendMessage", times=1, retry_after=7)
    assert await chat.send() == expected
    assert chat.received() == received
    assert isinstance(await chat.send(), Sent)


async def test_too_many_requests_without_retry_after(chat: Chat) -> None:
    chat.telegram.faults.set("too_many_requests", times=1, retry_after=None)
    assert await chat.send() == RetryLater(sender.DEFAULT_RETRY_AFTER)


async def test_blocked(chat: Chat) -> None:
    chat.telegram.block(chat.person)
    assert await chat.send() == Blocked()


async def test_a_chat_that_does_not_exist(chat: Chat) -> None:
    assert await sender.send(chat.bot, 404, HELLO) == Blocked()


async def test_invalid_messages_fail(chat: Chat) -> None:
    assert isinstance(await chat.send(Message("x" * 5000)), Failed)
    assert isinstance(await chat.send(Message("<b>never closed")), Failed)


async def test_connection_refused_was_not_sent() -> None:
    request = AiohttpRequest()
    await request.initialize()
    bot = Bot("1:sandbox-token", base_url="http://127.0.0.1:9/bot", request=request)
    assert await sender.send(bot, 1, HELLO) == NotSent()
    await request.shutdown()


async def test_a_closed_client_sends_nothing() -> None:
    bot = Bot("1:sandbox-token", base_url="http://127.0.0.1:9/bot", request=AiohttpRequest())
    assert await sender.send(bot, 1, HELLO) == NotSent()


async def test_an_edit_that_changes_nothing_is_a_success(chat: Chat) -> None:
    outcome = await chat.send()
    assert isinstance(outcome, Sent)
    assert outcome.message_id is not None
    again = await sender.edit(chat.bot, chat.person.id, outcome.message_id, HELLO)
    assert isinstance(again, Sent)


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(chat: Chat) -> None:
    outcome = await chat.send(Message("Here", reply_keyboard=ReplyKeyboard((("Log cramp",),))))
    assert isinstance(outcome, Sent)
    assert outcome.message_id is not None
    edited = await sender.edit(chat.bot, chat.person.id, outcome.message_id, HELLO)
    assert isinstance(edited, Failed)


async def test_a_refused_reply_is_retried(chat: Chat) -> None:
    chat.telegram.faults.set("too_many_requests", method="sendMessage", times=1, retry_after=1)
    assert isinstance(await sender.with_retries(chat.send), Sent)
    assert chat.received() == 1


async def test_a_reply_that_may_have_arrived_is_not_retried(chat: Chat) -> None:
    chat.telegram.faults.set("drop_after", method="sendMessage", times=1)
    assert await sender.with_retries(chat.send) == Unknown()
    assert chat.received() == 1


ERRORS: list[tuple[Exception, Outcome]] = [
    (NotReachedError("ClientConnectorError"), NotSent()),
    (TimedOut(), Unknown()),
    (NetworkError("ServerDisconnectedError"), Unknown()),
    (NetworkError("Too Many Requests"), RetryLater(sender.DEFAULT_RETRY_AFTER)),
    (BadRequest("Message is not modified: x"), Sent()),
    (BadRequest("Chat not found"), Blocked()),
    (BadRequest("message can't be edited"), Failed("message can't be edited")),
    (KeyError("result"), Unknown()),
]


@pytest.mark.parametrize(("error", "outcome"), ERRORS)
def test_classify(error: Exception, outcome: Outcome) -> None:
    assert sender.classify(error) == outcome


def test_other_exceptions_are_raised_again() -> None:
    with pytest.raises(ZeroDivisionError):
        sender.classify(ZeroDivisionError())
