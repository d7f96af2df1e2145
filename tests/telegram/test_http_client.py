"""The HTTP client against servers that misbehave: was the request not sent, or maybe sent?

The difference decides whether a reminder is retried.
"""

import asyncio
import os
import re
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.telegram.bot_api_answers import NotReachedError, RefusedError
from bot.telegram.http_client import AiohttpRequest
from tests.support.paths import ROOT

ConnectionHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ANSWER = b'{"ok":true,"result":true}'
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER)
SECRET = "bot1:secret"


@asynccontextmanager
async def serving(handler: ConnectionHandler) -> AsyncIterator[str]:
    """A TCP server that calls the handler for each connection; yields the URL of a method."""

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/{SECRET}/sendMessage"
        server.close()


@pytest.fixture
async def client() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(max_connections=2, read_timeout=0.3)
    await request.initialize()
    yield request
    await request.shutdown()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Read one request with its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def post(client: AiohttpRequest, url: str) -> tuple[int, bytes]:
    return await client.do_request(url, "POST", None)


async def test_requests_reuse_a_connection(client: AiohttpRequest) -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(3):
            await read_request(reader)
            writer.write(RESPONSE)

    async with serving(handle) as url:
        for _ in range(3):
            assert await post(client, url) == (200, ANSWER)
    assert connections == 1


async def test_never_more_connections_than_allowed(client: AiohttpRequest) -> None:
    now, most = 0, 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        while True:
            await read_request(reader)
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.02)
            now -= 1
            writer.write(RESPONSE)

    async with serving(handle) as url:
        found = await asyncio.gather(*(post(client, url) for _ in range(8)))
        await client.shutdown()
    assert found == [(200, ANSWER)] * 8
    assert most == 2


async def test_connection_refused_was_not_sent(
    client: AiohttpRequest, unused_tcp_port: int
) -> None:
    with pytest.raises(NotReachedError):
        await post(client, f"http://127.0.0.1:{unused_tcp_port}/{SECRET}/sendMessage")


async def test_a_name_that_cannot_be_resolved_was_not_sent(client: AiohttpRequest) -> None:
    with pytest.raises(NotReachedError):
        await post(client, f"http://no-such-host.invalid/{SECRET}/sendMessage")


async def test_a_closed_client_sends_nothing() -> None:
    with pytest.raises(NotReachedError):
        await post(AiohttpRequest(), f"http://127.0.0.1:1/{SECRET}/sendMessage")


async def test_a_read_timeout_was_maybe_sent(client: AiohttpRequest) -> None:
    async def handle(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await reader.read()  # until the client closes the connection

    async with serving(handle) as url:
        started = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            await post(client, url)
    assert not isinstance(caught.value, NotReachedError)
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("response", [b"", RESPONSE[:20], RESPONSE[:-4], b"SSH-2.0-OpenSSH\r\n"])
async def test_a_broken_response_was_maybe_sent(client: AiohttpRequest, response: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(response)
        await writer.drain()

    async with serving(handle) as url:
        with pytest.raises(NetworkError) as caught:
            await post(client, url)
    assert not isinstance(caught.value, NotReachedError)
    assert SECRET not in str(caught.value)


async def test_a_redirect_is_not_followed(client: AiohttpRequest) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        )

    async with serving(handle) as url:
        with pytest.raises(RefusedError, match="302"):
            await post(client, url)


SIGNS = "Tea & toast, è mezzanotte 🌙 a=b;c+d%20#?/\\:@!$'()*|{}[]<>\"\n\t\x01~"
MESSAGE = b'{"ok":true,"result":{"message_id":1,"date":0,"chat":{"id":5,"type":"private"}}}'


async def test_messages_and_uploads_are_encoded_correctly(client: AiohttpRequest) -> None:
    seen: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            seen.append(await read_request(reader))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(MESSAGE))
            writer.write(MESSAGE)

    async with serving(handle) as url:
        bot = Bot("1:secret", base_url=url.partition("bot1")[0] + "bot", request=client)
        await bot.send_message(5, SIGNS)
        await bot.send_photo(5, b"\x89PNG picture", caption="a=b")
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot1:secret/sendMessage HTTP/1.1")
    assert dict(parse_qsl(body.decode())) == {
        "chat_id": "5",
        "text": SIGNS,
    }
    assert b"multipart/form-data" in seen[1]
    assert b"\x89PNG picture" in seen[1]
    assert b"a=b" in seen[1]


