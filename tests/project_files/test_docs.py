"""Tests that links, paths, commands, limits and floors in the documentation are right."""

import re
from pathlib import Path

from bot.identity.refusals import KEPT
from bot.telegram import webhook
from bot.telegram.rate_limit import RATES, UpdateKind
from tests.project_files.test_imports import FLOORS
from tests.support.paths import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)[^)]*\)")
PATH = re.compile(
    r"(?:bot|tests|tools|benchmarks|migrations|requirements|docs|\.ci|\.github)/[\w./-]*\w/?"
)
"""A path of the repository, as in `bot/app.py`, ``tests/support/`` or ``docs/operating.md``."""
MODULE = re.compile(r"python -m ((?:tools|benchmarks|docs|bot)[\w.]*)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]+)\b")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def code_of(page: Path) -> str:
    """What a page sets as code: inline, in blocks and in the addresses of its links."""
    return "\n".join(CODE.findall(page.read_text()))


def wrong(found: dict[Path, list[str]]) -> dict[str, list[str]]:
    return {page.relative_to(ROOT).as_posix(): names for page, names in found.items() if names}


def test_every_link_within_the_repository_leads_somewhere() -> None:
    found = {
        page: [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
        for page in PAGES
    }
    assert len(PAGES) > 25
    assert wrong(found) == {}


def test_every_path_that_a_page_names_exists() -> None:
    named = {page: PATH.findall(code_of(page)) for page in PAGES}
    assert sum(map(len, named.values())) > 50
    made = ("migrations/versions/", "bot/i18n/locales/it/")  # by the reader
    found = {
        page: [name for name in names if not (ROOT / name).exists() and not name.startswith(made)]
        for page, names in named.items()
    }
    assert wrong(found) == {}


def test_every_module_and_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    def is_module(name: str) -> bool:
        place = ROOT / name.replace(".", "/")
        return place.with_suffix(".py").exists() or (place / "__main__.py").exists()

    found = {
        page: [name for name in MODULE.findall(code_of(page)) if not is_module(name)]
        + [name for name in MAKE.findall(code_of(page)) if name not in targets]
        for page in PAGES
    }
    assert wrong(found) == {}


def test_what_shows_that_something_is_protected_is_named() -> None:
    assert len(PATH.findall((ROOT / "docs" / "security.md").read_text())) > 15


def test_the_limits_in_the_threat_model_are_those_in_force() -> None:
    text = (ROOT / "docs" / "security.md").read_text()
    assert (
        f"{RATES[UpdateKind.MESSAGE].most} messages and {RATES[UpdateKind.TAP].most} taps a minute"
        in text
    )
    assert f"kept, for {KEPT.days} days" in text
    assert f"{webhook.WRONG_SECRETS.most} wrong ones a minute" in text
    assert {rate.seconds for rate in (*RATES.values(), webhook.WRONG_SECRETS)} == {60}


def test_the_architecture_page_shows_every_part_and_its_floor() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    drawing = (ROOT / "docs" / "pictures" / "architecture.svg").read_text()
    parts = {
        path.name
        for path in (ROOT / "bot").iterdir()
        if path.name not in {"__init__.py", "py.typed", "__pycache__"}
    }
    tree = re.search(r"```text\nbot/\n(.*?)^migrations/", text, re.MULTILINE | re.DOTALL)
    assert tree is not None
    assert set(re.findall(r"^  ([\w.]+?)/? ", tree[1], re.MULTILINE)) == parts
    rows = re.findall(r"^\| \d+ \| (.*) \|$", text, re.MULTILINE)
    floors = [tuple(re.findall(r"`(\w+)(?:/|\.py)`", row)) for row in reversed(rows)]
    assert floors == [*FLOORS]
    features = {path.name for path in (ROOT / "bot" / "features").iterdir() if path.is_dir()}
    assert [one for one in features - {"__pycache__"} if one not in drawing] == []


def test_the_good_test_of_the_guide_is_one_of_ours() -> None:
    guide = (ROOT / "docs" / "contributing.md").read_text()
    good, misleading = re.findall(r"^(?:async )?def (test_\w+)", guide, re.MULTILINE)
    ours = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert f"def {good}(" in ours
    assert f"def {misleading}(" not in ours


def test_the_walkthrough_names_the_places_that_a_detail_has() -> None:
    """Every place of ``day_impact``, which the walkthrough tells to copy."""
    guide = (ROOT / "docs" / "contributing.md").read_text()
    copied = re.compile(r"day_impact|\"impact\"")
    places = [path for path in (ROOT / "bot").rglob("*.py") if copied.search(path.read_text())]
    names = {path.relative_to(ROOT).as_posix() for path in places}
    assert len(names) >= 8
    assert [name for name in names if name not in guide] == []
