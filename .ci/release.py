"""Does what is released run? Builds it, installs it in an empty environment, and starts it there.

The source archive is built from the checkout and the wheel from that archive. What is started is
``calmcalf run`` in an empty folder: the sandbox, which must answer, speak every language and have
brought its database to the newest schema.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60
ASK = (
    "from bot import __version__;"
    "from bot.database import migrate;"
    "from bot.i18n import translator;"
    "print(__version__, ','.join(translator.available_languages()),"
    " migrate.newest_revision())"
)


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; an error ends everything."""
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


def build(folder: Path) -> Path:
    """The wheel, by way of the source archive."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ".", cwd=ROOT)
    (archive,) = folder.glob("calmcalf-*.tar.gz")
    (wheel,) = folder.glob("calmcalf-*.whl")
    print(f"release: {archive.name} {archive.stat().st_size // 1024} KiB")
    print(f"release: {wheel.name} {wheel.stat().st_size // 1024} KiB")
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """The folder of programs of an environment that holds the wheel and what it needs."""
    venv.create(folder, with_pip=True)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet")
    pip += ("--disable-pip-version-check",)
    run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=folder)
    run(*pip, "--no-deps", wheel, cwd=folder)
    run(folder / "bin" / "python", "-m", "pip", "check", cwd=folder)
    return folder / "bin"


def expected() -> tuple[set[str], str]:
    """The languages and the newest migration of the checkout."""
    languages = {path.parts[-3] for path in ROOT.glob("bot/i18n/locales/*/LC_MESSAGES/*.po")}
    newest = max(ROOT.glob("migrations/versions/*.py"))
    revision = re.search(r'^revision: str = "(\w+)"', newest.read_text(), re.MULTILINE)
    return languages | {"en"}, revision[1] if revision else ""


def serves(program: Path, folder: Path) -> bool:
    """Whether the sandbox answers, and ends cleanly when told to."""
    environment = {"PATH": os.environ["PATH"], "SANDBOX_PORT": "18080", "HOME": str(folder)}
    process = subprocess.Popen([program, "run"], cwd=folder, env=environment)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen("http://127.0.0.1:18080/") as page:
                    answered = b"CalmCalf" in page.read()
                process.send_signal(signal.SIGTERM)
                return answered and process.wait(PATIENCE_SECONDS) == 0
            except OSError:
                time.sleep(0.2)
        return False
    finally:
        process.kill()


def main() -> int:
    """Say what was found; the exit code says whether all is well."""
    with tempfile.TemporaryDirectory() as name:
        folder, empty = Path(name), Path(name) / "empty"
        empty.mkdir()
        programs = install(build(folder), folder / "venv")
        version, spoken, revision = run(programs / "python", "-c", ASK, cwd=empty).split()
        languages, newest = expected()
        with (ROOT / "pyproject.toml").open("rb") as file:
            dynamic = tomllib.load(file)["project"]["dynamic"]
        found = {
            "one place for the version": dynamic == ["version"]
            and run(programs / "calmcalf", "--version", cwd=empty).split()[-1] == version,
            f"languages: {spoken}": set(spoken.split(",")) == languages,
            f"migrations up to {revision}": revision == newest,
            "the sandbox answers and ends cleanly": serves(programs / "calmcalf", empty),
        }
    for what, is_so in found.items():
        print(f"release: {what}: {'yes' if is_so else 'NO'}")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
