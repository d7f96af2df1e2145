"""Parses and validates the fields of a request to an address that logs a cramp. Pure."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

FIELDS = ("strength", "side", "site", "minutes_ago", "at", "key")
STRONGEST = 10
FURTHEST_BACK = timedelta(hours=24)
"""How long before the request the cramp may have been. Whatever repeats a request that did not come
through does so within a day; for earlier cramps there is the chat."""
MAX_CLOCK_SKEW = timedelta(minutes=2)
"""How far the clock of a sender may be ahead of ours."""
LONGEST_KEY = 200
MOST_FIELDS = 20
LONGEST_SHOWN_NAME = 30
KEY_BYTES = 7
PAGE_KEY_SHIFT = 8 * KEY_BYTES - 44
"""``Frame.run`` takes numbers of 44 bits."""
FIRST_ID = 10**13
"""The numbers of entries that an address logged are below the negative of this: those of the page
and of the chat are above it."""
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


class Problem(StrEnum):
    """Why a request cannot be used."""

    UNREADABLE = "unreadable"
    IN_ADDRESS = "in_address"
    """The fields are in the query string, which ends up in more logs than the body."""
    UNKNOWN = "unknown"
    STRENGTH = "strength"
    SIDE = "side"
    SITE = "site"
    MINUTES = "minutes_ago"
    AT = "at"
    TWO_TIMES = "two_times"
    KEY = "key"


class UnusableError(Exception):
    """The request cannot be used.

    Attributes:
        problem: why.
        field: the name of an unknown field.
    """

    def __init__(self, problem: Problem, field: str = "") -> None:
        super().__init__(problem)
        self.problem, self.field = problem, field


@dataclass(frozen=True)
class Asked:
    """A cramp that a request reports."""

    happened_at: datetime
    """An aware instant, not after the request."""
    key: str | None = None
    """Identifies the cramp, so that a repeated request logs it once."""
    codes: tuple[tuple[str, str], ...] = ()
    """Fields of the entry and their codes."""

    @property
    def page_key(self) -> int | None:
        """The number of the request for ``Frame.run``; None: a random one."""
        return None if self.key is None else number_of(self.key) >> PAGE_KEY_SHIFT


def parse_body(body: bytes) -> dict[str, Any]:
    """The fields of a body: a JSON object, form fields, or nothing.

    What it is is read off the body, because many senders name another type than they send.

    Raises:
        UnusableError: it is something else.
    """
    try:
        text = body.decode("utf-8-sig").strip()
        if not text:
            return {}
        if text.startswith("{"):
            found = json.loads(text)
            if isinstance(found, dict):
                return found
        elif "=" in text.partition("\n")[0] and not text.startswith(("<", "-", "[")):
            pairs = parse_qsl(
                text, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS
            )
            if len(dict(pairs)) == len(pairs):
                return dict(pairs)
    except (ValueError, RecursionError):
        pass
    raise UnusableError(Problem.UNREADABLE)


def asked_of(
    fields: Mapping[str, Any],
    now: datetime,
    sides: tuple[str, ...],
    sites: tuple[str, ...],
    key: str | None = None,
) -> Asked:
    """Check the fields of a request. Empty ones count as absent.

    Args:
        fields: of the body.
        now: when the request came, an aware instant.
        sides: the codes of sides.
        sites: the codes of sites.
        key: of the header ``Idempotency-Key``; it goes before the field.

    Raises:
        UnusableError: the first thing that is wrong.
    """
    given = {name: value for name, value in fields.items() if value is not None and value != ""}
    for name in given:
        if name not in FIELDS:
            # The answer repeats it, so only plain names are allowed.
            shown = re.sub(r"[^A-Za-z0-9_.-]", "", name)[:LONGEST_SHOWN_NAME]
            raise UnusableError(Problem.UNKNOWN, shown or "?")
    codes = []
    if "strength" in given:
        codes.append(("strength", _strength(given["strength"])))
    if "side" in given:
        codes.append(("side", _code(given["side"], sides, Problem.SIDE)))
    if "site" in given:
        codes.append(("site", _code(given["site"], sites, Problem.SITE)))
    return Asked(_moment(given, now), _key(key or given.get("key")), tuple(codes))


def _number(value: Any) -> float | None:
    """A number, or one that is written as text; None for everything else."""
    if isinstance(value, str):
        text = value.strip()
        return float(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _strength(value: Any) -> str:
    number = _number(value)
    if number is None or not number.is_integer() or not 0 <= number <= STRONGEST:
        raise UnusableError(Problem.STRENGTH)
    return str(int(number))


def _code(value: Any, known: tuple[str, ...], problem: Problem) -> str:
    code = re.sub(r"[\s-]+", "_", value.strip().lower()) if isinstance(value, str) else ""
    if code not in known:
        raise UnusableError(problem)
    return code


def _moment(given: Mapping[str, Any], now: datetime) -> datetime:
    if "at" in given and "minutes_ago" in given:
        raise UnusableError(Problem.TWO_TIMES)
    if "minutes_ago" in given:
        minutes = _number(given["minutes_ago"])
        if minutes is None or not 0 <= minutes <= FURTHEST_BACK / timedelta(minutes=1):
            raise UnusableError(Problem.MINUTES)
        return now - timedelta(minutes=minutes)
    if "at" not in given:
        return now
    at = _instant(given["at"])
    if at is None or not now - FURTHEST_BACK <= at <= now + MAX_CLOCK_SKEW:
        raise UnusableError(Problem.AT)
    return min(at, now)


def _instant(value: Any) -> datetime | None:
    """The instant of an ISO text with an offset, or of Unix seconds; None for everything else."""
    seconds = _number(value)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC)
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, TypeError, AttributeError, OverflowError, OSError):
        return None


def _key(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    key = value.strip().strip('"') if isinstance(value, str) else ""
    if not 0 < len(key) <= LONGEST_KEY:
        raise UnusableError(Problem.KEY)
    return key


def message_id_of(number: int) -> int:
    """The number that stands in place of a message's id with an entry that an address logged.

    Args:
        number: of ``KEY_BYTES`` bytes, random or from :func:`number_of`.
    """
    return -(FIRST_ID + number)


def number_of(key: str) -> int:
    """A number of ``KEY_BYTES`` bytes that stands for a key."""
    digest = hashlib.sha256(key.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:KEY_BYTES])
