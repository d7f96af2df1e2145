"""Tests of the table "What happens when…" in docs/operating.md: its rows are shown by tests."""

import ast
from functools import cache
from pathlib import Path

from tests.support.cases import check_each
from tests.support.paths import ROOT
from tests.support.what_happens import QUOTED, Row, assert_said, rows


@cache
def functions_of(path: Path) -> dict[str, ast.AST]:
    """The functions of a module by their names."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name: node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)
    }


@cache
def texts_in(path: Path) -> frozenset[object]:
    """The constants of a module."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant))


def looks_for(row: Row, path: Path, test: str) -> bool:
    """Whether a test looks for the lines of a row among what was really said."""
    calls = [node for node in ast.walk(functions_of(path)[test]) if isinstance(node, ast.Call)]
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    return assert_said.__name__ in called and row.what in texts_in(path)


def named_tests(row: Row) -> list[tuple[Path, str]]:
    """The file and the name of each test that a row names."""
    found = [name.partition("::") for name in QUOTED.findall(row.tests)]
    return [(ROOT / file, test) for file, _, test in found]


def test_every_row_names_tests_that_exist() -> None:
    assert len(rows()) >= 35

    def check(row: Row) -> str | None:
        for path, test in named_tests(row):
            is_there = path.is_file() and test in functions_of(path)
            if not test.startswith("test_") or not is_there:
                return f"{row.what}: there is no {path.name}::{test}"
        return None if named_tests(row) else f"{row.what}: no test"

    check_each(rows(), check)


def test_every_line_is_looked_for_by_a_test_of_its_row() -> None:
    def check(row: Row) -> str | None:
        if row.lines and not any(looks_for(row, path, test) for path, test in named_tests(row)):
            return f"{row.what}: no test looks for {row.lines}"
        return None

    check_each(rows(), check)


def test_every_cell_says_something() -> None:
    assert all(all(row) for row in rows())
