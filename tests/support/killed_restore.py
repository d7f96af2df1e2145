"""Restores again and again, killed at every moment at which it touches a file.

Run as ``python -m tests.support.killed_restore BACKUP FOLDER DATABASE…``. A DATABASE is copied
with what lies beside it for each try. One line a try: the database's name, the event at which it
was killed (or ``end``), and whether the old or the new database was found afterwards. Then some
at random times (``time``), which fall into the work of SQLite itself too.
"""

import asyncio
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.restore import restore
from bot.config import load_settings
from bot.database.sqlite_files import side_files

TOUCHING = {"os.link", "os.rename", "os.remove", "os.chmod", "sqlite3.connect", "open"}
RANDOM_KILLS = 10
NOW = datetime(2027, 1, 13, tzinfo=UTC)


def digest(path: Path) -> str:
    """Of all that a database holds; it is whole, or this raises."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return hashlib.sha256("".join(connection.iterdump()).encode()).hexdigest()


def lay_out(database: Path, folder: Path) -> Path:
    """A copy of a database, with what had not yet reached its file when its process died."""
    folder.mkdir(parents=True)
    path = folder / database.name
    for file, copy in zip(
        (database, *side_files(database)), (path, *side_files(path)), strict=True
    ):
        if file.exists():
            shutil.copy(file, copy)
    return path


def restore_here(path: Path, backup: Path) -> None:
    settings = load_settings(None, database_url=f"sqlite+aiosqlite:///{path}")
    asyncio.run(restore(settings, backup, NOW))


def restore_until(moment: int, path: Path, backup: Path, report: int) -> None:
    """In a process of its own: restore, and die just before the event of that number."""
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event not in TOUCHING or str(path.parent) not in str(arguments[0]):
            return
        if seen == moment:
            os.write(report, event.encode())
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    sys.addaudithook(watch)
    restore_here(path, backup)
    os.write(report, b"end")


def one(moment: int, path: Path, backup: Path) -> str:
    """The event at which a restoring was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            restore_until(moment, path, backup, writing)
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading, "rb") as report:  # noqa: PTH123  (a pipe has no path)
        return report.read().decode()


def after(seconds: float, path: Path, backup: Path) -> None:
    """Kill a restoring after a time."""
    child = os.fork()
    if child == 0:
        try:
            restore_here(path, backup)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main(backup: Path, folder: Path, *databases: Path) -> None:
    """Kill at the first event, the second, and so on, until one comes to its end."""
    for database in databases:
        at_every_step(database, backup, folder / database.stem)


def at_every_step(database: Path, backup: Path, folder: Path) -> None:
    states = {digest(lay_out(database, folder / "old")): "old", digest(backup): "new"}
    assert len(states) == 2

    def tell(event: str, path: Path) -> None:
        print(database.stem, event, states.get(digest(path), "neither"))  # noqa: T201

    moment, event, took = 0, "", 0.0
    while event != "end":
        path = lay_out(database, folder / str(moment))
        begun = time.perf_counter()
        event = one(moment, path, backup)
        took = time.perf_counter() - begun
        if not event:
            sys.exit("a restoring failed")
        tell(event, path)
        moment += 1
    chance = random.Random(20270113)
    for number in range(RANDOM_KILLS):
        path = lay_out(database, folder / f"time {number}")
        after(chance.uniform(0, took), path, backup)
        tell("time", path)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
