"""Abrupt closing of HTTP connections, by an extension of uvicorn's HTTP protocol."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

Peer = tuple[str, int]
"""Host and port of the client."""


class Connections:
    """The open connections by the client's address."""

    def __init__(self) -> None:
        self.transports: dict[Peer, asyncio.Transport] = {}

    def abort_all(self) -> None:
        """Close every connection at once, without finishing answers."""
        for transport in list(self.transports.values()):
            transport.abort()


class DroppableProtocol(H11Protocol):
    """An HTTP protocol that registers its connection, so that an endpoint can abort it."""

    open_connections: Connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._peer = transport.get_extra_info("peername")[:2]
        self.open_connections.transports[self._peer] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.open_connections.transports.pop(self._peer, None)
        super().connection_lost(exc)


class _NoResponse(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing: the connection is closed."""


async def drop_connection(request: Request) -> Response:
    """Abort the connection of a request and return a response that sends nothing.

    Raises:
        RuntimeError: when the application is not served by ``bot.sandbox.server.serve``.
    """
    connections: Connections | None = getattr(request.app.state, "connections", None)
    client = request.client
    if client is None or connections is None:
        raise RuntimeError("only bot.sandbox.server.serve can drop a connection")
    transport = connections.transports.get((client.host, client.port))
    if transport is not None:
        transport.abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return _NoResponse()
