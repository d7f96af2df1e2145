"""``move``: a transfer between SQLite and PostgreSQL copies every row or nothing."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.commands.transfer import TransferError, transfer
from bot.config import ConfigError, load_settings
from bot.database.engine import Database
from bot.database.migrate import alembic_config, current_revision, newest_revision
from bot.database.models import Cramp, User
from tests.support.command_line import command as run
from tests.support.harness import Harness
from tests.support.years import AT, FIRST_ID, fill, rows_of


async def execute(url: str, *statements: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(sa.text(statement))
    await engine.dispose()


@pytest.fixture(params=["to PostgreSQL", "to SQLite"])
def urls(request: pytest.FixtureRequest, sqlite_url: str, postgres_url: str) -> tuple[str, str]:
    """The addresses of the old and the new database."""
    pair = (sqlite_url, postgres_url)
    return pair if request.param == "to PostgreSQL" else pair[::-1]


async def test_a_year_is_transferred_and_the_bot_goes_on(
    urls: tuple[str, str],
) -> None:
    old, new = urls
    await fill(old)
    before = await rows_of(old)
    assert all(before.values()), "every table has a row to move"
    counts = await transfer(load_settings(None, database_url=new), old, AT)
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert sum(counts.values()) > 1500
    assert await rows_of(new) == before
    assert await rows_of(old) == before
    async with Harness.open(new, start=AT) as harness:
        ann = await harness.set_up_person("Ann")
        await ann.presses("🦵 Log cramp")
        assert ann.last.words.startswith("Cramp logged")
        entry = (await harness.rows(Cramp))[-1]
        assert (entry.user_id, entry.id) == (
            ann.id,
            100_001,
        )  # the next number


async def test_the_command_logs_the_counts(sqlite_url: str, tmp_path: Path) -> None:
    await fill(sqlite_url, people=1)
    ended = await run(
        "move",
        "calmcalf.db",
        folder=tmp_path,
        DATABASE_URL="sqlite+aiosqlite:///new/other.db",
    )
    assert ended.code == 0, ended
    assert "weekly_summaries: 52 rows, all equal" in ended.err
    assert f"rows of {len(await rows_of(sqlite_url))} tables are here, all equal" in ended.err


async def test_a_row_that_differs_rolls_everything_back(sqlite_url: str, postgres_url: str) -> None:
    await fill(sqlite_url, people=1)
    await execute(
        postgres_url,
        "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.note := 'other'; RETURN NEW; END $$",
        "CREATE TRIGGER meddles BEFORE INSERT ON cramps FOR EACH ROW WHEN (NEW.message_id = 901) "
        "EXECUTE FUNCTION meddle()",
    )
    with pytest.raises(TransferError, match="table cramps: 1 rows differ; nothing was kept"):
        await transfer(load_settings(None, database_url=postgres_url), sqlite_url, AT)
    assert not any((await rows_of(postgres_url)).values())
    await execute(postgres_url, "DROP TRIGGER meddles ON cramps")
    await transfer(load_settings(None, database_url=postgres_url), sqlite_url, AT)


async def test_a_row_that_is_lost_or_added_rolls_everything_back(
    sqlite_url: str, postgres_url: str
) -> None:
    await fill(sqlite_url, people=1)
    await execute(
        postgres_url,
        "CREATE RULE swallow AS ON INSERT TO strangers DO INSTEAD NOTHING",
        "CREATE RULE double AS ON INSERT TO pace DO ALSO "
        "INSERT INTO facts (name, value) VALUES ('ω', '')",
    )
    with pytest.raises(TransferError, match="table facts: 1 rows differ"):
        await transfer(load_settings(None, database_url=postgres_url), sqlite_url, AT)
    await execute(postgres_url, "DROP RULE double ON pace")
    with pytest.raises(TransferError, match="table strangers: 1 rows differ"):
        await transfer(load_settings(None, database_url=postgres_url), sqlite_url, AT)
    assert not any((await rows_of(postgres_url)).values())


async def test_a_rejected_row_is_one_line_without_its_content(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    insert = "INSERT INTO facts (name, value) VALUES ('secret words', hex(zeroblob(150)))"
    await execute(sqlite_url, insert)  # longer than PostgreSQL allows there
    ended = await run("move", "calmcalf.db", folder=tmp_path, DATABASE_URL=postgres_url)
    assert ended.code == 1
    assert "did not take a row (" in ended.err
    assert "Traceback" not in ended.err
    assert "secret" not in ended.err + ended.out
    assert not any((await rows_of(postgres_url)).values())


async def test_what_is_refused(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    new = load_settings(None, database_url=postgres_url)
    for source, words in [
        (str(tmp_path / "none.db"), "FROM: there is no such file"),
        ("mysql://x/y", "FROM: must begin with"),
        ("postgresql+asyncpg://nobody@127.0.0.1:9/none", "FROM: cannot be reached"),
        (postgres_url, "FROM: is the database of DATABASE_URL itself"),
    ]:
        with pytest.raises(ConfigError, match=words):
            await transfer(new, source, AT)
    await asyncio.to_thread(command.downgrade, alembic_config(sqlite_url), "-1")
    with pytest.raises(ConfigError, match="first run `migrate`"):
        await transfer(new, sqlite_url, AT)
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(ConfigError, match="FROM: is not of CalmCalf"):
        await transfer(new, str(empty), AT)


async def test_a_database_with_rows_is_left_unchanged(sqlite_url: str, postgres_url: str) -> None:
    database = Database(sqlite_url)
    async with database.transaction() as session:
        session.add(User(id=FIRST_ID, created_at=AT))
    await database.close()
    await asyncio.to_thread(command.downgrade, alembic_config(sqlite_url), "-1")
    with pytest.raises(ConfigError, match=r"DATABASE_URL: is not empty \(table users\)"):
        await transfer(load_settings(None, database_url=sqlite_url), postgres_url, AT)
    assert await current_revision(sqlite_url) != newest_revision()


async def test_a_database_of_a_running_bot_is_refused(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    async with Harness.open(sqlite_url):
        with pytest.raises(ConfigError, match="FROM: the bot runs on"):
            await transfer(load_settings(None, database_url=postgres_url), sqlite_url, AT)
    async with Harness.open(postgres_url):
        with pytest.raises(ConfigError, match="FROM: other programs use the database"):
            await transfer(
                load_settings(None, database_url=f"sqlite+aiosqlite:///{tmp_path}/new.db"),
                postgres_url,
                AT,
            )
