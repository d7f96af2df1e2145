"""SQLite files can be read by their owner only."""

import asyncio
import sys
from pathlib import Path

from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.database.models import User
from bot.database.sqlite_files import make_private, side_files
from tests.support.backups import (
    NOW,
    mode,
    path_of,
    widest_umask,
)


async def test_a_new_database_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "calmcalf.db"
    url = f"sqlite+aiosqlite:///{path}"
    with widest_umask():
        await migrate(url)
        assert mode(path) == 0o600
        database = Database(url)
        async with database.transaction() as session:
            session.add(User(id=77, created_at=NOW))
        assert {file.name: mode(file) for file in side_files(path) if file.exists()} == {
            "calmcalf.db-wal": 0o600,
            "calmcalf.db-shm": 0o600,
        }
        await database.close()


async def test_an_open_database_is_made_private(sqlite_url: str) -> None:
    """The locks that SQLite holds on the file stay."""
    path = path_of(sqlite_url)
    database = Database(sqlite_url)
    async with database.transaction() as session:
        session.add(User(id=77, created_at=NOW))
        await session.flush()
        for file in (path, *side_files(path)[:2]):
            file.chmod(0o644)
        make_private(path)
        assert [mode(file) for file in (path, *side_files(path)[:2])] == [0o600] * 3
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", TRY_EXCLUSIVE, str(path), stdout=asyncio.subprocess.PIPE
        )
        assert (await other.communicate())[0] == b"database is locked\n"
    await database.close()


TRY_EXCLUSIVE = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0).execute("PRAGMA journal_mode=DELETE")
    print("exclusive")
except sqlite3.OperationalError as error:
    print(error)
"""


def test_a_link_to_a_missing_database(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "target.db")
    with widest_umask():
        make_private(tmp_path / "link.db")
    assert mode(tmp_path / "target.db") == 0o600
