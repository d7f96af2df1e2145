"""Limits how often somebody without a valid token may ask, in bounded memory. Pure."""

from collections import OrderedDict
from ipaddress import ip_address, ip_network
from typing import TypeVar

from bot.telegram.rate_limit import Bucket, Rate, refilled, take_token

Value = TypeVar("Value")
WRONG_TOKENS = Rate(20, 60)
"""Wrong tokens that are looked up for one caller."""
MOST_KEPT = 10_000
"""The most callers, and hashes of valid tokens, in memory; the least recently used is dropped."""
IPV6_PREFIX = 64
"""The length of the prefix that one household or server usually has for itself."""


def caller_of(host: str | None) -> str:
    """The name under which requests from an address of the network are counted."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return "unknown"
    if address.version == 6 and address.ipv4_mapped is not None:  # how a socket for both says it
        address = address.ipv4_mapped
    if address.version == 4:
        return str(address)
    return str(ip_network((address, IPV6_PREFIX), strict=False))


class Callers:
    """Counts the wrong tokens of each caller.

    Beyond the limit, only tokens that were valid a while ago are looked up: nothing else
    distinguishes the token of an earlier version from a guess.
    """

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, Bucket] = OrderedDict()
        self._valid: OrderedDict[str, None] = OrderedDict()

    def may_ask(self, caller: str, token_hash: str, at: float) -> bool:
        """Whether a token is looked up, at an instant in seconds."""
        if token_hash in self._valid:
            return True
        bucket = self._wrong.get(caller)
        return bucket is None or refilled(bucket, WRONG_TOKENS, at).tokens >= 1

    def was_valid(self, token_hash: str) -> None:
        """Note that a token was found."""
        _put(self._valid, token_hash, None)

    def was_wrong(self, caller: str, token_hash: str, at: float) -> None:
        """Note that a token was not found, at an instant in seconds."""
        self._valid.pop(token_hash, None)
        bucket, _is_taken = take_token(self._wrong.get(caller), WRONG_TOKENS, at)
        _put(self._wrong, caller, bucket)


def _put(kept: OrderedDict[str, Value], name: str, value: Value) -> None:
    kept[name] = value
    kept.move_to_end(name)
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
