"""Verifies Telegram's signed ``initData``, which says who opened the Mini App. Pure.

Telegram gives the page a query string with an HMAC of it, whose key is derived from the bot's
token; the page sends it with every request. See "Validating data received via the Mini App" in
https://core.telegram.org/bots/webapps.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

MAX_LENGTH = 4096
"""Longer data is refused without being parsed, in characters."""
VALID_FOR = timedelta(days=30)
"""How long after it was signed ``initData`` is accepted; then the page has to be opened again.

Long, because a page on the home screen may stay open in the background for days, and has to log a
cramp when it is brought back at night.
"""
MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of our clock Telegram's may be."""


@dataclass(frozen=True)
class Opener:
    """The person who opened the page."""

    id: int
    language_code: str | None


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
        age = now.timestamp() - int(fields["auth_date"])
        person = json.loads(fields["user"])
        number, language = person["id"], person.get("language_code")
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, RecursionError):
        return None
    if not -MAX_CLOCK_SKEW.total_seconds() <= age <= VALID_FOR.total_seconds():
        return None
    if type(number) is not int or number <= 0 or person.get("is_bot") is True:
        return None
    return Opener(number, language if isinstance(language, str) else None)
