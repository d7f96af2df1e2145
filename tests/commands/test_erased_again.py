"""A restore of an older backup erases whoever was erased since, on both databases."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bot.commands.backup import backup
from bot.commands.erase_again import UNFINISHED, make_ready
from bot.commands.restore import restore
from bot.commands.transfer import transfer
from bot.config import ConfigError, Settings
from bot.database.engine import Database
from bot.database.installation_secret import secret_of
from bot.database.models import Erasure, Fact, InboxRow, InboxState, Job, JobState, User
from bot.identity import erasures, people
from bot.operations.erasure_list import FILE_NAME, ErasureList, places, read
from bot.telegram import inbox
from tests.support.backups import NOW, settings_of

ANN, BOB, EVE = 5_000_000_001, 5_000_000_002, 5_000_000_003
DAY = timedelta(days=1)


async def ids(url: str) -> set[int]:
    database = Database(url)
    async with database.transaction() as session:
        found = set((await session.exec(select(User.id))).all())
    await database.close()
    return found


async def people_who_begin(database: Database, *who: int, on: int) -> None:
    async with database.transaction() as session:
        for one in who:
            await people.get_or_create(session, one, NOW + on * DAY, "en")


async def with_something_to_send(url: str) -> None:
    """Eve was sent a reply and asked for a file when the backup is made."""
    database = Database(url)
    await people_who_begin(database, EVE, on=0)
    async with database.transaction() as session:
        await inbox.add_applied(session, 7, EVE, "a process", b"Logged", NOW)
        new = inbox.New(8, EVE, "{}", True)
        await inbox.store(session, [new], "a process", NOW)
        for kind in ("takeout.file", "takeout.import"):
            session.add(Job(user_id=EVE, kind=kind, arguments={}, queued_at=NOW))
    await database.close()


async def is_not_sent_again(url: str) -> None:
    """Only what Eve has done is still dealt with."""
    database = Database(url)
    async with database.transaction() as session:
        states = (await session.exec(select(InboxRow.update_id, InboxRow.state))).all()
        jobs = (await session.exec(select(Job.kind, Job.state))).all()
    await database.close()
    assert sorted(states) == [(7, InboxState.DONE), (8, InboxState.WAITING)]
    assert sorted(jobs) == [
        ("takeout.file", JobState.CANCELLED),
        ("takeout.import", JobState.WAITING),
    ]


async def erased(database: Database, who: int, *, on: int) -> None:
    async with database.transaction() as session:
        await people.erase(session, who, NOW + on * DAY)


async def lived(url: str, settings: Settings, file: Path, *, has_secret: bool = True) -> None:
    """Three begin, a backup is made, Ann and Bob are erased, and Bob begins anew."""
    database = Database(url)
    await people_who_begin(database, ANN, BOB, EVE, on=0)
    if has_secret:
        async with database.transaction() as session:
            await secret_of(session)
    await backup(settings, file)
    await erased(database, ANN, on=1)
    await erased(database, BOB, on=2)
    await people_who_begin(database, BOB, on=3)
    await ErasureList(settings, database).update(NOW + 3 * DAY, is_full=False)
    await database.close()


@pytest.mark.parametrize("has_secret", [True, False])
async def test_whoever_was_erased_since_the_backup_is_erased_from_it(
    database_url: str,
    tmp_path: Path,
    with_tools: None,
    caplog: pytest.LogCaptureFixture,
    *,
    has_secret: bool,
) -> None:
    del with_tools
    settings, older, newer = settings_of(database_url), tmp_path / "older", tmp_path / "newer"
    await with_something_to_send(database_url)
    await lived(database_url, settings, older, has_secret=has_secret)
    await backup(settings, newer)
    with caplog.at_level(logging.INFO):
        await restore(settings, older, NOW)
    assert await ids(database_url) == {EVE}
    assert "2 people were erased after the backup was made" in caplog.text
    assert "1 replies and 1 files of the time of the backup are not sent" in caplog.text
    await is_not_sent_again(database_url)
    assert not (tmp_path / FILE_NAME).exists()
    await restore(settings, newer, NOW + DAY)
    assert await ids(database_url) == {BOB, EVE}, "who began anew was erased"
    database = Database(database_url)
    async with database.transaction() as session:
        assert len((await session.exec(select(Erasure))).all()) == 2
        assert await session.get(Fact, UNFINISHED) is None
    await database.close()


async def test_the_list_beside_the_backups_is_enough_when_the_database_is_lost(
    database_url: str, tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    folder = tmp_path / "backups"
    folder.mkdir()
    settings = settings_of(database_url, backup_dir=folder)
    await lived(database_url, settings, folder / "older")
    text = (folder / FILE_NAME).read_text()
    assert str(ANN) not in text
    assert (folder / FILE_NAME).stat().st_mode & 0o077 == 0
    left = set()
    if settings.sqlite_path is not None:
        left = {EVE}
        for file in (settings.sqlite_path, *places(settings)[:1]):
            file.unlink()
    else:
        database = Database(database_url)
        async with database.transaction() as session:
            for table in (Erasure, Fact, User):
                for row in (await session.exec(select(table))).all():
                    await session.delete(row)
        # An empty diary that was begun in its place leaves the list as it is.
        await people_who_begin(database, EVE, on=4)
        await erased(database, EVE, on=5)
        await ErasureList(settings, database).update(NOW + 5 * DAY, is_full=True)
        await database.close()
        assert len(read([folder / FILE_NAME])) == 3
    await restore(settings, folder / "older", NOW)
    assert await ids(database_url) == left


async def test_a_start_erases_again_who_came_back_with_an_older_database(
    database_url: str, tmp_path: Path, with_tools: None, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that was copied, or a hoster's restore."""
    del with_tools
    settings = settings_of(database_url, backup_dir=tmp_path)
    await lived(database_url, settings, tmp_path / "older")
    database = Database(database_url)
    await make_ready(settings, database)
    assert "older database" not in caplog.text
    async with database.transaction() as session:
        await session.exec(sa.delete(Erasure))
    await people_who_begin(database, ANN, on=0)
    await make_ready(settings, database)
    assert await ids(database_url) == {BOB, EVE}
    assert "1 people were back in an older database" in caplog.text
    async with database.transaction() as session:
        assert len(await erasures.listed(session)) == 2
    await database.close()


