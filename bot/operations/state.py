"""The state of an installation at one instant: what ``/status`` shows an admin."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot import __version__, metrics
from bot.config import Settings
from bot.database.migrate import newest_revision
from bot.database.models import Fact, Lease
from bot.database.read_only import reading
from bot.dispatch.leader import LEADER
from bot.operations.alerts.monitor import FIRING_FACT
from bot.operations.alerts.rules import Alert
from bot.operations.backlog import Backlog, count_backlog
from bot.operations.disk import free_bytes, last_backup_at
from bot.operations.periodic_jobs import FAILING_FACT


@dataclass(frozen=True)
class Lead:
    """Who leads the replicas of a PostgreSQL installation."""

    is_here: bool
    """Whether it is the process that answers."""
    seconds: float
    """When its lease ends unless it is renewed."""


@dataclass(frozen=True)
class InstallationState:
    """What ``/status`` shows an admin."""

    version: str
    schema: str
    has_replicas: bool
    """False on SQLite, where the only process leads."""
    lead: Lead | None
    """None: no process leads, or it is SQLite."""
    backlog: Backlog
    makes_backups: bool
    last_backup_at: datetime | None
    free_bytes: Mapping[str, int]
    """Free space by the name of the place."""
    alerts: tuple[Alert, ...]
    """The alerts that fire."""
    failing_jobs: tuple[str, ...]
    """The periodic jobs that failed the last time."""
    is_telegram_in_trouble: bool
    """Whether reminders of this process wait until Telegram is well again."""


async def read_state(settings: Settings, process: str, now: datetime) -> InstallationState:
    """Read the state in one snapshot, without blocking a running bot.

    Args:
        settings: name the database and the folders.
        process: the name of the process that asks.
        now: the current instant (aware, UTC).
    """
    has_replicas = not settings.is_sqlite
    async with reading(settings.database_url) as connection:
        backlog = await count_backlog(connection, now)
        lead = await _lead(connection, process) if has_replicas else None
        firing = await _listed(connection, FIRING_FACT)
        failing = await _listed(connection, FAILING_FACT)
    free, made_at = await asyncio.to_thread(_folders, settings)
    return InstallationState(
        version=__version__,
        schema=newest_revision(),
        has_replicas=has_replicas,
        lead=lead,
        backlog=backlog,
        makes_backups=settings.backup_dir is not None,
        last_backup_at=made_at,
        free_bytes=free,
        alerts=tuple(alert for alert in Alert if alert.value in firing),
        failing_jobs=failing,
        is_telegram_in_trouble=metrics.is_on(metrics.CIRCUIT_OPEN),
    )


async def _lead(connection: AsyncConnection, process: str) -> Lead | None:
    rest = sa.extract("epoch", col(Lease.until_at) - sa.func.clock_timestamp())
    found = await connection.execute(
        sa.select(col(Lease.holder), rest).where(col(Lease.name) == LEADER, rest > 0)
    )
    row = found.one_or_none()
    return None if row is None else Lead(is_here=row[0] == process, seconds=float(row[1]))


async def _listed(connection: AsyncConnection, name: str) -> tuple[str, ...]:
    """The words of a fact that lists some, separated by commas."""
    value = await connection.scalar(sa.select(col(Fact.value)).where(col(Fact.name) == name))
    return tuple(one for one in (value or "").split(",") if one)


def _folders(settings: Settings) -> tuple[Mapping[str, int], datetime | None]:
    """The free space of each place, and when the newest backup was made."""
    return dict(free_bytes(settings)), last_backup_at(settings)
