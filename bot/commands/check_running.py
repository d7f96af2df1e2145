"""``python -m bot check --deep``: a live installation, looked at from outside."""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
import sqlalchemy as sa
from sqlmodel import col

from bot.commands.check import BadError, Part, asking
from bot.config import Settings
from bot.database.engine import create_engine
from bot.database.models import Delivery, DeliveryStatus, FailedUpdate, Reminder

LATE = timedelta(minutes=5)
STUCK = timedelta(minutes=5)
MANY_WAITING = 100
RECENT_TROUBLE = timedelta(hours=1)
SMALLEST_FREE_BYTES = 500_000_000
OLDEST_BACKUP = timedelta(hours=26)
CLOCK_MAY_DIFFER = timedelta(seconds=5)
ASK_SECONDS = 10


async def _integrity(settings: Settings) -> str:
    engine = create_engine(settings.database_url)
    try:
        async with engine.connect() as connection:
            if settings.is_sqlite:
                found = await connection.scalar(sa.text("PRAGMA quick_check(1)"))
                if found != "ok":
                    raise BadError("DATABASE_URL: the file is damaged; restore a backup")
                return "the file is whole"
            if await connection.scalar(sa.text("SELECT pg_is_in_recovery()")):
                raise BadError(
                    "DATABASE_URL: this server is a read-only copy; name the primary one",
                    is_setting=True,
                )
            return "the server takes writes"
    finally:
        await engine.dispose()


async def _backlog(settings: Settings) -> str:
    now = datetime.now(UTC)
    late = sa.select(sa.func.count()).where(
        col(Reminder.next_at).is_not(None), col(Reminder.next_at) < now - LATE
    )
    stuck = sa.select(sa.func.count()).where(
        col(Delivery.status).in_((DeliveryStatus.SENDING, DeliveryStatus.CLAIMED)),
        col(Delivery.send_at) < now - STUCK,
    )
    failed = sa.select(sa.func.count()).select_from(FailedUpdate)
    engine = create_engine(settings.database_url)
    try:
        async with engine.connect() as connection:
            counts = [await connection.scalar(one) or 0 for one in (late, stuck, failed)]
    finally:
        await engine.dispose()
    if counts[0] or counts[1]:
        raise BadError(
            f"{counts[0]} reminders are over five minutes late, {counts[1]} are stuck on their "
            "way; does the bot run?"
        )
    if counts[2]:
        raise BadError(f"{counts[2]} updates met a bug and are kept for replay; see the log")
    return "nothing is late, nothing failed"


async def _telegram(settings: Settings) -> str:
    async with asking(settings, settings.token) as bot:
        hook = await bot.get_webhook_info()
    wanted = f"{settings.webhook_url}/telegram" if settings.webhook_url else ""
    if hook.url != wanted:
        raise BadError("WEBHOOK_URL: Telegram has another one; start the bot anew", is_setting=True)
    since = datetime.now(UTC) - RECENT_TROUBLE
    if hook.last_error_date is not None and hook.last_error_date > since:
        raise BadError(f"Telegram could not deliver: {hook.last_error_message}")
    if hook.pending_update_count > MANY_WAITING:
        raise BadError(f"{hook.pending_update_count} updates wait at Telegram; does the bot run?")
    return f"{hook.pending_update_count} updates wait there"


async def _clock(settings: Settings) -> str:
    timeout = aiohttp.ClientTimeout(total=ASK_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(settings.telegram_api_url, allow_redirects=False) as answer,
        ):
            date = answer.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise BadError(f"Telegram could not be asked ({type(error).__name__})") from None
    if date is None:
        return "the answer named no time"
    off = datetime.now(UTC) - parsedate_to_datetime(date)
    if abs(off) > CLOCK_MAY_DIFFER:
        raise BadError(f"this computer's clock is {off.total_seconds():+.0f} s off; set it by NTP")
    return "right to the second or so"


async def _disk(settings: Settings) -> str:
    path = settings.sqlite_path
    if path is None:
        return "the database is elsewhere"
    folder = path.parent if path.parent.exists() else Path()
    free = shutil.disk_usage(folder).free
    if free < SMALLEST_FREE_BYTES:
        raise BadError(f"only {free // 1_000_000} MB are free where the database is")
    return f"{free // 1_000_000_000} GB are free"


async def _backups(settings: Settings) -> str:
    folder = settings.backup_dir
    if folder is None:
        return "BACKUP_DIR is not set: none are made"
    files = await asyncio.to_thread(lambda: sorted(folder.glob("calmcalf-????-??-??.*")))
    if not files:
        raise BadError("BACKUP_DIR: there is none yet")
    made_at = datetime.fromtimestamp(files[-1].stat().st_mtime, UTC)
    if datetime.now(UTC) - made_at > OLDEST_BACKUP:
        raise BadError(f"BACKUP_DIR: the newest is of {made_at:%Y-%m-%d %H:%M} UTC")
    return f"{len(files)}, the newest of {made_at:%Y-%m-%d %H:%M} UTC"


async def _running(settings: Settings) -> str:
    if not settings.http_port:
        return "HTTP_PORT is not set, so the running process cannot be asked"
    address = f"http://{settings.http_host}:{settings.http_port}/readyz"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ASK_SECONDS)) as session,
            session.get(address) as answer,
        ):
            found = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise BadError(f"nothing answers at HTTP_PORT ({type(error).__name__})") from None
    bad = [f"{name} {what}" for name, what in found.items() if what not in {"ok", True, False}]
    if bad:
        raise BadError("; ".join(bad))
    return "ready"


DEEP: Mapping[str, Part] = {
    "integrity": _integrity,
    "backlog": _backlog,
    "telegram": _telegram,
    "clock": _clock,
    "disk": _disk,
    "backups": _backups,
    "process": _running,
}
"""What a live installation is asked beyond its settings, in order."""
