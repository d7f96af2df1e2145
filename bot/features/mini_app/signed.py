"""Who has opened the Mini App, by the data that Telegram signs for it. Pure: the instant comes in.

Telegram hands the page a query string with a hash of it, made with the bot's token; the page hands
it on with every request. See "Validating data received via the Mini App" in Telegram's manual.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

LONGEST = 4096
LASTS = timedelta(days=30)
"""A page that stays open longer has to be opened anew. So long, because one that lies on the home
screen is asleep for days, and has to take down a cramp when it is woken at night."""
MAY_BE_AHEAD = timedelta(minutes=5)
"""Of the clocks of Telegram's server and ours."""


@dataclass(frozen=True)
class Opener:
    """The person who opened the page."""

    id: int
    language_code: str | None


def opener_of(data: str, token: str, now: datetime) -> Opener | None:
    """The person, or None when Telegram did not sign this, or did so too long ago.

    Args:
        data: the page's ``initData``; anybody may send anything here.
        token: the bot's.
        now: an aware instant.
    """
    if len(data) > LONGEST:
        return None
    pairs = parse_qsl(data, keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        return None
    given = fields.pop("hash", "")
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    made = hmac.new(key, lines.encode(errors="replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(made.encode(), given.encode(errors="replace")):
        return None
    return _person(fields, now)


def _person(fields: dict[str, str], now: datetime) -> Opener | None:
    try:
        age = now.timestamp() - int(fields["auth_date"])
        person = json.loads(fields["user"])
        number, language = person["id"], person.get("language_code")
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, RecursionError):
        return None
    if not -MAY_BE_AHEAD.total_seconds() <= age <= LASTS.total_seconds():
        return None
    if type(number) is not int or number <= 0 or person.get("is_bot") is True:
        return None
    return Opener(number, language if isinstance(language, str) else None)
