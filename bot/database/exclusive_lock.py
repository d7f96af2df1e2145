"""The lock that keeps the bot out of a database while a command needs it for itself."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from bot.config import ConfigError
from bot.database.poolers import is_behind_pooler
from bot.database.preflight import refuse_unusable
from bot.database.read_only import reading
from bot.database.sqlite_preflight import refuse_folder

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


def is_in_use(path: Path) -> bool:
    """Whether the bot runs on an SQLite database, or a command has it for itself."""
    lock = lock_of(path)
    if not Path(lock.lock_file).exists():
        return False
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


@contextmanager
def sqlite_lock(path: Path, name: str = "DATABASE_URL") -> Iterator[None]:
    """Hold the lock of an SQLite database, so that no bot can start on it.

    Args:
        path: the database file.
        name: what the operator calls this database, for the error.

    Raises:
        ConfigError: a bot holds the lock, or the folder cannot be used.
    """
    refuse_folder(path, name)
    path.parent.mkdir(parents=True, exist_ok=True)
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
async def exclusive_use(
    url: str, name: str = "DATABASE_URL", *, reads_only: bool = False
) -> AsyncIterator[None]:
    """Work on a database that no other program uses.

    On SQLite the lock is held all the time. PostgreSQL has no such lock, so other connections are
    looked for once, at the beginning.

    Args:
        url: the address of the database.
        name: what the operator calls this database, for the error.
        reads_only: whether nothing will be written.

    Raises:
        ConfigError: another program uses the database, or it cannot be reached.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        with sqlite_lock(path, name):
            yield
        return
    await refuse_other_connections(url, name, reads_only=reads_only)
    yield


async def refuse_other_connections(
    url: str, name: str = "DATABASE_URL", *, reads_only: bool = False
) -> None:
    """Refuse a PostgreSQL database that other programs use, or that is behind a pooler.

    The arguments are those of ``exclusive_use``.

    Raises:
        ConfigError: it is in use, or it cannot be used.
    """
    try:
        await refuse_unusable(url, creates=False, name=name, reads_only=reads_only)
        if await is_behind_pooler(url):
            raise ConfigError(
                f"{name}: leads to a pooler, which keeps connections open; for this command give "
                "the address of PostgreSQL itself"
            )
        in_use = await has_other_connections(url)
    except (SQLAlchemyError, OSError) as error:
        raise ConfigError(f"{name}: cannot be reached ({type(error).__name__})") from None
    if in_use:
        raise ConfigError(f"{name}: other programs use the database; stop them first")


async def has_other_connections(url: str) -> bool:
    """Whether other programs are connected to a PostgreSQL database."""
    async with reading(url) as connection:
        return bool(await connection.scalar(OTHER_CONNECTIONS))
