"""Fixtures: a migrated database of each kind, and the whole bot in the sandbox."""

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser

from bot.config import Settings
from bot.database import engine
from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.local_time.tz_database import use_pinned_rules
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from bot.telegram import update_handling
from bot.telegram.stored_replies import ReplyStore, Unsent
from tests.support import compiled_statements
from tests.support.browser import CHROMIUM, NO_CHROMIUM, started_chromium
from tests.support.forked_bot import kill_what_runs
from tests.support.harness import Harness
from tests.support.lengths import FUZZ_SCALE, IS_SHORT, example_count, some_items
from tests.support.postgres import EmptyDatabases, PostgresServer, started_server, tools_folder
from tests.support.shared_bot import SharedBot

SETTING_NAMES = tuple(name.upper() for name in Settings.model_fields)
LONG_MODULES = (
    "survival/test_upgrade_killed.py",
    "survival/test_jobs_killed.py",
    "telegram/test_done_once.py",
    "survival/test_interleaved.py",
    "telegram/test_done_once_postgres.py",
    "project_files/test_operating.py",
    "database/test_plans.py",
    "features/consent/test_nobody_comes_back.py",
    "survival/test_pooler.py",
    "survival/test_kills.py",
    "journeys/test_tour.py",
    "survival/test_a_year.py",
    "journeys/test_random_input.py",
    "features/report/test_flow.py",
    "survival/test_broadcast_killed.py",
    "i18n/test_catalogues.py",
    "features/emergency/test_flow.py",
    "features/mini_app/test_routes.py",
    "features/log_address/test_routes.py",
    "features/summary/test_flow.py",
    "survival/test_bad_api.py",
    "features/mini_app/test_page.py",
    "survival/test_clock_jumps.py",
    "commands/test_command_line.py",
    "operations/test_memory.py",
    "commands/test_restore.py",
    "survival/test_disk_full.py",
    "journeys/test_fuzz.py",
    "sandbox/test_page.py",
    "journeys/test_people.py",
    "survival/test_lost_answers.py",
    "survival/test_postgres_killed.py",
    "survival/test_two_processes.py",
    "journeys/test_browser.py",
    "telegram/test_intake.py",
    "features/users/test_flow_travel.py",
    "features/report/test_pdf.py",
    "project_files/test_deploy.py",
    "test_package_check.py",
    "operations/alerts/test_monitor.py",
)
"""The modules that take longest. They begin first, so that none of them runs alone at the end."""
TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL")
"""A PostgreSQL server for the tests, on which they may create databases."""
MOST_BYTES_OF_REPLIES = 1_000_000
HOME = TemporaryDirectory(prefix="calmcalf-home-", ignore_cleanup_errors=True)

use_pinned_rules()
# While tests are found, nearly everything that is made stays: there is nothing to collect.
gc.disable()


def pytest_configure() -> None:
    """Keep the tests, and the processes that they start, off this computer's own files.

    asyncpg reads ``~/.pgpass`` and ``~/.postgresql``, and warns of what it does not like there.
    """
    passwords = Path(HOME.name) / "pgpass"
    passwords.touch(mode=0o600)
    os.environ |= {"HOME": HOME.name, "PGPASSFILE": str(passwords)}
    # The tests start Python many times: to compile each time takes more time than they do.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Random cases may take any time: the computer may be busy. They are the same ones in each run,
    # so that a red one is about the change; ``make soak`` makes up others.
    settings.register_profile(
        "any speed",
        deadline=None,
        derandomize=FUZZ_SCALE is None,
        max_examples=example_count(100),
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("any speed")
    # So may handlers.
    update_handling.TIME_LIMIT_SECONDS = EVENT_TIMEOUT_SECONDS
    # No test kills this process.
    update_handling.SUSPECTS_AFTER_SECONDS = 0.0
    _check_stored_replies()
    compiled_statements.share()
    # Tests kill processes, but cut no power: nothing has to reach the disk.
    engine.PRAGMAS = (*engine.PRAGMAS, "synchronous=OFF")


def _check_stored_replies() -> None:
    """Whatever any handler returns in any test is small and can be loaded by another process."""
    dump = ReplyStore.dump

    def dump_and_load(store: ReplyStore, unsent: Unsent) -> bytes:
        stored = dump(store, unsent)
        store.load(stored)
        assert len(stored) < MOST_BYTES_OF_REPLIES
        return stored

    ReplyStore.dump = dump_and_load  # type: ignore[assignment,method-assign]


def pytest_xdist_auto_num_workers() -> int:
    """Use two processes more than there are cores: many tests wait for a process or a timer."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long modules begin first, and leave out what does not run in ``make test``."""
    if IS_SHORT:
        items[:] = some_items(items)
    folder = Path(__file__).parent
    order = {folder / name: number for number, name in enumerate(LONG_MODULES)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what lasts as long as the run: modules and cases."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(autouse=True)
def _clean_environment(tmp_path: Path) -> Iterator[None]:
    """No test reads the settings of the machine it runs on."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTING_NAMES:
            patch.delenv(name, raising=False)
        patch.chdir(tmp_path)
        yield


@pytest.fixture
def with_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put PostgreSQL's tools of the test server's version first on the PATH."""
    monkeypatch.setenv("PATH", f"{tools_folder()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest revision."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite file."""
    path = tmp_path / "calmcalf.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def own_postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that is started for the tests, for those that need one of their own."""
    with started_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> PostgresServer:
    """The PostgreSQL server that ``TEST_DATABASE_URL`` names, else one that is started here."""
    if TEST_DATABASE_URL is not None:
        return PostgresServer(sa.make_url(TEST_DATABASE_URL))
    server: PostgresServer = request.getfixturevalue("own_postgres_server")
    return server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of an empty PostgreSQL database at the newest revision."""
    name = asyncio.run(postgres_server.create_database())
    asyncio.run(migrate(postgres_server.url_of(name)))
    yield name
    asyncio.run(postgres_server.drop_database(name))


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: PostgresServer, postgres_template: str) -> EmptyDatabases:
    """Empty migrated PostgreSQL databases."""
    return EmptyDatabases(postgres_server, postgres_template)


@pytest.fixture
async def postgres_url(
    postgres_server: PostgresServer, postgres_databases: EmptyDatabases
) -> AsyncIterator[str]:
    """An empty migrated PostgreSQL database."""
    name = await postgres_databases.lend()
    yield postgres_server.url_of(name)
    kill_what_runs()
    await postgres_databases.take_back(name)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """A Chromium for the tests of a module; each opens windows of its own in it."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    async with started_chromium() as browser:
        yield browser


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database of each kind."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def shared_bot(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SharedBot]:
    """A running bot for the tests of a module; see ``harness``."""
    bot = SharedBot(sqlite_template, tmp_path_factory.mktemp("bot"))
    yield bot
    await bot.stop()


@pytest.fixture
async def harness(request: pytest.FixtureRequest, shared_bot: SharedBot) -> AsyncIterator[Harness]:
    """The real bot on SQLite, talking real HTTP to the sandbox, as it is after a start."""
    failed = request.session.testsfailed
    yield await shared_bot.lend()
    has_failed = request.session.testsfailed > failed
    is_patched = "monkeypatch" in request.fixturenames
    await shared_bot.take_back(is_reusable=not (has_failed or is_patched))
