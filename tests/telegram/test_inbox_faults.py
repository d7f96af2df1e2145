"""The inbox when something is in the way: locks, lost answers, frozen processes, full memory."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import select
from telegram import Update

from bot.clock import SystemClock
from bot.config import load_settings
from bot.database import engine
from bot.database.engine import Database, Session
from bot.database.models import FailedUpdate, InboxRow, InboxState, User
from bot.telegram import inbox, late_rows, person_queues, sender, update_handling
from bot.telegram.context import Context, Deps
from bot.telegram.intake import Intake
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, OnSent, Replies, Say, Toast
from bot.telegram.reply_sending import ReplySender
from bot.telegram.sender import Outcome
from bot.telegram.stored_replies import Unsent
from tests.support.harness import TOKEN
from tests.telegram.test_intake import Desk, TestWebhook, desk

__all__ = ["desk"]
update = TestWebhook().update
Work = Callable[[Context], Awaitable[Replies]]


async def nothing(_context: Context) -> Replies:
    return NOTHING


async def three(_context: Context) -> Replies:
    return [Say(Message(text)) for text in "abc"]


async def run(desk: Desk, work: Work, raw: Update, page_key: int | None = None) -> None:
    """Do work in the frame, as a handler's callback is called."""
    assert raw.effective_user is not None
    frame = desk.frames[desk.intake.me]
    context = frame.context(raw.effective_user.id, "en", desk.deps.clock.now())
    context.query = raw.callback_query
    await frame.run(context, work, page_key=page_key)


def said(desk: Desk) -> list[str]:
    """What the bot has said to Ann."""
    return [one.text or "" for one in desk.telegram.chat(desk.ann) if one.from_bot]


def use(desk: Desk, work: Work) -> None:
    """Handle every update by this work, and note its text."""

    async def step(raw: Update) -> None:
        await run(desk, work, raw)
        await desk.note(raw)

    desk.step = step


