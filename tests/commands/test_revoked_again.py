"""A restore of an older backup follows what people revoked since, on both databases."""

import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.commands.backup import backup
from bot.commands.restore import restore
from bot.commands.revoke_again import UNFINISHED, revoke_again_if_older
from bot.commands.transfer import transfer
from bot.config import ConfigError, Settings
from bot.database.engine import Database
from bot.database.installation_secret import derive, secret_of
from bot.database.migrate import migrate, migrate_to
from bot.database.models import (
    Caregiver,
    Fact,
    InboxRow,
    InboxState,
    Job,
    JobState,
    Revocation,
    Revoked,
    User,
)
from bot.features.consent.queries import agree, withdraw
from bot.features.registry import FEATURES
from bot.identity import people, revocations
from bot.identity.revocation_text import (
    BrokenListError,
    Records,
    Who,
    from_text,
    name_of_key,
    to_text,
)
from bot.identity.revocations import PURPOSE, hash_of
from bot.operations.maintenance import delete_expired
from bot.operations.revocation_list import (
    FILE_NAME,
    REFUSED_SUFFIX,
    RevocationList,
    places,
    text_of,
)
from bot.telegram import inbox, late_rows
from tests.support.backups import NOW, settings_of

ANN, BOB, EVE, DAN, FAY = range(5_000_000_001, 5_000_000_006)
DAY = timedelta(days=1)
LATER = NOW + 9 * DAY
"""When backups are restored."""
SECRET = "5" * 64
OTHERS_OF_USER = {
    "language": "en",
    "created_at": NOW - DAY,
    "setup_step": "done",
    "spread_seconds": 0,
    "paused": False,
}
"""Columns of a person that must have a value."""


async def state_of(url: str) -> dict[int, bool]:
    """Who is there → whether their consent stands."""
    database = Database(url)
    async with database.transaction() as session:
        found = (await session.exec(select(User))).all()
    await database.close()
    return {user.id: user.consent_withdrawn_at is None for user in found}


async def people_who_begin(database: Database, *who: int, on: int) -> None:
    async with database.transaction() as session:
        for one in who:
            user = await people.get_or_create(session, one, NOW + on * DAY, "en")
            await agree(session, user, 1, NOW + on * DAY)


async def with_something_to_send(url: str) -> None:
    """Eve was sent a reply and asked for a file when the backup is made."""
    database = Database(url)
    await people_who_begin(database, EVE, on=0)
    async with database.transaction() as session:
        await inbox.add_applied(session, 7, EVE, "a process", b"Logged", NOW)
        new = inbox.New(8, EVE, "{}", True)
        await inbox.store(session, [new], "a process", NOW)
        for kind in ("takeout.file", "takeout.import"):
            session.add(Job(user_id=EVE, kind=kind, arguments={}, queued_at=NOW))
    await database.close()


async def is_not_sent_again(url: str) -> None:
    """Only what Eve has done is still dealt with by the next start."""
    database = Database(url)
    kinds = {name: kind for feature in FEATURES for name, kind in feature.jobs.items()}
    kept = [name for name, kind in kinds.items() if kind.is_done_late]
    async with database.transaction() as session:
        assert await late_rows.forget_jobs(session, kept, NOW - late_rows.JOBS_KEPT) == 1
        states = (await session.exec(select(InboxRow.update_id, InboxRow.state))).all()
        jobs = (await session.exec(select(Job.kind, Job.state))).all()
    await database.close()
    assert sorted(states) == [(7, InboxState.DONE), (8, InboxState.WAITING)]
    assert sorted(jobs) == [
        ("takeout.file", JobState.CANCELLED),
        ("takeout.import", JobState.WAITING),
    ]


async def erased(database: Database, who: int, *, on: int) -> None:
    async with database.transaction() as session:
        await people.erase(session, who, NOW + on * DAY)


async def withdrawn(database: Database, who: int, *, on: int) -> None:
    async with database.transaction() as session:
        await withdraw(session, await session.get_one(User, who), NOW + on * DAY)


async def agreed(database: Database, who: int, *, on: int) -> None:
    async with database.transaction() as session:
        await agree(session, await session.get_one(User, who), 1, NOW + on * DAY)


