"""Protection of the page's endpoints, and what their requests and answers have in common."""

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.models import Json

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class OwnPageOnly:
    """Refuses requests that other web pages make in the same browser (cross-site requests).

    They carry an ``Origin`` or a ``Sec-Fetch-Site`` that is not the sandbox's own. It holds for the
    Bot API as well: its library sends neither.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_foreign(Headers(scope=scope), scope["method"]):
            refusal = JSONResponse(
                {"problem": "Only the sandbox's own page may do this."}, 403, headers=HEADERS
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_foreign(headers: Headers, method: str) -> bool:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return True
    is_link = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return site in {"cross-site", "same-site"} and not is_link


def number_in_query(request: Request, name: str) -> int:
    """Return a number of the query; 0 when it is missing or no number."""
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else 0


async def read_body(request: Request) -> Json:
    """Return the JSON object in the body of a request from the page."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415, "JSON is expected.")
    try:
        given = await request.json()
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise HTTPException(400, "An object is expected.")
    return given


def answer(content: Any) -> Response:
    """Return a JSON response."""
    return JSONResponse(content, headers=HEADERS)


async def error_response(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Return an error in the form that the page shows."""
    code = error.status_code if isinstance(error, HTTPException) else 500
    words = error.detail if isinstance(error, HTTPException) else "That failed."
    return JSONResponse({"problem": words}, status_code=code, headers=HEADERS)


def middleware() -> list[Middleware]:
    """Return the checks of the Host header, which stops DNS rebinding, and of the origin."""
    hosts = ["127.0.0.1", "localhost", "[::1]"]
    return [
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        Middleware(OwnPageOnly),
    ]
