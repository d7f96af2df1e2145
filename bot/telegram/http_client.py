"""HTTP client for the Bot API: python-telegram-bot's ``BaseRequest`` on aiohttp.

It sends three times as many messages per second as the library's httpx client, and it does not
slow down as the number of connections grows. docs/capacity.md has the measurements.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter
from yarl import URL

from bot import metrics
from bot.telegram.bot_api_answers import NotReachedError, check_answer
from bot.trouble_log import name_of

MAX_CONNECTIONS = 320
"""More than the reminder dispatcher can use, so that replies always find a free connection."""
KEEP_ALIVE_SECONDS = 30
"""Close idle connections before Telegram does, so that no request is sent on a closed one."""
DNS_SECONDS = 60
CONNECT_SECONDS = 5.0
WAIT_FOR_CONNECTION_SECONDS = 10.0
READ_SECONDS = 10.0
READ_AFTER_UPLOAD_SECONDS = 20.0
KNOWN_METHODS = frozenset(
    name for name in dir(Bot) if not name.startswith("_") and name[0].islower()
)
"""Bot API methods, the allowed values of the metrics' label; file downloads count as "file"."""
_NOT_CONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    ProxyError,
    ProxyConnectionError,
    ProxyTimeoutError,
)
"""Errors before any request was sent, those of a proxy included."""
OnTime = Callable[[datetime, datetime | None], None]
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
"""The encoding that python-telegram-bot uses, too. JSON would save 60 µs, but not every Bot API
server reads it."""


def plain(parameters: Mapping[str, Any]) -> RequestData:
    """Parameters of a request without files.

    The library itself looks for files inside of each value, and encodes keyboards twice.

    Args:
        parameters: texts, numbers, and what is sent as JSON; those that are None are left out.
    """
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
        if value is not None
    }
    return RequestData([RequestParameter(name, text, None) for name, text in texts.items()])


class AiohttpRequest(BaseRequest):
    """A connection pool. Timeouts are in seconds; ``None`` or unset means the default.

    Args:
        max_connections: The size of the pool.
        read_timeout: How long to wait for a response when the caller sets no timeout.
        proxy: The address of an HTTP or SOCKS proxy that all connections go through; None: none.
        on_time: called with the time of an answer, and with that of the sent message in it, if
            there is one; at most once a second for answers with and for those without a message.
    """

    def __init__(
        self,
        max_connections: int = MAX_CONNECTIONS,
        read_timeout: float = READ_SECONDS,
        proxy: str | None = None,
        on_time: OnTime | None = None,
    ) -> None:
        self._max_connections = max_connections
        self._read_timeout = read_timeout
        self._proxy = proxy
        self._on_time = on_time
        self._last_dates: dict[bool, str] = {}
        """Whether an answer contains a sent message → the time of the newest such answer."""
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The default read timeout in seconds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; connections are established on demand."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._new_connector(), cookie_jar=aiohttp.DummyCookieJar()
            )

    @property
    def _is_socks(self) -> bool:
        return self._proxy is not None and self._proxy.startswith("socks")

    def _new_connector(self) -> aiohttp.TCPConnector:
        if self._proxy is None or not self._is_socks:
            return aiohttp.TCPConnector(
                limit=self._max_connections,
                keepalive_timeout=KEEP_ALIVE_SECONDS,
                ttl_dns_cache=DNS_SECONDS,
            )
        # The proxy resolves names: where Telegram is blocked, the local resolver often gives false
        # addresses.
        return ProxyConnector.from_url(
            self._proxy.replace("socks5h://", "socks5://", 1),
            rdns=True,
            limit=self._max_connections,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
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
            The status code and the body of the response.

        Raises:
            NotReachedError: The request was not sent.
            RefusedError: The request was not carried out.
            UnreadableAnswerError: The request may have been carried out.
            BadRequest: The request is too large for something in between.
            TimedOut: The request may have been sent.
            NetworkError: The request may have been sent.
        """
        if self._session is None:
            raise NotReachedError("the HTTP client is closed")
        has_files = request_data is not None and request_data.contains_files
        default_read = READ_AFTER_UPLOAD_SECONDS if has_files else self._read_timeout
        read = _seconds(read_timeout, default_read)
        wait = _seconds(pool_timeout, WAIT_FOR_CONNECTION_SECONDS)
        timeout = aiohttp.ClientTimeout(
            total=wait + read + _seconds(write_timeout, 0.0),
            connect=wait,
            sock_connect=_seconds(connect_timeout, CONNECT_SECONDS),
            sock_read=read,
        )
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        started = time.perf_counter()
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                headers=None if has_files else FORM_HEADERS,
                timeout=timeout,
                proxy=None if self._is_socks else self._proxy,
                allow_redirects=False,
            ) as response:
                body = await response.read()
                status, headers = response.status, response.headers
                _count(name, str(status), started)
        except _NOT_CONNECTED as error:
            _count(name, "not reached", started)
            raise NotReachedError(name_of(error)) from error
        except asyncio.TimeoutError as error:  # noqa: UP041  (base class of aiohttp's timeouts)
            _count(name, "timeout", started)
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            _count(name, "cut off", started)
            # Only the type: the error's text may contain the URL, and the URL has the token.
            raise NetworkError(name_of(error)) from error
        check_answer(status, body, is_file=name not in KNOWN_METHODS)
        self._note_time(headers, name, body)
        return status, body

    def _note_time(self, headers: Mapping[str, str], name: str, body: bytes) -> None:
        """Pass on when an answer was made. A Bot API server of one's own may not say so."""
        date, is_sent = headers.get("Date"), name.startswith("send")
        if self._on_time is None or date is None or self._last_dates.get(is_sent) == date:
            return
        self._last_dates[is_sent] = date
        if "Age" in headers:  # a cache on the way has stored it
            return
        try:
            said = parsedate_to_datetime(date)
        except (ValueError, OverflowError):
            return
        if said.tzinfo is not None:
            self._on_time(said, _taken_at(body) if is_sent else None)


def _taken_at(body: bytes) -> datetime | None:
    """The time at which Telegram took the message in the answer; None: it contains no message."""
    try:
        answer = json.loads(body)
        return datetime.fromtimestamp(answer["result"]["date"], UTC)
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None


def _count(name: str, code: str, started: float) -> None:
    method = name if name in KNOWN_METHODS else "file"
    metrics.ANSWERS.labels(method, code).inc()
    if method != "getUpdates":
        metrics.ANSWER_SECONDS.observe(time.perf_counter() - started)


def _seconds(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _body(request_data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        # ``urlencode`` works byte by byte in Python, which takes longer than the rest of a request.
        return URL.build(query=request_data.json_parameters).raw_query_string.encode()
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form


def new_request(proxy: str | None, on_time: OnTime | None = None) -> AiohttpRequest:
    """Create the HTTP client for all requests except polling."""
    return AiohttpRequest(proxy=proxy, on_time=on_time)


def new_polling_request(proxy: str | None, on_time: OnTime | None = None) -> AiohttpRequest:
    """Create the HTTP client for polling: one long poll and one other request at a time."""
    return AiohttpRequest(max_connections=2, proxy=proxy, on_time=on_time)
