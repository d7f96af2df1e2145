"""Migrations: up, down and up again on both databases, equal to the models, safe side by side."""

import ast
import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel, col, select

from bot.database import migrate as migrate_module
from bot.database.cramp_values import EventType, Side, Site, TimePrecision
from bot.database.engine import Database
from bot.database.migrate import (
    alembic_config,
    current_revision,
    known_revisions,
    migrate,
    migrations_folder,
    newest_revision,
)
from bot.database.models import Cramp, User
from bot.features.diary.uids import uid_of

REVISIONS = [
    script.revision
    for script in ScriptDirectory.from_config(alembic_config("sqlite://")).walk_revisions()
][::-1]
MESSAGES = (7, -1_799_892_720_000, -1_799_892_720_001)
"""A message, and two taps in the Mini App, whose numbers are long."""
MIGRATIONS = migrations_folder()
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


def test_the_list_of_revisions_is_that_of_the_files() -> None:
    """A new migration file has to be added to ``REVISIONS`` in ``bot/database/migrate.py``."""
    assert list(migrate_module.REVISIONS) == REVISIONS
    assert newest_revision() == REVISIONS[-1]
    assert known_revisions() == set(REVISIONS)


def test_migrations_import_nothing_of_the_bot() -> None:
    """Code of the bot changes; a migration must do the same for ever."""
    for path in (MIGRATIONS / "versions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.partition(".")[0] == "bot"], path.name


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
    for path in (MIGRATIONS / "versions").glob("*.py"):
        year, month, day, revision, *words = path.stem.split("_")
        assert date(int(year), int(month), int(day)).year >= 2026
        assert revision in REVISIONS
        assert words


# Value sets of a cramp (0007) --------------------------------------------------------------------

CHECKED = {
    column.name: list(column.type.enums)
    for column in SQLModel.metadata.tables["cramps"].columns
    if isinstance(column.type, sa.Enum)
}
"""Columns of ``cramps`` → the values that they take."""


async def insert_cramp(url: str, message_id: int, **values: int | str) -> None:
    """Insert a cramp as a program that does not have our models would."""
    row: dict[str, int | str] = {
        "user_id": 5_000_000_001,
        "message_id": message_id,
        "uid": str(message_id),
        "tapped_at": "2027-01-13 02:12:00.000000",
        "occurred_at": "2027-01-13 02:12:00.000000",
        "night_on": "2027-01-12",
        "time_zone": "Europe/Berlin",
        "time_precision": "exact",
        "event_type": "cramp",
        "after_effects": "",
        "possible_triggers": "",
        "relief_tried": "",
        "count_tonight": 1,
    }
    row.update(values)
    literals = ", ".join(
        str(value) if isinstance(value, int) else "'{}'".format(value.replace("'", "''"))
        for value in row.values()
    )
    await execute(url, f"INSERT INTO cramps ({', '.join(row)}) VALUES ({literals})")  # noqa: S608


async def execute(url: str, statement: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(sa.text(statement))
    await engine.dispose()


async def add_user(url: str) -> None:
    database = Database(url)
    async with database.transaction() as session:
        session.add(User(id=5_000_000_001, created_at=datetime(2027, 1, 13, tzinfo=UTC)))
    await database.close()


async def test_the_database_takes_the_values_of_the_sets_only(database_url: str) -> None:
    await add_user(database_url)
    number = 0
    assert len(CHECKED) >= 13
    for column, values in CHECKED.items():
        for value in values:
            number += 1
            await insert_cramp(database_url, number, **{column: value})
        with pytest.raises(IntegrityError, match=f"ck_cramps_{column}"):
            await insert_cramp(database_url, number + 1, **{column: "knee"})


async def test_values_of_no_set_are_mended_and_no_row_is_lost(database_url: str) -> None:
    await add_user(database_url)
    await run(command.downgrade, database_url, "0006")
    await insert_cramp(database_url, 1, site="calf", side="left", event_type="twitch")
    await insert_cramp(database_url, 2, site=" Calf", side="LEFT")
    await insert_cramp(database_url, 3, site="knee", side="", event_type="itch", note="Own words")
    await insert_cramp(database_url, 4, time_precision="roughly", note="x" * 495)
    await run(command.upgrade, database_url, "head")
    database = Database(database_url)
    async with database.transaction() as session:
        found = (await session.exec(select(Cramp).order_by(col(Cramp.message_id)))).all()
    await database.close()
    assert [(one.site, one.side, one.event_type, one.note) for one in found] == [
        (Site.CALF, Side.LEFT, EventType.TWITCH, None),
        (Site.CALF, Side.LEFT, EventType.CRAMP, None),
        (None, None, EventType.OTHER_PAIN, "Own words\nevent_type: itch\nsite: knee"),
        (None, None, EventType.CRAMP, "x" * 495),
    ]
    assert {one.time_precision for one in found} == {TimePrecision.EXACT}
    assert found[0].site is Site.CALF, "a row has members of the enum, not strings"


async def test_rebuilding_the_table_keeps_second_taps_and_the_rest(database_url: str) -> None:
    """On SQLite the table is copied and dropped; nothing that refers to it may be deleted."""
    await add_user(database_url)
    await insert_cramp(database_url, 1, site="calf")
    await insert_cramp(database_url, 2, same_as_id=1)
    for _ in range(2):
        await run(command.downgrade, database_url, "0006")
        await run(command.upgrade, database_url, "head")
    database = Database(database_url)
    async with database.transaction() as session:
        found = (await session.exec(select(Cramp).order_by(col(Cramp.message_id)))).all()
        assert [(one.id, one.same_as_id) for one in found] == [(1, None), (2, 1)]
        await session.delete(found[0])
    async with database.transaction() as session:
        assert (await session.exec(select(Cramp))).all() == [], "ON DELETE CASCADE still stands"
    await database.close()


async def test_every_foreign_key_has_an_index(database_url: str) -> None:
    """Without one, deleting a row makes the database read all of the table that refers to it."""

    def without_index(connection: sa.Connection) -> list[str]:
        inspector = sa.inspect(connection)
        missing = []
        for table in inspector.get_table_names():
            keys = [inspector.get_pk_constraint(table)["constrained_columns"]]
            keys += [one["column_names"] for one in inspector.get_unique_constraints(table)]
            keys += [
                [str(name) for name in index["column_names"]]
                for index in inspector.get_indexes(table)
                if index["dialect_options"].get(f"{connection.dialect.name}_where") is None
            ]
            for foreign in inspector.get_foreign_keys(table):
                columns = foreign["constrained_columns"]
                if not any(key[: len(columns)] == columns for key in keys):
                    missing.append(f"{table}.{','.join(columns)}")
        return missing

    engine = create_async_engine(database_url, poolclass=NullPool)
    async with engine.connect() as connection:
        assert await connection.run_sync(without_index) == []
    await engine.dispose()
