"""``python -m bot check --deep``: checks of a running installation, made from outside."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import sqlalchemy as sa
from sqlmodel import col
from telegram.error import TelegramError

from bot import age_files
from bot.commands.check import Check, CheckFailedError, telegram_bot
from bot.config import Settings
from bot.database import leases
from bot.database.engine import Database, create_engine
from bot.database.errors import is_damaged
from bot.database.exclusive_lock import is_in_use
from bot.database.models import Delivery, DeliveryStatus, FailedUpdate, InboxRow, Reminder
from bot.dispatch.leader import LEADER, POLLED
from bot.operations.alert_thresholds import DISK_FREE_BYTES, REMINDER_LATE_SECONDS
from bot.operations.disk import backups
from bot.telegram.http_client import new_request

LATE = timedelta(seconds=REMINDER_LATE_SECONDS)
PENDING_UPDATES = 100
"""More than this many updates that wait at Telegram mean that the bot does not fetch them."""
WEBHOOK_ERROR_WINDOW = timedelta(hours=1)
BACKUP_MAX_AGE = timedelta(hours=26)
CLOCK_TOLERANCE = timedelta(seconds=5)
HTTP_TIMEOUT_SECONDS = 10
DAMAGED = "DATABASE_URL: the file is damaged; restore a backup"


async def _integrity(settings: Settings) -> str:
    engine = create_engine(settings.database_url)
    try:
        async with engine.connect() as connection:
            if settings.is_sqlite:
                found = await connection.scalar(sa.text("PRAGMA quick_check(1)"))
                if found != "ok":
                    raise CheckFailedError(DAMAGED)
                return "the file is whole"
            if await connection.scalar(sa.text("SELECT pg_is_in_recovery()")):
                raise CheckFailedError(
                    "DATABASE_URL: this server is a read-only copy; name the primary one",
                    is_setting=True,
                )
            return "the server takes writes"
    except sa.exc.DBAPIError as error:
        if is_damaged(error):  # so much that SQLite cannot even look
            raise CheckFailedError(DAMAGED) from None
        raise
    finally:
        await engine.dispose()


async def _backlog(settings: Settings) -> str:
    now = datetime.now(UTC)
    count_late = sa.select(sa.func.count()).where(
        col(Reminder.priority).in_((0, 1)),  # both are named so that the index can be used
        col(Reminder.next_at).is_not(None),
        col(Reminder.next_at) < now - LATE,
    )
    count_stuck = sa.select(sa.func.count()).where(
        col(Delivery.status).in_((DeliveryStatus.SENDING, DeliveryStatus.CLAIMED)),
        col(Delivery.send_at) < now - LATE,
    )
    count_waiting = sa.select(sa.func.count()).where(
        col(InboxRow.state) != sa.literal_column("'done'"),
        col(InboxRow.received_at) < now - LATE,
    )
    count_failed = sa.select(sa.func.count()).select_from(FailedUpdate)
    engine = create_engine(settings.database_url)
    try:
        async with engine.connect() as connection:
            late = await connection.scalar(count_late) or 0
            stuck = await connection.scalar(count_stuck) or 0
            waiting = await connection.scalar(count_waiting) or 0
            failed = await connection.scalar(count_failed) or 0
    finally:
        await engine.dispose()
    if late or stuck:
        raise CheckFailedError(
            f"{late} reminders are over five minutes late, {stuck} are stuck on their "
            "way; does the bot run?"
        )
    if waiting:
        raise CheckFailedError(
            f"{waiting} updates have waited in the inbox for over five minutes; does the bot run?"
        )
    if failed:
        raise CheckFailedError(
            f"{failed} updates met a bug; see the log, and `replay` to handle them again"
        )
    return "nothing is late, nothing failed"


async def _leader(settings: Settings) -> str:
    if settings.sqlite_path is not None:
        if not is_in_use(settings.sqlite_path):
            raise CheckFailedError("no process uses the file; does the bot run?")
        return "one process has the file to itself"
    wanted = {LEADER: "no replica is the leader"}
    if settings.webhook_url is None:
        wanted[POLLED] = "no replica has polled for a minute"
    database = Database(settings.database_url)
    try:
        async with database.engine.connect() as connection:
            for name, trouble in wanted.items():
                if not await leases.is_held(connection, name):
                    raise CheckFailedError(f"{trouble}; does the bot run?")
    finally:
        await database.close()
    return "there is one"


async def _telegram(settings: Settings) -> str:
    async with telegram_bot(settings, settings.token) as bot:
        hook = await bot.get_webhook_info()
    wanted = f"{settings.webhook_url}/telegram" if settings.webhook_url else ""
    if hook.url != wanted:
        raise CheckFailedError(
            "WEBHOOK_URL: Telegram has another one; start the bot anew", is_setting=True
        )
    since = datetime.now(UTC) - WEBHOOK_ERROR_WINDOW
    if hook.last_error_date is not None and hook.last_error_date > since:
        raise CheckFailedError(f"Telegram could not deliver: {hook.last_error_message}")
    if hook.pending_update_count > PENDING_UPDATES:
        raise CheckFailedError(
            f"{hook.pending_update_count} updates wait at Telegram; does the bot run?"
        )
    return f"{hook.pending_update_count} updates wait there"


async def _clock(settings: Settings) -> str:
    found: list[datetime] = []
    request = new_request(settings.proxy, lambda said, _taken: found.append(said))
    address = f"{settings.telegram_api_url}/bot{settings.token}/getMe"
    try:
        async with request:
            await request.do_request(address, "POST")
    except TelegramError as error:
        raise CheckFailedError(f"Telegram could not be asked ({type(error).__name__})") from None
    if not found:
        return "the answer named no time"
    off = datetime.now(UTC) - found[0]
    if abs(off) > CLOCK_TOLERANCE:
        raise CheckFailedError(
            f"this computer's clock is {off.total_seconds():+.0f} s off; set it by NTP"
        )
    return "right to the second or so"


async def _disk(settings: Settings) -> str:
    path = settings.sqlite_path
    if path is None:
        return "the database is elsewhere"
    folder = path.parent if path.parent.exists() else Path()
    free = shutil.disk_usage(folder).free
    if free < DISK_FREE_BYTES:
        raise CheckFailedError(f"only {free // 1_000_000} MB are free where the database is")
    return f"{free // 1_000_000_000} GB are free"


async def _backups(settings: Settings) -> str:
    folder = settings.backup_dir
    if folder is None:
        return "BACKUP_DIR is not set: none are made"
    files = await asyncio.to_thread(backups, folder)
    if not files:
        raise CheckFailedError("BACKUP_DIR: there is none yet")
    made_at = datetime.fromtimestamp(files[-1].stat().st_mtime, UTC)
    if datetime.now(UTC) - made_at > BACKUP_MAX_AGE:
        raise CheckFailedError(f"BACKUP_DIR: the newest is of {made_at:%Y-%m-%d %H:%M} UTC")
    return f"{len(files)}, the newest of {made_at:%Y-%m-%d %H:%M} UTC{_readable(settings, files)}"


def _readable(settings: Settings, files: Sequence[Path]) -> str:
    """How many backups are not encrypted, if they are to be."""
    plain = sum(file.suffix != age_files.SUFFIX for file in files)
    if settings.backup_age_recipient is None:
        return ""
    return f"; {plain} of them not encrypted" if plain else "; encrypted"


async def _running(settings: Settings) -> str:
    if not settings.http_port:
        return "HTTP_PORT is not set, so the running process cannot be asked"
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    address = f"http://{host}:{settings.http_port}/readyz"
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=HTTP_TIMEOUT_SECONDS)
            ) as session,
            session.get(address) as answer,
        ):
            found = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise CheckFailedError(f"nothing answers at HTTP_PORT ({type(error).__name__})") from None
    bad = [f"{name} {what}" for name, what in found.items() if what not in {"ok", True, False}]
    if bad:
        raise CheckFailedError("; ".join(bad))
    return "ready"


DEEP_CHECKS: Mapping[str, Check] = {
    "integrity": _integrity,
    "backlog": _backlog,
    "leader": _leader,
    "telegram": _telegram,
    "clock": _clock,
    "disk": _disk,
    "backups": _backups,
    "process": _running,
}
"""The checks that ``--deep`` adds, in the order of their lines."""
