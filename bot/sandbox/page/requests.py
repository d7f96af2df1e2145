"""Protection of the page's endpoints, and what their requests and answers have in common."""

from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

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


def check_origin(request: Request) -> None:
    """Refuse requests of other web pages in the same browser (cross-site request forgery)."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "Only the sandbox's own page may do this.")


def number_in_query(request: Request, name: str) -> int:
    """Return a number of the query; 0 when it is missing or no number."""
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else 0


async def read_body(request: Request) -> Json:
    """Return the JSON object in the body of a request from the page."""
    check_origin(request)
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
    """Return the check of the Host header, which stops DNS rebinding."""
    hosts = ["127.0.0.1", "localhost", "[::1]"]
    return [Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)]
