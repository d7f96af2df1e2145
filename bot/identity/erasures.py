"""Who was erased, so that a restore of an older backup erases them again.

Of each of them there is a keyed hash of their Telegram id, and the instant: no name and no id. The
table ``erasures`` is part of every backup. A list of the same as text is kept outside of what a
restore replaces, see ``bot/operations/erasure_list.py``. Without the secret of the installation,
which is not in the list, nobody can tell whose hash it is.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.installation_secret import derive, key_for, secret_of
from bot.database.models import Erasure, User

KEPT = timedelta(days=400)
"""How long an erasure is remembered: longer than any nightly backup (``BACKUP_KEEP``) is kept."""
PURPOSE, NAME = "erasures", "name of the key of erasures"
HASH_DIGITS, NAME_DIGITS = 32, 8
PEOPLE_AT_ONCE = 1000

Records = Mapping[tuple[str, str], datetime]
"""The name of a key and a hash made with it → when that person was last erased (aware, UTC)."""


def name_of_key(secret: str) -> str:
    """What the list calls the key of an installation, so that it is not taken for another's."""
    return derive(secret, NAME).hex()[:NAME_DIGITS]


def hash_of(key: bytes, user_id: int) -> str:
    """The hash of a person's Telegram id with the key for this purpose."""
    return hmac.digest(key, str(user_id).encode(), hashlib.sha256).hex()[:HASH_DIGITS]


async def note(session: Session, user_id: int, erased_at: datetime) -> None:
    """Remember that a person is erased at an instant (aware, UTC)."""
    await _store(session, {hash_of(await key_for(session, PURPOSE), user_id): erased_at})


async def _store(session: Session, erased: Mapping[str, datetime]) -> None:
    """Remember erasures by their hash; of two of one person the later one counts."""
    if not erased:
        return
    insert = insert_for(session)(Erasure)
    newer = insert.excluded.erased_at
    await (await session.connection()).execute(
        insert.on_conflict_do_update(
            index_elements=["person"],
            set_={"erased_at": newer},
            where=newer > col(Erasure.erased_at),
        ),
        [{"person": person, "erased_at": at} for person, at in erased.items()],
    )


async def was_erased_between(
    session: Session, user_id: int, first: datetime, last: datetime
) -> bool:
    """Whether a person was last erased between two instants (aware, UTC).

    An erasure in the future does not count: the clock was ahead, and would keep them out.
    """
    person = hash_of(await key_for(session, PURPOSE), user_id)
    row = await session.get(Erasure, person)
    return row is not None and first <= row.erased_at <= last


async def newest(session: Session) -> datetime | None:
    """When somebody was last erased (aware, UTC); None: nobody was."""
    return (await session.exec(select(sa.func.max(Erasure.erased_at)))).one()


async def listed(session: Session) -> dict[tuple[str, str], datetime]:
    """Everybody whom the table remembers."""
    rows = (await session.exec(select(Erasure))).all()
    if not rows:
        return {}
    name = name_of_key(await secret_of(session))
    return {(name, row.person): row.erased_at for row in rows}


def merged(*lists: Records) -> dict[tuple[str, str], datetime]:
    """All of several lists; of two erasures of one person the later one counts."""
    found: dict[tuple[str, str], datetime] = {}
    for records in lists:
        for who, at in records.items():
            found[who] = max(at, found.get(who, at))
    return found


# The list as text -----------------------------------------------------------------------------


def to_text(records: Records) -> str:
    """One line for each, such as ``2027-01-31T10:00:00+00:00 1f2e3d4c 0123…``, oldest first."""
    lines = sorted(f"{at.isoformat()} {key} {person}" for (key, person), at in records.items())
    return "".join(f"{line}\n" for line in lines)


def from_text(text: str) -> dict[tuple[str, str], datetime]:
    """The opposite; lines that are none of these, such as one that was cut off, are left out."""
    return dict(_lines(text.splitlines()))


def _lines(lines: Iterable[str]) -> Iterator[tuple[tuple[str, str], datetime]]:
    for line in lines:
        try:
            at, key, person = line.split()
            instant = datetime.fromisoformat(at)
            instant.astimezone(UTC)
        except (ValueError, OverflowError):  # an overflow: no instant that a database takes
            continue
        if instant.tzinfo and (len(key), len(person)) == (NAME_DIGITS, HASH_DIGITS):
            yield (key, person), instant


# After a restore ------------------------------------------------------------------------------


async def people_to_erase(
    session: Session, records: Records, secrets: Collection[str]
) -> dict[int, datetime]:
    """Whoever is in the database, though they were erased after they had begun.

    Args:
        session: an open transaction on what was restored.
        records: who was erased.
        secrets: of the installation, now and when the backup was made.

    Returns:
        Telegram id → when they were erased.
    """
    keys = [(name_of_key(secret), derive(secret, PURPOSE)) for secret in secrets]
    found: dict[int, datetime] = {}
    last = 0
    while keys and records:
        people = await (await session.connection()).execute(
            sa.select(col(User.id), col(User.created_at))
            .where(col(User.id) > last)
            .order_by(col(User.id))
            .limit(PEOPLE_AT_ONCE)
        )
        rows = people.all()
        if not rows:
            return found
        for user_id, created_at in rows:
            for name, key in keys:
                at = records.get((name, hash_of(key, user_id)))
                if at is not None and created_at < at:
                    found[user_id] = at
        last = rows[-1][0]
    return found


async def remember(session: Session, records: Records) -> None:
    """Take over a list into the table, as far as it was made with this installation's key."""
    name = name_of_key(await secret_of(session))
    await _store(session, {person: at for (key, person), at in records.items() if key == name})
