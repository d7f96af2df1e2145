"""Upgrades from every schema there was, killed at random moments, or with a full disk.

Afterwards the database has its old or its new schema as a whole, and the next start succeeds with
every row. ``SOAK_SCALE`` multiplies the number of kills from each schema.
"""

import asyncio
import logging
import random
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.database.exclusive_lock import has_other_connections
from bot.database.migrate import REVISIONS, current_revision, migrate, migrate_to, newest_revision
from bot.database.sqlite_preflight import TRIAL_PREFIX
from bot.database.upgrade_copy import copy_path
from tests.support import years
from tests.support.backups import mode, names_in, path_of
from tests.support.cut_off_upgrade import CutOffError, failing_at, upgrade
from tests.support.lengths import soak_length
from tests.support.postgres import PostgresServer
from tests.support.raw_rows import RawRows, common, raw_rows

log = logging.getLogger(__name__)

KILLS = soak_length(1, 100)
KILLS_APART = soak_length(1, 20)
FULL_DISKS = soak_length(2, 100)
ERRORS = soak_length(2, 100)
OLDER = REVISIONS[:-1]
SEED = 20270113

Copying = Callable[[], Awaitable[str]]
"""Makes a fresh copy of an older database and returns its address."""


@dataclass(frozen=True)
class Older:
    """A database of an older revision with rows in every table."""

    revision: str
    rows: RawRows
    new_copy: Copying
    moments: int
    """How many moments a whole upgrade has."""
    seconds: float
    """How long a whole upgrade takes."""


Databases = Mapping[str, Older]


async def make_older(url: str, copy: Callable[[str], Awaitable[Copying]]) -> Databases:
    """Fill a database and downgrade it step by step; revision → the database."""
    await years.fill(url, people=1)
    found = {}
    for revision in reversed(OLDER):
        await migrate_to(url, revision)
        new_copy = await copy(url)
        begun = time.monotonic()
        whole = await upgrade(await new_copy())
        assert whole.code == 0, whole
        assert whole.moments is not None
        seconds = time.monotonic() - begun
        found[revision] = Older(revision, await raw_rows(url), new_copy, whole.moments, seconds)
    return found


@pytest.fixture
async def databases(
    database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Databases]:
    """The databases of all older revisions, once of each kind."""
    if "sqlite" in database_url:
        yield await make_older(database_url, copier_of_files(tmp_path))
        return
    async with copier_of_databases(request.getfixturevalue("postgres_server")) as copier:
        yield await make_older(database_url, copier)


def copier_of_files(folder: Path) -> Callable[[str], Awaitable[Copying]]:
    numbers = iter(range(1_000_000))

    async def copier(url: str) -> Copying:
        template = folder / f"template {next(numbers)}"
        shutil.copy(path_of(url), template)

        async def new_copy() -> str:
            made = folder / str(next(numbers)) / "calmcalf.db"
            made.parent.mkdir()
            shutil.copy(template, made)
            return f"sqlite+aiosqlite:///{made}"

        return new_copy

    return copier


@asynccontextmanager
async def copier_of_databases(
    server: PostgresServer,
) -> AsyncIterator[Callable[[str], Awaitable[Copying]]]:
    made: list[str] = []

    async def copy(name: str) -> str:
        made.append(await server.create_database(name))
        return made[-1]

    async def copier(url: str) -> Copying:
        template = await copy(url.partition("?")[0].rpartition("/")[2])

        async def new_copy() -> str:
            return server.url_of(await copy(template))

        return new_copy

    yield copier
    for name in made:
        await server.drop_database(name)


async def is_upgraded(url: str, older: Older) -> bool:
    """Whether a database is at the newest revision; checks that it is either whole schema."""
    while "postgresql" in url and await has_other_connections(url):  # noqa: ASYNC110
        await asyncio.sleep(0.02)  # the server notices that its client was killed
    revision = await current_revision(url)
    assert revision in {older.revision, newest_revision()}
    rows = await raw_rows(url)
    assert common(rows, older.rows) == common(older.rows, rows)
    if revision == older.revision:
        assert rows == older.rows
    return revision == newest_revision()


