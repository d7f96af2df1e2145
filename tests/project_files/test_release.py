"""Tests of .ci/lock.py and .ci/sbom.py: which wheels a release needs, and what it consists of."""

import hashlib
import json
import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.paths import ROOT

PYTHONS = ["3.11", "3.14"]


lock, sbom = (
    SimpleNamespace(**runpy.run_path(str(ROOT / ".ci" / f"{name}.py"))) for name in ("lock", "sbom")
)


def package(name: str, *tags: str, marker: str | None = None) -> dict[str, Any]:
    wheels = [
        {"url": f"x/{name}-1-{tag}.whl", "hashes": {"sha256": f"{number:064x}"}}
        for number, tag in enumerate(tags)
    ]
    found: dict[str, Any] = {"name": name, "version": "1", "wheels": wheels}
    return found if marker is None else found | {"marker": marker}


AMD, ARM = "manylinux_2_17_x86_64.manylinux2014_x86_64", "manylinux_2_28_aarch64"


@pytest.mark.parametrize(
    ("one", "lacking"),
    [
        (package("pure", "py3-none-any"), []),
        (package("stable", f"cp310-abi3-{AMD}", f"cp310-abi3-{ARM}"), []),
        (
            package("amd", f"cp310-abi3-{AMD}"),
            ["amd for Python 3.11 on aarch64", "amd for Python 3.14 on aarch64"],
        ),
        (
            package("old", f"cp311-cp311-{AMD}", f"cp311-cp311-{ARM}"),
            ["old for Python 3.14 on x86_64", "old for Python 3.14 on aarch64"],
        ),
        (
            package("new", f"cp311-abi3-{AMD}", "cp311-abi3-manylinux_2_39_aarch64"),
            ["new for Python 3.11 on aarch64", "new for Python 3.14 on aarch64"],
        ),
        (package("windows", "cp311-abi3-win_amd64", marker="os_name == 'nt'"), []),
        (
            package("other", f"cp311-cp311-{AMD}", marker="python_version < '3.12'"),
            ["other for Python 3.11 on aarch64"],
        ),
    ],
    ids=lambda one: one["name"] if isinstance(one, dict) else "",
)
def test_a_wheel_that_a_machine_needs_and_lacks_is_named(
    one: dict[str, Any], lacking: list[str]
) -> None:
    assert lock.without_wheel([one], PYTHONS) == lacking


def test_a_wheel_whose_hash_is_not_pinned_is_named() -> None:
    packages = [package("a", "py3-none-any", f"cp311-cp311-{AMD}")]
    pinned = lock.pinned_hashes(f"a==1 \\\n    --hash=sha256:{0:064x}")
    assert lock.not_pinned(packages, pinned) == [f"a-1-cp311-cp311-{AMD}.whl"]
    assert lock.not_pinned(packages, pinned | {f"{1:064x}"}) == []


def test_the_sbom_names_everything_and_what_needs_what() -> None:
    def one(name: str, license_name: str, *requires: str) -> dict[str, Any]:
        return {"name": name, "version": "1", "license": license_name, "requires": [*requires]}

    packages = [
        one("calmcalf", "MIT AND OFL-1.1", "Web_Server[fast]>=1", "gone; python_version < '3'"),
        one("web-server", "BSD-3-Clause", "quick; extra == 'fast'", "slow; extra == 'slow'"),
        one("quick", "The whole text of a license. " * 9),
        one("slow", ""),
    ]
    found = json.loads(sbom.make(packages, "calmcalf", {"quick": ["ab" * 32]}))
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    root = found["metadata"]["component"]
    assert (root["type"], root["name"], root["version"]) == ("application", "calmcalf", "1")
    assert root["licenses"][0]["expression"] == "MIT AND OFL-1.1"
    components = {each["name"]: each for each in found["components"]}
    assert components.keys() == {"web-server", "quick", "slow"}
    assert components["web-server"]["purl"] == "pkg:pypi/web-server@1"
    assert components["web-server"]["licenses"][0]["license"]["id"] == "BSD-3-Clause"
    assert "licenses" not in components["quick"]
    (distribution,) = components["quick"]["externalReferences"]
    assert distribution["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    needs = {each["ref"]: each.get("dependsOn", []) for each in found["dependencies"]}
    assert needs[root["bom-ref"]] == ["pkg:pypi/web-server@1"]
    assert needs["pkg:pypi/web-server@1"] == ["pkg:pypi/quick@1"]


def test_a_file_that_was_replaced_at_the_index_is_not_installed(tmp_path: Path) -> None:
    """With the options of the documented installation, and a folder as the index."""
    wheel = tmp_path / "replaced-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("replaced.py", "")
        archive.writestr("replaced-1.dist-info/METADATA", "Name: replaced\nVersion: 1\n")
        archive.writestr("replaced-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("replaced-1.dist-info/RECORD", "")
    pinned = tmp_path / "run.txt"
    pip = (sys.executable, "-m", "pip", "install", "--only-binary", ":all:", "--require-hashes")
    here = ("--no-index", "--find-links", tmp_path, "--target", tmp_path / "t", "-r", pinned)

    def installs(digest: str) -> subprocess.CompletedProcess[str]:
        pinned.write_text(f"replaced==1 --hash=sha256:{digest}\n")
        settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        return subprocess.run(
            [*pip, *here], env=settings, capture_output=True, text=True, check=False
        )

    refused = installs("0" * 64)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "t" / "replaced.py").exists()
    assert installs(hashlib.sha256(wheel.read_bytes()).hexdigest()).returncode == 0
