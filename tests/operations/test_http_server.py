"""The HTTP server of the bot: signals, ports that are taken, and headers that come slowly."""

import asyncio
import signal
import socket

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.config import ConfigError
from bot.operations.http_server import HEADER_SECONDS, HttpServer

SHORT_SECONDS = 0.2
"""The time limit for headers in these tests."""
PATIENCE_SECONDS = 20
BEGUN = b"GET /healthz HTTP/1.1\r\nHost: bot.example.org\r\nX-Slow: "
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: bot.example.org\r\n\r\n"


async def test_the_signal_handlers_stay_as_they_were(unused_tcp_port: int) -> None:
    """uvicorn's own ``serve()`` would take SIGTERM and SIGINT from the bot."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    server = HttpServer([], {})
    await server.start("127.0.0.1", unused_tcp_port)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{unused_tcp_port}/healthz")
    while_serving = [signal.getsignal(number) for number in numbers]
    await server.stop()
    assert answer.status_code == 200
    assert while_serving == before, (
        "uvicorn replaced the handlers of SIGTERM and SIGINT: overriding capture_signals(), as "
        "bot/operations/http_server.py does, is not enough in this version of uvicorn."
    )


async def test_a_port_that_is_taken_is_a_configuration_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"HTTP_PORT: 127.0.0.1:{port} cannot"):
            await HttpServer([], {}).start("127.0.0.1", port)


async def test_it_listens_on_ipv6_too(unused_tcp_port: int) -> None:
    server = HttpServer([], {})
    await server.start("::1", unused_tcp_port)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://[::1]:{unused_tcp_port}/healthz")
    await server.stop()
    assert answer.status_code == 200


async def test_an_unknown_host_is_a_configuration_error(unused_tcp_port: int) -> None:
    with pytest.raises(ConfigError, match="HTTP_HOST"):
        await HttpServer([], {}).start("no-such-host.invalid", unused_tcp_port)


async def closed(port: int, *sent: bytes, goes_on: bytes = b"") -> bytes:
    """Send the parts, then ``goes_on`` again and again; what was answered until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = bytearray()
    try:
        for part in sent:
            writer.write(part)
            if part.endswith(b"\r\n\r\n"):
                answered += await reader.readuntil(b"ok\n")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                writer.write(goes_on)
                try:
                    async with asyncio.timeout(SHORT_SECONDS / 4):
                        part = await reader.read(1000)
                except TimeoutError:
                    continue
                if not part:
                    return bytes(answered)
                answered += part
    finally:
        writer.close()


async def test_headers_that_do_not_arrive_in_time_close_the_connection(
    unused_tcp_port: int,
) -> None:
    """Also when a byte comes now and then, and on a connection that was used before."""
    may_answer = asyncio.Event()

    async def slow(_request: Request) -> PlainTextResponse:
        await may_answer.wait()
        return PlainTextResponse("late")

    server = HttpServer([Route("/slow", slow)], {}, header_seconds=SHORT_SECONDS)
    await server.start("127.0.0.1", unused_tcp_port)
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{unused_tcp_port}/slow"
            waiting = asyncio.create_task(client.get(url))
            answers = await asyncio.gather(
                closed(unused_tcp_port),
                closed(unused_tcp_port, BEGUN),
                closed(unused_tcp_port, BEGUN, goes_on=b"a"),
                closed(unused_tcp_port, WHOLE, BEGUN, goes_on=b"a"),
            )
            *unanswered, answered = answers
            assert unanswered == [b"", b"", b""]
            assert answered.startswith(b"HTTP/1.1 200")
            may_answer.set()  # an answer may take longer than headers may
            assert (await waiting).text == "late"
    finally:
        await server.stop()
    assert HEADER_SECONDS == 10
