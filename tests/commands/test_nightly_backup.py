"""The nightly backup and its rotation."""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.commands.backup import BackupError
from bot.commands.nightly_backup import make_nightly_backup
from bot.config import ConfigError, load_settings
from tests.support.backups import (
    NOW,
    contents,
    files_in,
    fill,
    mode,
    path_of,
    settings_of,
    torn,
    widest_umask,
)
from tests.support.killed_restore import digest


async def test_nightly_backups_are_off_by_default(sqlite_url: str, tmp_path: Path) -> None:
    before = files_in(tmp_path)
    assert await make_nightly_backup(settings_of(sqlite_url), NOW) is None
    assert files_in(tmp_path) == before


async def test_old_backups_are_removed_and_no_other_files(sqlite_url: str, tmp_path: Path) -> None:
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
        (folder / name).write_text("not ours")
        os.utime(folder / name, (0, 0))
    (folder / "calmcalf-2020-01-02.db").mkdir()
    (folder / "calmcalf-2020-01-03.db").symlink_to(first)
    (folder / "calmcalf-2020-01-04.dump").write_text("ours, of PostgreSQL")
    others |= {"calmcalf-2020-01-02.db", "calmcalf-2020-01-03.db"}
    left = folder / ".calmcalf-2027-01-12.db.abc.part"
    left.write_text("a backup that was killed")
    os.utime(left, (0, 0))
    fresh = folder / ".calmcalf-2027-01-13.db.abc.part"
    fresh.write_text("a backup that is being made")
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    for days in range(1, 6):
        await make_nightly_backup(settings, NOW + timedelta(days=days))
        assert fresh.exists() == (days == 1)
    names = {file.name for file in folder.iterdir()}
    kept = {f"calmcalf-2027-01-{day}.db" for day in (16, 17, 18)}
    assert names == others | kept


async def test_the_file_is_named_after_the_date_in_utc(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups")
    east = timezone(timedelta(hours=10))
    made = await make_nightly_backup(settings, datetime(2027, 1, 14, 8, 0, tzinfo=east))
    assert made is not None
    assert made.name == "calmcalf-2027-01-13.db"


async def test_a_second_backup_of_a_day_replaces_the_first(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups")
    first = await make_nightly_backup(settings, NOW)
    await fill(sqlite_url)
    assert await make_nightly_backup(settings, NOW + timedelta(hours=1)) == first
    assert first is not None
    assert await contents(f"sqlite+aiosqlite:///{first}") == await contents(sqlite_url)


async def test_a_backup_dated_in_the_future_is_removed_first(
    sqlite_url: str, tmp_path: Path
) -> None:
    """The system clock had been wrong."""
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups", backup_keep=1)
    await make_nightly_backup(settings, NOW + timedelta(days=9000))
    made = await make_nightly_backup(settings, NOW)
    assert list((tmp_path / "backups").iterdir()) == [made]


async def test_a_failed_backup_removes_no_old_one(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, backup_dir=tmp_path / "backups", backup_keep=1)
    made = await make_nightly_backup(settings, NOW)
    torn(path_of(sqlite_url))
    for days in (0, 1):
        with pytest.raises(BackupError):
            await make_nightly_backup(settings, NOW + timedelta(days=days))
    assert list((tmp_path / "backups").iterdir()) == [made]
    assert made is not None
    assert digest(made)


async def test_an_unusable_folder(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("file", "file/below"):
        settings = settings_of(sqlite_url, backup_dir=tmp_path / folder)
        with pytest.raises(ConfigError, match=r"^BACKUP_DIR: "):
            await make_nightly_backup(settings, NOW)


@pytest.mark.parametrize("keep", ["0", "366", "many"])
def test_backup_keep_has_bounds(monkeypatch: pytest.MonkeyPatch, keep: str) -> None:
    monkeypatch.setenv("BACKUP_KEEP", keep)
    with pytest.raises(ConfigError, match=r"^BACKUP_KEEP: "):
        load_settings(None)
