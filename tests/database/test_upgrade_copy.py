"""The copy of an SQLite file from before its upgrade: which ones there are, and until when."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.commands.nightly_backup import make_nightly_backup
from bot.commands.restore import restore
from bot.database.migrate import current_revision, migrate, migrate_to, newest_revision
from bot.database.upgrade_copy import copy_path, remove_old_copies
from tests.support import years
from tests.support.backups import NOW, files_in, mode, names_in, path_of, settings_of, widest_umask
from tests.support.command_line import command
from tests.support.harness import START, Harness
from tests.support.raw_rows import raw_rows


def copies(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.glob("*.before-*"))


async def test_only_the_last_copy_is_kept(sqlite_url: str) -> None:
    path = path_of(sqlite_url)
    await years.fill(sqlite_url, people=1)
    before = await raw_rows(sqlite_url)
    with widest_umask():
        await migrate_to(sqlite_url, "0004")
    assert copies(path) == ["calmcalf.db.before-0004"]
    assert mode(copy_path(path, "0004")) == 0o600
    assert await raw_rows(f"sqlite+aiosqlite:///{copy_path(path, '0004')}") == before
    await migrate(sqlite_url)
    await migrate(sqlite_url)
    assert copies(path) == [f"calmcalf.db.before-{newest_revision()}"]
    # What was lost on the way to the older schema and back can be had again.
    await migrate_to(sqlite_url, "0004")
    await restore(settings_of(sqlite_url), copy_path(path, "0004"), NOW)
    assert await current_revision(sqlite_url) == newest_revision()
    assert "calmcalf.db.before-0004" in copies(path)


async def test_a_new_database_has_no_copy_and_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "real" / "calmcalf.db")
    url = f"sqlite+aiosqlite:///{tmp_path}/link.db"
    await migrate(url)
    assert copies(tmp_path / "real" / "calmcalf.db") == []
    await migrate_to(url, "0001")
    assert copies(tmp_path / "real" / "calmcalf.db") == ["calmcalf.db.before-0001"]
    assert (tmp_path / "link.db").is_symlink()


async def test_a_copy_that_a_kill_left_unfinished_is_removed(sqlite_url: str) -> None:
    path = path_of(sqlite_url)
    for name in (".calmcalf.db.copying", ".calmcalf.db.copying-journal"):
        path.with_name(name).write_bytes(b"half")
    await migrate_to(sqlite_url, "0001")
    assert not [name for name in names_in(path.parent) if "copying" in name]


async def test_the_copy_is_removed_after_a_week(sqlite_url: str) -> None:
    path = path_of(sqlite_url)
    await migrate_to(sqlite_url, "0007")
    await migrate(sqlite_url)
    copy, others = copy_path(path, newest_revision()), ("calmcalf.db.before-restore-1Z", "o.db")
    for name in others:
        path.with_name(name).touch()
    made_at = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
    remove_old_copies(path, made_at + timedelta(days=7))
    assert copy.exists()
    settings = settings_of(sqlite_url, backup_dir=path.parent, backup_keep=1)
    await make_nightly_backup(settings, NOW)
    assert copy.exists()
    young, old = (START - timedelta(days=days) for days in (6, 8))
    os.utime(copy, (young.timestamp(), young.timestamp()))
    async with Harness.open(sqlite_url) as harness:  # it looks for old copies when it starts
        assert copy.exists()
        os.utime(copy, (old.timestamp(), old.timestamp()))
        await harness.app.jobs.run_maintenance()
        assert not copy.exists()
    assert set(others) <= set(names_in(path.parent))


async def test_too_little_room_is_said_in_one_line(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await migrate_to(sqlite_url, "0007")
    path_of(sqlite_url).with_name("calmcalf.db.before-0007").unlink()
    before = files_in(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=500_000))
    size = path_of(sqlite_url).stat().st_size
    with pytest.raises(Exception, match=r"needs [12] MB of free disk space, and there are 0 MB"):
        await migrate(sqlite_url)
    assert 3 * size > 500_000
    assert files_in(tmp_path) == before
    monkeypatch.undo()
    assert (await command("migrate", folder=tmp_path, DATABASE_URL=sqlite_url)).code == 0
