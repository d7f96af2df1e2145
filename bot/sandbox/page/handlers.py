"""The endpoints of the page: its files, the state that it shows, and what people do on it."""

import asyncio
import contextlib
import logging
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import aiohttp
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.bot_api.uploads import MAX_FILE_BYTES
from bot.sandbox.faults import KINDS, Kind
from bot.sandbox.models import Json, NotPossibleError, Person
from bot.sandbox.page import rendering
from bot.sandbox.page.controls import ClockMover, Controls, next_local_time
from bot.sandbox.page.requests import HEADERS, answer, number_in_query, read_body
from bot.sandbox.page.texts import language_of, words_for
from bot.sandbox.people_actions import MOST_IN_ALBUM
from bot.sandbox.picture_size import picture_size
from bot.sandbox.telegram import Telegram

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
LONG_POLL_SECONDS = 25.0
BATCH_SECONDS = 0.03
"""Changes within this time reach the page in one answer."""
BEDSIDE_TIMEOUT = aiohttp.ClientTimeout(total=10)
MOVING_CLOCK_SECONDS = 0.15
"""How often the page gets the time while the clock is moving."""


class Page:
    """Every endpoint that is not the Bot API."""

    def __init__(self, telegram: Telegram, controls: Controls | None) -> None:
        self.telegram = telegram
        self.controls = controls
        self._clock = ClockMover(telegram.changes)
        self._seen: dict[int, int] = {}
        """The newest message of each person's chat that has been on the screen."""

    def routes(self) -> list[BaseRoute]:
        """Return the routes for a Starlette application."""
        return [
            Route("/", self.index),
            Mount("/static", _StaticFiles(directory=STATIC)),
            Route("/sandbox/words", self.words),
            Route("/sandbox/changes", self.changes),
            Route("/sandbox/files/{file_id}", self.file),
            Route("/sandbox/people", self.add_person, methods=["POST"]),
            Route("/sandbox/act", self.act, methods=["POST"]),
            Route("/sandbox/attach", self.attach, methods=["POST"]),
            Route("/sandbox/time", self.move_time, methods=["POST"]),
            Route("/sandbox/fault", self.fault, methods=["POST"]),
            Route("/sandbox/bot", self.switch_bot, methods=["POST"]),
            Route("/sandbox/bedside", self.press_bedside, methods=["POST"]),
        ]

    def close(self) -> None:
        """Stop a move of the clock that is in progress."""
        self._clock.stop()

    async def index(self, request: Request) -> Response:  # noqa: ARG002
        """Serve the page."""
        return FileResponse(STATIC / "index.html", headers=HEADERS)

    async def words(self, request: Request) -> Response:
        """Serve the page's own texts in the language of its reader."""
        tr = language_of(
            request.query_params.get("lang"), request.headers.get("accept-language", "")
        )
        return answer({"language": tr.language, "words": words_for(tr)})

    async def file(self, request: Request) -> Response:
        """Serve the file of a message."""
        file = self.telegram.files.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404)
        is_picture = picture_size(file.content) is not None
        kind = "image/png" if file.content[:4] == b"\x89PNG" else "image/jpeg"
        media_type = kind if is_picture else "application/octet-stream"
        return Response(file.content, media_type=media_type, headers=HEADERS)

    # What the page shows ------------------------------------------------------------------------

    async def changes(self, request: Request) -> Response:
        """Return everything that has changed since a revision; wait until there is something."""
        changes = self.telegram.changes
        since = number_in_query(request, "since")
        person = self._person(request.query_params.get("person"))
        if person is not None:
            seen = number_in_query(request, "seen")
            self._seen[person.id] = max(seen, self._seen.get(person.id, 0))
        if since > changes.revision:  # the page was opened on an earlier run of the server
            since = 0
        is_moving = self._clock.is_moving
        if since:
            timeout = MOVING_CLOCK_SECONDS if is_moving else LONG_POLL_SECONDS
            with contextlib.suppress(TimeoutError):
                await changes.wait_for(
                    lambda: changes.revision > since or self.telegram.closed, timeout
                )
        if since and not is_moving and not self.telegram.closed:
            await asyncio.sleep(BATCH_SECONDS)
        return answer(await self._state(person, since))

    async def _state(self, person: Person | None, since: int) -> Json:
        telegram = self.telegram
        due = await self._next_due()
        # No await below: the revision must match the content.
        until = self._clock.until
        state: Json = {
            "revision": telegram.changes.revision,
            "now": telegram.clock.now().timestamp() * 1000,
            "bot": rendering.bot_as_json(telegram, person),
            "people": [self._listed(one, person) for one in telegram.people.values()],
            "faults": sorted({fault.kind for fault in telegram.faults.active}),
            "controls": self.controls is not None,
            "running": self.controls.bot_running if self.controls is not None else None,
            "bedside": self.controls is not None and self.controls.bot_url is not None,
            "moving": until.timestamp() * 1000 if until else None,
            "due": due.timestamp() * 1000 if due else None,
            "waiting": len(telegram.updates.waiting),
            "problem": self._clock.problem,
        }
        if person is not None:
            state["chat"] = rendering.chat_as_json(telegram, telegram.chats[person.id], since)
        return state

    def _listed(self, person: Person, shown: Person | None) -> Json:
        messages = self.telegram.chats[person.id].messages
        seen = self._seen.get(person.id, 0)
        if person is shown and messages:
            seen = next(reversed(messages))
        return rendering.person_as_json(self.telegram, person, seen)

    async def _next_due(self) -> datetime | None:
        if self.controls is None or self._clock.is_moving:
            return None
        try:
            return await self.controls.next_due()
        except Exception:  # the page stays usable when the bot's database fails
            log.exception("cannot tell what is due next")
            return None

    def _person(self, identity: Any) -> Person | None:
        try:
            return self.telegram.people.get(int(identity))
        except (TypeError, ValueError):
            return None

    def _existing_person(self, identity: Any) -> Person:
        person = self._person(identity)
        if person is None:
            raise HTTPException(404, "There is no such person.")
        return person

    # What people do on the page -----------------------------------------------------------------

    async def add_person(self, request: Request) -> Response:
        """Add a person."""
        given = await read_body(request)
        zone = str(given.get("time_zone") or "UTC")
        if zone not in available_timezones():
            raise HTTPException(400, f"“{zone}” is not a time zone.")
        name = str(given.get("first_name") or "").strip()[:64]
        if not name:
            raise HTTPException(400, "A person needs a name.")
        language = str(given.get("language_code") or "en")[:10]
        person = self.telegram.add_person(name, language, zone)
        return answer({"id": person.id})

    async def act(self, request: Request) -> Response:
        """Do in the chat what a person did on the page."""
        given = await read_body(request)
        person = self._existing_person(given.get("person"))
        try:
            result = self._act(person, given)
        except NotPossibleError as error:
            raise HTTPException(409, str(error)) from None
        except (KeyError, TypeError, ValueError, IndexError):
            raise HTTPException(400, "That cannot be read.") from None
        return answer(result)

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
            case "voice":
                telegram.send_voice(person)
            case "video_note":
                telegram.send_video_note(person)
            case "block":
                telegram.block(person)
            case "unblock":
                telegram.unblock(person)
            case _:
                raise ValueError(given.get("action"))
        return {}

    async def attach(self, request: Request) -> Response:
        """Send one or more files for a person, as pictures or as files; several are an album.

        The form has ``kind`` ("photo" or "document"), ``caption`` and the ``files``.
        """
        person = self._existing_person(request.query_params.get("person"))
        if int(request.headers.get("content-length") or 0) > MAX_FILE_BYTES:
            raise HTTPException(413, "That is too big.")
        async with request.form(max_files=MOST_IN_ALBUM, max_fields=4) as form:
            uploads = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
            named = [(one.filename or "file", await one.read()) for one in uploads]
            kind, caption = form.get("kind"), str(form.get("caption") or "")
        try:
            if kind == "document":
                self.telegram.send_documents(person, named, caption)
            elif all(picture_size(content) for _name, content in named):
                self.telegram.send_photos(person, [content for _name, content in named], caption)
            else:
                raise HTTPException(400, "Only PNG and JPEG pictures can be sent.")
        except NotPossibleError as error:
            raise HTTPException(409, str(error)) from None
        return answer({})

    # Time, the bot and faults -------------------------------------------------------------------

    def _existing_controls(self) -> Controls:
        if self.controls is None:
            raise HTTPException(409, "The bot is not run by this sandbox.")
        return self.controls

    async def move_time(self, request: Request) -> Response:
        """Begin to move the clock; the page follows its progress by ``changes``."""
        given = await read_body(request)
        controls = self._existing_controls()
        if self._clock.is_moving:
            raise HTTPException(409, "Time is already moving.")
        target = await self._target(controls, given)
        self._clock.start(controls, target)
        return answer({"until": target.timestamp() * 1000})

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
        person = self._existing_person(given.get("person"))
        try:
            wanted = time.fromisoformat(to)
        except ValueError:
            raise HTTPException(400, f"“{to}” is not a time.") from None
        return next_local_time(now, wanted.replace(tzinfo=None), ZoneInfo(person.time_zone))

    async def fault(self, request: Request) -> Response:
        """Switch one kind of fault on or off."""
        given = await read_body(request)
        kind = given.get("kind")
        if kind not in KINDS:
            raise HTTPException(400, "There is no such trouble.")
        chosen: Kind = kind
        self.telegram.faults.clear(chosen)
        if given.get("on"):
            self.telegram.faults.set(chosen, seconds=3.0, retry_after=5)
        self.telegram.changes.notify()
        return answer({})

    async def switch_bot(self, request: Request) -> Response:
        """Stop or start the bot."""
        given = await read_body(request)
        controls = self._existing_controls()
        try:
            await (controls.start_bot() if given.get("running") else controls.stop_bot())
        except Exception:
            log.exception("switching the bot failed")
            raise HTTPException(500, "That failed; the terminal says why.") from None
        finally:
            self.telegram.changes.notify()
        return answer({})

    async def press_bedside(self, request: Request) -> Response:
        """Press the button by the bed: one POST request to an address that the bot has made."""
        given = await read_body(request)
        root, address = self._existing_controls().bot_url, str(given.get("address") or "").strip()
        if root is None or not address.startswith(f"{root}/"):
            raise HTTPException(400, "That is no address of this bot.")
        try:
            async with (
                aiohttp.ClientSession(timeout=BEDSIDE_TIMEOUT) as session,
                session.post(address, allow_redirects=False) as said,
            ):
                return answer({"status": said.status, "said": await said.text()})
        except (aiohttp.ClientError, TimeoutError):
            raise HTTPException(503, "The bot does not answer.") from None


class _StaticFiles(StaticFiles):
    """Static files with the headers of the page."""

    async def get_response(self, path: str, scope: Any) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response
