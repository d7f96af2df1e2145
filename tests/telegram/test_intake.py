"""Intake: what is acknowledged is stored, has its effect once, and delays nobody else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from starlette.applications import Starlette
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, TypeHandler

from bot.clock import SystemClock
from bot.config import load_settings
from bot.database.engine import Database, Session
from bot.database.models import FailedUpdate, InboxRow, User
from bot.identity.people import get_or_create
from bot.identity.people_store import PeopleStore
from bot.sandbox.connections import Connections
from bot.sandbox.faults import Kind
from bot.sandbox.models import Person
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from bot.telegram import inbox, person_queues, update_handling
from bot.telegram.context import Context, Deps
from bot.telegram.errors import on_error
from bot.telegram.frame import Frame
from bot.telegram.intake import Intake
from bot.telegram.message import Message
from bot.telegram.polling import Polling
from bot.telegram.raw_update import sender_of
from bot.telegram.replies import Replies, Say
from bot.telegram.reply_sending import ReplySender
from bot.telegram.update_handling import MOST_ATTEMPTS
from bot.telegram.webhook import Webhook
from tests.support.what_happens import assert_said

Step = Callable[[Update], Awaitable[None]]


class Desk:
    """An Application with one handler that tests decide about."""

    def __init__(self, telegram: Telegram, application: Any, deps: Deps) -> None:
        self.telegram, self.application, self.deps = telegram, application, deps
        self.frames: dict[str, Frame] = {}
        self.intake = self.successor()
        self.taken: list[str] = []
        self.progress = asyncio.Condition()
        self.step: Step = self.note
        self.ann = telegram.add_person("Ann")
        self.ben = telegram.add_person("Ben")

    async def note(self, update: Update) -> None:
        assert update.message is not None
        self.taken.append(update.message.text or "")
        async with self.progress:
            self.progress.notify_all()

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[None]:
        polling = Polling(self.application.bot, self.intake, lambda: True)
        polling.start()
        try:
            yield
        finally:
            await polling.stop()

    def successor(self) -> Intake:
        """The intake of a process that follows one that ended."""
        frame = Frame(self.application, self.deps, PeopleStore(), uuid4().hex)
        self.frames[frame.holder] = frame
        replies = ReplySender(self.deps, self.application.bot, frame, {})
        return Intake(self.application, self.deps, frame, replies)

    async def intake_context(self, intake: Intake, update: Update) -> None:
        """Handle an update in the frame of a process, as its handlers do."""
        assert update.effective_user is not None
        frame = self.frames[intake.me]
        context = frame.context(update.effective_user.id, "en", self.deps.clock.now())

        async def work(ready: Context) -> Replies:
            await get_or_create(ready.session, ready.sender_id, ready.now, "en")
            return [Say(Message("late"))]

        await frame.run(context, work)

    async def is_taken(self, text: str) -> None:
        """Wait until an update has had its effect."""
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            async with self.progress:
                await self.progress.wait_for(lambda: text in self.taken)

    async def states(self) -> list[str]:
        """How far the updates in the inbox are."""
        async with self.deps.database.transaction() as session:
            return list(
                await session.exec(select(InboxRow.state).order_by(col(InboxRow.update_id)))
            )

    def waiting(self) -> list[str]:
        """Texts that Telegram still keeps for the bot."""
        return [
            update["message"]["text"] for update in self.telegram.updates.next_for_polling(0, 100)
        ]


@pytest.fixture
async def desk(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(update_handling, "TIME_LIMIT_SECONDS", 0.3)
    telegram = Telegram()
    server = await serve(create_app(telegram))
    application = (
        Application.builder()
        .token(telegram.token)
        .base_url(f"{server.url}/bot")
        .updater(None)
        .job_queue(None)
        .build()
    )
    database = Database(sqlite_url)
    deps = Deps(load_settings(None, bot_token="1:sandbox-token"), database, SystemClock())
    desk = Desk(telegram, application, deps)

    async def handle(update: Update, _context: object) -> None:
        await desk.step(update)

    application.add_handler(TypeHandler(Update, handle))
    application.add_error_handler(on_error, block=True)
    async with application:
        yield desk
    await database.close()
    await server.close()


async def test_updates_are_handled_in_order(desk: Desk) -> None:
    for number in range(5):
        desk.telegram.say(desk.ann, f"a{number}")
    async with desk.polling():
        await desk.telegram.settled()
        await desk.intake.idle()
    assert desk.taken == ["a0", "a1", "a2", "a3", "a4"]
    assert await desk.states() == ["done"] * 5


async def test_what_is_stored_is_acknowledged_before_it_is_handled(desk: Desk) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(update: Update) -> None:
        begun.set()
        await go_on.wait()
        await desk.note(update)

    desk.step = slowly
    desk.telegram.say(desk.ann, "one")
    async with desk.polling():
        await begun.wait()
        await desk.telegram.settled()
        assert (desk.waiting(), desk.taken, await desk.states()) == ([], [], ["waiting"])
        go_on.set()
        await desk.intake.idle()
    assert desk.taken == ["one"]


async def test_stopping_finishes_what_is_in_hand(desk: Desk) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(update: Update) -> None:
        begun.set()
        await go_on.wait()
        await desk.note(update)

    desk.step = slowly
    desk.telegram.say(desk.ann, "one")
    desk.telegram.say(desk.ann, "two")
    async with desk.polling():
        await begun.wait()
    stopping = asyncio.create_task(desk.intake.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert desk.taken == ["one"]
    assert desk.waiting() == []
    assert await desk.states() == ["done", "waiting"]  # released: the next process goes on with it

    successor = desk.successor()
    await successor.recover()
    await successor.idle()
    assert desk.taken == ["one", "two"]
    await successor.stop()


async def test_nothing_is_acknowledged_while_the_database_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = asyncio.Event()

    async def away(*_anything: object) -> set[int]:
        tried.set()
        raise OperationalError("insert", {}, OSError("no route"))

    desk.telegram.say(desk.ann, "one")
    desk.telegram.say(desk.ann, "two")
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "store", away)
        async with desk.polling():
            await tried.wait()
            assert desk.waiting() == ["one", "two"]
    async with desk.polling():
        await desk.telegram.settled()
        await desk.intake.idle()
    assert desk.taken == ["one", "two"]
    assert desk.telegram.chat(desk.ann)[-1].text == "two"  # nobody was bothered


async def test_an_effect_waits_while_the_database_is_away(desk: Desk) -> None:
    away = True
    tried = asyncio.Event()

    async def needs_the_database(update: Update) -> None:
        if away:
            tried.set()
            raise OperationalError("select", {}, OSError("no route"))
        await desk.note(update)

    desk.step = needs_the_database
    for text in ("one", "two"):
        desk.telegram.say(desk.ann, text)
    async with desk.polling():
        await tried.wait()
        away = False
        await desk.telegram.settled()
        await desk.intake.idle()
    assert desk.taken == ["one", "two"]
    assert desk.telegram.chat(desk.ann)[-1].text == "two"


async def test_an_update_that_comes_again_is_not_handled_again(desk: Desk) -> None:
    update = TestWebhook().update(desk.ann, "one")
    for _again in range(3):
        assert await desk.intake.accept([update, update])
        await desk.intake.idle()
    assert desk.taken == ["one"]


async def test_what_kills_the_process_again_and_again_is_set_aside(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Each process holds the update and is gone; the fourth one does not try any more."""
    begun = asyncio.Event()

    async def die(_update: Update) -> None:
        begun.set()
        await asyncio.Event().wait()

    desk.step = die
    process = desk.intake
    assert await process.accept([TestWebhook().update(desk.ann, "one")])
    for _kill in range(MOST_ATTEMPTS):
        await begun.wait()
        begun.clear()
        for task in tuple(process._queues._tasks):
            task.cancel()
        process = desk.successor()
        await process.recover()
    await process.idle()
    assert not begun.is_set()
    async with desk.deps.database.transaction() as session:
        kept = (await session.exec(select(FailedUpdate))).one()
    assert (kept.raw["message"]["text"], kept.error) == ("one", "Killed")
    desk.step = desk.note
    assert await process.accept([TestWebhook().update(desk.ann, "two", 2)])
    await process.idle()
    assert desk.taken == ["two"]
    await process.stop()
    assert_said("a message that kills the process", caplog.messages, most=1)


