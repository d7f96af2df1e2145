"""After a restore: erase again whoever was erased after the backup was made."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from bot.commands.sent_before import forget_what_was_sent
from bot.config import ConfigError, Settings
from bot.database.engine import Database, Session
from bot.database.installation_secret import NAME, secret_of
from bot.database.models import Fact
from bot.database.read_only import create_reader
from bot.identity import erasures, people
from bot.identity.erasures import Records
from bot.operations import erasure_list

log = logging.getLogger(__name__)

UNFINISHED = "restore_unfinished"
"""The name of a fact that is in a restored database until people were erased again."""


@dataclass(frozen=True)
class Known:
    """What is known of erasures before a restore replaces the database."""

    records: Records
    secrets: frozenset[str]
    """Of the present database; none if it has none or cannot be read."""


async def known_before(settings: Settings, source: Path) -> Known:
    """Read who was erased: in the present database, and in the lists outside of it.

    Args:
        settings: name the database.
        source: the backup; a list beside it counts, too.
    """
    files = [*erasure_list.places(settings), list_beside(source)]
    records, secrets = erasure_list.read(files), set()
    reader = create_reader(settings.database_url)
    try:
        async with Session(reader) as session:
            if (fact := await session.get(Fact, NAME)) is not None:
                secrets.add(fact.value)
                records = erasures.merged(records, await erasures.listed(session))
    except Exception as error:  # there is none, it is damaged, or of an older version
        log.debug("the present database says nothing about erasures", exc_info=error)
    finally:
        await reader.dispose()
    return Known(records, frozenset(secrets))


def list_beside(source: Path) -> Path:
    """The list in the folder of a backup."""
    return source.with_name(erasure_list.FILE_NAME)


async def erase_again(url: str, known: Known) -> int:
    """Erase people from a restored database whom the list names; in one transaction.

    Args:
        url: the database, at the newest revision.
        known: what was known before.

    Returns:
        How many people were erased.
    """
    database = Database(url)
    try:
        async with database.transaction() as session:
            await forget_what_was_sent(session)
            secrets = known.secrets | await _secrets_with_own(session, known.secrets)
            count = await _erase(session, known.records, secrets)
            await session.exec(sa.delete(Fact).where(col(Fact.name) == UNFINISHED))
        await database.truncate_log()
    finally:
        await database.close()
    _tell(count, known.records, secrets)
    return count


async def _erase(session: Session, records: Records, secrets: Collection[str]) -> int:
    """Erase whoever the records name and is there, and take the records over into the table.

    Returns:
        How many people were erased.
    """
    found = await erasures.people_to_erase(session, records, secrets)
    for user_id, erased_at in found.items():
        await people.erase(session, user_id, erased_at)
    if secrets:
        await erasures.remember(session, records)
    return len(found)


async def _secrets_with_own(session: Session, before: Collection[str]) -> frozenset[str]:
    """The secret of what was restored. If it has none, because its version is older, it gets that
    of the installation; then the hashes of old erasures are good for later restores, too.
    """
    found = await session.get(Fact, NAME)
    if found is None and before:
        found = Fact(name=NAME, value=min(before))
        session.add(found)
        await session.flush()
    return frozenset() if found is None else frozenset({found.value})


def _tell(count: int, records: Records, secrets: Collection[str]) -> None:
    names = {erasures.name_of_key(secret) for secret in secrets}
    if not records:
        log.info("nobody is known to have been erased: nobody was, or the list of it is lost")
    elif not any(key in names for key, _ in records):
        log.warning("the list of erasures is of another installation, so nobody was erased by it")
    else:
        log.info("%s people were erased after the backup was made, and are erased from it", count)


async def make_ready(settings: Settings, database: Database) -> None:
    """Before people are served: look whether the database is an older one that was put back.

    A new database gets its secret here, so that the secret is in every backup. Whoever is on the
    list outside of the database, but not in its table, was erased since: they are erased again,
    however the database came here, such as by a copied file or a hoster's restore.

    Raises:
        ConfigError: a restore was cut off, so people who were erased may be back.
    """
    records = await asyncio.to_thread(erasure_list.read, erasure_list.places(settings))
    async with database.transaction() as session:
        if await session.get(Fact, UNFINISHED) is not None:
            raise ConfigError(
                "DATABASE_URL: a restore was cut off before whoever was erased meanwhile was "
                "erased from it, too; run `restore` again"
            )
        secret, known = await secret_of(session), await erasures.listed(session)
        since = {who: at for who, at in records.items() if who not in known or known[who] < at}
        count = await _erase(session, since, {secret})
    if count:
        database.truncate_log_soon()
        log.warning("%s people were back in an older database, and are erased again", count)
