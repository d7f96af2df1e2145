"""``python -m bot check``: one line for each part of an installation, good or bad."""

import logging
import zoneinfo
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.commands.backup import refuse_pooler_for_backups
from bot.config import ConfigError, Settings
from bot.database.errors import reason
from bot.database.migrate import check_schema
from bot.database.poolers import Pooling
from bot.database.sqlite_preflight import refuse_folder
from bot.database.upgrade_copy import UpgradeError
from bot.env_file_notes import ENV_FILE, notes_on
from bot.local_time.tz_database import rules_version, use_pinned_rules
from bot.telegram.http_client import new_request

POOLED = {
    Pooling.NONE: "",
    Pooling.SESSION: ", through a pooler in session mode",
    Pooling.TRANSACTION: ", through a pooler in transaction mode",
}


class CheckFailedError(Exception):
    """A part of the installation is bad; the message is one line.

    Attributes:
        is_setting: whether the operator has to change a setting (exit code 2 instead of 1).
    """

    def __init__(self, line: str, *, is_setting: bool = False) -> None:
        super().__init__(line)
        self.is_setting = is_setting


Check = Callable[[Settings], Awaitable[str]]
"""Checks one part: returns a line that says it is good, or raises CheckFailedError."""


async def check(settings: Settings, more: Mapping[str, Check] | None = None) -> int:
    """Check an installation and print a line for each part.

    Args:
        settings: of the installation.
        more: further checks by the name that their line begins with.

    Returns:
        0 when all is good, 2 when a setting has to be changed, 1 for anything else.
    """
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    checks: dict[str, Check] = {
        "settings": _settings,
        "database": _database,
        "time zones": _time_zones,
        "token": _token,
        **(more or {}),
    }
    code = 0
    for name, run_check in checks.items():
        try:
            _print("ok", name, await run_check(settings))
        except CheckFailedError as failure:
            _print("BAD", name, str(failure))
            code = max(code, 2 if failure.is_setting else 1)
        except (SQLAlchemyError, OSError) as error:  # the other parts are looked at all the same
            _print("BAD", name, f"DATABASE_URL: cannot be read ({reason(error)})")
            code = max(code, 1)
        if name == "settings":
            for note in notes_on():
                _print("note", name, note)
    return code


def _print(mark: str, name: str, line: str) -> None:
    print(f"{mark:4} {name}: {line}")  # noqa: T201


async def _settings(settings: Settings) -> str:
    try:
        settings.check_operator()
    except ConfigError as error:
        raise CheckFailedError(str(error), is_setting=True) from None
    how = "by webhook" if settings.webhook_url else "by polling"
    who = "for everyone"
    if settings.allowed_user_ids:
        count = len(settings.allowed_user_ids)
        who = f"for {count} {'person' if count == 1 else 'people'}"
    file = ENV_FILE.resolve()
    where = f"{file} and the environment" if file.exists() else f"the environment; no {file}"
    return f"from {where}; {who}, {how}, up to {settings.send_rate:g} reminders a second"


async def _database(settings: Settings) -> str:
    path = settings.sqlite_path
    try:
        if path is not None and not path.exists():
            refuse_folder(path)
            return f"{path.name} does not exist yet; the first start makes it"
        state = await check_schema(settings.database_url)
        return state + POOLED[await refuse_pooler_for_backups(settings)]
    except ConfigError as error:
        raise CheckFailedError(str(error), is_setting=True) from None
    except UpgradeError as error:
        raise CheckFailedError(str(error)) from None
    except (SQLAlchemyError, OSError) as error:
        raise CheckFailedError(
            f"DATABASE_URL: cannot be opened ({reason(error)})", is_setting=True
        ) from None


async def _time_zones(_settings: Settings) -> str:
    use_pinned_rules()
    zones = zoneinfo.available_timezones()
    if "Europe/Berlin" not in zones:
        raise CheckFailedError("no time-zone rules found; install the package tzdata")
    return f"{len(zones)} zones, rules of {rules_version()}"


async def _token(settings: Settings) -> str:
    try:
        token = settings.token
    except ConfigError as error:
        raise CheckFailedError(str(error), is_setting=True) from None
    async with telegram_bot(settings, token) as bot:
        return f"good, this is @{bot.username}"


@asynccontextmanager
async def telegram_bot(settings: Settings, token: str) -> AsyncIterator[Bot]:
    """A bot of the library that has logged in with ``getMe``.

    Raises:
        CheckFailedError: Telegram does not know the token, or does not answer.
    """
    request = new_request(settings.proxy)
    bot = Bot(
        token,
        base_url=f"{settings.telegram_api_url}/bot",
        request=request,
        get_updates_request=request,
    )
    try:
        await bot.initialize()
        yield bot
    except InvalidToken:
        raise CheckFailedError("BOT_TOKEN: Telegram does not know it", is_setting=True) from None
    except TelegramError as error:
        raise CheckFailedError(f"Telegram could not be asked ({type(error).__name__})") from None
    finally:
        await request.shutdown()
