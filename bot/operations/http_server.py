"""The HTTP server: health, metrics, the webhook and the Mini App; on loopback by default."""

import asyncio
import os
import socket
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.config import ConfigError
from bot.operations.health import Probe

BACKLOG = 2048
"""How many connections may wait to be accepted."""


class _Server(uvicorn.Server):
    """A server that leaves SIGTERM and SIGINT to the bot's own handlers."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Install no signal handlers, unlike the method that this one overrides."""
        yield


class HttpServer:
    """The HTTP server of a running bot."""

    def __init__(self, routes: Sequence[Route], probes: Mapping[str, Probe]) -> None:
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
        config = uvicorn.Config(
            Starlette(routes=self._routes),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
        )
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
