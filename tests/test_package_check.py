"""Another package called ``bot`` is refused in one line; these tests run the real command."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import Ended
from tests.support.paths import ROOT


def install(folder: Path, name: str) -> None:
    """Lay out a distribution with a package ``bot``, as pip does."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "RECORD").write_text(f"bot/__init__.py,,\n{metadata.name}/METADATA,,\n")


async def check_beside(folder: Path, elsewhere: Path) -> Ended:
    """``check`` of our own package with another folder later on the path."""
    # A process of its own: a fork of one that has imported the bot would not read PYTHONPATH.
    path = os.pathsep.join((str(ROOT), str(elsewhere)))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "check",
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": path,
            "ALLOWED_USER_IDS": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def test_a_second_distribution_is_refused(tmp_path: Path) -> None:
    install(tmp_path / "site", "robots")
    ended = await check_beside(tmp_path, tmp_path / "site")
    assert ended.code == 2
    assert ended.err.startswith("a package of the distribution robots is called bot, too")
    assert ended.err.count("\n") == 1
    assert ended.out == ""


@pytest.mark.parametrize("file", ["bot/__init__.py", "bot.py"])
async def test_a_second_package_on_the_path_is_refused(tmp_path: Path, file: str) -> None:
    other = tmp_path / "elsewhere" / file
    other.parent.mkdir(parents=True)
    other.touch()
    ended = await check_beside(tmp_path, tmp_path / "elsewhere")
    assert ended.code == 2
    assert ended.err.startswith(f"{other} is called bot, too")
    assert ended.err.count("\n") == 1


@pytest.mark.in_ci
async def test_calmcalf_itself_and_folders_without_python_are_no_conflict(tmp_path: Path) -> None:
    install(tmp_path / "site", "calmcalf")
    (tmp_path / "site" / "bot").mkdir()
    (tmp_path / "site" / "bot" / "notes.txt").touch()
    copy = tmp_path / "copy"
    (copy / "bot").mkdir(parents=True)
    for name in ("__init__.py", "package_check.py"):
        shutil.copy(ROOT / "bot" / name, copy / "bot" / name)
    for elsewhere in (tmp_path / "site", copy):
        ended = await check_beside(tmp_path, elsewhere)
        assert "is called bot, too" not in ended.err
        assert "ok   settings: " in ended.out
