"""The house rules of docs/architecture.md, read off the imports."""

import ast
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

FILES = sorted((ROOT / "bot").rglob("*.py"))
DAILY = ("users", "reminders", "cramps")
"""What everybody uses; what follows builds upon it, each layer on those before it."""
LAYERS = (
    DAILY,
    ("warning_signs",),
    ("summary",),
    ("health_profile", "caregivers", "check_in", "experiments", "history", "language", "learn"),
    ("mini_app", "report", "data_export"),
    ("free_text",),
)
FEATURES = tuple(feature for layer in LAYERS for feature in layer)
PURE = (
    "bot/telegram/rate_limit.py",
    "bot/local_time/nights.py",
    "bot/features/diary/facts.py",
    "bot/features/diary/names.py",
    "bot/features/warning_signs/patterns.py",
    "bot/dispatch/schedule.py",
    "bot/dispatch/spreading.py",
    "bot/features/summary/stats.py",
    "bot/features/summary/periods.py",
    "bot/features/cramps/red_flags.py",
    "bot/features/health_profile/values.py",
    "bot/features/cramps/values.py",
    "bot/local_time/typed_times.py",
    "bot/features/experiments/design.py",
    "bot/features/experiments/power.py",
    "bot/features/experiments/rules.py",
    "bot/features/mini_app/signed.py",
    "bot/features/free_text/rules.py",
    "bot/features/free_text/values.py",
    "bot/operations/alerts/rules.py",
    "bot/i18n/vocabulary/lexicon.py",
)
TABLES = ("babel", "bot.i18n.vocabulary")
"""Names and words in many languages: data, which pure rules may read."""
STORAGE = ("sqlmodel", "sqlalchemy", "bot.database.engine")
TRANSPORT = ("telegram", "httpx", "bot.telegram.sender", "bot.telegram.context")
ROOTS = (
    "bot.app",
    "bot.__main__",
    "bot.commands.check",
    "bot.commands.check_running",
    "bot.commands.sandbox",
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, ``from bot import models`` as ``bot.database.models``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            module = node.module or ""
            found.add(module)
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def uses(path: Path, modules: tuple[str, ...]) -> set[str]:
    """Those of the modules (or parts of them) that a file imports."""
    return {
        name
        for name in imports_of(path)
        for module in modules
        if name == module or name.startswith(f"{module}.")
    }


def feature_of(path: Path) -> str | None:
    parts = path.relative_to(ROOT / "bot").parts
    return parts[1] if parts[0] == "features" and parts[1] in FEATURES else None


def out_of_reach(feature: str) -> tuple[str, ...]:
    """Features of later layers, and the other ones of its own layer, unless that is a daily one."""
    own = next(number for number, layer in enumerate(LAYERS) if feature in layer)
    beside = () if own == 0 else LAYERS[own]
    others = {one for layer in LAYERS[own + 1 :] for one in layer} | set(beside) - {feature}
    return tuple(f"bot.features.{one}" for one in sorted(others))


@pytest.mark.parametrize("name", PURE)
def test_pure_rules_import_the_standard_library_and_pure_rules_only(name: str) -> None:
    allowed = {pure.removesuffix(".py").replace("/", ".") for pure in PURE}
    for module in imports_of(ROOT / name):
        is_pure = any(module == one or module.startswith(f"{one}.") for one in allowed)
        is_table = module in TABLES or module.startswith(("babel.", "bot.i18n.vocabulary."))
        assert is_pure or is_table or module.partition(".")[0] in sys.stdlib_module_names, module


@pytest.mark.parametrize("name", PURE)
def test_pure_rules_never_read_a_clock(name: str) -> None:
    calls = {
        node.attr
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert not calls & {"now", "today", "utcnow", "monotonic", "perf_counter"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports(path: Path) -> None:
    name, role, feature = name_of(path), path.stem, feature_of(path)
    if name.removesuffix(".py").replace("/", ".") not in ROOTS:
        assert not uses(path, ROOTS), "nobody imports the composition root"
    if role == "messages":
        assert not uses(path, (*STORAGE, *TRANSPORT)), "messages know no SQL and send nothing"
    if role in {"queries", "claims"}:
        assert not uses(path, ("telegram", "bot.telegram.context", "bot.telegram.message"))
    if feature == "reminders":
        assert not uses(path, ("bot.features.cramps",))
    if feature == "cramps":
        assert not uses(path, ("bot.features.reminders",))
    if feature is not None:
        assert not uses(path, out_of_reach(feature))
    if name.startswith("bot/features/diary/"):
        assert not uses(path, tuple(f"bot.features.{one}" for one in FEATURES))
    if name.startswith("bot/sandbox/"):
        others = {module for module in imports_of(path) if module.startswith("bot.")}
        allowed = ("bot.sandbox", "bot.clock", "bot.i18n.translator")
        assert all(module.startswith(allowed) for module in others), others
        assert not uses(path, ("telegram",)), "the other side of the wire"
    elif not name.startswith("bot/commands/sandbox"):
        assert not uses(path, ("bot.sandbox",)), "no feature imports the sandbox"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_messages_await_nothing(path: Path) -> None:
    if path.stem != "messages":
        return
    tree = ast.parse(path.read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_config_reads_the_environment(path: Path) -> None:
    text = path.read_text()
    if path.name != "config.py":
        assert "os.environ[" not in text
        assert "os.getenv" not in text
        assert "environ.get" not in text
