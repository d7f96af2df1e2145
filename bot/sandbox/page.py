"""The chat page's own side of the server: its files, what it shows, and what people do on it."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.faults import KINDS, Kind
from bot.sandbox.methods import picture_size
from bot.sandbox.page_texts import language_of, words_for
from bot.sandbox.telegram import ChatState, Json, Message, NotPossibleError, Person, Telegram

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
SHOWN_MESSAGES = 300
"""How far back a page that opens can scroll."""
LONG_POLL_SECONDS = 25.0
GATHER_SECONDS = 0.03
"""Changes that come within this time reach the page together."""
SHOW_MOVING_CLOCK_EVERY_SECONDS = 0.15
MAX_PHOTO_BYTES = 10 * 1024 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Controls(Protocol):
    """What the page may do with the bot and its time; given in by whoever runs the bot."""

    @property
    def bot_running(self) -> bool:
        """Whether the bot is up."""
        ...

    async def next_due(self) -> datetime | None:
        """The next instant at which the bot has something to do; aware UTC."""
        ...

    async def live_until(self, at: datetime) -> None:
        """Move the clock to an instant, letting the bot live through everything due before."""
        ...

    async def stop_bot(self) -> None:
        """Take the bot down; updates wait for it."""
        ...

    async def start_bot(self) -> None:
        """Bring the bot up again."""
        ...


def next_local_time(now: datetime, wanted: time, zone: ZoneInfo) -> datetime:
    """The next instant at which a clock on the wall of a zone shows a time.

    Args:
        now: an aware instant.
        wanted: the time on the wall.
        zone: whose wall.
    """
    today = now.astimezone(zone).date()
    candidates = (
        datetime.combine(today + timedelta(days=days), wanted, zone).astimezone(UTC)
        for days in (0, 1, 2)
    )
    return next(instant for instant in candidates if instant > now)


class Page:
    """Everything below ``/`` that is not the Bot API."""

    def __init__(self, telegram: Telegram, controls: Controls | None) -> None:
        self.telegram = telegram
        self.controls = controls
        self._seen: dict[int, int] = {}
        """The newest message each person has had on the screen."""
        self._moving: asyncio.Task[None] | None = None
        self._moving_until: datetime | None = None
        self._problem: tuple[int, str] | None = None
        """Something that went wrong behind the page, numbered so that it is shown once."""

    def routes(self) -> list[BaseRoute]:
        """The routes for a Starlette application."""
        return [
            Route("/", self.index),
            Mount("/static", _Static(directory=STATIC)),
            Route("/sandbox/words", self.words),
            Route("/sandbox/changes", self.changes),
            Route("/sandbox/files/{file_id}", self.file),
            Route("/sandbox/people", self.add_person, methods=["POST"]),
            Route("/sandbox/act", self.act, methods=["POST"]),
            Route("/sandbox/photo", self.photo, methods=["POST"]),
            Route("/sandbox/time", self.move_time, methods=["POST"]),
            Route("/sandbox/fault", self.fault, methods=["POST"]),
            Route("/sandbox/bot", self.switch_bot, methods=["POST"]),
        ]

    def close(self) -> None:
        """Stop what goes on behind the page."""
        if self._moving is not None:
            self._moving.cancel()

    async def index(self, request: Request) -> Response:  # noqa: ARG002
        """The page."""
        return FileResponse(STATIC / "index.html", headers=HEADERS)

    async def words(self, request: Request) -> Response:
        """The page's own words in the language of whoever opens it."""
        tr = language_of(
            request.query_params.get("lang"), request.headers.get("accept-language", "")
        )
        return JSONResponse({"language": tr.language, "words": words_for(tr)}, headers=HEADERS)

    async def file(self, request: Request) -> Response:
        """A picture that a message shows."""
        file = self.telegram.files.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404)
        is_picture = picture_size(file.content) is not None
        kind = "image/png" if file.content[:4] == b"\x89PNG" else "image/jpeg"
        media_type = kind if is_picture else "application/octet-stream"
        return Response(file.content, media_type=media_type, headers=HEADERS)

    # What the page shows ------------------------------------------------------------------------

    async def changes(self, request: Request) -> Response:
        """Everything that changed since a revision; waits until there is something."""
        telegram = self.telegram
        since = _number(request, "since")
        person = self._person(request.query_params.get("person"))
        if person is not None:
            seen = _number(request, "seen")
            self._seen[person.id] = max(seen, self._seen.get(person.id, 0))
        if since > telegram.revision:  # a page that outlived the server it was opened on
            since = 0
        moving = self._moving is not None
        patience = SHOW_MOVING_CLOCK_EVERY_SECONDS if moving else LONG_POLL_SECONDS
        if since:
            with contextlib.suppress(TimeoutError):
                await telegram.wait_for(
                    lambda: telegram.revision > since or telegram.closed, patience
                )
        if since and not moving and not telegram.closed:
            await asyncio.sleep(GATHER_SECONDS)
        return JSONResponse(await self._state(person, since), headers=HEADERS)

    def _person(self, identity: Any) -> Person | None:
        try:
            return self.telegram.people.get(int(identity))
        except (TypeError, ValueError):
            return None

    def _must_person(self, identity: Any) -> Person:
        person = self._person(identity)
        if person is None:
            raise HTTPException(404, "There is no such person.")
        return person

    async def _state(self, person: Person | None, since: int) -> Json:
        telegram = self.telegram
        due = await self._next_due()
        # No await below: revision and content must belong together.
        state: Json = {
            "revision": telegram.revision,
            "now": telegram.clock.now().timestamp() * 1000,
            "bot": self._bot(person),
            "people": [self._listed(one, person) for one in telegram.people.values()],
            "faults": sorted({fault.kind for fault in telegram.faults.active}),
            "controls": self.controls is not None,
            "running": self.controls.bot_running if self.controls is not None else None,
            "moving": self._moving_until.timestamp() * 1000 if self._moving_until else None,
            "due": due.timestamp() * 1000 if due else None,
            "waiting": len(telegram.queue),
            "problem": self._problem,
        }
        if person is not None:
            state["chat"] = self._chat(telegram.chats[person.id], since)
        return state

    async def _next_due(self) -> datetime | None:
        if self.controls is None or self._moving is not None:
            return None
        try:
            return await self.controls.next_due()
        except Exception:  # the page must stay usable whatever the bot's store does
            log.exception("cannot tell what is due next")
            return None

    def _bot(self, person: Person | None) -> Json:
        profile = self.telegram.profile
        language = person.language_code[:2] if person else ""

        def text(field: str) -> str:
            return profile.get((field, language)) or profile.get((field, "")) or ""

        return {
            "name": text("name") or self.telegram.bot_user["first_name"],
            "description": text("description"),
            "commands": self._commands(person, language),
        }

    def _commands(self, person: Person | None, language: str) -> list[Json]:
        scopes = [f"chat {person.id}"] if person else []
        for scope in (*scopes, "all_private_chats", "default"):
            for code in (language, ""):
                found = self.telegram.commands.get((scope, code))
                if found:
                    return found
        return []

    def _listed(self, person: Person, shown: Person | None) -> Json:
        state = self.telegram.chats[person.id]
        newest = next(reversed(state.messages.values())) if state.messages else None
        newest_id = newest.id if newest else 0
        seen, unread = newest_id if shown is person else self._seen.get(person.id, 0), 0
        for message in reversed(state.messages.values()):
            if message.id <= seen:
                break
            unread += message.from_bot
        return {
            "id": person.id,
            "name": person.first_name,
            "language": person.language_code,
            "zone": person.time_zone,
            "position": person.position,
            "blocked": person.blocked,
            "unread": unread,
            "preview": _preview(newest) if newest else "",
            "date": newest.date.timestamp() * 1000 if newest else None,
        }

    def _chat(self, state: ChatState, since: int) -> Json:
        changed = [m for m in state.messages.values() if m.revision > since]
        taps = [t for t in self.telegram.taps.values() if t.person is state.person]
        loop = asyncio.get_running_loop()
        return {
            "person": state.person.id,
            "started": state.started,
            "messages": [self._shown(m) for m in changed[-SHOWN_MESSAGES:]],
            "deleted": [i for i, revision in state.deleted.items() if revision > since],
            "first": next(iter(state.messages), 0),
            "keyboard": state.markup,
            "typing": max(0.0, state.typing_until - loop.time()),
            "taps": {
                tap.id: {"answer": tap.answer, "late": tap.answer is None and tap.is_late()}
                for tap in taps[-20:]
            },
        }

    @staticmethod
    def _shown(message: Message) -> Json:
        shown: Json = {
            "id": message.id,
            "bot": message.from_bot,
            "date": message.date.timestamp() * 1000,
            "kind": message.kind,
            "text": message.words,
            "entities": message.entities,
            "inline": message.inline,
            "silent": message.silent,
            "edited": message.edited,
            "reaction": message.reaction,
            "extra": message.extra,
        }
        if message.file is not None:
            shown["file"] = {
                "id": message.file.file_id,
                "name": message.file.name,
                "size": len(message.file.content),
                "width": message.file.width,
                "height": message.file.height,
            }
        if message.reply_to is not None:
            shown["reply_to"] = {
                "id": message.reply_to.id,
                "bot": message.reply_to.from_bot,
                "text": _preview(message.reply_to),
            }
        return shown

    # What people do on the page -----------------------------------------------------------------

    async def add_person(self, request: Request) -> Response:
        """Somebody new picks up a phone."""
        given = await _body(request)
        zone = str(given.get("time_zone") or "UTC")
        if zone not in available_timezones():
            raise HTTPException(400, f"“{zone}” is not a time zone.")
        name = str(given.get("first_name") or "").strip()[:64]
        if not name:
            raise HTTPException(400, "A person needs a name.")
        language = str(given.get("language_code") or "en")[:10]
        person = self.telegram.add_person(name, language, zone)
        return JSONResponse({"id": person.id}, headers=HEADERS)

    async def act(self, request: Request) -> Response:
        """One thing that a person does in the chat."""
        given = await _body(request)
        person = self._must_person(given.get("person"))
        try:
            result = self._act(person, given)
        except NotPossibleError as error:
            raise HTTPException(409, str(error)) from None
        except (KeyError, TypeError, ValueError, IndexError):
            raise HTTPException(400, "That cannot be read.") from None
        return JSONResponse(result, headers=HEADERS)

    def _act(self, person: Person, given: Json) -> Json:
        telegram = self.telegram
        match given.get("action"):
            case "say":
                telegram.say(person, str(given["text"]))
            case "reply":
                telegram.reply(person, int(given["message_id"]), str(given["text"]))
            case "edit":
                telegram.edit(person, int(given["message_id"]), str(given["text"]))
            case "press":
                telegram.press(person, str(given["label"]))
            case "tap":
                message = telegram.message(person, int(given["message_id"]))
                button = message.inline[int(given["row"])][int(given["column"])]
                if button["text"] != given["label"]:
                    raise NotPossibleError("the message has changed meanwhile")
                tap = telegram.tap_data(person, message, button["callback_data"])
                return {"tap": tap.id}
            case "location":
                place = float(given["latitude"]), float(given["longitude"])
                if not (abs(place[0]) <= 90 and abs(place[1]) <= 180):
                    raise NotPossibleError("there is no such place")
                person.position = place
                telegram.send_location(person)
            case "sticker":
                telegram.send_sticker(person, str(given.get("emoji") or "🙂"))
            case "block":
                telegram.block(person)
            case "unblock":
                telegram.unblock(person)
            case _:
                raise ValueError(given.get("action"))
        return {}

    async def photo(self, request: Request) -> Response:
        """A person sends a picture: the body is the file."""
        _same_origin(request)
        person = self._must_person(request.query_params.get("person"))
        content = b""
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_PHOTO_BYTES:
                raise HTTPException(413, "That picture is too big.")
        if picture_size(content) is None:
            raise HTTPException(400, "Only PNG and JPEG pictures can be sent.")
        try:
            self.telegram.send_photo(person, content)
        except NotPossibleError as error:
            raise HTTPException(409, str(error)) from None
        return JSONResponse({}, headers=HEADERS)

    # Time and trouble ---------------------------------------------------------------------------

    def _must_control(self) -> Controls:
        if self.controls is None:
            raise HTTPException(409, "The bot is not run by this sandbox.")
        return self.controls

    async def move_time(self, request: Request) -> Response:
        """Begin to live ahead; the page follows by the clock."""
        given = await _body(request)
        controls = self._must_control()
        if self._moving is not None:
            raise HTTPException(409, "Time is already moving.")
        target = await self._target(controls, given)
        self._moving_until = target
        self._moving = asyncio.create_task(self._move(controls, target))
        self.telegram.changed()
        return JSONResponse({"until": target.timestamp() * 1000}, headers=HEADERS)

    async def _target(self, controls: Controls, given: Json) -> datetime:
        now, to = self.telegram.clock.now(), str(given.get("to"))
        if to == "hour":
            return now + timedelta(hours=1)
        if to == "week":
            return now + timedelta(weeks=1)
        if to == "next":
            due = await controls.next_due()
            if due is None:
                raise HTTPException(409, "Nothing is planned yet.")
            return max(due, now)
        person = self._must_person(given.get("person"))
        try:
            wanted = time.fromisoformat(to)
        except ValueError:
            raise HTTPException(400, f"“{to}” is not a time.") from None
        return next_local_time(now, wanted.replace(tzinfo=None), ZoneInfo(person.time_zone))

    async def _move(self, controls: Controls, target: datetime) -> None:
        try:
            await controls.live_until(target)
        except Exception:  # shown on the page; there is nobody else to tell
            log.exception("moving the clock failed")
            self._tell("Moving time failed; the terminal says why.")
        finally:
            self._moving = self._moving_until = None
            self.telegram.changed()

    def _tell(self, words: str) -> None:
        number = self._problem[0] + 1 if self._problem else 1
        self._problem = number, words
        self.telegram.changed()

    async def fault(self, request: Request) -> Response:
        """Switch one kind of trouble on or off."""
        given = await _body(request)
        kind = given.get("kind")
        if kind not in KINDS:
            raise HTTPException(400, "There is no such trouble.")
        chosen: Kind = kind
        self.telegram.faults.clear(chosen)
        if given.get("on"):
            self.telegram.faults.set(chosen, seconds=3.0, retry_after=5)
        self.telegram.changed()
        return JSONResponse({}, headers=HEADERS)

    async def switch_bot(self, request: Request) -> Response:
        """Stop or start the bot."""
        given = await _body(request)
        controls = self._must_control()
        try:
            await (controls.start_bot() if given.get("running") else controls.stop_bot())
        except Exception:
            log.exception("switching the bot failed")
            raise HTTPException(500, "That failed; the terminal says why.") from None
        finally:
            self.telegram.changed()
        return JSONResponse({}, headers=HEADERS)


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response


