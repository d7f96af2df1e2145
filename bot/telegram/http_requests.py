"""Helpers for the routes of the HTTP server: read bodies with limits, and find the language."""

import asyncio

from starlette.requests import Request

from bot.i18n.translator import Translator, translator

READ_SECONDS = 5.0
"""Time limit for reading a body, so that a slow client does not occupy a place for long."""
LONGEST_LANGUAGE_CODE = 16
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every response: no cache stores it, and browsers send its address to no other site."""


async def read_body(request: Request, most_bytes: int, seconds: float) -> bytes | None:
    """The whole body, or None as soon as it is too large.

    Raises:
        TimeoutError: it did not arrive in time.
        ClientDisconnect: the client hung up before its end.
    """
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and len(announced) < 20 and int(announced) > most_bytes:
        return None
    body = bytearray()
    async with asyncio.timeout(seconds):
        async for chunk in request.stream():
            body += chunk
            if len(body) > most_bytes:
                return None
    return bytes(body)


def language_of(request: Request) -> Translator:
    """The translator for somebody unknown: the first available language of ``Accept-Language``."""
    code = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0]
    return translator(code.strip()[:LONGEST_LANGUAGE_CODE] or None)
