"""Downgrade to an older schema and upgrade again, with a year of data, by the command line."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.__main__ import migrate_to_revision
from bot.config import ConfigError, load_settings
from bot.database.migrate import (
    current_revision,
    known_revisions,
    migrate,
    migrate_to,
    newest_revision,
)
from tests.support.command_line import command
from tests.support.harness import Harness
from tests.support.lengths import SOAK_SCALE
from tests.support.raw_rows import RawRows, common, raw_rows
from tests.support.years import AT, fill

KINDS_THAT_CAME_LATER = {"0001": ("meal", "custom", "check_in")}
"""Schema → kinds of reminders that its version could not read."""

LONG_NUMBERS_SINCE = "0006"


def known_at(revision: str, rows: RawRows, *, on_postgres: bool) -> RawRows:
    """The rows that an older schema can hold: without newer kinds of reminders, and without message
    ids that its columns could not take."""
    columns, reminders = rows["reminders"]
    kind, later = columns.index("kind"), KINDS_THAT_CAME_LATER.get(revision, ())
    found = rows | {"reminders": (columns, [row for row in reminders if row[kind] not in later])}
    if on_postgres and revision < LONG_NUMBERS_SINCE:
        columns, entries = rows["cramps"]
        place = columns.index("message_id")
        found["cramps"] = (
            columns,
            [
                (*row[:place], max(row[place], -(2**31)), *row[place + 1 :])  # type: ignore[call-overload]
                for row in entries
            ],
        )
    return found


OLDER = sorted(known_revisions() - {newest_revision()})
CASES = [(kind, one) for kind in ("sqlite", "postgres") for one in OLDER]
if SOAK_SCALE is None:
    # From each schema alone, with rows, to the newest one: that is in test_migrations.py.
    CASES = [("sqlite", one) for one in (*OLDER[::4], OLDER[-1])]
    CASES += [("postgres", one) for one in (OLDER[0], *OLDER[-2:])]


@pytest.mark.parametrize(("database_url", "revision"), CASES, indirect=["database_url"])
async def test_down_and_up_keeps_every_row_that_both_schemas_know(
    database_url: str, revision: str
) -> None:
    await fill(database_url, people=1)
    everything = await raw_rows(database_url)
    before = known_at(revision, everything, on_postgres="postgresql" in database_url)
    assert await migrate_to(database_url, revision) == revision
    assert await current_revision(database_url) == revision
    below = await raw_rows(database_url)
    assert sum(len(rows) for _, rows in below.values()) > 700
    assert common(before, below) == common(below, before)
    assert await migrate(database_url) == newest_revision()
    after = await raw_rows(database_url)
    assert common(after, below) == common(below, after)
    assert after.keys() == everything.keys()
    async with Harness.open(database_url, start=AT) as harness:
        ann = await harness.set_up_person("Ann")
        await ann.presses("🦵 Log cramp")
        assert ann.last.words.startswith("Cramp logged")


async def test_up_to_a_revision_in_the_middle(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new.db"
    for revision in ("0002", "0001", "0003"):
        assert await migrate_to(url, revision) == revision
        assert await current_revision(url) == revision


async def test_the_command(tmp_path: Path) -> None:
    ended = await command("migrate", "--to", "0003", folder=tmp_path)
    assert (ended.code, "at revision 0003" in ended.err) == (0, True), ended
    ended = await command("migrate", "--to", "nine", folder=tmp_path)
    assert (ended.code, ended.err.startswith("--to: there is no revision nine")) == (2, True), ended


async def test_not_while_the_bot_runs(database_url: str) -> None:
    async with Harness.open(database_url):
        settings = load_settings(None, database_url=database_url)
        with pytest.raises(ConfigError, match=r"stop (it|them) first"):
            await migrate_to_revision(settings, "0001")
    assert await current_revision(database_url) == newest_revision()


async def test_a_schema_of_a_newer_version_is_not_touched(sqlite_url: str) -> None:
    engine = create_async_engine(sqlite_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(ConfigError, match="9999, which this version does not know"):
        await migrate_to(sqlite_url, "0001")
    with pytest.raises(ConfigError, match="9999, which this version does not know"):
        await migrate(sqlite_url)
