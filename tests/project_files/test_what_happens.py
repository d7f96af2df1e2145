"""Tests of the table "What happens when…" in docs/operating.md: its tests and its lines exist."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.support.cases import check_each
from tests.support.paths import ROOT

TITLE = "## What happens when…"
QUOTED = re.compile(r"`([^`]+)`")
NOT_SAID = ("check --deep", "/readyz", "/status", "stats", "replay", "DATABASE_URL")
"""What is quoted of the operator's column and is no line."""


class Row(NamedTuple):
    """One row of the table."""

    what: str
    people: str
    operator: str
    lost: str
    tests: str


@cache
def rows() -> tuple[Row, ...]:
    page = (ROOT / "docs" / "operating.md").read_text().partition(TITLE)[2]
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return tuple(Row(*(part.strip() for part in line.split("|")[1:-1])) for line in lines[2:])


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


@cache
def said() -> str:
    """Every text in the bot, a line each."""
    return "\n".join(
        node.value
        for file in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_row_names_tests_that_exist() -> None:
    assert len(rows()) >= 35

    def check(row: Row) -> str | None:
        names = QUOTED.findall(row.tests)
        for name in names:
            file, _, test = name.partition("::")
            path = ROOT / file
            if not test.startswith("test_") or not path.is_file() or test not in names_in(path):
                return f"{row.what}: there is no {name}"
        return None if names else f"{row.what}: no test"

    check_each(rows(), check)


def test_every_line_is_one_that_the_bot_says() -> None:
    def check(row: Row) -> str | None:
        for line in QUOTED.findall(row.operator):
            parts = [part.strip(" ,;()").removesuffix(" fails") for part in re.split("…|: ", line)]
            if line not in NOT_SAID and not all(part in said() for part in parts):
                return f"{row.what}: nothing says {line!r}"
        return None

    check_each(rows(), check)


def test_every_cell_says_something() -> None:
    assert all(all(row) for row in rows())
