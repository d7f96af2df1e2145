"""Backups encrypted with age, on both databases."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pyrage import x25519  # type: ignore[import-untyped]

from bot.commands.backup import PRIVATE_PREFIX, backup
from bot.commands.nightly_backup import make_nightly_backup
from bot.commands.restore import restore
from bot.config import ConfigError, load_settings
from tests.support.backups import NOW, contents, cut_by_a_little, names_in, settings_of

MARK = b"CREATE TABLE"
"""In every backup that is not encrypted: of SQLite as it is, of PostgreSQL in its table of contents
as well."""


def key(folder: Path, name: str = "key.txt") -> str:
    """Make a file with a private key as age-keygen does; returns the public key."""
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    (folder / name).write_text(f"# created: today\n# public key: {public}\n{identity}\n")
    return public


def left(folder: Path) -> list[Path]:
    return list(folder.rglob(f"{PRIVATE_PREFIX}*"))


async def test_a_backup_is_read_only_with_the_private_key(filled: str, tmp_path: Path) -> None:
    keys, folder = tmp_path / "keys", tmp_path / "backups"
    keys.mkdir()
    folder.mkdir()
    public, other = key(keys), key(keys, "other.txt")
    settings = settings_of(filled, backup_dir=folder, backup_age_recipient=f"{public}, {other}")
    before = await contents(filled)
    made = await make_nightly_backup(settings, NOW)
    assert made is not None
    assert made.name.endswith((".db.age", ".dump.age"))
    assert made.stat().st_mode & 0o077 == 0
    assert MARK not in made.read_bytes()
    assert names_in(folder) == [made.name]
    for name in ("key.txt", "other.txt"):
        kept = await restore(settings, made, NOW, keys / name)
        assert await contents(filled) == before
        assert kept is not None
        kept.unlink()
    assert left(tmp_path) == left(Path()) == [], "what is not encrypted stays"
    key(keys, "wrong.txt")
    (keys / "empty.txt").write_text("nothing\n")
    for identity, says in {
        None: "is encrypted; give --identity",
        "wrong.txt": "not encrypted for this key",
        "empty.txt": "no private key that can be used",
        "missing.txt": "missing.txt: the file with the private key cannot be read",
    }.items():
        with pytest.raises(ConfigError, match=says):
            await restore(settings, made, NOW, keys / identity if identity else None)
    cut_by_a_little(made)
    with pytest.raises(ConfigError, match="is damaged"):
        await restore(settings, made, NOW, keys / "key.txt")
    assert await contents(filled) == before


async def test_old_nights_go_whether_they_are_encrypted_or_not(
    filled_sqlite: str, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    more = {"backup_dir": folder, "backup_keep": 2}
    encrypted = settings_of(filled_sqlite, backup_age_recipient=key(tmp_path), **more)
    for day, settings in enumerate((settings_of(filled_sqlite, **more), encrypted, encrypted)):
        await make_nightly_backup(settings, NOW + timedelta(days=day))
    assert names_in(folder) == ["calmcalf-2027-01-14.db.age", "calmcalf-2027-01-15.db.age"]


async def test_a_link_in_the_place_of_a_backup_is_not_followed(
    filled_sqlite: str, tmp_path: Path
) -> None:
    """Whoever can write to the folder must not choose what the bot writes over."""
    precious = tmp_path / "authorized_keys"
    precious.write_text("mine")
    (tmp_path / "backups").mkdir()
    link = tmp_path / "backups" / "calmcalf-2027-01-13.db"
    for recipient, name in ((None, link), (key(tmp_path), link.with_name(f"{link.name}.age"))):
        name.symlink_to(precious)
        settings = settings_of(
            filled_sqlite, backup_dir=link.parent, backup_age_recipient=recipient
        )
        assert await make_nightly_backup(settings, NOW) == name
        assert not name.is_symlink()
        assert precious.read_text() == "mine"


async def test_keys_of_ssh_are_good_too(filled_sqlite: str, tmp_path: Path) -> None:
    pair = tmp_path / "id"
    subprocess.run(  # noqa: ASYNC221 - at once
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", pair],  # noqa: S607
        check=True,
    )
    public = pair.with_suffix(".pub").read_text()
    settings = settings_of(filled_sqlite, backup_age_recipient=public)
    await backup(settings, tmp_path / "backup")
    before = await contents(filled_sqlite)
    await restore(settings, tmp_path / "backup", NOW, pair)
    assert await contents(filled_sqlite) == before


@pytest.mark.in_ci
@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
async def test_the_program_age_reads_them(filled_sqlite: str, tmp_path: Path) -> None:
    settings = settings_of(filled_sqlite, backup_age_recipient=key(tmp_path))
    await backup(settings, tmp_path / "backup")
    read = subprocess.run(  # noqa: ASYNC221 - at once
        ["age", "-d", "-i", tmp_path / "key.txt", tmp_path / "backup"],  # noqa: S607
        check=True,
        capture_output=True,
    )
    assert read.stdout.startswith(b"SQLite format 3")


def test_a_setting_that_is_no_public_key_is_named_without_it(tmp_path: Path) -> None:
    private = str(x25519.Identity.generate())
    for value, says in {
        private: "is a private key",
        private.lower(): "is a private key",
        "age1abc": "is no public key",
        "ssh-ed25519 x": "is no public key",
        f"{key(tmp_path)},what": "is no public key",
        " , ": "names no key",
    }.items():
        with pytest.raises(ConfigError, match=f"^BACKUP_AGE_RECIPIENT: {says}") as caught:
            load_settings(None, backup_age_recipient=value)
        assert value.strip() not in str(caught.value) or not value.strip(" ,")
