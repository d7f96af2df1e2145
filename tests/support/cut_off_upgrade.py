"""Upgrades that end too early, each in a process that is forked from one with everything imported.

The moments of an upgrade are numbered: a moment is just before a statement of SQL, a commit, or
the opening, renaming or removing of a file beside the database.
"""

import asyncio
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa

from bot.database.errors import is_database_unreachable
from bot.database.migrate import migrate
from bot.database.upgrade_copy import UpgradeError
from tests.support.forked_bot import start_process

ONE_PAGE = 4096
TOUCHING = {"os.link", "os.rename", "os.remove", "os.chmod", "sqlite3.connect", "open"}


class CutOffError(Exception):
    """Ends an upgrade in the middle."""


@dataclass(frozen=True)
class Ended:
    """How an upgrade in a process of its own ended.

    Attributes:
        code: the exit code; minus the number of the signal that killed it.
        moments: how many it had; None when it did not come to its end.
        error: the message of the exception that ended it.
    """

    code: int
    moments: int | None = None
    error: str | None = None


@contextmanager
def watched(passing: Any) -> Iterator[None]:
    """Call a function before each statement and commit of every engine."""

    def before(*_arguments: object) -> None:
        passing()

    for event in ("before_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, event, before)
    try:
        yield
    finally:
        for event in ("before_cursor_execute", "commit"):
            sa.event.remove(sa.Engine, event, before)


@contextmanager
def failing_at(moment: int) -> Iterator[None]:
    """Raise CutOffError before the statement or commit of that number."""
    seen = 0

    def passing() -> None:
        nonlocal seen
        seen += 1
        if seen == moment + 1:
            raise CutOffError

    with watched(passing):
        yield


def _upgrade(
    url: str, moment: float | None, fills_disk: bool, apart: bool, report: Connection
) -> None:
    seen = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ONE_PAGE, resource.RLIM_INFINITY))

    def passing() -> None:
        nonlocal seen
        if seen == moment:
            (fill_disk if fills_disk else die)()
        seen += 1

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in TOUCHING and "calmcalf.db" in str(arguments[0]):
            passing()

    sys.addaudithook(watch)
    if isinstance(moment, float):
        threading.Timer(moment, die).start()
    try:
        with watched(passing):
            asyncio.run(migrate(url, apart=apart))
    except Exception as error:
        is_known = isinstance(error, UpgradeError) or is_database_unreachable(error)
        report.send((None, f"{'' if is_known else 'unknown '}{type(error).__name__}: {error}"))
    else:
        report.send((seen, None))


async def upgrade(
    url: str,
    moment: float | None = None,
    *,
    fills_disk: bool = False,
    apart: bool = False,
) -> Ended:
    """Upgrade a database in a process of its own.

    Args:
        url: its address.
        moment: the number at which the process is killed; a float is a time in seconds.
        fills_disk: at the moment, the disk becomes full instead: no file can be written beyond its
            first page.
        apart: whether that process uses another process for the work, as a start of the bot does.
    """
    reading, writing = Pipe(duplex=False)
    process = start_process(_upgrade, url, moment, fills_disk, apart, writing)
    writing.close()
    try:
        moments, error = await asyncio.to_thread(reading.recv)
    except EOFError:  # it was killed
        moments, error = None, None
    await asyncio.to_thread(process.join)
    assert process.exitcode is not None
    return Ended(process.exitcode, moments, error)
