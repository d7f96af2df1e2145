"""A minimal Bot API server for benchmarks, in a process of its own.

The sandbox imitates Telegram faithfully. This server answers as fast as possible, or after a fixed
delay, so that it costs little beside what is measured. It can also produce taps of people.
"""

import asyncio
import json
import multiprocessing
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs

import aiohttp

SENDING = (b"/sendMessage", b"/sendPhoto")
FIRST_PERSON = 1_000_000
POLL_LIMIT = 100
POLL_TIMEOUT_SECONDS = 5.0
WEBHOOK_CONNECTIONS = 40
"""As many as Telegram uses unless ``setWebhook`` says otherwise."""
FILE = b'{"file_id":"1","file_unique_id":"1","file_size":%d,"file_path":"documents/diary.json"}'


@dataclass
class Tap:
    """One tap of a person, with monotonic times in seconds."""

    person: int
    made_at: float
    answered_at: float | None = None
    acknowledged_at: float | None = None


@dataclass
class State:
    """What the server has received and still has to answer."""

    delay: float
    sent: int = 0
    edited: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    taps: dict[int, Tap] = field(default_factory=dict)
    waiting: deque[int] = field(default_factory=deque)
    open_by_person: dict[int, deque[int]] = field(default_factory=dict)
    acknowledged: int = 0
    polled_at: float = 0.0
    """When the first update was fetched."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    acts: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Update id → the rest of an update that a benchmark has made; its answer is not timed."""
    slow: dict[int, float] = field(default_factory=dict)
    """Chat → seconds until a request about it is answered."""
    next_number: int = 1
    file: bytes = b""
    """The content of every file that people send."""
    first_sent: dict[int, float] = field(default_factory=dict)
    """Chat → when its first message was asked for (seconds since 1970)."""
    is_pushing: bool = False
    """Whether updates are posted to a webhook."""


@dataclass
class Acts:
    """What somebody does: updates without their ids, and chats that are served slowly."""

    updates: list[dict[str, Any]]
    slow: dict[int, float] = field(default_factory=dict)
    file: bytes = b""
    """The content of the files that they send."""


@dataclass
class WebhookAddress:
    """Where the bot wants its updates."""

    url: str
    secret: str


