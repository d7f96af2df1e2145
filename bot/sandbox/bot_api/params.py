"""The parameters of a request to the Bot API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.sandbox.models import ApiError

MAX_BODY_BYTES = 52 * 1024 * 1024


def bad_request(description: str) -> ApiError:
    """Return the error for a parameter that Telegram refuses."""
    return ApiError(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Upload:
    """A file in a multipart request."""

    name: str
    mime_type: str
    content: bytes


class Params:
    """The parameters of a request: strings (with JSON in them for objects) or JSON values."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
        self.values = values
        self.uploads = uploads

    def text(self, name: str) -> str:
        """Return a string; empty when missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise bad_request("strings must be encoded in UTF-8") from None
        return text

    def flag(self, name: str) -> bool:
        """Return a boolean, parsed as Telegram does."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def number(self, name: str, default: int = 0) -> int:
        """Return an integer; the default when it is missing or no number."""
        try:
            return int(self.text(name).strip())
        except ValueError:
            return default

    def between(self, name: str, default: int, low: int, high: int) -> int:
        """Return an integer clamped to a range."""
        return max(low, min(high, self.number(name, default)))

    def parsed(self, name: str, failure: str) -> Any:
        """Return a JSON value; None when missing. ``failure`` describes a syntax error."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(failure) from None


async def read_params(request: Request) -> Params:
    """Read the parameters from the query and from a JSON, multipart or form body.

    Raises:
        ApiError: when the body is too large or cannot be parsed.
    """
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if int(request.headers.get("content-length") or 0) > MAX_BODY_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "application/json":
        values |= _parse_json(await request.body())
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
        values |= _parse_form(await request.body())
    return Params(values, uploads)


def _parse_json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body) if body else {}
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise bad_request("object expected")
    return given


def _parse_form(body: bytes) -> dict[str, str]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return dict(parse_qsl(text, keep_blank_values=True))
