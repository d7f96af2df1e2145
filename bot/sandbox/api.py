"""The Bot API over HTTP: ``/bot{token}/{method}`` and ``/file/bot{token}/{path}``."""

import asyncio
import contextlib
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.faults import Fault
from bot.sandbox.methods import BotApi, Params, Upload
from bot.sandbox.telegram import ApiError, Call, Telegram
from bot.sandbox.transport import drop_connection
from bot.sandbox.webhook import WebhookSender

MAX_BODY_BYTES = 52 * 1024 * 1024
MAX_LONG_POLL_SECONDS = 50
RECORDED_TEXT = 20_000


def _answer(status: int, body: dict[str, Any]) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content.encode("utf-8", "replace"), status, media_type="application/json")


def _refusal(error: ApiError) -> Response:
    body: dict[str, Any] = {
        "ok": False,
        "error_code": error.code,
        "description": error.description,
    }
    if error.parameters is not None:
        body["parameters"] = error.parameters
    return _answer(error.code, body)


class Api:
    """The HTTP side; holds the one long poll."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.methods = BotApi(telegram)
        self.webhooks = WebhookSender(telegram)
        self._poll: asyncio.Future[ApiError] | None = None
        """Of the getUpdates that waits now; its result ends the wait with a refusal."""

    def routes(self) -> list[Route]:
        """The routes for a Starlette application."""
        return [
            Route("/bot{token}/{method}", self.handle, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.file, methods=["GET"]),
        ]

    async def file(self, request: Request) -> Response:
        """Download what getFile named."""
        if request.path_params["token"] != self.telegram.token:
            return _refusal(ApiError(401, "Unauthorized"))
        for file in list(self.telegram.files.values()):
            if file.path == request.path_params["path"]:
                return Response(file.content, media_type="application/octet-stream")
        return _refusal(ApiError(404, "Not Found"))

    async def handle(self, request: Request) -> Response:
        """Answer one request of the bot."""
        token, method = request.path_params["token"], request.path_params["method"]
        if token != self.telegram.token:
            number, colon, _ = token.partition(":")
            known_shape = bool(colon) and number.isdigit()
            return _refusal(
                ApiError(401, "Unauthorized") if known_shape else ApiError(404, "Not Found")
            )
        try:
            params = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except ApiError as error:
            return _refusal(error)
        if method.lower() == "getupdates":
            return await self._guarded(request, method, params)
        number = self.telegram.begin_request(method)
        try:
            return await self._guarded(request, method, params)
        finally:
            self.telegram.end_request(number)

    async def _guarded(self, request: Request, method: str, params: Params) -> Response:
        """Act, unless trouble is switched on."""
        fault = self.telegram.faults.take(method.lower(), params.number("chat_id") or None)
        if fault is None:
            return await self._act(request, method, params, None)
        match fault.kind:
            case "too_many_requests":
                seconds = fault.retry_after
                words = "Too Many Requests" + (
                    "" if seconds is None else f": retry after {seconds}"
                )
                parameters = None if seconds is None else {"retry_after": seconds}
                self._record(method, params, error=words, fault=fault)
                return _refusal(ApiError(429, words, parameters))
            case "server_error":
                self._record(method, params, error="500", fault=fault)
                page = "<html><head><title>500 Internal Server Error</title></head></html>"
                return Response(page, 500, media_type="text/html")
            case "garbage":
                self._record(method, params, error="garbage", fault=fault)
                return Response(
                    "<html>Please log in to this network</html>", media_type="text/html"
                )
            case "drop_before":
                self._record(method, params, error="dropped before", fault=fault)
                return await drop_connection(request)
            case "drop_after":
                await self._act(request, method, params, fault)
                return await drop_connection(request)
            case "slow":
                # Whoever hangs up meanwhile has still sent the request: it is acted upon.
                await asyncio.sleep(fault.seconds)
                return await self._act(request, method, params, fault)
            case "hang":
                self._record(method, params, error="hanging", fault=fault)
                while fault in self.telegram.faults.active or fault.times is not None:
                    if self.telegram.closed or await self._gone_within(request, 0.25):
                        break
                return await drop_connection(request)

    @staticmethod
    async def _gone_within(request: Request, seconds: float) -> bool:
        """Wait; True as soon as the bot has closed the connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                return True
        return False

    async def _act(
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
            return _refusal(error)
        self._record(method, params, result=result, fault=fault)
        return _answer(200, {"ok": True, "result": result})

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
            return  # they would push everything else out of the record
        seen = dict(params.values)
        for name, upload in params.uploads.items():
            seen.setdefault(name, f"<{upload.name}, {len(upload.content)} bytes>")
        kind = None if fault is None else fault.kind
        self.telegram.calls.append(
            Call(method, seen, self.telegram.clock.now(), result, error, kind)
        )
        self.telegram.changed()

    def _webhook_changed(self) -> None:
        if self.telegram.webhook is not None:
            self._end_poll(ApiError(409, "Conflict: terminated by setWebhook request"))
        self.webhooks.follow()

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
        self.methods.allow(params)
        self._end_poll(
            ApiError(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot"
                " instance is running",
            )
        )
        telegram.confirm_before(offset)
        found = telegram.pending_updates(offset, limit)
        if found or not timeout:
            return found
        loop = asyncio.get_running_loop()
        poll: asyncio.Future[ApiError] = loop.create_future()
        self._poll = poll
        telegram.polling = True
        telegram.changed()
        gone = asyncio.create_task(self._gone_within(request, timeout))
        arrived = asyncio.create_task(self._arrived(offset, limit))
        try:
            waits: set[asyncio.Future[Any]] = {poll, gone, arrived}
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if poll.done():
                raise poll.result()
            if gone.done() and gone.result():
                return []
            return telegram.pending_updates(offset, limit)
        finally:
            if self._poll is poll:
                self._poll = None
                telegram.polling = False
            for task in (gone, arrived):
                task.cancel()
            await asyncio.gather(gone, arrived, return_exceptions=True)

    async def _arrived(self, offset: int, limit: int) -> None:
        telegram = self.telegram
        await telegram.wait_for(
            lambda: (
                bool(telegram.queue and telegram.pending_updates(offset, limit)) or telegram.closed
            ),
            timeout=MAX_LONG_POLL_SECONDS + 1,
        )


async def _read(request: Request) -> Params:
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if int(request.headers.get("content-length") or 0) > MAX_BODY_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "application/json":
        body = await request.body()
        try:
            given = json.loads(body) if body else {}
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise ApiError(400, "Bad Request: object expected")
        values |= given
    elif kind == "multipart/form-data":
        async with request.form(max_part_size=MAX_BODY_BYTES) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime_type = value.content_type or "application/octet-stream"
                    content = await value.read()
                    uploads[name] = Upload(value.filename or name, mime_type, content)
                else:
                    values[name] = value
    elif request.method == "POST":
        body = await request.body()
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise ApiError(400, "Bad Request: strings must be encoded in UTF-8") from None
        values |= dict(parse_qsl(text, keep_blank_values=True))
    return Params(values, uploads)
