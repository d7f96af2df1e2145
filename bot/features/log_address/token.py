"""The secret token of an address that logs a cramp, and its hash. Pure."""

import base64
import hashlib
import hmac
import re

NONCE_BYTES = 32
"""Random bytes from which a token is made."""
SECRET_BYTES, MARK_BYTES = 24, 8
"""The lengths of a token's two parts: random bytes, and a mark that only this bot can make."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def token_of(nonce: str, bot_token: str) -> str:
    """The token that is made from a random nonce: 192 secret bits and a mark, as 43 characters.

    The message that shows an address is stored until it is sent. It holds only the nonce, which is
    worth nothing to somebody who reads the database, because the bot's token is not in it.
    """
    secret = hmac.digest(_key(bot_token), nonce.encode(), "sha256")[:SECRET_BYTES]
    made = secret + _mark_of(secret, bot_token)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def is_marked(token: str, bot_token: str) -> bool:
    """Whether this bot has made a token, now or earlier.

    So most guesses are rejected without a query. Those of earlier versions, and of before the bot's
    token was changed, have no mark and are good all the same.
    """
    made = base64.urlsafe_b64decode(f"{token}=")
    secret, mark = made[:SECRET_BYTES], made[SECRET_BYTES:]
    return hmac.compare_digest(mark, _mark_of(secret, bot_token))


def _key(bot_token: str) -> bytes:
    return hashlib.sha256(b"log address:" + bot_token.encode()).digest()


def _mark_of(secret: bytes, bot_token: str) -> bytes:
    return hmac.digest(_key(bot_token), b"mark:" + secret, "sha256")[:MARK_BYTES]


def is_token(text: str) -> bool:
    """Whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def hash_of(token: str) -> str:
    """The hash by which a token is stored and found.

    It needs no salt, because nobody can try out so many random bits. How long it takes to find one
    says nothing about the token.
    """
    return hashlib.sha256(token.encode()).hexdigest()
