"""A test that runs the commands of docs/operating.md as they are written, in their order.

Only places differ: the folders of a server are below a temporary one, `sudo` is left out, what
needs a whole system (accounts, systemd) is done by the test, and the packages that are installed
are the tests' own, pip among them.
"""

import asyncio
import json
import os
import re
import shlex
import shutil
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database.migrate import current_revision, newest_revision
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.project_files.test_deploy import unit
from tests.support.command_line import TOKEN
from tests.support.paths import ROOT
from tests.support.postgres import PostgresServer, tools_folder
from tests.support.private import PEOPLE
from tests.support.waiting import replied

PAGE = (ROOT / "docs" / "operating.md").read_text()
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SERVER_FOLDERS = ("/var/lib/calmcalf", "/var/backups/calmcalf", "/opt/calmcalf", "/etc/systemd")
SOURCES = ("bot", "migrations", "requirements", ".ci", "docs", "pyproject.toml", "README.md")
NEEDED_BESIDE = ("LICENSE", ".env.example", "CHANGELOG.md")


def blocks() -> list[list[str]]:
    """Return the lines of every ``sh`` block, in the order of the page."""
    return [textwrap.dedent(block).splitlines() for _, block in BLOCK.findall(PAGE)]


class Server:
    """A server with an operator at its shell, inside a temporary folder."""

    def __init__(
        self, folder: Path, postgres: PostgresServer, telegram: Telegram, address: str
    ) -> None:
        self.folder = folder
        self.address = address
        self.here = folder / "checkout"
        self.telegram = telegram
        self.postgres = postgres
        self.said: list[str] = []
        self._bot: asyncio.subprocess.Process | None = None

    @property
    def home(self) -> Path:
        return Path(f"{self.folder}/var/lib/calmcalf")

    def set(self, name: str, value: str) -> None:
        """Set a value in .env, as an operator with `sudoedit` would."""
        file = self.home / ".env"
        lines = [line for line in file.read_text().splitlines() if not line.startswith(f"{name}=")]
        file.write_text("\n".join([*lines, f"{name}={value}", ""]))

    async def does(self, lines: list[str]) -> str:
        """Run the lines of a block and return what they printed."""
        said = [await self._line(line) for line in lines]
        self.said += said
        return "".join(said)

    async def _line(self, line: str) -> str:
        command = re.sub(r"\bsudo (-u \w+ )?", "", line).replace(" -o calmcalf -g calmcalf", "")
        words = shlex.split(command)
        if words[0] == "cd":
            self.here = Path(self._place(words[1]))
            return ""
        if words[0] == "systemctl":
            await self._systemctl(words[1:])
            return ""
        if words[0] == "useradd":
            assert words[-1] == unit()["User"][0]
            return ""
        if " pip " in command or "/pip " in command:  # these are run in the project's folder
            return await self._run(command, self.folder / "checkout")
        if " -m venv " in command:
            printed = await self._run(f"{command} --without-pip", self.here)
            self._lend_packages(self.here / self._place(words[-1]))
            return printed
        return await self._run(command, self.here)

    def _place(self, text: str) -> str:
        for place in SERVER_FOLDERS:
            text = text.replace(place, f"{self.folder}{place}")
        return text.replace("/var/run/postgresql", self.postgres.socket_folder)

    async def _run(self, command: str, folder: Path) -> str:
        process = await asyncio.create_subprocess_shell(
            self._place(command),
            cwd=folder,
            env={
                "PATH": f"{tools_folder()}:{Path(sys.executable).parent}:/usr/bin:/bin",
                "HOME": str(self.folder),
                "PGHOST": self.postgres.socket_folder,
                "PGUSER": "postgres",
                **{name: os.environ[name] for name in os.environ if name.startswith("PIP_")},
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            printed, _ = await process.communicate()
        assert process.returncode == 0, f"{command}\n{printed.decode()}"
        return printed.decode()

    def _lend_packages(self, environment: Path) -> None:
        """Make the packages of the tests, and pip, visible in the new environment."""
        (own,) = environment.glob("lib/*/site-packages")
        (lent,) = Path(sys.prefix).glob("lib/*/site-packages")
        (own / "lent.pth").write_text(f"{lent}\n")
        pip = environment / "bin" / "pip"
        pip.write_text(f'#!/bin/sh\nexec {environment}/bin/python -m pip "$@"\n')
        pip.chmod(0o755)

    async def _systemctl(self, words: list[str]) -> None:
        verb = words[0]
        assert verb in {"daemon-reload", "enable", "start", "stop", "restart"}
        if verb in {"stop", "restart"}:
            await self.stop()
        if verb in {"enable", "start", "restart"}:
            await self.start()

    async def start(self) -> None:
        """Start the bot as systemd would, according to the installed unit."""
        assert self._bot is None
        directives = unit(Path(self._place("/etc/systemd/system/calmcalf.service")))
        self._bot = await asyncio.create_subprocess_exec(
            *self._place(directives["ExecStart"][0]).split(),
            cwd=self._place(directives["WorkingDirectory"][0]),
            env={"PATH": f"{tools_folder()}:/usr/bin:/bin"},
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self.telegram.wait_for(lambda: self.telegram.polling)

    async def stop(self) -> None:
        bot, self._bot = self._bot, None
        if bot is not None:
            bot.terminate()
            assert await bot.wait() == 0

    async def somebody_logs_a_cramp(self) -> None:
        person = self.telegram.add_person("Ann")
        self.telegram.say(person, "/cramp")
        await replied(self.telegram, person)
        assert self.telegram.last_from_bot(person).words.startswith("Cramp logged")

    async def backs_up(self, ending: str) -> None:
        """Wait for the backup that the bot makes when it starts."""
        folder = self.folder / "var/backups/calmcalf"
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            # another process's file
            while not list(folder.glob(f"calmcalf-*.{ending}")):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def stats(self) -> dict[str, dict[str, int]]:
        line = "/opt/calmcalf/bin/calmcalf stats --json"
        found: dict[str, dict[str, int]] = json.loads(await self._run(line, self.home))
        return found


@pytest.fixture
async def server(tmp_path: Path, own_postgres_server: PostgresServer) -> AsyncIterator[Server]:
    telegram = Telegram()
    running = await serve(create_app(telegram))
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", "*.mo")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, checkout / name, ignore=ignored)
    for name in (*SOURCES, *NEEDED_BESIDE):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, checkout / name)
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    server = Server(tmp_path, own_postgres_server, telegram, running.url)
    yield server
    await server.stop()
    await running.close()


@pytest.mark.in_ci
async def test_the_page_from_top_to_bottom(server: Server) -> None:
    left = iter(blocks())
    await server.does(next(left))  # install
    assert (server.home / ".env").stat().st_mode & 0o777 == 0o600
    server.set("BOT_TOKEN", TOKEN)
    server.set("TELEGRAM_API_URL", server.address)
    server.set("ALLOWED_USER_IDS", ",".join(map(str, PEOPLE)))
    said = await server.does(next(left))  # check and start
    assert (said.count("ok   "), said.count("BAD")) == (4, 0), said
    await server.somebody_logs_a_cramp()

    await server.does(next(left))  # nightly backups
    await server.backs_up("db")
    await server.does(next(left))  # by hand
    await server.somebody_logs_a_cramp()
    assert (await server.stats())["last_24_hours"]["cramps"] == 2
    await server.does(next(left))  # and back
    assert (await server.stats())["last_24_hours"]["cramps"] == 1

    said = await server.does(next(left))  # upgrade
    assert "at the newest revision" in said
    await server.somebody_logs_a_cramp()
    await server.does(rollback := next(left))
    url = f"sqlite+aiosqlite:///{server.home}/data/calmcalf.db"
    assert await current_revision(url) == rollback[-1].split()[-1] != newest_revision()
    await server.start()  # this version again, for want of an older one
    assert (await server.stats())["last_24_hours"]["cramps"] == 2

    said = await server.does(next(left))  # to PostgreSQL
    assert "cramps: 2 rows, all equal" in said
    assert await current_revision(server.postgres.url_of("calmcalf"))
    (server.home / "data/calmcalf.db").unlink()
    await server.somebody_logs_a_cramp()
    await server.backs_up("dump")
    said = await server.does(next(left))  # how it is
    assert "ok   backups: 2, the newest of" in said
    assert re.search(r"^cramps logged +3 +3$", said, re.MULTILINE)
    await server.does(next(left))  # alerts
    assert list(left) == []


def test_nothing_is_built_or_downloaded_as_root_and_everything_is_verified() -> None:
    lines = [line for block in blocks() for line in block]
    installs = [line for line in lines if "pip install" in line or " build " in line]
    assert len(installs) == 8
    assert [line for line in installs if "sudo" in line] == []
    for line in installs:
        assert ("--require-hashes" in line and "--only-binary :all:" in line) or (
            "--no-index --no-deps" in line or "--no-isolation" in line
        ), line


def test_everything_that_is_to_be_run_is_run_and_nothing_else_looks_like_it() -> None:
    assert len(blocks()) == 10
    assert all(block for block in blocks())
    assert "```bash" not in PAGE
    assert "```console" not in PAGE