class Server(asyncio.Protocol):
    """One HTTP connection; requests on it may be pipelined."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            at = head.lower().find(b"content-length:")
            length = 0
            if at >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            self._handle(head.split(b" ", 2)[1], body)

    def _handle(self, path: bytes, body: bytes) -> None:
        state = self._state
        if path.endswith(b"/getUpdates"):
            self._waiting_poll = asyncio.ensure_future(self._poll(body))
            return
        delay = state.delay
        if path.startswith(b"/file/"):
            self._write(state.file, b"application/octet-stream")
            return
        if path.endswith(SENDING):
            result, delay = self._sent(body)
        elif path.endswith(b"/editMessageText"):
            state.edited += 1
            result = b"true"
        elif path.endswith(b"/getMe"):
            result = b'{"id":1,"is_bot":true,"first_name":"Calm","username":"calm_bot"}'
        elif path.endswith(b"/getFile"):
            result = FILE % len(state.file)
        elif path.endswith(b"/getWebhookInfo"):
            result = b'{"url":"","has_custom_certificate":false,"pending_update_count":0}'
        else:
            result = b"true"
        state.in_flight += 1
        state.most_in_flight = max(state.most_in_flight, state.in_flight)
        asyncio.get_running_loop().call_later(delay, self._answer, result)

    def _sent(self, body: bytes) -> tuple[bytes, float]:
        state = self._state
        state.sent += 1
        at = body.find(b"chat_id=")
        chat = int(body[at + 8 :].split(b"&", 1)[0]) if at >= 0 else 0
        state.first_sent.setdefault(chat, time.time())
        open_taps = state.open_by_person.get(chat)
        if open_taps:
            state.taps[open_taps.popleft()].answered_at = time.monotonic()
        message = b'{"message_id":%d,"date":1800000000,"chat":{"id":%d,"type":"private"}}' % (
            state.sent,
            chat,
        )
        return message, state.slow.get(chat, state.delay)

    def _answer(self, result: bytes) -> None:
        self._state.in_flight -= 1
        self._write(b'{"ok":true,"result":' + result + b"}")

    def _write(self, body: bytes, kind: bytes = b"application/json") -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                % (kind, len(body), body)
            )

    async def _poll(self, body: bytes) -> None:
        state = self._state
        query = parse_qs(body.decode())
        offset = int(query.get("offset", ["0"])[0])
        wait = min(float(query.get("timeout", ["0"])[0]), POLL_TIMEOUT_SECONDS)
        now = time.monotonic()
        for number in range(state.acknowledged, offset):
            if number in state.taps:
                state.taps[number].acknowledged_at = now
        state.acknowledged = max(state.acknowledged, offset)
        while state.waiting and state.waiting[0] < offset:
            state.waiting.popleft()
        if not state.waiting:
            state.arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(state.arrived.wait(), wait)
        await asyncio.sleep(state.delay)
        state.polled_at = state.polled_at or time.monotonic()
        numbers = list(islice(state.waiting, POLL_LIMIT))
        updates = [_waiting(state, number) for number in numbers]
        self._write(json.dumps({"ok": True, "result": updates}).encode())


def _waiting(state: State, number: int) -> dict[str, Any]:
    """An update that waits for the bot."""
    if number in state.acts:
        return {"update_id": number, **state.acts[number]}
    return _update(number, state.taps[number].person)


async def _push(state: State, address: WebhookAddress) -> None:
    """Post updates to the bot, those of one person one after the other."""
    state.is_pushing = True
    lanes: dict[int, asyncio.Lock] = {}
    places = asyncio.Semaphore(WEBHOOK_CONNECTIONS)
    headers = {"X-Telegram-Bot-Api-Secret-Token": address.secret}
    connector = aiohttp.TCPConnector(limit=WEBHOOK_CONNECTIONS)
    posts: set[asyncio.Task[None]] = set()

    async def post(session: aiohttp.ClientSession, number: int, person: int) -> None:
        async with lanes.setdefault(person, asyncio.Lock()), places:
            content, status = _waiting(state, number), 0
            while status != 200:
                async with session.post(address.url, json=content, headers=headers) as answer:
                    status = answer.status
        if number in state.taps:
            state.taps[number].acknowledged_at = time.monotonic()

    async with aiohttp.ClientSession(connector=connector) as session:
        while state.is_pushing:
            if not state.waiting:
                state.arrived.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(state.arrived.wait(), 0.5)
                continue
            number = state.waiting.popleft()
            person = state.taps[number].person if number in state.taps else 0
            task = asyncio.create_task(post(session, number, person))
            posts.add(task)
            task.add_done_callback(posts.discard)


def _update(number: int, person: int) -> dict[str, Any]:
    someone = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": person, "type": "private", "first_name": "P"},
            "from": someone,
            "text": "/cramp",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
    }


async def _tap(state: State, people: int, rate: float, seconds: float) -> None:
    """Make taps at even intervals, by one person after the other."""
    begun, made = time.monotonic(), 0
    total = int(rate * seconds)
    while made < total:
        now = time.monotonic()
        while made < total and begun + made / rate <= now:
            number, person = state.next_number, FIRST_PERSON + made % people
            state.next_number += 1
            state.taps[number] = Tap(person, now)
            state.waiting.append(number)
            state.open_by_person.setdefault(person, deque()).append(number)
            made += 1
            state.arrived.set()
        await asyncio.sleep(0.001)


def _report(state: State) -> dict[str, Any]:
    answered = sorted(
        tap.answered_at - tap.made_at for tap in state.taps.values() if tap.answered_at is not None
    )
    done = [tap.acknowledged_at for tap in state.taps.values() if tap.acknowledged_at is not None]
    made = [tap.made_at for tap in state.taps.values()]
    return {
        "sent": state.sent,
        "edited": state.edited,
        "most_in_flight": state.most_in_flight,
        "taps": len(state.taps),
        "answered": len(answered),
        "acknowledged": len(done),
        "seconds": max(done) - min(made) if done else 0.0,
        "acknowledging_seconds": max(done) - state.polled_at if done else 0.0,
        "waits": answered,
        "done_at": max(done) if done else None,
        "first_sent": state.first_sent,
        "waits_in_order": [
            tap.answered_at - tap.made_at
            for tap in state.taps.values()
            if tap.answered_at is not None
        ],
    }


async def _serve(pipe: Connection, delay: float) -> None:
    state = State(delay)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(state), "127.0.0.1", 0, backlog=2048)
    pipe.send(server.sockets[0].getsockname()[1])
    commands: asyncio.Queue[Any] = asyncio.Queue()

    def receive() -> None:
        try:
            commands.put_nowait(pipe.recv())
        except EOFError:  # the process that measures was killed
            loop.remove_reader(pipe.fileno())
            commands.put_nowait(None)

    loop.add_reader(pipe.fileno(), receive)
    tasks = []
    while (command := await commands.get()) is not None:
        if command == "report":
            pipe.send(_report(state))
        elif command == "reset":
            delay = state.delay
            state.__init__(delay)  # type: ignore[misc]
            pipe.send(None)
        elif isinstance(command, Acts):
            state.slow |= command.slow
            state.file = command.file
            for update in command.updates:
                state.acts[state.next_number] = update
                state.waiting.append(state.next_number)
                state.next_number += 1
            state.arrived.set()
        elif isinstance(command, WebhookAddress):
            tasks.append(asyncio.create_task(_push(state, command)))
        else:
            tasks.append(asyncio.create_task(_tap(state, *command)))
    state.is_pushing = False
    server.close()


def _run(pipe: Connection, delay: float) -> None:
    asyncio.run(_serve(pipe, delay))


class BotApi:
    """The running server, as seen from the benchmark's process."""

    def __init__(self, pipe: Connection, port: int) -> None:
        self._pipe = pipe
        self.url = f"http://127.0.0.1:{port}"

    def report(self) -> dict[str, Any]:
        """What has been received so far; waits are seconds from tap to answer, sorted."""
        self._pipe.send("report")
        seen: dict[str, Any] = self._pipe.recv()
        return seen

    def tap(self, people: int, rate: float, seconds: float) -> None:
        """Make people send /cramp, ``rate`` a second in total, for some seconds."""
        self._pipe.send((people, rate, seconds))

    def push(self, address: WebhookAddress) -> None:
        """Post updates to the bot from now on, instead of waiting for it to ask."""
        self._pipe.send(address)

    def act(self, acts: Acts) -> None:
        """Let somebody do something."""
        self._pipe.send(acts)


@contextmanager
def bot_api(delay: float = 0.0) -> Iterator[BotApi]:
    """Run a server that answers ``delay`` seconds after each request."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, delay), daemon=True)
    process.start()
    port = ours.recv()
    try:
        yield BotApi(ours, port)
    finally:
        ours.send(None)
        process.join(5)
        if process.is_alive():
            process.kill()
