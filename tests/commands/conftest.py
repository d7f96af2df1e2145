"""Fixtures for tests of the commands."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.backups import (
    fill,
)
from tests.support.debug_log import restored_logging


@pytest.fixture
async def filled(database_url: str, with_tools: None) -> str:
    """An SQLite and a PostgreSQL database with rows in every table."""
    del with_tools
    await fill(database_url)
    return database_url


@pytest.fixture(scope="module")
def filled_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with rows in every table."""
    path = tmp_path_factory.mktemp("filled") / "filled.db"
    shutil.copy(sqlite_template, path)
    asyncio.run(fill(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def filled_sqlite(filled_template: Path, tmp_path: Path) -> str:
    shutil.copy(filled_template, tmp_path / "calmcalf.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'calmcalf.db'}"


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Restore the logging set-up after a command that runs in this process."""
    with restored_logging():
        yield


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[Telegram, RunningServer]]:
    """A sandbox without the bot: what Telegram has seen, and its address."""
    telegram = Telegram()
    server = await serve(create_app(telegram))
    yield telegram, server
    await server.close()
