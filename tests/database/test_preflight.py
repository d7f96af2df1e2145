"""Databases that cannot be used end in one line naming the setting, on a real PostgreSQL."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.app import App
from bot.commands.transfer import transfer
from bot.config import ConfigError, load_settings
from bot.database.errors import is_database_unreachable, reason
from bot.database.migrate import check_schema, migrate
from bot.database.preflight import refuse_unusable
from bot.database.sqlite_preflight import TRIAL_PREFIX, refuse_folder
from bot.database_address import normalized
from tests.support.backups import NOW, settings_of
from tests.support.command_line import TOKEN, WELL_FORMED_TOKEN, command
from tests.support.pgbouncer import NO_PGBOUNCER, PROGRAM, pgbouncer
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
    "CREATE DATABASE frozen",
    "ALTER DATABASE frozen SET default_transaction_read_only = on",
    "CREATE DATABASE shut ALLOW_CONNECTIONS false",
    "CREATE DATABASE theirs",
)
OF_THEIRS = "CREATE TABLE alembic_version (n int); GRANT CREATE ON SCHEMA public TO guest"
RULES = "local all guarded scram-sha-256\nlocal all turned_away reject\n"
CASES = {
    "wrong password": ("guarded:wrong", "utf8", "", "user name or the password"),
    "a raw % in it": ("guarded:100%25", "utf8", "", "%25"),
    "no password": ("guarded", "utf8", "", "password"),
    "rejected": ("turned_away", "utf8", "", "does not let this user in"),
    "missing database": ("postgres", "nowhere", "", "no such database"),
    "may not connect": ("guest", "closed", "", "may not connect"),
    "Latin 1": ("postgres", "latin1", "", "encoded in LATIN1"),
    "may not create": ("guest", "utf8", "", "GRANT CREATE ON SCHEMA public TO guest"),
    "no schema": ("postgres", "utf8", "options=-c%20search_path%3Dnowhere", "search_path"),
    "read-only": ("postgres", "frozen", "", "nothing may be written"),
    "tables of somebody else": ("guest", "theirs", "", "belong to the user postgres"),
    "no certificate": ("postgres", "utf8", "sslmode=verify-full", "root certificate"),
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
        for name in ("utf8", "latin1", "closed", "frozen", "shut", "theirs"):
            await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for name in ("guarded", "turned_away", "guest"):
            await server.execute(f"DROP ROLE IF EXISTS {name}")


def address(server: PostgresServer, who: str, database: str, more: str = "") -> str:
    return normalized(f"postgresql://{who}@/{database}?host={server.socket_folder}&{more}")


async def refused(url: str) -> str:
    """The one line in which ``migrate``, ``check`` and ``run`` refuse a database."""
    lines = []
    for work in (migrate(url), check_schema(url), started(url)):
        try:
            await work
        except ConfigError as error:
            lines.append(str(error))
    assert len(lines) == 3, (url, lines)
    assert len(set(lines)) == 1, lines
    return lines[0]


async def started(url: str) -> None:
    app = App(settings_of(url, bot_token=WELL_FORMED_TOKEN))
    try:
        await app.start()
    finally:
        await app.stop()


def is_good(line: str, says: str) -> bool:
    return line.startswith("DATABASE_URL: ") and says in line and "\n" not in line


async def test_each_is_refused_in_one_line(server: PostgresServer) -> None:
    theirs = create_async_engine(address(server, "postgres", "theirs"))
    async with theirs.begin() as connection:
        for statement in OF_THEIRS.split("; "):
            await connection.execute(sa.text(statement))
    await theirs.dispose()
    for name, (who, database, more, says) in CASES.items():
        line = await refused(address(server, who, database, more))
        assert is_good(line, says), (name, line)
        assert "wrong" not in line, name


async def test_run_says_one_line_and_nothing_of_what_it_never_began(
    server: PostgresServer, tmp_path: Path
) -> None:
    url = address(server, "postgres", "nowhere", "")
    ended = await command("run", folder=tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=url)
    assert (ended.code, ended.err.count("\n")) == (2, 1), ended.err
    assert "no such database" in ended.err


@pytest.mark.in_ci
@pytest.mark.skipif(PROGRAM is None, reason=NO_PGBOUNCER)
async def test_what_a_pooler_refuses(server: PostgresServer, unused_tcp_port: int) -> None:
    cases = {
        "mallory:guess@127.0.0.1:{}/utf8": "user name or the password",
        "ann:wr0ng@127.0.0.1:{}/utf8": "user name or the password",
        "ann:secret@127.0.0.1:{}/nowhere": "no such database",
        "ann:secret@127.0.0.1:{}/latin1": "encoded in LATIN1",
        "ann:secret@127.0.0.1:{}/utf8?options=-csearch_path%3Dx": "parameter options",
        "ann:secret@127.0.0.1:{}/utf8?sslmode=require": "speaks no TLS",
    }
    folder, known = server.socket_folder, ("utf8", "latin1")
    async with pgbouncer(folder, unused_tcp_port, "transaction", *known, auth="plain"):
        for case, says in cases.items():
            line = await refused(normalized(f"postgres://{case.format(unused_tcp_port)}"))
            assert is_good(line, says), (case, line)
            assert "wr0ng" not in line
    async with pgbouncer(folder, unused_tcp_port, "statement", *known) as base:
        assert is_good(await refused(normalized(f"{base}/utf8")), "the mode session or transaction")


async def test_move_asks_for_utf8_too(server: PostgresServer, sqlite_url: str) -> None:
    latin1 = address(server, "postgres", "latin1")
    with pytest.raises(ConfigError, match="DATABASE_URL: the database is encoded in LATIN1"):
        await transfer(settings_of(latin1), sqlite_url, NOW)
    wrong = address(server, "guarded:wrong", "utf8")
    with pytest.raises(ConfigError, match="FROM: PostgreSQL does not accept the user name"):
        await transfer(settings_of(sqlite_url), wrong, NOW)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account can read."""
    with TemporaryDirectory(prefix="calmcalf-folder-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere; so be somebody else for a moment."""
    if os.getuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_files_that_cannot_be_used(sqlite_template: Path, folder: Path) -> None:
    for name in ("read-only", "kept"):
        (folder / name).mkdir()
        shutil.copy(sqlite_template, folder / name / "a.db")
    (folder / "read-only").chmod(0o555)
    (folder / "kept" / "a.db").chmod(0o444)
    (folder / "kept").chmod(0o777)
    (folder / "text.db").write_text("Dear diary, " * 100)
    (folder / "folder.db").mkdir()
    shutil.copy(sqlite_template, folder / "shm.db")
    (folder / "shm.db-shm").mkdir()
    shutil.copy(sqlite_template, folder / "damaged.db")
    with (folder / "damaged.db").open("r+b") as file:
        file.seek(100)
        file.write(b"x" * 9000)
    cases = {
        "text.db": "is not an SQLite database",
        "folder.db": "is not a file",
        "shm.db": "shm.db-shm is not a file",
        "damaged.db": "is damaged",
        "text.db/a.db": "cannot be made",
        "/proc/a.db": "cannot hold a database",
    }
    of_nobody = {
        "read-only/a.db": "is read-only for this account",
        "read-only/new.db": "cannot be made",
        "read-only/deeper/new.db": "cannot be made",
        "kept/a.db": "cannot be read and written by this account",
    }
    for name, says in cases.items():
        line = await refused(f"sqlite+aiosqlite:///{Path(folder, name)}")
        assert is_good(line, says), (name, line)
    for name, says in of_nobody.items():
        with as_nobody(), pytest.raises(ConfigError) as caught:
            await refuse_unusable(f"sqlite+aiosqlite:///{folder / name}", creates=False)
        assert is_good(str(caught.value), says), (name, caught.value)


def test_what_killed_processes_left_of_their_trials_is_removed(tmp_path: Path) -> None:
    fresh, old = (tmp_path / f"{TRIAL_PREFIX}{name}" for name in ("fresh", "old"))
    for folder in (fresh, old):
        folder.mkdir()
        (folder / "trial.db").touch()
    an_hour_ago = fresh.stat().st_mtime - 3600
    os.utime(old, (an_hour_ago, an_hour_ago))
    refuse_folder(tmp_path / "calmcalf.db")
    assert list(tmp_path.iterdir()) == [fresh]


async def test_what_is_good_is_not_refused(server: PostgresServer, sqlite_url: str) -> None:
    await refuse_unusable(address(server, f"guarded:{PASSWORD}", "utf8"), creates=False)
    await refuse_unusable(address(server, "postgres", "utf8", "sslmode=prefer"), creates=True)
    await refuse_unusable(sqlite_url, creates=True)


async def test_a_server_that_does_not_answer_is_no_fault_of_the_settings() -> None:
    settings = load_settings(None, database_url="postgres://nobody@127.0.0.1:9/none")
    with pytest.raises(OSError, match="9"):
        await refuse_unusable(settings.database_url, creates=False)


async def test_what_may_pass_by_itself_is_one_line_too(server: PostgresServer) -> None:
    shut = address(server, "postgres", "shut")
    unknown = "postgresql+asyncpg://postgres@no-such-host.invalid/utf8"
    for url, why in ((shut, "ObjectNotInPrerequisiteStateError"), (unknown, "gaierror")):
        with pytest.raises(Exception) as caught:  # noqa: PT011 - of whatever type
            await migrate(url)
        assert is_database_unreachable(caught.value), url
        assert reason(caught.value) == why


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
