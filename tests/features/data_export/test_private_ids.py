"""Ids in files do not lead back to a Telegram account, and files of earlier versions still fit."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from bot.database.engine import Database
from bot.database.installation_secret import derive, key_for
from bot.database.models import Cramp, Experiment, Fact, Medicine, Reminder
from bot.features.data_export.export_queries import first_uid
from bot.features.data_export.files import as_json
from bot.features.data_export.import_files import read_json
from bot.features.data_export.private_ids import PRIVATE_UIDS
from bot.features.data_export.reminder_keys import OLD_SLOTS, file_slot, private_slot
from bot.features.data_export.schema import DiaryFile
from bot.features.diary.uids import PURPOSE, is_traceable, private_uid, uid_of
from bot.identity import people
from bot.operations.batches import run_batch
from tests.features.data_export.samples import ANN, NOW, exported, fill, import_file

TABLES: tuple[Any, ...] = (Cramp, Medicine, Experiment)
MADE_BY = (4711, 4712)
"""The messages that made Ann's own reminders."""
UID = 32
Ids = Mapping[str, str]
"""The id that a version of before wrote → the one that this one writes."""


async def fill_with_old_ids(database: Database) -> Ids:
    """A diary of an earlier version, whose uids are made of Telegram's ids alone."""
    await fill(database, 2, nights=20)
    async with database.transaction() as session:
        key = await key_for(session, PURPOSE)
        found: dict[str, str] = {}
        for table in TABLES:
            for row in (await session.exec(select(table))).all():
                if isinstance(row, Medicine):
                    row.words = row.words.replace("\x01", "y")  # no file has control characters
                row.uid = uid_of(ANN, table.__tablename__, row.id)
                found[row.uid] = private_uid(key, row.uid)
    for message_id in MADE_BY:
        old = int(uid_of(ANN, "reminder", message_id)[:12], 16) % (OLD_SLOTS - 1) + 1
        found[f'"slot":{old},'] = f'"slot":{file_slot(key, ANN, message_id)},'
    return found


def file_of(diary: DiaryFile, ids: Ids) -> DiaryFile:
    """A file with the ids of an earlier version instead of those of this one."""
    content = as_json(diary).decode()
    for old, new in ids.items():
        assert new in content, "every id is in the file"
        content = content.replace(new, old)
    return read_json(content.encode())


async def counts(database: Database) -> list[int]:
    async with database.transaction() as session:
        connection = await session.connection()
        tables = (*TABLES, Reminder)
        query = [sa.select(sa.func.count()).select_from(table) for table in tables]
        return [(await connection.execute(one)).scalar_one() for one in query]


async def test_a_file_has_nothing_that_was_made_of_telegrams_ids(database: Database) -> None:
    ids = await fill_with_old_ids(database)
    diary = await exported(database)
    content = as_json(diary).decode()
    assert len(ids) > 10
    assert not [old for old in ids if old in content]
    rows = (*diary.entries, *diary.medicines, *diary.fair_tests)
    assert not any(is_traceable(row.model_dump()["uid"]) for row in rows)
    assert all(row.slot == 0 or row.slot >= OLD_SLOTS for row in diary.reminders)
    async with database.transaction() as session:
        person = (await first_uid(session, ANN)).hex
        (secret,) = await session.exec(select(Fact).where(Fact.name == "secret"))
    assert person not in {uid_of(ANN, "cramp", number) for number in range(100)}
    other = derive(f"{secret.value}1", PURPOSE)
    assert not [old for old in ids if len(old) == UID and private_uid(other, old) in content]


async def test_an_old_file_brings_no_doubles(database: Database) -> None:
    """Neither to the account that it came from, nor to one that is empty, however often."""
    ids = await fill_with_old_ids(database)
    before = await counts(database)
    old_file = file_of(await exported(database), ids)
    await import_file(database, old_file)
    assert await counts(database) == before
    async with database.transaction() as session:
        await people.erase(session, ANN, NOW)
    await import_file(database, old_file)
    once = await counts(database)
    assert once[1:] == before[1:]
    await import_file(database, old_file)
    assert await counts(database) == once
    assert not [old for old in ids if old in as_json(await exported(database)).decode()]


async def test_a_row_of_an_old_file_is_known_by_its_content_in_another_installation(
    database: Database,
) -> None:
    """There it has a uid of its own, and now comes with that of the first installation."""
    ids = await fill_with_old_ids(database)
    diary = await exported(database)
    uids = {old: new for old, new in ids.items() if len(old) == UID}
    elsewhere = {private_uid(b"another key", old): new for old, new in uids.items()}
    before = (await counts(database))[: len(TABLES)]
    await import_file(database, file_of(diary, elsewhere))
    assert (await counts(database))[: len(TABLES)] == before


async def test_the_leader_replaces_the_ids_of_everybody(database: Database) -> None:
    ids = await fill_with_old_ids(database)
    for _ in range(2):
        async with database.transaction() as session:
            await run_batch(session, NOW, PRIVATE_UIDS)
    async with database.transaction() as session:
        found = [uid for table in TABLES for uid in (await session.exec(select(table.uid))).all()]
    assert sorted(found) == sorted(new for old, new in ids.items() if len(old) == UID)


def test_numbers_of_this_version_stay_as_they_are() -> None:
    key = b"a key"
    for number in (1, 4711, OLD_SLOTS - 1):
        private = private_slot(key, number)
        assert private >= OLD_SLOTS
        assert private_slot(key, private) == private
    assert private_slot(key, 0) == 0
