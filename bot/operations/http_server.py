"""What listens: health, metrics, and the webhook. Loopback unless told otherwise."""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence

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
"""Connections that may wait to be accepted."""


def _listening(host: str, port: int) -> list[socket.socket]:
    """Made here: uvicorn would end the process when it cannot have them."""
    made: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _name, address in found:
            # With the protocol: asyncio sends small answers at once on what says it is TCP.
            one = socket.socket(family, kind, protocol)
            made.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
            one.listen(BACKLOG)
    except socket.gaierror:
        raise ConfigError(f"HTTP_HOST: there is no {host}") from None
    except OSError as error:
        for one in made:
            one.close()
        why = os.strerror(error.errno or 0)
        raise ConfigError(f"HTTP_PORT: {host}:{port} cannot be listened on ({why})") from None
    return made


class Web:
    """The HTTP server of a running bot."""

    def __init__(self, routes: Sequence[Route], probes: Mapping[str, Probe]) -> None:
        self._probes = probes
        self._routes = [
            Route("/healthz", self._alive),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
            *routes,
        ]
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen.

        Raises:
            ConfigError: when the port cannot be had.
        """
        sockets = _listening(host, port)
        config = uvicorn.Config(
            Starlette(routes=self._routes),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        # Its public serve() would take over the process's signals.
        serving = self._server._serve(sockets)  # noqa: SLF001
        self._serving = asyncio.create_task(serving, name="http")

    async def stop(self) -> None:
        """Answer what has come in, and stop listening."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving

    async def _alive(self, _request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _ready(self, _request: Request) -> Response:
        """Ready when every probe is content; the answer names each."""
        found = {name: await probe() for name, probe in self._probes.items()}
        is_ready = not any(found.values())
        body = {"ready": is_ready, **{name: what or "ok" for name, what in found.items()}}
        return JSONResponse(body, status_code=200 if is_ready else 503)

    async def _metrics(self, _request: Request) -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)
