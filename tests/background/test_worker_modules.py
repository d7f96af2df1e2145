"""What the worker process loads: plain data and pure rules, and no library of databases or chats.

Its memory and the bot's count together (``tests/operations/test_memory.py``), and SQLAlchemy and
python-telegram-bot alone would take a third of what it has.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.background.worker import Worker
from tests.features.report.test_flow import person_with_preview
from tests.support.harness import Harness, Someone
from tests.support.paths import ROOT

NOT_LOADED = ("sqlalchemy", "sqlmodel", "telegram", "pydantic_settings", "prometheus_client")
LOADED = f"[name for name in {NOT_LOADED} if name in __import__('sys').modules]"
UPGRADE = "bot.database.migrate"
"""Works on a database: it runs in the worker at a start only, and that worker ends after it."""


def calls_of_the_worker(path: Path) -> Iterator[str]:
    """The names of functions that a file gives to the worker: the first argument of ``run``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "run"
            and ast.unparse(node.func.value).endswith("worker")
        ):
            yield ast.unparse(node.args[0])


def module_of(path: Path, function: str) -> str:
    """The module in which a function is that a file names."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    tree, first = ast.parse(path.read_text()), function.partition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and first in {one.name for one in node.names}:
            return f"{node.module}.{first}" if "." in function else str(node.module)
    return name


def test_no_function_of_the_worker_imports_what_it_does_without() -> None:
    modules = {
        module_of(path, function)
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for function in calls_of_the_worker(path)
    }
    assert UPGRADE in modules
    assert len(modules) > len(("report", "files", "places")), "calls are found"
    program = f"import {', '.join(sorted(modules - {UPGRADE}))}; print({LOADED})"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]", sorted(modules)


async def loaded_by(worker: Worker) -> list[str]:
    """What the worker process has loaded of what it does without."""
    assert worker.pid is not None, "it runs"
    return await worker.run(eval, LOADED)


async def make_a_file(ann: Someone, label: str) -> None:
    await ann.says("/export")
    await ann.taps(label)
    assert ann.last.file is not None


@pytest.mark.in_ci
async def test_no_job_loads_what_the_worker_does_without(harness: Harness) -> None:
    """Also what a call brings along, and what is imported within a function."""
    ann = await person_with_preview(harness)
    worker = harness.app.deps.worker
    loaded = {"preview": await loaded_by(worker)}
    await ann.taps("Make the PDF")
    loaded["pdf"] = await loaded_by(worker)
    await ann.says("/export")
    labels = [one for one in ann.last.buttons if "(" in one]
    assert len(labels) == len(("nights", "csv", "ics", "json", "fhir"))
    for label in labels:
        await make_a_file(ann, label)
        loaded[label] = await loaded_by(worker)
        if "JSON" in label:
            file = ann.last.file
    assert file is not None
    harness.telegram.send_document(ann.telegram_person, file.content, "calmcalf.json")
    await harness.settled()
    loaded["import"] = await loaded_by(worker)
    assert loaded == {name: [] for name in loaded}
