"""One running bot for the tests of a module: each test finds it as if it had just been started.

To start the bot takes more processor time than what most tests do with it. Between two tests all
rows are those of the start again, nobody is in the sandbox, and the clock stands where it stood.
A bot is not used again when a test failed, stopped it, changed its settings or the schema, or had
Telegram answer with trouble, as what it keeps in memory may then differ.
"""

import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

from bot.clock import ShiftedClock
from bot.telegram.rate_limit import RateLimiter
from tests.support.harness import START, Harness

Rows = dict[str, list[tuple[object, ...]]]


class SharedBot:
    """Hands the same running bot to one test after another.

    Args:
        template: an empty migrated SQLite database.
        folder: where databases are made.
    """

    def __init__(self, template: Path, folder: Path) -> None:
        self._template, self._folder = template, folder
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
            Harness.open(f"sqlite+aiosqlite:///{self._path}")
        )
        self._app, self._settings = harness.app, harness.settings
        self._faults = harness.telegram.faults
        self._commands = dict(harness.telegram.commands)
        self._schema, self._rows = self._read()
        return harness

    def _is_unchanged(self) -> bool:
        harness = self._harness
        return (
            harness is not None
            and (harness.app, harness.settings) == (self._app, self._settings)
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
        await telegram.settled()
        async with harness.database.transaction():  # nothing of the bot is in one now
            pass
        if not self._write():
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

    def _read(self) -> tuple[list[tuple[object, ...]], Rows]:
        """Return the schema, and the rows of every table."""
        with closing(sqlite3.connect(self._path)) as connection:
            schema = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY 1").fetchall()
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = [name for (name,) in tables if not name.startswith("sqlite_")]
            return schema, {
                name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
                for name in names
            }

    def _write(self) -> bool:
        """Bring back the rows of the start; returns False when the schema has changed."""
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            schema = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY 1").fetchall()
            if schema != self._schema:
                return False
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("BEGIN IMMEDIATE")
            for name, rows in self._rows.items():
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    connection.execute(f'INSERT INTO "{name}" VALUES ({marks})', row)  # noqa: S608
            connection.execute("COMMIT")
        return True
