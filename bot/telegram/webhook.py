"""The webhook: answers 200 only after the update is stored in the inbox.

Requests without the secret are not read. Telegram repeats a request that is not answered with 2xx,
and keeps updates for 24 hours, so none of the limits here loses an update.
"""

import hmac
import json
import logging
import time
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot import metrics
from bot.telegram.http_requests import READ_SECONDS, read_body
from bot.telegram.intake import Intake
from bot.telegram.rate_limit import Bucket, Rate, take_token

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the header's name)
MAX_BODY_BYTES = 1_000_000
MOST_IN_WORK = 200
"""Requests handled at a time. Telegram opens at most 100 connections (``setWebhook``), and a
request that it gave up waiting for may still be running when it is repeated."""
WRONG_SECRETS = Rate(20, 60)
"""How many requests with a wrong secret get a 403; further ones get a 429."""
SAID_EVERY = Rate(1, 60)
"""How often requests with a wrong secret are logged."""


def _refused(status: int, retry_after: int | None = None) -> Response:
    """A response that closes the connection, so that the rest of the request is not read."""
    headers = {"Connection": "close"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return PlainTextResponse("", status_code=status, headers=headers)


class Webhook:
    """Handles Telegram's webhook requests."""

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret.encode()
        self._in_work = 0
        self._strangers: Bucket | None = None
        self._lines: Bucket | None = None
        self._unsaid = 0

    async def receive(self, request: Request) -> Response:
        """Handle one request."""
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, self._secret):
            response = self._turn_away()
        elif self._in_work >= MOST_IN_WORK:
            response = _refused(503, retry_after=1)
        else:
            self._in_work += 1
            try:
                response = await self._take(request)
            finally:
                self._in_work -= 1
        metrics.POSTS.labels(response.status_code).inc()
        return response

    def _turn_away(self) -> Response:
        """Refuse a request with a wrong secret without reading it."""
        now = time.monotonic()
        self._unsaid += 1
        self._lines, may_say = take_token(self._lines, SAID_EVERY, now)
        if may_say:
            log.warning("posts to the webhook with a wrong secret: %s", self._unsaid)
            self._unsaid = 0
        self._strangers, may_know = take_token(self._strangers, WRONG_SECRETS, now)
        return _refused(403) if may_know else _refused(429, retry_after=60)

    async def _take(self, request: Request) -> Response:
        try:
            body = await read_body(request, MAX_BODY_BYTES, READ_SECONDS)
        except TimeoutError:
            log.warning("a post to the webhook came too slowly")
            return _refused(408)
        except ClientDisconnect:
            return _refused(400)
        if body is None:
            log.error("a post to the webhook is too large")
            return _refused(413)
        raw = _parsed(body)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            log.error("an unreadable post to the webhook is left out")
            return PlainTextResponse("")
        if await self._intake.accept([raw]):
            return PlainTextResponse("")
        return PlainTextResponse("", status_code=503, headers={"Retry-After": "5"})


def _parsed(body: bytes) -> Any:
    """What the body says, or None when it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
