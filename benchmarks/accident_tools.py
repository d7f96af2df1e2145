"""The programs of ``benchmarks/accidents.py``: small disks, proxies, a standby, a newer version."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from bot.database.migrate import NEWEST
from tests.support.paths import ROOT
from tests.support.postgres_process import Postgres, postgres
from tests.support.waiting import listening

SYNCHRONOUS = "\nsynchronous_standby_names = '*'\nsynchronous_commit = remote_apply\n"


class MissingError(Exception):
    """A program that an accident needs is not installed."""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def run(*words: str | Path, highest_code: int = 0) -> None:
    """Run a program.

    Raises:
        RuntimeError: it failed: its exit code was higher.
    """
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*map(str, words), stdout=quiet)
    if await process.wait() > highest_code:
        raise RuntimeError(f"{words[0]} failed")


# Disks ------------------------------------------------------------------------------------------


@asynccontextmanager
async def small_disk(folder: Path, megabytes: int) -> AsyncIterator[Path]:
    """A disk of its own, in memory, for a folder."""
    folder.mkdir()  # noqa: ASYNC240 - at once
    await run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder)
    folder.chmod(0o777)  # noqa: ASYNC240 - at once
    try:
        yield folder
    finally:
        await run("umount", "--lazy", folder)


@asynccontextmanager
async def full_disk(folder: Path) -> AsyncIterator[None]:
    """Fill the disk of a folder up to its last byte, and free it again."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2
    try:
        yield
    finally:
        filler.unlink()


class BreakableDisk:
    """A file system of its own that turns read-only, as after an error of the disk (ext4).

    Linux refuses to remount one read-only on which a file is open for writing.
    """

    def __init__(self, image: Path, folder: Path) -> None:
        self._image = image
        self.folder = folder

    @classmethod
    @asynccontextmanager
    async def made(cls, folder: Path) -> AsyncIterator["BreakableDisk"]:
        """Make and mount it.

        Raises:
            MissingError: there is no loop device.
        """
        image = folder.with_suffix(".img")
        await run("truncate", "--size", "64M", image)
        await run("mkfs.ext4", "-q", image)
        folder.mkdir()  # noqa: ASYNC240 - at once
        disk = cls(image, folder)
        try:
            await disk.mount_again()
        except RuntimeError:
            raise MissingError("a loop device") from None
        try:
            yield disk
        finally:
            await run("umount", "--lazy", folder)

    async def make_read_only(self) -> None:
        """Let it break."""
        await run("mount", "-o", "remount,abort", self.folder)

    async def mount_again(self) -> None:
        """Repair it, and mount it for writing; nobody may use it."""
        if self.folder.is_mount():
            await run("umount", self.folder)
            await run("fsck.ext4", "-p", self._image, highest_code=1)  # 1: it has repaired it
        await run("mount", "-o", "loop", self._image, self.folder)
        self.folder.chmod(0o777)


# Network ----------------------------------------------------------------------------------------


@asynccontextmanager
async def http_proxy(folder: Path, port: int) -> AsyncIterator[None]:
    """A proxy that forwards requests, tinyproxy."""
    program = shutil.which("tinyproxy")
    if program is None:
        raise MissingError("tinyproxy")
    settings = folder / "tinyproxy.conf"
    settings.write_text(
        f'Port {port}\nListen 127.0.0.1\nTimeout 60\nLogFile "{folder}/tinyproxy.log"\n'
        "MaxClients 100\n"
    )
    process = await asyncio.create_subprocess_exec(program, "-d", "-c", str(settings))
    try:
        await listening(port)
        yield
    finally:
        process.kill()
        await process.wait()


@dataclass
class TlsFront:
    """A server with TLS before the Bot API."""

    url: str
    trusted: Path
    folder: Path
    process: asyncio.subprocess.Process

    async def use_own_certificate(self) -> None:
        """Have the certificate that is trusted."""
        await self._use("own")

    async def use_foreign_certificate(self) -> None:
        """Have one that nobody trusts, as behind a login page of a network."""
        await self._use("foreign")

    async def _use(self, name: str) -> None:
        for end in ("pem", "key"):
            shutil.copy(self.folder / f"{name}.{end}", self.folder / f"used.{end}")
        self.process.send_signal(1)  # SIGHUP: read them again


