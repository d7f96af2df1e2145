"""The secret token of an address that logs a cramp, and its hash. Pure."""

import base64
import hashlib
import hmac
import re

NONCE_BYTES = 32
"""Random bytes from which a token is made."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def token_of(nonce: str, bot_token: str) -> str:
    """The token of 256 bits that is made from a random nonce, as 43 characters.

    The message that shows an address is stored until it is sent. It holds only the nonce, which is
    worth nothing to somebody who reads the database, because the bot's token is not in it.
    """
    key = hashlib.sha256(b"log address:" + bot_token.encode()).digest()
    made = hmac.digest(key, nonce.encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def is_token(text: str) -> bool:
    """Whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def hash_of(token: str) -> str:
    """The hash by which a token is stored and found.

    It needs no salt, because nobody can try out 256 random bits. How long it takes to find a hash
    says nothing about the token.
    """
    return hashlib.sha256(token.encode()).hexdigest()
