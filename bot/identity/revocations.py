"""Remembers who was erased or took back their consent, so that a restore can do it again.

Of each of them there is a keyed hash of their Telegram id, and the instant: no name and no id. The
table ``revocations`` is part of every backup. A list of the same as text is kept outside of what a
restore replaces, see ``bot/operations/revocation_list.py``. Without the secret of the installation,
which is not in the list, nobody can tell whose hash it is, and nobody can add to it.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.installation_secret import derive, key_for, secret_of
from bot.database.models import Revocation, Revoked, User
from bot.identity.revocation_text import HASH_DIGITS, Records, Who, name_of_key

KEPT = timedelta(days=400)
"""How long they are remembered: longer than any nightly backup (``BACKUP_KEEP``) is kept."""
PURPOSE = "erasures"
"""The hashes of earlier versions, which knew only erasures, were made with this key, too."""
PEOPLE_AT_ONCE = 1000
_NEVER = datetime.min.replace(tzinfo=UTC)


def hash_of(key: bytes, what: Revoked, user_id: int) -> str:
    """The hash of a person's Telegram id with the key for this purpose, another one for each
    ``what``, so that nobody sees that the same person did both."""
    said = f"{user_id}" if what is Revoked.ERASED else f"{what} {user_id}"
    return hmac.digest(key, said.encode(), hashlib.sha256).hex()[:HASH_DIGITS]


async def note(session: Session, what: Revoked, user_id: int, at: datetime) -> None:
    """Remember that a person is erased, or takes back their consent, at an instant (aware, UTC)."""
    person = hash_of(await key_for(session, PURPOSE), what, user_id)
    await _store(session, {(what, person): at})


async def _store(session: Session, revoked: Mapping[tuple[Revoked, str], datetime]) -> None:
    """Store records by kind and hash; of two that are equal, the later instant counts."""
    if not revoked:
        return
    insert = insert_for(session)(Revocation)
    newer = insert.excluded.revoked_at
    await (await session.connection()).execute(
        insert.on_conflict_do_update(
            index_elements=["person"],
            set_={"revoked_at": newer},
            where=newer > col(Revocation.revoked_at),
        ),
        [{"what": what, "person": who, "revoked_at": at} for (what, who), at in revoked.items()],
    )


async def note_return(session: Session, what: Revoked, user_id: int, now: datetime) -> None:
    """Note that the person begins anew or agrees again, which ends an earlier revocation.

    If the clock was ahead, that may be noted for an instant in the future. Then a restore would
    revoke what begins now.

    Args:
        session: an open transaction.
        what: what was revoked.
        user_id: who comes back.
        now: the current instant (aware, UTC).
    """
    person = hash_of(await key_for(session, PURPOSE), what, user_id)
    await session.exec(
        sa.update(Revocation)
        .where(col(Revocation.person) == person, col(Revocation.revoked_at) > now)
        .values(revoked_at=now)
    )


async def was_erased_between(
    session: Session, user_id: int, first: datetime, last: datetime
) -> bool:
    """Whether a person was last erased between two instants (aware, UTC).

    An erasure in the future does not count: the clock was ahead, and would keep them out.
    """
    person = hash_of(await key_for(session, PURPOSE), Revoked.ERASED, user_id)
    row = await session.get(Revocation, person)
    return row is not None and first <= row.revoked_at <= last


async def newest(session: Session) -> datetime | None:
    """When somebody last revoked something (aware, UTC); None: nobody did."""
    return (await session.exec(select(sa.func.max(Revocation.revoked_at)))).one()


async def listed(session: Session) -> dict[Who, datetime]:
    """Everybody whom the table remembers."""
    rows = (await session.exec(select(Revocation))).all()
    if not rows:
        return {}
    name = name_of_key(await secret_of(session))
    return {Who(name, row.what, row.person): row.revoked_at for row in rows}


# After a restore ------------------------------------------------------------------------------


async def people_to_revoke(
    session: Session, records: Records, secrets: Collection[str]
) -> dict[tuple[Revoked, int], datetime]:
    """Find the people in a database who revoked something after they had begun, or had agreed.

    Args:
        session: an open transaction on what was restored.
        records: what was revoked, all of it in the past.
        secrets: the secrets of the installation, now and when the backup was made.

    Returns:
        What is to be revoked, and the Telegram id → since when.
    """
    keys = [(name_of_key(secret), derive(secret, PURPOSE)) for secret in secrets]
    found: dict[tuple[Revoked, int], datetime] = {}
    last = 0
    while keys and records:
        people = await (await session.connection()).execute(
            sa.select(
                col(User.id),
                col(User.created_at),
                col(User.consented_at),
                col(User.consent_withdrawn_at),
            )
            .where(col(User.id) > last)
            .order_by(col(User.id))
            .limit(PEOPLE_AT_ONCE)
        )
        rows = people.all()
        if not rows:
            return found
        for user_id, created_at, consented_at, withdrawn_at in rows:
            for name, key in keys:
                erased_at, revoked_at, agreed_at = (
                    records.get(Who(name, what, hash_of(key, what, user_id)), _NEVER)
                    for what in Revoked
                )
                if created_at < erased_at:
                    found[Revoked.ERASED, user_id] = erased_at
                agreed_at = max(created_at, consented_at or _NEVER, agreed_at)
                if agreed_at < revoked_at and withdrawn_at is None:
                    found[Revoked.CONSENT, user_id] = revoked_at
        last = rows[-1][0]
    return found


async def remember(session: Session, records: Records) -> None:
    """Copy the records of a list that were made with this installation's key into the table."""
    name = name_of_key(await secret_of(session))
    await _store(
        session, {(who.what, who.person): at for who, at in records.items() if who.key == name}
    )
