"""One running bot for the tests of a module: each test finds it as if it had just been started.

To start the bot takes more processor time than what most tests do with it. Between two tests all
rows are those of the start again, nobody is in the sandbox, and the clock stands where it stood.
A bot is not used again when a test failed, stopped it, changed its settings or the schema, or had
Telegram answer with trouble, as what it keeps in memory may then differ.
"""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing
from pathlib import Path

from bot.clock import ShiftedClock
from bot.database import sqlite_driver
from bot.database.engine import Database
from bot.telegram.rate_limit import RateLimiter
from tests.support.harness import NO_SETTINGS, START, Harness

RESET_SECONDS = 10
"""How long to wait for a bot that still works on something before another is started."""
Rows = dict[str, list[tuple[object, ...]]]


class SharedBot:
    """Hands the same running bot to one test after another.

    Args:
        template: an empty migrated SQLite database.
        folder: where databases are made.
        settings: further settings of the bot.
    """

    def __init__(
        self, template: Path, folder: Path, settings: Mapping[str, object] = NO_SETTINGS
    ) -> None:
        self._template, self._folder, self._more = template, folder, settings
        self._stack = AsyncExitStack()
        self._harness: Harness | None = None
        self._started = 0

    async def lend(self) -> Harness:
        """Return a bot that is as it was at its start."""
        if self._harness is None:
            self._harness = await self._start()
        self._turn_back_clock()
        return self._harness

    async def take_back(self, *, is_reusable: bool) -> None:
        """Bring the bot back to how it was at its start, or stop it when that is not possible."""
        if not (is_reusable and self._is_unchanged() and await self._reset()):
            await self.stop()

    async def stop(self) -> None:
        """Stop the bot, if there is one."""
        self._harness = None
        await self._stack.aclose()

    async def _start(self) -> Harness:
        self._started += 1
        self._path = self._folder / f"{self._started}.db"
        self._path.write_bytes(self._template.read_bytes())
        harness = await self._stack.enter_async_context(
            Harness.open(f"sqlite+aiosqlite:///{self._path}", settings=self._more)
        )
        self._app, self._settings = harness.app, harness.settings
        self._faults = harness.telegram.faults
        self._commands = dict(harness.telegram.commands)
        with closing(sqlite3.connect(self._path)) as connection:
            self._schema, self._rows = schema_of(connection), rows_of(connection)
        return harness

    def _is_unchanged(self) -> bool:
        harness = self._harness
        return (
            harness is not None
            and (harness.app, harness.settings) == (self._app, self._settings)
            and not harness.is_scheduled
            and harness.telegram.faults is self._faults
            and not self._faults.active
            and not any(call.fault for call in harness.telegram.calls)
            and harness.app.dispatcher is not None
            and harness.app.dispatcher.backlog == 0
        )

    async def _reset(self) -> bool:
        """Undo what a test has done; returns whether that was possible."""
        harness = self._harness
        assert harness is not None
        telegram = harness.telegram
        telegram.updates.clear()
        try:
            async with asyncio.timeout(RESET_SECONDS):
                await harness.settled()
                await telegram.wait_for(lambda: telegram.polling)  # it was not stopped
                if not await self._reset_rows(harness.database):
                    return False
        except TimeoutError:
            return False
        self._turn_back_clock()
        for collection in (telegram.people, telegram.chats, telegram.calls, telegram.taps):
            collection.clear()
        telegram.commands = dict(self._commands)
        telegram._next_message = 1
        harness.app.router.rate_limiter = RateLimiter()
        return True

    def _turn_back_clock(self) -> None:
        assert self._harness is not None
        vars(self._harness.clock).update(vars(ShiftedClock(START)))  # else it only moves forward

    async def _reset_rows(self, database: Database) -> bool:
        """Bring back the rows of the start; returns False when the schema has changed."""

        is_done = False

        def write(connection: sqlite3.Connection) -> None:
            nonlocal is_done
            if schema_of(connection) != self._schema:
                return
            connection.execute("PRAGMA defer_foreign_keys=ON")
            for name, rows in self._rows.items():
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    connection.execute(f'INSERT INTO "{name}" VALUES ({marks})', row)  # noqa: S608
            is_done = True

        # In a transaction of the bot: it can neither be inside of one nor find half of the rows.
        async with database.engine.begin() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, sqlite_driver.Connection)
            await raw.run(write)
        return is_done


def schema_of(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return name and definition of every table and index."""
    return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY 1").fetchall()


def rows_of(connection: sqlite3.Connection) -> Rows:
    """Return the rows of every table."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    names = [name for (name,) in tables if not name.startswith("sqlite_")]
    return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608