@asynccontextmanager
async def tls_front(
    folder: Path, target: str, environment: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[TlsFront]:
    """nginx with TLS before a server, with further environment variables."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise MissingError("nginx")
    for name in ("own", "foreign"):
        await run(
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-out", folder / f"{name}.pem"),
            *("-keyout", folder / f"{name}.key"),
        )
    port = free_port()
    places = " ".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user root; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;"
        f" events {{}} http {{ access_log off; {places} server {{ listen 127.0.0.1:{port} ssl;"
        f" ssl_certificate {folder}/used.pem; ssl_certificate_key {folder}/used.key;"
        f" location / {{ proxy_pass {target}; proxy_read_timeout 60s; }} }} }}\n"
    )
    for end in ("pem", "key"):
        shutil.copy(folder / f"own.{end}", folder / f"used.{end}")
    words = ("-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"))
    process = await asyncio.create_subprocess_exec(program, *words, env=os.environ | environment)
    try:
        await listening(port)
        yield TlsFront(f"https://localhost:{port}", folder / "own.pem", folder, process)
    finally:
        process.terminate()
        await process.wait()


# Clock ------------------------------------------------------------------------------------------

AHEAD = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
static const long *ahead;
static int (*real)(clockid_t, struct timespec *);
static int (*real_day)(struct timeval *, void *);
__attribute__((constructor)) static void begin(void) {
    real = dlsym(RTLD_NEXT, "clock_gettime");
    real_day = dlsym(RTLD_NEXT, "gettimeofday");
    ahead = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, open(getenv("AHEAD"), O_RDONLY), 0);
}
int clock_gettime(clockid_t clock, struct timespec *found) {
    int result = real(clock, found);
    if (clock == CLOCK_REALTIME) found->tv_sec += *ahead;
    return result;
}
int gettimeofday(struct timeval *found, void *zone) {
    int result = real_day(found, zone);
    found->tv_sec += *ahead;
    return result;
}
"""


SLOW = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
static const long *milliseconds;
static ssize_t (*real)(int, const void *, size_t, off_t);
__attribute__((constructor)) static void begin(void) {
    real = dlsym(RTLD_NEXT, "pwrite64");
    milliseconds = mmap(0, sizeof *milliseconds, PROT_READ, MAP_SHARED,
                        open(getenv("SLOW"), O_RDONLY), 0);
}
ssize_t pwrite64(int file, const void *from, size_t size, off_t at) {
    if (*milliseconds) usleep(*milliseconds * 1000);
    return real(file, from, size, at);
}
"""


class Preloaded:
    """A library that programs preload, and a number that it reads from a file.

    Args:
        folder: where both are.
        name: of the variable that tells the library where the file is.
        source: of the library, in C.

    Attributes:
        environment: what a program needs in its environment.
    """

    def __init__(self, folder: Path, name: str, source: str) -> None:
        self._folder, self._name, self._source = folder, name, source
        self._file, self._library = folder / name, folder / f"{name}.so"
        self.environment = {"LD_PRELOAD": str(self._library), name: str(self._file)}

    async def make(self) -> None:
        """Build the library; the number is 0.

        Raises:
            MissingError: there is no compiler.
        """
        if shutil.which("cc") is None:
            raise MissingError("a C compiler")
        self.set(0)
        self._file.chmod(0o644)
        source = self._folder / f"{self._name}.c"
        source.write_text(self._source)
        await run("cc", "-shared", "-fPIC", "-O1", "-o", self._library, source, "-ldl")

    def set(self, number: int) -> None:
        """Let the programs read another number."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(number.to_bytes(8, sys.byteorder, signed=True))


def slow_disk(folder: Path) -> Preloaded:
    """How many milliseconds each write of SQLite takes."""
    return Preloaded(folder, "SLOW", SLOW)


class MovableClock(Preloaded):
    """The time of day of programs that preload a library; other clocks stay as they are."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "AHEAD", AHEAD)

    def move(self, ahead: timedelta) -> None:
        """Let the programs be this much ahead, or behind."""
        self.set(int(ahead.total_seconds()))


# PostgreSQL and versions ------------------------------------------------------------------------


@asynccontextmanager
async def standby_of() -> AsyncIterator[tuple[Postgres, Postgres]]:
    """A server, and a standby to which each commit is copied before it is confirmed."""
    async with postgres() as primary:
        standby = await primary.standby(SYNCHRONOUS)
        try:
            yield primary, standby
        finally:
            await standby.stop()


def newer_version(folder: Path) -> Path:
    """A copy of this version with one more migration; returns where it is."""
    copy = folder / "newer"
    for name in ("bot", "migrations"):
        shutil.copytree(ROOT / name, copy / name)
    module = copy / "bot/database/migrate.py"
    text = module.read_text()
    assert f"NEWEST = {NEWEST}\n" in text
    module.write_text(text.replace(f"NEWEST = {NEWEST}\n", f"NEWEST = {NEWEST + 1}\n"))
    (copy / f"migrations/versions/2099_01_01_{NEWEST + 1:04}_more.py").write_text(
        f'"""One more."""\nfrom alembic import op\nrevision = "{NEWEST + 1:04}"\n'
        f'down_revision = "{NEWEST:04}"\nbranch_labels = depends_on = None\n'
        'def upgrade():\n    op.create_index("one_more", "users", ["created_at"])\n'
        'def downgrade():\n    op.drop_index("one_more")\n'
    )
    return copy
