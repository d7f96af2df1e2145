"""Tests of the workflow, Dependabot, issue templates, pre-commit hooks, Makefile and pins."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.conftest import LONG_MODULES
from tests.support.paths import ROOT

GITHUB = ROOT / ".github"
YAML_FILES = sorted(
    path
    for folder in (GITHUB, ROOT / "docs")
    for path in folder.rglob("*")
    if path.suffix in {".yml", ".yaml"}
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TARGET = re.compile(r"^([a-z][a-z-]*):(.*)$", re.MULTILINE)


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def test_every_yaml_file_can_be_parsed() -> None:
    files = [*YAML_FILES, ROOT / ".pre-commit-config.yaml"]
    assert len(files) >= 9
    assert [path for path in files if not isinstance(parsed(path), dict)] == []


def test_the_workflow_runs_the_same_script_as_everybody() -> None:
    workflow = parsed(GITHUB / "workflows" / "ci.yml")
    commands = {
        name: [step["run"] for step in job["steps"] if "run" in step]
        for name, job in workflow["jobs"].items()
    }
    assert commands == {"check": [".ci/run"], "image": ["sudo .ci/image"]}
    for name in ("run", "image"):
        assert (ROOT / ".ci" / name).stat().st_mode & 0o111, f".ci/{name} is not executable"
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", ["ci", "release"])
def test_actions_are_pinned_by_commit(name: str) -> None:
    text = (GITHUB / "workflows" / f"{name}.yml").read_text()
    used = re.findall(r"uses: (.*)", text)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", one)] == []


def test_a_release_is_audited_and_built_where_nothing_can_be_written() -> None:
    workflow = parsed(GITHUB / "workflows" / "release.yml")
    assert workflow["permissions"] == {"contents": "read"}
    build, publish = workflow["jobs"]["build"], workflow["jobs"]["publish"]
    assert "permissions" not in build
    assert [step["run"] for step in build["steps"] if "run" in step] == [
        "make audit",
        "make release",
    ]
    assert not any("checkout" in step.get("uses", "") for step in publish["steps"])
    assert publish["needs"] == "build"


def test_the_image_is_built_on_both_kinds_of_machine() -> None:
    job = parsed(GITHUB / "workflows" / "ci.yml")["jobs"]["image"]
    assert job["strategy"]["matrix"]["machine"] == ["ubuntu-24.04", "ubuntu-24.04-arm"]
    text = (ROOT / "docs" / "operating.md").read_text()
    assert "64-bit server (amd64 or arm64)" in text


def test_the_workflow_covers_every_python_that_the_package_claims() -> None:
    job = parsed(GITHUB / "workflows" / "ci.yml")["jobs"]["check"]
    tested = job["strategy"]["matrix"]["python"]
    claimed = [
        classifier.rpartition(" ")[2]
        for classifier in PROJECT["project"]["classifiers"]
        if classifier.startswith("Programming Language :: Python :: 3.")
    ]
    assert tested == claimed
    assert PROJECT["project"]["requires-python"] == f">={tested[0]}"


def test_dependabot_looks_at_folders_that_exist() -> None:
    updates = parsed(GITHUB / "dependabot.yml")["updates"]
    assert {one["package-ecosystem"] for one in updates} >= {"pip", "github-actions", "docker"}
    folders = [
        folder for one in updates for folder in one.get("directories", [one.get("directory")])
    ]
    assert [folder for folder in folders if not (ROOT / folder.lstrip("/")).is_dir()] == []


def test_the_hooks_run_the_checks_of_make_lint() -> None:
    (local,) = parsed(ROOT / ".pre-commit-config.yaml")["repos"]
    hooks = {" ".join(words(hook["entry"])) for hook in local["hooks"]}
    makefile = (ROOT / "Makefile").read_text()
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert lint is not None
    commands = lint[1].replace("$(BIN)", ".venv/bin").strip().split("\n\t")
    assert hooks == {" ".join(words(command)) for command in commands}


def words(command: str) -> list[str]:
    """The program and its subcommand, without options and the folder to check."""
    return [word for word in command.split() if word != "." and not word.startswith("--")]


@pytest.mark.parametrize("name", ["bug", "feature", "translation"])
def test_an_issue_form_has_what_the_code_host_requires(name: str) -> None:
    form = parsed(GITHUB / "ISSUE_TEMPLATE" / f"{name}.yml")
    assert form["name"]
    assert form["description"]
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields) > 0
    assert all(field["attributes"]["label"] for field in fields)


def test_make_help_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    # ``make test`` may run this test, and make says where it enters when it runs inside make.
    command = ["/usr/bin/env", "make", "--no-print-directory", "help"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    explained = {line.split()[1] for line in printed.stdout.splitlines() if len(line.split()) > 2}
    assert explained == set(phony[1].split()) == {name for name, _ in TARGET.findall(makefile)}


def test_the_long_modules_that_begin_first_exist() -> None:
    assert [name for name in LONG_MODULES if not (ROOT / "tests" / name).exists()] == []


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "bot" / "py.typed").exists()


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "build.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    requirements = text.replace("\\\n", " ").splitlines()
    assert len(requirements) > (8 if name == "build.txt" else 40)
    wrong = [
        line.split()[0]
        for line in requirements
        if not re.match(r"[\w.-]+(\[[\w,]+\])?==\S+( ; [^-]+)? +--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert wrong == []
    assert "://" not in text
    assert "index-url" not in text


def pins(name: str) -> dict[str, str]:
    """Package → its version and all hashes, without the condition, which depends on the file."""
    text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
    lines = (re.sub(" ; .*?(?= --hash)", "", line) for line in text.splitlines())
    return {line.partition("==")[0]: " ".join(line.split()) for line in lines}


def test_a_package_has_the_same_pin_everywhere() -> None:
    dev = pins("dev.txt")
    for name in ("run.txt", "build.txt"):
        assert {package: dev.get(package) for package in pins(name)} == pins(name)
    needed = {re.split("[>=<]", one)[0] for one in PROJECT["build-system"]["requires"]}
    assert needed <= pins("build.txt").keys()
