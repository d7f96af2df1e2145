"""``backup``: complete, private files, made while the bot runs."""

import asyncio
import json
import resource
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from bot.commands.backup import BackupError, backup
from bot.commands.restore import restore
from bot.config import ConfigError
from bot.database.engine import Database
from bot.database.models import FailedUpdate, User
from bot.database.sqlite_files import side_files
from bot.sandbox.server import RunningServer
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.support.backups import (
    NOW,
    files_in,
    mode,
    names_in,
    path_of,
    settings_of,
    torn,
    widest_umask,
)
from tests.support.command_line import command, end, running
from tests.support.killed_restore import digest


class People:
    """People who log one cramp after another. A tap counts when the bot has acknowledged it."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.acknowledged: set[tuple[int, int]] = set()
        self._tasks = [asyncio.create_task(self._tap(f"P{number}")) for number in range(4)]

    async def _tap(self, name: str) -> None:
        person = self.telegram.add_person(name)
        while True:
            message = self.telegram.say(person, "/cramp")
            await self._acknowledged(max(self.telegram.updates.waiting))
            self.acknowledged.add((person.id, message.id))

    async def _acknowledged(self, number: int) -> None:
        await self.telegram.wait_for(lambda: number not in self.telegram.updates.waiting)

    async def taps(self, count: int) -> None:
        """Wait until this many more taps are acknowledged."""
        goal = len(self.acknowledged) + count
        await self.telegram.wait_for(lambda: len(self.acknowledged) >= goal)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


async def test_backups_while_people_use_the_bot(
    telegram: tuple[Telegram, RunningServer], sqlite_url: str, tmp_path: Path
) -> None:
    """Each backup is intact and has every tap acknowledged before it began; the bot runs on."""
    settings, environment = settings_of(sqlite_url), {"DATABASE_URL": sqlite_url}
    made: list[tuple[Path, set[tuple[int, int]]]] = []
    async with running(telegram[0], telegram[1], tmp_path, **environment) as process:
        people = People(telegram[0])
        for number in range(12):
            await people.taps(4)
            made.append((tmp_path / f"{number}.db", set(people.acknowledged)))
            if number == 5:  # as operators do it
                ended = await command("backup", "5.db", folder=tmp_path, **environment)
                assert ended.code == 0, ended
            else:
                await backup(settings, made[-1][0])
        with pytest.raises(ConfigError, match=r"^DATABASE_URL: the bot runs on calmcalf.db; stop"):
            await restore(settings, made[0][0], NOW)
        await people.taps(4)
        await people.stop()
        process.send_signal(signal.SIGTERM)
        assert (await end(process)).code == 0
    sizes = [entries_of(*one) for one in made]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] < entries_of(path_of(sqlite_url), people.acknowledged)


def entries_of(target: Path, known: set[tuple[int, int]]) -> int:
    """The number of entries in a backup. It is intact, has no duplicates and all known taps.

    A tap that was acknowledged is an entry, or still waits in the inbox.
    """
    assert digest(target)
    with closing(sqlite3.connect(target)) as connection:
        rows = Counter(connection.execute("SELECT user_id, message_id FROM cramps"))
        raws = connection.execute("SELECT raw FROM inbox WHERE state = 'waiting'").fetchall()
    messages = [json.loads(raw)["message"] for (raw,) in raws]
    waiting = {(one["from"]["id"], one["message_id"]) for one in messages}
    assert known <= set(rows) | waiting
    assert set(rows.values()) <= {1}
    assert mode(target) == 0o600
    assert not any(file.exists() for file in side_files(target))
    return len(rows)


async def test_a_large_backup_blocks_no_writer(sqlite_url: str, tmp_path: Path) -> None:
    """It has none of the rows written meanwhile, and its files are private at every moment."""
    database = Database(sqlite_url)
    await enlarge(database)
    folder = tmp_path / "backups"
    folder.mkdir()
    with widest_umask():
        making = asyncio.create_task(backup(settings_of(sqlite_url), folder / "large.db"))
        written, modes = 0, Counter[int]()
        while not making.done():
            async with database.transaction() as session:
                session.add(User(id=100 + written, created_at=NOW))
            written += 1
            modes.update(modes_in(folder))
        await making
    await database.close()
    assert written > 3
    assert set(modes) == {0o600}
    with closing(sqlite3.connect(folder / "large.db")) as connection:
        assert connection.execute("SELECT count(*) FROM failed_updates").fetchone() == (1200,)
        assert connection.execute("SELECT count(*) FROM users").fetchone()[0] < written
    assert [file.name for file in folder.iterdir()] == ["large.db"]


async def enlarge(database: Database) -> None:
    """Add about 20 MB of rows."""
    async with database.transaction() as session:
        session.add_all(
            FailedUpdate(update_id=n, raw={"text": f"{n:04}" * 4000}, error="E", failed_at=NOW)
            for n in range(1200)
        )


def modes_in(folder: Path) -> list[int]:
    found = []
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # SQLite removes files of its own
            found.append(mode(file))
    return found


async def test_a_cancelled_backup_leaves_no_file(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    await enlarge(database)
    await database.close()
    folder = tmp_path / "backups"
    folder.mkdir()
    making = asyncio.create_task(backup(settings_of(sqlite_url), folder / "large.db"))
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while not any(modes_in(folder)):
            await asyncio.sleep(0)
            assert not making.done()
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert names_in(folder) == []


async def test_no_file_is_overwritten(filled: str, tmp_path: Path) -> None:
    settings, target = settings_of(filled), tmp_path / "important"
    target.write_text("my taxes")
    with pytest.raises(ConfigError, match=r"important: exists") as caught:
        await backup(settings, target)
    assert "\n" not in str(caught.value)
    assert target.read_text() == "my taxes"
    with pytest.raises(ConfigError, match="its folder does not exist"):
        await backup(settings, tmp_path / "nowhere" / "backup")


async def test_without_a_database_there_is_no_backup(tmp_path: Path) -> None:
    settings = settings_of(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(ConfigError, match=r"^DATABASE_URL: none.db does not exist"):
        await backup(settings, tmp_path / "backup.db")
    with pytest.raises(ConfigError, match=r"^DATABASE_URL: names no file"):
        await backup(settings_of("sqlite+aiosqlite://"), tmp_path / "backup.db")
    assert names_in(tmp_path) == []


async def test_a_damaged_database_is_not_backed_up(filled_sqlite: str, tmp_path: Path) -> None:
    torn(path_of(filled_sqlite))
    with pytest.raises(BackupError, match=r"no backup was made"):
        await backup(settings_of(filled_sqlite), tmp_path / "backup.db")
    assert not [name for name in names_in(tmp_path) if "backup" in name]


async def test_a_full_disk(filled_sqlite: str, tmp_path: Path) -> None:
    """The error is one line, and the folder and the database stay as they were."""
    settings = settings_of(filled_sqlite)
    await backup(settings, tmp_path / "good.db")
    before = files_in(tmp_path)
    for work in (
        backup(settings, tmp_path / "backup.db"),
        restore(settings, tmp_path / "good.db", NOW),
    ):
        with short_files(100_000), pytest.raises(BackupError) as caught:
            await work
        assert "\n" not in str(caught.value)
        assert files_in(tmp_path) == before


@contextmanager
def short_files(size: int) -> Iterator[None]:
    """Limit the size of files in bytes, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
