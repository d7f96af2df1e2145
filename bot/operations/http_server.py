"""The HTTP server: health, metrics, the webhook and the Mini App; on loopback by default.

A connection on which the headers of a request do not arrive in time is closed, which uvicorn does
not do. Otherwise, one client that sends a byte now and then would keep thousands of them open.
"""

import asyncio
import os
import socket
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import h11
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot import metrics
from bot.config import ConfigError
from bot.operations.health import Probe

BACKLOG = 2048
"""How many connections may wait to be accepted."""
HEADER_SECONDS = 10.0
"""Time limit for the headers of a request, from the connection or the first byte of the request."""


class _Server(uvicorn.Server):
    """A server that leaves SIGTERM and SIGINT to the bot's own handlers."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Install no signal handlers, unlike the method that this one overrides."""
        yield


class _Config(uvicorn.Config):
    """uvicorn's settings, and the time limit for headers."""

    header_seconds = HEADER_SECONDS


class _Protocol(H11Protocol):
    """One connection, which is closed when the headers of a request do not arrive in time."""

    config: _Config

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:  # the headers are not complete
            self._wait_for_headers()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        if self._header_timer is None:
            self._header_timer = self.loop.call_later(self.config.header_seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class HttpServer:
    """The HTTP server of a running bot."""

    def __init__(
        self,
        routes: Sequence[Route],
        probes: Mapping[str, Probe],
        *,
        trusted_proxies: str = "",
        header_seconds: float = HEADER_SECONDS,
    ) -> None:
        """``trusted_proxies`` are the networks whose ``X-Forwarded-For`` says who asks."""
        self._trusted_proxies = trusted_proxies
        self._header_seconds = header_seconds
        self._probes = probes
        self._routes = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
            *routes,
        ]
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> None:
        """Bind the port and serve in a background task.

        Raises:
            ConfigError: the host is unknown or the port cannot be bound.
        """
        sockets = _bind(host, port)
        config = _Config(
            Starlette(routes=self._routes),
            http=_Protocol,
            forwarded_allow_ips=self._trusted_proxies,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
        )
        config.header_seconds = self._header_seconds
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets), name="http")

    async def stop(self) -> None:
        """Answer the requests that have come in, then close the port."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task

    async def _healthz(self, _request: Request) -> Response:
        """Liveness: 200 whenever the event loop runs."""
        return PlainTextResponse("ok\n")

    async def _readyz(self, _request: Request) -> Response:
        """Readiness: 200 when no probe reports a problem, else 503; the body names every probe."""
        problems = {name: await probe() for name, probe in self._probes.items()}
        is_ready = not any(problems.values())
        body = {"ready": is_ready, **{name: what or "ok" for name, what in problems.items()}}
        return JSONResponse(body, status_code=200 if is_ready else 503)

    async def _metrics(self, _request: Request) -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


def _bind(host: str, port: int) -> list[socket.socket]:
    """Open the listening sockets. uvicorn would exit the process when it cannot."""
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _name, address in found:
            # asyncio sets TCP_NODELAY only on sockets that were made with the protocol number.
            one = socket.socket(family, kind, protocol)
            sockets.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
            one.listen(BACKLOG)
    except socket.gaierror:
        raise ConfigError(f"HTTP_HOST: there is no {host}") from None
    except OSError as error:
        for one in sockets:
            one.close()
        why = os.strerror(error.errno or 0)
        raise ConfigError(f"HTTP_PORT: {host}:{port} cannot be listened on ({why})") from None
    return sockets
