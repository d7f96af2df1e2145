"""The HTTP client against servers that misbehave: was the request not sent, or maybe sent?

The difference decides whether a reminder is retried.
"""

import asyncio
import json
import os
import re
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut

from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
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
    request = AiohttpRequest(max_connections=2, read_timeout=1.5)
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


# What time it is ---------------------------------------------------------------------------------

NOON = datetime(2027, 1, 13, 12, tzinfo=UTC)
NOON_SAID = "Wed, 13 Jan 2027 12:00:00 GMT"


def sent(date: object) -> str:
    return json.dumps({"ok": True, "result": {"message_id": 1, "date": date}})


TIMES = [
    # method, headers, body, what the client passes on
    ("getMe", {"Date": NOON_SAID}, ANSWER.decode(), (NOON, None)),
    ("getMe", {"Date": "Wed, 13 Jan 2027 14:00:00 +0200"}, ANSWER.decode(), (NOON, None)),
    ("sendMessage", {"Date": NOON_SAID}, sent(1799841599), (NOON, NOON - timedelta(seconds=1))),
    ("sendChatAction", {"Date": NOON_SAID}, ANSWER.decode(), (NOON, None)),
    ("getUpdates", {"Date": NOON_SAID}, sent(1799841599), (NOON, None)),
    ("sendMessage", {"Date": NOON_SAID}, sent("soon"), (NOON, None)),
    ("sendMessage", {"Date": NOON_SAID}, sent(10**30), (NOON, None)),
    ("sendMessage", {}, sent(1799841599), None),
    ("getMe", {"Date": NOON_SAID, "Age": "7"}, ANSWER.decode(), None),  # from a cache
    ("getMe", {"Date": "Wed, 13 Jan 2027 15:00:00 MSK"}, ANSWER.decode(), None),
    ("getMe", {"Date": "Wed, 13 Jan 2027 12:00:00"}, ANSWER.decode(), None),
    ("getMe", {"Date": "noon"}, ANSWER.decode(), None),
    ("getMe", {"Date": "Wed, 13 Jan 2027 12:00:00 +" + "9" * 30}, ANSWER.decode(), None),
    ("getMe", {"Date": f"Wed, 13 Jan {10**30} 12:00:00 GMT"}, ANSWER.decode(), None),
]


@pytest.mark.parametrize(("method", "headers", "body", "passed_on"), TIMES)
async def test_what_an_answer_says_of_the_time(
    method: str, headers: dict[str, str], body: str, passed_on: object
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await read_request(reader)
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{lines}".encode())
            writer.write(b"\r\n" + body.encode())

    found: list[object] = []
    async with serving(handle) as url:
        request = AiohttpRequest(on_time=lambda said, taken: found.append((said, taken)))
        async with request:
            for _ in range(2):  # the same second is passed on once
                address = url.replace("sendMessage", method)
                assert await post(request, address) == (200, body.encode())
    assert found == ([] if passed_on is None else [passed_on])


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
    request = AiohttpRequest(read_timeout=EVENT_TIMEOUT_SECONDS, proxy=proxy)
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
    request = AiohttpRequest(proxy=sys.argv[2] or None)
    await request.initialize()
    try:
        print(await request.do_request(sys.argv[1], "POST"))
    finally:
        await request.shutdown()
asyncio.run(ask())
"""


@asynccontextmanager
async def tls_serving(folder: Path, handler: ConnectionHandler, host: str) -> AsyncIterator[str]:
    """A server with a certificate of its own, ``own.pem`` in a folder; yields host and port."""
    certificate, key = folder / "own.pem", folder / "own.key"
    if not certificate.exists():
        made = await asyncio.create_subprocess_exec(
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=own"),
            *("-addext", "subjectAltName=IP:::1,IP:127.0.0.1"),
            *("-out", certificate, "-keyout", key),
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await made.wait() == 0
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    handling: list[asyncio.Future[None]] = []

    def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handling.append(asyncio.ensure_future(handler(reader, writer)))

    server = await asyncio.start_server(handle, host, 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        server.close()
        await asyncio.gather(*handling, return_exceptions=True)  # each closes what it has opened


async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(RESPONSE)
    await writer.drain()
    writer.close()


async def test_an_authority_of_ones_own_over_ipv6(tmp_path: Path) -> None:
    """A certificate that nobody trusts but who names its authority in ``SSL_CERT_FILE``."""
    async with tls_serving(tmp_path, answer_once, "::1") as place:
        url = f"https://{place}/{SECRET}/sendMessage"
        answers = await asyncio.gather(
            *(asked_by_another_process(url, file) for file in (tmp_path / "own.pem", os.devnull))
        )
    assert "(200, b" in answers[0]
    assert "NotReachedError" in answers[1]


async def connect_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A proxy that asks for a password and forwards connections (``CONNECT``)."""
    head = (await read_request(reader)).decode()
    if "Proxy-Authorization: Basic dTpw\r\n" not in head:  # u:p
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        return
    host, _, port = head.split()[1].rpartition(":")
    there, to_there = await asyncio.open_connection(host.strip("[]"), int(port))
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(forward(reader, to_there), forward(there, writer))
    with suppress(ConnectionError):
        await to_there.wait_closed()


async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError), closing(writer):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()


async def test_a_proxy_to_which_the_connection_is_encrypted(tmp_path: Path) -> None:
    """TLS to the proxy, and within it TLS to Telegram, each with a certificate to be trusted."""
    async with (
        tls_serving(tmp_path, answer_once, "::1") as place,
        tls_serving(tmp_path, connect_proxy, "127.0.0.1") as proxy,
    ):
        url, trusted = f"https://{place}/{SECRET}/sendMessage", tmp_path / "own.pem"
        good, wrong, distrusted = await asyncio.gather(
            asked_by_another_process(url, trusted, f"https://u:p@{proxy}"),
            asked_by_another_process(url, trusted, f"https://u:wrong@{proxy}"),
            asked_by_another_process(url, os.devnull, f"https://u:p@{proxy}"),
        )
    assert good.startswith("(200, b"), good
    assert "Warning" not in good
    assert "NotReachedError: ClientHttpProxyError" in wrong
    assert "NotReachedError" in distrusted
    assert SECRET not in wrong + distrusted


async def asked_by_another_process(url: str, trusted: Path | str, proxy: str = "") -> str:
    """What a process prints that asks; which certificates it trusts is decided at its start."""
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ASK, url, proxy),
        env=os.environ | {"SSL_CERT_FILE": str(trusted), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asking.communicate()
    return said.decode()
