"""The Mini App over HTTP: a page with a button that logs a cramp, and a month of nights.

Every request but that for the page and its files must carry Telegram's signed ``initData``; see
:mod:`bot.features.mini_app.init_data`.
"""

# TRANSLATORS, ALL: {when} is when a cramp was, such as "03:12, Tuesday night".

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.database.errors import is_database_unreachable
from bot.database.models import Cramp
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.change import remove
from bot.features.cramps.handlers.log import log_tap
from bot.features.cramps.messages.labels import when_words
from bot.features.cramps.messages.refusals import not_added
from bot.features.cramps.queries import counted, logged_by, owned
from bot.features.cramps.same_cramp import release
from bot.features.diary import limits
from bot.features.diary.limits import Limit
from bot.features.mini_app import messages
from bot.features.mini_app.init_data import Opener, opener_of
from bot.features.mini_app.queries import KEYS, entries_since, is_of_page
from bot.features.summary.month_quarter_messages import parse_month
from bot.features.summary.month_quarter_report import build_month
from bot.features.users.messages.withdrawal import is_withdrawn_outside
from bot.telegram.context import Context, Deps
from bot.telegram.frame import Frame
from bot.telegram.http_requests import PRIVATE_HEADERS, READ_SECONDS, language_of, read_body
from bot.telegram.rate_limit import Rate, RateLimiter, UpdateKind
from bot.telegram.replies import NOTHING, DiaryChanged, Occasion, Replies

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
PATH = "/app"
MAX_BODY_BYTES = 10_000
LONGEST_WAIT = timedelta(hours=1)
"""How long the page retries a tap that was not answered."""
RETRY_RATE = Rate(60, 60)
"""Log requests of one person, retries included. The page retries every two seconds."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self' https://*.telegram.org"
    ),
    **PRIVATE_HEADERS,
}
CONTENT_TYPES = {"app.js": "text/javascript; charset=utf-8", "app.css": "text/css; charset=utf-8"}
Body = dict[str, Any]
Handler = Callable[[Context, Mapping[str, Any]], Awaitable[tuple[Body, Replies] | None]]
"""Gets the request's JSON; returns the response's JSON and the replies in the chat. None: the
request is invalid.
"""


class MiniApp:
    """Answers the HTTP requests of the Mini App's page."""

    def __init__(self, deps: Deps, frame: Frame) -> None:
        self._deps, self._frame = deps, frame
        # Limiters of its own, because they compare update ids, which requests do not have.
        self._requests = RateLimiter()
        self._retries = RateLimiter({UpdateKind.TAP: RETRY_RATE})
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @property
    def routes(self) -> list[Route]:
        """The routes to add to the HTTP server."""
        handlers: Mapping[str, Handler] = {"month": on_month, "log": on_log, "undo": on_undo}
        return [
            Route(PATH, self._page),
            *(Route(f"{PATH}/{name}", _file) for name in CONTENT_TYPES),
            *(
                Route(f"{PATH}/{name}", self._endpoint(handler), methods=["POST"])
                for name, handler in handlers.items()
            ),
        ]

    async def _page(self, request: Request) -> Response:
        """The page itself.

        It is in the browser's language until its first request says who opened it.
        """
        tr = language_of(request)
        page = (STATIC / "index.html").read_text(encoding="utf-8")
        page = page.replace("{lang}", escape(tr.language.replace("_", "-")))
        page = page.replace("{log}", escape(tr.gettext("Log cramp")))
        page = page.replace("{words}", escape(json.dumps(messages.page_words(tr))))
        return Response(page, headers=HEADERS, media_type="text/html; charset=utf-8")

    def _endpoint(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            status, body = await self._answer(request, handler)
            return JSONResponse(body, status_code=status, headers=HEADERS)

        return endpoint

    async def _answer(self, request: Request, handler: Handler) -> tuple[int, Body]:
        """The HTTP status and the JSON that answer a request."""
        now = self._deps.clock.now()
        opener = self._opener(request, now)
        if opener is None:
            return 401, {}
        if not self._deps.settings.lets_in(opener.id):
            return 403, {}
        try:
            asked = await _json_object(request)
        except TimeoutError:
            return 503, {}
        if asked is None:
            return 400, {}
        if not self._is_within_limit(opener, handler, now):
            return (503 if handler is on_log else 429), {}
        context = self._frame.context(opener.id, opener.language_code, now)
        context.is_over_limit = handler is on_log and not self._may_reply(opener, now)
        try:
            async with self._locks.setdefault(opener.id, asyncio.Lock()):
                return await self._run(context, opener, handler, asked)
        except Exception as error:
            if not is_database_unreachable(error):
                log.exception("the Mini App met a bug")
                return 500, {}
            log.debug("the Mini App: the database cannot be reached")
            self._requests.refund(opener.id, UpdateKind.CRAMP)
            return 503, {}

    async def _run(
        self, context: Context, opener: Opener, handler: Handler, asked: Mapping[str, Any]
    ) -> tuple[int, Body]:
        """Call a handler in one transaction, which also stores its replies to the chat.

        Returns:
            The HTTP status and the response's JSON.
        """
        status, body = 400, Body()

        async def work(ready: Context) -> Replies | None:
            nonlocal status, body
            if not _is_of_today(ready, opener):
                status = 401
                return None
            if not ready.may_store:
                status, body = 403, {"refusal": is_withdrawn_outside(ready.tr)}
                return None
            handled = await handler(ready, asked)
            if handled is None:
                return None
            status, (body, replies) = 200, handled
            return replies

        key = _key(asked)
        page_key = None if key is None else 2 * key + (handler is on_undo)
        await self._frame.run(context, work, page_key=page_key)
        return status, body

    def _opener(self, request: Request, now: datetime) -> Opener | None:
        scheme, _, data = request.headers.get("Authorization", "").partition(" ")
        return opener_of(data, self._deps.settings.token, now) if scheme == "tma" else None

    def _is_within_limit(self, opener: Opener, handler: Handler, now: datetime) -> bool:
        """Whether a request may be handled; a refused log request is retried by the page."""
        limiter = self._retries if handler is on_log else self._requests
        return limiter.accepts_request(opener.id, UpdateKind.TAP, now.timestamp())

    def _may_reply(self, opener: Opener, now: datetime) -> bool:
        """Whether a logged cramp is also answered in the chat. Over the limit it is only stored."""
        return self._requests.accepts_request(opener.id, UpdateKind.CRAMP, now.timestamp())


def _is_of_today(context: Context, opener: Opener) -> bool:
    """Whether the page was opened by somebody who had begun by then, and was not erased since."""
    if not context.is_known:
        return False
    return opener.signed_at >= context.person.created_at.replace(microsecond=0)


async def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    text = (STATIC / name).read_text(encoding="utf-8")
    return Response(text, headers=HEADERS, media_type=CONTENT_TYPES[name])


async def _json_object(request: Request) -> dict[str, Any] | None:
    """The request's body as a JSON object; None when it is something else or too large.

    Raises:
        TimeoutError: when the body did not arrive in time; a retry may succeed.
    """
    try:
        body = await read_body(request, MAX_BODY_BYTES, READ_SECONDS)
        asked = None if body is None else json.loads(body or b"{}")
    except (ClientDisconnect, ValueError, RecursionError):
        return None
    return asked if isinstance(asked, dict) else None


# Handlers ----------------------------------------------------------------------------------------


async def on_month(context: Context, asked: Mapping[str, Any]) -> tuple[Body, Replies] | None:
    """Return a month of nights; the newest when the page names none."""
    named = asked.get("month")
    month = parse_month(named) if isinstance(named, str) else None
    if named is not None and month is None:
        return None
    return await _state(context, month), [DiaryChanged(occasion=Occasion.OPENED)]


async def on_log(context: Context, asked: Mapping[str, Any]) -> tuple[Body, Replies] | None:
    """Log a cramp at the time of the tap. The same tap sent again adds nothing."""
    key, waited = _key(asked), asked.get("waited", 0)
    if key is None or not isinstance(waited, int):
        return None
    if not 0 <= waited <= LONGEST_WAIT.total_seconds() * 1000:
        return None
    tapped_at = context.now - timedelta(milliseconds=waited)
    if await _is_day_full(context, key):
        return await _not_logged(context, Limit.PAGE_DAY), NOTHING
    replies = await log_tap(context, -key, tapped_at)
    state = await _state(context, None, key)
    if state["entry"] is None:
        return await _not_logged(context, Limit.DIARY), replies
    return state, replies


async def _is_day_full(context: Context, key: int) -> bool:
    """Whether a tap comes after as many others as can be logged on the page in a day."""
    session, user_id, most = context.session, context.person.id, limits.PAGE_ENTRIES_A_DAY
    count = await entries_since(session, user_id, context.now - limits.DAY, most)
    return count >= most and await logged_by(session, user_id, -key) is None


async def _not_logged(context: Context, limit: Limit) -> Body:
    """The state of the page, and why the tap was not logged."""
    return {**await _state(context, None), "refusal": not_added(context.tr, limit)}


async def on_undo(context: Context, asked: Mapping[str, Any]) -> tuple[Body, Replies] | None:
    """Remove the entry of a tap. Doing it twice changes nothing more."""
    key = _key(asked)
    if key is None:
        return None
    cramp = await logged_by(context.session, context.person.id, -key)
    if cramp is None or cramp.is_empty:
        return await _state(context, None, key), NOTHING
    replies = [*await remove(context, cramp)]
    first = await owned(context.session, cramp.same_as_id, cramp.user_id)
    if first is None:  # what was tapped in the chat meanwhile counts again
        await release(context.session, cramp, last_id=0)
    elif is_of_page(first):  # two taps on the same button, which shows Undo after the first
        replies += await remove(context, first)
        await release(context.session, first, last_id=0)
    return await _state(context, None, key), replies


def _key(asked: Mapping[str, Any]) -> int | None:
    key = asked.get("key")
    return key if isinstance(key, int) and key in KEYS else None


async def _state(
    context: Context, month: tuple[int, int] | None, key: int | None = None
) -> dict[str, Any]:
    """Everything that the page shows.

    Args:
        context: of the request.
        month: the year and month to show; None is the newest.
        key: the tap whose entry is shown, if there is one.
    """
    tr, entry = context.tr, None
    if key is not None:
        entry = await logged_by(context.session, context.person.id, -key)
    report = await build_month(context.session, context.person, context.now, month)
    return {
        "language": tr.language.replace("_", "-"),
        "words": messages.page_words(tr),
        "month": messages.month(tr, report),
        "entry": None if entry is None or entry.is_empty else await _entry(context, entry),
    }


async def _entry(context: Context, cramp: Cramp) -> dict[str, Any]:
    """What became of a tap; one that was merged stands for the entry that counts."""
    _, is_removed = context.tr.gettext, cramp.deleted_at is not None
    counts = await counted(context.session, cramp) or cramp
    when = when_words(context.tr, entry_of(counts))
    if is_removed:
        is_kept = counts is not cramp and counts.deleted_at is None
        text = _("Undone. This entry stays: {when}.") if is_kept else _("Removed: {when}.")
    else:
        is_one = counts is not cramp
        text = _("Got it: one cramp, {when}.") if is_one else _("Logged: {when}")
    return {"words": text.format(when=when), "is_removed": is_removed}