async def lived(url: str, settings: Settings, file: Path, *, has_secret: bool = True) -> None:
    """Five begin, and a backup is made. Ann and Bob are erased, and Bob begins anew. Dan and Fay
    take back their consent, and Fay agrees again."""
    database = Database(url)
    await people_who_begin(database, ANN, BOB, EVE, DAN, FAY, on=0)
    async with database.transaction() as session:
        session.add(Caregiver(user_id=EVE, code="x", expires_at=NOW, caregiver_id=DAN))
        if not has_secret:
            await session.exec(sa.delete(Fact))
    await backup(settings, file)
    await erased(database, ANN, on=1)
    await erased(database, BOB, on=2)
    await people_who_begin(database, BOB, on=3)
    await withdrawn(database, DAN, on=1)
    await withdrawn(database, FAY, on=2)
    await agreed(database, FAY, on=3)
    await RevocationList(settings, database).update(NOW + 3 * DAY, is_full=False)
    await database.close()


@pytest.mark.parametrize("has_secret", [True, False])
async def test_what_was_revoked_since_the_backup_is_revoked_again(
    database_url: str,
    tmp_path: Path,
    with_tools: None,
    caplog: pytest.LogCaptureFixture,
    *,
    has_secret: bool,
) -> None:
    del with_tools
    settings, older, newer = settings_of(database_url), tmp_path / "older", tmp_path / "newer"
    await with_something_to_send(database_url)
    await lived(database_url, settings, older, has_secret=has_secret)
    await backup(settings, newer)
    with caplog.at_level(logging.INFO):
        await restore(settings, older, LATER)
    assert await state_of(database_url) == {EVE: True, DAN: False, FAY: True}
    assert "2 people were erased after the backup was made" in caplog.text
    assert "1 took back their consent" in caplog.text
    assert "1 replies and 2 jobs are of the time of the backup" in caplog.text
    await is_not_sent_again(database_url)
    assert not (tmp_path / FILE_NAME).exists()
    database = Database(database_url)
    async with database.transaction() as session:
        assert (await session.exec(select(Caregiver))).all() == [], "Dan helps again"
    await database.close()
    await restore(settings, newer, LATER + DAY)
    expected = {BOB: True, EVE: True, DAN: False, FAY: True}
    assert await state_of(database_url) == expected, "who came back lost what is new"
    database = Database(database_url)
    async with database.transaction() as session:
        assert len((await session.exec(select(Revocation))).all()) == 5
        assert (await session.get_one(User, DAN)).consent_withdrawn_at == NOW + DAY
        assert await session.get(Fact, UNFINISHED) is None
    await database.close()


