"""Databases that cannot be used end in one line naming the setting, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.config import ConfigError, load_settings
from bot.database.migrate import check_schema, migrate
from bot.database.preflight import refuse_unusable
from bot.database_address import normalized
from tests.support.postgres import PostgresServer

PASSWORD = "correct-horse"
SET_UP = (
    f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'",
    "CREATE ROLE turned_away LOGIN",
    "CREATE ROLE guest LOGIN",
    "CREATE DATABASE utf8",
    "CREATE DATABASE latin1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    "CREATE DATABASE closed",
    "REVOKE CONNECT ON DATABASE closed FROM public",
)
RULES = "local all guarded scram-sha-256\nlocal all turned_away reject\n"
CASES = {
    "wrong password": ("guarded:wrong", "utf8", "", "user name or the password"),
    "no password": ("guarded", "utf8", "", "password"),
    "rejected": ("turned_away", "utf8", "", "does not let this user in"),
    "missing database": ("postgres", "nowhere", "", "no such database"),
    "may not connect": ("guest", "closed", "", "may not connect"),
    "Latin 1": ("postgres", "latin1", "", "encoded in LATIN1"),
    "may not create": ("guest", "utf8", "", "GRANT CREATE ON SCHEMA public TO guest"),
    "no schema": ("postgres", "utf8", "options=-c%20search_path%3Dnowhere", "search_path"),
    "unknown TLS mode": ("postgres", "utf8", "sslmode=always", "its parameters"),
}


@pytest.fixture
async def server(own_postgres_server: PostgresServer) -> AsyncIterator[PostgresServer]:
    """A server with some roles and databases, which are removed afterwards."""
    server = own_postgres_server
    engine = create_async_engine(server.url)
    async with engine.connect() as connection:
        rules = Path(await connection.scalar(sa.text("SHOW hba_file")) or "")
    await engine.dispose()
    before = rules.read_text()  # noqa: ASYNC240 - nothing else runs
    rules.write_text(RULES + before)  # noqa: ASYNC240
    try:
        for statement in (*SET_UP, "SELECT pg_reload_conf()"):
            await server.execute(statement)
        yield server
    finally:
        rules.write_text(before)  # noqa: ASYNC240
        await server.execute("SELECT pg_reload_conf()")
        for name in ("utf8", "latin1", "closed"):
            await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for name in ("guarded", "turned_away", "guest"):
            await server.execute(f"DROP ROLE IF EXISTS {name}")


def address(server: PostgresServer, who: str, database: str, more: str = "") -> str:
    return normalized(f"postgresql://{who}@/{database}?host={server.socket_folder}&{more}")


async def test_each_is_refused_in_one_line(server: PostgresServer) -> None:
    for name, (who, database, more, says) in CASES.items():
        url = address(server, who, database, more)
        for command in (migrate, check_schema):
            with pytest.raises(ConfigError) as caught:
                await command(url)
            said = str(caught.value)
            assert said.startswith("DATABASE_URL: "), name
            assert says in said, name
            assert "\n" not in said, name
            assert "wrong" not in said, name


async def test_what_is_good_is_not_refused(server: PostgresServer, sqlite_url: str) -> None:
    await refuse_unusable(address(server, f"guarded:{PASSWORD}", "utf8"), creates=False)
    await refuse_unusable(address(server, "postgres", "utf8", "sslmode=prefer"), creates=True)
    await refuse_unusable(sqlite_url, creates=True)


async def test_a_server_that_does_not_answer_is_no_fault_of_the_settings() -> None:
    settings = load_settings(None, database_url="postgres://nobody@127.0.0.1:9/none")
    with pytest.raises(OSError, match="9"):
        await refuse_unusable(settings.database_url, creates=False)


async def test_a_server_without_tls(unused_tcp_port: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # the request for TLS
        writer.write(b"N")
        await writer.drain()
        writer.close()

    url = normalized(f"postgres://u@127.0.0.1:{unused_tcp_port}/x?sslmode=require")
    async with await asyncio.start_server(answer, "127.0.0.1", unused_tcp_port):
        with pytest.raises(ConfigError, match="DATABASE_URL: the server speaks no TLS"):
            await refuse_unusable(url, creates=False)
