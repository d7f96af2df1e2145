"""Verifies Telegram's signed ``initData``, which says who opened the Mini App. Pure.

Telegram gives the page a query string with an HMAC of it, whose key is derived from the bot's
token; the page sends it with every request. See "Validating data received via the Mini App" in
https://core.telegram.org/bots/webapps.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

MAX_LENGTH = 4096
"""Longer data is refused without being parsed, in characters."""
VALID_FOR = timedelta(days=1)
"""How long after it was signed ``initData`` is accepted; then the page has to be opened again.

A page on the home screen may stay open in the background for days; it says so when it is tapped.
"""
LARGEST_ID = 2**52 - 1
"""Ids of people have at most 52 significant bits (Bot API, User)."""
LANGUAGE_CODE = re.compile(r"[A-Za-z0-9_-]{1,35}")
MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of our clock Telegram's may be."""


@dataclass(frozen=True)
class Opener:
    """The person who opened the page."""

    id: int
    language_code: str | None
    signed_at: datetime
    """When Telegram signed it, an aware instant in whole seconds."""


def opener_of(data: str, token: str, now: datetime) -> Opener | None:
    """Verify ``initData``, and return who opened the page.

    Args:
        data: the page's ``initData``. It is untrusted: anybody can send anything.
        token: the bot's token.
        now: an aware instant.

    Returns:
        None when Telegram did not sign it, or signed it too long ago.
    """
    if len(data) > MAX_LENGTH:
        return None
    pairs = parse_qsl(data, keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        return None
    given = fields.pop("hash", "")
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    expected = hmac.new(key, lines.encode(errors="replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        return None
    return _person(fields, now)


def _person(fields: dict[str, str], now: datetime) -> Opener | None:
    try:
        signed_at = datetime.fromtimestamp(int(fields["auth_date"]), UTC)
        person = json.loads(fields["user"])
        number, language = person["id"], person.get("language_code")
    except (
        KeyError,
        TypeError,
        ValueError,
        OverflowError,
        OSError,
        AttributeError,
        RecursionError,
    ):
        return None
    if not -MAX_CLOCK_SKEW <= now - signed_at <= VALID_FOR:
        return None
    if type(number) is not int or not 0 < number <= LARGEST_ID or person.get("is_bot") is True:
        return None
    is_code = isinstance(language, str) and LANGUAGE_CODE.fullmatch(language) is not None
    return Opener(number, language if is_code else None, signed_at)
