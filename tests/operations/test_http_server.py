"""The HTTP server of the bot: it leaves signals to the bot, and a port in use is one log line."""

import signal
import socket

import httpx
import pytest

from bot.config import ConfigError
from bot.operations.http_server import HttpServer


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


async def test_an_unknown_host_is_a_configuration_error(unused_tcp_port: int) -> None:
    with pytest.raises(ConfigError, match="HTTP_HOST"):
        await HttpServer([], {}).start("no-such-host.invalid", unused_tcp_port)
