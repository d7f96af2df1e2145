"""Whoever calls a function that can be told a person's nights tells it.

A call without them would take noon for the end of every night, also of people who sleep by day.
"""

import ast
from functools import cache
from pathlib import Path

from tests.support.paths import ROOT


@cache
def _sources() -> dict[Path, ast.Module]:
    """Every module of the bot; they are parsed by one test process, not when tests are found."""
    return {path: ast.parse(path.read_text()) for path in sorted((ROOT / "bot").rglob("*.py"))}


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _takers() -> dict[tuple[str, str], int]:
    """Module and name of each function with a parameter ``nights`` → the parameter's position."""
    found = {}
    for path, tree in _sources().items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [one.arg for one in node.args.args]
                if "nights" in names and node.args.defaults:
                    found[_module(path), node.name] = names.index("nights")
    return found


def _called(node: ast.Call, known: dict[str, tuple[str, str]], here: str) -> tuple[str, str]:
    """Module and name of the called function, as far as the imports of the file say."""
    match node.func:
        case ast.Name(id=name):
            return known.get(name, (here, name))
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in known:
            return ".".join(known[name]), attribute
    return "", ""


def test_every_call_passes_the_nights() -> None:
    takers = _takers()
    assert ("bot.features.cramps.log_queries", "log") in takers
    forgotten, calls = [], 0
    for path, tree in _sources().items():
        known = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            position = takers.get(_called(node, known, _module(path)))
            if position is None:
                continue
            calls += 1
            stars = any(isinstance(one, ast.Starred) for one in node.args)
            words = {one.arg for one in node.keywords}
            last = ast.unparse(node.args[-1]) if node.args else ""
            is_told = len(node.args) > position or "nights" in words or (stars and "nights" in last)
            if not is_told:
                forgotten.append(f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}")
    assert calls > 15
    assert forgotten == []
