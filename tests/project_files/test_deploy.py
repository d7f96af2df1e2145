"""Tests of the systemd unit, the Containerfile and the compose file."""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.command_line import TOKEN
from tests.support.paths import ROOT
from tests.support.private import PEOPLE
from tests.support.waiting import replied

FOLDER = ROOT / "docs" / "operating"
UNIT, CONTAINERFILE = FOLDER / "calmcalf.service", FOLDER / "Containerfile"
ANALYZE, HADOLINT = shutil.which("systemd-analyze"), shutil.which("hadolint")
MOST_EXPOSED = 1.5
"""The highest exposure, out of 10, that systemd-analyze may report for the unit."""
WRITABLE = {"/data", "/backups", "/tmp"}  # noqa: S108


# systemd --------------------------------------------------------------------------------------


def unit(file: Path = UNIT) -> dict[str, list[str]]:
    """Parse the unit: directive → its values, in order."""
    found: dict[str, list[str]] = {}
    for line in file.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def unit_file(tmp_path: Path) -> Path:
    """A copy of the unit whose program exists on this machine, as systemd-analyze requires."""
    (program,) = unit()["ExecStart"]
    file = tmp_path / UNIT.name
    file.write_text(UNIT.read_text().replace(program.split()[0], sys.executable))
    return file


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    assert ANALYZE is not None
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.in_ci
@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_accepts_the_unit(unit_file: Path) -> None:
    done = analyze("verify", "--man=no", unit_file)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    unit_file.write_text(unit_file.read_text().replace("PrivateTmp", "PrivateTemp"))
    assert "PrivateTemp" in analyze("verify", "--man=no", unit_file).stderr