async def test_a_restore_that_was_cut_off_serves_nobody(database: Database) -> None:
    settings = settings_of("sqlite+aiosqlite:///x.db")
    await make_ready(settings, database)
    async with database.transaction() as session:
        session.add(Fact(name=UNFINISHED, value=""))
    with pytest.raises(ConfigError, match="run `restore` again"):
        await make_ready(settings, database)


async def test_a_move_takes_the_list_and_the_secret_along(
    sqlite_url: str, postgres_url: str, tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    await lived(sqlite_url, settings_of(sqlite_url), tmp_path / "older")
    await transfer(settings_of(postgres_url), sqlite_url)
    new = Database(postgres_url)
    async with new.transaction() as session:
        assert len(await erasures.listed(session)) == 2
        found = await erasures.people_to_erase(
            session, await erasures.listed(session), [await secret_of(session)]
        )
        assert found == {}
        session.add(User(id=ANN, created_at=NOW, language="en"))
    async with new.transaction() as session:
        found = await erasures.people_to_erase(
            session, await erasures.listed(session), [await secret_of(session)]
        )
        assert found == {ANN: NOW + DAY}
    await new.close()


async def test_erasures_are_forgotten_after_their_time(database: Database, tmp_path: Path) -> None:
    settings = settings_of("sqlite+aiosqlite:///x.db", backup_dir=tmp_path)
    await erased(database, ANN, on=0)
    await erased(database, BOB, on=100)
    kept = ErasureList(settings, database)
    await kept.update(NOW + 100 * DAY, is_full=False)
    assert len(read([tmp_path / FILE_NAME])) == 2
    await kept.update(NOW + erasures.KEPT + DAY, is_full=True)
    assert list(read([tmp_path / FILE_NAME]).values()) == [NOW + 100 * DAY]
    assert list(read([Path("x.db.erasures")]).values()) == [NOW + 100 * DAY]


def test_lines_that_are_none_are_left_out() -> None:
    line = f"2027-01-31T10:00:00+00:00 {'a' * 8} {'b' * 32}\n"
    assert len(erasures.from_text(f"{line}\n2027-01-31T10:00:00 x y\nwhat\n{line[:40]}")) == 1
    assert erasures.from_text(f"0001-01-01T00:00:00+14:00 {'a' * 8} {'b' * 32}") == {}