def _preview(message: Message) -> str:
    names = {
        "photo": "🖼 Picture",
        "location": "📍 Location",
        "sticker": "Sticker",
        "voice": "🎤 Voice message",
        "document": "📄 File",
    }
    words = " ".join(message.words.split())[:80]
    return words or names.get(message.kind, "")


def _same_origin(request: Request) -> None:
    """Other pages in the same browser must not act here."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "Only the sandbox's own page may do this.")


def _number(request: Request, name: str) -> int:
    """A number of the query; 0 when missing or unreadable."""
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else 0


async def _body(request: Request) -> Json:
    _same_origin(request)
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415, "JSON is expected.")
    try:
        given = await request.json()
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise HTTPException(400, "An object is expected.")
    return given


async def refused(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """A refusal as the page reads it."""
    code = error.status_code if isinstance(error, HTTPException) else 500
    words = error.detail if isinstance(error, HTTPException) else "That failed."
    return JSONResponse({"problem": words}, status_code=code, headers=HEADERS)


def middleware() -> list[Middleware]:
    """Only this computer's own names reach the server, whatever a name server says."""
    hosts = ["127.0.0.1", "localhost", "[::1]"]
    return [Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)]


__all__ = ["Controls", "Page", "middleware", "next_local_time", "refused"]
