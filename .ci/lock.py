"""The exact wheels of a release: a lock file (PEP 751) made from ``requirements/run.txt``.

The index is asked which wheels the pinned versions have. None may have a hash that is not pinned,
and every package needs a wheel for each Python and machine that the bot supports, because nobody
should need a compiler, or run somebody's build script, to install it.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).parent.parent
PINNED = ROOT / "requirements" / "run.txt"
MACHINES = ("x86_64", "aarch64")
"""amd64 and arm64, as Python calls them."""
GLIBC = range(36, 16, -1)
"""Minor versions of glibc 2 whose wheels work on Debian 12."""
HASH = re.compile(r"sha256:([0-9a-f]{64})")
Package = dict[str, Any]


def make(file: Path) -> list[Package]:
    """Write the lock file and return its packages; raise CalledProcessError when it fails."""
    command = (sys.executable, "-m", "uv", "pip", "compile", PINNED, "--output-file", file)
    options = ("--no-deps", "--universal", "--python-version=3.11", "--only-binary=:all:")
    subprocess.run(
        [*command, *options, "--format=pylock.toml", "--no-header", "--quiet"], check=True
    )
    packages: list[Package] = tomllib.loads(file.read_text())["packages"]
    return packages


def pinned_hashes(text: str) -> set[str]:
    """Return the SHA-256 hashes in the text of a requirements file."""
    return set(HASH.findall(text))


def not_pinned(packages: Iterable[Package], hashes: set[str]) -> list[str]:
    """Return the wheels whose hash is not among the pinned ones."""
    return [
        name_of(wheel)
        for package in packages
        for wheel in package.get("wheels", ())
        if wheel["hashes"].get("sha256") not in hashes
    ]


def without_wheel(packages: Iterable[Package], pythons: Iterable[str]) -> list[str]:
    """Return "package for Python … on …" for each combination that has no wheel."""
    supported = [
        (python, machine, tags_of(python, machine)) for python in pythons for machine in MACHINES
    ]
    return [
        f"{package['name']} for Python {python} on {machine}"
        for package in packages
        for python, machine, tags in supported
        if is_needed(package, python, machine)
        and not any(
            tags & parse_wheel_filename(name_of(wheel))[3] for wheel in package.get("wheels", ())
        )
    ]


def is_needed(package: Package, python: str, machine: str) -> bool:
    """Tell whether a package is installed at all with that Python on that machine."""
    environment = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }
    return "marker" not in package or Marker(package["marker"]).evaluate(environment)


def name_of(wheel: Package) -> str:
    """Return the file name of a wheel in the lock file."""
    return str(wheel.get("name") or wheel["url"].rpartition("/")[2])


def tags_of(python: str, machine: str) -> set[Tag]:
    """Return the tags of the wheels that work with a Python on a machine with Linux."""
    major, minor = python.split(".")
    version = (int(major), int(minor))
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC]
    platforms.append(f"manylinux2014_{machine}")
    return {
        *cpython_tags(version, platforms=platforms),
        *compatible_tags(version, f"cp{major}{minor}", platforms),
    }