async def test_a_bug_is_set_aside_said_plainly_and_stops_nobody(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async def with_a_bug(update: Update) -> None:
        assert update.message is not None
        if update.message.text == "bad":
            raise ZeroDivisionError
        await desk.note(update)

    desk.step = with_a_bug
    for text in ("good", "bad", "better"):
        desk.telegram.say(desk.ann, text)
    async with desk.polling():
        await desk.telegram.settled()
        await desk.intake.idle()
    assert desk.taken == ["good", "better"]
    async with desk.deps.database.transaction() as session:
        kept = (await session.exec(select(FailedUpdate))).one()
    assert kept.raw["message"]["text"] == "bad"
    assert (kept.user_id, kept.error) == (desk.ann.id, "ZeroDivisionError")
    said = [message for message in desk.telegram.chat(desk.ann) if message.from_bot]
    assert [message.text for message in said] == [
        "Sorry, something went wrong on my side. What you logged before is safe."
    ]
    assert_said("a bug", caplog.messages)


async def test_one_unreadable_update_stops_nobody(desk: Desk) -> None:
    desk.telegram.inject({"message": {"message_id": "?", "chat": 7}})
    desk.telegram.inject({"a_kind_of_tomorrow": {"x": 1}})
    desk.telegram.say(desk.ann, "one")

    async def note_messages(update: Update) -> None:
        if update.message is not None:
            await desk.note(update)

    desk.step = note_messages
    async with desk.polling():
        await desk.telegram.settled()
        await desk.intake.idle()
    assert desk.taken == ["one"]


async def test_an_update_that_takes_too_long_is_tried_again_and_then_set_aside(
    desk: Desk,
) -> None:
    tries = 0

    async def never_ends(update: Update) -> None:
        nonlocal tries
        assert update.message is not None
        if update.message.text == "one":
            tries += 1
            await asyncio.Event().wait()
        await desk.note(update)

    desk.step = never_ends
    desk.telegram.say(desk.ann, "one")
    desk.telegram.say(desk.ann, "two")
    async with desk.polling():
        await desk.telegram.settled()
        await desk.intake.idle()
    assert tries == MOST_ATTEMPTS
    assert desk.taken == ["two"]


async def test_one_persons_order_is_kept_and_others_do_not_wait(desk: Desk) -> None:
    held = asyncio.Event()

    async def step(update: Update) -> None:
        assert update.message is not None
        if update.message.text == "a0":
            await asyncio.wait_for(held.wait(), 0.25)
        if update.message.text == "b0":
            held.set()
        await desk.note(update)

    desk.step = step
    for text in ("a0", "a1"):
        desk.telegram.say(desk.ann, text)
    desk.telegram.say(desk.ben, "b0")
    async with desk.polling():
        await desk.telegram.settled()
        await desk.intake.idle()
    assert sorted(desk.taken) == ["a0", "a1", "b0"]
    assert desk.taken.index("a0") < desk.taken.index("a1")
    assert desk.taken[0] == "b0"


async def test_polling_goes_on_through_every_trouble(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    kinds: tuple[Kind, ...] = (
        *("server_error", "garbage", "drop_before", "drop_after", "too_many_requests"),
        "unauthorized",
    )
    for kind in kinds:
        desk.telegram.faults.set(kind, method="getUpdates", times=1)
    desk.telegram.say(desk.ann, "one")
    async with desk.polling():
        await desk.telegram.settled(timeout=30)
        await desk.intake.idle()
    assert desk.taken == ["one"]
    assert_said("the token is revoked while the bot runs (401)", caplog.messages, most=1)


async def test_an_earlier_update_that_comes_later_is_handled_first(desk: Desk) -> None:
    """While the first of a person's updates is in hand, the third comes before the second."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(update: Update) -> None:
        begun.set()
        await go_on.wait()
        await desk.note(update)

    desk.step = slowly
    update = TestWebhook().update
    for number in (1, 3, 2):
        assert await desk.intake.accept([update(desk.ann, f"a{number}", number)])
        await begun.wait()
    go_on.set()
    await desk.intake.idle()
    assert desk.taken == ["a1", "a2", "a3"]


async def test_what_one_person_sends_without_end_waits_in_the_database(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_queues, "MOST_OF_ONE_PERSON", 3)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(update: Update) -> None:
        if update.effective_user is not None and update.effective_user.id == desk.ann.id:
            begun.set()
            await go_on.wait()
        await desk.note(update)

    desk.step = slowly
    update = TestWebhook().update
    assert await desk.intake.accept([update(desk.ann, f"a{n}", n) for n in range(1, 11)])
    await begun.wait()
    assert await desk.intake.accept([update(desk.ben, "b", 11)])
    await desk.is_taken("b")
    assert desk.taken == ["b"]
    assert len(desk.intake._queues._queues[desk.ann.id]) == 3
    go_on.set()
    await desk.is_taken("a10")
    assert desk.taken == ["b", *(f"a{n}" for n in range(1, 11))]
    await desk.intake.idle()
    assert set(await desk.states()) == {"done"}


async def test_more_people_than_fit_into_memory_are_all_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_queues, "MOST_IN_MEMORY", 2)
    people = [desk.telegram.add_person(f"P{n}") for n in range(9)]
    update = TestWebhook().update
    raws = [update(one, one.first_name, n) for n, one in enumerate(people, 1)]
    assert await desk.intake.accept(raws)
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while len(desk.taken) < len(people):
            await desk.intake.idle()
            await desk.intake.recover()
    assert sorted(desk.taken) == sorted(one.first_name for one in people)


async def test_a_commit_whose_answer_was_lost_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The updates are stored, but the process was told that they are not."""
    store, has_failed = inbox.store, False

    async def store_and_fail(session: Session, *arguments: Any) -> set[int]:
        nonlocal has_failed
        await store(session, *arguments)
        if has_failed:
            return set()
        has_failed = True
        await session.commit()
        raise OperationalError("commit", {}, OSError("the connection broke"))

    monkeypatch.setattr(inbox, "store", store_and_fail)
    update = TestWebhook().update(desk.ann, "one")
    assert not await desk.intake.accept([update])
    assert await desk.intake.accept([update])  # Telegram sends it again
    await desk.is_taken("one")
    await desk.intake.idle()
    assert (desk.taken, await desk.states()) == (["one"], ["done"])


async def test_a_process_that_was_frozen_changes_nothing_when_it_wakes(desk: Desk) -> None:
    """Another process has taken over the update that the frozen one is handling."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    context = desk.intake_context

    async def freeze(update: Update) -> None:
        begun.set()
        await go_on.wait()
        await context(desk.intake, update)

    desk.step = freeze
    assert await desk.intake.accept([TestWebhook().update(desk.ann, "one")])
    await begun.wait()
    successor = desk.successor()
    desk.step = desk.note
    await successor.recover()
    await successor.idle()
    assert desk.taken == ["one"]
    go_on.set()
    await desk.intake.idle()
    assert (desk.taken, await desk.states()) == (["one"], ["done"])
    async with desk.deps.database.transaction() as session:
        assert (await session.exec(select(User))).all() == []  # it was rolled back


class TestWebhook:
    SECRET = "a-secret-of-enough-letters"

    @asynccontextmanager
    async def client(self, desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
        webhook = Webhook(desk.intake, self.SECRET)
        app = Starlette(routes=[Route("/telegram", webhook.receive, methods=["POST"])])
        app.state.telegram, app.state.connections = Telegram(), Connections()
        server = await serve(app)
        async with httpx.AsyncClient(base_url=server.url) as client:
            yield client
        await server.close()

    def update(self, person: Person, text: str, number: int = 1) -> dict[str, Any]:
        return {
            "update_id": number,
            "message": {
                "message_id": number,
                "date": 1_800_000_000,
                "chat": person.as_chat(),
                "from": person.as_user(),
                "text": text,
            },
        }

    async def post(self, client: httpx.AsyncClient, body: object, secret: str) -> httpx.Response:
        return await client.post(
            "/telegram",
            content=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"X-Telegram-Bot-Api-Secret-Token": secret},
        )

    async def test_200_once_it_is_stored(self, desk: Desk) -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slowly(update: Update) -> None:
            begun.set()
            await go_on.wait()
            await desk.note(update)

        desk.step = slowly
        async with self.client(desk) as client:
            response = await self.post(client, self.update(desk.ann, "one"), self.SECRET)
            assert (response.status_code, desk.taken) == (200, [])
            again = await self.post(client, self.update(desk.ann, "one"), self.SECRET)
            assert again.status_code == 200
            go_on.set()
            await desk.intake.idle()
        assert desk.taken == ["one"]

    async def test_503_while_the_database_is_away(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def away(*_anything: object) -> set[int]:
            raise OperationalError("insert", {}, OSError("no route"))

        monkeypatch.setattr(inbox, "store", away)
        async with self.client(desk) as client:
            response = await self.post(client, self.update(desk.ann, "one"), self.SECRET)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")

    @pytest.mark.parametrize("secret", ["", "wrong", "a-secret-of-enough-letterS"])
    async def test_403_without_the_secret(self, desk: Desk, secret: str) -> None:
        async with self.client(desk) as client:
            response = await self.post(client, self.update(desk.ann, "one"), secret)
        assert (response.status_code, response.text, desk.taken) == (403, "", [])

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "x"}', b"\xff\xfe"])
    async def test_what_cannot_be_read_does_not_come_again(self, desk: Desk, body: bytes) -> None:
        async with self.client(desk) as client:
            response = await self.post(client, body, self.SECRET)
        assert response.status_code == 200

    async def test_too_large(self, desk: Desk) -> None:
        async with self.client(desk) as client:
            response = await self.post(client, b" " * 2_000_000, self.SECRET)
        assert response.status_code == 413


async def test_the_same_person_is_never_handled_twice_at_a_time(desk: Desk) -> None:
    inside = 0
    most = 0

    async def step(_update: Update) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1

    desk.step = step
    update = TestWebhook().update
    await asyncio.gather(*(desk.intake.accept([update(desk.ann, "x", n)]) for n in range(10)))
    await desk.intake.idle()
    assert most == 1


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ({"message": {"from": {"id": 5_000_000_001}}}, 5_000_000_001),
        ({"callback_query": {"from": {"id": 7}}}, 7),
        ({"my_chat_member": {"from": {"id": 7}}}, 7),
        ({"message": {"from": {"id": "7"}}}, None),
        ({"message": []}, None),
        ({"edited_message": {"from": {"id": 7}}}, 7),
        ({"edited_channel_post": {"from": {"id": 7}}}, None),
        ({}, None),
    ],
)
def test_sender_of(raw: dict[str, Any], sender: int | None) -> None:
    assert sender_of(raw) == sender
