"""Databases with rows in every table, and ways to damage files, for tests of backups."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from bot.config import Settings, load_settings
from bot.database.engine import Database
from bot.database.models import Cramp, User
from bot.database.sqlite_files import side_files
from tests.support.diaries import PEOPLE, make_diary, store

NOW = datetime(2027, 1, 13, 2, 30, tzinfo=UTC)
FIRST_ID = 5_000_000_001
LOT = 20271301
Contents = dict[str, list[tuple[Any, ...]]]


def settings_of(url: str, **more: object) -> Settings:
    return load_settings(None, database_url=url, **more)


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def widest_umask() -> Iterator[None]:
    """Run with umask 0, so that files are private only by explicit permissions."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


async def fill(url: str) -> None:
    """Insert rows into every table."""
    database = Database(url)
    for number, habits in enumerate(PEOPLE[2:4]):
        await store(database, make_diary(habits, FIRST_ID + number, LOT, nights=40))
    async with database.transaction() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            if (await connection.execute(sa.select(table).limit(1))).first() is None:
                row = {column.name: some_value(column) for column in table.columns}
                await connection.execute(sa.insert(table).values(row))
    await database.close()


def some_value(column: sa.Column[Any]) -> object:
    """A value of the column's type."""
    if any(key.column.table.name == "users" for key in column.foreign_keys):
        return FIRST_ID
    if column.name.endswith("_at"):
        return NOW
    if isinstance(column.type, sa.Enum):
        return next(iter(column.type.enum_class or ()))
    if isinstance(column.type, sa.JSON):
        return {"words": "ärgerlich", "count": 3}
    values: dict[type, object] = {
        bool: True,
        int: 1,
        float: 0.5,
        str: "ä",
        bytes: b"\x00\xff",
        date: date(2027, 1, 3),
        time: time(7, 30),
    }
    kind = column.type
    return values[(kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind).python_type]


async def contents(url: str) -> Contents:
    """All rows of each table."""
    found: Contents = {}
    database = Database(url)
    async with database.transaction() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = await connection.execute(sa.select(table).order_by(*table.primary_key))
            found[table.name] = [tuple(row) for row in rows]
    await database.close()
    return found


async def change(url: str) -> None:
    """Delete one person, change another and add a third."""
    database = Database(url)
    async with database.transaction() as session:
        await session.exec(sa.delete(User).where(col(User.id) == FIRST_ID))
        await session.exec(sa.update(Cramp).values(note="changed"))
        session.add(User(id=77, created_at=NOW))
    await database.close()


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def files_in(folder: Path) -> dict[str, bytes]:
    """The content of every file except lock files, which stay and are empty."""
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.is_file() and file.suffix not in {".lock", ".migrating"}
    }


def copy_with_side_files(path: Path, copy: Path) -> None:
    for file, other in zip((path, *side_files(path)), (copy, *side_files(copy)), strict=True):
        if file.exists():
            shutil.copy(file, other)


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_by_a_little(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1000)


def torn(path: Path) -> None:
    """Overwrite pages in the middle."""
    with path.open("r+b") as file:
        for page in range(3, 40, 4):
            file.seek(page * 4096)
            file.write(b"\x5a" * 4096)


def without_beginning(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\0" * 100)
