"""After a restore: revoke again what people revoked after the backup was made.

Whoever was erased is erased again, and a consent that was taken back is taken back again.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from bot.commands.sent_before import forget_what_was_sent
from bot.config import ConfigError, Settings
from bot.database.engine import Database, Session
from bot.database.installation_secret import NAME, secret_of
from bot.database.models import Fact, Revoked, User
from bot.database.read_only import create_reader
from bot.features.caregivers.queries import end_all
from bot.features.consent.queries import withdraw
from bot.identity import people, revocations
from bot.identity.revocation_text import BrokenListError, Read, Records, merged, name_of_key
from bot.operations import revocation_list

log = logging.getLogger(__name__)

UNFINISHED = "restore_unfinished"
"""The name of a fact that a restored database has until everything is revoked again."""


@dataclass(frozen=True)
class Known:
    """What is known of revocations before a restore replaces the database."""

    texts: dict[Path, str]
    """The lists outside of the database."""
    records: Records
    """The records in the table of the database that is to be replaced."""
    secrets: frozenset[str]
    """The secrets of that database; none if it has none or cannot be read."""

    def read(self, secrets: Collection[str]) -> Read:
        """Combine the table with the lists, as far as these are signed with the given secrets.

        Raises:
            ConfigError: a list was changed or is damaged.
        """
        try:
            found = revocation_list.read(self.texts, secrets)
        except BrokenListError as error:
            raise _refused(error) from None
        return Read(merged(found.records, self.records), found.others)


@dataclass(frozen=True)
class Count:
    """How many people were erased, and from how many the consent was taken back."""

    erased: int
    withdrawn: int


def _refused(error: BrokenListError) -> ConfigError:
    return ConfigError(
        f"{error}; nothing was restored by it. Put back a good copy, or move it away if people who "
        "were erased may come back"
    )


async def known_before(settings: Settings, *files: Path) -> Known:
    """Read what was revoked: in the present database, and in the lists outside of it.

    Args:
        settings: name the database.
        files: further lists, such as one beside the backup.

    Raises:
        ConfigError: a list was changed or is damaged.
    """
    try:
        texts = revocation_list.texts_of([*revocation_list.places(settings), *files])
    except BrokenListError as error:
        raise _refused(error) from None
    records: Records = {}
    secrets = set()
    reader = create_reader(settings.database_url)
    try:
        async with Session(reader) as session:
            if (fact := await session.get(Fact, NAME)) is not None:
                secrets.add(fact.value)
                records = await revocations.listed(session)
    except Exception as error:  # there is none, it is damaged, or of an older version
        log.debug("the present database says nothing about revocations", exc_info=error)
    finally:
        await reader.dispose()
    known = Known(texts, records, frozenset(secrets))
    known.read(secrets)
    return known


def list_beside(source: Path) -> Path:
    """The list in the folder of a backup."""
    return source.with_name(revocation_list.FILE_NAME)


async def revoke_again(url: str, known: Known, now: datetime) -> Count:
    """Revoke in a restored database what is known to be revoked; in one transaction.

    Args:
        url: the database, at the newest revision.
        known: what was known before.
        now: the current instant (aware, UTC).

    Raises:
        ConfigError: a list was changed or is damaged.
    """
    database = Database(url)
    try:
        async with database.transaction() as session:
            await forget_what_was_sent(session)
            count = await revoke_in(session, known, now)
            await session.exec(sa.delete(Fact).where(col(Fact.name) == UNFINISHED))
        await database.truncate_log()
    finally:
        await database.close()
    return count


async def revoke_in(session: Session, known: Known, now: datetime) -> Count:
    """Revoke what is known to be revoked, in an open transaction."""
    secrets = known.secrets | await _secrets_with_own(session, known.secrets)
    records = known.read(secrets)
    count = await _revoke(session, _past(records.records, now), secrets, now)
    _tell(count, records, secrets)
    return count


def _past(records: Records, now: datetime) -> Records:
    """Drop records that are dated in the future.

    The clock was ahead then, or is behind now, so nobody knows whether that person has come back
    since.
    """
    found = {who: at for who, at in records.items() if at <= now}
    if future := len(records) - len(found):
        log.warning(
            "%s entries of the list of who was erased are in the future and are left out; is the "
            "clock of this machine right?",
            future,
        )
    return found


async def _revoke(
    session: Session, records: Records, secrets: Collection[str], now: datetime
) -> Count:
    """Apply the records to the people in a database, and store the records in its table."""
    found = await revocations.people_to_revoke(session, records, secrets)
    erased = {user_id: at for (what, user_id), at in found.items() if what is Revoked.ERASED}
    for user_id, at in erased.items():
        await people.erase(session, user_id, at)
    withdrawn = 0
    for (what, user_id), at in found.items():
        if what is Revoked.CONSENT and user_id not in erased:
            await withdraw(session, await session.get_one(User, user_id), now, since=at)
            await end_all(session, user_id)
            withdrawn += 1
    if secrets:
        await revocations.remember(session, records)
    return Count(len(erased), withdrawn)


async def _secrets_with_own(session: Session, before: Collection[str]) -> frozenset[str]:
    """The secret of the restored database.

    If an older version made the backup, it has none and gets that of the installation, so that
    existing hashes stay valid for later restores.
    """
    found = await session.get(Fact, NAME)
    if found is None and before:
        found = Fact(name=NAME, value=min(before))
        session.add(found)
        await session.flush()
    return frozenset() if found is None else frozenset({found.value})


def _tell(count: Count, read: Read, secrets: Collection[str]) -> None:
    names = {name_of_key(secret) for secret in secrets}
    if not read.records and not read.others:
        log.info("no record of an erasure was found: nobody was erased, or the list is lost")
    elif not any(who.key in names for who in read.records):
        log.warning(
            "the list of who was erased belongs to another installation, so nobody was erased"
        )
    else:
        log.info(
            "%s people were erased after the backup was made, and are erased from it; %s took back "
            "their consent, and nothing more is stored of them",
            count.erased,
            count.withdrawn,
        )


async def revoke_again_if_older(settings: Settings, database: Database, now: datetime) -> None:
    """At a start, revoke again what is missing if an older database was put back.

    A new database gets its secret here, so that the secret is in every backup. What is on the list
    outside of the database, but not in its table, was revoked since the copy was made. It is
    revoked again, however the database came here, such as by a copied file or a hosting provider's
    restore. A list that was changed or is damaged is ignored, and does not prevent the start.

    Raises:
        ConfigError: a restore was cut off, so people who were erased may be back.
    """
    async with database.transaction() as session:
        if await session.get(Fact, UNFINISHED) is not None:
            raise ConfigError(
                "DATABASE_URL: a restore was cut off before whoever was erased meanwhile was "
                "erased from it, too; run `restore` again"
            )
        secret, known = await secret_of(session), await revocations.listed(session)
        lists = [
            await asyncio.to_thread(revocation_list.read_or_set_aside, file, {secret})
            for file in revocation_list.places(settings)
        ]
        records = merged(*(one.records for one in lists))
        since = {who: at for who, at in records.items() if who not in known or known[who] < at}
        count = await _revoke(session, _past(since, now), {secret}, now)
    if count.erased or count.withdrawn:
        database.truncate_log_soon()
        log.warning(
            "%s people were back in an older database, and are erased again; the consent of %s is "
            "taken back again",
            count.erased,
            count.withdrawn,
        )
