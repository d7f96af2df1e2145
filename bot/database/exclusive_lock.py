"""The lock that keeps the bot out of a database while a command needs it for itself."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from bot.config import ConfigError
from bot.database.errors import DatabaseUnreachableError
from bot.database.read_only import create_reader

OTHER_CONNECTIONS = sa.text("""
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()
""")


def lock_of(path: Path) -> FileLock:
    """The lock file of an SQLite database, which a running bot holds; not acquired yet.

    Acquiring it fails at once with ``filelock.Timeout`` when another process holds it.
    """
    return FileLock(f"{path}.lock", timeout=0, thread_local=False)


@contextmanager
def sqlite_lock(path: Path, name: str = "DATABASE_URL") -> Iterator[None]:
    """Hold the lock of an SQLite database, so that no bot can start on it.

    Args:
        path: the database file.
        name: what the operator calls this database, for the error.

    Raises:
        ConfigError: a bot holds the lock.
    """
    lock = lock_of(path)
    try:
        lock.acquire()
    except Timeout:
        raise ConfigError(f"{name}: the bot runs on {path.name}; stop it first") from None
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def exclusive_use(url: str, name: str = "DATABASE_URL") -> AsyncIterator[None]:
    """Work on a database that no other program uses.

    On SQLite the lock is held throughout. PostgreSQL has no such lock: other connections are
    looked for once, at the beginning.

    Args:
        url: the address of the database.
        name: what the operator calls this database, for the error.

    Raises:
        ConfigError: another program uses the database, or it cannot be reached.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        with sqlite_lock(path, name):
            yield
        return
    try:
        in_use = await has_other_connections(url)
    except DatabaseUnreachableError as error:
        raise ConfigError(f"{name}: {error}") from None
    if in_use:
        raise ConfigError(f"{name}: other programs use the database; stop them first")
    yield


async def has_other_connections(url: str) -> bool:
    """Whether other programs are connected to a PostgreSQL database.

    Raises:
        DatabaseUnreachableError: the database cannot be reached.
    """
    engine = create_reader(url)
    try:
        async with engine.connect() as connection:
            return bool(await connection.scalar(OTHER_CONNECTIONS))
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseUnreachableError(f"cannot be reached ({type(error).__name__})") from None
    finally:
        await engine.dispose()
