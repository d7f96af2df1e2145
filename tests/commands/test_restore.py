"""``restore``: the whole old or the whole new database, whatever happens."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command as alembic

from bot.__main__ import main
from bot.commands.backup import backup
from bot.commands.restore import restore
from bot.config import ConfigError
from bot.database.engine import Database
from bot.database.migrate import alembic_config, current_revision, migrate, newest_revision
from bot.database.models import Cramp, Fact, User
from bot.database.sqlite_files import side_files
from tests.support.backups import (
    NOW,
    change,
    contents,
    copy_with_side_files,
    cut_by_a_little,
    files_in,
    mode,
    names_in,
    path_of,
    settings_of,
    torn,
    truncated,
    widest_umask,
    without_beginning,
)
from tests.support.harness import Harness
from tests.support.paths import ROOT


async def test_backup_and_restore(filled: str, tmp_path: Path) -> None:
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
    # The database that was kept can be restored as well.
    await restore(settings, kept, NOW + timedelta(seconds=1))
    assert await contents(filled) == changed


async def test_the_bot_runs_on_a_restored_database(sqlite_url: str, tmp_path: Path) -> None:
    async with Harness.open(sqlite_url) as harness:
        ann = await harness.set_up_person("Ann")
        await ann.presses("🦵 Log cramp")
        await backup(harness.settings, tmp_path / "backup.db")
        await ann.presses("🦵 Log cramp")
    await restore(harness.settings, tmp_path / "backup.db", NOW)
    assert mode(path_of(sqlite_url)) == 0o600
    async with Harness.open(sqlite_url) as harness:
        harness.telegram.updates._next_id += 1000  # Telegram does not begin again
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
    """Through the command line."""
    del own_logging
    monkeypatch.setenv("DATABASE_URL", filled_sqlite)
    assert main(["backup", "backup.db"]) == 0
    assert main(["backup", "backup.db"]) == 2
    url = f"sqlite+aiosqlite:///{tmp_path / 'new machine' / 'calmcalf.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["backup", "other.db"]) == 2
    assert main(["restore", "backup.db"]) == 0
    copied, exists, nothing, erased, restored = capsys.readouterr().err.splitlines()
    assert "a checked copy of the database is in backup.db" in copied
    assert exists == "backup.db: exists; choose another name"
    assert nothing == "DATABASE_URL: calmcalf.db does not exist, so there is nothing to copy"
    assert "no record of an erasure was found" in erased
    assert "backup.db is restored; the database before it is none" in restored
    assert asyncio.run(contents(url)) == asyncio.run(contents(filled_sqlite))


async def test_an_older_backup_is_upgraded(filled: str, tmp_path: Path) -> None:
    """The present database has tables that the backup lacks."""
    await asyncio.to_thread(alembic.downgrade, alembic_config(filled), "0001")
    await backup(settings_of(filled), tmp_path / "old")
    await migrate(filled)
    then = await contents(filled)
    await change(filled)
    await restore(settings_of(filled), tmp_path / "old", NOW)
    assert await current_revision(filled) == newest_revision()
    assert await contents(filled) == then
    assert not [name for name in names_in(tmp_path) if "restoring" in name]


async def test_a_copied_database_is_restored_with_its_wal(
    filled_sqlite: str, tmp_path: Path
) -> None:
    database = Database(filled_sqlite)
    async with database.transaction() as session:
        session.add(User(id=78, created_at=NOW))
    folder = tmp_path / "by hand"
    folder.mkdir()
    copy_with_side_files(path_of(filled_sqlite), folder / "copy.db")
    await database.close()
    assert (folder / "copy.db-wal").stat().st_size
    then = await contents(filled_sqlite)
    await change(filled_sqlite)
    await restore(settings_of(filled_sqlite), folder / "copy.db", NOW)
    assert await contents(filled_sqlite) == then


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
async def test_an_unusable_backup_is_refused_in_one_line(
    filled_sqlite: str, tmp_path: Path, spoil: Callable[[Path], object], words: str
) -> None:
    """The present database stays as it was."""
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


async def test_the_database_itself_is_refused(filled_sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "other name.db").symlink_to(path_of(filled_sqlite))
    with pytest.raises(ConfigError, match="is the database itself"):
        await restore(settings_of(filled_sqlite), tmp_path / "other name.db", NOW)


async def test_a_database_that_is_open_elsewhere_is_refused(filled: str, tmp_path: Path) -> None:
    """The other program would go on with a file that has lost its name."""
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


async def test_a_damaged_database_is_kept_with_its_wal(filled_sqlite: str, tmp_path: Path) -> None:
    path = path_of(filled_sqlite)
    then = await contents(filled_sqlite)
    await backup(settings_of(filled_sqlite), tmp_path / "backup.db")
    without_beginning(path)
    side_files(path)[0].write_bytes(b"commits that are only in the WAL")
    kept = await restore(settings_of(filled_sqlite), tmp_path / "backup.db", NOW)
    assert kept is not None
    assert kept.read_bytes()[:100] == b"\0" * 100
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"commits that are only in the WAL"
    assert await contents(filled_sqlite) == then


@pytest.mark.in_ci
async def test_a_restore_killed_at_every_step(filled_sqlite: str, tmp_path: Path) -> None:
    """A restore killed before each file operation leaves the old or the new database.

    The last commit of the old database is only in its WAL. In the second case, the database file
    is missing and only the WAL is there.
    """
    backup_file, present = tmp_path / "backup.db", tmp_path / "present.db"
    await backup(settings_of(filled_sqlite), backup_file)
    database = Database(filled_sqlite)
    async with database.transaction() as session:
        session.add(User(id=77, created_at=NOW))
    copy_with_side_files(path_of(filled_sqlite), present)
    copy_with_side_files(path_of(filled_sqlite), tmp_path / "gone.db")
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
    # Another restore removes what the killed ones left.
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


CHANGE = "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql,"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "CREATE TRIGGER kept BEFORE DELETE ON users BEGIN SELECT RAISE(IGNORE); END",
            "has a trigger kept",
        ),
        ("CREATE VIEW shown AS SELECT * FROM cramps", "has a view shown"),
        ("CREATE TABLE other (id INTEGER)", "has a table other"),
        (
            f"{CHANGE} 'ON DELETE CASCADE', '') WHERE name = 'cramps'",
            "has a table cramps from which an erasure would not delete everything",
        ),
        (
            f"{CHANGE} 'UNIQUE (user_id, uid)', 'UNIQUE (user_id, uid) ON CONFLICT IGNORE')",
            "has a table that keeps or drops rows by itself",
        ),
    ],
)
async def test_what_the_bot_never_makes_is_refused(
    sqlite_url: str, tmp_path: Path, statement: str, says: str
) -> None:
    settings = settings_of(sqlite_url)
    await backup(settings, tmp_path / "backup")
    with closing(sqlite3.connect(tmp_path / "backup")) as connection:
        connection.executescript(statement)
    before = await contents(sqlite_url)
    with pytest.raises(ConfigError, match=says):
        await restore(settings, tmp_path / "backup", NOW)
    assert await contents(sqlite_url) == before