@pytest.fixture(autouse=True)
def _ten_seconds(
    desk: Desk,  # noqa: ARG001 - its limit is set first
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(update_handling, "TIME_LIMIT_SECONDS", 10.0)


def on(desk: Desk, url: str) -> Desk:
    """The same desk on another database, as a running bot opens it."""
    settings = load_settings(None, bot_token=TOKEN)
    deps = Deps(settings, Database(url, is_impatient=True), SystemClock())
    return Desk(desk.telegram, desk.application, deps)


async def test_an_earlier_update_gets_into_a_full_queue(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(person_queues, "MOST_OF_ONE_PERSON", 3)
    go_on, begun = asyncio.Event(), asyncio.Event()

    async def step(raw: Update) -> None:
        begun.set()
        await go_on.wait()
        await run(desk, nothing, raw)
        await desk.note(raw)

    desk.step = step
    assert await desk.intake.accept([update(desk.ann, str(n), n) for n in (10, 11, 12)])
    await begun.wait()
    assert await desk.intake.accept([update(desk.ann, "5", 5)])
    go_on.set()
    await desk.is_taken("12")
    assert desk.taken == ["5", "10", "11", "12"]


@pytest.mark.parametrize(("most", "count"), [(3, 60), (40, 100)])
async def test_memory_full_of_updates_stops_nobody(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    count: int,
) -> None:
    monkeypatch.setattr(person_queues, "MOST_IN_MEMORY", most)
    use(desk, nothing)
    people = [desk.telegram.add_person(f"P{number}") for number in range(count)]
    raws = [
        update(person, f"{person.id} {turn}", 1 + turn * count + number)
        for turn in range(4)
        for number, person in enumerate(people)
    ]
    await asyncio.gather(*(desk.intake.accept([raw]) for raw in raws))
    for raw in raws:
        await desk.is_taken(raw["message"]["text"])
    assert len(desk.taken) == len(raws)
    for person in people:
        own = [text for text in desk.taken if text.startswith(f"{person.id} ")]
        assert own == sorted(own)


async def test_who_waits_for_a_lock_is_not_set_aside(
    desk: Desk,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process is frozen in a transaction that has locked the person."""
    monkeypatch.setattr(engine, "LOCK_SECONDS", 0.2)
    there, other = on(desk, postgres_url), Database(postgres_url)
    async with other.transaction() as session:
        session.add(User(id=desk.ann.id, language="en", created_at=there.deps.clock.now()))
    use(there, nothing)
    desk.step = there.step
    async with other.transaction() as session:
        await session.get(User, desk.ann.id, with_for_update={"key_share": True})
        assert await there.intake.accept([update(desk.ann, "one", 1)])
        await asyncio.sleep(1.5)
    await there.is_taken("one")
    await there.intake.idle()
    async with other.transaction() as session:
        assert (await session.exec(select(FailedUpdate))).all() == []
    await there.deps.database.close()
    await other.close()


@asynccontextmanager
async def black_hole(url: str) -> AsyncIterator[tuple[str, Callable[[], None]]]:
    """A way to PostgreSQL whose open connections can lose everything, without being closed.

    Yields:
        The address, and what loses the connections that are open then. New ones work.
    """
    address, lost = sa.make_url(url), set[int]()
    is_alive: set[int] = set()
    tasks: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []
    real = str(next(Path(str(address.query["host"])).glob(".s.PGSQL.*[0-9]")))  # noqa: ASYNC240

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while data := await reader.read(65536):
            if number in lost:
                await asyncio.Event().wait()
            writer.write(data)
            await writer.drain()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(is_alive) + 1
        is_alive.add(number)
        back, forth = await asyncio.open_unix_connection(real)
        writers.extend((writer, forth))
        tasks.append(asyncio.create_task(pipe(reader, forth, number)))
        tasks.append(asyncio.create_task(pipe(back, writer, number)))

    with TemporaryDirectory() as folder:
        server = await asyncio.start_unix_server(serve, f"{folder}/.s.PGSQL.5432")
        there = address.set(query={**address.query, "host": folder}, port=5432)
        yield there.render_as_string(hide_password=False), lambda: lost.update(is_alive)
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.close()
        await asyncio.gather(*(one.wait_closed() for one in writers), return_exceptions=True)


async def test_connections_that_vanish_are_given_up(
    desk: Desk,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A failover or a lost NAT entry: nobody closes the connections, and nobody answers on them."""
    monkeypatch.setattr(engine, "ANSWER_SECONDS", 1.0)
    async with black_hole(postgres_url) as (url, lose):
        there = on(desk, url)
        use(there, nothing)
        desk.step = there.step
        assert await there.intake.accept([update(desk.ann, "one", 1)])
        await there.intake.idle()
        lose()
        number = 2
        async with asyncio.timeout(60):
            while not await there.intake.accept([update(desk.ann, "two", number)]):
                number += 1
        await there.is_taken("two")
        await there.intake.idle()
        await there.deps.database.close()


async def make_known(desk: Desk) -> None:
    """Give Ann her row; reading makes none."""
    async with desk.deps.database.transaction() as session:
        session.add(User(id=desk.ann.id, language="en", created_at=desk.deps.clock.now()))


@pytest.mark.parametrize("is_same_process", [True, False])
async def test_a_repeated_page_request_is_answered_once(
    desk: Desk,
    *,
    is_same_process: bool,
) -> None:
    desk.telegram.say(desk.ann, "hi")

    async def log(_context: Context) -> Replies:
        return [Say(Message("Logged"))]

    for _ in range(2):
        frame = desk.frames[desk.intake.me]
        context = frame.context(desk.ann.id, "en", desk.deps.clock.now())
        await frame.run(context, log, page_key=7)
        await desk.intake.idle()
        if not is_same_process:
            desk.intake = desk.successor()
    assert said(desk) == ["Logged"]


async def test_a_follow_up_whose_commit_was_not_answered_is_done_once(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk.telegram.say(desk.ann, "hi")
    await make_known(desk)
    frame, keep_replies, has_failed = desk.frames[desk.intake.me], inbox.keep_replies, False

    async def count(context: Context, _key: str, _message_id: int) -> Replies:
        context.person.awaiting = (context.person.awaiting or "") + "x"
        return [Say(Message("b"))]

    async def keep_and_fail(session: Session, *arguments: Any) -> bool:
        nonlocal has_failed
        result = await keep_replies(session, *arguments)
        if not has_failed:
            has_failed = True
            await session.commit()
            raise OperationalError("commit", {}, OSError("the connection broke"))
        return result

    monkeypatch.setattr(inbox, "keep_replies", keep_and_fail)
    replies = ReplySender(desk.deps, desk.application.bot, frame, {"x": count})
    desk.intake = Intake(desk.application, desk.deps, frame, replies)

    async def work(_context: Context) -> Replies:
        return [Say(Message("a"), on_sent=OnSent("x")), Say(Message("c"))]

    use(desk, work)
    assert await desk.intake.accept([update(desk.ann, "one", 1)])
    await desk.intake.idle()
    async with desk.deps.database.transaction() as session:
        person = await session.get_one(User, desk.ann.id)
    assert (person.awaiting, said(desk)) == ("x", ["a", "b", "c"])


async def test_a_process_that_was_frozen_sends_nothing_more(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk.telegram.say(desk.ann, "hi")
    go_on, begun, send = asyncio.Event(), asyncio.Event(), sender.send

    async def slow_send(bot: Any, chat_id: int, message: Message, **more: Any) -> Outcome:
        if message.text == "a" and not begun.is_set():
            begun.set()
            await go_on.wait()
        return await send(bot, chat_id, message, **more)

    monkeypatch.setattr(sender, "send", slow_send)
    use(desk, three)
    assert await desk.intake.accept([update(desk.ann, "one", 1)])
    await begun.wait()
    desk.frames[desk.intake.me].lease._is_needed = True
    desk.frames[desk.intake.me].lease._renewed_at -= 3600  # it has not run for an hour
    successor = desk.successor()
    await successor.recover()
    await successor.idle()
    go_on.set()
    await desk.intake.idle()
    assert said(desk) == ["a", "b", "c", "a"]


async def test_what_a_late_toast_has_to_say_is_said(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(person_queues, "SPINNER_SECONDS", 0.05)
    desk.telegram.say(desk.ann, "hi")
    go_on = asyncio.Event()

    async def refuse(context: Context) -> Replies:
        return NOTHING if context.query is None else [Toast("Too <many>", alert=True)]

    async def step(raw: Update) -> None:
        if raw.message is not None:
            await go_on.wait()
        await run(desk, refuse, raw)

    desk.step = step
    sent = {"id": "1", "from": desk.ann.as_user(), "chat_instance": "1", "data": "x:y"}
    tap = {"update_id": 2, "callback_query": sent}
    assert await desk.intake.accept([update(desk.ann, "one", 1), tap])
    await desk.telegram.wait_for(lambda: bool(desk.telegram.calls_of("answerCallbackQuery")))
    go_on.set()
    await desk.intake.idle()
    assert said(desk) == ["Too <many>"]


async def test_a_follow_up_whose_commit_failed_after_another_reply_is_still_done(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was stored after the first message is not taken for the follow-up of the second."""
    desk.telegram.say(desk.ann, "hi")
    await make_known(desk)
    frame, keep_replies, calls = desk.frames[desk.intake.me], inbox.keep_replies, 0

    async def count(context: Context, _key: str, _message_id: int) -> Replies:
        context.person.awaiting = (context.person.awaiting or "") + "x"
        return NOTHING

    async def fail_once(session: Session, *arguments: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:  # the first is that of the first message
            raise OperationalError("update", {}, OSError("the connection broke"))
        return await keep_replies(session, *arguments)

    monkeypatch.setattr(inbox, "keep_replies", fail_once)
    replies = ReplySender(desk.deps, desk.application.bot, frame, {"x": count})
    desk.intake = Intake(desk.application, desk.deps, frame, replies)

    async def work(_context: Context) -> Replies:
        return [Say(Message("a")), Say(Message("b"), on_sent=OnSent("x"))]

    use(desk, work)
    assert await desk.intake.accept([update(desk.ann, "one", 1)])
    await desk.intake.idle()
    async with desk.deps.database.transaction() as session:
        person = await session.get_one(User, desk.ann.id)
    assert (person.awaiting, said(desk)) == ("x", ["a", "b"])


async def test_replies_of_a_restored_backup_are_not_sent_again(desk: Desk) -> None:
    """An applied update of a long time ago is finished at the start, a fresh one is answered."""
    desk.telegram.say(desk.ann, "hi")
    frame = desk.frames[desk.intake.me]
    now = desk.deps.clock.now()
    ages = {1: late_rows.REPLIES_KEPT + timedelta(minutes=1), 2: late_rows.REPLIES_KEPT / 2}
    async with desk.deps.database.transaction() as session:
        for update_id, age in ages.items():
            replies = frame.store.dump(Unsent([Say(Message(str(update_id)))]))
            await inbox.add_applied(
                session, update_id, desk.ann.id, "a dead process", replies, now - age
            )
        words = frame.store.dump(Unsent([Say(Message("word"))]))
        await inbox.add_notice(session, desk.ann.id, words, now - ages[1])
    await desk.intake.recover()
    await desk.intake.idle()
    assert said(desk) == ["word", "2"]
    async with desk.deps.database.transaction() as session:
        states = (await session.exec(select(InboxRow.state, InboxRow.replies))).all()
    assert states == [(InboxState.DONE, None)] * 3


async def test_what_waits_since_a_week_comes_before_numbers_that_begin_anew(desk: Desk) -> None:
    """Telegram gives random numbers after a week without updates."""
    use(desk, nothing)
    me, now = "a dead process", desk.deps.clock.now()
    for number, text, age in ((900, "old", 8), (901, "older", 8), (7, "new", 0)):
        raw = json.dumps(update(desk.ann, text, number))
        async with desk.deps.database.transaction() as session:
            new = inbox.New(number, desk.ann.id, raw, True)
            assert await inbox.store(session, [new], me, now - timedelta(days=age))
    await desk.intake.recover()
    await desk.intake.idle()
    assert desk.taken == ["old", "older", "new"]
    assert await desk.states() == ["done"] * 3
