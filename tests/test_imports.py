"""The house rules of docs/architecture.md, read off the imports."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "bot").rglob("*.py"))
DAILY = ("users", "reminders", "cramps")
"""What everybody uses; what follows builds upon it, each layer on those before it."""
LAYERS = (
    DAILY,
    ("flags",),
    ("summary",),
    ("about", "care", "checkin", "experiments", "history", "language", "learn"),
    ("miniapp", "report", "takeout"),
    ("typed",),
)
FEATURES = tuple(feature for layer in LAYERS for feature in layer)
PURE = (
    "bot/flood.py",
    "bot/nights.py",
    "bot/diary/facts.py",
    "bot/diary/names.py",
    "bot/flags/patterns.py",
    "bot/reminders/schedule.py",
    "bot/reminders/spreading.py",
    "bot/summary/stats.py",
    "bot/summary/periods.py",
    "bot/cramps/red_flags.py",
    "bot/about/values.py",
    "bot/cramps/values.py",
    "bot/users/times.py",
    "bot/experiments/design.py",
    "bot/experiments/power.py",
    "bot/experiments/rules.py",
    "bot/miniapp/signed.py",
    "bot/typed/rules.py",
    "bot/typed/values.py",
    "bot/watch/rules.py",
    "bot/words/lexicon.py",
)
TABLES = ("babel", "bot.words")
"""Names and words in many languages: data, which pure rules may read."""
STORAGE = ("sqlmodel", "sqlalchemy", "bot.db")
TRANSPORT = ("telegram", "httpx", "bot.delivery", "bot.context")
ROOTS = ("bot.app", "bot.__main__", "bot.check", "bot.deep_check", "bot.playground")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, ``from bot import models`` as ``bot.models``."""
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
    part = path.relative_to(ROOT / "bot").parts[0]
    return part if part in FEATURES else None


def out_of_reach(feature: str) -> tuple[str, ...]:
    """Features of later layers, and the other ones of its own layer, unless that is a daily one."""
    own = next(number for number, layer in enumerate(LAYERS) if feature in layer)
    beside = () if own == 0 else LAYERS[own]
    others = {one for layer in LAYERS[own + 1 :] for one in layer} | set(beside) - {feature}
    return tuple(f"bot.{one}" for one in sorted(others))


@pytest.mark.parametrize("name", PURE)
def test_pure_rules_import_the_standard_library_and_pure_rules_only(name: str) -> None:
    allowed = {pure.removesuffix(".py").replace("/", ".") for pure in PURE}
    for module in imports_of(ROOT / name):
        is_pure = any(module == one or module.startswith(f"{one}.") for one in allowed)
        is_table = module in TABLES or module.startswith(("babel.", "bot.words."))
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
        assert not uses(path, ("telegram", "bot.context", "bot.message"))
    if feature == "reminders":
        assert not uses(path, ("bot.cramps",))
    if feature == "cramps":
        assert not uses(path, ("bot.reminders",))
    if feature is not None:
        assert not uses(path, out_of_reach(feature))
    if name.startswith("bot/diary/"):
        assert not uses(path, tuple(f"bot.{one}" for one in FEATURES))
    if name.startswith("bot/sandbox/"):
        others = {module for module in imports_of(path) if module.startswith("bot.")}
        allowed = ("bot.sandbox", "bot.clock", "bot.i18n")
        assert all(module.startswith(allowed) for module in others), others
        assert not uses(path, ("telegram",)), "the other side of the wire"
    elif not name.startswith("bot/playground"):
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
