"""SQLite files that an older version has left behind, whose upgrades were not one transaction."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.config import ConfigError
from bot.database.migrate import (
    REVISIONS,
    alembic_config,
    check_schema,
    current_revision,
    migrate,
    migrate_to,
    newest_revision,
)
from bot.database.upgrade_copy import UpgradeError
from tests.support import years
from tests.support.backups import path_of
from tests.support.command_line import command
from tests.support.cut_off_upgrade import CutOffError, failing_at, watched
from tests.support.lengths import soak_length
from tests.support.raw_rows import common, raw_rows

CUT_OFF = soak_length(2, 40)
"""How many cut-off upgrades to each revision."""
SEED = 20270113
BEFORE = REVISIONS[:7]
"""Revisions of versions whose upgrades were not one transaction."""


def upgrade_as_before(path: Path, revision: str) -> int:
    """Upgrade to the next revision as older versions did.

    The sqlite3 module begins no transaction for DDL, so that each statement of it is its own.

    Returns:
        The number of statements.
    """
    script = ScriptDirectory.from_config(alembic_config("sqlite://")).get_revision(revision)
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=NullPool)
    statements: list[None] = []
    with engine.connect() as connection, watched(lambda: statements.append(None)):
        with Operations.context(MigrationContext.configure(connection)):
            script.module.upgrade()
        connection.commit()
    return len(statements)


@pytest.mark.in_ci
async def test_a_cut_off_upgrade_of_an_older_version_is_mended(sqlite_url: str) -> None:
    chance = random.Random(SEED)
    path, template = path_of(sqlite_url), path_of(sqlite_url).with_name("template")
    await years.fill(sqlite_url, people=1)
    half_made = []
    for older, revision in reversed([*pairwise(BEFORE)]):
        await migrate_to(sqlite_url, older)
        shutil.copy(path, template)
        before = await raw_rows(sqlite_url)
        count = upgrade_as_before(path, revision)
        for statement in chance.sample(range(count), min(count, CUT_OFF)):
            shutil.copy(template, path)
            with failing_at(statement), pytest.raises(CutOffError):
                upgrade_as_before(path, revision)
            try:
                assert f"at revision {older}; the next start" in await check_schema(sqlite_url)
            except UpgradeError as error:
                half_made.append(str(error))
            assert await migrate(sqlite_url) == newest_revision()
            assert "newest revision" in await check_schema(sqlite_url)
            after = await raw_rows(sqlite_url)
            assert common(after, before) == common(before, after)
        shutil.copy(template, path)
    assert len(half_made) >= 4, half_made
    assert all("was cut off and left" in one for one in half_made)


async def test_a_first_start_that_was_cut_off(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/calmcalf.db"
    with changing(tmp_path / "calmcalf.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("CREATE TABLE facts (name VARCHAR(40) NOT NULL)")
        database.execute("CREATE TABLE elsewhere (name TEXT)")
    with pytest.raises(UpgradeError, match="from revision none was cut off and left facts;"):
        await check_schema(url)
    assert await migrate(url) == newest_revision()
    assert "elsewhere" in await raw_rows(url), "a table that no version knows is not ours"


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as database, database:
        yield database


async def test_nothing_with_content_is_removed(sqlite_url: str) -> None:
    await years.fill(sqlite_url, people=1)
    with changing(path_of(sqlite_url)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0004'")
    before = await raw_rows(sqlite_url)
    for attempt in (check_schema, migrate):
        with pytest.raises(ConfigError, match=r"revision 0004, but \w+ of a later revision"):
            await attempt(sqlite_url)
    assert await raw_rows(sqlite_url) == before
    with changing(path_of(sqlite_url)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0003'")
        for table in (
            "caregivers",
            "inbox",
            "leases",
            "jobs",
            "reminder_nights",
            "night_exposures",
            "stretch_counts",
            "log_addresses",
            "entry_changes",
            "reliefs",
            "broadcasts",
            "broadcast_copies",
            "revocations",
        ):
            database.execute(f"DELETE FROM {table}")  # noqa: S608
    with pytest.raises(ConfigError, match=r"but \w+\.\w+ of a later revision"):
        await migrate(sqlite_url)


async def test_a_database_that_lacks_something(database_url: str) -> None:
    await migrate_to(database_url, "0003")
    engine = create_async_engine(database_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(sa.text("DROP TABLE medicines"))
    lacks = "is at revision 0003, but lacks medicines; stop the bot and restore a backup"
    with pytest.raises(ConfigError, match=lacks):
        await check_schema(database_url)
    if "sqlite" in database_url:
        with pytest.raises(ConfigError, match=lacks):
            await migrate(database_url)
        assert await current_revision(database_url) == "0003"
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0008'"))
        await connection.execute(sa.text("INSERT INTO alembic_version VALUES ('0007')"))
    await engine.dispose()
    with pytest.raises(ConfigError, match="0007, 0008, which this version does not know"):
        await check_schema(database_url)


async def test_the_commands_say_it_in_one_line(sqlite_url: str, tmp_path: Path) -> None:
    await migrate_to(sqlite_url, "0001")
    with changing(path_of(sqlite_url)) as database:
        database.execute("CREATE TABLE experiments (id INTEGER PRIMARY KEY)")
    checked = await command("check", folder=tmp_path, DATABASE_URL=sqlite_url)
    assert "BAD  database: an upgrade from revision 0001 was cut off and left experiments;" in (
        checked.out
    )
    with changing(path_of(sqlite_url)) as database:
        database.execute("INSERT INTO experiments VALUES (1)")
    ended = await command("migrate", folder=tmp_path, DATABASE_URL=sqlite_url)
    assert ended.code == 2
    assert ended.err == (
        "DATABASE_URL: is at revision 0001, but experiments of a later revision contains data; "
        "stop the bot and restore a backup\n"
    )