@pytest.mark.in_ci
@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_the_unit_exposes_little(unit_file: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", unit_file)
    score = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert score is not None, done.stderr
    assert float(score[1]) <= MOST_EXPOSED
    assert f"{score[1]} of 10" in (ROOT / "docs" / "operating.md").read_text()


def test_the_unit_starts_again_unless_a_setting_is_wrong() -> None:
    directives = unit()
    assert directives["Restart"] == ["on-failure"]
    assert directives["RestartPreventExitStatus"] == ["2"]
    assert directives["User"] == directives["StateDirectory"] == ["calmcalf"]
    assert directives["WorkingDirectory"] == ["/var/lib/calmcalf"]
    assert directives["LimitCORE"] == ["0"]


# The image ------------------------------------------------------------------------------------


DIGEST = "@sha256:[0-9a-f]{64}"


@dataclass(frozen=True)
class Stage:
    """A stage of a Containerfile: its base image and its instructions with their arguments."""

    image: str
    lines: list[tuple[str, str]]

    def all(self, instruction: str) -> list[str]:
        return [rest for name, rest in self.lines if name == instruction]

    @property
    def environment(self) -> dict[str, str]:
        pairs = shlex.split(" ".join(self.all("ENV")))
        return dict(pair.split("=", 1) for pair in pairs)

    @property
    def health_check(self) -> list[str]:
        (rest,) = self.all("HEALTHCHECK")
        command: list[str] = yaml.safe_load(rest.partition("CMD ")[2])
        return command


def stages() -> list[Stage]:
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    found: list[Stage] = []
    for line in filter(None, map(str.strip, lines)):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append(Stage(rest.split()[0], []))
        else:
            found[-1].lines.append((name, " ".join(rest.split())))
    base, build, final = found
    assert base.lines == []
    assert build.image == final.image == "base"
    return [Stage(base.image, stage.lines) for stage in (build, final)]


def places(copy: str) -> list[str]:
    """The places that a COPY instruction names, without its options."""
    return [word for word in copy.split() if not word.startswith("--")]


def test_the_image_is_small_and_runs_as_nobody_special() -> None:
    build, final = stages()
    assert re.fullmatch(f"docker.io/library/python:3.13-slim-trixie{DIGEST}", final.image)
    assert final.all("USER") == ["10001:10001"]
    assert {*build.all("ADD"), *final.all("ADD")} == set()
    assert all(rest.startswith("--from=build --chown=0:0 ") for rest in final.all("COPY"))
    assert final.lines[-3:][0][0] == "HEALTHCHECK"
    assert "/healthz" in final.health_check[-1]
    assert "8081" in final.health_check[-1]
    assert "HTTP_PORT:-8081" in final.all("ENTRYPOINT")[0]
    assert set(yaml.safe_load(final.all("VOLUME")[0])) == {"/data", "/backups"}
    for name, rest in build.lines + final.lines:
        assert "TOKEN" not in rest, name
        assert "PASSWORD" not in rest, name


def build_commands() -> list[str]:
    (build, _) = stages()
    return [one.strip() for line in build.all("RUN") for one in line.split("&&")]


def test_nothing_is_installed_or_built_by_root() -> None:
    build, _ = stages()
    user = "root"
    for name, rest in build.lines:
        user = rest if name == "USER" else user
        assert user == "build" or rest.startswith("useradd "), (name, rest)


def test_it_installs_what_everybody_else_installs() -> None:
    makefile = (ROOT / "Makefile").read_text()
    install = [one for one in build_commands() if " pip install " in one]
    assert len(install) == 1
    arguments = install[0].removeprefix("/opt/calmcalf/bin/python ")
    assert f"$(BIN)/python {arguments}\n" in makefile
    assert "--only-binary :all: --require-hashes -r requirements/run.txt" in arguments


def copied(folder: Path, stage: Stage) -> None:
    """Do what the COPY instructions of a stage do, with the files of the repository."""
    for rest in stage.all("COPY"):
        source, target = places(rest)
        for file in filter(Path.is_file, [ROOT / source, *(ROOT / source).rglob("*")]):
            if file.suffix not in {".mo", ".pyc"}:
                place = folder / target / file.relative_to(ROOT / source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The folder /app of the image, built by its own commands with the packages of the tests."""
    source, app = tmp_path / "src", tmp_path / "app"
    build, final = stages()
    copied(source, build)
    done = [one for one in build_commands() if "pybabel" in one or "compileall" in one]
    assert len(done) == 2
    for command in done:
        words = shlex.split(command.replace("/opt/calmcalf", sys.prefix))
        subprocess.run(words, cwd=source, check=True)
    for rest in final.all("COPY"):
        place, target = places(rest)
        if place.startswith("/src/"):
            shutil.copytree(source / place.removeprefix("/src/"), tmp_path / target[1:])
    return app


def environment(image: Path, **more: str) -> dict[str, str]:
    given = {
        name: value.replace("/app", str(image)).replace("/data", str(image.parent))
        for name, value in stages()[1].environment.items()
    }
    given["PATH"] = f"{sys.prefix}/bin:/usr/bin:/bin"
    return given | more


def files(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if file.is_file()}


@pytest.mark.in_ci
async def test_what_is_built_runs_and_tells_its_health(image: Path, unused_tcp_port: int) -> None:
    telegram = Telegram()
    server = await serve(create_app(telegram))
    _, final = stages()
    settings = environment(
        image,
        BOT_TOKEN=TOKEN,
        ALLOWED_USER_IDS=",".join(map(str, PEOPLE)),
        TELEGRAM_API_URL=server.url,
        HTTP_PORT=str(unused_tcp_port),
        HTTP_HOST="127.0.0.1",
    )
    before = files(image)
    program = [*yaml.safe_load(final.all("ENTRYPOINT")[0]), *yaml.safe_load(final.all("CMD")[0])]
    process = await asyncio.create_subprocess_exec(*program, cwd=image.parent, env=settings)
    try:
        await telegram.wait_for(lambda: telegram.polling)
        person = telegram.add_person("Hans", language_code="de")
        telegram.say(person, "/start")
        await replied(telegram, person)
        assert "krämpfe" in telegram.last_from_bot(person).words  # the catalogues are there
        assert core_limit(process.pid) == "0"
        assert await health(final, settings) == 0
    finally:
        process.terminate()
        assert await process.wait() == 0
        await server.close()
    assert await health(final, settings) != 0
    assert files(image) == before  # so it may be read-only
    assert any(file.suffix == ".pyc" for file in before)


def core_limit(bot: int) -> str:
    """The size that a core dump of the bot, or of the worker that it starts, may have."""
    (limit,) = re.findall(r"Max core file size +(\w+)", Path(f"/proc/{bot}/limits").read_text())
    return str(limit)


async def health(final: Stage, settings: Mapping[str, str]) -> int:
    checking = await asyncio.create_subprocess_exec(
        *final.health_check, env=dict(settings), stderr=asyncio.subprocess.DEVNULL
    )
    return await checking.wait()


@pytest.mark.parametrize("port", ["", "9000"])
def test_empty_lines_of_an_env_file_change_nothing(port: str, tmp_path: Path) -> None:
    """``docker run --env-file .env`` with a copy of .env.example."""
    example = (ROOT / ".env.example").read_text().splitlines()
    lines = [line for line in example if "=" in line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines) | {"HTTP_PORT": port}
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$HTTP_HOST $HTTP_PORT $DATABASE_URL $*"\n')
    python.chmod(0o755)
    program = yaml.safe_load(stages()[1].all("ENTRYPOINT")[0])
    done = subprocess.run(
        [*program, "run"],
        env=given | {"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    address = "sqlite+aiosqlite:///data/calmcalf.db"
    assert done.stdout.split() == ["127.0.0.1", port or "8081", address, "-m", "bot", "run"]
    assert stages()[1].all("WORKDIR") == ["/"]


def test_nothing_private_is_sent_to_be_built() -> None:
    lines = (FOLDER / "Containerfile.dockerignore").read_text().splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    sources = {places(rest)[0].split("/")[0] for rest in stages()[0].all("COPY")}
    assert allowed == sources


def test_the_script_that_builds_it_finds_the_base() -> None:
    (line,) = re.findall(r"^base=.*$", (ROOT / ".ci" / "image").read_text(), re.MULTILINE)
    command = f'recipe="{CONTAINERFILE}"; {line}; echo "$base"'
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=True)
    name, _, rest = stages()[1].image.partition(":")
    assert done.stdout == f"{name}@{rest.partition('@')[2]}\n"


def test_hadolint_has_nothing_to_say() -> None:
    """Runs only where hadolint is installed."""
    if HADOLINT is not None:
        done = subprocess.run(
            [HADOLINT, CONTAINERFILE], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "")


# compose --------------------------------------------------------------------------------------


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return found


@pytest.mark.parametrize("name", ["bot", "database"])
def test_a_service_may_do_nothing_that_it_need_not(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["pids_limit"] <= 256
    assert service["logging"]["options"]["max-size"]
    assert not service.keys() & {"privileged", "ports", "network_mode", "cap_add", "devices"}
    assert all(re.fullmatch(r"\w+:/[\w/]+", volume) for volume in service["volumes"])
    assert re.search(f":[\\w.-]+{DIGEST}$", service["image"]) or "build" in service
    assert service["ulimits"] == {"core": 0}


def test_the_services_fit_together() -> None:
    found = compose()
    bot, database = found["services"]["bot"], found["services"]["database"]
    assert bot["depends_on"]["database"]["condition"] == "service_healthy"
    assert database["healthcheck"]["test"][0] == "CMD"
    assert bot["environment"]["DATABASE_URL"] == (
        f"postgresql+asyncpg://{database['environment']['POSTGRES_USER']}@database"
        f"/{database['environment']['POSTGRES_DB']}"
    )
    passwords = bot["environment"]["PGPASSWORD"], database["environment"]["POSTGRES_PASSWORD"]
    assert passwords == ("${POSTGRES_PASSWORD:?set it in .env}",) * 2
    assert database["networks"] == ["inside"]
    assert found["networks"]["inside"] == {"internal": True}
    used = {volume.split(":")[0] for one in (bot, database) for volume in one["volumes"]}
    assert used == found["volumes"].keys()
    places = {volume.split(":")[1] for volume in bot["volumes"]} | {"/tmp"}  # noqa: S108
    assert places == WRITABLE
    assert (FOLDER / bot["build"]["context"] / bot["build"]["dockerfile"]).samefile(CONTAINERFILE)
    assert (FOLDER / bot["env_file"]).resolve() == ROOT / ".env"
    assert f":{bot['environment']['HTTP_PORT']}/healthz" in bot["healthcheck"]["test"][-1]


def test_the_tools_in_the_image_are_not_older_than_the_server() -> None:
    """Debian 13 has PostgreSQL 17; pg_dump refuses a server that is newer than itself."""
    assert compose()["services"]["database"]["image"].startswith("postgres:17-trixie@")
    assert "postgresql-client" in " ".join(stages()[1].all("RUN"))
    assert "-trixie@" in stages()[1].image


def test_the_password_goes_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compose file sets PGPASSWORD, which the backup tools use as well."""
    from bot.commands.pg_dump import _environment  # noqa: PLC0415

    monkeypatch.setenv("PGPASSWORD", "of the compose file")
    given = _environment(compose()["services"]["bot"]["environment"]["DATABASE_URL"])
    assert given["PGPASSWORD"] == os.environ["PGPASSWORD"]
    assert (given["PGHOST"], given["PGUSER"]) == ("database", "calmcalf")
