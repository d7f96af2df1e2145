"""Tests of the import rules of docs/architecture.md."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.cases import check_each
from tests.support.paths import ROOT

FILES = sorted((ROOT / "bot").rglob("*.py"))
FLOORS = (
    (
        "config",
        "secret_files",
        "env_file_notes",
        "age_files",
        "database_address",
        "clock",
        "metrics",
        "package_check",
        "trouble_log",
    ),
    ("i18n", "local_time", "drawing", "background"),
    ("database",),
    ("telegram",),
    ("dispatch",),
    ("identity",),
    ("operations",),
    ("features",),
    ("commands",),
    ("app",),
    ("__main__",),
)
"""Packages and modules of ``bot``, from low to high; each imports its own floor and lower ones."""
DAILY = ("users", "health_profile", "reminders", "cramps")
"""What everybody uses; what follows builds upon it, each layer on those before it."""
LAYERS = (
    DAILY,
    ("warning_signs",),
    ("summary",),
    ("caregivers", "check_in", "experiments", "history", "language", "learn", "relief"),
    ("administration", "log_address", "mini_app", "report"),
    ("data_export",),
    ("emergency",),
    ("free_text",),
    ("consent",),
)
FEATURES = tuple(feature for layer in LAYERS for feature in layer)
PURE_FOLDERS = (
    "bot/features/free_text/understanding",
    "bot/features/free_text/rules",
    "bot/features/free_text/meanings",
    "bot/features/free_text/offers",
)
PURE = (
    "bot/database/cramp_values.py",
    "bot/database/stored_values.py",
    "bot/dispatch/blocks.py",
    "bot/dispatch/occurrence_numbers.py",
    "bot/dispatch/schedule.py",
    "bot/dispatch/spreading.py",
    "bot/features/cramps/changes.py",
    "bot/features/cramps/entry_times.py",
    "bot/features/cramps/entry_warning_signs.py",
    "bot/features/cramps/signs.py",
    "bot/features/cramps/told_codes.py",
    "bot/features/cramps/usual.py",
    "bot/features/cramps/values.py",
    "bot/features/diary/adherence.py",
    "bot/features/diary/every_night.py",
    "bot/features/diary/facts.py",
    "bot/features/diary/old_reminders.py",
    "bot/features/diary/trend.py",
    "bot/features/diary/uids.py",
    "bot/features/emergency/crisis_lines.py",
    "bot/features/emergency/lexicon.py",
    "bot/features/emergency/lists.py",
    "bot/features/emergency/matching.py",
    "bot/features/emergency/misspellings.py",
    "bot/features/emergency/patterns.py",
    "bot/features/emergency/phrases.py",
    "bot/features/emergency/preparation.py",
    "bot/features/emergency/reading.py",
    "bot/features/emergency/rules.py",
    "bot/features/emergency_numbers/lookup.py",
    "bot/features/experiments/design.py",
    "bot/features/experiments/power.py",
    "bot/features/experiments/rules.py",
    "bot/features/health_profile/gates.py",
    "bot/features/health_profile/medicine_names.py",
    "bot/features/health_profile/medicine_words.py",
    "bot/features/health_profile/raised_signs.py",
    "bot/features/health_profile/values.py",
    "bot/features/log_address/callers.py",
    "bot/features/log_address/request_fields.py",
    "bot/features/log_address/token.py",
    "bot/features/mini_app/init_data.py",
    "bot/features/relief/timing.py",
    "bot/features/summary/comparisons.py",
    "bot/features/summary/month_quarter.py",
    "bot/features/summary/periods.py",
    "bot/features/summary/reminder_figures.py",
    "bot/features/summary/stats.py",
    "bot/features/warning_signs/findings.py",
    "bot/features/warning_signs/frequency_rules.py",
    "bot/features/warning_signs/rules.py",
    "bot/features/warning_signs/selection.py",
    "bot/features/warning_signs/sign_rules.py",
    "bot/features/warning_signs/silence.py",
    "bot/i18n/vocabulary/lexer.py",
    "bot/i18n/vocabulary/lexicon.py",
    "bot/local_time/nights.py",
    "bot/local_time/typed_about.py",
    "bot/local_time/typed_answers.py",
    "bot/local_time/typed_days.py",
    "bot/local_time/typed_sleep.py",
    "bot/local_time/typed_times.py",
    "bot/local_time/tz_database.py",
    "bot/operations/alert_thresholds.py",
    "bot/operations/alerts/rules.py",
    "bot/telegram/rate_limit.py",
    *(
        path.relative_to(ROOT).as_posix()
        for folder in PURE_FOLDERS
        for path in sorted((ROOT / folder).glob("*.py"))
    ),
)
TABLES = ("babel", "bot.i18n.vocabulary")
"""Names and words in many languages: data, which pure rules may read."""
COMPARISON = "rapidfuzz"
"""Compares words, and does nothing else."""
STORAGE = ("sqlmodel", "sqlalchemy", "bot.database.engine")
TRANSPORT = ("telegram", "httpx", "bot.telegram.sender", "bot.telegram.context")
ROOTS = (
    "bot.app",
    "bot.__main__",
    "bot.commands.check",
    "bot.commands.check_deep",
    "bot.commands.sandbox",
    "bot.features.diary_follow_ups",
    "bot.features.registry",
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
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


def role_of(path: Path) -> str:
    """The role of a file: messages.py, week_messages.py and a file in messages/ are messages."""
    for role in ("messages", "queries"):
        if path.parent.name == role or path.stem == role or path.stem.endswith(f"_{role}"):
            return role
    return path.stem


def out_of_reach(feature: str) -> tuple[str, ...]:
    """Features of later layers, and the other ones of its own layer, unless that is a daily one."""
    own = next(number for number, layer in enumerate(LAYERS) if feature in layer)
    beside = () if own == 0 else LAYERS[own]
    others = {one for layer in LAYERS[own + 1 :] for one in layer} | set(beside) - {feature}
    return tuple(f"bot.features.{one}" for one in sorted(others))


def attributes_of(path: Path) -> set[str]:
    """The name of every attribute that a file reads, as ``now`` of ``datetime.now()``."""
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }


def test_pure_rules_import_the_standard_library_and_pure_rules_only() -> None:
    allowed = {pure.removesuffix(".py").replace("/", ".") for pure in PURE}

    def check(name: str) -> str | None:
        wrong = [
            module
            for module in imports_of(ROOT / name)
            if not any(module == one or module.startswith(f"{one}.") for one in allowed)
            and not (module in TABLES or module.startswith(("babel.", "bot.i18n.vocabulary.")))
            and module.partition(".")[0] not in {COMPARISON, *sys.stdlib_module_names}
        ]
        return f"{name} imports {', '.join(sorted(wrong))}" if wrong else None

    check_each(PURE, check)


def test_pure_rules_never_read_a_clock() -> None:
    def check(name: str) -> str | None:
        wrong = attributes_of(ROOT / name) & {"now", "today", "utcnow", "monotonic", "perf_counter"}
        return f"{name} uses {', '.join(sorted(wrong))}" if wrong else None

    check_each(PURE, check)


def forbidden_imports(path: Path) -> Iterator[tuple[set[str], str]]:
    """What a file imports against a rule, with the rule in words."""
    name, role, feature = name_of(path), role_of(path), feature_of(path)
    if name.removesuffix(".py").replace("/", ".") not in ROOTS:
        yield uses(path, ROOTS), "nobody imports the composition root"
    if role == "messages":
        yield uses(path, (*STORAGE, *TRANSPORT)), "messages know no SQL and send nothing"
    if role in {"queries", "claims"}:
        telegram = ("telegram", "bot.telegram.context", "bot.telegram.message")
        yield uses(path, telegram), "queries know no Telegram"
    if feature == "reminders":
        yield uses(path, ("bot.features.cramps",)), "reminders know no cramps"
    if feature == "cramps":
        yield uses(path, ("bot.features.reminders",)), "cramps know no reminders"
    if feature is not None:
        yield uses(path, out_of_reach(feature)), "a feature imports those of the layers before it"
    if name.startswith("bot/features/diary/"):
        every = tuple(f"bot.features.{one}" for one in FEATURES)
        yield uses(path, every), "the diary imports no feature"
    if name.startswith("bot/sandbox/"):
        others = {module for module in imports_of(path) if module.startswith("bot.")}
        allowed = ("bot.sandbox", "bot.clock", "bot.i18n.translator")
        yield (
            {module for module in others if not module.startswith(allowed)},
            "the sandbox imports nothing of the bot",
        )
        yield uses(path, ("telegram",)), "the sandbox is the other side of the wire"
    elif not name.startswith("bot/commands/sandbox"):
        yield uses(path, ("bot.sandbox",)), "no feature imports the sandbox"


def test_imports() -> None:
    def check(path: Path) -> str | None:
        wrong = [
            f"{name_of(path)} imports {', '.join(sorted(found))}: {rule}"
            for found, rule in forbidden_imports(path)
            if found
        ]
        return "\n".join(wrong) or None

    check_each(FILES, check)


def test_messages_await_nothing() -> None:
    def check(path: Path) -> str | None:
        tree = ast.parse(path.read_text())
        wrong = [node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
        return f"{name_of(path)} has the coroutines {', '.join(wrong)}" if wrong else None

    check_each((path for path in FILES if role_of(path) == "messages"), check)


def test_only_config_reads_the_environment() -> None:
    def check(path: Path) -> str | None:
        text = path.read_text()
        wrong = [one for one in ("os.environ[", "os.getenv", "environ.get") if one in text]
        return f"{name_of(path)} reads {', '.join(wrong)}" if wrong else None

    check_each((path for path in FILES if path.name != "config.py"), check)


def test_a_module_imports_its_own_floor_and_lower_ones_only() -> None:
    floor_of = {name: floor for floor, names in enumerate(FLOORS) for name in names}
    above = set()
    for path in FILES:
        part = path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")
        if part in {"__init__", "sandbox"}:
            continue
        imported = {
            module.split(".")[1]
            for module in imports_of(path)
            if module.startswith("bot.") and module.split(".")[1] in floor_of
        }
        above |= {(name_of(path), name) for name in imported if floor_of[name] > floor_of[part]}
    assert above == {("bot/commands/sandbox.py", "app")}, "it runs the bot inside the sandbox"
