"""The command line: ``python -m bot COMMAND``, also installed as ``calmcalf``.

The modules of a command are imported when it is chosen. To import all of them takes over a second,
for which ``--help`` and the message about a wrong setting would have to wait.
"""

import argparse
import asyncio
import logging
import resource
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from bot import __version__, package_check
from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.config import Settings

log = logging.getLogger("bot")

EXIT_OK, EXIT_ERROR, EXIT_CONFIG = 0, 1, 2
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _exit_at_once(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(EXIT_OK)


def _stop_event() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    return stop


async def _run_until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Run a coroutine, but cancel it when the event is set; returns whether it completed."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working})
        return False
    working.result()
    return True


async def run(settings: "Settings") -> int:
    """Run the bot in Telegram, or in the sandbox when there is no token.

    Raises:
        ConfigError: there is no token, but another setting shows that real people are meant; or
            the bot is open to everybody, and nobody says who runs it.
    """
    from bot.config import ConfigError
    from bot.env_file_notes import notes_on

    for note in notes_on():
        log.warning("%s", note)
    if settings.bot_token is None:
        if name := settings.setting_for_people:
            raise ConfigError(f"BOT_TOKEN: not set, though {name} is; `sandbox` is for trying out")
        log.warning("NO BOT_TOKEN, SO THIS IS THE SANDBOX: NOBODY IN TELEGRAM IS SERVED")
        return await sandbox(settings)
    settings.check_operator()
    from bot.background import malloc

    malloc.keep_little()
    from bot.app import App
    from bot.operations import garbage_collector
    from bot.operations.service_manager import ServiceManager

    stop, app = _stop_event(), App(settings)
    manager = ServiceManager(settings.notify_socket, settings.watchdog_usec)
    try:
        if await _run_until(stop, app.start()):
            manager.ready()
            await _run_until(stop, app.load())
            garbage_collector.tune_after_startup()
            await stop.wait()
        log.info("stopping")
    finally:
        manager.stopping()
        await app.stop()
    return EXIT_OK


async def sandbox(settings: "Settings") -> int:
    """Run the sandbox with the real bot."""
    from bot.commands.sandbox import run_sandbox

    stop = _stop_event()
    await run_sandbox(settings, stop.wait)
    return EXIT_OK


async def migrate_only(settings: "Settings") -> int:
    """Upgrade the database to the newest schema."""
    from bot.database.migrate import migrate

    log.info("the database is at revision %s", await migrate(settings.database_url))
    return EXIT_OK


async def migrate_to_revision(settings: "Settings", revision: str) -> int:
    """Change the database to the schema of another version; the bot must be stopped."""
    from bot.database.exclusive_lock import exclusive_use
    from bot.database.migrate import migrate_to

    async with exclusive_use(settings.database_url):
        found = await migrate_to(settings.database_url, revision)
    log.info("the database is at revision %s", found)
    return EXIT_OK


async def move_from(settings: "Settings", source: str) -> int:
    """Copy everything from another database into this one and compare every row."""
    from bot.commands.transfer import TransferError, transfer

    try:
        counts = await transfer(settings, source, SystemClock().now())
    except TransferError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return EXIT_ERROR
    log.info("%s rows of %s tables are here, all equal", sum(counts.values()), len(counts))
    return EXIT_OK


async def backup_to(settings: "Settings", file: Path) -> int:
    """Copy the database into a new file."""
    from bot.commands.backup import backup

    await backup(settings, file)
    log.info("a checked copy of the database is in %s", file)
    return EXIT_OK


async def restore_from(settings: "Settings", file: Path, identity: Path | None) -> int:
    """Replace the database by a backup."""
    from bot.commands.restore import restore

    kept = await restore(settings, file, SystemClock().now(), identity)
    log.info("%s is restored; the database before it is %s", file, kept or "none")
    return EXIT_OK


async def check_settings(settings: "Settings") -> int:
    """Check the settings and what they name."""
    from bot.commands.check import check

    return await check(settings)


async def check_running(settings: "Settings") -> int:
    """Check the settings and the running installation."""
    from bot.commands.check import check
    from bot.commands.check_deep import DEEP_CHECKS

    return await check(settings, DEEP_CHECKS)


async def show_stats(settings: "Settings", *, as_json: bool = False) -> int:
    """Print counts of how much the bot is used."""
    from bot.commands import stats
    from bot.operations.usage import count_usage

    found = await count_usage(settings, SystemClock().now())
    print(stats.as_json(found) if as_json else stats.as_text(found))  # noqa: T201
    return EXIT_OK


async def replay_updates(settings: "Settings", update_id: int | None, *, everything: bool) -> int:
    """List the updates that were set aside, or replay one or all of them."""
    from bot.commands import replay

    if update_id is None and not everything:
        found = await replay.listed(settings)
        for one in found:
            print(f"{one.update_id}  {one.failed_at:%Y-%m-%d %H:%M} UTC  {one.kind}  {one.error}")  # noqa: T201
        log.info("%s updates are set aside", len(found))
        return EXIT_OK
    count = await replay.replay(settings, update_id, SystemClock().now())
    if update_id is not None and not count:
        print(f"{update_id} is not set aside", file=sys.stderr)  # noqa: T201
        return EXIT_ERROR
    log.info("%s updates are back in the inbox; the running bot handles them", count)
    return EXIT_OK


Command = Callable[["Settings"], Awaitable[int]]

COMMANDS: dict[str, tuple[str, Command]] = {
    "run": ("run the bot in Telegram; without a token, run the sandbox", run),
    "sandbox": ("run the sandbox: the bot in a browser, without Telegram", sandbox),
    "migrate": ("upgrade the database to the newest schema", migrate_only),
    "check": ("check that settings, database, token and time zones are usable", check_settings),
    "stats": ("print anonymous counts of how much the bot is used", show_stats),
}
BACKUP = "copy the database into FILE; the bot may be running"
RESTORE = "replace the database with a backup; the bot must be stopped"
REPLAY = "list the updates that were set aside, or handle them again"
MOVE = "copy another database into the empty one of DATABASE_URL, and compare every row"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code."""
    signal.signal(signal.SIGTERM, _exit_at_once)  # until the event loop handles it
    # A core dump, also one of the worker, would put the token and people's diaries on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    command = _command(_parser().parse_args(arguments))
    conflict = package_check.conflict()
    if conflict is not None:
        print(conflict, file=sys.stderr)  # noqa: T201
        return EXIT_CONFIG
    from bot.operations import garbage_collector

    garbage_collector.collect_rarely()  # before the large imports
    from bot.config import ConfigError, load_settings
    from bot.operations.logging import set_up_logging

    try:
        settings = load_settings()
        set_up_logging(settings.log_level, settings.log_format)
        return asyncio.run(_run(command, settings))
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return EXIT_CONFIG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="calmcalf", description="A Telegram bot for people with night leg cramps."
    )
    parser.add_argument("--version", action="version", version=f"CalmCalf {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (text, _) in COMMANDS.items():
        command_parser = commands.add_parser(name, help=text, description=text)
        if name == "check":
            command_parser.add_argument(
                "--deep", action="store_true", help="check the running installation as well"
            )
        if name == "migrate":
            command_parser.add_argument(
                "--to",
                metavar="REVISION",
                help="downgrade to this schema instead; the bot must be stopped",
            )
        if name == "stats":
            command_parser.add_argument("--json", action="store_true", help="for programs")
    backup_command = commands.add_parser("backup", help=BACKUP, description=BACKUP)
    backup_command.add_argument("file", metavar="FILE", type=Path)
    restore_command = commands.add_parser("restore", help=RESTORE, description=RESTORE)
    restore_command.add_argument("file", metavar="FILE", type=Path)
    restore_command.add_argument(
        "--identity", metavar="KEY", type=Path, help="private key of an encrypted FILE"
    )
    move_command = commands.add_parser("move", help=MOVE, description=MOVE)
    move_command.add_argument("source", metavar="FROM", help="an SQLite file or an address")
    replay_command = commands.add_parser("replay", help=REPLAY, description=REPLAY)
    replay_command.add_argument("update", metavar="UPDATE", type=int, nargs="?", help="its number")
    replay_command.add_argument("--all", action="store_true", help="all of them, in order")
    return parser


def _command(given: argparse.Namespace) -> Command:
    if given.command == "check" and given.deep:
        return check_running
    if given.command == "stats":
        return lambda settings: show_stats(settings, as_json=given.json)
    if given.command == "migrate" and given.to:
        return lambda settings: migrate_to_revision(settings, given.to)
    if given.command == "move":
        return lambda settings: move_from(settings, given.source)
    if given.command == "replay":
        return lambda settings: replay_updates(settings, given.update, everything=given.all)
    if given.command == "backup":
        return lambda settings: backup_to(settings, given.file)
    if given.command == "restore":
        return lambda settings: restore_from(settings, given.file, given.identity)
    return COMMANDS[given.command][1]


async def _run(command: Command, settings: "Settings") -> int:
    from bot.config import ConfigError

    try:
        return await command(settings)
    except ConfigError:
        raise
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    """Say why a command has failed; returns the exit code."""
    from bot.commands.backup import BackupError
    from bot.database.errors import is_database_unreachable, reason
    from bot.database.upgrade_copy import UpgradeError

    if isinstance(error, BackupError | UpgradeError):
        print(error, file=sys.stderr)  # noqa: T201
    elif is_database_unreachable(error):
        why = reason(error)
        log.error("stopped: the database cannot be reached (%s); see DATABASE_URL", why)
    else:
        log.error("stopped by an error", exc_info=error)
    return EXIT_ERROR


if __name__ == "__main__":
    sys.exit(main())