# Proxies -----------------------------------------------------------------------------------------


@asynccontextmanager
async def proxy_serving(handler: ConnectionHandler) -> AsyncIterator[str]:
    """The host and port of a server that plays a proxy."""
    async with serving(handler) as url:
        yield url.split("/")[2]


async def socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A SOCKS5 proxy with a password; it forwards to whatever name it is asked for."""
    count = (await reader.readexactly(2))[1]
    await reader.readexactly(count)
    writer.write(b"\x05\x02")
    lengths = await reader.readexactly(2)
    user = await reader.readexactly(lengths[1])
    password = await reader.readexactly((await reader.readexactly(1))[0])
    is_known = (user, password) == (b"u", b"p")
    writer.write(b"\x01\x00" if is_known else b"\x01\x01")
    if not is_known:
        return
    head = await reader.readexactly(4)
    assert head[3] == 3, "the proxy is asked for a name, not for an address"
    name = await reader.readexactly((await reader.readexactly(1))[0])
    await reader.readexactly(2)
    assert name == b"telegram.invalid"
    writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    await read_request(reader)
    writer.write(RESPONSE)
    await writer.drain()


async def through(proxy: str) -> tuple[int, bytes]:
    """Ask a server that only a proxy can reach."""
    request = AiohttpRequest(read_timeout=1, proxy=proxy)
    await request.initialize()
    try:
        return await post(request, f"http://telegram.invalid/{SECRET}/sendMessage")
    finally:
        await request.shutdown()


async def test_a_socks_proxy_resolves_the_name_and_forwards() -> None:
    async with proxy_serving(socks5) as place:
        for scheme in ("socks5", "socks5h"):
            assert await through(f"{scheme}://u:p@{place}") == (200, ANSWER)


async def test_an_http_proxy_gets_the_whole_address() -> None:
    seen: list[bytes] = []

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(RESPONSE)
        await writer.drain()

    async with proxy_serving(forward) as place:
        assert await through(f"http://u:p@{place}") == (200, ANSWER)
    assert seen[0].startswith(b"POST http://telegram.invalid/")
    assert b"Proxy-Authorization: Basic" in seen[0]


async def test_a_proxy_that_refuses_or_is_away_was_not_sent(unused_tcp_port: int) -> None:
    async with proxy_serving(socks5) as place:
        with pytest.raises(NotReachedError) as caught:
            await through(f"socks5://u:wrong@{place}")
    assert "wrong" not in str(caught.value)
    for scheme in ("socks5", "http"):
        with pytest.raises(NotReachedError):
            await through(f"{scheme}://127.0.0.1:{unused_tcp_port}")


ASK = """
import asyncio, sys
from bot.telegram.http_client import AiohttpRequest
async def ask():
    request = AiohttpRequest()
    await request.initialize()
    try:
        print(await request.do_request(sys.argv[1], "POST"))
    finally:
        await request.shutdown()
asyncio.run(ask())
"""


async def test_an_authority_of_ones_own_over_ipv6(tmp_path: Path) -> None:
    """A certificate that nobody trusts but who names its authority in ``SSL_CERT_FILE``."""
    certificate, key = tmp_path / "own.pem", tmp_path / "own.key"
    made = await asyncio.create_subprocess_exec(
        *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=own"),
        *("-addext", "subjectAltName=IP:::1", "-out", certificate, "-keyout", key),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await made.wait() == 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(RESPONSE)
        await writer.drain()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(handle, "::1", 0, ssl=context)
    async with server:
        url = f"https://[::1]:{server.sockets[0].getsockname()[1]}/{SECRET}/sendMessage"
        answers = await asyncio.gather(
            *(asked_by_another_process(url, file) for file in (certificate, os.devnull))
        )
        server.close()
    assert "(200, b" in answers[0]
    assert "NotReachedError" in answers[1]


async def asked_by_another_process(url: str, trusted: Path | str) -> str:
    """What a process prints that asks; which certificates it trusts is decided at its start."""
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ASK, url),
        env=os.environ | {"SSL_CERT_FILE": str(trusted), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asking.communicate()
    return said.decode()
