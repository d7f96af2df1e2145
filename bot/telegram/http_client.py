"""How requests reach Telegram: aiohttp behind python-telegram-bot's ``BaseRequest``.

It sends three times as many messages a second as the library's own transport and does not slow
down with the number of connections; docs/capacity.md has the figures.
"""

import asyncio
import time
import urllib.request
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot import metrics

CONNECTIONS = 320
"""More than all senders of reminders together ever use: the rest is for people who wait."""
KEEP_ALIVE_SECONDS = 30
"""A quiet connection is closed before Telegram does it, so that no message meets a closed one."""
DNS_SECONDS = 60
CONNECT_SECONDS = 5.0
WAIT_FOR_CONNECTION_SECONDS = 10.0
READ_SECONDS = 10.0
READ_AFTER_UPLOAD_SECONDS = 20.0
KNOWN_METHODS = frozenset(
    name for name in dir(Bot) if not name.startswith("_") and name[0].islower()
)
"""What may be a label of a metric; addresses of files may not."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class NotReachedError(NetworkError):
    """The request surely did not leave: no connection came about."""


@lru_cache(maxsize=8)
def _proxy_for(scheme: str, host: str) -> str | None:
    """The proxy that the environment names for a host; asked once, as asking is slow."""
    if urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(scheme)


class AioRequest(BaseRequest):
    """A pool of connections. Time-outs are in seconds; ``None`` or unset means the default."""

    def __init__(self, connections: int = CONNECTIONS, read_timeout: float = READ_SECONDS) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long to wait for an answer that does not name a time of its own."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; connections follow when they are needed."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections,
                    keepalive_timeout=KEEP_ALIVE_SECONDS,
                    ttl_dns_cache=DNS_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request.

        Returns:
            The status code and the body of the answer.

        Raises:
            NotReachedError: surely not sent.
            TimedOut: perhaps sent.
            NetworkError: perhaps sent.
        """
        if self._session is None:
            raise NotReachedError("the transport is closed")
        has_files = request_data is not None and request_data.contains_files
        usual = READ_AFTER_UPLOAD_SECONDS if has_files else self._read_timeout
        read = _given(read_timeout, usual)
        wait = _given(pool_timeout, WAIT_FOR_CONNECTION_SECONDS)
        timeout = aiohttp.ClientTimeout(
            total=wait + read + _given(write_timeout, 0.0),
            connect=wait,
            sock_connect=_given(connect_timeout, CONNECT_SECONDS),
            sock_read=read,
        )
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        begun = time.perf_counter()
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                headers=None if has_files else FORM,
                timeout=timeout,
                proxy=_proxy_for(parts.scheme, parts.hostname or ""),
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
                _count(name, str(answer.status), begun)
                return answer.status, body
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            _count(name, "not reached", begun)
            raise NotReachedError(type(error).__name__) from error
        except asyncio.TimeoutError as error:  # noqa: UP041  (aiohttp's own time-outs derive from it)
            _count(name, "timeout", begun)
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            _count(name, "cut off", begun)
            # Its words may hold the address, and the address the token.
            raise NetworkError(type(error).__name__) from error


def _count(name: str, code: str, begun: float) -> None:
    method = name if name in KNOWN_METHODS else "file"
    metrics.ANSWERS.labels(method, code).inc()
    if method != "getUpdates":
        metrics.ANSWER_SECONDS.observe(time.perf_counter() - begun)


def _given(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _body(request_data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return urlencode(request_data.json_parameters).encode()
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form


def new_request() -> AioRequest:
    """The transport for everything but polling."""
    return AioRequest()


def new_polling_request() -> AioRequest:
    """One long poll, and at most one more request, at a time."""
    return AioRequest(connections=2)
