"""The addresses that log a cramp, over HTTP: one POST request, answered with a sentence.

The token is in the path, because the things that people have by their bed take one web address and
little else: ``POST /log/TOKEN``. It can also be sent as ``Authorization: Bearer TOKEN`` to
``/log``. Other methods do nothing, so that a preview of a link or a browser that opens it in
advance logs no cramp. Neither the path nor the token is ever logged or counted by name.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.database.errors import is_database_unreachable
from bot.database.models import User
from bot.features.cramps.values import SIDES, SITES
from bot.features.diary.limits import Limit
from bot.features.log_address import messages, queries
from bot.features.log_address.callers import Callers, caller_of
from bot.features.log_address.handlers import PATH
from bot.features.log_address.logging_cramps import Logged, log_cramp
from bot.features.log_address.request_fields import (
    Asked,
    Problem,
    UnusableError,
    asked_of,
    parse_body,
)
from bot.features.log_address.token import hash_of, is_marked, is_token
from bot.features.users.messages.withdrawal import is_withdrawn_outside
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.operations.logging import log_failure
from bot.telegram.context import Context, Deps
from bot.telegram.frame import Frame
from bot.telegram.http_requests import PRIVATE_HEADERS, READ_SECONDS, language_of, read_body
from bot.telegram.rate_limit import Rate, RateLimiter, UpdateKind
from bot.telegram.replies import Replies

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 4_000
MOST_IN_WORK = 50
"""Requests handled at a time."""
MOST_OF_ONE = 5
"""Requests of one person handled at a time."""
RATE = Rate(60, 60)
"""The rate limit for requests of one person, repeated ones included."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Methods that have a route; all but POST are refused with an explanation."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    **PRIVATE_HEADERS,
    "X-Robots-Tag": "noindex",
}
SHORT_WAIT, LONG_WAIT, WAIT_FOR_A_DAY = 5, 60, 3600
"""Seconds after which a refused request may be repeated."""


@dataclass(frozen=True)
class Answer:
    """The response to a request, before it is known in which form it is wanted."""

    status: int
    text: str
    code: str
    """The outcome for programs."""
    local_at: datetime | None = None
    """When the cramp was, as naive local time."""
    retry_after: int | None = None
    """The ``Retry-After`` of the response, in seconds; None for no such header."""
    closes: bool = False
    """Whether the connection is closed, so that the rest of the request is not read."""


