"""Build the source archive and the wheel, and check that both are complete and work.

The wheel is built from the source archive, installed into an empty environment and started in an
empty folder. ``calmcalf run`` without a token starts the sandbox there: it must answer, have every
language, and have upgraded its database to the newest revision. The source archive must contain
every file that Git tracks, so that the tests can run from it.

Exit code 0 when every check passes, 1 otherwise.
"""

import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

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
    """Install the wheel with its pinned dependencies; return the environment's bin folder."""
    venv.create(folder, with_pip=True)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet")
    pip += ("--disable-pip-version-check",)
    run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=folder)
    run(*pip, "--no-deps", wheel, cwd=folder)
    run(folder / "bin" / "python", "-m", "pip", "check", cwd=folder)
    return folder / "bin"


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


def main() -> int:
    """Run every check, print a line for each and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder, empty = Path(name), Path(name) / "empty"
        empty.mkdir()
        archive, wheel = build(folder)
        missing = sorted(missing_from(archive))
        missing_data = sorted(data_missing_from(wheel))
        programs = install(wheel, folder / "venv")
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
            "the sandbox answers and exits cleanly": serves(programs / "calmcalf", empty),
        }
    for check, passed in checks.items():
        print(f"release: {'ok ' if passed else 'BAD'} {check}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
