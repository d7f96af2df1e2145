"""The list of who was erased or took back their consent, as signed text.

Each line ends with a signature (an HMAC) by a key that comes from the secret of the installation.
Lines of another installation are kept as they are but have no effect, because their key is not
known here.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from bot.database.installation_secret import derive
from bot.database.models import Revoked

NAME = "name of the key of erasures"
SIGNATURE = "signatures of revocations"
HASH_DIGITS, NAME_DIGITS, SIGNATURE_DIGITS = 32, 8, 32
_LINE = re.compile(
    rf"(?P<said>(?P<at>[0-9T:.+-]{{19,40}}) (?P<what>{'|'.join(Revoked)})"
    rf" (?P<key>[0-9a-f]{{{NAME_DIGITS}}}) (?P<person>[0-9a-f]{{{HASH_DIGITS}}}))"
    rf" (?P<signature>[0-9a-f]{{{SIGNATURE_DIGITS}}})"
)


class Who(NamedTuple):
    """Who revoked what, as the list names them."""

    key: str
    """The name of the key with which the hash was made."""
    what: Revoked
    person: str
    """A keyed hash of their Telegram id."""


Records = Mapping[Who, datetime]
"""What was revoked → when it was the last time (aware, UTC)."""


class BrokenListError(Exception):
    """A list was changed or is damaged; the message is the rest of a sentence about it."""


@dataclass(frozen=True)
class Read:
    """What a list says."""

    records: Records
    """The records that are signed with a known secret."""
    others: Mapping[str, datetime] = field(default_factory=dict)
    """Lines that are signed with an unknown secret → their instants."""
    is_cut_off: bool = False
    """Whether its last line has no end, and was left out."""


def name_of_key(secret: str) -> str:
    """What the list calls the key of an installation, so that it is not taken for another's."""
    return derive(secret, NAME).hex()[:NAME_DIGITS]


def merged(*lists: Records) -> dict[Who, datetime]:
    """Merge several lists; if a record is in two of them, the later instant counts."""
    found: dict[Who, datetime] = {}
    for records in lists:
        for who, at in records.items():
            found[who] = max(at, found.get(who, at))
    return found


def to_text(records: Records, secrets: Collection[str], others: Iterable[str] = ()) -> str:
    """One line for each, such as ``2027-01-31T10:00:00+00:00 erased 1f2e3d4c 0123… 4567…``.

    Args:
        records: what was revoked; left out if it was by a key of none of the secrets.
        secrets: with which the lines are signed.
        others: lines that are signed already.

    Returns:
        The lines, oldest first.
    """
    keys = {name_of_key(secret): derive(secret, SIGNATURE) for secret in secrets}
    said = [
        (who.key, f"{at.astimezone(UTC).isoformat()} {who.what} {who.key} {who.person}")
        for who, at in records.items()
        if who.key in keys
    ]
    lines = sorted({*(f"{line} {_sign(keys[key], line)}" for key, line in said), *others})
    return "".join(f"{line}\n" for line in lines)


def _sign(key: bytes, line: str) -> str:
    return hmac.digest(key, line.encode(), hashlib.sha256).hex()[:SIGNATURE_DIGITS]


def from_text(text: str, secrets: Collection[str]) -> Read:
    """Parse a list; lines that are signed with one of the given secrets are verified.

    Raises:
        BrokenListError: a line or its signature is wrong. A last line that was cut off is
            left out instead.
    """
    *lines, last = text.split("\n")
    keys = {name_of_key(secret): derive(secret, SIGNATURE) for secret in secrets}
    records: dict[Who, datetime] = {}
    others: dict[str, datetime] = {}
    for number, line in enumerate(lines, 1):
        parsed = _LINE.fullmatch(line)
        at = None if parsed is None else _instant(parsed["at"])
        if parsed is None or at is None:
            raise BrokenListError(f"has a line that is none (line {number})")
        key = keys.get(parsed["key"])
        if key is None:
            others[line] = at
        elif not hmac.compare_digest(_sign(key, parsed["said"]), parsed["signature"]):
            raise BrokenListError(f"has a line with a wrong signature (line {number})")
        else:
            who = Who(parsed["key"], Revoked(parsed["what"]), parsed["person"])
            records[who] = max(at, records.get(who, at))
    return Read(records, others, is_cut_off=last != "")


def _instant(text: str) -> datetime | None:
    """The instant; None if no database can store it."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