class LogAddresses:
    """Answers the HTTP requests to people's addresses."""

    def __init__(self, deps: Deps, frame: Frame) -> None:
        self._deps, self._frame = deps, frame
        self._callers = Callers()
        # Limiters of its own, because they compare update ids, which requests do not have.
        self._requests = RateLimiter({UpdateKind.TAP: RATE})
        self._replies = RateLimiter()
        self._in_work = 0
        self._of_person: Counter[int] = Counter()
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @property
    def routes(self) -> list[Route]:
        """The routes to add to the HTTP server."""
        # A slash at the end is taken, too. Starlette would redirect to the address without it, and
        # behind a proxy to http://, so that the token would go over the network in the clear.
        paths = (PATH, f"{PATH}/", f"{PATH}/{{token}}", f"{PATH}/{{token}}/")
        return [Route(path, self._endpoint, methods=METHODS) for path in paths]

    async def _endpoint(self, request: Request) -> Response:
        tr = language_of(request)
        if request.method != "POST":
            answer = Answer(405, messages.post_only(tr), "post_only", closes=True)
        elif self._in_work >= MOST_IN_WORK:
            answer = _later(tr, SHORT_WAIT)
        else:
            self._in_work += 1
            try:
                answer = await self._answer(request, tr)
            except Exception as error:
                answer = _failed(error, tr)
            finally:
                self._in_work -= 1
        return _response(request, answer)

    async def _answer(self, request: Request, tr: Translator) -> Answer:
        token = _token_of(request)
        if not is_token(token):
            return _unknown(tr)
        now, hashed = self._deps.clock.now(), hash_of(token)
        caller = self._caller(request, token, hashed)
        if not self._callers.may_ask(caller, hashed, now.timestamp()):
            return _too_many(tr, LONG_WAIT)
        async with self._deps.database.transaction() as session:
            owner = await queries.owner_of(session, hashed)
        if owner is None or not self._deps.settings.lets_in(owner.id):
            self._callers.was_wrong(caller, hashed, now.timestamp())
            return _unknown(tr)
        self._callers.was_valid(hashed)
        tr = translator_for(owner)
        if owner.consent_withdrawn_at is not None:
            return Answer(403, is_withdrawn_outside(tr), "not_agreed", closes=True)
        if self._of_person[owner.id] >= MOST_OF_ONE or not self._is_within_limit(owner.id, now):
            return _too_many(tr, SHORT_WAIT)
        self._of_person[owner.id] += 1
        try:
            return await self._log(request, owner, hashed, now)
        except Exception as error:
            return _failed(error, tr)
        finally:
            self._of_person[owner.id] -= 1
            self._of_person += Counter()  # drops those at zero

    def _caller(self, request: Request, token: str, hashed: str) -> str:
        """The key under which wrong tokens are counted: the token itself if this bot has made it.

        Guesses are counted by the address of the network that they come from. Behind a proxy that
        does not say who asks, all of them come from one, and keep nobody else from their own.
        """
        if is_marked(token, self._deps.settings.token):
            return hashed
        return caller_of(request.client.host if request.client is not None else None)

    async def _log(self, request: Request, owner: User, hashed: str, now: datetime) -> Answer:
        """Read a request of somebody who is known, and log the cramp that it reports."""
        tr = translator_for(owner)
        try:
            asked = await _read(request, now)
        except UnusableError as error:
            text = messages.problem(tr, error.problem, error.field, SITES)
            return Answer(400, text, "unusable")
        except TimeoutError:
            return replace(_later(tr, SHORT_WAIT), status=408)
        if asked is None:
            text = messages.problem(tr, Problem.UNREADABLE, "", SITES)
            return Answer(413, text, "too_large", closes=True)
        context = self._frame.context(owner.id, None, now)
        context.is_over_limit = not self._may_reply(owner.id, now)
        async with self._locks.setdefault(owner.id, asyncio.Lock()):
            logged = await self._run(context, asked, hashed)
        if logged is None:
            return _unknown(tr)
        if logged is Limit.DIARY:
            return Answer(409, messages.limit(tr, logged), "full")
        if isinstance(logged, Limit):
            return replace(_too_many(tr, WAIT_FOR_A_DAY), text=messages.limit(tr, logged))
        return Answer(
            200, messages.spoken(tr, logged), logged.outcome.value, local_at=logged.local_at
        )

    async def _run(self, context: Context, asked: Asked, hashed: str) -> Logged | Limit | None:
        """Log the cramp in one transaction, which also stores what is said in the chat.

        Returns:
            What to answer; None when the address was replaced, removed or erased meanwhile, or the
            person took back their consent.
        """
        logged: Logged | Limit | None = None

        async def work(ready: Context) -> Replies | None:
            nonlocal logged
            row = await queries.address_of(ready.session, ready.person.id)
            if row is None or row.token_hash != hashed or ready.person.blocked_at is not None:
                return None
            if not ready.may_store:
                return None
            row.used_at = ready.now
            logged, replies = await log_cramp(ready, asked)
            return replies

        is_done = await self._frame.run(context, work, page_key=asked.page_key)
        return logged if is_done else None

    def _is_within_limit(self, user_id: int, now: datetime) -> bool:
        return self._requests.accepts_request(user_id, UpdateKind.TAP, now.timestamp())

    def _may_reply(self, user_id: int, now: datetime) -> bool:
        """Whether a logged cramp is also shown in the chat. Over the limit it is only stored."""
        return self._replies.accepts_request(user_id, UpdateKind.CRAMP, now.timestamp())


def _token_of(request: Request) -> str:
    in_path: str | None = request.path_params.get("token")
    if in_path is not None:
        return in_path
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _read(request: Request, now: datetime) -> Asked | None:
    """What a request reports; None when it is too large.

    Raises:
        UnusableError: it cannot be used.
        TimeoutError: it did not arrive in time.
    """
    if request.url.query:
        raise UnusableError(Problem.IN_ADDRESS)
    try:
        body = await read_body(request, MAX_BODY_BYTES, READ_SECONDS)
    except ClientDisconnect:
        raise UnusableError(Problem.UNREADABLE) from None
    if body is None:
        return None
    key = request.headers.get("Idempotency-Key")
    return asked_of(parse_body(body), now, SIDES, SITES, key)


def _unknown(tr: Translator) -> Answer:
    return Answer(404, messages.unknown(tr), "unknown", closes=True)


def _too_many(tr: Translator, seconds: int) -> Answer:
    return Answer(429, messages.too_many(tr), "too_many", retry_after=seconds, closes=True)


def _later(tr: Translator, seconds: int) -> Answer:
    return Answer(503, messages.later(tr), "later", retry_after=seconds, closes=True)


def _failed(error: Exception, tr: Translator) -> Answer:
    log_failure(log, "a request to an address failed", error)
    later = _later(tr, SHORT_WAIT)
    return later if is_database_unreachable(error) else replace(later, status=500)


def _response(request: Request, answer: Answer) -> Response:
    headers = dict(HEADERS)
    if answer.retry_after is not None:
        headers["Retry-After"] = str(answer.retry_after)
    if answer.closes:
        headers["Connection"] = "close"
    if answer.status == 405:
        headers["Allow"] = "POST"
    if "application/json" not in request.headers.get("Accept", ""):
        return PlainTextResponse(answer.text, answer.status, headers)
    body = {"status": answer.code, "text": answer.text}
    if answer.local_at is not None:
        body["at"] = answer.local_at.isoformat(timespec="minutes")
    return JSONResponse(body, answer.status, headers)
