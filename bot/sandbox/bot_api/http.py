"""The Bot API over HTTP: ``/bot{token}/{method}`` and ``/file/bot{token}/{path}``."""

import asyncio
import contextlib
import json
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.bot_api.methods import BotApi
from bot.sandbox.bot_api.params import Params, read_params
from bot.sandbox.bot_api.webhook_sender import WebhookSender
from bot.sandbox.connections import drop_connection
from bot.sandbox.faults import ANSWERS, Fault
from bot.sandbox.models import ApiError, Call
from bot.sandbox.telegram import Telegram

MAX_LONG_POLL_SECONDS = 50
FAULT_CHECK_SECONDS = 0.25
"""How often a hanging request checks whether the fault is still active."""


class Api:
    """The endpoints of the Bot API; only one getUpdates can wait at a time."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.methods = BotApi(telegram)
        self.webhooks = WebhookSender(telegram)
        self._poll: asyncio.Future[ApiError] | None = None
        """The getUpdates that waits now; a result ends the wait with that error."""

    def routes(self) -> list[Route]:
        """Return the routes for a Starlette application."""
        return [
            Route("/bot{token}/{method}", self.handle, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.file, methods=["GET"]),
        ]

    async def file(self, request: Request) -> Response:
        """Serve a file by the path that getFile returned."""
        if request.path_params["token"] != self.telegram.token:
            return _error_response(ApiError(401, "Unauthorized"))
        for file in list(self.telegram.files.values()):
            if file.path == request.path_params["path"]:
                return Response(file.content, media_type="application/octet-stream")
        return _error_response(ApiError(404, "Not Found"))

    async def handle(self, request: Request) -> Response:
        """Answer a request of the bot, and say when, as Telegram does."""
        answer = await self._answer(request)
        now = self.telegram.clock.now().astimezone(UTC)
        answer.headers["Date"] = format_datetime(now, usegmt=True)
        return answer

    async def _answer(self, request: Request) -> Response:
        token, method = request.path_params["token"], request.path_params["method"]
        if token != self.telegram.token:
            number, colon, _ = token.partition(":")
            well_formed = bool(colon) and number.isdigit()
            return _error_response(
                ApiError(401, "Unauthorized") if well_formed else ApiError(404, "Not Found")
            )
        try:
            params = await read_params(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except ApiError as error:
            return _error_response(error)
        if method.lower() == "getupdates":
            return await self._with_faults(request, method, params)
        number = self.telegram.begin_request(method)
        try:
            return await self._with_faults(request, method, params)
        finally:
            self.telegram.end_request(number)

    # Faults -------------------------------------------------------------------------------------

    async def _with_faults(self, request: Request, method: str, params: Params) -> Response:
        """Execute the method, unless an active fault hits the request."""
        fault = self.telegram.faults.take(method.lower(), params.number("chat_id") or None)
        if fault is None:
            return await self._execute(request, method, params, None)
        if fault.kind in ANSWERS:
            status, body = ANSWERS[fault.kind]
            self._record(method, params, error=str(status), fault=fault)
            media_type = "application/json" if body.startswith("{") else "text/html"
            return Response(body, status, media_type=media_type)
        match fault.kind:
            case "too_many_requests":
                return self._too_many_requests(method, params, fault)
            case "drop_before":
                self._record(method, params, error="dropped before", fault=fault)
                return await drop_connection(request)
            case "drop_after":
                await self._execute(request, method, params, fault)
                return await drop_connection(request)
            case "slow":
                # The method is executed even if the bot closes the connection meanwhile.
                await asyncio.sleep(fault.seconds)
                return await self._execute(request, method, params, fault)
            case "hang":
                self._record(method, params, error="hanging", fault=fault)
                await self._hang(request, fault)
        return await drop_connection(request)

    def _too_many_requests(self, method: str, params: Params, fault: Fault) -> Response:
        seconds = fault.retry_after
        words, parameters = "Too Many Requests", None
        if seconds is not None:
            words, parameters = f"{words}: retry after {seconds}", {"retry_after": seconds}
        self._record(method, params, error=words, fault=fault)
        return _error_response(ApiError(429, words, parameters))

    async def _hang(self, request: Request, fault: Fault) -> None:
        """Wait until the fault is cleared, the bot closes the connection or the server stops."""
        while fault in self.telegram.faults.active or fault.times is not None:
            if self.telegram.closed or await _disconnected_within(request, FAULT_CHECK_SECONDS):
                return

    # Methods ------------------------------------------------------------------------------------

    async def _execute(
        self, request: Request, method: str, params: Params, fault: Fault | None
    ) -> Response:
        try:
            if method.lower() == "getupdates":
                result = await self._get_updates(request, params)
            else:
                result = self.methods.call(method, params)
                if method.lower() in ("setwebhook", "deletewebhook"):
                    self._webhook_changed()
        except ApiError as error:
            self._record(method, params, error=error.description, fault=fault)
            return _error_response(error)
        self._record(method, params, result=result, fault=fault)
        return _json_response(200, {"ok": True, "result": result})

    def _record(
        self,
        method: str,
        params: Params,
        *,
        result: Any = None,
        error: str | None = None,
        fault: Fault | None = None,
    ) -> None:
        if method.lower() == "getupdates" and error is None:
            return  # there are so many that they would push all other calls out of the record
        seen = dict(params.values)
        for name, upload in params.uploads.items():
            seen.setdefault(name, f"<{upload.name}, {len(upload.content)} bytes>")
        kind = None if fault is None else fault.kind
        self.telegram.calls.append(
            Call(method, seen, self.telegram.clock.now(), result, error, kind)
        )
        self.telegram.changes.notify()

    def _webhook_changed(self) -> None:
        if self.telegram.webhook is not None:
            self._end_poll(ApiError(409, "Conflict: terminated by setWebhook request"))
        self.webhooks.follow()

    # Long polling -------------------------------------------------------------------------------

    def _end_poll(self, error: ApiError) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(error)
        self._poll = None

    async def _get_updates(self, request: Request, params: Params) -> list[dict[str, Any]]:
        telegram = self.telegram
        if telegram.webhook is not None:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
                " to delete the webhook first",
            )
        offset = params.number("offset")
        limit = params.between("limit", 100, 1, 100)
        timeout = params.between("timeout", 0, 0, MAX_LONG_POLL_SECONDS)
        self.methods.delivery.allow(params)
        self._end_poll(
            ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot"
                " instance is running",
            )
        )
        telegram.updates.confirm_before(offset)
        found = telegram.updates.next_for_polling(offset, limit)
        if found or not timeout:
            return found
        return await self._long_poll(request, offset, limit, timeout)

    async def _long_poll(
        self, request: Request, offset: int, limit: int, seconds: int
    ) -> list[dict[str, Any]]:
        """Wait for an update, for another getUpdates, or for the bot to close the connection."""
        telegram = self.telegram
        poll: asyncio.Future[ApiError] = asyncio.get_running_loop().create_future()
        self._poll = poll
        telegram.polling = True
        telegram.changes.notify()
        gone = asyncio.create_task(_disconnected_within(request, seconds))
        arrived = asyncio.create_task(self._arrived(offset, limit))
        try:
            waits: set[asyncio.Future[Any]] = {poll, gone, arrived}
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if poll.done():
                raise poll.result()
            if gone.done() and gone.result():
                return []
            return telegram.updates.next_for_polling(offset, limit)
        finally:
            if self._poll is poll:
                self._poll = None
                telegram.polling = False
            for task in (gone, arrived):
                task.cancel()
            await asyncio.gather(gone, arrived, return_exceptions=True)

    async def _arrived(self, offset: int, limit: int) -> None:
        telegram = self.telegram

        def has_arrived() -> bool:
            if telegram.closed:
                return True
            updates = telegram.updates
            return bool(updates.waiting and updates.next_for_polling(offset, limit))

        await telegram.wait_for(has_arrived, timeout=MAX_LONG_POLL_SECONDS + 1)


async def _disconnected_within(request: Request, seconds: float) -> bool:
    """Wait up to ``seconds``; return True as soon as the bot has closed the connection."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return True
    return False


def _json_response(status: int, body: dict[str, Any]) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content.encode("utf-8", "replace"), status, media_type="application/json")


def _error_response(error: ApiError) -> Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    if error.parameters is not None:
        body["parameters"] = error.parameters
    return _json_response(error.code, body)
