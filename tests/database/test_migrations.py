"""Migrations: up, down and up again on both databases, equal to the models, safe side by side."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import col, select

from bot.database.engine import Database
from bot.database.migrate import (
    alembic_config,
    current_revision,
    known_revisions,
    migrate,
    newest_revision,
)
from bot.database.models import Cramp, User
from bot.features.diary.names import uid_of

REVISIONS = [
    script.revision
    for script in ScriptDirectory.from_config(alembic_config("sqlite://")).walk_revisions()
][::-1]
MESSAGES = (7, -1_799_892_720_000, -1_799_892_720_001)
"""A message, and two taps in the Mini App, whose numbers are long."""
TABLES = {"users", "reminders", "deliveries", "cramps", "night_checks", "weekly_summaries"}


async def run(function: object, url: str, *arguments: str) -> None:
    await asyncio.to_thread(function, alembic_config(url), *arguments)  # type: ignore[arg-type]


async def tables(url: str) -> set[str]:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    await engine.dispose()
    return set(names)


async def test_the_tables_of_the_contract(database_url: str) -> None:
    assert await tables(database_url) >= TABLES


def test_revisions_are_read_as_alembic_reads_them() -> None:
    assert newest_revision() == REVISIONS[-1]
    assert known_revisions() == set(REVISIONS)


async def test_models_and_migrations_agree(database_url: str) -> None:
    await run(command.check, database_url)


async def test_down_and_up_again_one_by_one(database_url: str) -> None:
    for revision in reversed(REVISIONS):
        assert await current_revision(database_url) == revision
        await run(command.downgrade, database_url, "-1")
    assert await tables(database_url) == {"alembic_version"}
    for revision in REVISIONS:
        await run(command.upgrade, database_url, "+1")
        assert await current_revision(database_url) == revision
    await run(command.check, database_url)


def _entry(message_id: int) -> Cramp:
    at = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)
    return Cramp(
        user_id=5_000_000_001,
        message_id=message_id,
        tapped_at=at,
        occurred_at=at,
        time_zone="Europe/Berlin",
        night_on=date(2027, 1, 12),
        uid=uid_of(5_000_000_001, "cramp", message_id),
    )


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_filled_database_keeps_its_rows(database_url: str, revision: str) -> None:
    """Going up and down above a revision loses no diary entry."""
    database = Database(database_url)
    at = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)
    async with database.transaction() as session:
        session.add(User(id=5_000_000_001, created_at=at))
        await session.flush()
        session.add_all(_entry(message_id) for message_id in MESSAGES)
    await run(command.downgrade, database_url, revision)
    await run(command.upgrade, database_url, "head")
    async with database.transaction() as session:
        entries = (await session.exec(select(Cramp).order_by(col(Cramp.message_id)))).all()
    *others, entry = entries
    assert len(others) == len(MESSAGES) - 1
    assert [other.id for other in others] == [3, 2]
    assert entry.message_id == 7
    assert (entry.occurred_at, entry.count_tonight) == (at, 1)
    assert entry.uid == uid_of(5_000_000_001, "cramp", 7)
    await database.close()


async def test_a_second_way_back_finds_the_numbers_of_the_first_taken(database_url: str) -> None:
    database = Database(database_url)
    async with database.transaction() as session:
        session.add(User(id=5_000_000_001, created_at=datetime(2027, 1, 13, tzinfo=UTC)))
    for message_id in (*MESSAGES, -1_799_892_720_002):
        async with database.transaction() as session:
            session.add(_entry(message_id))
        await run(command.downgrade, database_url, "0005")
        await run(command.upgrade, database_url, "head")
    async with database.transaction() as session:
        entries = (await session.exec(select(Cramp).order_by(col(Cramp.id)))).all()
    assert [entry.uid for entry in entries] == [
        uid_of(5_000_000_001, "cramp", message_id) for message_id in (*MESSAGES, -1_799_892_720_002)
    ]
    await database.close()


async def test_two_starts_at_once(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new' / 'calmcalf.db'}"
    revisions = await asyncio.gather(migrate(url), migrate(url), migrate(url))
    assert set(revisions) == {newest_revision()}
    assert await tables(url) >= TABLES


async def test_two_starts_at_once_on_postgres(postgres_url: str) -> None:
    await run(command.downgrade, postgres_url, "base")
    await asyncio.gather(migrate(postgres_url), migrate(postgres_url), migrate(postgres_url))
    assert await tables(postgres_url) >= TABLES


def test_file_names_tell_date_revision_and_purpose() -> None:
    folder = Path(alembic_config("sqlite://").get_main_option("script_location") or "")
    for path in (folder / "versions").glob("*.py"):
        year, month, day, revision, *words = path.stem.split("_")
        assert date(int(year), int(month), int(day)).year >= 2026
        assert revision in REVISIONS
        assert words
