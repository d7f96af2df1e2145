"""Build a release and check that it is complete and works.

A release is the source archive, the wheel that is built from it, ``pylock.toml`` with the exact
wheels that it needs, an SBOM and ``SHA256SUMS``. ``--outdir FOLDER`` keeps these files.

The wheel is installed with the one line of docs/operating.md into an empty environment and started
in an empty folder. ``calmcalf run`` without a token starts the sandbox there: it must answer, have
every language, and have upgraded its database to the newest revision; ``calmcalf check`` must find
nothing wrong. The source archive must contain every file that Git tracks, so that the tests can run
from it.

Exit code 0 when every check passes, 1 otherwise.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import urllib.request
import zipfile
from pathlib import Path

import lock
import sbom
from alembic.config import Config
from alembic.script import ScriptDirectory
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TIMEOUT_SECONDS = 60
PORT = 18080
QUERY = (
    "from bot import __version__;"
    "from bot.database import migrate;"
    "from bot.i18n import translator;"
    "print(__version__, ','.join(translator.available_languages()),"
    " migrate.newest_revision())"
)
"""Python code that prints version, languages and newest revision of the installed package."""
TOKEN = "1:a-token-for-the-release"  # noqa: S105
BOT_API = f"""
import asyncio
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram

async def main():
    server = await serve(create_app(Telegram(token={TOKEN!r})))
    print(server.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
"""Python code that prints the address of a Bot API server and serves until it is ended."""
ONE_LINE = re.compile(r"^ *(pipx install --lock pylock\.toml) \./calmcalf-\S+\.whl$", re.MULTILINE)
"""The command of the documentation that installs a release."""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return its standard output; raise CalledProcessError when it fails."""
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


def build(folder: Path) -> tuple[Path, Path]:
    """Build the source archive, and the wheel from it; return the paths of both."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ".", cwd=ROOT)
    (archive,) = folder.glob("calmcalf-*.tar.gz")
    (wheel,) = folder.glob("calmcalf-*.whl")
    for file in (archive, wheel):
        print(f"release: {file.name} {file.stat().st_size // 1024} KiB")
    return archive, wheel


def missing_from(archive: Path) -> set[str]:
    """Return the files that Git tracks and the archive does not contain."""
    tracked = run("git", "-c", "safe.directory=*", "ls-files", cwd=ROOT).splitlines()
    with tarfile.open(archive) as files:
        contained = {name.partition("/")[2] for name in files.getnames()}
    return set(tracked) - contained


def data_missing_from(wheel: Path) -> set[str]:
    """Return the files beside the code (fonts, tables, web pages) that the wheel lacks."""
    with zipfile.ZipFile(wheel) as archive:
        contained = set(archive.namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.*")
        if path.is_file() and path.suffix not in (".mo", ".po", ".py", ".pyc")
    }
    return data - contained


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel as the documentation says; return the environment's bin folder.

    The folder of the wheel has the lock file, whose hashes are verified.
    """
    (line,) = ONE_LINE.findall((ROOT / "docs" / "operating.md").read_text())
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PIPX_HOME": str(folder),
        "PIPX_BIN_DIR": str(folder / "bin"),
        "PIPX_MAN_DIR": str(folder / "man"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
    }
    subprocess.run(
        [*line.split(), f"./{wheel.name}"],
        cwd=wheel.parent,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    programs = folder / "venvs" / "calmcalf" / "bin"
    run(
        sys.executable,
        "-m",
        "uv",
        "pip",
        "check",
        "--quiet",
        "--python",
        programs / "python",
        cwd=folder,
    )
    return programs


def expected() -> tuple[set[str], str | None]:
    """Return the languages and the newest revision of the checkout."""
    languages = {path.parts[-3] for path in ROOT.glob("bot/i18n/locales/*/LC_MESSAGES/*.po")}
    migrations = Config()
    migrations.set_main_option("script_location", str(ROOT / "migrations"))
    migrations.set_main_option("prepend_sys_path", str(ROOT))
    return languages | {"en"}, ScriptDirectory.from_config(migrations).get_current_head()


def serves(program: Path, folder: Path) -> bool:
    """Start the sandbox and tell whether it answers and exits with 0 on SIGTERM."""
    environment = {"PATH": os.environ["PATH"], "SANDBOX_PORT": str(PORT), "HOME": str(folder)}
    process = subprocess.Popen([program, "run"], cwd=folder, env=environment)
    try:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/") as page:
                    answered = b"CalmCalf" in page.read()
                process.send_signal(signal.SIGTERM)
                return answered and process.wait(TIMEOUT_SECONDS) == 0
            except OSError:
                time.sleep(0.2)
        return False
    finally:
        process.kill()


def finds_nothing_wrong(programs: Path, folder: Path) -> bool:
    """Tell whether ``calmcalf check`` succeeds for a private bot with a token."""
    command = [programs / "python", "-c", BOT_API]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().strip() if server.stdout is not None else ""
            environment = {
                "ALLOWED_USER_IDS": "1",  # one that is open to everybody has to say who runs it
                "BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": address,
                "HOME": str(folder),
            }
            checking = subprocess.run(
                [programs / "calmcalf", "check"],
                cwd=folder,
                env=environment,
                check=False,
                capture_output=True,
                text=True,
                timeout=TIMEOUT_SECONDS,
            )
        finally:
            server.terminate()
    if checking.returncode != 0:
        print(checking.stdout + checking.stderr, file=sys.stderr)
    return checking.returncode == 0


def supported_pythons() -> list[str]:
    """Return the versions of Python that pyproject.toml names."""
    text = (ROOT / "pyproject.toml").read_text()
    return re.findall(r"Python :: (3\.\d+)", text)


def write_sbom(programs: Path, packages: list[lock.Package], file: Path) -> set[str]:
    """Write the SBOM of the installed release; return the names of its components."""
    hashes = {
        canonicalize_name(one["name"]): [each["hashes"]["sha256"] for each in one["wheels"]]
        for one in packages
    }
    found = sbom.installed(programs / "python")
    file.write_text(sbom.make(found, "calmcalf", hashes))
    return {canonicalize_name(one["name"]) for one in found}


def locked_here(packages: list[lock.Package]) -> set[str]:
    """Return the names of the packages that the lock file has for this Python and machine."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {one["name"] for one in packages if lock.is_needed(one, python, platform.machine())}


def write_checksums(files: list[Path], folder: Path) -> None:
    """Write ``SHA256SUMS``, which ``sha256sum --check`` reads."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(lines))


def main() -> int:
    """Run every check, print a line for each and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outdir", type=Path, help="where to keep the files of the release")
    kept: Path | None = parser.parse_args().outdir
    with tempfile.TemporaryDirectory() as name:
        folder, empty = Path(name) / "release", Path(name) / "empty"
        folder.mkdir()
        empty.mkdir()
        archive, wheel = build(folder)
        packages = lock.make(folder / "pylock.toml")
        unknown = lock.not_pinned(packages, lock.pinned_hashes(lock.PINNED.read_text()))
        if unknown:  # nothing may be installed then
            print(f"release: BAD wheels that are not pinned: {unknown}")
            return 1
        lacking = lock.without_wheel(packages, pythons := supported_pythons())
        missing = sorted(missing_from(archive))
        missing_data = sorted(data_missing_from(wheel))
        programs = install(wheel, Path(name) / "pipx")
        bill = folder / f"{wheel.name.partition('-py3')[0]}.cdx.json"
        components = write_sbom(programs, packages, bill)
        write_checksums(sorted(folder.iterdir()), folder)
        version, languages, revision = run(programs / "python", "-c", QUERY, cwd=empty).split()
        all_languages, newest = expected()
        with (ROOT / "pyproject.toml").open("rb") as file:
            dynamic = tomllib.load(file)["project"]["dynamic"]
        checks = {
            f"the source archive lacks {missing or 'nothing'}": not missing,
            f"version {version}, set in one place": dynamic == ["version"]
            and run(programs / "calmcalf", "--version", cwd=empty).split()[-1] == version,
            f"the wheel lacks {missing_data or 'no data'}": not missing_data,
            f"languages {languages}": set(languages.split(",")) == all_languages,
            f"migrations up to {revision}": revision == newest,
            f"every hash in pylock.toml is pinned, of {len(packages)} packages": bool(packages),
            f"wheels for {', '.join(lock.MACHINES)} and Python {', '.join(pythons)} lacking:"
            f" {lacking or 'none'}": not lacking,
            f"installed by one line: the {len(components)} components of the SBOM": components
            == locked_here(packages) | {"calmcalf"},
            "check finds nothing wrong": finds_nothing_wrong(programs, empty),
            "the sandbox answers and exits cleanly": serves(programs / "calmcalf", empty),
        }
        if kept is not None and all(checks.values()):
            shutil.copytree(folder, kept, dirs_exist_ok=True)
    for check, passed in checks.items():
        print(f"release: {'ok ' if passed else 'BAD'} {check}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
