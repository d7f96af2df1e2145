"""Tests of .ci/audit.py: the real pip-audit queries a local stand-in for the advisory database."""

import asyncio
import json
import runpy
import sys
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.sandbox.server import serve
from tests.support.paths import ROOT

SCRIPT = ROOT / ".ci" / "audit.py"
judge = runpy.run_path(str(SCRIPT))["judge"]
NOT_CHECKED = "audit: the advisory database cannot be reached; NOTHING WAS CHECKED"


class Advisories:
    """An OSV-style advisory database with one advisory for each package named."""

    def __init__(self, **known: str) -> None:
        self.known = known
        self.asked: set[str] = set()

    async def answer(self, request: Request) -> JSONResponse:
        name = json.loads(await request.body())["package"]["name"]
        self.asked.add(name)
        if name not in self.known:
            return JSONResponse({})
        package = {"name": name, "ecosystem": "PyPI"}
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999.1"}]}]
        affected = [{"package": package, "ranges": ranges}]
        return JSONResponse({"vulns": [{"id": self.known[name], "affected": affected}]})


async def audit(url: str, *more: str) -> tuple[list[str], int | None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(SCRIPT), "-s", "osv", "--osv-url", url, *more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert err == b""
    return out.decode().splitlines(), process.returncode


async def with_advisories(advisories: Advisories, *more: str) -> tuple[list[str], int | None]:
    server = await serve(Starlette(routes=[Route("/", advisories.answer, methods=["POST"])]))
    try:
        return await audit(f"{server.url}/", *more)
    finally:
        await server.close()


async def test_a_known_vulnerability_fails_the_build_and_is_named() -> None:
    advisories = Advisories(starlette="GHSA-1")
    lines, code = await with_advisories(advisories)
    assert code == 1
    assert lines[0].startswith("audit: starlette ")
    assert lines[0].endswith(": GHSA-1 (fixed in 999.1)")
    assert lines[1] == f"audit: {len(advisories.asked)} packages, 1 vulnerable"
    assert {"python-telegram-bot", "aiohttp", "sqlalchemy", "pytest"} <= advisories.asked


async def test_one_that_cannot_harm_here_can_be_named() -> None:
    lines, code = await with_advisories(Advisories(starlette="GHSA-1"), "--ignore-vuln", "GHSA-1")
    assert code == 0
    assert lines[-1].endswith(" packages, 0 vulnerable")


async def test_without_an_answer_it_fails_unless_that_is_allowed(unused_tcp_port: int) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}/"
    assert await audit(nowhere) == ([NOT_CHECKED], 1)
    assert await audit(nowhere, "--allow-offline") == ([NOT_CHECKED], 0)


def test_where_changes_are_merged_and_released_it_has_to_have_an_answer() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "if [[ ${GITHUB_ACTIONS:-} ]]; then make audit; else" in script
    assert "run: make audit\n" in (ROOT / ".github" / "workflows" / "release.yml").read_text()


async def test_an_audit_that_does_not_run_is_no_success() -> None:
    lines, code = await audit("http://127.0.0.1:1/", "--an-option-of-tomorrow")
    assert code == 1
    assert lines[0].startswith("audit: pip-audit failed: ")


SKIPPED = {"name": "a", "skip_reason": "not found"}
SOUND: dict[str, Any] = {"name": "b", "version": "1", "vulns": []}


@pytest.mark.parametrize(
    ("packages", "line", "codes"),
    [
        ([SOUND], "audit: 1 packages, 0 vulnerable", (0, 0)),
        ([SKIPPED, SOUND], "audit: 1 packages, 0 vulnerable; NOT CHECKED: a", (1, 1)),
        ([SKIPPED], NOT_CHECKED, (1, 0)),
        ([], NOT_CHECKED, (1, 0)),
    ],
)
def test_what_the_database_does_not_know_is_no_success(
    packages: list[dict[str, Any]], line: str, codes: tuple[int, int]
) -> None:
    """The second exit code is the one with ``--allow-offline``."""
    said = json.dumps({"dependencies": packages})
    assert [judge(said, "", allow_offline=allowed) for allowed in (False, True)] == [
        ([line], code) for code in codes
    ]


def test_no_version_mends_it_yet() -> None:
    found = {**SOUND, "vulns": [{"id": "X-1", "fix_versions": []}]}
    lines, code = judge(json.dumps({"dependencies": [found]}), "")
    assert (lines[0], code) == ("audit: b 1: X-1 (fixed in no version yet)", 1)
