"""The secret of an installation, from which keys are derived: one for each purpose.

It is a row of ``facts``, so backups and ``move`` take it along. It keeps hashes of Telegram ids
from being recognised by anybody who has the hashes alone.
"""

import hashlib
import hmac
import secrets

from bot.database.engine import Session, insert_for
from bot.database.models import Fact

NAME = "secret"
"""The name of the fact."""
BYTES = 32


async def key_for(session: Session, purpose: str) -> bytes:
    """The key of this installation for one purpose: 32 bytes, the same for ever.

    Args:
        session: an open transaction. If the installation has no secret yet, it gets one.
        purpose: what the key is for, such as ``exported ids``; keys of two purposes have nothing in
            common.
    """
    return derive(await secret_of(session), purpose)


async def secret_of(session: Session) -> str:
    """The secret as text; it is created when it is first needed."""
    known = await session.get(Fact, NAME)
    if known is None:
        new = insert_for(session)(Fact).values(name=NAME, value=secrets.token_hex(BYTES))
        await session.exec(new.on_conflict_do_nothing())  # another replica may make one, too
        known = await session.get_one(Fact, NAME)
    return known.value


def derive(secret: str, purpose: str) -> bytes:
    """The key that a secret has for a purpose."""
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
