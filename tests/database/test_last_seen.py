"""A diary file that is not the one of yesterday is noticed at the start."""

import json
import logging
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.config import ConfigError
from bot.database import last_seen
from bot.database.engine import Database
from bot.database.models import User
from tests.support.backups import mode, path_of
from tests.support.harness import Harness
from tests.support.what_happens import assert_said

NOW = datetime(2027, 1, 13, 21, 0, tzinfo=UTC)


@pytest.fixture
async def path(sqlite_url: str) -> Path:
    """A database with two people that the bot has seen, closed."""
    database = Database(sqlite_url)
    async with database.transaction() as session:
        session.add_all([User(id=1, created_at=NOW), User(id=2, created_at=NOW)])
    await last_seen.record(database, path_of(sqlite_url), NOW)
    await database.close()
    return path_of(sqlite_url)


def test_the_same_file_is_taken(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    last_seen.compare(path)
    assert caplog.messages == []
    file = last_seen.file_beside(path)
    assert mode(file) == 0o600
    assert json.loads(file.read_text())["people"] == 2


@pytest.mark.parametrize("how", ["gone", "empty", "another"])
def test_a_lost_diary_is_not_begun_anew(path: Path, sqlite_template: Path, how: str) -> None:
    path.unlink()
    if how == "empty":
        path.touch()
    if how == "another":
        shutil.copy(sqlite_template, path)
    with pytest.raises(ConfigError) as caught:
        last_seen.compare(path)
    assert str(caught.value) == (
        f"DATABASE_URL: {path.name} had 2 people on 2027-01-13 and has none of them now; restore a "
        f"backup, or delete {path.name}.last-seen to begin a new diary"
    )
    assert_said("the database file is empty, or another one", [str(caught.value)])
    last_seen.forget(path)
    last_seen.compare(path)


def test_a_file_that_is_cut_off_is_refused(path: Path) -> None:
    whole = path.stat().st_size
    with path.open("rb+") as file:
        file.truncate(whole // 2)
    with pytest.raises(ConfigError, match=f"cut off, {whole // 2} of {whole} bytes") as caught:
        last_seen.compare(path)
    assert_said("the database file is cut off", [str(caught.value)])


async def test_a_lost_log_is_told(
    path: Path, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    older = shutil.copy(path, tmp_path / "older.db")
    database = Database(sqlite_url)
    await last_seen.record(database, path, NOW + timedelta(hours=1))
    await database.close()
    shutil.copy(older, path)
    with caplog.at_level(logging.ERROR):
        last_seen.compare(path)
    (said,) = caplog.messages
    assert "as it was on 2027-01-13T21:00, what was stored until 2027-01-13T22:00" in said
    assert_said("the write-ahead log was left behind", [said])


async def test_nobody_is_missed_where_nobody_was(sqlite_url: str, tmp_path: Path) -> None:
    path = path_of(sqlite_url)
    database = Database(sqlite_url)
    await last_seen.record(database, path, NOW)
    await database.close()
    path.unlink()
    last_seen.compare(path)
    last_seen.compare(tmp_path / "never.db")


async def test_a_bot_notes_it_when_it_stops_and_looks_when_it_starts(sqlite_url: str) -> None:
    async with Harness.open(sqlite_url) as harness:
        await harness.set_up_person("Ann")
        await harness.restart()
        await harness.app.stop()
        path = path_of(sqlite_url)
        assert json.loads(last_seen.file_beside(path).read_text())["people"] == 1
        kept = path.rename(path.with_suffix(".kept"))
        app = App(harness.settings, clock=harness.clock)
        with pytest.raises(ConfigError, match="had 1 person on"):
            await app.start()
        await app.stop()
        kept.rename(path)
        await harness.start_again()