async def starts(url: str, older: Older) -> None:
    """Upgrade as the next start does, and check that every row is there."""
    assert await migrate(url) == newest_revision()
    assert await is_upgraded(url, older)
    if "sqlite" in url:
        path = path_of(url)
        names = {name for name in names_in(path.parent) if not name.startswith(TRIAL_PREFIX)}
        leftovers = names - {path.name, f"{path.name}.migrating"}
        assert leftovers <= {copy_path(path, newest_revision()).name}


@pytest.mark.in_ci
async def test_cut_off_at_any_moment(databases: Databases) -> None:
    chance = random.Random(SEED)
    after = 0
    for older in databases.values():
        after += await killed_at_random_moments(older, chance)
    log.warning("%s kills, %s after the commit", KILLS * len(databases), after)
    oldest = databases[OLDER[0]]
    await killed_around_the_commit(oldest)
    await failing_in_the_middle(oldest, chance)
    if "sqlite" in await oldest.new_copy():
        await with_a_full_disk(oldest, chance)
        await with_a_copy(oldest)


async def killed_at_random_moments(older: Older, chance: random.Random) -> int:
    """Kill before random statements and touches of files, and after random times.

    Returns:
        How many kills came after the commit.
    """
    moments: list[float] = [chance.randrange(older.moments) for _ in range(KILLS - KILLS // 2)]
    moments += [chance.uniform(0, older.seconds) for _ in range(KILLS // 2)]
    after = 0
    for moment in moments:
        url = await older.new_copy()
        ended = await upgrade(url, moment)
        assert ended.code == -signal.SIGKILL or isinstance(moment, float), (moment, ended)
        after += await is_upgraded(url, older)
        await starts(url, older)
    return after


async def killed_around_the_commit(older: Older) -> None:
    states = []
    for back in range(1, 20):
        url = await older.new_copy()
        await upgrade(url, older.moments - back)
        states.append(await is_upgraded(url, older))
        await starts(url, older)
        if not states[-1]:
            break
    assert states[-2:] == [True, False] or states == [False], "no kill before the commit"


async def failing_in_the_middle(older: Older, chance: random.Random) -> None:
    for _ in range(ERRORS):
        url = await older.new_copy()
        with failing_at(chance.randrange(10, 60)), pytest.raises(CutOffError):
            await migrate(url)
        assert not await is_upgraded(url, older)
        await starts(url, older)


async def with_a_full_disk(older: Older, chance: random.Random) -> None:
    errors = []
    for number in range(FULL_DISKS):
        url = await older.new_copy()
        # While it is copied, in the middle of the upgrade, then at any moment.
        moment = (8, older.moments // 2)[number] if number < 2 else chance.randrange(older.moments)
        ended = await upgrade(url, moment, fills_disk=True)
        errors.append(ended.error)
        await is_upgraded(url, older)
        await starts(url, older)
    log.warning("full disk: %s", errors)
    assert "cannot be copied first" in str(errors[0])
    assert "it is as it was before" in str(errors[1])
    assert not [one for one in errors if one and one.startswith("unknown")]


async def with_a_copy(older: Older) -> None:
    url = await older.new_copy()
    await migrate(url)
    copy = copy_path(path_of(url), newest_revision())
    assert mode(copy) == 0o600
    copied = f"sqlite+aiosqlite:///{copy}"
    assert await current_revision(copied) == older.revision
    assert await raw_rows(copied) == older.rows


async def test_killed_while_another_process_upgrades(database_url: str) -> None:
    """A start of the bot upgrades in a process of its own, which must not outlive the bot."""
    await years.fill(database_url, people=1)
    await migrate_to(database_url, OLDER[0])
    older = Older(OLDER[0], await raw_rows(database_url), no_copy, 0, 0)
    chance = random.Random(SEED)
    for _ in range(KILLS_APART):
        ended = await upgrade(database_url, chance.uniform(0.3, 2.0), apart=True)
        if await is_upgraded(database_url, older):
            assert ended.code in {0, -signal.SIGKILL}
            await migrate_to(database_url, OLDER[0])
    work = asyncio.create_task(migrate(database_url, apart=True))
    await asyncio.sleep(chance.uniform(0.3, 1.0))
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    await is_upgraded(database_url, older)
    await starts(database_url, older)


async def no_copy() -> str:
    raise NotImplementedError
