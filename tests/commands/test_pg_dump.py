"""Backups of PostgreSQL by its own tools."""

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.commands import pg_dump
from bot.commands.backup import BackupError, backup
from bot.commands.restore import restore
from bot.commands.revoke_again import revoke_again_if_older
from bot.config import ConfigError
from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.database_address import normalized
from tests.support.backups import (
    NOW,
    contents,
    cut_by_a_little,
    fill,
    names_in,
    settings_of,
    truncated,
    without_beginning,
)
from tests.support.postgres import PostgresServer


async def test_missing_tools_are_one_line(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "dump").write_text("")
    for work in (
        backup(settings_of(postgres_url), tmp_path / "backup"),
        restore(settings_of(postgres_url), tmp_path / "dump", NOW),
    ):
        with pytest.raises(ConfigError, match=r"^DATABASE_URL: .*use pg_dump") as caught:
            await work
        assert "\n" not in str(caught.value)


async def test_the_password_is_in_no_argument(
    postgres_url: str, tmp_path: Path, with_tools: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del with_tools
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("pg_dump", "pg_restore", "psql"):
        script = f'#!/bin/sh\necho "{name} $*" >> {tools}/said\nexec {shutil.which(name)} "$@"\n'
        (tools / name).write_text(script)
        (tools / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")  # the tools would connect there
    url = postgres_url
    if "TEST_DATABASE_URL" not in os.environ:  # our own server takes any password
        url = postgres_url.replace("postgres@", "postgres:s%40cret@")
    await backup(settings_of(url), tmp_path / "backup")
    await restore(settings_of(url), tmp_path / "backup", NOW)
    said = (tools / "said").read_text()
    assert {line.split()[0] for line in said.splitlines()} == {"pg_dump", "pg_restore", "psql"}
    assert "s@cret" not in said
    assert "s%40cret" not in said
    environment = pg_dump._environment("postgresql+asyncpg://ann:s%40cret@db:5433/calm?ssl=require")
    given = {name: environment[name] for name in pg_dump.ENVIRONMENT_NAMES.values()}
    assert given == {
        "PGHOST": "db",
        "PGPORT": "5433",
        "PGUSER": "ann",
        "PGPASSWORD": "s@cret",
        "PGDATABASE": "calm",
        "PGSSLMODE": "require",
    }


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [truncated, cut_by_a_little, without_beginning, emptied])
async def test_an_unusable_dump_changes_nothing(
    postgres_url: str, tmp_path: Path, with_tools: None, spoil: Callable[[Path], None]
) -> None:
    del with_tools
    await fill(postgres_url)
    before = await contents(postgres_url)
    await backup(settings_of(postgres_url), tmp_path / "backup")
    spoil(tmp_path / "backup")
    with pytest.raises(ConfigError, match=r"backup: is damaged, or was not made by"):
        await restore(settings_of(postgres_url), tmp_path / "backup", NOW)
    assert await contents(postgres_url) == before


def hidden(path: Path, *statements: str) -> None:
    """Put statements behind the definition of a table, where no list of the dump shows them."""
    content = path.read_bytes()
    found = re.search(rb"CREATE TABLE public\.experiments \(.*?\n\);\n", content, re.DOTALL)
    assert found is not None
    changed = b"".join(
        [found[0].replace(b" NOT NULL", b""), *(f"{s}\n".encode() for s in statements)]
    )
    assert len(changed) <= len(found[0]), "the dump has the length of each definition"
    path.write_bytes(content.replace(found[0], changed.ljust(len(found[0]))))


async def test_what_is_hidden_in_a_definition_is_refused(
    postgres_url: str, tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    mark = Path(gettempdir()) / token_hex(8)  # short: a definition has room for few characters
    before = await contents(postgres_url)
    hiding = {
        "CREATE RULE r AS ON DELETE TO public.experiments DO INSTEAD NOTHING;": "by itself",
        "ALTER TABLE public.experiments ENABLE ROW LEVEL SECURITY;": "by itself",
        f"\\! touch {mark}": "did not take it",
    }
    for number, (statement, says) in enumerate(hiding.items()):
        await backup(settings_of(postgres_url), tmp_path / "backup")
        hidden(tmp_path / "backup", statement)
        at = NOW + timedelta(seconds=number)
        with pytest.raises(BackupError, match=says):
            await restore(settings_of(postgres_url), tmp_path / "backup", at)
        (tmp_path / "backup").unlink()
    assert await contents(postgres_url) == before
    assert not mark.exists(), "psql ran a command of the dump"


async def test_a_dump_without_the_cascades_of_an_erasure_is_refused(
    postgres_url: str, tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    await backup(settings_of(postgres_url), tmp_path / "backup")
    content = (tmp_path / "backup").read_bytes()
    rule = b"fk_cramps_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id)"
    whole = rule + b" ON DELETE CASCADE"
    assert whole in content
    (tmp_path / "backup").write_bytes(content.replace(whole, rule.ljust(len(whole))))
    with pytest.raises(ConfigError, match="a table cramps from which an erasure would not"):
        await restore(settings_of(postgres_url), tmp_path / "backup", NOW)
    database = Database(postgres_url)
    with pytest.raises(ConfigError, match="run `restore` again"):
        await revoke_again_if_older(settings_of(postgres_url), database, NOW)
    await database.close()


async def test_an_unreachable_server_is_one_line(tmp_path: Path, with_tools: None) -> None:
    del with_tools
    settings = settings_of("postgresql+asyncpg://nobody:s3cret@127.0.0.1:9/none")
    with pytest.raises(BackupError, match=r"no backup was made \(pg_dump: error: ") as caught:
        await backup(settings, tmp_path / "backup")
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert names_in(tmp_path) == []


async def test_tables_in_a_schema_of_their_own_go_into_a_fresh_database(
    postgres_server: PostgresServer, tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    names = [await postgres_server.create_database() for _ in range(2)]
    url, fresh = (postgres_server.url_of(name) for name in names)
    in_schema = "&options=-csearch_path%3Dcramps"
    of_bot, of_fresh = normalized(url + in_schema), normalized(fresh + in_schema)
    async with connected(url) as connection:
        await connection.execute(sa.text("CREATE SCHEMA cramps"))
    await migrate(of_bot)
    await fill(of_bot)
    await backup(settings_of(of_bot), tmp_path / "backup")
    with pytest.raises(BackupError, match=r"in the schema cramps.*options=-csearch_path%3Dcramps"):
        await restore(settings_of(normalized(fresh)), tmp_path / "backup", NOW)
    await restore(settings_of(of_fresh), tmp_path / "backup", NOW)
    assert await contents(of_fresh) == await contents(of_bot)
    for name in names:
        await postgres_server.drop_database(name)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()
