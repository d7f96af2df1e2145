"""The Mini App over HTTP: one page, one tap that logs a cramp, and a month of nights.

Nothing is told to anybody whom Telegram did not sign in; see :mod:`bot.features.mini_app.signed`.
"""

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
from telegram import Bot

from bot.database.errors import is_database_unreachable
from bot.database.models import Cramp, User
from bot.features.cramps import handlers as cramps
from bot.features.cramps.messages import when_words
from bot.features.cramps.queries import logged_by
from bot.features.mini_app import messages
from bot.features.mini_app.signed import Opener, opener_of
from bot.features.summary.month_quarter_messages import parse_month
from bot.features.summary.month_quarter_report import build_month
from bot.i18n.preferences import translator_for
from bot.i18n.translator import translator
from bot.identity.presence import load
from bot.telegram.context import Deps, Visit
from bot.telegram.frame import Frame
from bot.telegram.rate_limit import Rate, RateLimiter, Sort, Verdict

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
PATH = "/app"
MAX_BODY_BYTES = 10_000
READ_SECONDS = 5.0
LONGEST_WAIT = timedelta(hours=1)
"""For so long the page tries to send a tap whose answer did not come."""
TRIES = Rate(60, 60)
"""Of logging, all together; the page tries every other second."""
KEYS = range(10**12, 10**13)
"""What a page calls its tap: milliseconds since 1970, so that it is its own each time. As the
number of a message it is turned negative, where no message is; smaller ones are of /history."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' https://telegram.org; style-src 'self'; "
        "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self' https://*.telegram.org"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TYPES = {"app.js": "text/javascript; charset=utf-8", "app.css": "text/css; charset=utf-8"}
Work = Callable[[Visit, Mapping[str, Any]], Awaitable[dict[str, Any] | None]]
"""Gets what the page asks for; None: it makes no sense."""


class MiniApp:
    """Answers the page's requests."""

    def __init__(self, deps: Deps, bot: Bot, frame: Frame) -> None:
        self._deps, self._bot, self._frame = deps, bot, frame
        self._flood = RateLimiter()  # its own: taps of a page have other numbers than updates
        self._tries = RateLimiter({Sort.TAP: TRIES})
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @property
    def routes(self) -> list[Route]:
        """Everything that it answers."""
        works: Mapping[str, Work] = {"month": _month, "log": _log, "undo": _undo}
        return [
            Route(PATH, self._page),
            *(Route(f"{PATH}/{name}", _file) for name in TYPES),
            *(
                Route(f"{PATH}/{name}", self._answering(work), methods=["POST"])
                for name, work in works.items()
            ),
        ]

    async def _page(self, request: Request) -> Response:
        """The page: until it has asked who is there, in the browser's language."""
        code = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0]
        tr = translator(code.strip() or None)
        page = (STATIC / "index.html").read_text(encoding="utf-8")
        page = page.replace("{lang}", escape(tr.language.replace("_", "-")))
        page = page.replace("{log}", escape(tr.gettext("Log cramp")))
        page = page.replace("{words}", escape(json.dumps(messages.page_words(tr))))
        return Response(page, headers=HEADERS, media_type="text/html; charset=utf-8")

    def _answering(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            status, body = await self._answer(request, work)
            return JSONResponse(body, status_code=status, headers=HEADERS)

        return answer

    async def _answer(self, request: Request, work: Work) -> tuple[int, dict[str, Any]]:
        now = self._deps.clock.now()
        opener = self._opener(request, now)
        if opener is None:
            return 401, {}
        allowed = self._deps.settings.allowed_user_ids
        if allowed and opener.id not in allowed:
            return 403, {}
        try:
            asked = await _asked(request)
        except TimeoutError:
            return 503, {}
        if asked is None:
            return 400, {}
        if not self._has_room(opener, work, now):
            return (503 if work is _log else 429), {}
        visit = Visit(
            deps=self._deps,
            bot=self._bot,
            user_id=opener.id,
            language_code=opener.language_code,
            now=now,
            message=None,
            query=None,
            frame=self._frame,
            is_hushed=work is _log and not self._may_answer(opener, now),
        )
        try:
            async with self._locks.setdefault(opener.id, asyncio.Lock()):
                done = await work(visit, asked)
        except Exception as error:
            if not is_database_unreachable(error):
                log.exception("the Mini App met a bug")
                return 500, {}
            log.error("the Mini App: the database cannot be reached")
            self._flood.put_back(opener.id, Sort.CRAMP)
            return 503, {}
        return (400, {}) if done is None else (200, done)

    def _opener(self, request: Request, now: datetime) -> Opener | None:
        scheme, _, data = request.headers.get("Authorization", "").partition(" ")
        return opener_of(data, self._deps.settings.token, now) if scheme == "tma" else None

    def _has_room(self, opener: Opener, work: Work, now: datetime) -> bool:
        """For a cramp there is, unless somebody tries faster than the page does; it goes on."""
        flood = self._tries if work is _log else self._flood
        return flood.judge(opener.id, Sort.TAP, *_moment(now)) is Verdict.TAKE

    def _may_answer(self, opener: Opener, now: datetime) -> bool:
        """In a flood cramps are taken down without an answer in the chat."""
        return self._flood.judge(opener.id, Sort.CRAMP, *_moment(now)) is Verdict.TAKE


def _moment(now: datetime) -> tuple[int, float]:
    """A number that grows with time, as those of updates do, and the time in seconds."""
    at = now.timestamp()
    return int(at * 1_000_000), at


async def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    text = (STATIC / name).read_text(encoding="utf-8")
    return Response(text, headers=HEADERS, media_type=TYPES[name])


async def _asked(request: Request) -> dict[str, Any] | None:
    """The body as an object; None when it is none or too large.

    Raises:
        TimeoutError: it is too slow, which another try need not be.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    return None
        asked = json.loads(body or b"{}")
    except (ClientDisconnect, ValueError, RecursionError):
        return None
    return asked if isinstance(asked, dict) else None


# What can be asked for ---------------------------------------------------------------------------


async def _month(visit: Visit, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """A month of nights; the newest when none is named."""
    named = asked.get("month")
    month = parse_month(named) if isinstance(named, str) else None
    if named is not None and month is None:
        return None
    return await _shown(visit, month)


async def _log(visit: Visit, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """A cramp, at the time of the tap. The same tap coming again changes nothing."""
    key, waited = _key(asked), asked.get("waited", 0)
    if key is None or not isinstance(waited, int):
        return None
    if not 0 <= waited <= LONGEST_WAIT.total_seconds() * 1000:
        return None
    await cramps.log_at(visit, -key, visit.now - timedelta(milliseconds=waited), "exact")
    return await _shown(visit, None, key)


async def _undo(visit: Visit, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """It was none. Twice is the same."""
    key = _key(asked)
    if key is None:
        return None
    async with visit.transaction() as session:
        cramp = await logged_by(session, visit.user_id, -key)
    if cramp is not None:
        await cramps.remove(visit, cramp.id)
    return await _shown(visit, None, key)


def _key(asked: Mapping[str, Any]) -> int | None:
    key = asked.get("key")
    return key if isinstance(key, int) and key in KEYS else None


async def _shown(
    visit: Visit, month: tuple[int, int] | None, key: int | None = None
) -> dict[str, Any]:
    """What the page shows from now on."""
    entry = None
    async with visit.transaction() as session:
        user = await load(session, visit)
        if key is not None:
            entry = await logged_by(session, visit.user_id, -key)
        view = await build_month(session, user, visit.now, month)
    tr = translator_for(user)
    return {
        "language": tr.language.replace("_", "-"),
        "words": messages.page_words(tr),
        "month": messages.month(tr, view),
        "entry": None if entry is None else _entry(user, entry),
    }


def _entry(user: User, cramp: Cramp) -> dict[str, Any]:
    tr, is_removed = translator_for(user), cramp.deleted_at is not None
    when = when_words(tr, cramps.entry_of(cramp))
    text = tr.gettext("Removed: {when}.") if is_removed else tr.gettext("Logged: {when}")
    return {"words": text.format(when=when), "is_removed": is_removed}
