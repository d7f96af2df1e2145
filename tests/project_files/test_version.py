"""The version that the program says, that of the package, and that of the docs are one."""

import re
import tomllib

import pytest

from bot import __version__
from bot.__main__ import main
from tests.support.paths import ROOT

RELEASE = re.compile(r"\d+\.\d+\.\d+")


def test_the_command_and_the_package_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"CalmCalf {__version__}\n"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "bot/__init__.py"


def test_the_changelog_is_of_this_version() -> None:
    """Between two releases the version is that of the next one, marked as in development."""
    text = (ROOT / "CHANGELOG.md").read_text()
    [newest] = re.findall(r"^## (.+)$", text, re.MULTILINE)[:1]
    if newest == "Unreleased":
        announced = re.search(r"^This section becomes version (\S+)\.$", text, re.MULTILINE)
        assert announced is not None
        assert __version__ == f"{announced[1]}.dev0"
    else:
        assert newest.split()[0] == __version__


def test_the_docs_speak_of_no_later_version() -> None:
    own = tuple(map(int, RELEASE.findall(__version__)[0].split(".")))
    for page in (ROOT / "docs").glob("*.md"):
        for found in re.findall(r"version (?:before )?(\d+\.\d+\.\d+)", page.read_text()):
            assert tuple(map(int, found.split("."))) <= own, f"{page.name}: {found}"
