"""The sandbox as a Starlette application, and a server that listens on this computer only."""

import asyncio
import socket
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from uvicorn.server import ServerState

from bot.sandbox.bot_api.http import Api
from bot.sandbox.connections import Connections, DroppableProtocol
from bot.sandbox.page.controls import Controls
from bot.sandbox.page.handlers import Page
from bot.sandbox.page.requests import error_response, middleware
from bot.sandbox.telegram import Telegram

LOOPBACK = "127.0.0.1"
CLOSE_TIMEOUT_SECONDS = 1.0
"""How long requests in progress may take when the server stops."""


def create_app(telegram: Telegram, controls: Controls | None = None) -> Starlette:
    """Return the Bot API and the chat page as one application.

    Args:
        telegram: the state that both share.
        controls: of the bot and its clock; without them the page hides those buttons.
    """
    api, page = Api(telegram), Page(telegram, controls)
    app = Starlette(
        routes=[*api.routes(), *page.routes()],
        middleware=middleware(),
        exception_handlers={HTTPException: error_response},
    )
    app.state.background = (telegram.close, api.webhooks.stop, page.close)
    return app


class RunningServer:
    """A server that is listening."""

    def __init__(self, server: asyncio.Server, state: ServerState, app: Starlette) -> None:
        self._server = server
        self._state = state
        self._app = app
        self.host, self.port = server.sockets[0].getsockname()[:2]

    @property
    def url(self) -> str:
        """The address of the page, which is also the ``TELEGRAM_API_URL`` of the Bot API."""
        return f"http://{self.host}:{self.port}"

    async def close(self) -> None:
        """End long polls, give requests in progress a second, then close all connections."""
        self._server.close()
        for stop in getattr(self._app.state, "background", ()):
            stop()
        tasks = set(self._state.tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_TIMEOUT_SECONDS)
        self._app.state.connections.abort_all()
        left = {task for task in self._state.tasks if not task.done()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._server.wait_closed()


async def serve(app: Starlette, host: str = LOOPBACK, port: int = 0) -> RunningServer:
    """Start serving an application on this computer.

    Args:
        app: from ``create_app``, or any other.
        host: a loopback address.
        port: 0 for any free port.

    Raises:
        ValueError: when other computers could reach the address.
        OSError: when the port is in use.
    """
    if host not in (LOOPBACK, "localhost", "::1"):
        raise ValueError("the sandbox listens on this computer only")
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=600,
    )
    config.load()
    state = ServerState()
    app.state.connections = Connections()
    protocol: Any = type(
        "Protocol", (DroppableProtocol,), {"open_connections": app.state.connections}
    )
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol(config=config, server_state=state, app_state={}),
        host,
        port,
        family=socket.AF_INET6 if host == "::1" else socket.AF_INET,
        backlog=1024,
    )
    return RunningServer(server, state, app)
