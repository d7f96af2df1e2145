"""Seeing that no bot works on a database while something is done to it that a bot must not meet."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from bot.commands import pg_dump
from bot.config import ConfigError


@contextmanager
def bot_kept_out(path: Path, name: str = "DATABASE_URL") -> Iterator[None]:
    """Hold the lock that a bot running on an SQLite file holds.

    Raises:
        ConfigError: a bot holds it; ``name`` says what the operator called that database.
    """
    lock = FileLock(f"{path}.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise ConfigError(f"{name}: the bot runs on {path.name}; stop it first") from None
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def alone(url: str, name: str = "DATABASE_URL") -> AsyncIterator[None]:
    """See that nobody else uses a database. On PostgreSQL this is so at the beginning only.

    Raises:
        ConfigError: somebody does, or it cannot be reached.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        with bot_kept_out(path, name):
            yield
        return
    try:
        in_use = await pg_dump.is_in_use(url)
    except pg_dump.DumpError as error:
        raise ConfigError(f"{name}: {error}") from None
    if in_use:
        raise ConfigError(f"{name}: other programs use the database; stop them first")
    yield