async def test_the_list_beside_the_backups_is_enough_when_the_database_is_lost(
    database_url: str, tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    folder = tmp_path / "backups"
    folder.mkdir()
    settings = settings_of(database_url, backup_dir=folder)
    await lived(database_url, settings, folder / "older")
    text = (folder / FILE_NAME).read_text()
    assert str(ANN) not in text
    assert (folder / FILE_NAME).stat().st_mode & 0o077 == 0
    left = {}
    if settings.sqlite_path is not None:
        left = {EVE: True, DAN: False, FAY: True}
        for file in (settings.sqlite_path, *places(settings)[:1]):
            file.unlink()
    else:
        database = Database(database_url)
        async with database.transaction() as session:
            for table in (Revocation, Fact, User):
                for row in (await session.exec(select(table))).all():
                    await session.delete(row)
        # An empty diary that was begun in its place leaves the list as it is.
        await people_who_begin(database, EVE, on=4)
        await erased(database, EVE, on=5)
        await RevocationList(settings, database).update(NOW + 5 * DAY, is_full=True)
        await database.close()
        found = (folder / FILE_NAME).read_text()
        assert set(text.splitlines()) < set(found.splitlines())
        assert len(found.splitlines()) == 6
        left = {DAN: False, FAY: True}
    await restore(settings, folder / "older", LATER)
    assert await state_of(database_url) == left


async def test_a_start_follows_what_was_revoked_since_with_an_older_database(
    database_url: str, tmp_path: Path, with_tools: None, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that was copied, or a hoster's restore."""
    del with_tools
    settings = settings_of(database_url, backup_dir=tmp_path)
    await lived(database_url, settings, tmp_path / "older")
    database = Database(database_url)
    await revoke_again_if_older(settings, database, LATER)
    assert "older database" not in caplog.text
    async with database.transaction() as session:
        await session.exec(sa.delete(Revocation))
        dan = await session.get_one(User, DAN)
        dan.consent_withdrawn_at = None
    async with database.transaction() as session:
        session.add(User(id=ANN, created_at=NOW))
    for _ in range(2):  # it is done once
        caplog.clear()
        await revoke_again_if_older(settings, database, LATER)
        expected = {BOB: True, EVE: True, DAN: False, FAY: True}
        assert await state_of(database_url) == expected
        assert await _remembered(database) == 5
        told = "1 people were back in an older database, and are erased again; the consent of 1"
        assert (told in caplog.text) is (_ == 0)
    await database.close()


async def _remembered(database: Database) -> int:
    async with database.transaction() as session:
        return len(await revocations.listed(session))


async def test_a_restore_that_was_cut_off_serves_nobody(database: Database) -> None:
    settings = settings_of("sqlite+aiosqlite:///x.db")
    await revoke_again_if_older(settings, database, NOW)
    async with database.transaction() as session:
        session.add(Fact(name=UNFINISHED, value=""))
    with pytest.raises(ConfigError, match="run `restore` again"):
        await revoke_again_if_older(settings, database, NOW)


async def test_a_move_of_an_older_copy_follows_the_list_beside_it(
    sqlite_url: str, postgres_url: str, tmp_path: Path, with_tools: None
) -> None:
    del with_tools
    settings = settings_of(sqlite_url)
    await lived(sqlite_url, settings, tmp_path / "older.db")
    path = settings.sqlite_path
    assert path is not None
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)
    (tmp_path / "older.db").rename(path)
    await transfer(settings_of(postgres_url), sqlite_url, LATER)
    assert await state_of(postgres_url) == {EVE: True, DAN: False, FAY: True}
    assert len(await state_of(sqlite_url)) == 5, "the old database is only read"
    new = Database(postgres_url)
    assert await _remembered(new) == 5
    await new.close()


async def test_what_was_revoked_before_the_upgrade_is_remembered(database_url: str) -> None:
    await migrate_to(database_url, "0017")
    hashed = {what: hash_of(derive(SECRET, PURPOSE), what, DAN) for what in Revoked}
    database = Database(database_url)
    rows: dict[str, dict[str, object]] = {
        "facts": {"name": "secret", "value": SECRET},
        "erasures": {"person": hashed[Revoked.ERASED], "erased_at": NOW},
        "users": {"id": DAN, "consent_withdrawn_at": NOW, **OTHERS_OF_USER},
    }
    async with database.transaction() as session:
        for table, row in rows.items():
            columns = [
                sa.column(name, UTCDateTime() if name.endswith("_at") else None) for name in row
            ]
            await session.exec(sa.insert(sa.table(table, *columns)).values(row))
    await migrate(database_url)
    async with database.transaction() as session:
        found = await revocations.listed(session)
    await database.close()
    what = {Revoked.ERASED, Revoked.CONSENT}
    assert found == {Who(name_of_key(SECRET), one, hashed[one]): NOW for one in what}


async def test_they_are_forgotten_after_their_time(database: Database, tmp_path: Path) -> None:
    settings = settings_of("sqlite+aiosqlite:///x.db", backup_dir=tmp_path)
    await erased(database, ANN, on=0)
    await erased(database, BOB, on=100)
    kept = RevocationList(settings, database)
    await kept.update(NOW + 100 * DAY, is_full=False)
    assert len((tmp_path / FILE_NAME).read_text().splitlines()) == 2
    await kept.update(NOW + revocations.KEPT + DAY, is_full=True)
    await delete_expired(database, NOW + revocations.KEPT + DAY, lambda: True)
    assert await _remembered(database) == 1
    for file in (tmp_path / FILE_NAME, Path("x.db.revocations")):
        (line,) = file.read_text().splitlines()
        assert line.startswith((NOW + 100 * DAY).isoformat())


# A list that somebody else has written -----------------------------------------------------------


def records(*who: int, secret: str = SECRET) -> Records:
    key, name = derive(secret, PURPOSE), name_of_key(secret)
    return {Who(name, Revoked.ERASED, hash_of(key, Revoked.ERASED, one)): NOW for one in who}


def test_nobody_without_the_secret_can_add_change_or_join_lines() -> None:
    text = to_text(records(ANN, BOB), {SECRET})
    first, second, _ = text.split("\n")
    assert from_text(text, {SECRET}).records == records(ANN, BOB)
    assert from_text(text, {"another"}).records == {}
    assert set(from_text(text, {"another"}).others) == {first, second}
    forged = to_text(records(EVE, secret="another"), {"another"}).replace(
        name_of_key("another"), name_of_key(SECRET)
    )
    changes = {
        "another's signature": forged,
        "another signature": text.replace(first, first[:-1] + ("1" if first[-1] == "0" else "0")),
        "a later instant": text.replace("2027", "2028"),
        "another kind": text.replace(" erased ", " consent "),
        "signatures exchanged": f"{first[:-32]}{second[-32:]}\n{second[:-32]}{first[-32:]}\n",
        "two lines in one": f"{first} {second}\n",
        "an empty line": f"{text}\n",
        "capitals": text.replace(first, first.upper()),
        "no instant": text.replace("2027-01-13", "2027-99-99"),
        "an instant without a zone": text.replace("+00:00", ""),
        "what no database takes": text.replace(
            "2027-01-13T02:30:00+00:00", "0001-01-01T00:00+14:00"
        ),
        "carriage returns": text.replace("\n", "\r\n"),
        "other": "what\n",
    }
    for name, changed in changes.items():
        assert changed != text, name
        with pytest.raises(BrokenListError, match="has a line"):
            from_text(changed, {SECRET})


def test_a_last_line_that_was_cut_off_is_left_out_and_told() -> None:
    text = to_text(records(ANN, BOB), {SECRET})
    for end in range(len(text)):
        found = from_text(text[:end], {SECRET})
        assert found.is_cut_off is (end not in {0, len(text) // 2})
        assert len(found.records) == (end >= len(text) // 2)


async def test_a_forged_list_erases_nobody_and_is_refused_in_words(
    database_url: str, tmp_path: Path, with_tools: None, caplog: pytest.LogCaptureFixture
) -> None:
    """By who can write to the folder of backups, but not read the secret of the database."""
    del with_tools
    settings, file = settings_of(database_url, backup_dir=tmp_path), tmp_path / FILE_NAME
    await lived(database_url, settings, tmp_path / "older")
    database = Database(database_url)
    before = await state_of(database_url)
    own = file.read_text()
    forged = own + to_text(records(EVE, secret="guessed"), {"guessed"}).replace(
        name_of_key("guessed"), own.split()[2]
    )
    file.write_text(forged)
    with pytest.raises(ConfigError, match=rf"{FILE_NAME}: has a line with a wrong signature"):
        await restore(settings, tmp_path / "older", LATER)
    assert await state_of(database_url) == before, "half of a broken list was applied"
    await revoke_again_if_older(settings, database, LATER)
    assert await state_of(database_url) == before
    assert "wrong signature (line 6); nobody is erased by it" in caplog.text
    assert (tmp_path / f"{FILE_NAME}{REFUSED_SUFFIX}").read_text() == forged
    await RevocationList(settings, database).update(LATER, is_full=True)
    assert file.read_text() == own
    await database.close()


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "unreadable"])
def test_what_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    file, elsewhere = tmp_path / FILE_NAME, tmp_path / "elsewhere"
    elsewhere.write_text("")
    match kind:
        case "pipe":  # would keep the bot from starting
            os.mkfifo(file)
        case "link":
            file.symlink_to(elsewhere)
        case "folder":
            file.mkdir()
        case _:
            file.touch()
            os.truncate(file, 2**40)  # takes no space
    with pytest.raises(BrokenListError, match=FILE_NAME):
        text_of(file)


# Clocks that were wrong --------------------------------------------------------------------------


async def test_an_instant_in_the_future_is_not_trusted(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings, file = settings_of("sqlite+aiosqlite:///x.db", backup_dir=tmp_path), tmp_path
    await people_who_begin(database, ANN, EVE, on=0)
    async with database.transaction() as session:
        secret = await secret_of(session)
    ahead = dict.fromkeys(records(ANN, EVE, secret=secret), LATER + DAY)
    (file / FILE_NAME).write_text(to_text(ahead, {secret}))
    await revoke_again_if_older(settings, database, LATER)
    assert await _remembered(database) == 0
    assert "2 entries of the list of who was erased are in the future" in caplog.text
    async with database.transaction() as session:
        assert len((await session.exec(select(User))).all()) == 2
    await revoke_again_if_older(
        settings, database, LATER + 2 * DAY
    )  # the clock of the machine was behind
    assert await _remembered(database) == 2
    async with database.transaction() as session:
        assert (await session.exec(select(User))).all() == []


async def test_who_comes_back_after_the_clock_was_put_right_stays(
    database: Database, tmp_path: Path
) -> None:
    """The clock is 300 days ahead when Ann is erased and Eve takes back her consent."""
    settings = settings_of("sqlite+aiosqlite:///x.db", backup_dir=tmp_path)
    kept = RevocationList(settings, database)
    await people_who_begin(database, ANN, EVE, on=0)
    await erased(database, ANN, on=300)
    await withdrawn(database, EVE, on=300)
    await kept.update(NOW + 300 * DAY, is_full=True)
    await people_who_begin(database, ANN, on=1)
    await agreed(database, EVE, on=2)
    await kept.update(NOW + 2 * DAY, is_full=True)
    lines = (tmp_path / FILE_NAME).read_text().splitlines()
    assert [line[:10] for line in lines] == ["2027-01-14", "2027-01-15", "2027-01-15"]
    async with database.transaction() as session:
        found = await revocations.people_to_revoke(
            session, await revocations.listed(session), [await secret_of(session)]
        )
    assert found == {}
