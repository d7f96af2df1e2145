"""The transport against a server that misbehaves: what surely was not sent, and what perhaps was.

The difference decides whether a reminder is tried again.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.telegram.http_client import AioRequest, NotReachedError

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'
SECRET = "bot1:secret"


@asynccontextmanager
async def listening(peer: Peer) -> AsyncIterator[str]:
    """A server that does to each connection what it is told; yields its address."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/{SECRET}/sendMessage"
        server.close()


@pytest.fixture
async def transport() -> AsyncIterator[AioRequest]:
    request = AioRequest(connections=2, read_timeout=0.3)
    await request.initialize()
    yield request
    await request.shutdown()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request, its body included."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def post(transport: AioRequest, url: str) -> tuple[int, bytes]:
    return await transport.do_request(url, "POST", None)


async def test_requests_share_a_connection(transport: AioRequest) -> None:
    connections = 0

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(3):
            await read_request(reader)
            writer.write(ANSWER)

    async with listening(peer) as url:
        for _ in range(3):
            assert await post(transport, url) == (200, b'{"ok":true}')
    assert connections == 1


async def test_never_more_connections_than_allowed(transport: AioRequest) -> None:
    now, most = 0, 0

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        while True:
            await read_request(reader)
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.02)
            now -= 1
            writer.write(ANSWER)

    async with listening(peer) as url:
        found = await asyncio.gather(*(post(transport, url) for _ in range(8)))
        await transport.shutdown()
    assert found == [(200, b'{"ok":true}')] * 8
    assert most == 2


async def test_nobody_listens(transport: AioRequest, unused_tcp_port: int) -> None:
    with pytest.raises(NotReachedError):
        await post(transport, f"http://127.0.0.1:{unused_tcp_port}/{SECRET}/sendMessage")


async def test_a_closed_transport_sends_nothing() -> None:
    with pytest.raises(NotReachedError):
        await post(AioRequest(), f"http://127.0.0.1:1/{SECRET}/sendMessage")


async def test_no_answer_in_time_was_perhaps_sent(transport: AioRequest) -> None:
    async def peer(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await reader.read()  # until the other side gives up

    async with listening(peer) as url:
        begun = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            await post(transport, url)
    assert not isinstance(caught.value, NotReachedError)
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize("answer", [b"", ANSWER[:20], ANSWER[:-4], b"SSH-2.0-OpenSSH\r\n"])
async def test_a_broken_answer_was_perhaps_sent(transport: AioRequest, answer: bytes) -> None:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await writer.drain()

    async with listening(peer) as url:
        with pytest.raises(NetworkError) as caught:
            await post(transport, url)
    assert not isinstance(caught.value, NotReachedError)
    assert SECRET not in str(caught.value)


async def test_a_redirect_does_not_take_the_token_elsewhere(transport: AioRequest) -> None:
    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        )

    async with listening(peer) as url:
        assert (await post(transport, url))[0] == 302


MESSAGE = b'{"ok":true,"result":{"message_id":1,"date":0,"chat":{"id":5,"type":"private"}}}'


async def test_what_is_sent_is_what_was_meant(transport: AioRequest) -> None:
    seen: list[bytes] = []

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            seen.append(await read_request(reader))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(MESSAGE))
            writer.write(MESSAGE)

    async with listening(peer) as url:
        bot = Bot("1:secret", base_url=url.partition("bot1")[0] + "bot", request=transport)
        await bot.send_message(5, "Tea & toast, è mezzanotte 🌙")
        await bot.send_photo(5, b"\x89PNG picture", caption="a=b")
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot1:secret/sendMessage HTTP/1.1")
    assert dict(parse_qsl(body.decode())) == {
        "chat_id": "5",
        "text": "Tea & toast, è mezzanotte 🌙",
    }
    assert b"multipart/form-data" in seen[1]
    assert b"\x89PNG picture" in seen[1]
    assert b"a=b" in seen[1]
