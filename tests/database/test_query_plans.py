"""No statement of dispatch scans a whole table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa

from bot.database.engine import Database
from bot.database.models import Fluids
from bot.dispatch import claims, next_due_check, outcomes, recovery
from bot.dispatch.replanning import replan
from bot.features.registry import USER_FLAGS
from bot.features.reminders import queries
from bot.identity import people as users
from bot.telegram.sender import Sent

NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
DUE = datetime(2027, 1, 13, 13, 30, tzinfo=UTC)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: PostgreSQL is right to scan small tables."""
    return sqlite_url


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Everything that is executed, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object
    ) -> None:
        seen.append((statement, parameters))

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def test_no_statement_of_dispatch_reads_a_whole_table(database: Database) -> None:
    async with database.transaction() as session:
        user = await users.get_or_create(session, 5_000_000_001, NOW, "en")
        user.time_zone, user.bed_time, user.wake_time = "Europe/Berlin", time(22, 30), time(7)
        user.fluids, user.spread_seconds = Fluids.FREE, 0
        session.add(user)
        await queries.ensure_reminders(session, user)
        await replan(session, user, NOW)
    with statements(database) as seen:
        async with database.transaction() as session:
            claimed = (await claims.claim(session, "one", DUE, 10, USER_FLAGS)).deliveries
        async with database.transaction() as session:
            assert await outcomes.mark_sending(session, claimed[:1], "one")
            await outcomes.record(
                session, [outcomes.Report(claimed[0], Sent(7), DUE, has_buttons=True)]
            )
        async with database.transaction() as session:
            await recovery.recover(session, "two")
            await next_due_check.next_due(session)
    assert len(seen) > 10
    scans = []
    async with database.engine.connect() as connection:
        for statement, parameters in seen:
            if not statement.startswith(("SELECT", "UPDATE")):
                continue
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row[-1]) for row in plan]
            scans += [(step, statement) for step in steps if step.startswith("SCAN")]
    harmless = ("USING", "CONSTANT ROW")
    assert [scan for scan in scans if not any(words in scan[0] for words in harmless)] == []
